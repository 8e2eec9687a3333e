"""How does an installation come back? A new replica: from a backup, its key store, the list of what was forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connections

from sansang.commands import access
from sansang.commands.installation import Installation
from sansang.ledger.chain import Fault
from sansang.ledger.exchange import Checked, Damaged, Reading, check
from sansang.ledger.keyring import Keyring, forgotten_in, read_key_file
from sansang.ledger.restore import entries_without_key, insert_backup
from sansang.model.access.actor import SYSTEM
from sansang.model.access.erasures import Erased
from sansang.model.entry import EntryRef
from sansang.site.data_directory import DataDirectory
from sansang.site.install import InstalledAlready, connect, install, opened

Progress = Callable[[int, int], None]


class NotWhole(Exception):
    """The backup was changed since it was written; nothing was restored."""

    def __init__(self, found: tuple[Fault, ...]) -> None:
        super().__init__(f"{len(found)} faults")
        self.faults = found


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: the new replica and the one before it, entries, and how many have words without a key."""

    replica: str
    before: str
    entries: int
    unreadable: int
    forgotten: int


def restore(
    place: DataDirectory,
    file: Path,
    keys: Path | None,
    forgotten: Path | None,
    database: str = "",
    progress: Progress | None = None,
) -> Restored:
    """Make a new installation of a backup. Raises InstalledAlready, Damaged, NotWhole, and what the database says.

    ``keys`` is the key store's own backup (None: words can't be read); ``forgotten`` a later list of what was forgotten
    than the one in it. Where it fails, nothing is left.
    """
    if place.is_installed or place.ledger.exists():
        raise InstalledAlready(str(place.folder))
    with file.open("rb") as opened_file:
        checked = check(opened_file)
        if checked.header.purpose != "backup":
            raise Damaged("an export for exchange, not a backup")
        if checked.faults:
            raise NotWhole(checked.faults)
        made = not place.folder.exists()
        try:
            return _restored(place, opened_file, checked, keys, forgotten, database, progress)
        except BaseException:
            _take_away(place, made)
            raise


def _restored(
    place: DataDirectory,
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
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copytree(keys, place.keys)
        place.keys.chmod(0o700)
        _new_signature(place)
    header = checked.header
    replica = install(place, header.name, database, header.replica)
    file.seek(0)
    insert_backup(connect(place), Reading(file), checked, progress)
    installation = opened(place)
    with installation:
        refs, subjects = installation.store.keyring.forgotten()
        if forgotten is not None:
            more = forgotten_in(forgotten)
            refs, subjects = refs | more[0], subjects | more[1]
        many = _forget(installation, refs, subjects)
        unreadable = installation.run(lambda work: entries_without_key(work.cursor, installation.store.keyring))
    return Restored(replica, header.replica, checked.entries, unreadable, many)


def _new_signature(place: DataDirectory) -> None:
    """A new replica signs with a key of its own."""
    keyring = Keyring(place.keys)
    for name in list(keyring.signers()):
        keyring.destroy(name)


def _forget(installation: Installation, refs: set[tuple[str, int]], subjects: set[str]) -> int:
    """What was forgotten before is forgotten again, and said in the log."""
    state = installation.rights()
    left = sorted(ref for ref in refs if EntryRef(*ref) not in state.erased)
    whom = sorted(subjects - state.erased_subjects.keys())
    if left:
        access.write(installation, SYSTEM, Erased("restored", tuple(left)))
    for subject in whom:
        access.write(installation, SYSTEM, Erased("restored", (), subject))
    installation.settle()
    return len(left) + len(whom)


def _take_away(place: DataDirectory, made: bool) -> None:
    if place.settings.exists():
        connections[connect(place)].close()
    for path in (place.settings, place.lock, place.socket):
        path.unlink(missing_ok=True)
    for path in place.folder.glob(f"{place.ledger.name}*"):
        path.unlink()
    shutil.rmtree(place.keys, ignore_errors=True)
    if made and place.folder.exists() and not any(place.folder.iterdir()):
        place.folder.rmdir()
