"""A first password is used once: it must be changed before anything else, and gives access to no wider role."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pysqlite3 import dbapi2

from sansang.ledger.envelope import parse_envelope
from sansang.site.data_directory import DataDirectory
from tests.served import CHANGE, Client, Served, first_password_in, served


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("first") / "d") as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person, and an administrator of p6 alone."""
    one = here.signed_in()
    one.post("/people/post/", {"name": "Phường 6", "area": "79/p6", "id": "p6"})
    listed(one, "quan-p6", "administrator", "79/p6")
    return one


@pytest.fixture(scope="module")
def ward(here: Served, chief: Client) -> Client:
    """The administrator of p6."""
    return here.signed_in("quan-p6", new_password(chief, "quan-p6"))


def listed(chief: Client, person: str, role: str = "", area: str = "") -> None:
    """Somebody with a role, or none."""
    assert chief.post("/people/person/", {"name": f"{person} (hư cấu)", "id": person}).status_code == 200
    if role:
        chief.post("/people/grant/", {"person": person, "role": role, "area": area})


def new_password(who: Client, person: str) -> str:
    """A first password for somebody."""
    return first_password_in(who.post("/people/password/", {"person": person}).text)


def changed(who: Client, old: str, new: str) -> bool:
    """Whether a password could be changed."""
    came = who.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new}, of=CHANGE)
    return came.status_code == 200 and CHANGE not in str(came.url)


def test_a_first_password_must_be_changed_before_anything_else(here: Served, chief: Client) -> None:
    op = chief.begin("Lần đầu")
    listed(chief, "an", "commander", "p1")
    first = new_password(chief, "an")
    an, came = here.came_in("an", first)
    assert CHANGE in str(came.url)
    for path in ("/", f"/p/{op}/p1/", "/accounts/2fa/", "/accounts/2fa/webauthn/add/", "/accounts/sessions/"):
        assert CHANGE in str(an.get(path).url), path
    assert CHANGE in str(an.write(op, "p1", "noted", text="lọt").url)
    assert an.get("/outbox/key/").status_code == 401
    assert an.get(f"/live/{op}").status_code == 401
    assert an.get("/trust/").status_code == 200
    assert "lọt" not in chief.get(f"/p/{op}/p1/journal/").text
    assert not changed(an, first, first), "into itself"
    assert changed(an, first, "mat-khau-cua-an")
    assert an.get(f"/p/{op}/p1/").status_code == 200
    with an.http.stream("GET", f"/live/{op}") as stream:
        assert stream.status_code == 200
    assert "/accounts/login/" in str(here.came_in("an", first)[1].url)
    assert here.came_in("an", "mat-khau-cua-an")[1].url.path == "/"


def test_an_administrator_of_one_area_gives_no_password_to_a_person_without_a_role(chief: Client, ward: Client) -> None:
    listed(chief, "khong-vai")
    for what in ("password", "shut"):
        assert ward.post(f"/people/{what}/", {"person": "khong-vai"}).status_code == 403
    chief.post("/people/grant/", {"person": "khong-vai", "role": "observer", "area": "79/p6"})
    assert new_password(ward, "khong-vai")


def test_a_first_password_is_not_given_to_a_person_with_wider_roles_than_the_administrator(
    here: Served, chief: Client, ward: Client
) -> None:
    listed(chief, "binh", "duty_officer", "79/p6")
    first = new_password(ward, "binh")
    # Already at the page of the password, when the wider role comes.
    waiting, came = here.came_in("binh", first)
    assert CHANGE in str(came.url)
    chief.post("/people/grant/", {"person": "binh", "role": "commander", "area": "79"})
    assert not changed(waiting, first, "cua-nguoi-quan-phuong")
    late, came = here.came_in("binh", first)
    assert came.url.path == "/accounts/login/"
    assert "không còn hiệu lực" in came.text
    assert "/accounts/login/" in str(late.get("/").url)
    # Somebody who may give that role gives a password that is valid.
    assert changed(here.came_in("binh", again := new_password(chief, "binh"))[0], again, "mat-khau-cua-binh")


def test_a_password_of_ones_own_stays_valid_with_a_wider_role(here: Served, chief: Client, ward: Client) -> None:
    listed(chief, "chi", "duty_officer", "79/p6")
    first = new_password(ward, "chi")
    assert changed(here.came_in("chi", first)[0], first, "mat-khau-cua-chi")
    chief.post("/people/grant/", {"person": "chi", "role": "commander", "area": "79"})
    assert here.came_in("chi", "mat-khau-cua-chi")[1].url.path == "/"


def test_a_person_who_is_shut_out_is_signed_out_everywhere_and_gets_no_stream(here: Served, chief: Client) -> None:
    op = chief.begin("Khóa")
    listed(chief, "dung", "commander", "")
    first = new_password(chief, "dung")
    one, other = here.signed_in("dung", first), here.signed_in("dung", first)
    chief.post("/people/shut/", {"person": "dung"})
    for client in (one, other):
        assert "/accounts/login/" in str(client.get("/").url)
        assert client.get(f"/live/{op}").status_code == 401
    again = new_password(chief, "dung")
    for client in (one, other):
        assert "/accounts/login/" in str(client.get("/").url)
    assert CHANGE in str(here.came_in("dung", again)[1].url)


def test_giving_a_password_and_shutting_a_person_out_are_entries_without_a_secret(here: Served, chief: Client) -> None:
    listed(chief, "em", "observer", "p1")
    first = new_password(chief, "em")
    chief.post("/people/shut/", {"person": "em"})
    database = dbapi2.connect(str(DataDirectory(here.folder).ledger))
    rows = database.execute("SELECT data FROM ledger_entry ORDER BY position").fetchall()
    database.close()
    found = [(one.kind, one.author) for (data,) in rows if b"em" in (one := parse_envelope(data)).clear]
    assert found[-2:] == [("first_password_given", here.person), ("person_shut_out", here.person)]
    assert not any(first.encode() in data for (data,) in rows)
