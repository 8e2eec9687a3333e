"""What does an import say of a workbook? What became of each sheet, and all of it as JSON for machines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sansang.formats.problems import CellSpot, Problem
from sansang.model.merging import Change
from sansang.words import Voice, mark

SheetKind = Literal["list", "contacts", "tracker", "unknown", "empty", "copy", "not_asked"]
KIND_NAMES: dict[str, str] = {
    "list": mark("master list"),
    "contacts": mark("list of contacts"),
    "tracker": mark("tracker of missions or requests"),
    "unknown": mark("no master list"),
    "empty": mark("empty"),
    "copy": mark("copy of another sheet"),
    "not_asked": mark("not asked for"),
}


@dataclass(frozen=True, slots=True)
class SheetReport:
    """What became of one sheet: its kind, the last row of its header, how many entries, which column means what."""

    name: str
    kind: SheetKind
    header_row: int = 0
    rows: int = 0
    columns: Mapping[str, str] = field(default_factory=dict)  # letter → field
    unknown: tuple[str, ...] = ()
    hidden: bool = False


def import_as_json(
    voice: Voice,
    rows: int,
    sheets: Iterable[SheetReport],
    problems: Iterable[Problem],
    changes: Iterable[Change],
    written: Iterable[str] = (),
    waiting: int | None = None,
) -> dict[str, Any]:
    """An import as JSON values, with sentences in the voice's language; ``waiting``: how many nobody chose."""
    said: dict[str, Any] = {
        "imported": rows,
        "sheets": [_sheet(report) for report in sheets],
        "problems": [_problem(voice, problem) for problem in problems],
        "changes": [_change(change) for change in changes],
        "written": list(written),
    }
    return said if waiting is None else {**said, "waiting": waiting}


def _sheet(report: SheetReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "kind": report.kind,
        "header_row": report.header_row or None,
        "rows": report.rows,
        "columns": dict(report.columns),
        "unknown_headings": list(report.unknown),
        "hidden": report.hidden,
    }


def _problem(voice: Voice, problem: Problem) -> dict[str, Any]:
    spot = problem.spot
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": spot.file,
        "sheet": spot.sheet if isinstance(spot, CellSpot) else "",
        "cell": spot.cell if isinstance(spot, CellSpot) else "",
        "message": f"{problem.what(voice)}. {problem.how(voice)}.",
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "table": change.table,
        "id": change.id,
        "field": change.field,
        "exported": change.base,
        "ours": change.ours,
        "theirs": change.theirs,
        "after": change.after,
        "conflict": change.conflict,
    }
