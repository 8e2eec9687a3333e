"""Was anything changed since it was written? Each log is checked entry by entry, and faults name their entry.

Nothing here needs a database: entries come as they are stored in one, or in an exported file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal
from zlib import crc32

import msgspec

from sansang.ledger.envelope import BEGINNING, ENVELOPE_FORM, Envelope, hash_of, parse_envelope

FaultCode = Literal[
    "bytes-changed",
    "not-an-entry",
    "form-too-new",
    "column-changed",
    "key-changed",
    "orphan",
    "installation-changed",
    "board-changed",
    "gap",
    "broken-link",
    "clock-backwards",
    "checkpoint-forged",
    "fork",
    "tail-cut",
    "rewritten",
]


_NO_COLUMNS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what, in which log, at which number, and what more can be said."""

    code: FaultCode
    log: str
    number: int
    about: str = ""


class StoredEntry(msgspec.Struct, frozen=True, gc=False):
    """An entry as it is stored: its bytes, its hash, and the columns derived from them."""

    log: str
    number: int
    data: bytes
    hash: bytes
    columns: Mapping[str, object] = _NO_COLUMNS


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a log: its number and its hash."""

    log: str
    number: int
    hash: bytes


def local_sum(position: int, page: int | None, wrapped: bytes | None) -> int:
    """CRC-32 over what is stored beside an entry and covered by no hash: its position and its wrapped key."""
    return crc32(b"%d %d " % (position, page or 0) + (wrapped or b""))


def faults(
    rows: Iterable[StoredEntry], heads: Iterable[Head] = (), start: PreviousEntry | None = None
) -> Iterator[Fault]:
    """Everything that is wrong with these entries, in order of log and number, and against the heads that peers know.

    ``start`` is what the first of them follows; None where it begins its log. A cut tail shows because a peer knows a
    higher number, a rewritten chain because it knows another hash.
    """
    peers: dict[str, list[Head]] = {}
    for head in heads:
        peers.setdefault(head.log, []).append(head)
    log, before = "", _NOTHING
    seen: tuple[Head, ...] = ()
    for row in rows:
        if row.log != log:
            yield from tails_cut(peers.pop(log, []), log, before.number)
            log, before, seen = row.log, start or _NOTHING, tuple(peers.get(row.log, ()))
            start = None
        envelope = _entry(row.data)
        if envelope is None or not _follows(row, envelope, before):
            yield from _faults_of(row, before)
        if seen:
            yield from _rewritten(seen, row)
        before = PreviousEntry(row.number, row.hash, envelope.millis, envelope.counter) if envelope else before.at(row)
    yield from tails_cut(peers.pop(log, []), log, before.number)
    for name, left in peers.items():
        yield from tails_cut(left, name, 0)


class PreviousEntry(msgspec.Struct, frozen=True, gc=False):
    """The entry before an entry: its number, hash and clock."""

    number: int
    hash: bytes
    millis: int
    counter: int

    def at(self, row: StoredEntry) -> PreviousEntry:
        """The same clock, at an entry whose own can't be read."""
        return PreviousEntry(row.number, row.hash, self.millis, self.counter)


_NOTHING = PreviousEntry(0, BEGINNING, -1, 0)


def _entry(data: bytes) -> Envelope | None:
    try:
        return parse_envelope(data)
    except ValueError:
        return None


def _follows(row: StoredEntry, envelope: Envelope, before: PreviousEntry) -> bool:
    """Whether nothing at all is wrong with it: the fast path."""
    return (
        hash_of(row.data) == row.hash
        and envelope.previous == before.hash
        and row.number == before.number + 1 == envelope.number
        and envelope.log == row.log
        and envelope.form <= ENVELOPE_FORM
        and (
            envelope.millis > before.millis or (envelope.millis == before.millis and envelope.counter > before.counter)
        )
        and all([getattr(envelope, name) == value for name, value in row.columns.items()])  # noqa: C419 a list is faster
    )


def _faults_of(row: StoredEntry, before: PreviousEntry) -> list[Fault]:
    """What is wrong with it, each by its code."""
    found: list[Fault] = []
    if row.number != before.number + 1:
        code: FaultCode = "fork" if row.number == before.number else "gap"
        found.append(Fault(code, row.log, row.number, str(before.number + 1)))
    if hash_of(row.data) != row.hash:
        found.append(Fault("bytes-changed", row.log, row.number))
        return found
    try:
        envelope = parse_envelope(row.data)
    except ValueError as wrong:
        found.append(Fault("not-an-entry", row.log, row.number, str(wrong)))
        return found
    if envelope.form > ENVELOPE_FORM:
        found.append(Fault("form-too-new", row.log, row.number, str(envelope.form)))
    if (envelope.log, envelope.number) != (row.log, row.number):
        found.append(Fault("column-changed", row.log, row.number, "log, number"))
    if envelope.previous != before.hash and row.number == before.number + 1:
        found.append(Fault("broken-link", row.log, row.number))
    if (envelope.millis, envelope.counter) <= (before.millis, before.counter) and row.number > before.number:
        found.append(Fault("clock-backwards", row.log, row.number))
    found += [
        Fault("column-changed", row.log, row.number, name)
        for name, value in row.columns.items()
        if getattr(envelope, name) != value
    ]
    return found


def _rewritten(heads: Iterable[Head], row: StoredEntry) -> Iterator[Fault]:
    for head in heads:
        if head.number == row.number and head.hash != row.hash:
            yield Fault("rewritten", row.log, row.number, head.hash[:8].hex())


def tails_cut(heads: Iterable[Head], log: str, last: int) -> Iterator[Fault]:
    """Heads of a log that lie beyond its last entry here."""
    for head in heads:
        if head.number > last:
            yield Fault("tail-cut", log, last + 1, str(head.number))
