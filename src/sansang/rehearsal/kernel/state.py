"""What is the state of one replication? Tables of situations, needs, units, posts; made anew for each."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numba.experimental import structref

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import ACTIVITY_COUNT, CAUSE_COUNT
from sansang.rehearsal.layout import START_FIXED, START_INJECT, START_STREAM, Plan

# Where a situation stands on its way to the ward's decision.
TO_COME: Final = 0
UNREPORTED: Final = 1
QUEUED: Final = 2
AT_DESK: Final = 3
DECIDED: Final = 4

# The upper post's request of a situation.
NO_REQUEST: Final = 0
REQUEST_QUEUED: Final = 1
REQUEST_AT_DESK: Final = 2

CLOCK = np.dtype(
    [
        ("seed", "u8"),
        ("replication", "i8"),
        ("now", "i8"),
        ("events", "i8"),  # in the heap
        ("waiting", "i8"),  # on the waiting list
        ("calls", "i8"),
        ("trace", "i8"),
        ("tracing", "i8"),
        ("full", "i8"),  # a table was too small: play again with larger ones
        ("played", "i8"),  # events taken
    ]
)
SITUATION = np.dtype(
    [
        ("definition", "i4"),
        ("n", "i4"),
        ("entity", "i8"),
        ("occurs", "i8"),
        ("site", "i4"),
        ("ward", "i4"),
        ("priority", "i4"),
        ("first_need", "i4"),
        ("needs", "i4"),
        ("open_needs", "i4"),
        ("stage", "i4"),
        ("run", "i4"),
        ("queued_at", "i8"),
        ("desk_at", "i8"),
        ("desk_end", "i8"),
        ("convening", "i8"),
        ("request", "i4"),
        ("request_run", "i4"),
        ("requested_at", "i8"),
        ("request_desk_at", "i8"),
        ("supplies_asked", "i4"),
        ("supplies_sent_at", "i8"),
        ("reported_at", "i8"),
        ("decided_at", "i8"),
        ("first_arrival", "i8"),
        ("contained_at", "i8"),
        ("escalated_at", "i8"),
        ("phase", "i4"),  # in which it occurred; -1: none
    ]
)
NEED_STATE = np.dtype(
    [
        ("situation", "i4"),
        ("need", "i4"),
        ("capability", "i4"),
        ("amount", "i8"),
        ("asked", "i8"),
        ("ordered", "i8"),
        ("on_scene", "i8"),
        ("started_at", "i8"),
        ("done", "i4"),
        ("lost", "i4"),
        ("waiting", "i4"),
        ("aid", "i4"),
        ("short_at", "i8"),
        ("blocked_at", "i8"),
        ("missing", "i8"),
        ("first_supply", "i4"),
        ("calls", "i4"),
    ]
)
UNIT_STATE = np.dtype(
    [
        ("activity", "i4"),
        ("need", "i4"),
        ("site", "i4"),
        ("absent", "i4"),
        ("known_absent", "i4"),
        ("ordered_at", "i8"),
        ("turnout", "i8"),
        ("arrives", "i8"),
        ("home_at", "i8"),
        ("since", "i8"),
        ("orders", "i8"),
        ("unanswered", "i8"),
    ]
)
POST_STATE = np.dtype(
    [
        ("busy", "i4"),
        ("queue", "i4"),
        ("desks_at", "i8"),
        ("taken", "i8"),
        ("waited", "i8"),
        ("busy_ms", "i8"),
    ]
)
INJECT_STATE = np.dtype([("since", "i8"), ("desk_at", "i8")])
CALL = np.dtype(
    [
        ("need", "i4"),
        ("service", "i4"),
        ("teams", "i8"),
        ("called_at", "i8"),
        ("arrives", "i8"),
        ("arrived", "i4"),
    ]
)


#: The tables of one replication.
RUN_FIELDS: Final = (
    "clock",
    "situations",
    "needs",
    "units",
    "posts",
    "calls",
    "injects",
    "minutes",  # unit × activity, ms
    "cause_base",  # need × cause: at the beginning of its ward's present run
    "cause_short",  # need × cause: when it became short
    "cause_start",  # need × cause: at the start of the work
    "cause_supply",  # situation × cause: when its supplies were sent
    "cause_unit",  # unit × cause: when it was ordered
    "cause_call",  # call × cause
    "missing",  # supply of a need: pieces not there
    "coming",  # supply of a need: pieces on the way
    "stock",
    "teams_free",
    "post_queue",
    "waiting",
    "heap_time",
    "heap_key",
    "heap_data",
    "trace",
    "scratch",
    "first_of",  # definition → its first situation; one more at the end
)


# A record of arrays that compiled functions pass on as one reference: passing the arrays one by one
# (a NamedTuple) made each call count 45 references, and was 40 times slower.
@structref.register
class _PlanType(types.StructRef):
    pass


@structref.register
class _RunType(types.StructRef):
    pass


class PlanRecord(structref.StructRefProxy):
    """The tables of a plan inside compiled code, by the names of :class:`sansang.rehearsal.plan.Plan`."""


class RunRecord(structref.StructRefProxy):
    """The tables of one replication inside compiled code, by the names of ``RUN_FIELDS``."""


structref.define_constructor(PlanRecord, _PlanType, list(Plan._fields))
structref.define_constructor(RunRecord, _RunType, list(RUN_FIELDS))


@njit(cache=True)
def plan_record(plan):
    """A plan's tables as one record."""
    return PlanRecord(
        plan.general,
        plan.units,
        plan.strength,
        plan.definitions,
        plan.pieces,
        plan.site_choices,
        plan.needs,
        plan.supplies,
        plan.posts,
        plan.steps,
        plan.bodies,
        plan.members,
        plan.services,
        plan.service_strength,
        plan.stock,
        plan.keep_back,
        plan.travel,
        plan.mode_factor,
        plan.site_ward,
        plan.phases,
        plan.acts,
        plan.injects,
        plan.distributions,
        plan.points,
    )


@njit(cache=True)
def stream_time(p, definition, area):
    """The time (ms) at which the cumulative rate of a stream reaches ``area``; −1 when it never does."""
    d = p.definitions[definition]
    for i in range(d.first_piece, d.first_piece + d.pieces):
        piece = p.pieces[i]
        size = (piece.end - piece.start) * piece.rate
        if piece.rate > 0 and area <= piece.before + size:
            return np.int64(np.floor(piece.start + (area - piece.before) / piece.rate + 0.5))
    return np.int64(-1)


@njit(cache=True)
def count_situations(p, seed, replication, first_of):
    """Fill ``first_of``: where each definition's situations begin. Follow-ons have a place for each parent."""
    total = 0
    horizon = p.general[0].horizon
    counts = np.zeros(len(p.definitions), np.int64)
    for i in range(len(p.definitions)):
        d = p.definitions[i]
        if d.start == START_STREAM:
            n, area = 0, 0.0
            while True:
                entity = (p.definitions[i].key << 20) | n
                area += -np.log1p(-chance.uniform(seed, replication, entity, chance.STREAM, 0))
                time = stream_time(p, i, area)
                if time < 0 or time > horizon:
                    break
                n += 1
            counts[i] = n
        elif d.start in (START_FIXED, START_INJECT):
            counts[i] = 1
        elif d.parent >= 0:
            counts[i] = counts[d.parent]
        first_of[i] = total
        total += counts[i]
    first_of[len(p.definitions)] = total
    return total


@njit(cache=True)
def new_run(p, seed, replication, tracing, room):
    """Tables for one replication, with ``room`` for so many more events than things (and for a trace)."""
    first_of = np.empty(len(p.definitions) + 1, np.int64)
    total = count_situations(p, seed, replication, first_of)
    need_total = 0
    supply_total = 0
    for i in range(len(p.definitions)):
        count = first_of[i + 1] - first_of[i]
        d = p.definitions[i]
        need_total += count * d.needs
        for j in range(d.first_need, d.first_need + d.needs):
            supply_total += count * p.needs[j].supplies
    members = 1
    for i in range(len(p.bodies)):
        members = max(members, p.bodies[i].members)
    units = len(p.units)
    heap = len(p.injects) * 2 + len(p.phases) * len(p.posts) + 4 * total + need_total + 2 * units + len(p.posts) + room
    calls = need_total * len(p.services) + room
    run = RunRecord(
        np.zeros(1, CLOCK),
        np.zeros(total, SITUATION),
        np.zeros(need_total, NEED_STATE),
        np.zeros(units, UNIT_STATE),
        np.zeros(len(p.posts), POST_STATE),
        np.zeros(calls, CALL),
        np.zeros(len(p.injects), INJECT_STATE),
        np.zeros((units, ACTIVITY_COUNT), np.int64),
        np.zeros((need_total, CAUSE_COUNT), np.int64),
        np.zeros((need_total, CAUSE_COUNT), np.int64),
        np.zeros((need_total, CAUSE_COUNT), np.int64),
        np.zeros((total, CAUSE_COUNT), np.int64),
        np.zeros((units, CAUSE_COUNT), np.int64),
        np.zeros((calls, CAUSE_COUNT), np.int64),
        np.zeros(supply_total, np.int64),
        np.zeros(supply_total, np.int64),
        p.stock.copy(),
        np.zeros(len(p.services), np.int64),
        np.zeros((len(p.posts), total + len(p.injects) + 1), np.int32),
        np.zeros(max(need_total, 1), np.int32),
        np.empty(heap, np.int64),
        np.empty(heap, np.int64),
        np.empty(heap, np.int64),
        np.zeros((room * 16 if tracing else 1, 5), np.int64),
        np.zeros(members, np.int64),
        first_of,
    )
    clock = run.clock[0]
    clock.seed = seed
    clock.replication = replication
    clock.tracing = tracing
    need_row = 0
    supply_row = 0
    for i in range(len(p.definitions)):
        d = p.definitions[i]
        for n in range(first_of[i + 1] - first_of[i]):
            s = run.situations[first_of[i] + n]
            s.definition = i
            s.n = n
            s.entity = (d.key << 20) | n
            s.occurs = -1
            s.priority = d.priority
            s.first_need = need_row
            s.needs = d.needs
            s.open_needs = d.needs
            s.reported_at = -1
            s.decided_at = -1
            s.first_arrival = -1
            s.contained_at = -1
            s.escalated_at = -1
            s.supplies_sent_at = -1
            for j in range(d.first_need, d.first_need + d.needs):
                state = run.needs[need_row]
                state.situation = first_of[i] + n
                state.need = j
                state.capability = p.needs[j].capability
                state.amount = p.needs[j].amount
                state.started_at = -1
                state.first_supply = supply_row
                supply_row += p.needs[j].supplies
                need_row += 1
    for i in range(units):
        unit = run.units[i]
        unit.need = -1
        unit.site = p.units[i].home
        unit.home_at = -1
        unit.absent = chance.uniform(seed, replication, p.units[i].key, chance.UNIT_SHOWS_UP, 0) >= p.units[i].shows_up
    for i in range(len(p.posts)):
        run.posts[i].desks_at = -1
    for i in range(len(p.injects)):
        run.injects[i].since = -1
        run.injects[i].desk_at = -1
    for i in range(len(p.services)):
        run.teams_free[i] = p.services[i].teams
    return run
