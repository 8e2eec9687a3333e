"""Lines that are carried without a network, as a file or as QR codes; and a unit's lines."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tempfile
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import sync_playwright

from tests.alley_night import until
from tests.browser.test_outbox import killed, phone, write
from tests.served import Client, Served, browser, served, sign_in


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("carried") / "d") as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person."""
    return here.signed_in()


def journal(chief: Client, op: str) -> str:
    """The post's log as it would be printed."""
    return chief.get(f"/p/{op}/p1/journal/").text


def test_lines_go_from_screen_to_screen_as_codes_or_as_a_file_and_are_written_once(here: Served, chief: Client) -> None:
    op = chief.begin("Không sóng")
    said = [f"Dòng {n:02}: nước dâng ở hẻm {n}, ưu tiên người già và trẻ em." for n in range(12)]
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        page = sign_in(at, here)
        page.goto(f"{here.address}/p/{op}/p1/")
        until(page, "caches.open('pages').then(pages => pages.match(location.href)).then(Boolean)")
        at.set_offline(True)
        for text in said:
            write(page, text)
        page.click("button:has-text('Hiện thành mã QR')")
        page.wait_for_selector("dialog canvas")
        texts = []
        for canvas in page.query_selector_all("dialog canvas"):
            picture = Image.open(io.BytesIO(canvas.screenshot()))
            found = zxingcpp.read_barcode(picture)
            assert found is not None, "a code that no reader reads"
            texts.append(found.text)
        assert len(texts) > 1
        page.click("dialog button.primary")
        with page.expect_download() as coming:
            page.click("button:has-text('Lưu thành tệp')")
        kept = coming.value.path().read_bytes()
        # Somebody carries the first codes to where there is a network, another the file; then the phone has one again.
        first = chief.post("/outbox/saved/", {"text": "\n".join(texts[:2])}, of="/outbox/saved/")
        assert first.status_code == 200
        assert "đã ghi, số" in first.text
        whole = chief.post("/outbox/saved/", {}, of="/outbox/saved/", files={"file": ("luu.json", kept)})
        assert whole.status_code == 200
        assert "đã có từ trước" in whole.text
        at.set_offline(False)
        page.evaluate("window.dispatchEvent(new Event('online'))")
        until(page, "document.querySelectorAll('#waiting li').length === 0")
        at.close()
    assert re.findall(r"Dòng (\d\d):", journal(chief, op)) == [f"{n:02}" for n in range(12)]


@pytest.mark.parametrize(
    "content", [b"", b"nothing", b"[]", b'{"lines": 1}', b'{"lines": [1]}', b'{"lines": []} x', b"\xff\xfe"]
)
def test_a_file_that_holds_no_saved_lines_is_refused_by_name(content: bytes, chief: Client) -> None:
    came = chief.post("/outbox/saved/", {}, of="/outbox/saved/", files={"file": ("khac.json", content)})
    assert came.status_code == 422
    assert "khac.json" in came.text


def test_a_line_of_another_person_is_refused_and_does_not_stop_the_others(chief: Client) -> None:
    op = chief.begin("Hai người")
    line = {"command": f"carried-{op}-1", "person": "ai-khac", "operation": op, "post": "p1", "kind": "noted"}
    lines = [
        {**line, "fields": {"text": "của người khác"}},
        {**line, "command": f"carried-{op}-2", "person": "quan-tri", "fields": {"text": "của tôi"}},
    ]
    came = chief.post("/outbox/saved/", {"text": json.dumps({"lines": lines})}, of="/outbox/saved/")
    assert came.status_code == 422
    assert "cần bạn xem lại" in came.text
    assert "của tôi" in journal(chief, op)
    assert "của người khác" not in journal(chief, op)


def test_a_units_taps_survive_a_killed_browser_and_arrive_in_order(here: Served, chief: Client) -> None:
    op = chief.begin("Tổ mất sóng")
    chief.write(op, "p1", "unit_listed", name="Tổ bơm")
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 3")
    post = f"/p/{op}/p1/"
    unit = chief.choice(post, "u-")
    chief.write(op, "p1", "unit_ordered", unit=unit, situation=chief.choice(post, "s-"))
    given = chief.post(f"{post}link/", {"unit": unit}).text
    link = re.search(r'value="https://[^/]+(/u/[^"]+)"', given)
    grant = re.search(r'name="grant" value="(link:[^"]+)"', given)
    assert link is not None
    assert grant is not None
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        at = phone(playwright, profile)
        page = at.pages[0]
        page.goto(here.address + link[1])
        until(page, "caches.open('pages').then(c => c.keys()).then(k => k.length > 0)")
        cookies = at.cookies()
        at.set_offline(True)
        for step in ("đã nhận lệnh", "đang đến"):
            page.click(f"#board button:has-text('{step}')")
        until(page, "document.querySelectorAll('#waiting li').length === 2")
        killed(profile)
        here.kill()
        at = phone(playwright, profile)
        at.add_cookies(cookies)  # type: ignore[arg-type]
        page = at.pages[0]
        page.goto(here.address + link[1])
        until(page, "document.querySelectorAll('#waiting li').length === 2")
        page.click("#board button:has-text('đã tới nơi')")
        here.start()
        page.evaluate("window.dispatchEvent(new Event('online'))")
        until(page, "document.querySelectorAll('#waiting li').length === 0", 40)
        until(page, r"/đã tới nơi \d\d:\d\d/.test(document.querySelector('#board').innerText)")
        # What the phone kept of the page goes when the link has ended.
        chief.post(f"{post}link/end/", {"grant": grant[1]})
        page.goto(here.address + link[1])
        until(page, "caches.open('pages').then(c => c.keys()).then(k => k.length === 0)")
        at.close()
    assert re.findall(r"Tổ bơm: (đã nhận lệnh|đang đến|đã tới nơi)", journal(chief, op)) == [
        "đã nhận lệnh",
        "đang đến",
        "đã tới nơi",
    ]


def test_a_link_writes_a_limited_number_of_lines_a_minute_and_the_rest_waits_on_the_phone(
    here: Served, chief: Client
) -> None:
    op = chief.begin("Liên kết lọt ra ngoài")
    chief.write(op, "p1", "unit_listed", name="Tổ bơm")
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 3")
    post = f"/p/{op}/p1/"
    given = chief.post(f"{post}link/", {"unit": chief.choice(post, "u-")}).text
    link = re.search(r'value="https://[^/]+(/u/[^"]+)"', given)
    assert link is not None
    stranger = here.client()
    answers = [stranger.post(f"{link[1]}say/", {"kind": "noted", "text": f"dòng {n}"}, of=link[1]) for n in range(32)]
    assert [one.status_code for one in answers] == [200] * 30 + [429] * 2
    assert answers[-1].headers["Retry-After"] == "60"
    assert "quá nhiều dòng" in answers[-1].text
    assert len(re.findall(r"dòng \d+", journal(chief, op))) == 30
    with browser() as opened:
        at = opened.new_context(ignore_https_errors=True, viewport={"width": 390, "height": 844})
        page = at.new_page()
        page.goto(here.address + link[1])
        page.click("section.acts summary")
        page.fill("[name=text]", "không mất")
        with page.expect_response(lambda one: one.url.endswith("/say/")) as refused:
            page.click("section.acts form button")
        assert refused.value.status == 429
        until(page, "document.querySelectorAll('#waiting li').length === 1")
        at.close()


def test_a_link_has_a_limit_of_open_screens(here: Served, chief: Client) -> None:
    op = chief.begin("Nhiều màn hình")
    chief.write(op, "p1", "unit_listed", name="Tổ bơm")
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 3")
    post = f"/p/{op}/p1/"
    given = chief.post(f"{post}link/", {"unit": chief.choice(post, "u-")}).text
    link = re.search(r'value="https://[^/]+/u/([^/"]+)/"', given)
    assert link is not None
    stranger, statuses, heard = here.client(), [], []
    with contextlib.ExitStack() as screens:
        for _ in range(22):
            came = screens.enter_context(stranger.http.stream("GET", f"/live/{op}", params={"unit": link[1]}))
            statuses.append(came.status_code)
            if came.status_code == 200:
                heard.append(came.iter_text())
                assert next(heard[-1]).startswith("retry:")
    assert statuses == [200] * 20 + [429] * 2
