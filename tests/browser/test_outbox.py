"""A post without a network, in a real browser: lines arrive once and in order, even if browser or server is killed."""

from __future__ import annotations

import contextlib
import io
import os
import re
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from tests.browser.test_passkeys import add
from tests.browser.test_passkeys import phone as phone_with_passkeys
from tests.served import ARGUMENTS, CHROMIUM, Served, browser, served, sign_in, sign_in_again


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("outbox") / "d") as one:
        yield one


def phone(playwright: Playwright, profile: str) -> BrowserContext:
    """A browser with a profile that outlives it."""
    return playwright.chromium.launch_persistent_context(
        profile,
        executable_path=CHROMIUM,
        args=ARGUMENTS,
        viewport={"width": 390, "height": 844},
        ignore_https_errors=True,
    )


def killed(profile: str) -> None:
    """Every process of the browser with this profile is killed."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if f"--user-data-dir={profile}" in (folder / "cmdline").read_text():
                    found.append(int(folder.name))
            except OSError:
                continue
    assert found
    for process in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    for name in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
        (Path(profile) / name).unlink(missing_ok=True)


def until(page: Page, said: str, seconds: float = 20) -> None:
    """Wait until an expression is true on the page; the page's own policy forbids Playwright's way of asking."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if page.evaluate(said):
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {said}\n{page.inner_text('body')[:1500]}")


def write(page: Page, text: str) -> None:
    """Two taps: the field, the button."""
    page.fill("#line", text)
    page.click(".write button")
    until(page, "document.querySelector('#line').value === ''")


def test_twenty_lines_and_two_photos_survive_a_killed_browser_and_a_killed_server(here: Served, tmp_path: Path) -> None:
    chief = here.signed_in()
    op = chief.begin("Mất mạng")
    address = f"{here.address}/p/{op}/p1/"
    photo = tmp_path / "x.jpg"
    Image.new("RGB", (1600, 1200), "teal").save(photo)
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        at = phone(playwright, profile)
        page = sign_in(at, here)
        cookies = at.cookies()
        page.goto(address)
        until(page, "navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_selector("#board")
        at.set_offline(True)
        for n in range(10):
            write(page, f"dòng {n:02}")
        for n in range(2):
            page.click(".acts > details > summary:text-is('Ảnh')")
            page.set_input_files("#act-photo input[name=photo]", str(photo))
            page.fill("#act-photo input[name=caption]", f"ảnh {n}")
            page.click("#act-photo button")
            until(page, f"document.querySelectorAll('#waiting li').length >= {12 + n}")
        assert "12" in page.inner_text("#net")
        # The browser is killed: no page can react.
        killed(profile)
        # And nothing answers any more when it is opened again.
        here.kill()
        at = phone(playwright, profile)
        # A browser puts its cookies on the disk twice a minute; this one has been signed in for longer.
        at.add_cookies(cookies)  # type: ignore[arg-type]
        page = at.pages[0]
        page.goto(address)
        until(page, "document.querySelectorAll('#waiting li').length >= 12")
        for n in range(10, 20):
            write(page, f"dòng {n:02}")
        other = at.new_page()
        other.goto(address)
        here.start()
        for each in (page, other):
            each.evaluate("window.dispatchEvent(new Event('online'))")
        time.sleep(0.15)
        here.kill()
        here.start()
        for each in (page, other):
            each.evaluate("window.dispatchEvent(new Event('online'))")
        until(page, "document.querySelectorAll('#waiting li').length === 0", 60)
        for each in (page, other):
            until(each, "document.querySelectorAll('#board .log li').length >= 23", 60)
        screens = [each.inner_text("#board .log") for each in (page, other)]
        at.close()
    assert screens[0] == screens[1]
    journal = here.signed_in().get(f"/p/{op}/p1/journal/").text
    said = re.findall(r"(dòng \d\d|ảnh \d)", journal)
    assert said == [f"dòng {n:02}" for n in range(10)] + ["ảnh 0", "ảnh 1"] + [f"dòng {n:02}" for n in range(10, 20)]


def test_after_a_session_ends_waiting_lines_stay_encrypted_until_the_same_person_signs_in(here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Niêm phong")
    address = f"{here.address}/p/{op}/p1/"
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True)
        page = sign_in(at, here)
        page.goto(address)
        until(page, "indexedDB.databases().then((all) => all.length > 0)")
        at.set_offline(True)
        write(page, "chưa gửi")
        page.wait_for_selector("#waiting li")
        kept = "new Promise((done) => { const asking = indexedDB.open('sansang-outbox'); asking.onsuccess = () => {"
        everything = (
            kept + " const all = asking.result.transaction('lines').objectStore('lines').getAll(); all.onsuccess ="
        )
        raw = page.evaluate(
            everything + " () => done(all.result.map((one) => [one.sealed.byteLength, JSON.stringify(one)])); }; })"
        )
        assert len(raw) == 1
        assert "chưa gửi" not in raw[0][1]
        # The session ends elsewhere: the cookie is gone.
        at.clear_cookies()
        at.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        keys = kept + " const all = asking.result.transaction('keys').objectStore('keys').count();"
        until(page, keys + " all.onsuccess = () => done(all.result === 0); }; })")
        page = sign_in(page, here)
        page.goto(address)
        until(page, "document.querySelector('#board').innerText.includes('chưa gửi')", 30)
        at.close()


def test_a_line_appears_on_another_screen_by_itself(here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Hai màn hình")
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True)
        page = sign_in(at, here)
        page.goto(f"{here.address}/p/{op}/p1/")
        page.wait_for_timeout(500)
        chief.write(op, "p1", "noted", text="từ máy khác")
        until(page, "document.querySelector('#board').innerText.includes('từ máy khác')", 10)
        # An act of the command is refused on the spot, and nothing is kept back for later.
        chief.write(op, "p1", "unit_listed", name="Tổ bơm")
        chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm")
        page.reload()
        for chosen in ("[data-one] input:checked", "[data-one] label:has(.soft) input"):
            page.click("summary:has-text('Điều tổ đội')")
            page.check(f".acts {chosen}")
            page.click("button:has-text('Ra lệnh')")
            page.wait_for_timeout(800)
        assert "đang có lệnh khác" in page.inner_text(".said.wrong")
        assert page.locator("#waiting li").count() == 0
        at.close()


def test_several_units_are_ordered_at_once_with_and_without_a_network(here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Nhiều tổ")
    for name in ("Tổ bơm", "Tổ cứu hộ", "Tổ y tế", "Tổ trật tự"):
        chief.write(op, "p1", "unit_listed", name=name)
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 4")

    def order(page: Page, *names: str) -> None:
        page.click("summary:has-text('Điều tổ đội')")
        for name in names:
            page.check(f".acts [data-one] label:has-text('{name}') input")
        page.click("button:has-text('Ra lệnh')")

    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        page = sign_in(at, here)
        page.goto(f"{here.address}/p/{op}/p1/")
        page.wait_for_selector("#board")
        order(page)
        assert "ít nhất một tổ" in page.inner_text(".said.wrong")
        page.click("summary:has-text('Điều tổ đội')")
        order(page, "Tổ bơm", "Tổ cứu hộ")
        until(page, "document.querySelectorAll('#board .unit.assigned').length === 2", 10)
        # One that is bound is named, and does not hold the other back.
        order(page, "Tổ bơm", "Tổ y tế")
        until(page, "document.querySelectorAll('#board .unit.assigned').length === 3", 10)
        assert "Tổ bơm: Tổ này đang có lệnh khác" in page.inner_text(".said.wrong")
        page.reload()
        at.set_offline(True)
        order(page, "Tổ trật tự", "Tổ y tế")
        until(page, "document.querySelectorAll('#waiting li').length >= 2", 10)
        at.set_offline(False)
        until(page, "document.querySelectorAll('#board .unit.assigned').length === 4", 30)
        at.close()
    log = chief.get(f"/p/{op}/p1/journal/").text
    assert [log.count(f"Lệnh cho {name}") for name in ("Tổ bơm", "Tổ cứu hộ", "Tổ y tế", "Tổ trật tự")] == [1, 1, 2, 1]


def test_a_photo_is_fetched_once_however_often_the_board_is_updated(here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Ảnh")
    for name in ("một", "hai"):
        made = io.BytesIO()
        Image.effect_noise((400, 300), 80).convert("RGB").save(made, "JPEG")
        files = {"photo": ("x.jpg", made.getvalue(), "image/jpeg")}
        assert chief.post(f"/p/{op}/p1/photo/", {"caption": name}, files=files).status_code == 200
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        page = sign_in(at, here)
        fetched: list[str] = []
        page.on("request", lambda asked: fetched.append(asked.url) if "/photo/" in asked.url else None)
        page.goto(f"{here.address}/p/{op}/p1/")
        until(
            page, "[...document.querySelectorAll('#board img')].filter(i => i.complete && i.naturalWidth).length === 2"
        )
        for number in range(3):
            chief.write(op, "p1", "noted", text=f"dòng {number}")
            until(page, f"document.querySelector('#board').innerText.includes('dòng {number}')", 10)
        until(
            page, "[...document.querySelectorAll('#board img')].filter(i => i.complete && i.naturalWidth).length === 2"
        )
        at.close()
    assert len(fetched) == 2


def test_a_line_is_corrected_from_its_number_and_shows_by_which_line(here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Đính chính")
    chief.write(op, "p1", "noted", text="hai người bị thương")
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        page = sign_in(at, here)
        page.goto(f"{here.address}/p/{op}/p1/")
        page.wait_for_selector("#board")
        # The second line is younger than the form that will correct it.
        chief.write(op, "p1", "noted", text="ba người chết")
        until(page, "document.querySelector('#board').innerText.includes('ba người chết')", 10)
        for number, text, is_withdrawn in (("2", "một người bị thương", False), ("3", "nhầm vụ khác", True)):
            page.click(f"a.no:text-is('{number}')")
            form = page.locator("form:has(> input[value=corrected])")
            assert form.locator("select").input_value().endswith(f"#{number}")
            form.locator("textarea").fill(text)
            form.locator("[name=withdrawn]").set_checked(is_withdrawn)
            form.locator("button").click()
            until(page, f"document.querySelector('#board').innerText.includes('{text}')", 10)
        log = page.inner_text("#board .log")
        assert "đã đính chính ở số 4" in log
        assert "đã rút lại ở số 5" in log
        assert page.inner_text("#board .log s") == "ba người chết"
        at.close()
    for path in (f"/p/{op}/p1/journal/", f"/o/{op}/", f"/o/{op}/journal/"):
        shown = chief.get(path).text
        assert "<s>ba người chết</s>" in shown
        assert "đã đính chính ở số 4" in shown


OPEN_ALL = (
    "document.querySelectorAll('main details').forEach((one) => { one.removeAttribute('name'); one.open = true; })"
)
#: Only the field for a line stands still on a phone; a button that does lies over something.
TORN_OUT = (
    "[...document.querySelectorAll('main button')].filter(one => getComputedStyle(one).position === 'fixed').length"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(scheme: Literal["light", "dark"], here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Kiểm trang", "drill")
    chief.write(op, "p1", "unit_listed", name="Tổ bơm")
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 5")
    post = f"/p/{op}/p1/"
    unit, situation = chief.choice(post, "u-"), chief.choice(post, "s-")
    chief.write(op, "p1", "unit_ordered", unit=unit, situation=situation, task="dập lửa", answer_by="+1")
    chief.write(op, "p1", "message_sent", to="p1", text="báo cáo", acknowledgers="An")
    link = re.search(r'value="(https://[^"]+/u/[^"]+)"', chief.post(f"{post}link/", {"unit": unit}).text)
    assert link is not None
    pages = [
        "/",
        "/begin/",
        post,
        f"{post}journal/",
        f"{post}text/",
        f"/o/{op}/",
        f"/o/{op}/journal/",
        "/people/",
        "/areas/?q=phường 4&on=2019-06-01",
        "/trust/",
    ]
    pages += [
        "/accounts/sessions/",
        "/accounts/2fa/",
        "/accounts/2fa/totp/activate/",
        "/accounts/2fa/webauthn/",
        "/accounts/2fa/webauthn/add/",
        "/outbox/saved/",
        "/accounts/password/change/",
        "/nope/",
    ]
    pages += ["/accounts/logout/", re.sub(r"https://[^/]+", "", link[1])]
    wrong = []
    with browser() as opened:
        for width in (390, 1440):
            at = opened.new_context(
                ignore_https_errors=True, color_scheme=scheme, viewport={"width": width, "height": 900}
            )
            page = at.new_page()
            page.goto(f"{here.address}/accounts/login/")
            wrong += [
                ("/accounts/login/", one["id"], one["nodes"][0]["html"][:120])
                for one in Axe().run(page).response["violations"]
            ]
            sign_in(page, here)
            sign_in_again(page, here)
            for path in pages:
                page.goto(here.address + path)
                page.evaluate(OPEN_ALL)
                found = Axe().run(page).response["violations"]
                wrong += [(path, one["id"], one["nodes"][0]["html"][:120]) for one in found]
                assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), (path, width)
                assert page.evaluate(TORN_OUT) == 0, (path, width)
            phone_with_passkeys(at, page)
            add(page, here, f"{scheme} {width}", alone=False)
            for path in ("/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/2fa/recovery-codes/"):
                page.goto(here.address + path)
                wrong += [(path, one["id"], "") for one in Axe().run(page).response["violations"]]
            page.goto(f"{here.address}/accounts/2fa/webauthn/")
            page.click("a:has-text('Gỡ bỏ')")
            page.click("main button.urgent")
            for name, book in (("x.xlsx", chief.get("/people/workbook/").content), ("y.xlsx", b"%PDF")):
                page.goto(f"{here.address}/people/")
                page.set_input_files(
                    "[name=workbook]", {"name": name, "mimeType": "application/octet-stream", "buffer": book}
                )
                page.click("form:has([name=workbook]) button")
                page.wait_for_selector("main > p > a[href='/people/']")
                found = Axe().run(page).response["violations"]
                wrong += [(name, one["id"], one["nodes"][0]["html"][:120]) for one in found]
            at.close()
    assert wrong == []


def test_the_first_visit_is_light(here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Mạng yếu")
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True)
        page = at.new_page()
        weight: list[int] = []
        page.on(
            "requestfinished",
            lambda request: weight.append(request.sizes()["responseBodySize"] + request.sizes()["responseHeadersSize"]),
        )
        # Signing in and the way there counted as well.
        sign_in(page, here)
        page.goto(f"{here.address}/p/{op}/p1/")
        page.wait_for_timeout(1500)
        assert 10_000 < sum(weight) < 300_000
        at.close()


def test_without_scripts_a_line_is_written_and_a_unit_ordered(here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Không kịch bản")
    chief.write(op, "p1", "unit_listed", name="Tổ bơm")
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 9")
    with browser() as opened:
        at = opened.new_context(
            ignore_https_errors=True, java_script_enabled=False, viewport={"width": 390, "height": 844}
        )
        page = sign_in(at, here)
        page.click("text=Không kịch bản")
        page.click("main .links a:has-text('Phường 4')")
        page.fill("#line", "bằng tay")
        page.click(".write button")
        page.wait_for_selector(".told")
        page.click("summary:has-text('Điều tổ đội')")
        page.click("button:has-text('Ra lệnh')")
        page.wait_for_selector(".told")
        said = page.inner_text("#board")
        at.close()
    assert "bằng tay" in said
    assert "Lệnh cho Tổ bơm" in said


def test_a_units_tap_is_sent_again_until_it_has_arrived_and_counts_once(here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Tổ trên đường")
    chief.write(op, "p1", "unit_listed", name="Tổ bơm")
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 3")
    post = f"/p/{op}/p1/"
    unit = chief.choice(post, "u-")
    chief.write(op, "p1", "unit_ordered", unit=unit, situation=chief.choice(post, "s-"))
    link = re.search(r'value="https://[^/]+(/u/[^"]+)"', chief.post(f"{post}link/", {"unit": unit}).text)
    assert link is not None
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        page = at.new_page()
        page.goto(here.address + link[1])
        at.set_offline(True)
        page.click("button:has-text('đang đến')")
        page.click("button:has-text('đã tới nơi')")
        page.wait_for_timeout(1500)
        at.set_offline(False)
        until(page, r"/đã tới nơi \d\d:\d\d/.test(document.querySelector('#board').innerText)")
        at.close()
    said = re.findall(r"Tổ bơm: (đang đến|đã tới nơi)", chief.get(f"{post}journal/").text)
    assert said == ["đang đến", "đã tới nơi"]
