"""Hypothesis strategies for the domain: small plans that use every rule of the model, with many ties in time."""

from __future__ import annotations

import dataclasses
from typing import Any

from hypothesis import strategies as st

from sansang.formats.areas import gazetteer
from sansang.model.exercise.exercise import Exercise, Inject
from sansang.model.plan.forces import DecisionBody, Member, Post, Service, Step, Unit, Upper, Ward
from sansang.model.plan.ground import Site, TravelMode
from sansang.model.plan.pillars import PILLAR_SETS
from sansang.model.plan.quantity import (
    Amount,
    Basis,
    Constant,
    Duration,
    Empirical,
    Exponential,
    Lognormal,
    Number,
    Probability,
    Triangular,
    Uniform,
    minutes,
)
from sansang.model.plan.situations import Escalation, Fixed, FollowOn, Need, RatePiece, Situation, Stream
from sansang.model.plan.timetable import Phase
from tests.cast import NIGHT

Draw = st.DrawFn
AREAS = ("27238", "27226", "27211")
KINDS = ("binh", "nuoc")


def pick(*values: Any) -> st.SearchStrategy[Any]:
    """One of these values."""
    return st.sampled_from(values)


DISTRIBUTIONS = st.one_of(
    pick(0.0, 0.0, 1.0, 2.0, 5.0).map(Constant),
    pick(Uniform(0, 3), Uniform(1, 1), Uniform(2, 5)),
    pick(Triangular(0, 1, 2), Triangular(1, 2, 6), Triangular(2, 2, 2)),
    pick(1.0, 4.0, 10.0).map(Exponential),
    pick(Lognormal(1, 0.5), Lognormal(4, 0), Lognormal(3, 0.3)),
    pick(Empirical(((0, 0), (0.5, 2), (1, 5))), Empirical(((0, 0), (0.5, 0), (0.5, 3), (1, 5)))),
)
BASES = st.one_of(
    st.just(Basis()),
    st.builds(Basis, pick("measured", "sourced", "assumed"), pick("", "nguồn hư cấu")),
    st.just(Basis("assumed", "đoán", 0.5, 2.0)),
)
DURATIONS = st.builds(Duration, DISTRIBUTIONS, BASES)
CHANCES = st.builds(Probability, pick(1.0, 1.0, 0.9, 0.5, 0.3), BASES)


def numbers(*values: float) -> st.SearchStrategy[Number]:
    """One of these numbers, on any basis."""
    return st.builds(Number, pick(*(float(v) for v in values)), BASES)


def amounts(*values: int) -> st.SearchStrategy[Amount]:
    """One of these whole numbers, on any basis."""
    return st.builds(Amount, pick(*values), BASES)


@st.composite
def posts(draw: Draw, name: str) -> Post:
    """A post with limited or unlimited desks and a decision chain whose bodies may lack a quorum."""
    bodies = []
    for i in range(draw(pick(0, 1, 2))):
        members = tuple(
            Member(f"nguoi-{j}", "người", draw(CHANCES), draw(DURATIONS)) for j in range(draw(pick(1, 2, 4)))
        )
        bodies.append(DecisionBody(f"ban-{i}", "ban", members, Amount(draw(st.integers(0, len(members))))))
    chain = tuple(
        Step(
            f"buoc-{i}",
            "bước",
            draw(DURATIONS),
            draw(pick(None, *(body.id for body in bodies))),
            draw(pick("", "lệnh")),
            draw(numbers(0, 3, 6)),
        )
        for i in range(draw(pick(0, 1, 2, 3)))
    )
    return Post(name, name, draw(pick(None, Amount(1), Amount(1), Amount(2))), chain, tuple(bodies))


@st.composite
def needs(draw: Draw, capabilities: tuple[str, ...]) -> tuple[Need, ...]:
    """One to three needs of a situation."""
    return tuple(
        Need(
            f"viec-{i}",
            draw(pick(*capabilities)),
            draw(amounts(1, 1, 2, 4)),
            draw(DURATIONS),
            draw(st.one_of(st.none(), numbers(10, 30))),
            {kind: draw(amounts(1, 3)) for kind in KINDS if draw(pick(True, False, False, False, False))},
            draw(pick("", "việc")),
        )
        for i in range(draw(pick(1, 1, 2, 3)))
    )


@st.composite
def situation_families(
    draw: Any, name: str, horizon: float, site_ids: tuple[str, ...], capabilities: tuple[str, ...]
) -> list[Situation]:
    """A situation with up to two generations of follow-ons."""
    family: list[Situation] = []
    start: Fixed | Stream | None
    if draw(st.booleans()):
        start = Fixed(draw(numbers(0, 0, 5, 10)), draw(st.one_of(DURATIONS, st.just(Duration(Uniform(-3, 3))))))
    else:
        start = Stream(
            (
                RatePiece(0, horizon / 2, draw(numbers(0, 3, 10, 20))),
                RatePiece(horizon / 2, horizon, draw(numbers(0, 2, 15))),
            )
        )
    next_id: str | None = name
    while next_id is not None:
        current_id, next_id = next_id, None
        escalation = None
        if draw(st.booleans()):
            follow_on = None
            if len(family) < 2 and draw(st.booleans()):
                next_id = f"{current_id}-f"
                follow_on = FollowOn(next_id, draw(CHANCES), draw(DURATIONS))
            escalation = Escalation(draw(numbers(0, 2, 5, 15)), draw(amounts(100, 150, 200)), follow_on)
        chosen = draw(st.lists(st.sampled_from(site_ids), min_size=1, unique=True))
        sites = () if family and draw(st.booleans()) else tuple((s, draw(pick(1.0, 2.0))) for s in chosen)
        family.append(
            Situation(
                current_id,
                "tình huống",
                draw(pick(1, 1, 2, 3)),
                draw(needs(capabilities)),
                start if not family else None,
                sites,
                draw(DURATIONS),
                escalation,
                draw(pick(True, True, True, False)),
                draw(st.one_of(st.none(), numbers(8))),
            )
        )
    return family


@st.composite
def phases(draw: Draw, horizon: float, posts_of_plan: tuple[str, ...]) -> tuple[Phase, ...]:
    """No, one or two phases, perhaps with a break between, with some of the posts, with or without units that move."""
    cut = horizon / 3
    windows = draw(pick((), (), ((0.0, horizon),), ((0.0, cut), (cut, horizon)), ((5.0, cut), (cut + 10, horizon))))
    return tuple(
        Phase(
            f"gd-{i}",
            "giai đoạn",
            start,
            end,
            tuple(draw(st.lists(st.sampled_from(posts_of_plan), unique=True))),
            draw(st.booleans()),
        )
        for i, (start, end) in enumerate(windows)
    )


@st.composite
def injects(draw: Draw, posts_of_plan: tuple[str, ...], started: tuple[str, ...]) -> tuple[Inject, ...]:
    """Injects that take desk time, and one for each situation that an inject starts."""
    desk_injects = [
        Inject(
            f"tin-{i}",
            f"{i}-A",
            "tin",
            "nội dung",
            draw(pick(*posts_of_plan, "khong-ai")),
            planned=draw(st.one_of(st.none(), numbers(0, 5, 5, 30))),
            priority=draw(pick(1, 2, 3)),
            trigger=draw(pick("time", "time", "manual")),
            handle=draw(DURATIONS),
        )
        for i in range(draw(pick(0, 0, 2, 5)))
    ]
    starters = [
        Inject(f"mo-{s}", "", "mở", "nội dung", posts_of_plan[0], planned=draw(numbers(0, 5, 20)), starts=s)
        for s in started
    ]
    return (*desk_injects, *starters)


@st.composite
def scenarios(draw: Draw) -> Exercise:
    """A plan of one to three wards that uses any of the rules of the model page."""
    ward_count = draw(pick(1, 1, 2, 3))
    capabilities = ("a", "b", "c")[: draw(pick(1, 2, 3))]
    ward_ids = [f"w{i}" for i in range(ward_count)]
    wards = tuple(
        Ward(
            ward_id,
            gazetteer().find(AREAS[i], NIGHT.date()),
            draw(posts(ward_id)),
            {kind: draw(amounts(0, 2, 5, 50)) for kind in KINDS},
            {c: draw(amounts(0, 1, 2)) for c in capabilities if draw(st.booleans())},
        )
        for i, ward_id in enumerate(ward_ids)
    )
    sites = tuple(
        Site(f"s{i}", f"nơi {i}", ward_ids[i] if i < ward_count else draw(pick(*ward_ids)))
        for i in range(ward_count + draw(pick(0, 1, 2)))
    )
    modes = tuple(
        TravelMode(
            f"m{k}",
            "cách đi",
            factor=draw(pick(minutes(1.0), Duration(Lognormal(1, 0.3)))),
            times={
                (a.id, b.id): draw(st.one_of(numbers(0, 1, 2, 5, 5), numbers(0, 5), st.none()))
                for a in sites
                for b in sites
                if a.id != b.id
            },
        )
        for k in range(draw(pick(1, 2)))
    )
    upper = None
    if draw(pick(True, True, False)):
        upper = Upper(draw(posts("upper")), {kind: draw(amounts(0, 3, 50)) for kind in KINDS}, draw(DURATIONS))
    horizon = draw(pick(60.0, 150.0, 300.0))
    families = [
        draw(situation_families(f"q{i}", horizon, tuple(s.id for s in sites), capabilities))
        for i in range(draw(pick(1, 2, 4)))
    ]
    posts_of_plan = (*ward_ids, *(["upper"] if upper is not None else []))
    started: tuple[str, ...] = ()
    if draw(st.booleans()):
        # Another family, whose first situation an inject starts.
        family = draw(situation_families("mo", horizon, tuple(s.id for s in sites), capabilities))
        families.append([dataclasses.replace(family[0], start=None), *family[1:]])
        started = (family[0].id,)
    return Exercise(
        id="thu",
        title="Phương án thử",
        start=NIGHT,
        horizon=horizon,
        wards=wards,
        sites=sites,
        modes=modes,
        units=tuple(
            Unit(
                f"u{i}",
                f"tổ {i}",
                None if upper is not None and draw(pick(True, False, False, False)) else draw(pick(*ward_ids)),
                draw(pick(*(site.id for site in sites))),
                draw(pick(*(mode.id for mode in modes))),
                {
                    c: draw(amounts(1, 1, 2, 3))
                    for c in draw(st.lists(st.sampled_from(capabilities), min_size=1, unique=True))
                },
                on_duty=draw(pick((0.0, float("inf")), (0.0, float("inf")), (0.0, 100.0), (20.0, float("inf")))),
                shows_up=draw(CHANCES),
                turnout=draw(DURATIONS),
            )
            for i in range(draw(pick(1, 3, 5, 8)))
        ),
        situations=tuple(situation for family in families for situation in family),
        pillars=PILLAR_SETS[draw(pick("four_2013", "five_hcmc_2019"))],
        upper=upper,
        services=tuple(
            Service(
                f"x{i}",
                "dịch vụ",
                {draw(pick(*capabilities)): draw(amounts(1, 3))},
                draw(DURATIONS),
                draw(amounts(1, 2)),
                draw(pick("decision", "report")),
            )
            for i in range(draw(pick(0, 1, 2)))
        ),
        policy=draw(pick("on_the_spot_first", "on_the_spot_first", "on_the_spot_first", "nearest_of_all")),
        no_answer=draw(numbers(0, 4)),
        count_from=draw(pick(0.0, 0.0, 20.0)),
        phases=draw(phases(horizon, posts_of_plan)),
        injects=draw(injects(posts_of_plan, started)),
    )
