"""The page of a result: whole, without anything from outside, safe with any words, in two languages."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sansang.formats.result_page import render_result_page
from sansang.model.exercise.exercise import Exercise
from sansang.model.plan.results import RehearsalResult
from sansang.plans.folder import read_folder
from sansang.rehearsal import rehearse
from sansang.words import Language, Voice

EXAMPLE = Path(__file__).parents[2] / "examples" / "hem-chay"


@pytest.fixture(scope="module")
def made() -> tuple[Exercise, RehearsalResult]:
    scenario = read_folder(EXAMPLE).require()
    return scenario, rehearse(scenario, 200)


class Elements(HTMLParser):
    """Counts elements and collects what they point to."""

    def __init__(self) -> None:
        super().__init__()
        self.count: dict[str, int] = {}
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count[tag] = self.count.get(tag, 0) + 1
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_needs_nothing_from_outside(made: tuple[Exercise, RehearsalResult], language: Language) -> None:
    scenario, result = made
    text = render_result_page(result, scenario, Voice(language)).decode()
    elements = Elements()
    elements.feed(text)
    assert elements.count["svg"] == 4
    assert "script" not in elements.count
    assert all(link.startswith("#") for link in elements.links)
    assert not re.search(r"@import|url\((?!#)", text)
    assert f'lang="{language}"' in text
    assert ("VÍ DỤ" if language == "vi" else "EXAMPLE") in text
    # The figures follow the page's colours: none of the placeholders is left.
    assert not re.search(r"#0([1-6])0(?:\1)0(?:\1)", text)
    assert "var(--alarm)" in text


def test_words_of_a_plan_are_words_whatever_they_look_like(made: tuple[Exercise, RehearsalResult]) -> None:
    scenario, result = made
    nasty = '<script>alert(1)</script>"&$x^2$'
    sites = tuple(dataclasses.replace(site, name=nasty) for site in scenario.sites)
    situations = tuple(dataclasses.replace(s, name=nasty) for s in result.situations)
    text = render_result_page(
        dataclasses.replace(result, title=nasty, situations=situations),
        dataclasses.replace(scenario, sites=sites, description=nasty),
        Voice("vi"),
    ).decode()
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_a_plan_without_deadlines_or_places_still_has_a_page(made: tuple[Exercise, RehearsalResult]) -> None:
    scenario, _ = made
    bare = dataclasses.replace(
        scenario,
        situations=tuple(
            dataclasses.replace(
                s, order_within=None, needs=tuple(dataclasses.replace(n, deadline=None) for n in s.needs)
            )
            for s in scenario.situations
        ),
        sites=tuple(dataclasses.replace(site, place=None) for site in scenario.sites),
        modes=tuple(
            dataclasses.replace(
                mode,
                times={(a.id, b.id): scenario.no_answer for a in scenario.sites for b in scenario.sites if a.id < b.id},
            )
            for mode in scenario.modes
        ),
    )
    text = render_result_page(rehearse(bare, 20, band=False), bare, Voice("en")).decode()
    assert "The plan sets no deadline" in text
    assert text.count("<svg") == 2
