"""How do logs travel on a stick? One file of entries with the keys of their words, and a sum that shows any change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from sansang.ledger.bodies import body_of, fact_of
from sansang.ledger.chain import Fault, Head, Row, faults
from sansang.ledger.envelope import (
    BEGINNING,
    FORM,
    Envelope,
    from_bytes,
    hash_of,
    mapping_bytes,
    mapping_of,
    moment,
    to_bytes,
)
from sansang.ledger.sealing import Chance, Unsealable, bound_to, seal, unseal
from sansang.model.operation.entries import EntryRef, HybridTime, Recorded
from sansang.model.operation.facts import Fact

MAGIC = b"SANSANG LEDGER 1\n"
MOST_BYTES = 512 * 2**20


class Damaged(Exception):
    """The file is no export, was cut short or changed; says what and, where it can, at which byte."""

    def __init__(self, what: str, at: int = 0) -> None:
        super().__init__(f"{what} (byte {at})" if at else what)
        self.what = what
        self.at = at


@dataclass(frozen=True, slots=True)
class Writing:
    """What is to be put down: when it happened and was written (microseconds), who, for which post, and what."""

    log: str
    millis: int
    counter: int
    happened: int
    written: int
    author: str
    post: str
    command: str
    fact: Fact
    on_behalf_of: str = ""


@dataclass(frozen=True, slots=True)
class Export:
    """Entries by log and number, and the keys of those whose words may be read, by (log, number)."""

    rows: tuple[Row, ...]
    keys: Mapping[tuple[str, int], bytes] = field(default_factory=dict)

    @property
    def heads(self) -> tuple[Head, ...]:
        """The last entry of each log."""
        last = {row.log: Head(row.log, row.number, row.hash) for row in self.rows}
        return tuple(last.values())

    def faults(self, heads: Iterable[Head] = ()) -> Iterator[Fault]:
        """What was changed since it was written, by itself and against the heads that peers keep."""
        return faults(self.rows, heads)


class _Line(msgspec.Struct, frozen=True, array_like=True):
    data: bytes
    hash: bytes
    key: bytes


class _Foot(msgspec.Struct, frozen=True, array_like=True):
    entries: int
    sum: bytes


def chained(writings: Iterable[Writing], chance: Chance) -> Export:
    """Entries made of what is put down, each log numbered from 1 and chained; a key for each that holds words."""
    heads: dict[str, Head] = {}
    rows: list[Row] = []
    keys: dict[tuple[str, int], bytes] = {}
    for one in writings:
        head = heads.get(one.log, Head(one.log, 0, BEGINNING))
        number = head.number + 1
        body = body_of(one.fact)
        words = {**body.sealed, **({"on_behalf_of": one.on_behalf_of} if one.on_behalf_of else {})}
        sealed = b""
        if words:
            sealed, keys[one.log, number] = seal(mapping_bytes(words), bound_to(one.log, number, body.kind), chance)
        envelope = Envelope(
            FORM,
            one.log,
            number,
            one.millis,
            one.counter,
            one.happened,
            one.written,
            one.author,
            one.post,
            body.kind,
            body.version,
            one.command,
            mapping_bytes(body.clear),
            sealed,
            head.hash,
        )
        data = to_bytes(envelope)
        heads[one.log] = Head(one.log, number, hash_of(data))
        rows.append(Row(one.log, number, data, heads[one.log].hash))
    return Export(tuple(sorted(rows, key=lambda row: (row.log, row.number))), keys)


def export_bytes(export: Export) -> bytes:
    """The file: a line for each entry, a foot with their number and a sum over everything before it."""
    parts = [MAGIC]
    for row in export.rows:
        line = msgspec.msgpack.encode(_Line(row.data, row.hash, export.keys.get((row.log, row.number), b"")))
        parts.append(len(line).to_bytes(4, "big") + line)
    body = b"".join(parts)
    foot = msgspec.msgpack.encode(_Foot(len(export.rows), hashlib.sha256(body).digest()))
    return body + bytes(4) + foot


def import_bytes(data: bytes) -> Export:
    """The entries of a file; raises :class:`Damaged`. What was changed within them is for :meth:`Export.faults`."""
    if len(data) > MOST_BYTES:
        raise Damaged("larger than any export")
    if not data.startswith(MAGIC):
        raise Damaged("no export of a ledger")
    at = len(MAGIC)
    rows: list[Row] = []
    keys: dict[tuple[str, int], bytes] = {}
    while True:
        length = int.from_bytes(data[at : at + 4], "big")
        if at + 4 > len(data) or at + 4 + length > len(data):
            raise Damaged("cut short", at)
        if not length:
            break
        try:
            line = msgspec.msgpack.decode(data[at + 4 : at + 4 + length], type=_Line)
            envelope = from_bytes(line.data)
        except (msgspec.MsgspecError, ValueError) as wrong:
            raise Damaged(f"an entry can't be read: {wrong}", at) from wrong
        rows.append(Row(envelope.log, envelope.number, line.data, line.hash))
        if line.key:
            keys[envelope.log, envelope.number] = line.key
        at += 4 + length
    try:
        foot = msgspec.msgpack.decode(data[at + 4 :], type=_Foot)
    except msgspec.MsgspecError as wrong:
        raise Damaged("the foot can't be read", at) from wrong
    export = Export(tuple(rows), keys)
    if foot.entries != len(rows) or hashlib.sha256(data[:at]).digest() != foot.sum:
        # The chain names the entry where it can; the sum only knows that something was changed.
        if any(True for _ in export.faults()):
            return export
        raise Damaged("changed since it was written: the sum at its foot is another one", at)
    return export


def recorded(export: Export) -> Iterator[Recorded]:
    """The entries as the fold wants them; where a key is missing, the words are marked as erased."""
    for row in export.rows:
        envelope = from_bytes(row.data)
        words = _words(envelope, export.keys.get((row.log, row.number)))
        behalf = "" if words is None else str(words.pop("on_behalf_of", ""))
        fact = fact_of(envelope.kind, envelope.version, mapping_of(envelope.clear), words)
        yield Recorded(
            EntryRef(envelope.log, envelope.number),
            HybridTime(envelope.millis, envelope.counter),
            moment(envelope.happened),
            moment(envelope.written),
            envelope.author,
            envelope.post,
            fact,
            behalf,
        )


def _words(envelope: Envelope, key: bytes | None) -> dict[str, object] | None:
    if not envelope.sealed:
        return {}
    if key is None:
        return None
    try:
        bound = bound_to(envelope.log, envelope.number, envelope.kind)
        return mapping_of(unseal(envelope.sealed, bound, key))
    except Unsealable:
        return None
