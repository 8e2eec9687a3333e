"""A phone is lent, full, wrong, or signed out at the worst moment: nothing that was written is lost without a word."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.alley_night import PHONE, open_act, shows, until
from tests.served import Served, browser, first_password_in, served, sign_in

#: A browser in which nothing can be kept.
KEEPS_NOTHING = "Object.defineProperty(window, 'indexedDB', { value: { open() { throw new Error('no room'); } } });"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("device") / "d") as one:
        chief = one.signed_in()
        came = chief.post("/people/person/", {"name": "Lê Thị Bình (hư cấu)", "id": "binh", "account": "1"})
        one.made.append(first_password_in(came.text))
        chief.post("/people/grant/", {"person": "binh", "role": "duty_officer", "area": "p1"})
        yield one


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    """One browser for all of this file; each test has a device of its own."""
    with browser() as one:
        yield one


def device(opened: Browser) -> BrowserContext:
    """A new phone."""
    return opened.new_context(ignore_https_errors=True, viewport={"width": PHONE[0], "height": PHONE[1]})


def at_post(here: Served, at: BrowserContext, op: str, person: str = "", password: str = "") -> Page:
    """The post's page on this phone, ready for a network that fails."""
    page = sign_in(at, here, person, password)
    page.goto(f"{here.address}/p/{op}/p1/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    until(page, "caches.open('pages').then(pages => pages.match(location.href)).then(Boolean)")
    return page


def write(page: Page, text: str) -> None:
    """A line of the log."""
    page.fill("#line", text)
    page.press("#line", "Enter")


def log_of(here: Served, op: str) -> str:
    """The duty log as it will be printed."""
    return here.signed_in().get(f"/p/{op}/p1/journal/").text


def test_an_order_after_the_session_has_ended_is_not_shown_as_written(here: Served, opened: Browser) -> None:
    chief = here.signed_in()
    op = chief.begin("Hết phiên")
    chief.write(op, "p1", "unit_listed", name="Tổ bơm")
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 5")
    at = device(opened)
    page = at_post(here, at, op)
    open_act(page, "Điều tổ đội")
    page.fill("#act-order [name=task]", "dập lửa")
    # Somebody ends every other session elsewhere.
    elsewhere = here.signed_in()
    elsewhere.post("/accounts/sessions/", {}, of="/accounts/sessions/")
    page.click("#act-order button.primary")
    page.wait_for_selector(".said.wrong")
    assert "phiên đăng nhập ở đây đã hết" in page.inner_text(".said.wrong")
    assert page.input_value("#act-order [name=task]") == "dập lửa"
    assert "dập lửa" not in log_of(here, op)
    at.close()


def test_a_device_that_stores_nothing_sends_at_once_or_says_that_it_is_not_written(
    here: Served, opened: Browser
) -> None:
    op = here.signed_in().begin("Không giữ được")
    at = device(opened)
    at.add_init_script(KEEPS_NOTHING)
    page = sign_in(at, here)
    page.goto(f"{here.address}/p/{op}/p1/")
    page.wait_for_selector(".said.wrong")
    write(page, "gửi thẳng")
    shows(page, "gửi thẳng")
    at.set_offline(True)
    write(page, "không đi được")
    until(page, "document.querySelector('.said.wrong')?.textContent.startsWith('Chưa ghi')")
    assert page.input_value("#line") == "không đi được"
    at.close()


def test_a_line_encrypted_with_another_key_is_set_aside_and_the_others_are_sent(here: Served, opened: Browser) -> None:
    op = here.signed_in().begin("Khóa đã đổi")
    at = device(opened)
    page = at_post(here, at, op)
    at.set_offline(True)
    write(page, "dòng sẽ không đọc được")
    until(page, "document.querySelectorAll('#waiting li').length >= 1")
    # As after a restore without the keys: the same person is given another key.
    page.evaluate("""async () => {
      const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
      const db = await new Promise((done) => {
        const asked = indexedDB.open("sansang-outbox");
        asked.onsuccess = () => done(asked.result);
      });
      const work = db.transaction("keys", "readwrite");
      work.objectStore("keys").put(key, document.body.dataset.person);
      await new Promise((done) => { work.oncomplete = done; });
      db.close();
    }""")
    write(page, "dòng sau vẫn đi")
    at.set_offline(False)
    shows(page, "dòng sau vẫn đi")
    until(page, "document.querySelector('#waiting .trouble')?.innerText.includes('Không còn đọc được')")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#waiting button:has-text('Bỏ dòng này')")
    until(page, "document.querySelector('#waiting').hidden")
    at.close()


def test_a_line_that_makes_the_server_fail_does_not_stop_the_others(here: Served, opened: Browser) -> None:
    op = here.signed_in().begin("Một dòng hỏng")
    at = device(opened)

    def failing(route: Route) -> None:
        if "POISON" in (route.request.post_data or ""):
            route.fulfill(status=500, body="")
        else:
            route.continue_()

    at.route("**/outbox/", failing)
    # It waits ever longer between its tries, by chance up to a minute.
    at.add_init_script("Math.random = () => 0.01")
    page = at_post(here, at, op)
    at.set_offline(True)
    for text in ("trước", "POISON", "sau"):
        write(page, text)
        until(page, f"document.querySelector('#waiting').innerText.includes({text!r})")
    at.set_offline(False)
    until(page, "document.querySelector('#board').innerText.includes('sau')", 90)
    until(page, "document.querySelectorAll('#waiting .trouble').length === 1")
    assert "POISON" in page.inner_text("#waiting .trouble")
    at.close()


def test_a_refused_line_goes_back_into_its_form_and_nothing_is_dropped_without_a_question(
    here: Served, opened: Browser
) -> None:
    op = here.signed_in().begin("Sửa lại")
    at = device(opened)
    page = at_post(here, at, op)
    open_act(page, "Nghe điện thoại")
    page.fill("#act-call [name=reporter]", "Người gọi (hư cấu)")
    page.fill("#act-call [name=kind_of]", "cháy")
    page.fill("#act-call [name=place]", "hẻm 9")
    # What is no time does not leave the form.
    page.fill("#act-call [name=happened]", "hôm qua")
    page.click("#act-call button.primary")
    assert page.locator("#act-call[open]").count() == 1
    # The way in which many write it does; the server has the last word.
    page.evaluate("document.querySelector('#act-call [name=happened]').removeAttribute('pattern')")
    page.click("#act-call button.primary")
    until(page, "document.querySelectorAll('#waiting .trouble').length === 1")
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.click("#waiting button:has-text('Bỏ dòng này')")
    page.click("#waiting button:has-text('Sửa')")
    until(page, "document.querySelector('#act-call').open && document.querySelector('#waiting').hidden")
    assert page.input_value("#act-call [name=reporter]") == "Người gọi (hư cấu)"
    page.fill("#act-call [name=happened]", "0102")
    page.click("#act-call button.primary")
    shows(page, "hẻm 9")
    at.close()


def test_signing_out_without_a_network_locks_the_phone_and_ends_the_session_later(
    here: Served, opened: Browser
) -> None:
    op = here.signed_in().begin("Đăng xuất lúc mất mạng")
    at = device(opened)
    page = at_post(here, at, op)
    at.set_offline(True)
    page.click(".menu summary")
    page.click("#sign-out button")
    until(page, "document.querySelector('main').innerText.includes('Đã đăng xuất trên thiết bị này')")
    assert "Đăng xuất lúc mất mạng" not in page.inner_text("body")
    assert not page.evaluate("caches.has('pages')")
    at.set_offline(False)
    until(page, "location.pathname === '/accounts/login/'", 40)
    page.goto(f"{here.address}/p/{op}/p1/")
    assert "/accounts/login/" in page.url
    at.close()


def test_a_page_stored_for_one_person_does_not_open_for_the_next(here: Served, opened: Browser) -> None:
    op = here.signed_in().begin("Máy dùng chung")
    at = device(opened)
    page = at_post(here, at, op)
    # The session ends elsewhere, nobody signs out, and somebody else signs in on the same phone.
    here.signed_in().post("/accounts/sessions/", {}, of="/accounts/sessions/")
    other = sign_in(at, here, "binh", here.made[0])
    other.wait_for_selector("h1")
    until(
        other, "caches.open('pages').then(pages => pages.keys()).then(keys => keys.every(k => !k.url.includes('/p/')))"
    )
    at.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        other.goto(f"{here.address}/p/{op}/p1/")
    page.close()
    at.close()


def test_an_open_or_half_filled_form_stays_while_the_board_is_updated(here: Served, opened: Browser) -> None:
    chief = here.signed_in()
    op = chief.begin("Bảng động")
    chief.write(op, "p1", "unit_listed", name="Tổ bơm")
    at = device(opened)
    page = at_post(here, at, op)
    page.click(".unit summary")
    page.fill(".unit [name=reason]", "hỏng máy")
    chief.write(op, "p1", "noted", text="dòng mới từ máy khác")
    shows(page, "dòng mới từ máy khác")
    assert page.input_value(".unit [name=reason]") == "hỏng máy"
    assert page.evaluate("document.activeElement.name") == "reason"
    page.click(".unit details button")
    shows(page, "không dùng được: hỏng máy")
    at.close()


def test_a_photo_goes_with_the_report_that_it_belongs_to(here: Served, opened: Browser, tmp_path: Path) -> None:
    op = here.signed_in().begin("Ảnh kèm tin báo")
    photo = tmp_path / "khoi.png"
    Image.new("RGB", (300, 200), "orange").save(photo)
    at = device(opened)
    page = at_post(here, at, op)
    at.set_offline(True)
    open_act(page, "Tình huống")
    page.fill("#act-situation [name=kind_of]", "cháy")
    page.fill("#act-situation [name=place]", "hẻm 7")
    page.set_input_files("#act-situation [name=photo]", str(photo))
    page.click("#act-situation button.primary")
    # Both wait as the one form that they are.
    until(page, "document.querySelector('#net').innerText.includes('1 dòng chờ gửi')")
    assert "hẻm 7 · ảnh" in page.inner_text("#waiting li")
    at.set_offline(False)
    until(page, "document.querySelectorAll('#board img.photo').length === 1", 30)
    assert "cháy · hẻm 7" in page.inner_text("#board li:has(img.photo)")
    at.close()
    # A browser without scripts sends both by one form.
    chief = here.signed_in()
    with photo.open("rb") as image:
        fields = {"kind": "situation_reported", "kind_of": "ngập", "place": "hẻm 8"}
        chief.post(f"/p/{op}/p1/write/", fields, files={"photo": ("a.png", image, "image/png")})
    assert chief.get(f"/p/{op}/p1/").text.count('class="photo"') == 2


def test_a_correction_from_another_post_is_shown_in_the_log_that_it_corrects(here: Served) -> None:
    chief = here.signed_in()
    chief.post("/people/post/", {"name": "Phường 6", "area": "p6", "id": "p6"})
    op = chief.begin("Đính chính chéo")
    chief.write(op, "p1", "noted", text="ba người mắc kẹt")
    entry = re.search(r'data-entry="([^"]+)"', chief.get(f"/p/{op}/p1/").text)
    assert entry is not None
    chief.write(op, "p6", "corrected", entry=entry[1], withdrawn="true")
    assert "<s>ba người mắc kẹt</s>" in chief.get(f"/p/{op}/p1/").text
    assert "<s>ba người mắc kẹt</s>" in chief.get(f"/p/{op}/p1/journal/").text


def test_many_lines_of_one_post_hide_none_of_another_post(here: Served) -> None:
    chief = here.signed_in()
    chief.post("/people/post/", {"name": "Phường 7", "area": "p7", "id": "p7"})
    chief.post("/people/person/", {"name": "Trần Văn Chi (hư cấu)", "id": "chi", "account": "1"})
    came = chief.post("/people/password/", {"person": "chi"})
    password = first_password_in(came.text)
    chief.post("/people/grant/", {"person": "chi", "role": "observer", "area": "p7"})
    op = chief.begin("Hai sở chỉ huy")
    chief.write(op, "p7", "noted", text="dòng của phường 7")
    for number in range(45):
        chief.write(op, "p1", "noted", text=f"dòng {number}")
    seen = here.signed_in("chi", password).get(f"/o/{op}/").text
    assert "dòng của phường 7" in seen
    assert "dòng 44" not in seen


def test_a_line_that_is_sent_late_or_twice_has_the_same_content(here: Served) -> None:
    chief = here.signed_in()
    op = chief.begin("Gửi lại")
    chief.write(op, "p1", "unit_listed", name="Tổ bơm")
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 5")
    page = f"/p/{op}/p1/"
    yesterday = datetime.now(UTC) - timedelta(hours=20)
    line = {
        "command": str(uuid.uuid4()),
        "person": here.person,
        "operation": op,
        "post": "p1",
        "kind": "unit_ordered",
        "written": yesterday.isoformat(),
        "fields": {"unit": chief.choice(page, "u-"), "situation": chief.choice(page, "s-"), "answer_by": "+5"},
    }
    token = chief.http.cookies["csrftoken"]
    answers = [
        chief.http.post("/outbox/", json={"lines": [line]}, headers={"X-CSRFToken": token}).json()["answers"][0]
        for _ in range(2)
    ]
    assert [answer["status"] for answer in answers] == [200, 200]
    assert answers[1]["known"]
    # Five minutes after it was written: long overdue when it comes.
    assert 'class="task late"' in chief.get(page).text
