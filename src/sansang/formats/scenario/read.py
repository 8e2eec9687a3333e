"""What does the folder say? Bytes of its files in, a scenario out, or everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import msgspec

from sansang.formats.problems import Problem, Spot, Unreadable
from sansang.formats.scenario.build import Builder
from sansang.formats.scenario.schema_errors import SpotFinder, mismatches, unknown_keys
from sansang.formats.scenario.shape import VERSION, ScenarioFile
from sansang.formats.scenario.source_spots import Places
from sansang.formats.scenario.yaml_tree import Tree, parse_tree
from sansang.model.areas import Gazetteer
from sansang.model.exercise.exercise import Exercise
from sansang.words import mark

MAIN = "exercise.yaml"
MOST_PARTS = 50
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Document:
    """The files that were read, by their names in the folder; ``exercise.yaml`` and the parts it names."""

    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class ParsedScenario:
    """What was read: the scenario, or None with errors; warnings may stand beside a scenario.

    ``document`` is what can be written back, None where a file is no YAML or is missing. ``places`` finds the
    spot of a name of the plan.
    """

    scenario: Exercise | None
    problems: tuple[Problem, ...]
    document: Document | None = None
    places: Places | None = None

    def require(self) -> Exercise:
        """The scenario; raises Unreadable with every problem if there are errors."""
        if self.scenario is None:
            raise Unreadable(self.problems)
        return self.scenario


def parts_of(main: bytes) -> list[str]:
    """The parts that ``exercise.yaml`` names and that may be read: relative YAML files inside the folder."""
    if b"parts" not in main:
        return []
    data = parse_tree(MAIN, main).data
    named = data.get("parts") if isinstance(data, dict) else None
    if not isinstance(named, list):
        return []
    return [part for part in named[:MOST_PARTS] if isinstance(part, str) and is_inside(part)]


def is_inside(part: str) -> bool:
    """Whether a name is that of another YAML file in the folder, written in one plain way, on any system."""
    path = PurePosixPath(part)
    outside = path.is_absolute() or bool(PureWindowsPath(part).drive) or ".." in path.parts or "\\" in part
    plain = str(path) == part and part.isprintable() and part != MAIN
    return not outside and plain and path.suffix in (".yaml", ".yml") and len(part) <= LONGEST_NAME


def parse(files: Mapping[str, bytes], gazetteer: Gazetteer) -> ParsedScenario:
    """The scenario in these files (names as in the folder), with every problem that was found.

    Problems of form come first: as long as there are any, references are not checked.
    """
    main = parse_tree(MAIN, files.get(MAIN, b""))
    if main.data is None:
        return ParsedScenario(None, tuple(main.problems))
    problems: list[Problem] = []
    trees = [main, *_parts(main, files, problems)]
    document = None if problems else Document({tree.file: files[tree.file] for tree in trees})
    data, where = _joined(trees, problems)
    if _too_new(data, where, problems):
        return ParsedScenario(None, _in_order(problems), document)
    return read_data(data, where, gazetteer, document, problems)


def read_data(
    data: dict[str, Any],
    where: SpotFinder,
    gazetteer: Gazetteer,
    document: Document | None,
    before: Iterable[Problem] = (),
) -> ParsedScenario:
    """The scenario in the values of the files; ``before`` are the problems found so far."""
    problems = list(before)
    whole = document is not None
    file, found = _file(data, where)
    # A key that seems to be missing may stand in the part that could not be read.
    problems += [p for p in found if whole or not (p.code == "missing" and p.spot == where.whole)]
    problems += unknown_keys(data, where)
    if file is None or _wrong(problems):
        return ParsedScenario(None, _in_order(problems), document)
    builder = Builder(file, where, gazetteer)
    scenario = builder.build()
    problems += builder.problems
    return ParsedScenario(None if _wrong(problems) else scenario, _in_order(problems), document, Places(data, where))


def _wrong(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _file(data: dict[str, Any], where: SpotFinder) -> tuple[ScenarioFile | None, list[Problem]]:
    """The typed values; only if they don't fit is the schema asked for everything that is wrong."""
    try:
        return msgspec.convert(data, ScenarioFile), []
    except msgspec.ValidationError as wrong:
        found = list(mismatches(data, where))
        if not found:
            reason = str(wrong)
            found = [
                Problem(
                    "wrong-form",
                    where.whole,
                    mark("The file does not have the form of a scenario ({reason})"),
                    mark("See `sansang schema` for what may stand here"),
                    {"reason": reason},
                )
            ]
        return None, found


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """Errors first, then by place."""
    return tuple(sorted(dict.fromkeys(_hashable(p) for p in problems), key=lambda p: (p.severity, p.spot)))


def _hashable(problem: Problem) -> Problem:
    """Values as text, so that a problem found twice is reported once."""
    values = _Values({key: str(value) for key, value in problem.values.items()})
    return Problem(problem.code, problem.spot, problem.message, problem.mend, values, problem.severity)


class _Values(dict[str, object]):
    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items(), key=lambda item: item[0])))


def _too_new(data: dict[str, Any], where: SpotFinder, problems: list[Problem]) -> bool:
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
    trees: dict[str, Tree] = {}
    for number, part in enumerate(named):
        if not isinstance(part, str):
            continue
        spot = main.values.get(("parts", number), Spot(MAIN))
        if part in trees or number >= MOST_PARTS or not is_inside(part):
            problems.append(_no_part(part, spot, part in trees, number))
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
            trees[part] = parse_tree(part, files[part])
            problems += trees[part].problems
    return [tree for tree in trees.values() if tree.data is not None]


def _no_part(part: str, spot: Spot, again: bool, number: int) -> Problem:
    if again:
        return Problem(
            "part-twice",
            spot,
            mark("The part `{part}` is named twice"),
            mark("Keep one of them"),
            {"part": part},
        )
    if number >= MOST_PARTS:
        return Problem(
            "too-many",
            spot,
            mark("The list is too long"),
            mark("Give at most {wanted} items"),
            {"wanted": MOST_PARTS},
        )
    return Problem(
        "part-outside",
        spot,
        mark("`{part}` is no part of this folder"),
        mark("Name a .yaml file in the folder, such as forces.yaml, without .. or a leading /"),
        {"part": part},
    )


def _joined(trees: list[Tree], problems: list[Problem]) -> tuple[dict[str, Any], SpotFinder]:
    """The keys of all files as one; a key in two files is an error."""
    data: dict[str, Any] = {}
    owner: dict[str, Tree] = {}
    where = SpotFinder({}, {}, Spot(MAIN))
    for tree in trees:
        for key, value in tree.data.items():
            if key in owner:
                problems.append(
                    Problem(
                        "key-in-two-files",
                        tree.keys[(key,)],
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
