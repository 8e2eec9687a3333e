"""What has waited on a device? Lines come one after the other, each once, and every one gets its answer."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sansang.commands.operation import LineReceipt
from sansang.web.night.line_form import Wrong, filled, photo_of
from sansang.web.night.photos import cleaned
from sansang.web.night.submit import WRONG, put, put_photo, refusal
from sansang.web.shared.current_installation import installation
from sansang.web.shared.language import voice_of
from sansang.web.shared.request_context import RequestContext, context_for, signed_in
from sansang.words import mark

#: So many lines come in one batch at most.
BATCH = 100
#: A file of some hundred lines with their photos is smaller (bytes).
LARGEST_FILE = 40 * 2**20


@require_GET
def key(request: HttpRequest) -> HttpResponse:
    """The key of this person's outbox on a device: the same at each sign-in, of use to nobody else."""
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    person = request.user.get_username()
    secret = hmac.new(installation().store.keyring.devices_key(), f"outbox {person}".encode(), hashlib.sha256).digest()
    return JsonResponse({"person": person, "key": base64.b64encode(secret).decode()})


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a batch in its order; the answer to each line: written, known already, or why a person must look at it.

    A line that is refused does not stop those after it; where the disk does not take it, the batch ends there and the
    device sends the rest again.
    """
    voice = voice_of(request)
    if not request.user.is_authenticated:
        return JsonResponse({"signed_in": False}, status=401)
    try:
        said = json.loads(request.body)
        batch = said["lines"]
        if not isinstance(batch, list) or len(batch) > BATCH or not all(isinstance(one, dict) for one in batch):
            raise ValueError
    except (ValueError, KeyError, TypeError, RecursionError):
        return JsonResponse({"error": voice.say(mark("This is no batch of lines."))}, status=400)
    context = context_for(request, request.user.get_username())
    answers: list[dict[str, Any]] = []
    for one in batch:
        answer = _taken(context, one)
        answers.append(answer)
        if answer["status"] == 503:
            break
    return JsonResponse({"answers": answers})


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
    answers = []
    for number, one in enumerate(batch, 1):
        fields = one.get("fields")
        said = fields if isinstance(fields, dict) else {}
        text = next((str(said[key]) for key in ("text", "place", "caption", "name", "what") if said.get(key)), "")
        answer = _taken(context, one)
        answers.append({"place": f"{name}: {number}", "text": text[:120] or str(one.get("kind", ""))[:40], **answer})
        if answer["status"] == 503:
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


def _taken(context: RequestContext, one: dict[str, Any]) -> dict[str, Any]:
    command = str(one.get("command", ""))
    try:
        if str(one.get("person", "")) != context.actor.person:
            raise Wrong("author", mark("another person wrote this; sign in as they"))
        answer = _put(context, one)
    except WRONG as wrong:
        status, why = refusal(context.voice, wrong)
        return {"command": command, "status": status, "why": why}
    return {
        "command": command,
        "status": 200,
        "number": answer.ref.number,
        "position": answer.position,
        "doubts": list(answer.doubts),
        "known": answer.is_repeat,
    }


def _put(context: RequestContext, one: dict[str, Any]) -> LineReceipt:
    """Put a line of a device down; a photo comes as base64. Raises what :data:`WRONG` lists."""
    now = installation().store.now()
    operation, post, said = str(one.get("operation", "")), str(one.get("post", "")), one.get("fields", {})
    if not isinstance(said, dict):
        raise Wrong("kind", mark("there is no such kind of line"))
    said = {**said, "command": one.get("command", ""), "written": one.get("written", "")}
    if one.get("kind") != "photo_added":
        return put(context, operation, post, filled(str(one.get("kind", "")), said, now), is_on_line=False)
    return put_photo(context, operation, post, photo_of(said, now), lambda: _picture(said), is_on_line=False)


def _picture(said: dict[str, Any]) -> bytes:
    try:
        return cleaned(base64.b64decode(str(said.get("photo", "")), validate=True))
    except ValueError:
        raise Wrong("photo", mark("this is no photo: JPEG, PNG or WebP")) from None
