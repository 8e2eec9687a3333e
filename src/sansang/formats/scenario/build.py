"""What does it mean? The file's values as a scenario of the model, with every reference checked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sansang.formats.scenario import shape
from sansang.formats.scenario.follow_ons import in_order
from sansang.formats.scenario.people import build_exercise, build_issuing, build_suppressions
from sansang.formats.scenario.places import build_mode, build_site
from sansang.formats.scenario.posts import build_service, build_unit, build_upper, build_ward
from sansang.formats.scenario.quantities import Quantities
from sansang.formats.scenario.schema_errors import SpotFinder
from sansang.formats.scenario.situations import build_situation
from sansang.formats.scenario.travel_check import check_travel
from sansang.formats.scenario.yaml_tree import Path
from sansang.model.areas import Gazetteer
from sansang.model.exercise.exercise import Exercise
from sansang.model.plan.pillars import PILLAR_SETS, Pillar, PillarSet
from sansang.words import mark

FIRST_YEAR, LAST_YEAR = 1900, 2200
#: Stands in for a start that can't be read, so that the rest is looked at too.
_SOME_DAY = datetime.fromisoformat("2026-01-01T00:00:00+07:00")
#: Among more names than this nobody looks for the nearest.
MOST_NAMES = 500


class Builder(Quantities):
    """Builds the scenario of a file; with errors among its ``problems`` the scenario is not to be used."""

    def __init__(self, file: shape.ScenarioFile, where: SpotFinder, gazetteer: Gazetteer) -> None:
        super().__init__(where)
        self.file = file
        self.gazetteer = gazetteer
        self.ward_ids = [ward.id for ward in file.wards]
        self.site_ids = [site.id for site in file.sites]
        self.mode_ids = [mode.id for mode in file.modes]
        self.unit_ids = [unit.id for unit in file.units]
        self.situation_ids = [situation.id for situation in file.situations]
        self.post_ids = [w.post.id if isinstance(w.post.id, str) else w.id for w in file.wards]
        if isinstance(file.upper, shape.Upper):
            self.post_ids.append(file.upper.post.id if isinstance(file.upper.post.id, str) else "upper")

    def build(self) -> Exercise:
        """The scenario; look at ``problems`` before using it."""
        file = self.file
        start = self._start_time()
        for key in ("modes", "wards", "sites", "units", "services", "situations"):
            self.unique(getattr(file, key), (key,))
        self.unique_posts()
        if file.count_from >= file.horizon:
            self.error(
                "count-from",
                ("count_from",),
                mark("Counting begins after the end"),
                mark("Write a minute before the horizon of {horizon}"),
                horizon=file.horizon,
            )
        wards = tuple(build_ward(self, ward, ("wards", i), start.date()) for i, ward in enumerate(file.wards))
        sites = tuple(build_site(self, site, ("sites", i)) for i, site in enumerate(file.sites))
        modes = tuple(build_mode(self, mode, ("modes", i)) for i, mode in enumerate(file.modes))
        units = tuple(build_unit(self, unit, ("units", i)) for i, unit in enumerate(file.units))
        situations = tuple(build_situation(self, s, ("situations", i)) for i, s in enumerate(file.situations))
        check_travel(self, sites, modes, units, situations)
        phases, objectives, tasks, roles, injects = build_exercise(self)
        silenced = build_suppressions(self)
        return Exercise(
            id=file.id,
            title=file.title,
            start=start,
            horizon=file.horizon,
            wards=wards,
            sites=sites,
            modes=modes,
            units=units,
            situations=in_order(self, situations),
            pillars=self._pillars(),
            upper=build_upper(self),
            services=tuple(build_service(self, s, ("services", i)) for i, s in enumerate(file.services)),
            policy=file.policy,
            no_answer=self.number(file.no_answer, ("no_answer",), 5.0),
            count_from=file.count_from,
            example=file.example,
            description=" ".join(file.description.split()),
            label=file.label,
            phases=phases,
            objectives=objectives,
            tasks=tasks,
            roles=roles,
            injects=injects,
            papers=build_issuing(self),
            silenced=silenced,
        )

    # References

    def known(self, wanted: str, known: Sequence[str], path: Path, what: str) -> bool:
        """Whether a reference leads somewhere; if not, that is an error that names what is near."""
        if wanted in known:
            return True
        near = difflib.get_close_matches(wanted, known[:MOST_NAMES], 1)
        listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "")
        self.error(
            f"unknown-{what}",
            path,
            _UNKNOWN[what],
            mark("Did you mean `{near}`? Known are: {known}") if near else mark("Write one of: {known}"),
            id=wanted,
            near=near[0] if near else "",
            known=listed or "–",
        )
        return False

    def unique(self, things: Iterable[Any], path: Path) -> None:
        """No id twice in a list."""
        seen: dict[str, int] = {}
        for number, thing in enumerate(things):
            if thing.id in seen:
                first = self.where.value((*path, seen[thing.id], "id"))
                self.error(
                    "id-twice",
                    (*path, number, "id"),
                    mark("`{id}` is given a second time; the first is at {first}"),
                    mark("Give each its own id"),
                    id=thing.id,
                    first=first,
                )
            seen.setdefault(thing.id, number)

    def unique_posts(self) -> None:
        """No post id twice, also across wards and the upper command."""
        places: list[Path] = [("wards", number) for number in range(len(self.file.wards))]
        places.append(("upper",))
        seen: dict[str, Path] = {}
        for each, place in zip(self.post_ids, places, strict=False):
            if each in seen:
                self.error(
                    "id-twice",
                    (*place, "post", "id"),
                    mark("`{id}` is given a second time; the first is at {first}"),
                    mark("Give each its own id"),
                    id=each,
                    first=self.where.value((*seen[each], "post", "id")),
                )
            seen.setdefault(each, place)

    # The exercise as a whole

    def _start_time(self) -> datetime:
        text = self.file.start
        try:
            start = datetime.fromisoformat(text)
        except ValueError:
            start = None
        if start is None or len(text) <= len("2026-11-14"):
            self.error(
                "not-a-time",
                ("start",),
                mark("`{text}` is no date and time"),
                mark("Write it as 2026-11-14T22:30:00+07:00"),
                text=text,
            )
            return _SOME_DAY
        if start.tzinfo is None:
            self.error(
                "no-zone",
                ("start",),
                mark("`{text}` does not say in which time zone"),
                mark("Add the zone: {text}+07:00 for Vietnam"),
                text=text,
            )
            return start.replace(tzinfo=_SOME_DAY.tzinfo)
        if not FIRST_YEAR <= start.year <= LAST_YEAR:
            self.error(
                "not-a-time",
                ("start",),
                mark("The year {year} is no year of a plan"),
                mark("Write a year between {first} and {last}"),
                year=start.year,
                first=FIRST_YEAR,
                last=LAST_YEAR,
            )
            return _SOME_DAY
        return start

    def _pillars(self) -> PillarSet:
        given = self.file.pillars
        if isinstance(given, str):
            if not self.known(given, list(PILLAR_SETS), ("pillars",), "pillar-set"):
                return PILLAR_SETS["four_2013"]
            return PILLAR_SETS[given]
        self.unique(given.pillars, ("pillars", "pillars"))
        causes = [cause for pillar in given.pillars for cause in pillar.causes]
        twice = sorted({cause for cause in causes if causes.count(cause) > 1})
        if twice:
            self.error(
                "cause-twice",
                ("pillars", "pillars"),
                mark("The cause `{cause}` belongs to two pillars"),
                mark("Give each cause to one pillar, so that the minutes add up"),
                cause=twice[0],
            )
        since = self.day(given.valid_from, ("pillars", "valid_from"))
        return PillarSet(
            id=given.id,
            name_vi=given.name,
            name_en=given.name_en or given.name,
            valid_from=since,
            legal_basis=given.legal_basis,
            pillars=tuple(Pillar(p.id, p.name, p.name_en or p.name, tuple(p.causes)) for p in given.pillars),
        )

    def day(self, text: str, path: Path) -> date:
        """The date of a text; what is none is an error, and some day stands in for it."""
        try:
            return date.fromisoformat(text)
        except ValueError:
            self.error("not-a-time", path, mark("`{text}` is no date"), mark("Write it as 2019-12-15"), text=text)
            return _SOME_DAY.date()


_UNKNOWN = {
    "ward": mark("There is no ward `{id}`"),
    "site": mark("There is no site `{id}`"),
    "mode": mark("There is no travel mode `{id}`"),
    "body": mark("There is no body `{id}` at this post"),
    "post": mark("There is no post `{id}`"),
    "situation": mark("There is no situation `{id}`"),
    "objective": mark("There is no objective `{id}`"),
    "task": mark("There is no critical task `{id}`"),
    "phase": mark("There is no phase `{id}`"),
    "inject": mark("There is no inject `{id}`"),
    "pillar-set": mark("There is no pillar set `{id}`"),
    "finding": mark("There is no finding `{id}`"),
}
