"""Which plan is better, and by how much? Two to four plans under the same chances, figure by figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sansang import __version__
from sansang.model.plan.comparison import (
    AssumedBand,
    Comparison,
    ComparisonResult,
    DeadlineChange,
    PillarChange,
    PlanHead,
    PostChange,
)
from sansang.model.plan.digest import digest
from sansang.model.plan.pillars import CAUSES
from sansang.model.plan.scenario import Scenario, with_factors
from sansang.rehearsal import assumptions
from sansang.rehearsal.kernel import outcome
from sansang.rehearsal.kernel.outcome import Tables
from sansang.rehearsal.keys import keys_of
from sansang.rehearsal.paired_difference import difference
from sansang.rehearsal.plan import compile_plan
from sansang.rehearsal.rehearse import check_request
from sansang.rehearsal.runner import Progress, play_all
from sansang.rehearsal.summary import deadline_rows

#: The plan before and up to three others.
MOST_PLANS = 4
Play = Callable[[Scenario, int], Tables]
#: Situation and need (None: the order) → minutes, names, column of the table.
Deadlines = dict[tuple[str, str | None], tuple[float, str, str | None, int]]


def compare(
    plans: Sequence[Scenario],
    runs: int = 10_000,
    seed: int = 7,
    *,
    changes: Sequence[tuple[str, ...]] = (),
    threads: int | None = None,
    band: bool = True,
    progress: Progress | None = None,
) -> ComparisonResult:
    """Each plan after the first, against the first, in ``runs`` replications with common chances.

    Things of one name draw the same chances in all plans. ``band`` plays all plans again with the assumed inputs
    of all of them varied together. ``changes`` says for each plan after the first what was set in it.

    Raises ValueError when there are not two to four plans, or as ``rehearse`` does; Interrupted on Ctrl-C.
    """
    if not 2 <= len(plans) <= MOST_PLANS:
        raise ValueError(f"compare takes 2 to {MOST_PLANS} plans")
    for plan in plans:
        check_request(plan, runs, seed)
    keys = keys_of(*plans)
    ranges = {path: span for plan in reversed(plans) for path, span in assumptions.varied(plan).items()}
    factors = assumptions.designs(ranges, seed) if band else []
    per_design = max(100, runs // assumptions.DESIGNS) if factors else 0
    total = len(plans) * (runs + per_design * len(factors))
    played = 0

    def play(plan: Scenario, count: int) -> Tables:
        nonlocal played
        base = played
        played += count
        return play_all(compile_plan(plan, keys), seed, count, threads=threads, progress=partial(_told, base))

    def _told(base: int, done: int, _: int) -> None:
        if progress is not None:
            progress(base + done, total)

    tables = [play(plan, runs) for plan in plans]
    varied = [[play(_with_known(plan, chosen), per_design) for plan in plans] for chosen in factors]
    compared = []
    for number in range(1, len(plans)):
        pairs = [(design[0], design[number]) for design in varied]
        said = changes[number - 1] if number <= len(changes) else ()
        compared.append(
            _comparison((plans[0], plans[number]), (tables[0], tables[number]), _Designs(factors, pairs), said)
        )
    return ComparisonResult(
        version=__version__,
        seed=seed,
        replications=runs,
        example=any(plan.example for plan in plans),
        before=PlanHead(plans[0].id, plans[0].title, digest(plans[0])),
        after=tuple(compared),
        band_designs=len(factors),
        band_replications=per_design,
    )


def _with_known(plan: Scenario, factors: dict[str, float]) -> Scenario:
    """The plan with those of the factors whose numbers it has."""
    own = assumptions.varied(plan)
    return with_factors(plan, {path: factor for path, factor in factors.items() if path in own})


class _Designs:
    """The pairs of tables in which the assumed inputs were varied."""

    def __init__(self, factors: list[dict[str, float]], pairs: list[tuple[Tables, Tables]]) -> None:
        self.factors = factors
        self.pairs = pairs

    def band(
        self, share: Callable[[Tables, int], float], change: float
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
    plans: tuple[Scenario, Scenario], tables: tuple[Tables, Tables], designs: _Designs, changes: tuple[str, ...]
) -> Comparison:
    sides = [_deadlines(plan) for plan in plans]
    both = [key for key in sides[0] if key in sides[1]]
    deadlines = []
    for key in dict.fromkeys((*sides[0], *sides[1])):
        here = [side.get(key) for side in sides]
        share = band = None
        if here[0] is not None and here[1] is not None:
            column = [(here[0][3],), (here[1][3],)]
            share = difference(*_met(tables, column), looked_at=len(both))
            if share is not None and designs.pairs:
                band, _ = designs.band(partial(_share, columns=column), share.change.value)
        known = here[0] or here[1]
        assert known is not None
        deadlines.append(
            DeadlineChange(
                situation=key[0],
                situation_name=known[1],
                need=key[1],
                need_name=known[2],
                minutes_before=None if here[0] is None else here[0][0],
                minutes_after=None if here[1] is None else here[1][0],
                share=share,
                band=band,
            )
        )
    columns = [tuple(side[key][3] for key in both) for side in sides]
    met = difference(*_met(tables, columns))
    met_band, moved = None, np.empty(0)
    if met is not None and designs.pairs:
        met_band, moved = designs.band(partial(_share, columns=columns), met.change.value)
    ones = (np.ones(len(tables[0].causes)),) * 2
    lost = difference((_lost(tables[0]), _lost(tables[1])), ones)
    left = difference((_open(tables[0]), _open(tables[1])), ones)
    assert lost is not None
    assert left is not None
    moving = assumptions.movers(designs.factors, moved) if len(moved) and not np.isnan(moved).any() else ()
    return Comparison(
        plan=PlanHead(plans[1].id, plans[1].title, digest(plans[1]), changes),
        met=met,
        met_band=met_band,
        lost=lost,
        open=left,
        deadlines=tuple(deadlines),
        pillars=_pillars(plans[0], tables),
        posts=_posts(plans, tables),
        assumptions=tuple((mover.path, mover.correlation) for mover in moving),
    )


def _deadlines(plan: Scenario) -> Deadlines:
    return {
        (situation.id, None if need is None else need.id): (
            minutes,
            situation.name,
            None if need is None else need.name or need.id,
            row,
        )
        for situation, need, minutes, row in deadline_rows(plan)
    }


Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def _met(tables: tuple[Tables, Tables], columns: Sequence[tuple[int, ...]]) -> tuple[Pair, Pair]:
    """Deadlines met and deadlines decided of these columns, each (before, after), a row per replication."""
    met, decided = [], []
    for table, chosen in zip(tables, columns, strict=True):
        counts = table.deadlines[:, list(chosen)].sum(axis=1).astype(np.float64)
        met.append(counts[:, outcome.MET])
        decided.append(counts[:, outcome.MET] + counts[:, outcome.MISSED])
    return (met[0], met[1]), (decided[0], decided[1])


def _share(table: Tables, side: int, columns: Sequence[tuple[int, ...]]) -> float:
    counts = table.deadlines[:, list(columns[side])].sum(axis=(0, 1))
    decided = int(counts[outcome.MET] + counts[outcome.MISSED])
    return float(counts[outcome.MET]) / decided if decided else float("nan")


def _lost(tables: Tables) -> NDArray[np.float64]:
    return np.asarray(tables.causes.sum(axis=1) / 60000)


def _open(tables: Tables) -> NDArray[np.float64]:
    return np.asarray(tables.situations[:, :, outcome.OPEN].sum(axis=1), np.float64)


def _pillars(before: Scenario, tables: tuple[Tables, Tables]) -> tuple[PillarChange, ...]:
    """Under the pillars of the plan before: causes are causes in any plan."""
    ones = (np.ones(len(tables[0].causes)),) * 2
    found = []
    for pillar in before.pillars.pillars:
        rows = [CAUSES.index(cause) for cause in pillar.causes]
        minutes = None
        if rows:
            sides = [np.asarray(table.causes[:, rows].sum(axis=1) / 60000) for table in tables]
            minutes = difference((sides[0], sides[1]), ones)
        found.append(PillarChange(pillar.id, pillar.name_vi, pillar.name_en, minutes))
    return tuple(found)


def _posts(plans: tuple[Scenario, Scenario], tables: tuple[Tables, Tables]) -> tuple[PostChange, ...]:
    """Posts that both plans have, by name."""
    places = [{post.id: (number, post) for number, post in enumerate(plan.posts)} for plan in plans]
    found = []
    for post_id, (number, post) in places[0].items():
        if post_id not in places[1]:
            continue
        columns = [
            table.posts[:, n].astype(np.float64)
            for table, n in zip(tables, (number, places[1][post_id][0]), strict=True)
        ]
        waited = [column[:, outcome.WAITED] + column[:, outcome.LEFT_WAITED] for column in columns]
        matters = [column[:, outcome.TAKEN] + column[:, outcome.LEFT] for column in columns]
        wait = difference((waited[0] / 60000, waited[1] / 60000), (matters[0], matters[1]))
        load = None
        desks = [place[post_id][1].desks for place in places]
        if desks[0] is not None and desks[1] is not None:
            offered = [
                np.full(len(column), desk.value * (plan.horizon - plan.count_from) * 60000)
                for column, desk, plan in zip(columns, (desks[0], desks[1]), plans, strict=True)
            ]
            load = difference((columns[0][:, outcome.BUSY], columns[1][:, outcome.BUSY]), (offered[0], offered[1]))
        found.append(PostChange(post_id, post.name, wait, load))
    return tuple(found)
