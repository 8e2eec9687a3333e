"""What did a change do? Paired differences of two plans that share their chances, with intervals."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansang.model.comparison import Difference
from sansang.model.results import Estimate
from sansang.rehearsal.intervals import Z, t_quantile


def difference(
    above: tuple[NDArray[Any], NDArray[Any]], below: tuple[NDArray[Any], NDArray[Any]], looked_at: int = 1
) -> Difference | None:
    """Σ above / Σ below after minus before, with the replications as the sample; pairs are (before, after).

    Ratios are linearised (delta method) and differenced replication by replication. Where each replication has one
    yes or no on both sides, the interval is Agresti and Min's. None when a side has no case. A change is ``seen``
    when it lies outside of an interval widened for ``looked_at`` figures (Šidák).

    Sources: W. G. Cochran, "Sampling Techniques", 3rd ed. (1977), 2.11; A. Agresti, Y. Min, "Simple improved
    confidence intervals for comparing matched proportions", Statistics in Medicine 24 (2005); Z. Šidák, JASA 62
    (1967).
    """
    x = [side.astype(np.float64) for side in above]
    y = [side.astype(np.float64) for side in below]
    if any(side.sum() == 0 for side in y):
        return None
    n = len(x[0])
    ratios = [float(a.sum() / b.sum()) for a, b in zip(x, y, strict=True)]
    parts = [(a - r * b) / b.mean() for a, b, r in zip(x, y, ratios, strict=True)]
    change = ratios[1] - ratios[0]
    wide = NormalDist().inv_cdf(1 - (1 - (1 - 0.05) ** (1 / looked_at)) / 2)
    if n < 2:
        return Difference(ratios[0], ratios[1], Estimate(change, -math.inf, math.inf), False, None)
    paired = float(np.var(parts[1] - parts[0], ddof=1))
    apart = sum(float(np.var(part, ddof=1)) for part in parts)
    centre, error = change, math.sqrt(paired / n)
    if _yes_or_no(x, y):
        centre, error = _matched_proportions(x[1] - x[0])
    elif error == 0:
        # Every replication went the same way on both sides; the next one may not.
        error = max(float(side.max()) for side in x) / (n + 2)
    factor = Z if _yes_or_no(x, y) else t_quantile(n - 1)
    low, high = min(change, centre - factor * error), max(change, centre + factor * error)
    seen = abs(centre) > wide * error
    return Difference(ratios[0], ratios[1], Estimate(change, low, high), seen, apart / paired if paired > 0 else None)


def _yes_or_no(x: list[NDArray[np.float64]], y: list[NDArray[np.float64]]) -> bool:
    """Whether each replication has exactly one case, met or missed, on both sides."""
    return all(bool((side == 1).all()) for side in y) and all(bool((side <= 1).all()) for side in x)


def _matched_proportions(change: NDArray[np.float64]) -> tuple[float, float]:
    """Centre and standard error of Agresti and Min's interval: a half added to each cell of the 2 × 2 table."""
    n = len(change)
    better, worse = int((change > 0).sum()), int((change < 0).sum())
    centre = (better - worse) / (n + 2)
    spread = better + worse + 1 - (better - worse) ** 2 / (n + 2)
    return centre, math.sqrt(spread) / (n + 2)
