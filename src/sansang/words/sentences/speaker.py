"""In whose language, and by which names, is an entry said?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sansang.model.access.state import AccessState
from sansang.model.fact import Fact
from sansang.words import Voice

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The voice, the roster, what units, situations and orders are called, and how a time of day is written."""

    voice: Voice
    access: AccessState
    clock: Callable[[datetime], str]
    names: Mapping[str, str] = field(default_factory=dict)

    def say(self, message: str, **values: object) -> str:
        """The message in the speaker's language."""
        return self.voice.say(message, **values)

    def name(self, of: str) -> str:
        """What a unit, situation or order is called."""
        return self.names.get(of) or of

    def person(self, of: str) -> str:
        """What a person is called."""
        known = self.access.people.get(of)
        return known.name if known is not None else of

    def post(self, of: str) -> str:
        """What a post is called."""
        known = self.access.posts.get(of)
        return known.name if known is not None else of


#: The sentence of each kind of entry, by its fact.
SENTENCES: dict[type[Fact], Callable[[Any, Speaker], str]] = {}


def says(fact: type[F]) -> Callable[[Callable[[F, Speaker], str]], Callable[[F, Speaker], str]]:
    """Registers the sentence of a fact. Raises TypeError for a second one."""

    def register(make: Callable[[F, Speaker], str]) -> Callable[[F, Speaker], str]:
        if fact in SENTENCES:
            raise TypeError(f"{fact.__name__} has a sentence already")
        SENTENCES[fact] = make
        return make

    return register


def joined(*parts: str) -> str:
    """The parts that say something, a dot between them."""
    return " · ".join(part for part in parts if part)
