"""What happens next? Events by (time, kind, entity), the trace, the queues of posts, and the waiting list."""

from __future__ import annotations

from sansang.rehearsal.chance import njit
from sansang.rehearsal.codes import SHORT


@njit(cache=True)
def record(r, what, a, b, c):
    """Append a line to the trace, if one is written."""
    clock = r.clock[0]
    if clock.tracing == 0:
        return
    if clock.trace_count >= len(r.trace):
        clock.overflowed = 1
        return
    line = r.trace[clock.trace_count]
    line[0] = clock.now
    line[1] = what
    line[2] = a
    line[3] = b
    line[4] = c
    clock.trace_count += 1


@njit(cache=True)
def schedule(p, r, time, kind, a, b, data):
    """Schedule an event of a kind for the entity (a, b); an event after the horizon is dropped."""
    clock = r.clock[0]
    if time > p.general[0].horizon_ms:
        return
    if clock.event_count >= len(r.heap_time):
        clock.overflowed = 1
        return
    key = (kind << 58) | (a << 28) | b
    i = clock.event_count
    clock.event_count += 1
    while i > 0:
        parent = (i - 1) >> 1
        if r.heap_time[parent] < time or (r.heap_time[parent] == time and r.heap_key[parent] <= key):
            break
        r.heap_time[i] = r.heap_time[parent]
        r.heap_key[i] = r.heap_key[parent]
        r.heap_data[i] = r.heap_data[parent]
        i = parent
    r.heap_time[i] = time
    r.heap_key[i] = key
    r.heap_data[i] = data


@njit(cache=True)
def pop_event(r):
    """Remove the earliest event and return it: (time, key, data). There must be one."""
    clock = r.clock[0]
    time, key, data = r.heap_time[0], r.heap_key[0], r.heap_data[0]
    clock.event_count -= 1
    size = clock.event_count
    last_time, last_key, last_data = r.heap_time[size], r.heap_key[size], r.heap_data[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        other = child + 1
        if other < size and (
            r.heap_time[other] < r.heap_time[child]
            or (r.heap_time[other] == r.heap_time[child] and r.heap_key[other] < r.heap_key[child])
        ):
            child = other
        if last_time < r.heap_time[child] or (last_time == r.heap_time[child] and last_key <= r.heap_key[child]):
            break
        r.heap_time[i] = r.heap_time[child]
        r.heap_key[i] = r.heap_key[child]
        r.heap_data[i] = r.heap_data[child]
        i = child
    r.heap_time[i] = last_time
    r.heap_key[i] = last_key
    r.heap_data[i] = last_data
    return time, key, data


@njit(cache=True)
def queue_rank(p, r, item, upper):
    """Priority and arrival of a queue item: a situation, or (numbered after them) an inject."""
    inject = item - len(r.situations)
    if inject >= 0:
        return p.injects[inject].priority, r.injects[inject].queued_at
    s = r.situations[item]
    return s.priority, s.requested_at if upper else s.queued_at


@njit(cache=True)
def enqueue(p, r, post, item, upper):
    """Add a situation or an inject to a post's queue: by priority, then arrival, then number."""
    queue = r.post_queue[post]
    length = r.posts[post].queue_length
    priority, since = queue_rank(p, r, item, upper)
    i = length
    while i > 0:
        other, other_since = queue_rank(p, r, queue[i - 1], upper)
        if other < priority or (
            other == priority and (other_since < since or (other_since == since and queue[i - 1] < item))
        ):
            break
        queue[i] = queue[i - 1]
        i -= 1
    queue[i] = item
    r.posts[post].queue_length = length + 1


@njit(cache=True)
def dequeue(r, post):
    """Remove the first item from a post's queue and return it."""
    queue = r.post_queue[post]
    first = queue[0]
    r.posts[post].queue_length -= 1
    for i in range(r.posts[post].queue_length):
        queue[i] = queue[i + 1]
    return first


@njit(cache=True)
def ranks_before(r, a, b):
    """Whether need a ranks before need b: by priority, then time short, then number.

    A need that is not on the list ranks, within its priority, before all that are: the units ordered for it are on
    the way, and needs of its priority do not pull them.
    """
    first = r.situations[r.needs[a].situation].priority
    second = r.situations[r.needs[b].situation].priority
    if first != second:
        return first < second
    first_time = r.needs[a].short_since if r.needs[a].waiting else -1
    second_time = r.needs[b].short_since if r.needs[b].waiting else -1
    if first_time != second_time:
        return first_time < second_time
    return a < b


@njit(cache=True)
def add_to_waiting_list(r, need):
    """Add a need to the waiting list, at its rank."""
    clock = r.clock[0]
    state = r.needs[need]
    state.waiting = 1
    state.short_since = clock.now
    i = clock.waiting_count
    while i > 0 and ranks_before(r, need, r.waiting_list[i - 1]):
        r.waiting_list[i] = r.waiting_list[i - 1]
        i -= 1
    r.waiting_list[i] = need
    clock.waiting_count += 1
    record(r, SHORT, need, 0, 0)


@njit(cache=True)
def remove_from_waiting_list(r, need):
    """Remove a need from the waiting list, if it is on it."""
    clock = r.clock[0]
    if r.needs[need].waiting == 0:
        return
    r.needs[need].waiting = 0
    i = 0
    while r.waiting_list[i] != need:
        i += 1
    clock.waiting_count -= 1
    while i < clock.waiting_count:
        r.waiting_list[i] = r.waiting_list[i + 1]
        i += 1


@njit(cache=True)
def phase_number_at(p, time):
    """The phase at a time; −1 before, between and after the phases, or where the plan has none."""
    for i in range(len(p.phases)):
        if p.phases[i].start_ms <= time < p.phases[i].end_ms:
            return i
    return -1


@njit(cache=True)
def post_is_active(p, post, time):
    """Whether a post acts at a time; in a plan without phases it always does."""
    if len(p.phases) == 0:
        return True
    phase = phase_number_at(p, time)
    return phase >= 0 and p.active_posts[phase, post] == 1


@njit(cache=True)
def ends_with_order(p, s):
    """Whether a situation occurred in a phase in which units do not move."""
    return s.phase >= 0 and p.phases[s.phase].units_move == 0
