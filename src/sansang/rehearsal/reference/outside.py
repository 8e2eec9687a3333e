"""What do people decide? Decisions from outside for posts that people play, under the same rules as the machine's."""

from __future__ import annotations

from collections.abc import Sequence

from sansang.rehearsal.reference.decisions import Decisions
from sansang.rehearsal.reference.desks import Desks
from sansang.rehearsal.reference.dispatch import Dispatch
from sansang.rehearsal.reference.entities import NeedState, SituationState, UnitState
from sansang.rehearsal.reference.state import State


class InvalidDecision(ValueError):
    """A decision from outside that the rules do not allow; its text says which and why."""


class OutsideDecisions:
    """The queues of the posts that people play, and their decisions."""

    def __init__(self, state: State, desks: Desks, dispatch: Dispatch, decisions: Decisions) -> None:
        self._state = state
        self._desks = desks
        self._dispatch = dispatch
        self._decisions = decisions

    def pending(self, post: int) -> list[SituationState]:
        """The situations that wait for a post's decision, first in the queue first."""
        return [self._state.situations[item] for *_, item in self._state.posts[post].queue]

    def decide(self, situation: int, orders: Sequence[tuple[int, int]] | None, upper: bool) -> None:
        """See :meth:`Reference.decide`."""
        decided = self._state.situations[situation]
        post = self._state.posts[self._state.ward_count if upper else decided.ward]
        run = decided.request if upper else decided.chain_run
        entry = next((entry for entry in post.queue if entry[2] == situation), None)
        if not post.outside or entry is None or run is None:
            raise InvalidDecision(f"situation {situation} does not wait at a post played from outside")
        given = None if orders is None else self._validated(decided, orders)
        post.queue.remove(entry)
        self._desks.occupy(decided, run)
        if not upper:
            self._decisions.decide_at_ward(decided, given)
        elif given is None:
            self._decisions.decide_at_upper(decided)
        else:
            self._decisions.lend_by_hand(decided, given)
            self._decisions.close_request(decided)

    def _validated(
        self, situation: SituationState, orders: Sequence[tuple[int, int]]
    ) -> list[tuple[UnitState, NeedState]]:
        given: list[tuple[UnitState, NeedState]] = []
        for unit_number, need_number in orders:
            unit, need = self._state.units[unit_number], self._state.needs[need_number]
            if need.situation is not situation or need.started is not None or need.lost:
                raise InvalidDecision(f"need {need_number} is not open in situation {situation.number}")
            if unit.need is not None or any(other is unit for other, _ in given):
                raise InvalidDecision(f"unit {unit_number} is ordered already")
            if not self._dispatch.can_take_order(unit, need):
                raise InvalidDecision(f"unit {unit_number} can't be ordered to need {need_number} now")
            given.append((unit, need))
        return given
