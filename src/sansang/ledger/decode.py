"""What does a stored entry say? Its envelope opened with its key, for the fold of its record kind."""

from __future__ import annotations

from typing import cast

from sansang.ledger.envelope import Envelope, mapping_of, moment_of
from sansang.ledger.kinds import fact_of
from sansang.ledger.sealing import CannotUnseal, bound_to, unseal
from sansang.model.entry import Entry, EntryDoubt, EntryRef, HybridTime
from sansang.model.fact import Fact, Unknown
from sansang.model.record_kinds import RECORD_KINDS
from sansang.model.stream import parse_log


def entry_of(envelope: Envelope, key: bytes | None) -> Entry:
    """An entry as it is folded; where its key is missing, the words are marked as erased."""
    clear, words = mapping_of(envelope.clear), words_of(envelope, key)
    doubts = cast("list[EntryDoubt]", clear.pop("doubts", ()))
    behalf = "" if words is None else str(words.pop("on_behalf_of", ""))
    return Entry(
        EntryRef(envelope.log, envelope.number),
        HybridTime(envelope.millis, envelope.counter),
        moment_of(envelope.happened),
        moment_of(envelope.written),
        envelope.author,
        envelope.post,
        _fact(envelope, clear, words),
        behalf,
        envelope.command,
        tuple(doubts),
    )


def _fact(envelope: Envelope, clear: dict[str, object], words: dict[str, object] | None) -> Fact:
    record = RECORD_KINDS.get(parse_log(envelope.log).stream.kind)
    if record is None:
        return Unknown(envelope.kind, envelope.version, tuple(sorted(clear.items())))
    return fact_of(record, envelope.kind, envelope.version, clear, words)


def words_of(envelope: Envelope, key: bytes | None) -> dict[str, object] | None:
    """What is sealed with the key; None where the key was destroyed."""
    if not envelope.sealed:
        return {}
    if key is None:
        return None
    try:
        bound = bound_to(envelope.log, envelope.number, envelope.kind)
        return mapping_of(unseal(envelope.sealed, bound, key))
    except CannotUnseal:
        return None
