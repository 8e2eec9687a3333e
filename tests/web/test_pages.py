"""Who may open which page: every role and address, at its post, above, beside, and in one operation only."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from collections import deque
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import get_args
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansang.cli.rights import table
from sansang.model.access.rights import RIGHTS, Right, Role
from sansang.web.shared.permissions import VIEW_PERMISSIONS
from sansang.words import Voice
from tests.served import Client, Served, first_password_in, served

ROLES: tuple[Role, ...] = get_args(Role)
DOCS = Path(__file__).parents[2] / "docs" / "rights.md"
#: Where a role is held: its area, and whether in this operation, in another one, or in all.
WHERE = {"here": ("p1", ""), "above": ("", ""), "beside": ("79/p6", ""), "scoped": ("p1", "this"), "else": ("p1", "x")}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("pages") / "d") as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person; a second post is listed."""
    one = here.signed_in()
    one.post("/people/post/", {"name": "Phường 6", "area": "79/p6", "id": "p6"})
    return one


def listed(here: Served, chief: Client, person: str) -> Client:
    """A new person without a role, signed in."""
    came = chief.post("/people/person/", {"name": f"{person} (hư cấu)", "id": person, "account": "1"})
    return here.signed_in(person, first_password_in(came.text))


def addresses() -> set[str]:
    """The names of all addresses that the site answers at, asked of the site itself."""
    asking = (
        "from sansang.site.django_setup import load_django; load_django()\n"
        "from django.urls import get_resolver\n"
        "first = get_resolver().url_patterns\n"
        "parts = [one for part in first for one in part.url_patterns]\n"
        "shut = [one for one in parts if getattr(getattr(one, 'callback', 0), '__name__', 0) == 'not_used']\n"
        "def walk(found, before):\n"
        "    for one in found:\n"
        "        at = before + str(one.pattern).lstrip('^')\n"
        "        if hasattr(one, 'url_patterns'): walk(one.url_patterns, at)\n"
        "        elif one not in shut and not any(each.pattern.match(at) for each in shut): print(one.name)\n"
        "walk(first, '')\n"
    )
    environment = {**os.environ, "SANSANG_DATA": str(Path(os.devnull))}
    said = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True, env=environment)
    return set(said.stdout.split())


def test_every_address_of_the_site_is_in_the_table() -> None:
    assert addresses() == set(VIEW_PERMISSIONS)


def test_the_documented_table_is_the_one_that_the_program_uses() -> None:
    assert DOCS.read_text("utf-8") == table(Voice("en"))


#: A line that only those read who may read the post.
PRIVATE = "Chỉ chốt này biết."


class Night:
    """An operation with a photo, a unit and its link: something behind every address."""

    def __init__(self, chief: Client) -> None:
        self.op = chief.begin("Mọi trang")
        chief.write(self.op, "p1", "situation_reported", kind_of="cháy", place="hẻm 5")
        chief.write(self.op, "p1", "unit_listed", name="Tổ 1", post="p1")
        self.unit = chief.choice(f"/p/{self.op}/p1/", "u-")
        picture = (Path(__file__).parents[2] / "docs" / "images" / "night.png").read_bytes()
        chief.post(f"/p/{self.op}/p1/photo/", {"caption": "ảnh"}, files={"photo": ("x.png", picture, "image/png")})
        shown = re.search(rf"/o/{self.op}/photo/([^/]+)/", chief.get(f"/p/{self.op}/p1/").text)
        assert shown is not None
        self.photo = shown[1]
        chief.write(self.op, "p1", "noted", text=PRIVATE)
        for kind, fields in (
            ("message_sent", {"to": "p1", "text": PRIVATE, "acknowledgers": "@posts"}),
            ("handover_offered", {"role": "x", "from_person": "x", "to_person": "y", "outstanding": PRIVATE}),
            ("report_missing", {"from_post": "p1", "what": PRIVATE}),
            ("aid_requested", {"of_post": "p1", "what": PRIVATE}),
            ("situation_reported", {"place": PRIVATE}),
        ):
            assert chief.write(self.op, "p1", kind, **fields).status_code == 200
        self.link, self.grant = self.new_link(chief)

    def new_link(self, chief: Client) -> tuple[str, str]:
        """A link of the unit, and the name of its grant."""
        came = chief.post(f"/p/{self.op}/p1/link/", {"unit": self.unit}).text
        link = re.search(r"/u/([^/]+)/", came)
        grant = re.search(r'name="grant" value="([^"]+)"', came)
        assert link is not None
        assert grant is not None
        return link[1], grant[1]


#: How each address is asked: the method, the path, and what the form says.
ASKED: dict[str, tuple[str, str, dict[str, str]]] = {
    "home": ("GET", "/", {}),
    "language": ("POST", "/language/", {"language": "vi", "next": "/trust/"}),
    "trust": ("GET", "/trust/", {}),
    "worker": ("GET", "/sw.js", {}),
    "manifest": ("GET", "/app.webmanifest", {}),
    "begin": ("GET", "/begin/", {}),
    "operation": ("GET", "/o/{op}/", {}),
    "operation_board": ("GET", "/o/{op}/board/", {}),
    "operation_journal": ("GET", "/o/{op}/journal/", {}),
    "photo": ("GET", "/o/{op}/photo/{photo}/", {}),
    "post": ("GET", "/p/{op}/p1/", {}),
    "post_board": ("GET", "/p/{op}/p1/board/", {}),
    "post_acts": ("GET", "/p/{op}/p1/acts/", {}),
    "journal": ("GET", "/p/{op}/p1/journal/", {}),
    "text": ("GET", "/p/{op}/p1/text/", {}),
    "write": ("POST", "/p/{op}/p1/write/", {"kind": "noted", "text": "x"}),
    "add_photo": ("POST", "/p/{op}/p1/photo/", {"caption": "x"}),
    "give_link": ("POST", "/p/{op}/p1/link/", {"unit": "{unit}"}),
    "end_link": ("POST", "/p/{op}/p1/link/end/", {"grant": "{grant}"}),
    "unit": ("GET", "/u/{link}/", {}),
    "unit_board": ("GET", "/u/{link}/board/", {}),
    "unit_say": ("POST", "/u/{link}/say/", {"kind": "noted", "text": "x"}),
    "unit_key": ("GET", "/u/{link}/key/", {}),
    "people": ("GET", "/people/", {}),
    "people_workbook": ("GET", "/people/workbook/", {}),
    "people_from_workbook": ("POST", "/people/workbook/in/", {}),
    "areas": ("GET", "/areas/", {}),
    "standing_units": ("POST", "/p/{op}/p1/units/", {}),
    "people_change": ("POST", "/people/post/", {"name": "Chốt", "area": "p1/c", "id": "p1-c"}),
    "outbox": ("POST", "/outbox/", {}),
    "outbox_saved": ("GET", "/outbox/saved/", {}),
    "outbox_key": ("GET", "/outbox/key/", {}),
}
#: Pages of signing in, the same for everybody who is signed in.
OWN = {
    "account_reauthenticate": "/accounts/reauthenticate/",
    "account_change_password": "/accounts/password/change/",
    "mfa_index": "/accounts/2fa/",
    "mfa_list_webauthn": "/accounts/2fa/webauthn/",
    "mfa_add_webauthn": "/accounts/2fa/webauthn/add/",
    "usersessions_list": "/accounts/sessions/",
}


def answer(who: Client, name: str, night: Night) -> int:
    """The status with which an address answers; a page of signing in instead of it counts as 401."""
    method, path, fields = ASKED[name]
    said = {key: value.format(**vars(night)) for key, value in fields.items()}
    path = path.format(**vars(night))
    if name == "add_photo":
        files = {"photo": ("x.png", PICTURE, "image/png")}
        came = who.post(path, said, files=files)
    elif name == "people_from_workbook":
        book = who.get("/people/workbook/").content
        came = who.post(path, said, files={"workbook": ("x.xlsx", book, "application/octet-stream")})
    elif name == "outbox":
        token = str(who.http.cookies.get("csrftoken", ""))
        came = who.http.post(path, json={"lines": []}, headers={"X-CSRFToken": token})
    else:
        came = who.get(path) if method == "GET" else who.post(path, said)
    return 401 if "/accounts/login/" in str(came.url) else came.status_code


#: The smallest picture: one white point.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63f80f000101010018dd8db00000"
    "000049454e44ae426082"
)


@pytest.fixture(scope="module")
def night(chief: Client) -> Night:
    """The operation that is asked for."""
    return Night(chief)


@pytest.fixture(scope="module")
def thu(here: Served, chief: Client) -> Client:
    """Somebody who is given one role after the other."""
    return listed(here, chief, "thu")


def test_a_stranger_opens_only_what_is_for_anyone(here: Served, chief: Client, night: Night) -> None:
    stranger = here.client()
    stranger.get("/trust/")
    for name in ASKED:
        expected = VIEW_PERMISSIONS[name] in ("anyone", "link")
        assert (name, answer(stranger, name, night) == 200) == (name, expected)
    for name, path in OWN.items():
        assert (name, "/accounts/login/" in str(stranger.get(path).url)) == (name, True)


def test_a_signed_in_person_opens_the_pages_of_their_own_account(thu: Client) -> None:
    for name, path in OWN.items():
        assert (name, thu.get(path).status_code) == (name, 200)


def open_at(where: str) -> set[str]:
    """The addresses that a right held there can open."""
    # Listing people, and opening what is not there yet, are of no single operation.
    general = {"people", "people_change", "people_workbook", "people_from_workbook", "begin"}
    match where:
        case "here" | "above":
            return set(ASKED)
        case "scoped":
            return set(ASKED) - general
        case "beside":
            return {
                "people",
                "people_workbook",
                "people_from_workbook",
                "begin",
                "operation",
                "operation_board",
                "operation_journal",
            }
        case _:
            return set()


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_its_row_of_the_table_allows(
    role: Role, here: Served, chief: Client, night: Night, thu: Client
) -> None:
    for where, (area, scope) in WHERE.items():
        command = uuid.uuid4().hex
        operation = night.op if scope == "this" else scope
        given = {"person": "thu", "role": role, "area": area, "operation": operation, "command": command}
        assert chief.post("/people/grant/", given).status_code == 200
        got: dict[str, int] = {}
        for name in ASKED:
            if name == "end_link":
                night.link, night.grant = night.new_link(chief)
            got[name] = answer(thu, name, night)
            if name == "end_link":
                night.link, night.grant = night.new_link(chief)
        chief.post("/people/revoke/", {"grant": f"g-{command[:13]}"})
        for name, status in got.items():
            need = VIEW_PERMISSIONS[name]
            may = need not in get_args(Right) or (need in RIGHTS[role] and name in open_at(where))
            assert (where, name, status == 200, status) == (where, name, may, status)


def test_a_person_of_another_post_sees_what_all_posts_share_and_no_line_of_this_one(
    chief: Client, night: Night, thu: Client
) -> None:
    command = uuid.uuid4().hex
    chief.post("/people/grant/", {"person": "thu", "role": "commander", "area": "79/p6", "command": command})
    pages = [thu.get(ASKED[name][1].format(**vars(night))) for name in sorted(open_at("beside")) if "oper" in name]
    chief.post("/people/revoke/", {"grant": f"g-{command[:13]}"})
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert all("Mọi trang" in page.text or "Tổ 1" in page.text for page in pages)
    assert not any(PRIVATE in page.text for page in pages)
    assert PRIVATE in chief.get(f"/o/{night.op}/journal/").text
    assert chief.get(f"/p/{night.op}/p1/board/").text.count(PRIVATE) >= 6


def test_a_message_is_read_only_by_its_sender_and_the_posts_that_it_goes_to(chief: Client, thu: Client) -> None:
    op = chief.begin("Ba nơi")
    chief.write(op, "p1", "message_sent", to="p6", text="Giữ đường.", acknowledgers="@posts")
    command = uuid.uuid4().hex
    for area, reads in (("79/p6", True), ("79/p9", False)):
        chief.post("/people/grant/", {"person": "thu", "role": "commander", "area": area, "command": command})
        chief.post("/people/post/", {"name": "Phường 9", "area": "79/p9", "id": "p9"})
        post = area.removeprefix("79/")
        page = thu.get(f"/p/{op}/{post}/").text
        assert ("Giữ đường." in page, 'name="acknowledger" value="Phường 6"' in page) == (reads, reads)
        chief.post("/people/revoke/", {"grant": f"g-{command[:13]}"})
        command = uuid.uuid4().hex


def test_a_link_that_has_ended_opens_nothing(here: Served, chief: Client, night: Night) -> None:
    stranger = here.client()
    link, grant = night.new_link(chief)
    assert stranger.get(f"/u/{link}/").status_code == 200
    chief.post(f"/p/{night.op}/p1/link/end/", {"grant": grant})
    for path in (f"/u/{link}/", f"/u/{link}/board/"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/u/{link}/say/", {"kind": "noted", "text": "x"}).status_code == 404


def test_a_link_is_ended_from_its_own_operation_and_no_other(here: Served, chief: Client, night: Night) -> None:
    link, grant = night.new_link(chief)
    other = chief.begin("Việc khác")
    for name in (grant, "link:p1:none", "first-chair"):
        assert chief.post(f"/p/{other}/p1/link/end/", {"grant": name}).status_code == 404
    assert here.client().get(f"/u/{link}/").status_code == 200
    assert chief.post(f"/p/{night.op}/p1/link/end/", {"grant": grant}).status_code == 200


def test_a_unit_whose_id_has_a_colon_has_a_link_of_its_own(here: Served, chief: Client) -> None:
    op = chief.begin("Xe hai")
    for unit, name in (("xe", "Xe một"), ("xe:2", "Xe hai")):
        chief.write(op, "p1", "unit_listed", unit=unit, name=name, post="p1")
    found = re.search(r"/u/([^/]+)/", chief.post(f"/p/{op}/p1/link/", {"unit": "xe:2"}).text)
    assert found is not None
    link = f"/u/{found[1]}/"
    guest = here.client()
    assert "<h1>Xe hai" in guest.get(link).text
    assert guest.post(f"{link}say/", {"kind": "noted", "text": "Đã tới"}, of=link).status_code == 200
    assert "Xe hai" in chief.get(f"/p/{op}/p1/journal/").text.split("Đã tới")[1][:300]


# A crawl with hostile input

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "//khac.example/",
    "https://khac.example/",
    "{{7*7}}{% include 'x' %}",
    "' OR 1=1 --",
    "\r\nSet-Cookie: x=1",
)


class Forms(HTMLParser):
    """Links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, str]]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what leads somewhere."""
        said = {name: value or "" for name, value in attrs}
        self.scripts += [f"{name} in {tag}" for name in said if name.startswith("on")]
        if tag == "script" and not said.get("src", "").startswith("/static/built/"):
            self.scripts.append(str(said))
        for name in ("href", "src", "action"):
            if said.get(name, "").lower().startswith(("javascript:", "//")):
                self.scripts.append(said[name])
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "form":
            self.forms.append((said.get("method", "get").lower(), said.get("action", ""), {}))
        elif tag in ("input", "textarea", "select", "button") and said.get("name") and self.forms:
            self.forms[-1][2].setdefault(said["name"], said.get("value", ""))


def test_a_crawl_with_hostile_input_finds_no_error_no_script_and_no_foreign_redirect(
    here: Served, chief: Client
) -> None:
    night = Night(chief)
    seen: set[str] = set()
    sent: set[tuple[str, str]] = set()
    waiting = deque(["/", "/begin/", "/people/", f"/p/{night.op}/p1/", f"/u/{night.link}/", "/accounts/2fa/"])
    while waiting:
        path = waiting.popleft()
        if path in seen or len(seen) > 120:
            continue
        seen.add(path)
        page = looked_at(chief, "GET", path, {})
        for link in page.links:
            to = urlsplit(urljoin(path, link))
            if not to.netloc and to.path.startswith("/") and not to.path.startswith("/static/"):
                waiting.append(to.path)
        for method, action, fields in page.forms:
            where = urlsplit(urljoin(path, action)).path
            kind = fields.get("kind", "")
            if (where, kind) in sent or "logout" in where or "sessions" in where or "shut" in where:
                continue
            # Every form gets what would break out of a page, and one of the rest in turn.
            turn = len(sent) % len(HOSTILE[2:])
            sent.add((where, kind))
            for n, said in enumerate((HOSTILE[0] + HOSTILE[1], HOSTILE[2 + turn])):
                free = {name: said for name in fields if name not in ("csrfmiddlewaretoken", "command", "kind")}
                if n % 2:
                    free = {**fields, **{name: said for name in free if not fields[name]}, "next": said}
                free |= {
                    "kind": kind,
                    "command": uuid.uuid4().hex,
                    "csrfmiddlewaretoken": chief.http.cookies["csrftoken"],
                }
                looked_at(chief, method.upper(), where, free)
    assert len(seen) > 15
    assert len(sent) > 25
    for said in HOSTILE:
        for path in ("/", "/accounts/login/", "/accounts/reauthenticate/", "/language/", f"/o/{night.op}/"):
            looked_at(chief, "GET", path, {"next": said, "q": said, said: said})


def looked_at(who: Client, method: str, path: str, said: dict[str, str]) -> Forms:
    """What an address answers, held against what no page may do."""
    asked = {"params": said} if method == "GET" else {"data": said}
    came = who.http.request(method, path, follow_redirects=False, **asked)  # type: ignore[arg-type]
    assert came.status_code < 500, (method, path, said)
    assert "x" not in came.cookies
    to = urlsplit(urljoin(who.served.address, came.headers.get("location", "")))
    assert to.netloc == urlsplit(who.served.address).netloc, (path, said, came.headers["location"])
    found = Forms()
    if came.headers.get("content-type", "").startswith("text/html"):
        found.feed(came.text)
        assert not found.scripts, (path, said, found.scripts)
        assert "script-src 'self'" in came.headers["content-security-policy"]
    return found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
LINE = st.fixed_dictionaries(
    {},
    optional={
        "command": st.from_regex(r"[0-9a-z-]{8,20}", fullmatch=True) | JSON,
        "person": st.just("quan-tri") | JSON,
        "operation": st.just("") | st.text(max_size=20) | JSON,
        "post": st.just("p1") | JSON,
        "kind": st.sampled_from(["noted", "photo_added", "unit_ordered", "corrected", "opened"]) | JSON,
        "fields": st.dictionaries(
            st.sampled_from(
                ["text", "photo", "unit", "order", "change", "to", "answer_by", "entry", "happened", "mode"]
            ),
            JSON,
        )
        | JSON,
        "written": st.just("2026-01-05T22:00:00+07:00") | JSON,
    },
)


@settings(max_examples=300, deadline=None)
@given(batch=st.lists(LINE | JSON, max_size=4) | JSON)
def test_anything_that_a_device_sends_is_answered_line_by_line_or_refused(batch: object, chief: Client) -> None:
    token = chief.http.cookies["csrftoken"]
    body = json.dumps({"lines": batch})  # NaN and Infinity too, which JSON has not
    headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
    came = chief.http.post("/outbox/", content=body, headers=headers)
    assert came.status_code in (200, 400), came.text[:300]
    if came.status_code == 200:
        assert isinstance(batch, list)
        answers = came.json()["answers"]
        assert len(answers) == len(batch)
        assert all(one["status"] in (200, 403, 409, 422) for one in answers)
