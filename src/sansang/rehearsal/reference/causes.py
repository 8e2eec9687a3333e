"""Where did the time go? Moments that say what a need whose work has not started is waiting for."""

from __future__ import annotations

from sansang.rehearsal import codes
from sansang.rehearsal.reference.entities import CauseMoment, NeedState, SituationState, UnitState
from sansang.rehearsal.reference.state import State


def open_moment(state: State, need: NeedState) -> CauseMoment:
    """Now, for a need whose work has not started: what it is waiting for, by the first that applies."""
    situation, now = need.situation, state.now
    if situation.stage == "unreported":
        assert situation.occurred is not None
        return situation.occurred.after(now, codes.CAUSE_REPORT)
    if situation.stage in ("queued", "at desk"):
        return decision_moment(state, need)
    if need.waiting:
        assert need.short is not None
        if not need.aid_granted and situation.request is not None:
            return need.short.after_intervals(now, situation.request.intervals_to(now))
        return short_moment(state, need)
    if need.lacks_supplies and need.on_scene >= need.amount:
        return supply_moment(state, situation)
    return _last_order_moment(state, need)


def decision_moment(state: State, need: NeedState) -> CauseMoment:
    """Now, for a need that waits for its ward's decision (or has it now)."""
    run = need.situation.chain_run
    assert run is not None
    assert need.queued is not None
    return need.queued.after_intervals(state.now, run.intervals_to(state.now))


def short_moment(state: State, need: NeedState) -> CauseMoment:
    """Now, for a short need that waits for a unit."""
    assert need.short is not None
    return need.short.after(state.now, codes.CAUSE_UNIT)


def supply_moment(state: State, situation: SituationState) -> CauseMoment:
    """Now, for a need that waits for supplies."""
    now = state.now
    assert situation.supplies_moment is not None
    if situation.supplies_requested and not situation.supplies_sent and situation.request is not None:
        return situation.supplies_moment.after_intervals(now, situation.request.intervals_to(now))
    return situation.supplies_moment.after(now, codes.CAUSE_SUPPLIES)


def unit_moment(state: State, unit: UnitState) -> CauseMoment:
    """Now, for a need that waits for this unit since it was ordered."""
    assert unit.ordered is not None
    if unit.activity == codes.ACTIVITY_CALLED:
        return unit.ordered.after(state.now, codes.CAUSE_NO_ANSWER)
    leaves_at = unit.ordered.time + unit.turnout_ms
    return unit.ordered.after_intervals(
        state.now,
        [
            (unit.ordered.time, leaves_at, codes.CAUSE_TURNOUT),
            (leaves_at, max(leaves_at, state.now), codes.CAUSE_TRAVEL),
        ],
    )


def _last_order_moment(state: State, need: NeedState) -> CauseMoment:
    """Now, for a need that waits for the unit (or the teams) ordered last."""
    coming: list[tuple[int, bool, int]] = []  # ordered at, whether a call, number
    for unit in state.units:
        if unit.need is need and unit.activity in (codes.ACTIVITY_CALLED, codes.ACTIVITY_TRAVEL):
            assert unit.ordered is not None
            coming.append((unit.ordered.time, False, unit.number))
    for number, call in enumerate(state.calls):
        if call.need is need and not call.arrived:
            coming.append((call.called.time, True, number))
    _, is_call, number = max(coming)
    if is_call:
        return state.calls[number].called.after(state.now, codes.CAUSE_TRAVEL)
    return unit_moment(state, state.units[number])
