"""How is an import told to machines? Sheets, problems and changes as JSON values."""

from __future__ import annotations

from typing import Any

from sansang.formats.problems import CellSpot, Problem
from sansang.formats.workbook.foreign_list import SheetReport
from sansang.model.merging import Change
from sansang.words import Voice


def sheet_as_json(report: SheetReport) -> dict[str, Any]:
    """One sheet: its name, what it was taken for, the row of its header, rows, and the field of each column."""
    return {
        "name": report.name,
        "kind": report.kind,
        "header_row": report.header_row or None,
        "rows": report.rows,
        "columns": dict(report.columns),
        "unknown_headings": list(report.unknown),
        "hidden": report.hidden,
    }


def problem_as_json(voice: Voice, problem: Problem) -> dict[str, Any]:
    """One problem: its code, severity, file, sheet and cell, and the sentence in the voice's language."""
    spot = problem.spot
    return {
        "code": problem.code,
        "severity": problem.severity,
        "file": spot.file,
        "sheet": spot.sheet if isinstance(spot, CellSpot) else "",
        "cell": spot.cell if isinstance(spot, CellSpot) else "",
        "message": f"{problem.what(voice)}. {problem.how(voice)}.",
    }


def change_as_json(change: Change) -> dict[str, Any]:
    """One change: what kind, which row and field, the three values, whether it is a conflict."""
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
