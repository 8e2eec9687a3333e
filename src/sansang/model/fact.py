"""What can an entry say? The base of all facts; a record kind lists its own (:mod:`sansang.model.kind`)."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Metadata of a field whose text can name a person or say something about one: it is stored under a key of its own
#: that can be destroyed.
SEALED = {"sealed": True}

#: The text in place of words whose key was destroyed.
ERASED = "∅"


class Fact:
    """What happened, or was done. Each subclass is a frozen dataclass and belongs to one record kind."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Correction(Fact):
    """Names the entry that it corrects; with ``withdrawn`` that entry has no effect any more. Nothing is edited."""

    log: str
    number: int
    text: str = field(metadata=SEALED)
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Unknown(Fact):
    """What a newer version has written: stored whole, shown as such, without effect."""

    kind: str
    version: int
    body: tuple[tuple[str, object], ...] = field(default=())
