"""How does a line come from a page into the log? Put down and waited for; or refused, with the reason in words."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable

from sansang.commands import operation as commands
from sansang.commands.operation import CommandConflict, InvalidName, LineRequest, NoSuchLine, NotAllowed, Refused
from sansang.ledger.writer import NotWritten, Stopped
from sansang.model.operation.log import PhotoAdded
from sansang.model.operation.messages import MessageSent
from sansang.model.operation.units import UnitListed
from sansang.web.night.line_form import Circumstances, Filled, Wrong
from sansang.web.night.log_lines import REFUSED
from sansang.web.night.operation_view import view_operation
from sansang.web.shared.current_installation import installation
from sansang.web.shared.rate_limits import TooManyLines
from sansang.web.shared.request_context import RIGHT_LABELS, RequestContext
from sansang.words import Voice, mark

#: This stands for "each post that it goes to" among who must acknowledge a message.
EACH_POST = "@posts"
#: So long (seconds) somebody waits for the disk before it is said that nothing is known yet.
LONGEST_WAIT = 30


def new_command() -> str:
    """A name that no other line has; a form that is sent twice is written once."""
    return str(uuid.uuid4())


def list_standing(context: RequestContext, operation: str, post: str) -> int:
    """Put the post's standing units down, those that are not there yet; how many."""
    there = {one.id for one in view_operation(context, operation).units}
    wanted = [unit for unit in context.access.units_of(post) if unit.id not in there]
    for unit in wanted:
        # Whoever asks twice, or on two phones at once, asks for the same line.
        command = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{operation}/{post}/{unit.id}/{unit.name}"))
        put(context, operation, post, Filled(Circumstances(command), UnitListed(unit.id, unit.name, post)))
    return len(wanted)


def put(
    context: RequestContext, operation: str, post: str, line: Filled, is_on_line: bool = True
) -> commands.LineReceipt:
    """Put a line down and wait until it is there to stay."""
    if isinstance(line.fact, MessageSent) and EACH_POST in line.fact.acknowledgers:
        posts = [context.access.posts[one].name if one in context.access.posts else one for one in line.fact.to]
        asked = dict.fromkeys([*posts, *(name for name in line.fact.acknowledgers if name != EACH_POST)])
        line = dataclasses.replace(line, fact=dataclasses.replace(line.fact, acknowledgers=tuple(asked)))
    return commands.write(installation(), context.actor, _line(operation, post, line, is_on_line)).result(LONGEST_WAIT)


def put_photo(
    context: RequestContext,
    operation: str,
    post: str,
    line: Filled,
    image: Callable[[], bytes],
    is_on_line: bool = True,
) -> commands.LineReceipt:
    """Put a photo's line down; the picture is only looked at for whoever may."""
    commands.may_write(installation(), context.actor, _line(operation, post, line, is_on_line))
    assert isinstance(line.fact, PhotoAdded)
    whole = dataclasses.replace(line, fact=dataclasses.replace(line.fact, image=image()))
    return put(context, operation, post, whole, is_on_line)


def _line(operation: str, post: str, line: Filled, is_on_line: bool) -> LineRequest:
    return LineRequest(
        line.at.command,
        operation,
        post,
        line.fact,
        line.at.happened,
        line.at.written,
        line.at.on_behalf_of,
        is_on_line=is_on_line,
        is_clock_odd=line.at.is_clock_odd,
    )


WRONG = (
    Wrong,
    NotAllowed,
    Refused,
    CommandConflict,
    NoSuchLine,
    InvalidName,
    TooManyLines,
    NotWritten,
    Stopped,
    TimeoutError,
)


def refusal(voice: Voice, wrong: Exception) -> tuple[int, str]:
    """Why a line was not taken: the status of the answer, and the reason in words with how to mend it."""
    say = voice.say
    match wrong:
        case Wrong():
            return 422, f"{say(FIELDS.get(wrong.field, wrong.field))}: {say(wrong.why)}"
        case NotAllowed():
            return 403, say(
                mark("You may not {what} here. An administrator can give you the role."),
                what=say(RIGHT_LABELS[wrong.right]),
            )
        case Refused():
            return 409, say(REFUSED[wrong.refusal.reason], about=wrong.refusal.about)
        case CommandConflict():
            return 409, say(mark("This line was sent before with other words ({ref})."), ref=wrong.ref)
        case NoSuchLine():
            return 422, say(mark("There is no line {number} in this operation to correct."), number=wrong.ref)
        case InvalidName():
            return 422, say(mark("Nothing can be called “{name}”: letters, digits, dots and dashes."), name=wrong.name)
        case TooManyLines():
            return 429, say(mark("Not written: too many lines by one link. Wait a minute, then send it again."))
        case TimeoutError():
            return 503, say(mark("Not sure yet whether it is written. Send it again: it is written once."))
        case _:
            return 503, say(mark("Not written: {why}. Try again; nothing was half-written."), why=wrong)


FIELDS: dict[str, str] = {
    "text": mark("Line"),
    "place": mark("Place"),
    "unit": mark("Unit"),
    "situation": mark("Situation"),
    "change": mark("How many"),
    "people": mark("People"),
    "answer_by": mark("Answer by"),
    "happened": mark("True time"),
    "what": mark("What"),
    "to": mark("To"),
    "of_post": mark("From which post"),
    "level": mark("Level"),
    "reason": mark("Reason"),
    "measures": mark("Urgent measures"),
    "area": mark("Area"),
    "duration": mark("Duration"),
    "bodies": mark("Responsible bodies"),
    "title": mark("Title"),
    "role": mark("Role"),
    "to_person": mark("Who takes over"),
    "service": mark("Service"),
    "name": mark("Name"),
    "number": mark("Number"),
    "command": mark("Form"),
    "kind": mark("Kind"),
    "other": mark("The other report"),
    "id": mark("Report"),
    "who": mark("Who"),
    "photo": mark("Photo"),
}
