"""What is the state of this history? Any set of entries, in any order of arrival, has exactly one, and none is refused.

What is odd (two orders to one unit, an answer to nothing, a line after the end) is taken as it was recorded and flagged
for a person to settle.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sansang.model.entry import Recorded
from sansang.model.fold import Journal, Table
from sansang.model.operation import facts
from sansang.model.operation.corrections import Corrections, corrections
from sansang.model.operation.facts import OrderStep
from sansang.model.operation.state import (
    AidNow,
    CountLine,
    Flag,
    FlagCode,
    Handover,
    LevelNow,
    MessageNow,
    OperationState,
    OrderNow,
    OwedReport,
    Period,
    RoleHeld,
    SituationNow,
    UnitNow,
)

_RANK: dict[OrderStep, int] = {
    "acknowledged": 1,
    "turned_out": 2,
    "on_scene": 3,
    "done": 4,
    "released": 5,
    "declined": 6,
}
#: What is kept by its id, and what is kept by the entry that said it.
TABLES = (
    *("head", "roles", "handovers", "situations", "units", "orders", "aid", "messages", "levels", "present", "owed"),
    *("services", "periods", "counts", "totals", "flags", "commands"),
)
#: Under which name the messages to contacts are counted.
REACHED = "contact_reached"
_FIELDS = ("reporter", "phone", "place", "development", "extent", "spread", "help_requested", "kind")


def fold(entries: Iterable[Recorded]) -> OperationState:
    """The state after these entries; their order does not matter, and the same entry twice counts once."""
    by_ref = {entry.ref: entry for entry in entries}
    ordered = sorted(by_ref.values(), key=lambda entry: entry.order)
    folding = Folding()
    orders = {entry.ref: entry.order for entry in ordered}
    folding.corrections = corrections(
        [entry for entry in ordered if isinstance(entry.fact, facts.Corrected)], orders.get
    )
    for entry in ordered:
        folding.take(entry)
    return folding.state()


@dataclass
class Folding:
    """A state on its way: what the entries so far, in their order, come to.

    With a ``journal`` every change can be taken back (:meth:`back_to`), so an entry that belongs a little earlier is
    put there without folding everything again.
    """

    journal: Journal | None = None
    now: dict[str, Table] = field(default_factory=dict)
    corrections: Corrections = field(default_factory=Corrections)

    def __post_init__(self) -> None:
        self.now = {name: Table(name, self.now.get(name, {}), self.journal) for name in TABLES}

    # What decides whether an act may be done, as :class:`~sansang.model.operation.refusals.Standing` wants it.

    @property
    def title(self) -> str:
        """Its title; "" while no entry has opened it."""
        return str(self.now["head"].get("title", ""))

    @property
    def mode(self) -> str:
        """Real or drill; "" while no entry has opened it."""
        return str(self.now["head"].get("mode", ""))

    @property
    def closed(self) -> datetime | None:
        """When it ended."""
        moment: datetime | None = self.now["head"].get("closed")
        return moment

    @property
    def levels(self) -> Mapping[str, LevelNow]:
        """The civil-defence levels declared."""
        return self.now["levels"]

    @property
    def aid(self) -> Mapping[str, AidNow]:
        """The requests for aid."""
        return self.now["aid"]

    @property
    def units(self) -> Mapping[str, UnitNow]:
        """The units."""
        return self.now["units"]

    @property
    def handovers(self) -> Mapping[str, Handover]:
        """The shift handovers."""
        return self.now["handovers"]

    def back_to(self, mark: int) -> None:
        """Take back every change since the journal was so long."""
        if self.journal is None:
            raise ValueError("nothing is taken back without a journal")
        self.journal.back_to(mark)

    def take(self, entry: Recorded) -> None:
        """Take one more entry, the next in order."""
        if entry.command:
            first = self.now["commands"].get(entry.command)
            if first is not None:
                # Sent to two replicas while they were apart: it happened once.
                self.flag(entry, "command-again", str(first))
                return
            self.now["commands"][entry.command] = entry.ref
        for doubt in entry.doubts:
            self.flag(entry, doubt)
        if entry.ref in self.corrections.withdrawn:
            return
        head = self.now["head"]
        if not isinstance(entry.fact, facts.Opened) and not head.get("mode"):
            self.flag(entry, "not-opened")
        if head.get("closed") and not isinstance(entry.fact, facts.Closed | facts.Corrected | facts.WrittenUp):
            self.flag(entry, "after-close")
        _TAKE[type(entry.fact)](self, entry, entry.fact)

    def flag(self, entry: Recorded, code: FlagCode, about: str = "") -> None:
        """Note that something is odd."""
        self.now["flags"][Flag(entry.ref, code, about)] = True

    def state(self) -> OperationState:
        """The state as it is now."""
        now = {name: dict(table) for name, table in self.now.items()}
        head: dict[str, Any] = now["head"]
        return OperationState(
            **head,
            roles=now["roles"],
            handovers=now["handovers"],
            situations=now["situations"],
            units=now["units"],
            orders=now["orders"],
            aid=now["aid"],
            messages=now["messages"],
            levels=now["levels"],
            present=now["present"],
            owed=now["owed"],
            services=tuple((ref, *said) for ref, said in now["services"].items()),
            periods=tuple(now["periods"].values()),
            counts=tuple(now["counts"].values()),
            withdrawn=self.corrections.withdrawn,
            corrected=self.corrections.corrected,
            flags=tuple(sorted({*now["flags"], *self.corrections.flags})),
        )

    def find(self, entry: Recorded, table: str, name: str) -> Any:
        """The thing of that id; flagged and None when it is not here (yet)."""
        found = self.now[table].get(name)
        if found is None:
            self.flag(entry, "reference-missing", name)
        return found

    def is_new(self, entry: Recorded, table: str, thing: str) -> bool:
        """Whether no thing of that id is here yet; a second one is flagged, and the first stays."""
        if thing in self.now[table]:
            self.flag(entry, "id-again", thing)
        return thing not in self.now[table]

    def change(self, table: str, thing: str, /, **values: Any) -> None:
        """A thing with some values changed."""
        self.now[table][thing] = dataclasses.replace(self.now[table][thing], **values)


def _opened(state: Folding, entry: Recorded, fact: facts.Opened) -> None:
    head = state.now["head"]
    if head.get("mode"):
        state.flag(entry, "opened-again")
        return
    head["title"], head["mode"], head["opened"] = fact.title, fact.mode, entry.happened


def _closed(state: Folding, entry: Recorded, fact: facts.Closed) -> None:
    if "closed" not in state.now["head"]:
        state.now["head"]["closed"] = entry.happened


def _role_taken(state: Folding, entry: Recorded, fact: facts.RoleTaken) -> None:
    key = (entry.post, fact.role)
    before = state.now["roles"].get(key)
    if before is not None and before.person != fact.person:
        state.flag(entry, "role-double", fact.role)
    state.now["roles"][key] = RoleHeld(fact.role, fact.person, entry.post, entry.happened)


def _role_left(state: Folding, entry: Recorded, fact: facts.RoleLeft) -> None:
    key = (entry.post, fact.role)
    before = state.now["roles"].get(key)
    if before is None or before.person != fact.person:
        state.flag(entry, "reference-missing", fact.role)
        return
    del state.now["roles"][key]


def _handover_offered(state: Folding, entry: Recorded, fact: facts.HandoverOffered) -> None:
    if not state.is_new(entry, "handovers", fact.id):
        return
    state.now["handovers"][fact.id] = Handover(
        fact.id, fact.role, fact.from_person, fact.to_person, fact.outstanding, entry.happened, post=entry.post
    )


def _handover_accepted(state: Folding, entry: Recorded, fact: facts.HandoverAccepted) -> None:
    handover = state.find(entry, "handovers", fact.id)
    if handover is None:
        return
    if handover.accepted is not None:
        state.flag(entry, "answered-already", fact.id)
        return
    if handover.to_person != fact.person:
        state.flag(entry, "not-asked", fact.person)
    state.change("handovers", fact.id, accepted=entry.happened)
    state.now["roles"][entry.post, handover.role] = RoleHeld(handover.role, fact.person, entry.post, entry.happened)


def _situation_reported(state: Folding, entry: Recorded, fact: facts.SituationReported) -> None:
    said = {name: getattr(fact, name) for name in _FIELDS if getattr(fact, name)}
    before = state.now["situations"].get(fact.id)
    if before is None:
        state.now["situations"][fact.id] = SituationNow(fact.id, entry.post, entry.happened, (entry.ref,), said)
        return
    state.change("situations", fact.id, reports=(*before.reports, entry.ref), fields={**before.fields, **said})


def _situations_joined(state: Folding, entry: Recorded, fact: facts.SituationsJoined) -> None:
    first, other = state.find(entry, "situations", fact.id), state.find(entry, "situations", fact.other)
    if first is None or other is None:
        return
    root = _root(state, fact.id)
    if other.joined_into or _root(state, fact.other) == root:
        state.flag(entry, "joined-already", fact.other)
        return
    state.change("situations", fact.other, joined_into=root)
    going_on = state.now["situations"][root]
    state.change(
        "situations",
        root,
        reports=(*going_on.reports, *other.reports),
        fields={**other.fields, **going_on.fields},
    )


def _root(state: Folding, name: str) -> str:
    while state.now["situations"][name].joined_into:
        name = state.now["situations"][name].joined_into
    return name


def _situation_verified(state: Folding, entry: Recorded, fact: facts.SituationVerified) -> None:
    if state.find(entry, "situations", fact.id) is not None:
        state.change("situations", _root(state, fact.id), verified=fact.is_true)


def _situation_resolved(state: Folding, entry: Recorded, fact: facts.SituationResolved) -> None:
    if state.find(entry, "situations", fact.id) is not None:
        state.change("situations", _root(state, fact.id), resolved=entry.happened)


def _unit(state: Folding, entry: Recorded, name: str) -> UnitNow:
    """The unit; one that nobody has listed yet is listed by its name."""
    if name not in state.now["units"]:
        state.now["units"][name] = UnitNow(name, name, entry.post)
    unit: UnitNow = state.now["units"][name]
    return unit


def _unit_listed(state: Folding, entry: Recorded, fact: facts.UnitListed) -> None:
    _unit(state, entry, fact.unit)
    state.change("units", fact.unit, name=fact.name, post=fact.post or entry.post)


def _unit_out(state: Folding, entry: Recorded, fact: facts.UnitOutOfService) -> None:
    unit = _unit(state, entry, fact.unit)
    if unit.availability == "assigned":
        state.flag(entry, "unit-double", fact.unit)
    state.change("units", fact.unit, availability="out_of_service", reason=fact.reason, order="")


def _unit_back(state: Folding, entry: Recorded, fact: facts.UnitBackInService) -> None:
    unit = _unit(state, entry, fact.unit)
    if unit.availability == "out_of_service":
        state.change("units", fact.unit, availability="available", reason="", order="")


def _unit_ordered(state: Folding, entry: Recorded, fact: facts.UnitOrdered) -> None:
    if not state.is_new(entry, "orders", fact.order):
        return
    unit = _unit(state, entry, fact.unit)
    if unit.availability == "assigned":
        state.flag(entry, "unit-double", fact.unit)
    elif unit.availability == "out_of_service":
        state.flag(entry, "unit-unavailable", fact.unit)
    if fact.situation not in state.now["situations"]:
        state.flag(entry, "reference-missing", fact.situation)
    state.now["orders"][fact.order] = OrderNow(
        fact.order, fact.unit, fact.situation, fact.task, entry.post, entry.happened, fact.answer_by
    )
    state.change("units", fact.unit, availability="assigned", reason="", order=fact.order)


def _order_answered(state: Folding, entry: Recorded, fact: facts.OrderAnswered) -> None:
    order = state.find(entry, "orders", fact.order)
    if order is None:
        return
    if any(_RANK[step] > _RANK[fact.step] for step in order.steps):
        state.flag(entry, "step-back", fact.order)
    steps = dict(order.steps)
    steps.setdefault(fact.step, entry.happened)
    state.change("orders", fact.order, steps=steps)
    unit = state.now["units"][order.unit]
    if fact.step in ("released", "declined", "done") and unit.order == fact.order:
        state.change("units", order.unit, availability="available", reason="", order="")


def _aid_requested(state: Folding, entry: Recorded, fact: facts.AidRequested) -> None:
    if not state.is_new(entry, "aid", fact.id):
        return
    state.now["aid"][fact.id] = AidNow(
        fact.id, entry.post, fact.of_post, fact.what, fact.situation, entry.happened, fact.answer_by
    )


def _aid_answered(state: Folding, entry: Recorded, fact: facts.AidAnswered) -> None:
    aid = state.find(entry, "aid", fact.id)
    if aid is None:
        return
    if aid.granted is not None:
        state.flag(entry, "answered-already", fact.id)
        return
    state.change("aid", fact.id, granted=fact.granted, answered=entry.happened)


def _service_called(state: Folding, entry: Recorded, fact: facts.ServiceCalled) -> None:
    state.now["services"][entry.ref] = (fact.service, fact.situation)


def _message_sent(state: Folding, entry: Recorded, fact: facts.MessageSent) -> None:
    if not state.is_new(entry, "messages", fact.id):
        return
    state.now["messages"][fact.id] = MessageNow(
        fact.id, entry.post, fact.to, fact.text, entry.happened, fact.acknowledgers, fact.answer_by, fact.reply_to
    )


def _message_acknowledged(state: Folding, entry: Recorded, fact: facts.MessageAcknowledged) -> None:
    message = state.find(entry, "messages", fact.id)
    if message is None:
        return
    if fact.acknowledger not in message.asked:
        state.flag(entry, "not-asked", fact.acknowledger)
    acknowledged = dict(message.acknowledged)
    acknowledged.setdefault(fact.acknowledger, entry.happened)
    state.change("messages", fact.id, acknowledged=acknowledged)


def _level_declared(state: Folding, entry: Recorded, fact: facts.LevelDeclared) -> None:
    if not state.is_new(entry, "levels", fact.id):
        return
    state.now["levels"][fact.id] = LevelNow(fact.id, fact.level, fact.area, entry.happened)


def _level_revoked(state: Folding, entry: Recorded, fact: facts.LevelRevoked) -> None:
    level = state.find(entry, "levels", fact.id)
    if level is not None and level.revoked is None:
        state.change("levels", fact.id, revoked=entry.happened)


def _period_started(state: Folding, entry: Recorded, fact: facts.PeriodStarted) -> None:
    state.now["periods"][entry.ref] = Period(fact.id, fact.objectives, entry.happened, fact.until)


def _checked_in(state: Folding, entry: Recorded, fact: facts.CheckedIn) -> None:
    state.now["present"][fact.who] = fact.people


def _counted(state: Folding, entry: Recorded, fact: facts.Counted) -> None:
    state.now["counts"][entry.ref] = CountLine(entry.ref, fact.what, fact.change, fact.situation)
    totals = state.now["totals"]
    totals[fact.what] = totals.get(fact.what, 0) + fact.change
    if totals[fact.what] < 0:
        state.flag(entry, "count-below-zero", fact.what)


def _report_missing(state: Folding, entry: Recorded, fact: facts.ReportMissing) -> None:
    before = state.now["owed"].get(fact.id)
    if not fact.arrived:
        if before is None:
            state.now["owed"][fact.id] = OwedReport(fact.id, fact.from_post, fact.what, fact.due, post=entry.post)
        return
    if before is None:
        state.flag(entry, "reference-missing", fact.id)
    elif before.arrived is None:
        state.change("owed", fact.id, arrived=entry.happened)


def _unknown(state: Folding, entry: Recorded, fact: facts.Unknown) -> None:
    state.flag(entry, "unknown-kind", fact.kind)


def _contact_reached(state: Folding, entry: Recorded, fact: facts.ContactReached) -> None:
    totals = state.now["totals"]
    totals[REACHED] = totals.get(REACHED, 0) + 1


def _clock_doubted(state: Folding, entry: Recorded, fact: facts.ClockDoubted) -> None:
    state.flag(entry, "clock-doubtful", f"{fact.log}#{fact.first}-{fact.last}")


def _line(state: Folding, entry: Recorded, fact: Any) -> None:
    """A line of the log changes nothing but the log."""


_TAKE: dict[type, Any] = {
    facts.Opened: _opened,
    facts.Closed: _closed,
    facts.RoleTaken: _role_taken,
    facts.RoleLeft: _role_left,
    facts.HandoverOffered: _handover_offered,
    facts.HandoverAccepted: _handover_accepted,
    facts.SituationReported: _situation_reported,
    facts.SituationsJoined: _situations_joined,
    facts.SituationVerified: _situation_verified,
    facts.SituationResolved: _situation_resolved,
    facts.UnitListed: _unit_listed,
    facts.UnitOutOfService: _unit_out,
    facts.UnitBackInService: _unit_back,
    facts.UnitOrdered: _unit_ordered,
    facts.OrderAnswered: _order_answered,
    facts.AidRequested: _aid_requested,
    facts.AidAnswered: _aid_answered,
    facts.ServiceCalled: _service_called,
    facts.MessageSent: _message_sent,
    facts.MessageAcknowledged: _message_acknowledged,
    facts.LevelDeclared: _level_declared,
    facts.LevelRevoked: _level_revoked,
    facts.PeriodStarted: _period_started,
    facts.CheckedIn: _checked_in,
    facts.Counted: _counted,
    facts.ReportMissing: _report_missing,
    facts.Noted: _line,
    facts.PhotoAdded: _line,
    facts.WrittenUp: _line,
    facts.Corrected: _line,
    facts.ContactReached: _contact_reached,
    facts.ClockDoubted: _clock_doubted,
    facts.Unknown: _unknown,
}
