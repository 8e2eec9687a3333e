"""Do two edited versions of a table merge? What one side changed is taken, what both changed is a conflict."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sansang.model.merging import Change, TableRows, acceptable, changes, merged

FIELDS = ("title", "message", "planned")
VALUES: st.SearchStrategy[str | float | None] = st.sampled_from(["a", "b", "c", None])
ROWS = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, VALUES))


def whole(row: dict[str, Any]) -> dict[str, Any]:
    """A row without its empty fields."""
    return {name: value for name, value in row.items() if value is not None}


@st.composite
def tables(draw: st.DrawFn, ids: str = "pqrstuvw") -> dict[str, dict[str, Any]]:
    """Some rows in some order."""
    chosen = draw(st.lists(st.sampled_from(ids), unique=True, max_size=len(ids)))
    return {row_id: whole(draw(ROWS)) for row_id in chosen}


@st.composite
def edited(draw: st.DrawFn, base: TableRows, fresh: str) -> dict[str, dict[str, Any]]:
    """An edited version of a table: with changed fields and removed, new and moved rows."""
    rows = {row_id: dict(row) for row_id, row in base.items() if draw(st.sampled_from([True, True, True, False]))}
    for row in rows.values():
        if draw(st.booleans()):
            row[draw(st.sampled_from(FIELDS))] = draw(VALUES)
    for row_id in draw(st.lists(st.sampled_from(fresh), unique=True, max_size=2)):
        rows[row_id] = draw(ROWS)
    order = draw(st.permutations(list(rows))) if draw(st.booleans()) else list(rows)
    return {row_id: whole(rows[row_id]) for row_id in order}


@given(st.data())
def test_their_version_is_the_result_if_we_changed_nothing(data: st.DataObject) -> None:
    base = data.draw(tables())
    theirs = data.draw(edited(base, "xyz"))
    found = changes("t", base, base, theirs)
    assert not any(change.conflict for change in found)
    now = merged(base, theirs, found)
    assert now == theirs
    assert list(now) == list(theirs)


@given(st.data())
def test_a_workbook_that_nobody_changed_changes_nothing(data: st.DataObject) -> None:
    base = data.draw(tables())
    ours = data.draw(edited(base, "xyz"))
    assert changes("t", base, ours, base) == ()


@given(st.data())
def test_both_sides_making_the_same_change_is_no_change(data: st.DataObject) -> None:
    base = data.draw(tables())
    ours = data.draw(edited(base, "xyz"))
    assert changes("t", base, ours, ours) == ()


@given(st.data())
@settings(max_examples=300)
def test_edits_of_two_sides_merge_or_conflict_field_by_field(data: st.DataObject) -> None:
    base = data.draw(tables())
    ours = data.draw(edited(base, "xy"))
    theirs = data.draw(edited(base, "zw"))
    found = changes("t", base, ours, theirs)
    now = merged(ours, theirs, acceptable(found))
    fields = {(change.id, change.field): change for change in found if change.kind == "changed"}
    for row_id in base:
        if row_id not in ours or row_id not in theirs:
            continue
        for name in FIELDS:
            old, mine, new = (table[row_id].get(name) for table in (base, ours, theirs))
            change = fields.get((row_id, name))
            if new in (old, mine):
                assert change is None
                assert now[row_id].get(name) == mine
            elif mine == old:
                assert change is not None and not change.conflict
                assert now[row_id].get(name) == new
            else:
                assert change is not None and change.conflict
                assert now[row_id].get(name) == mine
    gone = {row_id for row_id in base if row_id not in theirs}
    for row_id in gone & ours.keys():
        kept = ours[row_id] != base[row_id]
        assert (row_id in now) == kept
    assert {row_id for row_id in theirs if row_id not in base} <= now.keys()
    assert {row_id for row_id in ours if row_id not in base} <= now.keys()


@given(st.data())
def test_one_edit_is_in_the_diff_and_nothing_else_is(data: st.DataObject) -> None:
    base = {row_id: row | {"title": row_id} for row_id, row in data.draw(tables()).items()}
    if not base:
        return
    row_id = data.draw(st.sampled_from(sorted(base)))
    theirs = {one: dict(row) for one, row in base.items()}
    theirs[row_id]["title"] = "other"
    assert changes("t", base, base, theirs) == (Change("changed", "t", row_id, "title", row_id, row_id, "other"),)
    without = {one: row for one, row in base.items() if one != row_id}
    assert changes("t", base, base, without) == (Change("removed", "t", row_id),)
    assert [(c.kind, c.id) for c in changes("t", without, without, base)] == [("added", row_id)]


def test_one_row_that_moved_is_one_change() -> None:
    base: TableRows = {row_id: {} for row_id in "abcdef"}
    theirs: TableRows = {row_id: {} for row_id in "aebcdf"}
    assert changes("t", base, base, theirs) == (Change("moved", "t", "e", after="a"),)


def test_a_row_that_both_moved_is_a_conflict() -> None:
    base: TableRows = {row_id: {} for row_id in "abcdef"}
    ours: TableRows = {row_id: {} for row_id in "abcdfe"}
    theirs: TableRows = {row_id: {} for row_id in "eabcdf"}
    assert [(c.kind, c.id, c.conflict) for c in changes("t", base, ours, theirs)] == [("moved", "e", True)]


def test_a_row_that_we_changed_and_they_removed_is_a_conflict_and_stays() -> None:
    base: TableRows = {"a": {"title": "1"}}
    ours: TableRows = {"a": {"title": "2"}}
    found = changes("t", base, ours, {})
    assert [(change.kind, change.conflict) for change in found] == [("removed", True)]
    assert merged(ours, {}, acceptable(found)) == ours


def test_fields_that_their_version_does_not_have_are_not_compared() -> None:
    base: TableRows = {"a": {"title": "1", "message": "x"}}
    theirs: TableRows = {"a": {"title": "2"}}
    found = changes("t", base, base, theirs, {"title"})
    assert [change.field for change in found] == ["title"]
