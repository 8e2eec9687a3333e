"""Does the glossary match the code? Every name in the last column of its tables exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "sansang"


def table_rows() -> list[list[str]]:
    """The cells of every row of the glossary's tables, without the headings."""
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [cells for cells in rows if cells[-1] not in ("code", "---")]


def code_names() -> list[str]:
    """Every name in backticks in the last column: "room/module" or "room/module.Name"."""
    return sorted({name for cells in table_rows() for name in re.findall(r"`([^`]+)`", cells[-1])})


@cache
def defined_names(path: Path) -> frozenset[str]:
    """The names that a module defines at its top level."""
    names = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return frozenset(names)


def module_file(path: str) -> Path | None:
    """The file of a module, or the folder of a package, by its path below the source; None if there is none."""
    candidates = (SOURCE / f"{path}.py", SOURCE / path / "__init__.py", SOURCE / path)
    return next((file for file in candidates if file.exists()), None)


@pytest.mark.parametrize("name", code_names())
def test_every_code_name_of_the_glossary_exists(name: str) -> None:
    path, _, member = name.partition(".")
    file = module_file(path)
    assert file is not None, f"no module {path}"
    assert not member or member in defined_names(file), f"no {member} in {path}"


def test_no_term_is_listed_twice() -> None:
    terms = [cells[0] for cells in table_rows()]
    assert sorted({term for term in terms if terms.count(term) > 1}) == []


def test_every_row_has_the_cells_of_its_table() -> None:
    assert {len(cells) for cells in table_rows()} == {3, 4}
