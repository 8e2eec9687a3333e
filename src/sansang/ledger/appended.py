"""What is an entry in the ledger? Its position, its bytes and their hash, and the key that opens its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sansang.ledger.decode import entry_of
from sansang.ledger.draft import Draft
from sansang.ledger.envelope import Envelope, moment_of, stored_envelope
from sansang.ledger.keyring import Keyring
from sansang.model.entry import Entry, EntryRef, HybridTime
from sansang.model.fact import Fact, Unknown
from sansang.model.record_kinds import record_kind_of
from sansang.model.stream import Stream, parse_log


class Appended:
    """An entry in the ledger: its position, reference and envelope, its hash, and the key of its words."""

    __slots__ = ("_entry", "envelope", "hash", "key", "position", "ref")

    def __init__(
        self, position: int, envelope: Envelope, digest: bytes, key: bytes | None, entry: Entry | None = None
    ) -> None:
        self.position = position
        self.ref = EntryRef(envelope.log, envelope.number)
        self.envelope = envelope
        self.hash = digest
        self.key = key
        self._entry = entry

    @property
    def entry(self) -> Entry:
        """The entry as it is folded; decoded once."""
        if self._entry is None:
            self._entry = entry_of(self.envelope, self.key)
        return self._entry

    @property
    def stream(self) -> Stream:
        """The record that it belongs to."""
        return parse_log(self.ref.log).stream


def load_appended(keyring: Keyring, row: Sequence[Any]) -> Appended:
    """An entry of the ledger, from its position, data, hash, page and wrapped key."""
    position, data, digest, page, wrapped = row
    envelope = stored_envelope(bytes(data))
    key = None if page is None else keyring.unwrap_key(page, bytes(wrapped), (envelope.log, envelope.number))
    return Appended(position, envelope, bytes(digest), key)


def as_decoded(envelope: Envelope, draft: Draft) -> Entry:
    """The entry of a draft, as decoding the stored one would give it."""
    return Entry(
        EntryRef(envelope.log, envelope.number),
        HybridTime(envelope.millis, envelope.counter),
        moment_of(envelope.happened),
        moment_of(envelope.written),
        envelope.author,
        envelope.post,
        _upgraded(draft.fact),
        draft.on_behalf_of,
        envelope.command,
        tuple(draft.doubts),
    )


def _upgraded(fact: Fact) -> Fact:
    if isinstance(fact, Unknown):
        return fact
    upgrade = record_kind_of(fact).by_fact[type(fact)].upgrade
    return fact if upgrade is None else upgrade(fact)
