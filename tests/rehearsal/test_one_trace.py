"""The two programs play one model: same trace, same times, same causes, same minutes of every unit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansang.model.plan.scenario import Scenario
from sansang.plans.folder import read_folder
from sansang.rehearsal.kernel.outcome import new_outcome_tables, play_traced
from sansang.rehearsal.plan import compile_plan
from sansang.rehearsal.reference import Reference
from tests.strategies import scenarios

EXAMPLES = Path(__file__).parents[2] / "examples"


def compare(scenario: Scenario, seed: int, replication: int) -> Reference:
    """Play one replication with both programs and hold everything that comes out side by side."""
    plan = compile_plan(scenario)
    tables = new_outcome_tables(plan, 1)
    trace, _, situations, needs, causes, had_room = play_traced(plan, tables, np.uint64(seed), replication, 4096)
    assert had_room
    reference = Reference(plan, seed, replication).run()
    assert [tuple(int(x) for x in line) for line in trace] == reference.trace
    for mine, theirs in zip(reference.situations, situations, strict=True):
        assert (mine.occurred.time if mine.occurred else -1) == theirs["occurred_at"]
        assert mine.decided_at == (theirs["decided_at"])
        assert mine.first_arrival_at == theirs["first_arrival_at"]
        assert mine.contained_at == theirs["contained_at"]
        assert mine.escalated_at == theirs["escalated_at"]
    for mine_need, row, its_causes in zip(reference.needs, needs, causes, strict=True):
        occurred = mine_need.situation.occurred
        if occurred is None or mine_need.lost or occurred.time < reference.state.count_from_ms:
            continue
        # Every minute from the occurrence to the start (or the horizon) has one cause, in both programs the same.
        moment = mine_need.started or mine_need.order_only or reference.open_moment(mine_need)
        if mine_need.order_only is not None:
            assert moment.time == mine_need.situation.decided_at
        else:
            assert moment.time == (row["started_at"] if row["started_at"] >= 0 else reference.horizon_ms)
        assert sum(moment.cause_ms()) == moment.time - occurred.time
        assert moment.cause_ms() == list(its_causes)
    for unit in reference.units:
        assert unit.activity_ms == list(tables.unit_ms[unit.number])
        assert sum(unit.activity_ms) == reference.horizon_ms - reference.state.count_from_ms
        assert [unit.order_count, unit.unanswered_count] == list(tables.unit_orders[unit.number])
    for post in reference.posts:
        assert [post.served, post.waited_ms, post.busy_ms] == list(tables.posts[0, post.number, :3])
    return reference


def nobody_idles(reference: Reference) -> None:
    """Nothing is taken out of a store that is not in it, and no own unit idles while it could serve a waiting need."""
    assert all(pieces >= 0 for store in reference.stock for pieces in store)
    for waiting in reference.waiting_list.needs():
        for unit in reference.units:
            free = unit.need is None and reference.dispatch.can_take_order(unit, waiting)
            assert not (free and reference.dispatch.is_own(unit, waiting)), (unit.number, waiting.number)


@settings(max_examples=300)
@given(scenarios(), st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
def test_reference_and_kernel_give_the_same_trace(scenario: Scenario, seed: int, replication: int) -> None:
    nobody_idles(compare(scenario, seed, replication))


@pytest.mark.parametrize("replication", range(20))
@pytest.mark.parametrize(("example", "least"), [("hem-chay", 30), ("dt19", 600)])
def test_reference_and_kernel_give_the_same_trace_of_the_examples(example: str, least: int, replication: int) -> None:
    scenario = read_folder(EXAMPLES / example).require()
    reference = compare(scenario, 7, replication)
    assert len(reference.trace) > least


@settings(max_examples=30)
@given(scenarios(), st.integers(0, 2**32 - 1))
def test_a_replication_stepped_through_is_the_one_played_at_once(scenario: Scenario, seed: int) -> None:
    plan = compile_plan(scenario)
    at_once = Reference(plan, seed).run()
    stepped = Reference(plan, seed)
    for time in range(0, stepped.horizon_ms, 7 * 60_000):
        stepped.run_until(time)
        assert stepped.now == time
    assert stepped.run().trace == at_once.trace
