"""Where is it? Wards with their areas on the day, sites and travel modes of the file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import UNSET

from sansang.formats.scenario import shape
from sansang.formats.scenario.yaml_tree import Path
from sansang.model.areas import AdminUnit, Coordinates, OutsideItsDates, UnknownUnit
from sansang.model.plan.ground import Site, TravelMode
from sansang.model.plan.quantity import Number
from sansang.words import mark

if TYPE_CHECKING:
    from sansang.formats.scenario.build import Builder


def build_area(builder: Builder, code: str, day: date, path: Path) -> AdminUnit:
    code = code.zfill(5)
    try:
        return builder.gazetteer.find(code, day)
    except UnknownUnit:
        builder.error(
            "unknown-area",
            path,
            mark("No administrative unit has the code {area}"),
            mark("Look it up with `sansang area NAME`"),
            area=code,
        )
    except OutsideItsDates as wrong:
        _outside_its_dates(builder, wrong, path)
    return AdminUnit(code, code, "ward", date(1900, 1, 1))


def _outside_its_dates(builder: Builder, wrong: OutsideItsDates, path: Path) -> None:
    spans = "; ".join(
        f"{unit.full_name} {unit.valid_from:%d/%m/%Y}–" + (f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else "…")
        for unit in wrong.units
    )
    instead = {
        relative.unit.key: f"{relative.unit.full_name} ({relative.unit.code})"
        for unit in wrong.units
        for relative in (
            builder.gazetteer.successors(unit, wrong.day)
            if wrong.day > unit.valid_from
            else builder.gazetteer.predecessors(unit, wrong.day)
        )
    }
    builder.error(
        "area-outside-its-dates",
        path,
        mark("The code {area} is not valid on {day}: {spans}"),
        mark("On that day its ground belongs to: {instead}")
        if instead
        else mark("Change the code, or the date in `start`"),
        area=wrong.code,
        day=f"{wrong.day:%d/%m/%Y}",
        spans=spans,
        instead=", ".join(instead.values()),
    )


def build_site(builder: Builder, site: shape.Site, path: Path) -> Site:
    builder.known(site.ward, builder.ward_ids, (*path, "ward"), "ward")
    place = None
    if isinstance(site.at, list):
        lat, lon = site.at
        if not (-90 <= lat <= 90 and -180 <= lon <= 180):
            builder.error(
                "not-a-place",
                (*path, "at"),
                mark("[{lat}, {lon}] is no place on earth"),
                mark("Write [degrees north, degrees east], for the city about [10.76, 106.65]"),
                lat=lat,
                lon=lon,
            )
        else:
            place = Coordinates(lat, lon)
    return Site(site.id, site.name, site.ward, place)


def build_mode(builder: Builder, mode: shape.Mode, path: Path) -> TravelMode:
    times: dict[tuple[str, str], Number | None] = {}
    for i, time in enumerate(mode.times):
        at = (*path, "times", i)
        known = builder.known(time.from_, builder.site_ids, (*at, "from"), "site")
        if builder.known(time.to, builder.site_ids, (*at, "to"), "site") and known:
            pair = (time.from_, time.to)
            minutes = None if time.minutes is None else builder.number(time.minutes, (*at, "minutes"), 0.0)
            if pair in times:
                builder.error(
                    "way-twice",
                    at,
                    mark("The way from {start} to {end} is given twice"),
                    mark("Keep one of the two"),
                    start=pair[0],
                    end=pair[1],
                )
            times[pair] = minutes
    speed = None
    if mode.speed is not UNSET:
        speed = builder.number(mode.speed, (*path, "speed"), 1.0, above=0)
    detour = builder.number(mode.detour, (*path, "detour"), 1.4, above=0)
    return TravelMode(mode.id, mode.name, speed, detour, builder.duration(mode.factor, (*path, "factor"), 1.0), times)
