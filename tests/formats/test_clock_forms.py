"""Times of lists are read in every form that people write them in, and say what had to be guessed."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from sansang.formats.workbook.clock import DAY, duration, read_moment
from sansang.formats.workbook.time_columns import plus_minutes, small_numbers

AROUND = date(2026, 11, 14)

CLOCKS: list[tuple[Any, float, str]] = [
    (600, 360, ""),
    ("600", 360, ""),
    ("0700L", 420, ""),
    ("00900", 540, "extra-zeros"),
    ("070000", 420, ""),
    (time(7, 30), 450, ""),
    (0.3125, 450, ""),
    ("07h30", 450, ""),
    ("7 giờ 30", 450, ""),
    ("7 giờ 30 phút", 450, ""),
    ("7g30", 450, ""),
    ("7:30 AM", 450, ""),
    ("7:30 pm", 1170, ""),
    ("12:15 am", 15, ""),
    ("07.30", 450, ""),
    ("0700 hrs", 420, ""),
    ("7h30 sáng", 450, ""),
    ("2 giờ 15 chiều", 855, ""),
    ("24:00", 1440, ""),
    ("06:00 (dự kiến)", 360, ""),
    ("7h", 420, ""),
    ("7", 420, "hour-only"),
    (datetime(1899, 12, 30, 9, 15), 555, ""),  # noqa: DTZ001  (a cell has no zone)
]
DAYS: list[tuple[Any, date, float | None]] = [
    ("14/11/2026 07:30", date(2026, 11, 14), 450),
    ("07:30 14/11/2026", date(2026, 11, 14), 450),
    ("07 giờ 30 ngày 14 tháng 11 năm 2026", date(2026, 11, 14), 450),
    ("Thứ Bảy, 14/11/2026, 8h00", date(2026, 11, 14), 480),
    ("2026-11-14 07:30", date(2026, 11, 14), 450),
    ("Nov 14, 2026 0730", date(2026, 11, 14), 450),
    ("14 Nov 2026, 07:30", date(2026, 11, 14), 450),
    ("11/14/2026 7:30", date(2026, 11, 14), 450),
    ("12/11", date(2026, 11, 12), None),
    ("5-Mar-2026", date(2026, 3, 5), None),
    (46340, date(2026, 11, 14), None),
    (43530, date(2019, 3, 6), None),
    ("210915AUG2011", date(2011, 8, 21), 555),
    ("210915LAUG11", date(2011, 8, 21), 555),
]
OFFSETS: list[tuple[str, float, str]] = [
    ("T+2", 120, "hours"),
    ("T+90", 90, "minutes"),
    ("T+90'", 90, ""),
    ("T+0130", 90, ""),
    ("H+0:45", 45, ""),
    ("G+2h30", 150, ""),
    ("H - 30 phút", -30, ""),
    ("M+45", 45, ""),
    ("D+2 H+3 M+45", 2 * DAY + 3 * 60 + 45, ""),
    ("+10", 10, "plus"),
]


@pytest.mark.parametrize(("cell", "minutes", "doubt"), CLOCKS)
def test_a_time_of_day(cell: Any, minutes: float, doubt: str) -> None:
    moment = read_moment(cell, AROUND)
    assert moment is not None
    assert (moment.clock, moment.doubt, moment.day, moment.offset) == (minutes, doubt, None, None)


@pytest.mark.parametrize(("cell", "day", "minutes"), DAYS)
def test_a_day_and_perhaps_a_time(cell: Any, day: date, minutes: float | None) -> None:
    moment = read_moment(cell, AROUND)
    assert moment is not None
    assert (moment.day, moment.clock) == (day, minutes)


@pytest.mark.parametrize(("cell", "minutes", "doubt"), OFFSETS)
def test_counted_from_the_start(cell: str, minutes: float, doubt: str) -> None:
    moment = read_moment(cell, AROUND)
    assert moment is not None
    assert (moment.offset, moment.doubt) == (minutes, doubt)


@pytest.mark.parametrize(
    ("cell", "number", "minutes"),
    [
        ("N+1 07:00", 2, 420),
        ("D+0 0930", 1, 570),
        ("Day 2 0930", 2, 570),
        ("Ngày 2 lúc 08:30", 2, 510),
        ("D+1", 2, None),
    ],
)
def test_a_numbered_day(cell: str, number: int, minutes: float | None) -> None:
    moment = read_moment(cell, AROUND)
    assert moment is not None
    assert (moment.day_number, moment.clock) == (number, minutes)


@pytest.mark.parametrize("cell", ["---", "-", "", "TBD", "n/a", "chưa rõ", None])
def test_no_time_is_said_to_be_none(cell: Any) -> None:
    moment = read_moment(cell, AROUND)
    assert moment is not None
    assert moment.word == "none"


@pytest.mark.parametrize(
    "cell", ["khi tin 3 xong", "0760", "25:10", "xanh", True, -3, float("nan"), "2567", "31/02/2026"]
)
def test_what_is_no_time_is_none(cell: Any) -> None:
    assert read_moment(cell, AROUND) is None


def test_a_range_has_its_end() -> None:
    moment = read_moment("07:00 – 07:15", AROUND)
    assert moment is not None
    assert moment.clock == 420
    assert moment.until is not None
    assert moment.until.clock == 435


def test_a_zone_is_read_and_said() -> None:
    moment = read_moment("210915ZAUG11", AROUND)
    assert moment is not None
    assert (moment.zone, moment.doubt) == (0, "zone")


def test_the_day_before_the_month_unless_only_the_other_order_is_near() -> None:
    near = read_moment("11/12/2026", date(2026, 11, 12))
    assert near is not None
    assert near.day == date(2026, 11, 12)
    far = read_moment("3/5/2026", AROUND)
    assert far is not None
    assert (far.day, far.doubt) == (date(2026, 5, 3), "day-first")


def test_small_numbers_mean_what_their_column_shows() -> None:
    assert small_numbers([0, 5, 15, 45, 90]) == "minutes"
    assert small_numbers([600, 615, 45, 1330]) == "zeros"
    assert small_numbers([7, 8, 9, 10]) == "clock"
    moment = read_moment(45, AROUND, "zeros")
    assert moment is not None
    assert (moment.clock, moment.doubt) == (45, "lost-zeros")


def test_t_plus_means_minutes_where_a_column_goes_beyond_two_days_or_rises_in_fives() -> None:
    assert plus_minutes(["T+0", "T+30", "T+90"])
    assert plus_minutes(["T+0", "T+5", "T+10"])
    assert not plus_minutes(["T+0", "T+1", "T+2"])


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("15 phút", 15),
        ("90'", 90),
        ("2h30", 150),
        ("1 giờ 15 phút", 75),
        ("within 30 minutes", 30),
        ("trong 10 phút", 10),
    ],
)
def test_a_length_names_its_unit(text: str, minutes: float) -> None:
    assert duration(text) == minutes


def test_a_bare_number_is_no_length() -> None:
    assert duration("15") is None
