"""Which tables represent a plan? A scenario compiled into tables of numbers, durations in whole milliseconds.

Both programs, the reference and the kernel, play these tables; names and texts remain in the scenario.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sansang.model.plan.quantity import (
    Constant,
    Distribution,
    Duration,
    Empirical,
    Exponential,
    Lognormal,
    Triangular,
    Uniform,
)
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.situations import Fixed, Situation, Stream
from sansang.rehearsal import chance
from sansang.rehearsal.keys import EntityKeys, entity_keys, played_injects
from sansang.rehearsal.layout import (
    BODY_DTYPE,
    DEFINITION_DTYPE,
    GENERAL_DTYPE,
    INJECT_DTYPE,
    MEMBER_DTYPE,
    NEED_DTYPE,
    NEVER,
    PHASE_DTYPE,
    PIECE_DTYPE,
    POST_DTYPE,
    SERVICE_DTYPE,
    SITE_CHOICE_DTYPE,
    START_FIXED,
    START_FOLLOW_ON,
    START_INJECT,
    START_STREAM,
    STEP_DTYPE,
    SUPPLY_DTYPE,
    UNIT_DTYPE,
    PlanTables,
)


class DistributionTable:
    """The distributions of a plan as rows of numbers; equal ones share a row."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, ...]] = []
        self.points: list[tuple[float, float]] = []
        self._rows_by_distribution: dict[Distribution, int] = {}

    def row(self, duration: Duration) -> int:
        """The row of a duration's distribution, added if it is new."""
        distribution = duration.distribution
        if distribution not in self._rows_by_distribution:
            self._rows_by_distribution[distribution] = len(self.rows)
            self.rows.append(self._numbers(distribution))
        return self._rows_by_distribution[distribution]

    def _numbers(self, distribution: Distribution) -> tuple[float, ...]:
        match distribution:
            case Constant(value):
                return (chance.CONSTANT, value, 0, 0, 0, 0)
            case Uniform(low, high):
                return (chance.UNIFORM, low, high, 0, 0, 0)
            case Triangular(low, mode, high):
                return (chance.TRIANGULAR, low, mode, high, 0, 0)
            case Exponential(average):
                return (chance.EXPONENTIAL, average, 0, 0, 0, 0)
            case Lognormal(median, sigma):
                return (chance.LOGNORMAL, median, sigma, 0, 0, 0)
            case Empirical(points):
                first = len(self.points)
                self.points.extend(points)
                return (chance.EMPIRICAL, 0, 0, 0, first, len(points))


def minutes_to_ms(minutes: float) -> int:
    """Whole milliseconds of minutes: floor(minutes × 60000 + 0.5), not below 0; no end stays no end."""
    if math.isinf(minutes):
        return NEVER
    return max(0, math.floor(minutes * chance.MS_PER_MINUTE + 0.5))


def compile_plan(scenario: Scenario, keys: EntityKeys | None = None) -> PlanTables:
    """The tables of a scenario that was read without errors.

    ``keys`` gives the random streams of the entities; by default those of their places in the plan. Follow-ons must
    stand right after their parents, as the reader puts them. Raises KeyError for a reference that leads nowhere,
    ValueError for a way that can't be computed.
    """
    keys = keys or entity_keys(scenario)
    table = DistributionTable()
    wards = {ward.id: i for i, ward in enumerate(scenario.wards)}
    sites = {site.id: i for i, site in enumerate(scenario.sites)}
    modes = {mode.id: i for i, mode in enumerate(scenario.modes)}
    capabilities = _numbers_of(
        [c for unit in scenario.units for c in unit.capabilities]
        + [c for service in scenario.services for c in service.capabilities]
        + [need.capability for s in scenario.situations for need in s.needs]
    )
    kinds = _numbers_of([k for s in scenario.situations for need in s.needs for k in need.supplies])
    posts, steps, bodies, members = _posts(scenario, table, keys)
    phases, active_posts = _phases(scenario)
    definitions, pieces, choices, needs, supplies = _situations(scenario, table, sites, capabilities, kinds, keys)

    units = np.zeros(len(scenario.units), UNIT_DTYPE)
    strength = np.zeros((len(scenario.units), len(capabilities)), np.int64)
    for i, unit in enumerate(scenario.units):
        units[i] = (
            len(wards) if unit.ward is None else wards[unit.ward],
            sites[unit.home],
            modes[unit.mode],
            minutes_to_ms(unit.on_duty[0]),
            minutes_to_ms(unit.on_duty[1]),
            unit.shows_up.value,
            table.row(unit.turnout),
            keys.units[unit.id],
        )
        for name, amount in unit.capabilities.items():
            strength[i, capabilities[name]] = amount.value
    services = np.zeros(len(scenario.services), SERVICE_DTYPE)
    service_strength = np.zeros((len(scenario.services), len(capabilities)), np.int64)
    for i, service in enumerate(scenario.services):
        services[i] = (table.row(service.response), service.teams.value, service.called == "report")
        for name, amount in service.capabilities.items():
            service_strength[i, capabilities[name]] = amount.value
    stock = np.zeros((len(wards) + 1, len(kinds)), np.int64)
    keep_back = np.zeros((len(wards) + 1, len(capabilities)), np.int64)
    for i, ward in enumerate(scenario.wards):
        for name, amount in ward.stores.items():
            if name in kinds:
                stock[i, kinds[name]] = amount.value
        for name, amount in ward.keep_back.items():
            if name in capabilities:
                keep_back[i, capabilities[name]] = amount.value
    general = np.zeros(1, GENERAL_DTYPE)
    upper = scenario.upper
    if upper is not None:
        for name, amount in upper.stores.items():
            if name in kinds:
                stock[len(wards), kinds[name]] = amount.value
    general[0] = (
        minutes_to_ms(scenario.horizon),
        minutes_to_ms(scenario.count_from),
        minutes_to_ms(scenario.no_answer.value),
        scenario.policy == "nearest_of_all",
        len(wards),
        upper is not None,
        table.row(upper.resupply) if upper is not None else 0,
    )
    return PlanTables(
        general=general,
        units=units,
        strength=strength,
        definitions=definitions,
        pieces=pieces,
        site_choices=choices,
        needs=needs,
        supplies=supplies,
        posts=posts,
        steps=steps,
        bodies=bodies,
        members=members,
        services=services,
        service_strength=service_strength,
        stock=stock,
        keep_back=keep_back,
        travel_ms=_travel_ms(scenario),
        mode_factor_distribution=np.array([table.row(mode.factor) for mode in scenario.modes], np.int32),
        site_ward=np.array([wards[site.ward] for site in scenario.sites], np.int32),
        phases=phases,
        active_posts=active_posts,
        injects=_injects(scenario, table, keys),
        distributions=np.array(table.rows or [(0.0,) * 6], np.float64),
        points=np.array(table.points or [(0.0, 0.0)], np.float64),
    )


def _numbers_of(names: list[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(dict.fromkeys(names))}


def _posts(
    scenario: Scenario, table: DistributionTable, keys: EntityKeys
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    posts: list[tuple[int, ...]] = []
    steps: list[tuple[int, ...]] = []
    bodies: list[tuple[int, ...]] = []
    members: list[tuple[float, int, int]] = []
    for post in scenario.posts:
        place = {}
        for body in post.bodies:
            place[body.id] = len(bodies)
            bodies.append((len(members), len(body.members), body.quorum.value))
            members += [
                (m.shows_up.value, table.row(m.convene), keys.members[post.id, body.id, m.id]) for m in body.members
            ]
        posts.append((-1 if post.desks is None else post.desks.value, len(steps), len(post.chain)))
        for step in post.chain:
            body_row = -1 if step.body is None else place[step.body]
            key = keys.steps[post.id, step.id]
            steps.append((body_row, table.row(step.duration), minutes_to_ms(step.without_quorum.value), key))
    return (
        np.array(posts, POST_DTYPE),
        np.array(steps, STEP_DTYPE),
        np.array(bodies, BODY_DTYPE),
        np.array(members, MEMBER_DTYPE),
    )


def _situations(
    scenario: Scenario,
    table: DistributionTable,
    sites: dict[str, int],
    capabilities: dict[str, int],
    kinds: dict[str, int],
    keys: EntityKeys,
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    place = {situation.id: i for i, situation in enumerate(scenario.situations)}
    parent = {
        s.escalation.follow_on.situation: i
        for i, s in enumerate(scenario.situations)
        if s.escalation is not None and s.escalation.follow_on is not None
    }
    started = {inject.starts for inject in scenario.injects if inject.starts and inject.is_played}
    definitions = np.zeros(len(scenario.situations), DEFINITION_DTYPE)
    pieces: list[tuple[float, ...]] = []
    choices: list[tuple[int, float]] = []
    needs: list[tuple[int, ...]] = []
    supplies: list[tuple[int, int]] = []
    for i, situation in enumerate(scenario.situations):
        row = definitions[i]
        row["key"] = keys.situations[situation.id]
        row["priority"] = situation.priority
        row["report_delay_distribution"] = table.row(situation.report_delay)
        row["waits"] = situation.waits
        row["order_within_ms"] = -1 if situation.order_within is None else minutes_to_ms(situation.order_within.value)
        row["parent"] = parent.get(situation.id, -1)
        _fill_start(row, situation, table, pieces)
        if situation.id in started and situation.start is None:
            row["start_kind"] = START_INJECT
        row["first_site_choice"], row["site_choice_count"] = len(choices), len(situation.sites)
        total, cumulative = sum(weight for _, weight in situation.sites), 0.0
        for site, weight in situation.sites:
            cumulative += weight
            choices.append((sites[site], cumulative / total))
        row["escalates_after_ms"], row["growth_percent"], row["follow_on"] = -1, 100, -1
        if situation.escalation is not None:
            row["escalates_after_ms"] = minutes_to_ms(situation.escalation.after.value)
            row["growth_percent"] = situation.escalation.percent.value
            if (follow_on := situation.escalation.follow_on) is not None:
                row["follow_on"] = place[follow_on.situation]
                row["follow_on_probability"] = follow_on.probability.value
                row["follow_on_delay_distribution"] = table.row(follow_on.delay)
        row["first_need"], row["need_count"] = len(needs), len(situation.needs)
        for need in situation.needs:
            needs.append(
                (
                    i,
                    capabilities[need.capability],
                    need.amount.value,
                    table.row(need.work),
                    -1 if need.deadline is None else minutes_to_ms(need.deadline.value),
                    len(supplies),
                    len(need.supplies),
                    keys.needs[situation.id, need.id],
                )
            )
            supplies += [(kinds[name], amount.value) for name, amount in need.supplies.items()]
    return (
        definitions,
        np.array(pieces, PIECE_DTYPE),
        np.array(choices, SITE_CHOICE_DTYPE),
        np.array(needs, NEED_DTYPE),
        np.array(supplies, SUPPLY_DTYPE),
    )


def _phases(scenario: Scenario) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """The phases in the order of time, and which posts act in each; none named means all."""
    ids = [post.id for post in scenario.posts]
    ordered = sorted(scenario.phases, key=lambda phase: phase.start)
    active_posts = np.zeros((len(ordered), len(ids)), np.int64)
    for i, phase in enumerate(ordered):
        for j, post in enumerate(ids):
            active_posts[i, j] = not phase.posts or post in phase.posts
    return np.array(
        [(minutes_to_ms(p.start), minutes_to_ms(p.end), p.units_move) for p in ordered], PHASE_DTYPE
    ), active_posts


def _injects(scenario: Scenario, table: DistributionTable, keys: EntityKeys) -> NDArray[Any]:
    place = {situation.id: i for i, situation in enumerate(scenario.situations)}
    number = {post.id: i for i, post in enumerate(scenario.posts)}
    rows = []
    for inject in played_injects(scenario):
        assert inject.planned is not None
        post = scenario.receiving_post(inject.receiver)
        rows.append(
            (
                minutes_to_ms(inject.planned.value),
                -1 if post is None else number[post.id],
                inject.priority,
                table.row(inject.handle),
                place[inject.starts] if inject.starts else -1,
                keys.injects[inject.id],
            )
        )
    return np.array(rows, INJECT_DTYPE)


def _fill_start(row: Any, situation: Situation, table: DistributionTable, pieces: list[tuple[float, ...]]) -> None:
    match situation.start:
        case Fixed(minute, jitter):
            row["start_kind"], row["start_minute"], row["jitter_distribution"] = (
                START_FIXED,
                minute.value,
                table.row(jitter),
            )
        case Stream(given):
            row["start_kind"], row["first_piece"], row["piece_count"] = START_STREAM, len(pieces), len(given)
            before = 0.0
            for piece in given:
                start_ms, end_ms = piece.start * chance.MS_PER_MINUTE, piece.end * chance.MS_PER_MINUTE
                arrivals_per_ms = piece.per_hour.value / (60 * chance.MS_PER_MINUTE)
                pieces.append((start_ms, end_ms, arrivals_per_ms, before))
                before += (end_ms - start_ms) * arrivals_per_ms
        case None:
            row["start_kind"] = START_FOLLOW_ON


def _travel_ms(scenario: Scenario) -> NDArray[np.int64]:
    """Ways (ms), mode × site × site; −1 where none is given: the reader has checked those that matter."""
    matrix = np.full((len(scenario.modes), len(scenario.sites), len(scenario.sites)), -1, np.int64)
    for m, mode in enumerate(scenario.modes):
        for i, start in enumerate(scenario.sites):
            for j, end in enumerate(scenario.sites):
                try:
                    way = mode.minutes_between(start, end)
                except ValueError:
                    continue
                matrix[m, i, j] = -1 if way is None else minutes_to_ms(way)
    return matrix
