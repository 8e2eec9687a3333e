"""What is wrong with a file, where, and how is it mended? Problems as values; the catalogue says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sansang.words import Voice

Severity = Literal["error", "warning", "note"]


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


@dataclass(frozen=True, slots=True, order=True)
class CellSpot(Spot):
    """A place in a workbook: the sheet, and the cell ("C12"), the row ("12") or the column ("C"); "" for all of it."""

    sheet: str = ""
    cell: str = ""

    def __str__(self) -> str:
        if not self.sheet:
            return self.file
        return f"{self.file}: '{self.sheet}'" + (f"!{self.cell}" if self.cell else "")


class NestedMessage(str):
    """A message of the catalogue that stands inside another; it is said in the reader's language too."""

    __slots__ = ()


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
        return f"{self.spot}: {self.what(voice)}. {self.how(voice)}."

    def what(self, voice: Voice) -> str:
        """What is wrong, without the place."""
        return voice.say(self.message, **self._said(voice))

    def how(self, voice: Voice) -> str:
        """How to mend it."""
        return voice.say(self.mend, **self._said(voice))

    def _said(self, voice: Voice) -> dict[str, object]:
        return {
            name: voice.say(value) if isinstance(value, NestedMessage) else value for name, value in self.values.items()
        }


class Unreadable(Exception):
    """A file, or several, with errors; carries every problem found."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.spot}: {p.code}" for p in problems))
        self.problems = problems
