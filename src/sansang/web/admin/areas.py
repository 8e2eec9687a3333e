"""Which wards were there on a day? The administrative units, and what each came from or became."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from sansang.formats.areas import CITY, area_name, gazetteer
from sansang.model.areas import AdminUnit
from sansang.model.language import sort_key
from sansang.web.shared.current_installation import installation
from sansang.web.shared.filters import ZONE
from sansang.web.shared.request_context import RequestContext, signed_in
from sansang.words import mark

#: Days for which the lineage is shown: before each change in the table, and since the last.
LINEAGE_DAYS = (date(2019, 12, 18), date(2025, 3, 1), date(2025, 7, 1))
#: Most found units for which the lineage is shown.
MOST_WITH_LINEAGE = 12


@require_GET
@signed_in
def area_list(context: RequestContext) -> HttpResponse:
    """The units of a day by name; found ones with what they came from or became."""
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
        lineage={one.key: _lineage(one, on) for one in found} if wanted and len(found) <= MOST_WITH_LINEAGE else {},
    )


def area_names(context: RequestContext, paths: Iterable[str]) -> dict[str, str]:
    """The names of areas: the present ward's, else that of a post there, else the codes."""
    today = installation().store.moment().astimezone(ZONE).date()
    posts = {post.path: post.name for post in context.access.posts.values()}
    everywhere = context.voice.say(mark("everywhere"))
    return {path: area_name(path, today) or posts.get(path, path) or everywhere for path in paths}


def _lineage(unit: AdminUnit, on: date) -> list[dict[str, Any]]:
    """For each of the days on which this unit did not exist: the units that it came from, or became part of."""
    known = gazetteer()
    lineage = []
    for day in LINEAGE_DAYS:
        if not unit.is_valid(day):
            relatives = known.predecessors(unit, day) if day < on else known.successors(unit, day)
            if relatives:
                lineage.append({"day": day, "before": day < on, "units": relatives})
    return lineage
