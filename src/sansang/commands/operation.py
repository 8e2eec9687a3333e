"""What may be written in an operation? A line of a post's log: who and whether, decided with the model, appended."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from sansang.commands.installation import Installation
from sansang.ledger.appended import Appended
from sansang.ledger.draft import Draft
from sansang.ledger.history import kind_of_entry
from sansang.ledger.store import Transaction
from sansang.model.access.actor import Actor
from sansang.model.access.rights import Right
from sansang.model.access.state import AccessState
from sansang.model.entry import MAX_CLOCK_LEAD, EntryDoubt, EntryRef, HybridTime
from sansang.model.fact import Correction, Fact
from sansang.model.kind import Refusal
from sansang.model.naming import ID_PATTERN
from sansang.model.operation.opening import Closed
from sansang.model.operation.record import OPERATION, stream_of
from sansang.model.record_kinds import kind_name

#: No line waits on a device for longer.
LONGEST_OUTBOX_WAIT = timedelta(days=400)
#: Largest accepted entry number (2³¹): no log has more entries.
_LARGEST_NUMBER = 2**31


@dataclass(frozen=True, slots=True)
class LineRequest:
    """A line that somebody wants written.

    ``command`` is unique for ever: sent again, it is answered with the first receipt. ``is_on_line``: the author sees
    the state as it is, so an act of authority may be refused; a line that waited on a device is appended and flagged.
    """

    command: str
    operation: str
    post: str
    fact: Fact
    happened: datetime | None = None
    written: datetime | None = None
    on_behalf_of: str = ""
    subject: str = ""
    is_on_line: bool = True
    #: The device said no time that could be one; ``written`` is ours.
    is_clock_odd: bool = False


@dataclass(frozen=True, slots=True)
class LineReceipt:
    """Where a line was appended. ``is_repeat``: it had been written before."""

    position: int
    ref: EntryRef
    time: HybridTime
    hash: bytes
    doubts: tuple[EntryDoubt, ...] = ()
    is_repeat: bool = False


class NotAllowed(Exception):
    """The person has not this right here."""

    def __init__(self, person: str, right: Right, place: str) -> None:
        super().__init__(f"{person} may not {right} at {place}")
        self.person = person
        self.right = right
        self.place = place


class Refused(Exception):
    """An act of authority that can't be done now, with the reason."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.reason}: {refusal.about}")
        self.refusal = refusal


class CommandConflict(Exception):
    """The command was written before, and said something else."""

    def __init__(self, command: str, ref: EntryRef) -> None:
        super().__init__(f"{command} is {ref} already")
        self.command = command
        self.ref = ref


class NoSuchLine(Exception):
    """The entry to be corrected is not in this operation."""

    def __init__(self, ref: EntryRef) -> None:
        super().__init__(str(ref))
        self.ref = ref


class InvalidName(Exception):
    """An operation or a post can't have this name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def write(installation: Installation, actor: Actor, line: LineRequest) -> Future[LineReceipt]:
    """Append a line; the answer comes once it is there to stay.

    The future raises :class:`NotAllowed`, :class:`Refused`, :class:`CommandConflict`, :class:`NoSuchLine` or
    :class:`InvalidName`, and NotWritten when the database can't be written.
    """
    for name in (line.operation, line.post):
        if not ID_PATTERN.fullmatch(name):
            raise InvalidName(name)
    return installation.submit(lambda work: append_line(installation, work, actor, line), line.command)


def may_write(installation: Installation, actor: Actor, line: LineRequest) -> None:
    """Raises NotAllowed where the author may not write such a line there, as is known before it is written.

    For what is costly to look at, before it is: the line may be without it still.
    """
    right = OPERATION.right_for(line.fact)
    _right(installation.rights(), actor, line, right, line.post, installation.store.moment())


def append_line(installation: Installation, work: Transaction, actor: Actor, line: LineRequest) -> LineReceipt:
    """Append a line in this transaction."""
    before = work.appended_for(line.command)
    if before is not None:
        return _repeated(before, line)
    doubts = _rights(installation.access(work), work, actor, line)
    stream = stream_of(line.operation)
    refusal = OPERATION.refuse(installation.state(work, stream), line.fact)
    if refusal is not None:
        if line.is_on_line:
            raise Refused(refusal)
        doubts = (*doubts, "refused-then")
    if line.is_clock_odd or _is_odd(line.written, work.store.moment()):
        doubts = (*doubts, "clock-doubtful")
    appended = installation.append(
        work,
        Draft(
            stream,
            line.fact,
            actor.person,
            line.post,
            line.happened,
            line.on_behalf_of,
            line.command,
            line.subject,
            doubts,
            line.written,
        ),
    )
    if isinstance(line.fact, Closed):
        installation.take_checkpoint(work)
    return _answer(appended, doubts)


def _is_odd(written: datetime | None, now: datetime) -> bool:
    """Whether a device's clock was plainly wrong: ahead of ours, or as if the line had waited for more than a year."""
    return written is not None and not now - LONGEST_OUTBOX_WAIT < written < now + timedelta(
        milliseconds=MAX_CLOCK_LEAD
    )


def _answer(appended: Appended, doubts: tuple[EntryDoubt, ...], is_repeat: bool = False) -> LineReceipt:
    time = HybridTime(appended.envelope.millis, appended.envelope.counter)
    return LineReceipt(appended.position, appended.ref, time, appended.hash, doubts, is_repeat)


def _repeated(before: Appended, line: LineRequest) -> LineReceipt:
    entry = before.entry
    if kind_name(entry.fact) != kind_name(line.fact) or entry.post != line.post:
        raise CommandConflict(line.command, before.ref)
    # Words that were erased meanwhile can't be compared, nor those of an earlier version; the command is the same one.
    is_readable = before.key is not None or not before.envelope.sealed
    is_comparable = is_readable and before.envelope.kind == kind_name(line.fact)
    if is_comparable and entry.fact != line.fact:
        raise CommandConflict(line.command, before.ref)
    return _answer(before, entry.doubts, True)


def _rights(access: AccessState, work: Transaction, actor: Actor, line: LineRequest) -> tuple[EntryDoubt, ...]:
    """Whether the author may; what is to be doubted about it. Raises NotAllowed, or NoSuchLine."""
    if actor.is_system:
        return ()
    needed = [(OPERATION.right_for(line.fact), line.post)]
    if isinstance(line.fact, Correction):
        # Withdrawing an entry undoes it: that needs the right of doing it, where it was done.
        target = EntryRef(line.fact.log, line.fact.number)
        corrected = OPERATION.kinds.get(_kind_there(work, line.operation, target))
        needed.append((corrected.right if corrected is not None else "log", target.post))
    now = work.store.moment()
    doubts = [_right(access, actor, line, right, post, now) for right, post in needed]
    return ("right-ended",) if any(doubts) else ()


def _right(access: AccessState, actor: Actor, line: LineRequest, right: Right, post: str, now: datetime) -> bool:
    """Whether the author had this right when it was written, but no longer has. Raises NotAllowed."""
    path = access.path_of(post)
    if access.may(actor.person, right, path, line.operation, now):
        return False
    if not line.is_on_line and access.had(actor.person, right, path, line.operation, line.written or now):
        return True
    raise NotAllowed(actor.person, right, post)


def _kind_there(work: Transaction, operation: str, ref: EntryRef) -> str:
    """The kind of an entry of this operation. Raises NoSuchLine."""
    for appended in work.appended:
        if appended.ref == ref:
            return appended.envelope.kind
    kind = kind_of_entry(work.raw_cursor, stream_of(operation), ref) if 0 < ref.number < _LARGEST_NUMBER else None
    if kind is None:
        raise NoSuchLine(ref)
    return kind
