"""Do the intervals of a comparison contain the known difference, and what are common chances worth on DT-19?"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from tests.cast import SOURCED, need, plan, situation, squad, stream

from sansang.formats.areas import gazetteer
from sansang.formats.scenario import apply_settings
from sansang.model.plan.comparison import Difference
from sansang.model.plan.quantity import Duration, Number, Probability, Uniform
from sansang.model.plan.scenario import Scenario
from sansang.plans import read_folder
from sansang.rehearsal import compare

SEEDS, RUNS = 1000, 200
EXAMPLE = Path(__file__).parent.parent / "examples" / "dt19"
#: The improvement that the demo tries.
IMPROVEMENT = "wards.p4.units.bom=2"


def matched() -> tuple[Scenario, Scenario, float]:
    """Met if the report, 0 to 10 minutes, takes 6, or 7: 0.1 apart, pairs that never contradict each other."""
    report = Duration(Uniform(0, 10), SOURCED)
    before = plan([situation(needs=[need(deadline=Number(6))], report_delay=report)], [squad("to")], horizon=30.0)
    return before, replace(before, situations=(situation(needs=[need(deadline=Number(7))], report_delay=report),)), 0.1


def contradicting() -> tuple[Scenario, Scenario, float]:
    """Another unit of another chance: 0.6 and 0.75, independent, so pairs go both ways."""
    fire = situation(needs=[need(deadline=Number(5))])
    before = plan([fire], [squad("to-1", shows_up=Probability(0.6))], horizon=30.0)
    return before, replace(before, units=(squad("to-2", shows_up=Probability(0.75)),)), 0.15


def many_cases() -> tuple[Scenario, Scenario, float]:
    """A stream that nothing delays; the deadline goes from 3 to 4 of up to 10 minutes: 0.1, by the ratio."""
    report = Duration(Uniform(0, 10), SOURCED)
    units = [squad(f"to-{i}") for i in range(12)]

    def with_deadline(minutes: float) -> Scenario:
        happens = situation(needs=[need(deadline=Number(minutes))], report_delay=report, start=stream(3, 560))
        return plan([happens], units, horizon=600.0)

    return with_deadline(3), with_deadline(4), 0.1


def no_difference() -> tuple[Scenario, Scenario, float]:
    """The same chance from another unit: 0.7 and 0.7, independent."""
    fire = situation(needs=[need(deadline=Number(5))])
    before = plan([fire], [squad("to-1", shows_up=Probability(0.7))], horizon=30.0)
    return before, replace(before, units=(squad("to-2", shows_up=Probability(0.7)),)), 0.0


def covered(before: Scenario, after: Scenario, known: float) -> float:
    """Share of the seeds whose interval contains the known difference."""
    inside = 0
    for seed in range(SEEDS):
        share = compare([before, after], RUNS, seed, band=False).after[0].deadlines[0].share
        assert share is not None
        inside += share.change.low <= known <= share.change.high
    return inside / SEEDS


def rows() -> list[str]:
    """One row a case; AssertionError when one covers too little by more than three standard errors."""
    found = []
    for name, (before, after, known) in (
        ("matched, one case a replication", matched()),
        ("both ways, one case a replication", contradicting()),
        ("no difference, one case a replication", no_difference()),
        ("ratio, many cases a replication", many_cases()),
    ):
        share = covered(before, after, known)
        assert share >= 0.95 - 3 * (0.95 * 0.05 / SEEDS) ** 0.5, (name, share)
        found.append(f"| {name} | {known:+} | {SEEDS} | {RUNS} | {share:.1%} |")
    return found


HEAD = ["| interval | known difference | seeds | replications each | contained |", "|---|---|---|---|---|"]
RATIO_HEAD = ["| figure of DT-19, improvement `{}` | before | after | variance ratio |", "|---|---|---|---|"]


def ratio_rows(runs: int = 10_000) -> list[str]:
    """What common chances are worth: variance with chances of their own ÷ variance of the paired difference."""
    reading = read_folder(EXAMPLE)
    after = apply_settings(reading, [IMPROVEMENT], gazetteer()).require()
    begin = time.perf_counter()
    result = compare([reading.require(), after], runs, band=False)
    seconds = time.perf_counter() - begin
    (compared,) = result.after
    assert compared.met is not None
    found = [
        _ratio("deadlines met, all", compared.met),
        _ratio("minutes lost a night", compared.lost),
    ]
    changed = [d for d in compared.deadlines if d.share is not None and d.share.variance_ratio is not None]
    same = sum(d.share is not None and d.share.variance_ratio is None for d in compared.deadlines)
    for deadline in sorted(changed, key=lambda d: -abs(d.share.change.value) if d.share else 0)[:5]:
        assert deadline.share is not None
        found.append(_ratio(f"{deadline.situation_name}: {deadline.need_name or 'lệnh của phường'}", deadline.share))
    found += [
        f"| deadlines with the same outcome in every replication | | | {same} of {len(compared.deadlines)} |",
        "",
        f"{runs} replications of both plans: {seconds:.1f} s, compiled code cached.",
    ]
    return found


def _ratio(name: str, difference: Difference) -> str:
    ratio = "–" if difference.variance_ratio is None else f"{difference.variance_ratio:.1f}"
    return f"| {name} | {difference.before:.3f} | {difference.after:.3f} | {ratio} |"


if __name__ == "__main__":
    print("\n".join(HEAD + rows()))
    print()
    print("\n".join([*(line.format(IMPROVEMENT) for line in RATIO_HEAD), *ratio_rows()]))
