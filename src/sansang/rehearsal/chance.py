"""What is drawn? Random numbers as a pure function of (seed, replication, entity, purpose, k), for both programs.

The reference and the kernel call the same compiled functions, so a draw has the same bits in both.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sansang.rehearsal.compilation import use_cache_folder

use_cache_folder()

from numba import njit  # noqa: E402  (the cache folder must be set before the first decorator)

# The table of purposes: part of the model page, docs/rehearsal-model.md.
START: Final = 1
STREAM: Final = 2
SITE: Final = 3
REPORT: Final = 4
WORK: Final = 5
FOLLOW_ON: Final = 6
UNIT_SHOWS_UP: Final = 7
TURNOUT: Final = 8
TRAVEL_OUT: Final = 9
TRAVEL_HOME: Final = 10
MEMBER_SHOWS_UP: Final = 11
CONVENE: Final = 12
STEP: Final = 13
RESPONSE: Final = 14
RESUPPLY: Final = 15
HANDLE: Final = 16

# Kinds of distribution, the first column of a row of the table.
CONSTANT: Final = 0
UNIFORM: Final = 1
TRIANGULAR: Final = 2
EXPONENTIAL: Final = 3
LOGNORMAL: Final = 4
EMPIRICAL: Final = 5

MS_PER_MINUTE: Final = 60000
#: A fixed draw stays below ~34,000 years, so a sum of draws cannot leave 64 bits.
MAX_MS: Final = 2.0**50

_MASK = np.uint64(0xFFFFFFFF)
_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_32 = np.uint64(32)
_12 = np.uint64(12)


@njit(cache=True)
def philox(c0, c1, c2, c3, k0, k1):
    """Philox4x32-10: four 32-bit words (as uint64) from a counter of four and a key of two words.

    Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011).
    """
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _32) ^ c1 ^ k0, p1 & _MASK, (p0 >> _32) ^ c3 ^ k1, p0 & _MASK
        k0 = (k0 + _W0) & _MASK
        k1 = (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@njit(cache=True)
def uniforms(seed, replication, entity, purpose, k):
    """Two numbers in (0, 1), multiples of 2⁻⁵³, for one (seed, replication, entity, purpose, k)."""
    key = np.uint64(seed)
    w0, w1, w2, w3 = philox(
        np.uint64(replication) & _MASK,
        np.uint64(entity) & _MASK,
        np.uint64(purpose) & _MASK,
        np.uint64(k) & _MASK,
        key & _MASK,
        key >> _32,
    )
    first = (np.float64(((w0 << _32) | w1) >> _12) + 0.5) * 2.0**-52
    second = (np.float64(((w2 << _32) | w3) >> _12) + 0.5) * 2.0**-52
    return first, second


@njit(cache=True)
def uniform(seed, replication, entity, purpose, k):
    """The first of the two numbers."""
    return uniforms(seed, replication, entity, purpose, k)[0]


@njit(cache=True)
def normal_quantile(p):
    """Φ⁻¹(p) to about 1 part in 10¹⁶.

    Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics
    37 (1988), routine PPND16.
    """
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        above = 2.5090809287301226727e3 * r + 3.3430575583588128105e4
        above = (above * r + 6.7265770927008700853e4) * r + 4.5921953931549871457e4
        above = (above * r + 1.3731693765509461125e4) * r + 1.9715909503065514427e3
        above = (above * r + 1.3314166789178437745e2) * r + 3.3871328727963666080e0
        below = 5.2264952788528545610e3 * r + 2.8729085735721942674e4
        below = (below * r + 3.9307895800092710610e4) * r + 2.1213794301586595867e4
        below = (below * r + 5.3941960214247511077e3) * r + 6.8718700749205790830e2
        below = (below * r + 4.2313330701600911252e1) * r + 1.0
        return q * above / below
    r = p if q < 0 else 1.0 - p
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        above = 7.74545014278341407640e-4 * r + 2.27238449892691845833e-2
        above = (above * r + 2.41780725177450611770e-1) * r + 1.27045825245236838258e0
        above = (above * r + 3.64784832476320460504e0) * r + 5.76949722146069140550e0
        above = (above * r + 4.63033784615654529590e0) * r + 1.42343711074968357734e0
        below = 1.05075007164441684324e-9 * r + 5.47593808499534494600e-4
        below = (below * r + 1.51986665636164571966e-2) * r + 1.48103976427480074590e-1
        below = (below * r + 6.89767334985100004550e-1) * r + 1.67638483018380384940e0
        below = (below * r + 2.05319162663775882187e0) * r + 1.0
    else:
        r -= 5.0
        above = 2.01033439929228813265e-7 * r + 2.71155556874348757815e-5
        above = (above * r + 1.24266094738807843860e-3) * r + 2.65321895265761230930e-2
        above = (above * r + 2.96560571828504891230e-1) * r + 1.78482653991729133580e0
        above = (above * r + 5.46378491116411436990e0) * r + 6.65790464350110377720e0
        below = 2.04426310338993978564e-15 * r + 1.42151175831644588870e-7
        below = (below * r + 1.84631831751005468180e-5) * r + 7.86869131145613259100e-4
        below = (below * r + 1.48753612908506148525e-2) * r + 1.36929880922735805310e-1
        below = (below * r + 5.99832206555887937690e-1) * r + 1.0
    x = above / below
    return -x if q < 0 else x


@njit(cache=True)
def draw(distributions, points, row, u):
    """The value of the distribution in this row (kind, a, b, c, first point, points) at the share ``u``."""
    kind = int(distributions[row, 0])
    a = distributions[row, 1]
    b = distributions[row, 2]
    c = distributions[row, 3]
    if kind == CONSTANT:
        return a
    if kind == UNIFORM:
        return a + u * (b - a)
    if kind == TRIANGULAR:
        if c == a:
            return a
        cut = (b - a) / (c - a)
        if u < cut:
            return a + math.sqrt(u * (c - a) * (b - a))
        return c - math.sqrt((1.0 - u) * (c - a) * (c - b))
    if kind == EXPONENTIAL:
        return -a * math.log1p(-u)
    if kind == LOGNORMAL:
        return a * math.exp(b * normal_quantile(u))
    first = int(distributions[row, 4])
    last = first + int(distributions[row, 5]) - 1
    for i in range(first, last):
        p2 = points[i + 1, 0]
        if u <= p2:
            p1 = points[i, 0]
            if p2 <= p1:
                return points[i + 1, 1]
            return points[i, 1] + (points[i + 1, 1] - points[i, 1]) * (u - p1) / (p2 - p1)
    return points[last, 1]


@njit(cache=True)
def to_ms(minutes):
    """Whole milliseconds of a duration in minutes: floor(minutes × 60000 + 0.5), not below 0."""
    ms = math.floor(minutes * MS_PER_MINUTE + 0.5)
    return np.int64(min(max(ms, 0.0), MAX_MS))


@njit(cache=True)
def trip_ms(way_ms, factor):
    """A trip: floor(plain × factor + 0.5) with the plain time in milliseconds."""
    return np.int64(min(max(math.floor(way_ms * factor + 0.5), 0.0), MAX_MS))
