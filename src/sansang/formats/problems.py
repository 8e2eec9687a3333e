"""What is wrong with a file, where, and how can it be corrected? Problems as values with catalogue messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sansang.model.plan.review.findings import Severity
from sansang.words import Voice


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A position in a file: line and column count from 1; line 0 is the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if self.line:
            return f"{self.file}:{self.line}:{self.column}"
        return self.file


@dataclass(frozen=True, slots=True, order=True)
class CellSpot(Spot):
    """A position in a workbook: the sheet, and a cell ("C12"), row ("12") or column ("C"); "" for the whole of it."""

    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        if not self.sheet:
            return self.file
        return f"{self.file}: '{self.sheet}'" + (f"!{self.cell}" if self.cell else "")


class CatalogueMessage(str):
    """A catalogue message that is a value of another message: it is translated too."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One error, warning or note on a file: a stable code, the position, and catalogue messages on cause and remedy."""

    code: str
    spot: Spot
    message: str
    mend: str
    values: Mapping[str, object] = field(default_factory=dict)
    severity: Severity = "error"

    def say(self, voice: Voice) -> str:
        """One line in the reader's language: the position, what is wrong and how to correct it."""
        return f"{self.spot}: {self.what(voice)}. {self.how(voice)}."

    def what(self, voice: Voice) -> str:
        """What is wrong, without the position."""
        return voice.say(self.message, **self._translated(voice))

    def how(self, voice: Voice) -> str:
        """How to correct it."""
        return voice.say(self.mend, **self._translated(voice))

    def _translated(self, voice: Voice) -> dict[str, object]:
        return {
            name: voice.say(value) if isinstance(value, CatalogueMessage) else value
            for name, value in self.values.items()
        }


class Unreadable(Exception):
    """One or more files could not be read; ``problems`` are all that were found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.spot}: {p.code}" for p in problems))
        self.problems = problems
