"""Does the code keep the rules of the house? What the model imports, how modules are named, how long they are."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

SOURCE = Path(__file__).parents[2] / "src" / "sansang"
KEYWORDS = {"mark": None, "say": None}


def test_the_model_imports_only_the_standard_library() -> None:
    files = list((SOURCE / "model").rglob("*.py"))
    assert len(files) > 30
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                top = name.partition(".")[0]
                assert top in sys.stdlib_module_names or name.startswith("sansang.model"), (path.name, name)
                assert top not in ("random", "time", "os", "socket", "secrets"), (path.name, name)


def _messages() -> set[str]:
    methods = [("**.py", "python"), ("**.j2", "jinja2"), ("**/pages/**.html", "jinja2")]
    found = extract_from_dir(
        str(SOURCE),
        methods,
        {"**.j2": {"trim_blocks": "true"}, "**/pages/**.html": {"trim_blocks": "true"}},
        keywords=KEYWORDS,
    )
    return {item[2] for item in found if isinstance(item[2], str) and item[2]}


def test_every_message_has_a_vietnamese_text_with_the_same_placeholders() -> None:
    with (SOURCE / "words" / "vi" / "LC_MESSAGES" / "sansang.po").open("rb") as file:
        catalogue = {m.id: m for m in read_po(file) if m.id}
    messages = _messages()
    assert len(messages) > 300
    for message in messages:
        assert message in catalogue, f"no Vietnamese for {message!r}: scripts/translate, then make words"
        entry = catalogue[message]
        assert isinstance(entry.string, str)
        assert entry.string.strip(), message
        assert not entry.fuzzy, message
        placeholders = [sorted(re.findall(r"(?<!\{)\{(\w+)", text)) for text in (message, entry.string)]
        assert placeholders[0] == placeholders[1], message
    assert set(catalogue) == messages  # no translation is left over


def test_no_module_has_a_vague_name() -> None:
    vague = {"utils", "util", "helpers", "helper", "manager", "base", "misc", "common"}
    assert not {path for path in SOURCE.rglob("*.py") if path.stem in vague}


def test_no_module_is_longer_than_500_lines() -> None:
    too_long = {path.name: n for path in SOURCE.rglob("*.py") if (n := len(path.read_text("utf-8").splitlines())) > 500}
    assert not too_long
