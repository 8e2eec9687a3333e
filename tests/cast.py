"""The fixed cast of the tests: two wards with their posts, sites, units, situations and injects, and whole plans.

People and places are invented; the codes of the wards are real.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sansang.formats.areas import gazetteer
from sansang.model.exercise.exercise import CriticalTask, Exercise, Inject, Objective
from sansang.model.plan.forces import DecisionBody, Member, Post, Service, Step, Unit, Upper, Ward
from sansang.model.plan.ground import Site, TravelMode
from sansang.model.plan.pillars import PILLAR_SETS
from sansang.model.plan.quantity import Amount, Basis, Duration, Exponential, Number, minutes
from sansang.model.plan.situations import Fixed, Need, RatePiece, Situation, Stream
from sansang.model.plan.timetable import Phase

NIGHT = datetime.fromisoformat("2026-11-14T22:30:00+07:00")

SOURCED = Basis("sourced", "quy định của phường")

#: Posts and wards.
MINH_PHUNG = Ward("minh-phung", gazetteer().find("27238", NIGHT.date()), Post("minh-phung", "Minh Phụng"))
PHU_THO = Ward("phu-tho", gazetteer().find("27226", NIGHT.date()), Post("phu-tho", "Phú Thọ"))

#: Sites: the ward house, an alley, and a market in the other ward.
WARD_HOUSE = Site("tru-so", "Trụ sở", "minh-phung")
ALLEY = Site("hem", "Hẻm", "minh-phung")
MARKET = Site("cho", "Chợ", "phu-tho")


def on_foot(times: Mapping[tuple[str, str], float | None] | None = None) -> TravelMode:
    """A travel mode with these minutes between sites; all other pairs take 0 minutes, None means unreachable."""
    sites = (WARD_HOUSE, ALLEY, MARKET)
    pairs: dict[tuple[str, str], Number | None] = {
        (a.id, b.id): Number(0.0) for a in sites for b in sites if a.id < b.id
    }
    for (a, b), value in (times or {}).items():
        pairs.pop((b, a), None)
        pairs[a, b] = None if value is None else Number(value)
    return TravelMode("di-bo", "đi bộ", times=pairs)


def squad(name: str, strength: int = 1, capability: str = "cuu-ho", **fields: Any) -> Unit:
    """A unit of Minh Phụng at the ward house, ready at once by default."""
    values: dict[str, Any] = {"ward": "minh-phung", "home": "tru-so", "mode": "di-bo"} | fields
    return Unit(name, name, capabilities={capability: Amount(strength)}, **values)


def need(name: str = "viec", amount: int = 1, work: Duration | None = None, **fields: Any) -> Need:
    """A need of one unit of rescue strength for ten minutes by default."""
    capability = fields.pop("capability", "cuu-ho")
    return Need(name, capability, Amount(amount), work or minutes(10), **fields)


def situation(
    name: str = "chay", minute: float = 0.0, needs: Sequence[Need] = (), site: Site = ALLEY, **fields: Any
) -> Situation:
    """A situation at a minute, in the alley by default."""
    values: dict[str, Any] = {"priority": 1, "start": Fixed(Number(minute))} | fields
    return Situation(name, name, needs=tuple(needs) or (need(),), sites=((site.id, 1.0),), **values)


def plan(situations: Sequence[Situation], units: Sequence[Unit], **fields: Any) -> Exercise:
    """A plan of the cast, two hours long by default."""
    values: dict[str, Any] = {"horizon": 120.0, "wards": (MINH_PHUNG, PHU_THO), "modes": (on_foot(),)} | fields
    return Exercise(
        id="thu",
        title="Thử",
        start=NIGHT,
        sites=(WARD_HOUSE, ALLEY, MARKET),
        units=tuple(units),
        situations=tuple(situations),
        pillars=PILLAR_SETS["five_hcmc_2019"],
        **values,
    )


def inject(name: str, minute: float | None = 10.0, **fields: Any) -> Inject:
    """A complete inject for Minh Phụng."""
    values: dict[str, Any] = {
        "planned": None if minute is None else Number(minute),
        "deadline": None if minute is None else Number(minute + 15),
        "status": "approved",
        "expected_action": "báo cáo lên Quận",
        "responsible": "phái viên An",
        "tasks": ("nv",),
        "handle": minutes(4),
    }
    values = {"receiver": "minh-phung"} | values | fields
    return Inject(name, name, f"Tin {name}", "DIỄN TẬP – nội dung", **values)


def sound_exercise(**fields: Any) -> Exercise:
    """An exercise of one hour in Minh Phụng in which the review finds nothing."""
    ward = dataclasses.replace(
        MINH_PHUNG,
        post=Post(
            "minh-phung",
            "Minh Phụng",
            desks=Amount(1),
            chain=(Step("lenh", "ra lệnh", minutes(4, SOURCED), body="truc"),),
            bodies=(DecisionBody("truc", "Trực chỉ huy", (Member("truc-chi-huy", "trực chỉ huy"),), Amount(1)),),
            head="Chủ tịch UBND phường",
        ),
        stores={"den-pin": Amount(4)},
    )
    values: dict[str, Any] = {
        "horizon": 60.0,
        "wards": (ward,),
        "phases": (Phase("g1", "Thực binh", 0.0, 60.0),),
        "objectives": (Objective("mt", "Vào cứu trong 20 phút"),),
        "tasks": (CriticalTask("nv", "Vào cứu", "mt", target="trong 20 phút"),),
        "injects": (inject("t1", 10), inject("t2", 30)),
        "modes": (TravelMode("di-bo", "đi bộ", times={("tru-so", "hem"): Number(0.0, SOURCED)}),),
        "situations": [
            situation(
                minute=5,
                needs=[need(deadline=Number(20, SOURCED), supplies={"den-pin": Amount(4)})],
                order_within=Number(10, SOURCED),
            )
        ],
        "units": [squad("to-1", head="Tổ trưởng", members=("an", "binh"))],
    }
    values |= fields
    scenario = plan(values.pop("situations"), values.pop("units"), **values)
    return dataclasses.replace(scenario, sites=scenario.sites[:2])


def stream(per_hour: float, horizon: float) -> Stream:
    """A Poisson stream at a constant rate."""
    return Stream((RatePiece(0, horizon, Number(per_hour)),))


def queue(
    servers: int,
    streams: Mapping[int, float],
    work: Duration,
    *,
    waits: bool = True,
    horizon: float = 4000,
    count_from: float = 800,
) -> Exercise:
    """A simple queue: ``servers`` units, streams by priority (situations an hour), one unit a need, no delays."""
    return plan(
        [
            situation(
                f"uu-tien-{priority}",
                needs=[need(work=work)],
                start=stream(rate, horizon),
                priority=priority,
                waits=waits,
            )
            for priority, rate in streams.items()
        ],
        [squad(f"to-{i}") for i in range(servers)],
        horizon=horizon,
        count_from=count_from,
    )


__all__ = [
    "ALLEY",
    "MARKET",
    "MINH_PHUNG",
    "NIGHT",
    "PHU_THO",
    "SOURCED",
    "WARD_HOUSE",
    "Exponential",
    "Service",
    "Upper",
    "inject",
    "need",
    "on_foot",
    "plan",
    "queue",
    "situation",
    "sound_exercise",
    "squad",
    "stream",
]
