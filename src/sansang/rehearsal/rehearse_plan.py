"""How would this plan go? A scenario in, figures with intervals out."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sansang import __version__
from sansang.model.plan.capacity import out_of_reach
from sansang.model.plan.digest import digest
from sansang.model.plan.results import Assumption, DeadlineResult, RehearsalResult
from sansang.model.plan.scenario import Scenario, provenance_counts
from sansang.rehearsal import assumptions, summary
from sansang.rehearsal.kernel.outcome import OutcomeTables, concatenate
from sansang.rehearsal.plan import compile_plan
from sansang.rehearsal.runner import ProgressCallback, play_replications

#: Most replications of a rehearsal, also of one that runs until its figures are precise enough.
MAX_REPLICATIONS = 1_000_000
#: Longest exercise (24 days): milliseconds from an occurrence fit 32 bits.
MAX_HORIZON_MINUTES = 24 * 1440


def rehearse(
    scenario: Scenario,
    runs: int = 10_000,
    seed: int = 7,
    *,
    threads: int | None = None,
    until: float | None = None,
    band: bool = True,
    progress: ProgressCallback | None = None,
) -> RehearsalResult:
    """The figures of a plan over ``runs`` replications, each with its interval (95 %).

    Times are minutes, shares lie between 0 and 1, the rows are in the order of the plan. ``until`` (0.02 for ±2 %)
    adds replications, up to a million, until half the interval of every deadline's share is at most that. ``band``
    plays the plan about once more as often, with its assumed inputs varied. ``threads``: by default one for each
    processor. ``progress(done, total)`` is called about ten times a second. Same scenario, seed and version: same
    result, whatever the number of threads.

    Raises ValueError when runs, seed or the horizon is out of range or the plan lacks a part, KeyError for a reference
    that leads nowhere, Interrupted on Ctrl-C. Sources of the formulas: ``intervals``, ``assumptions`` and
    docs/rehearsal-model.md.
    """
    check_request(scenario, runs, seed)
    plan = compile_plan(scenario)
    per_design = max(100, runs // assumptions.DESIGNS) if band and assumptions.factor_ranges(scenario) else 0
    extra = per_design * assumptions.DESIGNS
    total = runs

    def report_from(base: int, done: int, _: int) -> None:
        if progress is not None:
            progress(base + done, total + extra)

    tables = play_replications(plan, seed, runs, threads=threads, progress=partial(report_from, 0))
    played = runs
    while until is not None and played < MAX_REPLICATIONS:
        if _widest_half_interval(summary.deadline_results(scenario, tables)) <= until:
            break
        # Half as many again: the interval shrinks with the square root.
        more = min(max(played // 2, 100), MAX_REPLICATIONS - played)
        total = played + more
        added = play_replications(
            plan, seed, more, first=played, threads=threads, progress=partial(report_from, played)
        )
        tables = concatenate(tables, added)
        played += more

    deadlines = summary.deadline_results(scenario, tables)
    notable: tuple[Assumption, ...] = ()
    if per_design:

        def play_design(changed: Scenario, number: int) -> OutcomeTables:
            return play_replications(
                compile_plan(changed),
                seed,
                per_design,
                threads=threads,
                progress=partial(report_from, total + number * per_design),
            )

        shares, notable = assumptions.vary_assumptions(scenario, seed, play_design)
        deadlines = _with_bands(deadlines, shares, [row for *_, row in summary.deadline_rows(scenario)])
    return RehearsalResult(
        scenario=scenario.id,
        title=scenario.title,
        digest=digest(scenario),
        version=__version__,
        seed=seed,
        asked=runs,
        replications=played,
        example=scenario.example,
        horizon=scenario.horizon,
        count_from=scenario.count_from,
        pillar_set=scenario.pillars.id,
        provenance=provenance_counts(scenario),
        deadlines=deadlines,
        situations=summary.situation_results(scenario, tables),
        needs=summary.need_results(scenario, tables),
        minutes_by_cause=summary.minutes_by_cause(tables),
        pillars=summary.pillar_results(scenario, tables),
        phases=summary.phase_results(scenario, tables),
        posts=summary.post_results(scenario, tables),
        units=summary.unit_results(scenario, plan, tables),
        out_of_reach=out_of_reach(scenario),
        assumptions=notable,
        band_designs=assumptions.DESIGNS if per_design else 0,
        band_replications=per_design,
        injects_played=len(plan.injects),
        injects_left=len(scenario.injects) - len(plan.injects),
        events=int(tables.events.sum()),
    )


def check_request(scenario: Scenario, runs: int, seed: int) -> None:
    """Raise ValueError when runs, seed or the horizon is out of range."""
    if not 1 <= runs <= MAX_REPLICATIONS:
        raise ValueError(f"runs must lie between 1 and {MAX_REPLICATIONS}")
    if not 0 <= seed < 2**64:
        raise ValueError("the seed must lie between 0 and 2⁶⁴ − 1")
    if scenario.horizon > MAX_HORIZON_MINUTES:
        raise ValueError(f"an exercise lasts at most {MAX_HORIZON_MINUTES} minutes")
    if scenario.missing_parts:
        raise ValueError(f"nothing to play: the plan has no {', '.join(scenario.missing_parts)}")


def _widest_half_interval(deadlines: tuple[DeadlineResult, ...]) -> float:
    halves = [(d.share.high - d.share.low) / 2 for d in deadlines if d.share is not None]
    return max(halves, default=0.0)


def _with_bands(
    deadlines: tuple[DeadlineResult, ...], shares: NDArray[np.float64], rows: list[int]
) -> tuple[DeadlineResult, ...]:
    results = []
    for deadline, row in zip(deadlines, rows, strict=True):
        column = shares[:, row]
        known = column[~np.isnan(column)]
        band = None
        if len(known):
            low, high = np.quantile(known, (0.05, 0.95))
            band = (float(low), float(high))
        results.append(dataclasses.replace(deadline, band=band))
    return tuple(results)
