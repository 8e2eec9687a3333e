"""What did each side change since they parted? Three versions of a table, the changes between them, and the merge.

A table is rows by id in their order, a row is values by field. ``base`` is the version that went out, ``ours`` what
became of it here, ``theirs`` what comes back. Only what they changed is proposed; where both sides changed one
thing in different ways, that is a conflict, and a person decides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Value = str | float | None
Row = Mapping[str, Value]
Table = Mapping[str, Row]
ChangeKind = Literal["added", "changed", "removed", "moved"]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that they changed: a row that came or went, one field of a row, or the place of a row.

    ``field`` is only set for a changed field; ``base``, ``ours`` and ``theirs`` are its three values. ``after`` is
    the row of theirs before an added or moved one ("" for the first). A ``conflict`` is not taken unless named.
    """

    kind: ChangeKind
    table: str
    id: str
    field: str = ""
    base: Value = None
    ours: Value = None
    theirs: Value = None
    after: str = ""
    conflict: bool = False

    @property
    def name(self) -> str:
        """How a person names it: "tin-5", or "tin-5.planned" for a field."""
        return f"{self.id}.{self.field}" if self.field else self.id


def changes(
    table: str, base: Table, ours: Table, theirs: Table, fields: Collection[str] | None = None
) -> tuple[Change, ...]:
    """What they changed since ``base`` and we do not have yet, row by row in the order of theirs, removals last.

    ``fields`` are those that their version can say anything about; others are not compared.
    """
    found: list[Change] = []
    moved = _moved(base, theirs) if _order(ours, theirs) != _order(theirs, ours) else frozenset()
    before = ""
    for row_id, row in theirs.items():
        if row_id not in base:
            found += _came(table, row_id, row, ours, before, fields)
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


def _came(table: str, row_id: str, row: Row, ours: Table, before: str, fields: Collection[str] | None) -> list[Change]:
    """A row that is new with them; if we have one of that name too, its fields are compared without a base."""
    if row_id not in ours:
        return [Change("added", table, row_id, after=before)]
    return _fields(table, row_id, {}, ours[row_id], row, fields)


def _fields(table: str, row_id: str, base: Row, ours: Row, theirs: Row, fields: Collection[str] | None) -> list[Change]:
    found = []
    for name in dict.fromkeys([*theirs, *base]):
        if fields is not None and name not in fields:
            continue
        old, mine, new = base.get(name), ours.get(name), theirs.get(name)
        if new not in (old, mine):
            found.append(Change("changed", table, row_id, name, old, mine, new, conflict=mine != old))
    return found


def _differs(a: Row, b: Row, fields: Collection[str] | None) -> bool:
    names = set(a) | set(b)
    if fields is not None:
        names &= set(fields)
    return any(a.get(name) != b.get(name) for name in names)


def _order(table: Table, other: Table) -> list[str]:
    """The rows of a table that the other has too, in its order."""
    return [row_id for row_id in table if row_id in other]


def _before(row_id: str, table: Table, other: Table) -> str:
    """The row before this one, of those that the other table has too; "" for the first."""
    rows = _order(table, other)
    place = rows.index(row_id)
    return rows[place - 1] if place else ""


def _moved(base: Table, other: Table) -> frozenset[str]:
    """The fewest rows whose leaving puts the rest into the old order: all but a longest rising run."""
    place = {row_id: number for number, row_id in enumerate(base)}
    common = [row_id for row_id in other if row_id in place]
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for number, row_id in enumerate(common):
        at = bisect_left(ends, place[row_id])
        previous.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(place[row_id])
            last.append(number)
        else:
            ends[at], last[at] = place[row_id], number
    kept: set[str] = set()
    number = last[-1] if last else -1
    while number >= 0:
        kept.add(common[number])
        number = previous[number]
    return frozenset(common) - kept


def merged(ours: Table, theirs: Table, accepted: Iterable[Change]) -> dict[str, dict[str, Value]]:
    """Our table with the accepted changes made; what they left alone, and what was not accepted, stays ours."""
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
                _put(order, change, theirs)
            case "moved":
                order.remove(change.id)
                _put(order, change, theirs)
    return {row_id: rows[row_id] for row_id in order}


def _put(order: list[str], change: Change, theirs: Table) -> None:
    """Put a row behind the nearest row before it in theirs that we have."""
    before = list(theirs)[: list(theirs).index(change.id)]
    at = next((order.index(row_id) + 1 for row_id in reversed(before) if row_id in order), 0)
    order.insert(at, change.id)


def acceptable(all_changes: Sequence[Change]) -> tuple[Change, ...]:
    """The changes that may be taken without a look at each: all but the conflicts."""
    return tuple(change for change in all_changes if not change.conflict)
