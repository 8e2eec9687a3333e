"""What was written on a device without a network? Its items are accepted in order, once, and each is answered."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypedDict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sansang.commands.operation import LineReceipt
from sansang.web.night.line_form import InvalidField, parse_line, parse_photo, photo_fields, split_units
from sansang.web.night.photos import clean_photo
from sansang.web.night.submit import SUBMIT_ERRORS, describe_error, submit_line, submit_photo
from sansang.web.shared.current_installation import installation
from sansang.web.shared.rate_limits import RETRY_AFTER
from sansang.web.shared.request_context import RequestContext, context_for, signed_in
from sansang.words import mark

#: Most items in one batch.
MAX_BATCH = 100
#: Largest file of saved lines, bytes: some hundred lines with their photos are smaller.
MAX_SAVED_FILE = 40 * 2**20
#: Statuses that end a batch; the device sends the rest later. Nothing can be written now, or the link wrote too much.
_RETRY_STATUSES = (503, 429)


class LineAnswer(TypedDict, total=False):
    """The result of one line: ``status`` 200 and its place in the log, else the reason in words (``why``).

    ``known``: it was written before; ``number``: in its log; ``position``: in the whole ledger.
    """

    command: str
    status: int
    number: int
    position: int
    doubts: list[str]
    known: bool
    why: str


class ItemAnswer(LineAnswer):
    """The result of an item: that of its first line that was not written, else of its first line; and of each line."""

    lines: list[LineAnswer]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A line of an item, still to be appended; ``append`` raises :data:`SUBMIT_ERRORS`."""

    command: str
    append: Callable[[], LineReceipt]
    #: Whether it is only appended if all lines before it were.
    needs_previous: bool = False


#: One item as a device sends it, and how it is split into lines (raises :data:`SUBMIT_ERRORS`).
OutboxItem = dict[str, Any]
Split = Callable[[OutboxItem], Iterable[ItemLine]]


def device_key(name: str) -> str:
    """The key (32 bytes, base64) under which a device encrypts what waits to be sent; the same at each call."""
    secret = hmac.new(installation().store.keyring.devices_key(), name.encode(), hashlib.sha256).digest()
    return base64.b64encode(secret).decode()


@require_GET
def outbox_key(request: HttpRequest) -> HttpResponse:
    """The key of this person's queue on a device, the same at each sign-in."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    person = request.user.get_username()
    return JsonResponse({"person": person, "key": device_key(f"outbox {person}")})


@require_POST
def take_outbox(request: HttpRequest) -> HttpResponse:
    """Accept a batch of the person who is signed in; the answers as :func:`accept_batch` gives them."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    context = context_for(request, request.user.get_username())
    return accept_batch(context, partial(item_lines, context))


def accept_batch(context: RequestContext, split: Split) -> HttpResponse:
    """Accept the items of a JSON request in their order, ``{"lines": [item]}``; ``{"answers": [ItemAnswer]}``.

    An item that is refused does not stop those after it. Where nothing more can be written now, the batch ends there
    and the device sends the rest again. The response has status 429 when not even the first item could be written.
    """
    try:
        batch = json.loads(context.request.body)["lines"]
        if not isinstance(batch, list) or len(batch) > MAX_BATCH or not all(isinstance(one, dict) for one in batch):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": context.voice.say(mark("This is no batch of lines."))}, status=400)
    answers: list[ItemAnswer] = []
    for item in batch:
        answers.append(answer_item(context, item, split))
        if answers[-1]["status"] in _RETRY_STATUSES:
            break
    response = JsonResponse({"answers": answers})
    if answers and answers[-1]["status"] == 429:
        response.headers["Retry-After"] = str(RETRY_AFTER)
        if len(answers) == 1:
            response.status_code = 429
    return response


@require_http_methods(["GET", "POST"])
@signed_in
def saved_lines(context: RequestContext) -> HttpResponse:
    """Accept lines that a device saved to a file, or the texts of its QR codes; a line sent before is not repeated."""
    if context.request.method == "GET":
        return context.render("saved.html", wrong="", answers=[])
    try:
        name, batch = _parse_saved(context.request)
    except InvalidField as error:
        return context.render("saved.html", 422, wrong=f"{error.field}: {context.voice.say(error.why)}", answers=[])
    answers: list[dict[str, Any]] = []
    for number, item in enumerate(batch, 1):
        fields = item.get("fields")
        fields = fields if isinstance(fields, dict) else {}
        text = next((str(fields[of]) for of in ("text", "place", "caption", "name", "what") if fields.get(of)), "")
        answer = answer_item(context, item, partial(item_lines, context))
        where = {"place": f"{name}: {number}", "text": text[:120] or str(item.get("kind", ""))[:40]}
        answers += [{**where, **line} for line in answer["lines"]]
        if answer["status"] in _RETRY_STATUSES:
            break
    status = 200 if all(one["status"] == 200 for one in answers) else 422
    return context.render("saved.html", status, wrong="", answers=answers)


def _parse_saved(request: HttpRequest) -> tuple[str, list[dict[str, Any]]]:
    """The source's name and the items of a form: of a file, or of the texts of codes. Raises :class:`InvalidField`."""
    file = request.FILES.get("file")
    name, text = (str(file.name)[-80:], b"") if file else ("QR", request.POST.get("text", "").strip().encode())
    if file is not None:
        if (file.size or 0) > MAX_SAVED_FILE:
            raise InvalidField(name, mark("the file is larger than 40 MB"))
        text = file.read()
    if not text:
        raise InvalidField(name, mark("this must be filled in"))
    found: list[dict[str, Any]] = []
    decoder = json.JSONDecoder()
    try:
        rest = text.decode("utf-8-sig").strip()
        while rest:
            value, end = decoder.raw_decode(rest)
            found += value["lines"]
            rest = rest[end:].strip()
        if not all(isinstance(one, dict) for one in found):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        why = mark("these are no saved lines: take the file that “Save to a file” made, or the whole text of a code")
        raise InvalidField(name, why) from None
    return name, found


def answer_item(context: RequestContext, item: OutboxItem, split: Split) -> ItemAnswer:
    """Append the lines of an item; the result of each. Sent again, it gets the same answer.

    Lines are independent of each other (a unit that can't be ordered does not stop the others), unless one needs those
    before it.
    """
    command = str(item.get("command", ""))
    lines: list[LineAnswer] = []
    try:
        if str(item.get("person", "")) != context.actor.person:
            raise InvalidField("author", mark("another person wrote this; sign in as they"))
        for line in split(item):
            if line.needs_previous and any(one["status"] != 200 for one in lines):
                break
            lines.append(_answer_line(context, line))
            if lines[-1]["status"] in _RETRY_STATUSES:
                break
    except SUBMIT_ERRORS as error:
        status, why = describe_error(context.voice, error)
        lines.append({"command": command, "status": status, "why": why})
    refused = [one for one in lines if one["status"] != 200]
    # The device must learn that it is to send the item again, whatever else was refused in it.
    later = [one for one in refused if one["status"] in _RETRY_STATUSES]
    summary: ItemAnswer = {**(later or refused or lines)[0], "command": command, "lines": lines}
    if len(refused) > 1:
        summary["why"] = " ".join(dict.fromkeys(one["why"] for one in refused))
    return summary


def _answer_line(context: RequestContext, line: ItemLine) -> LineAnswer:
    try:
        answer = line.append()
    except SUBMIT_ERRORS as error:
        status, why = describe_error(context.voice, error)
        return {"command": line.command, "status": status, "why": why}
    return {
        "command": line.command,
        "status": 200,
        "number": answer.ref.number,
        "position": answer.position,
        "doubts": list(answer.doubts),
        "known": answer.is_repeat,
    }


def fields_of(item: OutboxItem) -> dict[str, Any]:
    """The fields of an item as those of a form. Raises :class:`InvalidField`."""
    fields = item.get("fields", {})
    if not isinstance(fields, dict):
        raise InvalidField("kind", mark("there is no such kind of line"))
    circumstances = {name: item.get(name, "") for name in ("kind", "command", "written")}
    return {**fields, **circumstances, "kind": str(circumstances["kind"])}


def item_lines(context: RequestContext, item: OutboxItem) -> Iterator[ItemLine]:
    """The lines of a person's item: one, or one for each unit that is ordered, or a report and its photo (base64).

    Raises :class:`InvalidField`.
    """
    now = installation().store.now()
    operation, post, fields = str(item.get("operation", "")), str(item.get("post", "")), fields_of(item)
    kind, picture = fields["kind"], fields.get("photo")

    def append(line: dict[str, Any]) -> LineReceipt:
        return submit_line(context, operation, post, parse_line(kind, line, now), is_on_line=False)

    def append_photo(line: dict[str, Any]) -> LineReceipt:
        return submit_photo(
            context, operation, post, parse_photo(line, now), lambda: _decode_photo(picture), is_on_line=False
        )

    if kind == "photo_added":
        yield ItemLine(str(fields["command"]), partial(append_photo, fields))
        return
    for one in split_units(fields):
        yield ItemLine(str(one["command"]), partial(append, one))
    if kind == "situation_reported" and picture:
        photo = photo_fields(fields)
        yield ItemLine(photo["command"], partial(append_photo, photo), needs_previous=True)


def _decode_photo(photo: Any) -> bytes:
    try:
        return clean_photo(base64.b64decode(str(photo or ""), validate=True))
    except ValueError:
        raise InvalidField("photo", mark("this is no photo: JPEG, PNG or WebP")) from None
