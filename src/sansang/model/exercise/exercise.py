"""Who exercises, to what end, and what are they given to do? A scenario with the exercise around it.

A :class:`~sansang.model.plan.scenario.Scenario` is what is played. An :class:`Exercise` is one with objectives, tasks,
roles and the words of its injects; none of these changes how it is played.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sansang.model.exercise.issuing import Issuing
from sansang.model.plan.digest import OUTSIDE_DIGEST
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.suppressions import Suppression
from sansang.model.plan.timetable import PlayedInject

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
class Inject(PlayedInject):
    """One row of the master list, with the columns of the long form.

    ``other_columns`` are those of a workbook that the program does not know, by heading.
    """

    event_type: InjectType = "inject"
    scenario_time: str = ""
    sender: str = ""
    method: str = ""
    expected_action: str = ""
    responsible: str = ""
    objectives: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    plan_reference: str = ""
    condition: str = ""
    parent: str = ""
    storyline: str = ""
    phase: str = ""
    location: str = ""
    attachments: tuple[str, ...] = ()
    controller_notes: str = ""
    author: str = ""
    actual_release: str = ""
    actual_action: str = ""
    skip_reason: str = ""
    other_columns: Mapping[str, str] = field(default_factory=dict, metadata=OUTSIDE_DIGEST)


@dataclass(frozen=True, slots=True)
class Exercise(Scenario):
    """A scenario as people exercise it, as it is written down: to what end, in which roles, with which words.

    ``papers`` says who issues its papers, ``silenced`` which findings of the review stand for a reason.
    """

    description: str = ""
    label: str = ""
    objectives: tuple[Objective, ...] = ()
    tasks: tuple[CriticalTask, ...] = ()
    roles: tuple[Role, ...] = ()
    injects: tuple[Inject, ...] = ()
    papers: Issuing | None = field(default=None, metadata=OUTSIDE_DIGEST)
    silenced: tuple[Suppression, ...] = field(default=(), metadata=OUTSIDE_DIGEST)

    def post_id_of(self, receiver: str) -> str:
        """The id of the post that a receiver stands for: where the role of this id sits, or itself."""
        return next((role.post for role in self.roles if role.id == receiver), receiver)
