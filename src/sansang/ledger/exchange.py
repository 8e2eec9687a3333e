"""How do logs travel on a stick? One file of entries with the keys of their words, and a sum that shows any change."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, Literal, TypeVar

import msgspec

from sansang.ledger.chain import Fault, Head, StoredEntry, faults, local_sum
from sansang.ledger.decode import entry_of, words_of
from sansang.ledger.draft import Draft, build_entry
from sansang.ledger.envelope import BEGINNING, hash_of, moment_of, parse_envelope
from sansang.ledger.sealing import Chance
from sansang.model.entry import Entry, HybridTime

MAGIC = b"SANSANG LEDGER 1\n"
#: No entry is longer; a length beyond it is damage.
LONGEST_ENTRY = 16 * 2**20


class Damaged(Exception):
    """The file is no export, was cut short or changed; says what and, where it can, at which byte."""

    def __init__(self, what: str, at: int = 0) -> None:
        super().__init__(f"{what} (byte {at})" if at else what)
        self.what = what
        self.at = at


class FileHeader(msgspec.Struct, frozen=True, array_like=True):
    """Who wrote the file and when (microseconds), what for, and where every log ended that the writer knew.

    A backup also says how the installation is called, and what its peers said of where logs ended.
    """

    replica: str = ""
    written: int = 0
    purpose: Literal["export", "backup"] = "export"
    heads: tuple[tuple[str, int, bytes], ...] = ()
    name: str = ""
    peers: tuple[tuple[str, str, int, bytes], ...] = ()


_EMPTY_HEADER = FileHeader()


class FileLine(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry in a file. An export carries the entry's key (b"" where its words are not to be read).

    A backup carries no key: the page and the wrapped key instead, the entry's local position, and the sum over these.
    """

    data: bytes
    hash: bytes
    key: bytes = b""
    position: int = 0
    page: int = 0
    wrapped: bytes = b""
    sum: int = 0


class _Foot(msgspec.Struct, frozen=True, array_like=True):
    entries: int
    sum: bytes


@dataclass(frozen=True, slots=True)
class Export:
    """Entries by log and number, and the keys of those whose words may be read, by (log, number)."""

    rows: tuple[StoredEntry, ...]
    keys: Mapping[tuple[str, int], bytes] = field(default_factory=dict)
    header: FileHeader = _EMPTY_HEADER

    @property
    def heads(self) -> tuple[Head, ...]:
        """The last entry of each log."""
        last = {row.log: Head(row.log, row.number, row.hash) for row in self.rows}
        return tuple(last.values())

    def faults(self, heads: Iterable[Head] = ()) -> Iterator[Fault]:
        """What was changed since it was written, by itself and against the heads that peers know."""
        return faults(self.rows, heads)


def build_export(drafts: Iterable[tuple[str, Draft, HybridTime]], chance: Chance) -> Export:
    """An export of these drafts, each with its replica and time; every log is numbered from 1 and chained."""
    heads: dict[str, Head] = {}
    rows: list[StoredEntry] = []
    keys: dict[tuple[str, int], bytes] = {}
    for replica, draft, time in drafts:
        log = draft.log(replica)
        head = heads.get(log, Head(log, 0, BEGINNING))
        made = build_entry(head, draft, time, draft.happened or moment_of(time.millis * 1000), chance)
        heads[log] = Head(log, head.number + 1, made.hash)
        rows.append(StoredEntry(log, head.number + 1, made.data, made.hash))
        if made.key:
            keys[log, head.number + 1] = made.key
    return Export(tuple(sorted(rows, key=lambda row: (row.log, row.number))), keys)


def write_lines(file: BinaryIO, header: FileHeader, lines: Iterable[FileLine]) -> int:
    """Write a file line by line and a foot with their number and a sum over all before it; how many they were."""
    running = hashlib.sha256()

    def append(data: bytes) -> None:
        running.update(data)
        file.write(data)

    append(MAGIC)
    append(_framed(msgspec.msgpack.encode(header)))
    entries = 0
    for line in lines:
        append(_framed(msgspec.msgpack.encode(line)))
        entries += 1
    file.write(bytes(4) + msgspec.msgpack.encode(_Foot(entries, running.digest())))
    return entries


def _framed(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


@dataclass
class FileReader:
    """A file read line by line; raises :class:`Damaged` where it is cut short or is something else.

    After the last line ``entries`` and ``is_changed`` are known: whether the sum at its foot is another one.
    """

    file: BinaryIO
    header: FileHeader = _EMPTY_HEADER
    entries: int = 0
    is_changed: bool = False

    def __post_init__(self) -> None:
        self._running = hashlib.sha256()
        self._at = 0
        if self._read(len(MAGIC), "no export of a ledger") != MAGIC:
            raise Damaged("no export of a ledger")
        data = self._record()
        if data is None:
            raise Damaged("it has no header", self._at)
        self.header = _decoded(data, FileHeader, "its header can't be read", self._at)

    def lines(self) -> Iterator[FileLine]:
        """The lines that are left."""
        while (data := self._record()) is not None:
            yield _decoded(data, FileLine, "an entry can't be read", self._at)
            self.entries += 1
        so_far = self._running.digest()
        at = self._at
        foot = _decoded(self.file.read(200), _Foot, "the foot can't be read", at)
        self.is_changed = foot.entries != self.entries or foot.sum != so_far

    def rows(self) -> Iterator[tuple[StoredEntry, FileLine]]:
        """The lines as rows; each is decoded once, so that none is stored that the boards could not read."""
        for line in self.lines():
            try:
                envelope = parse_envelope(line.data)
                entry_of(envelope, None)
            except (ValueError, TypeError, OverflowError) as wrong:
                raise Damaged(f"an entry can't be read: {wrong}", self._at) from wrong
            yield StoredEntry(envelope.log, envelope.number, line.data, line.hash), line

    def _record(self) -> bytes | None:
        size = self.file.read(4)
        length = int.from_bytes(size, "big")
        if len(size) < 4 or length > LONGEST_ENTRY:
            raise Damaged("cut short", self._at)
        if not length:
            return None
        self._running.update(size)
        self._at += 4
        return self._read(length, "cut short")

    def _read(self, length: int, otherwise: str) -> bytes:
        data = self.file.read(length)
        if len(data) < length:
            raise Damaged(otherwise, self._at)
        self._running.update(data)
        self._at += length
        return data


T = TypeVar("T")


def _decoded(data: bytes, cls: type[T], otherwise: str, at: int) -> T:
    try:
        return msgspec.msgpack.decode(data, type=cls)
    except ValueError as wrong:  # of msgspec, or of a text that is no UTF-8
        raise Damaged(f"{otherwise}: {wrong}", at) from wrong


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What a file holds: its header, how many entries, where each log begins and ends, and what is wrong."""

    header: FileHeader
    entries: int
    firsts: Mapping[str, int]
    heads: tuple[Head, ...]
    faults: tuple[Fault, ...]


def check_file(file: BinaryIO, peers: Iterable[Head] = ()) -> CheckedFile:
    """Check a file in one pass, without loading it whole. Raises :class:`Damaged`."""
    reading = FileReader(file)
    firsts: dict[str, int] = {}
    heads: dict[str, Head] = {}
    keys: list[Fault] = []

    def rows() -> Iterator[StoredEntry]:
        for row, line in reading.rows():
            firsts.setdefault(row.log, row.number)
            heads[row.log] = Head(row.log, row.number, row.hash)
            if not _key_holds(row, line):
                keys.append(Fault("key-changed", row.log, row.number))
            yield row

    # A file may hold the later part of a log only; what comes before it is the reader's.
    found = [fault for fault in faults(rows(), peers) if not _begins_later(fault, firsts)]
    found += keys
    if reading.is_changed and not found:
        # The chain names the entry where it can; the sum only knows that something was changed.
        raise Damaged("changed since it was written: the sum at its foot is another one")
    return CheckedFile(reading.header, reading.entries, firsts, tuple(heads.values()), tuple(found))


def _key_holds(row: StoredEntry, line: FileLine) -> bool:
    """Whether the key that an export carries opens the words, and what a backup carries of it is as it was."""
    if line.position:
        return line.sum == local_sum(line.position, line.page, line.wrapped)
    if not line.key or hash_of(line.data) != line.hash:
        return True
    envelope = parse_envelope(row.data)
    try:
        return bool(envelope.sealed) and words_of(envelope, line.key) is not None
    except ValueError:  # it opens, and what it opens is no mapping
        return False


def _begins_later(fault: Fault, firsts: Mapping[str, int]) -> bool:
    first = firsts.get(fault.log, 1)
    return fault.code == "gap" and first > 1 and fault.number == first


def render_export(export: Export) -> bytes:
    """A small export as the bytes of its file."""
    file = io.BytesIO()
    keys = export.keys
    lines = (FileLine(row.data, row.hash, keys.get((row.log, row.number), b"")) for row in export.rows)
    write_lines(file, export.header, lines)
    return file.getvalue()


def parse_export(data: bytes) -> Export:
    """The entries of a small file; raises :class:`Damaged`. What was changed in them is for :meth:`Export.faults`."""
    reading = FileReader(io.BytesIO(data))
    found = list(reading.rows())
    keys = {(row.log, row.number): line.key for row, line in found if line.key}
    export = Export(tuple(row for row, _ in found), keys, reading.header)
    if reading.is_changed and not any(True for _ in export.faults()):
        raise Damaged("changed since it was written: the sum at its foot is another one")
    return export


def entries(export: Export) -> Iterator[Entry]:
    """The entries, decoded; where a key is missing, the words are marked as erased."""
    for row in export.rows:
        yield entry_of(parse_envelope(row.data), export.keys.get((row.log, row.number)))
