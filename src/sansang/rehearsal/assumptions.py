"""How much rests on inputs that are only assumed? The plan is played again with all of them varied together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from sansang.model.plan.quantity import Amount
from sansang.model.plan.results import Assumption
from sansang.model.plan.scenario import Scenario, inputs, with_factors
from sansang.rehearsal.kernel.outcome import MET, MISSED, OutcomeTables

#: Number of designs: variants of the plan, each with all assumed inputs at other points of their ranges.
DESIGNS = 64
#: Fields that are decisions of the planner, not knowledge.
PLANNER_DECISIONS = ("deadline", "order_within", "minute", "planned")
#: A correlation below this may be chance: 3 standard errors of a rank correlation of 64 pairs.
MIN_CORRELATION = 3 / (DESIGNS - 1) ** 0.5


def factor_ranges(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """The assumed inputs that are varied: path → lowest and highest factor.

    What the planner decides is not varied: amounts, deadlines, and the minute of a start or an inject (its jitter
    is varied).
    """
    ranges = {}
    for item in inputs(scenario):
        last = item.path.rsplit(".", 1)[-1]
        if isinstance(item.quantity, Amount) or last in PLANNER_DECISIONS:
            continue
        low, high = item.basis.factors()
        if low < high:
            ranges[item.path] = (low, high)
    return ranges


def latin_hypercube(ranges: Mapping[str, tuple[float, float]], seed: int) -> list[dict[str, float]]:
    """A Latin hypercube over the logarithms of the factors: DESIGNS mappings path → factor; none for no ranges.

    Source: McKay, Beckman, Conover, "A comparison of three methods for selecting values of input variables in the
    analysis of output from a computer code", Technometrics 21 (1979).
    """
    if not ranges:
        return []
    generator = np.random.Generator(np.random.Philox(seed))
    columns = {}
    for path, (low, high) in ranges.items():
        points = (generator.permutation(DESIGNS) + generator.random(DESIGNS)) / DESIGNS
        columns[path] = np.exp(np.log(low) + points * (np.log(high) - np.log(low)))
    return [{path: float(column[i]) for path, column in columns.items()} for i in range(DESIGNS)]


def vary_assumptions(
    scenario: Scenario, seed: int, play: Callable[[Scenario, int], OutcomeTables]
) -> tuple[NDArray[np.float64], tuple[Assumption, ...]]:
    """Shares met, design × deadline (NaN where no case), and the assumptions that influence them most.

    ``play(scenario, number)`` plays one design; all designs share their chances, so they differ only
    by their inputs.
    """
    designs = latin_hypercube(factor_ranges(scenario), seed)
    shares = []
    for number, factors in enumerate(designs):
        tables = play(with_factors(scenario, factors), number)
        counts = tables.deadlines.sum(axis=0)
        decided = counts[:, MET] + counts[:, MISSED]
        shares.append(np.where(decided > 0, counts[:, MET] / np.maximum(decided, 1), np.nan))
    if not shares:
        return np.empty((0, 0)), ()
    table = np.array(shares)
    counted = ~np.isnan(table).all(axis=0)
    overall = np.nanmean(table[:, counted], axis=1) if counted.any() else np.zeros(len(designs))
    return table, influential_assumptions(designs, overall)


def influential_assumptions(designs: list[dict[str, float]], figure: NDArray[np.float64]) -> tuple[Assumption, ...]:
    """The assumed inputs whose factors correlate with a figure of the designs (Spearman), strongest first."""
    influential = []
    for path in designs[0]:
        correlation = rank_correlation(np.array([design[path] for design in designs]), figure)
        if abs(correlation) >= MIN_CORRELATION:
            influential.append(Assumption(path, correlation))
    return tuple(sorted(influential, key=lambda a: -abs(a.correlation)))


def rank_correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Spearman's rank correlation, 0 where one side does not vary."""
    ranks = [_mean_ranks(x) for x in (a, b)]
    spread = [float(r.std()) for r in ranks]
    if min(spread) == 0:
        return 0.0
    return float(np.mean((ranks[0] - ranks[0].mean()) * (ranks[1] - ranks[1].mean())) / (spread[0] * spread[1]))


def _mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, positions, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[positions]
