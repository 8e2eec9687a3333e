"""How many minutes does a newcomer need? ``python -m benchmarks.first_minutes``: an officer's first steps on a phone.

A touch screen of 390 pixels plays the shortest way that the pages offer, looking only at what they show. Taps and typed
signs are counted; seconds are an estimate for a person by the keystroke-level model (Card, Moran and Newell 1980: 1.1 s
to point, 1.35 s to decide, 0.28 s a sign), one decision for each tap.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from playwright.sync_api import Page
from tests.served import Client, browser, first_password_in, served

POINT, DECIDE, SIGN = 1.1, 1.35, 0.28
HEAD = ["| an officer's first steps | taps | signs | seconds, estimated |", "|---|---:|---:|---:|"]


@dataclass
class Hand:
    """A finger on the screen; only what can be seen is touched."""

    page: Page
    taps: int = 0
    signs: int = 0
    rows: list[str] = field(default_factory=list)

    def tap(self, what: str) -> None:
        """Touch the first thing of this kind that can be seen."""
        self.page.locator(f"{what} >> visible=true").first.tap(timeout=10_000)
        self.taps += 1

    def write(self, what: str, text: str) -> None:
        """Touch a field and type."""
        self.tap(what)
        self.page.locator(f"{what} >> visible=true").first.fill(text)
        self.signs += len(text)

    def wait(self, what: str) -> None:
        """Until it can be seen."""
        self.page.locator(f"{what} >> visible=true").first.wait_for(timeout=10_000)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """What is counted together."""
        taps, signs = self.taps, self.signs
        yield
        one, other = self.taps - taps, self.signs - signs
        self.rows.append(f"| {name} | {one} | {other} | {one * (POINT + DECIDE) + other * SIGN:.0f} |")


def listed(chief: Client) -> str:
    """A commander and a duty officer are listed; the commander's first password."""
    chief.post("/people/person/", {"name": "Lê Thị Bình (hư cấu)", "id": "binh", "account": "1"})
    chief.post("/people/grant/", {"person": "binh", "role": "duty_officer", "area": ""})
    came = chief.post("/people/person/", {"name": "Trần Văn Hòa (hư cấu)", "id": "hoa", "account": "1"})
    chief.post("/people/grant/", {"person": "hoa", "role": "commander", "area": ""})
    return first_password_in(came.text)


def rows() -> list[str]:
    """The steps as a table's rows."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "d") as here, browser() as opened:
        given = listed(here.signed_in())
        at = opened.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844}, has_touch=True)
        hand = Hand(at.new_page())
        hand.page.goto(here.address)
        with hand.step("sign in"):
            hand.write("[name=login]", "hoa")
            hand.write("[name=password]", given)
            hand.tap("main button.primary")
            hand.wait("[name=password1]")
        with hand.step("a password of one's own"):
            hand.write("[name=oldpassword]", given)
            for name in ("password1", "password2"):
                hand.write(f"[name={name}]", "mưa-tạnh-lúc-nửa-đêm")
            hand.tap("main button.primary")
            hand.wait("main .button.primary")
        with hand.step("open an operation"):
            hand.tap("main .button.primary")
            hand.write("[name=title]", "Cháy hẻm 5")
            hand.tap("[value=real]")
            hand.tap("main button.primary")
            hand.wait("#line")
        with hand.step("the first line written"):
            hand.write("#line", "Nhận tin cháy hẻm 5.")
            hand.tap(".write button")
            hand.wait("#board .log >> text=Nhận tin cháy hẻm 5.")
        with hand.step("the first situation reported"):
            hand.tap("summary:has-text('Tình huống')")
            hand.write("[name=kind_of]", "cháy")
            hand.write("[name=place]", "hẻm 5")
            hand.tap("button:has-text('Báo tình huống')")
            hand.wait("#board .task >> text=hẻm 5")
        with hand.step("the first unit listed"):
            hand.tap("summary:has-text('Điều tổ đội')")
            hand.write(".acts details[open] [name=name]", "Tổ 1")
            hand.tap(".acts details[open] button.primary")
            hand.wait("#board .unit >> text=Tổ 1")
        with hand.step("the first unit ordered"):
            hand.tap("summary:has-text('Điều tổ đội')")
            hand.wait(".acts details[open] [name=unit]")
            hand.tap(".acts details[open] button.primary")
            hand.wait("#board .unit.assigned")
        with hand.step("the shift handed over"):
            hand.tap("summary:has-text('Ca trực')")
            hand.tap(".acts details[open] button:has-text('Bàn giao ca')")
            hand.wait("#board .task >> text=cần nhận ca")
        at.close()
    return hand.rows


if __name__ == "__main__":
    began = time.perf_counter()
    print("\n".join([*HEAD, *rows()]))
    print(f"\nplayed in {time.perf_counter() - began:.0f} s")
