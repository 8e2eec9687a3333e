"""Does the lint find what an office would return? Capitals, dates, recipients, grounds, decomposed letters."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from sansang.formats.papers.exercise_plan import exercise_plan
from sansang.formats.papers.lint import lint_paper
from sansang.formats.papers.paper import Appendix, PaperTable, Paragraph
from sansang.words import Voice
from tests.formats.test_papers import dt19, small


def codes(text: str) -> list[str]:
    """The codes of the findings in a paper with this sentence in its body."""
    return [finding.code for finding in lint_paper(small(blocks=(Paragraph(text),)))]


def test_a_correct_paper_has_no_findings() -> None:
    assert lint_paper(small()) == ()
    assert lint_paper(exercise_plan(dt19())) == ()


@pytest.mark.parametrize(
    ("right", "wrong", "code"),
    [
        ("Họp tại Phường 4, Quận 11 lúc sáng", "Họp tại phường 4 lúc sáng", "unit-capital"),
        ("Họp tại phường Minh Phụng", "Họp tại Phường Minh Phụng", "unit-small"),
        ("Phường Minh Phụng chủ trì. Phường Phú Thọ phối hợp", "Do Phường Phú Thọ phối hợp", "unit-small"),
    ],
)
def test_a_unit_with_a_number_has_a_capital_and_one_with_a_name_has_none(right: str, wrong: str, code: str) -> None:
    assert codes(right) == []
    assert codes(wrong) == [code]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("tại Thành phố Hồ Chí Minh", "tại thành phố Hồ Chí Minh"),
        ("tài sản của Nhà nước", "tài sản của nhà nước"),
        ("giúp Nhân dân", "giúp nhân dân"),
        ("Ủy ban nhân dân họp", "Ủy ban họp với nhân dân"),
        ("Ban Chỉ huy Phòng thủ dân sự họp", "Ban chỉ huy phòng thủ dân sự họp"),
        ("Mặt trận Tổ quốc Việt Nam", "Mặt trận tổ quốc Việt Nam"),
    ],
)
def test_names_that_the_decree_writes_in_one_way(right: str, wrong: str) -> None:
    assert codes(right) == []
    assert codes(wrong) == ["capitals"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("theo khoản 2 Điều 14", "theo Khoản 2 Điều 14"),
        ("tại điểm a khoản 1", "tại Điểm a khoản 1"),
        ("theo Điều 14", "theo điều 14"),
        ("theo Chương II", "theo chương II"),
    ],
)
def test_what_is_cited_has_its_capitals(right: str, wrong: str) -> None:
    assert codes(right) == []
    assert codes(wrong) == ["citation"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ngày 05 tháng 01 năm 2026", []),
        ("ngày 29 tháng 6 năm 2019", []),
        ("ngày 5 tháng 01 năm 2026", ["date-zero"]),
        ("ngày 05 tháng 1 năm 2026", ["date-zero"]),
        ("ngày 29 tháng 06 năm 2019", ["date-zero"]),
        ("vào 05/01/2026", ["date-form"]),
        ("vào 5-1-2026", ["date-form"]),
        ("ngày thứ 5 của đợt", []),
    ],
)
def test_dates_in_the_text_have_their_zeros_and_words(text: str, found: list[str]) -> None:
    assert codes(text) == found


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"recipients": ()}, "no-recipients"),
        ({"recipients": ("- Công an phường",)}, "recipient-signs"),
        ({"recipients": ("Công an phường;",)}, "recipient-signs"),
        ({"recipients": ("Lưu: VT",)}, "recipient-kept"),
        ({"drafted_by": " "}, "not-drafted"),
        ({"grounds": ("Theo Luật",)}, "ground-begins"),
        ({"grounds": ("Căn cứ Luật;",)}, "ground-ends"),
        ({"type": "BC", "addressees": ("Thành ủy",)}, "as-above"),
    ],
)
def test_recipients_and_grounds_bring_no_signs_of_their_own(given: dict[str, Any], code: str) -> None:
    assert [finding.code for finding in lint_paper(small(**given))] == [code]


def test_decomposed_letters_are_found_in_every_text() -> None:
    apart = unicodedata.normalize("NFD", "Phú Thọ")
    table = PaperTable(("TT",), ((apart,),), (1,))
    paper = small(title=apart, appendices=(Appendix("A", (table,)),))
    assert [(finding.code, finding.place) for finding in lint_paper(paper)] == [
        ("not-nfc", "title"),
        ("not-nfc", "appendix 1 1"),
    ]


def test_a_finding_is_reported_in_both_languages() -> None:
    (finding,) = lint_paper(small(blocks=(Paragraph("Họp tại phường 4"),)))
    english, vietnamese = finding.say(Voice("en")), finding.say(Voice("vi"))
    assert "“phường 4”" in english
    assert english != vietnamese
