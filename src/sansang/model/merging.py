"""What did each side change since the common version? A three-way merge of tables.

A table is an ordered mapping from row id to row; a row maps fields to values. ``base`` is the exported version,
``ours`` the current one, ``theirs`` the edited one that is imported. Only their changes are proposed; where both sides
changed the same field or row differently, the change is a conflict that a person decides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

FieldValue = str | float | None
RowFields = Mapping[str, FieldValue]
TableRows = Mapping[str, RowFields]
ChangeKind = Literal["added", "changed", "removed", "moved"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of theirs: a row added, removed or moved, or one field of a row changed.

    ``field`` is only set for a changed field; ``base``, ``ours`` and ``theirs`` are its three values. ``after`` is the
    id of the row that precedes an added or moved row in theirs ("" for the first). A ``conflict`` is only accepted by
    name.
    """

    kind: ChangeKind
    table: str
    id: str
    field: str = ""
    base: FieldValue = None
    ours: FieldValue = None
    theirs: FieldValue = None
    after: str = ""
    conflict: bool = False

    @property
    def name(self) -> str:
        """The name by which a person accepts it: "tin-5", or "tin-5.planned" for a field."""
        return f"{self.id}.{self.field}" if self.field else self.id


def changes(
    table: str, base: TableRows, ours: TableRows, theirs: TableRows, fields: Collection[str] | None = None
) -> tuple[Change, ...]:
    """Their changes since ``base`` that ours lacks, row by row in the order of theirs, removals last.

    ``fields`` limits the comparison to the fields that their version contains; None compares all.
    """
    found: list[Change] = []
    moved = _moved(base, theirs) if _order(ours, theirs) != _order(theirs, ours) else frozenset()
    before = ""
    for row_id, row in theirs.items():
        if row_id not in base:
            found += _added(table, row_id, row, ours, before, fields)
        elif row_id not in ours:
            if _differs(base[row_id], row, fields):
                found.append(Change("added", table, row_id, after=before, conflict=True))
        else:
            found += _fields(table, row_id, base[row_id], ours[row_id], row, fields)
            if row_id in moved:
                here = _before(row_id, ours, base) != _before(row_id, base, ours)
                found.append(Change("moved", table, row_id, after=before, conflict=here))
        before = row_id
    for row_id, row in base.items():
        if row_id not in theirs and row_id in ours:
            changed_here = _differs(row, ours[row_id], None)
            found.append(Change("removed", table, row_id, conflict=changed_here))
    return tuple(found)


def _added(
    table: str, row_id: str, row: RowFields, ours: TableRows, before: str, fields: Collection[str] | None
) -> list[Change]:
    """Changes for a row that is new in theirs; if ours has that id too, the fields are compared without a base."""
    if row_id not in ours:
        return [Change("added", table, row_id, after=before)]
    return _fields(table, row_id, {}, ours[row_id], row, fields)


def _fields(
    table: str, row_id: str, base: RowFields, ours: RowFields, theirs: RowFields, fields: Collection[str] | None
) -> list[Change]:
    found = []
    for name in dict.fromkeys([*theirs, *base]):
        if fields is not None and name not in fields:
            continue
        old, current, new = base.get(name), ours.get(name), theirs.get(name)
        if new not in (old, current):
            found.append(Change("changed", table, row_id, name, old, current, new, conflict=current != old))
    return found


def _differs(a: RowFields, b: RowFields, fields: Collection[str] | None) -> bool:
    names = set(a) | set(b)
    if fields is not None:
        names &= set(fields)
    return any(a.get(name) != b.get(name) for name in names)


def _order(table: TableRows, other: TableRows) -> list[str]:
    """The ids of the rows that both tables have, in the order of the first."""
    return [row_id for row_id in table if row_id in other]


def _before(row_id: str, table: TableRows, other: TableRows) -> str:
    """The id of the nearest row before this one that the other table has too; "" if there is none."""
    rows = _order(table, other)
    index = rows.index(row_id)
    return rows[index - 1] if index else ""


def _moved(base: TableRows, other: TableRows) -> frozenset[str]:
    """The fewest rows whose removal leaves the rest in order: all but a longest increasing subsequence."""
    rank = {row_id: number for number, row_id in enumerate(base)}
    common = [row_id for row_id in other if row_id in rank]
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, row_id in enumerate(common):
        at = bisect_left(ends, rank[row_id])
        previous.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(rank[row_id])
            last.append(number)
        else:
            ends[at], last[at] = rank[row_id], number
    kept: set[str] = set()
    number = last[-1] if last else -1
    while number >= 0:
        kept.add(common[number])
        number = previous[number]
    return frozenset(common) - kept


def merged(ours: TableRows, theirs: TableRows, accepted: Iterable[Change]) -> dict[str, dict[str, FieldValue]]:
    """Our table with the accepted changes applied; everything else stays as it is in ours."""
    rows = {row_id: dict(row) for row_id, row in ours.items()}
    order = list(rows)
    for change in accepted:
        match change.kind:
            case "removed":
                rows.pop(change.id, None)
                order = [row_id for row_id in order if row_id != change.id]
            case "changed":
                if change.theirs is None:
                    rows[change.id].pop(change.field, None)
                else:
                    rows[change.id][change.field] = change.theirs
            case "added":
                rows[change.id] = {name: value for name, value in theirs[change.id].items() if value is not None}
                _insert(order, change, theirs)
            case "moved":
                order.remove(change.id)
                _insert(order, change, theirs)
    return {row_id: rows[row_id] for row_id in order}


def _insert(order: list[str], change: Change, theirs: TableRows) -> None:
    """Insert a row after the nearest preceding row of theirs that is already in the order."""
    before = list(theirs)[: list(theirs).index(change.id)]
    at = next((order.index(row_id) + 1 for row_id in reversed(before) if row_id in order), 0)
    order.insert(at, change.id)


def acceptable(all_changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that can be accepted without deciding each: all but the conflicts."""
    return tuple(change for change in all_changes if not change.conflict)
