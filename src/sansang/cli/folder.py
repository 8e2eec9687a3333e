"""What is in the folder? The only place that reads scenario files from a disk."""

from __future__ import annotations

import contextlib
from pathlib import Path

from sansang.cli.atomic_write import settle_pending
from sansang.formats.areas import gazetteer
from sansang.formats.problems import Problem, Spot
from sansang.formats.scenario import Reading, parse, parts_of
from sansang.formats.scenario.read import MAIN
from sansang.formats.scenario.yaml_tree import MOST_BYTES
from sansang.words import mark


def read_folder(folder: Path) -> Reading:
    """The scenario in a folder; whatever the disk says becomes a problem with its place."""
    try:
        if folder.is_file() and folder.name == MAIN:
            folder = folder.parent
        is_folder = folder.is_dir()
    except OSError as wrong:
        return Reading(None, (_unreadable(Spot(str(folder)), wrong),))
    if not is_folder:
        problem = Problem(
            "no-folder",
            Spot(str(folder)),
            mark("There is no folder of this name"),
            mark("Give the folder that holds exercise.yaml, such as examples/hem-chay"),
        )
        return Reading(None, (problem,))
    with contextlib.suppress(OSError):
        # An import that was cut short after its decision: what was laid ready is part of the plan.
        settle_pending(folder)
    main = _read(folder, MAIN)
    if isinstance(main, Problem):
        return Reading(None, (main,))
    files = {MAIN: main}
    problems = []
    for part in parts_of(main):
        data = _read(folder, part)
        if not isinstance(data, Problem):
            files[part] = data
        elif data.code != "no-file":
            problems.append(data)
    reading = parse(files, gazetteer())
    if not problems:
        return reading
    # The reader holds a part without bytes for one that is not there; the disk knows better.
    told = {problem.spot.file for problem in problems}
    rest = [
        problem
        for problem in reading.problems
        if not (problem.code == "part-missing" and str(folder / str(problem.values["part"])) in told)
    ]
    return Reading(None, (*problems, *rest))


def _read(folder: Path, name: str) -> bytes | Problem:
    path = folder / name
    spot = Spot(str(path))
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve(strict=True)):
            return Problem(
                "outside",
                spot,
                mark("The file leads out of the folder"),
                mark("Put a copy of it into the folder"),
            )
        if not path.is_file():
            return Problem("not-a-file", spot, mark("This is no file"), mark("Put a YAML text file in its place"))
        with path.open("rb") as file:
            # One byte more than may be, so that the reader sees when it is too much.
            return file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return Problem(
            "no-file",
            spot,
            mark("There is no such file"),
            mark("A scenario folder holds exercise.yaml; start from examples/hem-chay"),
        )
    except (OSError, RuntimeError) as wrong:  # Python 3.11 says RuntimeError for links in a circle
        return _unreadable(spot, wrong)


def _unreadable(spot: Spot, wrong: Exception) -> Problem:
    return Problem(
        "unreadable",
        spot,
        mark("The file can't be read ({reason})"),
        mark("See to its permissions and the disk"),
        {"reason": getattr(wrong, "strerror", None) or str(wrong)},
    )
