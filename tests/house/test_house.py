"""The house: the model stands alone, and every message can be said in both languages."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

SOURCE = Path(__file__).parents[2] / "src" / "sansang"
KEYWORDS = {"mark": None, "say": None}


def _imports(path: Path) -> list[str]:
    """The modules that a file imports, wherever in it."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names


def test_the_model_stands_on_the_standard_library_alone() -> None:
    files = list((SOURCE / "model").rglob("*.py"))
    assert len(files) >= 39  # those of its folders too
    for path in files:
        for name in _imports(path):
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names or name.startswith("sansang.model"), (path.relative_to(SOURCE), name)
            assert top not in ("random", "time", "os", "socket", "secrets"), (path.relative_to(SOURCE), name)


def test_the_program_imports_nothing_that_is_not_installed_with_it() -> None:
    files = list(SOURCE.rglob("*.py"))
    assert len(files) > 300
    wrong = [
        (str(path.relative_to(SOURCE)), name)
        for path in files
        for name in _imports(path)
        if name.partition(".")[0] in ("benchmarks", "tests")
    ]
    assert wrong == []


def _messages() -> set[str]:
    methods = [("**.py", "python"), ("**.j2", "jinja2"), ("**/pages/**.html", "jinja2")]
    found = extract_from_dir(
        str(SOURCE),
        methods,
        {"**.j2": {"trim_blocks": "true"}, "**/pages/**.html": {"trim_blocks": "true"}},
        keywords=KEYWORDS,
    )
    return {item[2] for item in found if isinstance(item[2], str) and item[2]}


def test_every_message_that_is_marked_within_a_formatted_text_is_in_the_catalogue_too() -> None:
    """The extractor does not look into formatted texts; the parser does."""
    with (SOURCE / "words" / "vi" / "LC_MESSAGES" / "sansang.po").open("rb") as file:
        catalogue = {message.id for message in read_po(file)}
    missing = [
        (path.name, argument.value)
        for path in SOURCE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "mark"
        for argument in call.args[:1]
        if isinstance(argument, ast.Constant) and argument.value not in catalogue
    ]
    assert missing == []


def test_every_message_has_its_vietnamese_with_the_same_places() -> None:
    with (SOURCE / "words" / "vi" / "LC_MESSAGES" / "sansang.po").open("rb") as file:
        catalogue = {m.id: m for m in read_po(file) if m.id}
    messages = _messages()
    assert len(messages) > 300
    for message in messages:
        assert message in catalogue, (
            f"no Vietnamese for {message!r}: add it to words/vi/LC_MESSAGES/sansang.po, then: make words"
        )
        entry = catalogue[message]
        assert isinstance(entry.string, str)
        assert entry.string.strip(), message
        assert not entry.fuzzy, message
        places = [sorted(re.findall(r"(?<!\{)\{(\w+)", text)) for text in (message, entry.string)]
        assert places[0] == places[1], message
    assert set(catalogue) == messages  # nothing is kept that nobody says


def test_no_file_is_named_for_what_it_might_hold() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "base", "misc", "common"}
    assert not {path for path in SOURCE.rglob("*.py") if path.stem in vague}


def test_no_file_has_lost_its_walls() -> None:
    long = {path.name: n for path in SOURCE.rglob("*.py") if (n := len(path.read_text("utf-8").splitlines())) > 500}
    assert not long


@pytest.mark.parametrize("room", ["ledger", "board"])
def test_no_sql_on_the_tables_of_a_room_stands_outside_it(room: str) -> None:
    """The ledger's and boards' tables are only read and written by their own room."""
    statement = re.compile(rf"(?i)\b(from|join|into|update|table)\s+{room}_[a-z]+")
    home = SOURCE / ("ledger" if room == "ledger" else "boards")
    inside = [path for path in home.rglob("*.py") if statement.search(path.read_text("utf-8"))]
    outside = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if home not in path.parents and statement.search(path.read_text("utf-8"))
    ]
    assert len(inside) > 1
    assert outside == []
