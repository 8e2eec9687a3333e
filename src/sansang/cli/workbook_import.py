"""``sansang msel import``, ``sansang forces import``: what a workbook changes is shown, chosen and written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sansang.cli.review_options import choose, show_changes
from sansang.cli.workbook_report import refuse, report_done, report_waiting, show_problems, stop
from sansang.formats.problems import Unreadable
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sansang.formats.workbook import ImportOptions
    from sansang.model.merging import Change
    from sansang.plans import PendingImport


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """The options of an import, as they were given."""

    file: Path
    folder: Path
    workbook: str
    as_json: bool
    accept: str | None
    sheets: tuple[str, ...] = ()
    mapping: tuple[str, ...] = ()
    headings: Path | None = None
    day: str | None = None
    start: str | None = None


def import_workbook(voice: Voice, request: ImportRequest) -> None:
    """Read a workbook into a folder, reviewed; ends with 2 when it can't be read, with 1 while changes wait."""
    from sansang import plans

    try:
        pending = plans.import_workbook(request.file, request.folder, request.workbook, _options(voice, request))
        found = pending.found
        if found.refused:
            refuse(voice, found.problems, request.as_json, found.sheets)
        if pending.is_new:
            files = _write(voice, pending, found.changes)
            report_done(voice, pending, found.changes, files, request.as_json)
        else:
            _review(voice, request, pending)
    except plans.WrongTarget as wrong:
        stop(voice, wrong.message, **wrong.values)
    except Unreadable as unreadable:
        refuse(voice, unreadable.problems, request.as_json)


def _review(voice: Voice, request: ImportRequest, pending: PendingImport) -> None:
    """The changes to a plan that is there already are shown, and those that are accepted are written."""
    if not request.as_json:
        show_problems(voice, pending.found.problems)
        show_changes(voice, pending.found)
    accepted = choose(voice, pending.found, request.accept, interactive=not request.as_json)
    if accepted is None:
        report_waiting(voice, pending.found, request.as_json)
    files = _write(voice, pending, accepted)
    report_done(voice, pending, accepted, files, request.as_json)


def _options(voice: Voice, request: ImportRequest) -> ImportOptions:
    from sansang.formats.workbook import LOCAL_ZONE, ImportOptions, KnownStart
    from sansang.plans import load_headings

    headings = load_headings(request.folder, request.headings)
    mapping: dict[str, str] = {}
    fields = set(headings.fields.values())
    for one in request.mapping:
        heading, equals, name = one.rpartition("=")
        if not equals or not heading.strip():
            stop(voice, mark('--map "{one}": write HEADING=FIELD, or HEADING= to keep it as another column'), one=one)
        if name.strip() and name.strip() not in fields:
            known_fields = ", ".join(sorted(fields))
            stop(voice, mark("--map: there is no field {name}; write one of: {known}"), name=name, known=known_fields)
        mapping[heading.strip()] = name.strip()
    day = start = None
    try:
        day = date.fromisoformat(request.day) if request.day else None
        if request.start:
            start = datetime.fromisoformat(request.start)
            start = start if start.tzinfo else start.replace(tzinfo=LOCAL_ZONE)
    except ValueError:
        stop(voice, mark("Write --day 2026-11-14 and --start 2026-11-14T07:30"))
    known_start = KnownStart(start, day, datetime.now().astimezone().date())
    return ImportOptions(request.sheets, mapping, known_start, headings)


def _write(voice: Voice, pending: PendingImport, accepted: Sequence[Change]) -> tuple[str, ...]:
    try:
        return pending.write(accepted)
    except OSError as wrong:
        stop(
            voice,
            mark("{folder}: the folder can't be written ({reason}); nothing was changed"),
            folder=pending.folder,
            reason=wrong.strerror or wrong,
        )
