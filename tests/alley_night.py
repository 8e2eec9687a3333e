"""The alley-fire night played in a real browser: two posts and five units on phones, the command on a wide screen."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError

from tests.served import Served, first_password_in, sign_in

PHONE, WIDE = (390, 844), (1440, 900)
UNITS = ("Tổ dân phòng 1", "Tổ dân phòng 2", "Tổ bơm", "Tổ y tế", "Tổ trật tự")
STEPS = ("đã nhận lệnh", "đang đến", "đã tới nơi", "xong")


def until(page: Page, said: str, seconds: float = 20) -> None:
    """Wait until an expression is true on the page; the page's own policy forbids Playwright's way of asking."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        # A page that is being loaded can't be asked: not yet.
        with contextlib.suppress(PlaywrightError):
            if page.evaluate(said):
                return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {said}\n{page.inner_text('body')[:1500]}")


def shows(page: Page, text: str, where: str = "#board") -> None:
    """Wait until the part of a page that updates itself shows a text; the page is not reloaded."""
    until(page, f"document.querySelector({where!r}).innerText.includes({text!r})")


@dataclass
class Phones:
    """Everybody's screens, and what went wrong on any of them."""

    served: Served
    browser: Browser
    wrong: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def screen(self, size: tuple[int, int] = PHONE) -> Page:
        """A new device."""
        context = self.browser.new_context(
            ignore_https_errors=True,
            viewport={"width": size[0], "height": size[1]},
            has_touch=size == PHONE,
            permissions=["clipboard-read", "clipboard-write"],
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        return page

    def close(self) -> None:
        """Close every device."""
        for context in self.contexts:
            context.close()


def open_act(page: Page, act: str) -> None:
    """Open one of the page's forms, once the one before has been sent and has closed."""
    until(page, "!document.querySelector('.acts > details[open]')")
    page.click(f".acts > details > summary:text-is('{act}')")


def open_more(page: Page, what: str) -> None:
    """Open one of the rarer forms, which stand folded under one act."""
    open_act(page, "Việc khác")
    page.click(f".sub > summary:text-is('{what}')")


def fill(page: Page, act: str, button: str, **fields: str) -> None:
    """Open one of the post's forms, fill it in and send it; lists are chosen by what they show."""
    open_act(page, act)
    form = page.locator(f".acts > details[open] form:has(button:text-is('{button}'))").first
    for name, value in fields.items():
        there = form.locator(f"[name={name}]").first
        if there.evaluate("one => one.tagName") == "SELECT":
            there.select_option(label=value)
        else:
            there.fill(value)
    form.locator(f"button:text-is('{button}')").click()


def prepared(served: Served) -> str:
    """A town before the night: a second post with its officer, five standing units; the officer's first password."""
    chief = served.signed_in()
    chief.post("/people/post/", {"name": "Phường 6", "area": "79/p6", "id": "p6"})
    came = chief.post("/people/person/", {"name": "Lê Thị Bình (hư cấu)", "id": "binh", "account": "1"})
    password = first_password_in(came.text)
    chief.post("/people/grant/", {"person": "binh", "role": "duty_officer", "area": "79/p6"})
    chief.post("/people/grant/", {"person": "binh", "role": "duty_officer", "area": "p1"})
    for name in UNITS:
        chief.post("/people/unit/", {"name": name, "post": "p1"})
    return password


def play(phones: Phones, looked: Callable[[str, Page], None]) -> str:
    """Play the night; ``looked`` is called with a name and a page whenever a screen is worth a look. The operation."""
    password = prepared(phones.served)
    home = phones.served.address
    post = phones.screen()
    post.goto(f"{home}/accounts/login/")
    looked("sign-in", post)
    sign_in(post, phones.served)
    looked("home-empty", post)
    post.click("main a.button.primary")
    post.fill("[name=title]", "Cháy hẻm 5 (giả định)")
    post.check("[value=real]")
    looked("begin", post)
    post.click("main button.primary")
    post.wait_for_selector("#line")
    operation = post.url.split("/p/")[1].split("/")[0]
    looked("post-begun", post)
    command = phones.screen(WIDE)
    sign_in(command, phones.served)
    command.goto(f"{home}/o/{operation}/")
    beside = phones.screen()
    sign_in(beside, phones.served, "binh", password)
    beside.goto(f"{home}/p/{operation}/p6/")

    # The first call, and a second report of the same fire.
    fill(
        post,
        "Nghe điện thoại",
        "Báo tình huống",
        reporter="Người gọi (hư cấu)",
        phone="0900000111",
        on_behalf_of="114",
        kind_of="cháy",
        place="hẻm 5",
        development="khói đen, gió nhẹ",
        extent="một nhà hai tầng",
        help_requested="xe chữa cháy",
    )
    shows(post, "hẻm 5")
    fill(post, "Tình huống", "Báo tình huống", kind_of="cháy", place="hẻm 5, nhà số 7")
    shows(post, "nhà số 7")
    for each in (command, beside):
        shows(each, "hẻm 5")
    open_more(post, "Hai tin báo một việc")
    looked("post-forms", post)
    joining = post.locator(".acts form:has([name=other])")
    joining.locator("[name=id]").select_option(index=0)
    joining.locator("[name=other]").select_option(index=1)
    joining.locator("button").last.click()
    shows(post, "2 tin báo")

    # Five units, each with its page.
    units: list[Page] = []
    for name in UNITS:
        fill_order(post, name)
        shows(post, name)
    for name in UNITS:
        post.click(f"li.unit:has-text('{name}') button.small:text-is('QR')")
        post.wait_for_selector("input.copy")
        link = post.input_value("input.copy")
        if name == UNITS[0]:
            looked("link", post)
        post.click("main a.button.primary")
        post.wait_for_selector("#board")
        unit = phones.screen()
        unit.goto(link)
        units.append(unit)
    looked("unit-ordered", units[0])
    looked("post-ordered", post)
    for number, unit in enumerate(units):
        for step in STEPS[:3]:
            unit.click(f"#board button:text-is('{step}')")
            shows(unit, f"{step} ")
        if number == 2:
            unit.click("#board button.urgent")
    shows(post, "Cần chi viện")
    # It is called out where nothing moves under a thumb that writes, and counted in the tab's name.
    post.wait_for_selector("#alarm:has-text('Cần chi viện')")
    assert post.title().startswith("(1) ")
    looked("post-called-for-help", post)
    post.click("#alarm button:text-is('Xem ngay')")
    assert post.locator("#alarm").count() == 0
    post.click("#board button[name=acknowledger]")
    shows(units[2], "Phường 4 đã nhận")
    looked("unit-on-scene", units[1])
    looked("operation-under-way", command)

    # Figures, aid from beside, a service, a message, the level.
    fill(post, "Số liệu", "Ghi", what="đã sơ tán", change="12", source="Tổ dân phòng 1")
    shows(command, "12")
    open_more(post, "Xin chi viện")
    aid = post.locator(".acts form:has([name=of_post])")
    aid.locator("[name=what]").fill("một máy bơm")
    aid.locator("button").last.click()
    shows(beside, "một máy bơm")
    looked("post-beside-asked", beside)
    beside.click("#board button[name=granted][value=true]")
    shows(command, "Phường 6")
    fill_message(post, "Giữ đường vào hẻm 5 cho xe chữa cháy.", "Phường 6")
    shows(beside, "Giữ đường vào hẻm 5")
    beside.click("#board button[name=acknowledger]")
    shows(post, "Phường 6 đã nhận")
    open_act(command, "Công bố cấp độ")
    looked("operation-level", command)
    level = command.locator(".acts form:has([name=measures])")
    for name, value in {
        "reason": "cháy lan ba nhà",
        "measures": "sơ tán hẻm 5, cấm xe",
        "area": "hẻm 5",
        "duration": "đến 06:00",
        "bodies": "Ban Chỉ huy PTDS phường",
    }.items():
        level.locator(f"[name={name}]").fill(value)
    level.locator("button.primary").click()
    command.wait_for_selector("#board .late-word")

    # The shift goes on to somebody else; a line from paper; the units come back.
    fill(post, "Ca trực", "Tôi vào ca")
    shows(command, "trực ban")
    fill(post, "Ca trực", "Bàn giao ca", to_person="Lê Thị Bình (hư cấu)")
    beside.goto(f"{home}/p/{operation}/p1/")
    shows(beside, "cần nhận ca")
    looked("post-handover", beside)
    beside.click("#board button[name=person].primary")
    until(beside, "!document.querySelector('#board').innerText.includes('cần nhận ca')")
    open_more(post, "Nhập từ sổ giấy, với giờ thật")
    paper = post.locator(".acts form:has([name=paper])")
    paper.locator("[name=happened]").fill("00:10")
    paper.locator("[name=text]").fill("Nước yếu, chuyển sang bể nhà số 3.")
    paper.locator("[name=paper]").fill("sổ tay")
    paper.locator("button").last.click()
    shows(post, "Nước yếu")
    for unit in units:
        unit.click(f"#board button:text-is('{STEPS[3]}')")
        shows(unit, "xong ")
    looked("unit-done", units[0])
    post.click("#board form:has([value=situation_resolved]) button")
    until(post, "document.querySelectorAll('#board [value=situation_resolved]').length === 0")
    command.reload()
    open_act(command, "Kết thúc vụ việc")
    command.locator(".acts form:has([value=closed]) button.urgent").click()
    until(command, "!document.querySelector('.acts [value=closed]')")
    looked("operation-closed", command)
    shows(units[0], "Vụ việc đã kết thúc")
    looked("unit-ended", units[0])
    post.goto(f"{home}/p/{operation}/p1/")
    looked("post-closed", post)
    post.goto(f"{home}/p/{operation}/p1/text/")
    looked("text", post)
    post.goto(f"{home}/p/{operation}/p1/journal/")
    looked("duty-log", post)
    command.goto(f"{home}/o/{operation}/journal/")
    looked("journal", command)
    return operation


def fill_message(post: Page, text: str, to: str) -> None:
    """Send a message to another post, which must acknowledge it."""
    open_act(post, "Tin nhắn")
    form = post.locator(".acts > details[open] form")
    form.locator(f"label:has-text('{to}') [name=to]").check()
    form.locator("[name=text]").fill(text)
    form.locator("button.primary").click()


def fill_order(post: Page, name: str) -> None:
    """Order the unit of this name to the fire."""
    open_act(post, "Điều tổ đội")
    until(post, f"[...document.querySelectorAll('.acts [data-one] label')].some(o => o.innerText.includes({name!r}))")
    post.check(f".acts > details[open] [data-one] label:has-text('{name}') input")
    form = post.locator(".acts > details[open] form:has([name=unit])")
    form.locator("[name=task]").fill("dập lửa, đưa người ra")
    form.locator("button.primary").click()
