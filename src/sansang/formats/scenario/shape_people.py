"""What may people play? The shape of phases, objectives, tasks, roles, injects and own pillars."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sansang.formats.scenario.shape_numbers import Id, Minutes, Quantity, Text
from sansang.model.exercise.exercise import InjectType
from sansang.model.plan.timetable import InjectStatus, Trigger
from sansang.words import mark


class TrainingIssue(Struct, kw_only=True):
    """A numbered block in a phase."""

    number: Text
    title: Text


class Phase(Struct, kw_only=True):
    """A phase of the exercise."""

    id: Id
    name: Text
    from_: Minutes = field(name="from")
    to: Minutes
    posts: list[Id] = []
    units_move: bool = True
    training_issues: list[TrainingIssue] = []


class Objective(Struct, kw_only=True):
    """What the exercise is meant to show."""

    id: Id
    text: Text
    capability: Text = ""


class Task(Struct, kw_only=True):
    """A critical task under an objective."""

    id: Id
    text: Text
    objective: str = ""
    standard: Text = ""
    target: Text = ""
    source: Text = ""


class Role(Struct, kw_only=True):
    """A part in the exercise."""

    id: Id
    name: Text
    post: str = ""
    kind: Literal["training_audience", "controller", "evaluator", "observer", "role_player"] = "training_audience"


class Inject(Struct, kw_only=True):
    """One row of the master list."""

    id: Id
    title: Text
    message: Text
    receiver: Text
    number: Text = ""
    planned: Quantity | UnsetType = UNSET
    status: InjectStatus = "draft"
    event_type: InjectType = "inject"
    scenario_time: Text = ""
    sender: Text = ""
    method: Text = ""
    expected_action: Text = ""
    responsible: Text = ""
    objectives: list[Id] = []
    tasks: list[Id] = []
    plan_reference: Text = ""
    deadline: Quantity | UnsetType = UNSET
    trigger: Trigger = "time"
    condition: Text = ""
    parent: str = ""
    storyline: Text = ""
    phase: str = ""
    location: Text = ""
    priority: Annotated[int, Meta(ge=1, le=9)] = 3
    attachments: list[Text] = []
    controller_notes: Text = ""
    author: Text = ""
    actual_release: Text = ""
    actual_action: Text = ""
    skip_reason: Text = ""
    handle: Annotated[Quantity, Meta(description=mark("Minutes of a desk that it takes"))] | UnsetType = UNSET
    starts: Annotated[str, Meta(description=mark("The situation that it starts"))] = ""
    other_columns: Annotated[
        dict[Annotated[str, Meta(min_length=1, max_length=200)], Text],
        Meta(description=mark("Columns of a workbook that the program does not know, by heading")),
    ] = {}


class Silence(Struct, kw_only=True):
    """A finding of the review that stands for a reason."""

    finding: Annotated[str, Meta(description=mark("Its code: no-deadline"))]
    reason: Text
    at: Annotated[str, Meta(description=mark("Its place or one around it: injects.tin-03; left out: everywhere"))] = ""


class Issuing(Struct, kw_only=True):
    """Who issues the papers of the plan."""

    issuer: Annotated[Text, Meta(min_length=1, description=mark("The authority that issues"))]
    place: Annotated[Text, Meta(min_length=1, description=mark("The unit where it sits, as its name is written"))]
    symbol: Annotated[str, Meta(pattern=r"^[A-ZĐ]{1,15}$(?!\n)", description=mark("Its letters: UBND"))] = "UBND"
    parent: Annotated[Text, Meta(description=mark("The authority above it; leave it out for none"))] = ""
    date: (
        Annotated[
            str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$(?!\n)", description=mark("Day of issue; leave it out while open"))
        ]
        | UnsetType
    ) = UNSET
    drafted_by: Annotated[Text, Meta(description=mark("Letters of the unit that drafts"))] = ""
    addressees: Annotated[list[Text], Meta(max_length=50, description=mark("To whom a report goes up"))] = []
    signing: Annotated[list[Text], Meta(max_length=4, description=mark("Lines above the signature"))] = []
    grounds: Annotated[
        list[Text], Meta(max_length=50, description=mark("What the paper rests on, each “Căn cứ …”"))
    ] = []
    recipients: Annotated[list[Text], Meta(max_length=50, description=mark("Who gets it, without the last line"))] = []


class OwnPillar(Struct, kw_only=True):
    """A pillar of a locality's own set."""

    id: Id
    name: Text
    name_en: Text = ""
    causes: list[
        Literal["report", "desk", "convening", "decision", "no_answer", "turnout", "unit", "travel", "supplies"]
    ] = []


class OwnPillars(Struct, kw_only=True):
    """A locality's own set of pillars."""

    id: Id
    name: Text
    legal_basis: Text
    valid_from: Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$(?!\n)")]
    pillars: Annotated[list[OwnPillar], Meta(min_length=1)]
    name_en: Text = ""
