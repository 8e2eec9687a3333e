"""How sure is the machine of a figure? Intervals with the replications as the sample."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansang.model.plan.results import Estimate, Quantiles

#: Two-sided 95 %.
Z = NormalDist().inv_cdf(0.975)


def wilson(yes: int, n: int) -> Estimate | None:
    """A share of yes among n independent answers with its Wilson score interval; None when n is 0.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if n == 0:
        return None
    p = yes / n
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Estimate(p, max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)))


def ratio(above: NDArray[Any], below: NDArray[Any]) -> Estimate | None:
    """Σ above / Σ below with the replications as the sample (delta method); None when Σ below is 0.

    Source: W. G. Cochran, "Sampling Techniques", 3rd ed. (1977), section 2.11.
    """
    n = len(above)
    x, y = above.astype(np.float64), below.astype(np.float64)
    total = float(y.sum())
    if total == 0:
        return None
    r = float(x.sum()) / total
    if n < 2:
        return Estimate(r, r, r)
    spread = float(np.sum((x - r * y) ** 2)) / (n - 1)
    half = t_quantile(n - 1) * math.sqrt(spread / n) / (total / n)
    return Estimate(r, r - half, r + half)


def share(yes: NDArray[Any], cases: NDArray[Any]) -> Estimate | None:
    """The share of yes among all cases: Wilson where a replication gives at most one, else the ratio.

    Where every case went the same way the ratio has no spread; Wilson over the replications that had a case then
    bounds it.
    """
    if len(cases) == 0 or int(cases.sum()) == 0:
        return None
    if int(cases.max()) <= 1:
        return wilson(int(yes.sum()), int(cases.sum()))
    estimate = ratio(yes, cases)
    assert estimate is not None
    if estimate.value in (0.0, 1.0):
        had = int((cases > 0).sum())
        bound = wilson(had if estimate.value == 1.0 else 0, had)
        assert bound is not None
        return bound
    return Estimate(estimate.value, max(0.0, estimate.low), min(1.0, estimate.high))


def mean(values: NDArray[Any]) -> Estimate:
    """The mean over the replications with its interval."""
    estimate = ratio(values, np.ones(len(values)))
    assert estimate is not None
    return estimate


def quantiles(ms: NDArray[Any]) -> Quantiles | None:
    """Tenth, half and nine tenths of times in ms (negative ones did not happen), in minutes; None if none did."""
    happened = ms[ms >= 0]
    if len(happened) == 0:
        return None
    p10, p50, p90 = (float(q) / 60000 for q in np.quantile(happened, (0.1, 0.5, 0.9)))
    return Quantiles(p10, p50, p90)


def t_quantile(freedom: int) -> float:
    """The 97.5 % point of Student's t, by the expansion in 1/ν (error below 0.002 for ν ≥ 8).

    Source: Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5.
    """
    z, v = Z, float(freedom)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + g1 / v + g2 / v**2 + g3 / v**3
