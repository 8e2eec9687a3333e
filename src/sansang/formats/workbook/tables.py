"""Which tables has a plan, and what stands in their columns? The sheets of our own workbooks, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sansang.formats.problems import CellSpot, Problem
from sansang.formats.workbook.columns import Column, cell_value
from sansang.formats.workbook.record import ImportRecord
from sansang.formats.workbook.report import SheetReport
from sansang.model.merging import FieldValue
from sansang.words import mark

Tables = dict[str, dict[str, dict[str, FieldValue]]]

_PHASES = mark("Phases")
_ROLES = mark("Roles")


@dataclass(frozen=True, slots=True)
class TableForm:
    """One table: its name in the plan, the sheet it stands on, its title there, its columns; ``key`` names a row."""

    name: str
    sheet: str
    title: str
    columns: tuple[Column, ...]
    fixed_rows: bool = False  # rows can't be added or taken out in a workbook
    first_page: str = ""  # the last column of the first page across, when there are two
    note: str = ""

    def column(self, name: str) -> Column | None:
        """The column of a field."""
        return next((column for column in self.columns if column.field == name), None)


EXERCISE = TableForm(
    "exercise",
    mark("Exercise"),
    mark("Exercise"),
    (Column("name", mark("What"), "text", 28, read_only=True), Column("value", mark("Value"), "long", 90)),
    fixed_rows=True,
)
#: The rows of the exercise's sheet: the key in the file, how it is called, its kind.
FACTS: tuple[tuple[str, str, str], ...] = (
    ("id", mark("Short name"), "text"),
    ("title", mark("Title"), "text"),
    ("label", mark("Label"), "text"),
    ("description", mark("Description"), "text"),
    ("start", mark("Start (date, time, zone)"), "text"),
    ("horizon", mark("Length in minutes"), "number"),
)
PHASES = TableForm(
    "phases",
    mark("Exercise"),
    _PHASES,
    (
        Column("id", mark("Id"), "id", 18),
        Column("name", mark("Phase"), "text", 40),
        Column("from", mark("From minute"), "number", 12),
        Column("to", mark("To minute"), "number", 12),
        Column("posts", mark("Posts that act"), "ids", 28),
        Column("units_move", mark("Units move"), "flag", 12, "flag"),
    ),
)
POSTS = TableForm(
    "posts",
    mark("Posts"),
    mark("Posts"),
    (
        Column("id", mark("Id"), "id", 18, read_only=True),
        Column("ward", mark("Ward"), "id", 16, read_only=True),
        Column("area", mark("Area code"), "text", 12, read_only=True),
        Column("name", mark("Post"), "text", 40),
        Column("head", mark("Head"), "text", 36),
        Column("desks", mark("Desks"), "quantity", 26),
    ),
    fixed_rows=True,
)
ROLES = TableForm(
    "roles",
    mark("Posts"),
    _ROLES,
    (
        Column("id", mark("Id"), "id", 24),
        Column("name", mark("Role"), "text", 48),
        Column("post", mark("Post"), "id", 18, "posts"),
        Column("kind", mark("Part"), "choice", 22, "role_kind"),
    ),
)
_UNIT_COLUMNS = (
    Column("id", mark("Id"), "id", 22),
    Column("name", mark("Unit"), "text", 38),
    Column("kind", mark("Kind"), "choice", 24, "unit_kind"),
    Column("ward", mark("Ward"), "id", 14, "wards"),
    Column("home", mark("Stands at (site)"), "id", 18, "sites"),
    Column("mode", mark("Moves by"), "id", 12, "modes"),
    Column("capabilities", mark("Capabilities and strengths"), "mapping", 32),
    Column("people", mark("People"), "quantity", 14),
    Column("head", mark("Head"), "text", 32),
    Column("shows_up", mark("Chance of answering"), "quantity", 26),
    Column("turnout", mark("Turnout in minutes"), "quantity", 34),
    Column("on_duty", mark("On duty (from, to)"), "flow", 16),
)
UNITS = TableForm(
    "units",
    mark("Forces"),
    mark("Forces"),
    (
        *_UNIT_COLUMNS,
        Column("members", mark("Members"), "lines", 26),
        Column("means", mark("Means"), "means", 34),
    ),
)
OBJECTIVES = TableForm(
    "objectives",
    mark("Objectives"),
    mark("Objectives"),
    (
        Column("id", mark("Id"), "id", 14),
        Column("text", mark("Objective"), "long", 80),
        Column("capability", mark("Capability"), "text", 34),
    ),
)
TASKS = TableForm(
    "tasks",
    mark("Tasks"),
    mark("Critical tasks"),
    (
        Column("id", mark("Id"), "id", 14),
        Column("text", mark("Critical task"), "long", 48),
        Column("objective", mark("Objective"), "id", 14, "objectives"),
        Column("standard", mark("Standard"), "long", 40),
        Column("target", mark("Target"), "long", 40),
        Column("source", mark("Source plan"), "long", 36),
    ),
)
INJECTS = TableForm(
    "injects",
    "MSEL",
    mark("Master scenario events list"),
    (
        Column("number", mark("Number"), "text", 8),
        Column("status", mark("Status"), "choice", 14, "status"),
        Column("event_type", mark("Event type"), "choice", 16, "event_type"),
        Column("planned", mark("Planned time"), "moment", 15),
        Column("title", mark("Title of the inject"), "long", 26),
        Column("sender", mark("From (simulated)"), "text", 18),
        Column("receiver", mark("To (post or role)"), "id", 18, "receivers"),
        Column("method", mark("Method"), "text", 13),
        Column("message", mark("Message (exact words)"), "long", 52),
        Column("expected_action", mark("Expected action"), "long", 40),
        Column("responsible", mark("Responsible controller"), "text", 18),
        Column("deadline", mark("Deadline for action"), "moment", 15),
        Column("scenario_time", mark("Scenario time"), "text", 14),
        Column("objectives", mark("Objectives tested"), "ids", 12),
        Column("tasks", mark("Critical tasks tested"), "ids", 12),
        Column("phase", mark("Phase of the inject"), "id", 14, "phases"),
        Column("storyline", mark("Storyline"), "text", 18),
        Column("location", mark("Location"), "text", 18),
        Column("priority", mark("Priority"), "number", 8, "priority"),
        Column("trigger", mark("Trigger"), "choice", 12, "trigger"),
        Column("condition", mark("Condition"), "long", 22),
        Column("parent", mark("Follows inject (id)"), "id", 14),
        Column("plan_reference", mark("Plan reference"), "text", 18),
        Column("starts", mark("Starts situation"), "id", 16, "situations"),
        Column("handle", mark("Handling minutes"), "quantity", 20),
        Column("attachments", mark("Attachments"), "lines", 18),
        Column("controller_notes", mark("Notes for controllers"), "long", 30),
        Column("author", mark("Author"), "text", 14),
        Column("actual_release", mark("Actual release time"), "text", 14),
        Column("actual_action", mark("Actual action"), "long", 26),
        Column("skip_reason", mark("Reason skipped"), "text", 18),
    ),
    first_page="deadline",
)
#: The forces workbook: people, means and stores each on a sheet of their own.
FORCES = TableForm("units", mark("Units"), mark("Forces"), _UNIT_COLUMNS)
MEMBERS = TableForm(
    "members",
    mark("Members"),
    mark("Members of the units"),
    (
        Column("unit", mark("Unit (id)"), "id", 24, "units"),
        Column("name", mark("Name or duty number"), "text", 36),
    ),
    note=mark("Only what a call-out needs: a name or a duty number. Nothing else about a person is read."),
)
MEANS = TableForm(
    "means",
    mark("Means"),
    mark("Means of the units"),
    (
        Column("unit", mark("Unit (id)"), "id", 24, "units"),
        Column("kind", mark("Kind of means"), "text", 32),
        Column("quantity", mark("Quantity"), "quantity", 26),
        Column("state", mark("State"), "choice", 18, "means_state"),
    ),
)
STORES = TableForm(
    "stores",
    mark("Stores"),
    mark("Stores of wards and of the upper command"),
    (
        Column("holder", mark("Ward (id), or upper"), "id", 24, "holders"),
        Column("kind", mark("Kind of supply"), "text", 32),
        Column("pieces", mark("Pieces"), "quantity", 26),
    ),
)

MSEL_WORKBOOK = (EXERCISE, PHASES, POSTS, ROLES, UNITS, OBJECTIVES, TASKS, INJECTS)
FORCES_WORKBOOK = (FORCES, MEMBERS, MEANS, STORES, POSTS)
WORKBOOKS: dict[str, tuple[TableForm, ...]] = {"msel": MSEL_WORKBOOK, "forces": FORCES_WORKBOOK}

#: What a row says though the file leaves it out.
DEFAULTS: dict[str, dict[str, Any]] = {
    "injects": {"status": "draft", "event_type": "inject", "trigger": "time", "priority": 3},
    "roles": {"kind": "training_audience"},
    "units": {"kind": "other"},
    "means": {"state": "ready"},
    "phases": {"units_move": True},
}
#: Prefix of the field that holds a column which the program does not know.
OTHER = "other:"


@dataclass(frozen=True, slots=True)
class ReadTables:
    """The rows of a workbook as tables of a plan, with what they are to be compared with.

    ``base`` is the version that went out, by table; None for a table that is only ever added to. ``fields`` are those
    that a table of the workbook has columns for (None: all). ``cells`` finds the cell of a value by table, row and
    field ("" for the row). ``refused``: nothing of it can be taken.
    """

    forms: tuple[TableForm, ...]
    base: Mapping[str, Mapping[str, Mapping[str, FieldValue]] | None]
    tables: Tables
    fields: Mapping[str, frozenset[str] | None]
    cells: Mapping[tuple[str, str, str], CellSpot]
    problems: tuple[Problem, ...]
    sheets: tuple[SheetReport, ...]
    record: ImportRecord
    sheet_of: Mapping[str, str] = field(default_factory=dict)  # table → sheet, of our own layout
    refused: bool = False


def tables_of(data: Mapping[str, Any], forms: tuple[TableForm, ...]) -> Tables:
    """The rows of each table of a plan's data (as its files say them), in the order of the files."""
    return {form.name: _ROWS.get(form.name, _listed)(data, form) for form in forms}


def _listed(data: Mapping[str, Any], form: TableForm) -> dict[str, dict[str, FieldValue]]:
    return {item["id"]: _row(item, form) for item in data.get(form.name, [])}


def _row(item: Mapping[str, Any], form: TableForm) -> dict[str, FieldValue]:
    defaults = DEFAULTS.get(form.name, {})
    row = {
        column.field: cell_value(column.kind, item.get(column.field, defaults.get(column.field)))
        for column in form.columns
        if not (column.field == "id" and form.name == "injects")
    }
    for heading, text in item.get("other_columns", {}).items() if form.name == "injects" else ():
        row[OTHER + heading] = text or None
    return {name: value for name, value in row.items() if value is not None}


def _facts(data: Mapping[str, Any], form: TableForm) -> dict[str, dict[str, FieldValue]]:
    rows: dict[str, dict[str, FieldValue]] = {}
    for name, _, kind in FACTS:
        value = cell_value("number" if kind == "number" else "text", data.get(name))
        rows[name] = {} if value is None else {"value": value}
    return rows


def _posts(data: Mapping[str, Any], form: TableForm) -> dict[str, dict[str, FieldValue]]:
    holders = [(ward["id"], ward.get("area"), ward["post"], ward["id"]) for ward in data.get("wards", [])]
    if data.get("upper"):
        holders.append((None, None, data["upper"]["post"], "upper"))
    return {
        post.get("id", otherwise): _row({**post, "id": post.get("id", otherwise), "ward": ward, "area": area}, form)
        for ward, area, post, otherwise in holders
    }


def _members(data: Mapping[str, Any], form: TableForm) -> dict[str, dict[str, FieldValue]]:
    return {
        f"{unit['id']}/{number}": {"unit": unit["id"], "name": name}
        for unit in data.get("units", [])
        for number, name in enumerate(unit.get("members", []), 1)
    }


def _means(data: Mapping[str, Any], form: TableForm) -> dict[str, dict[str, FieldValue]]:
    return {
        f"{unit['id']}/{number}": _row({**means, "unit": unit["id"]}, form)
        for unit in data.get("units", [])
        for number, means in enumerate(unit.get("means", []), 1)
    }


def _stores(data: Mapping[str, Any], form: TableForm) -> dict[str, dict[str, FieldValue]]:
    holders = [(ward["id"], ward.get("stores", {})) for ward in data.get("wards", [])]
    if data.get("upper"):
        holders.append(("upper", data["upper"].get("stores", {})))
    return {
        f"{holder}/{kind}": _row({"holder": holder, "kind": kind, "pieces": pieces}, form)
        for holder, stores in holders
        for kind, pieces in stores.items()
    }


_ROWS = {"exercise": _facts, "posts": _posts, "members": _members, "means": _means, "stores": _stores}
