"""What is wrong with a file, where, and how is it mended? Problems as values; the catalogue says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sansang.words import Voice

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A place in a file: line and column count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if self.line:
            return f"{self.file}:{self.line}:{self.column}"
        return self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: a stable code, the place, what it is and how to mend it (catalogue messages)."""

    code: str
    spot: Spot
    message: str
    mend: str
    values: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = "error"

    def say(self, voice: Voice) -> str:
        """One line in the reader's language: place, what is wrong, how to mend it."""
        what = voice.say(self.message, **self.values)
        mend = voice.say(self.mend, **self.values)
        return f"{self.spot}: {what}. {mend}."


class Unreadable(Exception):
    """A file, or several, with errors; carries every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.spot}: {p.code}" for p in problems))
        self.problems = problems
