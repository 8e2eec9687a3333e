"""Can a locality use its own template? It is filled in like the built-in one, and refused if it is unsafe."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document

from sansang.formats.papers import docx
from sansang.formats.papers.template import (
    BLOCK_PLACEHOLDERS,
    INLINE_PLACEHOLDERS,
    MAX_UNPACKED_BYTES,
    default_template,
)
from sansang.formats.problems import Unreadable
from sansang.words import Voice
from tests.cli.test_terminal import ENGLISH, sansang
from tests.formats.test_papers import opened, small

EXAMPLE = Path(__file__).parents[2] / "examples" / "hem-chay"


def with_parts(**changes: bytes | None) -> bytes:
    """The built-in template with parts added, replaced or removed (None); __ in a name is a /, _dot_ a dot."""
    named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in changes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(default_template())) as given, zipfile.ZipFile(out, "w") as made:
        for entry in given.infolist():
            if entry.filename not in named:
                made.writestr(entry.filename, given.read(entry))
        for name, data in named.items():
            if data is not None:
                made.writestr(name, data)
    return out.getvalue()


def with_text(old: str, new: str) -> bytes:
    """The built-in template with a text replaced."""
    with zipfile.ZipFile(io.BytesIO(default_template())) as given:
        text = given.read("word/document.xml").decode()
    assert old in text
    return with_parts(word__document_dot_xml=text.replace(old, new).encode())


def refused(data: bytes) -> str:
    """The code with which a template is refused; the problem is in both languages and names the file."""
    with pytest.raises(Unreadable) as wrong:
        docx.render_docx(small(), data, "mau.docx")
    (problem,) = wrong.value.problems
    assert problem.spot.file.startswith("mau.docx")
    assert problem.say(Voice("vi")) != problem.say(Voice("en"))
    return problem.code


def test_a_localitys_template_keeps_its_letterhead_and_gets_the_text() -> None:
    own = opened(default_template())
    own.paragraphs[0].insert_paragraph_before("PHÒNG KINH TẾ - HẠ TẦNG")
    out = io.BytesIO()
    own.save(out)
    document = opened(docx.render_docx(small(), out.getvalue(), "mau.docx"))
    texts = [p.text for p in document.paragraphs]
    assert "PHÒNG KINH TẾ - HẠ TẦNG" in texts
    assert "I. MỤC ĐÍCH" in texts
    assert not [text for text in texts if "{{" in text or "sansang" in text]


def test_no_template_removes_the_mark_the_page_numbers_or_the_open_number() -> None:
    own = opened(with_text("{{ number }}", "{{ number }}"))
    section = own.sections[0]
    section.different_first_page_header_footer = False
    section.header.paragraphs[0].text = "Đầu trang riêng"
    own.settings.odd_and_even_pages_header_footer = True
    out = io.BytesIO()
    own.save(out)
    document = opened(docx.render_docx(small(), out.getvalue(), "mau.docx"))
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert not document.settings.odd_and_even_pages_header_footer
    for header in (section.header, section.first_page_header):
        marks = [e.get("string") for e in header._element.iter("{urn:schemas-microsoft-com:vml}textpath")]
        assert [words for words in marks if words] == ["DIỄN TẬP"]
    assert "Số:      /KH-UBND" in document.tables[0].rows[1].cells[0].text


@pytest.mark.parametrize("word", [*INLINE_PLACEHOLDERS, *BLOCK_PLACEHOLDERS])
def test_a_template_that_lacks_a_word_is_refused(word: str) -> None:
    assert refused(with_text(f"{{{{ {word} }}}}", "")) == "template-lacks"


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("{{ title }} {{ unknown_word }}", "template-broken"),
        ("{{ title }} {% if title %}", "template-broken"),
        ("{{ title }} {{ 1 / 0 }}", "template-broken"),
        ("{{ title }} {{ title.__class__.__mro__ }}", "template-broken"),
        ("{{ title }} {{ ''.__class__ }}", "template-broken"),
    ],
)
def test_a_placeholder_that_cannot_be_filled_is_refused(new: str, code: str) -> None:
    assert refused(with_text("{{ title }}", new)) == code


def test_what_is_no_docx_is_refused() -> None:
    assert refused(b"") == "no-docx"
    assert refused(b"PK\x03\x04 broken") == "no-docx"
    assert refused(b"{\\rtf1}") == "no-docx"
    assert refused(with_parts(word__document_dot_xml=None)) == "no-docx"
    assert refused(with_parts(word__document_dot_xml=b"<w:document")) == "no-docx"


def test_an_absurd_template_is_refused_before_it_is_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("word/document.xml", b" " * (MAX_UNPACKED_BYTES + 1))
    assert len(out.getvalue()) < MAX_UNPACKED_BYTES / 100
    assert refused(out.getvalue()) == "template-too-large"
    assert refused(with_parts(**{f"x{n}": b"" for n in range(301)})) == "template-too-large"


def test_what_points_outside_or_holds_pictures_or_entities_is_refused() -> None:
    link = b'<Relationships><Relationship Id="r" TargetMode="External" Target="http://x"/></Relationships>'
    assert refused(with_parts(word___rels__settings_dot_xml_dot_rels=link)) == "template-outside"
    assert refused(with_parts(word__media__seal_dot_png=b"x")) == "template-picture"
    entity = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    assert refused(with_parts(word__extra_dot_xml=entity)) == "template-entities"


def test_a_refused_template_exits_with_2_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "mau.docx").write_text("không phải DOCX", "utf-8")
    done = sansang("paper", "plan", EXAMPLE, "--template", tmp_path / "mau.docx", "--out", tmp_path / "p", **ENGLISH)
    assert done.returncode == 2
    assert "This is no DOCX" in done.stderr
    missing = sansang("paper", "plan", EXAMPLE, "--template", tmp_path / "x.docx", "--out", tmp_path / "p", **ENGLISH)
    assert missing.returncode == 2
    assert "can't be read" in missing.stderr
    assert not (tmp_path / "p").exists()


def test_plan_report_and_template_are_written_and_named(tmp_path: Path) -> None:
    done = sansang("paper", "template", tmp_path / "mau.docx")
    assert done.returncode == 0, done.stderr
    assert Document(str(tmp_path / "mau.docx"))
    out = tmp_path / "p"
    plan = sansang("paper", "plan", EXAMPLE, "--template", tmp_path / "mau.docx", "--out", out)
    assert plan.returncode == 0, plan.stderr
    words = ("paper", "report", EXAMPLE, "--runs", "200", "--set", "wards.minh-phung.stores.den-pin=4", "--out", out)
    report = sansang(*words)
    assert report.returncode == 0, report.stderr
    assert {path.name for path in out.iterdir()} == {
        "ke-hoach-hem-chay.docx",
        "ke-hoach-hem-chay.pdf",
        "bao-cao-hem-chay.docx",
        "bao-cao-hem-chay.pdf",
    }
    text = "\n".join(p.text for p in Document(str(out / "bao-cao-hem-chay.docx")).paragraphs)
    assert "Sửa: kho phường Minh Phụng có 4 den pin" in text
    assert "Mọi trang có chữ VÍ DỤ" in report.stdout
    wrong = sansang("paper", "template", tmp_path / "mau.odt")
    assert wrong.returncode == 2
    assert not (tmp_path / "mau.odt").exists()


def test_a_stored_result_is_used_instead_of_a_new_rehearsal(tmp_path: Path) -> None:
    import shutil

    copy = tmp_path / "hem-chay"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("results", "papers"))
    assert sansang("rehearse", copy, "--runs", "300").returncode == 0
    (stored,) = (copy / "results").glob("*/result.json")
    # A figure that no rehearsal would give shows where the report's figures come from.
    stored.write_text(stored.read_text("utf-8").replace('"replications": 300', '"replications": 123456'), "utf-8")
    assert sansang("paper", "report", copy, "--runs", "300", "--no-pdf").returncode == 0
    text = "\n".join(p.text for p in Document(str(copy / "papers" / "bao-cao-hem-chay.docx")).paragraphs)
    assert "123.456 lượt" in text
    assert not (copy / "papers" / "bao-cao-hem-chay.pdf").exists()
