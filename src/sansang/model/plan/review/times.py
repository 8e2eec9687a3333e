"""When do situations occur, which posts act then, and how long does the response take on average?"""

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
    """Mean minutes of one step on the way to an order or the start of work, and the plan's number behind them.

    ``inverse``: the minutes shrink as the number grows (a speed).
    """

    path: str
    minutes: float
    basis: Basis
    inverse: bool = False

    def at(self, factor: float) -> float:
        """The minutes if the number were multiplied by ``factor``."""
        return self.minutes / factor if self.inverse else self.minutes * factor


def total_minutes(terms: tuple[Term, ...]) -> float:
    """The sum of the terms in minutes."""
    return sum(term.minutes for term in terms)


def phase_of_minute(scenario: Scenario, minute: float) -> Phase | None:
    """The phase that contains a minute; None between phases."""
    return next((phase for phase in scenario.phases if phase.start <= minute < phase.end), None)


def acting_posts(scenario: Scenario, phase: Phase) -> tuple[str, ...]:
    """The ids of the posts that act in a phase: those it names, or all."""
    if phase.posts:
        return phase.posts
    return tuple(post.id for post in scenario.posts)


def occurrences(scenario: Scenario) -> dict[str, tuple[tuple[float, float, float], ...]]:
    """Situation id → pieces (start, end, expected number); a fixed minute is a piece of length 0.

    A follow-on is expected at its mean delay after its parent's escalation, times its probability.
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
    """Its most likely site; a follow-on without sites has its parent's. None if there is none."""
    if situation.sites:
        return scenario.site(max(situation.sites, key=lambda item: item[1])[0])
    for parent in scenario.situations:
        follow = None if parent.escalation is None else parent.escalation.follow_on
        if follow is not None and follow.situation == situation.id:
            return site_of(scenario, parent)
    return None


def chain_terms(post: Post, path: str) -> tuple[Term, ...]:
    """The mean times of a post's decision chain; each body has its quorum at its members' mean times."""
    bodies = {body.id: body for body in post.bodies}
    terms: list[Term] = []
    for step in post.chain:
        if step.body is not None:
            terms += _quorum_terms(bodies[step.body], f"{path}.bodies.{step.body}")
        terms.append(_duration_term(step.duration, f"{path}.chain.{step.id}.duration"))
    return tuple(terms)


def _quorum_terms(body: DecisionBody, path: str) -> list[Term]:
    """The time of the member who completes the quorum, ordered by mean convening time, of those who can come."""
    coming = sorted(
        (member for member in body.members if member.shows_up.value > 0),
        key=lambda member: member.convene.distribution.mean(),
    )
    quorum = min(body.quorum.value, len(coming))
    if quorum < 1:
        return []
    last = coming[quorum - 1]
    return [_duration_term(last.convene, f"{path}.members.{last.id}.convene")]


def order_terms(ward: Ward, situation: Situation) -> tuple[Term, ...]:
    """From the occurrence to the ward's order, if a desk is free."""
    report = _duration_term(situation.report_delay, f"situations.{situation.id}.report_delay")
    return (report, *chain_terms(ward.post, f"wards.{ward.id}.post"))


def start_terms(scenario: Scenario, ward: Ward, situation: Situation, need: Need) -> tuple[Term, ...] | None:
    """From the occurrence to the start of work on a need, if the ward's own units and the services are all free.

    None if their strength is below the amount: the time then depends on aid from others.
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
        travel = _travel_terms(scenario, unit, site)
        if travel is not None:
            turnout = _duration_term(unit.turnout, f"units.{unit.id}.turnout")
            coming.append(((*order, turnout, *travel), strength.value))
    for service in scenario.services:
        strength = service.capabilities.get(need.capability)
        if strength is not None:
            before = order[:1] if service.called == "report" else order
            response = _duration_term(service.response, f"services.{service.id}.response")
            coming += [((*before, response), strength.value)] * service.teams.value
    arrived = 0
    for terms, added in sorted(coming, key=lambda item: total_minutes(item[0])):
        arrived += added
        if arrived >= need.amount.value:
            return terms
    return None


def _travel_terms(scenario: Scenario, unit: Unit, site: Site) -> tuple[Term, ...] | None:
    """The unit's travel time from its home site; () if it is already there, None if the site is unreachable."""
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
    assert mode.speed is not None  # else minutes_between would have returned None
    return (Term(f"modes.{mode.id}.speed", minutes, mode.speed.basis, inverse=True),)


def _duration_term(duration: Duration, path: str) -> Term:
    return Term(path, duration.distribution.mean(), duration.basis)
