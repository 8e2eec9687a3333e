"""Who goes? Availability, ordering, calls to services, shortage, freed units that look, and the pull."""

from __future__ import annotations

import numpy as np

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import (
    AID_GRANTED,
    C_UNIT,
    CALLED,
    CAUSE_COUNT,
    CUT,
    FREED,
    HOME,
    LEAVES,
    LOST,
    NO_ANSWER,
    ORDERED,
    PULLED,
    SERVICE_ARRIVES,
    U_CALLED,
    U_HOME,
    U_RETURNING,
    U_STANDING,
    U_TRAVEL,
    U_TURNOUT,
    UNIT_ARRIVES,
)
from sansang.rehearsal.kernel.event_queue import at, note, ranks_before, start_waiting, stop_waiting
from sansang.rehearsal.kernel.posts import ask_for_aid, open_causes

# Whose units may be ordered.
OWN = 0
ALL = 1
LENT = 2


@njit(cache=True)
def spend(p, r, unit, activity, until):
    """Book the unit's time since it was last booked, as far as it is counted, to an activity."""
    u = r.units[unit]
    r.minutes[unit, activity] += max(0, until - max(u.since, p.general[0].count_from))
    u.since = until


@njit(cache=True)
def book(p, r, unit):
    """Book the unit's time up to now to what it has been doing."""
    u = r.units[unit]
    now = r.clock[0].now
    if u.activity == U_TRAVEL:
        out = min(u.ordered_at + u.turnout, now)
        if out > u.since:
            spend(p, r, unit, U_TURNOUT, out)
    spend(p, r, unit, u.activity, now)


@njit(cache=True)
def can_take_order(p, r, unit, need):
    """Whether a unit may be given an order now for this need: capability, duty window, answer, a way."""
    row = p.units[unit]
    now = r.clock[0].now
    n = r.needs[need]
    if p.strength[unit, n.capability] <= 0 or r.units[unit].known_absent:
        return False
    if now < row.duty_from or now >= row.duty_to:
        return False
    return p.travel[row.mode, r.units[unit].site, r.situations[n.situation].site] >= 0


@njit(cache=True)
def may_be_lent(p, r, unit):
    """Whether its ward still keeps its strength, for each capability the unit has, among its other free units."""
    ward = p.units[unit].ward
    if ward == p.general[0].wards:
        return True
    now = r.clock[0].now
    for c in range(p.strength.shape[1]):
        keep = p.keep_back[ward, c]
        if p.strength[unit, c] <= 0 or keep <= 0:
            continue
        left = 0
        for other in range(len(p.units)):
            row = p.units[other]
            if other != unit and row.ward == ward and r.units[other].need < 0:
                if r.units[other].known_absent or now < row.duty_from or now >= row.duty_to:
                    continue
                left += p.strength[other, c]
        if left < keep:
            return False
    return True


@njit(cache=True)
def may_serve(p, r, unit, need):
    """Whether a unit that is not asked for by name may go: its own ward's need, or one with aid granted."""
    if p.general[0].nearest_of_all == 1:
        return True
    n = r.needs[need]
    if p.units[unit].ward == r.situations[n.situation].ward:
        return True
    return n.aid == 1 and may_be_lent(p, r, unit)


@njit(cache=True)
def order(p, r, unit, need, causes):
    """Order a unit to a need. An absent one does not answer; another turns out (from home) and travels."""
    clock = r.clock[0]
    now = clock.now
    u = r.units[unit]
    n = r.needs[need]
    s = r.situations[n.situation]
    book(p, r, unit)
    r.cause_unit[unit] = causes
    n.ordered += p.strength[unit, n.capability]
    u.need = need
    u.ordered_at = now
    u.orders += now >= p.general[0].count_from
    if u.activity == U_HOME and u.absent:
        u.activity = U_CALLED
        u.arrives = -1
        note(r, ORDERED, unit, need, -1)
        at(p, r, now + p.general[0].no_answer, NO_ANSWER, unit, 0, 0)
        return
    u.turnout = 0
    if u.activity == U_HOME:
        x = chance.uniform(clock.seed, clock.replication, s.entity, chance.TURNOUT, p.units[unit].key)
        u.turnout = chance.to_ms(chance.draw(p.distributions, p.points, p.units[unit].turnout, x))
    mode = p.units[unit].mode
    x = chance.uniform(clock.seed, clock.replication, s.entity, chance.TRAVEL_OUT, p.units[unit].key)
    factor = chance.draw(p.distributions, p.points, p.mode_factor[mode], x)
    u.arrives = now + u.turnout + chance.trip_ms(p.travel[mode, u.site, s.site], factor)
    u.activity = U_TRAVEL
    u.home_at = -1
    note(r, ORDERED, unit, need, u.arrives)
    at(p, r, u.arrives, UNIT_ARRIVES, unit, 0, 0)


@njit(cache=True)
def order_units(p, r, need, whose, causes):
    """Order available units, nearest first (then by number), until what was asked for is reached."""
    n = r.needs[need]
    s = r.situations[n.situation]
    while n.ordered < n.asked:
        best, best_way = -1, np.int64(0)
        for unit in range(len(p.units)):
            if r.units[unit].need >= 0 or not can_take_order(p, r, unit, need):
                continue
            own = p.units[unit].ward == s.ward
            if (whose == OWN and not own) or (whose == LENT and (own or not may_be_lent(p, r, unit))):
                continue
            way = p.travel[p.units[unit].mode, r.units[unit].site, s.site]
            if best < 0 or way < best_way:
                best, best_way = unit, way
        if best < 0:
            return
        order(p, r, best, need, causes)


@njit(cache=True)
def call_teams(p, r, need, service, short, causes):
    """Call an external service for so much strength, as far as it has teams; they arrive together."""
    n = r.needs[need]
    strength = p.service_strength[service, n.capability]
    if strength <= 0 or short <= 0 or r.teams_free[service] <= 0:
        return
    clock = r.clock[0]
    if clock.calls >= len(r.calls):
        clock.full = 1
        return
    teams = min(r.teams_free[service], (short + strength - 1) // strength)
    r.teams_free[service] -= teams
    n.ordered += teams * strength
    entity = r.situations[n.situation].entity
    k = (p.needs[n.need].key << 20) | n.calls
    x = chance.uniform(clock.seed, clock.replication, entity, chance.RESPONSE, k)
    arrives = clock.now + chance.to_ms(chance.draw(p.distributions, p.points, p.services[service].response, x))
    call = r.calls[clock.calls]
    call.need = need
    call.service = service
    call.teams = teams
    call.called_at = clock.now
    call.arrives = arrives
    call.arrived = 0
    r.cause_call[clock.calls] = causes
    note(r, CALLED, service, need, arrives)
    at(p, r, arrives, SERVICE_ARRIVES, need, n.calls, clock.calls)
    n.calls += 1
    clock.calls += 1


@njit(cache=True)
def become_short(p, r, need, causes):
    """A need is left short: it waits at its place in the list, and its time runs from here."""
    n = r.needs[need]
    if n.waiting == 0:
        start_waiting(r, need)
    n.blocked_at = r.clock[0].now
    r.cause_short[need] = causes


@njit(cache=True)
def cut(p, r, need):
    """What a situation that does not wait is short of is lost; with nothing ordered, the whole need is."""
    n = r.needs[need]
    n.amount = n.ordered
    n.asked = n.ordered
    if n.ordered > 0:
        note(r, CUT, need, n.ordered, 0)
        return
    n.lost = 1
    note(r, LOST, need, 0, 0)


@njit(cache=True)
def look(p, r, unit):
    """A unit that has become free takes the first need on the list that it can serve."""
    for i in range(r.clock[0].waiting):
        need = r.waiting[i]
        if can_take_order(p, r, unit, need) and may_serve(p, r, unit, need):
            n = r.needs[need]
            causes = r.cause_short[need].copy()
            causes[C_UNIT] += r.clock[0].now - n.blocked_at
            order(p, r, unit, need, causes)
            if n.ordered >= n.asked:
                stop_waiting(r, need)
            return


@njit(cache=True)
def teams_look(p, r, service):
    """Teams of a service that have become free are called for the first needs on the list that they can serve."""
    i = 0
    while i < r.clock[0].waiting and r.teams_free[service] > 0:
        need = r.waiting[i]
        n = r.needs[need]
        if p.service_strength[service, n.capability] <= 0:
            i += 1
            continue
        causes = r.cause_short[need].copy()
        causes[C_UNIT] += r.clock[0].now - n.blocked_at
        call_teams(p, r, need, service, n.asked - n.ordered, causes)
        if n.ordered >= n.asked:
            stop_waiting(r, need)
        else:
            i += 1


@njit(cache=True)
def free(p, r, unit):
    """A unit is free where it stands."""
    book(p, r, unit)
    u = r.units[unit]
    u.activity = U_RETURNING
    u.need = -1
    u.home_at = -1
    note(r, FREED, unit, 0, 0)


@njit(cache=True)
def go_home(p, r, unit, situation):
    """A free unit that no need took sets out for home, and stands at the scene until it is there."""
    clock = r.clock[0]
    u = r.units[unit]
    mode = p.units[unit].mode
    way = p.travel[mode, u.site, p.units[unit].home]
    if u.need >= 0 or way < 0:
        return
    entity = r.situations[situation].entity
    x = chance.uniform(clock.seed, clock.replication, entity, chance.TRAVEL_HOME, p.units[unit].key)
    u.home_at = clock.now + chance.trip_ms(way, chance.draw(p.distributions, p.points, p.mode_factor[mode], x))
    note(r, LEAVES, unit, u.home_at, 0)
    at(p, r, u.home_at, HOME, unit, 0, u.home_at)


@njit(cache=True)
def pull(p, r):
    """Waiting needs, in their order, take units that stand idle at needs ranked behind, if that completes them."""
    clock = r.clock[0]
    last_priority, last_time, last_need = -1, np.int64(-1), -1
    while True:
        need = -1
        for i in range(clock.waiting):
            candidate = r.waiting[i]
            priority = r.situations[r.needs[candidate].situation].priority
            time = r.needs[candidate].short_at
            if (
                priority > last_priority
                or (priority == last_priority and time > last_time)
                or (priority == last_priority and time == last_time and candidate > last_need)
            ):
                need = candidate
                last_priority, last_time, last_need = priority, time, candidate
                break
        if need < 0:
            return
        pull_for(p, r, need)


@njit(cache=True)
def can_be_pulled(p, r, unit, need):
    """Whether a unit stands at a need that has not started, ranks behind, and may be left for this one."""
    u = r.units[unit]
    if u.activity != U_STANDING or not ranks_before(r, need, u.need):
        return False
    if p.definitions[r.situations[r.needs[u.need].situation].definition].waits == 0:
        return False
    return can_take_order(p, r, unit, need) and may_serve(p, r, unit, need)


@njit(cache=True)
def pull_for(p, r, need):
    """Pull units for one need, nearest first; none if all of them together would not be enough."""
    n = r.needs[need]
    reach = n.ordered
    for unit in range(len(p.units)):
        if can_be_pulled(p, r, unit, need):
            reach += p.strength[unit, n.capability]
    if reach < n.asked:
        return
    s = r.situations[n.situation]
    while n.ordered < n.asked:
        best, best_way = -1, np.int64(0)
        for unit in range(len(p.units)):
            if can_be_pulled(p, r, unit, need):
                way = p.travel[p.units[unit].mode, r.units[unit].site, s.site]
                if best < 0 or way < best_way:
                    best, best_way = unit, way
        take_from(p, r, best)
        note(r, PULLED, best, need, 0)
        causes = r.cause_short[need].copy()
        causes[C_UNIT] += r.clock[0].now - n.blocked_at
        order(p, r, best, need, causes)
    stop_waiting(r, need)


@njit(cache=True)
def take_from(p, r, unit):
    """The need that a unit is pulled from loses its strength, and is short if it was not before."""
    need = r.units[unit].need
    n = r.needs[need]
    causes = np.zeros(CAUSE_COUNT, np.int64)
    if n.waiting == 0:
        open_causes(p, r, need, causes)
    strength = p.strength[unit, n.capability]
    n.on_scene -= strength
    n.ordered -= strength
    if n.waiting == 0 and n.ordered < n.asked:
        become_short(p, r, need, causes)
        if n.aid == 0:
            ask_for_aid(p, r, n.situation)


@njit(cache=True)
def grant_aid(r, need):
    """From now until its ward's next decision, units of others may serve this need."""
    r.needs[need].aid = 1
    note(r, AID_GRANTED, need, 0, 0)
