"""How does a workbook come into a plan's folder? Read and compared first; written once changes are accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sansang.formats.areas import gazetteer
from sansang.formats.problems import CellSpot, Problem, Spot, Unreadable
from sansang.formats.scenario import parse
from sansang.formats.scenario.read import MAIN
from sansang.formats.workbook import (
    MOST_FILE_BYTES,
    Headings,
    ImportOptions,
    ImportRecord,
    OpenedWorkbook,
    SheetReport,
    WorkbookImport,
    default_headings,
    empty_plan,
    extended_headings,
    open_workbook,
    parse_record,
    plan_from_list,
    record_path,
)
from sansang.formats.workbook import import_workbook as compare_workbook
from sansang.model.merging import Change
from sansang.plans.atomic_write import settle_pending, write_folder
from sansang.plans.folder import load, unreadable
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
    """A workbook that was read and compared with a plan; nothing is written yet.

    ``is_new``: the folder holds no plan, and all ``changes`` belong to the one that it becomes. Else a person chooses
    which ``changes`` to accept. ``refused``: nothing can be taken, for the errors among ``problems``. ``rows`` are
    those of the list: injects, or units. ``before`` are the plan's files before the changes.
    """

    folder: Path
    is_new: bool
    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    sheets: tuple[SheetReport, ...]
    rows: int
    refused: bool
    before: Mapping[str, bytes]
    content: bytes
    record: ImportRecord
    compared: WorkbookImport | None = None

    def title_of(self, change: Change) -> str:
        """What the changed row is called in the workbook; "" for one without a name."""
        if self.compared is None:
            return ""
        row = self.compared.read.tables.get(change.table, {}).get(change.id, {})
        return str(row.get("title") or row.get("name") or row.get("text") or row.get("message") or "")

    def write(self, accepted: Sequence[Change]) -> tuple[str, ...]:
        """Write the plan with these changes, and the workbook beside it; the names of the plan's files written.

        Where changes were proposed and none is accepted, nothing is written. Raises Unreadable if the plan would not
        be in order (a fault of the program), OSError if the folder can't be written; then nothing is changed.
        """
        changed = self.compared.files(self.before, accepted) if self.compared is not None and accepted else {}
        if changed or self.compared is None:
            parse({**self.before, **changed}, gazetteer()).require()
        if not self.is_new and self.changes and not accepted:
            return ()
        files = {**self.before, **changed} if self.is_new else changed
        write_folder(self.folder, {**files, **self.record.files(self.content)})
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
    if (folder / MAIN).exists():
        return _into_plan(opened, content, folder, workbook, options)
    _check_free(folder)
    if opened.plan_files is None:
        return _new_from_list(opened, content, folder, options)
    return _new_from_carried(opened, opened.plan_files, content, folder, options)


def _into_plan(
    opened: OpenedWorkbook, content: bytes, folder: Path, workbook: str, options: ImportOptions
) -> PendingImport:
    plan = load(folder)
    record = None if opened.is_ours else read_record(folder, workbook)
    compared = compare_workbook(opened, plan.data, record, options, gazetteer())
    # An error at a cell leaves that cell out; any other one leaves nothing to take.
    errors = [problem for problem in compared.problems if problem.severity == "error" and not _is_cell(problem.spot)]
    return _pending(folder, False, opened, content, plan.files, compared, compared.refused or bool(errors))


def _new_from_carried(
    opened: OpenedWorkbook, files: Mapping[str, bytes], content: bytes, folder: Path, options: ImportOptions
) -> PendingImport:
    """The plan as it went out with the workbook (for a template an empty one), then what was changed in it."""
    assert opened.payload is not None
    files = files or empty_plan(folder.resolve().name, opened.payload.start)
    parsed = parse(files, gazetteer())
    parsed.require()
    assert parsed.places is not None and parsed.document is not None
    compared = compare_workbook(opened, parsed.places.data, None, options, gazetteer())
    return _pending(folder, True, opened, content, parsed.document.files, compared, compared.refused)


def _pending(
    folder: Path,
    is_new: bool,
    opened: OpenedWorkbook,
    content: bytes,
    before: Mapping[str, bytes],
    compared: WorkbookImport,
    refused: bool,
) -> PendingImport:
    return PendingImport(
        folder,
        is_new,
        compared.changes,
        (*opened.notices, *compared.problems),
        compared.sheets,
        compared.rows,
        refused,
        before,
        content,
        compared.record,
        compared,
    )


def _new_from_list(opened: OpenedWorkbook, content: bytes, folder: Path, options: ImportOptions) -> PendingImport:
    made = plan_from_list(opened.file, opened.book, folder.resolve().name, options)
    problems = (*opened.notices, *made.problems)
    return PendingImport(
        folder, True, (), problems, made.sheets, made.rows, made.refused, made.files, content, made.record
    )


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
