"""A foreign list comes in as it was meant: every kind of dirt alone and together, in both languages."""

from __future__ import annotations

import pytest
from benchmarks.foreign_drafts import Draft, clean, written
from benchmarks.foreign_lists import ALONE, TOGETHER, drafts, score

from sansang.formats.workbook.headings import extended, known
from sansang.formats.workbook.listing import Options, read_list
from sansang.formats.workbook.opening import open_book

CORPUS = [pytest.param(name, language, draft, id=f"{name} ({language})") for name, language, draft in drafts()]


@pytest.mark.parametrize(("name", "language", "draft"), CORPUS)
def test_a_dirty_list_is_read_as_it_was_meant(name: str, language: str, draft: Draft) -> None:
    found = score(name, language, draft)
    assert found.wrong == ()
    assert found.whole


def test_the_corpus_has_every_kind_of_dirt_alone_and_some_together() -> None:
    assert len(CORPUS) >= 40
    assert len(TOGETHER) >= 8
    assert all(len(dirts) <= 3 for dirts in ALONE.values())


def test_a_near_miss_is_always_named_with_what_it_was_taken_for() -> None:
    draft = clean("en")
    draft.sheets[0].heads["method"] = "Methood"
    listed = read_list("list.xlsx", open_book(*written(draft)), Options())
    near = [problem for problem in listed.problems if problem.code == "heading-near"]
    assert [(p.values["heading"], p.values["field"]) for p in near] == [("Methood", "method")]
    assert listed.injects[0]["method"] == "letter"


def test_a_mapping_overrules_what_a_heading_seems_to_mean() -> None:
    draft = clean("en")
    draft.sheets[0].heads["controller_notes"] = "Vest"
    draft.sheets[0].rows[0].values["controller_notes"] = "blue"
    book = open_book(*written(draft))
    listed = read_list("list.xlsx", book, Options(mapping={"Vest": "location", "Method": ""}))
    assert listed.injects[0]["location"] == "blue"
    assert "method" not in listed.injects[0]
    assert listed.injects[0]["other_columns"] == {"Method": "letter"}


def test_a_locality_adds_its_own_words() -> None:
    draft = clean("vi")
    draft.sheets[0].heads |= {"message": "Lời loan", "receiver": "Ai nghe"}
    headings = extended("headings.toml", '[fields]\nmessage = ["lời loan"]\nreceiver = ["ai nghe"]\n'.encode())
    listed = read_list("list.xlsx", open_book(*written(draft)), Options(headings=headings))
    assert [inject["receiver"] for inject in listed.injects][:2] == ["UBND phường", "Trực ban"]
    assert not any(problem.code.startswith("heading") for problem in listed.problems)
    assert known().match("Lời loan") is None


def test_what_is_not_understood_is_kept_beside_the_rest() -> None:
    draft = clean("en")
    sheet = draft.sheets[0]
    sheet.fields.append("status")
    sheet.heads["status"] = "Status"
    for row in sheet.rows:
        row.values["status"] = "approved"
    sheet.rows[4].values["status"] = "purple"
    listed = read_list("list.xlsx", open_book(*written(draft)), Options())
    assert [inject.get("status") for inject in listed.injects].count("approved") == 9
    assert listed.injects[4]["other_columns"] == {"Status": "purple"}
    told = [problem for problem in listed.problems if problem.code == "word-unknown"]
    assert [str(problem.spot) for problem in told] == ["list.xlsx: 'MSEL'!K7"]


def test_objectives_phases_and_parents_become_references() -> None:
    draft = clean("en")
    sheet = draft.sheets[0]
    for name, heading in (("objectives", "Objectives"), ("parent", "Follows"), ("deadline", "Deadline")):
        sheet.fields.append(name)
        sheet.heads[name] = heading
    sheet.rows[1].values |= {"objectives": "1, 2", "parent": "1", "deadline": "15 min"}
    sheet.rows[2].values |= {"objectives": "Objective two is met\nObjective three", "parent": "99"}
    listed = read_list("list.xlsx", open_book(*written(draft)), Options())
    assert listed.injects[1]["objectives"] == ["mt-1", "mt-2"]
    assert listed.injects[1]["parent"] == listed.injects[0]["id"]
    assert listed.injects[1]["deadline"] == listed.injects[1]["planned"] + 15
    named = [listed.objectives[one] for one in listed.injects[2]["objectives"]]
    assert named == [
        "Objective two is met",
        "Objective three",
    ]
    assert listed.injects[2]["other_columns"] == {"Follows": "99"}
