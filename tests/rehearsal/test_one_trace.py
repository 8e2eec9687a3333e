"""The two programs play one model: same trace, same times, same causes, same minutes of every unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansang.model.plan.scenario import Scenario
from sansang.plans import read_folder
from sansang.rehearsal.kernel.outcome import new_tables, play_one
from sansang.rehearsal.plan import compile_plan
from sansang.rehearsal.reference import Reference
from tests.strategies import scenarios

EXAMPLES = Path(__file__).parents[2] / "examples"


def compare(scenario: Scenario, seed: int, replication: int) -> Reference:
    """Play one replication with both programs and hold everything that comes out side by side."""
    plan = compile_plan(scenario)
    tables = new_tables(plan, 1)
    trace, _, situations, needs, causes, had_room = play_one(plan, tables, np.uint64(seed), replication, 4096)
    assert had_room
    reference = Reference(plan, seed, replication).run()
    assert [tuple(int(x) for x in line) for line in trace] == reference.trace
    for mine, theirs in zip(reference.situations, situations, strict=True):
        assert (mine.occurs.time if mine.occurs else -1) == theirs["occurs"]
        assert mine.decided_at == (theirs["decided_at"])
        assert mine.first_arrival == theirs["first_arrival"]
        assert mine.contained_at == theirs["contained_at"]
        assert mine.escalated_at == theirs["escalated_at"]
    for mine_need, row, its_causes in zip(reference.needs, needs, causes, strict=True):
        occurs = mine_need.situation.occurs
        if occurs is None or mine_need.lost or occurs.time < reference.count_from:
            continue
        # Every minute from the occurrence to the start (or the horizon) has one cause, in both programs the same.
        moment = mine_need.started or mine_need.order_only or reference.open_moment(mine_need)
        if mine_need.order_only is not None:
            assert moment.time == mine_need.situation.decided_at
        else:
            assert moment.time == (row["started_at"] if row["started_at"] >= 0 else reference.horizon)
        assert sum(moment.causes()) == moment.time - occurs.time
        assert moment.causes() == list(its_causes)
    for unit in reference.units:
        assert unit.minutes == list(tables.unit_ms[unit.number])
        assert sum(unit.minutes) == reference.horizon - reference.count_from
        assert [unit.orders, unit.unanswered] == list(tables.unit_calls[unit.number])
    for post in reference.posts:
        assert [post.taken, post.waited, post.busy_ms] == list(tables.posts[0, post.number, :3])
    return reference


def nobody_idles(reference: Reference) -> None:
    """Nothing is taken out of a store that is not in it, and no own unit idles while it could serve a waiting need."""
    assert all(pieces >= 0 for store in reference.stock for pieces in store)
    for waiting in reference.waiting_list():
        for unit in reference.units:
            free = unit.need is None and reference.can_take_order(unit, waiting)
            assert not (free and reference.own(unit, waiting)), (unit.number, waiting.number)


@settings(max_examples=300)
@given(scenarios(), st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_reference_and_kernel_tell_the_same_night(scenario: Scenario, seed: int, replication: int) -> None:
    nobody_idles(compare(scenario, seed, replication))


@pytest.mark.parametrize("replication", range(20))
@pytest.mark.parametrize(("example", "least"), [("hem-chay", 30), ("dt19", 600)])
def test_reference_and_kernel_tell_the_same_night_of_the_examples(example: str, least: int, replication: int) -> None:
    scenario = read_folder(EXAMPLES / example).require()
    reference = compare(scenario, 7, replication)
    assert len(reference.trace) > least


@settings(max_examples=30)
@given(scenarios(), st.integers(0, 2**32 - 1))
def test_a_night_stepped_through_is_the_night_played_at_once(scenario: Scenario, seed: int) -> None:
    plan = compile_plan(scenario)
    at_once = Reference(plan, seed).run()
    stepped = Reference(plan, seed)
    for time in range(0, stepped.horizon, 7 * 60_000):
        stepped.run_until(time)
        assert stepped.now == time
    assert stepped.run().trace == at_once.trace
