"""How does a plan go out as a workbook? In our own layout, or in that of the workbook from which it came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sansang.formats.workbook import edited_in_place, lost_when_edited, new_workbook
from sansang.plans.folder import Plan
from sansang.plans.workbook_import import read_kept_workbook, read_record
from sansang.words import Voice

#: Workbooks of which a copy can be edited; of others a new one is made.
_EDITABLE = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class ExportedWorkbook:
    """A workbook (.xlsx), and what of the imported one it does not have as it was (catalogue messages)."""

    content: bytes
    lost: tuple[str, ...] = ()


def export_workbook(plan: Plan, voice: Voice, workbook: str = "msel", fresh: bool = False) -> ExportedWorkbook:
    """The workbook of a plan ("msel" or "forces"), in the voice's language.

    A plan that came from somebody else's workbook goes out in a copy of it, changed only where the plan changed,
    unless ``fresh`` asks for our own layout. Raises Unreadable where the kept workbook can't be read, or a value of
    the plan is longer than a cell can hold.
    """
    start, data, files = plan.scenario.start, plan.data, plan.files
    record = None if fresh else read_record(plan.folder, workbook)
    if record is None or not record.file.lower().endswith(_EDITABLE):
        watermark = "VÍ DỤ" if plan.scenario.example else "DIỄN TẬP"
        return ExportedWorkbook(new_workbook(voice, workbook, start, data, files, watermark))
    original = read_kept_workbook(plan.folder, record)
    lost = lost_when_edited(record.file, original)
    return ExportedWorkbook(edited_in_place(voice, original, record, start, data, files), lost)


def empty_workbook(voice: Voice, workbook: str, start: datetime) -> bytes:
    """A workbook to fill in, for an exercise that starts then."""
    return new_workbook(voice, workbook, start, {}, {}, "DIỄN TẬP")
