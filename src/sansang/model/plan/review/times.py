"""When does it happen, who hears of it, and how long does it take on the mean? Without chance."""

from __future__ import annotations

from dataclasses import dataclass

from sansang.model.plan.forces import DecisionBody, Post, Unit, Ward
from sansang.model.plan.ground import Site
from sansang.model.plan.quantity import Basis, Duration
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.situations import Fixed, Need, Situation, Stream
from sansang.model.plan.timetable import Phase


@dataclass(frozen=True, slots=True)
class Term:
    """Minutes on the way to an order or an arrival, and the number of the plan that they come from.

    ``inverse`` says that more of the number means fewer minutes (a speed).
    """

    path: str
    minutes: float
    basis: Basis
    inverse: bool = False

    def at(self, factor: float) -> float:
        """The minutes if the number were ``factor`` times as large."""
        return self.minutes / factor if self.inverse else self.minutes * factor


def total(terms: tuple[Term, ...]) -> float:
    """Minutes of all terms."""
    return sum(term.minutes for term in terms)


def phase_at(scenario: Scenario, minute: float) -> Phase | None:
    """The phase that a minute belongs to, if any."""
    return next((phase for phase in scenario.phases if phase.start <= minute < phase.end), None)


def acting_post_ids(scenario: Scenario, phase: Phase) -> tuple[str, ...]:
    """The posts that act in a phase: those named, or all."""
    if phase.posts:
        return phase.posts
    return tuple(post.id for post in scenario.posts)


def occurrences(scenario: Scenario) -> dict[str, tuple[tuple[float, float, float], ...]]:
    """Situation → pieces (from, to, how many are expected in it); a fixed minute is a piece without length.

    A follow-on comes, if at all, some time after its parent's escalation: it is given that minute with its chance.
    """
    begun_by = {i.starts: i.planned.value for i in scenario.injects if i.starts and i.planned is not None}
    found: dict[str, tuple[tuple[float, float, float], ...]] = {}
    for situation in scenario.situations:
        match situation.start:
            case Fixed(minute):
                found[situation.id] = ((minute.value, minute.value, 1.0),)
            case Stream(pieces):
                found[situation.id] = tuple(
                    (p.start, min(p.end, scenario.horizon), p.per_hour.value * (p.end - p.start) / 60) for p in pieces
                )
            case None if situation.id in begun_by:
                found[situation.id] = ((begun_by[situation.id],) * 2 + (1.0,),)
            case None:
                found.setdefault(situation.id, ())
        if situation.escalation is not None and (follow := situation.escalation.follow_on) is not None:
            after = situation.escalation.after.value + follow.delay.distribution.mean()
            found[follow.situation] = tuple(
                (start + after, end + after, expected * follow.probability.value)
                for start, end, expected in found.get(situation.id, ())
            )
    return found


def site_of(scenario: Scenario, situation: Situation) -> Site | None:
    """Its most likely site; a follow-on without its own has its parent's."""
    if situation.sites:
        return scenario.site(max(situation.sites, key=lambda item: item[1])[0])
    for parent in scenario.situations:
        follow = None if parent.escalation is None else parent.escalation.follow_on
        if follow is not None and follow.situation == situation.id:
            return site_of(scenario, parent)
    return None


def chain_terms(post: Post, path: str) -> tuple[Term, ...]:
    """The mean course of a post's decision chain, with the quorum of each body coming as soon as it can."""
    bodies = {body.id: body for body in post.bodies}
    terms: list[Term] = []
    for step in post.chain:
        if step.body is not None:
            terms += _quorum_terms(bodies[step.body], f"{path}.bodies.{step.body}")
        terms.append(_duration(step.duration, f"{path}.chain.{step.id}.duration"))
    return tuple(terms)


def _quorum_terms(body: DecisionBody, path: str) -> list[Term]:
    """The member who makes the quorum: by mean time to come, among those who come at all."""
    coming = sorted(
        (member for member in body.members if member.shows_up.value > 0),
        key=lambda member: member.convene.distribution.mean(),
    )
    quorum = min(body.quorum.value, len(coming))
    if quorum < 1:
        return []
    last = coming[quorum - 1]
    return [_duration(last.convene, f"{path}.members.{last.id}.convene")]


def order_terms(ward: Ward, situation: Situation) -> tuple[Term, ...]:
    """From the occurrence to the ward's order, with a desk free."""
    report = _duration(situation.report_delay, f"situations.{situation.id}.report_delay")
    return (report, *chain_terms(ward.post, f"wards.{ward.id}.post"))


def start_terms(scenario: Scenario, ward: Ward, situation: Situation, need: Need) -> tuple[Term, ...] | None:
    """From the occurrence to the start of a need's work, with the ward's own units and the services all free.

    None when those do not reach the amount: then the time depends on what others send.
    """
    site = site_of(scenario, situation)
    if site is None:
        return None
    order = order_terms(ward, situation)
    coming: list[tuple[tuple[Term, ...], int]] = []
    for unit in scenario.units:
        strength = unit.capabilities.get(need.capability)
        if unit.ward != ward.id or strength is None or unit.shows_up.value == 0:
            continue
        way = _way(scenario, unit, site)
        if way is not None:
            turnout = _duration(unit.turnout, f"units.{unit.id}.turnout")
            coming.append(((*order, turnout, *way), strength.value))
    for service in scenario.services:
        strength = service.capabilities.get(need.capability)
        if strength is not None:
            before = order[:1] if service.called == "report" else order
            response = _duration(service.response, f"services.{service.id}.response")
            coming += [((*before, response), strength.value)] * service.teams.value
    here = 0
    for terms, strength_here in sorted(coming, key=lambda item: total(item[0])):
        here += strength_here
        if here >= need.amount.value:
            return terms
    return None


def _way(scenario: Scenario, unit: Unit, site: Site) -> tuple[Term, ...] | None:
    """The unit's trip from home; () when it is there, None when there is no way."""
    mode = next(mode for mode in scenario.modes if mode.id == unit.mode)
    home = scenario.site(unit.home)
    minutes = mode.minutes_between(home, site)
    if minutes is None:
        return None
    if minutes == 0:
        return ()
    for pair in ((home.id, site.id), (site.id, home.id)):
        given = mode.times.get(pair)
        if given is not None:
            return (Term(f"modes.{mode.id}.times.{'→'.join(pair)}", minutes, given.basis),)
    assert mode.speed is not None  # minutes_between has said so
    return (Term(f"modes.{mode.id}.speed", minutes, mode.speed.basis, inverse=True),)


def _duration(duration: Duration, path: str) -> Term:
    return Term(path, duration.distribution.mean(), duration.basis)
