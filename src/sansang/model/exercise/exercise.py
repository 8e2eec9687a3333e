"""What is exercised, by whom, and what are they told? Phases, objectives, tasks, roles and injects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sansang.model.plan.quantity import Duration, Number, minutes

InjectType = Literal[
    "inject",
    "contingency",
    "expected_action",
    "controller_action",
    "actor_action",
    "player_action",
    "simulation",
    "contextual",
    "administrative",
    "other",
]
InjectStatus = Literal["draft", "submitted", "approved", "synchronised", "released", "complete", "deferred", "obsolete"]
Trigger = Literal["time", "manual", "condition"]

#: On a field that changes nothing of what is played: the same plan has the same results.
OUTSIDE_DIGEST = {"outside_digest": True}


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
class Objective:
    """What the exercise is meant to show."""

    id: str
    text: str
    capability: str = ""


@dataclass(frozen=True, slots=True)
class CriticalTask:
    """A task under an objective, with its standard and a target that can be measured."""

    id: str
    text: str
    objective: str = ""
    standard: str = ""
    target: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """A part in the exercise: who sits at which post, as what."""

    id: str
    name: str
    post: str = ""
    kind: Literal["training_audience", "controller", "evaluator", "observer", "role_player"] = "training_audience"


@dataclass(frozen=True, slots=True)
class Inject:
    """One row of the master list, with the columns of the long form.

    ``number`` is text ("5-A", "FS-1") and may repeat; ``id`` is unique. ``planned`` and ``deadline`` are minutes
    of the exercise. An inject either takes ``handle`` minutes of a desk at the receiving post or starts the
    situation named in ``starts``. ``other_columns`` are those of a workbook that the program does not know, by heading.
    """

    id: str
    number: str
    title: str
    message: str
    receiver: str
    planned: Number | None = None
    status: InjectStatus = "draft"
    event_type: InjectType = "inject"
    scenario_time: str = ""
    sender: str = ""
    method: str = ""
    expected_action: str = ""
    responsible: str = ""
    objectives: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    plan_reference: str = ""
    deadline: Number | None = None
    trigger: Trigger = "time"
    condition: str = ""
    parent: str = ""
    storyline: str = ""
    phase: str = ""
    location: str = ""
    priority: int = 3
    attachments: tuple[str, ...] = ()
    controller_notes: str = ""
    author: str = ""
    actual_release: str = ""
    actual_action: str = ""
    skip_reason: str = ""
    handle: Duration = field(default_factory=lambda: minutes(0))
    starts: str = ""
    other_columns: Mapping[str, str] = field(default_factory=dict, metadata=OUTSIDE_DIGEST)

    @property
    def is_live(self) -> bool:
        """Whether it is still meant to be given: neither put off nor obsolete."""
        return self.status not in ("deferred", "obsolete")

    @property
    def is_played(self) -> bool:
        """Whether the rehearsal releases it: live, planned at a minute, and released by time."""
        return self.is_live and self.planned is not None and self.trigger == "time"
