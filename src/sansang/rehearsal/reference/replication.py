"""What happens? The course of a situation, event by event, as the model page tells it."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from functools import partial
from typing import Self

from sansang.rehearsal import chance, codes
from sansang.rehearsal.layout import START_FIXED, START_INJECT, START_STREAM, Plan
from sansang.rehearsal.reference.entities import Call, Moment, Need, Situation, Unit
from sansang.rehearsal.reference.forces import Forces


class Course(Forces):
    """One replication of a plan, played readably from its first event to the horizon."""

    def __init__(self, plan: Plan, seed: int, replication: int = 0, outside: Collection[int] = ()) -> None:
        super().__init__(plan, seed, replication, outside)
        self.situations: list[Situation] = []
        self._plant()
        self._plant_injects()

    def run(self) -> Self:
        """Play to the horizon and close the books; returns itself."""
        self.run_until(self.horizon)
        for situation in self.situations:
            if situation.stage == "at desk" and situation.run is not None:
                self.book_desk(situation.run)
            if situation.request is not None and situation.request.desk_at is not None:
                self.book_desk(situation.request)
        for unit in self.units:
            self.book(unit)
        return self

    # Before the run

    def _plant(self) -> None:
        counts: list[int] = []
        for number, row in enumerate(self.plan.definitions):
            times: Sequence[int | None] | None = None
            if row["start"] == START_STREAM:
                times = self._stream(number)
            elif row["start"] == START_FIXED:
                u = self.uniform(int(row["key"]) << 20, chance.START)
                times = [int(chance.to_ms(row["minute"] + self.value(int(row["jitter"]), u)))]
            elif row["start"] == START_INJECT:
                times = [None]
            # A follow-on has a place for each situation that it may come of.
            count = len(times) if times is not None else counts[int(row["parent"])] if row["parent"] >= 0 else 0
            counts.append(count)
            for n in range(count):
                situation = self._new_situation(number, n)
                time = None if times is None else times[n]
                if time is not None:
                    self._will_occur(situation, time)
        for unit in self.units:
            if unit.row["duty_from"] > 0:
                self.at(int(unit.row["duty_from"]), codes.ON_DUTY, unit.number, partial(self.look, unit))

    def _plant_injects(self) -> None:
        for number, row in enumerate(self.plan.injects):
            self.at(int(row["planned"]), codes.INJECT, number, partial(self._inject, number))
        for row in self.plan.phases:
            for post in self.posts:
                self.at(int(row["start"]), codes.DESKS, post.number, partial(self._assign_desks, post))

    def _inject(self, number: int) -> None:
        starts = int(self.plan.injects[number]["starts"])
        if starts < 0:
            self.release_inject(number)
            return
        self._will_occur(next(s for s in self.situations if s.definition == starts), self.now)

    def _stream(self, definition: int) -> list[int]:
        """Times of a stream: unit exponential areas under its cumulative rate."""
        row = self.plan.definitions[definition]
        first = int(row["first_piece"])
        pieces = self.plan.pieces[first : first + int(row["pieces"])]
        times: list[int] = []
        area = 0.0
        while True:
            u = self.uniform(int(row["key"]) << 20 | len(times), chance.STREAM)
            area += -math.log1p(-u)
            time = next(
                (
                    math.floor(piece["start"] + (area - piece["before"]) / piece["rate"] + 0.5)
                    for piece in pieces
                    if piece["rate"] > 0 and area <= piece["before"] + (piece["end"] - piece["start"]) * piece["rate"]
                ),
                None,
            )
            if time is None or time > self.horizon:
                return times
            times.append(time)

    def _new_situation(self, definition: int, n: int) -> Situation:
        row = self.plan.definitions[definition]
        situation = Situation(
            number=len(self.situations),
            definition=definition,
            n=n,
            entity=int(row["key"]) << 20 | n,
            priority=int(row["priority"]),
        )
        first = int(row["first_need"])
        for need_row in range(first, first + int(row["needs"])):
            facts = self.plan.needs[need_row]
            need = Need(len(self.needs), need_row, situation, int(facts["capability"]), int(facts["amount"]))
            situation.needs.append(need)
            self.needs.append(need)
        self.situations.append(situation)
        return situation

    def _will_occur(self, situation: Situation, time: int) -> None:
        self.at(time, codes.OCCURS, situation.number, lambda: self._occurs(situation))

    # 1. It occurs and is reported

    def _occurs(self, situation: Situation) -> None:
        row = self.plan.definitions[situation.definition]
        situation.occurs = Moment(self.now, None)
        situation.stage = "unreported"
        situation.phase = self.phase()
        situation.site = self._site_of(situation)
        situation.ward = int(self.plan.site_ward[situation.site])
        delay = self.ms(int(row["report"]), self.uniform(situation.entity, chance.REPORT))
        self.at(self.now + delay, codes.REPORTED, situation.number, lambda: self._reported(situation))
        if row["escalates_after"] >= 0:
            when = self.now + int(row["escalates_after"])
            self.at(when, codes.ESCALATION, situation.number, lambda: self._escalates(situation))

    def _site_of(self, situation: Situation) -> int:
        row = self.plan.definitions[situation.definition]
        if row["sites"] == 0:
            parent = next(s for s in self.situations if (s.definition, s.n) == (row["parent"], situation.n))
            return parent.site
        first = int(row["first_site"])
        choices = self.plan.site_choices[first : first + int(row["sites"])]
        u = self.uniform(situation.entity, chance.SITE)
        for choice in choices:
            if u <= choice["up_to"]:
                return int(choice["site"])
        return int(choices[-1]["site"])

    def _reported(self, situation: Situation) -> None:
        assert situation.occurs is not None
        situation.reported_at = self.now
        report = situation.occurs.then(self.now, codes.C_REPORT)
        for need in situation.needs:
            need.pass_begin = report
            for service, row in enumerate(self.plan.services):
                if row["at_report"] and not self._ends_with_order(situation):
                    self.call_teams(need, service, need.amount - need.ordered, report)
        self.go_to_post(situation)

    # 3. and 4. The ward's order; shortage

    def ward_decides(self, situation: Situation) -> None:
        """The order, need by need, on the state at the end of the ward's chain."""
        self._close_ward_run(situation)
        self._order_by_policy(situation, situation.needs)

    def _ends_with_order(self, situation: Situation) -> bool:
        """Whether it occurred in a phase in which units do not move."""
        return situation.phase is not None and not self.plan.phases[situation.phase]["units_move"]

    def _give_order_only(self, situation: Situation) -> None:
        assert situation.run is not None
        self.note(codes.ORDER_GIVEN, situation.number)
        for need in situation.needs:
            if not need.done:
                assert need.pass_begin is not None
                need.order_only = need.pass_begin.through(self.now, situation.run.minutes_to(self.now))
                need.done = True

    def _close_ward_run(self, situation: Situation) -> None:
        assert situation.run is not None
        self.leave_desk(situation.run)
        situation.stage = "decided"

    def _order_by_policy(
        self, situation: Situation, needs: Sequence[Need], orders: Sequence[tuple[Unit, Need]] | None = None
    ) -> None:
        run = situation.run
        assert run is not None
        first = situation.decided_at < 0
        if first:
            situation.decided_at = self.now
        if self._ends_with_order(situation):
            self._give_order_only(situation)
            return
        ask = False
        for need in needs:
            assert need.pass_begin is not None
            decision = need.pass_begin.through(self.now, run.minutes_to(self.now))
            if first:
                self._take_supplies(need)
                ask = ask or sum(need.missing.values()) > 0
                situation.supplies = decision
            if need.started is None and not need.lost:
                self._order_for(need, decision, orders)
                ask = ask or need.waiting
        if ask and not self.nearest_of_all:
            self.ask_for_aid(situation)
        if first and any(sum(need.missing.values()) > 0 for need in situation.needs):
            if self.nearest_of_all:
                self._send_supplies(situation)
            else:
                situation.supplies_asked = situation.request is not None

    def _order_for(self, need: Need, decision: Moment, orders: Sequence[tuple[Unit, Need]] | None) -> None:
        need.asked = need.amount
        need.aid = False
        self._give_orders(need, decision, orders)
        for service in range(len(self.plan.services)):
            self.call_teams(need, service, need.asked - need.ordered, decision)
        if need.ordered >= need.asked:
            self.filled(need)
        elif self._waits(need.situation):
            self.become_short(need, decision)
        else:
            self.cut(need)
            self.check_start(need, decision)

    def _give_orders(self, need: Need, decision: Moment, orders: Sequence[tuple[Unit, Need]] | None) -> None:
        if orders is None:
            self.order_units(need, self.everyone if self.nearest_of_all else self.own, decision)
        for unit, ordered_to in orders or ():
            if ordered_to is need:
                self.order(unit, need, decision)

    def _waits(self, situation: Situation) -> bool:
        return bool(self.plan.definitions[situation.definition]["waits"])

    def _take_supplies(self, need: Need) -> None:
        row = self.plan.needs[need.row]
        store = self.stock[need.situation.ward]
        for i in range(int(row["first_supply"]), int(row["first_supply"]) + int(row["supplies"])):
            supply = self.plan.supplies[i]
            taken = min(store[int(supply["kind"])], int(supply["amount"]))
            store[int(supply["kind"])] -= taken
            need.missing[i] = int(supply["amount"]) - taken

    @property
    def stock(self) -> list[list[int]]:
        """Pieces left, by ward (the upper store last) and kind."""
        if not hasattr(self, "_stock"):
            self._stock: list[list[int]] = [[int(x) for x in row] for row in self.plan.stock]
        return self._stock

    def _send_supplies(self, situation: Situation) -> None:
        if not self.has_upper:
            return
        store = self.stock[self.wards]
        for need in situation.needs:
            for i, lacking in need.missing.items():
                kind = int(self.plan.supplies[i]["kind"])
                need.coming[i] = min(store[kind], lacking)
                store[kind] -= need.coming[i]
        situation.supplies_sent = True
        if any(sum(need.coming.values()) > 0 for need in situation.needs):
            u = self.uniform(situation.entity, chance.RESUPPLY)
            delay = self.ms(int(self.plan.general[0]["resupply"]), u)
            arrive = self.now + delay
            self.at(arrive, codes.SUPPLIES, situation.number, lambda: self._supplies_arrive(situation))

    def _supplies_arrive(self, situation: Situation) -> None:
        for need in situation.needs:
            for i, pieces in need.coming.items():
                need.missing[i] -= pieces
            need.coming.clear()
            if need.started is None and not need.lost:
                self.check_start(need, self.supply_moment(situation))

    def upper_decides(self, situation: Situation) -> None:
        """The upper post lends units and supplies; aid is then granted for what is short."""
        request = situation.request
        assert request is not None
        self.leave_desk(request)
        for need in situation.needs:
            if not need.waiting:
                continue
            assert need.short is not None
            if not need.aid:
                need.short = need.short.through(self.now, request.minutes_to(self.now))
            need.aid = True
            self.note(codes.AID_GRANTED, need.number)
            self.order_units(need, self.others, need.short.then(self.now, codes.C_UNIT))
            self.filled(need)
        if situation.supplies_asked:
            assert situation.supplies is not None
            situation.supplies = situation.supplies.through(self.now, request.minutes_to(self.now))
            self._send_supplies(situation)
            situation.supplies_asked = False
        situation.request = None

    # 6. A call that is not answered

    def no_answer(self, unit: Unit) -> None:
        """The unit is known absent, and what is short of it is ordered again, without a desk."""
        need = unit.need
        assert need is not None
        why = self.order_moment(unit)
        self.book(unit)
        unit.unanswered += self.now >= self.count_from
        unit.known_absent = True
        unit.activity = codes.U_HOME
        unit.need = None
        need.ordered -= self.strength(unit, need)
        if need.started is None and need.ordered < need.asked:
            self._order_again(need, why)
        self.pull()

    def _order_again(self, need: Need, why: Moment) -> None:
        self.order_units(need, self.everyone if self.nearest_of_all else self.own, why)
        if need.aid:
            self.order_units(need, self.others, why)
        if need.ordered >= need.asked:
            self.filled(need)
        elif not self._waits(need.situation):
            self.cut(need)
            self.check_start(need, why)
        elif not need.waiting:
            self.become_short(need, why)
            if not need.aid:
                self.ask_for_aid(need.situation)

    # 7. and 8. Arrival and work

    def unit_arrives(self, unit: Unit) -> None:
        """It makes up the strength, joins the work, or is free because the work is over."""
        need = unit.need
        assert need is not None
        why = self.order_moment(unit)
        self.book(unit)
        unit.site = need.situation.site
        self._someone_is_there(need.situation)
        if need.done:
            self._free(unit)
            self.look(unit)
            self._go_home(unit, need.situation)
        else:
            unit.activity = codes.U_WORKING if need.started is not None else codes.U_STANDING
            need.on_scene += self.strength(unit, need)
            self.check_start(need, why)
        self.pull()

    def service_arrives(self, call: Call) -> None:
        """Called teams join or start the work; too late, they are free again."""
        call.arrived = True
        need = call.need
        self._someone_is_there(need.situation)
        if need.done:
            self.teams_free[call.service] += call.teams
            self.teams_look(call.service)
        else:
            need.on_scene += call.strength
            self.check_start(need, call.called.then(self.now, codes.C_TRAVEL))
        self.pull()

    def _someone_is_there(self, situation: Situation) -> None:
        if situation.first_arrival < 0:
            situation.first_arrival = self.now

    def check_start(self, need: Need, why: Moment) -> None:
        """The work starts when the strength on scene reaches the amount and the supplies are there."""
        short_of_supplies = sum(need.missing.values()) > 0
        if need.started is not None or need.lost or need.on_scene < need.amount or short_of_supplies:
            return
        need.started = why
        need.short_at = None
        self.note(codes.STARTED, need.number)
        for unit in self.units:
            if unit.need is need and unit.activity == codes.U_STANDING:
                self.book(unit)
                unit.activity = codes.U_WORKING
        row = self.plan.needs[need.row]
        work = self.ms(int(row["work"]), self.uniform(need.situation.entity, chance.WORK, int(row["key"])))
        self.at(self.now + work, codes.WORK_DONE, need.number, lambda: self._work_done(need))

    def _work_done(self, need: Need) -> None:
        """All its units are free first, then each looks, in number order; services after them."""
        need.done = True
        situation = need.situation
        if all(other.done for other in situation.needs):
            situation.contained_at = self.now
            self.note(codes.CONTAINED, situation.number)
        freed = [u for u in self.units if u.need is need and u.activity == codes.U_WORKING]
        for unit in freed:
            self._free(unit)
        for call in self.calls:
            if call.need is need and call.arrived:
                self.teams_free[call.service] += call.teams
        for unit in freed:
            self.look(unit)
            self._go_home(unit, situation)
        for service in range(len(self.plan.services)):
            self.teams_look(service)

    def _free(self, unit: Unit) -> None:
        self.book(unit)
        unit.activity = codes.U_RETURNING
        unit.need = None
        unit.home_at = None
        self.note(codes.FREED, unit.number)

    def _go_home(self, unit: Unit, situation: Situation) -> None:
        home = int(unit.row["home"])
        if unit.need is not None or self.way(unit, home) < 0:
            return
        home_at = self.now + self.trip(unit, home, situation.entity, chance.TRAVEL_HOME)
        unit.home_at = home_at
        self.note(codes.LEAVES, unit.number, home_at)

        def is_home() -> None:
            self.book(unit)
            unit.activity = codes.U_HOME
            unit.site = home
            unit.home_at = None
            self.look(unit)

        self.at(home_at, codes.HOME, unit.number, is_home, unless=lambda: unit.home_at != home_at)

    # 10. Escalation

    def _escalates(self, situation: Situation) -> None:
        """What has not begun grows, may lead to another situation, and goes back to the ward's queue."""
        open_needs = [n for n in situation.needs if n.started is None and not n.lost and not n.done]
        if not open_needs:
            return
        row = self.plan.definitions[situation.definition]
        for need in open_needs:
            if situation.stage == "decided":
                need.pass_begin = self.open_moment(need)
            need.amount = -(-need.amount * int(row["percent"]) // 100)
        situation.escalated_at = self.now
        self.note(codes.GROWN, situation.number)
        if row["follow_on"] >= 0:
            child = next(s for s in self.situations if (s.definition, s.n) == (row["follow_on"], situation.n))
            whether, when = self.uniforms(child.entity, chance.FOLLOW_ON)
            if whether < row["follow_on_chance"]:
                self._will_occur(child, self.now + self.ms(int(row["follow_on_delay"]), when))
        if situation.stage == "decided":
            self.go_to_post(situation)
