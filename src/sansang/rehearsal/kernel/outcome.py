"""What is counted? The statistics of replications, in tables whose size does not depend on the situations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import types
from numba.experimental import structref
from numpy.typing import NDArray

from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import ACTIVITY_COUNT, ACTIVITY_STANDING, CAUSE_COUNT
from sansang.rehearsal.kernel.posts import open_causes
from sansang.rehearsal.kernel.replication import play
from sansang.rehearsal.kernel.state import NOT_OCCURRED, QUEUED, REQUEST_QUEUED, new_replication, plan_record
from sansang.rehearsal.layout import PlanTables

# Columns of OutcomeTables.situations.
OCCURRED, WAS_REPORTED, WAS_DECIDED, ARRIVED, WAS_CONTAINED, ESCALATED, OPEN, LOST_NEEDS = range(8)
# Columns of OutcomeTables.first_ms: from the occurrence.
TO_ORDER, TO_ARRIVAL, TO_CONTAINED = range(3)
# Columns of OutcomeTables.needs.
STARTED_COUNT, WAS_LOST, STUCK_UNITS = range(3)
# Columns of OutcomeTables.deadlines.
MET, MISSED, UNDECIDED = range(3)
# Columns of OutcomeTables.phases.
IN_PHASE, ORDERS_GIVEN, CLOSED, LEFT_OPEN, PHASE_MET, PHASE_MISSED = range(6)
# Columns of OutcomeTables.posts.
SERVED, WAITED_MS, BUSY_MS, LEFT_WAITING, LEFT_WAITED_MS = range(5)


class OutcomeTables(NamedTuple):
    """Counts and sums of replications; −1 in ``first_ms`` and ``start_ms``: not reached.

    Only situations that occurred at or after ``count_from`` are in them. ``first_ms`` and ``start_ms`` hold the
    first situation of a definition (the only one, unless it is a stream). Deadlines are those of the needs,
    then the definitions' deadlines for the order. The totals are whole numbers, so they are the same in
    any order of adding the replications.
    """

    # a row per replication
    situations: NDArray[np.int32]  # replication × definition × 8
    cause_ms: NDArray[np.int64]  # replication × cause
    needs: NDArray[np.int32]  # replication × need × 3
    need_ms: NDArray[np.int64]  # replication × need: occurrence to start of work
    deadlines: NDArray[np.int32]  # replication × deadline × 3
    posts: NDArray[np.int64]  # replication × post × 5
    first_ms: NDArray[np.int32]  # replication × definition × 3
    start_ms: NDArray[np.int32]  # replication × need
    phases: NDArray[np.int32]  # replication × phase × 6
    events: NDArray[np.int64]  # replication: number of events
    # totals over the replications
    unit_ms: NDArray[np.int64]  # unit × activity
    unit_orders: NDArray[np.int64]  # unit × (orders, not answered)
    definition_cause_ms: NDArray[np.int64]  # definition × cause
    need_cause_ms: NDArray[np.int64]  # need × cause
    phase_cause_ms: NDArray[np.int64]  # phase × cause


@structref.register
class _OutcomeType(types.StructRef):
    pass


class OutcomeRecord(structref.StructRefProxy):
    """The tables inside compiled code, by the names of :class:`OutcomeTables`."""


structref.define_constructor(OutcomeRecord, _OutcomeType, list(OutcomeTables._fields))


def new_outcome_tables(plan: PlanTables, replications: int) -> OutcomeTables:
    """Empty tables for a number of replications."""
    definitions, needs = len(plan.definitions), len(plan.needs)
    units, posts = len(plan.units), len(plan.posts)
    return OutcomeTables(
        situations=np.zeros((replications, definitions, 8), np.int32),
        cause_ms=np.zeros((replications, CAUSE_COUNT), np.int64),
        needs=np.zeros((replications, needs, 3), np.int32),
        need_ms=np.zeros((replications, needs), np.int64),
        deadlines=np.zeros((replications, needs + definitions, 3), np.int32),
        posts=np.zeros((replications, posts, 5), np.int64),
        first_ms=np.full((replications, definitions, 3), -1, np.int32),
        start_ms=np.full((replications, needs), -1, np.int32),
        phases=np.zeros((replications, len(plan.phases), 6), np.int32),
        events=np.zeros(replications, np.int64),
        unit_ms=np.zeros((units, ACTIVITY_COUNT), np.int64),
        unit_orders=np.zeros((units, 2), np.int64),
        definition_cause_ms=np.zeros((definitions, CAUSE_COUNT), np.int64),
        need_cause_ms=np.zeros((needs, CAUSE_COUNT), np.int64),
        phase_cause_ms=np.zeros((len(plan.phases), CAUSE_COUNT), np.int64),
    )


def with_separate_totals(tables: OutcomeTables) -> OutcomeTables:
    """The same rows, with separate totals that start at 0: for one thread, added with ``add_totals``."""
    return tables._replace(
        unit_ms=np.zeros_like(tables.unit_ms),
        unit_orders=np.zeros_like(tables.unit_orders),
        definition_cause_ms=np.zeros_like(tables.definition_cause_ms),
        need_cause_ms=np.zeros_like(tables.need_cause_ms),
        phase_cause_ms=np.zeros_like(tables.phase_cause_ms),
    )


def add_totals(tables: OutcomeTables, part: OutcomeTables) -> None:
    """Add the totals of a part to those of the whole."""
    for name in ("unit_ms", "unit_orders", "definition_cause_ms", "need_cause_ms", "phase_cause_ms"):
        getattr(tables, name)[...] += getattr(part, name)


def concatenate(a: OutcomeTables, b: OutcomeTables) -> OutcomeTables:
    """The tables of a's replications followed by b's."""
    rows = a._fields[: a._fields.index("unit_ms")]
    whole = {name: np.concatenate((getattr(a, name), getattr(b, name))) for name in rows}
    totals = {name: getattr(a, name) + getattr(b, name) for name in a._fields if name not in rows}
    return OutcomeTables(**whole, **totals)


@njit(cache=True)
def deadline_column(limit_ms, reached_at, lost, occurred_at, horizon_ms):
    """MET, MISSED, or UNDECIDED (still open, with the deadline after the horizon)."""
    if reached_at >= 0:
        return MET if reached_at - occurred_at <= limit_ms else MISSED
    if lost or horizon_ms - occurred_at >= limit_ms:
        return MISSED
    return UNDECIDED


@njit(cache=True)
def count_deadline(p, r, t, row, i, deadline, limit_ms, reached_at, lost):
    """Add one deadline of a situation to its row, and to the phase's."""
    s = r.situations[i]
    column = deadline_column(limit_ms, reached_at, lost, s.occurred_at, p.general[0].horizon_ms)
    t.deadlines[row, deadline, column] += 1
    if s.phase >= 0 and column != UNDECIDED:
        t.phases[row, s.phase, PHASE_MET if column == MET else PHASE_MISSED] += 1


@njit(cache=True)
def count_situation(p, r, t, row, i):
    """Add one situation to its definition's row, and to its phase's."""
    horizon_ms = p.general[0].horizon_ms
    s = r.situations[i]
    d = s.definition
    counts = t.situations[row, d]
    counts[OCCURRED] += 1
    counts[WAS_REPORTED] += s.reported_at >= 0
    counts[ESCALATED] += s.escalated_at >= 0
    reached_at = (s.decided_at, s.first_arrival_at, s.contained_at)
    for column in range(3):
        time = reached_at[column]
        if time >= 0:
            counts[WAS_DECIDED + column] += 1
            if s.n == 0:
                t.first_ms[row, d, column] = time - s.occurred_at
    limit_ms = p.definitions[d].order_within_ms
    if limit_ms >= 0:
        count_deadline(p, r, t, row, i, len(p.needs) + d, limit_ms, s.decided_at, False)
    last, last_at = -1, np.int64(-1)
    still_open = False
    for need in range(s.first_need, s.first_need + s.need_count):
        n = r.needs[need]
        out = t.needs[row, n.need]
        # Where units do not move the order is what a need is there for.
        ready_at = s.decided_at if n.done and n.started_at < 0 else n.started_at
        limit_ms = p.needs[n.need].deadline_ms
        if limit_ms >= 0:
            count_deadline(p, r, t, row, i, n.need, limit_ms, ready_at, n.lost == 1)
        if n.lost:
            out[WAS_LOST] += 1
            counts[LOST_NEEDS] += 1
            continue
        still_open = still_open or n.done == 0
        if n.started_at >= 0:
            out[STARTED_COUNT] += 1
            t.need_ms[row, n.need] += n.started_at - s.occurred_at
            if s.n == 0:
                t.start_ms[row, n.need] = n.started_at - s.occurred_at
        if ready_at < 0:
            ready_at = horizon_ms + 1
            open_causes(p, r, need, r.cause_start_ms[need])
        for cause in range(CAUSE_COUNT):
            t.need_cause_ms[n.need, cause] += r.cause_start_ms[need, cause]
        if ready_at > last_at:
            last, last_at = need, ready_at
    counts[OPEN] += still_open
    if last >= 0:
        for cause in range(CAUSE_COUNT):
            t.cause_ms[row, cause] += r.cause_start_ms[last, cause]
            t.definition_cause_ms[d, cause] += r.cause_start_ms[last, cause]
            if s.phase >= 0:
                t.phase_cause_ms[s.phase, cause] += r.cause_start_ms[last, cause]
    if s.phase >= 0:
        phase = t.phases[row, s.phase]
        phase[IN_PHASE] += 1
        phase[ORDERS_GIVEN] += s.decided_at >= 0
        phase[CLOSED] += not still_open
        phase[LEFT_OPEN] += still_open


@njit(cache=True)
def count_replication(p, r, t, row):
    """Fill one row of the tables from a replication that was played to the horizon."""
    horizon_ms = p.general[0].horizon_ms
    count_from_ms = p.general[0].count_from_ms
    for i in range(len(r.situations)):
        s = r.situations[i]
        if s.stage == NOT_OCCURRED or s.occurred_at < count_from_ms:
            continue
        count_situation(p, r, t, row, i)
        if s.stage == QUEUED:
            t.posts[row, s.ward, LEFT_WAITING] += 1
            t.posts[row, s.ward, LEFT_WAITED_MS] += horizon_ms - s.queued_at
        if s.request_stage == REQUEST_QUEUED:
            t.posts[row, p.general[0].ward_count, LEFT_WAITING] += 1
            t.posts[row, p.general[0].ward_count, LEFT_WAITED_MS] += horizon_ms - s.requested_at
    for i in range(len(r.injects)):
        inject = r.injects[i]
        if inject.queued_at >= 0 and inject.desk_at < 0 and p.injects[i].planned_ms >= count_from_ms:
            t.posts[row, p.injects[i].post, LEFT_WAITING] += 1
            t.posts[row, p.injects[i].post, LEFT_WAITED_MS] += horizon_ms - inject.queued_at
    for post in range(len(r.posts)):
        t.posts[row, post, SERVED] = r.posts[post].served
        t.posts[row, post, WAITED_MS] = r.posts[post].waited_ms
        t.posts[row, post, BUSY_MS] = r.posts[post].busy_ms
    for unit in range(len(r.units)):
        u = r.units[unit]
        for activity in range(ACTIVITY_COUNT):
            t.unit_ms[unit, activity] += r.activity_ms[unit, activity]
        t.unit_orders[unit, 0] += u.order_count
        t.unit_orders[unit, 1] += u.unanswered_count
        if u.activity == ACTIVITY_STANDING and r.situations[r.needs[u.need].situation].occurred_at >= count_from_ms:
            t.needs[row, r.needs[u.need].need, STUCK_UNITS] += 1
    t.events[row] = r.clock[0].events_played


@njit(cache=True)
def outcome_record(tables):
    """Tables as one record."""
    return OutcomeRecord(
        tables.situations,
        tables.cause_ms,
        tables.needs,
        tables.need_ms,
        tables.deadlines,
        tables.posts,
        tables.first_ms,
        tables.start_ms,
        tables.phases,
        tables.events,
        tables.unit_ms,
        tables.unit_orders,
        tables.definition_cause_ms,
        tables.need_cause_ms,
        tables.phase_cause_ms,
    )


@njit(cache=True, nogil=True)
def play_block(plan, tables, seed, first, count, offset, extra_capacity):
    """Play replications ``first`` to ``first + count`` into rows from ``offset``; how many were played.

    Fewer than ``count``: the tables of one replication were too small; call again with more ``extra_capacity``.
    """
    p = plan_record(plan)
    t = outcome_record(tables)
    for i in range(count):
        r = new_replication(p, seed, first + i, 0, extra_capacity)
        if not play(p, r):
            return i
        count_replication(p, r, t, offset + i)
    return count


@njit(cache=True)
def play_traced(plan, tables, seed, replication, extra_capacity):
    """One replication with its trace, into the first row of tables.

    Returns the lines of the trace (time in ms, what, up to three numbers), where each definition's situations
    begin, the situations, the needs with the causes of their minutes, and whether the tables were large enough.
    """
    p = plan_record(plan)
    t = outcome_record(tables)
    r = new_replication(p, seed, replication, 1, extra_capacity)
    ok = play(p, r)
    if ok:
        count_replication(p, r, t, 0)
    return r.trace[: r.clock[0].trace_count], r.first_situation, r.situations, r.needs, r.cause_start_ms, ok
