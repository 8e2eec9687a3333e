"""A road is closed, with place and until when, and opened again; the board shows which are closed."""

from __future__ import annotations

from datetime import timedelta

from sansang.model.access.state import AccessState
from sansang.model.operation.roads import ROADS, RoadClosed, RoadOpened
from sansang.model.operation.state import fold_operation
from sansang.words import Voice
from sansang.words.sentences import Speaker, sentence
from tests.model.test_operation import NIGHT, OPEN, night

CLOSED = RoadClosed("d1", "cầu Số 3", NIGHT + timedelta(hours=2), "ngập 60 cm")


def test_a_closed_road_is_open_again_from_the_moment_that_somebody_says_so() -> None:
    state = fold_operation(night(OPEN, CLOSED, ("p6", RoadClosed("d2", "hẻm 100")), ("p6", RoadOpened("d1"))))
    assert {road.place: road.opened for road in state[ROADS].values()} == {
        "cầu Số 3": NIGHT + timedelta(minutes=3),
        "hẻm 100": None,
    }
    assert state[ROADS]["d1"].until == NIGHT + timedelta(hours=2)
    assert state.flags == ()


def test_a_second_road_of_one_id_and_an_opening_of_none_are_flagged() -> None:
    state = fold_operation(night(OPEN, CLOSED, RoadClosed("d1", "chợ"), RoadOpened("d9")))
    assert state[ROADS]["d1"].place == "cầu Số 3"
    assert [(flag.code, flag.about) for flag in state.flags] == [("id-again", "d1"), ("reference-missing", "d9")]


def test_what_the_log_says_of_it_has_place_time_and_reason() -> None:
    to = Speaker(Voice("vi"), AccessState(), lambda moment: f"{moment:%H:%M}")
    assert sentence(CLOSED, to) == "Cấm đường: cầu Số 3 · đến 17:30 · ngập 60 cm"
