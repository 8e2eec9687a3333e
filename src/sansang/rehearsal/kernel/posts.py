"""When is it decided? Desks, decision chains, requests to the upper post, and the minutes they take."""

from __future__ import annotations

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import (
    C_CONVENING,
    C_DECISION,
    C_DESK,
    C_NO_ANSWER,
    C_REPORT,
    C_SUPPLIES,
    C_TRAVEL,
    C_TURNOUT,
    C_UNIT,
    CAUSE_COUNT,
    DESK_TAKEN,
    DESKS,
    MEMBER_ARRIVES,
    OCCURS,
    REQUESTED,
    STEP_ENDS,
    U_CALLED,
    U_TRAVEL,
    UPPER_CHAIN_ENDS,
    WARD_CHAIN_ENDS,
)
from sansang.rehearsal.kernel.event_queue import at, first_in_queue, note, post_acts, stand_in_queue
from sansang.rehearsal.kernel.state import AT_DESK, NO_REQUEST, QUEUED, REQUEST_AT_DESK, REQUEST_QUEUED, UNREPORTED


@njit(cache=True)
def chain(p, r, post, situation, run, begin, until, write):
    """End of a run of a post's decision chain (ms), and how much of it up to ``until`` was convening.

    A pure function of the chances, so it is asked again wherever a part of a run is needed. ``write`` puts the
    members' and steps' events into the future, for a trace.
    """
    seed, replication = r.clock[0].seed, r.clock[0].replication
    entity = r.situations[situation].entity
    time = begin
    convening = 0
    first = p.posts[post].first_step
    for step in range(first, first + p.posts[post].steps):
        ready = time
        row = p.steps[step]
        if row.body >= 0:
            body = p.bodies[row.body]
            present = 0
            for m in range(body.first_member, body.first_member + body.members):
                member = p.members[m]
                if chance.uniform(seed, replication, member.key, chance.MEMBER_SHOWS_UP, 0) < member.shows_up:
                    u = chance.uniform(seed, replication, entity, chance.CONVENE, (run << 16) | member.key)
                    arrives = begin + chance.to_ms(chance.draw(p.distributions, p.points, member.convene, u))
                    i = present
                    while i > 0 and r.scratch[i - 1] > arrives:
                        r.scratch[i] = r.scratch[i - 1]
                        i -= 1
                    r.scratch[i] = arrives
                    present += 1
            if present < body.quorum:
                ready = time + row.without_quorum
            elif body.quorum > 0:
                ready = max(time, r.scratch[body.quorum - 1])
        convening += max(0, min(ready, until) - time)
        u = chance.uniform(seed, replication, entity, chance.STEP, (run << 16) | row.key)
        time = ready + chance.to_ms(chance.draw(p.distributions, p.points, row.duration, u))
        if write:
            at(p, r, time, STEP_ENDS, situation, step, 0)
    return time, convening


@njit(cache=True)
def write_members(p, r, post, situation, run, begin, end):
    """Put the arrivals of the members who come before the chain's end into the future, for a trace."""
    seed, replication = r.clock[0].seed, r.clock[0].replication
    entity = r.situations[situation].entity
    first = p.posts[post].first_step
    for step in range(first, first + p.posts[post].steps):
        body_row = p.steps[step].body
        if body_row < 0:
            continue
        met_before = False
        for earlier in range(first, step):
            met_before = met_before or p.steps[earlier].body == body_row
        if met_before:
            continue
        body = p.bodies[body_row]
        for m in range(body.first_member, body.first_member + body.members):
            member = p.members[m]
            if chance.uniform(seed, replication, member.key, chance.MEMBER_SHOWS_UP, 0) < member.shows_up:
                u = chance.uniform(seed, replication, entity, chance.CONVENE, (run << 16) | member.key)
                arrives = begin + chance.to_ms(chance.draw(p.distributions, p.points, member.convene, u))
                if arrives <= end:
                    at(p, r, arrives, MEMBER_ARRIVES, situation, m, 0)


@njit(cache=True)
def ask_for_desks(p, r, post):
    """See at this instant, after all else, whether a desk is free for who waits; asked twice it is seen once."""
    now = r.clock[0].now
    if r.posts[post].desks_at != now:
        r.posts[post].desks_at = now
        at(p, r, now, DESKS, post, 0, 0)


@njit(cache=True)
def assign_desks(p, r, post):
    """Give free desks to those first in the queue; a desk is kept for the whole chain."""
    now = r.clock[0].now
    state = r.posts[post]
    state.desks_at = -1
    general = p.general[0]
    upper = post == general.wards
    if not post_acts(p, post, now):
        return
    while state.queue > 0 and (p.posts[post].desks < 0 or state.busy < p.posts[post].desks):
        item = first_in_queue(r, post)
        state.busy += 1
        note(r, DESK_TAKEN, post, item, 0)
        if item >= len(r.situations):
            end, counts, since = begin_inject(p, r, item, upper)
        else:
            end, counts, since = begin_run(p, r, post, item, upper)
        if counts:
            state.taken += 1
            state.waited += now - since
        state.busy_ms += max(0, min(end, general.horizon) - max(now, general.count_from))


@njit(cache=True)
def begin_run(p, r, post, situation, upper):
    """Begin a run of the post's chain: its end, whether the situation is counted, since when it waited."""
    clock = r.clock[0]
    s = r.situations[situation]
    run = s.request_run if upper else s.run
    # The runs of the upper post's chain are counted apart from the ward's; its steps have their own rows.
    tracing = clock.tracing == 1
    end, convening = chain(p, r, post, situation, run, clock.now, chance.LONGEST_MS, tracing)
    if tracing:
        write_members(p, r, post, situation, run, clock.now, end)
    counts = s.occurs >= p.general[0].count_from
    if upper:
        s.request = REQUEST_AT_DESK
        s.request_desk_at = clock.now
        at(p, r, end, UPPER_CHAIN_ENDS, situation, 0, 0)
        return end, counts, s.requested_at
    s.stage = AT_DESK
    s.desk_at = clock.now
    s.desk_end = end
    s.convening = convening
    at(p, r, end, WARD_CHAIN_ENDS, situation, 0, 0)
    return end, counts, s.queued_at


@njit(cache=True)
def begin_inject(p, r, item, upper):
    """Begin to handle an inject: as ``begin_run``."""
    clock = r.clock[0]
    number = item - len(r.situations)
    row = p.injects[number]
    r.injects[number].desk_at = clock.now
    u = chance.uniform(clock.seed, clock.replication, row.key, chance.HANDLE, 0)
    end = clock.now + chance.to_ms(chance.draw(p.distributions, p.points, row.handle, u))
    at(p, r, end, UPPER_CHAIN_ENDS if upper else WARD_CHAIN_ENDS, item, 0, 0)
    return end, row.planned >= p.general[0].count_from, r.injects[number].since


@njit(cache=True)
def release_inject(p, r, number):
    """An inject is released: it starts its situation, or waits for a desk of the post that it reaches."""
    row = p.injects[number]
    now = r.clock[0].now
    if row.starts >= 0:
        at(p, r, now, OCCURS, r.first_of[row.starts], 0, 0)
        return
    r.injects[number].since = now
    stand_in_queue(p, r, row.post, len(r.situations) + number, row.post == p.general[0].wards)
    ask_for_desks(p, r, row.post)


@njit(cache=True)
def inject_handled(p, r, number):
    """An inject has been handled: its desk is free."""
    post = p.injects[number].post
    r.posts[post].busy -= 1
    ask_for_desks(p, r, post)


@njit(cache=True)
def ask_for_aid(p, r, situation):
    """One request of a situation to the upper post; while it is open, later shortages join it."""
    general = p.general[0]
    s = r.situations[situation]
    if general.upper == 0 or general.nearest_of_all == 1 or s.request != NO_REQUEST:
        return
    s.request = REQUEST_QUEUED
    s.request_run += 1
    s.requested_at = r.clock[0].now
    note(r, REQUESTED, situation, 0, 0)
    stand_in_queue(p, r, general.wards, situation, True)
    ask_for_desks(p, r, general.wards)


@njit(cache=True)
def add_upper_wait(p, r, situation, since, causes):
    """Add the minutes from ``since`` to now of an open request: its desk, its convening, its decision."""
    now = r.clock[0].now
    s = r.situations[situation]
    if s.request == REQUEST_QUEUED:
        causes[C_DESK] += now - since
        return
    begin = since
    if since < s.request_desk_at:
        causes[C_DESK] += s.request_desk_at - since
        begin = s.request_desk_at
    post = p.general[0].wards
    before = chain(p, r, post, situation, s.request_run, s.request_desk_at, begin, False)[1]
    convening = chain(p, r, post, situation, s.request_run, s.request_desk_at, now, False)[1] - before
    causes[C_CONVENING] += convening
    causes[C_DECISION] += now - begin - convening


@njit(cache=True)
def add_short_wait(p, r, need, causes):
    """Add the minutes that a short need has waited: the upper post while its request is open, then a unit."""
    n = r.needs[need]
    now = r.clock[0].now
    if n.aid == 0 and r.situations[n.situation].request != NO_REQUEST:
        add_upper_wait(p, r, n.situation, n.blocked_at, causes)
    else:
        causes[C_UNIT] += now - n.blocked_at


@njit(cache=True)
def open_causes(p, r, need, causes):
    """Where the time went, up to now, for a need whose work has not started."""
    now = r.clock[0].now
    n = r.needs[need]
    s = r.situations[n.situation]
    if s.stage == UNREPORTED:
        causes[:] = 0
        causes[C_REPORT] = now - s.occurs
        return
    if s.stage == QUEUED:
        causes[:] = r.cause_base[need]
        causes[C_DESK] += now - s.queued_at
        return
    if s.stage == AT_DESK:
        causes[:] = r.cause_base[need]
        convening = chain(p, r, s.ward, n.situation, s.run, s.desk_at, now, False)[1]
        causes[C_DESK] += s.desk_at - s.queued_at
        causes[C_CONVENING] += convening
        causes[C_DECISION] += now - s.desk_at - convening
        return
    if n.waiting:
        causes[:] = r.cause_short[need]
        add_short_wait(p, r, need, causes)
        return
    if n.missing > 0 and n.on_scene >= n.amount:
        supply_causes(p, r, need, causes)
        return
    last_order_causes(p, r, need, causes)


@njit(cache=True)
def supply_causes(p, r, need, causes):
    """Where the time went, up to now, for a need that waits for supplies."""
    s = r.situations[r.needs[need].situation]
    now = r.clock[0].now
    causes[:] = r.cause_supply[r.needs[need].situation]
    if s.supplies_sent_at >= 0:
        causes[C_SUPPLIES] += now - s.supplies_sent_at
    elif s.supplies_asked and s.request != NO_REQUEST:
        add_upper_wait(p, r, r.needs[need].situation, s.decided_at, causes)
    else:
        causes[C_SUPPLIES] += now - s.decided_at


@njit(cache=True)
def last_order_causes(p, r, need, causes):
    """Where the time went, up to now, for a need that waits for the unit (or team) ordered last."""
    now = r.clock[0].now
    last, last_at, service = -1, -1, False
    for i in range(len(r.units)):
        unit = r.units[i]
        if unit.need == need and unit.activity <= U_TRAVEL and unit.ordered_at >= last_at:
            last, last_at = i, unit.ordered_at
    for i in range(r.clock[0].calls):
        call = r.calls[i]
        if call.need == need and call.arrived == 0 and call.called_at >= last_at:
            last, last_at, service = i, call.called_at, True
    if service:
        causes[:] = r.cause_call[last]
        causes[C_TRAVEL] += now - last_at
        return
    causes[:] = r.cause_unit[last]
    unit = r.units[last]
    if unit.activity == U_CALLED:
        causes[C_NO_ANSWER] += now - last_at
        return
    turnout = min(unit.turnout, now - last_at)
    causes[C_TURNOUT] += turnout
    causes[C_TRAVEL] += now - last_at - turnout


@njit(cache=True)
def decision_causes(r, need, causes):
    """Where the time went, up to the ward's decision that is taken now."""
    s = r.situations[r.needs[need].situation]
    for i in range(CAUSE_COUNT):
        causes[i] = r.cause_base[need, i]
    causes[C_DESK] += s.desk_at - s.queued_at
    causes[C_CONVENING] += s.convening
    causes[C_DECISION] += s.desk_end - s.desk_at - s.convening
