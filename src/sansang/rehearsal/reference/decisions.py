"""What is ordered? The ward's decision, the upper post's decision on aid, and orders that are not answered."""

from __future__ import annotations

from collections.abc import Sequence

from sansang.rehearsal import codes
from sansang.rehearsal.reference.causes import decision_moment, unit_moment
from sansang.rehearsal.reference.desks import Desks
from sansang.rehearsal.reference.dispatch import Dispatch
from sansang.rehearsal.reference.entities import CauseMoment, NeedState, SituationState, UnitState
from sansang.rehearsal.reference.service_calls import ServiceCalls
from sansang.rehearsal.reference.state import State
from sansang.rehearsal.reference.supplies import Supplies
from sansang.rehearsal.reference.waiting_list import WaitingList
from sansang.rehearsal.reference.work import Work

#: Units that people order to needs, instead of the plan's policy.
Orders = Sequence[tuple[UnitState, NeedState]]


class Decisions:
    """The decisions at the end of a chain, by the plan's policy or with the orders of people."""

    def __init__(
        self,
        state: State,
        desks: Desks,
        dispatch: Dispatch,
        services: ServiceCalls,
        waiting_list: WaitingList,
        supplies: Supplies,
        work: Work,
    ) -> None:
        self._state = state
        self._desks = desks
        self._dispatch = dispatch
        self._services = services
        self._waiting_list = waiting_list
        self._supplies = supplies
        self._work = work

    # 3. The ward's order

    def decide_at_ward(self, situation: SituationState, orders: Orders | None = None) -> None:
        """Give the order, need by need, on the state at the end of the ward's chain."""
        state = self._state
        assert situation.chain_run is not None
        self._desks.release(situation.chain_run)
        situation.stage = "decided"
        first = situation.decided_at < 0
        if first:
            situation.decided_at = state.now
        if state.ends_with_order(situation):
            self._give_order_only(situation)
            return
        needs_aid = False
        for need in situation.needs:
            decision = decision_moment(state, need)
            if first:
                self._supplies.issue_from_ward(need)
                needs_aid = needs_aid or need.lacks_supplies
                situation.supplies_moment = decision
            if need.started is None and not need.lost:
                self._order_for(need, decision, orders)
                needs_aid = needs_aid or need.waiting
        if needs_aid and not state.nearest_of_all:
            self._desks.request_aid(situation)
        if first and any(need.lacks_supplies for need in situation.needs):
            if state.nearest_of_all:
                self._supplies.send_from_upper(situation)
            else:
                situation.supplies_requested = situation.request is not None

    def _give_order_only(self, situation: SituationState) -> None:
        """Where units do not move, the course of a situation ends with the order."""
        self._state.events.record(codes.ORDER_GIVEN, situation.number)
        for need in situation.needs:
            if not need.done:
                need.order_only = decision_moment(self._state, need)
                need.done = True

    def _order_for(self, need: NeedState, decision: CauseMoment, orders: Orders | None) -> None:
        need.target = need.amount
        need.aid_granted = False
        if orders is None:
            self._dispatch.order_nearest(need, self._dispatch.ward_candidates, decision)
        for unit, ordered_to in orders or ():
            if ordered_to is need:
                self._dispatch.order(unit, need, decision)
        self._services.call_all(need, decision)
        if need.ordered >= need.target:
            self._waiting_list.remove_if_filled(need)
        elif self._state.waits(need.situation):
            self._waiting_list.add(need, decision)
        else:
            self._cut(need)
            self._work.start_if_ready(need, decision)

    def _cut(self, need: NeedState) -> None:
        """The amount is cut to what was ordered (a situation that does not wait); with nothing ordered it is lost."""
        need.amount = need.target = need.ordered
        if need.ordered > 0:
            self._state.events.record(codes.CUT, need.number, need.ordered)
        else:
            need.lost = True
            self._state.events.record(codes.LOST, need.number)

    # 4. Aid

    def decide_at_upper(self, situation: SituationState) -> None:
        """The upper post lends units and supplies; aid is then granted for what is short."""
        state = self._state
        request = situation.request
        assert request is not None
        self._desks.release(request)
        for need in situation.needs:
            if not need.waiting:
                continue
            assert need.short is not None
            if not need.aid_granted:
                need.short = need.short.after_intervals(state.now, request.intervals_to(state.now))
            need.aid_granted = True
            state.events.record(codes.AID_GRANTED, need.number)
            lent = need.short.after(state.now, codes.CAUSE_UNIT)
            self._dispatch.order_nearest(need, self._dispatch.may_come_from_elsewhere, lent)
            self._waiting_list.remove_if_filled(need)
        if situation.supplies_requested:
            assert situation.supplies_moment is not None
            intervals = request.intervals_to(state.now)
            situation.supplies_moment = situation.supplies_moment.after_intervals(state.now, intervals)
            self._supplies.send_from_upper(situation)
            situation.supplies_requested = False
        situation.request = None

    def lend_by_hand(self, situation: SituationState, orders: Orders) -> None:
        """The upper post, played by people, lends these units; the request is then closed."""
        request = situation.request
        assert request is not None
        for unit, need in orders:
            if need.waiting and need.short is not None:
                need.aid_granted = True
                need.short = need.short.after_intervals(self._state.now, request.intervals_to(self._state.now))
                self._dispatch.order(unit, need, need.short)
                self._waiting_list.remove_if_filled(need)

    def close_request(self, situation: SituationState) -> None:
        """The upper post has dealt with a request without more to lend."""
        assert situation.request is not None
        self._desks.release(situation.request)
        situation.request = None

    # 6. An order that is not answered

    def handle_no_answer(self, unit: UnitState) -> None:
        """The unit is known absent, and what is short without it is ordered again, without a desk."""
        need = unit.need
        assert need is not None
        moment = unit_moment(self._state, unit)
        self._dispatch.book_time(unit)
        unit.unanswered_count += self._state.counted
        unit.known_absent = True
        unit.activity = codes.ACTIVITY_HOME
        unit.need = None
        need.ordered -= self._dispatch.strength(unit, need)
        if need.started is None and need.ordered < need.target:
            self._order_again(need, moment)

    def _order_again(self, need: NeedState, moment: CauseMoment) -> None:
        self._dispatch.order_nearest(need, self._dispatch.ward_candidates, moment)
        if need.aid_granted:
            self._dispatch.order_nearest(need, self._dispatch.may_come_from_elsewhere, moment)
        if need.ordered >= need.target:
            self._waiting_list.remove_if_filled(need)
        elif not self._state.waits(need.situation):
            self._cut(need)
            self._work.start_if_ready(need, moment)
        elif not need.waiting:
            self._waiting_list.add(need, moment)
            if not need.aid_granted:
                self._desks.request_aid(need.situation)
