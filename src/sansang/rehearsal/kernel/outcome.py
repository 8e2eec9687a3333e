"""What came out? Tables that stay small whatever the number of situations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import types
from numba.experimental import structref
from numpy.typing import NDArray

from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import ACTIVITY_COUNT, CAUSE_COUNT, U_STANDING
from sansang.rehearsal.kernel.posts import open_causes
from sansang.rehearsal.kernel.replication import play
from sansang.rehearsal.kernel.state import QUEUED, REQUEST_QUEUED, TO_COME, new_run, plan_record
from sansang.rehearsal.layout import Plan

# Columns of Tables.situations.
OCCURRED, WAS_REPORTED, WAS_DECIDED, ARRIVED, WAS_CONTAINED, ESCALATED, OPEN, LOST_NEEDS = range(8)
# Columns of Tables.first: minutes from the occurrence, in ms.
TO_ORDER, TO_ARRIVAL, TO_CONTAINED = range(3)
# Columns of Tables.needs.
BEGUN, WAS_LOST, STUCK = range(3)
# Columns of Tables.deadlines.
MET, MISSED, AHEAD = range(3)
# Columns of Tables.phases.
IN_PHASE, ORDERS_GIVEN, CLOSED, LEFT_OPEN, PHASE_MET, PHASE_MISSED = range(6)
# Columns of Tables.posts.
TAKEN, WAITED, BUSY, LEFT, LEFT_WAITED = range(5)


class Tables(NamedTuple):
    """Counts and sums. Times in ms; −1 in ``first`` and ``starts``: not reached.

    Only situations that occurred at or after ``count_from`` are in them. ``first`` and ``starts`` hold the
    first situation of a definition (the only one, unless it is a stream). Deadlines are those of the needs,
    then the definitions' deadlines for the order. The totals are whole numbers, so they are the same in
    whatever order the replications are added.
    """

    # a row per replication
    situations: NDArray[np.int32]  # replication × definition × 8
    causes: NDArray[np.int64]  # replication × cause
    needs: NDArray[np.int32]  # replication × need × 3
    need_sums: NDArray[np.int64]  # replication × need: occurrence to start of work
    deadlines: NDArray[np.int32]  # replication × deadline × 3
    posts: NDArray[np.int64]  # replication × post × 5
    first: NDArray[np.int32]  # replication × definition × 3
    starts: NDArray[np.int32]  # replication × need
    phases: NDArray[np.int32]  # replication × phase × 6
    played: NDArray[np.int64]  # replication: events taken
    # totals over the replications
    unit_ms: NDArray[np.int64]  # unit × activity
    unit_calls: NDArray[np.int64]  # unit × (orders, not answered)
    definition_causes: NDArray[np.int64]  # definition × cause
    need_causes: NDArray[np.int64]  # need × cause
    phase_causes: NDArray[np.int64]  # phase × cause


@structref.register
class _TablesType(types.StructRef):
    pass


class TablesRecord(structref.StructRefProxy):
    """The tables inside compiled code, by the names of :class:`Tables`."""


structref.define_constructor(TablesRecord, _TablesType, list(Tables._fields))


def new_tables(plan: Plan, replications: int) -> Tables:
    """Empty tables for so many replications."""
    definitions, needs = len(plan.definitions), len(plan.needs)
    units, posts = len(plan.units), len(plan.posts)
    return Tables(
        situations=np.zeros((replications, definitions, 8), np.int32),
        causes=np.zeros((replications, CAUSE_COUNT), np.int64),
        needs=np.zeros((replications, needs, 3), np.int32),
        need_sums=np.zeros((replications, needs), np.int64),
        deadlines=np.zeros((replications, needs + definitions, 3), np.int32),
        posts=np.zeros((replications, posts, 5), np.int64),
        first=np.full((replications, definitions, 3), -1, np.int32),
        starts=np.full((replications, needs), -1, np.int32),
        phases=np.zeros((replications, len(plan.phases), 6), np.int32),
        played=np.zeros(replications, np.int64),
        unit_ms=np.zeros((units, ACTIVITY_COUNT), np.int64),
        unit_calls=np.zeros((units, 2), np.int64),
        definition_causes=np.zeros((definitions, CAUSE_COUNT), np.int64),
        need_causes=np.zeros((needs, CAUSE_COUNT), np.int64),
        phase_causes=np.zeros((len(plan.phases), CAUSE_COUNT), np.int64),
    )


def with_own_totals(tables: Tables) -> Tables:
    """The same rows, with totals of their own at 0: for one thread, added with ``add_totals``."""
    return tables._replace(
        unit_ms=np.zeros_like(tables.unit_ms),
        unit_calls=np.zeros_like(tables.unit_calls),
        definition_causes=np.zeros_like(tables.definition_causes),
        need_causes=np.zeros_like(tables.need_causes),
        phase_causes=np.zeros_like(tables.phase_causes),
    )


def add_totals(tables: Tables, part: Tables) -> None:
    """Add the totals of a part to those of the whole."""
    for name in ("unit_ms", "unit_calls", "definition_causes", "need_causes", "phase_causes"):
        getattr(tables, name)[...] += getattr(part, name)


def joined(a: Tables, b: Tables) -> Tables:
    """The tables of a's replications and then b's."""
    rows = a._fields[: a._fields.index("unit_ms")]
    whole = {name: np.concatenate((getattr(a, name), getattr(b, name))) for name in rows}
    totals = {name: getattr(a, name) + getattr(b, name) for name in a._fields if name not in rows}
    return Tables(**whole, **totals)


@njit(cache=True)
def deadline_column(limit, reached, lost, occurs, horizon):
    """MET, MISSED, or AHEAD (still open, with the deadline after the horizon)."""
    if reached >= 0:
        return MET if reached - occurs <= limit else MISSED
    if lost or horizon - occurs >= limit:
        return MISSED
    return AHEAD


@njit(cache=True)
def count_deadline(p, r, t, row, i, deadline, limit, reached, lost):
    """Add one deadline of a situation to its row, and to the phase's."""
    s = r.situations[i]
    column = deadline_column(limit, reached, lost, s.occurs, p.general[0].horizon)
    t.deadlines[row, deadline, column] += 1
    if s.phase >= 0 and column != AHEAD:
        t.phases[row, s.phase, PHASE_MET if column == MET else PHASE_MISSED] += 1


@njit(cache=True)
def count_situation(p, r, t, row, i):
    """Add one situation to its definition's row, and to its phase's."""
    horizon = p.general[0].horizon
    s = r.situations[i]
    d = s.definition
    counts = t.situations[row, d]
    counts[OCCURRED] += 1
    counts[WAS_REPORTED] += s.reported_at >= 0
    counts[ESCALATED] += s.escalated_at >= 0
    reached = (s.decided_at, s.first_arrival, s.contained_at)
    for column in range(3):
        time = reached[column]
        if time >= 0:
            counts[WAS_DECIDED + column] += 1
            if s.n == 0:
                t.first[row, d, column] = time - s.occurs
    limit = p.definitions[d].order_within
    if limit >= 0:
        count_deadline(p, r, t, row, i, len(p.needs) + d, limit, s.decided_at, False)
    last, last_at = -1, np.int64(-1)
    still_open = False
    for need in range(s.first_need, s.first_need + s.needs):
        n = r.needs[need]
        out = t.needs[row, n.need]
        # Where units do not move the order is what a need is there for.
        ready_at = s.decided_at if n.done and n.started_at < 0 else n.started_at
        limit = p.needs[n.need].deadline
        if limit >= 0:
            count_deadline(p, r, t, row, i, n.need, limit, ready_at, n.lost == 1)
        if n.lost:
            out[WAS_LOST] += 1
            counts[LOST_NEEDS] += 1
            continue
        still_open = still_open or n.done == 0
        if n.started_at >= 0:
            out[BEGUN] += 1
            t.need_sums[row, n.need] += n.started_at - s.occurs
            if s.n == 0:
                t.starts[row, n.need] = n.started_at - s.occurs
        if ready_at < 0:
            ready_at = horizon + 1
            open_causes(p, r, need, r.cause_start[need])
        for cause in range(CAUSE_COUNT):
            t.need_causes[n.need, cause] += r.cause_start[need, cause]
        if ready_at > last_at:
            last, last_at = need, ready_at
    counts[OPEN] += still_open
    if last >= 0:
        for cause in range(CAUSE_COUNT):
            t.causes[row, cause] += r.cause_start[last, cause]
            t.definition_causes[d, cause] += r.cause_start[last, cause]
            if s.phase >= 0:
                t.phase_causes[s.phase, cause] += r.cause_start[last, cause]
    if s.phase >= 0:
        phase = t.phases[row, s.phase]
        phase[IN_PHASE] += 1
        phase[ORDERS_GIVEN] += s.decided_at >= 0
        phase[CLOSED] += not still_open
        phase[LEFT_OPEN] += still_open


@njit(cache=True)
def count_run(p, r, t, row):
    """Fill one row of the tables from a replication that was played to the horizon."""
    horizon = p.general[0].horizon
    count_from = p.general[0].count_from
    for i in range(len(r.situations)):
        s = r.situations[i]
        if s.stage == TO_COME or s.occurs < count_from:
            continue
        count_situation(p, r, t, row, i)
        if s.stage == QUEUED:
            t.posts[row, s.ward, LEFT] += 1
            t.posts[row, s.ward, LEFT_WAITED] += horizon - s.queued_at
        if s.request == REQUEST_QUEUED:
            t.posts[row, p.general[0].wards, LEFT] += 1
            t.posts[row, p.general[0].wards, LEFT_WAITED] += horizon - s.requested_at
    for i in range(len(r.injects)):
        inject = r.injects[i]
        if inject.since >= 0 and inject.desk_at < 0 and p.injects[i].planned >= count_from:
            t.posts[row, p.injects[i].post, LEFT] += 1
            t.posts[row, p.injects[i].post, LEFT_WAITED] += horizon - inject.since
    for post in range(len(r.posts)):
        t.posts[row, post, TAKEN] = r.posts[post].taken
        t.posts[row, post, WAITED] = r.posts[post].waited
        t.posts[row, post, BUSY] = r.posts[post].busy_ms
    for unit in range(len(r.units)):
        u = r.units[unit]
        for activity in range(ACTIVITY_COUNT):
            t.unit_ms[unit, activity] += r.minutes[unit, activity]
        t.unit_calls[unit, 0] += u.orders
        t.unit_calls[unit, 1] += u.unanswered
        if u.activity == U_STANDING and r.situations[r.needs[u.need].situation].occurs >= count_from:
            t.needs[row, r.needs[u.need].need, STUCK] += 1
    t.played[row] = r.clock[0].played


@njit(cache=True)
def tables_record(tables):
    """Tables as one record."""
    return TablesRecord(
        tables.situations,
        tables.causes,
        tables.needs,
        tables.need_sums,
        tables.deadlines,
        tables.posts,
        tables.first,
        tables.starts,
        tables.phases,
        tables.played,
        tables.unit_ms,
        tables.unit_calls,
        tables.definition_causes,
        tables.need_causes,
        tables.phase_causes,
    )


@njit(cache=True, nogil=True)
def play_block(plan, tables, seed, first, count, offset, room):
    """Play replications ``first`` to ``first + count`` into rows from ``offset``; how many were played.

    Fewer than ``count`` means that the tables of a replication had too little room: call again with more.
    """
    p = plan_record(plan)
    t = tables_record(tables)
    for i in range(count):
        r = new_run(p, seed, first + i, 0, room)
        if not play(p, r):
            return i
        count_run(p, r, t, offset + i)
    return count


@njit(cache=True)
def play_one(plan, tables, seed, replication, room):
    """One replication with its trace, into the first row of tables.

    Returns the lines of the trace (time in ms, what, up to three numbers), where each definition's situations
    begin, the situations, the needs with the causes of their minutes, and whether there was room.
    """
    p = plan_record(plan)
    t = tables_record(tables)
    r = new_run(p, seed, replication, 1, room)
    ok = play(p, r)
    if ok:
        count_run(p, r, t, 0)
    return r.trace[: r.clock[0].trace], r.first_of, r.situations, r.needs, r.cause_start, ok
