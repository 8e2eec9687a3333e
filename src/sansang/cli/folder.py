"""What is in the folder? The only place that reads scenario files from a disk."""

from __future__ import annotations

from pathlib import Path

from sansang.formats.areas import gazetteer
from sansang.formats.problems import Problem, Spot
from sansang.formats.scenario import Reading, parse, parts_of
from sansang.formats.scenario.reading import MAIN
from sansang.formats.scenario.tree import MOST_BYTES
from sansang.words import mark


def read_folder(folder: Path) -> Reading:
    """The scenario in a folder; whatever the disk says becomes a problem with its place."""
    if folder.is_file() and folder.name == MAIN:
        folder = folder.parent
    if not folder.is_dir():
        problem = Problem(
            "no-folder",
            Spot(str(folder)),
            mark("There is no folder of this name"),
            mark("Give the folder that holds exercise.yaml, such as examples/hem-chay"),
        )
        return Reading(None, (problem,))
    main = _read(folder, MAIN)
    if isinstance(main, Problem):
        return Reading(None, (main,))
    files = {MAIN: main}
    problems = []
    for part in parts_of(main):
        if not (folder / part).exists():
            continue  # the reader says so, at the line that names it
        data = _read(folder, part)
        if isinstance(data, Problem):
            problems.append(data)
            files[part] = b"{}"
        else:
            files[part] = data
    reading = parse(files, gazetteer())
    if problems:
        return Reading(None, (*problems, *reading.problems))
    return reading


def _read(folder: Path, name: str) -> bytes | Problem:
    path = folder / name
    spot = Spot(str(path))
    if not path.exists():
        return Problem(
            "no-file",
            spot,
            mark("There is no such file"),
            mark("A scenario folder holds exercise.yaml; start from examples/hem-chay"),
        )
    if not path.resolve().is_relative_to(folder.resolve()):
        return Problem(
            "outside",
            spot,
            mark("The file leads out of the folder"),
            mark("Put a copy of it into the folder"),
        )
    if not path.is_file():
        return Problem("not-a-file", spot, mark("This is no file"), mark("Put a YAML text file in its place"))
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as wrong:
        return Problem(
            "unreadable",
            spot,
            mark("The file can't be read ({reason})"),
            mark("See to its permissions and the disk"),
            {"reason": wrong.strerror or str(wrong)},
        )
