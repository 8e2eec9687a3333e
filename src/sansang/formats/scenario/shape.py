"""What may stand in a scenario file? The shape, declared once: it gives the JSON Schema and the typed values.

Descriptions are messages of the catalogue, so an editor shows them in the user's language.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from sansang.formats.scenario.shape_numbers import Id, Minutes, Pieces, Quantity, Strengths, Text
from sansang.formats.scenario.shape_people import Inject, Issuing, Objective, OwnPillars, Phase, Role, Silence, Task
from sansang.model.plan.forces import ForceKind, MeansState
from sansang.words import mark

VERSION = 1


class TravelTime(Struct, kw_only=True):
    """Minutes between two sites; null: no way for this mode."""

    from_: Id = field(name="from")
    to: Id
    minutes: Quantity | None


class Mode(Struct, kw_only=True):
    """A way of moving."""

    id: Id
    name: Text
    speed: Annotated[Quantity, Meta(description=mark("Kilometres an hour"))] | UnsetType = UNSET
    detour: Annotated[Quantity, Meta(description=mark("Length of the way ÷ straight line"))] | UnsetType = UNSET
    factor: Annotated[Quantity, Meta(description=mark("How much a trip differs: a factor"))] | UnsetType = UNSET
    times: list[TravelTime] = []


class Member(Struct, kw_only=True):
    """One who sits in a body of the decision chain."""

    id: Id
    role: Text
    shows_up: Annotated[Quantity, Meta(description=mark("Chance of coming at all, 0 to 1"))] | UnsetType = UNSET
    convene: Annotated[Quantity, Meta(description=mark("Minutes to come once called"))] | UnsetType = UNSET


class Body(Struct, kw_only=True):
    """Those who must meet before a step can begin."""

    id: Id
    name: Text
    members: list[Member]
    quorum: Annotated[Quantity, Meta(description=mark("How many are enough"))]


class Step(Struct, kw_only=True):
    """One step of a decision chain."""

    id: Id
    name: Text
    duration: Annotated[Quantity, Meta(description=mark("Minutes, once the body is there"))]
    body: Id | UnsetType = UNSET
    paper: Text = ""
    without_quorum: (
        Annotated[Quantity, Meta(description=mark("Minutes after which it begins if too few come at all"))] | UnsetType
    ) = UNSET


class Post(Struct, kw_only=True):
    """A command post."""

    name: Text
    id: Id | UnsetType = UNSET
    desks: (
        Annotated[Quantity, Meta(description=mark("Matters handled at once; leave it out for any number"))] | UnsetType
    ) = UNSET
    chain: list[Step] = []
    bodies: list[Body] = []
    head: Annotated[Text, Meta(description=mark("The head who answers for it"))] = ""


class Ward(Struct, kw_only=True):
    """A ward of the plan."""

    id: Id
    area: Annotated[
        str,
        Meta(
            pattern=r"^[0-9]{1,5}$(?!\n)",
            description=mark('Code of the administrative unit, in quotes: "27238"'),
        ),
    ]
    post: Post
    stores: Pieces = {}
    keep_back: Annotated[Strengths, Meta(description=mark("Strength kept at home when units are lent"))] = {}


class Upper(Struct, kw_only=True):
    """The upper command."""

    post: Post
    stores: Pieces = {}
    resupply: Annotated[Quantity, Meta(description=mark("Minutes for its supplies to come"))] | UnsetType = UNSET


class Site(Struct, kw_only=True):
    """A place that the plan names."""

    id: Id
    name: Text
    ward: Id
    at: (
        Annotated[list[float], Meta(min_length=2, max_length=2, description=mark("[degrees north, degrees east]"))]
        | UnsetType
    ) = UNSET


class Means(Struct, kw_only=True):
    """Equipment of a unit."""

    kind: Text
    quantity: Quantity
    state: MeansState = "ready"


class Unit(Struct, kw_only=True):
    """A group that is ordered as a whole."""

    id: Id
    name: Text
    home: Annotated[Id, Meta(description=mark("The site where it stands"))]
    mode: Id
    capabilities: Annotated[Strengths, Meta(min_length=1)]
    ward: Annotated[Id, Meta(description=mark("Leave it out for the upper command's reserve"))] | UnsetType = UNSET
    kind: ForceKind = "other"
    on_duty: (
        Annotated[
            list[Annotated[float, Meta(ge=0, le=1_000_000)] | None],
            Meta(min_length=2, max_length=2, description=mark("[from, to) in minutes; null: to the end")),
        ]
        | UnsetType
    ) = UNSET
    shows_up: Annotated[Quantity, Meta(description=mark("Chance of answering, 0 to 1"))] | UnsetType = UNSET
    turnout: Annotated[Quantity, Meta(description=mark("Minutes from the order to setting out"))] | UnsetType = UNSET
    head: Text = ""
    people: Quantity | UnsetType = UNSET
    members: Annotated[
        list[Text], Meta(max_length=500, description=mark("Names or duty numbers of those counted in people"))
    ] = []
    means: list[Means] = []


class Service(Struct, kw_only=True):
    """An external service (114, 115): called, not commanded."""

    id: Id
    name: Text
    capabilities: Annotated[Strengths, Meta(min_length=1, description=mark("Strength of one team"))]
    response: Annotated[Quantity, Meta(description=mark("Minutes from the call to the arrival"))]
    teams: Annotated[Quantity, Meta(description=mark("Teams that can be out at once"))] | UnsetType = UNSET
    called: Literal["decision", "report"] = "decision"


class RatePiece(Struct, kw_only=True):
    """So many an hour between two minutes."""

    from_: Minutes = field(name="from")
    to: Minutes
    per_hour: Quantity


class Start(Struct, kw_only=True):
    """A fixed minute, or a stream."""

    minute: Quantity | UnsetType = UNSET
    jitter: Annotated[Quantity, Meta(description=mark("Minutes added to it, may be below 0"))] | UnsetType = UNSET
    stream: Annotated[list[RatePiece], Meta(min_length=1)] | UnsetType = UNSET


class WeightedSite(Struct, kw_only=True):
    """One of several possible sites."""

    site: Id
    weight: Annotated[float, Meta(gt=0, le=1_000_000)] = 1.0


class Need(Struct, kw_only=True):
    """What a situation asks for."""

    id: Id
    capability: Text
    amount: Quantity
    work: Annotated[Quantity, Meta(description=mark("Minutes of work"))]
    name: Text = ""
    deadline: (
        Annotated[Quantity, Meta(description=mark("Minutes from the occurrence to the start of the work"))] | UnsetType
    ) = UNSET
    supplies: Pieces = {}


class FollowOn(Struct, kw_only=True):
    """What may come of a situation that grew."""

    situation: Id
    probability: Quantity
    delay: Quantity | UnsetType = UNSET


class Escalation(Struct, kw_only=True):
    """It grows if the work has not begun in time."""

    after: Annotated[Quantity, Meta(description=mark("Minutes from the occurrence"))]
    percent: Annotated[Quantity, Meta(description=mark("What is asked for then, in percent (100: the same)"))] = 100.0
    follow_on: FollowOn | UnsetType = UNSET


class Situation(Struct, kw_only=True):
    """One kind of thing that happens."""

    id: Id
    name: Text
    priority: Annotated[int, Meta(ge=1, le=9, description=mark("1 comes first"))]
    needs: Annotated[list[Need], Meta(min_length=1)]
    start: Start | UnsetType = UNSET
    sites: Id | Annotated[list[WeightedSite], Meta(min_length=1)] | UnsetType = UNSET
    report_delay: (
        Annotated[Quantity, Meta(description=mark("Minutes until the ward's post hears of it"))] | UnsetType
    ) = UNSET
    escalation: Escalation | UnsetType = UNSET
    waits: Annotated[bool, Meta(description=mark("false: what is short at the decision is lost"))] = True
    order_within: (
        Annotated[Quantity, Meta(description=mark("Deadline from the occurrence to the ward's order, minutes"))]
        | UnsetType
    ) = UNSET


class ScenarioFile(Struct, kw_only=True):
    """A scenario."""

    format: Annotated[int, Meta(ge=1, description=mark("Version of this form of file: 1"))]
    id: Id
    title: Text
    start: Annotated[str, Meta(description=mark("Date and time with a zone: 2026-11-14T22:30:00+07:00"))]
    horizon: Annotated[float, Meta(gt=0, le=34_560, description=mark("How long the exercise lasts, in minutes"))]
    pillars: str | OwnPillars
    modes: list[Mode] = []
    wards: list[Ward] = []
    sites: list[Site] = []
    units: Annotated[list[Unit], Meta(max_length=1000)] = []
    situations: Annotated[list[Situation], Meta(max_length=4096)] = []
    parts: Annotated[list[str], Meta(description=mark("Files beside this one that hold some of these keys"))] = []
    label: Text = ""
    example: Annotated[bool, Meta(description=mark("true: papers and pages are marked as an example"))] = False
    description: Text = ""
    policy: Literal["on_the_spot_first", "nearest_of_all"] = "on_the_spot_first"
    no_answer: (
        Annotated[Quantity, Meta(description=mark("Minutes before a unit that does not answer is held for absent"))]
        | UnsetType
    ) = UNSET
    count_from: Annotated[float, Meta(ge=0, description=mark("Leave out what occurs before this minute"))] = 0.0
    upper: Upper | UnsetType = UNSET
    services: list[Service] = []
    phases: list[Phase] = []
    objectives: list[Objective] = []
    tasks: list[Task] = []
    roles: list[Role] = []
    injects: list[Inject] = []
    papers: Annotated[Issuing, Meta(description=mark("Who issues the papers, from where, to whom"))] | UnsetType = UNSET
    silenced: Annotated[
        list[Silence], Meta(description=mark("Findings of `sansang check` that stand for a reason"))
    ] = []


@cache
def plain_schema() -> dict[str, Any]:
    """The JSON Schema with its descriptions as they stand in the code; not to be changed."""
    import msgspec

    return msgspec.json.schema(ScenarioFile)
