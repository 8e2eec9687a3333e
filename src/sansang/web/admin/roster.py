"""How are a hundred people listed at once? The lists as a workbook: exported, and imported after a preview."""

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
from sansang.commands.access import FactRefused
from sansang.commands.operation import NotAllowed
from sansang.formats.problems import CellSpot, Problem, Spot, Unreadable
from sansang.formats.workbook.roster import SHEETS, RosterReading, read_roster, roster_workbook
from sansang.ledger.writer import NotWritten, Stopped
from sansang.web.admin.people import listed_in_own_area, require_people_right
from sansang.web.night.submit import describe_error
from sansang.web.shared.current_installation import installation
from sansang.web.shared.filters import ZONE
from sansang.web.shared.request_context import RIGHT_LABELS, RequestContext, signed_in
from sansang.words import mark
from sansang.words.roles import ROLE_NAMES

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Largest workbook that is read (bytes); a roster of ten thousand people is smaller.
LARGEST = 2 * 2**20


@require_GET
@signed_in
def export_roster(context: RequestContext) -> HttpResponse:
    """Posts, units, people and roles as a workbook: the part that this person may list."""
    require_people_right(context)
    at = installation()
    now = at.store.moment()
    title = f"{now.astimezone(ZONE):%d/%m/%Y}"
    content = roster_workbook(listed_in_own_area(context), now, context.voice, ZONE, title)
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="danh-ba-{now.astimezone(ZONE):%Y-%m-%d}.xlsx"'
    return response


@require_POST
@signed_in
def import_roster(context: RequestContext) -> HttpResponse:
    """Preview what a workbook would change; with ``take`` write it, all or nothing."""
    require_people_right(context)
    name, data = _uploaded(context)
    if not data or len(data) > LARGEST:
        problem = _empty_file(name) if not data else _too_large(name, len(data))
        return _render_refused(context, [problem])
    at = installation()
    try:
        found = read_roster(name, data, at.rights(), at.store.moment(), ZONE, lambda: f"g-{uuid.uuid4().hex[:16]}")
    except Unreadable as unreadable:
        return _render_refused(context, [*unreadable.problems])
    if found.errors:
        return _render_refused(context, found.problems)
    if not context.request.POST.get("take"):
        return _render_preview(context, found, name, data)
    try:
        access.write_facts(at, context.actor, found.facts)
    except FactRefused as wrong:
        change = found.change_of(wrong.number)
        return _render_refused(context, [*found.problems, _not_taken(context, wrong.why, change.spot)], 403)
    except (NotWritten, Stopped) as wrong:
        status, why = describe_error(context.voice, wrong)
        return context.render("roster.html", status, wrong=why, **_page_variables(context, found))
    text = context.voice.count(
        mark("{n} row of the workbook written."), mark("{n} rows of the workbook written."), len(found.changes)
    )
    messages.success(context.request, text)
    return HttpResponseRedirect(reverse("people"))


def _uploaded(context: RequestContext) -> tuple[str, bytes]:
    """The name and content of the uploaded file, or of the one that the preview holds."""
    file = context.request.FILES.get("workbook")
    if file is not None:
        return _printable(str(file.name)), file.read(LARGEST + 1)
    try:
        held = base64.b64decode(context.request.POST.get("held", ""), validate=True)
    except (binascii.Error, ValueError):
        held = b""
    return _printable(context.request.POST.get("name", "")), held


def _printable(name: str) -> str:
    printable = "".join(c for c in name if unicodedata.category(c)[0] not in "CZ" or c == " ")
    return printable[-100:] or "workbook"


def _empty_file(name: str) -> Problem:
    return Problem("empty", Spot(name), mark("The file is empty"), mark("Choose the workbook and send it again"))


def _too_large(name: str, size: int) -> Problem:
    return Problem(
        "too-large",
        Spot(name),
        mark("The file is larger than a roster: over {most} MiB"),
        mark("Delete pictures and empty rows, then save"),
        {"most": LARGEST // 2**20},
    )


def _not_taken(context: RequestContext, why: Exception, spot: CellSpot) -> Problem:
    """The problem of a row that this person may not write."""
    if isinstance(why, NotAllowed):
        what = context.voice.say(RIGHT_LABELS[why.right])
        message = mark("You may not {what} there")
        return Problem("roster-not-allowed", spot, message, _HOW_ALLOWED, {"what": what})
    return Problem("roster-to-oneself", spot, mark("Nobody gives a role to themselves"), _HOW_ALLOWED)


_HOW_ALLOWED = mark("Delete the row, or let another administrator bring it in")


def _render_refused(context: RequestContext, problems: list[Problem], status: int = 422) -> HttpResponse:
    found = RosterReading(problems=problems)
    return context.render(
        "roster.html", status, wrong=context.voice.say(mark("Nothing was written.")), **_page_variables(context, found)
    )


def _render_preview(context: RequestContext, found: RosterReading, name: str, data: bytes) -> HttpResponse:
    held = base64.b64encode(data).decode()
    return context.render("roster.html", wrong="", **{**_page_variables(context, found), "held": held, "name": name})


def _page_variables(context: RequestContext, found: RosterReading) -> dict[str, Any]:
    voice = context.voice
    return {
        "problems": [(str(one.spot), one.what(voice), one.how(voice), one.severity) for one in found.problems],
        "parts": [(form, [one for one in found.changes if one.part == form.part]) for form in SHEETS],
        "count": len(found.changes),
        "same": found.same,
        "absent": [(form, found.absent[form.part]) for form in SHEETS if form.part in found.absent],
        "roles": ROLE_NAMES,
        "held": "",
        "name": "",
    }
