"""The alley-fire night in Chromium: every screen shows what another sends, and the journal is printed."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.alley_night import PHONE, UNITS, WIDE, Phones, play
from tests.served import Served, browser, served


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("phones") / "d") as one:
        yield one


def test_two_posts_five_units_and_the_command_play_the_night_and_print_the_journal(here: Served) -> None:
    too_wide: list[str] = []
    papers: dict[str, str] = {}

    def looked(name: str, page: Page) -> None:
        for width, height in (PHONE, WIDE):
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                too_wide.append(f"{name} {width}")
        if name in ("duty-log", "journal"):
            pages = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
            papers[name] = "\n".join(each.extract_text() for each in pages)

    with browser() as opened:
        phones = Phones(here, opened)
        operation = play(phones, looked)
        phones.close()
    assert phones.wrong == []
    assert too_wide == []
    for paper in papers.values():
        said = " ".join(paper.split())
        for text in ("thay 114", "dập lửa, đưa người ra", "đã sơ tán: +12", "Nước yếu", "sổ tay", *UNITS):
            assert text in said, text
    # The foot of the print is what the terminal says of the same logs.
    heads = subprocess.run(
        [sys.executable, "-m", "sansang", "--lang", "en", "ledger", "heads", "--data", str(here.folder)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    of_night = [line.split() for line in heads.splitlines() if f"operation/{operation}/" in line]
    assert len(of_night) == 2
    for line in of_night:
        assert "".join(line[2:]) in "".join(papers["journal"].split())
