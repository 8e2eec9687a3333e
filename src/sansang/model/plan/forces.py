"""Who answers, from where, with what? Posts with their decision chains, units, external services, stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sansang.model.areas import AdminUnit
from sansang.model.plan.quantity import Amount, Duration, Number, Probability, minutes

#: Kinds of force that a unit belongs to, by the glossary's identifiers.
ForceKind = Literal[
    "ward_police",
    "militia",
    "grassroots_security_force",
    "volunteer_fire_team",
    "health_station",
    "core_mass_force",
    "mass_organisation",
    "fire_rescue_police",
    "other",
]

MeansState = Literal["ready", "in_repair", "missing"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a decision body: whether and how soon he or she comes.

    ``shows_up`` is decided once a night; ``convene`` is the time to come, drawn each time that the chain runs.
    """

    id: str
    role: str
    shows_up: Probability = field(default_factory=lambda: Probability(1.0))
    convene: Duration = field(default_factory=lambda: minutes(0))


@dataclass(frozen=True, slots=True)
class DecisionBody:
    """The people who must meet before a step of the decision chain can begin, and how many of them are enough."""

    id: str
    name: str
    members: tuple[Member, ...]
    quorum: Amount


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a decision chain: who meets, how long it takes, which paper comes out.

    If too few members come at all, the step begins ``without_quorum`` minutes after the step before has ended.
    """

    id: str
    name: str
    duration: Duration
    body: str | None = None
    paper: str = ""
    without_quorum: Number = field(default_factory=lambda: Number(0.0))


@dataclass(frozen=True, slots=True)
class Post:
    """A command post: how many matters it handles at once (None: any number) and how it decides."""

    id: str
    name: str
    desks: Amount | None = None
    chain: tuple[Step, ...] = ()
    bodies: tuple[DecisionBody, ...] = ()
    head: str = ""


@dataclass(frozen=True, slots=True)
class Ward:
    """An administrative unit in the plan, with its post, its stores, and what it keeps back when it lends."""

    id: str
    area: AdminUnit
    post: Post
    stores: Mapping[str, Amount] = field(default_factory=dict)
    keep_back: Mapping[str, Amount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upper:
    """The upper command: its post, its stores, and how long its supplies take to come."""

    post: Post
    stores: Mapping[str, Amount] = field(default_factory=dict)
    resupply: Duration = field(default_factory=lambda: minutes(0))


@dataclass(frozen=True, slots=True)
class Means:
    """Equipment of a unit: what it is, how many, and in which state."""

    kind: str
    quantity: Amount
    state: MeansState = "ready"


@dataclass(frozen=True, slots=True)
class Unit:
    """A group that is ordered as a whole: where it stands, what it can do, when it is on duty.

    ``members`` are names or duty numbers of those counted in ``people``, as far as the plan lists them.
    ``ward`` is None for the upper command's reserve. ``on_duty`` is [from, to) in minutes of the exercise; no
    end is infinity. ``capabilities`` maps a capability to the strength that the unit brings.
    """

    id: str
    name: str
    ward: str | None
    home: str
    mode: str
    capabilities: Mapping[str, Amount]
    kind: ForceKind = "other"
    on_duty: tuple[float, float] = (0.0, float("inf"))
    shows_up: Probability = field(default_factory=lambda: Probability(1.0))
    turnout: Duration = field(default_factory=lambda: minutes(0))
    head: str = ""
    people: Amount | None = None
    members: tuple[str, ...] = ()
    means: tuple[Means, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """An external service (114, 115): called, not commanded. ``teams`` can be out at once, each with its strength.

    ``called`` says when: at the ward's decision, or already at the report.
    """

    id: str
    name: str
    capabilities: Mapping[str, Amount]
    response: Duration
    teams: Amount = field(default_factory=lambda: Amount(1))
    called: Literal["decision", "report"] = "decision"
