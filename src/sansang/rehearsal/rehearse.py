"""How would this plan go? One call: a scenario in, figures out."""

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
from sansang.rehearsal import assumptions, codes, summary
from sansang.rehearsal.kernel.outcome import Tables, joined, new_tables, play_one
from sansang.rehearsal.plan import compile_plan
from sansang.rehearsal.runner import FIRST_ROOM, Progress, play_all

#: A rehearsal that runs until its figures are sure enough stops here at the latest.
MOST_REPLICATIONS = 1_000_000
#: The longest exercise whose milliseconds fit the tables.
LONGEST_HORIZON = 24 * 1440


def rehearse(
    scenario: Scenario,
    runs: int = 10_000,
    seed: int = 7,
    *,
    threads: int | None = None,
    until: float | None = None,
    band: bool = True,
    progress: Progress | None = None,
) -> RehearsalResult:
    """What the plan does in ``runs`` replications.

    ``until`` (0.02 for ±2 %) goes on past ``runs`` until half the interval of every deadline's share is at most
    that. ``band`` plays the plan about once more as often, with its assumed inputs varied. ``progress(done,
    asked)`` is called about ten times a second. Same scenario, seed and version: same result, whatever the
    number of threads.

    Raises ValueError when runs, seed or the horizon is out of range, ``machine.Interrupted`` on Ctrl-C.
    """
    check_request(scenario, runs, seed)
    plan = compile_plan(scenario)
    per_design = max(100, runs // assumptions.DESIGNS) if band and assumptions.varied(scenario) else 0
    extra = per_design * assumptions.DESIGNS
    total = runs

    def report_from(base: int, done: int, _: int) -> None:
        if progress is not None:
            progress(base + done, total + extra)

    tables = play_all(plan, seed, runs, threads=threads, progress=partial(report_from, 0))
    played = runs
    while until is not None and played < MOST_REPLICATIONS:
        if _widest(summary.deadlines(scenario, tables)) <= until:
            break
        # Half as many again: the interval shrinks with the square root.
        more = min(max(played // 2, 100), MOST_REPLICATIONS - played)
        total = played + more
        added = play_all(plan, seed, more, first=played, threads=threads, progress=partial(report_from, played))
        tables = joined(tables, added)
        played += more

    deadlines = summary.deadlines(scenario, tables)
    notable: tuple[Assumption, ...] = ()
    if per_design:

        def play_design(changed: Scenario, number: int) -> Tables:
            return play_all(
                compile_plan(changed),
                seed,
                per_design,
                threads=threads,
                progress=partial(report_from, total + number * per_design),
            )

        shares, notable = assumptions.explore(scenario, seed, play_design)
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
        situations=summary.situations(scenario, tables),
        needs=summary.needs(scenario, tables),
        minutes_by_cause=summary.minutes_by_cause(tables),
        pillars=summary.pillars(scenario, tables),
        phases=summary.phases(scenario, tables),
        posts=summary.posts(scenario, tables),
        units=summary.units(scenario, plan, tables),
        out_of_reach=out_of_reach(scenario),
        assumptions=notable,
        band_designs=assumptions.DESIGNS if per_design else 0,
        band_replications=per_design,
        injects_played=len(plan.injects),
        injects_left=len(scenario.injects) - len(plan.injects),
        events=int(tables.played.sum()),
    )


def check_request(scenario: Scenario, runs: int, seed: int) -> None:
    """Raise ValueError when runs, seed or the horizon is out of range."""
    if not 1 <= runs <= MOST_REPLICATIONS:
        raise ValueError(f"runs must lie between 1 and {MOST_REPLICATIONS}")
    if not 0 <= seed < 2**64:
        raise ValueError("the seed must lie between 0 and 2⁶⁴ − 1")
    if scenario.horizon > LONGEST_HORIZON:
        raise ValueError(f"an exercise lasts at most {LONGEST_HORIZON} minutes")
    if scenario.missing_parts:
        raise ValueError(f"nothing to play: the plan has no {', '.join(scenario.missing_parts)}")


def _widest(deadlines: tuple[DeadlineResult, ...]) -> float:
    halves = [(d.share.high - d.share.low) / 2 for d in deadlines if d.share is not None]
    return max(halves, default=0.0)


def _with_bands(
    deadlines: tuple[DeadlineResult, ...], shares: NDArray[np.float64], rows: list[int]
) -> tuple[DeadlineResult, ...]:
    found = []
    for deadline, row in zip(deadlines, rows, strict=True):
        column = shares[:, row]
        known = column[~np.isnan(column)]
        band = None
        if len(known):
            low, high = np.quantile(known, (0.05, 0.95))
            band = (float(low), float(high))
        found.append(dataclasses.replace(deadline, band=band))
    return tuple(found)


@dataclasses.dataclass(frozen=True, slots=True)
class TraceLine:
    """One line of a trace: minute, what (a name of ``codes``), and the numbers of what it happened to."""

    minute: float
    what: str
    a: int
    b: int
    c: int


_NAMES = {
    value: name
    for name, value in vars(codes).items()
    if isinstance(value, int) and not name.startswith(("C_", "U_")) and not name.endswith("_COUNT")
}


@dataclasses.dataclass(frozen=True, slots=True)
class Night:
    """One replication: its trace, and what its numbers stand for.

    ``situations`` gives (definition, n), ``places`` (ward, site) and ``needs`` (situation, row of the need in the
    plan), by number.
    """

    lines: tuple[TraceLine, ...]
    situations: tuple[tuple[int, int], ...]
    needs: tuple[tuple[int, int], ...]
    places: tuple[tuple[int, int], ...]


def night(scenario: Scenario, replication: int, seed: int = 7) -> Night:
    """One replication event by event, as the kernel plays it."""
    plan = compile_plan(scenario)
    room = FIRST_ROOM
    while True:
        lines, _, situations, needs, _, ok = play_one(plan, new_tables(plan, 1), np.uint64(seed), replication, room)
        if ok:
            break
        room *= 4
    return Night(
        lines=tuple(
            TraceLine(int(line[0]) / 60000, _NAMES[int(line[1])].lower(), int(line[2]), int(line[3]), int(line[4]))
            for line in lines
        ),
        situations=tuple((int(s["definition"]), int(s["n"])) for s in situations),
        needs=tuple((int(n["situation"]), int(n["need"])) for n in needs),
        places=tuple((int(s["ward"]), int(s["site"])) for s in situations),
    )
