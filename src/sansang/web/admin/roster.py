"""How do a hundred people come in at once? The lists of the installation as a workbook, out, and reviewed, in again."""

from __future__ import annotations

import base64
import binascii
import unicodedata
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from sansang.commands import access
from sansang.commands.access import NotTaken
from sansang.commands.operation import NotAllowed
from sansang.formats.problems import CellSpot, Problem, Spot, Unreadable
from sansang.formats.workbook.roster import SHEETS, RosterReading, read_roster, roster_workbook
from sansang.ledger.writer import NotWritten, Stopped
from sansang.web.admin.people import listed_within, needs_people
from sansang.web.night.submit import refusal
from sansang.web.shared.current_installation import installation
from sansang.web.shared.request_context import RIGHTS, Asking, signed_in
from sansang.web.shared.templates import ZONE
from sansang.words import mark
from sansang.words.roles import ROLES

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A roster of ten thousand people is smaller (bytes).
LARGEST = 2 * 2**20


@require_GET
@signed_in
def workbook(ask: Asking) -> HttpResponse:
    """Posts, units, people and roles as a workbook: what this person may list."""
    needs_people(ask)
    at = installation()
    now = at.store.moment()
    title = f"{now.astimezone(ZONE):%d/%m/%Y}"
    content = roster_workbook(listed_within(ask), now, ask.voice, ZONE, title)
    answer = HttpResponse(content, content_type=SHEET_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="danh-ba-{now.astimezone(ZONE):%Y-%m-%d}.xlsx"'
    return answer


@require_POST
@signed_in
def bring_in(ask: Asking) -> HttpResponse:
    """Show what a workbook would change; with ``take`` write that, all or nothing."""
    needs_people(ask)
    name, data = _sent(ask)
    if not data or len(data) > LARGEST:
        problem = _nothing(name) if not data else _too_large(name, len(data))
        return _refused(ask, [problem])
    at = installation()
    try:
        found = read_roster(name, data, at.rights(), at.store.moment(), ZONE, lambda: f"g-{uuid.uuid4().hex[:16]}")
    except Unreadable as unreadable:
        return _refused(ask, [*unreadable.problems])
    if found.errors:
        return _refused(ask, found.problems)
    if not ask.request.POST.get("take"):
        return _shown(ask, found, name, data)
    try:
        access.enter_all(at, ask.actor, found.facts)
    except NotTaken as wrong:
        change = found.change_of(wrong.number)
        return _refused(ask, [*found.problems, _not_taken(ask, wrong.why, change.spot)], 403)
    except (NotWritten, Stopped) as wrong:
        status, why = refusal(ask.voice, wrong)
        return ask.draw("roster.html", status, wrong=why, **_drawn(ask, found))
    said = ask.voice.count(
        mark("{n} row of the workbook written."), mark("{n} rows of the workbook written."), len(found.changes)
    )
    messages.success(ask.request, said)
    return HttpResponseRedirect(reverse("people"))


def _sent(ask: Asking) -> tuple[str, bytes]:
    """The file as it was sent, or as the page before kept it."""
    file = ask.request.FILES.get("workbook")
    if file is not None:
        return _plain(str(file.name)), file.read(LARGEST + 1)
    try:
        held = base64.b64decode(ask.request.POST.get("held", ""), validate=True)
    except (binascii.Error, ValueError):
        held = b""
    return _plain(ask.request.POST.get("name", "")), held


def _plain(name: str) -> str:
    kept = "".join(sign for sign in name if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    return kept[-100:] or "workbook"


def _nothing(name: str) -> Problem:
    return Problem("empty", Spot(name), mark("The file is empty"), mark("Choose the workbook and send it again"))


def _too_large(name: str, size: int) -> Problem:
    return Problem(
        "too-large",
        Spot(name),
        mark("The file is larger than a roster: over {most} MiB"),
        mark("Delete pictures and empty rows, then save"),
        {"most": LARGEST // 2**20},
    )


def _not_taken(ask: Asking, why: Exception, spot: CellSpot) -> Problem:
    """Why a row may not be written by this person."""
    if isinstance(why, NotAllowed):
        what = ask.voice.say(RIGHTS[why.right])
        message = mark("You may not {what} there")
        return Problem("roster-not-allowed", spot, message, _ANOTHER, {"what": what})
    return Problem("roster-to-oneself", spot, mark("Nobody gives a role to themselves"), _ANOTHER)


_ANOTHER = mark("Delete the row, or let another administrator bring it in")


def _refused(ask: Asking, problems: list[Problem], status: int = 422) -> HttpResponse:
    found = RosterReading(problems=problems)
    return ask.draw("roster.html", status, wrong=ask.voice.say(mark("Nothing was written.")), **_drawn(ask, found))


def _shown(ask: Asking, found: RosterReading, name: str, data: bytes) -> HttpResponse:
    held = base64.b64encode(data).decode()
    return ask.draw("roster.html", wrong="", **{**_drawn(ask, found), "held": held, "name": name})


def _drawn(ask: Asking, found: RosterReading) -> dict[str, Any]:
    voice = ask.voice
    return {
        "problems": [(str(one.spot), one.what(voice), one.how(voice), one.severity) for one in found.problems],
        "parts": [(form, [one for one in found.changes if one.part == form.part]) for form in SHEETS],
        "count": len(found.changes),
        "same": found.same,
        "absent": [(form, found.absent[form.part]) for form in SHEETS if form.part in found.absent],
        "roles": ROLES,
        "held": "",
        "name": "",
    }
