"""How is a line of a log shown? Its sentence, its author, its doubts, and the lines that correct it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sansang.ledger.appended import Appended
from sansang.ledger.envelope import short_hash
from sansang.model.access.links import unit_of
from sansang.model.access.state import AccessState
from sansang.model.corrections import Corrections
from sansang.model.operation.log import PhotoAdded
from sansang.model.record_kinds import kind_name
from sansang.web.shared.filters import clock
from sansang.words import Voice, mark
from sansang.words.sentences import Speaker, sentence

AVAILABILITY_LABELS: dict[str, str] = {
    "available": mark("available"),
    "assigned": mark("assigned"),
    "out_of_service": mark("out of service"),
}
DOUBT_LABELS: dict[str, str] = {
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
REFUSAL_MESSAGES: dict[str, str] = {
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


NO_CORRECTIONS = Corrections()


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a log as it is shown on a page."""

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
    #: The numbers of the lines that correct it (with the post, in another log), and whether one of them withdraws it.
    corrected_by: tuple[str, ...] = ()
    is_withdrawn: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it was written more than ten minutes after it happened."""
        return (self.written - self.happened).total_seconds() > 600


def log_line(
    appended: Appended,
    voice: Voice,
    access: AccessState,
    names: Mapping[str, str] | None = None,
    corrections: Corrections = NO_CORRECTIONS,
) -> LogLine:
    """An entry as a line. ``names`` are those of units, situations and orders, by id."""
    entry = appended.entry
    to = Speaker(voice, access, clock, names or {})
    person = access.people.get(entry.author)
    author = person.name if person is not None else author_name(entry.author, voice, to.names)
    if entry.on_behalf_of:
        author = voice.say(mark("{author} for {whom}"), author=author, whom=entry.on_behalf_of)
    return LogLine(
        appended.position,
        entry.ref.log,
        entry.ref.number,
        entry.post,
        to.post(entry.post),
        kind_name(entry.fact),
        sentence(entry.fact, to),
        author,
        entry.happened,
        entry.written,
        tuple(voice.say(DOUBT_LABELS[doubt]) for doubt in entry.doubts),
        short_hash(appended.hash),
        entry.fact.id if isinstance(entry.fact, PhotoAdded) else "",
        tuple(
            str(ref.number) if ref.log == entry.ref.log else f"{to.post(ref.post)} {ref.number}"
            for ref in corrections.corrected.get(entry.ref, ())
        ),
        entry.ref in corrections.withdrawn,
    )


def author_name(person: str, voice: Voice, names: Mapping[str, str]) -> str:
    """The name of an author without an account: a unit by its link, or the program itself."""
    unit = unit_of(person)
    if unit is not None:
        return names.get(unit) or voice.say(mark("unit {unit}"), unit=unit)
    return voice.say(mark("the system")) if person == "system" else person
