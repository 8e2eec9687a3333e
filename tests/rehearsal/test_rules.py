"""The rules of the model page, one by one, on nights that can be worked out by hand."""

from __future__ import annotations

import dataclasses

import pytest

from sansang.model.exercise.exercise import Inject
from sansang.model.plan.forces import DecisionBody, Member, Post, Step
from sansang.model.plan.quantity import Amount, Number, Probability, minutes
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.situations import Escalation, Fixed, FollowOn
from sansang.model.plan.timetable import Phase
from sansang.rehearsal import rehearse, replay
from sansang.rehearsal.plan import compile_plan
from sansang.rehearsal.reference import InvalidDecision, Reference
from tests.cast import (
    ALLEY,
    MARKET,
    MINH_PHUNG,
    PHU_THO,
    Service,
    Upper,
    need,
    on_foot,
    plan,
    situation,
    squad,
)

NEVER = Probability(0.0)


def played(scenario: Scenario) -> Reference:
    """The one night of a plan without chance; the kernel's trace is held against it."""
    reference = Reference(compile_plan(scenario), 1).run()
    lines = replay(scenario, 0, 1).lines
    assert [line.minute for line in lines] == [time / 60000 for time, *_ in reference.trace]
    return reference


def start_of(reference: Reference, number: int = 0) -> float | None:
    """Minute at which a need's work starts."""
    started = reference.needs[number].started
    return None if started is None else started.time / 60000


def causes_of(reference: Reference, number: int = 0) -> dict[str, float]:
    """Minutes by cause up to a need's start (or now), without those that are 0."""
    from sansang.model.plan.pillars import CAUSES

    need_state = reference.needs[number]
    moment = need_state.started or reference.open_moment(need_state)
    return {c: x / 60000 for c, x in zip(CAUSES, moment.cause_ms(), strict=True) if x}


def post(*durations: float, desks: int | None = None) -> Post:
    """A post whose chain has these steps with nobody to wait for."""
    steps = tuple(Step(f"b{i}", "bước", minutes(d)) for i, d in enumerate(durations))
    return Post("minh-phung", "Minh Phụng", None if desks is None else Amount(desks), steps)


def with_post(chosen: Post) -> tuple[object, ...]:
    return (dataclasses.replace(MINH_PHUNG, post=chosen), PHU_THO)


def test_minutes_from_occurrence_to_start_are_report_decision_turnout_and_travel() -> None:
    reference = played(
        plan(
            [situation(minute=10, report_delay=minutes(2))],
            [squad("to", turnout=minutes(4))],
            wards=with_post(post(3.0)),
            modes=(on_foot({("tru-so", "hem"): 5.0}),),
        )
    )
    assert start_of(reference) == 10 + 2 + 3 + 4 + 5
    assert causes_of(reference) == {"report": 2, "decision": 3, "turnout": 4, "travel": 5}
    assert reference.situations[0].contained_at == (24 + 10) * 60000


def test_the_second_matter_waits_for_the_one_desk() -> None:
    reference = played(plan([situation("a"), situation("b", site=MARKET)], [squad("x"), squad("y", ward="phu-tho")]))
    assert start_of(reference, 1) == 0  # two wards, two posts
    busy = played(plan([situation("a"), situation("b")], [squad("x"), squad("y")], wards=with_post(post(6.0, desks=1))))
    assert causes_of(busy, 1) == {"desk": 6, "decision": 6}


def test_a_step_begins_when_the_quorum_has_come() -> None:
    members = tuple(Member(f"m{i}", "ủy viên", convene=minutes(t)) for i, t in enumerate((7.0, 3.0, 5.0)))
    chain = (Step("hop", "họp", minutes(2), "ban"),)
    meeting = Post("minh-phung", "Minh Phụng", None, tuple(chain), (DecisionBody("ban", "ban", members, Amount(2)),))
    reference = played(plan([situation()], [squad("to")], wards=with_post(meeting)))
    assert causes_of(reference) == {"convening": 5, "decision": 2}


def test_without_a_quorum_the_step_begins_after_its_time() -> None:
    members = tuple(Member(f"m{i}", "ủy viên", NEVER) for i in range(3))
    chain = (Step("hop", "họp", minutes(2), "ban", "", Number(9)),)
    meeting = Post("minh-phung", "Minh Phụng", None, tuple(chain), (DecisionBody("ban", "ban", members, Amount(1)),))
    reference = played(plan([situation()], [squad("to")], wards=with_post(meeting)))
    assert causes_of(reference) == {"convening": 9, "decision": 2}


def test_the_nearest_unit_of_the_ward_goes_first() -> None:
    near = on_foot({("tru-so", "hem"): 8.0, ("cho", "hem"): 3.0})
    reference = played(plan([situation()], [squad("xa"), squad("gan", home="cho")], modes=(near,)))
    assert reference.units[1].order_count == 1
    assert reference.units[0].order_count == 0


def test_strengths_add_up_and_the_surplus_stays() -> None:
    reference = played(plan([situation(needs=[need(amount=3)])], [squad("a", 2), squad("b", 2), squad("c", 2)]))
    assert [unit.order_count for unit in reference.units] == [1, 1, 0]


def test_who_does_not_answer_is_known_absent_and_another_is_called() -> None:
    reference = played(
        plan(
            [situation(), situation("b", minute=60)],
            [squad("vang", shows_up=NEVER), squad("co-mat")],
            no_answer=Number(4.0),
        )
    )
    assert causes_of(reference) == {"no_answer": 4}
    assert [unit.order_count for unit in reference.units] == [1, 2]
    assert start_of(reference, 1) == 60


def test_a_freed_unit_takes_the_waiting_need_and_the_wait_is_for_a_unit() -> None:
    reference = played(plan([situation("a"), situation("b", minute=2)], [squad("to")]))
    assert start_of(reference, 1) == 10
    assert causes_of(reference, 1) == {"unit": 8}


def test_the_upper_post_lends_a_unit_of_another_ward() -> None:
    lender = squad("ban", ward="phu-tho", home="cho")
    upper = Upper(Post("tren", "Cấp trên", None, (Step("duyet", "duyệt", minutes(6)),)))
    ways = (on_foot({("cho", "hem"): 7.0}),)
    reference = played(plan([situation()], [lender], upper=upper, modes=ways))
    assert causes_of(reference) == {"decision": 6, "travel": 7}
    kept = played(
        plan(
            [situation()],
            [lender],
            upper=upper,
            wards=(MINH_PHUNG, dataclasses.replace(PHU_THO, keep_back={"cuu-ho": Amount(1)})),
        )
    )
    assert start_of(kept) is None
    assert causes_of(kept) == {"decision": 6, "unit": 114}
    alone = played(plan([situation()], [lender]))
    assert causes_of(alone) == {"unit": 120}


def test_nearest_of_all_asks_nobody() -> None:
    lender = squad("ban", ward="phu-tho", home="cho")
    reference = played(plan([situation()], [lender], policy="nearest_of_all"))
    assert start_of(reference) == 0


def test_supplies_that_the_ward_lacks_come_from_the_upper_store() -> None:
    upper = Upper(
        Post("tren", "Cấp trên", None, (Step("duyet", "duyệt", minutes(6)),)),
        {"nuoc": Amount(5)},
        minutes(20),
    )
    thirsty = [situation(needs=[need(supplies={"nuoc": Amount(3)})])]
    ward = dataclasses.replace(MINH_PHUNG, stores={"nuoc": Amount(1)})
    reference = played(plan(thirsty, [squad("to")], upper=upper, wards=(ward, PHU_THO)))
    assert causes_of(reference) == {"decision": 6, "supplies": 20}
    assert reference.stock == [[0], [0], [3]]
    never = played(plan(thirsty, [squad("to")]))
    assert start_of(never) is None
    assert causes_of(never) == {"supplies": 120}


def test_what_has_not_begun_grows_once_and_may_lead_to_another() -> None:
    grows = Escalation(Number(15), Amount(150), FollowOn("lan", Probability(1.0), minutes(5)))
    spreading = dataclasses.replace(situation("lan"), start=None, sites=())
    scenario = plan([situation("chay", needs=[need(amount=2)], escalation=grows), spreading], [squad("a"), squad("b")])
    begun = played(scenario)
    assert begun.situations[0].escalated_at == -1
    assert begun.situations[1].occurred is None
    late = played(dataclasses.replace(scenario, units=scenario.units[:1]))
    assert late.situations[0].escalated_at == 15 * 60000
    assert late.needs[0].amount == 3
    assert late.situations[1].occurred is not None
    assert late.situations[1].occurred.time == 20 * 60000
    assert late.situations[1].site == late.situations[0].site


def test_units_that_stand_idle_at_two_needs_are_pulled_together() -> None:
    # Each holds one of two units and would wait for the other for ever.
    both = [situation("a", needs=[need(amount=2)]), situation("b", needs=[need(amount=2)], site=MARKET)]
    units = [squad("x"), squad("y", ward="phu-tho", home="cho")]
    upper = Upper(Post("tren", "Cấp trên"))
    reference = played(plan(both, units, upper=upper, wards=(MINH_PHUNG, PHU_THO)))
    assert start_of(reference, 0) is not None
    assert start_of(reference, 1) is not None


def test_a_service_is_called_at_the_report_or_at_the_decision() -> None:
    def answer(called: str, teams: int = 1) -> Reference:
        service = Service("114", "114", {"cuu-ho": Amount(2)}, minutes(12), Amount(teams), called)  # type: ignore[arg-type]
        fire = situation(needs=[need(amount=2)])
        return played(plan([fire], [], services=(service,), wards=with_post(post(5.0))))

    assert start_of(answer("report")) == 12
    assert start_of(answer("decision")) == 17


def test_a_duty_window_stops_new_orders_only() -> None:
    watch = squad("to", on_duty=(0.0, 5.0))
    reference = played(plan([situation("a", minute=4), situation("b", minute=6)], [watch]))
    assert start_of(reference, 0) == 4
    assert start_of(reference, 1) is None
    later = played(plan([situation("a")], [squad("to", on_duty=(30.0, 60.0))]))
    assert start_of(later) == 30


def test_where_there_is_no_way_nobody_goes() -> None:
    reference = played(plan([situation()], [squad("to")], modes=(on_foot({("tru-so", "hem"): None}),)))
    assert start_of(reference) is None


def test_a_deadline_on_the_minute_is_met_and_one_after_the_end_is_told_apart() -> None:
    def share(deadline: float, minute: float = 0.0, units: int = 1) -> tuple[int, int, int]:
        fire = situation(minute=minute, needs=[need(deadline=Number(deadline))])
        ways = (on_foot({("tru-so", "hem"): 5.0}),)
        result = rehearse(plan([fire], [squad("to")][:units], modes=ways), 1, band=False)
        return (result.deadlines[0].met, result.deadlines[0].missed, result.deadlines[0].ahead)

    assert share(5.0) == (1, 0, 0)
    assert share(4.99) == (0, 1, 0)
    assert share(30.0, minute=100, units=0) == (0, 0, 1)
    assert share(20.0, minute=100, units=0) == (0, 1, 0)


def test_an_amount_that_nobody_can_reach_is_found_before_the_run() -> None:
    grows = Escalation(Number(15), Amount(200))
    scenario = plan(
        [situation("a", needs=[need(amount=2)], escalation=grows), situation("b", needs=[need(amount=4)])],
        [squad("x", 3)],
    )
    found = rehearse(scenario, 1, band=False).out_of_reach
    assert [(f.situation, f.amount, f.reach, f.escalated) for f in found] == [
        ("a", 4, 3, True),
        ("b", 4, 3, False),
    ]


def test_a_post_that_people_play_decides_from_outside() -> None:
    scenario = plan([situation()], [squad("a"), squad("b")], wards=with_post(post(30.0)))
    reference = Reference(compile_plan(scenario), 1, outside=[0])
    reference.run_until(7 * 60000)
    assert [s.number for s in reference.pending(0)] == [0]
    with pytest.raises(InvalidDecision):
        reference.decide(0, [(5, 0)] if len(reference.units) > 5 else [(0, 0), (0, 0)])
    reference.decide(0, [(1, 0)])
    reference.run()
    assert start_of(reference) == 7
    assert [unit.order_count for unit in reference.units] == [0, 1]
    assert causes_of(reference) == {"desk": 7}
    with pytest.raises(InvalidDecision):
        reference.decide(0)


def test_a_post_that_people_play_may_follow_the_plan() -> None:
    scenario = plan([situation()], [squad("a")], wards=with_post(post(30.0)))
    reference = Reference(compile_plan(scenario), 1, outside=[0])
    reference.run_until(3 * 60000)
    reference.decide(0)
    assert start_of(reference.run()) == 3


def test_adding_a_situation_at_the_end_changes_no_chance_of_the_others() -> None:
    jitter = Fixed(Number(5), minutes(3))
    first = situation("a", start=jitter, report_delay=minutes(2))
    alone = rehearse(plan([first], [squad("to")]), 50, band=False)
    more = rehearse(plan([first, situation("b", minute=100, site=ALLEY)], [squad("to")]), 50, band=False)
    assert alone.needs[0] == more.needs[0]


def test_a_unit_without_a_way_from_the_scene_goes_when_it_is_home() -> None:
    # From the market there is no way to the alley, from the ward house there is.
    ways = on_foot({("tru-so", "cho"): 5.0, ("hem", "cho"): None, ("tru-so", "hem"): 2.0})
    scenario = plan([situation("a", site=MARKET), situation("b", minute=6)], [squad("to")], modes=(ways,))
    own = dataclasses.replace(scenario, sites=(*scenario.sites[:2], dataclasses.replace(MARKET, ward="minh-phung")))
    reference = played(own)
    assert start_of(reference, 0) == 5
    assert start_of(reference, 1) == 5 + 10 + 5 + 2


def test_where_units_do_not_move_the_course_ends_with_the_order_and_deadlines_are_for_it() -> None:
    fire = situation(needs=[need(deadline=Number(5))], report_delay=minutes(2))
    mechanism = Phase("co-che", "vận hành cơ chế", 0, 60, units_move=False)
    scenario = plan([fire], [squad("to")], wards=with_post(post(3.0)), phases=(mechanism,))
    reference = played(scenario)
    assert start_of(reference) is None
    assert reference.units[0].order_count == 0
    result = rehearse(scenario, 1, band=False)
    assert (result.deadlines[0].met, result.deadlines[0].missed) == (1, 0)
    (phase,) = result.phases
    assert phase.ordered is not None
    assert phase.ordered.value == 1
    assert {c: x for c, x in phase.minutes_by_cause.items() if x} == {"report": 2, "decision": 3}
    assert result.situations[0].open == 0


def test_a_post_takes_nothing_up_in_a_phase_in_which_it_does_not_act() -> None:
    first = Phase("mot", "một", 0, 30, ("phu-tho",))
    second = Phase("hai", "hai", 40, 120)
    reference = played(plan([situation(minute=10)], [squad("to")], phases=(first, second)))
    assert start_of(reference) == 40
    assert causes_of(reference) == {"desk": 30}


def test_an_inject_takes_a_desk_and_the_matter_behind_it_waits() -> None:
    message = Inject("tin", "1", "tin", "nội dung", "minh-phung", planned=Number(5), priority=1, handle=minutes(7))
    fire = situation(minute=6)
    reference = played(plan([fire], [squad("to")], wards=with_post(post(2.0, desks=1)), injects=(message,)))
    assert causes_of(reference) == {"desk": 6, "decision": 2}
    urgent = dataclasses.replace(message, planned=Number(8), priority=1)
    slow = situation("b", minute=7, priority=2)
    both = played(plan([fire, slow], [squad("to"), squad("x")], wards=with_post(post(2.5, desks=1)), injects=(urgent,)))
    assert causes_of(both, 1) == {"desk": 8.5, "decision": 2.5}  # 8.5 to 15.5 the inject, then this


def test_an_inject_starts_its_situation_and_one_that_people_release_is_left_to_them() -> None:
    waiting = dataclasses.replace(situation(), start=None)
    inject = Inject("mo", "5-A", "mở", "cháy", "minh-phung", planned=Number(12), starts="chay")
    assert start_of(played(plan([waiting], [squad("to")], injects=(inject,)))) == 12
    by_hand = dataclasses.replace(inject, trigger="manual")
    scenario = plan([waiting], [squad("to")], injects=(by_hand,))
    result = rehearse(scenario, 1, band=False)
    assert (result.injects_played, result.injects_left, result.situations[0].occurred) == (0, 1, 0)


def test_a_body_whose_member_stays_away_delays_the_field_phase_as_worked_out_by_hand() -> None:
    # Both phases decide by one chain: the second member comes after 9 minutes, the first after 2; quorum 1 or 2.
    def field_start(quorum: int, *, second_comes: bool = True, sign: float = 0.0) -> float | None:
        members = (
            Member("a", "chỉ huy trưởng", convene=minutes(2)),
            Member("b", "chỉ huy phó", Probability(float(second_comes)), minutes(9)),
        )
        chain = [Step("hop", "họp", minutes(3), "ban", "", Number(15))]
        if sign:
            chain.append(Step("ky", "ký lệnh", minutes(sign)))
        unified = Post(
            "minh-phung", "Minh Phụng", None, tuple(chain), (DecisionBody("ban", "ban", members, Amount(quorum)),)
        )
        phases = (Phase("i", "cơ chế", 0, 60, units_move=False), Phase("ii", "thực binh", 60, 120))
        scenario = plan(
            [situation("a", minute=10), situation("b", minute=70)],
            [squad("to")],
            wards=with_post(unified),
            phases=phases,
        )
        return start_of(played(scenario), 1)

    assert field_start(1) == 70 + 2 + 3
    assert field_start(2) == 70 + 9 + 3
    assert field_start(2, second_comes=False) == 70 + 15 + 3
    # One step more or less moves the field phase by just its minutes.
    assert field_start(2, sign=4) == 70 + 9 + 3 + 4
