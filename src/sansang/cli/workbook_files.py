"""Which files does an import touch? The workbook, the plan's folder, and what the folder keeps of the workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sansang.cli.atomic_write import write_folder
from sansang.cli.workbook_report import stop
from sansang.formats.problems import Problem, Spot, Unreadable
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.formats.workbook.source import Source


def source_in(voice: Voice, folder: Path, workbook: str) -> Source | None:
    from sansang.formats.workbook.source import FOLDER, RECORD, from_bytes

    path = folder / FOLDER / workbook / RECORD
    if not path.is_file():
        return None
    return from_bytes(str(path), read_file(path))


def kept_name(source: Source) -> str:
    from sansang.formats.workbook.source import FOLDER

    return f"{FOLDER}/{source.workbook}/{Path(source.file).name}"


def kept(source: Source, content: bytes) -> dict[str, bytes]:
    from sansang.formats.workbook.source import FOLDER, RECORD, to_bytes

    return {kept_name(source): content, f"{FOLDER}/{source.workbook}/{RECORD}": to_bytes(source)}


def read_file(path: Path) -> bytes:
    from sansang.formats.workbook.archive import MOST_FILE_BYTES

    try:
        with path.open("rb") as file:
            return file.read(MOST_FILE_BYTES + 1)
    except OSError as wrong:
        missing = isinstance(wrong, FileNotFoundError)
        raise Unreadable(
            (
                Problem(
                    "no-file" if missing else "unreadable",
                    Spot(str(path)),
                    mark("There is no such file") if missing else mark("The file can't be read ({reason})"),
                    mark("Look at the name; it is that of a workbook or a CSV file")
                    if missing
                    else mark("See to its permissions and the disk"),
                    {"reason": wrong.strerror or str(wrong)},
                ),
            )
        ) from wrong


def write_plan(voice: Voice, folder: Path, files: dict[str, bytes]) -> None:
    try:
        write_folder(folder, files)
    except OSError as wrong:
        stop(
            voice,
            mark("{folder}: the folder can't be written ({reason}); nothing was changed"),
            folder=folder,
            reason=wrong.strerror or wrong,
        )


def write_file(voice: Voice, out: Path, data: bytes) -> None:
    from sansang.cli.play_options import keep

    keep(voice, {out.name: data}, out.parent)
