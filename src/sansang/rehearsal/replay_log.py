"""Which log entries would one replication leave? Its trace as the facts that the posts would have written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sansang.model.fact import Fact
from sansang.model.operation.aid import AidAnswered, AidRequested, ServiceCalled
from sansang.model.operation.log import Noted
from sansang.model.operation.messages import MessageSent
from sansang.model.operation.opening import Closed, Opened
from sansang.model.operation.orders import OrderAnswered, OrderStep, UnitOrdered
from sansang.model.operation.situations import SituationReported, SituationResolved
from sansang.model.operation.units import UnitListed
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.situations import Need
from sansang.rehearsal.keys import played_injects
from sansang.rehearsal.replay_trace import Replay, TraceLine

#: Describes a trace line in words, from its word (``codes.TRACE_WORDS``) and the name of what it is about.
Describe = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class ReplayEntry:
    """One fact: at which minute of the exercise, at which post, and what."""

    minute: float
    post: str
    fact: Fact


def replay_entries(scenario: Scenario, replay: Replay, describe: Describe) -> list[ReplayEntry]:
    """The facts of a replication of this scenario, in the order of time.

    The operation opens as a drill at minute 0 and closes at the horizon.
    """
    builder = _EntryBuilder(scenario, replay, describe)
    builder.open_operation()
    for line in replay.lines:
        builder.append_line(line)
    builder.entries.append(ReplayEntry(scenario.horizon, builder.first_post, Closed()))
    return builder.entries


@dataclass
class _EntryBuilder:
    scenario: Scenario
    replay: Replay
    describe: Describe
    entries: list[ReplayEntry] = field(default_factory=list)
    orders: dict[int, tuple[str, str]] = field(default_factory=dict)  # unit → id of its order, post that gave it
    order_count: int = 0
    requested: set[int] = field(default_factory=set)  # situations with a request for aid
    granted: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.needs: list[Need] = [need for situation in self.scenario.situations for need in situation.needs]
        self.injects = played_injects(self.scenario)
        self.posts = {ward.id: ward.post.id for ward in self.scenario.wards}
        self.upper = self.scenario.upper.post.id if self.scenario.upper is not None else ""
        self.first_post = self.upper or self.scenario.wards[0].post.id

    def open_operation(self) -> None:
        """Open the operation and list its units, each at its own post."""
        opened = Opened(self.scenario.title, "drill", self.scenario.id)
        self.entries.append(ReplayEntry(0.0, self.first_post, opened))
        for unit in self.scenario.units:
            home = self.posts.get(unit.ward or "", self.first_post)
            self.entries.append(ReplayEntry(0.0, home, UnitListed(unit.id, unit.name, home)))

    def append_line(self, line: TraceLine) -> None:
        """Append the fact of a trace line; a post would not write most lines."""
        match line.what:
            case "inject":
                self._append_inject(line)
            case "reported":
                self._append_report(line)
            case "ordered":
                self._append_order(line)
            case "pulled" | "freed":
                # A unit that is pulled has its order to the other need on a line of its own.
                self._append_answer(line, "released")
            case "no_answer":
                self._append_answer(line, "declined", self.describe(line.what, self.scenario.units[line.a].name))
            case "unit_arrives":
                self._append_answer(line, "on_scene")
            case "called":
                self._append_call(line)
            case "requested":
                self._append_request(line)
            case "aid_granted":
                self._append_grant(line)
            case "contained":
                resolved = SituationResolved(self._situation_id(line.a))
                self._append(line, self._ward_post(line.a), resolved)
            case "grown" | "order_given":
                self._append_note(line, line.a)
            case "lost":
                self._append_note(line, self._need(line.a)[0])

    def _append(self, line: TraceLine, post: str, fact: Fact) -> None:
        self.entries.append(ReplayEntry(line.minute, post, fact))

    def _situation_id(self, number: int) -> str:
        """The id of a situation in the logs."""
        definition, n = self.replay.situations[number]
        return f"{self.scenario.situations[definition].id}-{n + 1}"

    def _ward_post(self, situation: int) -> str:
        """The post of the ward where a situation is."""
        return self.scenario.wards[self.replay.locations[situation][0]].post.id

    def _need(self, number: int) -> tuple[int, Need]:
        """The situation of a need, and the need in the scenario."""
        situation, row = self.replay.needs[number]
        return situation, self.needs[row]

    def _append_inject(self, line: TraceLine) -> None:
        inject = self.injects[line.a]
        post = self.scenario.receiving_post(inject.receiver)
        sent = MessageSent(inject.id, (inject.receiver,), inject.message or inject.title)
        self._append(line, post.id if post is not None else self.first_post, sent)

    def _append_report(self, line: TraceLine) -> None:
        definition, _ = self.replay.situations[line.a]
        kind = self.scenario.situations[definition]
        site = self.scenario.sites[self.replay.locations[line.a][1]]
        situation_id = self._situation_id(line.a)
        report = SituationReported(situation_id, place=site.name, development=kind.name, kind=kind.id)
        self._append(line, self._ward_post(line.a), report)

    def _append_order(self, line: TraceLine) -> None:
        situation, need = self._need(line.b)
        unit = self.scenario.units[line.a]
        ward_post = self._ward_post(situation)
        unit_post = self.posts.get(unit.ward or "", self.upper)
        self.order_count += 1
        order = f"lenh-{self.order_count}"
        post = unit_post if unit_post == ward_post else self.upper or ward_post
        self.orders[line.a] = (order, post)
        fact = UnitOrdered(order, unit.id, self._situation_id(situation), need.name or need.id)
        self._append(line, post, fact)

    def _append_answer(self, line: TraceLine, step: OrderStep, note: str = "") -> None:
        if line.a not in self.orders:
            return
        order, post = self.orders[line.a] if step == "on_scene" else self.orders.pop(line.a)
        self._append(line, post, OrderAnswered(order, step, note))

    def _append_call(self, line: TraceLine) -> None:
        situation, _ = self._need(line.b)
        called = ServiceCalled(self.scenario.services[line.a].id, self._situation_id(situation))
        self._append(line, self._ward_post(situation), called)

    def _append_request(self, line: TraceLine) -> None:
        situation = line.a
        if situation in self.requested:
            return
        self.requested.add(situation)
        definition, _ = self.replay.situations[situation]
        what = self.scenario.situations[definition].name
        fact = AidRequested(self._request_id(situation), self.upper, what, self._situation_id(situation))
        self._append(line, self._ward_post(situation), fact)

    def _append_grant(self, line: TraceLine) -> None:
        situation, _ = self._need(line.a)
        if situation in self.requested and situation not in self.granted:
            self.granted.add(situation)
            self._append(line, self.upper, AidAnswered(self._request_id(situation), True))

    def _request_id(self, situation: int) -> str:
        return f"xin-{self._situation_id(situation)}"

    def _append_note(self, line: TraceLine, situation: int) -> None:
        if situation >= len(self.replay.situations):
            return
        definition, _ = self.replay.situations[situation]
        words = self.describe(line.what, self.scenario.situations[definition].name)
        self._append(line, self._ward_post(situation), Noted(words, self._situation_id(situation)))
