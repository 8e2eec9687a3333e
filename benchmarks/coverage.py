"""Do the 95 % intervals cover the known value in 95 % of cases? Their coverage over many seeds."""

from __future__ import annotations

from dataclasses import replace

from tests.cast import need, plan, situation, squad

from sansang.model.plan.quantity import Duration, Number, Probability, Uniform
from sansang.model.plan.results import Estimate
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.situations import RatePiece, Stream
from sansang.rehearsal import rehearse

SEEDS, RUNS = 1000, 200


def one_case() -> tuple[Scenario, float]:
    """One situation per replication, met if its one unit shows up: 0.7, and the Wilson interval."""
    fire = situation(needs=[need(deadline=Number(5))])
    return plan([fire], [squad("to", shows_up=Probability(0.7))], horizon=30.0), 0.7


def many_cases() -> tuple[Scenario, float]:
    """A stream that nothing delays, met if the report takes 3 of up to 10 minutes: 0.3, and the ratio's interval."""
    report = Duration(Uniform(0, 10))
    fire = situation(
        needs=[need(deadline=Number(3))],
        report_delay=report,
        start=Stream((RatePiece(0, 560, Number(3)),)),
    )
    units = [squad(f"to-{i}") for i in range(12)]
    return plan([replace(fire)], units, horizon=600.0), 0.3


def mean_minutes() -> tuple[Scenario, float]:
    """The same stream: a mean of 5 minutes from the occurrence to the start, and the ratio's interval."""
    scenario, _ = many_cases()
    return scenario, 5.0


def covered(scenario: Scenario, known: float, what: str) -> float:
    """Share of the seeds whose interval contains the known value."""
    inside = 0
    for seed in range(SEEDS):
        result = rehearse(scenario, RUNS, seed, band=False)
        found: Estimate | None = result.needs[0].mean_minutes if what == "minutes" else result.deadlines[0].share
        inside += found is not None and found.low <= known <= found.high
    return inside / SEEDS


def rows() -> list[str]:
    """One row a kind of interval; AssertionError when one is off by more than three standard errors."""
    found = []
    for name, (scenario, known), what in (
        ("Wilson, one case a replication", one_case(), "share"),
        ("ratio, many cases a replication", many_cases(), "share"),
        ("ratio, mean minutes", mean_minutes(), "minutes"),
    ):
        share = covered(scenario, known, what)
        assert abs(share - 0.95) <= 3 * (0.95 * 0.05 / SEEDS) ** 0.5, (name, share)
        found.append(f"| {name} | {known} | {SEEDS} | {RUNS} | {share:.1%} |")
    return found


HEAD = ["| interval | known value | seeds | replications each | contained |", "|---|---|---|---|---|"]

if __name__ == "__main__":
    print("\n".join(HEAD + rows()))
