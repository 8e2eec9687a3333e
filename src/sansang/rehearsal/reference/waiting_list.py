"""Which waiting need is served next? The waiting list, freed units and teams, and the pull."""

from __future__ import annotations

from sansang.rehearsal import codes
from sansang.rehearsal.reference.causes import open_moment, short_moment
from sansang.rehearsal.reference.desks import Desks
from sansang.rehearsal.reference.dispatch import Dispatch
from sansang.rehearsal.reference.entities import CauseMoment, NeedState, UnitState
from sansang.rehearsal.reference.service_calls import ServiceCalls
from sansang.rehearsal.reference.state import State


class WaitingList:
    """The needs that their ward's decision left short."""

    def __init__(self, state: State, desks: Desks, dispatch: Dispatch, services: ServiceCalls) -> None:
        self._state = state
        self._desks = desks
        self._dispatch = dispatch
        self._services = services

    def needs(self) -> list[NeedState]:
        """The needs that wait, by priority, time short, number."""
        return sorted((need for need in self._state.needs if need.waiting), key=lambda need: need.rank)

    def add(self, need: NeedState, moment: CauseMoment) -> None:
        """A need is left short; if it waits already, it stays at its rank."""
        if need.short_since is None:
            need.short_since = self._state.now
            self._state.events.record(codes.SHORT, need.number)
        need.short = moment

    def remove_if_filled(self, need: NeedState) -> None:
        """Take a need off the list if its target has been ordered."""
        if need.ordered >= need.target:
            need.short_since = None

    def assign_unit(self, unit: UnitState) -> None:
        """A free unit is ordered to the first waiting need that it can serve."""
        for need in self.needs():
            if self._dispatch.can_take_order(unit, need) and self._dispatch.may_serve(unit, need):
                self._dispatch.order(unit, need, short_moment(self._state, need))
                self.remove_if_filled(need)
                return

    def assign_teams(self, service: int) -> None:
        """Free teams of a service are called for the first waiting needs that they can serve."""
        for need in self.needs():
            self._services.call(need, service, need.target - need.ordered, short_moment(self._state, need))
            self.remove_if_filled(need)

    # The pull

    def pull(self) -> None:
        """Waiting needs, in their order, pull units that stand at needs which have not started and rank behind."""
        last = (-1, -1, -1)
        while behind := [need for need in self.needs() if need.rank > last]:
            need = behind[0]
            last = need.rank
            self._pull_for(need)

    def _pull_for(self, need: NeedState) -> None:
        """Pull units for one need, nearest first; none if all of them together would not complete it."""
        standing = [unit for unit in self._state.units if self._can_be_pulled(unit, need)]
        if need.ordered + sum(self._dispatch.strength(unit, need) for unit in standing) < need.target:
            return
        standing.sort(key=lambda unit: (self._dispatch.way_ms(unit, need.situation.site), unit.number))
        while need.ordered < need.target:
            # Checked again for each unit: a pull changes the ranks of the needs that it leaves short.
            unit = next(unit for unit in standing if self._can_be_pulled(unit, need))
            self._withdraw(unit)
            self._state.events.record(codes.PULLED, unit.number, need.number)
            self._dispatch.order(unit, need, short_moment(self._state, need))
        need.short_since = None

    def _can_be_pulled(self, unit: UnitState, need: NeedState) -> bool:
        held = unit.need
        if unit.activity != codes.ACTIVITY_STANDING or held is None or not need.rank < held.rank:
            return False
        if not self._state.waits(held.situation):
            return False
        return self._dispatch.can_take_order(unit, need) and self._dispatch.may_serve(unit, need)

    def _withdraw(self, unit: UnitState) -> None:
        """The need that a unit is pulled from loses its strength, and waits if it was not waiting before."""
        held = unit.need
        assert held is not None
        moment = None if held.waiting else open_moment(self._state, held)
        held.on_scene -= self._dispatch.strength(unit, held)
        held.ordered -= self._dispatch.strength(unit, held)
        if moment is not None and held.ordered < held.target:
            self.add(held, moment)
            if not held.aid_granted:
                self._desks.request_aid(held.situation)
