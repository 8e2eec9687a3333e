"""What happens? The course of a situation, event by event, as the model page tells it."""

from __future__ import annotations

import numpy as np

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import (
    C_NO_ANSWER,
    C_REPORT,
    C_UNIT,
    CAUSE_COUNT,
    DESKS,
    ESCALATION,
    GROWN,
    HOME,
    INJECT,
    NO_ANSWER,
    OCCURS,
    ON_DUTY,
    ORDER_GIVEN,
    REPORTED,
    SERVICE_ARRIVES,
    SUPPLIES,
    U_HOME,
    UNIT_ARRIVES,
    UPPER_CHAIN_ENDS,
    WARD_CHAIN_ENDS,
    WORK_DONE,
)
from sansang.rehearsal.kernel.event_queue import (
    at,
    ends_with_order,
    next_event,
    note,
    phase_at,
    stand_in_queue,
    stop_waiting,
)
from sansang.rehearsal.kernel.orders import (
    ALL,
    LENT,
    OWN,
    become_short,
    book,
    call_teams,
    cut,
    grant_aid,
    look,
    order_units,
    pull,
)
from sansang.rehearsal.kernel.posts import (
    add_upper_wait,
    ask_for_aid,
    ask_for_desks,
    assign_desks,
    decision_causes,
    inject_handled,
    open_causes,
    release_inject,
)
from sansang.rehearsal.kernel.state import DECIDED, NO_REQUEST, QUEUED, UNREPORTED, stream_time
from sansang.rehearsal.kernel.work import (
    check_start,
    missing_supplies,
    send_supplies,
    service_arrives,
    supplies_arrive,
    take_supplies,
    unit_arrives,
    work_done,
)
from sansang.rehearsal.layout import START_FIXED, START_STREAM


@njit(cache=True)
def plant(p, r):
    """Put what is fixed before the run into the future: starts of situations, units coming on duty."""
    clock = r.clock[0]
    for d in range(len(p.definitions)):
        row = p.definitions[d]
        area = 0.0
        for i in range(r.first_of[d], r.first_of[d + 1]):
            entity = r.situations[i].entity
            if row.start == START_FIXED:
                u = chance.uniform(clock.seed, clock.replication, entity, chance.START, 0)
                minute = row.minute + chance.draw(p.distributions, p.points, row.jitter, u)
                at(p, r, chance.to_ms(minute), OCCURS, i, 0, 0)
            elif row.start == START_STREAM:
                u = chance.uniform(clock.seed, clock.replication, entity, chance.STREAM, 0)
                area += -np.log1p(-u)
                at(p, r, stream_time(p, d, area), OCCURS, i, 0, 0)
    for unit in range(len(p.units)):
        if p.units[unit].duty_from > 0:
            at(p, r, p.units[unit].duty_from, ON_DUTY, unit, 0, 0)
    for number in range(len(p.injects)):
        at(p, r, p.injects[number].planned, INJECT, number, 0, 0)
    for phase in range(len(p.phases)):
        for post in range(len(p.posts)):
            at(p, r, p.phases[phase].start, DESKS, post, 0, 0)


@njit(cache=True)
def occurs(p, r, situation):
    """A situation occurs at one of its sites, or at its parent's; its report is on the way."""
    clock = r.clock[0]
    now = clock.now
    s = r.situations[situation]
    row = p.definitions[s.definition]
    s.occurs = now
    s.stage = UNREPORTED
    s.phase = phase_at(p, now)
    if row.sites == 0:
        s.site = r.situations[r.first_of[row.parent] + s.n].site
    else:
        u = chance.uniform(clock.seed, clock.replication, s.entity, chance.SITE, 0)
        choice = row.first_site
        while choice < row.first_site + row.sites - 1 and u > p.site_choices[choice].up_to:
            choice += 1
        s.site = p.site_choices[choice].site
    s.ward = p.site_ward[s.site]
    u = chance.uniform(clock.seed, clock.replication, s.entity, chance.REPORT, 0)
    delay = chance.to_ms(chance.draw(p.distributions, p.points, row.report, u))
    at(p, r, now + delay, REPORTED, situation, 0, 0)
    if row.escalates_after >= 0:
        at(p, r, now + row.escalates_after, ESCALATION, situation, 0, 0)


@njit(cache=True)
def reported(p, r, situation):
    """The report reaches the ward's post; services that are called at the report are called."""
    now = r.clock[0].now
    s = r.situations[situation]
    s.reported_at = now
    causes = np.zeros(CAUSE_COUNT, np.int64)
    causes[C_REPORT] = now - s.occurs
    for need in range(s.first_need, s.first_need + s.needs):
        r.cause_base[need] = causes
        for service in range(len(p.services)):
            if p.services[service].at_report and not ends_with_order(p, s):
                n = r.needs[need]
                call_teams(p, r, need, service, n.amount - n.ordered, causes)
    go_to_post(p, r, situation)


@njit(cache=True)
def go_to_post(p, r, situation):
    """A situation stands in its ward's queue, for the first time or again."""
    s = r.situations[situation]
    s.stage = QUEUED
    s.run += 1
    s.queued_at = r.clock[0].now
    stand_in_queue(p, r, s.ward, situation, False)
    ask_for_desks(p, r, s.ward)


@njit(cache=True)
def ward_decides(p, r, situation):
    """The order, need by need, on the state at the end of the ward's chain."""
    now = r.clock[0].now
    s = r.situations[situation]
    r.posts[s.ward].busy -= 1
    ask_for_desks(p, r, s.ward)
    s.stage = DECIDED
    first = s.decided_at < 0
    if first:
        s.decided_at = now
    if ends_with_order(p, s):
        give_order_only(r, situation)
        return
    waits = p.definitions[s.definition].waits
    nearest = p.general[0].nearest_of_all
    causes = np.zeros(CAUSE_COUNT, np.int64)
    ask = False
    for need in range(s.first_need, s.first_need + s.needs):
        n = r.needs[need]
        if first:
            decision_causes(r, need, causes)
            r.cause_supply[situation] = causes
            ask = take_supplies(p, r, need, s.ward) or ask
        if n.started_at >= 0 or n.lost:
            continue
        decision_causes(r, need, causes)
        n.asked = n.amount
        n.aid = 0
        order_units(p, r, need, ALL if nearest else OWN, causes)
        for service in range(len(p.services)):
            call_teams(p, r, need, service, n.asked - n.ordered, causes)
        if n.ordered >= n.asked:
            stop_waiting(r, need)
        elif waits:
            become_short(p, r, need, causes)
            ask = True
        else:
            cut(p, r, need)
            check_start(p, r, need, causes)
    if ask and nearest == 0:
        ask_for_aid(p, r, situation)
    if first and missing_supplies(r, s) > 0:
        if nearest == 1:
            send_supplies(p, r, situation)
        elif s.request != NO_REQUEST:
            s.supplies_asked = 1


@njit(cache=True)
def give_order_only(r, situation):
    """Where units do not move, the course of a situation ends with the order."""
    s = r.situations[situation]
    note(r, ORDER_GIVEN, situation, 0, 0)
    for need in range(s.first_need, s.first_need + s.needs):
        if r.needs[need].done == 0:
            decision_causes(r, need, r.cause_start[need])
            r.needs[need].done = 1


@njit(cache=True)
def upper_decides(p, r, situation):
    """The upper post lends units and supplies; aid is then granted for what is short."""
    now = r.clock[0].now
    s = r.situations[situation]
    upper = p.general[0].wards
    r.posts[upper].busy -= 1
    ask_for_desks(p, r, upper)
    for need in range(s.first_need, s.first_need + s.needs):
        n = r.needs[need]
        if n.waiting == 0:
            continue
        if n.aid == 0:
            add_upper_wait(p, r, situation, n.blocked_at, r.cause_short[need])
            n.blocked_at = now
        grant_aid(r, need)
        causes = r.cause_short[need].copy()
        causes[C_UNIT] += now - n.blocked_at
        order_units(p, r, need, LENT, causes)
        if n.ordered >= n.asked:
            stop_waiting(r, need)
    if s.supplies_asked == 1:
        add_upper_wait(p, r, situation, s.decided_at, r.cause_supply[situation])
        send_supplies(p, r, situation)
    s.request = NO_REQUEST


@njit(cache=True)
def no_answer(p, r, unit):
    """A unit did not answer: it is known absent, and what is short of it is ordered again, without a desk."""
    now = r.clock[0].now
    u = r.units[unit]
    need = u.need
    n = r.needs[need]
    causes = r.cause_unit[unit].copy()
    causes[C_NO_ANSWER] += now - u.ordered_at
    book(p, r, unit)
    u.unanswered += now >= p.general[0].count_from
    u.known_absent = 1
    u.activity = U_HOME
    u.need = -1
    n.ordered -= p.strength[unit, n.capability]
    if n.started_at >= 0 or n.ordered >= n.asked:
        return
    order_units(p, r, need, ALL if p.general[0].nearest_of_all else OWN, causes)
    if n.ordered < n.asked and n.aid:
        order_units(p, r, need, LENT, causes)
    if n.ordered >= n.asked:
        stop_waiting(r, need)
    elif p.definitions[r.situations[n.situation].definition].waits == 0:
        cut(p, r, need)
        check_start(p, r, need, causes)
    elif n.waiting == 0:
        become_short(p, r, need, causes)
        if n.aid == 0:
            ask_for_aid(p, r, n.situation)


@njit(cache=True)
def escalates(p, r, situation):
    """What has not begun by now grows, may lead to another situation, and goes back to the ward's queue."""
    clock = r.clock[0]
    s = r.situations[situation]
    row = p.definitions[s.definition]
    grown = False
    for need in range(s.first_need, s.first_need + s.needs):
        n = r.needs[need]
        if n.started_at >= 0 or n.lost or n.done:
            continue
        grown = True
        if s.stage == DECIDED:
            open_causes(p, r, need, r.cause_base[need])
        n.amount = (n.amount * row.percent + 99) // 100
    if not grown:
        return
    s.escalated_at = clock.now
    note(r, GROWN, situation, 0, 0)
    if row.follow_on >= 0:
        child = r.first_of[row.follow_on] + s.n
        entity = r.situations[child].entity
        whether, when = chance.uniforms(clock.seed, clock.replication, entity, chance.FOLLOW_ON, 0)
        if whether < row.follow_on_chance:
            delay = chance.to_ms(chance.draw(p.distributions, p.points, row.follow_on_delay, when))
            at(p, r, clock.now + delay, OCCURS, child, 0, 0)
    if s.stage == DECIDED:
        go_to_post(p, r, situation)


@njit(cache=True)
def play(p, r):
    """Play one replication to the horizon; False when a table was too small for it."""
    clock = r.clock[0]
    plant(p, r)
    while clock.events > 0 and clock.full == 0:
        time, key, data = next_event(r)
        kind = key >> 58
        a = (key >> 28) & ((1 << 30) - 1)
        b = key & ((1 << 28) - 1)
        if kind == HOME and r.units[a].home_at != data:
            continue
        clock.now = time
        clock.played += 1
        note(r, kind, a, b, 0)
        if kind == OCCURS:
            occurs(p, r, a)
        elif kind == REPORTED:
            reported(p, r, a)
        elif kind == DESKS:
            assign_desks(p, r, a)
            pull(p, r)
        elif kind in (WARD_CHAIN_ENDS, UPPER_CHAIN_ENDS) and a >= len(r.situations):
            inject_handled(p, r, a - len(r.situations))
        elif kind == WARD_CHAIN_ENDS:
            ward_decides(p, r, a)
        elif kind == UPPER_CHAIN_ENDS:
            upper_decides(p, r, a)
        elif kind == INJECT:
            release_inject(p, r, a)
        elif kind == UNIT_ARRIVES:
            unit_arrives(p, r, a)
            pull(p, r)
        elif kind == SERVICE_ARRIVES:
            service_arrives(p, r, data)
            pull(p, r)
        elif kind == WORK_DONE:
            work_done(p, r, a)
        elif kind == HOME:
            book(p, r, a)
            r.units[a].activity = U_HOME
            r.units[a].site = p.units[a].home
            r.units[a].home_at = -1
            look(p, r, a)
        elif kind == ON_DUTY:
            look(p, r, a)
        elif kind == NO_ANSWER:
            no_answer(p, r, a)
            pull(p, r)
        elif kind == SUPPLIES:
            supplies_arrive(p, r, a)
        elif kind == ESCALATION:
            escalates(p, r, a)
    if clock.full == 0:
        clock.now = p.general[0].horizon
        for unit in range(len(p.units)):
            book(p, r, unit)
    return clock.full == 0
