"""When is it decided? Desks, decision chains, requests to the upper post, and the time that they take."""

from __future__ import annotations

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import (
    ACTIVITY_CALLED,
    ACTIVITY_TRAVEL,
    CAUSE_CONVENING,
    CAUSE_COUNT,
    CAUSE_DECISION,
    CAUSE_DESK,
    CAUSE_NO_ANSWER,
    CAUSE_REPORT,
    CAUSE_SUPPLIES,
    CAUSE_TRAVEL,
    CAUSE_TURNOUT,
    CAUSE_UNIT,
    DESK_TAKEN,
    DESKS,
    MEMBER_ARRIVES,
    OCCURS,
    REQUESTED,
    STEP_ENDS,
    UPPER_CHAIN_ENDS,
    WARD_CHAIN_ENDS,
)
from sansang.rehearsal.kernel.event_queue import dequeue, enqueue, post_is_active, record, schedule
from sansang.rehearsal.kernel.state import AT_DESK, NO_REQUEST, QUEUED, REQUEST_AT_DESK, REQUEST_QUEUED, UNREPORTED


@njit(cache=True)
def chain_end(p, r, post, situation, run, begin, until, schedule_steps):
    """End of a run of a post's decision chain (ms), and how much of it up to ``until`` was convening.

    A pure function of the random numbers, so it is computed again wherever a part of a run is needed.
    ``schedule_steps`` also schedules the end of each step, for a trace.
    """
    seed, replication = r.clock[0].seed, r.clock[0].replication
    entity = r.situations[situation].entity
    time = begin
    convening_ms = 0
    first = p.posts[post].first_step
    for step in range(first, first + p.posts[post].step_count):
        ready = time
        row = p.steps[step]
        if row.body >= 0:
            body = p.bodies[row.body]
            present = 0
            for m in range(body.first_member, body.first_member + body.member_count):
                member = p.members[m]
                if chance.uniform(seed, replication, member.key, chance.MEMBER_SHOWS_UP, 0) < member.shows_up:
                    u = chance.uniform(seed, replication, entity, chance.CONVENE, (run << 16) | member.key)
                    arrives_at = begin + chance.to_ms(
                        chance.draw(p.distributions, p.points, member.convene_distribution, u)
                    )
                    i = present
                    while i > 0 and r.scratch[i - 1] > arrives_at:
                        r.scratch[i] = r.scratch[i - 1]
                        i -= 1
                    r.scratch[i] = arrives_at
                    present += 1
            if present < body.quorum:
                ready = time + row.without_quorum_ms
            elif body.quorum > 0:
                ready = max(time, r.scratch[body.quorum - 1])
        convening_ms += max(0, min(ready, until) - time)
        u = chance.uniform(seed, replication, entity, chance.STEP, (run << 16) | row.key)
        time = ready + chance.to_ms(chance.draw(p.distributions, p.points, row.duration_distribution, u))
        if schedule_steps:
            schedule(p, r, time, STEP_ENDS, situation, step, 0)
    return time, convening_ms


@njit(cache=True)
def schedule_member_arrivals(p, r, post, situation, run, begin, end):
    """Schedule the arrivals of the members who come before the chain's end, for a trace."""
    seed, replication = r.clock[0].seed, r.clock[0].replication
    entity = r.situations[situation].entity
    first = p.posts[post].first_step
    for step in range(first, first + p.posts[post].step_count):
        body_row = p.steps[step].body
        if body_row < 0:
            continue
        scheduled_before = False
        for earlier in range(first, step):
            scheduled_before = scheduled_before or p.steps[earlier].body == body_row
        if scheduled_before:
            continue
        body = p.bodies[body_row]
        for m in range(body.first_member, body.first_member + body.member_count):
            member = p.members[m]
            if chance.uniform(seed, replication, member.key, chance.MEMBER_SHOWS_UP, 0) < member.shows_up:
                u = chance.uniform(seed, replication, entity, chance.CONVENE, (run << 16) | member.key)
                arrives_at = begin + chance.to_ms(
                    chance.draw(p.distributions, p.points, member.convene_distribution, u)
                )
                if arrives_at <= end:
                    schedule(p, r, arrives_at, MEMBER_ARRIVES, situation, m, 0)


@njit(cache=True)
def schedule_desk_assignment(p, r, post):
    """Assign the post's desks at this instant, after all else; scheduled twice it happens once."""
    now = r.clock[0].now
    if r.posts[post].assignment_at != now:
        r.posts[post].assignment_at = now
        schedule(p, r, now, DESKS, post, 0, 0)


@njit(cache=True)
def assign_desks(p, r, post):
    """Give free desks to what is first in the queue; a desk is occupied for the whole chain."""
    now = r.clock[0].now
    state = r.posts[post]
    state.assignment_at = -1
    general = p.general[0]
    upper = post == general.ward_count
    if not post_is_active(p, post, now):
        return
    while state.queue_length > 0 and (p.posts[post].desks < 0 or state.busy_desks < p.posts[post].desks):
        item = dequeue(r, post)
        state.busy_desks += 1
        record(r, DESK_TAKEN, post, item, 0)
        if item >= len(r.situations):
            end, counts, since = begin_inject(p, r, item, upper)
        else:
            end, counts, since = begin_chain(p, r, post, item, upper)
        if counts:
            state.served += 1
            state.waited_ms += now - since
        state.busy_ms += max(0, min(end, general.horizon_ms) - max(now, general.count_from_ms))


@njit(cache=True)
def begin_chain(p, r, post, situation, upper):
    """Begin a run of the post's chain. Returns its end, whether the situation is counted, and since when it waited."""
    clock = r.clock[0]
    s = r.situations[situation]
    run = s.request_chain_run if upper else s.chain_run
    # The runs of the upper post's chain are counted apart from the ward's; its steps have their own rows.
    tracing = clock.tracing == 1
    end, convening_ms = chain_end(p, r, post, situation, run, clock.now, chance.MAX_MS, tracing)
    if tracing:
        schedule_member_arrivals(p, r, post, situation, run, clock.now, end)
    counts = s.occurred_at >= p.general[0].count_from_ms
    if upper:
        s.request_stage = REQUEST_AT_DESK
        s.request_desk_at = clock.now
        schedule(p, r, end, UPPER_CHAIN_ENDS, situation, 0, 0)
        return end, counts, s.requested_at
    s.stage = AT_DESK
    s.desk_at = clock.now
    s.chain_ends_at = end
    s.convening_ms = convening_ms
    schedule(p, r, end, WARD_CHAIN_ENDS, situation, 0, 0)
    return end, counts, s.queued_at


@njit(cache=True)
def begin_inject(p, r, item, upper):
    """Begin to handle an inject. Returns as ``begin_chain``."""
    clock = r.clock[0]
    number = item - len(r.situations)
    row = p.injects[number]
    r.injects[number].desk_at = clock.now
    u = chance.uniform(clock.seed, clock.replication, row.key, chance.HANDLE, 0)
    end = clock.now + chance.to_ms(chance.draw(p.distributions, p.points, row.handle_distribution, u))
    schedule(p, r, end, UPPER_CHAIN_ENDS if upper else WARD_CHAIN_ENDS, item, 0, 0)
    return end, row.planned_ms >= p.general[0].count_from_ms, r.injects[number].queued_at


@njit(cache=True)
def release_inject(p, r, number):
    """An inject starts its situation, or joins the queue of the post that it reaches."""
    row = p.injects[number]
    now = r.clock[0].now
    if row.starts_definition >= 0:
        schedule(p, r, now, OCCURS, r.first_situation[row.starts_definition], 0, 0)
        return
    r.injects[number].queued_at = now
    enqueue(p, r, row.post, len(r.situations) + number, row.post == p.general[0].ward_count)
    schedule_desk_assignment(p, r, row.post)


@njit(cache=True)
def finish_inject(p, r, number):
    """An inject has been handled: its desk is free."""
    post = p.injects[number].post
    r.posts[post].busy_desks -= 1
    schedule_desk_assignment(p, r, post)


@njit(cache=True)
def request_aid(p, r, situation):
    """Send one request of a situation to the upper post; while it is open, later shortages join it."""
    general = p.general[0]
    s = r.situations[situation]
    if general.has_upper == 0 or general.nearest_of_all == 1 or s.request_stage != NO_REQUEST:
        return
    s.request_stage = REQUEST_QUEUED
    s.request_chain_run += 1
    s.requested_at = r.clock[0].now
    record(r, REQUESTED, situation, 0, 0)
    enqueue(p, r, general.ward_count, situation, True)
    schedule_desk_assignment(p, r, general.ward_count)


@njit(cache=True)
def add_upper_wait_causes(p, r, situation, since, cause_ms):
    """Add the time from ``since`` to now of an open request: its desk, its convening, its decision."""
    now = r.clock[0].now
    s = r.situations[situation]
    if s.request_stage == REQUEST_QUEUED:
        cause_ms[CAUSE_DESK] += now - since
        return
    begin = since
    if since < s.request_desk_at:
        cause_ms[CAUSE_DESK] += s.request_desk_at - since
        begin = s.request_desk_at
    post = p.general[0].ward_count
    before = chain_end(p, r, post, situation, s.request_chain_run, s.request_desk_at, begin, False)[1]
    convening_ms = chain_end(p, r, post, situation, s.request_chain_run, s.request_desk_at, now, False)[1] - before
    cause_ms[CAUSE_CONVENING] += convening_ms
    cause_ms[CAUSE_DECISION] += now - begin - convening_ms


@njit(cache=True)
def add_short_wait_causes(p, r, need, cause_ms):
    """Add the time that a short need has waited: for the upper post while its request is open, else for a unit."""
    n = r.needs[need]
    now = r.clock[0].now
    if n.aid_granted == 0 and r.situations[n.situation].request_stage != NO_REQUEST:
        add_upper_wait_causes(p, r, n.situation, n.wait_began_at, cause_ms)
    else:
        cause_ms[CAUSE_UNIT] += now - n.wait_began_at


@njit(cache=True)
def open_causes(p, r, need, cause_ms):
    """Where the time went, up to now, for a need whose work has not started."""
    now = r.clock[0].now
    n = r.needs[need]
    s = r.situations[n.situation]
    if s.stage == UNREPORTED:
        cause_ms[:] = 0
        cause_ms[CAUSE_REPORT] = now - s.occurred_at
        return
    if s.stage == QUEUED:
        cause_ms[:] = r.cause_queue_ms[need]
        cause_ms[CAUSE_DESK] += now - s.queued_at
        return
    if s.stage == AT_DESK:
        cause_ms[:] = r.cause_queue_ms[need]
        convening_ms = chain_end(p, r, s.ward, n.situation, s.chain_run, s.desk_at, now, False)[1]
        cause_ms[CAUSE_DESK] += s.desk_at - s.queued_at
        cause_ms[CAUSE_CONVENING] += convening_ms
        cause_ms[CAUSE_DECISION] += now - s.desk_at - convening_ms
        return
    if n.waiting:
        cause_ms[:] = r.cause_short_ms[need]
        add_short_wait_causes(p, r, need, cause_ms)
        return
    if n.missing_count > 0 and n.on_scene >= n.amount:
        supply_causes(p, r, need, cause_ms)
        return
    last_order_causes(p, r, need, cause_ms)


@njit(cache=True)
def supply_causes(p, r, need, cause_ms):
    """Where the time went, up to now, for a need that waits for supplies."""
    s = r.situations[r.needs[need].situation]
    now = r.clock[0].now
    cause_ms[:] = r.cause_supply_ms[r.needs[need].situation]
    if s.supplies_sent_at >= 0:
        cause_ms[CAUSE_SUPPLIES] += now - s.supplies_sent_at
    elif s.supplies_requested and s.request_stage != NO_REQUEST:
        add_upper_wait_causes(p, r, r.needs[need].situation, s.decided_at, cause_ms)
    else:
        cause_ms[CAUSE_SUPPLIES] += now - s.decided_at


@njit(cache=True)
def last_order_causes(p, r, need, cause_ms):
    """Where the time went, up to now, for a need that waits for the unit (or team) ordered last."""
    now = r.clock[0].now
    last, last_at, service = -1, -1, False
    for i in range(len(r.units)):
        unit = r.units[i]
        if unit.need == need and unit.activity <= ACTIVITY_TRAVEL and unit.ordered_at >= last_at:
            last, last_at = i, unit.ordered_at
    for i in range(r.clock[0].call_count):
        call = r.calls[i]
        if call.need == need and call.arrived == 0 and call.called_at >= last_at:
            last, last_at, service = i, call.called_at, True
    if service:
        cause_ms[:] = r.cause_call_ms[last]
        cause_ms[CAUSE_TRAVEL] += now - last_at
        return
    cause_ms[:] = r.cause_unit_ms[last]
    unit = r.units[last]
    if unit.activity == ACTIVITY_CALLED:
        cause_ms[CAUSE_NO_ANSWER] += now - last_at
        return
    turnout_ms = min(unit.turnout_ms, now - last_at)
    cause_ms[CAUSE_TURNOUT] += turnout_ms
    cause_ms[CAUSE_TRAVEL] += now - last_at - turnout_ms


@njit(cache=True)
def decision_causes(r, need, cause_ms):
    """Where the time went, up to the ward's decision that is made now."""
    s = r.situations[r.needs[need].situation]
    for i in range(CAUSE_COUNT):
        cause_ms[i] = r.cause_queue_ms[need, i]
    cause_ms[CAUSE_DESK] += s.desk_at - s.queued_at
    cause_ms[CAUSE_CONVENING] += s.convening_ms
    cause_ms[CAUSE_DECISION] += s.chain_ends_at - s.desk_at - s.convening_ms
