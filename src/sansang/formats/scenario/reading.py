"""What does the folder say? Bytes of its files in, a scenario out, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

from sansang.formats.problems import Problem, Spot, Unreadable
from sansang.formats.scenario.building import Builder
from sansang.formats.scenario.matching import Where, mismatches
from sansang.formats.scenario.shape import VERSION, ScenarioFile
from sansang.formats.scenario.tree import Tree, grow
from sansang.model.areas import Gazetteer
from sansang.model.scenario import Scenario
from sansang.words import mark

MAIN = "exercise.yaml"
MOST_PARTS = 50


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: the scenario, or None with errors; warnings may stand beside a scenario."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]

    def require(self) -> Scenario:
        """The scenario; raises Unreadable with every problem if there are errors."""
        if self.scenario is None:
            raise Unreadable(self.problems)
        return self.scenario


def parts_of(main: bytes) -> list[str]:
    """The parts that ``exercise.yaml`` names and that may be read: relative YAML files inside the folder."""
    if b"parts" not in main:
        return []
    data = grow(MAIN, main).data
    named = data.get("parts") if isinstance(data, dict) else None
    if not isinstance(named, list):
        return []
    return [part for part in named[:MOST_PARTS] if isinstance(part, str) and is_inside(part)]


def is_inside(part: str) -> bool:
    """Whether a name is that of a YAML file in the folder, on any system."""
    path = PurePosixPath(part)
    windows = PureWindowsPath(part)
    outside = path.is_absolute() or windows.is_absolute() or bool(windows.drive) or ".." in windows.parts
    return not outside and path.suffix in (".yaml", ".yml") and part != MAIN and "\\" not in part


def parse(files: Mapping[str, bytes], gazetteer: Gazetteer) -> Reading:
    """The scenario in these files (names as in the folder), with every problem that was found.

    Problems of form are told before those of meaning: as long as there are any, the rest is not looked at.
    """
    main = grow(MAIN, files.get(MAIN, b""))
    problems: list[Problem] = list(main.problems)
    if main.data is None:
        return Reading(None, tuple(problems))
    trees = [main, *_parts(main, files, problems)]
    data, where = _joined(trees, problems)
    if _too_new(data, where, problems):
        return Reading(None, tuple(problems))
    problems += mismatches(data, where)
    if any(problem.severity == "error" for problem in problems):
        return Reading(None, _in_order(problems))
    import msgspec

    file = msgspec.convert(data, ScenarioFile)
    builder = Builder(file, where, gazetteer)
    scenario: Scenario | None = builder.build()
    problems += builder.problems
    if any(problem.severity == "error" for problem in problems):
        scenario = None
    return Reading(scenario, _in_order(problems))


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Errors first, then by place."""
    return tuple(sorted(dict.fromkeys(_hashable(p) for p in problems), key=lambda p: (p.severity, p.spot)))


def _hashable(problem: Problem) -> Problem:
    """Values as text, so that a problem found twice is told once."""
    values = _Values({key: str(value) for key, value in problem.values.items()})
    return Problem(problem.code, problem.spot, problem.message, problem.mend, values, problem.severity)


class _Values(dict[str, object]):
    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items(), key=lambda item: item[0])))


def _too_new(data: dict[str, Any], where: Where, problems: list[Problem]) -> bool:
    version = data.get("format")
    if not isinstance(version, int) or isinstance(version, bool) or version <= VERSION:
        return False
    problems.append(
        Problem(
            "format-too-new",
            where.value(("format",)),
            mark("This file has form {version}; this program knows forms up to {known}"),
            mark("Use a newer version of the program"),
            {"version": version, "known": VERSION},
        )
    )
    return True


def _parts(main: Tree, files: Mapping[str, bytes], problems: list[Problem]) -> list[Tree]:
    named = main.data.get("parts", [])
    if not isinstance(named, list):
        return []
    trees = []
    for number, part in enumerate(named):
        spot = main.values.get(("parts", number), Spot(MAIN))
        if not isinstance(part, str):
            continue
        if not is_inside(part) or number >= MOST_PARTS:
            problems.append(
                Problem(
                    "part-outside",
                    spot,
                    mark("`{part}` is no part of this folder"),
                    mark("Name a .yaml file in the folder, such as forces.yaml, without .. or a leading /"),
                    {"part": part},
                )
            )
        elif part not in files:
            problems.append(
                Problem(
                    "part-missing",
                    spot,
                    mark("The part `{part}` is not in the folder"),
                    mark("Put the file there, or take the line out"),
                    {"part": part},
                )
            )
        else:
            tree = grow(part, files[part])
            problems += tree.problems
            if tree.data is not None:
                trees.append(tree)
    return trees


def _joined(trees: list[Tree], problems: list[Problem]) -> tuple[dict[str, Any], Where]:
    """The keys of all files as one; a key in two files is an error."""
    data: dict[str, Any] = {}
    owner: dict[str, Tree] = {}
    where = Where({}, {}, Spot(MAIN))
    for tree in trees:
        for key, value in tree.data.items():
            if key in owner:
                problems.append(
                    Problem(
                        "key-in-two-files",
                        tree.keys[key,],
                        mark("`{key}` stands in {first} too"),
                        mark("Keep it in one of the two files"),
                        {"key": key, "first": owner[key].file},
                    )
                )
                continue
            owner[key] = tree
            data[key] = value
        mine = {key for key, tree_of in owner.items() if tree_of is tree}
        where.values.update({path: spot for path, spot in tree.values.items() if path and path[0] in mine})
        where.keys.update({path: spot for path, spot in tree.keys.items() if path[0] in mine})
    return data, where
