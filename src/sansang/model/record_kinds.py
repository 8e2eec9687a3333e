"""Which record kinds are there? All that are registered; streams of others are stored and exchanged, not shown."""

from __future__ import annotations

from sansang.model.access.record import ACCESS
from sansang.model.fact import Fact, Unknown
from sansang.model.kind import RecordKind
from sansang.model.operation.record import OPERATION

RECORD_KINDS: dict[str, RecordKind] = {kind.name: kind for kind in (ACCESS, OPERATION)}
_BY_FACT = {fact: kind for kind in RECORD_KINDS.values() for fact in kind.by_fact if fact is not Unknown}


def record_kind_of(fact: Fact) -> RecordKind:
    """The record kind that a fact belongs to. Raises KeyError for :class:`Unknown`, which may be of any."""
    return _BY_FACT[type(fact)]


def kind_name(fact: Fact) -> str:
    """The stored name of a fact's kind."""
    return fact.kind if isinstance(fact, Unknown) else record_kind_of(fact).name_of(fact)
