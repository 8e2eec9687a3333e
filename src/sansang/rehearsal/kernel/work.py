"""When does the work start and end? Arrivals, supplies, the work, and who is free after it."""

from __future__ import annotations

import numpy as np

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import (
    ACTIVITY_STANDING,
    ACTIVITY_WORKING,
    CAUSE_COUNT,
    CAUSE_TRAVEL,
    CAUSE_TURNOUT,
    CONTAINED,
    STARTED,
    SUPPLIES,
    WORK_DONE,
)
from sansang.rehearsal.kernel.event_queue import record, remove_from_waiting_list, schedule
from sansang.rehearsal.kernel.orders import assign_freed_teams, assign_freed_unit, book_time, free_unit, send_home
from sansang.rehearsal.kernel.posts import supply_causes


@njit(cache=True)
def start_if_ready(p, r, need, cause_ms):
    """The work starts when the strength on scene reaches the amount and the supplies are there."""
    clock = r.clock[0]
    n = r.needs[need]
    if n.started_at >= 0 or n.lost or n.on_scene < n.amount or n.missing_count > 0:
        return
    n.started_at = clock.now
    r.cause_start_ms[need] = cause_ms
    remove_from_waiting_list(r, need)
    record(r, STARTED, need, 0, 0)
    for unit in range(len(r.units)):
        if r.units[unit].need == need and r.units[unit].activity == ACTIVITY_STANDING:
            book_time(p, r, unit)
            r.units[unit].activity = ACTIVITY_WORKING
    s = r.situations[n.situation]
    u = chance.uniform(clock.seed, clock.replication, s.entity, chance.WORK, p.needs[n.need].key)
    work_ms = chance.to_ms(chance.draw(p.distributions, p.points, p.needs[n.need].work_distribution, u))
    schedule(p, r, clock.now + work_ms, WORK_DONE, need, 0, 0)


@njit(cache=True)
def missing_supply_count(r, s):
    """Pieces of supplies that a situation still lacks."""
    total = 0
    for need in range(s.first_need, s.first_need + s.need_count):
        total += r.needs[need].missing_count
    return total


@njit(cache=True)
def issue_supplies(p, r, need, ward):
    """Issue a need's supplies from the ward's store, on scene at once; whether some are missing."""
    n = r.needs[need]
    row = p.needs[n.need]
    for i in range(row.supply_count):
        supply = p.supplies[row.first_supply + i]
        issued = min(r.stock[ward, supply.kind], supply.amount)
        r.stock[ward, supply.kind] -= issued
        r.missing_supplies[n.first_supply + i] = supply.amount - issued
        n.missing_count += supply.amount - issued
    return n.missing_count > 0


@njit(cache=True)
def send_supplies(p, r, situation):
    """Send what a situation lacks, once, as far as the upper store has it; it arrives after ``resupply``."""
    clock = r.clock[0]
    general = p.general[0]
    if general.has_upper == 0:
        return
    s = r.situations[situation]
    sent = np.int64(0)
    for need in range(s.first_need, s.first_need + s.need_count):
        n = r.needs[need]
        row = p.needs[n.need]
        for i in range(row.supply_count):
            kind = p.supplies[row.first_supply + i].kind
            issued = min(r.stock[general.ward_count, kind], r.missing_supplies[n.first_supply + i])
            r.stock[general.ward_count, kind] -= issued
            r.coming_supplies[n.first_supply + i] = issued
            sent += issued
    if sent > 0:
        u = chance.uniform(clock.seed, clock.replication, s.entity, chance.RESUPPLY, 0)
        delay_ms = chance.to_ms(chance.draw(p.distributions, p.points, general.resupply_distribution, u))
        schedule(p, r, clock.now + delay_ms, SUPPLIES, situation, 0, 0)
    s.supplies_sent_at = clock.now
    s.supplies_requested = 0


@njit(cache=True)
def supplies_arrive(p, r, situation):
    """Supplies of the upper store are on scene."""
    s = r.situations[situation]
    cause_ms = np.zeros(CAUSE_COUNT, np.int64)
    for need in range(s.first_need, s.first_need + s.need_count):
        n = r.needs[need]
        for i in range(p.needs[n.need].supply_count):
            n.missing_count -= r.coming_supplies[n.first_supply + i]
            r.missing_supplies[n.first_supply + i] -= r.coming_supplies[n.first_supply + i]
            r.coming_supplies[n.first_supply + i] = 0
        if n.started_at < 0 and n.lost == 0:
            supply_causes(p, r, need, cause_ms)
            start_if_ready(p, r, need, cause_ms)


@njit(cache=True)
def unit_arrives(p, r, unit):
    """A unit adds its strength, joins the work, or is free because the work is over."""
    now = r.clock[0].now
    u = r.units[unit]
    need = u.need
    n = r.needs[need]
    s = r.situations[n.situation]
    book_time(p, r, unit)
    u.site = s.site
    if s.first_arrival_at < 0:
        s.first_arrival_at = now
    if n.done:
        free_unit(p, r, unit)
        assign_freed_unit(p, r, unit)
        send_home(p, r, unit, n.situation)
        return
    u.activity = ACTIVITY_WORKING if n.started_at >= 0 else ACTIVITY_STANDING
    n.on_scene += p.strength[unit, n.capability]
    cause_ms = r.cause_unit_ms[unit].copy()
    cause_ms[CAUSE_TURNOUT] += u.turnout_ms
    cause_ms[CAUSE_TRAVEL] += now - u.ordered_at - u.turnout_ms
    start_if_ready(p, r, need, cause_ms)


@njit(cache=True)
def service_arrives(p, r, call_row):
    """Called teams join or start the work; too late, they are free again."""
    now = r.clock[0].now
    call = r.calls[call_row]
    call.arrived = 1
    n = r.needs[call.need]
    s = r.situations[n.situation]
    if s.first_arrival_at < 0:
        s.first_arrival_at = now
    if n.done:
        r.teams_free[call.service] += call.teams
        assign_freed_teams(p, r, call.service)
        return
    n.on_scene += call.teams * p.service_strength[call.service, n.capability]
    cause_ms = r.cause_call_ms[call_row].copy()
    cause_ms[CAUSE_TRAVEL] += now - call.called_at
    start_if_ready(p, r, call.need, cause_ms)


@njit(cache=True)
def work_done(p, r, need):
    """All units of the need are free first; then each is assigned again, in number order, then the services."""
    n = r.needs[need]
    n.done = 1
    situation = n.situation
    s = r.situations[situation]
    s.open_need_count -= 1
    if s.open_need_count == 0:
        s.contained_at = r.clock[0].now
        record(r, CONTAINED, situation, 0, 0)
    freed = np.zeros(len(r.units), np.bool_)
    for unit in range(len(r.units)):
        if r.units[unit].need == need and r.units[unit].activity == ACTIVITY_WORKING:
            free_unit(p, r, unit)
            freed[unit] = True
    for i in range(r.clock[0].call_count):
        call = r.calls[i]
        if call.need == need and call.arrived == 1:
            r.teams_free[call.service] += call.teams
    for unit in range(len(r.units)):
        if freed[unit]:
            assign_freed_unit(p, r, unit)
            send_home(p, r, unit, situation)
    for service in range(len(p.services)):
        assign_freed_teams(p, r, service)
