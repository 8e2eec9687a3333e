"""How is it written? A scenario as a new file, or what was read with its comments and unknown keys."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sansang.formats.scenario import shape_people
from sansang.model.exercise.exercise import Exercise, Inject
from sansang.model.exercise.issuing import Issuing
from sansang.model.plan.forces import Post
from sansang.model.plan.pillars import PILLAR_SETS, PillarSet
from sansang.model.plan.quantity import (
    ASSUMED,
    Amount,
    Basis,
    Constant,
    Duration,
    Empirical,
    Exponential,
    Lognormal,
    Number,
    Probability,
    Quantity,
    Triangular,
    Uniform,
)
from sansang.model.plan.situations import Fixed, Need, Situation, Stream

if TYPE_CHECKING:
    from sansang.formats.scenario.read import Document

WIDE = 110
#: Keys that a file must have, also where they hold nothing.
REQUIRED = ("title", "name", "role", "text", "capability", "message", "receiver")


def write(document: Document) -> dict[str, bytes]:
    """The files of a folder as they were read, by their names in the folder; see :func:`rewrite`."""
    return {name: rewrite(data) for name, data in document.files.items()}


def rewrite(data: bytes) -> bytes:
    """A file as it was read, through the same library that edits it: comments, order and unknown keys stay.

    The layout may be put straight (indents, line breaks); meaning and comments do not change.
    """
    yaml = _yaml()
    out = io.BytesIO()
    yaml.dump(yaml.load(data.decode("utf-8-sig")), out)
    return out.getvalue()


def dump(scenario: Exercise) -> bytes:
    """A scenario as the text of a new ``exercise.yaml``; reading it gives an equal scenario."""
    out = io.BytesIO()
    _yaml().dump(_scenario(scenario), out)
    return out.getvalue()


def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = WIDE
    yaml.preserve_quotes = True
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _scenario(s: Exercise) -> dict[str, Any]:
    written: dict[str, Any] = {
        "format": 1,
        "id": s.id,
        "title": s.title,
        "label": s.label,
        "example": s.example,
        "description": s.description,
        "start": s.start.isoformat(),
        "horizon": s.horizon,
        "count_from": s.count_from,
        "policy": s.policy,
        "no_answer": _quantity(s.no_answer),
        "pillars": _pillars(s.pillars),
        "modes": [
            _kept(
                id=m.id,
                name=m.name,
                speed=_quantity(m.speed),
                detour=_quantity(m.detour),
                factor=_quantity(m.factor),
                times=[
                    {"from": a, "to": b, "minutes": None if t is None else _quantity(t)}
                    for (a, b), t in m.times.items()
                ],
            )
            for m in s.modes
        ],
        "wards": [
            _kept(
                id=w.id,
                area=_quoted(w.area.code),
                post=_post(w.post),
                stores=_amounts(w.stores),
                keep_back=_amounts(w.keep_back),
            )
            for w in s.wards
        ],
    }
    if s.upper is not None:
        written["upper"] = _kept(
            post=_post(s.upper.post), stores=_amounts(s.upper.stores), resupply=_quantity(s.upper.resupply)
        )
    written["sites"] = [
        _kept(id=x.id, name=x.name, ward=x.ward, at=None if x.place is None else [x.place.lat, x.place.lon])
        for x in s.sites
    ]
    written["units"] = [
        _kept(
            id=u.id,
            name=u.name,
            kind=u.kind,
            ward=u.ward,
            home=u.home,
            mode=u.mode,
            capabilities=_amounts(u.capabilities),
            on_duty=[u.on_duty[0], None if math.isinf(u.on_duty[1]) else u.on_duty[1]],
            shows_up=_quantity(u.shows_up),
            turnout=_quantity(u.turnout),
            head=u.head,
            people=_quantity(u.people),
            members=list(u.members),
            means=[{"kind": m.kind, "quantity": _quantity(m.quantity), "state": m.state} for m in u.means],
        )
        for u in s.units
    ]
    written["services"] = [
        _kept(
            id=x.id,
            name=x.name,
            capabilities=_amounts(x.capabilities),
            teams=_quantity(x.teams),
            response=_quantity(x.response),
            called=x.called,
        )
        for x in s.services
    ]
    written["situations"] = [_situation(x) for x in s.situations]
    written["phases"] = [
        _kept(
            id=p.id,
            name=p.name,
            **{"from": p.start, "to": p.end},
            posts=list(p.posts),
            units_move=p.units_move,
            training_issues=[{"number": _quoted(i.number), "title": i.title} for i in p.training_issues],
        )
        for p in s.phases
    ]
    written["objectives"] = [_kept(id=o.id, text=o.text, capability=o.capability or None) for o in s.objectives]
    written["tasks"] = [
        _kept(id=t.id, text=t.text, objective=t.objective, standard=t.standard, target=t.target, source=t.source)
        for t in s.tasks
    ]
    written["roles"] = [_kept(id=r.id, name=r.name, post=r.post, kind=r.kind) for r in s.roles]
    written["injects"] = [_inject(i) for i in s.injects]
    if s.papers is not None:
        written["papers"] = _issuing(s.papers)
    written["silenced"] = [_kept(finding=x.finding, at=x.at, reason=x.reason) for x in s.silenced]
    return {key: value for key, value in written.items() if key in REQUIRED or value not in ("", [], None)}


def _kept(**fields: Any) -> dict[str, Any]:
    """The fields that say something, and texts that must be there though they are empty."""
    return {
        key: value
        for key, value in fields.items()
        if value is not None and (value not in ("", [], {}) or (value == "" and key in REQUIRED))
    }


def _issuing(i: Issuing) -> dict[str, Any]:
    return _kept(
        parent=i.parent,
        issuer=i.issuer,
        symbol=i.symbol,
        place=i.place,
        date=None if i.date is None else _quoted(i.date.isoformat()),
        drafted_by=i.drafted_by,
        addressees=list(i.addressees),
        signing=list(i.signing),
        grounds=list(i.grounds),
        recipients=list(i.recipients),
    )


def _quoted(text: str) -> Any:
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    return DoubleQuotedScalarString(text)


def _pillars(pillars: PillarSet) -> Any:
    if PILLAR_SETS.get(pillars.id) == pillars:
        return pillars.id
    return {
        "id": pillars.id,
        "name": pillars.name_vi,
        "name_en": pillars.name_en,
        "valid_from": _quoted(pillars.valid_from.isoformat()),
        "legal_basis": pillars.legal_basis,
        "pillars": [
            {"id": p.id, "name": p.name_vi, "name_en": p.name_en, "causes": list(p.causes)} for p in pillars.pillars
        ],
    }


def _post(post: Post) -> dict[str, Any]:
    return _kept(
        id=post.id,
        name=post.name,
        head=post.head,
        desks=_quantity(post.desks),
        bodies=[
            {
                "id": b.id,
                "name": b.name,
                "quorum": _quantity(b.quorum),
                "members": [
                    _kept(id=m.id, role=m.role, shows_up=_quantity(m.shows_up), convene=_quantity(m.convene))
                    for m in b.members
                ],
            }
            for b in post.bodies
        ],
        chain=[
            _kept(
                id=x.id,
                name=x.name,
                body=x.body,
                duration=_quantity(x.duration),
                paper=x.paper,
                without_quorum=_quantity(x.without_quorum),
            )
            for x in post.chain
        ],
    )


def _situation(s: Situation) -> dict[str, Any]:
    start: Any = None
    match s.start:
        case Fixed(minute, jitter):
            start = {"minute": _quantity(minute), "jitter": _quantity(jitter)}
        case Stream(pieces):
            start = {"stream": [{"from": p.start, "to": p.end, "per_hour": _quantity(p.per_hour)} for p in pieces]}
    escalation: Any = None
    if s.escalation is not None:
        follow_on: Any = None
        if s.escalation.follow_on is not None:
            f = s.escalation.follow_on
            follow_on = {
                "situation": f.situation,
                "probability": _quantity(f.probability),
                "delay": _quantity(f.delay),
            }
        escalation = _kept(
            after=_quantity(s.escalation.after), percent=_quantity(s.escalation.percent), follow_on=follow_on
        )
    return _kept(
        id=s.id,
        name=s.name,
        priority=s.priority,
        start=start,
        sites=[{"site": site, "weight": weight} for site, weight in s.sites],
        report_delay=_quantity(s.report_delay),
        order_within=_quantity(s.order_within),
        waits=s.waits,
        needs=[_need(n) for n in s.needs],
        escalation=escalation,
    )


def _need(n: Need) -> dict[str, Any]:
    return _kept(
        id=n.id,
        name=n.name or None,
        capability=n.capability,
        amount=_quantity(n.amount),
        work=_quantity(n.work),
        deadline=_quantity(n.deadline),
        supplies=_amounts(n.supplies),
    )


def _inject(i: Inject) -> dict[str, Any]:
    texts = {
        name: getattr(i, name)
        for name in shape_people.Inject.__struct_fields__
        if name
        not in ("planned", "deadline", "handle", "number", "objectives", "tasks", "attachments", "other_columns")
    }
    return _kept(
        **texts,
        number=_quoted(i.number) if i.number else None,
        planned=_quantity(i.planned),
        deadline=_quantity(i.deadline),
        handle=_quantity(i.handle),
        objectives=list(i.objectives),
        tasks=list(i.tasks),
        attachments=list(i.attachments),
        other_columns=dict(i.other_columns),
    )


def _amounts(amounts: Mapping[str, Amount]) -> dict[str, Any]:
    return {name: _quantity(amount) for name, amount in amounts.items()}


def _quantity(quantity: Quantity | None) -> Any:
    """A bare number where it is only assumed and says no more, else a mapping."""
    if quantity is None:
        return None
    form: dict[str, Any]
    match quantity:
        case Duration(Uniform(low, high)):
            form = {"uniform": [low, high]}
        case Duration(Triangular(low, mode, high)):
            form = {"triangular": [low, mode, high]}
        case Duration(Exponential(average)):
            form = {"exponential": average}
        case Duration(Lognormal(median, sigma)):
            form = {"lognormal": [median, sigma]}
        case Duration(Empirical(points)):
            form = {"empirical": [list(point) for point in points]}
        case Duration(Constant(value)):
            form = {"value": value}
        case Number(value) | Probability(value) | Amount(value):
            form = {"value": value}
    if set(form) == {"value"} and quantity.basis == ASSUMED:
        return form["value"]
    return form | _basis(quantity.basis)


def _basis(basis: Basis) -> dict[str, Any]:
    written: dict[str, Any] = {}
    if basis.provenance != "assumed" or basis.note:
        written[basis.provenance] = basis.note
    if basis.low is not None and basis.high is not None:
        written["range"] = [basis.low, basis.high]
    return written
