"""A stream lasts as long as its session and rights, and one person can't use up all streams."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice

import pytest

from tests.served import Client, Served, first_password_in, served

#: The server asks more often whose a stream is, and lets a person have fewer.
BEFORE = "from sansang.web.night import live; live.HEARTBEAT, live.SCREENS_OF_PERSON = 0.2, 5"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("streams") / "d", BEFORE) as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person."""
    return here.signed_in()


def officer(here: Served, chief: Client, name: str) -> Client:
    """A new duty officer, signed in."""
    came = chief.post("/people/person/", {"name": f"{name} (hư cấu)", "id": name, "account": "1"})
    password = first_password_in(came.text)
    chief.post("/people/grant/", {"person": name, "role": "duty_officer", "area": ""})
    return here.signed_in(name, password)


def test_a_stream_ends_with_its_session_though_entries_go_on_coming(here: Served, chief: Client) -> None:
    op, one = chief.begin("Đăng xuất"), officer(here, chief, "ra")
    is_over = threading.Event()

    def writing() -> None:
        with here.client().http as writer:
            writer.cookies.update(chief.http.cookies)
            token = {"X-CSRFToken": chief.http.cookies["csrftoken"]}
            for number in range(10_000):
                if is_over.is_set():
                    return
                said = {"kind": "noted", "text": "x", "command": f"dong-lien-tuc-{number}"}
                writer.post(f"/p/{op}/p1/write/", data=said, headers=token, follow_redirects=False)

    traffic = threading.Thread(target=writing)
    with one.http.stream("GET", f"/live/{op}") as came:
        heard = came.iter_text()
        assert next(heard).startswith("retry:")
        traffic.start()
        try:
            # It goes on over many pulses while the session does.
            said = ""
            while said.count(":\n\n") < 3 or "event: entry" not in said:
                said += next(heard)
            signing_out = here.client()
            signing_out.http.cookies.update(one.http.cookies)
            signing_out.post("/accounts/logout/", {})
            # It would else never end, as there is always something to be said.
            assert sum(1 for _ in islice(heard, 1000)) < 1000
        finally:
            is_over.set()
            traffic.join()


def test_a_stream_ends_when_its_person_is_shut_out(here: Served, chief: Client) -> None:
    op, one = chief.begin("Khóa"), officer(here, chief, "khoa")
    with one.http.stream("GET", f"/live/{op}") as came:
        heard = came.iter_text()
        assert next(heard).startswith("retry:")
        chief.post("/people/shut/", {"person": "khoa"})
        rest = list(islice(heard, 1000))
        assert len(rest) < 1000
        assert set(rest) <= {":\n\n"}


def test_a_person_has_a_limit_of_open_screens_and_a_closed_one_makes_room(here: Served, chief: Client) -> None:
    op, one = chief.begin("Nhiều màn hình"), officer(here, chief, "nhieu")

    def opened(screens: ExitStack, many: int) -> list[int]:
        found = [screens.enter_context(one.http.stream("GET", f"/live/{op}")) for _ in range(many)]
        return sorted(each.status_code for each in found)

    with ExitStack() as screens:
        assert opened(screens, 7) == [200] * 5 + [429] * 2
        # Others are not held back.
        assert screens.enter_context(chief.http.stream("GET", f"/live/{op}")).status_code == 200
    for _ in range(200):
        # The server hears of a closed line a moment later.
        with ExitStack() as screens:
            if opened(screens, 5) == [200] * 5:
                return
    raise AssertionError("nobody made room")
