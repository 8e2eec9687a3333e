"""How well are foreign lists read? Every kind of dirt that real ones have, alone and together, each with its truth.

The lists are made here, from invented rows; nothing of the reader is fitted to them: headings, words and time forms
come from the exercise doctrine and from what the field calls things.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from benchmarks.foreign_dirt import (
    Dirt,
    after_start,
    bare_t_plus,
    blank_rows,
    both_languages,
    column_numbers,
    conditions,
    contacts_alone,
    contacts_beside,
    continuations,
    dashes,
    date_column,
    day_sections,
    day_sheets,
    days_hours_minutes,
    error_cells,
    footer,
    full_text,
    groups,
    half_days,
    header_again,
    hidden_copy,
    hidden_rows,
    kind_of_file,
    local_letter,
    looks_like_formula,
    merged_number,
    merged_shared,
    minutes_column,
    misspelt,
    moment_cells,
    no_blank_above,
    nonsense_times,
    number_dates,
    numbers_again,
    odd_letters,
    odd_numbers,
    other_words,
    past_midnight,
    phase_sections,
    ranges,
    reordered,
    serials,
    short_groups,
    sorted_copy,
    story_sections,
    time_cells,
    title_block,
    tracker_alone,
    two_methods,
    two_orders,
    two_row_header,
    uncomputed_formula,
    unknown_columns,
    vietnamese_clock,
    whole_numbers,
    zeros_too_many,
)
from benchmarks.foreign_drafts import DAY, FIRST, Draft, Row, clean, written
from sansang.formats.problems import CellSpot, Unreadable
from sansang.formats.workbook import ImportOptions
from sansang.formats.workbook.foreign_list import MasterList, read_list
from sansang.formats.workbook.open_file import open_book

COMPARED = ("number", "title", "message", "sender", "receiver", "method", "expected_action", "responsible")


ALONE: dict[str, tuple[Dirt, ...]] = {
    "clean": (),
    **{
        dirt.__name__.replace("_", " "): (dirt,)
        for dirt in (
            *(title_block, no_blank_above, column_numbers, two_row_header, footer),
            *(reordered, other_words, misspelt, both_languages, unknown_columns),
            *(blank_rows, header_again, phase_sections, day_sections, story_sections, continuations, hidden_rows),
            *(merged_shared, merged_number, numbers_again, odd_numbers, number_dates, two_methods),
            *(looks_like_formula, odd_letters, error_cells, uncomputed_formula),
            *(whole_numbers, local_letter, zeros_too_many, time_cells, moment_cells, serials, groups, short_groups),
            *(vietnamese_clock, half_days, full_text, ranges, after_start, days_hours_minutes, bare_t_plus),
            *(minutes_column, dashes, conditions, nonsense_times, past_midnight, date_column, two_orders),
            *(day_sheets, hidden_copy, sorted_copy, contacts_beside, contacts_alone, tracker_alone),
        )
    },
    "xls": (kind_of_file("xls"), time_cells),
    "ods": (kind_of_file("ods"), time_cells, hidden_rows),
    "csv utf-8": (kind_of_file("csv", "utf-8"),),
    "csv utf-8 with mark": (kind_of_file("csv"),),
    "csv utf-16": (kind_of_file("csv", "utf-16", "\t"),),
    "csv cp1258": (kind_of_file("csv", "cp1258", ";"),),
    "csv semicolons": (kind_of_file("csv", "utf-8-sig", ";"), ranges),
}
TOGETHER: dict[str, tuple[Dirt, ...]] = {
    "title, words, HHMM, hidden": (title_block, other_words, whole_numbers, hidden_rows, contacts_beside),
    "two rows, phases, merged, footer": (two_row_header, local_letter, phase_sections, footer),
    "order, unknown, continued, dashes": (reordered, unknown_columns, dashes, continuations, footer),
    "days, numbers, header again": (odd_numbers, two_methods, day_sections, header_again),
    "sheets by day, groups, misspelt": (misspelt, groups, day_sheets, sorted_copy),
    "letters, 7 giờ 30, numbers twice": (odd_letters, vietnamese_clock, numbers_again, column_numbers, footer),
    "csv, conditions, zeros": (kind_of_file("csv", "utf-8-sig", ";"), zeros_too_many, conditions, title_block),
    "midnight, stories, errors": (past_midnight, error_cells, story_sections, both_languages),
}


@dataclass(frozen=True)
class Score:
    """One workbook: rows found of those that are there, fields right, problems named, warnings without a cause."""

    name: str
    language: str
    found: int
    rows: int
    right: int
    fields: int
    named: int
    to_name: int
    beyond: int
    wrong: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether all of it is right."""
        return (self.found, self.right, self.named, self.beyond) == (self.rows, self.fields, self.to_name, 0)


def drafts() -> Iterator[tuple[str, str, Draft]]:
    """Every workbook of the corpus: its name, its language, and the draft with the truth."""
    for name, dirts in {**ALONE, **TOGETHER}.items():
        for language in ("vi", "en"):
            if (name, language) == ("vietnamese clock", "en"):
                continue
            draft = clean(language)
            for dirt in dirts:
                dirt(draft)
            yield name, language, draft


def score(name: str, language: str, draft: Draft) -> Score:
    """Read one workbook and hold it against its truth."""
    file, data = written(draft)
    truth = draft.truth
    try:
        listed = read_list(file, open_book(file, data), ImportOptions())
    except Unreadable as refused:
        wrong = (f"refused: {refused.problems[0].code}",)
        return Score(name, language, 0, len(truth), 0, 0, 0, len(draft.named), 0, wrong)
    to_name, named, beyond = _problems(draft, listed)
    injects = [] if listed.refused else list(listed.injects)
    right = fields = 0
    wrong_fields = []
    for number, row in enumerate(truth):
        inject = injects[number] if number < len(injects) else {}
        for key, value in _expected(draft, listed, row).items():
            fields += 1
            got = _got(listed, inject, key)
            if got == value:
                right += 1
            else:
                wrong_fields.append(f"{number + 1}.{key}: {got!r}, not {value!r}")
    extra = len(injects) - len(truth)
    if extra > 0:
        wrong_fields.append(f"{extra} rows too many")
    found = min(len(injects), len(truth)) - max(0, extra)
    return Score(
        name, language, found, len(truth), right, fields, named, to_name, len(beyond), (*wrong_fields[:6], *beyond[:4])
    )


def _expected(draft: Draft, listed: MasterList, row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {key: row.values.get(key, "") for key in COMPARED}
    for key in ("condition", "scenario_time", "storyline", "phase"):
        if key in row.values:
            values[key] = row.values[key]
    values["planned"] = None
    if row.minute is not None:
        midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=listed.start.tzinfo)
        at = midnight + timedelta(days=row.day, minutes=FIRST + row.minute)
        values["planned"] = at.isoformat()
    return values


def _got(listed: MasterList, inject: dict[str, Any], key: str) -> Any:
    value = inject.get(key)
    if key == "planned":
        return None if value is None else (listed.start + timedelta(minutes=value)).isoformat()
    if key == "phase":
        return listed.phases.get(value or "")
    return value or ""


def _problems(draft: Draft, listed: MasterList) -> tuple[int, int, list[str]]:
    """How many problems must be named, how many are, and the warnings beyond them."""
    left = list(draft.named)
    beyond = []
    for problem in listed.problems:
        spot = problem.spot
        cell = spot.cell if isinstance(spot, CellSpot) else ""
        match = next((one for one in left if one[0] == problem.code and one[1] in ("", cell)), None)
        if match is not None:
            left.remove(match)
        elif problem.severity != "note":
            beyond.append(f"{problem.code} at {cell or spot}")
    return len(draft.named), len(draft.named) - len(left), beyond


HEAD = [
    "| workbooks | rows found | fields right | problems named | warnings without a cause | all right |",
    "|---|---|---|---|---|---|",
]


def rows() -> list[str]:
    """The table: one line for each kind of dirt, both languages together; then all together."""
    by_name: dict[str, list[Score]] = {}
    for name, language, draft in drafts():
        by_name.setdefault(name, []).append(score(name, language, draft))
    lines = [_line(name, found) for name, found in by_name.items()]
    every = [one for found in by_name.values() for one in found]
    return [*lines, _line(f"**all {len(every)}**", every)]


def _line(name: str, found: list[Score]) -> str:
    def of(part: str, whole: str) -> str:
        return f"{sum(getattr(one, part) for one in found)} of {sum(getattr(one, whole) for one in found)}"

    beyond = sum(one.beyond for one in found)
    whole = f"{sum(one.whole for one in found)} of {len(found)}"
    return (
        f"| {name} | {of('found', 'rows')} | {of('right', 'fields')} | {of('named', 'to_name')} | {beyond} | {whole} |"
    )


if __name__ == "__main__":
    import sys

    if "-v" in sys.argv:
        for name, language, draft in drafts():
            one = score(name, language, draft)
            if not one.whole:
                print(one)
    print("\n".join([*HEAD, *rows()]))
