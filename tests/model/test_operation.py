"""An operation's state follows from its entries alone, in any order of arrival; what happened is never refused."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansang.model.entry import MAX_CLOCK_LEAD, Entry, EntryRef, HybridTime
from sansang.model.fact import Fact, Unknown
from sansang.model.fold import Fold, UndoLog
from sansang.model.kind import Refusal
from sansang.model.operation.aid import AidAnswered, AidRequested
from sansang.model.operation.counts import Count, Counted
from sansang.model.operation.levels import LevelDeclared, LevelRevoked
from sansang.model.operation.log import ClockDoubted, Corrected, Noted, WrittenUp
from sansang.model.operation.messages import MessageAcknowledged, MessageSent
from sansang.model.operation.opening import Closed, Opened, head
from sansang.model.operation.orders import OrderAnswered, UnitOrdered
from sansang.model.operation.record import OPERATION
from sansang.model.operation.roles import HandoverAccepted, HandoverOffered, RoleTaken
from sansang.model.operation.situations import SITUATIONS, SituationReported, SituationsJoined
from sansang.model.operation.state import fold_operation
from sansang.model.operation.units import UnitListed, UnitOutOfService
from tests.fact_strategies import FACTS, POSTS, pick

NIGHT = datetime(2026, 11, 14, 15, 30, tzinfo=UTC)


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    """Entries of several posts' logs, with clocks that tie and lie apart."""
    numbers = dict.fromkeys(POSTS, 0)
    found = []
    for fact in draw(st.lists(FACTS, max_size=25)):
        post = draw(pick(POSTS))
        numbers[post] += 1
        ref = EntryRef(f"operation/x/{post}/r", numbers[post])
        millis = draw(st.integers(0, 40))
        at = NIGHT + timedelta(minutes=millis)
        found.append(Entry(ref, HybridTime(millis, draw(st.integers(0, 1))), at, at, "an", post, fact))
    return found


def night(*said: Fact | tuple[str, Fact]) -> list[Entry]:
    """These facts one minute after the other, by Phường 4 unless a post is given with one."""
    found: list[Entry] = []
    numbers: dict[str, int] = {}
    for minute, one in enumerate(said):
        post, fact = one if isinstance(one, tuple) else ("p4", one)
        numbers[post] = numbers.get(post, 0) + 1
        at = NIGHT + timedelta(minutes=minute)
        ref = EntryRef(f"operation/x/{post}/r", numbers[post])
        found.append(Entry(ref, HybridTime(minute * 60_000), at, at, "an", post, fact))
    return found


OPEN = Opened("Cháy hẻm", "real")
REPORT = SituationReported("s1", place="hẻm 5")


# Laws


@given(histories(), st.data())
@settings(max_examples=300)
def test_every_history_has_one_state_whatever_the_order_of_arrival(history: list[Entry], data: st.DataObject) -> None:
    state = fold_operation(history)
    shuffled = data.draw(st.permutations(history))
    again = data.draw(st.lists(pick(history), max_size=5)) if history else []
    assert fold_operation([*shuffled, *again]) == state


@given(histories(), st.data())
def test_two_halves_merge_to_the_whole(history: list[Entry], data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(history)))
    one, other = history[:cut], history[cut:]
    assert fold_operation([*other, *one]) == fold_operation(history)


@given(histories())
@settings(max_examples=300)
def test_a_unit_is_exactly_assigned_available_or_out_of_service(history: list[Entry]) -> None:
    state = fold_operation(history)
    for unit in state.units.values():
        if unit.availability == "assigned":
            order = state.orders[unit.order]
            assert order.unit == unit.id
            assert order.is_open
        else:
            assert unit.order == ""
        assert bool(unit.reason) == (unit.availability == "out_of_service")


@given(histories())
def test_each_change_of_a_count_names_its_entry_and_totals_are_their_sums(history: list[Entry]) -> None:
    state = fold_operation(history)
    by_ref = {entry.ref: entry.fact for entry in history}
    for line in state.counts:
        fact = by_ref[line.ref]
        assert isinstance(fact, Counted)
        assert (fact.what, fact.change) == (line.what, line.change)
    kept = [f for ref, f in by_ref.items() if isinstance(f, Counted) and ref not in state.withdrawn]
    for what in get_args(Count):
        assert state.total(what) == sum(fact.change for fact in kept if fact.what == what)


@given(histories())
def test_joined_situations_lead_to_one_that_goes_on(history: list[Entry]) -> None:
    state = fold_operation(history)
    for situation in state.situations.values():
        seen = {situation.id}
        here = situation
        while here.joined_into:
            here = state.situations[here.joined_into]
            assert here.id not in seen
            seen.add(here.id)
        assert set(situation.reports) <= set(here.reports)


# What people do


def test_the_steps_of_an_order() -> None:
    steps = [OrderAnswered("o1", step) for step in ("acknowledged", "turned_out", "on_scene", "done")]
    state = fold_operation(night(OPEN, REPORT, UnitListed("u1", "Tổ bơm"), UnitOrdered("o1", "u1", "s1"), *steps[:3]))
    assert state.units["u1"].availability == "assigned"
    assert list(state.orders["o1"].steps) == ["acknowledged", "turned_out", "on_scene"]
    done = fold_operation(night(OPEN, REPORT, UnitListed("u1", "Tổ bơm"), UnitOrdered("o1", "u1", "s1"), *steps))
    assert done.units["u1"].availability == "available"
    assert done.flags == ()


def test_two_reports_of_one_fire_become_one() -> None:
    other = SituationReported("s2", development="khói đen", reporter="một người dân")
    state = fold_operation(night(OPEN, REPORT, ("p6", other), SituationsJoined("s1", "s2")))
    assert state.situations["s2"].joined_into == "s1"
    assert state.situations["s1"].fields == {"place": "hẻm 5", "development": "khói đen", "reporter": "một người dân"}
    assert len(state.situations["s1"].reports) == 2


def test_a_shift_is_handed_over_when_the_other_has_accepted() -> None:
    offer = HandoverOffered("h1", "trực ban", "an", "bình", ("o1",))
    state = fold_operation(night(OPEN, RoleTaken("trực ban", "an"), offer))
    assert state.roles["p4", "trực ban"].person == "an"
    after = fold_operation(night(OPEN, RoleTaken("trực ban", "an"), offer, HandoverAccepted("h1", "bình")))
    assert after.roles["p4", "trực ban"].person == "bình"
    assert after.handovers["h1"].outstanding == ("o1",)
    assert after.flags == ()


def test_several_named_people_owe_an_acknowledgement() -> None:
    sent = MessageSent("m1", ("p4",), "Di dời dân", ("an", "bình"))
    state = fold_operation(night(OPEN, sent, MessageAcknowledged("m1", "an")))
    assert state.messages["m1"].owing == ("bình",)


def test_real_or_drill_is_fixed_when_the_operation_opens() -> None:
    state = fold_operation(night(OPEN, Opened("Diễn tập", "drill")))
    assert (state.mode, state.title) == ("real", "Cháy hẻm")
    assert [flag.code for flag in state.flags] == ["opened-again"]


def test_what_is_odd_is_applied_and_flagged() -> None:
    order = UnitOrdered
    state = fold_operation(
        night(OPEN, REPORT, order("o1", "u1", "s1"), ("p6", order("o2", "u1", "s1")), OrderAnswered("o9", "done"))
    )
    assert state.units["u1"].order == "o2"
    assert {(flag.code, flag.about) for flag in state.flags} == {("unit-double", "u1"), ("reference-missing", "o9")}


def test_a_correction_names_what_it_corrects_and_may_withdraw_it() -> None:
    wrong = Counted("dead", 1, "s1")
    take_back = Corrected("operation/x/p4/r", 3, "đếm nhầm", withdrawn=True)
    state = fold_operation(night(OPEN, REPORT, wrong, take_back))
    assert state.total("dead") == 0
    assert state.withdrawn == {EntryRef("operation/x/p4/r", 3)}
    assert state.corrected == {EntryRef("operation/x/p4/r", 3): (EntryRef("operation/x/p4/r", 4),)}
    back = Corrected("operation/x/p4/r", 4, "đúng là một người", withdrawn=True)
    assert fold_operation(night(OPEN, REPORT, wrong, take_back, back)).total("dead") == 1


def test_lines_written_up_from_paper_after_the_end_are_not_flagged() -> None:
    state = fold_operation(night(OPEN, Closed(), WrittenUp("22:40 nước rút"), Noted("thêm")))
    assert [flag.code for flag in state.flags] == ["after-close"]


def test_an_entry_of_a_newer_version_is_stored_and_flagged() -> None:
    state = fold_operation(night(OPEN, Unknown("weather", 2)))
    assert [(flag.code, flag.about) for flag in state.flags] == [("unknown-kind", "weather")]


def test_a_doubtful_clock_is_flagged() -> None:
    state = fold_operation(night(OPEN, ClockDoubted("operation/x/p6/r", 3, 9, 900)))
    assert [(flag.code, flag.about) for flag in state.flags] == [("clock-doubtful", "operation/x/p6/r#3-9")]


def test_a_right_that_had_ended_is_flagged_at_the_line() -> None:
    entry = dataclasses.replace(night(OPEN)[0], doubts=("right-ended",))
    assert [flag.code for flag in fold_operation([entry]).flags] == ["right-ended"]


def test_what_a_device_sent_to_two_replicas_counts_once() -> None:
    first, counted, again = night(OPEN, Counted("injured", 2), ("p6", Counted("injured", 2)))
    twice = [dataclasses.replace(entry, command="thiết-bị-1:7") for entry in (counted, again)]
    state = fold_operation([first, *twice])
    assert state.total("injured") == 2
    assert [flag.code for flag in state.flags] == ["command-again"]


@given(histories(), st.data())
def test_what_was_folded_can_be_undone_back_to_any_entry(history: list[Entry], data: st.DataObject) -> None:
    ordered = sorted(history, key=lambda entry: entry.order)
    undo = UndoLog()
    state = Fold(OPERATION, undo)
    marks = []
    for entry in ordered:
        marks.append(undo.mark)
        state.apply(entry)
    whole = state.copy()
    at = data.draw(st.integers(0, len(ordered)))
    if at < len(ordered):
        state.undo_to(marks[at])
    before = Fold(OPERATION)
    for entry in ordered[:at]:
        before.apply(entry)
    assert state.same_as(before)
    for entry in ordered[at:]:
        state.apply(entry)
    assert state.same_as(whole)


def test_changes_that_were_discarded_cannot_be_undone() -> None:
    undo = UndoLog()
    state = Fold(OPERATION, undo)
    first, second, third = night(OPEN, REPORT, Closed())
    state.apply(first)
    mark = undo.mark
    state.apply(second)
    undo.discard_until(undo.mark)
    with pytest.raises(ValueError, match="no longer"):
        state.undo_to(mark)
    later = undo.mark
    state.apply(third)
    state.undo_to(later)
    assert head(state).closed is None
    assert set(state[SITUATIONS]) == {"s1"}


# What may be refused

ASKED = AidRequested("x", "quan-11", "một tổ bơm")
DECLARED = LevelDeclared("c1", 1, "lụt", "di dời", "phường 4", "24 giờ", "UBND phường")


@pytest.mark.parametrize(
    ("before", "act", "reason"),
    [
        ((OPEN,), OPEN, "opened-already"),
        ((), Closed(), "not-opened"),
        ((OPEN, Closed()), Closed(), "closed-already"),
        ((OPEN,), dataclasses.replace(DECLARED, level=4), "level-unknown"),
        ((OPEN,), dataclasses.replace(DECLARED, duration=" "), "level-part-empty"),
        ((OPEN, DECLARED), dataclasses.replace(DECLARED, id="c2"), "level-in-force"),
        ((OPEN,), LevelRevoked("c1"), "level-not-in-force"),
        ((OPEN, DECLARED, LevelRevoked("c1")), LevelRevoked("c1"), "level-not-in-force"),
        ((OPEN,), AidAnswered("x", True), "aid-unknown"),
        (
            (OPEN, AidRequested("x", "q", "bơm"), AidAnswered("x", True)),
            AidAnswered("x", False),
            "aid-answered",
        ),
        ((OPEN, REPORT, UnitOrdered("o1", "u1", "s1")), UnitOrdered("o2", "u1", "s1"), "unit-assigned"),
        ((OPEN, UnitOutOfService("u1", "hỏng")), UnitOrdered("o2", "u1", "s1"), "unit-out-of-service"),
        ((OPEN,), HandoverAccepted("h1", "an"), "handover-unknown"),
    ],
)
def test_an_act_of_authority_is_refused_with_its_reason(before: tuple[Fact, ...], act: Fact, reason: str) -> None:
    refusal = OPERATION.refuse(fold_operation(night(*before)).fold, act)
    assert isinstance(refusal, Refusal)
    assert refusal.reason == reason


@pytest.mark.parametrize(
    ("before", "act"),
    [
        ((), OPEN),
        ((OPEN,), DECLARED),
        ((OPEN, DECLARED), dataclasses.replace(DECLARED, id="c2", level=2)),
        ((OPEN, DECLARED), dataclasses.replace(DECLARED, id="c2", area="phường 6")),
        ((OPEN, DECLARED), LevelRevoked("c1")),
        ((OPEN, REPORT), UnitOrdered("o1", "u1", "s1")),
    ],
)
def test_an_act_with_nothing_against_it_is_allowed(before: tuple[Fact, ...], act: Fact) -> None:
    assert OPERATION.refuse(fold_operation(night(*before)).fold, act) is None


@given(histories(), FACTS)
def test_what_happened_is_never_refused(history: list[Entry], fact: Fact) -> None:
    acts = (Opened, Closed, LevelDeclared, LevelRevoked, AidAnswered, UnitOrdered)
    if not isinstance(fact, (*acts, HandoverAccepted)):
        assert OPERATION.refuse(fold_operation(history).fold, fact) is None


# Clocks


@given(st.integers(0, 10**6), st.integers(0, 5), st.integers(0, 10**6))
def test_the_clock_only_goes_forward(millis: int, counter: int, now: int) -> None:
    before = HybridTime(millis, counter)
    after = before.after(now)
    assert after > before
    assert after.millis >= now


def test_a_clock_far_ahead_does_not_move_ours() -> None:
    ours, far = HybridTime(1_000), HybridTime(2_000 + MAX_CLOCK_LEAD)
    assert ours.advance_to(far, now_millis=1_500) == ours
    assert far.is_ahead(now_millis=1_500)
    near = HybridTime(1_400)
    assert ours.advance_to(near, now_millis=1_500) == near


def test_a_long_night_folds_in_time_that_grows_with_it() -> None:
    many: list[Any] = [OPEN, REPORT]
    for n in range(2_000):
        many += [UnitOrdered(f"o{n}", f"u{n % 40}", "s1"), OrderAnswered(f"o{n}", "done")]
    state = fold_operation(night(*many))
    assert len(state.orders) == 2_000
    assert all(unit.availability == "available" for unit in state.units.values())
