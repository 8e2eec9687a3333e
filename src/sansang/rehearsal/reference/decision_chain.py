"""When is it decided? A post's decision chain, step by step and member by member."""

from __future__ import annotations

from sansang.rehearsal import chance, codes
from sansang.rehearsal.reference.entities import ChainRun, SituationState
from sansang.rehearsal.reference.state import State


class DecisionChains:
    """Runs of decision chains: members convene, a step begins with its quorum, and the last step ends the chain."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._plan = state.plan
        self._random = state.random
        self._events = state.events

    def begin(self, situation: SituationState, run: ChainRun) -> None:
        """Call all members of the chain's bodies; those who come at all arrive after their own time."""
        for body in dict.fromkeys(self._body(step) for step in run.post.steps):
            if body < 0:
                continue
            for member in self._members(body):
                row = self._plan.members[member]
                if self._random.uniform(int(row["key"]), chance.MEMBER_SHOWS_UP) < row["shows_up"]:
                    u = self._random.uniform(situation.entity, chance.CONVENE, run.number << 16 | int(row["key"]))
                    delay_ms = self._random.duration_ms(int(row["convene_distribution"]), u)
                    run.arrivals_at[member] = self._events.now + delay_ms
                    self._events.schedule(
                        run.arrivals_at[member],
                        codes.MEMBER_ARRIVES,
                        situation.number,
                        member,
                        cancelled=lambda: run.ended,
                    )
        run.waiting_since = self._events.now
        self._next_step(situation, run)

    def member_arrives(self, situation: SituationState, member: int) -> None:
        """A member is present from now on, which may complete the quorum of the step."""
        run = next(run for run in _runs(situation) if member in run.arrivals_at and not run.ended)
        run.present.add(member)
        if not run.step_begun:
            self._begin_step_with_quorum(situation, run)

    def step_ends(self, situation: SituationState, step: int) -> None:
        """A step has ended: the next one may begin."""
        run = next(run for run in _runs(situation) if step in run.post.steps)
        run.step += 1
        self._next_step(situation, run)

    def _next_step(self, situation: SituationState, run: ChainRun) -> None:
        """The step before has ended (or the chain begins): the next begins when its quorum is there."""
        if run.step == len(run.post.steps):
            kind = codes.UPPER_CHAIN_ENDS if run.post.upper else codes.WARD_CHAIN_ENDS
            self._events.schedule(self._events.now, kind, situation.number)
            return
        run.step_begun = False
        run.waiting_since = self._events.now
        step = run.post.steps[run.step]
        body = self._body(step)
        if body >= 0 and len(run.arrivals_at.keys() & set(self._members(body))) < self._quorum(body):
            without_quorum_ms = int(self._plan.steps[step]["without_quorum_ms"])
            self._begin_step(situation, run, self._events.now + without_quorum_ms)
            return
        self._begin_step_with_quorum(situation, run)

    def _begin_step_with_quorum(self, situation: SituationState, run: ChainRun) -> None:
        body = self._body(run.post.steps[run.step])
        if body < 0 or len(run.present & set(self._members(body))) >= self._quorum(body):
            self._begin_step(situation, run, self._events.now)

    def _begin_step(self, situation: SituationState, run: ChainRun, begins_at: int) -> None:
        step = run.post.steps[run.step]
        row = self._plan.steps[step]
        u = self._random.uniform(situation.entity, chance.STEP, run.number << 16 | int(row["key"]))
        ends_at = begins_at + self._random.duration_ms(int(row["duration_distribution"]), u)
        run.step_begun = True
        run.intervals.append((run.waiting_since, begins_at, codes.CAUSE_CONVENING))
        run.intervals.append((begins_at, ends_at, codes.CAUSE_DECISION))
        self._events.schedule(ends_at, codes.STEP_ENDS, situation.number, step)

    def _body(self, step: int) -> int:
        return int(self._plan.steps[step]["body"])

    def _members(self, body: int) -> range:
        row = self._plan.bodies[body]
        return range(int(row["first_member"]), int(row["first_member"]) + int(row["member_count"]))

    def _quorum(self, body: int) -> int:
        return int(self._plan.bodies[body]["quorum"])


def _runs(situation: SituationState) -> list[ChainRun]:
    """The situation's run at its ward's post and the one of its request to the upper post."""
    return [run for run in (situation.chain_run, situation.request) if run is not None]
