"""How is a line of a page appended to the log? Its command is sent and awaited; an error is described in words."""

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
from sansang.web.night.line_form import InvalidField, LineHeader, SubmittedLine
from sansang.web.night.log_lines import REFUSAL_MESSAGES
from sansang.web.night.operation_view import view_operation
from sansang.web.shared.current_installation import installation
from sansang.web.shared.rate_limits import TooManyLines
from sansang.web.shared.request_context import RIGHT_LABELS, RequestContext
from sansang.words import Voice, mark

#: Among the acknowledgers of a message: each post that it is sent to.
EACH_POST = "@posts"
#: How long a request waits for the commit, seconds; after that the answer is that nothing is known yet.
WRITE_TIMEOUT = 30


def new_command() -> str:
    """A new command id; a form that is sent twice has one id and is written once."""
    return str(uuid.uuid4())


def list_standing_units(context: RequestContext, operation: str, post: str) -> int:
    """List the post's standing units that are not in the operation yet; how many there were."""
    there = {one.id for one in view_operation(context, operation).units}
    wanted = [unit for unit in context.access.units_of(post) if unit.id not in there]
    for unit in wanted:
        # Sent twice, or from two phones at once, it is the same command.
        command = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{operation}/{post}/{unit.id}/{unit.name}"))
        submit_line(context, operation, post, SubmittedLine(LineHeader(command), UnitListed(unit.id, unit.name, post)))
    return len(wanted)


def submit_line(
    context: RequestContext, operation: str, post: str, line: SubmittedLine, is_on_line: bool = True
) -> commands.LineReceipt:
    """Append a line and wait for the commit. Raises :data:`SUBMIT_ERRORS`."""
    if isinstance(line.fact, MessageSent) and EACH_POST in line.fact.acknowledgers:
        posts = [context.access.posts[one].name if one in context.access.posts else one for one in line.fact.to]
        asked = dict.fromkeys([*posts, *(name for name in line.fact.acknowledgers if name != EACH_POST)])
        line = dataclasses.replace(line, fact=dataclasses.replace(line.fact, acknowledgers=tuple(asked)))
    return commands.write(installation(), context.actor, _to_line_request(operation, post, line, is_on_line)).result(
        WRITE_TIMEOUT
    )


def submit_photo(
    context: RequestContext,
    operation: str,
    post: str,
    line: SubmittedLine,
    image: Callable[[], bytes],
    is_on_line: bool = True,
) -> commands.LineReceipt:
    """Append a photo's line. The image is only decoded if this person may write it. Raises :data:`SUBMIT_ERRORS`."""
    commands.may_write(installation(), context.actor, _to_line_request(operation, post, line, is_on_line))
    assert isinstance(line.fact, PhotoAdded)
    whole = dataclasses.replace(line, fact=dataclasses.replace(line.fact, image=image()))
    return submit_line(context, operation, post, whole, is_on_line)


def _to_line_request(operation: str, post: str, line: SubmittedLine, is_on_line: bool) -> LineRequest:
    return LineRequest(
        line.header.command,
        operation,
        post,
        line.fact,
        line.header.happened,
        line.header.written,
        line.header.on_behalf_of,
        is_on_line=is_on_line,
        is_clock_odd=line.header.is_clock_odd,
    )


#: What appending a line of a form may raise.
SUBMIT_ERRORS = (
    InvalidField,
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


def describe_error(voice: Voice, error: Exception) -> tuple[int, str]:
    """The HTTP status of a line that was not written, and the reason in words, with what to do about it."""
    say = voice.say
    match error:
        case InvalidField():
            return 422, f"{say(FIELD_LABELS.get(error.field, error.field))}: {say(error.why)}"
        case NotAllowed():
            return 403, say(
                mark("You may not {what} here. An administrator can give you the role."),
                what=say(RIGHT_LABELS[error.right]),
            )
        case Refused():
            return 409, say(REFUSAL_MESSAGES[error.refusal.reason], about=error.refusal.about)
        case CommandConflict():
            return 409, say(mark("This line was sent before with other words ({ref})."), ref=error.ref)
        case NoSuchLine():
            return 422, say(mark("There is no line {number} in this operation to correct."), number=error.ref)
        case InvalidName():
            return 422, say(mark("Nothing can be called “{name}”: letters, digits, dots and dashes."), name=error.name)
        case TooManyLines():
            return 429, say(mark("Not written: too many lines by one link. Wait a minute, then send it again."))
        case TimeoutError():
            return 503, say(mark("Not sure yet whether it is written. Send it again: it is written once."))
        case _:
            return 503, say(mark("Not written: {why}. Try again; nothing was half-written."), why=error)


FIELD_LABELS: dict[str, str] = {
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
