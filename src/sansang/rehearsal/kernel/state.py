"""What is the state of one replication? Tables of situations, needs, units and posts, created for each."""

from __future__ import annotations

from typing import Final

import numpy as np
from numba import types
from numba.experimental import structref

from sansang.rehearsal import chance
from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import ACTIVITY_COUNT, CAUSE_COUNT
from sansang.rehearsal.layout import START_FIXED, START_INJECT, START_STREAM, PlanTables

# Where a situation stands on its way to the ward's decision.
NOT_OCCURRED: Final = 0
UNREPORTED: Final = 1
QUEUED: Final = 2
AT_DESK: Final = 3
DECIDED: Final = 4

# The upper post's request of a situation.
NO_REQUEST: Final = 0
REQUEST_QUEUED: Final = 1
REQUEST_AT_DESK: Final = 2

CLOCK_DTYPE = np.dtype(
    [
        ("seed", "u8"),
        ("replication", "i8"),
        ("now", "i8"),
        ("event_count", "i8"),  # in the heap
        ("waiting_count", "i8"),  # on the waiting list
        ("call_count", "i8"),
        ("trace_count", "i8"),
        ("tracing", "i8"),
        ("overflowed", "i8"),  # 1: a table was too small; play again with larger ones
        ("events_played", "i8"),  # events processed
    ]
)
SITUATION_DTYPE = np.dtype(
    [
        ("definition", "i4"),
        ("n", "i4"),
        ("entity", "i8"),
        ("occurred_at", "i8"),
        ("site", "i4"),
        ("ward", "i4"),
        ("priority", "i4"),
        ("first_need", "i4"),
        ("need_count", "i4"),
        ("open_need_count", "i4"),
        ("stage", "i4"),
        ("chain_run", "i4"),
        ("queued_at", "i8"),
        ("desk_at", "i8"),
        ("chain_ends_at", "i8"),
        ("convening_ms", "i8"),
        ("request_stage", "i4"),
        ("request_chain_run", "i4"),
        ("requested_at", "i8"),
        ("request_desk_at", "i8"),
        ("supplies_requested", "i4"),
        ("supplies_sent_at", "i8"),
        ("reported_at", "i8"),
        ("decided_at", "i8"),
        ("first_arrival_at", "i8"),
        ("contained_at", "i8"),
        ("escalated_at", "i8"),
        ("phase", "i4"),  # in which it occurred; -1: none
    ]
)
NEED_STATE_DTYPE = np.dtype(
    [
        ("situation", "i4"),
        ("need", "i4"),
        ("capability", "i4"),
        ("amount", "i8"),
        ("target", "i8"),
        ("ordered", "i8"),
        ("on_scene", "i8"),
        ("started_at", "i8"),
        ("done", "i4"),
        ("lost", "i4"),
        ("waiting", "i4"),
        ("aid_granted", "i4"),
        ("short_since", "i8"),
        ("wait_began_at", "i8"),
        ("missing_count", "i8"),
        ("first_supply", "i4"),
        ("call_count", "i4"),
    ]
)
UNIT_STATE_DTYPE = np.dtype(
    [
        ("activity", "i4"),
        ("need", "i4"),
        ("site", "i4"),
        ("absent", "i4"),
        ("known_absent", "i4"),
        ("ordered_at", "i8"),
        ("turnout_ms", "i8"),
        ("arrives_at", "i8"),
        ("home_at", "i8"),
        ("booked_until", "i8"),
        ("order_count", "i8"),
        ("unanswered_count", "i8"),
    ]
)
POST_STATE_DTYPE = np.dtype(
    [
        ("busy_desks", "i4"),
        ("queue_length", "i4"),
        ("assignment_at", "i8"),
        ("served", "i8"),
        ("waited_ms", "i8"),
        ("busy_ms", "i8"),
    ]
)
INJECT_STATE_DTYPE = np.dtype([("queued_at", "i8"), ("desk_at", "i8")])
CALL_DTYPE = np.dtype(
    [
        ("need", "i4"),
        ("service", "i4"),
        ("teams", "i8"),
        ("called_at", "i8"),
        ("arrives_at", "i8"),
        ("arrived", "i4"),
    ]
)


#: The tables of one replication.
REPLICATION_FIELDS: Final = (
    "clock",
    "situations",
    "needs",
    "units",
    "posts",
    "calls",
    "injects",
    "activity_ms",  # unit × activity, ms
    "cause_queue_ms",  # need × cause: when its situation joined the ward's queue
    "cause_short_ms",  # need × cause: when it became short
    "cause_start_ms",  # need × cause: at the start of the work
    "cause_supply_ms",  # situation × cause: when its supplies were sent
    "cause_unit_ms",  # unit × cause: when it was ordered
    "cause_call_ms",  # call × cause
    "missing_supplies",  # supply of a need: pieces not there
    "coming_supplies",  # supply of a need: pieces on the way
    "stock",
    "teams_free",
    "post_queue",
    "waiting_list",
    "heap_time",
    "heap_key",
    "heap_data",
    "trace",
    "scratch",
    "first_situation",  # definition → its first situation; one more at the end
)


# A record of arrays that compiled functions pass on as one reference: passing the arrays one by one
# (a NamedTuple) made each call count 45 references, and was 40 times slower.
@structref.register
class _PlanType(types.StructRef):
    pass


@structref.register
class _ReplicationType(types.StructRef):
    pass


class PlanRecord(structref.StructRefProxy):
    """The tables of a plan inside compiled code, by the names of :class:`sansang.rehearsal.layout.PlanTables`."""


class ReplicationRecord(structref.StructRefProxy):
    """The tables of one replication inside compiled code, by the names of ``RUN_FIELDS``."""


structref.define_constructor(PlanRecord, _PlanType, list(PlanTables._fields))
structref.define_constructor(ReplicationRecord, _ReplicationType, list(REPLICATION_FIELDS))


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
        plan.travel_ms,
        plan.mode_factor_distribution,
        plan.site_ward,
        plan.phases,
        plan.active_posts,
        plan.injects,
        plan.distributions,
        plan.points,
    )


@njit(cache=True)
def stream_arrival_at(p, definition, area):
    """The time (ms) at which the cumulative rate of a stream reaches ``area``; −1 when it never does."""
    d = p.definitions[definition]
    for i in range(d.first_piece, d.first_piece + d.piece_count):
        piece = p.pieces[i]
        size = (piece.end_ms - piece.start_ms) * piece.arrivals_per_ms
        if piece.arrivals_per_ms > 0 and area <= piece.arrivals_before + size:
            return np.int64(np.floor(piece.start_ms + (area - piece.arrivals_before) / piece.arrivals_per_ms + 0.5))
    return np.int64(-1)


@njit(cache=True)
def count_situations(p, seed, replication, first_of):
    """Fill ``first_situation``: each definition's first situation. A follow-on has one for each of its parent's."""
    total = 0
    horizon_ms = p.general[0].horizon_ms
    counts = np.zeros(len(p.definitions), np.int64)
    for i in range(len(p.definitions)):
        d = p.definitions[i]
        if d.start_kind == START_STREAM:
            n, area = 0, 0.0
            while True:
                entity = (p.definitions[i].key << 20) | n
                area += -np.log1p(-chance.uniform(seed, replication, entity, chance.STREAM, 0))
                time = stream_arrival_at(p, i, area)
                if time < 0 or time > horizon_ms:
                    break
                n += 1
            counts[i] = n
        elif d.start_kind in (START_FIXED, START_INJECT):
            counts[i] = 1
        elif d.parent >= 0:
            counts[i] = counts[d.parent]
        first_of[i] = total
        total += counts[i]
    first_of[len(p.definitions)] = total
    return total


@njit(cache=True)
def new_replication(p, seed, replication, tracing, extra_capacity):
    """The initial tables of one replication.

    ``extra_capacity`` rows are added to the events and calls beyond those that the entities need (16 times as many
    make the trace).
    """
    first_of = np.empty(len(p.definitions) + 1, np.int64)
    total = count_situations(p, seed, replication, first_of)
    need_count = 0
    supply_count = 0
    for i in range(len(p.definitions)):
        count = first_of[i + 1] - first_of[i]
        d = p.definitions[i]
        need_count += count * d.need_count
        for j in range(d.first_need, d.first_need + d.need_count):
            supply_count += count * p.needs[j].supply_count
    members = 1
    for i in range(len(p.bodies)):
        members = max(members, p.bodies[i].member_count)
    units = len(p.units)
    heap = (
        len(p.injects) * 2
        + len(p.phases) * len(p.posts)
        + 4 * total
        + need_count
        + 2 * units
        + len(p.posts)
        + extra_capacity
    )
    calls = need_count * len(p.services) + extra_capacity
    run = ReplicationRecord(
        np.zeros(1, CLOCK_DTYPE),
        np.zeros(total, SITUATION_DTYPE),
        np.zeros(need_count, NEED_STATE_DTYPE),
        np.zeros(units, UNIT_STATE_DTYPE),
        np.zeros(len(p.posts), POST_STATE_DTYPE),
        np.zeros(calls, CALL_DTYPE),
        np.zeros(len(p.injects), INJECT_STATE_DTYPE),
        np.zeros((units, ACTIVITY_COUNT), np.int64),
        np.zeros((need_count, CAUSE_COUNT), np.int64),
        np.zeros((need_count, CAUSE_COUNT), np.int64),
        np.zeros((need_count, CAUSE_COUNT), np.int64),
        np.zeros((total, CAUSE_COUNT), np.int64),
        np.zeros((units, CAUSE_COUNT), np.int64),
        np.zeros((calls, CAUSE_COUNT), np.int64),
        np.zeros(supply_count, np.int64),
        np.zeros(supply_count, np.int64),
        p.stock.copy(),
        np.zeros(len(p.services), np.int64),
        np.zeros((len(p.posts), total + len(p.injects) + 1), np.int32),
        np.zeros(max(need_count, 1), np.int32),
        np.empty(heap, np.int64),
        np.empty(heap, np.int64),
        np.empty(heap, np.int64),
        np.zeros((extra_capacity * 16 if tracing else 1, 5), np.int64),
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
            s.occurred_at = -1
            s.priority = d.priority
            s.first_need = need_row
            s.need_count = d.need_count
            s.open_need_count = d.need_count
            s.reported_at = -1
            s.decided_at = -1
            s.first_arrival_at = -1
            s.contained_at = -1
            s.escalated_at = -1
            s.supplies_sent_at = -1
            for j in range(d.first_need, d.first_need + d.need_count):
                state = run.needs[need_row]
                state.situation = first_of[i] + n
                state.need = j
                state.capability = p.needs[j].capability
                state.amount = p.needs[j].amount
                state.started_at = -1
                state.first_supply = supply_row
                supply_row += p.needs[j].supply_count
                need_row += 1
    for i in range(units):
        unit = run.units[i]
        unit.need = -1
        unit.site = p.units[i].home
        unit.home_at = -1
        unit.absent = chance.uniform(seed, replication, p.units[i].key, chance.UNIT_SHOWS_UP, 0) >= p.units[i].shows_up
    for i in range(len(p.posts)):
        run.posts[i].assignment_at = -1
    for i in range(len(p.injects)):
        run.injects[i].queued_at = -1
        run.injects[i].desk_at = -1
    for i in range(len(p.services)):
        run.teams_free[i] = p.services[i].teams
    return run
