"""Which plan is better, and by how much? Two to four plans under the same chances, figure by figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sansang import __version__
from sansang.model.plan.comparison import (
    AssumedBand,
    ComparedPlan,
    Comparison,
    ComparisonResult,
    DeadlineChange,
    PillarChange,
    PostChange,
)
from sansang.model.plan.digest import digest
from sansang.model.plan.pillars import CAUSES
from sansang.model.plan.results import Assumption
from sansang.model.plan.scenario import Scenario, with_factors
from sansang.rehearsal import assumptions
from sansang.rehearsal.chance import MS_PER_MINUTE
from sansang.rehearsal.kernel import outcome
from sansang.rehearsal.kernel.outcome import OutcomeTables
from sansang.rehearsal.keys import entity_keys
from sansang.rehearsal.paired_difference import paired_difference
from sansang.rehearsal.plan import compile_plan
from sansang.rehearsal.rehearse_plan import check_request
from sansang.rehearsal.runner import ProgressCallback, play_replications
from sansang.rehearsal.summary import deadline_rows

#: The plan before and up to three others.
MAX_PLANS = 4
#: Situation and need (None: the order) → minutes, names, column of ``OutcomeTables.deadlines``.
_DeadlineColumns = dict[tuple[str, str | None], tuple[float, str, str | None, int]]


def compare(
    plans: Sequence[Scenario],
    runs: int = 10_000,
    seed: int = 7,
    *,
    changes: Sequence[tuple[str, ...]] = (),
    threads: int | None = None,
    band: bool = True,
    progress: ProgressCallback | None = None,
) -> ComparisonResult:
    """Each plan after the first compared with the first, over ``runs`` replications of each with common chances.

    Entities of one name draw the same chances in all plans, so each figure has the interval (95 %) of its paired
    difference. Times are minutes, shares lie between 0 and 1. ``changes`` says for each plan after the first what
    was set in it. ``band`` plays all plans again with the assumed inputs of all of them varied together.
    ``threads`` and ``progress`` as in ``rehearse``.

    Raises ValueError when there are not two to four plans, otherwise as ``rehearse``. Sources of the formulas:
    ``paired_difference``, ``assumptions``.
    """
    if not 2 <= len(plans) <= MAX_PLANS:
        raise ValueError(f"compare takes 2 to {MAX_PLANS} plans")
    for plan in plans:
        check_request(plan, runs, seed)
    keys = entity_keys(*plans)
    ranges = {path: span for plan in reversed(plans) for path, span in assumptions.factor_ranges(plan).items()}
    factors = assumptions.latin_hypercube(ranges, seed) if band else []
    per_design = max(100, runs // assumptions.DESIGNS) if factors else 0
    total = len(plans) * (runs + per_design * len(factors))
    played = 0

    def play(plan: Scenario, count: int) -> OutcomeTables:
        nonlocal played
        base = played
        played += count
        return play_replications(
            compile_plan(plan, keys), seed, count, threads=threads, progress=partial(report_from, base)
        )

    def report_from(base: int, done: int, _: int) -> None:
        if progress is not None:
            progress(base + done, total)

    tables = [play(plan, runs) for plan in plans]
    varied = [[play(_with_own_factors(plan, design), per_design) for plan in plans] for design in factors]
    compared = []
    for number in range(1, len(plans)):
        pairs = [(tables_of[0], tables_of[number]) for tables_of in varied]
        settings = changes[number - 1] if number <= len(changes) else ()
        compared.append(
            _comparison((plans[0], plans[number]), (tables[0], tables[number]), _DesignTables(factors, pairs), settings)
        )
    return ComparisonResult(
        version=__version__,
        seed=seed,
        replications=runs,
        example=any(plan.example for plan in plans),
        before=ComparedPlan(plans[0].id, plans[0].title, digest(plans[0])),
        after=tuple(compared),
        band_designs=len(factors),
        band_replications=per_design,
    )


def _with_own_factors(plan: Scenario, factors: dict[str, float]) -> Scenario:
    """The plan with those of the factors that belong to its own inputs."""
    own = assumptions.factor_ranges(plan)
    return with_factors(plan, {path: factor for path, factor in factors.items() if path in own})


class _DesignTables:
    """The pairs of tables (before, after) of the designs, in which the assumed inputs were varied."""

    def __init__(self, factors: list[dict[str, float]], pairs: list[tuple[OutcomeTables, OutcomeTables]]) -> None:
        self.factors = factors
        self.pairs = pairs

    def band(
        self, share: Callable[[OutcomeTables, int], float], change: float
    ) -> tuple[AssumedBand | None, NDArray[np.float64]]:
        """The band of a change, and its value in each design (NaN where a side has no case)."""
        values = np.array([share(after, 1) - share(before, 0) for before, after in self.pairs])
        known = values[~np.isnan(values)]
        if len(known) == 0:
            return None, values
        low, high = np.quantile(known, (0.05, 0.95))
        turned = int((np.sign(known) != np.sign(change)).sum()) if change else 0
        return AssumedBand(float(low), float(high), turned, len(known)), values


def _comparison(
    plans: tuple[Scenario, Scenario],
    tables: tuple[OutcomeTables, OutcomeTables],
    designs: _DesignTables,
    changes: tuple[str, ...],
) -> Comparison:
    sides = [_deadline_columns(plan) for plan in plans]
    both = [key for key in sides[0] if key in sides[1]]
    deadlines = []
    for key in dict.fromkeys((*sides[0], *sides[1])):
        columns_of = [side.get(key) for side in sides]
        share = band = None
        if columns_of[0] is not None and columns_of[1] is not None:
            column = [(columns_of[0][3],), (columns_of[1][3],)]
            share = paired_difference(*_met(tables, column), figures=len(both))
            if share is not None and designs.pairs:
                band, _ = designs.band(partial(_share, columns=column), share.change.value)
        either = columns_of[0] or columns_of[1]
        assert either is not None
        deadlines.append(
            DeadlineChange(
                situation=key[0],
                situation_name=either[1],
                need=key[1],
                need_name=either[2],
                minutes_before=None if columns_of[0] is None else columns_of[0][0],
                minutes_after=None if columns_of[1] is None else columns_of[1][0],
                share=share,
                band=band,
            )
        )
    columns = [tuple(side[key][3] for key in both) for side in sides]
    met = paired_difference(*_met(tables, columns))
    met_band, moved = None, np.empty(0)
    if met is not None and designs.pairs:
        met_band, moved = designs.band(partial(_share, columns=columns), met.change.value)
    ones = (np.ones(len(tables[0].cause_ms)),) * 2
    lost = paired_difference((_minutes_lost(tables[0]), _minutes_lost(tables[1])), ones)
    open_situations = paired_difference((_open_count(tables[0]), _open_count(tables[1])), ones)
    assert lost is not None
    assert open_situations is not None
    influential: tuple[Assumption, ...] = ()
    if len(moved) and not np.isnan(moved).any():
        influential = assumptions.influential_assumptions(designs.factors, moved)
    return Comparison(
        plan=ComparedPlan(plans[1].id, plans[1].title, digest(plans[1]), changes),
        met=met,
        met_band=met_band,
        lost=lost,
        open=open_situations,
        deadlines=tuple(deadlines),
        pillars=_pillars(plans[0], tables),
        posts=_posts(plans, tables),
        assumptions=tuple((assumption.path, assumption.correlation) for assumption in influential),
    )


def _deadline_columns(plan: Scenario) -> _DeadlineColumns:
    return {
        (situation.id, None if need is None else need.id): (
            minutes,
            situation.name,
            None if need is None else need.name or need.id,
            row,
        )
        for situation, need, minutes, row in deadline_rows(plan)
    }


_Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def _met(tables: tuple[OutcomeTables, OutcomeTables], columns: Sequence[tuple[int, ...]]) -> tuple[_Pair, _Pair]:
    """Deadlines met and deadlines decided of these columns, each (before, after), a row per replication."""
    met, decided = [], []
    for table, chosen in zip(tables, columns, strict=True):
        counts = table.deadlines[:, list(chosen)].sum(axis=1).astype(np.float64)
        met.append(counts[:, outcome.MET])
        decided.append(counts[:, outcome.MET] + counts[:, outcome.MISSED])
    return (met[0], met[1]), (decided[0], decided[1])


def _share(table: OutcomeTables, side: int, columns: Sequence[tuple[int, ...]]) -> float:
    counts = table.deadlines[:, list(columns[side])].sum(axis=(0, 1))
    decided = int(counts[outcome.MET] + counts[outcome.MISSED])
    return float(counts[outcome.MET]) / decided if decided else float("nan")


def _minutes_lost(tables: OutcomeTables) -> NDArray[np.float64]:
    return np.asarray(tables.cause_ms.sum(axis=1) / MS_PER_MINUTE)


def _open_count(tables: OutcomeTables) -> NDArray[np.float64]:
    return np.asarray(tables.situations[:, :, outcome.OPEN].sum(axis=1), np.float64)


def _pillars(before: Scenario, tables: tuple[OutcomeTables, OutcomeTables]) -> tuple[PillarChange, ...]:
    """Under the pillars of the plan before: causes are causes in any plan."""
    ones = (np.ones(len(tables[0].cause_ms)),) * 2
    changes = []
    for pillar in before.pillars.pillars:
        rows = [CAUSES.index(cause) for cause in pillar.causes]
        minutes = None
        if rows:
            sides = [np.asarray(table.cause_ms[:, rows].sum(axis=1) / MS_PER_MINUTE) for table in tables]
            minutes = paired_difference((sides[0], sides[1]), ones)
        changes.append(PillarChange(pillar.id, pillar.name_vi, pillar.name_en, minutes))
    return tuple(changes)


def _posts(plans: tuple[Scenario, Scenario], tables: tuple[OutcomeTables, OutcomeTables]) -> tuple[PostChange, ...]:
    """Posts that both plans have, by name."""
    places = [{post.id: (number, post) for number, post in enumerate(plan.posts)} for plan in plans]
    changes = []
    for post_id, (number, post) in places[0].items():
        if post_id not in places[1]:
            continue
        columns = [
            table.posts[:, n].astype(np.float64)
            for table, n in zip(tables, (number, places[1][post_id][0]), strict=True)
        ]
        waited = [column[:, outcome.WAITED_MS] + column[:, outcome.LEFT_WAITED_MS] for column in columns]
        matters = [column[:, outcome.SERVED] + column[:, outcome.LEFT_WAITING] for column in columns]
        wait = paired_difference((waited[0] / MS_PER_MINUTE, waited[1] / MS_PER_MINUTE), (matters[0], matters[1]))
        load = None
        desks = [place[post_id][1].desks for place in places]
        if desks[0] is not None and desks[1] is not None:
            offered = [
                np.full(len(column), desk.value * (plan.horizon - plan.count_from) * MS_PER_MINUTE)
                for column, desk, plan in zip(columns, (desks[0], desks[1]), plans, strict=True)
            ]
            load = paired_difference(
                (columns[0][:, outcome.BUSY_MS], columns[1][:, outcome.BUSY_MS]), (offered[0], offered[1])
            )
        changes.append(PostChange(post_id, post.name, wait, load))
    return tuple(changes)
