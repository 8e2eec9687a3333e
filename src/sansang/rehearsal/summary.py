"""Which figures follow from the outcome tables? Results with their intervals, from one row per replication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from sansang.model.plan.pillars import CAUSES
from sansang.model.plan.results import (
    DeadlineResult,
    Estimate,
    NeedResult,
    PhaseResult,
    PillarResult,
    PostResult,
    SituationResult,
    UnitResult,
)
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.situations import Need, Situation
from sansang.rehearsal.chance import MS_PER_MINUTE
from sansang.rehearsal.codes import ACTIVITY_CALLED, ACTIVITY_HOME, ACTIVITY_RETURNING
from sansang.rehearsal.intervals import mean_estimate, quantiles, ratio_estimate, share_estimate
from sansang.rehearsal.kernel import outcome
from sansang.rehearsal.kernel.outcome import OutcomeTables
from sansang.rehearsal.layout import PlanTables

ACTIVITIES = ("home", "called", "turnout", "travel", "standing", "working", "returning")


def deadline_results(scenario: Scenario, tables: OutcomeTables) -> tuple[DeadlineResult, ...]:
    """Every deadline of the plan, in the order of the file: the order's first, then the needs'."""
    return tuple(
        _deadline(situation, need, minutes, tables.deadlines[:, row])
        for situation, need, minutes, row in deadline_rows(scenario)
    )


def deadline_rows(scenario: Scenario) -> Iterator[tuple[Situation, Need | None, float, int]]:
    """Situation, need (None: the order), minutes and column of ``Tables.deadlines``, in the order of the file."""
    need_count = sum(len(situation.needs) for situation in scenario.situations)
    row = 0
    for number, situation in enumerate(scenario.situations):
        if situation.order_within is not None:
            yield situation, None, situation.order_within.value, need_count + number
        for need in situation.needs:
            if need.deadline is not None:
                yield situation, need, need.deadline.value, row
            row += 1


def _deadline(situation: Situation, need: Need | None, minutes: float, column: NDArray[Any]) -> DeadlineResult:
    met, missed, ahead = (column[:, i] for i in (outcome.MET, outcome.MISSED, outcome.UNDECIDED))
    return DeadlineResult(
        situation=situation.id,
        situation_name=situation.name,
        need=None if need is None else need.id,
        need_name=None if need is None else need.name or need.id,
        minutes=minutes,
        share=share_estimate(met, met + missed),
        met=int(met.sum()),
        missed=int(missed.sum()),
        ahead=int(ahead.sum()),
    )


def situation_results(scenario: Scenario, tables: OutcomeTables) -> tuple[SituationResult, ...]:
    """Every kind of situation, in the order of the file."""
    results = []
    for number, situation in enumerate(scenario.situations):
        counts = tables.situations[:, number]
        occurred = counts[:, outcome.OCCURRED]
        total = int(occurred.sum())
        cause_ms = tables.definition_cause_ms[number]
        first_ms = tables.first_ms[:, number]
        results.append(
            SituationResult(
                id=situation.id,
                name=situation.name,
                per_replication=total / len(occurred),
                occurred=total,
                escalated=share_estimate(counts[:, outcome.ESCALATED], occurred),
                contained=share_estimate(counts[:, outcome.WAS_CONTAINED], occurred),
                open=int(counts[:, outcome.OPEN].sum()),
                lost_needs=int(counts[:, outcome.LOST_NEEDS].sum()),
                to_order=quantiles(first_ms[:, outcome.TO_ORDER]),
                to_arrival=quantiles(first_ms[:, outcome.TO_ARRIVAL]),
                to_contained=quantiles(first_ms[:, outcome.TO_CONTAINED]),
                minutes_by_cause={
                    cause: float(cause_ms[i]) / MS_PER_MINUTE / total if total else 0.0
                    for i, cause in enumerate(CAUSES)
                },
            )
        )
    return tuple(results)


def need_results(scenario: Scenario, tables: OutcomeTables) -> tuple[NeedResult, ...]:
    """Every need, in the order of the file."""
    results = []
    row = 0
    for number, situation in enumerate(scenario.situations):
        occurred = int(tables.situations[:, number, outcome.OCCURRED].sum())
        for need in situation.needs:
            counts = tables.needs[:, row]
            started = counts[:, outcome.STARTED_COUNT]
            results.append(
                NeedResult(
                    situation=situation.id,
                    need=need.id,
                    name=need.name or need.id,
                    capability=need.capability,
                    occurred=occurred,
                    started=int(started.sum()),
                    lost=int(counts[:, outcome.WAS_LOST].sum()),
                    mean_minutes=ratio_estimate(tables.need_ms[:, row] / MS_PER_MINUTE, started),
                    minutes=quantiles(tables.start_ms[:, row]),
                    stuck_units=float(counts[:, outcome.STUCK_UNITS].mean()),
                    minutes_by_cause={
                        cause: float(tables.need_cause_ms[row, i]) / MS_PER_MINUTE / max(occurred, 1)
                        for i, cause in enumerate(CAUSES)
                    },
                )
            )
            row += 1
    return tuple(results)


def minutes_by_cause(tables: OutcomeTables) -> dict[str, Estimate]:
    """Minutes lost per replication by each cause, over all situations."""
    return {cause: mean_estimate(tables.cause_ms[:, i] / MS_PER_MINUTE) for i, cause in enumerate(CAUSES)}


def pillar_results(scenario: Scenario, tables: OutcomeTables) -> tuple[PillarResult, ...]:
    """Minutes lost per replication under each pillar of the plan's set."""
    per_replication = tables.cause_ms / MS_PER_MINUTE
    results = []
    for pillar in scenario.pillars.pillars:
        rows = [CAUSES.index(cause) for cause in pillar.causes]
        minutes = mean_estimate(per_replication[:, rows].sum(axis=1)) if rows else None
        results.append(PillarResult(pillar.id, pillar.name_vi, pillar.name_en, minutes))
    return tuple(results)


def phase_results(scenario: Scenario, tables: OutcomeTables) -> tuple[PhaseResult, ...]:
    """Every phase, in the order of time."""
    results = []
    for number, phase in enumerate(sorted(scenario.phases, key=lambda p: p.start)):
        counts = tables.phases[:, number]
        occurred = counts[:, outcome.IN_PHASE]
        total = int(occurred.sum())
        met, missed = counts[:, outcome.PHASE_MET], counts[:, outcome.PHASE_MISSED]
        results.append(
            PhaseResult(
                id=phase.id,
                name=phase.name,
                units_move=phase.units_move,
                situations=total / len(occurred),
                ordered=share_estimate(counts[:, outcome.ORDERS_GIVEN], occurred),
                closed=share_estimate(counts[:, outcome.CLOSED], occurred),
                deadlines=share_estimate(met, met + missed),
                minutes_by_cause={
                    cause: float(tables.phase_cause_ms[number, i]) / MS_PER_MINUTE / max(total, 1)
                    for i, cause in enumerate(CAUSES)
                },
            )
        )
    return tuple(results)


def post_results(scenario: Scenario, tables: OutcomeTables) -> tuple[PostResult, ...]:
    """Every post, the upper command last."""
    window_ms = (scenario.horizon - scenario.count_from) * MS_PER_MINUTE
    results = []
    for number, post in enumerate(scenario.posts):
        column = tables.posts[:, number]
        load = None
        if post.desks is not None:
            load = mean_estimate(column[:, outcome.BUSY_MS] / (window_ms * post.desks.value))
        results.append(
            PostResult(
                id=post.id,
                name=post.name,
                matters=float((column[:, outcome.SERVED] + column[:, outcome.LEFT_WAITING]).mean()),
                wait=ratio_estimate(
                    (column[:, outcome.WAITED_MS] + column[:, outcome.LEFT_WAITED_MS]) / MS_PER_MINUTE,
                    column[:, outcome.SERVED] + column[:, outcome.LEFT_WAITING],
                ),
                load=load,
                left=float(column[:, outcome.LEFT_WAITING].mean()),
            )
        )
    return tuple(results)


def unit_results(scenario: Scenario, plan: PlanTables, tables: OutcomeTables) -> tuple[UnitResult, ...]:
    """Every unit, in the order of the file."""
    results = []
    replications = len(tables.events)
    horizon_ms, count_from_ms = int(plan.general[0]["horizon_ms"]), int(plan.general[0]["count_from_ms"])
    for number, unit in enumerate(scenario.units):
        ms = tables.unit_ms[number] / replications
        row = plan.units[number]
        duty_ms = min(horizon_ms, int(row["duty_to_ms"])) - max(count_from_ms, int(row["duty_from_ms"]))
        ordered_ms = float(ms.sum() - ms[ACTIVITY_HOME] - ms[ACTIVITY_CALLED] - ms[ACTIVITY_RETURNING])
        results.append(
            UnitResult(
                id=unit.id,
                name=unit.name,
                orders=float(tables.unit_orders[number, 0]) / replications,
                unanswered=float(tables.unit_orders[number, 1]) / replications,
                minutes={name: float(ms[i]) / MS_PER_MINUTE for i, name in enumerate(ACTIVITIES)},
                busy=ordered_ms / duty_ms if duty_ms > 0 else 0.0,
            )
        )
    return tuple(results)
