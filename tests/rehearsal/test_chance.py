"""Chance is what is published: Philox's known answers, the distributions' own quantiles."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sansang.model.plan.quantity import (
    Constant,
    Distribution,
    Duration,
    Empirical,
    Exponential,
    Lognormal,
    Triangular,
    Uniform,
    quantile,
)
from sansang.rehearsal import chance
from sansang.rehearsal.plan import DistributionTable, minutes_to_ms

KNOWN = [
    ((0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
]


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_philox_gives_the_published_answers(counter: tuple[int, ...], key: tuple[int, ...], answer: str) -> None:
    words = chance.philox(*(np.uint64(x) for x in (*counter, *key)))
    assert " ".join(f"{int(word):08x}" for word in words) == answer


def test_a_chance_is_an_odd_multiple_of_two_to_the_minus_53_from_the_first_two_words() -> None:
    first, second = chance.uniforms(np.uint64(7), 3, 5, chance.WORK, 11)
    words = [int(w) for w in chance.philox(*(np.uint64(x) for x in (3, 5, chance.WORK, 11, 7, 0)))]
    assert first == (((words[0] << 32 | words[1]) >> 12) + 0.5) * 2.0**-52
    assert second == (((words[2] << 32 | words[3]) >> 12) + 0.5) * 2.0**-52


@given(st.floats(1e-300, 1 - 1e-12))
def test_the_normal_quantile_is_the_standard_librarys(p: float) -> None:
    assert chance.normal_quantile(p) == pytest.approx(NormalDist().inv_cdf(p), rel=1e-14, abs=1e-15)


FORMS: list[tuple[Distribution, object]] = [
    (Uniform(2, 7), stats.uniform(2, 5)),
    (Triangular(2, 3, 9), stats.triang(1 / 7, 2, 7)),
    (Triangular(2, 2, 9), stats.triang(0, 2, 7)),
    (Exponential(4), stats.expon(scale=4)),
    (Lognormal(5, 0.4), stats.lognorm(0.4, scale=5)),
]


@pytest.mark.parametrize(("form", "published"), FORMS)
def test_a_distribution_has_its_published_quantiles_in_the_kernel_and_in_the_model(
    form: Distribution, published: stats.rv_continuous
) -> None:
    table = DistributionTable()
    row = table.row(Duration(form))
    distributions = np.array(table.rows, np.float64)
    for p in (0.001, 0.1, 1 / 7, 0.5, 0.9, 0.999):
        drawn = chance.draw(distributions, np.zeros((1, 2)), row, p)
        assert drawn == pytest.approx(published.ppf(p), rel=1e-12)
        assert quantile(form, p) == pytest.approx(published.ppf(p), rel=1e-12)
    assert form.mean() == pytest.approx(published.mean(), rel=1e-12)


def test_a_measured_distribution_is_linear_between_its_points() -> None:
    form = Empirical(((0, 1), (0.5, 3), (0.5, 5), (1, 9)))
    table = DistributionTable()
    row = table.row(Duration(form))
    distributions, points = np.array(table.rows, np.float64), np.array(table.points, np.float64)
    for p, value in ((0.25, 2.0), (0.5, 3.0), (0.75, 7.0), (1 - 1e-12, 9.0)):
        assert chance.draw(distributions, points, row, p) == pytest.approx(value)
        assert quantile(form, p) == pytest.approx(value)
    assert form.mean() == pytest.approx(0.5 * 2 + 0.5 * 7)
    assert Constant(4).mean() == 4


@pytest.mark.parametrize(
    ("given_minutes", "whole"), [(0.0, 0), (-3.0, 0), (1 / 120_000, 1), (0.49999 / 60000, 0), (2.5, 150_000)]
)
def test_minutes_become_whole_milliseconds_in_the_plan_and_in_the_kernel(given_minutes: float, whole: int) -> None:
    assert minutes_to_ms(given_minutes) == whole
    assert chance.to_ms(given_minutes) == whole
