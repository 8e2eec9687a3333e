"""How is a fact stored? Facts to bodies and back, by the kinds that the record kinds list.

A kind has a name and a version that never change their meaning. What a newer program has written is stored whole.
"""

from __future__ import annotations

import dataclasses
from typing import Any

import msgspec

from sansang.model.fact import ERASED, Fact, Unknown
from sansang.model.kind import FactKind, RecordKind
from sansang.model.record_kinds import record_kind_of


@dataclasses.dataclass(frozen=True, slots=True)
class StoredBody:
    """A fact as it is stored: its kind and version, what anybody may read, and what is sealed."""

    kind: str
    version: int
    clear: dict[str, object]
    sealed: dict[str, object]


@dataclasses.dataclass(frozen=True, slots=True)
class _Fields:
    """The fields of a kind that anybody may read and those that are sealed, each with its default."""

    clear: dict[str, Any]
    sealed: dict[str, Any]
    #: The values of the sealed ones once their key was destroyed.
    erased: dict[str, object]


_FIELDS: dict[type[Fact], _Fields] = {}


def _fields(fact: type[Any]) -> _Fields:
    found = _FIELDS.get(fact)
    if found is not None:
        return found
    found = _FIELDS[fact] = _Fields({}, {}, {})
    for field in dataclasses.fields(fact):
        if not field.metadata.get("sealed"):
            found.clear[field.name] = field.default
            continue
        found.sealed[field.name] = field.default
        kind = str(field.type)
        found.erased[field.name] = b"" if kind == "bytes" else [ERASED] if "tuple" in kind else ERASED
    return found


def sealed_fields(kind: FactKind[Any]) -> frozenset[str]:
    """The sealed fields of a kind."""
    return frozenset(_fields(kind.fact).sealed)


def body_of(fact: Fact) -> StoredBody:
    """The body of a fact; fields that equal their default are left out."""
    if isinstance(fact, Unknown):
        return StoredBody(fact.kind, fact.version, dict(fact.body), {})
    kind = record_kind_of(fact).by_fact[type(fact)]
    fields = _fields(type(fact))
    return StoredBody(kind.name, kind.version, _values(fact, fields.clear), _values(fact, fields.sealed))


_PLAIN = (str, int, bool, bytes)


def _values(fact: Fact, fields: dict[str, Any]) -> dict[str, object]:
    return {
        key: value if type(value) in _PLAIN else msgspec.to_builtins(value)
        for key, default in fields.items()
        if (value := getattr(fact, key)) != default
    }


def fact_of(
    record: RecordKind, kind: str, version: int, clear: dict[str, object], sealed: dict[str, object] | None
) -> Fact:
    """The fact of a body; ``sealed`` is None where its key was destroyed: the words are :data:`.ERASED` then.

    A kind, version or value that this program does not know becomes :class:`~sansang.model.fact.Unknown`.
    """
    known = record.kinds.get(kind)
    if known is None or version > known.version:
        return Unknown(kind, version, tuple(sorted(clear.items())))
    words = _fields(known.fact).erased if sealed is None else sealed
    try:
        fact: Fact = msgspec.convert({**clear, **words} if words else clear, known.fact)
    except msgspec.ValidationError:
        # A field has a value that this program does not know: stored whole as well, so that a file can be received.
        return Unknown(kind, version, tuple(sorted(clear.items())))
    return fact if known.upgrade is None else known.upgrade(fact)
