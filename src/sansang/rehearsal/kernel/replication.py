"""What does each event do? A replication, event by event, as the model page specifies it."""

from __future__ import annotations

import numpy as np

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import (
    ACTIVITY_HOME,
    CAUSE_COUNT,
    CAUSE_NO_ANSWER,
    CAUSE_REPORT,
    CAUSE_UNIT,
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
    UNIT_ARRIVES,
    UPPER_CHAIN_ENDS,
    WARD_CHAIN_ENDS,
    WORK_DONE,
)
from sansang.rehearsal.kernel.event_queue import (
    ends_with_order,
    enqueue,
    phase_number_at,
    pop_event,
    record,
    remove_from_waiting_list,
    schedule,
)
from sansang.rehearsal.kernel.orders import (
    ALL_UNITS,
    OTHER_WARDS,
    OWN_WARD,
    assign_freed_unit,
    become_short,
    book_time,
    call_teams,
    cut_amount,
    grant_aid,
    order_units,
    pull_units,
)
from sansang.rehearsal.kernel.posts import (
    add_upper_wait_causes,
    assign_desks,
    decision_causes,
    finish_inject,
    open_causes,
    release_inject,
    request_aid,
    schedule_desk_assignment,
)
from sansang.rehearsal.kernel.state import DECIDED, NO_REQUEST, QUEUED, UNREPORTED, stream_arrival_at
from sansang.rehearsal.kernel.work import (
    issue_supplies,
    missing_supply_count,
    send_supplies,
    service_arrives,
    start_if_ready,
    supplies_arrive,
    unit_arrives,
    work_done,
)
from sansang.rehearsal.layout import START_FIXED, START_STREAM


@njit(cache=True)
def schedule_initial_events(p, r):
    """Schedule what is fixed before the run: situations, duty windows, injects, and the start of phases."""
    clock = r.clock[0]
    for d in range(len(p.definitions)):
        row = p.definitions[d]
        area = 0.0
        for i in range(r.first_situation[d], r.first_situation[d + 1]):
            entity = r.situations[i].entity
            if row.start_kind == START_FIXED:
                u = chance.uniform(clock.seed, clock.replication, entity, chance.START, 0)
                minute = row.start_minute + chance.draw(p.distributions, p.points, row.jitter_distribution, u)
                schedule(p, r, chance.to_ms(minute), OCCURS, i, 0, 0)
            elif row.start_kind == START_STREAM:
                u = chance.uniform(clock.seed, clock.replication, entity, chance.STREAM, 0)
                area += -np.log1p(-u)
                schedule(p, r, stream_arrival_at(p, d, area), OCCURS, i, 0, 0)
    for unit in range(len(p.units)):
        if p.units[unit].duty_from_ms > 0:
            schedule(p, r, p.units[unit].duty_from_ms, ON_DUTY, unit, 0, 0)
    for number in range(len(p.injects)):
        schedule(p, r, p.injects[number].planned_ms, INJECT, number, 0, 0)
    for phase in range(len(p.phases)):
        for post in range(len(p.posts)):
            schedule(p, r, p.phases[phase].start_ms, DESKS, post, 0, 0)


@njit(cache=True)
def occur(p, r, situation):
    """A situation occurs at one of its sites, or at its parent's; its report is on the way."""
    clock = r.clock[0]
    now = clock.now
    s = r.situations[situation]
    row = p.definitions[s.definition]
    s.occurred_at = now
    s.stage = UNREPORTED
    s.phase = phase_number_at(p, now)
    if row.site_choice_count == 0:
        s.site = r.situations[r.first_situation[row.parent] + s.n].site
    else:
        u = chance.uniform(clock.seed, clock.replication, s.entity, chance.SITE, 0)
        choice = row.first_site_choice
        while (
            choice < row.first_site_choice + row.site_choice_count - 1 and u > p.site_choices[choice].cumulative_weight
        ):
            choice += 1
        s.site = p.site_choices[choice].site
    s.ward = p.site_ward[s.site]
    u = chance.uniform(clock.seed, clock.replication, s.entity, chance.REPORT, 0)
    delay_ms = chance.to_ms(chance.draw(p.distributions, p.points, row.report_delay_distribution, u))
    schedule(p, r, now + delay_ms, REPORTED, situation, 0, 0)
    if row.escalates_after_ms >= 0:
        schedule(p, r, now + row.escalates_after_ms, ESCALATION, situation, 0, 0)


@njit(cache=True)
def receive_report(p, r, situation):
    """The report reaches the ward's post; services that are called at the report are called."""
    now = r.clock[0].now
    s = r.situations[situation]
    s.reported_at = now
    cause_ms = np.zeros(CAUSE_COUNT, np.int64)
    cause_ms[CAUSE_REPORT] = now - s.occurred_at
    for need in range(s.first_need, s.first_need + s.need_count):
        r.cause_queue_ms[need] = cause_ms
        for service in range(len(p.services)):
            if p.services[service].called_at_report and not ends_with_order(p, s):
                n = r.needs[need]
                call_teams(p, r, need, service, n.amount - n.ordered, cause_ms)
    enqueue_at_ward(p, r, situation)


@njit(cache=True)
def enqueue_at_ward(p, r, situation):
    """A situation joins its ward's queue, for the first time or again."""
    s = r.situations[situation]
    s.stage = QUEUED
    s.chain_run += 1
    s.queued_at = r.clock[0].now
    enqueue(p, r, s.ward, situation, False)
    schedule_desk_assignment(p, r, s.ward)


@njit(cache=True)
def decide_at_ward(p, r, situation):
    """Give the order, need by need, on the state at the end of the ward's chain."""
    now = r.clock[0].now
    s = r.situations[situation]
    r.posts[s.ward].busy_desks -= 1
    schedule_desk_assignment(p, r, s.ward)
    s.stage = DECIDED
    first = s.decided_at < 0
    if first:
        s.decided_at = now
    if ends_with_order(p, s):
        give_order_only(r, situation)
        return
    waits = p.definitions[s.definition].waits
    nearest_of_all = p.general[0].nearest_of_all
    cause_ms = np.zeros(CAUSE_COUNT, np.int64)
    needs_aid = False
    for need in range(s.first_need, s.first_need + s.need_count):
        n = r.needs[need]
        if first:
            decision_causes(r, need, cause_ms)
            r.cause_supply_ms[situation] = cause_ms
            needs_aid = issue_supplies(p, r, need, s.ward) or needs_aid
        if n.started_at >= 0 or n.lost:
            continue
        decision_causes(r, need, cause_ms)
        n.target = n.amount
        n.aid_granted = 0
        order_units(p, r, need, ALL_UNITS if nearest_of_all else OWN_WARD, cause_ms)
        for service in range(len(p.services)):
            call_teams(p, r, need, service, n.target - n.ordered, cause_ms)
        if n.ordered >= n.target:
            remove_from_waiting_list(r, need)
        elif waits:
            become_short(p, r, need, cause_ms)
            needs_aid = True
        else:
            cut_amount(p, r, need)
            start_if_ready(p, r, need, cause_ms)
    if needs_aid and nearest_of_all == 0:
        request_aid(p, r, situation)
    if first and missing_supply_count(r, s) > 0:
        if nearest_of_all == 1:
            send_supplies(p, r, situation)
        elif s.request_stage != NO_REQUEST:
            s.supplies_requested = 1


@njit(cache=True)
def give_order_only(r, situation):
    """Where units do not move, the course of a situation ends with the order."""
    s = r.situations[situation]
    record(r, ORDER_GIVEN, situation, 0, 0)
    for need in range(s.first_need, s.first_need + s.need_count):
        if r.needs[need].done == 0:
            decision_causes(r, need, r.cause_start_ms[need])
            r.needs[need].done = 1


@njit(cache=True)
def decide_at_upper(p, r, situation):
    """The upper post lends units and supplies; aid is then granted for what is short."""
    now = r.clock[0].now
    s = r.situations[situation]
    upper = p.general[0].ward_count
    r.posts[upper].busy_desks -= 1
    schedule_desk_assignment(p, r, upper)
    for need in range(s.first_need, s.first_need + s.need_count):
        n = r.needs[need]
        if n.waiting == 0:
            continue
        if n.aid_granted == 0:
            add_upper_wait_causes(p, r, situation, n.wait_began_at, r.cause_short_ms[need])
            n.wait_began_at = now
        grant_aid(r, need)
        cause_ms = r.cause_short_ms[need].copy()
        cause_ms[CAUSE_UNIT] += now - n.wait_began_at
        order_units(p, r, need, OTHER_WARDS, cause_ms)
        if n.ordered >= n.target:
            remove_from_waiting_list(r, need)
    if s.supplies_requested == 1:
        add_upper_wait_causes(p, r, situation, s.decided_at, r.cause_supply_ms[situation])
        send_supplies(p, r, situation)
    s.request_stage = NO_REQUEST


@njit(cache=True)
def handle_no_answer(p, r, unit):
    """A unit did not answer: it is known absent, and what is short without it is ordered again, without a desk."""
    now = r.clock[0].now
    u = r.units[unit]
    need = u.need
    n = r.needs[need]
    cause_ms = r.cause_unit_ms[unit].copy()
    cause_ms[CAUSE_NO_ANSWER] += now - u.ordered_at
    book_time(p, r, unit)
    u.unanswered_count += now >= p.general[0].count_from_ms
    u.known_absent = 1
    u.activity = ACTIVITY_HOME
    u.need = -1
    n.ordered -= p.strength[unit, n.capability]
    if n.started_at >= 0 or n.ordered >= n.target:
        return
    order_units(p, r, need, ALL_UNITS if p.general[0].nearest_of_all else OWN_WARD, cause_ms)
    if n.ordered < n.target and n.aid_granted:
        order_units(p, r, need, OTHER_WARDS, cause_ms)
    if n.ordered >= n.target:
        remove_from_waiting_list(r, need)
    elif p.definitions[r.situations[n.situation].definition].waits == 0:
        cut_amount(p, r, need)
        start_if_ready(p, r, need, cause_ms)
    elif n.waiting == 0:
        become_short(p, r, need, cause_ms)
        if n.aid_granted == 0:
            request_aid(p, r, n.situation)


@njit(cache=True)
def escalate(p, r, situation):
    """Needs not started grow; a follow-on may occur, and the situation goes back to its ward's queue."""
    clock = r.clock[0]
    s = r.situations[situation]
    row = p.definitions[s.definition]
    any_open = False
    for need in range(s.first_need, s.first_need + s.need_count):
        n = r.needs[need]
        if n.started_at >= 0 or n.lost or n.done:
            continue
        any_open = True
        if s.stage == DECIDED:
            open_causes(p, r, need, r.cause_queue_ms[need])
        n.amount = (n.amount * row.growth_percent + 99) // 100
    if not any_open:
        return
    s.escalated_at = clock.now
    record(r, GROWN, situation, 0, 0)
    if row.follow_on >= 0:
        child = r.first_situation[row.follow_on] + s.n
        entity = r.situations[child].entity
        occurs_u, delay_u = chance.uniforms(clock.seed, clock.replication, entity, chance.FOLLOW_ON, 0)
        if occurs_u < row.follow_on_probability:
            delay_ms = chance.to_ms(chance.draw(p.distributions, p.points, row.follow_on_delay_distribution, delay_u))
            schedule(p, r, clock.now + delay_ms, OCCURS, child, 0, 0)
    if s.stage == DECIDED:
        enqueue_at_ward(p, r, situation)


@njit(cache=True)
def play(p, r):
    """Play one replication to the horizon; False when a table was too small for it."""
    clock = r.clock[0]
    schedule_initial_events(p, r)
    while clock.event_count > 0 and clock.overflowed == 0:
        time, key, data = pop_event(r)
        kind = key >> 58
        a = (key >> 28) & ((1 << 30) - 1)
        b = key & ((1 << 28) - 1)
        if kind == HOME and r.units[a].home_at != data:
            continue
        clock.now = time
        clock.events_played += 1
        record(r, kind, a, b, 0)
        if kind == OCCURS:
            occur(p, r, a)
        elif kind == REPORTED:
            receive_report(p, r, a)
        elif kind == DESKS:
            assign_desks(p, r, a)
            pull_units(p, r)
        elif kind in (WARD_CHAIN_ENDS, UPPER_CHAIN_ENDS) and a >= len(r.situations):
            finish_inject(p, r, a - len(r.situations))
        elif kind == WARD_CHAIN_ENDS:
            decide_at_ward(p, r, a)
        elif kind == UPPER_CHAIN_ENDS:
            decide_at_upper(p, r, a)
        elif kind == INJECT:
            release_inject(p, r, a)
        elif kind == UNIT_ARRIVES:
            unit_arrives(p, r, a)
            pull_units(p, r)
        elif kind == SERVICE_ARRIVES:
            service_arrives(p, r, data)
            pull_units(p, r)
        elif kind == WORK_DONE:
            work_done(p, r, a)
        elif kind == HOME:
            book_time(p, r, a)
            r.units[a].activity = ACTIVITY_HOME
            r.units[a].site = p.units[a].home
            r.units[a].home_at = -1
            assign_freed_unit(p, r, a)
        elif kind == ON_DUTY:
            assign_freed_unit(p, r, a)
        elif kind == NO_ANSWER:
            handle_no_answer(p, r, a)
            pull_units(p, r)
        elif kind == SUPPLIES:
            supplies_arrive(p, r, a)
        elif kind == ESCALATION:
            escalate(p, r, a)
    if clock.overflowed == 0:
        clock.now = p.general[0].horizon_ms
        for unit in range(len(p.units)):
            book_time(p, r, unit)
    return clock.overflowed == 0
