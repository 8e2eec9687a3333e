"""What does the text say, and where? YAML as plain data with the line and column of every key and value.

What could hurt is refused before anything is built: bombs of aliases, endless nesting, tags that call code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sansang.formats.problems import Problem, Spot
from sansang.words import mark

MOST_BYTES = 8 * 1024 * 1024
MOST_NODES = 500_000
DEEPEST = 40

Path = tuple[str | int, ...]


@dataclass
class Tree:
    """The data of one file, and the spot of each path in it (of the value; ``keys`` has that of the key)."""

    file: str
    data: Any = None
    values: dict[Path, Spot] = field(default_factory=dict)
    keys: dict[Path, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def error(self, code: str, spot: Spot, message: str, mend: str, **values: object) -> None:
        """Note that something is wrong."""
        self.problems.append(Problem(code, spot, message, mend, values))


def parse_tree(file: str, data: bytes) -> Tree:
    """The tree of a file; with errors its data are None."""
    tree = Tree(file)
    text = _decoded(tree, data)
    if text is None:
        return tree
    # Only here, so that what reads no file does not load the library.
    from sansang.formats.scenario.yaml_reader import fill_tree

    fill_tree(tree, text)
    return tree


def _decoded(tree: Tree, data: bytes) -> str | None:
    whole = Spot(tree.file)
    if len(data) > MOST_BYTES:
        tree.error(
            "too-large",
            whole,
            mark("The file has {size} MiB, more than the {most} that a scenario may have"),
            mark("Split it into parts, or take out what does not belong to the plan"),
            size=len(data) // 2**20,
            most=MOST_BYTES // 2**20,
        )
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tree.error("not-utf8", whole, mark("The file is UTF-16"), mark("Save it as UTF-8"))
        return None
    if b"\0" in data:
        tree.error(
            "binary",
            whole,
            mark("The file is not text (it holds a zero byte)"),
            mark("Give a YAML text file; a workbook is imported, not renamed"),
        )
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = len(data[: wrong.start].split(b"\n"))
        column = wrong.start - (data.rfind(b"\n", 0, wrong.start) + 1) + 1
        spot = Spot(tree.file, line, column)
        tree.error("not-utf8", spot, mark("The file is not UTF-8 here"), mark("Save it as UTF-8"))
        return None
    if not text.strip():
        tree.error("empty", whole, mark("The file is empty"), mark("Start from examples/hem-chay/exercise.yaml"))
        return None
    return text
