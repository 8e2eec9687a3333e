"""What happens without anyone's decision? Situations occur, are reported and escalate; injects are released."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sansang.rehearsal import chance, codes
from sansang.rehearsal.layout import START_FIXED, START_INJECT, START_STREAM
from sansang.rehearsal.reference.causes import open_moment
from sansang.rehearsal.reference.desks import Desks
from sansang.rehearsal.reference.entities import CauseMoment, NeedState, SituationState
from sansang.rehearsal.reference.service_calls import ServiceCalls
from sansang.rehearsal.reference.state import State


class Situations:
    """The situations of one replication; their number and the starts that depend on nothing are fixed beforehand."""

    def __init__(self, state: State, desks: Desks, services: ServiceCalls) -> None:
        self._state = state
        self._plan = state.plan
        self._random = state.random
        self._events = state.events
        self._desks = desks
        self._services = services

    # Before the run

    def create(self) -> None:
        """Create all situations of the replication, and schedule those whose start is fixed."""
        counts: list[int] = []
        for definition, row in enumerate(self._plan.definitions):
            times: Sequence[int | None] | None = None
            if row["start_kind"] == START_STREAM:
                times = self._stream_arrivals(definition)
            elif row["start_kind"] == START_FIXED:
                u = self._random.uniform(int(row["key"]) << 20, chance.START)
                jitter = self._random.value(int(row["jitter_distribution"]), u)
                times = [int(chance.to_ms(row["start_minute"] + jitter))]
            elif row["start_kind"] == START_INJECT:
                times = [None]
            # A follow-on has a situation for each of its parent's.
            count = len(times) if times is not None else counts[int(row["parent"])] if row["parent"] >= 0 else 0
            counts.append(count)
            for n in range(count):
                situation = self._add(definition, n)
                time = None if times is None else times[n]
                if time is not None:
                    self._schedule(situation, time)

    def _stream_arrivals(self, definition: int) -> list[int]:
        """Arrival times (ms) of a stream: its cumulative rate inverted at sums of unit exponentials."""
        row = self._plan.definitions[definition]
        pieces = self._plan.pieces[int(row["first_piece"]) : int(row["first_piece"]) + int(row["piece_count"])]
        times: list[int] = []
        area = 0.0
        while True:
            u = self._random.uniform(int(row["key"]) << 20 | len(times), chance.STREAM)
            area += -math.log1p(-u)
            time = next(
                (
                    math.floor(piece["start_ms"] + (area - piece["arrivals_before"]) / piece["arrivals_per_ms"] + 0.5)
                    for piece in pieces
                    if piece["arrivals_per_ms"] > 0
                    and area
                    <= piece["arrivals_before"] + (piece["end_ms"] - piece["start_ms"]) * piece["arrivals_per_ms"]
                ),
                None,
            )
            if time is None or time > self._events.horizon_ms:
                return times
            times.append(time)

    def _add(self, definition: int, n: int) -> SituationState:
        row = self._plan.definitions[definition]
        situation = SituationState(
            number=len(self._state.situations),
            definition=definition,
            n=n,
            entity=int(row["key"]) << 20 | n,
            priority=int(row["priority"]),
        )
        first = int(row["first_need"])
        for need_row in range(first, first + int(row["need_count"])):
            columns = self._plan.needs[need_row]
            number = len(self._state.needs)
            need = NeedState(number, need_row, situation, int(columns["capability"]), int(columns["amount"]))
            situation.needs.append(need)
            self._state.needs.append(need)
        self._state.situations.append(situation)
        return situation

    def _schedule(self, situation: SituationState, time: int) -> None:
        self._events.schedule(time, codes.OCCURS, situation.number)

    def release_inject(self, number: int) -> None:
        """An inject starts its situation, or joins the queue of the post that it reaches."""
        definition = int(self._plan.injects[number]["starts_definition"])
        if definition < 0:
            self._desks.release_inject(number)
        else:
            self._schedule(self._find(definition, 0), self._events.now)

    def _find(self, definition: int, n: int) -> SituationState:
        return next(s for s in self._state.situations if (s.definition, s.n) == (definition, n))

    # 1. Occurrence and report

    def occur(self, situation: SituationState) -> None:
        """A situation occurs at one of its sites, or at its parent's; its report is on the way."""
        row = self._plan.definitions[situation.definition]
        now = self._events.now
        situation.occurred = CauseMoment(now, None)
        situation.stage = "unreported"
        situation.phase = self._state.phase()
        situation.site = self._draw_site(situation)
        situation.ward = int(self._plan.site_ward[situation.site])
        u = self._random.uniform(situation.entity, chance.REPORT)
        delay_ms = self._random.duration_ms(int(row["report_delay_distribution"]), u)
        self._events.schedule(now + delay_ms, codes.REPORTED, situation.number)
        if row["escalates_after_ms"] >= 0:
            self._events.schedule(now + int(row["escalates_after_ms"]), codes.ESCALATION, situation.number)

    def _draw_site(self, situation: SituationState) -> int:
        row = self._plan.definitions[situation.definition]
        if row["site_choice_count"] == 0:
            return self._find(int(row["parent"]), situation.n).site
        first = int(row["first_site_choice"])
        choices = self._plan.site_choices[first : first + int(row["site_choice_count"])]
        u = self._random.uniform(situation.entity, chance.SITE)
        for choice in choices:
            if u <= choice["cumulative_weight"]:
                return int(choice["site"])
        return int(choices[-1]["site"])

    def receive_report(self, situation: SituationState) -> None:
        """The report reaches the ward's post; services that are called at the report are called."""
        assert situation.occurred is not None
        now = self._events.now
        situation.reported_at = now
        report = situation.occurred.after(now, codes.CAUSE_REPORT)
        for need in situation.needs:
            need.queued = report
            for service, row in enumerate(self._plan.services):
                if row["called_at_report"] and not self._state.ends_with_order(situation):
                    self._services.call(need, service, need.amount - need.ordered, report)
        self._desks.enqueue_at_ward(situation)

    # 10. Escalation

    def escalate(self, situation: SituationState) -> None:
        """Needs not started grow; a follow-on may occur, and the situation goes back to its ward's queue."""
        open_needs = [n for n in situation.needs if n.started is None and not n.lost and not n.done]
        if not open_needs:
            return
        row = self._plan.definitions[situation.definition]
        now = self._events.now
        for need in open_needs:
            if situation.stage == "decided":
                need.queued = open_moment(self._state, need)
            need.amount = -(-need.amount * int(row["growth_percent"]) // 100)
        situation.escalated_at = now
        self._events.record(codes.GROWN, situation.number)
        if row["follow_on"] >= 0:
            child = self._find(int(row["follow_on"]), situation.n)
            u_occurs, u_delay = self._random.uniforms(child.entity, chance.FOLLOW_ON)
            if u_occurs < row["follow_on_probability"]:
                delay_ms = self._random.duration_ms(int(row["follow_on_delay_distribution"]), u_delay)
                self._schedule(child, now + delay_ms)
        if situation.stage == "decided":
            self._desks.enqueue_at_ward(situation)
