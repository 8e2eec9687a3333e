"""How precise is a figure? Confidence intervals (95 %) with the replications as the sample."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansang.model.plan.results import Estimate, Quantiles
from sansang.rehearsal.chance import MS_PER_MINUTE

#: Two-sided 95 %.
Z = NormalDist().inv_cdf(0.975)


def wilson_estimate(successes: int, trials: int) -> Estimate | None:
    """The share of successes among independent trials with its Wilson score interval; None without trials.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
    """
    if trials == 0:
        return None
    n = trials
    p = successes / n
    centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z / (1 + Z * Z / n) * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    return Estimate(p, max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half)))


def ratio_estimate(numerators: NDArray[Any], denominators: NDArray[Any]) -> Estimate | None:
    """Σ numerators / Σ denominators, one each per replication (delta method); None when the latter is 0.

    Source: W. G. Cochran, "Sampling Techniques", 3rd ed. (1977), section 2.11.
    """
    n = len(numerators)
    x, y = numerators.astype(np.float64), denominators.astype(np.float64)
    total = float(y.sum())
    if total == 0:
        return None
    r = float(x.sum()) / total
    if n < 2:
        return Estimate(r, r, r)
    spread = float(np.sum((x - r * y) ** 2)) / (n - 1)
    half = t_quantile(n - 1) * math.sqrt(spread / n) / (total / n)
    return Estimate(r, r - half, r + half)


def share_estimate(successes: NDArray[Any], cases: NDArray[Any]) -> Estimate | None:
    """The share of successes among all cases: Wilson where a replication has at most one, else the ratio.

    Where every case went the same way the ratio has no spread; Wilson over the replications that had a case then
    bounds it.
    """
    if len(cases) == 0 or int(cases.sum()) == 0:
        return None
    if int(cases.max()) <= 1:
        return wilson_estimate(int(successes.sum()), int(cases.sum()))
    estimate = ratio_estimate(successes, cases)
    assert estimate is not None
    if estimate.value in (0.0, 1.0):
        with_cases = int((cases > 0).sum())
        bound = wilson_estimate(with_cases if estimate.value == 1.0 else 0, with_cases)
        assert bound is not None
        return bound
    return Estimate(estimate.value, max(0.0, estimate.low), min(1.0, estimate.high))


def mean_estimate(values: NDArray[Any]) -> Estimate:
    """The mean over the replications with its interval."""
    estimate = ratio_estimate(values, np.ones(len(values)))
    assert estimate is not None
    return estimate


def quantiles(ms: NDArray[Any]) -> Quantiles | None:
    """The 10 %, 50 % and 90 % quantiles, in minutes, of times in ms; negative: did not happen. None if none did."""
    happened = ms[ms >= 0]
    if len(happened) == 0:
        return None
    p10, p50, p90 = (float(q) / MS_PER_MINUTE for q in np.quantile(happened, (0.1, 0.5, 0.9)))
    return Quantiles(p10, p50, p90)


def t_quantile(degrees: int) -> float:
    """The 97.5 % point of Student's t with ν = ``degrees`` of freedom, by its expansion (error < 0.002 for ν ≥ 8).

    Source: Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5.
    """
    z, v = Z, float(degrees)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + g1 / v + g2 / v**2 + g3 / v**3
