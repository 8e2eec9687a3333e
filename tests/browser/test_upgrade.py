"""Lines that an earlier version left on a device are sent by this one; waiting lines are encrypted there."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.alley_night import PHONE, open_act, shows, until
from tests.served import Client, Served, browser, served, sign_in

WRITTEN = "2026-11-23T21:10:00Z"
#: Everything in the database of the queue, as text: what is readable shows.
STORED = """async () => {
  const db = await new Promise((done) => {
    const asked = indexedDB.open("sansang-outbox");
    asked.onsuccess = () => done(asked.result);
  });
  const asked = db.transaction("lines").objectStore("lines").getAll();
  const all = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  db.close();
  const text = (bytes) => new TextDecoder("utf-8").decode(bytes);
  return all.map((one) => JSON.stringify({ ...one, iv: text(one.iv), sealed: text(one.sealed) }));
}"""
#: The database of lines as the first version made it, with lines encrypted as it did.
EARLIER_LINES = """async (lines) => {
  const given = await (await fetch("/outbox/key/")).json();
  const raw = Uint8Array.from(atob(given.key), (sign) => sign.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  const db = await new Promise((done) => {
    const asked = indexedDB.open("sansang-outbox", 1);
    asked.onupgradeneeded = () => {
      const made = asked.result.createObjectStore("lines", { keyPath: "n", autoIncrement: true });
      made.createIndex("command", "command", { unique: true });
      asked.result.createObjectStore("keys");
    };
    asked.onsuccess = () => done(asked.result);
  });
  for (const line of lines) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const clear = new TextEncoder().encode(JSON.stringify(line));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, clear);
    const work = db.transaction("lines", "readwrite");
    work.objectStore("lines").add({ command: line.command, person: line.person, iv, sealed, why: "" });
    await new Promise((done) => { work.oncomplete = done; });
  }
  db.close();
}"""
#: The database of a unit's phone as the first version made it, in clear.
EARLIER_TAPS = """async (taps) => {
  const db = await new Promise((done) => {
    const asked = indexedDB.open("sansang-taps", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("taps", { keyPath: "n", autoIncrement: true });
    asked.onsuccess = () => done(asked.result);
  });
  const work = db.transaction("taps", "readwrite");
  for (const tap of taps) work.objectStore("taps").add(tap);
  await new Promise((done) => { work.oncomplete = done; });
  db.close();
}"""

#: How much is left in it.
EARLIER_COUNT = """async () => {
  const db = await new Promise((done) => {
    const asked = indexedDB.open("sansang-taps");
    asked.onsuccess = () => done(asked.result);
  });
  const asked = db.transaction("taps").objectStore("taps").count();
  const count = await new Promise((done) => { asked.onsuccess = () => done(asked.result); });
  db.close();
  return count;
}"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("upgrade") / "d") as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person."""
    return here.signed_in()


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    """One browser for all of this file; each test has a device of its own."""
    with browser() as one:
        yield one


def device(opened: Browser) -> BrowserContext:
    """A new phone."""
    return opened.new_context(ignore_https_errors=True, viewport={"width": PHONE[0], "height": PHONE[1]})


def night(chief: Client, title: str, *units: str) -> tuple[str, dict[str, str], str]:
    """An operation with units and a situation: its id, the ids of the units by name, that of the situation."""
    op = chief.begin(title)
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 3")
    ids: dict[str, str] = {}
    for name in units:
        chief.write(op, "p1", "unit_listed", name=name)
        found = re.findall(r'name="unit" value="(u-[^"]+)"', chief.get(f"/p/{op}/p1/").text)
        ids[name] = next(one for one in found if one not in ids.values())
    return op, ids, chief.choice(f"/p/{op}/p1/", "s-")


def link_of(chief: Client, op: str, unit: str) -> tuple[str, str]:
    """A new link for a unit: its address, and its grant."""
    given = chief.post(f"/p/{op}/p1/link/", {"unit": unit}).text
    link = re.search(r'value="https://[^/]+(/u/[^"]+)"', given)
    grant = re.search(r'name="grant" value="(link:[^"]+)"', given)
    assert link is not None and grant is not None
    return link[1], grant[1]


def steps(chief: Client, op: str) -> list[str]:
    """What the units have said, in the order of the log."""
    return re.findall(r"Tổ \w+: (đã nhận lệnh|đang đến|đã tới nơi|xong)", chief.get(f"/p/{op}/p1/journal/").text)


def without_scripts(at: BrowserContext, here: Served, path: str) -> Page:
    """A page of the installation on which none of our scripts runs yet."""
    at.route("**/app.*.js", lambda route: route.abort())
    page = at.new_page()
    page.goto(here.address + path)
    return page


def test_a_units_waiting_taps_are_encrypted_on_its_phone(here: Served, chief: Client, opened: Browser) -> None:
    op, units, situation = night(chief, "Mã hóa", "Tổ bơm")
    chief.write(op, "p1", "unit_ordered", unit=units["Tổ bơm"], situation=situation)
    link, _ = link_of(chief, op, units["Tổ bơm"])
    at = device(opened)
    page = at.new_page()
    page.goto(here.address + link)
    until(page, "caches.open('pages').then(c => c.keys()).then(k => k.length > 0)")
    at.set_offline(True)
    page.click("#board button:has-text('đang đến')")
    page.click("section.acts summary")
    page.fill("[name=text]", "gặp cụ Hai ở hẻm 3")
    page.click("section.acts form button")
    until(page, "document.querySelectorAll('#waiting li').length === 2")
    stored = page.evaluate(STORED)
    assert len(stored) == 2
    for one in stored:
        for word in ("turned_out", "order", "cụ Hai", "hẻm", "đang đến", "noted", link.split("/")[2]):
            assert word not in one
    at.set_offline(False)
    until(page, "document.querySelectorAll('#waiting li').length === 0", 40)
    assert page.evaluate(STORED) == []
    assert steps(chief, op) == ["đang đến"]
    assert "gặp cụ Hai ở hẻm 3" in chief.get(f"/p/{op}/p1/journal/").text
    at.close()


def test_lines_that_an_ended_link_could_not_send_are_reported_and_deleted(
    here: Served, chief: Client, opened: Browser
) -> None:
    op, units, situation = night(chief, "Hết liên kết", "Tổ bơm")
    chief.write(op, "p1", "unit_ordered", unit=units["Tổ bơm"], situation=situation)
    link, grant = link_of(chief, op, units["Tổ bơm"])
    at = device(opened)
    page = at.new_page()
    said: list[str] = []

    def hear(text: str) -> None:
        said.append(text)

    page.expose_function("heard", hear)
    page.add_init_script("""new MutationObserver(() => {
      const text = document.querySelector(".said")?.textContent;
      if (text) window.heard(text);
    }).observe(document, { childList: true, subtree: true });""")
    page.goto(here.address + link)
    until(page, "caches.open('pages').then(c => c.keys()).then(k => k.length > 0)")
    at.set_offline(True)
    page.click("#board button:has-text('đang đến')")
    until(page, "document.querySelectorAll('#waiting li').length === 1")
    chief.post(f"/p/{op}/p1/link/end/", {"grant": grant})
    at.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(page, f"({STORED})().then((all) => all.length === 0)", 40)
    assert any("đang đến" in one for one in said)
    assert steps(chief, op) == []
    at.close()


def test_lines_that_an_earlier_page_encrypted_are_sent_in_their_order(
    here: Served, chief: Client, opened: Browser
) -> None:
    op, units, situation = night(chief, "Nâng cấp", "Tổ bơm", "Tổ cứu")
    command = f"4a{str(uuid.uuid4())[2:]}"
    known = {"person": here.person, "operation": op, "post": "p1", "written": WRITTEN, "label": "x"}
    orders = [
        {"command": one, "kind": "unit_ordered", "fields": {"unit": unit, "situation": situation}}
        for one, unit in zip((command, f"4b{command[2:]}"), units.values(), strict=True)
    ]
    notes = [
        {"command": str(uuid.uuid4()), "kind": "noted", "fields": {"text": f"dòng {n} từ bản cũ"}} for n in range(3)
    ]
    at = device(opened)
    at.route("**/app.*.js", lambda route: route.abort())
    page = sign_in(at, here)
    page.evaluate(EARLIER_LINES, [{**known, **one} for one in (*orders, *notes)])
    assert len(page.evaluate(STORED)) == 5
    at.unroute("**/app.*.js")
    page.goto(f"{here.address}/p/{op}/p1/")
    until(page, "document.querySelector('#board').innerText.includes('dòng 2 từ bản cũ')", 30)
    until(page, f"({STORED})().then((all) => all.length === 0)")
    at.close()
    journal = chief.get(f"/p/{op}/p1/journal/").text
    assert re.findall(r"dòng (\d) từ bản cũ", journal) == ["0", "1", "2"]
    assert [journal.count(f"Lệnh cho {name}") for name in units] == [1, 1]


def test_lines_that_an_earlier_unit_page_stored_in_clear_are_sent_for_each_link_and_deleted(
    here: Served, chief: Client, opened: Browser
) -> None:
    op, units, situation = night(chief, "Nâng cấp điện thoại", "Tổ bơm", "Tổ cứu")
    links = {}
    for name, unit in units.items():
        chief.write(op, "p1", "unit_ordered", unit=unit, situation=situation)
        links[name], _ = link_of(chief, op, unit)

    def tap(name: str, step: str) -> dict[str, object]:
        order = re.search(r'name="order" value="([^"]+)"', here.client().get(links[name]).text)
        assert order is not None
        said = [["kind", "order_answered"], ["order", order[1]], ["step", step]]
        said += [["command", str(uuid.uuid4())], ["written", WRITTEN]]
        return {"action": f"{here.address}{links[name]}say/", "said": said, "label": step}

    taps = [tap("Tổ bơm", "acknowledged"), tap("Tổ cứu", "turned_out"), tap("Tổ bơm", "turned_out")]
    # One was written, but the answer was lost.
    fields = {str(name): value for name, value in taps[0]["said"]}  # type: ignore[attr-defined]
    assert here.client().post(f"{links['Tổ bơm']}say/", fields, of=links["Tổ bơm"]).status_code == 200
    at = device(opened)
    page = without_scripts(at, here, links["Tổ bơm"])
    page.evaluate(EARLIER_TAPS, taps)
    at.unroute("**/app.*.js")
    page.goto(here.address + links["Tổ bơm"])
    until(page, r"/đang đến \d\d:\d\d/.test(document.querySelector('#board').innerText)", 30)
    assert page.evaluate(EARLIER_COUNT) == 0
    until(page, f"({STORED})().then((all) => all.length === 0)", 30)
    at.close()
    journal = chief.get(f"/p/{op}/p1/journal/").text
    assert re.findall(r"Tổ bơm: (đã nhận lệnh|đang đến)", journal) == ["đã nhận lệnh", "đang đến"]
    assert re.findall(r"Tổ cứu: (đã nhận lệnh|đang đến)", journal) == ["đang đến"]


def test_a_form_for_several_units_is_stored_as_one_with_the_commands_of_an_earlier_page(
    here: Served, chief: Client, opened: Browser
) -> None:
    op, units, situation = night(chief, "Một biểu mẫu", "Tổ bơm", "Tổ cứu")
    at = device(opened)
    page = sign_in(at, here)
    page.goto(f"{here.address}/p/{op}/p1/")
    until(page, "caches.open('pages').then(pages => pages.match(location.href)).then(Boolean)")
    at.set_offline(True)
    command = f"ff{str(uuid.uuid4())[2:]}"
    open_act(page, "Điều tổ đội")
    page.evaluate("(given) => { document.querySelector('#act-order [name=command]').value = given; }", command)
    for name in units:
        page.check(f"#act-order label:has-text('{name}') input")
    page.fill("#act-order [name=task]", "dập lửa")
    page.fill("#act-order [name=answer_by]", "")
    ordered = page.locator("#act-order [name=unit]:checked").evaluate_all("(all) => all.map((one) => one.value)")
    page.click("#act-order button.primary")
    until(page, "document.querySelector('#net').innerText.includes('1 dòng chờ gửi')")
    # A page of an earlier version has sent the second line of the same form already.
    line = {"command": f"00{command[2:]}", "person": here.person, "operation": op, "post": "p1", "written": WRITTEN}
    fields = {"unit": ordered[1], "situation": situation, "task": "dập lửa"}
    headers = {"X-CSRFToken": chief.http.cookies["csrftoken"]}
    batch = {"lines": [{**line, "kind": "unit_ordered", "fields": fields}]}
    assert chief.http.post("/outbox/", json=batch, headers=headers).json()["answers"][0]["status"] == 200
    at.set_offline(False)
    until(page, "document.querySelector('#waiting').hidden", 30)
    at.close()
    journal = chief.get(f"/p/{op}/p1/journal/").text
    assert [journal.count(f"Lệnh cho {name}") for name in units] == [1, 1]


def test_a_partly_written_form_can_be_sent_again_or_dropped_but_not_filled_in_again(
    here: Served, chief: Client, opened: Browser, tmp_path: Path
) -> None:
    op, _, _ = night(chief, "Ảnh không đọc được")
    none = tmp_path / "x.jpg"
    none.write_bytes(b"this is no picture")
    at = device(opened)
    page = sign_in(at, here)
    page.goto(f"{here.address}/p/{op}/p1/")
    until(page, "caches.open('pages').then(pages => pages.match(location.href)).then(Boolean)")
    open_act(page, "Tình huống")
    page.fill("#act-situation [name=kind_of]", "cháy")
    page.fill("#act-situation [name=place]", "hẻm 12")
    page.set_input_files("#act-situation [name=photo]", str(none))
    page.click("#act-situation button.primary")
    until(page, "document.querySelectorAll('#waiting .trouble').length === 1")
    assert "Ảnh" in page.inner_text("#waiting .trouble")
    shows(page, "hẻm 12")
    assert page.locator("#waiting .trouble button").all_inner_texts() == ["Gửi lại", "Bỏ dòng này"]
    page.click("#waiting button:has-text('Gửi lại')")
    until(page, "document.querySelectorAll('#waiting .trouble').length === 1")
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("#waiting button:has-text('Bỏ dòng này')")
    until(page, "document.querySelector('#waiting').hidden")
    at.close()
    assert chief.get(f"/p/{op}/p1/journal/").text.count("hẻm 12") == 1
