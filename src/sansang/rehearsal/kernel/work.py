"""When does the work begin and end? Arrivals, supplies, the work, and who is free after it."""

from __future__ import annotations

import numpy as np

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import (
    C_TRAVEL,
    C_TURNOUT,
    CAUSE_COUNT,
    CONTAINED,
    STARTED,
    SUPPLIES,
    U_STANDING,
    U_WORKING,
    WORK_DONE,
)
from sansang.rehearsal.kernel.event_queue import at, note, stop_waiting
from sansang.rehearsal.kernel.orders import book, free, go_home, look, teams_look
from sansang.rehearsal.kernel.posts import supply_causes


@njit(cache=True)
def check_start(p, r, need, causes):
    """The work starts when the strength on scene reaches the amount and the supplies are there."""
    clock = r.clock[0]
    n = r.needs[need]
    if n.started_at >= 0 or n.lost or n.on_scene < n.amount or n.missing > 0:
        return
    n.started_at = clock.now
    r.cause_start[need] = causes
    stop_waiting(r, need)
    note(r, STARTED, need, 0, 0)
    for unit in range(len(r.units)):
        if r.units[unit].need == need and r.units[unit].activity == U_STANDING:
            book(p, r, unit)
            r.units[unit].activity = U_WORKING
    s = r.situations[n.situation]
    u = chance.uniform(clock.seed, clock.replication, s.entity, chance.WORK, p.needs[n.need].key)
    work = chance.to_ms(chance.draw(p.distributions, p.points, p.needs[n.need].work, u))
    at(p, r, clock.now + work, WORK_DONE, need, 0, 0)


@njit(cache=True)
def missing_supplies(r, s):
    """Pieces of supplies that a situation still lacks."""
    total = 0
    for need in range(s.first_need, s.first_need + s.needs):
        total += r.needs[need].missing
    return total


@njit(cache=True)
def take_supplies(p, r, need, ward):
    """Take a need's supplies from the ward's store, on scene at once; whether something is short."""
    n = r.needs[need]
    row = p.needs[n.need]
    for i in range(row.supplies):
        supply = p.supplies[row.first_supply + i]
        taken = min(r.stock[ward, supply.kind], supply.amount)
        r.stock[ward, supply.kind] -= taken
        r.missing[n.first_supply + i] = supply.amount - taken
        n.missing += supply.amount - taken
    return n.missing > 0


@njit(cache=True)
def send_supplies(p, r, situation):
    """Send what a situation lacks, as far as the upper store has it; it comes once, after the resupply time."""
    clock = r.clock[0]
    general = p.general[0]
    if general.upper == 0:
        return
    s = r.situations[situation]
    sent = np.int64(0)
    for need in range(s.first_need, s.first_need + s.needs):
        n = r.needs[need]
        row = p.needs[n.need]
        for i in range(row.supplies):
            kind = p.supplies[row.first_supply + i].kind
            taken = min(r.stock[general.wards, kind], r.missing[n.first_supply + i])
            r.stock[general.wards, kind] -= taken
            r.coming[n.first_supply + i] = taken
            sent += taken
    if sent > 0:
        u = chance.uniform(clock.seed, clock.replication, s.entity, chance.RESUPPLY, 0)
        delay = chance.to_ms(chance.draw(p.distributions, p.points, general.resupply, u))
        at(p, r, clock.now + delay, SUPPLIES, situation, 0, 0)
    s.supplies_sent_at = clock.now
    s.supplies_asked = 0


@njit(cache=True)
def supplies_arrive(p, r, situation):
    """Supplies of the upper store are on scene."""
    s = r.situations[situation]
    causes = np.zeros(CAUSE_COUNT, np.int64)
    for need in range(s.first_need, s.first_need + s.needs):
        n = r.needs[need]
        for i in range(p.needs[n.need].supplies):
            n.missing -= r.coming[n.first_supply + i]
            r.missing[n.first_supply + i] -= r.coming[n.first_supply + i]
            r.coming[n.first_supply + i] = 0
        if n.started_at < 0 and n.lost == 0:
            supply_causes(p, r, need, causes)
            check_start(p, r, need, causes)


@njit(cache=True)
def unit_arrives(p, r, unit):
    """A unit arrives: it makes up the strength, joins the work, or is free because the work is over."""
    now = r.clock[0].now
    u = r.units[unit]
    need = u.need
    n = r.needs[need]
    s = r.situations[n.situation]
    book(p, r, unit)
    u.site = s.site
    if s.first_arrival < 0:
        s.first_arrival = now
    if n.done:
        free(p, r, unit)
        look(p, r, unit)
        go_home(p, r, unit, n.situation)
        return
    u.activity = U_WORKING if n.started_at >= 0 else U_STANDING
    n.on_scene += p.strength[unit, n.capability]
    causes = r.cause_unit[unit].copy()
    causes[C_TURNOUT] += u.turnout
    causes[C_TRAVEL] += now - u.ordered_at - u.turnout
    check_start(p, r, need, causes)


@njit(cache=True)
def service_arrives(p, r, call_row):
    """Teams of an external service arrive, and join or start the work; too late, they are free again."""
    now = r.clock[0].now
    call = r.calls[call_row]
    call.arrived = 1
    n = r.needs[call.need]
    s = r.situations[n.situation]
    if s.first_arrival < 0:
        s.first_arrival = now
    if n.done:
        r.teams_free[call.service] += call.teams
        teams_look(p, r, call.service)
        return
    n.on_scene += call.teams * p.service_strength[call.service, n.capability]
    causes = r.cause_call[call_row].copy()
    causes[C_TRAVEL] += now - call.called_at
    check_start(p, r, call.need, causes)


@njit(cache=True)
def work_done(p, r, need):
    """The work is done: all its units are free first, then each looks, in number order; services after them."""
    n = r.needs[need]
    n.done = 1
    situation = n.situation
    s = r.situations[situation]
    s.open_needs -= 1
    if s.open_needs == 0:
        s.contained_at = r.clock[0].now
        note(r, CONTAINED, situation, 0, 0)
    freed = np.zeros(len(r.units), np.bool_)
    for unit in range(len(r.units)):
        if r.units[unit].need == need and r.units[unit].activity == U_WORKING:
            free(p, r, unit)
            freed[unit] = True
    for i in range(r.clock[0].calls):
        call = r.calls[i]
        if call.need == need and call.arrived == 1:
            r.teams_free[call.service] += call.teams
    for unit in range(len(r.units)):
        if freed[unit]:
            look(p, r, unit)
            go_home(p, r, unit, situation)
    for service in range(len(p.services)):
        teams_look(p, r, service)
