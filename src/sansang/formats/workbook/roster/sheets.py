"""Who works where, as a workbook? Posts, their units, people and roles: the sheets, and how they are written out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sansang.formats.workbook.export import SPARE, book_bytes, write_cell
from sansang.formats.workbook.sheets import column_letters
from sansang.model.access.state import AccessState
from sansang.model.language import person_sort_key, sort_key
from sansang.words import Voice, mark
from sansang.words.roles import ROLE_NAMES

Part = Literal["posts", "units", "people", "roles"]


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """A column: its field, its heading, its width in letters, and whether each row must fill it in."""

    field: str
    heading: str
    width: float
    needed: bool = False


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """A sheet: its name, what it asks of the reader, and its columns."""

    part: Part
    name: str
    note: str
    columns: tuple[RosterColumn, ...]


_ID = mark("Id")
_NAME = mark("Name")
SHEETS: tuple[RosterSheet, ...] = (
    RosterSheet(
        "posts",
        mark("Command posts"),
        mark("One row a post. Area: the ward's name, or codes from the wide to the narrow (79/27238)."),
        (
            RosterColumn("id", _ID, 22),
            RosterColumn("name", _NAME, 36, True),
            RosterColumn("path", mark("Area"), 30, True),
        ),
    ),
    RosterSheet(
        "units",
        mark("Standing units"),
        mark("One row a unit that a post has in every operation. Post: its id or its name."),
        (
            RosterColumn("id", _ID, 22),
            RosterColumn("name", _NAME, 36, True),
            RosterColumn("post", mark("Post"), 30, True),
        ),
    ),
    RosterSheet(
        "people",
        mark("People listed"),
        mark("One row a person. They sign in only once an administrator gives them a first password."),
        (
            RosterColumn("id", _ID, 22),
            RosterColumn("name", _NAME, 36, True),
            RosterColumn("phone", mark("Phone"), 18),
        ),
    ),
    RosterSheet(
        "roles",
        mark("Roles given"),
        mark("One row a role of a person. Area empty: everywhere. Operation empty: in all. Until empty: until ended."),
        (
            RosterColumn("person", mark("Person"), 26, True),
            RosterColumn("role", mark("Role"), 34, True),
            RosterColumn("path", mark("Area"), 30),
            RosterColumn("operation", mark("In one operation only (its id)"), 24),
            RosterColumn("until", mark("Until"), 20),
        ),
    ),
)


def others(items: Iterable[str]) -> dict[str, str]:
    """What a list said beyond our columns, by heading."""
    parts = (item.partition("\t") for item in items)
    return {heading: value for heading, tab, value in parts if tab}


def rows_of(state: AccessState, moment: datetime, voice: Voice, zone: Any) -> dict[Part, list[dict[str, Any]]]:
    """The rows of each sheet as of a moment: values by field, and by heading what other lists said."""
    posts = sorted(state.posts.values(), key=lambda one: (one.path, sort_key(one.name)))
    units = sorted(state.units.values(), key=lambda one: (one.post, sort_key(one.name)))
    people = sorted(state.people.values(), key=lambda one: person_sort_key(one.name.split("(")[0].strip()))
    grants = [grant for grant in state.grants.values() if grant.holds(moment) and grant.person in state.people]
    order = {person.id: number for number, person in enumerate(people)}
    return {
        "posts": [{"id": one.id, "name": one.name, "path": one.path, **others(one.other)} for one in posts],
        "units": [{"id": one.id, "name": one.name, "post": one.post, **others(one.other)} for one in units],
        "people": [{"id": one.id, "name": one.name, "phone": one.phone, **others(one.other)} for one in people],
        "roles": [
            {
                "person": grant.person,
                "role": voice.say(ROLE_NAMES[grant.role]),
                "path": grant.path,
                "operation": grant.operation,
                "until": _end(grant.until.astimezone(zone)) if grant.until else None,
                **others(grant.other),
            }
            for grant in sorted(grants, key=lambda one: (order[one.person], one.since))
        ],
    }


def _end(moment: datetime) -> date:
    """An end as its cell says it: a day stands for its end, for a cell can't tell it from its first minute."""
    bare = moment.replace(tzinfo=None, microsecond=0)
    return (bare - timedelta(days=1)).date() if bare.time() == time() else bare


def roster_workbook(state: AccessState, moment: datetime, voice: Voice, zone: Any, title: str) -> bytes:
    """The workbook (.xlsx): a sheet for posts, units, people and roles each, ready to be filled in and taken back."""
    import openpyxl

    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    rows = rows_of(state, moment, voice, zone)
    for sheet in SHEETS:
        _sheet(book, sheet, rows[sheet.part], voice, title)
    return book_bytes(book)


def _sheet(book: Any, form: RosterSheet, rows: Sequence[dict[str, Any]], voice: Voice, title: str) -> None:
    from sansang.formats.workbook import styles

    name = voice.say(form.name)
    sheet = book.create_sheet(name)
    write_cell(sheet.cell(1, 1), f"{name} – {title}")
    styles.apply_style(sheet.cell(1, 1), styles.TITLE)
    write_cell(sheet.cell(2, 1), voice.say(form.note))
    styles.apply_style(sheet.cell(2, 1), styles.NOTE)
    known = {column.field for column in form.columns}
    more = list(dict.fromkeys(field for row in rows for field in row if field not in known))
    heads = [(voice.say(column.heading) + (" *" if column.needed else ""), column.width) for column in form.columns]
    heads += [(heading, 24.0) for heading in more]
    fields = [column.field for column in form.columns] + more
    for number, (heading, width) in enumerate(heads, 1):
        write_cell(sheet.cell(3, number), heading)
        styles.apply_style(sheet.cell(3, number), styles.HEAD)
        sheet.column_dimensions[column_letters(number)].width = width
    sheet.row_dimensions[3].height = styles.height([(heading, width * 0.85) for heading, width in heads]) + 4
    for place, row in enumerate(rows, 4):
        for number, field in enumerate(fields, 1):
            value = row.get(field)
            cell = sheet.cell(place, number)
            styles.apply_style(cell, styles.BODY)
            if value not in (None, ""):
                write_cell(cell, value)
            if isinstance(value, date):
                cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, datetime) else "dd/mm/yyyy"
            elif isinstance(value, str):
                # A telephone number keeps its zero, a code its sign.
                cell.number_format = "@"
    last = max(len(rows), 1) + 3
    for number, field in enumerate(fields, 1):
        if field in ("phone", "id", "path"):
            for place in range(last + 1, last + SPARE // 5):
                sheet.cell(place, number).number_format = "@"
    if form.part == "roles":
        _offer_roles(sheet, voice, last + SPARE, max(26, len(fields) + 2))
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = f"A3:{column_letters(len(fields))}{last}"
    styles.paper(sheet, voice, f"{name} – {title}", 3, "")
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4


def _offer_roles(sheet: Any, voice: Voice, bottom: int, column: int) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    # A list within the rule is cut at commas and may have 255 signs; the roles stand to the right, out of the way.
    words = [voice.say(word) for word in ROLE_NAMES.values()]
    for number, word in enumerate(words, 4):
        write_cell(sheet.cell(number, column), word)
    letters = column_letters(column)
    sheet.column_dimensions[letters].hidden = True
    rule = DataValidation(
        type="list", formula1=f"${letters}$4:${letters}${len(words) + 3}", allow_blank=True, errorStyle="warning"
    )
    rule.add(f"B4:B{bottom}")
    sheet.add_data_validation(rule)
