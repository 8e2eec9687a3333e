"""What was written on a device without a network? Its items are taken in order, each once, and each is answered."""

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
from sansang.web.night.line_form import Wrong, each_line, filled, photo_beside, photo_of
from sansang.web.night.photos import cleaned
from sansang.web.night.submit import WRONG, put, put_photo, refusal
from sansang.web.shared.current_installation import installation
from sansang.web.shared.rate_limits import RETRY_AFTER
from sansang.web.shared.request_context import RequestContext, context_for, signed_in
from sansang.words import mark

#: Most items in one batch.
BATCH = 100
#: A file of some hundred lines with their photos is smaller (bytes).
LARGEST_FILE = 40 * 2**20
#: After these the batch ends, and the device sends the rest again later: the disk is full, or the link writes too much.
_LATER = (503, 429)


class LineAnswer(TypedDict, total=False):
    """What became of one line: ``status`` 200 with where it stands, else the reason in words.

    ``known``: it had been written before; ``number``: in its log; ``position``: in the whole ledger.
    """

    command: str
    status: int
    number: int
    position: int
    doubts: list[str]
    known: bool
    why: str


class ItemAnswer(LineAnswer):
    """What became of one item: of its first line that was not written, else of its first; and of each line."""

    lines: list[LineAnswer]


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One line of an item, not yet written: its command, and the call that appends it. It raises :data:`WRONG`."""

    command: str
    append: Callable[[], LineReceipt]
    #: It is only appended when the lines before it have been written.
    needs_previous: bool = False


#: One item as a device sends it, and how it is split into lines (raises :data:`WRONG`).
Item = dict[str, Any]
Split = Callable[[Item], Iterable[ItemLine]]


def device_key(name: str) -> str:
    """The key (32 bytes, base64) under which a device encrypts what waits to be sent; the same at each call."""
    secret = hmac.new(installation().store.keyring.devices_key(), name.encode(), hashlib.sha256).digest()
    return base64.b64encode(secret).decode()


@require_GET
def key(request: HttpRequest) -> HttpResponse:
    """The key of this person's queue on a device: the same at each sign-in, of use to nobody else."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    person = request.user.get_username()
    return JsonResponse({"person": person, "key": device_key(f"outbox {person}")})


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a batch of the person who is signed in; the answers as :func:`take_batch` gives them."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    context = context_for(request, request.user.get_username())
    return take_batch(context, partial(lines_of, context))


def take_batch(context: RequestContext, split: Split) -> HttpResponse:
    """Take the items of a JSON request in their order, ``{"lines": [item]}``; ``{"answers": [ItemAnswer]}``.

    An item that is refused does not stop those after it. Where nothing more can be written now, the batch ends there
    and the device sends the rest again. The status of the whole is 429 when not even the first could be written.
    """
    try:
        said = json.loads(context.request.body)
        batch = said["lines"]
        if not isinstance(batch, list) or len(batch) > BATCH or not all(isinstance(one, dict) for one in batch):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": context.voice.say(mark("This is no batch of lines."))}, status=400)
    answers: list[ItemAnswer] = []
    for item in batch:
        answers.append(answer_item(context, item, split))
        if answers[-1]["status"] in _LATER:
            break
    response = JsonResponse({"answers": answers})
    if answers and answers[-1]["status"] == 429:
        response.headers["Retry-After"] = str(RETRY_AFTER)
        if len(answers) == 1:
            response.status_code = 429
    return response


@require_http_methods(["GET", "POST"])
@signed_in
def saved(context: RequestContext) -> HttpResponse:
    """Take lines that a device saved to a file, or the text of its codes; each once, whatever was sent meanwhile."""
    if context.request.method == "GET":
        return context.render("saved.html", wrong="", answers=[])
    try:
        name, batch = _saved(context.request)
    except Wrong as wrong:
        return context.render("saved.html", 422, wrong=f"{wrong.field}: {context.voice.say(wrong.why)}", answers=[])
    answers: list[dict[str, Any]] = []
    for number, item in enumerate(batch, 1):
        fields = item.get("fields")
        said = fields if isinstance(fields, dict) else {}
        text = next((str(said[key]) for key in ("text", "place", "caption", "name", "what") if said.get(key)), "")
        answer = answer_item(context, item, partial(lines_of, context))
        where = {"place": f"{name}: {number}", "text": text[:120] or str(item.get("kind", ""))[:40]}
        answers += [{**where, **line} for line in answer["lines"]]
        if answer["status"] in _LATER:
            break
    status = 200 if all(one["status"] == 200 for one in answers) else 422
    return context.render("saved.html", status, wrong="", answers=answers)


def _saved(request: HttpRequest) -> tuple[str, list[dict[str, Any]]]:
    """The lines of a form: a file, or texts of codes one below the other. Raises :class:`Wrong`."""
    file = request.FILES.get("file")
    name, text = (str(file.name)[-80:], b"") if file else ("QR", request.POST.get("text", "").strip().encode())
    if file is not None:
        if (file.size or 0) > LARGEST_FILE:
            raise Wrong(name, mark("the file is larger than 40 MB"))
        text = file.read()
    if not text:
        raise Wrong(name, mark("this must be filled in"))
    found: list[dict[str, Any]] = []
    decoder = json.JSONDecoder()
    try:
        rest = text.decode("utf-8-sig").strip()
        while rest:
            said, end = decoder.raw_decode(rest)
            found += said["lines"]
            rest = rest[end:].strip()
        if not all(isinstance(one, dict) for one in found):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        why = mark("these are no saved lines: take the file that “Save to a file” made, or the whole text of a code")
        raise Wrong(name, why) from None
    return name, found


def answer_item(context: RequestContext, item: Item, split: Split) -> ItemAnswer:
    """Write the lines of an item; what became of it and of each line. Sent again, it gets the same answer.

    Lines are independent of each other (one unit that can't be ordered does not hold the others back), unless one
    needs those before it.
    """
    command = str(item.get("command", ""))
    lines: list[LineAnswer] = []
    try:
        if str(item.get("person", "")) != context.actor.person:
            raise Wrong("author", mark("another person wrote this; sign in as they"))
        for line in split(item):
            if line.needs_previous and any(one["status"] != 200 for one in lines):
                break
            lines.append(_answer_line(context, line))
            if lines[-1]["status"] in _LATER:
                break
    except WRONG as wrong:
        status, why = refusal(context.voice, wrong)
        lines.append({"command": command, "status": status, "why": why})
    refused = [one for one in lines if one["status"] != 200]
    # A device that is to send the item again must hear so, whatever else was refused in it.
    later = [one for one in refused if one["status"] in _LATER]
    summary: ItemAnswer = {**(later or refused or lines)[0], "command": command, "lines": lines}
    if len(refused) > 1:
        summary["why"] = " ".join(dict.fromkeys(one["why"] for one in refused))
    return summary


def _answer_line(context: RequestContext, line: ItemLine) -> LineAnswer:
    try:
        answer = line.append()
    except WRONG as wrong:
        status, why = refusal(context.voice, wrong)
        return {"command": line.command, "status": status, "why": why}
    return {
        "command": line.command,
        "status": 200,
        "number": answer.ref.number,
        "position": answer.position,
        "doubts": list(answer.doubts),
        "known": answer.is_repeat,
    }


def fields_of(item: Item) -> dict[str, Any]:
    """The fields of an item as those of a form. Raises :class:`Wrong`."""
    fields = item.get("fields", {})
    if not isinstance(fields, dict):
        raise Wrong("kind", mark("there is no such kind of line"))
    circumstances = {name: item.get(name, "") for name in ("kind", "command", "written")}
    return {**fields, **circumstances, "kind": str(circumstances["kind"])}


def lines_of(context: RequestContext, item: Item) -> Iterator[ItemLine]:
    """The lines of a person's item: one, or one for each unit that is ordered, or a report and its photo (base64).

    Raises :class:`Wrong`.
    """
    now = installation().store.now()
    operation, post, said = str(item.get("operation", "")), str(item.get("post", "")), fields_of(item)
    kind, picture = said["kind"], said.get("photo")

    def append(fields: dict[str, Any]) -> LineReceipt:
        return put(context, operation, post, filled(kind, fields, now), is_on_line=False)

    def append_photo(fields: dict[str, Any]) -> LineReceipt:
        return put_photo(context, operation, post, photo_of(fields, now), lambda: _picture(picture), is_on_line=False)

    if kind == "photo_added":
        yield ItemLine(str(said["command"]), partial(append_photo, said))
        return
    for one in each_line(said):
        yield ItemLine(str(one["command"]), partial(append, one))
    if kind == "situation_reported" and picture:
        photo = photo_beside(said)
        yield ItemLine(photo["command"], partial(append_photo, photo), needs_previous=True)


def _picture(photo: Any) -> bytes:
    try:
        return cleaned(base64.b64decode(str(photo or ""), validate=True))
    except ValueError:
        raise Wrong("photo", mark("this is no photo: JPEG, PNG or WebP")) from None
