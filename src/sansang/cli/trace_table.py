"""How does one night read? A trace with the names of the plan instead of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sansang.model.plan.scenario import Scenario
from sansang.rehearsal.keys import played_injects
from sansang.rehearsal.replay_trace import Replay, replay
from sansang.words import Voice, mark
from sansang.words.terms import TRACE_LINES

_SITUATION = {
    "occurs",
    "reported",
    "supplies",
    "ward_chain_ends",
    "upper_chain_ends",
    "escalation",
    "requested",
    "contained",
    "grown",
    "order_given",
}
_NEED = {"work_done", "short", "aid_granted", "started", "lost", "cut", "service_arrives"}
_UNIT = {"on_duty", "home", "unit_arrives", "no_answer", "freed", "leaves"}


class Names:
    """The names behind the numbers of one night."""

    def __init__(self, scenario: Scenario, played: Replay) -> None:
        self.scenario = scenario
        self.played = played
        self.posts = scenario.posts
        self.steps = [step.name for post in self.posts for step in post.chain]
        self.members = [member.role for post in self.posts for body in post.bodies for member in body.members]
        self.injects = [f"{inject.number} {inject.title}".strip() for inject in played_injects(scenario)]
        self.needs = [need for situation in scenario.situations for need in situation.needs]

    def situation(self, number: int) -> str:
        """A situation's name, with its number where there can be several of its kind."""
        definition, n = self.played.situations[number]
        kind = self.scenario.situations[definition]
        several = sum(1 for d, _ in self.played.situations if d == definition) > 1
        return f"{kind.name} #{n + 1}" if several else kind.name

    def matter(self, number: int) -> str:
        """A situation, or (numbered after them) an inject."""
        inject = number - len(self.played.situations)
        return self.injects[inject] if inject >= 0 else self.situation(number)

    def need(self, number: int) -> str:
        """ "situation: need"."""
        situation, row = self.played.needs[number]
        need = self.needs[row]
        return f"{self.situation(situation)}: {need.name or need.id}"

    def of(self, what: str, a: int, b: int) -> tuple[str, str]:
        """The two names in a line of the trace."""
        if what in _SITUATION:
            return self.matter(a), ""
        if what in _NEED:
            return self.need(a), ""
        if what in _UNIT:
            return self.scenario.units[a].name, ""
        if what in ("ordered", "pulled"):
            return self.scenario.units[a].name, self.need(b)
        if what == "called":
            return self.scenario.services[a].name, self.need(b)
        if what == "member_arrives":
            return self.situation(a), self.members[b]
        if what == "step_ends":
            return self.situation(a), self.steps[b]
        if what == "desk_taken":
            return self.posts[a].name, self.matter(b)
        if what == "inject":
            return self.injects[a], ""
        return self.posts[a].name, ""


def lines(voice: Voice, scenario: Scenario, replication: int, seed: int) -> Iterator[str]:
    """ "  12:34  order: … to …": minutes and seconds from the start of the exercise."""
    played = replay(scenario, replication, seed)
    names = Names(scenario, played)
    for line in played.lines:
        if line.what == "desks":
            continue
        a, b = names.of(line.what, line.a, line.b)
        text = voice.say(TRACE_LINES[line.what], a=a, b=b)
        if line.what == "ordered" and line.c < 0:
            text += voice.say(mark(" (absent)"))
        seconds = round(line.minute * 60)
        yield f"{seconds // 60:4d}:{seconds % 60:02d}  {text}"


def plain(scenario: Scenario, replication: int, seed: int) -> list[dict[str, Any]]:
    """The lines as they are, with the names beside the numbers."""
    played = replay(scenario, replication, seed)
    names = Names(scenario, played)
    return [{**asdict(line), "names": [n for n in names.of(line.what, line.a, line.b) if n]} for line in played.lines]
