"""Who goes? Availability, ordering, calls, shortage, freed units that look, and the pull."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sansang.rehearsal import chance, codes
from sansang.rehearsal.layout import Plan
from sansang.rehearsal.reference.desks import Desks
from sansang.rehearsal.reference.entities import Call, Moment, Need, Situation, Unit


class Forces(Desks):
    """The units and services of one replication, and the list of needs that wait for them."""

    def __init__(self, plan: Plan, seed: int, replication: int, outside: Collection[int]) -> None:
        super().__init__(plan, seed, replication, outside)
        self.units = [
            Unit(
                number=i,
                row=row,
                site=int(row["home"]),
                absent=bool(self.uniform(int(row["key"]), chance.UNIT_SHOWS_UP) >= row["shows_up"]),
            )
            for i, row in enumerate(plan.units)
        ]
        self.teams_free = [int(service["teams"]) for service in plan.services]
        self.calls: list[Call] = []
        self.needs: list[Need] = []

    def check_start(self, need: Need, why: Moment) -> None:
        """Start the work if strength and supplies are there; the course of things says how."""
        raise NotImplementedError

    def unit_arrives(self, unit: Unit) -> None:
        """What an arrival does; the course of things says it."""
        raise NotImplementedError

    def service_arrives(self, call: Call) -> None:
        """What the arrival of called teams does; the course of things says it."""
        raise NotImplementedError

    def no_answer(self, unit: Unit) -> None:
        """What a call that is not answered does; the course of things says it."""
        raise NotImplementedError

    # Who is available

    def way(self, unit: Unit, site: int) -> int:
        """Plain milliseconds from where a unit stands; −1 where there is no way for its mode."""
        return int(self.plan.travel[unit.row["mode"], unit.site, site])

    def strength(self, unit: Unit, need: Need) -> int:
        """The strength that a unit brings to a need."""
        return int(self.plan.strength[unit.number, need.capability])

    def on_duty(self, unit: Unit) -> bool:
        """Whether a unit may be given an order at this time, as far as is known."""
        return not unit.known_absent and unit.row["duty_from"] <= self.now < unit.row["duty_to"]

    def can_take_order(self, unit: Unit, need: Need) -> bool:
        """Whether a unit that is not at work could be ordered to this need now."""
        able = self.strength(unit, need) > 0 and self.on_duty(unit)
        return able and self.way(unit, need.situation.site) >= 0

    def may_be_lent(self, unit: Unit) -> bool:
        """Whether its ward keeps enough of each capability of the unit among its other available units."""
        ward = int(unit.row["ward"])
        if ward == self.wards:
            return True
        others = [
            other.number
            for other in self.units
            if other is not unit and other.row["ward"] == ward and other.need is None and self.on_duty(other)
        ]
        return all(
            sum(int(self.plan.strength[other, capability]) for other in others) >= keep
            for capability, keep in enumerate(self.plan.keep_back[ward])
            if self.plan.strength[unit.number, capability] > 0
        )

    def may_serve(self, unit: Unit, need: Need) -> bool:
        """Whether a unit may go unasked: its own ward's need, or one with aid granted."""
        if self.nearest_of_all or unit.row["ward"] == need.situation.ward:
            return True
        return need.aid and self.may_be_lent(unit)

    def everyone(self, _unit: Unit, _need: Need) -> bool:
        """All wards and the reserve at once."""
        return True

    def own(self, unit: Unit, need: Need) -> bool:
        """The units of the situation's ward."""
        return bool(unit.row["ward"] == need.situation.ward)

    def others(self, unit: Unit, need: Need) -> bool:
        """Units of other wards and the reserve, as far as they may be lent."""
        return not self.own(unit, need) and self.may_be_lent(unit)

    # Orders

    def order_units(self, need: Need, whose: Callable[[Unit, Need], bool], why: Moment) -> None:
        """Order available units, nearest first (then by number), until what was asked for is reached."""
        while need.ordered < need.asked:
            near = [
                (self.way(unit, need.situation.site), unit.number)
                for unit in self.units
                if unit.need is None and self.can_take_order(unit, need) and whose(unit, need)
            ]
            if not near:
                return
            self.order(self.units[min(near)[1]], need, why)

    def order(self, unit: Unit, need: Need, why: Moment) -> None:
        """Order a unit to a need. An absent one does not answer; another turns out (from home) and travels."""
        self.book(unit)
        need.ordered += self.strength(unit, need)
        unit.need = need
        unit.ordered = why
        unit.orders += self.now >= self.count_from
        if unit.activity == codes.U_HOME and unit.absent:
            unit.activity = codes.U_CALLED
            self.note(codes.ORDERED, unit.number, need.number, -1)
            wait = int(self.plan.general[0]["no_answer"])
            self.at(self.now + wait, codes.NO_ANSWER, unit.number, lambda: self.no_answer(unit))
            return
        entity = need.situation.entity
        unit.turnout = 0
        if unit.activity == codes.U_HOME:
            u = self.uniform(entity, chance.TURNOUT, int(unit.row["key"]))
            unit.turnout = self.ms(int(unit.row["turnout"]), u)
        trip = self.trip(unit, need.situation.site, entity, chance.TRAVEL_OUT)
        arrives = self.now + unit.turnout + trip
        unit.activity = codes.U_TRAVEL
        unit.home_at = None
        self.note(codes.ORDERED, unit.number, need.number, arrives)
        self.at(arrives, codes.UNIT_ARRIVES, unit.number, lambda: self.unit_arrives(unit))

    def trip(self, unit: Unit, site: int, entity: int, purpose: int) -> int:
        """Milliseconds of a trip: the plain way × the factor of the mode."""
        u = self.uniform(entity, purpose, int(unit.row["key"]))
        factor = self.value(int(self.plan.mode_factor[unit.row["mode"]]), u)
        return int(chance.trip_ms(self.way(unit, site), factor))

    def call_teams(self, need: Need, service: int, short: int, why: Moment) -> None:
        """Call an external service for so much strength, as far as it has teams; they arrive together."""
        strength = int(self.plan.service_strength[service, need.capability])
        if strength <= 0 or short <= 0 or self.teams_free[service] <= 0:
            return
        teams = min(self.teams_free[service], -(-short // strength))
        self.teams_free[service] -= teams
        need.ordered += teams * strength
        k = int(self.plan.needs[need.row]["key"]) << 20 | need.calls
        u = self.uniform(need.situation.entity, chance.RESPONSE, k)
        arrives = self.now + self.ms(int(self.plan.services[service]["response"]), u)
        call = Call(need.calls, service, need, teams, teams * strength, why)
        self.calls.append(call)
        need.calls += 1
        self.note(codes.CALLED, service, need.number, arrives)
        self.at(arrives, codes.SERVICE_ARRIVES, need.number, lambda: self.service_arrives(call), b=call.number)

    # Shortage and waiting

    def waiting_list(self) -> list[Need]:
        """The needs that wait, by priority, time short, number."""
        return sorted((need for need in self.needs if need.waiting), key=lambda need: need.rank)

    def become_short(self, need: Need, why: Moment) -> None:
        """A need is left short: it waits at its place in the list."""
        if need.short_at is None:
            need.short_at = self.now
            self.note(codes.SHORT, need.number)
        need.short = why

    def filled(self, need: Need) -> None:
        """Off the list, if what was asked for has been ordered."""
        if need.ordered >= need.asked:
            need.short_at = None

    def waited(self, need: Need) -> Moment:
        """Now, for a short need that a freed (or pulled) unit serves: it waited for a unit."""
        assert need.short is not None
        return need.short.then(self.now, codes.C_UNIT)

    def cut(self, need: Need) -> None:
        """What a situation that does not wait is short of is lost; with nothing ordered, the whole need is."""
        need.amount = need.asked = need.ordered
        if need.ordered > 0:
            self.note(codes.CUT, need.number, need.ordered)
        else:
            need.lost = True
            self.note(codes.LOST, need.number)

    def look(self, unit: Unit) -> None:
        """A unit that has become free takes the first need on the list that it can serve."""
        for need in self.waiting_list():
            if self.can_take_order(unit, need) and self.may_serve(unit, need):
                self.order(unit, need, self.waited(need))
                self.filled(need)
                return

    def teams_look(self, service: int) -> None:
        """Teams that have become free are called for the first needs on the list that they can serve."""
        for need in self.waiting_list():
            self.call_teams(need, service, need.asked - need.ordered, self.waited(need))
            self.filled(need)

    def pull(self) -> None:
        """Waiting needs, in their order, take units that stand idle at needs ranked behind."""
        last = (-1, -1, -1)
        while behind := [need for need in self.waiting_list() if need.rank > last]:
            need = behind[0]
            last = need.rank
            self._pull_for(need)

    def _can_be_pulled(self, unit: Unit, need: Need) -> bool:
        held = unit.need
        if unit.activity != codes.U_STANDING or held is None or not need.rank < held.rank:
            return False
        if not self.plan.definitions[held.situation.definition]["waits"]:
            return False
        return self.can_take_order(unit, need) and self.may_serve(unit, need)

    def _pull_for(self, need: Need) -> None:
        idle = [unit for unit in self.units if self._can_be_pulled(unit, need)]
        if need.ordered + sum(self.strength(unit, need) for unit in idle) < need.asked:
            return
        idle.sort(key=lambda unit: (self.way(unit, need.situation.site), unit.number))
        while need.ordered < need.asked:
            # Whom one may take is seen anew each time: a pull changes the ranks of those left short by it.
            unit = next(unit for unit in idle if self._can_be_pulled(unit, need))
            self._take_from(unit)
            self.note(codes.PULLED, unit.number, need.number)
            self.order(unit, need, self.waited(need))
        need.short_at = None

    def _take_from(self, unit: Unit) -> None:
        held = unit.need
        assert held is not None
        why = None if held.waiting else self.open_moment(held)
        held.on_scene -= self.strength(unit, held)
        held.ordered -= self.strength(unit, held)
        if why is not None and held.ordered < held.asked:
            self.become_short(held, why)
            if not held.aid:
                self.ask_for_aid(held.situation)

    # Why a need has not begun

    def open_moment(self, need: Need) -> Moment:
        """Now, for a need whose work has not begun: what it is waiting for, by the first that applies."""
        situation = need.situation
        if situation.stage == "unreported":
            assert situation.occurs is not None
            return situation.occurs.then(self.now, codes.C_REPORT)
        if situation.stage in ("queued", "at desk"):
            assert situation.run is not None and need.pass_begin is not None
            return need.pass_begin.through(self.now, situation.run.minutes_to(self.now))
        if need.waiting:
            assert need.short is not None
            if not need.aid and situation.request is not None:
                return need.short.through(self.now, situation.request.minutes_to(self.now))
            return self.waited(need)
        if sum(need.missing.values()) > 0 and need.on_scene >= need.amount:
            return self.supply_moment(situation)
        return self._last_order_moment(need)

    def supply_moment(self, situation: Situation) -> Moment:
        """Now, for a need that waits for supplies."""
        assert situation.supplies is not None
        if situation.supplies_asked and not situation.supplies_sent and situation.request is not None:
            return situation.supplies.through(self.now, situation.request.minutes_to(self.now))
        return situation.supplies.then(self.now, codes.C_SUPPLIES)

    def _last_order_moment(self, need: Need) -> Moment:
        coming: list[tuple[int, int, int]] = []
        for unit in self.units:
            if unit.need is need and unit.activity in (codes.U_CALLED, codes.U_TRAVEL):
                assert unit.ordered is not None
                coming.append((unit.ordered.time, 0, unit.number))
        for number, call in enumerate(self.calls):
            if call.need is need and not call.arrived:
                coming.append((call.called.time, 1, number))
        _, is_call, number = max(coming)
        if is_call:
            return self.calls[number].called.then(self.now, codes.C_TRAVEL)
        return self.order_moment(self.units[number])

    def order_moment(self, unit: Unit) -> Moment:
        """Now, for who waits for this unit since it was ordered."""
        assert unit.ordered is not None
        if unit.activity == codes.U_CALLED:
            return unit.ordered.then(self.now, codes.C_NO_ANSWER)
        out = unit.ordered.time + unit.turnout
        return unit.ordered.through(
            self.now,
            [(unit.ordered.time, out, codes.C_TURNOUT), (out, max(out, self.now), codes.C_TRAVEL)],
        )

    # The minutes of a unit

    def book(self, unit: Unit) -> None:
        """Book the unit's time up to now to what it has been doing."""
        if unit.activity == codes.U_TRAVEL:
            assert unit.ordered is not None
            out = min(unit.ordered.time + unit.turnout, self.now)
            if out > unit.since:
                self._spend(unit, codes.U_TURNOUT, out)
        self._spend(unit, unit.activity, self.now)

    def _spend(self, unit: Unit, activity: int, until: int) -> None:
        unit.minutes[activity] += max(0, until - max(unit.since, self.count_from))
        unit.since = until
