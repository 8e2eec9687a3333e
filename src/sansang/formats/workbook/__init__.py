"""How is a plan written as a workbook, and what does a workbook say of a plan? Bytes and values; no file is opened.

Out: :func:`new_workbook`, or :func:`edited_in_place` for a workbook that came from somebody else. In:
:func:`open_workbook`, then :func:`import_workbook` for a plan that is there already, or :func:`import_list` for a new
one. A file that can't be taken raises :class:`~sansang.formats.problems.Unreadable`.

The way in, a module a step: ``open_file`` (bytes to sheets of values), ``header`` (where a list begins, which field a
column means), ``rows`` (which rows are entries), ``schedule`` (when each is), ``injects`` (what each says), all called
from ``foreign_list``; or ``own_table`` for a workbook of ours. Then ``imports``: the changes, and by ``check`` those
that leave the plan in order. ``report`` is what is said of it.
"""

from sansang.formats.workbook.archive import MOST_FILE_BYTES
from sansang.formats.workbook.export import new_workbook
from sansang.formats.workbook.foreign_list import ImportOptions
from sansang.formats.workbook.headings import Headings, default_headings, extended_headings
from sansang.formats.workbook.imports import (
    OpenedWorkbook,
    WorkbookImport,
    import_list,
    import_workbook,
    open_workbook,
)
from sansang.formats.workbook.in_place import edited_in_place, lost_when_edited
from sansang.formats.workbook.new_plan import empty_plan
from sansang.formats.workbook.record import ImportRecord, parse_record, record_path
from sansang.formats.workbook.report import KIND_NAMES, SheetReport, import_as_json
from sansang.formats.workbook.schedule import LOCAL_ZONE, KnownStart

__all__ = [
    "KIND_NAMES",
    "LOCAL_ZONE",
    "MOST_FILE_BYTES",
    "Headings",
    "ImportOptions",
    "ImportRecord",
    "KnownStart",
    "OpenedWorkbook",
    "SheetReport",
    "WorkbookImport",
    "default_headings",
    "edited_in_place",
    "empty_plan",
    "extended_headings",
    "import_as_json",
    "import_list",
    "import_workbook",
    "lost_when_edited",
    "new_workbook",
    "open_workbook",
    "parse_record",
    "record_path",
]
