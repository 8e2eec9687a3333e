"""Do the developers' pages match the code? Every path and name on them exists, and every room is in its table."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sansang"
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
PAGES = (
    ROOT / "docs" / "architecture.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "docs" / "decisions" / "0018-record-kinds.md",
)
#: "room/module.py", "room/", or "room/module.py:Name.member", in backticks.
PLACE = re.compile(r"`((?:[\w-]+/)+(?:[\w-]+\.\w+)?(?::[\w.]+)?)`")
PLACES = sorted({place for page in PAGES for place in PLACE.findall(page.read_text("utf-8"))})
#: Names of the example of CONTRIBUTING.md, and what only a build makes.
NOT_THERE = frozenset({"model/operation/roads.py", "out/docs/"})
SCRIPT_NAME = r"^export (?:async )?(?:function|const|let|class) {0}\b|^(?:async )?(?:function|const|let) {0}\b"


@cache
def python_names(path: Path) -> frozenset[str]:
    """The names that a module defines: of its top level, and "Class.member"."""
    names = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            names |= {node.name, *(f"{node.name}.{one.name}" for one in node.body if isinstance(one, ast.FunctionDef))}
        elif isinstance(node, ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(names)


def is_defined(path: Path, name: str) -> bool:
    """Whether a file defines this name."""
    if path.suffix == ".py":
        return name in python_names(path)
    return re.search(SCRIPT_NAME.format(re.escape(name)), path.read_text("utf-8"), re.MULTILINE) is not None


def test_the_pages_name_places() -> None:
    assert len(PLACES) > 100


@pytest.mark.parametrize("place", [place for place in PLACES if place not in NOT_THERE])
def test_every_place_on_the_pages_exists(place: str) -> None:
    path, _, name = place.partition(":")
    file = next((root / path for root in (SOURCE, ROOT) if (root / path).exists()), None)
    assert file is not None, f"no {path}"
    assert not name or is_defined(file, name), f"no {name} in {path}"


def test_every_room_is_in_the_table_of_rooms_and_no_other() -> None:
    table = PAGE.partition("## The rooms")[2].partition("\n## ")[0]
    rooms = re.findall(r"^\| `([a-z]+)/` \|", table, re.MULTILINE)
    assert sorted(rooms) == sorted(file.parent.name for file in SOURCE.glob("*/__init__.py"))


def test_the_table_says_what_each_room_imports() -> None:
    table = PAGE.partition("## The rooms")[2].partition("\n## ")[0]
    rooms = {file.parent.name for file in SOURCE.glob("*/__init__.py")}
    for room, imports in re.findall(r"^\| `([a-z]+)/` \|.*\| ([^|]*) \|$", table, re.MULTILINE):
        named = set(re.findall(r"`([a-z]+)`", imports))
        said = rooms - named - {room} if imports.startswith("all but") else named
        assert said == imported_rooms(room), room


def imported_rooms(room: str) -> set[str]:
    """The other rooms that the modules of a room import."""
    found = set()
    for path in (SOURCE / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found |= {name.split(".")[1] for name in names if name.startswith("sansang.")}
    return found - {room}
