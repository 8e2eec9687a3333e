"""How is a backup restored? As a new replica, with its key store and the list of erasures."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections

from sansang.commands import access
from sansang.commands.installation import Installation
from sansang.ledger.chain import Fault
from sansang.ledger.exchange import CheckedFile, Damaged, FileReader, check_file
from sansang.ledger.keyring import Keyring, load_erased, read_key_file
from sansang.ledger.progress import Progress
from sansang.ledger.restore import entries_without_key, insert_backup
from sansang.model.access.actor import SYSTEM
from sansang.model.access.erasures import Erased
from sansang.model.entry import EntryRef
from sansang.site.data_directory import DataDirectory
from sansang.site.install import AlreadyInstalled, connect, install, opened


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
        checked = check_file(opened_file)
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
    checked: CheckedFile,
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
    insert_backup(connect(directory), FileReader(file), checked, progress)
    installation = opened(directory)
    with installation:
        refs, subjects = installation.store.keyring.erased()
        if forgotten is not None:
            more = load_erased(forgotten)
            refs, subjects = refs | more[0], subjects | more[1]
        repeated = _repeat_erasures(installation, refs, subjects)
        unreadable = installation.run(lambda work: entries_without_key(work.cursor, installation.store.keyring))
    return Restored(replica, header.replica, checked.entries, unreadable, repeated)


def _destroy_signing_keys(directory: DataDirectory) -> None:
    """Destroy the signing keys of the backup: the new replica signs with a key of its own."""
    keyring = Keyring(directory.keys)
    for name in list(keyring.signing_key_ids()):
        keyring.destroy(name)


def _repeat_erasures(installation: Installation, refs: set[tuple[str, int]], subjects: set[str]) -> int:
    """Erase again what was erased before the restore, as entries of the log; how many."""
    state = installation.rights()
    left = sorted(ref for ref in refs if EntryRef(*ref) not in state.erased)
    erased_people = sorted(subjects - state.erased_subjects.keys())
    if left:
        access.write_fact(installation, SYSTEM, Erased("restored", tuple(left)))
    for subject in erased_people:
        access.write_fact(installation, SYSTEM, Erased("restored", (), subject))
    installation.settle()
    return len(left) + len(erased_people)


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
