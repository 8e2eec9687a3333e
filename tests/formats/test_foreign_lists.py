"""A foreign list comes in as it was meant: every kind of dirt alone and together, in both languages."""

from __future__ import annotations

import io
from datetime import time
from typing import Any

import openpyxl
import pytest
from benchmarks.foreign_drafts import Draft, clean, written
from benchmarks.foreign_lists import ALONE, TOGETHER, drafts, score

from sansang.formats.workbook import ImportOptions
from sansang.formats.workbook.foreign_list import MasterList, read_list
from sansang.formats.workbook.headings import default_headings, extended_headings
from sansang.formats.workbook.open_file import open_book

CORPUS = [pytest.param(name, language, draft, id=f"{name} ({language})") for name, language, draft in drafts()]


@pytest.mark.parametrize(("name", "language", "draft"), CORPUS)
def test_a_dirty_list_is_read_as_it_was_meant(name: str, language: str, draft: Draft) -> None:
    scored = score(name, language, draft)
    assert scored.wrong == ()
    assert scored.whole


def test_the_corpus_has_every_kind_of_dirt_alone_and_some_together() -> None:
    assert len(CORPUS) >= 40
    assert len(TOGETHER) >= 8
    assert all(len(dirts) <= 3 for dirts in ALONE.values())


def test_a_near_miss_is_always_named_with_what_it_was_taken_for() -> None:
    draft = clean("en")
    draft.sheets[0].heads["method"] = "Methood"
    found = read_list("list.xlsx", open_book(*written(draft)), ImportOptions())
    near = [problem for problem in found.problems if problem.code == "heading-near"]
    assert [(p.values["heading"], p.values["field"]) for p in near] == [("Methood", "method")]
    assert found.injects[0]["method"] == "letter"


def test_a_mapping_overrules_what_a_heading_seems_to_mean() -> None:
    draft = clean("en")
    draft.sheets[0].heads["controller_notes"] = "Vest"
    draft.sheets[0].rows[0].values["controller_notes"] = "blue"
    book = open_book(*written(draft))
    found = read_list("list.xlsx", book, ImportOptions(mapping={"Vest": "location", "Method": ""}))
    assert found.injects[0]["location"] == "blue"
    assert "method" not in found.injects[0]
    assert found.injects[0]["other_columns"] == {"Method": "letter"}


def test_a_locality_adds_its_own_words() -> None:
    draft = clean("vi")
    draft.sheets[0].heads |= {"message": "Lời loan", "receiver": "Ai nghe"}
    headings = extended_headings("headings.toml", '[fields]\nmessage = ["lời loan"]\nreceiver = ["ai nghe"]\n'.encode())
    found = read_list("list.xlsx", open_book(*written(draft)), ImportOptions(headings=headings))
    assert [inject["receiver"] for inject in found.injects][:2] == ["UBND phường", "Trực ban"]
    assert not any(problem.code.startswith("heading") for problem in found.problems)
    assert default_headings().match("Lời loan") is None


def test_what_is_not_understood_is_kept_beside_the_rest() -> None:
    draft = clean("en")
    sheet = draft.sheets[0]
    sheet.fields.append("status")
    sheet.heads["status"] = "Status"
    for row in sheet.rows:
        row.values["status"] = "approved"
    sheet.rows[4].values["status"] = "purple"
    found = read_list("list.xlsx", open_book(*written(draft)), ImportOptions())
    assert [inject.get("status") for inject in found.injects].count("approved") == 9
    assert found.injects[4]["other_columns"] == {"Status": "purple"}
    told = [problem for problem in found.problems if problem.code == "word-unknown"]
    assert [str(problem.spot) for problem in told] == ["list.xlsx: 'MSEL'!K7"]


def test_objectives_phases_and_parents_become_references() -> None:
    draft = clean("en")
    sheet = draft.sheets[0]
    for name, heading in (("objectives", "Objectives"), ("parent", "Follows"), ("deadline", "Deadline")):
        sheet.fields.append(name)
        sheet.heads[name] = heading
    sheet.rows[1].values |= {"objectives": "1, 2", "parent": "1", "deadline": "15 min"}
    sheet.rows[2].values |= {"objectives": "Objective two is met\nObjective three", "parent": "99"}
    found = read_list("list.xlsx", open_book(*written(draft)), ImportOptions())
    assert found.injects[1]["objectives"] == ["mt-1", "mt-2"]
    assert found.injects[1]["parent"] == found.injects[0]["id"]
    assert found.injects[1]["deadline"] == found.injects[1]["planned"] + 15
    named = [found.objectives[one] for one in found.injects[2]["objectives"]]
    assert named == [
        "Objective two is met",
        "Objective three",
    ]
    assert found.injects[2]["other_columns"] == {"Follows": "99"}


# Lists as the field writes them


def listed(*rows: list[Any], merges: tuple[str, ...] = (), cover: tuple[list[Any], ...] = ()) -> MasterList:
    """A list of these rows, perhaps behind a cover."""
    book: Any = openpyxl.Workbook()
    sheet = book.active
    if cover:
        sheet.title = "Cover"
        for row in cover:
            sheet.append(row)
        sheet = book.create_sheet("MSEL")
    for row in rows:
        sheet.append(row)
    for merge in merges:
        sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return read_list("list.xlsx", open_book("list.xlsx", out.getvalue()), ImportOptions())


def test_a_script_of_a_ward_with_roman_sections_and_another_papers_date() -> None:
    found = listed(
        ["ỦY BAN NHÂN DÂN PHƯỜNG X", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
        ["KỊCH BẢN DIỄN TẬP ỨNG PHÓ TRIỀU CƯỜNG"],
        ["(Kèm theo Kế hoạch số 12/KH-UBND ngày 01 tháng 11 năm 2026)"],
        ["Thời gian: 07 giờ 30, ngày 20 tháng 11 năm 2026"],
        ["STT", "Thời gian", "Nội dung tình huống", "Lực lượng tham gia", "Biện pháp xử lý", "Ghi chú"],
        ["I", "GIAI ĐOẠN 1: VẬN HÀNH CƠ CHẾ"],
        [1, "7h30 - 7h45", "Khai mạc", "Toàn bộ", "Ổn định tổ chức", None],
        ["II", "GIAI ĐOẠN 2: THỰC BINH"],
        [2, "8h00 - 8h30", "Sập nhà tại khu phố 3", "Dân quân, Y tế", "Cứu sập", "Có quân xanh"],
        [None, None, "- Nhà cấp 4, mái tôn", None, "- Điều xe cứu thương", None],
        [None, None, None, None, "TM. ỦY BAN NHÂN DÂN"],
        merges=("B6:F6", "B8:F8"),
    )
    assert found.title == "KỊCH BẢN DIỄN TẬP ỨNG PHÓ TRIỀU CƯỜNG"
    assert found.start.isoformat() == "2026-11-20T07:30:00+07:00"
    assert [(i["number"], i["planned"], i["receiver"]) for i in found.injects] == [
        ("1", 0.0, "Toàn bộ"),
        ("2", 30.0, "Dân quân, Y tế"),
    ]
    assert found.injects[1]["message"] == "Sập nhà tại khu phố 3\n- Nhà cấp 4, mái tôn"
    names = list(found.phases.values())
    assert names == ["GIAI ĐOẠN 1: VẬN HÀNH CƠ CHẾ", "GIAI ĐOẠN 2: THỰC BINH"]


def test_a_list_of_two_days_with_the_day_in_words() -> None:
    found = listed(
        ["Master Scenario Events List (MSEL)"],
        ["Event #", "Event Time", "Event Type", "Inject Mode", "From", "To", "Event Description", "Expected Action"],
        ["Day 1, Tuesday, June 9, 2026"],
        [1, time(8, 0), "Administrative", "In person", "Director", "All", "StartEx.", "None"],
        ["2a", "0820", "Contingency Inject", "Phone", "SimCell", "EOC", "Remind EOC", "EOC activates"],
        ["Day 2, Wednesday, June 10, 2026"],
        [4, "0800", "Inject", "E-mail/phone", "NWS", "EOC", "Flash flood warning", "Warn public"],
        merges=("A3:H3", "A6:H6"),
    )
    assert [(i["number"], i["planned"]) for i in found.injects] == [("1", 0.0), ("2a", 20.0), ("4", 1440.0)]
    assert [i.get("event_type", "inject") for i in found.injects] == ["administrative", "contingency", "inject"]


def test_a_start_on_a_cover_and_numbers_under_the_heading_inject() -> None:
    found = listed(
        ["Inject", "T+", "Question / Inject", "From", "To", "Exp. response", "Facilitator"],
        ["1", "T+0", "Start", "Control", "All", "Ack", "Kim"],
        ["2", "T+15", "Flood", "Control", "EOC", "Act", "Kim"],
        cover=(["Exercise plan"], ["Date: March 5, 2026"], ["StartEx: 0800"]),
    )
    assert found.start.isoformat() == "2026-03-05T08:00:00+07:00"
    assert [(i["number"], i["planned"], i["message"], i["expected_action"]) for i in found.injects] == [
        ("1", 0.0, "Start", "Ack"),
        ("2", 15.0, "Flood", "Act"),
    ]
    assert {problem.code for problem in found.problems} == {"time-guessed", "not-a-list"}
