"""When does the work start and end? Arrivals, the start of the work, and who is free after it."""

from __future__ import annotations

from sansang.rehearsal import chance, codes
from sansang.rehearsal.reference.causes import unit_moment
from sansang.rehearsal.reference.dispatch import Dispatch
from sansang.rehearsal.reference.entities import CauseMoment, NeedState, ServiceCall, SituationState, UnitState
from sansang.rehearsal.reference.service_calls import ServiceCalls
from sansang.rehearsal.reference.state import State
from sansang.rehearsal.reference.waiting_list import WaitingList


class Work:
    """The work on needs at the scene."""

    def __init__(self, state: State, dispatch: Dispatch, services: ServiceCalls, waiting_list: WaitingList) -> None:
        self._state = state
        self._events = state.events
        self._dispatch = dispatch
        self._services = services
        self._waiting_list = waiting_list

    # 7. Arrivals

    def unit_arrives(self, unit: UnitState) -> None:
        """A unit adds its strength, joins the work, or is free because the work is over."""
        need = unit.need
        assert need is not None
        moment = unit_moment(self._state, unit)
        self._dispatch.book_time(unit)
        unit.site = need.situation.site
        self._note_arrival(need.situation)
        if need.done:
            self._dispatch.free(unit)
            self._waiting_list.assign_unit(unit)
            self._dispatch.send_home(unit, need.situation)
        else:
            unit.activity = codes.ACTIVITY_WORKING if need.started is not None else codes.ACTIVITY_STANDING
            need.on_scene += self._dispatch.strength(unit, need)
            self.start_if_ready(need, moment)

    def service_arrives(self, call: ServiceCall) -> None:
        """Called teams join or start the work; too late, they are free again."""
        call.arrived = True
        need = call.need
        self._note_arrival(need.situation)
        if need.done:
            self._services.release(call)
            self._waiting_list.assign_teams(call.service)
        else:
            need.on_scene += call.strength
            self.start_if_ready(need, call.called.after(self._events.now, codes.CAUSE_TRAVEL))

    def _note_arrival(self, situation: SituationState) -> None:
        if situation.first_arrival_at < 0:
            situation.first_arrival_at = self._events.now

    # 8. Work

    def start_if_ready(self, need: NeedState, moment: CauseMoment) -> None:
        """Start the work when the strength on scene reaches the amount and the supplies are there."""
        if need.started is not None or need.lost or need.on_scene < need.amount or need.lacks_supplies:
            return
        need.started = moment
        need.short_since = None
        self._events.record(codes.STARTED, need.number)
        for unit in self._state.units:
            if unit.need is need and unit.activity == codes.ACTIVITY_STANDING:
                self._dispatch.book_time(unit)
                unit.activity = codes.ACTIVITY_WORKING
        row = self._state.plan.needs[need.row]
        u = self._state.random.uniform(need.situation.entity, chance.WORK, int(row["key"]))
        work_ms = self._state.random.duration_ms(int(row["work_distribution"]), u)
        self._events.schedule(self._events.now + work_ms, codes.WORK_DONE, need.number)

    def work_done(self, need: NeedState) -> None:
        """All units of the need are free first; then each is assigned again, in number order, then the services."""
        need.done = True
        situation = need.situation
        # 9. Contained: all needs done.
        if all(other.done for other in situation.needs):
            situation.contained_at = self._events.now
            self._events.record(codes.CONTAINED, situation.number)
        freed = [u for u in self._state.units if u.need is need and u.activity == codes.ACTIVITY_WORKING]
        for unit in freed:
            self._dispatch.free(unit)
        for call in need.calls:
            if call.arrived:
                self._services.release(call)
        for unit in freed:
            self._waiting_list.assign_unit(unit)
            self._dispatch.send_home(unit, situation)
        for service in range(len(self._state.teams_free)):
            self._waiting_list.assign_teams(service)
