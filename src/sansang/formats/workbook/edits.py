"""What do accepted changes of a workbook do to a plan? Rows turned into edits of its data and of its files."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sansang.formats.scenario.edit import REMOVED, ListEdit, Path
from sansang.formats.workbook.columns import plan_value
from sansang.formats.workbook.injects import in_key_order
from sansang.formats.workbook.tables import DEFAULTS, FACTS, OTHER, TableForm, Tables, tables_of
from sansang.model.merging import Change, merged

#: The lists of a plan that a table stands for row by row.
LISTED = ("phases", "roles", "units", "objectives", "tasks", "injects")
#: What an item must have, also where it holds nothing.
_REQUIRED = {
    "objectives": ("text",),
    "tasks": ("text",),
    "roles": ("name",),
    "phases": ("name",),
    "units": ("name",),
}
_CONSTANT = ("number", "priority")


@dataclass
class Edits:
    """Edits of a plan: values by path from the top, and lists by key."""

    top: dict[Path, Any] = field(default_factory=dict)
    changed: dict[str, dict[str, dict[Path, Any]]] = field(default_factory=dict)
    added: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)

    def set(self, key: str, item: str, path: Path, value: Any) -> None:
        """Set a value within an item of a list."""
        self.changed.setdefault(key, {}).setdefault(item, {})[path] = value

    def lists(self, data: Mapping[str, Any]) -> list[ListEdit]:
        """The edits of each list, with the order of its items at the end."""
        keys = list(dict.fromkeys([*self.changed, *self.added, *self.order]))
        found = []
        for key in keys:
            order = self.order.get(key, [item["id"] for item in data.get(key, [])])
            changed = {name: paths for name, paths in self.changed.get(key, {}).items() if name in order}
            found.append(ListEdit(key, tuple(order), changed, self.added.get(key, {})))
        return found


def edits_of(data: Mapping[str, Any], forms: Sequence[TableForm], theirs: Tables, accepted: Iterable[Change]) -> Edits:
    """The edits of a plan's data that the accepted changes mean; raises ValueError for a value without its form."""
    edits = Edits()
    ours = tables_of(data, tuple(forms))
    by_table: dict[str, list[Change]] = {}
    for change in accepted:
        by_table.setdefault(change.table, []).append(change)
    for form in forms:
        changes = by_table.get(form.name, [])
        if not changes:
            continue
        if form.name in LISTED:
            _listed(edits, form, data, ours[form.name], theirs[form.name], changes)
        elif form.name == "exercise":
            for change in changes:
                kind = next(kind for name, _, kind in FACTS if name == change.id)
                value = plan_value("number" if kind == "number" else "text", change.theirs, None)
                edits.top[(change.id,)] = "" if value is None else value
        elif form.name == "posts":
            _posts(edits, form, data, changes)
        else:
            rows = merged(ours[form.name], theirs[form.name], changes)
            PARTS[form.name](edits, form, data, rows)
    return edits


def _listed(
    edits: Edits,
    form: TableForm,
    data: Mapping[str, Any],
    ours: Mapping[str, Mapping[str, Any]],
    theirs: Mapping[str, Mapping[str, Any]],
    changes: Sequence[Change],
) -> None:
    items = {item["id"]: item for item in data.get(form.name, [])}
    for change in changes:
        if change.kind == "changed":
            if change.field.startswith(OTHER):
                value = REMOVED if change.theirs is None else str(change.theirs)
                edits.set(form.name, change.id, ("other_columns", change.field.removeprefix(OTHER)), value)
                continue
            old = items[change.id].get(change.field)
            edits.set(form.name, change.id, (change.field,), _value(form, change.field, change.theirs, old))
        elif change.kind == "added":
            edits.added.setdefault(form.name, {})[change.id] = _item(form, change.id, theirs[change.id])
    if any(change.kind != "changed" for change in changes):
        edits.order[form.name] = list(merged(ours, theirs, changes))


def _value(form: TableForm, name: str, value: Any, old: Any) -> Any:
    column = form.column(name)
    assert column is not None
    if value is None:
        if name in ("title", "message", "receiver") or name in _REQUIRED.get(form.name, ()):
            return ""
        return REMOVED
    data = plan_value(column.kind, value, old)
    if name in _CONSTANT and column.kind == "number" and not isinstance(data, int):
        raise ValueError(value)
    default = DEFAULTS.get(form.name, {}).get(name)
    return REMOVED if old is None and default is not None and data == default else data


def _item(form: TableForm, row_id: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A new item from a row."""
    item: dict[str, Any] = {"id": row_id}
    other: dict[str, str] = {}
    for name, value in row.items():
        if name.startswith(OTHER):
            other[name.removeprefix(OTHER)] = str(value)
        elif name != "id" and value is not None:
            data = _value(form, name, value, None)
            if data is not REMOVED:
                item[name] = data
    for name in _REQUIRED.get(form.name, ()):
        item.setdefault(name, "")
    if other:
        item["other_columns"] = other
    return in_key_order(item) if form.name == "injects" else item


def _posts(edits: Edits, form: TableForm, data: Mapping[str, Any], changes: Sequence[Change]) -> None:
    for change in changes:
        holder = next((ward for ward in data.get("wards", []) if ward["post"].get("id", ward["id"]) == change.id), None)
        post = holder["post"] if holder else data["upper"]["post"]
        value = _value(form, change.field, change.theirs, post.get(change.field))
        if value is REMOVED and change.field == "name":
            value = ""
        if holder is not None:
            edits.set("wards", holder["id"], ("post", change.field), value)
        else:
            edits.top["upper", "post", change.field] = value


def _members(edits: Edits, form: TableForm, data: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> None:
    found: dict[str, list[str]] = {}
    for row in rows.values():
        if row.get("name"):
            found.setdefault(str(row.get("unit", "")), []).append(str(row["name"]))
    _per_unit(edits, data, "members", found)


def _means(edits: Edits, form: TableForm, data: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> None:
    before = {
        f"{unit['id']}/{number}": means
        for unit in data.get("units", [])
        for number, means in enumerate(unit.get("means", []), 1)
    }
    found: dict[str, list[Any]] = {}
    for row_id, row in rows.items():
        old = before.get(row_id, {})
        item = dict(old)
        for name in ("kind", "quantity", "state"):
            value = _value(form, name, row.get(name), old.get(name))
            if value is REMOVED:
                item.pop(name, None)
            else:
                item[name] = value
        found.setdefault(str(row.get("unit", "")), []).append(item)
    _per_unit(edits, data, "means", found)


def _per_unit(edits: Edits, data: Mapping[str, Any], name: str, found: Mapping[str, list[Any]]) -> None:
    known = {unit["id"]: unit.get(name, []) for unit in data.get("units", [])}
    for unit in dict.fromkeys([*known, *found]):
        if unit not in known:
            raise KeyError(unit)
        now = found.get(unit, [])
        if now != known[unit]:
            edits.set("units", unit, (name,), now or REMOVED)


def _stores(edits: Edits, form: TableForm, data: Mapping[str, Any], rows: Mapping[str, Mapping[str, Any]]) -> None:
    holders = {ward["id"]: ward.get("stores", {}) for ward in data.get("wards", [])}
    if data.get("upper"):
        holders["upper"] = data["upper"].get("stores", {})
    found: dict[str, dict[str, Any]] = {holder: {} for holder in holders}
    for row in rows.values():
        holder, kind = str(row.get("holder", "")), str(row.get("kind", ""))
        if holder not in holders:
            raise KeyError(holder)
        if kind in found[holder]:
            raise ValueError(kind)
        value = _value(form, "pieces", row.get("pieces"), holders[holder].get(kind))
        found[holder][kind] = 0 if value is REMOVED else value
    for holder, stores in found.items():
        if stores == holders[holder]:
            continue
        if holder == "upper" and "upper" not in [ward["id"] for ward in data.get("wards", [])]:
            edits.top["upper", "stores"] = stores
        else:
            edits.set("wards", holder, ("stores",), stores)


#: Tables that stand for a part of each unit, ward or upper command.
PARTS = {"members": _members, "means": _means, "stores": _stores}


def apply_edits(data: Mapping[str, Any], edits: Edits) -> dict[str, Any]:
    """A plan's data with the edits made."""
    now: dict[str, Any] = copy.deepcopy(dict(data))
    for path, value in edits.top.items():
        _put(now, path, value)
    for edit in edits.lists(data):
        items = {item["id"]: item for item in now.get(edit.key, [])}
        for item_id, values in edit.changed.items():
            for path, value in values.items():
                _put(items[item_id], path, value)
        items |= {item_id: dict(item) for item_id, item in edit.added.items()}
        now[edit.key] = [items[item_id] for item_id in edit.order]
    return now


def _put(here: dict[str, Any], path: Path, value: Any) -> None:
    for name in path[:-1]:
        here = here.setdefault(name, {})
    if value is REMOVED:
        here.pop(path[-1], None)
    else:
        here[path[-1]] = value


def check_form(data: Mapping[str, Any], form: TableForm, theirs: Tables, change: Change) -> None:
    """Raise ValueError when a value of the change does not have the form of its column."""
    if change.kind == "removed" or form.name not in (*LISTED, *PARTS, "posts", "exercise"):
        return
    if change.kind == "added" and form.name in LISTED:
        _item(form, change.id, theirs[form.name][change.id])
    elif change.kind == "added":
        for name, value in theirs[form.name][change.id].items():
            _value(form, name, value, None)
    elif change.field and not change.field.startswith(OTHER) and form.name != "exercise":
        _value(form, change.field, change.theirs, None)
    elif change.field and form.name == "exercise":
        kind = next(kind for name, _, kind in FACTS if name == change.id)
        plan_value("number" if kind == "number" else "text", change.theirs, None)
