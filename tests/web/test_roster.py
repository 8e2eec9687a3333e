"""The lists of an installation as a workbook: exported, filled in, previewed, imported; standing units; areas."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence, Set
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, get_args
from unicodedata import normalize
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansang.formats.problems import Unreadable
from sansang.formats.workbook.roster import SHEETS, RosterReading, read_roster, roster_workbook
from sansang.model.access.grants import Granted, GrantRevoked
from sansang.model.access.rights import Role
from sansang.model.access.roster import PersonListed, PostListed, StandingUnitListed
from sansang.model.access.state import AccessState, fold_access
from sansang.model.entry import Entry, EntryRef, HybridTime
from sansang.model.fact import Fact
from sansang.words import Voice
from tests.served import Client, Served, first_password_in, served

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 24, 7, tzinfo=UTC)


def state_of(several: Sequence[Fact]) -> AccessState:
    """What these facts come to, an hour before now."""
    at = NOW - timedelta(hours=1)
    millis = int(at.timestamp() * 1000)
    entries = [
        Entry(EntryRef("access/r", number), HybridTime(millis, number), at, at, "system", "", fact)
        for number, fact in enumerate(several, 1)
    ]
    return fold_access(entries)


TOWN: tuple[Fact, ...] = (
    PostListed("p1", "Phường Minh Phụng", "79/27238"),
    PostListed("p2", "Chốt chợ", "79/27238/cho"),
    StandingUnitListed("to-1", "Tổ dân phòng 1", "p1"),
    PersonListed("an", "Trần Văn An (hư cấu)", "0900000101"),
    PersonListed("binh", "Lê Thị Bình (hư cấu)"),
    PersonListed("hai-an", "Nguyễn Hải An (hư cấu)"),
    Granted("g1", "an", "commander", "79/27238"),
    Granted("g2", "binh", "duty_officer", "79/27238", "", datetime(2027, 1, 1, tzinfo=ZONE)),
)


def read(book: bytes, state: AccessState, name: str = "danh-ba.xlsx") -> RosterReading:
    """What a file changes now."""
    ids = count(1)
    return read_roster(name, book, state, NOW, ZONE, lambda: f"g-new-{next(ids)}")


def filled(changes: dict[str, dict[str, Any]], state: AccessState, language: str = "vi") -> bytes:
    """The exported roster with some cells changed: by sheet (its place in the book) and cell."""
    voice = Voice(language)  # type: ignore[arg-type]
    book = openpyxl.load_workbook(io.BytesIO(roster_workbook(state, NOW, voice, ZONE, "24/11/2026")))
    for form in SHEETS:
        for cell, value in changes.get(form.part, {}).items():
            book[voice.say(form.name)][cell] = value
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


# Out and in again

WORD = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S"), include_characters=" "), min_size=1)
#: Composed, as every name is kept.
NAMES = WORD.map(lambda text: normalize("NFC", " ".join(text.split())[:40].strip())).filter(bool)
IDS = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
OTHER = st.dictionaries(NAMES.map(lambda text: f"Cột {text}".replace("*", "")), NAMES, max_size=2).map(
    lambda found: tuple(f"{name}\t{value}" for name, value in found.items())
)


@st.composite
def towns(draw: st.DrawFn) -> AccessState:
    """Any posts, units, people and roles."""
    posts = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    people = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    found: list[Fact] = []
    for post in posts:
        path = draw(st.lists(st.sampled_from(["79", "a", "b.2"]), min_size=1, max_size=3).map("/".join))
        found.append(PostListed(post, draw(NAMES), path, draw(OTHER)))
    for unit in draw(st.lists(IDS, max_size=3, unique=True)):
        found.append(StandingUnitListed(unit, draw(NAMES), draw(st.sampled_from(posts)), draw(OTHER)))
    for person in people:
        phone = draw(st.from_regex(r"0[0-9]{9}|\+84[0-9]{9}|", fullmatch=True))
        found.append(PersonListed(person, draw(NAMES), phone, draw(OTHER)))
    for number in range(draw(st.integers(0, 4))):
        until = draw(st.none() | st.datetimes(datetime(2026, 12, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
        end = until.replace(tzinfo=ZONE) if until else None
        role: Role = draw(st.sampled_from(get_args(Role)))
        scope = draw(st.sampled_from(["", "chay-hem-5"]))
        found.append(Granted(f"g{number}", draw(st.sampled_from(people)), role, draw(AREAS), scope, end, draw(OTHER)))
    return state_of(found)


AREAS = st.sampled_from(["", "79", "79/27238", "p1"])


@given(state=towns(), language=st.sampled_from(["vi", "en"]))
def test_an_unchanged_roster_changes_nothing(state: AccessState, language: str) -> None:
    book = filled({}, state, language)
    found = read(book, state)
    assert [one.code for one in found.errors] == []
    assert found.changes == []
    assert found.absent == {}


def listed(state: AccessState) -> tuple[Set[tuple[object, ...]], ...]:
    """All that a roster says, whatever stood first; a grant without its id, which is new in each installation."""
    posts = {(one.id, one.name, one.path, frozenset(one.other)) for one in state.posts.values()}
    units = {(one.id, one.name, one.post, frozenset(one.other)) for one in state.units.values()}
    people = {(one.id, one.name, one.phone, frozenset(one.other)) for one in state.people.values()}
    grants = {(one.person, one.role, one.path, one.operation, frozenset(one.other)) for one in state.grants.values()}
    return posts, units, people, grants


@given(state=towns(), language=st.sampled_from(["vi", "en"]))
def test_a_roster_imported_into_an_empty_installation_makes_the_same_lists(state: AccessState, language: str) -> None:
    found = read(filled({}, state, language), AccessState())
    # The same role, given twice with different ends, is reported as such.
    assert {one.code for one in found.errors} <= {"roster-role-twice"}
    if not found.errors:
        made = state_of(found.facts)
        assert listed(made) == listed(state)


def test_rows_that_were_filled_in_become_posts_units_people_and_roles() -> None:
    changes: dict[str, dict[str, Any]] = {
        "posts": {"B6": "Phường Phú Thọ", "C6": "phú thọ"},
        "units": {"B5": "Tổ bơm", "C5": "Phường Phú Thọ"},
        "people": {"B7": "Võ Văn Dũng (hư cấu)", "C7": "0900000104"},
        "roles": {"A6": "Võ Văn Dũng (hư cấu)", "B6": "trực ban", "C6": "Phường Phú Thọ", "E6": "31/12/2026"},
    }
    found = read(filled(changes, state_of(TOWN)), state_of(TOWN))
    assert found.problems == []
    assert found.same == len(TOWN)
    assert found.facts == [
        PostListed("phuong-phu-tho", "Phường Phú Thọ", "79/27226"),
        StandingUnitListed("to-bom", "Tổ bơm", "phuong-phu-tho"),
        PersonListed("vo-van-dung-hu-cau", "Võ Văn Dũng (hư cấu)", "0900000104"),
        Granted("g-new-1", "vo-van-dung-hu-cau", "duty_officer", "79/27226", "", datetime(2027, 1, 1, tzinfo=ZONE)),
    ]
    assert read(filled(changes, state_of(TOWN)), state_of([*TOWN, *found.facts])).changes == []


def test_a_role_with_another_end_is_ended_and_granted_again() -> None:
    roles = {"E5": datetime(2026, 12, 15, 18)}  # noqa: DTZ001 as a cell holds it
    [change] = read(filled({"roles": roles}, state_of(TOWN)), state_of(TOWN)).changes
    assert not change.is_new
    assert change.facts == (
        GrantRevoked("g2"),
        Granted("g-new-1", "binh", "duty_officer", "79/27238", "", datetime(2026, 12, 15, 18, tzinfo=ZONE)),
    )


@pytest.mark.parametrize(
    ("cell", "end"),
    [
        (datetime(2026, 12, 15), datetime(2026, 12, 16, tzinfo=ZONE)),  # noqa: DTZ001 as a program tells a day
        ("15/12/2026", datetime(2026, 12, 16, tzinfo=ZONE)),
        ("15/12/2026 18:30", datetime(2026, 12, 15, 18, 30, tzinfo=ZONE)),
        (datetime(2026, 12, 15, 18, 30), datetime(2026, 12, 15, 18, 30, tzinfo=ZONE)),  # noqa: DTZ001
    ],
)
def test_an_end_given_as_a_day_is_the_end_of_that_day(cell: Any, end: datetime) -> None:
    [change] = read(filled({"roles": {"E5": cell}}, state_of(TOWN)), state_of(TOWN)).changes
    given = change.facts[-1]
    assert isinstance(given, Granted)
    assert given.until == end


def test_a_foreign_list_of_people_is_imported_and_its_other_columns_are_kept() -> None:
    own = "DANH SÁCH TRỰC\n\nSTT;Họ và tên;SĐT;Chức vụ\n1;Phạm Thị Chi (hư cấu);0900 000 103;Phó ban\n"
    found = read(own.encode("utf-8"), state_of(TOWN), "truc.csv")
    assert [one.severity for one in found.problems if one.severity == "error"] == []
    [fact] = found.facts
    assert isinstance(fact, PersonListed)
    assert (fact.name, fact.phone) == ("Phạm Thị Chi (hư cấu)", "0900 000 103")
    assert "Chức vụ\tPhó ban" in fact.other
    again = state_of([*TOWN, fact])
    assert read(filled({}, again), again).changes == []
    assert found.absent["people"] == [one.name for one in state_of(TOWN).people.values()]


WRONG: list[tuple[str, dict[str, dict[str, Any]], str, str]] = [
    ("no name", {"people": {"B4": None}}, "roster-empty", "B4"),
    ("no such ward", {"posts": {"C4": "Phường Không Có"}}, "roster-area", "C4"),
    ("no such post", {"units": {"C4": "Chốt nào"}}, "roster-unlisted", "C4"),
    ("no such person", {"roles": {"A4": "Ai đó"}}, "roster-unlisted", "A4"),
    ("no such role", {"roles": {"B4": "vua"}}, "roster-role", "B4"),
    ("no time", {"roles": {"E4": "mai"}}, "roster-time", "E4"),
    ("an end long ago", {"roles": {"E4": "01/01/2020"}}, "roster-over", "E4"),
    ("a bad id", {"people": {"A4": "có cách"}}, "roster-id", "A4"),
    ("the same id twice", {"people": {"A7": "an", "B7": "Ai"}}, "roster-twice", "A7"),
    ("a new name without marks like another", {"people": {"B7": "tran van an (hu cau)"}}, "roster-several", "B7"),
    ("a ward of another mark", {"posts": {"C4": "Xã Thành An"}}, "roster-areas", "C4"),
    ("a ward that may be two", {"posts": {"C4": "Thanh An"}}, "roster-areas", "C4"),
    ("a name without end", {"people": {"B4": "x" * 300}}, "roster-text", "B4"),
    ("a column gone", {"people": {"B3": "Ghi chú"}}, "roster-column-missing", "3"),
    ("a bad operation", {"roles": {"D4": "a b"}}, "roster-id", "D4"),
]


@pytest.mark.parametrize(("changes", "code", "cell"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_error_is_reported_with_its_cell_and_how_to_correct_it(
    changes: dict[str, dict[str, Any]], code: str, cell: str, language: str
) -> None:
    found = read(filled(changes, state_of(TOWN), language), state_of(TOWN))
    named = [(one.code, getattr(one.spot, "cell", "")) for one in found.errors]
    assert (code, cell) in named
    voice = Voice(language)  # type: ignore[arg-type]
    for problem in found.errors:
        said = problem.say(voice)
        assert said.startswith("danh-ba.xlsx: '")
        assert "{" not in said
        assert problem.how(voice)


def test_names_that_differ_in_an_accent_are_two_people_with_an_id_each() -> None:
    people = {"B7": "Trần Văn Ân (hư cấu)", "B8": "Trần Vân An (hư cấu)", "A5": None, "B5": "TRẦN VĂN AN (hư cấu)"}
    posts = {"B6": "Xã Thanh An", "C6": "Xã Thanh An", "B7": "Xã Thạnh An", "C7": "Xã Thạnh An"}
    before = state_of(TOWN)
    found = read(filled({"people": people, "posts": posts}, before), before)
    assert found.errors == []
    after = state_of([*TOWN, *found.facts])
    wards = {(one.id, one.name, one.path) for one in after.posts.values() if one.name.startswith("Xã")}
    assert wards == {("xa-thanh-an", "Xã Thanh An", "79/25807"), ("xa-thanh-an-2", "Xã Thạnh An", "79/27676")}
    made = {one.id: one.name for one in after.people.values() if one.id not in before.people}
    assert made == {"tran-van-an-hu-cau": "Trần Văn Ân (hư cấu)", "tran-van-an-hu-cau-2": "Trần Vân An (hư cấu)"}
    # Written in capitals it is the same name.
    assert after.people["an"].name == "TRẦN VĂN AN (hư cấu)"


def test_one_name_for_two_people_asks_for_the_id() -> None:
    state = state_of([*TOWN, PersonListed("an-2", "Trần Văn An (hư cấu)")])
    found = read(filled({"roles": {"A6": "Trần Văn An (hư cấu)", "B6": "observer"}}, state), state)
    assert [(one.code, str(one.spot).split("!")[1]) for one in found.errors] == [("roster-several", "A6")]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04no", b"%PDF-1.7", b"x;y\n1;2\n"])
def test_a_file_that_is_no_roster_is_refused(content: bytes) -> None:
    try:
        errors = [one.code for one in read(content, state_of(TOWN)).errors]
    except Unreadable as unreadable:
        errors = [problem.code for problem in unreadable.problems]
    assert errors
    assert set(errors) <= {"empty", "damaged", "not-a-workbook", "roster-none"}


# On the page


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("roster") / "d") as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person."""
    return here.signed_in()


def sent(who: Client, book: bytes, name: str = "danh-ba.xlsx") -> Any:
    """The answer to a workbook."""
    return who.post("/people/workbook/in/", {}, files={"workbook": (name, book, "application/octet-stream")})


def taken(who: Client, page: str) -> Any:
    """The answer once what a workbook changes was agreed to."""
    held, name = re.search(r'name="held" value="([^"]+)"', page), re.search(r'name="name" value="([^"]+)"', page)
    assert held is not None
    assert name is not None
    return who.post("/people/workbook/in/", {"held": held[1], "name": name[1], "take": "1"})


def exported(who: Client) -> Any:
    """The roster as it comes out."""
    came = who.get("/people/workbook/")
    assert came.status_code == 200
    assert "attachment" in came.headers["content-disposition"]
    return openpyxl.load_workbook(io.BytesIO(came.content))


def bytes_of(book: Any) -> bytes:
    """A workbook as a file."""
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def test_a_workbook_is_previewed_and_then_imported_as_a_whole(chief: Client) -> None:
    book = exported(chief)
    people, roles, units = book["Danh sách người"], book["Vai đã giao"], book["Tổ đội thường trực"]
    people["B5"], people["C5"] = "Đỗ Thị Em (hư cấu)", "0900000105"
    roles["A5"], roles["B5"], roles["C5"] = "Đỗ Thị Em (hư cấu)", "trực ban", "p1"
    units["B4"], units["C4"] = "Tổ xung kích", "p1"
    shown = sent(chief, bytes_of(book))
    assert shown.status_code == 200
    assert "Đỗ Thị Em" in shown.text
    assert "Đỗ Thị Em" not in chief.get("/people/").text
    done = taken(chief, shown.text)
    assert done.status_code == 200
    assert "Đỗ Thị Em" in done.text
    assert "Tổ xung kích" in done.text
    assert exported(chief)["Danh sách người"].max_row >= 5
    # The same once more changes nothing.
    assert "Bảng tính không thay đổi gì" in sent(chief, bytes_of(exported(chief))).text


def test_a_workbook_with_a_mistake_writes_nothing_and_says_which_cell(chief: Client) -> None:
    book = exported(chief)
    book["Danh sách người"]["B6"] = "Không Ghi (hư cấu)"
    book["Vai đã giao"]["A6"], book["Vai đã giao"]["B6"] = "Không Ghi (hư cấu)", "vua"
    came = sent(chief, bytes_of(book), "sai.xlsx")
    assert came.status_code == 422
    assert "sai.xlsx: &#39;Vai đã giao&#39;!B6" in came.text
    assert "Không Ghi" not in chief.get("/people/").text
    assert sent(chief, b"%PDF-1.7", "giay.xlsx").status_code == 422
    assert sent(chief, b"", "trong.xlsx").status_code == 422
    assert sent(chief, b"PK" + b"0" * (3 * 2**20), "to.xlsx").status_code == 422


def test_an_import_lists_no_more_than_its_person_may_list(here: Served, chief: Client) -> None:
    came = chief.post("/people/person/", {"name": "Quản Phường (hư cấu)", "id": "quan", "account": "1"})
    password = first_password_in(came.text)
    chief.post("/people/grant/", {"person": "quan", "role": "administrator", "area": "p1"})
    ward = here.signed_in("quan", password)
    known = "khong-vai"
    chief.post("/people/person/", {"name": "Chưa Có Vai (hư cấu)", "id": known})
    for area, person, more, status in (
        ("79/p6", known, None, 403),  # beside their own area
        ("", known, None, 403),  # above it
        ("p1", "quan", None, 403),  # to oneself
        ("p1", known, "Nửa Chừng (hư cấu)", 403),  # people belong to the whole installation
        ("p1", known, None, 200),
    ):
        book = exported(ward)
        book["Danh sách người"]["B9"] = more
        book["Vai đã giao"]["A9"], book["Vai đã giao"]["B9"], book["Vai đã giao"]["C9"] = person, "chair", area
        shown = sent(ward, bytes_of(book))
        assert shown.status_code == 200, shown.text
        came = taken(ward, shown.text)
        assert (area, person, came.status_code) == (area, person, status)
        if status == 403:
            assert "&#39;!" in came.text, "the row is named"
        assert "Nửa Chừng" not in chief.get("/people/").text
    held = [row[1].value for row in exported(chief)["Vai đã giao"].iter_rows(min_row=4) if row[0].value == known]
    assert any("hủ tịch" in str(role) for role in held)


def test_standing_units_are_listed_with_the_operation_and_only_once(chief: Client) -> None:
    chief.post("/people/unit/", {"name": "Tổ y tế", "post": "p1", "id": "y-te"})
    bare = chief.begin("Không kèm")
    assert "Tổ y tế" in chief.get(f"/p/{bare}/p1/acts/").text
    for _ in range(2):
        assert chief.post(f"/p/{bare}/p1/units/", {}).status_code == 200
    lines = chief.get(f"/p/{bare}/p1/journal/").text
    assert lines.count("Tổ y tế") == 1
    came = chief.post("/begin/", {"title": "Có kèm", "mode": "drill", "post": "p1", "units": "1"})
    assert "Tổ y tế" in came.text
    chief.post("/people/unit_out/", {"unit": "y-te"})
    assert "Tổ y tế" not in chief.get("/people/").text
    assert "Tổ y tế" in chief.get(f"/p/{bare}/p1/").text


def test_areas_are_found_as_of_a_day_with_what_became_of_them(chief: Client) -> None:
    today = chief.get("/areas/")
    assert "79/27238" in today.text
    old = chief.get("/areas/?q=phường 4 quận 11&on=2019-06-01")
    assert "Minh Phụng" in old.text or "Phường" in old.text
    assert "thuộc:" in old.text
    assert "không có đơn vị nào" in chief.get("/areas/?q=kinh đô").text
    assert chief.get("/areas/?on=hôm nay").status_code == 422


def test_a_post_is_listed_by_its_wards_name(chief: Client) -> None:
    chief.post("/people/post/", {"name": "Chốt Bình Thới", "area": "Phường Bình Thới", "id": "bt"})
    shown = r'<code>bt</code></td><td>Phường Bình Thới<br><span class="soft">79/\d{5}</span>'
    assert re.search(shown, chief.get("/people/").text)
    wrong = chief.post("/people/post/", {"name": "Chốt", "area": "Phường Ở Đâu"})
    assert wrong.status_code == 422


def test_an_area_may_be_called_by_a_listed_posts_own_name(chief: Client) -> None:
    chief.post("/people/person/", {"name": "Giữ Chốt (hư cấu)", "id": "giu-chot"})
    chief.post("/people/post/", {"name": "Chốt Cầu Mới", "area": "79/x/cau", "id": "cau"})
    said = {"person": "giu-chot", "role": "observer", "area": "Chốt Cầu Mới"}
    assert chief.post("/people/grant/", said).status_code == 200
    assert any(grant[2].value == "79/x/cau" for grant in exported(chief)["Vai đã giao"].iter_rows(min_row=4))


def test_a_form_that_is_refused_stays_open_and_filled_with_the_reason_in_it(chief: Client) -> None:
    page = chief.post("/people/post/", {"name": "Chốt Dở <b>", "area": "Phường Ở Đâu", "id": "do"}).text
    form = re.search(r'<details open>.*?action="/people/post/".*?</details>', page, re.DOTALL)
    assert form is not None
    for part in ('class="wrong"', 'value="Chốt Dở &lt;b&gt;"', 'value="Phường Ở Đâu"', 'value="do"'):
        assert part in form[0]
    assert (page.count('class="wrong" role="alert"'), page.count("<details open>")) == (1, 1)
    said = {"person": "quan-tri", "role": "observer", "area": "p1"}
    page = chief.post("/people/grant/", said).text
    assert '<option value="quan-tri" selected>' in page
    assert '<option value="observer" selected>' in page


def test_only_those_who_may_list_people_have_them_in_the_menu(here: Served, chief: Client) -> None:
    came = chief.post("/people/person/", {"name": "Chỉ Trực (hư cấu)", "id": "chi-truc", "account": "1"})
    chief.post("/people/grant/", {"person": "chi-truc", "role": "duty_officer", "area": "p1"})
    officer = here.signed_in("chi-truc", first_password_in(came.text))
    for path in ("/", "/accounts/2fa/"):
        assert ('href="/people/"' in officer.get(path).text, 'href="/people/"' in chief.get(path).text) == (False, True)
