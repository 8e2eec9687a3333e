"""How does every page look? ``python -m benchmarks.pictures --into FOLDER``: images, by width and by light and dark.

The alley-fire night is played in headless Chromium, then what an administrator and a person's own account have is
visited. Each page becomes four images (390 and 1440 pixels, light and dark) and, where it is printed, a PDF and an
image of the print.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import openpyxl
from PIL import Image
from playwright.sync_api import Page
from tests.alley_night import PHONE, WIDE, Phones, play, until
from tests.browser.test_passkeys import add, phone
from tests.served import browser, first_password_in, served, sign_in, sign_in_again

#: Pages beside the night: their names and addresses.
OTHERS = (
    ("home", "/"),
    ("people", "/people/"),
    ("areas", "/areas/"),
    ("areas-then", "/areas/?q=phường 4 quận 11&on=2019-06-01"),
    ("trust", "/trust/"),
    ("sessions", "/accounts/sessions/"),
    ("second-factor", "/accounts/2fa/"),
    ("one-time-code", "/accounts/2fa/totp/activate/"),
    ("passkeys", "/accounts/2fa/webauthn/"),
    ("passkey", "/accounts/2fa/webauthn/add/"),
    ("saved", "/outbox/saved/"),
    ("again", "/accounts/reauthenticate/"),
    ("password", "/accounts/password/change/"),
    ("sign-out", "/accounts/logout/"),
    ("missing", "/no-such-page/"),
)
#: Pages that exist once a second factor is set up.
KEPT = (
    ("passkeys-kept", "/accounts/2fa/webauthn/"),
    ("recovery-codes", "/accounts/2fa/recovery-codes/"),
    ("second-factor-on", "/accounts/2fa/"),
)
#: The images of the README, and the height that they show (pixels).
SHOWN, SHOWN_HEIGHT = ("post-called-for-help", "unit-on-scene"), PHONE[1]
PRINTED = ("duty-log", "journal", "trust")


class Album:
    """Takes the images, and notes pages that are wider than their screen."""

    def __init__(self, into: Path) -> None:
        self.into = into
        self.taken = 0
        self.too_wide: list[str] = []
        into.mkdir(parents=True, exist_ok=True)

    def take(self, name: str, page: Page) -> None:
        """Four images of a page; its size is restored afterwards."""
        before = page.viewport_size or {"width": PHONE[0], "height": PHONE[1]}
        for width, height in (PHONE, WIDE):
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.too_wide.append(f"{name} at {width}")
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=self.into / f"{name}-{width}-{scheme}.png", full_page=True)
                self.taken += 1
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": before["width"], "height": before["height"]})
        if name in PRINTED:
            page.pdf(path=self.into / f"{name}.pdf", prefer_css_page_size=True)
            page.emulate_media(media="print")
            page.screenshot(path=self.into / f"{name}-print.png", full_page=True)
            page.emulate_media(media="screen")


def beside(into: Path) -> None:
    """The image of the README, ``night.png``: a post with a call for help and a unit, light and dark."""
    names = [f"{name}-{PHONE[0]}-{scheme}.png" for scheme in ("light", "dark") for name in SHOWN]
    pictures = [Image.open(into / name).convert("RGB") for name in names]
    sheet = Image.new("RGB", ((PHONE[0] + 10) * len(pictures) - 10, SHOWN_HEIGHT), "white")
    for number, picture in enumerate(pictures):
        sheet.paste(picture.crop((0, 0, PHONE[0], min(picture.height, SHOWN_HEIGHT))), ((PHONE[0] + 10) * number, 0))
    width = 1200
    sheet.resize((width, round(sheet.height * width / sheet.width)), Image.Resampling.LANCZOS).quantize(128).save(
        into / "night.png", optimize=True
    )


def visit(album: Album) -> list[str]:
    """Take every page; the script errors of all of them."""
    with tempfile.TemporaryDirectory() as folder, served(Path(folder) / "d") as here, browser() as opened:
        phones = Phones(here, opened)
        operation = play(phones, album.take)
        wrong = list(phones.wrong)
        without_a_network(album, phones, operation)
        first_sign_in(album, phones)
        page = phones.screen(WIDE)
        sign_in(page, here)
        sign_in_again(page, here)
        for name, path in OTHERS:
            page.goto(here.address + path)
            page.wait_for_timeout(200)
            album.take(name, page)
        sheets = here.signed_in().get("/people/workbook/").content
        for name, cells in (
            ("roster", {"B7": "Võ Văn Dũng (hư cấu)"}),
            ("roster-wrong", {"A7": "có cách", "B7": "Ai"}),
        ):
            book = openpyxl.load_workbook(io.BytesIO(sheets))
            for cell, value in cells.items():
                book["Danh sách người"][cell] = value
            book.save(Path(folder) / f"{name}.xlsx")
            page.goto(f"{here.address}/people/")
            page.set_input_files("[name=workbook]", str(Path(folder) / f"{name}.xlsx"))
            page.click("form:has([name=workbook]) button")
            page.wait_for_selector("h1")
            album.take(name, page)
        phone(page.context, page)
        add(page, here, "điện thoại trực ban", alone=True)
        for name, path in KEPT:
            page.goto(here.address + path)
            album.take(name, page)
        phones.close()
    return wrong


def without_a_network(album: Album, phones: Phones, operation: str) -> None:
    """Lines that wait on a phone without a network."""
    page = sign_in(phones.screen(), phones.served)
    page.goto(f"{phones.served.address}/p/{operation}/p1/")
    until(page, "navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    for number, text in enumerate(("Nước đã rút.", "Dân về nhà."), 1):
        page.fill("#line", text)
        page.press("#line", "Enter")
        until(page, f"document.querySelectorAll('#waiting li').length > {number}")
    album.take("post-offline", page)
    page.click("#waiting button:has-text('QR')")
    page.wait_for_selector("dialog canvas")
    album.take("codes", page)


def first_sign_in(album: Album, phones: Phones) -> None:
    """An administrator gives a first password, and a person signs in with it."""
    home = phones.served.address
    page = sign_in(phones.screen(WIDE), phones.served)
    page.goto(f"{home}/people/")
    page.click("summary:has-text('Khai báo người')")
    form = page.locator("form:has([name=account])")
    form.locator("[name=name]").fill("Ngô Minh Đức (hư cấu)")
    form.locator("[name=id]").fill("duc")
    form.locator("button.primary").click()
    page.wait_for_selector("[data-copy]")
    album.take("people-first-password", page)
    given = first_password_in(page.content())
    page = phones.screen()
    page.goto(f"{home}/accounts/login/")
    page.fill("[name=login]", "duc")
    page.fill("[name=password]", given)
    page.click("main button.primary")
    page.wait_for_selector("[name=password1]")
    album.take("first-password", page)


def main() -> None:
    """Take every page and say how many images there are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--into", type=Path, required=True, help="where the images go")
    into = parser.parse_args().into
    began = time.perf_counter()
    album = Album(into)
    wrong = visit(album)
    beside(into)
    print(f"{album.taken} images in {into}, {time.perf_counter() - began:.0f} s")
    for said in (*album.too_wide, *wrong):
        print(said)
    sys.exit(1 if album.too_wide or wrong else 0)


if __name__ == "__main__":
    main()
