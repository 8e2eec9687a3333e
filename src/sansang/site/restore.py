"""How is a backup restored? As a new replica, with its key store and the list of erasures."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from sansang.commands import access
from sansang.commands.installation import Installation
from sansang.ledger.chain import Fault, local_sum
from sansang.ledger.draft import stream_of_log
from sansang.ledger.envelope import from_bytes
from sansang.ledger.exchange import Checked, Damaged, Line, Reading, check
from sansang.ledger.keyring import Keyring, forgotten_in, read_key_file
from sansang.model.access import facts
from sansang.model.access.actor import SYSTEM
from sansang.site.data_directory import DataDirectory
from sansang.site.install import AlreadyInstalled, connect, install, opened
from sansang.site.writer_jobs import Progress

#: Rows that are inserted at once.
_CHUNK = 500


class NotWhole(Exception):
    """The backup was changed since it was written; nothing was restored."""

    def __init__(self, found: tuple[Fault, ...]) -> None:
        super().__init__(f"{len(found)} faults")
        self.faults = found


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the new replica and the one before, entries, how many can't be read, erasures repeated."""

    replica: str
    before: str
    entries: int
    unreadable: int
    forgotten: int


def restore(
    directory: DataDirectory,
    file: Path,
    keys: Path | None,
    forgotten: Path | None,
    database: str = "",
    progress: Progress | None = None,
) -> Restored:
    """Create an installation from a backup. Raises InstalledAlready, Damaged, NotWhole, and what the database says.

    ``keys`` is the backup of the key store (None: words can't be read); ``forgotten`` a later list of erasures than the
    one in it. Where it fails, nothing is left.
    """
    if directory.is_installed or directory.ledger.exists():
        raise AlreadyInstalled(str(directory.folder))
    with file.open("rb") as opened_file:
        checked = check(opened_file)
        if checked.header.purpose != "backup":
            raise Damaged("an export for exchange, not a backup")
        if checked.faults:
            raise NotWhole(checked.faults)
        is_new_folder = not directory.folder.exists()
        try:
            return _restored(directory, opened_file, checked, keys, forgotten, database, progress)
        except BaseException:
            _clean_up(directory, is_new_folder)
            raise


def _restored(
    directory: DataDirectory,
    file: Any,
    checked: Checked,
    keys: Path | None,
    forgotten: Path | None,
    database: str,
    progress: Progress | None,
) -> Restored:
    if keys is not None:
        for path in sorted(keys.glob("*.key")):
            read_key_file(path)
        directory.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copytree(keys, directory.keys)
        directory.keys.chmod(0o700)
        _destroy_signing_keys(directory)
    header = checked.header
    replica = install(directory, header.name, database, header.replica)
    file.seek(0)
    _insert(connect(directory), Reading(file), checked, progress)
    installation = opened(directory)
    with installation:
        refs, subjects = installation.store.keyring.forgotten()
        if forgotten is not None:
            more = forgotten_in(forgotten)
            refs, subjects = refs | more[0], subjects | more[1]
        repeated = _repeat_erasures(installation, refs, subjects)
        unreadable = installation.run(lambda work: _unreadable(work.cursor, installation.store.keyring))
    return Restored(replica, header.replica, checked.entries, unreadable, repeated)


def _destroy_signing_keys(directory: DataDirectory) -> None:
    """Destroy the signing keys of the backup: the new replica signs with a key of its own."""
    keyring = Keyring(directory.keys)
    for name in list(keyring.signers()):
        keyring.destroy(name)


def _repeat_erasures(installation: Installation, refs: set[tuple[str, int]], subjects: set[str]) -> int:
    """Erase again what was erased before the restore, as entries of the log; how many."""
    state = installation.run(installation.access.now)
    left = sorted(ref for ref in refs if not any((known.log, known.number) == ref for known in state.erased))
    erased_people = sorted(subjects - state.erased_subjects)
    if left:
        access.enter(installation, SYSTEM, facts.Erased("restored", tuple(left)))
    for subject in erased_people:
        access.enter(installation, SYSTEM, facts.Erased("restored", (), subject))
    installation.settle()
    return len(left) + len(erased_people)


def _insert(alias: str, reading: Reading, checked: Checked, progress: Progress | None) -> None:
    """Insert every row as it was, in one transaction."""
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        logs: dict[str, int] = {}
        done = 0
        rows = reading.rows()
        while chunk := list(islice(rows, _CHUNK)):
            values = []
            for row, line in chunk:
                if row.log not in logs:
                    cursor.execute(
                        "INSERT INTO ledger_log (name, stream) VALUES (%s, %s) RETURNING id",
                        (row.log, stream_of_log(row.log)),
                    )
                    logs[row.log] = cursor.fetchone()[0]
                values.append(_values(logs[row.log], row.number, line))
            cursor.executemany(
                "INSERT INTO ledger_entry (position, log_id, number, millis, counter, kind, command, data, hash, page,"
                " wrapped, local_sum) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                values,
            )
            done += len(chunk)
            if progress is not None:
                progress(done, checked.entries)
        cursor.executemany(
            "INSERT INTO ledger_peer_head (peer, log, number, hash) VALUES (%s, %s, %s, %s)",
            checked.header.peers,
        )


def _values(log_id: int, number: int, line: Line) -> tuple[Any, ...]:
    one = from_bytes(line.data)
    page, wrapped = (line.page, line.wrapped) if line.page else (None, None)
    columns = (line.position, log_id, number, one.millis, one.counter, one.kind, one.command or None)
    return (*columns, line.data, line.hash, page, wrapped, local_sum(line.position, page, wrapped))


def _unreadable(cursor: Any, keyring: Keyring) -> int:
    """How many entries have words whose key is missing."""
    cursor.execute("SELECT page, COUNT(*) FROM ledger_entry WHERE page IS NOT NULL GROUP BY page")
    return sum(count for page, count in cursor.fetchall() if not keyring.has(page))


def _clean_up(directory: DataDirectory, is_new_folder: bool) -> None:
    if directory.settings.exists():
        connections[connect(directory)].close()
    for path in (directory.settings, directory.lock, directory.socket):
        path.unlink(missing_ok=True)
    for path in directory.folder.glob(f"{directory.ledger.name}*"):
        path.unlink()
    shutil.rmtree(directory.keys, ignore_errors=True)
    if is_new_folder and directory.folder.exists() and not any(directory.folder.iterdir()):
        directory.folder.rmdir()
