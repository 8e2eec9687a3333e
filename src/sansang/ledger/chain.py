"""Was anything changed since it was written? Every log gone through, and what is wrong named by its entry.

Nothing here needs a database: it takes rows as they lie in one, or in an exported file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sansang.ledger.envelope import BEGINNING, FORM, Envelope, from_bytes, hash_of

FaultCode = Literal[
    "bytes-changed",
    "not-an-entry",
    "form-too-new",
    "column-changed",
    "gap",
    "broken-link",
    "fork",
    "tail-cut",
    "rewritten",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: what, in which log, at which number, and what more can be said."""

    code: FaultCode
    log: str
    number: int
    about: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is stored: its bytes, its hash, and the columns derived from them."""

    log: str
    number: int
    data: bytes
    hash: bytes
    columns: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a log: its number and its hash."""

    log: str
    number: int
    hash: bytes


def faults(rows: Iterable[Row], heads: Iterable[Head] = ()) -> Iterator[Fault]:
    """Everything that is wrong with these rows, which come by log and number, and against the heads that peers keep.

    A cut tail shows because a peer has seen a higher number, a rewritten chain because it has seen another hash.
    """
    peers: dict[str, list[Head]] = {}
    for head in heads:
        peers.setdefault(head.log, []).append(head)
    log, number, link = "", 0, BEGINNING
    for row in rows:
        if row.log != log:
            yield from _against(peers.pop(log, []), log, number)
            log, number, link = row.log, 0, BEGINNING
        found = _row(row, number, link)
        yield from found
        yield from _rewritten(peers.get(row.log, ()), row)
        number, link = row.number, row.hash
    yield from _against(peers.pop(log, []), log, number)
    for name, left in peers.items():
        yield from _against(left, name, 0)


def _row(row: Row, before: int, link: bytes) -> list[Fault]:
    found: list[Fault] = []
    if row.number != before + 1:
        code: FaultCode = "fork" if row.number == before else "gap"
        found.append(Fault(code, row.log, row.number, str(before + 1)))
    if hash_of(row.data) != row.hash:
        found.append(Fault("bytes-changed", row.log, row.number))
        return found
    try:
        envelope = from_bytes(row.data)
    except ValueError as wrong:
        found.append(Fault("not-an-entry", row.log, row.number, str(wrong)))
        return found
    if envelope.form > FORM:
        found.append(Fault("form-too-new", row.log, row.number, str(envelope.form)))
    if (envelope.log, envelope.number) != (row.log, row.number):
        found.append(Fault("column-changed", row.log, row.number, "log, number"))
    if envelope.previous != link and row.number == before + 1:
        found.append(Fault("broken-link", row.log, row.number))
    found += [
        Fault("column-changed", row.log, row.number, name)
        for name, value in row.columns.items()
        if getattr(envelope, name) != value
    ]
    return found


def _rewritten(heads: Iterable[Head], row: Row) -> Iterator[Fault]:
    for head in heads:
        if head.number == row.number and head.hash != row.hash:
            yield Fault("rewritten", row.log, row.number, head.hash[:8].hex())


def _against(heads: Iterable[Head], log: str, last: int) -> Iterator[Fault]:
    for head in heads:
        if head.number > last:
            yield Fault("tail-cut", log, last + 1, str(head.number))


def forks(ours: Iterable[Row], theirs: Iterable[Row]) -> Iterator[tuple[Row, Row]]:
    """The entries that two copies have under one log and number, and that differ: both of each pair."""
    have = {(row.log, row.number): row for row in ours}
    for row in theirs:
        mine = have.get((row.log, row.number))
        if mine is not None and mine.data != row.data:
            yield mine, row


def next_of(head: Head | None, envelope: Envelope) -> bool:
    """Whether an entry follows on the head of its log (None: on nothing)."""
    if head is None:
        return envelope.number == 1 and envelope.previous == BEGINNING
    return envelope.number == head.number + 1 and envelope.previous == head.hash
