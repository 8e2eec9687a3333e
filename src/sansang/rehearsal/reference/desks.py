"""When is it decided? Posts, desks and decision chains, played member by member and step by step."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sansang.rehearsal import chance, codes
from sansang.rehearsal.layout import Plan
from sansang.rehearsal.reference.clock import Clock
from sansang.rehearsal.reference.entities import ChainRun, Post, Situation


class Desks(Clock):
    """The posts of one replication. ``ward_decides`` and ``upper_decides`` are called when a chain ends."""

    def __init__(self, plan: Plan, seed: int, replication: int, outside: Collection[int]) -> None:
        super().__init__(plan, seed, replication)
        self.wards = int(plan.general[0]["wards"])
        self.has_upper = bool(plan.general[0]["upper"])
        self.nearest_of_all = bool(plan.general[0]["nearest_of_all"])
        self.count_from = int(plan.general[0]["count_from"])
        self.posts = [
            Post(i, int(row["desks"]), upper=i == self.wards, outside=i in outside) for i, row in enumerate(plan.posts)
        ]

    def ward_decides(self, situation: Situation) -> None:
        """The ward's order; the course of things says how."""
        raise NotImplementedError

    def upper_decides(self, situation: Situation) -> None:
        """The upper post's decision; the course of things says how."""
        raise NotImplementedError

    def pull(self) -> None:
        """Units that stand idle may be pulled, after desks are assigned."""
        raise NotImplementedError

    def go_to_post(self, situation: Situation) -> None:
        """A situation stands in its ward's queue, for the first time or again."""
        situation.runs += 1
        situation.stage = "queued"
        post = self.posts[situation.ward]
        situation.run = ChainRun(post, situation.runs, self.now)
        self._stand_in_queue(post, situation)

    def ask_for_aid(self, situation: Situation) -> None:
        """One request of a situation to the upper post; while it is open, later shortages join it."""
        if not self.has_upper or self.nearest_of_all or situation.request is not None:
            return
        situation.requests += 1
        post = self.posts[self.wards]
        situation.request = ChainRun(post, situation.requests, self.now)
        self.note(codes.REQUESTED, situation.number)
        self._stand_in_queue(post, situation)

    def _stand_in_queue(self, post: Post, situation: Situation) -> None:
        post.queue.append((situation.priority, self.now, situation.number))
        post.queue.sort()
        self.ask_for_desks(post)

    def ask_for_desks(self, post: Post) -> None:
        """See at this instant, after all else, whether a desk is free; asked twice it is seen once."""
        if post.desks_at != self.now:
            post.desks_at = self.now
            self.at(self.now, codes.DESKS, post.number, lambda: self._assign_desks(post))

    def _assign_desks(self, post: Post) -> None:
        post.desks_at = -1
        may = self.acts(post) and not post.outside
        while may and post.queue and (post.desks < 0 or post.busy < post.desks):
            _, since, number = post.queue.pop(0)
            if number >= len(self.situations):
                self._handle_inject(post, number, since)
                continue
            situation = self.situations[number]
            run = situation.request if post.upper else situation.run
            assert run is not None
            self.take_desk(post, situation, run)
            self._begin_chain(situation, run)
        self.pull()

    def phase(self) -> int | None:
        """The phase that it is; None before, between and after the phases."""
        for number, row in enumerate(self.plan.phases):
            if row["start"] <= self.now < row["end"]:
                return number
        return None

    def acts(self, post: Post) -> bool:
        """Whether a post takes up matters now; in a plan without phases it always does."""
        phase = self.phase()
        if phase is None:
            return len(self.plan.phases) == 0
        return bool(self.plan.acts[phase, post.number])

    # Injects

    def release_inject(self, number: int) -> None:
        """An inject waits for a desk of the post that it reaches."""
        row = self.plan.injects[number]
        post = self.posts[int(row["post"])]
        post.queue.append((int(row["priority"]), self.now, len(self.situations) + number))
        post.queue.sort()
        self.ask_for_desks(post)

    def _handle_inject(self, post: Post, item: int, since: int) -> None:
        number = item - len(self.situations)
        row = self.plan.injects[number]
        began = self.now
        post.busy += 1
        self.note(codes.DESK_TAKEN, post.number, item)
        if row["planned"] >= self.count_from:
            post.taken += 1
            post.waited += self.now - since
        end = self.now + self.ms(int(row["handle"]), self.uniform(int(row["key"]), chance.HANDLE))
        post.busy_ms += max(0, min(end, self.horizon) - max(began, self.count_from))

        def handled() -> None:
            post.busy -= 1
            self.ask_for_desks(post)

        self.at(end, codes.UPPER_CHAIN_ENDS if post.upper else codes.WARD_CHAIN_ENDS, item, handled)

    situations: list[Situation]

    def take_desk(self, post: Post, situation: Situation, run: ChainRun) -> None:
        """A situation leaves the queue for a desk."""
        post.busy += 1
        run.desk_at = self.now
        if not post.upper:
            situation.stage = "at desk"
        self.note(codes.DESK_TAKEN, post.number, situation.number)
        if situation.occurs is not None and situation.occurs.time >= self.count_from:
            post.taken += 1
            post.waited += self.now - run.queued_at

    def leave_desk(self, run: ChainRun) -> None:
        """A chain has ended: its desk is free from this instant on."""
        run.ended = True
        run.post.busy -= 1
        self.book_desk(run)
        self.ask_for_desks(run.post)

    def book_desk(self, run: ChainRun) -> None:
        """Book the time that a run has kept its desk."""
        assert run.desk_at is not None
        run.post.busy_ms += max(0, self.now - max(run.desk_at, self.count_from))

    def _steps(self, post: Post) -> list[Any]:
        row = self.plan.posts[post.number]
        first = int(row["first_step"])
        return [(first + i, self.plan.steps[first + i]) for i in range(int(row["steps"]))]

    def _begin_chain(self, situation: Situation, run: ChainRun) -> None:
        """All members of the chain's bodies are called; those who are there at all come, each in his time."""
        for body in dict.fromkeys(int(step["body"]) for _, step in self._steps(run.post)):
            if body < 0:
                continue
            row = self.plan.bodies[body]
            first = int(row["first_member"])
            for member in range(first, first + int(row["members"])):
                who = self.plan.members[member]
                if self.uniform(int(who["key"]), chance.MEMBER_SHOWS_UP) < who["shows_up"]:
                    u = self.uniform(situation.entity, chance.CONVENE, run.number << 16 | int(who["key"]))
                    run.coming[member] = self.now + self.ms(int(who["convene"]), u)
                    self._member_comes(situation, run, member)
        run.waits_since = self.now
        self._wait_for_body(situation, run)

    def _member_comes(self, situation: Situation, run: ChainRun, member: int) -> None:
        def arrive() -> None:
            run.present.add(member)
            if not run.step_begun:
                self._begin_step_if_quorum(situation, run)

        self.at(
            run.coming[member],
            codes.MEMBER_ARRIVES,
            situation.number,
            arrive,
            b=member,
            unless=lambda: run.ended,
        )

    def _wait_for_body(self, situation: Situation, run: ChainRun) -> None:
        """The step before has ended (or the chain begins): the next begins when its quorum is there."""
        steps = self._steps(run.post)
        if run.step == len(steps):
            kind = codes.UPPER_CHAIN_ENDS if run.post.upper else codes.WARD_CHAIN_ENDS
            decide = self.upper_decides if run.post.upper else self.ward_decides
            self.at(self.now, kind, situation.number, lambda: decide(situation))
            return
        run.step_begun = False
        run.waits_since = self.now
        _, step = steps[run.step]
        if int(step["body"]) >= 0:
            members, quorum = self._members(int(step["body"]))
            if len(members & set(run.coming)) < quorum:
                begins = self.now + int(step["without_quorum"])
                self._begin_step(situation, run, begins)
                return
        self._begin_step_if_quorum(situation, run)

    def _members(self, body: int) -> tuple[set[int], int]:
        row = self.plan.bodies[body]
        first = int(row["first_member"])
        return set(range(first, first + int(row["members"]))), int(row["quorum"])

    def _begin_step_if_quorum(self, situation: Situation, run: ChainRun) -> None:
        steps = self._steps(run.post)
        body = int(steps[run.step][1]["body"])
        if body >= 0:
            members, quorum = self._members(body)
            if len(members & run.present) < quorum:
                return
        self._begin_step(situation, run, self.now)

    def _begin_step(self, situation: Situation, run: ChainRun, begins: int) -> None:
        number, step = self._steps(run.post)[run.step]
        u = self.uniform(situation.entity, chance.STEP, run.number << 16 | int(step["key"]))
        ends = begins + self.ms(int(step["duration"]), u)
        run.step_begun = True
        run.intervals.append((run.waits_since, begins, codes.C_CONVENING))
        run.intervals.append((begins, ends, codes.C_DECISION))

        def end() -> None:
            run.step += 1
            self._wait_for_body(situation, run)

        self.at(ends, codes.STEP_ENDS, situation.number, end, b=number)
