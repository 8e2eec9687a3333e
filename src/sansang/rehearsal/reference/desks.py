"""Which matter is dealt with next? Posts with their queues and desks, for situations, requests for aid and injects."""

from __future__ import annotations

from sansang.rehearsal import chance, codes
from sansang.rehearsal.reference.decision_chain import DecisionChains
from sansang.rehearsal.reference.entities import ChainRun, PostState, SituationState
from sansang.rehearsal.reference.state import State


class Desks:
    """The desks of all posts. A desk is occupied for the whole decision chain of a situation, or by one inject."""

    def __init__(self, state: State, chains: DecisionChains) -> None:
        self._state = state
        self._plan = state.plan
        self._random = state.random
        self._events = state.events
        self._chains = chains

    def enqueue_at_ward(self, situation: SituationState) -> None:
        """A situation joins its ward's queue, for the first time or again."""
        situation.chain_run_count += 1
        situation.stage = "queued"
        post = self._state.posts[situation.ward]
        situation.chain_run = ChainRun(post, situation.chain_run_count, self._events.now)
        self._enqueue(post, situation.priority, situation.number)

    def request_aid(self, situation: SituationState) -> None:
        """Send one request of a situation to the upper post; while it is open, later shortages join it."""
        state = self._state
        if not state.has_upper or state.nearest_of_all or situation.request is not None:
            return
        situation.request_count += 1
        post = state.posts[state.ward_count]
        situation.request = ChainRun(post, situation.request_count, self._events.now)
        self._events.record(codes.REQUESTED, situation.number)
        self._enqueue(post, situation.priority, situation.number)

    def release_inject(self, number: int) -> None:
        """An inject joins the queue of the post that it reaches."""
        row = self._plan.injects[number]
        self._enqueue(self._state.posts[int(row["post"])], int(row["priority"]), len(self._state.situations) + number)

    def _enqueue(self, post: PostState, priority: int, item: int) -> None:
        post.queue.append((priority, self._events.now, item))
        post.queue.sort()
        self.schedule_assignment(post)

    def schedule_assignment(self, post: PostState) -> None:
        """Assign the post's desks at this instant, after all else; scheduled twice it happens once."""
        if post.assignment_at != self._events.now:
            post.assignment_at = self._events.now
            self._events.schedule(self._events.now, codes.DESKS, post.number)

    def assign(self, post: PostState) -> None:
        """Give free desks to what is first in the queue, if the post acts now and is not played by people."""
        post.assignment_at = -1
        if post.outside or not self._acts(post):
            return
        while post.queue and (post.desks < 0 or post.busy_desks < post.desks):
            _, queued_at, item = post.queue.pop(0)
            if item >= len(self._state.situations):
                self._begin_inject(post, item, queued_at)
                continue
            situation = self._state.situations[item]
            run = situation.request if post.upper else situation.chain_run
            assert run is not None
            self.occupy(situation, run)
            self._chains.begin(situation, run)

    def _acts(self, post: PostState) -> bool:
        """Whether a post acts in the present phase; in a plan without phases it always does."""
        phase = self._state.phase()
        if phase is None:
            return len(self._plan.phases) == 0
        return bool(self._plan.active_posts[phase, post.number])

    def occupy(self, situation: SituationState, run: ChainRun) -> None:
        """A situation moves from the queue to a desk."""
        run.post.busy_desks += 1
        run.desk_at = self._events.now
        if not run.post.upper:
            situation.stage = "at desk"
        self._events.record(codes.DESK_TAKEN, run.post.number, situation.number)
        if situation.occurred is not None and situation.occurred.time >= self._state.count_from_ms:
            run.post.served += 1
            run.post.waited_ms += self._events.now - run.queued_at

    def release(self, run: ChainRun) -> None:
        """A chain has ended: its desk is free from this instant on."""
        run.ended = True
        run.post.busy_desks -= 1
        self.book_desk_time(run)
        self.schedule_assignment(run.post)

    def book_desk_time(self, run: ChainRun) -> None:
        """Add the time for which a run has occupied its desk to the post's statistics."""
        assert run.desk_at is not None
        run.post.busy_ms += max(0, self._events.now - max(run.desk_at, self._state.count_from_ms))

    def _begin_inject(self, post: PostState, item: int, queued_at: int) -> None:
        row = self._plan.injects[item - len(self._state.situations)]
        begins_at = self._events.now
        post.busy_desks += 1
        self._events.record(codes.DESK_TAKEN, post.number, item)
        if row["planned_ms"] >= self._state.count_from_ms:
            post.served += 1
            post.waited_ms += begins_at - queued_at
        u = self._random.uniform(int(row["key"]), chance.HANDLE)
        ends_at = begins_at + self._random.duration_ms(int(row["handle_distribution"]), u)
        post.busy_ms += max(0, min(ends_at, self._events.horizon_ms) - max(begins_at, self._state.count_from_ms))
        self._events.schedule(ends_at, codes.UPPER_CHAIN_ENDS if post.upper else codes.WARD_CHAIN_ENDS, item)

    def finish_inject(self, item: int) -> None:
        """An inject has been handled: its desk is free."""
        post = self._state.posts[int(self._plan.injects[item - len(self._state.situations)]["post"])]
        post.busy_desks -= 1
        self.schedule_assignment(post)
