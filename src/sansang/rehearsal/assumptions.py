"""How much rests on what was only assumed? The plan played again with its assumed inputs varied together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from sansang.model.plan.quantity import Amount
from sansang.model.plan.results import Assumption
from sansang.model.plan.scenario import Scenario, inputs, with_factors
from sansang.rehearsal.kernel.outcome import MET, MISSED, Tables

#: Designs, each with all assumed inputs at other places of their ranges.
DESIGNS = 64
#: Fields that are decisions, not knowledge.
SET_BY_THE_PLANNER = ("deadline", "order_within", "minute", "planned")
#: A correlation below this may be chance: 3 standard errors of a rank correlation of 64 pairs.
NOTEWORTHY = 3 / (DESIGNS - 1) ** 0.5


def varied(scenario: Scenario) -> dict[str, tuple[float, float]]:
    """The assumed inputs that are varied: path → lowest and highest factor.

    What the planner sets is not: an amount is what the plan asks for, a deadline what it promises, the minute of a
    start or an inject what the script says (its jitter is varied).
    """
    found = {}
    for item in inputs(scenario):
        last = item.path.rsplit(".", 1)[-1]
        if isinstance(item.quantity, Amount) or last in SET_BY_THE_PLANNER:
            continue
        low, high = item.basis.factors()
        if low < high:
            found[item.path] = (low, high)
    return found


def designs(ranges: Mapping[str, tuple[float, float]], seed: int) -> list[dict[str, float]]:
    """A Latin hypercube over the logarithms of the factors: DESIGNS mappings path → factor; none for no ranges.

    Source: McKay, Beckman, Conover, "A comparison of three methods for selecting values of input variables in the
    analysis of output from a computer code", Technometrics 21 (1979).
    """
    if not ranges:
        return []
    chance = np.random.Generator(np.random.Philox(seed))
    columns = {}
    for path, (low, high) in ranges.items():
        places = (chance.permutation(DESIGNS) + chance.random(DESIGNS)) / DESIGNS
        columns[path] = np.exp(np.log(low) + places * (np.log(high) - np.log(low)))
    return [{path: float(column[i]) for path, column in columns.items()} for i in range(DESIGNS)]


def explore(
    scenario: Scenario, seed: int, play: Callable[[Scenario, int], Tables]
) -> tuple[NDArray[np.float64], tuple[Assumption, ...]]:
    """Shares met, design × deadline row (NaN where no case), and the assumptions that move them most.

    ``play(scenario, number)`` plays one design; all designs share their chances, so the differences between them
    are the inputs' own.
    """
    plans = designs(varied(scenario), seed)
    shares = []
    for number, factors in enumerate(plans):
        tables = play(with_factors(scenario, factors), number)
        counts = tables.deadlines.sum(axis=0)
        decided = counts[:, MET] + counts[:, MISSED]
        shares.append(np.where(decided > 0, counts[:, MET] / np.maximum(decided, 1), np.nan))
    if not shares:
        return np.empty((0, 0)), ()
    table = np.array(shares)
    counted = ~np.isnan(table).all(axis=0)
    overall = np.nanmean(table[:, counted], axis=1) if counted.any() else np.zeros(len(plans))
    return table, movers(plans, overall)


def movers(plans: list[dict[str, float]], figure: NDArray[np.float64]) -> tuple[Assumption, ...]:
    """The assumed inputs whose factors go with a figure of the designs, those that go with it most first."""
    found = []
    for path in plans[0]:
        correlation = rank_correlation(np.array([plan[path] for plan in plans]), figure)
        if abs(correlation) >= NOTEWORTHY:
            found.append(Assumption(path, correlation))
    return tuple(sorted(found, key=lambda a: -abs(a.correlation)))


def rank_correlation(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Spearman's rank correlation, 0 where one side does not vary."""
    ranks = [_mean_ranks(x) for x in (a, b)]
    spread = [float(r.std()) for r in ranks]
    if min(spread) == 0:
        return 0.0
    return float(np.mean((ranks[0] - ranks[0].mean()) * (ranks[1] - ranks[1].mean())) / (spread[0] * spread[1]))


def _mean_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts - 1) / 2)[places]
