"""What did a change of the plan do? Paired differences of two plans that share their chances, with intervals."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansang.model.plan.comparison import Difference
from sansang.model.plan.results import Estimate
from sansang.rehearsal.intervals import Z, t_quantile


def paired_difference(
    numerators: tuple[NDArray[Any], NDArray[Any]], denominators: tuple[NDArray[Any], NDArray[Any]], figures: int = 1
) -> Difference | None:
    """Σ numerators / Σ denominators, after minus before, with the replications as the sample; pairs: (before, after).

    Ratios are linearised (delta method) and differenced replication by replication. Where each replication has one
    case on both sides, the interval is Tango's. None when a side has no case. A change is significant (``seen``) when
    0 lies outside of an interval widened for a family of ``figures`` figures (Šidák).

    Sources: W. G. Cochran, "Sampling Techniques", 3rd ed. (1977), 2.11; T. Tango, "Equivalence test and
    confidence interval for the difference in proportions for the paired-sample design", Statistics in Medicine 17
    (1998); Z. Šidák, JASA 62 (1967).
    """
    x = [side.astype(np.float64) for side in numerators]
    y = [side.astype(np.float64) for side in denominators]
    if any(side.sum() == 0 for side in y):
        return None
    n = len(x[0])
    ratios = [float(a.sum() / b.sum()) for a, b in zip(x, y, strict=True)]
    parts = [(a - r * b) / b.mean() for a, b, r in zip(x, y, ratios, strict=True)]
    change = ratios[1] - ratios[0]
    wide = NormalDist().inv_cdf(1 - (1 - (1 - 0.05) ** (1 / figures)) / 2)
    if n < 2:
        return Difference(ratios[0], ratios[1], Estimate(change, -math.inf, math.inf), False, None)
    paired = float(np.var(parts[1] - parts[0], ddof=1))
    independent = sum(float(np.var(part, ddof=1)) for part in parts)
    ratio = independent / paired if paired > 0 else None
    if _one_case_each(x, y):
        changed = x[1] - x[0]
        better, worse = int((changed > 0).sum()), int((changed < 0).sum())
        low, high = matched_proportions(better, worse, n, Z)
        lowest, highest = matched_proportions(better, worse, n, wide)
        significant = not lowest <= 0 <= highest
    else:
        error = math.sqrt(paired / n)
        if error == 0:
            # Every replication went the same way on both sides; the next one may not.
            error = max(float(side.max()) for side in x) / (n + 2)
        low, high = change - t_quantile(n - 1) * error, change + t_quantile(n - 1) * error
        significant = abs(change) > wide * error
    return Difference(ratios[0], ratios[1], Estimate(change, min(low, change), max(high, change)), significant, ratio)


def _one_case_each(x: list[NDArray[np.float64]], y: list[NDArray[np.float64]]) -> bool:
    """Whether each replication has exactly one case, met or missed, on both sides."""
    return all(bool((side == 1).all()) for side in y) and all(bool((side <= 1).all()) for side in x)


def matched_proportions(better: int, worse: int, n: int, z: float) -> tuple[float, float]:
    """The score interval (low, high) for the difference of two matched proportions.

    Of ``n`` pairs, ``better`` changed from a miss to a success and ``worse`` the other way; ``z`` is the normal
    quantile.

    The ends are where the score statistic, with the share of the worse pairs estimated under that difference, is ±z;
    found by bisection, because the statistic decreases. Source: T. Tango (1998), as above.
    """

    def score(difference: float) -> float:
        a = 2 * n
        b = -better - worse + (2 * n - better + worse) * difference
        c = -worse * difference * (1 - difference)
        other = (math.sqrt(max(b * b - 4 * a * c, 0.0)) - b) / (2 * a)
        spread = n * (2 * other + difference * (1 - difference))
        gap = better - worse - n * difference
        if spread <= 0:
            return math.copysign(math.inf, gap) if gap else 0.0
        return gap / math.sqrt(spread)

    ends = []
    middle = (better - worse) / n
    for sign, end in ((1, -1.0), (-1, 1.0)):
        inside, outside = middle, end
        for _ in range(60):
            between = (inside + outside) / 2
            if sign * score(between) < z:
                inside = between
            else:
                outside = between
        ends.append(inside)
    return ends[0], ends[1]
