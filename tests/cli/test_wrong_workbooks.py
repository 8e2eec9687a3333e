"""A file that can't be taken is refused: what is wrong and how to mend it, exit code 2, nothing written."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from benchmarks.foreign_dirt import contacts_alone, tracker_alone
from benchmarks.foreign_drafts import clean, written

from sansang.formats.workbook.archive import MOST_XML_BYTES
from sansang.formats.workbook.payload import SHEET
from tests.cast import sound_exercise
from tests.formats.test_workbooks import exported, reading_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def workbook(*rows: list[Any]) -> bytes:
    """A workbook with these rows on one sheet."""
    book: Any = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_members(data: bytes, **members: bytes) -> bytes:
    """A container with some members put in place of, or beside, its own ("xl__workbook.xml" is xl/workbook.xml)."""
    out = io.BytesIO()
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in members.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            if member.filename not in named:
                new.writestr(member.filename, old.read(member))
        for name, content in named.items():
            new.writestr(name, content)
    return out.getvalue()


def zeros(mebibytes: int) -> bytes:
    """A sheet of zeros that unpacks to so much; the file itself is small."""
    row = b"<row>" + b"<c><v>0</v></c>" * 16_000 + b"</row>"
    count = mebibytes * 2**20 // len(row) + 1
    out = io.BytesIO()
    base = workbook(["a", "b"])
    with (
        zipfile.ZipFile(io.BytesIO(base)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for member in old.infolist():
            if "worksheets" not in member.filename:
                new.writestr(member.filename, old.read(member))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for _ in range(count):
                sheet.write(row)
            sheet.write(b"</sheetData></worksheet>")
    return out.getvalue()


def _entities() -> bytes:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><sst>&b;</sst>'
    return with_members(workbook(["a"]), xl__sharedStrings_dot_xml=bomb)


def _draft(dirt: Callable[[Any], None]) -> bytes:
    draft = clean("en")
    dirt(draft)
    return written(draft)[1]


def _locked_zip() -> bytes:
    data = bytearray(workbook(["a", "b", "c"]))
    # The flag "encrypted" of the first member, in its own header and in the directory.
    local, central = data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    return bytes(data)


def _wrong_payload(change: Callable[[Any], None]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(exported(reading_of(sound_exercise()))))
    change(book[SHEET])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _far_cell() -> bytes:
    cells = "".join(
        f'<table:table-row><table:table-cell office:value-type="float" office:value="{n}"/></table:table-row>'
        for n in "12"
    )
    far = (
        '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="900" '
        'office:value-type="float" office:value="0"/></table:table-row>'
    )
    draft = clean("en")
    draft.kind = "ods"
    data = written(draft)[1]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        content = archive.read("content.xml").decode().replace("</table:table>", cells + far + "</table:table>")
    return with_members(data, content_dot_xml=content.encode())


FILES: dict[str, tuple[str, str, Callable[[], bytes]]] = {
    "an empty file": ("list.xlsx", "empty", lambda: b""),
    "a file of zero bytes": ("list.xlsx", "empty", lambda: b"\0" * 5000),
    "a picture": ("list.xlsx", "not-a-workbook", lambda: b"\x89PNG\r\n\x1a\n" + b"x" * 100),
    "a PDF": ("list.pdf", "not-a-workbook", lambda: b"%PDF-1.7 ..."),
    "a web page called .xls": ("list.xls", "not-a-workbook", lambda: b"<html><table><tr><td>1</td></tr></table>"),
    "an XML file": ("list.xml", "not-a-workbook", lambda: b'<?xml version="1.0"?><Workbook/>'),
    "a JSON file": ("list.json", "not-a-workbook", lambda: b'{"a": 1}'),
    "a text document": (
        "list.docx",
        "not-a-workbook",
        lambda: with_members(workbook(["a"]), word__document_dot_xml=b"<x/>", xl__workbook_dot_xml=b"").replace(
            b"xl/workbook.xml", b"xx/workbook.xml"
        ),
    ),
    "an archive of other things": ("list.zip", "not-a-workbook", lambda: _zip({"readme.txt": b"hello"})),
    "a cut off workbook": ("list.xlsx", "damaged", lambda: workbook(["a", "b"])[:-400]),
    "a damaged member": ("list.xlsx", "damaged", lambda: _flip(workbook(["No.", "Message", "To"]))),
    "a sheet that is no XML": (
        "list.xlsx",
        "damaged",
        lambda: with_members(workbook(["a"]), xl__worksheets__sheet1_dot_xml=b"<worksheet><sheetData><row>"),
    ),
    "an old workbook that is damaged": ("list.xls", "damaged", lambda: OLE + b"\1" * 4000),
    "an old workbook with a password": (
        "list.xlsx",
        "protected",
        lambda: OLE + "EncryptedPackage".encode("utf-16-le") * 9,
    ),
    "a locked archive": ("list.xlsx", "protected", _locked_zip),
    "entities": ("list.xlsx", "entities", _entities),
    "a sheet of zeros": ("list.xlsx", "too-large", lambda: zeros(MOST_XML_BYTES // 2**20 + 4)),
    "a cell far away, repeated": ("list.ods", "too-large", _far_cell),
    "binary data": ("list.csv", "binary", lambda: bytes(range(256)) * 40),
    "text without columns": ("list.csv", "not-a-table", "chỉ một dòng chữ\nvà một dòng nữa\n".encode),
    "a quotation mark that never closes": ("list.csv", "damaged", lambda: b'a,b\n1,"' + b"x" * (2**20 + 10)),
    "a list of contacts": ("list.xlsx", "not-a-list", lambda: _draft(contacts_alone)),
    "a mission tracker": ("list.xlsx", "not-a-list", lambda: _draft(tracker_alone)),
    "a table of something else": (
        "list.xlsx",
        "not-a-list",
        lambda: workbook(["Cây", "Cao", "Tuổi"], ["Sao", 12, 40], ["Dầu", 15, 60]),
    ),
    "sheets without anything": ("list.xlsx", "nothing-in-it", workbook),
    "an exported version that is damaged": (
        "list.xlsx",
        "payload-damaged",
        lambda: _wrong_payload(lambda sheet: sheet.delete_rows(2)),
    ),
    "a workbook of a newer version": (
        "list.xlsx",
        "workbook-too-new",
        lambda: _wrong_payload(lambda sheet: sheet.cell(1, 1, "sansang workbook 99")),
    ),
}


def _zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _flip(data: bytes) -> bytes:
    """One bit of a sheet's packed bytes turned."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    changed = bytearray(data)
    changed[at] ^= 0x10
    return bytes(changed)


def run(*words: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    """The program with these arguments."""
    return subprocess.run(
        [sys.executable, "-m", "sansang", "--lang", lang, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_can_not_be_taken_is_refused_with_its_reason(name: str, tmp_path: Path) -> None:
    file, code, make = FILES[name]
    path = tmp_path / file
    path.write_bytes(make())
    done = run("msel", "import", str(path), "--out", str(tmp_path / "plan"), "--json", lang="vi")
    assert done.returncode == 2, done.stdout + done.stderr
    told = json.loads(done.stdout)
    assert told["imported"] == 0
    errors = [problem for problem in told["problems"] if problem["severity"] == "error"]
    assert code in {problem["code"] for problem in errors}
    assert all(problem["file"] == file and problem["message"].count(".") >= 2 for problem in errors)
    assert not (tmp_path / "plan").exists()
    assert "Traceback" not in done.stderr


def test_there_are_at_least_twenty_kinds() -> None:
    assert len(FILES) >= 20


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--map", "Vest"], "HEADING=FIELD"),
        (["--map", "Vest=colour"], "no field colour"),
        (["--day", "14/11/2026"], "--day 2026-11-14"),
        (["--start", "half past"], "--start 2026-11-14T07:30"),
        (["--sheet", "Nirgends"], "There is no sheet"),
        (["--headings", "missing.toml"], "no such file"),
    ],
)
def test_a_wrong_request_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(written(clean("en"))[1])
    done = run("msel", "import", str(path), "--out", str(tmp_path / "plan"), *words)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize(
    "text",
    ["[fields\n", "[fields]\ncolour = ['x']\n", "[fields]\nmessage = 'x'\n", "[others]\nbirds = {}\n", "fields = 3\n"],
)
def test_a_wrong_table_of_headings_is_refused_with_its_place(text: str, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(written(clean("en"))[1])
    (tmp_path / "own.toml").write_text(text)
    done = run("msel", "import", str(path), "--out", str(tmp_path / "plan"), "--headings", str(tmp_path / "own.toml"))
    assert done.returncode == 2
    assert "own.toml" in done.stderr
    assert not (tmp_path / "plan").exists()


def test_a_missing_file_and_a_folder_in_its_place_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing.xlsx", tmp_path):
        done = run("msel", "import", str(path), "--out", str(tmp_path / "plan"))
        assert done.returncode == 2
        assert str(path) in done.stderr
        assert not (tmp_path / "plan").exists()


def test_a_folder_with_other_things_is_not_filled(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(written(clean("en"))[1])
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "letter.txt").write_text("dear")
    done = run("msel", "import", str(path), "--out", str(tmp_path / "plan"))
    assert done.returncode == 2
    assert [one.name for one in (tmp_path / "plan").iterdir()] == ["letter.txt"]


def test_a_workbook_of_the_other_kind_names_the_right_command(tmp_path: Path) -> None:
    path = tmp_path / "forces.xlsx"
    path.write_bytes(exported(reading_of(sound_exercise()), "forces"))
    done = run("msel", "import", str(path), "--out", str(tmp_path / "plan"))
    assert done.returncode == 2
    assert "sansang forces import" in done.stderr
