"""Where are the keys stored, and how is one destroyed? In a folder of small files, backed up apart from the database.

An entry's key is wrapped by a *page* (a key for some hundred entries) or by the key of the person whom it is about, and
stored beside the entry. To erase one entry, its page is *punctured*: rewritten as the list of the other entries'
keys, without the page's own. So an old backup of the database opens everything with today's keys except what was
erased, and no row of the database ever changes. Each file is written whole, synced, and renamed into its place; what is
destroyed is overwritten before it is deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Literal

import msgspec

from sansang.ledger.sealing import KEY_BYTES, CannotUnseal, Chance, unwrap, wrap

#: This many entries share a page; a new one is begun at every start.
PAGE = 1024
#: The list of what was erased, beside the keys.
ERASED_LIST = "forgotten.jsonl"
Purpose = Literal["page", "punctured", "subject", "board", "signing", "devices"]
LogAndNumber = tuple[str, int]


class KeyFile(msgspec.Struct, frozen=True, array_like=True):
    """The content of one file; ``keys`` are the entries' own keys, where the page was punctured."""

    form: int
    id: int
    purpose: Purpose
    subject: str
    key: bytes
    keys: tuple[tuple[str, int, bytes], ...] = ()


class KeyringDamaged(Exception):
    """A file of the key store can't be read; says which and why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}")
        self.path = path
        self.why = why


@dataclass
class Keyring:
    """The keys of one installation, in a folder that only its owner may read."""

    folder: Path
    chance: Chance = os.urandom
    _files: dict[int, KeyFile] = field(default_factory=dict)
    _punctured: dict[int, dict[LogAndNumber, bytes]] = field(default_factory=dict)
    _subjects: dict[str, int] = field(default_factory=dict)
    _page: int = 0
    _left: int = 0
    _making: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self.folder.glob("*.tmp"):
            _overwrite(path)
        for path in self.folder.glob("*.old"):
            self._finish_puncture(path)
        for path in sorted(self.folder.glob("*.key")):
            self._add(read_key_file(path))

    # Wrapping

    def wrap_key(self, key: bytes, subject: str = "") -> tuple[int, bytes]:
        """The id of the page (or of the subject's key) that wraps this key, and the wrapped key."""
        if subject:
            name = self._subjects.get(subject) or self._new("subject", subject)
        else:
            if self._left <= 0 or self._page not in self._files:
                self._page, self._left = self._new("page"), PAGE
            self._left -= 1
            name = self._page
        return name, wrap(key, self._files[name].key)

    def unwrap_key(self, name: int, wrapped: bytes, ref: LogAndNumber) -> bytes | None:
        """The key of an entry; None where it was destroyed or its file is missing."""
        file = self._files.get(name)
        if file is None:
            return None
        if file.purpose == "punctured":
            return self._punctured[name].get(ref)
        try:
            return unwrap(wrapped, file.key)
        except CannotUnseal:
            return None

    def subject_page(self, subject: str) -> int | None:
        """The id of a subject's key; None when there is none (any more)."""
        return self._subjects.get(subject)

    def has_key(self, name: int) -> bool:
        """Whether that file is here."""
        return name in self._files

    # Keys of boards, and the one that signs

    def new_board_key(self) -> int:
        """A new key for what a board shows of an operation; its id."""
        return self._new("board")

    def board_key(self, name: int) -> bytes | None:
        """A board's key; None once it is destroyed."""
        file = self._files.get(name)
        return file.key if file is not None else None

    def signing_key(self) -> bytes:
        """The seed of the key that signs checkpoints, created at the first call."""
        return self._only_key("signing")

    def devices_key(self) -> bytes:
        """What the keys of people's devices are derived from; it outlives a restore, as what waits on a phone does."""
        return self._only_key("devices")

    def board_key_ids(self) -> Iterator[int]:
        """The ids of all boards' keys."""
        yield from [file.id for file in self._files.values() if file.purpose == "board"]

    def signing_key_ids(self) -> Iterator[int]:
        """The ids of keys that sign."""
        yield from [file.id for file in self._files.values() if file.purpose == "signing"]

    # Erasing

    def destroy_subject_key(self, subject: str) -> int | None:
        """Destroy the key of everything about somebody; its id, None when there was none."""
        name = self._subjects.pop(subject, None)
        if name is not None:
            self.destroy(name)
        return name

    def puncture(self, name: int, survivors: Mapping[LogAndNumber, bytes]) -> None:
        """Rewrite a page as the keys of those entries that are not erased, and destroy the page's own key."""
        before = self._files[name]
        keys = tuple((log, number, key) for (log, number), key in sorted(survivors.items()))
        path = self._path(name)
        old = path.with_suffix(".old")
        # The old file gets a second name, so that its bytes can be overwritten once the new one is in its place.
        with contextlib.suppress(FileExistsError):
            os.link(path, old)
        self._write(KeyFile(1, name, "punctured", before.subject, b"", keys))
        _overwrite(old)
        if name == self._page:
            self._left = 0

    def _finish_puncture(self, old: Path) -> None:
        """After a crash: the old file is overwritten, unless the new one never took its place."""
        path = old.with_suffix(".key")
        if path.exists() and path.samefile(old):
            old.unlink()
        else:
            _overwrite(old)

    def destroy(self, name: int) -> None:
        """Overwrite a key and delete its file."""
        self._files.pop(name, None)
        self._punctured.pop(name, None)
        _overwrite(self._path(name))
        _sync_folder(self.folder)

    # What was erased, listed beside the keys so that a restored backup erases it again

    def append_erased(self, refs: Iterable[LogAndNumber], subjects: Iterable[str]) -> None:
        """Append to the list of what was erased."""
        lines = [msgspec.json.encode({"log": log, "number": number}) for log, number in refs]
        lines += [msgspec.json.encode({"subject": subject}) for subject in subjects]
        with (self.folder / ERASED_LIST).open("ab") as file:
            file.write(b"".join(line + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())

    def erased(self) -> tuple[set[LogAndNumber], set[str]]:
        """The entries and the subjects that were erased."""
        return load_erased(self.folder / ERASED_LIST)

    # Files

    def _new(self, purpose: Purpose, subject: str = "") -> int:
        name = int.from_bytes(self.chance(8), "big") >> 1 or 1
        self._write(KeyFile(1, name, purpose, subject, self.chance(KEY_BYTES)))
        return name

    def _only_key(self, purpose: Purpose) -> bytes:
        """The only key of this purpose, created at the first call."""
        with self._making:
            found = [file for file in list(self._files.values()) if file.purpose == purpose]
            return min(found, key=lambda file: file.id).key if found else self._files[self._new(purpose)].key

    def _write(self, file: KeyFile) -> None:
        data = msgspec.msgpack.encode(file)
        path = self._path(file.id)
        temporary = path.with_suffix(".tmp")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(hashlib.sha256(data).digest()[:8] + data)
            opened.flush()
            os.fsync(opened.fileno())
        temporary.replace(path)
        _sync_folder(self.folder)
        self._add(file)

    def _add(self, file: KeyFile) -> None:
        self._files[file.id] = file
        if file.purpose == "subject":
            self._subjects[file.subject] = file.id
        if file.purpose == "punctured":
            self._punctured[file.id] = {(log, number): key for log, number, key in file.keys}

    def _path(self, name: int) -> Path:
        return self.folder / f"{name:016x}.key"


def load_erased(path: Path) -> tuple[set[LogAndNumber], set[str]]:
    """The entries and subjects in a list of what was erased; raises :class:`KeyringDamaged`."""
    refs: set[LogAndNumber] = set()
    subjects: set[str] = set()
    for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else (), 1):
        try:
            said = msgspec.json.decode(line, type=_Erased)
        except ValueError as wrong:
            raise KeyringDamaged(path, f"line {number}: {wrong}") from wrong
        if said.subject:
            subjects.add(said.subject)
        else:
            refs.add((said.log, said.number))
    return refs, subjects


class _Erased(msgspec.Struct):
    log: str = ""
    number: int = 0
    subject: str = ""


def read_key_file(path: Path) -> KeyFile:
    """A file of the key store; raises :class:`KeyringDamaged`."""
    data = path.read_bytes()
    if hashlib.sha256(data[8:]).digest()[:8] != data[:8]:
        raise KeyringDamaged(path, "changed since it was written")
    try:
        return msgspec.msgpack.decode(data[8:], type=KeyFile)
    except ValueError as wrong:
        raise KeyringDamaged(path, str(wrong)) from wrong


def board_keys(folder: Path) -> dict[int, bytes]:
    """The keys of the boards in a key store, by generation; raises :class:`KeyringDamaged`."""
    files = [read_key_file(path) for path in sorted(folder.glob("*.key"))]
    return {file.id: file.key for file in files if file.purpose == "board"}


def _overwrite(path: Path) -> None:
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
