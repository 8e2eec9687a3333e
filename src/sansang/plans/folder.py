"""What is in a plan's folder? Its files read into a plan, or everything that is wrong with them."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sansang.formats.areas import gazetteer
from sansang.formats.problems import Problem, Spot
from sansang.formats.scenario import ParsedScenario, apply_settings, parse, parts_of
from sansang.formats.scenario.read import MAIN
from sansang.formats.scenario.yaml_tree import MOST_BYTES
from sansang.model.exercise.exercise import Exercise
from sansang.plans.atomic_write import settle_pending
from sansang.words import mark


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan that was read and is in order: where it lies, what it says, and the files that say it.

    ``problems`` are warnings. ``files`` are ``exercise.yaml`` and its parts by their names in the folder, ``data``
    the values of all of them as one mapping.
    """

    folder: Path
    scenario: Exercise
    files: Mapping[str, bytes]
    data: Mapping[str, Any]
    problems: tuple[Problem, ...]
    parsed: ParsedScenario

    @classmethod
    def of(cls, folder: Path, parsed: ParsedScenario) -> Plan:
        """The plan that was parsed; raises Unreadable with every problem if it has errors."""
        scenario = parsed.require()
        assert parsed.document is not None and parsed.places is not None
        return cls(folder, scenario, parsed.document.files, parsed.places.data, parsed.problems, parsed)

    def with_settings(self, settings: Sequence[str]) -> Plan:
        """The plan where each ``PATH=VALUE`` is set, such as ``wards.p4.post.desks=2``; nothing is written.

        Raises Unreadable for settings that lead nowhere, are no values, or leave the plan in disorder.
        """
        return Plan.of(self.folder, apply_settings(self.parsed, settings, gazetteer()))


def load(folder: Path) -> Plan:
    """The plan in a folder; raises Unreadable with every problem that its files (or the disk) have."""
    return Plan.of(folder.parent if folder.name == MAIN else folder, read_folder(folder))


def read_folder(folder: Path) -> ParsedScenario:
    """What a folder says, with a scenario or without; what is wrong, on the disk too, is a problem with its place."""
    try:
        if folder.is_file() and folder.name == MAIN:
            folder = folder.parent
        is_folder = folder.is_dir()
    except OSError as wrong:
        return ParsedScenario(None, (unreadable(folder, wrong),))
    if not is_folder:
        problem = Problem(
            "no-folder",
            Spot(str(folder)),
            mark("There is no folder of this name"),
            mark("Give the folder that holds exercise.yaml, such as examples/hem-chay"),
        )
        return ParsedScenario(None, (problem,))
    with contextlib.suppress(OSError):
        # A save that was cut short after its decision: the files that are ready belong to the plan.
        settle_pending(folder)
    main = _read(folder, MAIN)
    if isinstance(main, Problem):
        return ParsedScenario(None, (main,))
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
    named = {problem.spot.file for problem in problems}
    rest = [
        problem
        for problem in reading.problems
        if not (problem.code == "part-missing" and str(folder / str(problem.values["part"])) in named)
    ]
    return ParsedScenario(None, (*problems, *rest))


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
        return unreadable(path, wrong)


def unreadable(path: Path, wrong: Exception) -> Problem:
    """What to say of a file that the disk does not give."""
    return Problem(
        "unreadable",
        Spot(str(path)),
        mark("The file can't be read ({reason})"),
        mark("See to its permissions and the disk"),
        {"reason": getattr(wrong, "strerror", None) or str(wrong)},
    )
