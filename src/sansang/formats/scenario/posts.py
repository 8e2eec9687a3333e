"""Who answers, with what? Posts with their chains, units, services and stores of the file."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from msgspec import UNSET

from sansang.formats.scenario import shape
from sansang.formats.scenario.places import build_area
from sansang.formats.scenario.yaml_tree import Path
from sansang.model.plan.forces import DecisionBody, Means, Member, Post, Service, Step, Unit, Upper, Ward
from sansang.words import mark

if TYPE_CHECKING:
    from sansang.formats.scenario.build import Builder


def build_ward(builder: Builder, ward: shape.Ward, path: Path, day: date) -> Ward:
    return Ward(
        id=ward.id,
        area=build_area(builder, ward.area, day, (*path, "area")),
        post=_post(builder, ward.post, (*path, "post"), ward.id),
        stores=builder.amounts(ward.stores, (*path, "stores"), least=0),
        keep_back=builder.amounts(ward.keep_back, (*path, "keep_back"), least=0),
    )


def build_upper(builder: Builder) -> Upper | None:
    upper = builder.file.upper
    if not isinstance(upper, shape.Upper):
        return None
    return Upper(
        post=_post(builder, upper.post, ("upper", "post"), "upper"),
        stores=builder.amounts(upper.stores, ("upper", "stores"), least=0),
        resupply=builder.duration(upper.resupply, ("upper", "resupply")),
    )


def _post(builder: Builder, post: shape.Post, path: Path, otherwise: str) -> Post:
    builder.unique(post.bodies, (*path, "bodies"))
    builder.unique(post.chain, (*path, "chain"))
    bodies = tuple(_body(builder, body, (*path, "bodies", i)) for i, body in enumerate(post.bodies))
    body_ids = [body.id for body in bodies]
    steps = []
    for i, step in enumerate(post.chain):
        at = (*path, "chain", i)
        if isinstance(step.body, str):
            builder.known(step.body, body_ids, (*at, "body"), "body")
        steps.append(
            Step(
                id=step.id,
                name=step.name,
                duration=builder.duration(step.duration, (*at, "duration")),
                body=step.body if isinstance(step.body, str) else None,
                paper=step.paper,
                without_quorum=builder.number(step.without_quorum, (*at, "without_quorum"), 0.0),
            )
        )
    desks = None if post.desks is UNSET else builder.amount(post.desks, (*path, "desks"), 1)
    name = post.id if isinstance(post.id, str) else otherwise
    return Post(name, post.name, desks, tuple(steps), bodies, post.head)


def _body(builder: Builder, body: shape.Body, path: Path) -> DecisionBody:
    builder.unique(body.members, (*path, "members"))
    members = tuple(
        Member(
            id=member.id,
            role=member.role,
            shows_up=builder.probability(member.shows_up, (*path, "members", i, "shows_up"), 1.0),
            convene=builder.duration(member.convene, (*path, "members", i, "convene")),
        )
        for i, member in enumerate(body.members)
    )
    quorum = builder.amount(body.quorum, (*path, "quorum"), 1, least=0)
    if quorum.value > len(members):
        builder.error(
            "quorum",
            (*path, "quorum"),
            mark("The quorum is {quorum}, but the body has {members} members"),
            mark("Lower the quorum, or add members"),
            quorum=quorum.value,
            members=len(members),
        )
    return DecisionBody(body.id, body.name, members, quorum)


def build_unit(builder: Builder, unit: shape.Unit, path: Path) -> Unit:
    builder.known(unit.home, builder.site_ids, (*path, "home"), "site")
    builder.known(unit.mode, builder.mode_ids, (*path, "mode"), "mode")
    ward = unit.ward if isinstance(unit.ward, str) else None
    if ward is not None:
        builder.known(ward, builder.ward_ids, (*path, "ward"), "ward")
    elif builder.file.upper is UNSET:
        builder.error(
            "reserve-without-upper",
            path,
            mark("The unit has no ward, and the plan has no upper command whose reserve it could be"),
            mark("Add `ward: …`, or the upper command"),
        )
    duty = (0.0, math.inf)
    if isinstance(unit.on_duty, list):
        start, end = unit.on_duty
        duty = (0.0 if start is None else start, math.inf if end is None else end)
        if duty[0] >= duty[1] or duty[0] < 0:
            builder.error(
                "duty-window",
                (*path, "on_duty"),
                mark("The duty begins at {start} and ends at {end}"),
                mark("Write [from, to] in minutes of the exercise; null for no end"),
                start=duty[0],
                end=duty[1],
            )
    return Unit(
        id=unit.id,
        name=unit.name,
        ward=ward,
        home=unit.home,
        mode=unit.mode,
        capabilities=builder.amounts(unit.capabilities, (*path, "capabilities"), least=1),
        kind=unit.kind,
        on_duty=duty,
        shows_up=builder.probability(unit.shows_up, (*path, "shows_up"), 1.0),
        turnout=builder.duration(unit.turnout, (*path, "turnout")),
        head=unit.head,
        members=tuple(unit.members),
        people=None if unit.people is UNSET else builder.amount(unit.people, (*path, "people"), 1),
        means=tuple(
            Means(m.kind, builder.amount(m.quantity, (*path, "means", i, "quantity"), 1), m.state)
            for i, m in enumerate(unit.means)
        ),
    )


def build_service(builder: Builder, service: shape.Service, path: Path) -> Service:
    return Service(
        id=service.id,
        name=service.name,
        capabilities=builder.amounts(service.capabilities, (*path, "capabilities"), least=1),
        response=builder.duration(service.response, (*path, "response")),
        teams=builder.amount(service.teams, (*path, "teams"), 1),
        called=service.called,
    )
