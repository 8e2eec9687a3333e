"""Where the model is a plain queue it must agree with what has been known for a hundred years."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sansang.model.plan.forces import Post, Step, Ward
from sansang.model.plan.quantity import Amount, Constant, Duration, Exponential, minutes
from sansang.model.plan.results import Estimate, RehearsalResult
from sansang.rehearsal import rehearse
from tests.cast import MINH_PHUNG, PHU_THO, need, plan, queue, situation, squad, stream

RUNS = 400


def erlang_b(servers: int, load: float) -> float:
    """Share lost. Source: A. K. Erlang (1917), in the recursive form."""
    lost = 1.0
    for n in range(1, servers + 1):
        lost = load * lost / (n + load * lost)
    return lost


def erlang_c(servers: int, load: float) -> float:
    """Share that waits. Source: A. K. Erlang (1917), by way of Erlang B."""
    b = erlang_b(servers, load)
    return b / (1 - load / servers * (1 - b))


def wait_mdc(servers: int, rate: float, work: float) -> float:
    """Mean wait of M/D/c. Source: C. D. Crommelin (1932): the number present seen every ``work`` minutes."""
    load, size = rate * work, 400
    arrivals = np.array([math.exp(-load + k * math.log(load) - math.lgamma(k + 1)) for k in range(size)])
    step = np.zeros((size, size))
    for present in range(size):
        left = max(present - servers, 0)
        step[present, left:] = arrivals[: size - left]
    step /= step.sum(axis=1, keepdims=True)
    share = np.linalg.matrix_power(step, 4096)[0]
    waiting = sum(max(n - servers, 0) * float(p) for n, p in enumerate(share))
    return waiting / rate


def agree(estimate: Estimate | None, known: float) -> None:
    """Within four standard errors, and those no more than a few percent."""
    assert estimate is not None
    error = (estimate.high - estimate.low) / 2 / 1.96
    assert abs(estimate.value - known) <= 4 * error, (estimate, known)
    assert error <= 0.04 * known + 0.01


def wait_of(result: RehearsalResult, place: int = 0) -> Estimate | None:
    return result.needs[place].mean_minutes


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (2, 1.4), (5, 3.5)])
def test_the_wait_is_erlangs(servers: int, load: float) -> None:
    result = rehearse(queue(servers, {1: load * 6}, Duration(Exponential(10))), RUNS, 11, band=False)
    agree(wait_of(result), erlang_c(servers, load) * 10 / (servers - load))


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (2, 1.7), (5, 6.0)])
def test_what_does_not_wait_is_lost_at_erlangs_rate(servers: int, load: float) -> None:
    result = rehearse(queue(servers, {1: load * 6}, Duration(Exponential(10)), waits=False), RUNS, 12, band=False)
    lost, occurred = result.needs[0].lost, result.needs[0].occurred
    known = erlang_b(servers, load)
    # Losses come in bunches; the spread is taken three times that of independent trials.
    assert abs(lost / occurred - known) <= 3 * 4 * math.sqrt(known * (1 - known) / occurred)


@pytest.mark.parametrize("streams", [{1: 3.0, 2: 5.0}, {1: 2.0, 2: 3.0, 3: 4.0}])
def test_each_priority_waits_as_cobham_says(streams: dict[int, float]) -> None:
    """Source: A. Cobham, "Priority assignment in waiting line problems", Operations Research 2 (1954)."""
    servers, work = 2, 10.0
    result = rehearse(queue(servers, streams, Duration(Exponential(work))), RUNS, 13, band=False)
    load = sum(streams.values()) / 60 * work
    before = 0.0
    for place, rate in enumerate(streams.values()):
        upto = before + rate / 60 * work / servers
        known = erlang_c(servers, load) * work / servers / ((1 - before) * (1 - upto))
        agree(wait_of(result, place), known)
        before = upto


@pytest.mark.parametrize("servers", [1, 3])
def test_work_of_one_length_waits_as_crommelin_says(servers: int) -> None:
    load = 0.75 * servers
    result = rehearse(queue(servers, {1: load * 6}, minutes(10.0)), RUNS, 14, band=False)
    known = wait_mdc(servers, load / 10, 10.0)
    if servers == 1:
        assert known == pytest.approx(0.75 * 10 / (2 * 0.25), rel=1e-6)  # Pollaczek and Khinchine
    agree(wait_of(result), known)


def test_a_post_with_two_desks_is_erlangs_queue_too() -> None:
    desk = Post("minh-phung", "Minh Phụng", Amount(2), (Step("lenh", "lệnh", Duration(Exponential(10))),))
    ward = Ward("minh-phung", MINH_PHUNG.area, desk)
    scenario = plan(
        [situation(needs=[need(work=Duration(Constant(0)))], start=stream(8.4, 4000))],
        [squad("to", 1)],
        wards=(ward, PHU_THO),
        horizon=4000.0,
        count_from=800.0,
    )
    result = rehearse(scenario, RUNS, 15, band=False)
    agree(result.posts[0].wait, erlang_c(2, 1.4) * 10 / (2 - 1.4))
    load = result.posts[0].load
    assert load is not None
    assert load.low <= 0.7 <= load.high


def test_the_same_seed_gives_the_same_bytes_on_one_thread_and_on_two() -> None:
    from sansang.formats.result_json import dump_result, load_result

    scenario = queue(2, {1: 4.0, 2: 4.0}, Duration(Exponential(10)), horizon=600, count_from=60)
    one = rehearse(scenario, 500, 21, threads=1)
    two = rehearse(scenario, 500, 21, threads=2)
    assert dump_result(one) == dump_result(two)
    assert load_result(dump_result(one)) == one
    assert dump_result(rehearse(scenario, 500, 22, threads=2)) != dump_result(two)
