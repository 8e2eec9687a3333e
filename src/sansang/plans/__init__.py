"""How does a plan lie on a disk, and how does it come in from a workbook? The one room that reads and writes plans.

:func:`load` reads a folder into a :class:`Plan`; :func:`save` writes files of a plan, all or none.
:func:`import_workbook` reads a workbook into a :class:`PendingImport`, whose changes are written once they are
accepted; :func:`export_workbook` writes one. What can't be read raises
:class:`~sansang.formats.problems.Unreadable` with every problem. Nothing here prints or asks.
"""

from sansang.plans.atomic_write import write_folder as save
from sansang.plans.folder import Plan, load, read_folder
from sansang.plans.workbook_export import ExportedWorkbook, empty_workbook, export_workbook
from sansang.plans.workbook_import import PendingImport, WrongTarget, import_workbook, load_headings

__all__ = [
    "ExportedWorkbook",
    "PendingImport",
    "Plan",
    "WrongTarget",
    "empty_workbook",
    "export_workbook",
    "import_workbook",
    "load",
    "load_headings",
    "read_folder",
    "save",
]
