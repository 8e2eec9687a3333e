"""Which ward was it on that day? The administrative units as of a day, and what each came from or became."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sansang.formats.areas import CITY, gazetteer, name_of
from sansang.model.areas import AdminUnit
from sansang.model.language import sort_key
from sansang.web.shared.current_installation import installation
from sansang.web.shared.filters import ZONE
from sansang.web.shared.request_context import RequestContext, signed_in
from sansang.words import mark

#: Days of which the lineage is told: before each change that the table knows, and since the last.
TOLD = (date(2019, 12, 18), date(2025, 3, 1), date(2025, 7, 1))
#: So many found units are told with their lineage.
FEW = 12


@require_GET
@signed_in
def area_list(context: RequestContext) -> HttpResponse:
    """The units of a day, by name; those that are searched for with what they came from or became."""
    today = installation().store.moment().astimezone(ZONE).date()
    wanted, given = context.request.GET.get("q", "").strip()[:100], context.request.GET.get("on", "")
    wrong, on = "", today
    try:
        on = date.fromisoformat(given) if given else today
    except ValueError:
        wrong = context.voice.say(mark("“{text}” is no day: choose one in the calendar."), text=given[:40])
    known = gazetteer()
    found = known.search(wanted, on) if wanted else known.on(on)
    return context.render(
        "areas.html",
        422 if wrong else 200,
        wrong=wrong,
        wanted=wanted,
        on=on,
        city=CITY,
        units=sorted(found, key=lambda one: (sort_key(one.parent), sort_key(one.name))),
        lineage={one.key: _lineage(one, on) for one in found} if wanted and len(found) <= FEW else {},
    )


def area_names(context: RequestContext, paths: Iterable[str]) -> dict[str, str]:
    """What people call these areas: the ward of today, else the post that lies there, else the codes as they are."""
    today = installation().store.moment().astimezone(ZONE).date()
    posts = {post.path: post.name for post in context.access.posts.values()}
    everywhere = context.voice.say(mark("everywhere"))
    return {path: name_of(path, today) or posts.get(path, path) or everywhere for path in paths}


def _lineage(unit: AdminUnit, on: date) -> list[dict[str, Any]]:
    """For each told day on which this unit was not there: the units that it came from, or is in."""
    known = gazetteer()
    told = []
    for day in TOLD:
        if not unit.is_valid(day):
            relatives = known.predecessors(unit, day) if day < on else known.successors(unit, day)
            if relatives:
                told.append({"day": day, "before": day < on, "units": relatives})
    return told
