"""The sentences of an operation's entries."""

from __future__ import annotations

from sansang.model.operation.aid import AidAnswered, AidRequested, ServiceCalled
from sansang.model.operation.calls_for_help import HelpAcknowledged, HelpCalled
from sansang.model.operation.counts import CheckedIn, Counted
from sansang.model.operation.levels import LevelDeclared, LevelRevoked
from sansang.model.operation.log import ClockDoubted, Corrected, Noted, PhotoAdded, WrittenUp
from sansang.model.operation.messages import ContactReached, MessageAcknowledged, MessageSent, ReportMissing
from sansang.model.operation.opening import Closed, Opened, PeriodStarted
from sansang.model.operation.orders import OrderAnswered, UnitOrdered
from sansang.model.operation.roads import RoadClosed, RoadOpened
from sansang.model.operation.roles import HandoverAccepted, HandoverOffered, RoleLeft, RoleTaken
from sansang.model.operation.situations import SituationReported, SituationResolved, SituationsJoined, SituationVerified
from sansang.model.operation.units import UnitBackInService, UnitListed, UnitOutOfService
from sansang.model.stream import parse_log
from sansang.words import mark
from sansang.words.sentences.speaker import Speaker, joined, says

STEP_LABELS: dict[str, str] = {
    "acknowledged": mark("acknowledged"),
    "turned_out": mark("on the way"),
    "on_scene": mark("on scene"),
    "done": mark("done"),
    "released": mark("released"),
    "declined": mark("declined"),
}
COUNT_LABELS: dict[str, str] = {
    "evacuated": mark("evacuated"),
    "helped": mark("helped"),
    "injured": mark("injured"),
    "dead": mark("dead"),
    "missing": mark("people missing"),
    "houses_damaged": mark("houses damaged"),
    "houses_lost": mark("houses lost"),
}
MODE_LABELS: dict[str, str] = {"real": mark("real"), "drill": mark("drill"), "": mark("not opened")}


@says(Opened)
def _opened(fact: Opened, to: Speaker) -> str:
    return to.say(mark("Opened ({mode}): {title}"), title=fact.title, mode=to.say(MODE_LABELS[fact.mode]))


@says(Closed)
def _closed(fact: Closed, to: Speaker) -> str:
    return joined(to.say(mark("Closed")), fact.reason)


@says(PeriodStarted)
def _period_started(fact: PeriodStarted, to: Speaker) -> str:
    # The form gives a period no name; its id, made from the command, is none.
    is_named = not fact.id.startswith("k-")
    text = mark("Operational period {id}") if is_named else mark("A new operational period")
    return joined(to.say(text, id=fact.id), *fact.objectives)


@says(RoleTaken)
def _role_taken(fact: RoleTaken, to: Speaker) -> str:
    return to.say(mark("{who} takes over: {role}"), who=to.person(fact.person), role=fact.role)


@says(RoleLeft)
def _role_left(fact: RoleLeft, to: Speaker) -> str:
    return to.say(mark("{who} leaves: {role}"), who=to.person(fact.person), role=fact.role)


@says(HandoverOffered)
def _handover_offered(fact: HandoverOffered, to: Speaker) -> str:
    text = to.say(mark("Shift handed over to {who}: {role}"), who=to.person(fact.to_person), role=fact.role)
    return joined(text, fact.note, *fact.outstanding)


@says(HandoverAccepted)
def _handover_accepted(fact: HandoverAccepted, to: Speaker) -> str:
    return to.say(mark("{who} has accepted the shift"), who=to.person(fact.person))


@says(SituationReported)
def _situation_reported(fact: SituationReported, to: Speaker) -> str:
    what = fact.kind or to.say(mark("situation"))
    caller = joined(fact.reporter, fact.phone)
    called = to.say(mark("caller {who}"), who=caller) if caller else ""
    parts = (fact.place, fact.development, fact.extent, fact.spread, fact.help_requested, called)
    return to.say(mark("Reported: {what}"), what=joined(what, *parts))


@says(SituationsJoined)
def _situations_joined(fact: SituationsJoined, to: Speaker) -> str:
    return to.say(mark("One event: “{other}” goes on as “{id}”"), id=to.name(fact.id), other=to.name(fact.other))


@says(SituationVerified)
def _situation_verified(fact: SituationVerified, to: Speaker) -> str:
    text = mark("Verified: {what}") if fact.is_true else mark("Not so: {what}")
    return joined(to.say(text, what=to.name(fact.id)), fact.finding)


@says(SituationResolved)
def _situation_resolved(fact: SituationResolved, to: Speaker) -> str:
    return joined(to.say(mark("Resolved: {what}"), what=to.name(fact.id)), fact.outcome)


@says(UnitListed)
def _unit_listed(fact: UnitListed, to: Speaker) -> str:
    return to.say(mark("Unit takes part: {unit}"), unit=fact.name)


@says(UnitOutOfService)
def _unit_out_of_service(fact: UnitOutOfService, to: Speaker) -> str:
    return joined(to.say(mark("Out of service: {unit}"), unit=to.name(fact.unit)), fact.reason)


@says(UnitBackInService)
def _unit_back_in_service(fact: UnitBackInService, to: Speaker) -> str:
    return to.say(mark("Back in service: {unit}"), unit=to.name(fact.unit))


@says(UnitOrdered)
def _unit_ordered(fact: UnitOrdered, to: Speaker) -> str:
    what = joined(fact.task, to.name(fact.situation))
    until = to.say(mark("answer by {time}"), time=to.clock(fact.answer_by)) if fact.answer_by else ""
    return joined(to.say(mark("Order to {unit}: {what}"), unit=to.name(fact.unit), what=what), until)


@says(OrderAnswered)
def _order_answered(fact: OrderAnswered, to: Speaker) -> str:
    return joined(
        to.say(mark("{unit}: {step}"), unit=to.name(fact.order), step=to.say(STEP_LABELS[fact.step])), fact.note
    )


@says(AidRequested)
def _aid_requested(fact: AidRequested, to: Speaker) -> str:
    return to.say(mark("Aid asked of {post}: {what}"), post=to.post(fact.of_post), what=fact.what)


@says(AidAnswered)
def _aid_answered(fact: AidAnswered, to: Speaker) -> str:
    return joined(to.say(mark("Aid granted") if fact.granted else mark("Aid refused")), fact.note)


@says(ServiceCalled)
def _service_called(fact: ServiceCalled, to: Speaker) -> str:
    return joined(to.say(mark("Called {service}"), service=fact.service), to.name(fact.situation), fact.said)


@says(RoadClosed)
def _road_closed(fact: RoadClosed, to: Speaker) -> str:
    until = to.say(mark("until {time}"), time=to.clock(fact.until)) if fact.until else ""
    return joined(to.say(mark("Road closed: {place}"), place=fact.place), until, fact.reason)


@says(RoadOpened)
def _road_opened(fact: RoadOpened, to: Speaker) -> str:
    return to.say(mark("Road open again: {place}"), place=to.name(fact.id))


@says(HelpCalled)
def _help_called(fact: HelpCalled, to: Speaker) -> str:
    return to.say(mark("To {to}: {text}"), to=", ".join(map(to.post, fact.posts)), text=fact.text)


@says(HelpAcknowledged)
def _help_acknowledged(fact: HelpAcknowledged, to: Speaker) -> str:
    return to.say(mark("{who} has acknowledged"), who=to.person(fact.acknowledger))


@says(MessageSent)
def _message_sent(fact: MessageSent, to: Speaker) -> str:
    return to.say(mark("To {to}: {text}"), to=", ".join(map(to.post, fact.to)), text=fact.text)


@says(MessageAcknowledged)
def _message_acknowledged(fact: MessageAcknowledged, to: Speaker) -> str:
    return to.say(mark("{who} has acknowledged"), who=to.person(fact.acknowledger))


@says(ReportMissing)
def _report_missing(fact: ReportMissing, to: Speaker) -> str:
    text = mark("Report has come from {post}") if fact.arrived else mark("Report still missing from {post}")
    return joined(to.say(text, post=to.post(fact.from_post)), fact.what)


@says(ContactReached)
def _contact_reached(fact: ContactReached, to: Speaker) -> str:
    text = mark("Message to {contact} ({channel}): {text}")
    return to.say(text, contact=fact.contact, channel=fact.channel, text=fact.text)


@says(LevelDeclared)
def _level_declared(fact: LevelDeclared, to: Speaker) -> str:
    text = to.say(mark("Civil-defence level {level} declared for {area}"), level=fact.level, area=fact.area)
    return joined(text, fact.reason, fact.measures, fact.duration, fact.bodies)


@says(LevelRevoked)
def _level_revoked(fact: LevelRevoked, to: Speaker) -> str:
    return joined(to.say(mark("Civil-defence level revoked")), fact.reason)


@says(CheckedIn)
def _checked_in(fact: CheckedIn, to: Speaker) -> str:
    return to.say(mark("{who} has come: {people} people"), who=joined(fact.who, fact.place), people=fact.people)


@says(Counted)
def _counted(fact: Counted, to: Speaker) -> str:
    return joined(f"{to.say(COUNT_LABELS[fact.what])}: {fact.change:+d}", to.name(fact.situation), fact.source)


@says(Noted)
def _noted(fact: Noted, to: Speaker) -> str:
    return joined(fact.text, to.name(fact.situation))


@says(WrittenUp)
def _written_up(fact: WrittenUp, to: Speaker) -> str:
    paper = to.say(mark("from paper {paper}"), paper=fact.paper) if fact.paper else to.say(mark("from paper"))
    return joined(fact.text, paper)


@says(PhotoAdded)
def _photo_added(fact: PhotoAdded, to: Speaker) -> str:
    return joined(to.say(mark("Photo")), to.name(fact.situation), fact.caption)


@says(Corrected)
def _corrected(fact: Corrected, to: Speaker) -> str:
    text = mark("Withdrawn: no. {number}") if fact.withdrawn else mark("Correction of no. {number}")
    return joined(to.say(text, number=f"{parse_log(fact.log).post}·{fact.number}"), fact.text)


@says(ClockDoubted)
def _clock_doubted(fact: ClockDoubted, to: Speaker) -> str:
    return to.say(mark("The clock of {log} is {n} s ahead"), log=fact.log, n=fact.seconds_ahead)
