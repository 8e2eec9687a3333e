"""What is the plan? A scenario: the ground, the forces, what happens, and how well each number is known."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, TypeVar, cast

from sansang.model.plan.digest import is_default
from sansang.model.plan.forces import Post, Service, Unit, Upper, Ward
from sansang.model.plan.ground import Site, TravelMode
from sansang.model.plan.pillars import PillarSet
from sansang.model.plan.quantity import Amount, Basis, Duration, Number, Probability, Provenance, Quantity
from sansang.model.plan.situations import Situation
from sansang.model.plan.timetable import Phase, PlayedInject

OrderingPolicy = Literal["on_the_spot_first", "nearest_of_all"]
T = TypeVar("T")
AnyScenario = TypeVar("AnyScenario", bound="Scenario")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is played: by a machine, by people in a drill, or in a real night. All numbers of a plan are in it.

    Times are minutes from ``start``, up to ``horizon``.
    ``count_from`` leaves what occurs before that minute out of the figures (a warm-up). ``no_answer`` is how
    long one waits before a unit that does not answer is held for absent.
    """

    id: str
    title: str
    start: datetime
    horizon: float
    wards: tuple[Ward, ...]
    sites: tuple[Site, ...]
    modes: tuple[TravelMode, ...]
    units: tuple[Unit, ...]
    situations: tuple[Situation, ...]
    pillars: PillarSet
    upper: Upper | None = None
    services: tuple[Service, ...] = ()
    policy: OrderingPolicy = "on_the_spot_first"
    no_answer: Number = dataclasses.field(default_factory=lambda: Number(5.0))
    count_from: float = 0.0
    example: bool = False
    phases: tuple[Phase, ...] = ()
    injects: tuple[PlayedInject, ...] = ()

    @property
    def day(self) -> date:
        """The day of the exercise; areas are those that were valid on it."""
        return self.start.date()

    @property
    def missing_parts(self) -> tuple[str, ...]:
        """What a plan needs to be played and this one lacks: some of wards, sites, modes, situations."""
        needed = {"wards": self.wards, "sites": self.sites, "modes": self.modes, "situations": self.situations}
        return tuple(name for name, things in needed.items() if not things)

    @property
    def posts(self) -> tuple[Post, ...]:
        """The posts by number: the wards', then the upper command's."""
        every = tuple(ward.post for ward in self.wards)
        return every if self.upper is None else (*every, self.upper.post)

    def receiving_post(self, receiver: str) -> Post | None:
        """The post that gets what is sent to this receiver; None where it is no post."""
        wanted = self.post_id_of(receiver)
        return next((post for post in self.posts if post.id == wanted), None)

    def post_id_of(self, receiver: str) -> str:
        """The id of the post that a receiver stands for: itself, in a scenario without roles."""
        return receiver

    def site(self, site_id: str) -> Site:
        """The site with this id; raises KeyError."""
        return _by_id(self.sites, site_id)

    def ward(self, ward_id: str) -> Ward:
        """The ward with this id; raises KeyError."""
        return _by_id(self.wards, ward_id)

    def unit(self, unit_id: str) -> Unit:
        """The unit with this id; raises KeyError."""
        return _by_id(self.units, unit_id)

    def situation(self, situation_id: str) -> Situation:
        """The situation with this id; raises KeyError."""
        return _by_id(self.situations, situation_id)


def _by_id(things: tuple[T, ...], wanted: str) -> T:
    for thing in things:
        if cast(Any, thing).id == wanted:
            return thing
    raise KeyError(wanted)


@dataclass(frozen=True, slots=True)
class Input:
    """One number of the plan: where it stands ("units.to-dan-phong.turnout") and what it is."""

    path: str
    quantity: Quantity

    @property
    def basis(self) -> Basis:
        """How well it is known."""
        return self.quantity.basis


def inputs(scenario: Scenario) -> Iterator[Input]:
    """Every number of the plan that carries a basis, in the order of the file."""
    yield from _inputs(scenario, "")


def _inputs(value: object, path: str) -> Iterator[Input]:
    if isinstance(value, Duration | Number | Probability | Amount):
        yield Input(path, value)
    elif isinstance(value, PillarSet):
        return
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            # What the file leaves out is not an input: a default that changes nothing needs no basis.
            inner = getattr(value, field.name)
            if is_default(field, inner):
                continue
            yield from _inputs(inner, f"{path}.{field.name}" if path else field.name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            name = "→".join(key) if isinstance(key, tuple) else str(key)
            yield from _inputs(inner, f"{path}.{name}")
    elif isinstance(value, tuple):
        for number, inner in enumerate(value):
            yield from _inputs(inner, f"{path}.{getattr(inner, 'id', number)}")


def with_factors(scenario: AnyScenario, factors: Mapping[str, float]) -> AnyScenario:
    """The same plan with the numbers at these paths scaled; whole amounts stay as they are.

    Raises KeyError when a path names no number of the plan.
    """
    left = set(factors)
    changed = cast(AnyScenario, _scaled(scenario, "", factors, left))
    if left:
        raise KeyError(sorted(left)[0])
    return changed


def _scaled(value: Any, path: str, factors: Mapping[str, float], left: set[str]) -> Any:
    if isinstance(value, Duration | Number | Probability | Amount):
        if path not in factors:
            return value
        left.discard(path)
        return value if isinstance(value, Amount) else value.scaled(factors[path])
    if isinstance(value, PillarSet):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changes = {}
        for field in dataclasses.fields(value):
            inner = getattr(value, field.name)
            new = _scaled(inner, f"{path}.{field.name}" if path else field.name, factors, left)
            if new is not inner:
                changes[field.name] = new
        return dataclasses.replace(value, **changes) if changes else value
    if isinstance(value, Mapping):
        mapped = {
            key: _scaled(inner, f"{path}.{'→'.join(key) if isinstance(key, tuple) else key}", factors, left)
            for key, inner in value.items()
        }
        return mapped if any(mapped[key] is not value[key] for key in value) else value
    if isinstance(value, tuple):
        items = tuple(
            _scaled(inner, f"{path}.{getattr(inner, 'id', number)}", factors, left)
            for number, inner in enumerate(value)
        )
        return items if any(a is not b for a, b in zip(items, value, strict=True)) else value
    return value


def provenance_counts(scenario: Scenario) -> dict[Provenance, int]:
    """How many numbers of the plan are measured, sourced, assumed."""
    counts: dict[Provenance, int] = {"measured": 0, "sourced": 0, "assumed": 0}
    for item in inputs(scenario):
        counts[item.basis.provenance] += 1
    return counts
