"""What do the tables say? Figures with their intervals, from one row per replication."""

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
from sansang.rehearsal.codes import U_CALLED, U_HOME, U_RETURNING
from sansang.rehearsal.intervals import mean, quantiles, ratio, share
from sansang.rehearsal.kernel import outcome
from sansang.rehearsal.kernel.outcome import Tables
from sansang.rehearsal.layout import Plan

ACTIVITIES = ("home", "called", "turnout", "travel", "standing", "working", "returning")


def deadlines(scenario: Scenario, tables: Tables) -> tuple[DeadlineResult, ...]:
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
    met, missed, ahead = (column[:, i] for i in (outcome.MET, outcome.MISSED, outcome.AHEAD))
    return DeadlineResult(
        situation=situation.id,
        situation_name=situation.name,
        need=None if need is None else need.id,
        need_name=None if need is None else need.name or need.id,
        minutes=minutes,
        share=share(met, met + missed),
        met=int(met.sum()),
        missed=int(missed.sum()),
        ahead=int(ahead.sum()),
    )


def situations(scenario: Scenario, tables: Tables) -> tuple[SituationResult, ...]:
    """Every kind of situation, in the order of the file."""
    found = []
    for number, situation in enumerate(scenario.situations):
        counts = tables.situations[:, number]
        occurred = counts[:, outcome.OCCURRED]
        total = int(occurred.sum())
        causes = tables.definition_causes[number]
        first = tables.first[:, number]
        found.append(
            SituationResult(
                id=situation.id,
                name=situation.name,
                per_replication=total / len(occurred),
                occurred=total,
                escalated=share(counts[:, outcome.ESCALATED], occurred),
                contained=share(counts[:, outcome.WAS_CONTAINED], occurred),
                open=int(counts[:, outcome.OPEN].sum()),
                lost_needs=int(counts[:, outcome.LOST_NEEDS].sum()),
                to_order=quantiles(first[:, outcome.TO_ORDER]),
                to_arrival=quantiles(first[:, outcome.TO_ARRIVAL]),
                to_contained=quantiles(first[:, outcome.TO_CONTAINED]),
                minutes_by_cause={
                    cause: float(causes[i]) / 60000 / total if total else 0.0 for i, cause in enumerate(CAUSES)
                },
            )
        )
    return tuple(found)


def needs(scenario: Scenario, tables: Tables) -> tuple[NeedResult, ...]:
    """Every need, in the order of the file."""
    found = []
    row = 0
    for number, situation in enumerate(scenario.situations):
        occurred = int(tables.situations[:, number, outcome.OCCURRED].sum())
        for need in situation.needs:
            counts = tables.needs[:, row]
            begun = counts[:, outcome.BEGUN]
            found.append(
                NeedResult(
                    situation=situation.id,
                    need=need.id,
                    name=need.name or need.id,
                    capability=need.capability,
                    occurred=occurred,
                    started=int(begun.sum()),
                    lost=int(counts[:, outcome.WAS_LOST].sum()),
                    mean_minutes=ratio(tables.need_sums[:, row] / 60000, begun),
                    minutes=quantiles(tables.starts[:, row]),
                    stuck_units=float(counts[:, outcome.STUCK].mean()),
                    minutes_by_cause={
                        cause: float(tables.need_causes[row, i]) / 60000 / max(occurred, 1)
                        for i, cause in enumerate(CAUSES)
                    },
                )
            )
            row += 1
    return tuple(found)


def minutes_by_cause(tables: Tables) -> dict[str, Estimate]:
    """Minutes a replication that each cause takes, over all situations."""
    return {cause: mean(tables.causes[:, i] / 60000) for i, cause in enumerate(CAUSES)}


def pillars(scenario: Scenario, tables: Tables) -> tuple[PillarResult, ...]:
    """Minutes lost a replication under each pillar of the plan's set."""
    per_replication = tables.causes / 60000
    found = []
    for pillar in scenario.pillars.pillars:
        rows = [CAUSES.index(cause) for cause in pillar.causes]
        minutes = mean(per_replication[:, rows].sum(axis=1)) if rows else None
        found.append(PillarResult(pillar.id, pillar.name_vi, pillar.name_en, minutes))
    return tuple(found)


def phases(scenario: Scenario, tables: Tables) -> tuple[PhaseResult, ...]:
    """Every phase, in the order of time."""
    found = []
    for number, phase in enumerate(sorted(scenario.phases, key=lambda p: p.start)):
        counts = tables.phases[:, number]
        occurred = counts[:, outcome.IN_PHASE]
        total = int(occurred.sum())
        met, missed = counts[:, outcome.PHASE_MET], counts[:, outcome.PHASE_MISSED]
        found.append(
            PhaseResult(
                id=phase.id,
                name=phase.name,
                units_move=phase.units_move,
                situations=total / len(occurred),
                ordered=share(counts[:, outcome.ORDERS_GIVEN], occurred),
                closed=share(counts[:, outcome.CLOSED], occurred),
                deadlines=share(met, met + missed),
                minutes_by_cause={
                    cause: float(tables.phase_causes[number, i]) / 60000 / max(total, 1)
                    for i, cause in enumerate(CAUSES)
                },
            )
        )
    return tuple(found)


def posts(scenario: Scenario, tables: Tables) -> tuple[PostResult, ...]:
    """Every post, the upper command last."""
    window = (scenario.horizon - scenario.count_from) * 60000
    found = []
    for number, post in enumerate(scenario.posts):
        column = tables.posts[:, number]
        load = None
        if post.desks is not None:
            load = mean(column[:, outcome.BUSY] / (window * post.desks.value))
        found.append(
            PostResult(
                id=post.id,
                name=post.name,
                matters=float((column[:, outcome.TAKEN] + column[:, outcome.LEFT]).mean()),
                wait=ratio(
                    (column[:, outcome.WAITED] + column[:, outcome.LEFT_WAITED]) / 60000,
                    column[:, outcome.TAKEN] + column[:, outcome.LEFT],
                ),
                load=load,
                left=float(column[:, outcome.LEFT].mean()),
            )
        )
    return tuple(found)


def units(scenario: Scenario, plan: Plan, tables: Tables) -> tuple[UnitResult, ...]:
    """Every unit, in the order of the file."""
    found = []
    replications = len(tables.played)
    horizon, count_from = int(plan.general[0]["horizon"]), int(plan.general[0]["count_from"])
    for number, unit in enumerate(scenario.units):
        ms = tables.unit_ms[number] / replications
        duty = min(horizon, int(plan.units[number]["duty_to"])) - max(count_from, int(plan.units[number]["duty_from"]))
        ordered = float(ms.sum() - ms[U_HOME] - ms[U_CALLED] - ms[U_RETURNING])
        found.append(
            UnitResult(
                id=unit.id,
                name=unit.name,
                orders=float(tables.unit_calls[number, 0]) / replications,
                unanswered=float(tables.unit_calls[number, 1]) / replications,
                minutes={name: float(ms[i]) / 60000 for i, name in enumerate(ACTIVITIES)},
                busy=ordered / duty if duty > 0 else 0.0,
            )
        )
    return tuple(found)
