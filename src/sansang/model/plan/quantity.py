"""How much, how long, and how do we know? Each number of a plan carries its basis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Literal

Provenance = Literal["measured", "sourced", "assumed"]

#: What an assumed number may be off by when the plan does not say: from value ÷ 1.5 to value × 1.5.
ASSUMED_FACTOR = 1.5


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a number comes from: measured here, taken from a source, or only assumed.

    ``low`` and ``high`` are factors on the number (0.7 = thirty percent less) between which the true value is
    believed to lie; they matter for what is assumed.
    """

    provenance: Provenance = "assumed"
    note: str = ""
    low: float | None = None
    high: float | None = None

    def factors(self) -> tuple[float, float]:
        """The lowest and the highest factor by which the number may be off; (1, 1) unless it is assumed."""
        if self.provenance != "assumed":
            return (1.0, 1.0)
        low = 1 / ASSUMED_FACTOR if self.low is None else self.low
        high = ASSUMED_FACTOR if self.high is None else self.high
        return (low, high)


ASSUMED = Basis()


@dataclass(frozen=True, slots=True)
class Constant:
    """Always the same value."""

    value: float

    def mean(self) -> float:
        """The value itself."""
        return self.value

    def scaled(self, factor: float) -> Constant:
        """The same shape, ``factor`` times as long."""
        return Constant(self.value * factor)


@dataclass(frozen=True, slots=True)
class Uniform:
    """Every value between ``low`` and ``high`` alike."""

    low: float
    high: float

    def mean(self) -> float:
        """(low + high) / 2."""
        return (self.low + self.high) / 2

    def scaled(self, factor: float) -> Uniform:
        """The same shape, ``factor`` times as long."""
        return Uniform(self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Triangular:
    """Between ``low`` and ``high``, most often near ``mode``: what a practitioner gives as least, usual, most."""

    low: float
    mode: float
    high: float

    def mean(self) -> float:
        """(low + mode + high) / 3."""
        return (self.low + self.mode + self.high) / 3

    def scaled(self, factor: float) -> Triangular:
        """The same shape, ``factor`` times as long."""
        return Triangular(self.low * factor, self.mode * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Exponential:
    """Without memory: the time to the next call."""

    average: float

    def mean(self) -> float:
        """The average."""
        return self.average

    def scaled(self, factor: float) -> Exponential:
        """The same shape, ``factor`` times as long."""
        return Exponential(self.average * factor)


@dataclass(frozen=True, slots=True)
class Lognormal:
    """Half of the values below ``median``; ``sigma`` is the deviation of the logarithm: travel and turnout times."""

    median: float
    sigma: float

    def mean(self) -> float:
        """median · exp(σ²/2)."""
        return self.median * math.exp(self.sigma**2 / 2)

    def scaled(self, factor: float) -> Lognormal:
        """The same shape, ``factor`` times as long."""
        return Lognormal(self.median * factor, self.sigma)


@dataclass(frozen=True, slots=True)
class Empirical:
    """Linear between the points (share of cases at or below, value) of a measurement."""

    points: tuple[tuple[float, float], ...]

    def mean(self) -> float:
        """The area under the quantile function, by trapezes."""
        pairs = pairwise(self.points)
        return sum((p2 - p1) * (v1 + v2) / 2 for (p1, v1), (p2, v2) in pairs)

    def scaled(self, factor: float) -> Empirical:
        """The same shape, ``factor`` times as long."""
        return Empirical(tuple((p, v * factor) for p, v in self.points))


Distribution = Constant | Uniform | Triangular | Exponential | Lognormal | Empirical


@dataclass(frozen=True, slots=True)
class Duration:
    """Minutes that differ from time to time (or a factor, where the field says so), with their basis."""

    distribution: Distribution
    basis: Basis = ASSUMED

    def scaled(self, factor: float) -> Duration:
        """The same duration, ``factor`` times as long."""
        return Duration(self.distribution.scaled(factor), self.basis)


@dataclass(frozen=True, slots=True)
class Number:
    """A plain number (minutes, a probability, a rate, km/h) with its basis; the field it stands in names the unit."""

    value: float
    basis: Basis = ASSUMED

    def scaled(self, factor: float) -> Number:
        """The number ``factor`` times as large."""
        return Number(self.value * factor, self.basis)


@dataclass(frozen=True, slots=True)
class Probability:
    """A chance between 0 and 1 with its basis."""

    value: float
    basis: Basis = ASSUMED

    def scaled(self, factor: float) -> Probability:
        """The chance with its odds ``factor`` times as high, so it stays between 0 and 1."""
        if self.value in (0.0, 1.0):
            return self
        odds = self.value / (1 - self.value) * factor
        return Probability(odds / (1 + odds), self.basis)


@dataclass(frozen=True, slots=True)
class Amount:
    """A whole number of people, strengths or pieces with its basis."""

    value: int
    basis: Basis = ASSUMED


Quantity = Duration | Number | Probability | Amount


def minutes(value: float, basis: Basis = ASSUMED) -> Duration:
    """A duration that is always ``value`` minutes."""
    return Duration(Constant(value), basis)


def quantile(distribution: Distribution, p: float) -> float:
    """The value below which a share ``p`` (0 < p < 1) of the cases lies; raises ValueError outside of it."""
    if not 0 < p < 1:
        raise ValueError(f"a share lies between 0 and 1, not {p}")
    match distribution:
        case Constant(value):
            return value
        case Uniform(low, high):
            return low + p * (high - low)
        case Triangular(low, mode, high):
            if high == low:
                return low
            cut = (mode - low) / (high - low)
            if p < cut:
                return low + math.sqrt(p * (high - low) * (mode - low))
            return high - math.sqrt((1 - p) * (high - low) * (high - mode))
        case Exponential(average):
            return -average * math.log1p(-p)
        case Lognormal(median, sigma):
            return median * math.exp(sigma * NormalDist().inv_cdf(p))
        case Empirical(points):
            for (p1, v1), (p2, v2) in pairwise(points):
                if p <= p2:
                    return v1 + (v2 - v1) * (p - p1) / (p2 - p1) if p2 > p1 else v2
            return points[-1][1]
