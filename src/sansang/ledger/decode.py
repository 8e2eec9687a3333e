"""What does an entry say? Its envelope opened with its key, for an operation's fold or for the access log's."""

from __future__ import annotations

from typing import cast

from sansang.ledger.envelope import Envelope, mapping_of, moment
from sansang.ledger.kinds import access_fact_of, fact_of
from sansang.ledger.sealing import Unsealable, bound_to, unseal
from sansang.model.access.state import AccessEntry
from sansang.model.entry import Doubt, EntryRef, HybridTime, Recorded


def recorded_of(envelope: Envelope, key: bytes | None) -> Recorded:
    """An operation's entry; where its key is missing, the words are marked as erased."""
    clear, words = mapping_of(envelope.clear), words_of(envelope, key)
    doubts = cast("list[Doubt]", clear.pop("doubts", []))
    behalf = "" if words is None else str(words.pop("on_behalf_of", ""))
    return Recorded(
        EntryRef(envelope.log, envelope.number),
        HybridTime(envelope.millis, envelope.counter),
        moment(envelope.happened),
        moment(envelope.written),
        envelope.author,
        envelope.post,
        fact_of(envelope.kind, envelope.version, clear, words),
        behalf,
        envelope.command,
        tuple(doubts),
    )


def access_entry_of(envelope: Envelope, key: bytes | None) -> AccessEntry:
    """An entry of the access log."""
    return AccessEntry(
        EntryRef(envelope.log, envelope.number),
        HybridTime(envelope.millis, envelope.counter),
        moment(envelope.written),
        envelope.author,
        access_fact_of(envelope.kind, envelope.version, mapping_of(envelope.clear), words_of(envelope, key)),
    )


def words_of(envelope: Envelope, key: bytes | None) -> dict[str, object] | None:
    """What lies under the key; None where it is gone."""
    if not envelope.sealed:
        return {}
    if key is None:
        return None
    try:
        bound = bound_to(envelope.log, envelope.number, envelope.kind)
        return mapping_of(unseal(envelope.sealed, bound, key))
    except Unsealable:
        return None
