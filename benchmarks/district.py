"""A made-up district for measurements: 16 wards, 60 units, about 500 incidents a day."""

from __future__ import annotations

from datetime import datetime

from sansang.formats.areas import gazetteer
from sansang.model.areas import Coordinates
from sansang.model.plan.forces import DecisionBody, Member, Post, Service, Step, Unit, Upper, Ward
from sansang.model.plan.ground import Site, TravelMode
from sansang.model.plan.pillars import PILLAR_SETS
from sansang.model.plan.quantity import Amount, Duration, Lognormal, Number, Probability, Triangular, minutes
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.situations import Escalation, FollowOn, Need, RatePiece, Situation, Stream

WARDS, UNITS, A_DAY, HORIZON = 16, 60, 500, 1440.0
KINDS = ("chua-chay", "cuu-ho", "cap-cuu")


def district() -> Scenario:
    """One day of the district, with every rule of the model in it."""
    start = datetime.fromisoformat("2026-11-14T00:00:00+07:00")
    areas = gazetteer().on(start.date())[:WARDS]
    sites = tuple(
        Site(f"s{i}", f"nơi {i}", f"w{i}", Coordinates(10.75 + 0.01 * (i // 4), 106.65 + 0.01 * (i % 4)))
        for i in range(WARDS)
    )
    return Scenario(
        id="quan",
        title="Một quận trong một ngày",
        start=start,
        horizon=HORIZON,
        wards=tuple(_ward(i, areas[i].code, start) for i in range(WARDS)),
        sites=sites,
        modes=(TravelMode("xe", "xe", Number(20.0), factor=Duration(Lognormal(1, 0.25))),),
        units=tuple(_unit(i) for i in range(UNITS)),
        situations=tuple(s for i in range(WARDS) for s in _situations(i)),
        pillars=PILLAR_SETS["five_hcmc_2019"],
        upper=Upper(
            Post("upper", "cấp trên", Amount(2), (Step("duyet", "duyệt", Duration(Triangular(1, 3, 8))),)),
            {"nuoc": Amount(500)},
            Duration(Triangular(10, 20, 40)),
        ),
        services=(Service("115", "115", {"cap-cuu": Amount(1)}, Duration(Triangular(6, 12, 30)), Amount(4)),),
    )


def _ward(i: int, code: str, start: datetime) -> Ward:
    members = tuple(Member(f"m{j}", "ủy viên", Probability(0.9), Duration(Triangular(0.5, 2, 6))) for j in range(3))
    chain = (
        Step("nhan", "nhận tin", Duration(Triangular(0.5, 1, 2))),
        Step("lenh", "ra lệnh", Duration(Triangular(0.5, 1, 3)), "ban", "", Number(5.0)),
    )
    post = Post(f"w{i}", f"phường {i}", Amount(1), chain, (DecisionBody("ban", "ban", members, Amount(2)),))
    stores = {"nuoc": Amount(20)}
    return Ward(f"w{i}", gazetteer().find(code, start.date()), post, stores, {KINDS[0]: Amount(1)})


def _unit(i: int) -> Unit:
    kind = KINDS[i % 3]
    return Unit(
        f"u{i}",
        f"tổ {i}",
        None if i >= UNITS - 4 else f"w{i % WARDS}",
        f"s{i % WARDS}",
        "xe",
        {kind: Amount(2), KINDS[(i + 1) % 3]: Amount(1)},
        shows_up=Probability(0.95),
        turnout=Duration(Triangular(0.5, 2, 5)),
    )


def _situations(i: int) -> tuple[Situation, Situation, Situation]:
    rate = A_DAY / WARDS / 24 / 2
    fire = Situation(
        f"chay-{i}",
        "cháy",
        1,
        (
            Need("dap", KINDS[0], Amount(2), Duration(Triangular(10, 20, 45)), Number(15.0)),
            Need("cuu", KINDS[1], Amount(1), Duration(Triangular(5, 10, 30)), Number(20.0), {"nuoc": Amount(1)}),
        ),
        Stream((RatePiece(0, 360, Number(rate / 2)), RatePiece(360, HORIZON, Number(rate * 7 / 6)))),
        ((f"s{i}", 3.0), (f"s{(i + 1) % WARDS}", 1.0)),
        Duration(Triangular(1, 2, 5)),
        Escalation(Number(25), Amount(150), FollowOn(f"lan-{i}", Probability(0.3), minutes(3))),
    )
    spread = Situation(
        f"lan-{i}", "cháy lan", 1, (Need("dap", KINDS[0], Amount(2), Duration(Triangular(10, 30, 60))),), None
    )
    crash = Situation(
        f"va-cham-{i}",
        "va chạm",
        2,
        (Need("cap-cuu", KINDS[2], Amount(1), Duration(Triangular(10, 20, 40)), Number(20.0)),),
        Stream((RatePiece(0, HORIZON, Number(rate)),)),
        ((f"s{i}", 1.0),),
        Duration(Triangular(1, 3, 8)),
    )
    return fire, spread, crash
