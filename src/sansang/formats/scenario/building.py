"""What does it mean? The file's values as a scenario of the model, with every reference checked."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import UNSET

from sansang.formats.scenario import shape
from sansang.formats.scenario.following import in_order
from sansang.formats.scenario.matching import Where
from sansang.formats.scenario.people import build_exercise
from sansang.formats.scenario.quantities import Quantities
from sansang.formats.scenario.tree import Path
from sansang.formats.scenario.ways import check_ways
from sansang.model.areas import AdminUnit, Gazetteer, OutsideItsDates, Place, UnknownUnit
from sansang.model.forces import Body, Means, Member, Post, Service, Step, Unit, Upper, Ward
from sansang.model.ground import Site, TravelMode
from sansang.model.pillars import PILLAR_SETS, Pillar, PillarSet
from sansang.model.quantity import Amount, Number
from sansang.model.scenario import Scenario
from sansang.model.situations import Escalation, Fixed, FollowOn, Need, RatePiece, Situation, Stream
from sansang.words import mark

INFINITY = float("inf")


class Builder(Quantities):
    """Builds the scenario of a file; ``problems`` says what is wrong, and then the scenario is not to be used."""

    def __init__(self, file: shape.ScenarioFile, where: Where, gazetteer: Gazetteer) -> None:
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

    def build(self) -> Scenario:
        """The scenario; look at ``problems`` before using it."""
        file = self.file
        start = self._start_time()
        for key in ("modes", "wards", "sites", "units", "services", "situations"):
            self.unique(getattr(file, key), (key,))
        self.unique_words(self.post_ids, ("wards",), mark("the post `{id}`"))
        if file.count_from >= file.horizon:
            self.error(
                "count-from",
                ("count_from",),
                mark("Counting begins after the end"),
                mark("Write a minute before the horizon of {horizon}"),
                horizon=file.horizon,
            )
        wards = tuple(self._ward(ward, ("wards", i), start.date()) for i, ward in enumerate(file.wards))
        sites = tuple(self._site(site, ("sites", i)) for i, site in enumerate(file.sites))
        modes = tuple(self._mode(mode, ("modes", i)) for i, mode in enumerate(file.modes))
        units = tuple(self._unit(unit, ("units", i)) for i, unit in enumerate(file.units))
        situations = tuple(self._situation(s, ("situations", i)) for i, s in enumerate(file.situations))
        check_ways(self, sites, modes, units, situations)
        phases, objectives, tasks, roles, injects = build_exercise(self)
        scenario = Scenario(
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
            upper=self._upper(),
            services=tuple(self._service(s, ("services", i)) for i, s in enumerate(file.services)),
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
        )
        self._supplies_without_store(scenario)
        return scenario

    # References

    def known(self, wanted: str, known: Sequence[str], path: Path, what: str) -> bool:
        """Whether a reference leads somewhere; if not, that is an error that names what is near."""
        if wanted in known:
            return True
        near = difflib.get_close_matches(wanted, known, 1)
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

    def unique_words(self, ids: Sequence[str], path: Path, what: str) -> None:
        """No post id twice, also across wards and the upper command."""
        for number, each in enumerate(ids):
            if each in ids[:number]:
                inside = (*path, number) if number < len(self.file.wards) else ("upper",)
                self.error(
                    "id-twice",
                    (*inside, "post", "id"),
                    mark("`{id}` is given a second time; the first is at {first}"),
                    mark("Give each its own id"),
                    id=each,
                    first=self.where.value((*path, ids.index(each))),
                )

    # The exercise as a whole

    def _start_time(self) -> datetime:
        text = self.file.start
        try:
            start = datetime.fromisoformat(text)
        except ValueError:
            self.error(
                "not-a-time",
                ("start",),
                mark("`{text}` is no date and time"),
                mark("Write it as 2026-11-14T22:30:00+07:00"),
                text=text,
            )
            return datetime.fromisoformat("2026-01-01T00:00:00+07:00")
        if start.tzinfo is None:
            self.error(
                "no-zone",
                ("start",),
                mark("`{text}` does not say in which time zone"),
                mark("Add the zone: {text}+07:00 for Vietnam"),
                text=text,
            )
            return start.replace(tzinfo=datetime.fromisoformat("2026-01-01T00:00:00+07:00").tzinfo)
        return start

    def _pillars(self) -> PillarSet:
        given = self.file.pillars
        if isinstance(given, str):
            if not self.known(given, list(PILLAR_SETS), ("pillars",), "pillar-set"):
                return PILLAR_SETS["four_2013"]
            return PILLAR_SETS[given]
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
        try:
            since = date.fromisoformat(given.valid_from)
        except ValueError:
            since = date(2000, 1, 1)
            self.error(
                "not-a-time",
                ("pillars", "valid_from"),
                mark("`{text}` is no date"),
                mark("Write it as 2019-12-15"),
                text=given.valid_from,
            )
        return PillarSet(
            id=given.id,
            name_vi=given.name,
            name_en=given.name_en or given.name,
            valid_from=since,
            legal_basis=given.legal_basis,
            pillars=tuple(Pillar(p.id, p.name, p.name_en or p.name, tuple(p.causes)) for p in given.pillars),
        )

    # The ground

    def _area(self, code: str, day: date, path: Path) -> AdminUnit:
        code = code.zfill(5)
        try:
            return self.gazetteer.find(code, day)
        except UnknownUnit:
            self.error(
                "unknown-area",
                path,
                mark("No administrative unit has the code {area}"),
                mark("Look it up with `sansang area NAME`"),
                area=code,
            )
        except OutsideItsDates as wrong:
            self._outside_its_dates(wrong, path)
        return AdminUnit(code, code, "ward", date(1900, 1, 1))

    def _outside_its_dates(self, wrong: OutsideItsDates, path: Path) -> None:
        spans = "; ".join(
            f"{unit.full_name} {unit.valid_from:%d/%m/%Y}–" + (f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else "…")
            for unit in wrong.units
        )
        instead = {
            relative.unit.key: f"{relative.unit.full_name} ({relative.unit.code})"
            for unit in wrong.units
            for relative in (
                self.gazetteer.successors(unit, wrong.day)
                if wrong.day > unit.valid_from
                else self.gazetteer.predecessors(unit, wrong.day)
            )
        }
        self.error(
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

    def _site(self, site: shape.Site, path: Path) -> Site:
        self.known(site.ward, self.ward_ids, (*path, "ward"), "ward")
        place = None
        if isinstance(site.at, list):
            lat, lon = site.at
            if not (-90 <= lat <= 90 and -180 <= lon <= 180):
                self.error(
                    "not-a-place",
                    (*path, "at"),
                    mark("[{lat}, {lon}] is no place on earth"),
                    mark("Write [degrees north, degrees east], for the city about [10.76, 106.65]"),
                    lat=lat,
                    lon=lon,
                )
            else:
                place = Place(lat, lon)
        return Site(site.id, site.name, site.ward, place)

    def _mode(self, mode: shape.Mode, path: Path) -> TravelMode:
        times: dict[tuple[str, str], Number | None] = {}
        for i, time in enumerate(mode.times):
            at = (*path, "times", i)
            known = self.known(time.from_, self.site_ids, (*at, "from"), "site")
            if self.known(time.to, self.site_ids, (*at, "to"), "site") and known:
                pair = (time.from_, time.to)
                minutes = None if time.minutes is None else self.number(time.minutes, (*at, "minutes"), 0.0)
                if pair in times:
                    self.error(
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
            speed = self.number(mode.speed, (*path, "speed"), 1.0, above=0)
        detour = self.number(mode.detour, (*path, "detour"), 1.4, above=0)
        return TravelMode(mode.id, mode.name, speed, detour, self.duration(mode.factor, (*path, "factor"), 1.0), times)

    # Posts and forces

    def _ward(self, ward: shape.Ward, path: Path, day: date) -> Ward:
        return Ward(
            id=ward.id,
            area=self._area(ward.area, day, (*path, "area")),
            post=self._post(ward.post, (*path, "post"), ward.id),
            stores=self._amounts(ward.stores, (*path, "stores"), least=0),
            keep_back=self._amounts(ward.keep_back, (*path, "keep_back"), least=0),
        )

    def _upper(self) -> Upper | None:
        upper = self.file.upper
        if not isinstance(upper, shape.Upper):
            return None
        return Upper(
            post=self._post(upper.post, ("upper", "post"), "upper"),
            stores=self._amounts(upper.stores, ("upper", "stores"), least=0),
            resupply=self.duration(upper.resupply, ("upper", "resupply")),
        )

    def _post(self, post: shape.Post, path: Path, otherwise: str) -> Post:
        self.unique(post.bodies, (*path, "bodies"))
        self.unique(post.chain, (*path, "chain"))
        bodies = tuple(self._body(body, (*path, "bodies", i)) for i, body in enumerate(post.bodies))
        body_ids = [body.id for body in bodies]
        steps = []
        for i, step in enumerate(post.chain):
            at = (*path, "chain", i)
            if isinstance(step.body, str):
                self.known(step.body, body_ids, (*at, "body"), "body")
            steps.append(
                Step(
                    id=step.id,
                    name=step.name,
                    duration=self.duration(step.duration, (*at, "duration")),
                    body=step.body if isinstance(step.body, str) else None,
                    paper=step.paper,
                    without_quorum=self.number(step.without_quorum, (*at, "without_quorum"), 0.0),
                )
            )
        desks = None if post.desks is UNSET else self.amount(post.desks, (*path, "desks"), 1)
        name = post.id if isinstance(post.id, str) else otherwise
        return Post(name, post.name, desks, tuple(steps), bodies, post.head)

    def _body(self, body: shape.Body, path: Path) -> Body:
        self.unique(body.members, (*path, "members"))
        members = tuple(
            Member(
                id=member.id,
                role=member.role,
                shows_up=self.probability(member.shows_up, (*path, "members", i, "shows_up"), 1.0),
                convene=self.duration(member.convene, (*path, "members", i, "convene")),
            )
            for i, member in enumerate(body.members)
        )
        quorum = self.amount(body.quorum, (*path, "quorum"), 1, least=0)
        if quorum.value > len(members):
            self.error(
                "quorum",
                (*path, "quorum"),
                mark("The quorum is {quorum}, but the body has {members} members"),
                mark("Lower the quorum, or add members"),
                quorum=quorum.value,
                members=len(members),
            )
        return Body(body.id, body.name, members, quorum)

    def _amounts(self, given: dict[str, Any], path: Path, least: int) -> dict[str, Amount]:
        return {name: self.amount(value, (*path, name), 0, least) for name, value in given.items()}

    def _unit(self, unit: shape.Unit, path: Path) -> Unit:
        self.known(unit.home, self.site_ids, (*path, "home"), "site")
        self.known(unit.mode, self.mode_ids, (*path, "mode"), "mode")
        ward = unit.ward if isinstance(unit.ward, str) else None
        if ward is not None:
            self.known(ward, self.ward_ids, (*path, "ward"), "ward")
        elif self.file.upper is UNSET:
            self.error(
                "reserve-without-upper",
                path,
                mark("The unit has no ward, and the plan has no upper command whose reserve it could be"),
                mark("Add `ward: …`, or the upper command"),
            )
        duty = (0.0, INFINITY)
        if isinstance(unit.on_duty, list):
            start, end = unit.on_duty
            duty = (0.0 if start is None else start, INFINITY if end is None else end)
            if duty[0] >= duty[1] or duty[0] < 0:
                self.error(
                    "duty-window",
                    (*path, "on_duty"),
                    mark("The duty begins at {start} and ends at {end}"),
                    mark("Write [from, to] in minutes of the exercise; null for no end"),
                    start=duty[0],
                    end=duty[1],
                )
        return Unit(
            id=unit.id,
            name=unit.name,
            ward=ward,
            home=unit.home,
            mode=unit.mode,
            capabilities=self._amounts(unit.capabilities, (*path, "capabilities"), least=1),
            kind=unit.kind,
            on_duty=duty,
            shows_up=self.probability(unit.shows_up, (*path, "shows_up"), 1.0),
            turnout=self.duration(unit.turnout, (*path, "turnout")),
            head=unit.head,
            people=None if unit.people is UNSET else self.amount(unit.people, (*path, "people"), 1),
            means=tuple(
                Means(m.kind, self.amount(m.quantity, (*path, "means", i, "quantity"), 1), m.state)
                for i, m in enumerate(unit.means)
            ),
        )

    def _service(self, service: shape.Service, path: Path) -> Service:
        return Service(
            id=service.id,
            name=service.name,
            capabilities=self._amounts(service.capabilities, (*path, "capabilities"), least=1),
            response=self.duration(service.response, (*path, "response")),
            teams=self.amount(service.teams, (*path, "teams"), 1),
            called=service.called,
        )

    # Situations

    def _situation(self, situation: shape.Situation, path: Path) -> Situation:
        self.unique(situation.needs, (*path, "needs"))
        order_within = None
        if situation.order_within is not UNSET:
            order_within = self.number(situation.order_within, (*path, "order_within"), 0.0)
        return Situation(
            id=situation.id,
            name=situation.name,
            priority=situation.priority,
            needs=tuple(self._need(need, (*path, "needs", i)) for i, need in enumerate(situation.needs)),
            start=self._start(situation.start, (*path, "start")),
            sites=self._sites(situation.sites, (*path, "sites")),
            report_delay=self.duration(situation.report_delay, (*path, "report_delay")),
            escalation=self._escalation(situation.escalation, (*path, "escalation")),
            waits=situation.waits,
            order_within=order_within,
        )

    def _need(self, need: shape.Need, path: Path) -> Need:
        return Need(
            id=need.id,
            capability=need.capability,
            amount=self.amount(need.amount, (*path, "amount"), 1),
            work=self.duration(need.work, (*path, "work")),
            deadline=None if need.deadline is UNSET else self.number(need.deadline, (*path, "deadline"), 0.0),
            supplies=self._amounts(need.supplies, (*path, "supplies"), least=1),
            name=need.name,
        )

    def _sites(self, given: Any, path: Path) -> tuple[tuple[str, float], ...]:
        if given is UNSET:
            return ()
        if isinstance(given, str):
            self.known(given, self.site_ids, path, "site")
            return ((given, 1.0),)
        for i, choice in enumerate(given):
            self.known(choice.site, self.site_ids, (*path, i, "site"), "site")
        return tuple((choice.site, choice.weight) for choice in given)

    def _start(self, given: Any, path: Path) -> Fixed | Stream | None:
        if given is UNSET:
            return None
        fixed, stream = given.minute is not UNSET, given.stream is not UNSET
        if fixed == stream:
            self.error(
                "one-start",
                path,
                mark("A start is either a minute or a stream"),
                mark("Write {{minute: 10}} or {{stream: [{{from: 0, to: 60, per_hour: 2}}]}}"),
            )
            return None
        if fixed:
            minute = self.number(given.minute, (*path, "minute"), 0.0)
            return Fixed(minute, self.duration(given.jitter, (*path, "jitter"), least=None))
        pieces = []
        last = 0.0
        for i, piece in enumerate(given.stream):
            if piece.from_ < last or piece.from_ >= piece.to:
                self.error(
                    "stream-pieces",
                    (*path, "stream", i),
                    mark("This piece begins at {start} and ends at {end}, and the one before ends at {last}"),
                    mark("Put the pieces in order, without overlap, each with from before to"),
                    start=piece.from_,
                    end=piece.to,
                    last=last,
                )
            last = piece.to
            rate = self.number(piece.per_hour, (*path, "stream", i, "per_hour"), 0.0)
            expected = rate.value / 60 * (min(piece.to, self.file.horizon) - piece.from_)
            if expected > 100_000:
                self.error(
                    "out-of-range",
                    (*path, "stream", i, "per_hour"),
                    mark("{value} is too great for any plan"),
                    mark("Check the unit: `per_hour` counts situations an hour"),
                    value=rate.value,
                )
            pieces.append(RatePiece(piece.from_, piece.to, rate))
        return Stream(tuple(pieces))

    def _escalation(self, given: Any, path: Path) -> Escalation | None:
        if given is UNSET:
            return None
        percent = self.amount(given.percent, (*path, "percent"), 100, least=100)
        follow_on = None
        if given.follow_on is not UNSET:
            at = (*path, "follow_on")
            self.known(given.follow_on.situation, self.situation_ids, (*at, "situation"), "situation")
            follow_on = FollowOn(
                situation=given.follow_on.situation,
                probability=self.probability(given.follow_on.probability, (*at, "probability"), 1.0),
                delay=self.duration(given.follow_on.delay, (*at, "delay")),
            )
        return Escalation(self.number(given.after, (*path, "after"), 0.0), percent, follow_on)

    def _supplies_without_store(self, scenario: Scenario) -> None:
        stores = [ward.stores for ward in scenario.wards]
        if scenario.upper is not None:
            stores.append(scenario.upper.stores)
        held = {kind for store in stores for kind in store}
        for i, situation in enumerate(self.file.situations):
            for j, need in enumerate(situation.needs):
                for kind in need.supplies:
                    if kind not in held:
                        self.warning(
                            "no-store-holds",
                            ("situations", i, "needs", j, "supplies", kind),
                            mark("No store holds `{kind}`, so this need can never begin"),
                            mark("Put it into a ward's or the upper command's stores"),
                            kind=kind,
                        )


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
}
