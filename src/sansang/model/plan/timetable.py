"""What is to happen when, by the plan? Phases of the exercise, and injects as far as the rehearsal plays them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sansang.model.plan.quantity import Duration, Number, minutes

InjectStatus = Literal["draft", "submitted", "approved", "synchronised", "released", "complete", "deferred", "obsolete"]
Trigger = Literal["time", "manual", "condition"]


@dataclass(frozen=True, slots=True)
class TrainingIssue:
    """A numbered block in a phase (vấn đề huấn luyện)."""

    number: str
    title: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the exercise: its window in minutes, the posts that act (none named: all), whether units move."""

    id: str
    name: str
    start: float
    end: float
    posts: tuple[str, ...] = ()
    units_move: bool = True
    training_issues: tuple[TrainingIssue, ...] = ()


@dataclass(frozen=True, slots=True)
class PlayedInject:
    """A message that reaches a post at a minute of the exercise.

    ``number`` is text ("5-A", "FS-1") and may repeat; ``id`` is unique. ``planned`` and ``deadline`` are minutes
    of the exercise. It either takes ``handle`` minutes of a desk at the receiving post or starts the situation named
    in ``starts``.
    """

    id: str
    number: str
    title: str
    message: str
    receiver: str
    planned: Number | None = None
    status: InjectStatus = "draft"
    deadline: Number | None = None
    trigger: Trigger = "time"
    priority: int = 3
    handle: Duration = field(default_factory=lambda: minutes(0))
    starts: str = ""

    @property
    def is_live(self) -> bool:
        """Whether it is still meant to be given: neither put off nor obsolete."""
        return self.status not in ("deferred", "obsolete")

    @property
    def is_played(self) -> bool:
        """Whether the rehearsal releases it: live, planned at a minute, and released by time."""
        return self.is_live and self.planned is not None and self.trigger == "time"
