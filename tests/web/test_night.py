"""The alley-fire night on the pages, as people without scripts have it: from the first call to the printed journal."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image

from tests.served import Client, Served, first_password_in, served


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("night") / "d") as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person, who has listed a second post and two more people."""
    one = here.signed_in()
    one.post("/people/post/", {"name": "Phường 6", "area": "79/p6", "id": "p6"})
    for person, name, role, area in (
        ("binh", "Lê Thị Bình (hư cấu)", "duty_officer", "79/p6"),
        ("chi", "Phạm Thị Chi (hư cấu)", "observer", "p1"),
    ):
        came = one.post("/people/person/", {"name": name, "id": person, "account": "1"})
        here.made.append(first_password_in(came.text))
        one.post("/people/grant/", {"person": person, "role": role, "area": area})
    return one


def test_a_night_is_written_from_the_first_call_to_the_printed_journal(here: Served, chief: Client) -> None:
    op = chief.begin("Cháy hẻm 5 (giả định)")
    post = f"/p/{op}/p1/"
    assert (
        chief.write(
            op,
            "p1",
            "situation_reported",
            kind_of="cháy",
            place="hẻm 5",
            reporter="Người gọi",
            phone="0900000111",
            on_behalf_of="114",
        ).status_code
        == 200
    )
    assert chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 5, nhà số 7").status_code == 200
    keys = re.findall(r'<option value="(s-[^"]+)"', chief.get(post).text)
    first, second = list(dict.fromkeys(keys))
    assert chief.write(op, "p1", "situations_joined", id=first, other=second).status_code == 200
    assert "2 tin báo" in chief.get(post).text
    links = []
    for n in range(5):
        assert chief.write(op, "p1", "unit_listed", name=f"Tổ {n}", post="p1").status_code == 200
    for unit in dict.fromkeys(re.findall(r'name="unit" value="(u-[^"]+)"', chief.get(post).text)):
        assert (
            chief.write(
                op, "p1", "unit_ordered", unit=unit, situation=first, task="dập lửa", answer_by="+5"
            ).status_code
            == 200
        )
        came = chief.post(f"{post}link/", {"unit": unit})
        found = re.search(r'value="(https://[^"]+/u/[^"]+)"', came.text)
        assert found is not None
        links.append(urlsplit(found[1]).path)
    assert len(links) == 5
    for link in links:
        unit_page = here.client()
        for step in ("acknowledged", "turned_out", "on_scene", "done"):
            order = re.search(r'name="order" value="([^"]+)"', unit_page.get(link).text)
            assert order is not None
            came = unit_page.post(f"{link}say/", {"kind": "order_answered", "order": order[1], "step": step}, of=link)
            assert came.status_code == 200
    assert chief.write(op, "p1", "counted", what="evacuated", change="12", source="Tổ 1").status_code == 200
    assert chief.write(op, "p1", "aid_requested", of_post="p6", what="một máy bơm").status_code == 200
    binh = here.signed_in("binh", here.made[0])
    page6 = binh.get(f"/p/{op}/p6/").text
    aid = re.search(r'name="id" value="(a-[^"]+)"', page6)
    assert aid is not None, "the post that is asked sees the request"
    assert binh.write(op, "p6", "aid_answered", id=aid[1], granted="true").status_code == 200
    assert chief.write(op, "p1", "role_taken", role="trực ban", person="quan-tri").status_code == 200
    assert (
        chief.write(
            op,
            "p1",
            "handover_offered",
            role="trực ban",
            from_person="quan-tri",
            to_person="chi",
            outstanding="trả máy bơm",
        ).status_code
        == 200
    )
    assert chief.write(op, "p1", "written_up", happened="00:10", text="nước yếu", paper="sổ tay").status_code == 200
    assert chief.write(op, "p1", "situation_resolved", id=first).status_code == 200
    assert chief.write(op, "p1", "closed", reason="hết khói").status_code == 200
    journal = chief.get(f"{post}journal/").text
    for said in (
        "Báo tin: cháy · hẻm 5",
        "thay 114",
        "đang đến",
        "đã sơ tán: +12",
        "nước yếu · từ giấy sổ tay",
        "Kết thúc · hết khói",
    ):
        assert said in journal, said
    # The foot of the print is what the terminal says of the same logs.
    printed = set(re.findall(r"<code>(\S+) #(\d+): ([0-9a-f ]{19})</code>", journal))
    said_there = subprocess.run(
        [sys.executable, "-m", "sansang", "--lang", "en", "ledger", "heads", "--data", str(here.folder)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert printed
    for log, number, head in printed:
        assert f"{log}  {number}  {head}" in said_there
    # A text for a chat group names no caller.
    chat = chief.get(f"{post}text/").text
    assert "0900000111" not in chat
    assert "Người gọi" not in chat


def test_a_line_is_found_by_its_words_without_accents(chief: Client) -> None:
    op = chief.begin("Tìm dòng")
    for text in ("Nước dâng ở hẻm Hòa Bình", "Xe chữa cháy tới", "Đường Hoà Bình ngập"):
        chief.write(op, "p1", "noted", text=text)
    for path in (f"/p/{op}/p1/journal/", f"/o/{op}/journal/"):
        found = chief.get(f"{path}?q=duong HOA binh").text
        assert "Đường Hoà Bình ngập" in found
        assert "Xe chữa cháy" not in found
        assert "1/4" in found
        assert "Hòa Bình" in chief.get(f"{path}?q=hoa binh").text
        assert "Không dòng nào có" in chief.get(f"{path}?q=xyz").text


def test_a_units_link_allows_what_the_unit_may_do_and_can_be_ended(here: Served, chief: Client) -> None:
    op = chief.begin("Cháy chợ")
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="chợ")
    for name in ("Tổ A", "Tổ B"):
        chief.write(op, "p1", "unit_listed", name=name, post="p1")
    post = f"/p/{op}/p1/"
    units = list(dict.fromkeys(re.findall(r'name="unit" value="(u-[^"]+)"', chief.get(post).text)))
    situation = chief.choice(post, "s-")
    for unit in units:
        chief.write(op, "p1", "unit_ordered", unit=unit, situation=situation)
    orders = dict.fromkeys(re.findall(r'name="order" value="([^"]+)"', chief.get(post).text))
    came = chief.post(f"{post}link/", {"unit": units[0]})
    found = re.search(r'value="(https://[^"]+/u/[^"]+)"', came.text)
    grant = re.search(r'name="grant" value="([^"]+)"', came.text)
    assert found is not None and grant is not None
    link = urlsplit(found[1]).path
    unit_page = here.client()
    mine = re.search(r'name="order" value="([^"]+)"', unit_page.get(link).text)
    assert mine is not None
    others = next(order for order in orders if order != mine[1])
    assert (
        unit_page.post(f"{link}say/", {"kind": "order_answered", "order": others, "step": "done"}, of=link).status_code
        == 422
    )
    for kind in ("closed", "unit_ordered", "level_declared", "role_taken"):
        fields = {"kind": kind, "unit": units[1], "situation": situation, "level": "1", "role": "x", "person": "x"}
        assert unit_page.post(f"{link}say/", fields, of=link).status_code == 422
    assert unit_page.get(post).url.path == "/accounts/login/"
    assert unit_page.post(f"{link}say/", {"kind": "noted", "text": "Cần chi viện"}, of=link).status_code == 200
    chief.post(f"{post}link/end/", {"grant": grant[1]})
    assert unit_page.get(link).status_code == 404
    assert here.client().get(link[:-3] + "xx/").status_code == 404


def test_a_person_without_the_right_is_refused_and_sees_no_line(here: Served, chief: Client) -> None:
    op = chief.begin("Ngập")
    chief.write(op, "p1", "noted", text="chỉ Phường 4 đọc")
    binh, chi = here.signed_in("binh", here.made[0]), here.signed_in("chi", here.made[1])
    assert binh.get(f"/p/{op}/p1/").status_code == 403
    assert "chỉ Phường 4 đọc" not in binh.get(f"/o/{op}/").text
    assert chi.get(f"/p/{op}/p1/").status_code == 200
    refused = chi.write(op, "p1", "noted", text="tôi ghi")
    assert (refused.status_code, "Bạn không được" in refused.text) == (403, True)
    assert "tôi ghi" not in chi.get(f"/p/{op}/p1/journal/").text
    assert binh.get("/people/").status_code == 403
    assert binh.post("/people/grant/", {"person": "binh", "role": "administrator", "area": ""}).status_code == 403
    stranger = here.client()
    for path in ("/", f"/p/{op}/p1/", f"/o/{op}/", "/people/", "/begin/", f"/p/{op}/p1/journal/"):
        assert stranger.get(path).url.path == "/accounts/login/"
    assert stranger.get(f"/live/{op}").status_code == 401
    assert chief.post("/people/grant/", {"person": "quan-tri", "role": "commander", "area": ""}).status_code == 403


def test_a_photo_is_stored_small_and_without_metadata(chief: Client) -> None:
    op = chief.begin("Cháy kho")
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif[0x8825] = {1: "N", 2: (10.0, 46.0, 30.0), 3: "E", 4: (106.0, 40.0, 0.0)}
    made = io.BytesIO()
    Image.new("RGB", (3000, 2000), "orange").save(made, "JPEG", exif=exif)
    assert b"PhoneMaker" in made.getvalue()
    came = chief.post(f"/p/{op}/p1/photo/", {"caption": "cổng kho"}, files={"photo": ("x.jpg", made.getvalue())})
    found = re.search(r'src="(/o/[^"]+/photo/[^"]+)"', came.text)
    assert found is not None
    stored = chief.get(found[1])
    assert stored.headers["content-type"] == "image/jpeg"
    assert b"PhoneMaker" not in stored.content
    picture = Image.open(io.BytesIO(stored.content))
    assert (picture.size, dict(picture.getexif())) == ((1280, 853), {})
    for data in (b"", b"GIF89a", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\xff\xd8\xff\xe0 no picture"):
        assert chief.post(f"/p/{op}/p1/photo/", {}, files={"photo": ("x.jpg", data)}).status_code == 422


def test_a_form_sent_twice_is_written_once(chief: Client) -> None:
    op = chief.begin("Mưa")
    for _ in range(2):
        assert chief.write(op, "p1", "noted", text="một lần", command="the-same-command").status_code == 200
    assert chief.get(f"/p/{op}/p1/journal/").text.count("một lần") == 1
    assert chief.write(op, "p1", "noted", text="lời khác", command="the-same-command").status_code == 409


def test_a_drill_is_marked_on_every_page(chief: Client) -> None:
    op = chief.begin("Thử còi", "drill")
    for path in (f"/p/{op}/p1/", f"/o/{op}/", f"/p/{op}/p1/journal/", f"/p/{op}/p1/text/", f"/o/{op}/journal/", "/"):
        assert "DIỄN TẬP" in chief.get(path).text, path


def test_the_pages_speak_english_when_asked_on_this_device(here: Served) -> None:
    one = here.signed_in()
    assert "Việc đang diễn ra" in one.get("/").text
    one.post("/language/", {"language": "en", "next": "/"})
    assert "Current operations" in one.get("/").text
    assert one.post("/language/", {"language": "vi", "next": "https://elsewhere.example/"}).url.host == "sansang.test"


HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "' OR 1=1 --",
    "\x00",
    "\ud7ff",
    "../../etc/passwd",
    "%00",
    "a" * 20_000,
)


@pytest.mark.parametrize("said", HOSTILE)
def test_hostile_text_is_stored_as_text_or_refused(said: str, chief: Client) -> None:
    op = chief.begin("Thử")
    for kind, fields in (
        ("noted", {"text": said}),
        ("situation_reported", {"kind_of": said, "place": said}),
        ("unit_listed", {"name": said}),
        ("message_sent", {"to": said, "text": said}),
        ("counted", {"what": said, "change": said}),
        ("unit_ordered", {"unit": said, "situation": said, "answer_by": said}),
        ("corrected", {"entry": said, "text": said}),
        (said, {"text": said}),
        ("noted", {"text": "x", "happened": said, "command": said}),
    ):
        came = chief.write(op, "p1", kind, **fields)
        assert came.status_code < 500, (kind, came.status_code)
        for path in (f"/p/{op}/p1/", f"/o/{op}/", f"/p/{op}/p1/journal/"):
            page = chief.get(path)
            assert page.status_code == 200
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
            assert "49" not in re.findall(r'class="text">([^<]*)<', page.text)
    for path in (
        f"/p/{said[:200]}/p1/",
        f"/o/{said[:200]}/",
        f"/u/{said[:200]}/",
        f"/p/{op}/{said[:200]}/",
        f"/accounts/login/?next={said[:200]}",
    ):
        assert chief.get(path.replace("\x00", "%00").replace("\ud7ff", "")).status_code < 500


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"lines": 5}', b'{"lines": [1]}', b"[" * 5000, b'{"lines": [{}]}', b"\xff\xfe"]
)
def test_a_malformed_batch_is_refused(body: bytes, chief: Client) -> None:
    token = chief.http.cookies["csrftoken"]
    came = chief.http.post("/outbox/", content=body, headers={"X-CSRFToken": token, "Content-Type": "application/json"})
    assert came.status_code in (200, 400)
    if came.status_code == 200:
        assert [one["status"] for one in came.json()["answers"]] == [422]


def test_lines_of_a_device_are_written_in_order_and_once_and_each_is_answered(chief: Client) -> None:
    op = chief.begin("Ngoài mạng")
    token = chief.http.cookies["csrftoken"]

    def line(n: int, **more: Any) -> dict[str, Any]:
        known = {"command": f"device-{op}-{n:04}", "person": "quan-tri", "operation": op, "post": "p1", "kind": "noted"}
        return {**known, "fields": {"text": f"dòng {n}"}, "written": "2026-11-23T21:10:00Z", **more}

    batch = [line(0), line(1, kind="no-such"), line(2, person="binh"), line(3, post="p9"), line(4)]
    for expected in (False, True):
        came = chief.http.post(
            "/outbox/",
            content=json.dumps({"lines": batch}),
            headers={"X-CSRFToken": token, "Content-Type": "application/json"},
        )
        answers = came.json()["answers"]
        assert [one["status"] for one in answers] == [200, 422, 422, 200, 200]
        assert [one["known"] for one in answers if one["status"] == 200] == [expected] * 3
    said = re.findall(r"dòng (\d)", chief.get(f"/p/{op}/p1/journal/").text)
    assert said == ["0", "4"]
    assert here_key(chief) == here_key(chief)


def here_key(client: Client) -> str:
    """The key of the outbox."""
    return str(client.get("/outbox/key/").json()["key"])


def test_the_security_headers_forbid_what_no_page_needs(here: Served, chief: Client) -> None:
    for client, path in (
        (chief, "/"),
        (here.client(), "/accounts/login/"),
        (here.client(), "/trust/"),
        (chief, "/nope/"),
    ):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "unsafe-inline" not in policy
        assert "default-src 'none'" in policy
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert "no-store" in headers["cache-control"]
        assert " on" not in "".join(re.findall(r"<[a-z]+ [^>]*?( on[a-z]+=)", client.get(path).text))
        assert "style=" not in client.get(path).text
    cookies = here.signed_in().http.cookies.jar
    assert all(cookie.secure for cookie in cookies)


def test_the_deployment_check_is_clean(here: Served) -> None:
    code = (
        "import os; from sansang.site.django_setup import load_django; load_django();"
        "from django.core.management import call_command; call_command('check', deploy=True, fail_level='WARNING')"
    )
    import os

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "SANSANG_DATA": str(here.folder)},
    )
    assert done.returncode == 0, done.stderr


def test_guessing_a_password_is_slowed_down(tmp_path: Path) -> None:
    with served(tmp_path / "d") as one:
        client = one.client()
        statuses = [
            client.post("/accounts/login/", {"login": "quan-tri", "password": f"wrong-{n}"}, of="/accounts/login/")
            for n in range(8)
        ]
        right = client.post("/accounts/login/", {"login": one.person, "password": one.password}, of="/accounts/login/")
        assert "/accounts/login/" in str(right.url) or right.status_code == 429, "still let in after eight guesses"
        assert all(came.status_code < 500 for came in statuses)


@pytest.mark.parametrize(
    ("language", "said"), [("vi", "Tên hoặc mật khẩu không đúng."), ("en", "Name or password is not right.")]
)
def test_a_wrong_password_is_reported_in_the_language_of_the_page(language: str, said: str, here: Served) -> None:
    stranger = here.client()
    stranger.http.cookies.set("sansang_lang", language)
    came = stranger.post("/accounts/login/", {"login": "quan-tri", "password": "sai"}, of="/accounts/login/")
    assert said in came.text


def test_people_are_sorted_by_given_name_in_alphabetical_order(chief: Client) -> None:
    for name in ("Trần Văn Đa (hư cấu)", "Lê Thị Dĩ (hư cấu)", "Ngô Ánh (hư cấu)", "Võ Ăn (hư cấu)"):
        chief.post("/people/person/", {"name": name})
    page = chief.get("/people/").text
    names = [name.split(" (")[0].split()[-1] for name in re.findall(r"<tr><td>([^<]+)<br>", page)]
    assert [name for name in names if name in ("Đa", "Dĩ", "Ánh", "Ăn")] == ["Ánh", "Ăn", "Dĩ", "Đa"]


def test_a_listed_person_is_changed_only_by_their_id(chief: Client) -> None:
    def listed() -> dict[str, str]:
        rows = re.findall(r'<tr><td>([^<]+)<br><span class="soft">(\S+) ', chief.get("/people/").text)
        return {person: name for name, person in rows}

    assert chief.post("/people/person/", {"name": "Hồ Văn An (hư cấu)"}).status_code == 200
    assert chief.post("/people/person/", {"name": "Hồ Văn Ân (hư cấu)"}).status_code == 200
    for name in ("Hồ Văn An (hư cấu)", "hồ văn an (hư cấu)", "ho van an (hu cau)"):
        came = chief.post("/people/person/", {"name": name, "account": "1"})
        assert came.status_code == 422
        assert "tên này đã có" in came.text
    names = {key: name for key, name in listed().items() if key.startswith("ho-van")}
    assert names == {"ho-van-an-hu-cau": "Hồ Văn An (hư cấu)", "ho-van-an-hu-cau-2": "Hồ Văn Ân (hư cấu)"}
    assert chief.post("/people/person/", {"name": "Hồ Văn Ấn (hư cấu)", "id": "ho-van-an-hu-cau-2"}).status_code == 200
    assert listed()["ho-van-an-hu-cau-2"] == "Hồ Văn Ấn (hư cấu)"


def test_a_changed_password_ends_every_other_session_and_its_stream(here: Served, chief: Client) -> None:
    came = chief.post("/people/person/", {"name": "Đổi Mật Khẩu (hư cấu)", "id": "doi", "account": "1"})
    first = first_password_in(came.text)
    chief.post("/people/grant/", {"person": "doi", "role": "observer", "area": ""})
    op = chief.begin("Đổi mật khẩu")
    one, other = here.signed_in("doi", first), here.signed_in("doi", first)

    def hears(client: Client) -> bool:
        with client.http.stream("GET", f"/live/{op}") as came:
            return came.status_code == 200

    assert hears(one)
    assert hears(other)
    fields = {"oldpassword": here.own[first], "password1": "moi-hoan-toan-24", "password2": "moi-hoan-toan-24"}
    assert one.post("/accounts/password/change/", fields, of="/accounts/password/change/").status_code == 200
    assert hears(one)
    assert not hears(other)
    assert "/accounts/login/" in str(other.get("/").url)


def test_an_administrator_of_one_ward_reaches_nothing_outside_it(here: Served, chief: Client) -> None:
    came = chief.post("/people/person/", {"name": "Quản Ward (hư cấu)", "id": "ward", "account": "1"})
    password = first_password_in(came.text)
    chief.post("/people/grant/", {"person": "ward", "role": "administrator", "area": "79/p6"})
    ward = here.signed_in("ward", password)
    # A person who works only elsewhere is not shown, nor their number.
    chief.post("/people/person/", {"name": "Người Nơi Khác (hư cấu)", "id": "noi-khac", "phone": "0900000555"})
    assert "0900000555" in ward.get("/people/").text
    chief.post("/people/grant/", {"person": "noi-khac", "role": "observer", "area": "79/p9"})
    assert "0900000555" in chief.get("/people/").text
    assert "0900000555" not in ward.get("/people/").text
    # A wider administrator is not taken over by a new password, nor shut out.
    for what in ("password", "shut"):
        assert ward.post(f"/people/{what}/", {"person": here.person}).status_code == 403
    assert ward.post("/people/grant/", {"person": "chi", "role": "chair", "area": "79"}).status_code == 403
    assert ward.post("/people/grant/", {"person": "chi", "role": "observer", "area": "79/p6"}).status_code == 200
    assert here.signed_in().get("/people/").status_code == 200
