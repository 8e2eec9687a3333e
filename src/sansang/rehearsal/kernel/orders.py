"""Which units go? Availability, orders, calls to services, shortage, freed units, and the pull."""

from __future__ import annotations

import numpy as np

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import (
    ACTIVITY_CALLED,
    ACTIVITY_HOME,
    ACTIVITY_RETURNING,
    ACTIVITY_STANDING,
    ACTIVITY_TRAVEL,
    ACTIVITY_TURNOUT,
    AID_GRANTED,
    CALLED,
    CAUSE_COUNT,
    CAUSE_UNIT,
    CUT,
    FREED,
    HOME,
    LEAVES,
    LOST,
    NO_ANSWER,
    ORDERED,
    PULLED,
    SERVICE_ARRIVES,
    UNIT_ARRIVES,
)
from sansang.rehearsal.kernel.event_queue import (
    add_to_waiting_list,
    ranks_before,
    record,
    remove_from_waiting_list,
    schedule,
)
from sansang.rehearsal.kernel.posts import open_causes, request_aid

# Which units are candidates for an order.
OWN_WARD = 0
ALL_UNITS = 1
OTHER_WARDS = 2


@njit(cache=True)
def book_activity(p, r, unit, activity, until):
    """Book the unit's time since it was last booked, after ``count_from``, to an activity."""
    u = r.units[unit]
    r.activity_ms[unit, activity] += max(0, until - max(u.booked_until, p.general[0].count_from_ms))
    u.booked_until = until


@njit(cache=True)
def book_time(p, r, unit):
    """Book the unit's time up to now to its activity."""
    u = r.units[unit]
    now = r.clock[0].now
    if u.activity == ACTIVITY_TRAVEL:
        leaves_at = min(u.ordered_at + u.turnout_ms, now)
        if leaves_at > u.booked_until:
            book_activity(p, r, unit, ACTIVITY_TURNOUT, leaves_at)
    book_activity(p, r, unit, u.activity, now)


@njit(cache=True)
def can_take_order(p, r, unit, need):
    """Whether a unit may be given an order now for this need: capability, duty window, answer, a way."""
    row = p.units[unit]
    now = r.clock[0].now
    n = r.needs[need]
    if p.strength[unit, n.capability] <= 0 or r.units[unit].known_absent:
        return False
    if now < row.duty_from_ms or now >= row.duty_to_ms:
        return False
    return p.travel_ms[row.mode, r.units[unit].site, r.situations[n.situation].site] >= 0


@njit(cache=True)
def may_be_lent(p, r, unit):
    """Whether its ward keeps back enough of each of the unit's capabilities among its other available units."""
    ward = p.units[unit].ward
    if ward == p.general[0].ward_count:
        return True
    now = r.clock[0].now
    for c in range(p.strength.shape[1]):
        keep_back = p.keep_back[ward, c]
        if p.strength[unit, c] <= 0 or keep_back <= 0:
            continue
        remaining = 0
        for other in range(len(p.units)):
            row = p.units[other]
            if other != unit and row.ward == ward and r.units[other].need < 0:
                if r.units[other].known_absent or now < row.duty_from_ms or now >= row.duty_to_ms:
                    continue
                remaining += p.strength[other, c]
        if remaining < keep_back:
            return False
    return True


@njit(cache=True)
def may_serve(p, r, unit, need):
    """Whether a free unit may serve a need without a new decision: its own ward's, or one with aid granted."""
    if p.general[0].nearest_of_all == 1:
        return True
    n = r.needs[need]
    if p.units[unit].ward == r.situations[n.situation].ward:
        return True
    return n.aid_granted == 1 and may_be_lent(p, r, unit)


@njit(cache=True)
def order_unit(p, r, unit, need, cause_ms):
    """Order a unit to a need. An absent one does not answer; another turns out (from home) and travels."""
    clock = r.clock[0]
    now = clock.now
    u = r.units[unit]
    n = r.needs[need]
    s = r.situations[n.situation]
    book_time(p, r, unit)
    r.cause_unit_ms[unit] = cause_ms
    n.ordered += p.strength[unit, n.capability]
    u.need = need
    u.ordered_at = now
    u.order_count += now >= p.general[0].count_from_ms
    if u.activity == ACTIVITY_HOME and u.absent:
        u.activity = ACTIVITY_CALLED
        u.arrives_at = -1
        record(r, ORDERED, unit, need, -1)
        schedule(p, r, now + p.general[0].no_answer_ms, NO_ANSWER, unit, 0, 0)
        return
    u.turnout_ms = 0
    if u.activity == ACTIVITY_HOME:
        x = chance.uniform(clock.seed, clock.replication, s.entity, chance.TURNOUT, p.units[unit].key)
        u.turnout_ms = chance.to_ms(chance.draw(p.distributions, p.points, p.units[unit].turnout_distribution, x))
    mode = p.units[unit].mode
    x = chance.uniform(clock.seed, clock.replication, s.entity, chance.TRAVEL_OUT, p.units[unit].key)
    factor = chance.draw(p.distributions, p.points, p.mode_factor_distribution[mode], x)
    u.arrives_at = now + u.turnout_ms + chance.trip_ms(p.travel_ms[mode, u.site, s.site], factor)
    u.activity = ACTIVITY_TRAVEL
    u.home_at = -1
    record(r, ORDERED, unit, need, u.arrives_at)
    schedule(p, r, u.arrives_at, UNIT_ARRIVES, unit, 0, 0)


@njit(cache=True)
def order_units(p, r, need, candidates, cause_ms):
    """Order available candidates, nearest first (then by number), until the target is reached."""
    n = r.needs[need]
    s = r.situations[n.situation]
    while n.ordered < n.target:
        best, best_way_ms = -1, np.int64(0)
        for unit in range(len(p.units)):
            if r.units[unit].need >= 0 or not can_take_order(p, r, unit, need):
                continue
            own = p.units[unit].ward == s.ward
            if (candidates == OWN_WARD and not own) or (
                candidates == OTHER_WARDS and (own or not may_be_lent(p, r, unit))
            ):
                continue
            way_ms = p.travel_ms[p.units[unit].mode, r.units[unit].site, s.site]
            if best < 0 or way_ms < best_way_ms:
                best, best_way_ms = unit, way_ms
        if best < 0:
            return
        order_unit(p, r, best, need, cause_ms)


@njit(cache=True)
def call_teams(p, r, need, service, short, cause_ms):
    """Call a service for the strength ``short``, as far as it has teams free; they arrive together."""
    n = r.needs[need]
    strength = p.service_strength[service, n.capability]
    if strength <= 0 or short <= 0 or r.teams_free[service] <= 0:
        return
    clock = r.clock[0]
    if clock.call_count >= len(r.calls):
        clock.overflowed = 1
        return
    teams = min(r.teams_free[service], (short + strength - 1) // strength)
    r.teams_free[service] -= teams
    n.ordered += teams * strength
    entity = r.situations[n.situation].entity
    k = (p.needs[n.need].key << 20) | n.call_count
    x = chance.uniform(clock.seed, clock.replication, entity, chance.RESPONSE, k)
    arrives_at = clock.now + chance.to_ms(
        chance.draw(p.distributions, p.points, p.services[service].response_distribution, x)
    )
    call = r.calls[clock.call_count]
    call.need = need
    call.service = service
    call.teams = teams
    call.called_at = clock.now
    call.arrives_at = arrives_at
    call.arrived = 0
    r.cause_call_ms[clock.call_count] = cause_ms
    record(r, CALLED, service, need, arrives_at)
    schedule(p, r, arrives_at, SERVICE_ARRIVES, need, n.call_count, clock.call_count)
    n.call_count += 1
    clock.call_count += 1


@njit(cache=True)
def become_short(p, r, need, cause_ms):
    """A need is left short: it waits at its rank in the list, and waits for a unit from now on."""
    n = r.needs[need]
    if n.waiting == 0:
        add_to_waiting_list(r, need)
    n.wait_began_at = r.clock[0].now
    r.cause_short_ms[need] = cause_ms


@njit(cache=True)
def cut_amount(p, r, need):
    """The amount is cut to what was ordered (a situation that does not wait); with nothing ordered it is lost."""
    n = r.needs[need]
    n.amount = n.ordered
    n.target = n.ordered
    if n.ordered > 0:
        record(r, CUT, need, n.ordered, 0)
        return
    n.lost = 1
    record(r, LOST, need, 0, 0)


@njit(cache=True)
def assign_freed_unit(p, r, unit):
    """A free unit is ordered to the first waiting need that it can serve."""
    for i in range(r.clock[0].waiting_count):
        need = r.waiting_list[i]
        if can_take_order(p, r, unit, need) and may_serve(p, r, unit, need):
            n = r.needs[need]
            cause_ms = r.cause_short_ms[need].copy()
            cause_ms[CAUSE_UNIT] += r.clock[0].now - n.wait_began_at
            order_unit(p, r, unit, need, cause_ms)
            if n.ordered >= n.target:
                remove_from_waiting_list(r, need)
            return


@njit(cache=True)
def assign_freed_teams(p, r, service):
    """Free teams of a service are called for the first waiting needs that they can serve."""
    i = 0
    while i < r.clock[0].waiting_count and r.teams_free[service] > 0:
        need = r.waiting_list[i]
        n = r.needs[need]
        if p.service_strength[service, n.capability] <= 0:
            i += 1
            continue
        cause_ms = r.cause_short_ms[need].copy()
        cause_ms[CAUSE_UNIT] += r.clock[0].now - n.wait_began_at
        call_teams(p, r, need, service, n.target - n.ordered, cause_ms)
        if n.ordered >= n.target:
            remove_from_waiting_list(r, need)
        else:
            i += 1


@njit(cache=True)
def free_unit(p, r, unit):
    """A unit is free where it is."""
    book_time(p, r, unit)
    u = r.units[unit]
    u.activity = ACTIVITY_RETURNING
    u.need = -1
    u.home_at = -1
    record(r, FREED, unit, 0, 0)


@njit(cache=True)
def send_home(p, r, unit, situation):
    """A free unit that no need took leaves for home; until it is there it counts as at the scene."""
    clock = r.clock[0]
    u = r.units[unit]
    mode = p.units[unit].mode
    way_ms = p.travel_ms[mode, u.site, p.units[unit].home]
    if u.need >= 0 or way_ms < 0:
        return
    entity = r.situations[situation].entity
    x = chance.uniform(clock.seed, clock.replication, entity, chance.TRAVEL_HOME, p.units[unit].key)
    u.home_at = clock.now + chance.trip_ms(
        way_ms, chance.draw(p.distributions, p.points, p.mode_factor_distribution[mode], x)
    )
    record(r, LEAVES, unit, u.home_at, 0)
    schedule(p, r, u.home_at, HOME, unit, 0, u.home_at)


@njit(cache=True)
def pull_units(p, r):
    """Waiting needs, in their order, pull units that stand at needs which have not started and rank behind."""
    clock = r.clock[0]
    last_priority, last_time, last_need = -1, np.int64(-1), -1
    while True:
        need = -1
        for i in range(clock.waiting_count):
            candidate = r.waiting_list[i]
            priority = r.situations[r.needs[candidate].situation].priority
            time = r.needs[candidate].short_since
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
        pull_units_for(p, r, need)


@njit(cache=True)
def can_be_pulled(p, r, unit, need):
    """Whether a unit stands at a need that has not started, ranks behind, and may be left for this one."""
    u = r.units[unit]
    if u.activity != ACTIVITY_STANDING or not ranks_before(r, need, u.need):
        return False
    if p.definitions[r.situations[r.needs[u.need].situation].definition].waits == 0:
        return False
    return can_take_order(p, r, unit, need) and may_serve(p, r, unit, need)


@njit(cache=True)
def pull_units_for(p, r, need):
    """Pull units for one need, nearest first; none if all of them together would not complete it."""
    n = r.needs[need]
    reach = n.ordered
    for unit in range(len(p.units)):
        if can_be_pulled(p, r, unit, need):
            reach += p.strength[unit, n.capability]
    if reach < n.target:
        return
    s = r.situations[n.situation]
    while n.ordered < n.target:
        best, best_way_ms = -1, np.int64(0)
        for unit in range(len(p.units)):
            if can_be_pulled(p, r, unit, need):
                way_ms = p.travel_ms[p.units[unit].mode, r.units[unit].site, s.site]
                if best < 0 or way_ms < best_way_ms:
                    best, best_way_ms = unit, way_ms
        withdraw_unit(p, r, best)
        record(r, PULLED, best, need, 0)
        cause_ms = r.cause_short_ms[need].copy()
        cause_ms[CAUSE_UNIT] += r.clock[0].now - n.wait_began_at
        order_unit(p, r, best, need, cause_ms)
    remove_from_waiting_list(r, need)


@njit(cache=True)
def withdraw_unit(p, r, unit):
    """The need that a unit is pulled from loses its strength, and waits if it was not waiting before."""
    need = r.units[unit].need
    n = r.needs[need]
    cause_ms = np.zeros(CAUSE_COUNT, np.int64)
    if n.waiting == 0:
        open_causes(p, r, need, cause_ms)
    strength = p.strength[unit, n.capability]
    n.on_scene -= strength
    n.ordered -= strength
    if n.waiting == 0 and n.ordered < n.target:
        become_short(p, r, need, cause_ms)
        if n.aid_granted == 0:
            request_aid(p, r, n.situation)


@njit(cache=True)
def grant_aid(r, need):
    """From now until its ward's next decision, units of others may serve this need."""
    r.needs[need].aid_granted = 1
    record(r, AID_GRANTED, need, 0, 0)
