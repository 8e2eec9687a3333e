"""How does a workbook come into a plan's folder? Read and compared first; written once changes are accepted."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sansang.formats.areas import gazetteer
from sansang.formats.problems import CellSpot, Problem, Spot, Unreadable
from sansang.formats.scenario import ParsedScenario, parse
from sansang.formats.scenario.read import MAIN
from sansang.formats.workbook import (
    MOST_FILE_BYTES,
    Headings,
    ImportOptions,
    ImportRecord,
    OpenedWorkbook,
    WorkbookImport,
    default_headings,
    empty_plan,
    extended_headings,
    import_list,
    open_workbook,
    parse_record,
    record_path,
)
from sansang.formats.workbook import import_workbook as compare_workbook
from sansang.model.merging import Change
from sansang.plans.atomic_write import settle_pending, write_folder
from sansang.plans.folder import Plan, read_folder, unreadable
from sansang.words import mark

#: A locality's own words for headings, in the folder of a plan.
HEADINGS = "headings.toml"


class WrongTarget(Exception):
    """This workbook can't come into this folder: a message of the catalogue and its values say why."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message.format(**values))
        self.message = message
        self.values = values


@dataclass(frozen=True, slots=True)
class PendingImport:
    """A workbook that was read and compared with the plan in a folder; nothing is written yet.

    ``is_new``: the folder holds no plan, and all changes belong to the one that it becomes. Else a person chooses
    which changes to accept. ``content`` are the bytes of the workbook.
    """

    folder: Path
    is_new: bool
    found: WorkbookImport
    content: bytes

    def write(self, accepted: Sequence[Change]) -> tuple[str, ...]:
        """Write the plan with these changes, and the workbook beside it; the names of the plan's files written.

        Where changes were proposed and none is accepted, nothing is written. Raises Unreadable if the plan would not
        be in order (a fault of the program), OSError if the folder can't be written; then nothing is changed.
        """
        if not self.is_new and self.found.changes and not accepted:
            return ()
        changed = self.found.changed_files(accepted)
        now = {**self.found.before, **changed}
        if changed or self.is_new:
            parse(now, gazetteer()).require()
        files = now if self.is_new else changed
        write_folder(self.folder, {**files, **self.found.record.files(self.content)})
        return tuple(files)


def load_headings(folder: Path, own: Path | None = None) -> Headings:
    """The words known for headings, with those of ``own``, or else of the plan's folder; raises Unreadable."""
    path = own or folder / HEADINGS
    if own is None and not path.is_file():
        return default_headings()
    return extended_headings(str(path), _read(path))


def import_workbook(
    file: Path, folder: Path, workbook: str = "msel", options: ImportOptions | None = None
) -> PendingImport:
    """What a workbook (ours, or anybody's list) says for the plan in a folder, or for a folder still to be made.

    ``workbook`` is "msel" or "forces". Raises Unreadable for a file or a plan that can't be read, WrongTarget for a
    workbook or a folder of another kind.
    """
    options = options or ImportOptions()
    if folder.is_dir():
        settle_pending(folder)
    content = _read(file)
    opened = open_workbook(file.name, content)
    if opened.kind not in ("", workbook):
        raise WrongTarget(
            mark("{file}: this workbook is brought in with sansang {workbook} import"),
            file=file.name,
            workbook=opened.kind,
        )
    is_new = not (folder / MAIN).exists()
    if is_new:
        _check_free(folder)
        if opened.plan_files is None:
            return PendingImport(folder, True, import_list(opened, folder.resolve().name, options), content)
    plan = Plan.of(folder, _carried_plan(opened, folder) if is_new else read_folder(folder))
    record = None if is_new or opened.is_ours else read_record(folder, workbook)
    found = compare_workbook(opened, plan.files, plan.data, record, options, gazetteer())
    if not is_new and any(problem.severity == "error" and not _is_cell(problem.spot) for problem in found.problems):
        # An error at a cell leaves that cell out; any other one leaves nothing to take.
        found = dataclasses.replace(found, refused=True)
    return PendingImport(folder, is_new, found, content)


def _carried_plan(opened: OpenedWorkbook, folder: Path) -> ParsedScenario:
    """The plan that a workbook of ours carries, as it went out; for a template an empty one."""
    assert opened.payload is not None
    return parse(opened.plan_files or empty_plan(folder.resolve().name, opened.payload.start), gazetteer())


def _check_free(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise WrongTarget(mark("{folder}: this is a file, not a folder"), folder=folder)
    if folder.is_dir() and {path.name for path in folder.iterdir()} - {HEADINGS}:
        raise WrongTarget(
            mark("{folder}: the folder holds other files and no exercise.yaml; give an empty or a new one"),
            folder=folder,
        )


def _is_cell(spot: Spot) -> bool:
    return isinstance(spot, CellSpot) and bool(spot.cell)


def read_record(folder: Path, workbook: str) -> ImportRecord | None:
    """What the folder keeps of the workbook that was imported last; None for none. Raises Unreadable."""
    path = folder / record_path(workbook)
    return parse_record(str(path), _read(path)) if path.is_file() else None


def read_kept_workbook(folder: Path, record: ImportRecord) -> bytes:
    """The imported workbook that the folder keeps; raises Unreadable."""
    return _read(folder / record.workbook_path)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            # One byte more than may be, so that the reader sees when it is too much.
            return file.read(MOST_FILE_BYTES + 1)
    except FileNotFoundError as wrong:
        missing = Problem(
            "no-file",
            Spot(str(path)),
            mark("There is no such file"),
            mark("Look at the name; it is that of a workbook or a CSV file"),
        )
        raise Unreadable((missing,)) from wrong
    except OSError as wrong:
        raise Unreadable((unreadable(path, wrong),)) from wrong
