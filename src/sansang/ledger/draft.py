"""What is to be appended, before the ledger has given it a number? A draft, and the entry built from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sansang.ledger.chain import Head
from sansang.ledger.envelope import ENVELOPE_FORM, Envelope, envelope_bytes, hash_of, mapping_bytes, micros
from sansang.ledger.kinds import body_of
from sansang.ledger.sealing import Chance, bound_to, seal
from sansang.model.entry import EntryDoubt, HybridTime
from sansang.model.fact import Fact
from sansang.model.stream import Stream


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes for a post, in a record; the replica is added.

    ``subject`` is the person whom it is about: their key seals its words then, and destroying that one key erases all
    of it. ``happened`` is when it was true, ``written`` when it was written down on a device; None for now.
    """

    stream: Stream
    fact: Fact
    author: str
    post: str = ""
    happened: datetime | None = None
    on_behalf_of: str = ""
    command: str = ""
    subject: str = ""
    doubts: tuple[EntryDoubt, ...] = ()
    written: datetime | None = None

    def log(self, replica: str) -> str:
        """The log into which a replica writes it."""
        return self.stream.log(self.post, replica)


@dataclass(frozen=True, slots=True)
class BuiltEntry:
    """An entry built from a draft: its envelope, bytes and hash, and the key of its words (b"" for none)."""

    envelope: Envelope
    data: bytes
    hash: bytes
    key: bytes


def build_entry(head: Head, draft: Draft, time: HybridTime, now: datetime, chance: Chance) -> BuiltEntry:
    """The entry after the head of its log, its words sealed with a new key."""
    body = body_of(draft.fact)
    clear, words = body.clear, body.sealed
    if draft.on_behalf_of:
        words = {**words, "on_behalf_of": draft.on_behalf_of}
    if draft.doubts:
        clear = {**clear, "doubts": list(draft.doubts)}
    number = head.number + 1
    sealed, key = b"", b""
    if words:
        sealed, key = seal(mapping_bytes(words), bound_to(head.log, number, body.kind), chance)
    written = micros(draft.written or now)
    envelope = Envelope(
        ENVELOPE_FORM,
        head.log,
        number,
        time.millis,
        time.counter,
        written if draft.happened is None else micros(draft.happened),
        written,
        draft.author,
        draft.post,
        body.kind,
        body.version,
        draft.command,
        draft.subject,
        mapping_bytes(clear),
        sealed,
        head.hash,
    )
    data = envelope_bytes(envelope)
    return BuiltEntry(envelope, data, hash_of(data), key)
