"""What did the rehearsal say? Estimates with intervals, deadlines, minutes lost, bottlenecks, what stays open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sansang.model.plan.quantity import Provenance


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the 95 % interval of the simulation's own error (not of what was assumed)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Minutes below which a tenth, half and nine tenths of the cases lie, among those that got there."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class DeadlineResult:
    """How often a deadline is met. ``need`` is None for the deadline of the ward's order.

    ``share`` is of the cases decided by the horizon; ``ahead`` counts those still open with the deadline after it.
    ``band`` holds the 5th and 95th percentile of the share when the assumed inputs vary; None if not asked for.
    """

    situation: str
    situation_name: str
    need: str | None
    need_name: str | None
    minutes: float
    share: Estimate | None
    met: int
    missed: int
    ahead: int
    band: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class NeedResult:
    """How a need fares: per situation of its kind, and the minutes from the occurrence to the start of its work."""

    situation: str
    need: str
    name: str
    capability: str
    occurred: int
    started: int
    lost: int
    mean_minutes: Estimate | None
    minutes: Quantiles | None
    stuck_units: float  # units a replication that stand at it when the exercise ends, its work never begun
    minutes_by_cause: Mapping[str, float]  # mean per situation, to the start of its work or the horizon


@dataclass(frozen=True, slots=True)
class SituationResult:
    """How a kind of situation goes; shares are of those that occurred, minutes are from the occurrence."""

    id: str
    name: str
    per_replication: float
    occurred: int
    escalated: Estimate | None
    contained: Estimate | None
    open: int
    lost_needs: int
    to_order: Quantiles | None
    to_arrival: Quantiles | None
    to_contained: Quantiles | None
    minutes_by_cause: Mapping[str, float]  # mean per situation, to the start of the need that starts last


@dataclass(frozen=True, slots=True)
class PillarResult:
    """Minutes lost per replication under one pillar; None when the rehearsal does not measure it."""

    id: str
    name_vi: str
    name_en: str
    minutes: Estimate | None


@dataclass(frozen=True, slots=True)
class PhaseResult:
    """One phase: situations that occurred in it, per replication, and what became of them.

    Where units do not move (``units_move`` false) a situation is closed by the order, and its deadlines are for it.
    """

    id: str
    name: str
    units_move: bool
    situations: float
    ordered: Estimate | None
    closed: Estimate | None
    deadlines: Estimate | None
    minutes_by_cause: Mapping[str, float]  # mean per situation of the phase


@dataclass(frozen=True, slots=True)
class PostResult:
    """A post: minutes a matter waits for a desk, share of desk time in use, matters still waiting at the end."""

    id: str
    name: str
    matters: float
    wait: Estimate | None
    load: Estimate | None
    left: float


@dataclass(frozen=True, slots=True)
class UnitResult:
    """A unit, per replication: orders, calls not answered, minutes by activity, share of its duty spent ordered."""

    id: str
    name: str
    orders: float
    unanswered: float
    minutes: Mapping[str, float]
    busy: float


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A need whose amount all who could ever serve it cannot reach, found before the run."""

    situation: str
    need: str
    capability: str
    amount: int
    reach: int
    escalated: bool


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumed input and how the deadlines move with it: rank correlation with the mean share met."""

    path: str
    correlation: float


@dataclass(frozen=True, slots=True)
class RehearsalResult:
    """What a rehearsal of one plan said; with digest, seed and version it can be made again."""

    scenario: str
    title: str
    digest: str
    version: str
    seed: int
    asked: int
    replications: int
    example: bool
    horizon: float
    count_from: float
    pillar_set: str
    provenance: Mapping[Provenance, int]
    deadlines: tuple[DeadlineResult, ...]
    situations: tuple[SituationResult, ...]
    needs: tuple[NeedResult, ...]
    minutes_by_cause: Mapping[str, Estimate]
    pillars: tuple[PillarResult, ...]
    phases: tuple[PhaseResult, ...]
    posts: tuple[PostResult, ...]
    units: tuple[UnitResult, ...]
    out_of_reach: tuple[OutOfReach, ...]
    assumptions: tuple[Assumption, ...]
    band_designs: int
    band_replications: int
    injects_played: int
    injects_left: int  # released by people only, put off, or without a post that the plan knows
    events: int
