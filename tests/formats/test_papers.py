"""Do the papers follow Decree 30/2020/NĐ-CP? Every rule that a program can follow, checked by reading the DOCX."""

from __future__ import annotations

import dataclasses
import io
import os
import re
import unicodedata
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree
from pypdf import PdfReader

from sansang.formats.papers import docx, layout, pdf
from sansang.formats.papers.exercise_plan import exercise_plan
from sansang.formats.papers.figures import report_figures
from sansang.formats.papers.paper import Appendix, Clause, Item, Paper, PaperTable, Paragraph, Point, Section
from sansang.formats.papers.rehearsal_report import rehearsal_report
from sansang.formats.papers.widths import width_of_bold
from sansang.model.exercise.exercise import Exercise
from sansang.model.exercise.issuing import Issuing
from sansang.model.plan.results import RehearsalResult
from sansang.plans import read_folder
from sansang.rehearsal import rehearse

ROOT = Path(__file__).parents[2]
CENTRE, JUSTIFY = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.JUSTIFY


@cache
def dt19() -> Exercise:
    return read_folder(ROOT / "examples" / "dt19").require()


@cache
def result() -> RehearsalResult:
    return rehearse(dt19(), 200, band=False)


@cache
def plan_docx() -> bytes:
    return docx.render_docx(exercise_plan(dt19()))


@cache
def report_docx() -> bytes:
    return docx.render_docx(rehearsal_report(dt19(), result(), report_figures(result()), ["Đã thử một cách sửa."]))


def opened(data: bytes) -> Any:
    return Document(io.BytesIO(data))


def small(**given: Any) -> Paper:
    """A short plan of a ward, ready to be issued."""
    facts: dict[str, Any] = {
        "type": "KH",
        "issuer": "Ủy ban nhân dân phường Minh Phụng",
        "parent": "Ủy ban nhân dân Thành phố Hồ Chí Minh",
        "symbol": "UBND",
        "place": "Phường Minh Phụng",
        "year": 2026,
        "title": "Diễn tập chữa cháy khu dân cư",
        "blocks": (
            Section("Mục đích"),
            Clause("Rèn luyện lực lượng"),
            *(Point(f"việc thứ {n};") for n in range(1, 7)),
            Section("Tổ chức thực hiện"),
            Clause("Các đơn vị thực hiện", heading=False),
        ),
        "signing": ("TM. Ủy ban nhân dân", "Chủ tịch"),
        "recipients": ("Ủy ban nhân dân Thành phố", "Công an phường"),
        "drafted_by": "BCHQS",
        "mark": "DIỄN TẬP",
    }
    return Paper(**{**facts, **given})


def paragraph_with(document: Any, text: str) -> Any:
    """The first paragraph of the body or of a table that contains these words."""
    found = list(document.paragraphs)
    for table in document.tables:
        found += [p for row in table.rows for cell in row.cells for p in cell.paragraphs]
    return next(p for p in found if text in p.text)


def looks(paragraph: Any) -> tuple[float, bool, bool]:
    """Size, bold, italic of a paragraph whose runs all look alike."""
    found = {(run.font.size.pt, bool(run.font.bold), bool(run.font.italic)) for run in paragraph.runs if run.text}
    assert len(found) == 1, (paragraph.text, found)
    return found.pop()


def rule_points(paragraph: Any, column: float) -> float:
    """Length of the rule that a paragraph draws in a column (points)."""
    assert paragraph._p.pPr.find(qn("w:pBdr")).find(qn("w:top")).get(qn("w:val")) == "single"
    indent = paragraph.paragraph_format
    return float(column - indent.left_indent.pt - indent.right_indent.pt)


# A. Page


@pytest.mark.parametrize("data", [plan_docx, report_docx])
def test_the_paper_is_a4_with_the_margins_of_the_decree(data: Any) -> None:
    for section in opened(data()).sections:
        sides = sorted((round(section.page_width.mm), round(section.page_height.mm)))
        assert sides == [210, 297]
        assert 20 <= round(section.top_margin.mm) <= 25
        assert 20 <= round(section.bottom_margin.mm) <= 25
        assert 30 <= round(section.left_margin.mm) <= 35
        assert 15 <= round(section.right_margin.mm) <= 20


def test_only_an_appendix_with_a_wide_table_lies_across() -> None:
    first, *appendices = opened(plan_docx()).sections
    assert first.orientation == WD_ORIENT.PORTRAIT
    assert all(section.orientation == WD_ORIENT.LANDSCAPE for section in appendices)
    *_, figures = opened(report_docx()).sections
    assert figures.orientation == WD_ORIENT.PORTRAIT


@pytest.mark.parametrize("data", [plan_docx, report_docx])
def test_everything_is_in_black_times_new_roman(data: Any) -> None:
    document = opened(data())
    assert document.styles["Normal"].font.name == "Times New Roman"
    for element in document.element.body.iter(qn("w:rFonts")):
        assert {element.get(qn(f"w:{s}"), "Times New Roman") for s in ("ascii", "hAnsi", "cs")} == {"Times New Roman"}
    colours = {element.get(qn("w:val")) for element in document.element.body.iter(qn("w:color"))}
    assert colours <= {"000000"}


def test_letters_are_composed_whatever_the_plan_was_written_with() -> None:
    taken_apart = unicodedata.normalize("NFD", "Diễn tập chữa cháy ở phường Phú Thọ")
    document = opened(docx.render_docx(small(title=taken_apart, blocks=(Section("Mục đích"), Paragraph(taken_apart)))))
    for text in document.element.body.itertext():
        assert text == unicodedata.normalize("NFC", text)
    assert paragraph_with(document, "Diễn tập chữa cháy ở phường Phú Thọ")


@pytest.mark.parametrize("data", [plan_docx, report_docx])
def test_page_numbers_stand_in_the_middle_of_the_top_and_the_first_page_has_none(data: Any) -> None:
    for section in opened(data()).sections:
        assert section.different_first_page_header_footer
        numbered = section.header.paragraphs[0]
        assert numbered.alignment == CENTRE
        assert "PAGE" in "".join(code.text for code in numbered._p.iter(qn("w:instrText")))
        assert 13 <= next(run.font.size.pt for run in numbered.runs if run.font.size) <= 14
        assert not list(section.first_page_header._element.iter(qn("w:instrText")))
        assert not [p.text for p in section.footer.paragraphs if p.text.strip()]


def test_the_text_and_each_appendix_are_numbered_from_1() -> None:
    sections = opened(plan_docx()).sections
    assert len(sections) == 4
    for section in sections:
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf.render_pdf(exercise_plan(dt19())))).pages]
    firsts = [n for n, text in enumerate(pages) if "Phụ lục I" in text and "Kèm theo" in text]
    # The mark comes first on each page, being behind everything.
    numbers = [re.match(r"VÍ DỤ\s+(\d+)\s*\n", unicodedata.normalize("NFC", text)) for text in pages]
    for number, first in zip(numbers, range(len(pages)), strict=True):
        start = max([0, *(n for n in firsts if n <= first)])
        assert (number is None) == (first == start), (first, pages[first][:40])
        if number is not None:
            assert int(number[1]) == first - start + 1


@pytest.mark.parametrize("text", ["Từ 07 giờ 30", "a) Ban Chỉ huy thống nhất phường"])
def test_the_body_is_justified_14_points_with_a_first_line_indent(text: str) -> None:
    paragraph = paragraph_with(opened(plan_docx()), text)
    assert looks(paragraph) == (14, False, False)
    assert paragraph.alignment == JUSTIFY
    assert 10 <= paragraph.paragraph_format.first_line_indent.mm <= 12.71
    assert paragraph.paragraph_format.space_after >= Pt(6)
    assert 1.0 <= paragraph.paragraph_format.line_spacing <= 1.5


# B. Elements


def test_the_state_and_the_motto_stand_top_right() -> None:
    document = opened(docx.render_docx(small()))
    right = document.tables[0].rows[0].cells[1]
    state, motto = right.paragraphs[0], right.paragraphs[1]
    assert (state.text, looks(state)) == ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", (12, True, False))
    assert (motto.text, looks(motto)) == ("Độc lập - Tự do - Hạnh phúc", (13, True, False))
    assert state.alignment == motto.alignment == CENTRE


def test_the_rule_below_the_motto_is_as_long_as_the_motto() -> None:
    right = opened(docx.render_docx(small())).tables[0].rows[0].cells[1]
    length = rule_points(right.paragraphs[2], layout.RIGHT_COLUMN_MM * 72 / 25.4 - 10.8)
    assert length == pytest.approx(width_of_bold(layout.MOTTO, layout.MOTTO_PT), rel=0.02)


def test_the_issuer_is_bold_below_its_authority_with_a_short_rule() -> None:
    left = opened(docx.render_docx(small())).tables[0].rows[0].cells[0]
    parent, issuer, rule = left.paragraphs
    assert (parent.text, looks(parent)) == ("ỦY BAN NHÂN DÂN\nTHÀNH PHỐ HỒ CHÍ MINH", (12, False, False))
    assert (issuer.text, looks(issuer)) == ("ỦY BAN NHÂN DÂN\nPHƯỜNG MINH PHỤNG", (12, True, False))
    line = width_of_bold("PHƯỜNG MINH PHỤNG", 12)
    assert line / 3 <= rule_points(rule, layout.LEFT_COLUMN_MM * 72 / 25.4 - 10.8) <= line / 2


def test_without_an_authority_above_its_line_is_not_there() -> None:
    left = opened(docx.render_docx(small(parent=""))).tables[0].rows[0].cells[0]
    assert left.paragraphs[0].text == "ỦY BAN NHÂN DÂN\nPHƯỜNG MINH PHỤNG"


def test_the_number_stays_open_below_the_issuer() -> None:
    number = opened(plan_docx()).tables[0].rows[1].cells[0].paragraphs[0]
    assert (number.text, looks(number), number.alignment) == ("Số:      /KH-UBND", (13, False, False), CENTRE)


def test_place_and_date_are_italic_in_the_row_of_the_number() -> None:
    cell = opened(docx.render_docx(small(day=date(2026, 1, 5)))).tables[0].rows[1].cells[1].paragraphs[0]
    assert cell.text == "Minh Phụng, ngày 05 tháng 01 năm 2026"
    assert (looks(cell), cell.alignment) == ((13, False, True), CENTRE)


def test_type_and_title_are_bold_in_the_middle_with_a_rule_below() -> None:
    document = opened(docx.render_docx(small()))
    kind, title = paragraph_with(document, "KẾ HOẠCH"), paragraph_with(document, "Diễn tập chữa cháy")
    for paragraph in (kind, title):
        assert (looks(paragraph), paragraph.alignment) == ((14, True, False), CENTRE)
    rule = document.paragraphs[[p.text for p in document.paragraphs].index(title.text) + 1]
    line = width_of_bold(title.text, 14)
    assert line / 3 <= rule_points(rule, layout.TEXT_WIDTH_MM * 72 / 25.4 - 10.8) <= line / 2


def test_one_addressee_stands_on_the_line_and_several_below_it() -> None:
    one = opened(docx.render_docx(small(type="BC", addressees=("Ủy ban nhân dân Thành phố",))))
    assert paragraph_with(one, "Kính gửi").text == "Kính gửi: Ủy ban nhân dân Thành phố."
    two = opened(docx.render_docx(small(type="BC", addressees=("Thành ủy", "Ủy ban nhân dân Thành phố"))))
    texts = [p.text for p in two.paragraphs]
    place = texts.index("Kính gửi:")
    assert texts[place + 1 : place + 3] == ["- Thành ủy;", "- Ủy ban nhân dân Thành phố."]
    head, first = (two.paragraphs[place + n].paragraph_format.left_indent for n in (0, 1))
    assert first > head
    assert "Kính gửi" not in "".join(p.text for p in opened(docx.render_docx(small())).paragraphs)


def test_grounds_are_italic_each_on_its_line() -> None:
    document = opened(plan_docx())
    grounds = [p for p in document.paragraphs if p.text.startswith("Căn cứ ")]
    assert len(grounds) == 3
    assert {looks(p) for p in grounds} == {(14, False, True)}
    assert [p.text[-1] for p in grounds] == [";", ";", "."]


@pytest.mark.parametrize("data", [plan_docx, report_docx])
def test_the_text_ends_with_a_stop_slash_and_stop_once(data: Any) -> None:
    document = opened(data())
    texts = [p.text for p in document.paragraphs]
    assert sum(text.endswith("./.") for text in texts) == 1
    last = next(n for n, text in enumerate(texts) if text.endswith("./."))
    appendix = next(n for n, text in enumerate(texts) if text.startswith("Phụ lục"))
    assert not [text for text in texts[last + 1 : appendix] if text.strip()]


def test_sections_clauses_and_points_are_numbered_as_the_decree_does() -> None:
    document = opened(docx.render_docx(small()))
    texts = [p.text for p in document.paragraphs if p.text]
    body = texts[texts.index("I. MỤC ĐÍCH") :]
    assert body[:8] == [
        "I. MỤC ĐÍCH",
        "1. Rèn luyện lực lượng",
        "a) việc thứ 1;",
        "b) việc thứ 2;",
        "c) việc thứ 3;",
        "d) việc thứ 4;",
        "đ) việc thứ 5;",
        "e) việc thứ 6;",
    ]
    assert body[8:10] == ["II. TỔ CHỨC THỰC HIỆN", "1. Các đơn vị thực hiện./."]
    assert looks(paragraph_with(document, "I. MỤC ĐÍCH")) == (14, True, False)
    assert looks(paragraph_with(document, "1. Rèn luyện")) == (14, True, False)
    assert looks(paragraph_with(document, "1. Các đơn vị")) == (14, False, False)


def test_who_signs_stands_bottom_right_and_nothing_is_signed() -> None:
    document = opened(report_docx())
    cell = document.tables[-2].rows[0].cells[1] if document.tables[-1].rows[0].cells[0].text == "TT" else None
    assert cell is not None
    lines = [p for p in cell.paragraphs if p.text]
    assert [p.text for p in lines] == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]
    assert {(looks(p), p.alignment) for p in lines} == {((14, True, False), CENTRE)}
    assert sum(not p.text for p in cell.paragraphs) >= 4  # room for a signature and a name
    assert not list(cell._tc.iter(qn("w:drawing")))
    assert not [name for name in zipfile.ZipFile(io.BytesIO(report_docx())).namelist() if "signature" in name]


def test_recipients_stand_bottom_left_with_the_file_copy_last() -> None:
    document = opened(docx.render_docx(small()))
    head, *lines = document.tables[-1].rows[0].cells[0].paragraphs
    assert (head.text, looks(head)) == ("Nơi nhận:", (12, True, True))
    assert [p.text for p in lines] == ["- Ủy ban nhân dân Thành phố;", "- Công an phường;", "- Lưu: VT, BCHQS."]
    assert {looks(p) for p in lines} == {(11, False, False)}


def test_a_report_goes_first_to_those_above() -> None:
    document = opened(report_docx())
    assert paragraph_with(document, "Kính gửi").text == "Kính gửi: Ủy ban nhân dân Thành phố Hồ Chí Minh."
    assert paragraph_with(document, "- Như trên;")


def test_an_appendix_has_its_number_title_and_what_it_belongs_to() -> None:
    document = opened(plan_docx())
    texts = [p.text for p in document.paragraphs if p.text]
    first = texts.index("Phụ lục I")
    assert texts[first + 1] == "LỰC LƯỢNG, PHƯƠNG TIỆN"
    attached = "(Kèm theo Kế hoạch số      /KH-UBND ngày      tháng      năm 2019 của Ủy ban nhân dân Quận 11)"
    assert texts[first + 2] == attached
    for title in ("Phụ lục I", "LỰC LƯỢNG, PHƯƠNG TIỆN"):
        assert looks(next(p for p in document.paragraphs if p.text == title)) == (14, True, False)
    assert looks(paragraph_with(document, "(Kèm theo")) == (14, False, True)
    assert [t for t in texts if t.startswith("Phụ lục ")] == ["Phụ lục I", "Phụ lục II", "Phụ lục III"]
    alone = small(appendices=(Appendix("Bảng", (Paragraph("Hết."),)),))
    assert paragraph_with(opened(docx.render_docx(alone)), "Phụ lục").text == "Phụ lục"


def test_there_is_no_place_for_a_secrecy_mark() -> None:
    assert not {"secrecy", "secret", "classification"} & set(Paper.__dataclass_fields__)
    for name in ("MẬT", "TỐI MẬT", "TUYỆT MẬT"):
        assert not re.search(rf"\b{name}\b", "\n".join(p.text for p in opened(plan_docx()).paragraphs))
    with pytest.raises(ValueError, match="no such type"):
        small(type="MẬT")


def test_table_heads_come_again_on_each_page_and_rows_are_not_cut() -> None:
    tables = [table for table in opened(plan_docx()).tables if table.rows[0].cells[0].text in ("TT", "Số")]
    assert len(tables) == 4
    for table in tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


# The mark


@pytest.mark.parametrize(("example", "words"), [(True, "VÍ DỤ"), (False, "DIỄN TẬP")])
def test_every_page_bears_the_mark_in_docx_and_pdf(example: bool, words: str) -> None:
    paper = exercise_plan(dataclasses.replace(dt19(), example=example))
    for section in opened(docx.render_docx(paper)).sections:
        for header in (section.header, section.first_page_header):
            assert not header.is_linked_to_previous
            marks = [e.get("string") for e in header._element.iter("{urn:schemas-microsoft-com:vml}textpath")]
            assert words in marks
    settings = opened(docx.render_docx(paper)).settings.element
    assert settings.find(qn("w:evenAndOddHeaders")) is None
    pages = PdfReader(io.BytesIO(pdf.render_pdf(paper))).pages
    assert len(pages) > 10
    for page in pages:
        assert words in unicodedata.normalize("NFC", page.extract_text())


# Both forms


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFC", text))


def test_docx_and_pdf_say_the_same() -> None:
    paper = small(
        appendices=(Appendix("Bảng", (PaperTable(("TT", "Việc"), (("1", "Tập trung lực lượng"),), (1, 4)),)),),
        blocks=(*small().blocks[:-1], Item("Báo cáo kết quả"), Paragraph("Hết")),
    )
    document = opened(docx.render_docx(paper))
    written = [p.text for p in document.paragraphs]
    for table in document.tables:
        written += [cell.text for row in table.rows for cell in row.cells]
    printed = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.render_pdf(paper))).pages)
    ours = sorted(words_of("\n".join(written)))
    theirs = words_of(printed)
    for mark_word in ("DIỄN", "TẬP"):
        for _ in range(2):  # the mark on two pages
            theirs.remove(mark_word)
    assert sorted(theirs) == ours


NASTY = "#let x = 1; $y$ *đậm* {{ 7*7 }} {% if %} <w:p/> & \"'\\ @ref // [x]"


def test_words_that_look_like_code_stay_words() -> None:
    paper = small(title=NASTY, blocks=(Section("A"), Paragraph(NASTY), PaperTable(("A",), ((NASTY,),), (1,))))
    document = opened(docx.render_docx(paper))
    assert sum(NASTY in p.text for p in document.paragraphs) == 2
    assert document.tables[1].rows[1].cells[0].text == NASTY
    printed = "".join(PdfReader(io.BytesIO(pdf.render_pdf(paper))).pages[0].extract_text().split())
    assert printed.count("".join(NASTY.split())) >= 2


@pytest.mark.parametrize("data", [plan_docx, report_docx])
def test_the_file_is_whole_and_the_same_each_time(data: Any) -> None:
    with zipfile.ZipFile(io.BytesIO(data())) as archive:
        names = set(archive.namelist())
        assert archive.testzip() is None
        for name in names:
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))
            if name.endswith(".rels"):
                folder = Path(name).parent.parent
                for relation in etree.fromstring(archive.read(name)):
                    target = relation.get("Target")
                    path = target.lstrip("/") if target.startswith("/") else os.path.normpath(folder / target)
                    assert path in names, target
    assert data.__wrapped__() == data()


def test_the_pdf_is_the_same_each_time_and_has_its_fonts_inside() -> None:
    paper = exercise_plan(dt19())
    assert pdf.render_pdf(paper) == pdf.render_pdf(paper)
    assert pdf.has_times(), "install fonts-liberation2"
    fonts = set()
    for page in PdfReader(io.BytesIO(pdf.render_pdf(paper))).pages:
        resources: Any = page["/Resources"]
        fonts |= {str(font.get_object()["/BaseFont"]) for font in resources["/Font"].values()}
    assert all(re.match(r"/[A-Z]{6}\+(LiberationSerif|TimesNewRoman|Tinos|TeXGyreTermes)", font) for font in fonts), (
        fonts
    )


# What they say


def test_the_plan_names_who_answers_for_each_post_and_unit() -> None:
    document = opened(plan_docx())
    text = "\n".join(p.text for p in document.paragraphs)
    for post in dt19().posts:
        assert f"{post.head} chịu trách nhiệm về {post.name}" in text
    forces = next(t for t in document.tables if "Người đứng đầu" in [cell.text for cell in t.rows[0].cells])
    heads = {row.cells[1].text: row.cells[3].text for row in forces.rows[1:]}
    assert heads == {unit.name: unit.head for unit in dt19().units}


def test_the_plan_has_every_phase_task_situation_and_inject() -> None:
    document = opened(plan_docx())
    cells = {cell.text for table in document.tables for row in table.rows for cell in row.cells}
    text = "\n".join(p.text for p in document.paragraphs)
    assert all(phase.name in text for phase in dt19().phases)
    assert {task.target for task in dt19().tasks} <= cells
    assert {situation.name for situation in dt19().situations} <= cells
    assert {inject.message for inject in dt19().injects} <= cells


def test_the_report_says_what_breaks_first_and_what_it_cannot_measure() -> None:
    document = opened(report_docx())
    worst = min((d for d in result().deadlines if d.share is not None), key=lambda d: d.share.value if d.share else 2)
    table = next(t for t in document.tables if t.rows[0].cells[1].text == "Tình huống, việc")
    assert table.rows[1].cells[1].text.startswith(worst.situation_name)
    text = "\n".join(p.text for p in document.paragraphs)
    assert "Chạy thử không đo được: phương án tại chỗ và nhiệm vụ tại chỗ." in text
    assert "Đã thử một cách sửa" in text
    assert "chịu trách nhiệm" in text
    assert "200 lượt" in text
    pillars = next(t for t in document.tables if t.rows[0].cells[0].text == "Trụ cột")
    assert {row.cells[1].text for row in pillars.rows[1:]} >= {"việc chạy thử không đo"}


def test_a_plan_that_does_not_say_who_issues_its_papers_leaves_blanks() -> None:
    paper = exercise_plan(dataclasses.replace(dt19(), papers=None))
    assert paper.issuer == "Ủy ban nhân dân Phường 4"
    assert "…" in paper.drafted_by
    assert "…" in paper.recipients[0]


def test_a_date_that_is_known_stands_in_the_head_and_in_the_appendices() -> None:
    issuing = dataclasses.replace(dt19().papers or Issuing("A", "B"), date=date(2019, 11, 5))
    text = "\n".join(docx_texts(exercise_plan(dataclasses.replace(dt19(), papers=issuing))))
    assert "Quận 11, ngày 05 tháng 11 năm 2019" in text
    assert "/KH-UBND ngày 05 tháng 11 năm 2019 của" in text


def docx_texts(paper: Paper) -> list[str]:
    document = opened(docx.render_docx(paper))
    return [p.text for p in document.paragraphs] + [
        cell.text for table in document.tables for row in table.rows for cell in row.cells
    ]


# The table of rules in the documentation


def test_every_rule_of_the_decree_stands_beside_its_test() -> None:
    text = (ROOT / "docs" / "papers.md").read_text("utf-8")
    rows = re.findall(r"^\| ([A-H]\d+[a-c]?) \|.*\| ([^|]+) \|$", text, re.MULTILINE)
    assert [rule for rule, _ in rows] == sorted(
        {rule for rule, _ in rows}, key=lambda r: (r[0], int(re.sub(r"\D", "", r)), r)
    )
    assert {rule[0] for rule, _ in rows} == set("ABCDEFGH")
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "formats").glob("test_paper*.py"))
    for rule, where in rows:
        named = re.findall(r"`(test_\w+)`", where)
        assert named or where.startswith(("by hand", "not made")), rule
        for name in named:
            assert f"def {name}(" in tests, (rule, name)
