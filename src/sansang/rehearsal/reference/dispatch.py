"""Which units go? Who is available for a need, how units are ordered, travel and return, and what they do with time."""

from __future__ import annotations

from collections.abc import Callable

from sansang.rehearsal import chance, codes
from sansang.rehearsal.reference.entities import CauseMoment, NeedState, SituationState, UnitState
from sansang.rehearsal.reference.state import State

#: Whether a unit may be ordered to a need: one of ``any_unit``, ``is_own``, ``may_come_from_elsewhere``.
Candidates = Callable[[UnitState, NeedState], bool]


class Dispatch:
    """The units of one replication."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._plan = state.plan
        self._random = state.random
        self._events = state.events

    # Availability

    def way_ms(self, unit: UnitState, site: int) -> int:
        """The plain way (ms) from where a unit is; −1 where there is none for its mode."""
        return int(self._plan.travel_ms[unit.row["mode"], unit.site, site])

    def strength(self, unit: UnitState, need: NeedState) -> int:
        """The strength that a unit brings to a need."""
        return int(self._plan.strength[unit.number, need.capability])

    def on_duty(self, unit: UnitState) -> bool:
        """Whether a unit may be given an order at this time, as far as is known."""
        return not unit.known_absent and bool(unit.row["duty_from_ms"] <= self._events.now < unit.row["duty_to_ms"])

    def can_take_order(self, unit: UnitState, need: NeedState) -> bool:
        """Whether a unit that is not ordered to a need could be ordered to this one now."""
        able = self.strength(unit, need) > 0 and self.on_duty(unit)
        return able and self.way_ms(unit, need.situation.site) >= 0

    def may_be_lent(self, unit: UnitState) -> bool:
        """Whether its ward keeps back enough of each of the unit's capabilities among its other available units."""
        ward = int(unit.row["ward"])
        if ward == self._state.ward_count:
            return True
        others = [
            other.number
            for other in self._state.units
            if other is not unit and other.row["ward"] == ward and other.need is None and self.on_duty(other)
        ]
        return all(
            sum(int(self._plan.strength[other, capability]) for other in others) >= keep_back
            for capability, keep_back in enumerate(self._plan.keep_back[ward])
            if self._plan.strength[unit.number, capability] > 0
        )

    def may_serve(self, unit: UnitState, need: NeedState) -> bool:
        """Whether a free unit may serve a need without a new decision: its own ward's, or one with aid granted."""
        if self._state.nearest_of_all or self.is_own(unit, need):
            return True
        return need.aid_granted and self.may_be_lent(unit)

    def any_unit(self, _unit: UnitState, _need: NeedState) -> bool:
        """All wards and the reserve at once."""
        return True

    def is_own(self, unit: UnitState, need: NeedState) -> bool:
        """The units of the situation's ward."""
        return bool(unit.row["ward"] == need.situation.ward)

    def may_come_from_elsewhere(self, unit: UnitState, need: NeedState) -> bool:
        """Units of other wards and the reserve, as far as they may be lent."""
        return not self.is_own(unit, need) and self.may_be_lent(unit)

    @property
    def ward_candidates(self) -> Candidates:
        """The units that a ward's decision may order under the plan's policy."""
        return self.any_unit if self._state.nearest_of_all else self.is_own

    # Orders

    def order_nearest(self, need: NeedState, candidates: Candidates, moment: CauseMoment) -> None:
        """Order available candidates, nearest first (then by number), until the target is reached."""
        while need.ordered < need.target:
            available = [
                (self.way_ms(unit, need.situation.site), unit.number)
                for unit in self._state.units
                if unit.need is None and self.can_take_order(unit, need) and candidates(unit, need)
            ]
            if not available:
                return
            self.order(self._state.units[min(available)[1]], need, moment)

    def order(self, unit: UnitState, need: NeedState, moment: CauseMoment) -> None:
        """Order a unit to a need. An absent one does not answer; another turns out (from home) and travels."""
        now = self._events.now
        self.book_time(unit)
        need.ordered += self.strength(unit, need)
        unit.need = need
        unit.ordered = moment
        unit.order_count += self._state.counted
        if unit.activity == codes.ACTIVITY_HOME and unit.absent:
            unit.activity = codes.ACTIVITY_CALLED
            self._events.record(codes.ORDERED, unit.number, need.number, -1)
            no_answer_ms = int(self._plan.general[0]["no_answer_ms"])
            self._events.schedule(now + no_answer_ms, codes.NO_ANSWER, unit.number)
            return
        entity = need.situation.entity
        unit.turnout_ms = 0
        if unit.activity == codes.ACTIVITY_HOME:
            u = self._random.uniform(entity, chance.TURNOUT, int(unit.row["key"]))
            unit.turnout_ms = self._random.duration_ms(int(unit.row["turnout_distribution"]), u)
        arrives_at = now + unit.turnout_ms + self._trip_ms(unit, need.situation.site, entity, chance.TRAVEL_OUT)
        unit.activity = codes.ACTIVITY_TRAVEL
        unit.home_at = None
        self._events.record(codes.ORDERED, unit.number, need.number, arrives_at)
        self._events.schedule(arrives_at, codes.UNIT_ARRIVES, unit.number)

    def _trip_ms(self, unit: UnitState, site: int, entity: int, purpose: int) -> int:
        """Duration of a trip: the plain way × the factor of the mode."""
        u = self._random.uniform(entity, purpose, int(unit.row["key"]))
        factor = self._random.value(int(self._plan.mode_factor_distribution[unit.row["mode"]]), u)
        return int(chance.trip_ms(self.way_ms(unit, site), factor))

    # After the work

    def free(self, unit: UnitState) -> None:
        """A unit is free where it is."""
        self.book_time(unit)
        unit.activity = codes.ACTIVITY_RETURNING
        unit.need = None
        unit.home_at = None
        self._events.record(codes.FREED, unit.number)

    def send_home(self, unit: UnitState, situation: SituationState) -> None:
        """A free unit that no need took leaves for home; until it is there it counts as at the scene."""
        home = int(unit.row["home"])
        if unit.need is not None or self.way_ms(unit, home) < 0:
            return
        home_at = self._events.now + self._trip_ms(unit, home, situation.entity, chance.TRAVEL_HOME)
        unit.home_at = home_at
        self._events.record(codes.LEAVES, unit.number, home_at)
        self._events.schedule(home_at, codes.HOME, unit.number, cancelled=lambda: unit.home_at != home_at)

    def arrive_home(self, unit: UnitState) -> None:
        """A unit is home."""
        self.book_time(unit)
        unit.activity = codes.ACTIVITY_HOME
        unit.site = int(unit.row["home"])
        unit.home_at = None

    # Statistics

    def book_time(self, unit: UnitState) -> None:
        """Book the unit's time up to now to its activity."""
        if unit.activity == codes.ACTIVITY_TRAVEL:
            assert unit.ordered is not None
            leaves_at = min(unit.ordered.time + unit.turnout_ms, self._events.now)
            if leaves_at > unit.booked_until:
                self._book_activity(unit, codes.ACTIVITY_TURNOUT, leaves_at)
        self._book_activity(unit, unit.activity, self._events.now)

    def _book_activity(self, unit: UnitState, activity: int, until: int) -> None:
        unit.activity_ms[activity] += max(0, until - max(unit.booked_until, self._state.count_from_ms))
        unit.booked_until = until
