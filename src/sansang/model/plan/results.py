"""What did the rehearsal find? Estimates with intervals, deadlines, minutes lost, bottlenecks, open situations.

The names of the fields are also those of a stored result (``formats.result_json``).
"""

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
    """The 10 %, 50 % and 90 % quantiles, in minutes, of the cases in which it happened."""

    p10: float
    p50: float
    p90: float


@dataclass(frozen=True, slots=True)
class DeadlineResult:
    """How often a deadline is met. ``need`` is None for the deadline of the ward's order.

    ``minutes`` is the deadline, from the occurrence. ``share`` is of the cases decided by the horizon (None without
    one), ``met`` and ``missed`` count them; ``ahead`` counts those still open with the deadline after the horizon.
    ``band`` holds the 5th and 95th percentile of the share when the assumed inputs vary; None if it was not computed.
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
    """How often the work on a need starts, and the minutes from the occurrence to its start.

    ``occurred``, ``started`` and ``lost`` count situations over all replications.
    """

    situation: str
    need: str
    name: str
    capability: str
    occurred: int
    started: int
    lost: int
    mean_minutes: Estimate | None
    minutes: Quantiles | None
    stuck_units: float  # units per replication that are at it at the horizon, its work never started
    minutes_by_cause: Mapping[str, float]  # mean per situation, to the start of its work or the horizon


@dataclass(frozen=True, slots=True)
class SituationResult:
    """What became of a kind of situation; shares are of those that occurred, minutes are from the occurrence.

    ``occurred``, ``open`` and ``lost_needs`` are counts over all replications.
    """

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
    """One phase: situations that occurred in it, per replication, and shares of what became of them.

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
    """A post, per replication: ``matters`` are situations, requests and injects, ``left`` those waiting at the end.

    ``wait`` is the mean number of minutes that a matter waits for a desk, ``load`` the share of desk time in use (None
    with any number of desks).
    """

    id: str
    name: str
    matters: float
    wait: Estimate | None
    load: Estimate | None
    left: float


@dataclass(frozen=True, slots=True)
class UnitResult:
    """A unit, per replication: orders, orders not answered, minutes by activity, share of its duty under orders."""

    id: str
    name: str
    orders: float
    unanswered: float
    minutes: Mapping[str, float]
    busy: float


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """A need whose ``amount`` is more than ``reach``, the strength of all units and services that could serve it."""

    situation: str
    need: str
    capability: str
    amount: int
    reach: int
    escalated: bool


@dataclass(frozen=True, slots=True)
class Assumption:
    """An assumed input (its path in the plan) and its rank correlation with the mean share of deadlines met."""

    path: str
    correlation: float


@dataclass(frozen=True, slots=True)
class RehearsalResult:
    """The result of a rehearsal of one plan; digest, seed and version reproduce it.

    ``asked`` is the number of replications requested, ``replications`` the number played; times are minutes.
    """

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
