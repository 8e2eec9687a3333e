"""Are numbers, dates, letters and places written as Decree 30/2020/NĐ-CP prescribes?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansang.formats.papers.forms import (
    PAPER_TYPES,
    POINT_LETTERS,
    NumberAndSymbol,
    date_words,
    number_and_symbol,
    parse_number,
    place_and_date,
    place_name,
    point_letter,
    roman,
)
from sansang.formats.papers.layout import head_lines
from sansang.formats.papers.widths import width_of_bold


@pytest.mark.parametrize(
    ("number", "kind", "issuer", "written"),
    [
        (5, "KH", "UBND", "Số: 05/KH-UBND"),
        (9, "BC", "UBND", "Số: 09/BC-UBND"),
        (10, "BC", "UBND", "Số: 10/BC-UBND"),
        (133, "KH", "UBND", "Số: 133/KH-UBND"),
        (None, "BC", "UBND", "Số:      /BC-UBND"),
        (12, "", "UBND-VX", "Số: 12/UBND-VX"),
        (7, "QyĐ", "UBND", "Số: 07/QyĐ-UBND"),
    ],
)
def test_numbers_below_ten_have_a_zero_and_an_open_number_has_room(
    number: int | None, kind: str, issuer: str, written: str
) -> None:
    assert number_and_symbol(number, kind, issuer) == written


def test_a_cong_van_has_no_letters_for_its_type() -> None:
    assert "CV" not in PAPER_TYPES
    with pytest.raises(ValueError, match="no such type"):
        number_and_symbol(12, "CV", "UBND")
    with pytest.raises(ValueError, match="begin at 1"):
        number_and_symbol(0, "KH", "UBND")


def test_the_types_are_the_29_of_the_decree_less_the_two_letters_and_three_copies() -> None:
    # Article 7 names 29 types; công văn and thư công have no letters; sao y, trích sao, sao lục are copies.
    assert len(PAPER_TYPES) == 29 - 2 + 3
    assert PAPER_TYPES["KH"] == "kế hoạch"
    assert PAPER_TYPES["BC"] == "báo cáo"
    assert PAPER_TYPES["QyĐ"] == "quy định"
    assert PAPER_TYPES["TrS"] == "trích sao"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("133/KH-UBND", NumberAndSymbol(133, "KH", "UBND")),
        ("33/KH-UBND-TM", NumberAndSymbol(33, "KH", "UBND", "TM")),
        (" 05/QyĐ-UBND ", NumberAndSymbol(5, "QyĐ", "UBND")),
    ],
)
def test_a_number_is_read_also_in_the_older_form_with_three_groups(text: str, parts: NumberAndSymbol) -> None:
    assert parse_number(text) == parts


@pytest.mark.parametrize("text", ["", "KH-UBND", "5/KH", "5 /KH-UBND", "5/KH - UBND", "5/KH-ubnd"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        parse_number(text)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 5), "ngày 05 tháng 01 năm 2026"),
        (date(2026, 2, 28), "ngày 28 tháng 02 năm 2026"),
        (date(2019, 6, 29), "ngày 29 tháng 6 năm 2019"),  # the decree's own sample
        (date(2019, 3, 9), "ngày 09 tháng 3 năm 2019"),
        (date(2019, 10, 22), "ngày 22 tháng 10 năm 2019"),
        (date(2019, 12, 1), "ngày 01 tháng 12 năm 2019"),
    ],
)
def test_a_zero_stands_before_days_below_ten_and_months_one_and_two_only(day: date, words: str) -> None:
    assert date_words(day, 1900) == words


def test_an_open_date_has_room_and_its_year() -> None:
    assert date_words(None, 2019) == "ngày      tháng      năm 2019"


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_date_reads_back(day: date) -> None:
    _, d, _, m, _, y = date_words(day, 0).split()
    assert date(int(y), int(m), int(d)) == day
    assert (len(d), len(m)) == (2, 2 if day.month in (1, 2, 10, 11, 12) else 1)


def test_points_follow_the_vietnamese_alphabet() -> None:
    assert [point_letter(n) for n in range(1, 10)] == ["a", "b", "c", "d", "đ", "e", "g", "h", "i"]
    assert POINT_LETTERS[-1] == "y"
    assert not set(POINT_LETTERS) & set("fjwz")
    for wrong in (0, len(POINT_LETTERS) + 1):
        with pytest.raises(ValueError, match="points"):
            point_letter(wrong)


def test_roman_numerals() -> None:
    assert [roman(n) for n in (1, 2, 3, 4, 5, 6, 9, 10, 14, 19, 40, 49, 50, 89)] == [
        "I", "II", "III", "IV", "V", "VI", "IX", "X", "XIV", "XIX", "XL", "XLIX", "L", "LXXXIX",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="89"):
        roman(0)


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("Phường Minh Phụng", "Minh Phụng"),
        ("phường Phú Thọ", "Phú Thọ"),
        ("Phường 4", "Phường 4"),
        ("Quận 11", "Quận 11"),
        ("Xã Bình Mỹ", "Bình Mỹ"),
        ("Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh"),
    ],
)
def test_a_place_is_its_name_alone_but_whole_where_it_is_a_number_or_a_person(unit: str, name: str) -> None:
    assert place_name(unit) == name


def test_place_and_date_have_a_comma_between() -> None:
    assert place_and_date("Phường Minh Phụng", date(2026, 1, 5), 2026) == "Minh Phụng, ngày 05 tháng 01 năm 2026"


def test_the_name_of_an_authority_breaks_after_its_kind() -> None:
    assert head_lines("Ủy ban nhân dân Quận 11") == ["ỦY BAN NHÂN DÂN", "QUẬN 11"]
    assert head_lines("Công an thành phố") == ["CÔNG AN THÀNH PHỐ"]
    assert head_lines("") == []


def test_the_width_of_the_motto_is_that_of_the_metrics() -> None:
    """Against the Times-Bold metrics that matplotlib carries."""
    from pathlib import Path

    import matplotlib as mpl

    metrics = Path(mpl.get_data_path()) / "fonts" / "afm" / "ptmb8a.afm"
    widths = {}
    for line in metrics.read_text("latin-1").splitlines():
        if line.startswith("C "):
            fields = dict(part.split(maxsplit=1) for part in line.split(" ; ") if len(part.split()) > 1)
            widths[fields["N"].split(" ;")[0].strip()] = float(fields["WX"])
    text = "Doc lap - Tu do - Hanh phuc"
    expected = sum(widths[{" ": "space", "-": "hyphen"}.get(c, c)] for c in text) * 13 / 1000
    assert width_of_bold("Độc lập - Tự do - Hạnh phúc", 13) == pytest.approx(expected)
