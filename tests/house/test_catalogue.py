"""Whatever the program says, it says in Vietnamese too, with the same places to fill."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
PO = ROOT / "src" / "sansang" / "words" / "vi" / "LC_MESSAGES" / "sansang.po"
KINDS = [("**.py", "python"), ("**.j2", "jinja2"), ("**/pages/**.html", "jinja2")]


@cache
def said() -> dict[str, str]:
    """Every message in the source, with the first place where it stands."""
    found: dict[str, str] = {}
    for file, line, message, _, _ in extract_from_dir(ROOT / "src", KINDS, keywords={"mark": None, "say": None}):
        assert isinstance(message, str), f"{file}:{line}"
        found.setdefault(message, f"{file}:{line}")
    return found


@cache
def translated() -> dict[str, str]:
    """Every message of the catalogue with its translation."""
    with PO.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    assert catalogue.charset == "utf-8"
    assert catalogue.num_plurals == 1
    return {str(message.id): str(message.string) for message in catalogue if message.id and not message.fuzzy}


def places(message: str) -> set[str]:
    """The names between braces; none where a message is said without being filled (a single brace stands alone)."""
    try:
        return {name for _, name, _, _ in Formatter().parse(message) if name}
    except ValueError:
        return set()


def test_the_source_has_messages() -> None:
    assert len(said()) > 300


@pytest.mark.parametrize("message", sorted(said()))
def test_a_message_is_said_in_vietnamese_with_the_same_places(message: str) -> None:
    translation = translated().get(message, "")
    assert translation.strip(), f"{said()[message]}: not in {PO.relative_to(ROOT)}"
    assert places(translation) == places(message)
    # A sentence ends as its original does: what is joined to others must not bring a full stop of its own.
    assert translation.endswith(".") == message.endswith(".")


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    assert sorted(set(translated()) - set(said())) == []
