"""How would this night stand in the journals? A replication told as the facts that its posts would have written."""

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
from sansang.rehearsal.rehearse import Night, TraceLine

#: Says a line of the trace in words: its name, and the thing it is about.
Say = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Told:
    """One fact: at which minute of the exercise, at which post, and what."""

    minute: float
    post: str
    fact: Fact


def told(scenario: Scenario, night: Night, say: Say) -> list[Told]:
    """The facts of a replication in their order. It opens as a drill and closes at the end of the plan's time."""
    telling = _Telling(scenario, night, say)
    telling.begin()
    for line in night.lines:
        telling.take(line)
    telling.found.append(Told(scenario.horizon, telling.first, Closed()))
    return telling.found


@dataclass
class _Telling:
    scenario: Scenario
    night: Night
    say: Say
    found: list[Told] = field(default_factory=list)
    orders: dict[int, tuple[str, str]] = field(default_factory=dict)  # unit → order, situation
    given: int = 0
    asked: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.needs: list[Need] = [need for situation in self.scenario.situations for need in situation.needs]
        self.injects = played_injects(self.scenario)
        self.posts = {ward.id: ward.post.id for ward in self.scenario.wards}
        self.upper = self.scenario.upper.post.id if self.scenario.upper is not None else ""
        self.first = self.upper or self.scenario.wards[0].post.id

    def begin(self) -> None:
        """Open the operation and list who takes part, each at its own post."""
        self.found.append(Told(0.0, self.first, Opened(self.scenario.title, "drill", self.scenario.id)))
        for unit in self.scenario.units:
            home = self.posts.get(unit.ward or "", self.first)
            self.found.append(Told(0.0, home, UnitListed(unit.id, unit.name, home)))

    def situation(self, number: int) -> str:
        """The id of a situation in the journals."""
        definition, n = self.night.situations[number]
        return f"{self.scenario.situations[definition].id}-{n + 1}"

    def ward_post(self, number: int) -> str:
        """The post of the ward where a situation is."""
        return self.scenario.wards[self.night.places[number][0]].post.id

    def of_need(self, number: int) -> tuple[int, Need]:
        """The situation of a need, and what it asks for."""
        situation, row = self.night.needs[number]
        return situation, self.needs[row]

    def put(self, line: TraceLine, post: str, fact: Fact) -> None:
        """Write a fact at a post."""
        self.found.append(Told(line.minute, post, fact))

    def take(self, line: TraceLine) -> None:
        """The fact of a line of the trace; most lines are not what a post would write."""
        match line.what:
            case "inject":
                self._inject(line)
            case "reported":
                self._reported(line)
            case "ordered":
                self._ordered(line)
            case "pulled":
                # The order to the other need is a line of its own.
                self._answered(line, "released")
            case "no_answer":
                self._answered(line, "declined", self.say(line.what, self.scenario.units[line.a].name))
            case "unit_arrives":
                self._answered(line, "on_scene")
            case "freed":
                self._answered(line, "released")
            case "called" | "requested" | "aid_granted":
                self._outside(line)
            case "contained":
                number = line.a
                self.put(line, self.ward_post(number), SituationResolved(self.situation(number)))
            case "grown" | "order_given":
                self._noted(line, line.a)
            case "lost":
                self._noted(line, self.of_need(line.a)[0])

    def _inject(self, line: TraceLine) -> None:
        inject = self.injects[line.a]
        post = self.scenario.receiving_post(inject.receiver)
        sent = MessageSent(inject.id, (inject.receiver,), inject.message or inject.title)
        self.put(line, post.id if post is not None else self.first, sent)

    def _reported(self, line: TraceLine) -> None:
        definition, _ = self.night.situations[line.a]
        kind = self.scenario.situations[definition]
        site = self.scenario.sites[self.night.places[line.a][1]]
        report = SituationReported(self.situation(line.a), place=site.name, development=kind.name, kind=kind.id)
        self.put(line, self.ward_post(line.a), report)

    def _ordered(self, line: TraceLine) -> None:
        situation, need = self.of_need(line.b)
        unit = self.scenario.units[line.a]
        ward = self.ward_post(situation)
        own = self.posts.get(unit.ward or "", self.upper)
        self.given += 1
        order = f"lenh-{self.given}"
        self.orders[line.a] = (order, own if own == ward else self.upper or ward)
        fact = UnitOrdered(order, unit.id, self.situation(situation), need.name or need.id)
        self.put(line, self.orders[line.a][1], fact)

    def _answered(self, line: TraceLine, step: OrderStep, note: str = "") -> None:
        if line.a not in self.orders:
            return
        order, post = self.orders[line.a] if step == "on_scene" else self.orders.pop(line.a)
        self.put(line, post, OrderAnswered(order, step, note))

    def _outside(self, line: TraceLine) -> None:
        if line.what == "called":
            situation, _ = self.of_need(line.b)
            called = ServiceCalled(self.scenario.services[line.a].id, self.situation(situation))
            self.put(line, self.ward_post(situation), called)
            return
        situation = line.a if line.what == "requested" else self.of_need(line.a)[0]
        name = f"xin-{self.situation(situation)}"
        if line.what == "requested" and situation not in self.asked:
            self.asked.add(situation)
            definition, _ = self.night.situations[situation]
            what = self.scenario.situations[definition].name
            asked = AidRequested(name, self.upper, what, self.situation(situation))
            self.put(line, self.ward_post(situation), asked)
        elif line.what == "aid_granted" and situation in self.asked and situation not in self.answered:
            self.answered.add(situation)
            self.put(line, self.upper, AidAnswered(name, True))

    def _noted(self, line: TraceLine, situation: int) -> None:
        if situation >= len(self.night.situations):
            return
        definition, _ = self.night.situations[situation]
        words = self.say(line.what, self.scenario.situations[definition].name)
        self.put(line, self.ward_post(situation), Noted(words, self.situation(situation)))
