"""How is a plan written as a workbook, and what does a workbook say of a plan? Bytes and values; no file is opened.

Out: :func:`new_workbook`, or :func:`edited_in_place` for a workbook that came from somebody else. In:
:func:`open_workbook`, then :func:`import_workbook` for a plan that is there already, or :func:`plan_from_list` for a
new one; nothing is changed before changes are accepted. A file that can't be taken raises
:class:`~sansang.formats.problems.Unreadable`.
"""

from sansang.formats.workbook.archive import MOST_FILE_BYTES
from sansang.formats.workbook.export import new_workbook
from sansang.formats.workbook.foreign_list import ImportOptions
from sansang.formats.workbook.headings import Headings, default_headings, extended_headings
from sansang.formats.workbook.imports import OpenedWorkbook, WorkbookImport, import_workbook, open_workbook
from sansang.formats.workbook.in_place import edited_in_place, lost_when_edited
from sansang.formats.workbook.new_plan import NewPlan, empty_plan, plan_from_list
from sansang.formats.workbook.record import ImportRecord, parse_record, record_path
from sansang.formats.workbook.report import KIND_NAMES, SheetReport, import_as_json
from sansang.formats.workbook.schedule import HERE, KnownStart

__all__ = [
    "HERE",
    "KIND_NAMES",
    "MOST_FILE_BYTES",
    "Headings",
    "ImportOptions",
    "ImportRecord",
    "KnownStart",
    "NewPlan",
    "OpenedWorkbook",
    "SheetReport",
    "WorkbookImport",
    "default_headings",
    "edited_in_place",
    "empty_plan",
    "extended_headings",
    "import_as_json",
    "import_workbook",
    "lost_when_edited",
    "new_workbook",
    "open_workbook",
    "parse_record",
    "plan_from_list",
    "record_path",
]
