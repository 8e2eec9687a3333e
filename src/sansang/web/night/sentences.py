"""How is an entry said in one line? For the log on a screen, on paper, in the live stream and in a chat group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sansang.ledger.envelope import short_hash
from sansang.ledger.kinds import kind_of
from sansang.ledger.store import Put
from sansang.model.access.links import unit_of
from sansang.model.access.state import AccessState
from sansang.model.operation import facts
from sansang.model.operation.corrections import Corrections
from sansang.model.operation.facts import Fact
from sansang.web.shared.filters import clock
from sansang.words import Voice, mark

STEPS: dict[str, str] = {
    "acknowledged": mark("acknowledged"),
    "turned_out": mark("on the way"),
    "on_scene": mark("on scene"),
    "done": mark("done"),
    "released": mark("released"),
    "declined": mark("declined"),
}
COUNTS: dict[str, str] = {
    "evacuated": mark("evacuated"),
    "helped": mark("helped"),
    "injured": mark("injured"),
    "dead": mark("dead"),
    "missing": mark("people missing"),
    "houses_damaged": mark("houses damaged"),
    "houses_lost": mark("houses lost"),
}
AVAILABLE: dict[str, str] = {
    "available": mark("available"),
    "assigned": mark("assigned"),
    "out_of_service": mark("out of service"),
}
MODES: dict[str, str] = {"real": mark("real"), "drill": mark("drill"), "": mark("not opened")}
DOUBTS: dict[str, str] = {
    "opened-again": mark("opened once more"),
    "not-opened": mark("written before the operation was opened"),
    "after-close": mark("written after the close"),
    "clock-doubtful": mark("the clock was wrong"),
    "command-again": mark("sent by a device to two installations"),
    "right-ended": mark("the author's right had ended"),
    "refused-then": mark("would have been refused on line"),
    "role-double": mark("two people in one role"),
    "unit-double": mark("two orders to one unit"),
    "unit-unavailable": mark("ordered while it was out of service"),
    "step-back": mark("a step back"),
    "reference-missing": mark("names what is not there"),
    "joined-already": mark("joined before"),
    "not-asked": mark("acknowledged without being asked"),
    "answered-already": mark("answered before"),
    "id-again": mark("a second one under its name"),
    "count-below-zero": mark("a count fell below zero"),
    "correction-of-later": mark("corrects what came later"),
    "unknown-kind": mark("from a newer version"),
}
REFUSED: dict[str, str] = {
    "opened-already": mark("The operation is open already: {about}."),
    "not-opened": mark("The operation has not been opened."),
    "closed-already": mark("The operation is closed already."),
    "level-not-in-force": mark("This level is not in force."),
    "level-unknown": mark("There are levels 1, 2 and 3."),
    "level-part-empty": mark("A declaration needs all five parts: reason, measures, area, duration, bodies."),
    "level-in-force": mark("This level or a higher one is in force there."),
    "aid-unknown": mark("Nobody has asked for this."),
    "aid-answered": mark("This was answered before."),
    "unit-out-of-service": mark("The unit is out of service: {about}."),
    "unit-assigned": mark("The unit is bound by another order. Release it first."),
    "handover-unknown": mark("There is no such handover."),
    "handover-accepted": mark("This handover was accepted before."),
}


NONE = Corrections()


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a log as people read it."""

    position: int
    log: str
    number: int
    post: str
    post_name: str
    kind: str
    text: str
    author: str
    happened: datetime
    written: datetime
    doubts: tuple[str, ...]
    head: str
    photo: str = ""
    #: The numbers of the lines that correct it (with the post, in another log), and whether one of them takes it back.
    corrected_by: tuple[str, ...] = ()
    is_withdrawn: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it was put down more than ten minutes after it was true."""
        return (self.written - self.happened).total_seconds() > 600


def told(
    put: Put,
    voice: Voice,
    access: AccessState,
    names: dict[str, str] | None = None,
    corrections: Corrections = NONE,
) -> Told:
    """An entry as a line. ``names`` are those of units and situations, by id."""
    one = put.recorded()
    known = access.posts.get(one.post)
    person = access.people.get(one.author)
    author = person.name if person is not None else author_of(one.author, voice, names or {})
    if one.on_behalf_of:
        author = voice.say(mark("{author} for {whom}"), author=author, whom=one.on_behalf_of)
    return Told(
        put.position,
        one.ref.log,
        one.ref.number,
        one.post,
        known.name if known is not None else one.post,
        kind_of(one.fact),
        sentence(one.fact, voice, access, names or {}),
        author,
        one.happened,
        one.written,
        tuple(voice.say(DOUBTS[doubt]) for doubt in one.doubts),
        short_hash(put.hash),
        one.fact.id if isinstance(one.fact, facts.PhotoAdded) else "",
        tuple(
            str(ref.number) if ref.log == one.ref.log else f"{_post(access, ref.post)} {ref.number}"
            for ref in corrections.corrected.get(one.ref, ())
        ),
        one.ref in corrections.withdrawn,
    )


def author_of(person: str, voice: Voice, names: dict[str, str]) -> str:
    """How somebody without an account is called: a unit by its link, the installation itself."""
    unit = unit_of(person)
    if unit is not None:
        return names.get(unit) or voice.say(mark("unit {unit}"), unit=unit)
    return voice.say(mark("the system")) if person == "system" else person


def _post(access: AccessState, post: str) -> str:
    known = access.posts.get(post)
    return known.name if known is not None else post


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def sentence(fact: Fact, voice: Voice, access: AccessState, names: dict[str, str]) -> str:  # noqa: PLR0912, PLR0915
    """What a fact says, in one line."""
    say = voice.say

    def name(of: str) -> str:
        return names.get(of) or of

    def person(of: str) -> str:
        known = access.people.get(of)
        return known.name if known is not None else of

    match fact:
        case facts.Opened(title, mode):
            return say(mark("Opened ({mode}): {title}"), title=title, mode=say(MODES[mode]))
        case facts.Closed(reason):
            return _joined(say(mark("Closed")), reason)
        case facts.RoleTaken(role, who):
            return say(mark("{who} takes over: {role}"), who=person(who), role=role)
        case facts.RoleLeft(role, who):
            return say(mark("{who} leaves: {role}"), who=person(who), role=role)
        case facts.HandoverOffered():
            text = say(mark("Shift handed over to {who}: {role}"), who=person(fact.to_person), role=fact.role)
            return _joined(text, fact.note, *fact.outstanding)
        case facts.HandoverAccepted(_, who):
            return say(mark("{who} has accepted the shift"), who=person(who))
        case facts.SituationReported():
            what = fact.kind or say(mark("situation"))
            caller = (
                say(mark("caller {who}"), who=_joined(fact.reporter, fact.phone)) if fact.reporter or fact.phone else ""
            )
            parts = (fact.place, fact.development, fact.extent, fact.spread, fact.help_requested, caller)
            return say(mark("Reported: {what}"), what=_joined(what, *parts))
        case facts.SituationsJoined(id, other):
            return say(mark("One event: “{other}” goes on as “{id}”"), id=name(id), other=name(other))
        case facts.SituationVerified(id, is_true, finding):
            text = mark("Verified: {what}") if is_true else mark("Not so: {what}")
            return _joined(say(text, what=name(id)), finding)
        case facts.SituationResolved(id, outcome):
            return _joined(say(mark("Resolved: {what}"), what=name(id)), outcome)
        case facts.UnitListed(_, title):
            return say(mark("Unit takes part: {unit}"), unit=title)
        case facts.UnitOutOfService(unit, reason):
            return _joined(say(mark("Out of service: {unit}"), unit=name(unit)), reason)
        case facts.UnitBackInService(unit):
            return say(mark("Back in service: {unit}"), unit=name(unit))
        case facts.UnitOrdered():
            text = say(
                mark("Order to {unit}: {what}"), unit=name(fact.unit), what=_joined(fact.task, name(fact.situation))
            )
            until = say(mark("answer by {time}"), time=clock(fact.answer_by)) if fact.answer_by else ""
            return _joined(text, until)
        case facts.OrderAnswered(order, step, note):
            return _joined(say(mark("{unit}: {step}"), unit=name(order), step=say(STEPS[step])), note)
        case facts.AidRequested():
            return say(mark("Aid asked of {post}: {what}"), post=_post(access, fact.of_post), what=fact.what)
        case facts.AidAnswered(_, granted, note):
            return _joined(say(mark("Aid granted") if granted else mark("Aid refused")), note)
        case facts.ServiceCalled(service, situation, said):
            return _joined(say(mark("Called {service}"), service=service), name(situation), said)
        case facts.MessageSent():
            to = ", ".join(_post(access, one) for one in fact.to)
            return say(mark("To {to}: {text}"), to=to, text=fact.text)
        case facts.MessageAcknowledged(_, who):
            return say(mark("{who} has acknowledged"), who=person(who))
        case facts.LevelDeclared():
            text = say(mark("Civil-defence level {level} declared for {area}"), level=fact.level, area=fact.area)
            return _joined(text, fact.reason, fact.measures, fact.duration, fact.bodies)
        case facts.LevelRevoked(_, reason):
            return _joined(say(mark("Civil-defence level revoked")), reason)
        case facts.PeriodStarted(id, objectives):
            return _joined(say(mark("Operational period {id}"), id=id), *objectives)
        case facts.CheckedIn(who, place, people):
            return say(mark("{who} has come: {people} people"), who=_joined(who, place), people=people)
        case facts.Counted(what, change, situation, source):
            return _joined(f"{say(COUNTS[what])}: {change:+d}", name(situation), source)
        case facts.ReportMissing():
            text = mark("Report has come from {post}") if fact.arrived else mark("Report still missing from {post}")
            return _joined(say(text, post=_post(access, fact.from_post)), fact.what)
        case facts.Noted(text, situation):
            return _joined(text, name(situation))
        case facts.WrittenUp(text, paper):
            return _joined(text, say(mark("from paper {paper}"), paper=paper) if paper else say(mark("from paper")))
        case facts.Corrected():
            place = f"{fact.log.split('/')[2]}·{fact.number}"
            text = mark("Withdrawn: no. {number}") if fact.withdrawn else mark("Correction of no. {number}")
            return _joined(say(text, number=place), fact.text)
        case facts.ContactReached(contact, channel, text):
            return say(mark("Message to {contact} ({channel}): {text}"), contact=contact, channel=channel, text=text)
        case facts.ClockDoubted():
            return say(mark("The clock of {log} is {n} s ahead"), log=fact.log, n=fact.seconds_ahead)
        case facts.PhotoAdded():
            return _joined(say(mark("Photo")), name(fact.situation), fact.caption)
        case _:
            return say(mark("an entry of a newer version ({kind})"), kind=kind_of(fact))
