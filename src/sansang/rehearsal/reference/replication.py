"""What does each event do? One replication, composed of the parts of the model page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Self

from sansang.rehearsal import codes
from sansang.rehearsal.layout import PlanTables
from sansang.rehearsal.reference.causes import open_moment
from sansang.rehearsal.reference.decision_chain import DecisionChains
from sansang.rehearsal.reference.decisions import Decisions
from sansang.rehearsal.reference.desks import Desks
from sansang.rehearsal.reference.dispatch import Dispatch
from sansang.rehearsal.reference.entities import CauseMoment, NeedState, SituationState
from sansang.rehearsal.reference.event_queue import Handler
from sansang.rehearsal.reference.outside import OutsideDecisions
from sansang.rehearsal.reference.service_calls import ServiceCalls
from sansang.rehearsal.reference.situations import Situations
from sansang.rehearsal.reference.state import State
from sansang.rehearsal.reference.supplies import Supplies
from sansang.rehearsal.reference.waiting_list import WaitingList
from sansang.rehearsal.reference.work import Work


class Reference:
    """One replication of a plan, played readably.

    ``plan`` comes from ``compile_plan``. ``outside`` names posts (wards by number; the number of wards for the upper
    post) that people play: their queues are left to :meth:`decide`. The entities, with their state and statistics,
    are ``situations``, ``needs``, ``units`` and ``posts``, in the order of their numbers; ``stock`` holds the pieces
    left, by ward (the upper store last) and kind; ``trace`` the lines (ms, code, a, b, c) so far.
    """

    def __init__(self, plan: PlanTables, seed: int, replication: int = 0, outside: Collection[int] = ()) -> None:
        self.state = State(plan, seed, replication, outside)
        self.situations = self.state.situations
        self.needs = self.state.needs
        self.units = self.state.units
        self.posts = self.state.posts
        self.stock = self.state.stock
        self.trace = self.state.events.trace

        self._chains = DecisionChains(self.state)
        self._desks = Desks(self.state, self._chains)
        self.dispatch = Dispatch(self.state)
        services = ServiceCalls(self.state)
        self.waiting_list = WaitingList(self.state, self._desks, self.dispatch, services)
        self._work = Work(self.state, self.dispatch, services, self.waiting_list)
        self._supplies = Supplies(self.state, self._work)
        self._decisions = Decisions(
            self.state, self._desks, self.dispatch, services, self.waiting_list, self._supplies, self._work
        )
        self._situations = Situations(self.state, self._desks, services)
        self._outside = OutsideDecisions(self.state, self._desks, self.dispatch, self._decisions)

        self.state.events.handlers = self._handlers()
        self._schedule_initial_events()

    def _handlers(self) -> dict[int, Handler]:
        """What each kind of event does; at one instant they are handled in this order, escalation last."""
        return {
            codes.ON_DUTY: lambda unit, _: self.waiting_list.assign_unit(self.units[unit]),
            codes.HOME: self._arrive_home,
            codes.INJECT: lambda number, _: self._situations.release_inject(number),
            codes.OCCURS: self._for_situation(self._situations.occur),
            codes.REPORTED: self._for_situation(self._situations.receive_report),
            codes.SUPPLIES: self._for_situation(self._supplies.arrive),
            codes.UNIT_ARRIVES: self._then_pull(lambda unit, _: self._work.unit_arrives(self.units[unit])),
            codes.SERVICE_ARRIVES: self._then_pull(
                lambda need, call: self._work.service_arrives(self.needs[need].calls[call])
            ),
            codes.WORK_DONE: lambda need, _: self._work.work_done(self.needs[need]),
            codes.NO_ANSWER: self._then_pull(lambda unit, _: self._decisions.handle_no_answer(self.units[unit])),
            codes.MEMBER_ARRIVES: lambda s, member: self._chains.member_arrives(self.situations[s], member),
            codes.STEP_ENDS: lambda s, step: self._chains.step_ends(self.situations[s], step),
            codes.WARD_CHAIN_ENDS: self._chain_ends(self._decisions.decide_at_ward),
            codes.UPPER_CHAIN_ENDS: self._chain_ends(self._decisions.decide_at_upper),
            codes.DESKS: self._then_pull(lambda post, _: self._desks.assign(self.posts[post])),
            codes.ESCALATION: self._for_situation(self._situations.escalate),
        }

    def _for_situation(self, handle: Callable[[SituationState], None]) -> Handler:
        return lambda situation, _: handle(self.situations[situation])

    def _then_pull(self, handle: Handler) -> Handler:
        def handle_and_pull(a: int, b: int) -> None:
            handle(a, b)
            self.waiting_list.pull()

        return handle_and_pull

    def _chain_ends(self, decide: Callable[[SituationState], None]) -> Handler:
        def handle(item: int, _: int) -> None:
            # Injects are numbered after the situations.
            if item < len(self.situations):
                decide(self.situations[item])
            else:
                self._desks.finish_inject(item)

        return handle

    def _arrive_home(self, unit: int, _: int) -> None:
        self.dispatch.arrive_home(self.units[unit])
        self.waiting_list.assign_unit(self.units[unit])

    def _schedule_initial_events(self) -> None:
        """Schedule what is fixed before the run: situations, duty windows, injects, and the start of phases."""
        plan, events = self.state.plan, self.state.events
        self._situations.create()
        for unit in self.units:
            if unit.row["duty_from_ms"] > 0:
                events.schedule(int(unit.row["duty_from_ms"]), codes.ON_DUTY, unit.number)
        for number, row in enumerate(plan.injects):
            events.schedule(int(row["planned_ms"]), codes.INJECT, number)
        for row in plan.phases:
            for post in self.posts:
                events.schedule(int(row["start_ms"]), codes.DESKS, post.number)

    @property
    def now(self) -> int:
        """Milliseconds since the start of the exercise."""
        return self.state.now

    @property
    def horizon_ms(self) -> int:
        """The end of the exercise."""
        return self.state.events.horizon_ms

    def run(self) -> Self:
        """Play to the horizon and complete the statistics; returns itself."""
        self.run_until(self.horizon_ms)
        for situation in self.situations:
            if situation.stage == "at desk" and situation.chain_run is not None:
                self._desks.book_desk_time(situation.chain_run)
            if situation.request is not None and situation.request.desk_at is not None:
                self._desks.book_desk_time(situation.request)
        for unit in self.units:
            self.dispatch.book_time(unit)
        return self

    def run_until(self, time: int) -> None:
        """Process every event up to and at this time (ms), and move the clock there, at most to the horizon."""
        self.state.events.run_until(time)

    def open_moment(self, need: NeedState) -> CauseMoment:
        """Now, for a need whose work has not started, with the causes of the time since its situation occurred."""
        return open_moment(self.state, need)

    def pending(self, post: int) -> list[SituationState]:
        """The situations that wait for a post's decision, first in the queue first."""
        return self._outside.pending(post)

    def decide(self, situation: int, orders: Sequence[tuple[int, int]] | None = None, upper: bool = False) -> None:
        """A post that people play decides on a situation now: these (unit, need) orders, or the plan's policy.

        Raises InvalidDecision, and changes nothing, when the situation is not waiting at a post played from outside
        or an order can't be given now.
        """
        self._outside.decide(situation, orders, upper)
