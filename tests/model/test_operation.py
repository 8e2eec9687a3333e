"""An operation's state follows from its entries alone, in any order of arrival; what happened is never refused."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansang.model.entry import FARTHEST_AHEAD, EntryRef, HybridTime, Recorded
from sansang.model.fold import Journal
from sansang.model.operation import facts
from sansang.model.operation.facts import Fact
from sansang.model.operation.folding import _TAKE, Folding, fold
from sansang.model.operation.refusals import Refusal, decide

NIGHT = datetime(2026, 11, 14, 15, 30, tzinfo=UTC)
POSTS = ("p4", "p6", "quan-11")
pick = st.sampled_from


def names(stem: str, many: int = 3) -> st.SearchStrategy[str]:
    """A few ids, so that they meet."""
    return pick([f"{stem}{n}" for n in range(many)])


SITUATION, UNIT, ORDER = names("tinh-huong-"), names("to-"), names("lenh-", 4)
FACTS: st.SearchStrategy[Fact] = st.one_of(
    st.builds(facts.Opened, st.just("Đêm cháy"), pick(["real", "drill"])),
    st.builds(facts.Closed),
    st.builds(facts.RoleTaken, names("vai-"), names("nguoi-")),
    st.builds(facts.RoleLeft, names("vai-"), names("nguoi-")),
    st.builds(facts.HandoverOffered, names("ca-"), names("vai-"), names("nguoi-"), names("nguoi-")),
    st.builds(facts.HandoverAccepted, names("ca-"), names("nguoi-")),
    st.builds(facts.SituationReported, SITUATION, place=pick(["", "hẻm 5", "chợ"]), development=pick(["", "khói"])),
    st.builds(facts.SituationsJoined, SITUATION, SITUATION),
    st.builds(facts.SituationVerified, SITUATION, st.booleans()),
    st.builds(facts.SituationResolved, SITUATION),
    st.builds(facts.UnitListed, UNIT, st.just("Tổ")),
    st.builds(facts.UnitOutOfService, UNIT, st.just("hỏng bơm")),
    st.builds(facts.UnitBackInService, UNIT),
    st.builds(facts.UnitOrdered, ORDER, UNIT, SITUATION),
    st.builds(facts.OrderAnswered, ORDER, pick(get_args(facts.OrderStep))),
    st.builds(facts.AidRequested, names("xin-"), st.just("quan-11"), st.just("một tổ bơm")),
    st.builds(facts.AidAnswered, names("xin-"), st.booleans()),
    st.builds(facts.ServiceCalled, pick(["114", "115"]), SITUATION),
    st.builds(facts.MessageSent, names("tin-"), st.just(("p4",)), st.just("báo cáo"), pick([("an",), ("an", "binh")])),
    st.builds(facts.MessageAcknowledged, names("tin-"), pick(["an", "binh", "chi"])),
    st.builds(facts.LevelDeclared, names("cap-"), pick([1, 2]), *[st.just("x")] * 5),
    st.builds(facts.LevelRevoked, names("cap-")),
    st.builds(facts.PeriodStarted, names("ky-")),
    st.builds(facts.CheckedIn, UNIT, st.just("cổng"), st.integers(1, 9)),
    st.builds(facts.Counted, pick(get_args(facts.Count)), st.integers(-3, 9)),
    st.builds(facts.ReportMissing, names("bc-"), pick(POSTS), arrived=st.booleans()),
    st.builds(facts.Noted, st.just("một dòng")),
    st.builds(facts.WrittenUp, st.just("từ giấy")),
    st.builds(facts.PhotoAdded, names("anh-"), SITUATION, st.just("cổng hẻm"), st.just(bytes([255, 216]))),
    st.builds(
        facts.Corrected, pick([f"operation/x/{p}/r" for p in POSTS]), st.integers(1, 8), st.just("sửa"), st.booleans()
    ),
    st.builds(facts.ContactReached, st.just("an"), st.just("sms"), st.just("DIỄN TẬP: tập trung")),
    st.builds(facts.ClockDoubted, st.just("operation/x/p4/r"), st.just(1), st.just(2), st.just(400)),
    st.builds(facts.Unknown, st.just("from-tomorrow"), st.just(9)),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Recorded]:
    """Entries of several posts' logs, with clocks that tie and lie apart."""
    numbers = dict.fromkeys(POSTS, 0)
    found = []
    for fact in draw(st.lists(FACTS, max_size=25)):
        post = draw(pick(POSTS))
        numbers[post] += 1
        ref = EntryRef(f"operation/x/{post}/r", numbers[post])
        millis = draw(st.integers(0, 40))
        at = NIGHT + timedelta(minutes=millis)
        found.append(Recorded(ref, HybridTime(millis, draw(st.integers(0, 1))), at, at, "an", post, fact))
    return found


def night(*said: Fact | tuple[str, Fact]) -> list[Recorded]:
    """These facts one minute after the other, by Phường 4 unless a post is given with one."""
    found: list[Recorded] = []
    numbers: dict[str, int] = {}
    for minute, one in enumerate(said):
        post, fact = one if isinstance(one, tuple) else ("p4", one)
        numbers[post] = numbers.get(post, 0) + 1
        at = NIGHT + timedelta(minutes=minute)
        ref = EntryRef(f"operation/x/{post}/r", numbers[post])
        found.append(Recorded(ref, HybridTime(minute * 60_000), at, at, "an", post, fact))
    return found


OPEN = facts.Opened("Cháy hẻm", "real")
REPORT = facts.SituationReported("s1", place="hẻm 5")


# Laws


@given(histories(), st.data())
@settings(max_examples=300)
def test_every_history_has_one_state_whatever_the_order_of_arrival(
    history: list[Recorded], data: st.DataObject
) -> None:
    state = fold(history)
    shuffled = data.draw(st.permutations(history))
    again = data.draw(st.lists(pick(history), max_size=5)) if history else []
    assert fold([*shuffled, *again]) == state


@given(histories(), st.data())
def test_two_halves_merge_to_the_whole(history: list[Recorded], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(history)))
    one, other = history[:cut], history[cut:]
    assert fold([*other, *one]) == fold(history)


@given(histories())
@settings(max_examples=300)
def test_a_unit_is_exactly_assigned_available_or_out_of_service(history: list[Recorded]) -> None:
    state = fold(history)
    for unit in state.units.values():
        if unit.availability == "assigned":
            order = state.orders[unit.order]
            assert order.unit == unit.id
            assert order.is_open
        else:
            assert unit.order == ""
        assert bool(unit.reason) == (unit.availability == "out_of_service")


@given(histories())
def test_each_change_of_a_count_names_its_entry_and_totals_are_their_sums(history: list[Recorded]) -> None:
    state = fold(history)
    by_ref = {entry.ref: entry.fact for entry in history}
    for line in state.counts:
        fact = by_ref[line.ref]
        assert isinstance(fact, facts.Counted)
        assert (fact.what, fact.change) == (line.what, line.change)
    kept = [f for ref, f in by_ref.items() if isinstance(f, facts.Counted) and ref not in state.withdrawn]
    for what in get_args(facts.Count):
        assert state.total(what) == sum(fact.change for fact in kept if fact.what == what)


@given(histories())
def test_joined_situations_lead_to_one_that_goes_on(history: list[Recorded]) -> None:
    state = fold(history)
    for situation in state.situations.values():
        seen = {situation.id}
        here = situation
        while here.joined_into:
            here = state.situations[here.joined_into]
            assert here.id not in seen
            seen.add(here.id)
        assert set(situation.reports) <= set(here.reports)


def test_the_fold_knows_every_kind_of_fact() -> None:
    assert set(_TAKE) == set(get_args(Fact))


# What people do


def test_a_call_an_order_and_its_way() -> None:
    steps = [facts.OrderAnswered("o1", step) for step in ("acknowledged", "turned_out", "on_scene", "done")]
    state = fold(night(OPEN, REPORT, facts.UnitListed("u1", "Tổ bơm"), facts.UnitOrdered("o1", "u1", "s1"), *steps[:3]))
    assert state.units["u1"].availability == "assigned"
    assert list(state.orders["o1"].steps) == ["acknowledged", "turned_out", "on_scene"]
    done = fold(night(OPEN, REPORT, facts.UnitListed("u1", "Tổ bơm"), facts.UnitOrdered("o1", "u1", "s1"), *steps))
    assert done.units["u1"].availability == "available"
    assert done.flags == ()


def test_two_reports_of_one_fire_become_one() -> None:
    other = facts.SituationReported("s2", development="khói đen", reporter="một người dân")
    state = fold(night(OPEN, REPORT, ("p6", other), facts.SituationsJoined("s1", "s2")))
    assert state.situations["s2"].joined_into == "s1"
    assert state.situations["s1"].fields == {"place": "hẻm 5", "development": "khói đen", "reporter": "một người dân"}
    assert len(state.situations["s1"].reports) == 2


def test_a_shift_is_handed_over_when_the_other_has_accepted() -> None:
    offer = facts.HandoverOffered("h1", "trực ban", "an", "bình", ("o1",))
    state = fold(night(OPEN, facts.RoleTaken("trực ban", "an"), offer))
    assert state.roles["p4", "trực ban"].person == "an"
    after = fold(night(OPEN, facts.RoleTaken("trực ban", "an"), offer, facts.HandoverAccepted("h1", "bình")))
    assert after.roles["p4", "trực ban"].person == "bình"
    assert after.handovers["h1"].outstanding == ("o1",)
    assert after.flags == ()


def test_several_named_people_owe_an_acknowledgement() -> None:
    sent = facts.MessageSent("m1", ("p4",), "Di dời dân", ("an", "bình"))
    state = fold(night(OPEN, sent, facts.MessageAcknowledged("m1", "an")))
    assert state.messages["m1"].owing == ("bình",)


def test_real_or_drill_is_fixed_when_the_operation_opens() -> None:
    state = fold(night(OPEN, facts.Opened("Diễn tập", "drill")))
    assert (state.mode, state.title) == ("real", "Cháy hẻm")
    assert [flag.code for flag in state.flags] == ["opened-again"]


def test_what_is_odd_is_taken_and_flagged() -> None:
    order = facts.UnitOrdered
    state = fold(
        night(OPEN, REPORT, order("o1", "u1", "s1"), ("p6", order("o2", "u1", "s1")), facts.OrderAnswered("o9", "done"))
    )
    assert state.units["u1"].order == "o2"
    assert {(flag.code, flag.about) for flag in state.flags} == {("unit-double", "u1"), ("reference-missing", "o9")}


def test_a_correction_names_what_it_corrects_and_may_withdraw_it() -> None:
    wrong = facts.Counted("dead", 1, "s1")
    take_back = facts.Corrected("operation/x/p4/r", 3, "đếm nhầm", withdrawn=True)
    state = fold(night(OPEN, REPORT, wrong, take_back))
    assert state.total("dead") == 0
    assert state.withdrawn == {EntryRef("operation/x/p4/r", 3)}
    assert state.corrected == {EntryRef("operation/x/p4/r", 3): (EntryRef("operation/x/p4/r", 4),)}
    back = facts.Corrected("operation/x/p4/r", 4, "đúng là một người", withdrawn=True)
    assert fold(night(OPEN, REPORT, wrong, take_back, back)).total("dead") == 1


def test_lines_written_up_from_paper_after_the_end_are_no_surprise() -> None:
    state = fold(night(OPEN, facts.Closed(), facts.WrittenUp("22:40 nước rút"), facts.Noted("thêm")))
    assert [flag.code for flag in state.flags] == ["after-close"]


def test_an_entry_of_a_newer_version_is_kept_and_said() -> None:
    state = fold(night(OPEN, facts.Unknown("weather", 2)))
    assert [(flag.code, flag.about) for flag in state.flags] == [("unknown-kind", "weather")]


def test_a_doubtful_clock_is_said() -> None:
    state = fold(night(OPEN, facts.ClockDoubted("operation/x/p6/r", 3, 9, 900)))
    assert [(flag.code, flag.about) for flag in state.flags] == [("clock-doubtful", "operation/x/p6/r#3-9")]


def test_a_right_that_had_ended_is_said_at_the_line() -> None:
    entry = dataclasses.replace(night(OPEN)[0], doubts=("right-ended",))
    assert [flag.code for flag in fold([entry]).flags] == ["right-ended"]


def test_what_a_device_sent_to_two_replicas_counts_once() -> None:
    first, counted, again = night(OPEN, facts.Counted("injured", 2), ("p6", facts.Counted("injured", 2)))
    twice = [dataclasses.replace(entry, command="thiết-bị-1:7") for entry in (counted, again)]
    state = fold([first, *twice])
    assert state.total("injured") == 2
    assert [flag.code for flag in state.flags] == ["command-again"]


@given(histories(), st.data())
def test_what_was_folded_can_be_taken_back_to_any_entry(history: list[Recorded], data: st.DataObject) -> None:
    ordered = sorted(history, key=lambda entry: entry.order)
    folding = Folding(Journal())
    assert folding.journal is not None
    marks = []
    for entry in ordered:
        marks.append(folding.journal.mark)
        folding.take(entry)
    whole = folding.state()
    at = data.draw(st.integers(0, len(ordered)))
    if at < len(ordered):
        folding.back_to(marks[at])
    before = Folding()
    for entry in ordered[:at]:
        before.take(entry)
    assert folding.state() == before.state()
    for entry in ordered[at:]:
        folding.take(entry)
    assert folding.state() == whole


def test_what_was_forgotten_is_not_taken_back() -> None:
    folding = Folding(Journal())
    assert folding.journal is not None
    first, second, third = night(OPEN, REPORT, facts.Closed())
    folding.take(first)
    mark = folding.journal.mark
    folding.take(second)
    folding.journal.forget(folding.journal.mark)
    with pytest.raises(ValueError, match="no longer"):
        folding.back_to(mark)
    later = folding.journal.mark
    folding.take(third)
    folding.back_to(later)
    assert folding.closed is None
    assert set(folding.now["situations"]) == {"s1"}


# What may be refused

ASKED = facts.AidRequested("x", "quan-11", "một tổ bơm")
DECLARED = facts.LevelDeclared("c1", 1, "lụt", "di dời", "phường 4", "24 giờ", "UBND phường")


@pytest.mark.parametrize(
    ("before", "act", "reason"),
    [
        ((OPEN,), OPEN, "opened-already"),
        ((), facts.Closed(), "not-opened"),
        ((OPEN, facts.Closed()), facts.Closed(), "closed-already"),
        ((OPEN,), dataclasses.replace(DECLARED, level=4), "level-unknown"),
        ((OPEN,), dataclasses.replace(DECLARED, duration=" "), "level-part-empty"),
        ((OPEN, DECLARED), dataclasses.replace(DECLARED, id="c2"), "level-in-force"),
        ((OPEN,), facts.LevelRevoked("c1"), "level-not-in-force"),
        ((OPEN, DECLARED, facts.LevelRevoked("c1")), facts.LevelRevoked("c1"), "level-not-in-force"),
        ((OPEN,), facts.AidAnswered("x", True), "aid-unknown"),
        (
            (OPEN, facts.AidRequested("x", "q", "bơm"), facts.AidAnswered("x", True)),
            facts.AidAnswered("x", False),
            "aid-answered",
        ),
        ((OPEN, REPORT, facts.UnitOrdered("o1", "u1", "s1")), facts.UnitOrdered("o2", "u1", "s1"), "unit-assigned"),
        ((OPEN, facts.UnitOutOfService("u1", "hỏng")), facts.UnitOrdered("o2", "u1", "s1"), "unit-out-of-service"),
        ((OPEN,), facts.HandoverAccepted("h1", "an"), "handover-unknown"),
    ],
)
def test_an_act_of_authority_is_refused_with_its_reason(before: tuple[Fact, ...], act: Fact, reason: str) -> None:
    refusal = decide(fold(night(*before)), act)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason


@pytest.mark.parametrize(
    ("before", "act"),
    [
        ((), OPEN),
        ((OPEN,), DECLARED),
        ((OPEN, DECLARED), dataclasses.replace(DECLARED, id="c2", level=2)),
        ((OPEN, DECLARED), dataclasses.replace(DECLARED, id="c2", area="phường 6")),
        ((OPEN, DECLARED), facts.LevelRevoked("c1")),
        ((OPEN, REPORT), facts.UnitOrdered("o1", "u1", "s1")),
    ],
)
def test_what_nothing_speaks_against_may_be_done(before: tuple[Fact, ...], act: Fact) -> None:
    assert decide(fold(night(*before)), act) is None


@given(histories(), FACTS)
def test_what_happened_is_never_refused(history: list[Recorded], fact: Fact) -> None:
    acts = (facts.Opened, facts.Closed, facts.LevelDeclared, facts.LevelRevoked, facts.AidAnswered, facts.UnitOrdered)
    if not isinstance(fact, (*acts, facts.HandoverAccepted)):
        assert decide(fold(history), fact) is None


# Clocks


@given(st.integers(0, 10**6), st.integers(0, 5), st.integers(0, 10**6))
def test_the_clock_only_goes_forward(millis: int, counter: int, now: int) -> None:
    before = HybridTime(millis, counter)
    after = before.after(now)
    assert after > before
    assert after.millis >= now


def test_a_clock_far_ahead_does_not_move_ours() -> None:
    ours, far = HybridTime(1_000), HybridTime(2_000 + FARTHEST_AHEAD)
    assert ours.heard(far, now_millis=1_500) == ours
    assert far.is_ahead(now_millis=1_500)
    near = HybridTime(1_400)
    assert ours.heard(near, now_millis=1_500) == near


def test_a_long_night_folds_in_time_that_grows_with_it() -> None:
    many: list[Any] = [OPEN, REPORT]
    for n in range(2_000):
        many += [facts.UnitOrdered(f"o{n}", f"u{n % 40}", "s1"), facts.OrderAnswered(f"o{n}", "done")]
    state = fold(night(*many))
    assert len(state.orders) == 2_000
    assert all(unit.availability == "available" for unit in state.units.values())
