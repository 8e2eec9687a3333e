"""Is every message translated? Each has a Vietnamese text with the same placeholders."""

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
def source_messages() -> dict[str, str]:
    """Every message in the source, with the file and line of its first occurrence."""
    found: dict[str, str] = {}
    for file, line, message, _, _ in extract_from_dir(ROOT / "src", KINDS, keywords={"mark": None, "say": None}):
        assert isinstance(message, str), f"{file}:{line}"
        found.setdefault(message, f"{file}:{line}")
    return found


@cache
def translations() -> dict[str, str]:
    """Every message of the catalogue with its translation."""
    with PO.open("rb") as file:
        catalogue = read_po(file, abort_invalid=True)
    assert catalogue.charset == "utf-8"
    assert catalogue.num_plurals == 1
    return {str(message.id): str(message.string) for message in catalogue if message.id and not message.fuzzy}


def placeholders(message: str) -> set[str]:
    """The names between braces; none for a message that is not filled in and contains single braces."""
    try:
        return {name for _, name, _, _ in Formatter().parse(message) if name}
    except ValueError:
        return set()


def test_the_source_has_messages() -> None:
    assert len(source_messages()) > 300


@pytest.mark.parametrize("message", sorted(source_messages()))
def test_every_message_is_translated_with_the_same_placeholders(message: str) -> None:
    translation = translations().get(message, "")
    assert translation.strip(), f"{source_messages()[message]}: not in {PO.relative_to(ROOT)}"
    assert placeholders(translation) == placeholders(message)
    # A translation ends as its original does: texts that are joined must not bring a full stop of their own.
    assert translation.endswith(".") == message.endswith(".")


def test_the_catalogue_has_no_message_that_is_not_in_the_source() -> None:
    assert sorted(set(translations()) - set(source_messages())) == []
