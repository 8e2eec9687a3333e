"""Every branch of the night's templates is rendered: one night after the other, with all that a page can show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sansang.site.django_setup import load_django

load_django()

from django.template.loader import get_template  # noqa: E402
from django.test import RequestFactory  # noqa: E402

from sansang.web import night as night_pages  # noqa: E402
from tests.served import Client, Served, first_password_in, served  # noqa: E402
from tests.template_branches import unrendered  # noqa: E402
from tests.web.test_pages import PICTURE  # noqa: E402

#: A time that has passed, for answers that are overdue.
PASSED = "2026-01-05T10:00"
#: The templates of which every branch must be rendered.
CHECKED = ("macros.html:", *(f"{path.name}:" for path in (Path(night_pages.__file__).parent / "pages").glob("*.html")))


@dataclass
class Night:
    """The pages of the nights, by a name for each."""

    here: Served
    chief: Client
    pages: dict[str, str] = field(default_factory=dict)
    #: The path of the real operation's post.
    operation: str = ""

    def see(self, name: str, path: str, who: Client | None = None) -> str:
        """A page, kept under a name for the tests below."""
        page = (who or self.chief).get(path)
        assert page.status_code == 200, (path, page.text[:500])
        self.pages[name] = page.text
        return page.text

    def write(self, operation: str, kind: str, /, post: str = "p1", **fields: object) -> None:
        """A line of a post's log."""
        page = self.chief.write(operation, post, kind, **fields)
        assert page.status_code == 200, (kind, page.status_code, page.text[:3000])

    def link(self, operation: str, unit: str) -> str:
        """The path of a new link of a unit."""
        page = self.chief.post(f"/p/{operation}/p1/link/", {"unit": unit}).text
        found = re.search(r'value="(https://[^"]+/u/[^"]+)"', page)
        assert found is not None, page[:2000]
        return urlsplit(found[1]).path


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    """Everything that the night's pages can show, once."""
    folder = tmp_path_factory.mktemp("branches")
    recorder = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        f"from pathlib import Path; from tests.template_branches import record; record(Path({str(folder / 'seen')!r}))"
    )
    with served(folder / "d", recorder) as here:
        night = Night(here, here.signed_in())
        alone(night)
        people(night)
        real_operation(night)
        drill(night)
        many(night)
        errors(night)
        yield night


def alone(night: Night) -> None:
    """An installation with one post, one person and no unit."""
    night.see("alone, at home", "/")
    night.see("alone, an operation to be opened", "/begin/")
    night.see("alone", f"/p/{night.chief.begin('Việc nhỏ')}/p1/")


def people(night: Night) -> None:
    """A second post, and people with fewer rights than the chief."""
    chief, here = night.chief, night.here
    chief.post("/people/post/", {"name": "Phường 6", "area": "79/p6", "id": "p6"})
    for person, role, area in (
        ("binh", "duty_officer", "p1"),
        ("chi", "observer", "p1"),
        ("dung", "unit_leader", "p1"),
        ("em", "", ""),
        ("giang", "duty_officer", "79/p6"),
    ):
        page = chief.post("/people/person/", {"name": f"{person.title()} (hư cấu)", "id": person, "account": "1"})
        here.made.append(first_password_in(page.text))
        if role:
            chief.post("/people/grant/", {"person": person, "role": role, "area": area})


def somebody(night: Night, person: str) -> Client:
    """One of the people, signed in."""
    return night.here.signed_in(person, night.here.made[["binh", "chi", "dung", "em", "giang"].index(person)])


def real_operation(night: Night) -> None:
    """A real operation from its first line to its close, with two posts."""
    write, see = night.write, night.see
    op = night.chief.begin("Cháy hẻm 5")
    post, command = f"/p/{op}/p1/", f"/o/{op}/"
    night.operation = post
    see("nothing yet", post)
    see("nothing yet, the command", command)
    see("nothing yet, the printed log of the other post", f"/p/{op}/p6/journal/")
    write(op, "unit_listed", unit="u1", name="Tổ Một", post="p1")
    see("a unit and no situation", post)
    write(op, "situation_reported", id="s1", kind_of="cháy", place="hẻm 5", development="khói đen", extent="một nhà")
    see("one situation", post)
    write(
        op, "situation_reported", id="s2", kind_of="cháy", place="hẻm 5, nhà số 7", extent="hai nhà", development="lan"
    )
    write(op, "situation_reported", id="s3", place="chợ cũ")
    write(op, "situation_reported", id="s4", kind_of="cây đổ", place="cầu sắt")
    see("four situations", post)
    see("four situations, seen from the other post", f"/p/{op}/p6/")
    write(op, "situation_reported", id="s5", place="hẻm 5, cuối hẻm")
    write(op, "situations_joined", id="s1", other="s2")
    write(op, "situations_joined", id="s1", other="s5")
    write(op, "situation_verified", id="s1", is_true="true", finding="đã tới nơi xem")
    write(op, "situation_verified", id="s3", is_true="false")
    for name in ("u2", "u3", "u4"):
        write(op, "unit_listed", unit=name, name=f"Tổ {name}", post="p1")
    write(op, "unit_out_of_service", unit="u4", reason="xe hỏng")
    write(op, "unit_ordered", unit="u1", situation="s1", order="o1", task="dập lửa", answer_by=PASSED)
    write(op, "unit_ordered", unit="u2", situation="s3", order="o2", answer_by="+5")
    write(op, "unit_ordered", unit="u3", situation="s4", order="o3", task="dọn đường")
    see("orders without an answer", post)
    see("orders without an answer, the command", command)
    link, other = night.link(op, "u1"), night.link(op, "u2")
    unit = night.here.client()
    see("the unit's orders", link, unit)
    see("the other unit's orders", other, unit)
    write(op, "unit_listed", unit="u5", name="Tổ Năm", post="p1")
    idle = night.link(op, "u5")
    see("a unit without an order", idle, unit)
    write(op, "unit_ordered", unit="u5", situation="khong-co", order="o5")
    see("an order to a situation that is not there", idle, unit)
    unit.post(f"{link}say/", {"kind": "order_answered", "order": "o1", "step": "acknowledged"}, of=link)
    unit.post(f"{link}say/", {"kind": "help", "situation": "s1"}, of=link)
    see("a call for help", post)
    see("a call for help, seen from the other post", f"/p/{op}/p6/")
    see("a call for help, the command", command)
    see("a call for help, at home", "/")
    see("a call for help, the unit", link, unit)
    help_id = re.search(r'name="id" value="(help-[^"]+)"', night.pages["a call for help"])
    assert help_id is not None
    write(op, "help_acknowledged", id=help_id[1], acknowledger="Phường 4")
    see("a call for help acknowledged", post)
    write(op, "help_called", id="help-2", posts=["p1", "p6"], text="Cần thêm người")
    see("a call to two posts", post)
    write(op, "help_acknowledged", id="help-2", acknowledger="Phường 6")
    see("a call for help acknowledged, the unit", link, unit)
    unit.post(f"{link}say/", {"kind": "order_answered", "order": "o1", "step": "done"}, of=link)
    unit.post(f"{link}say/", {"kind": "order_answered", "order": "o1", "step": "no-such"}, of=link)
    see("an order done, the unit", link, unit)
    write(
        op,
        "message_sent",
        id="m1",
        to=["p6", "p9"],
        text="Giữ đường",
        acknowledgers=["@posts", "Ông Tư"],
        answer_by="+5",
    )
    write(op, "message_sent", id="m2", to="p1", text="Ghi cho mình")
    see("a message", post)
    write(op, "message_acknowledged", id="m1", acknowledger="Phường 6")
    write(op, "message_acknowledged", id="m1", acknowledger="Ông Tư")
    write(op, "aid_requested", id="a1", of_post="p6", what="máy bơm", situation="s1", answer_by="+10")
    write(op, "aid_requested", id="a2", of_post="p6", what="xe thang")
    write(op, "aid_requested", id="a3", of_post="p6", what="cano")
    write(op, "aid_requested", id="a4", of_post="no-such-post", what="trực thăng")
    see("aid asked, the other post", f"/p/{op}/p6/")
    write(op, "aid_answered", post="p6", id="a1", granted="true")
    write(op, "aid_answered", post="p6", id="a2", granted="false", note="đang bận")
    write(op, "report_missing", id="r1", from_post="p6", what="số người", due=PASSED)
    write(op, "report_missing", id="r2", from_post="p6")
    write(op, "report_missing", id="r4", from_post="p6", due="+30")
    write(op, "report_missing", id="r3", from_post="p6", what="số xe", arrived="true")
    for number, change in (("evacuated", "12"), ("injured", "2")):
        write(op, "counted", what=number, change=change)
    write(op, "service_called", service="115", said="đang tới")
    write(op, "road_closed", id="d1", place="cầu Số 3", until="23:30", reason="nước chảy xiết")
    write(op, "road_closed", id="d2", place="đường Bờ Kè")
    see("roads closed", post)
    see("roads closed, the other post", f"/p/{op}/p6/")
    see("roads closed, the command", command)
    write(op, "road_opened", id="d1")
    see("a road open again", post)
    write(op, "role_taken", role="trực ban", person="quan-tri")
    write(op, "role_taken", role="thư ký", person="khong-co")
    write(op, "handover_offered", id="h1", role="trực ban", from_person="quan-tri", to_person="binh", outstanding="bơm")
    write(op, "handover_offered", id="h2", role="thư ký", from_person="khong-co", to_person="khong-co-2")
    see("handovers", post)
    see("handovers, seen by an officer", post, somebody(night, "binh"))
    write(op, "handover_accepted", id="h1", person="quan-tri")
    level = {"reason": "cháy lan", "measures": "sơ tán", "duration": "đến 06:00", "bodies": "Ban Chỉ huy"}
    write(op, "level_declared", id="c1", level="1", area="hẻm 5", **level)
    write(op, "period_started", objectives="dập lửa\nđưa người ra", until="+60")
    write(op, "period_started")
    see("a level in force", post)
    see("a level in force, the command", command)
    see("a level in force, at home", "/")
    write(op, "level_revoked", id="c1", reason="đã ổn")
    see("a level revoked, the command", command)
    picture = {"photo": ("x.png", PICTURE, "image/png")}
    night.chief.post(f"{post}photo/", {"caption": "cổng", "situation": "s1"}, files=picture)
    write(op, "written_up", happened=PASSED, text="nước yếu", paper="sổ tay")
    write(op, "noted", text="ghi sai")
    log = re.search(r'data-entry="([^"]+)#(\d+)"', see("photo and paper", post))
    assert log is not None
    write(op, "corrected", entry=f"{log[1]}#{log[2]}", text="ghi đúng")
    write(op, "noted", text="ghi nhầm")
    write(op, "corrected", entry=f"{log[1]}#{int(log[2]) + 2}", text="không có", withdrawn="true")
    see("lines corrected and withdrawn", post)
    see("lines corrected and withdrawn, the command", command)
    see("the printed log", f"{post}journal/")
    see("the printed log, searched", f"{post}journal/?q=nuoc")
    see("the printed log, searched in vain", f"{post}journal/?q=khongco")
    see("the journal", f"{command}journal/")
    see("the chat text", f"{post}text/")
    for person in ("chi", "dung", "giang"):
        one = somebody(night, person)
        see(f"seen by {person}", f"/p/{op}/{'p6' if person == 'giang' else 'p1'}/", one)
        see(f"seen by {person}, the command", command, one)
        see(f"seen by {person}, at home", "/", one)
    write(op, "closed", reason="hết khói")
    see("closed", post)
    see("closed, the command", command)
    see("closed, at home", "/")
    see("closed, the printed log", f"{post}journal/")
    see("closed, the unit", link, unit)
    write(op, "noted", text="còn khói")
    see("written after the close", post)
    see("written after the close, the command", command)


def drill(night: Night) -> None:
    """A drill with more lines than a screen shows, and with the standing units of its post."""
    for name in ("Tổ thường trực 1", "Tổ thường trực 2"):
        night.chief.post("/people/unit/", {"name": name, "post": "p1"})
    night.see("an operation to be opened", "/begin/")
    op = night.chief.begin("Thử còi", "drill")
    night.see("standing units to be listed", f"/p/{op}/p1/")
    night.chief.post(f"/p/{op}/p1/units/", {})
    for number in range(41):
        night.write(op, "noted", text=f"dòng {number}")
    unit = re.search(r'name="unit" value="([^"]+)"', night.see("a long drill", f"/p/{op}/p1/"))
    assert unit is not None
    link = night.link(op, unit[1])
    night.write(op, "situation_reported", id="s1", place="sân", development="còi hú")
    night.write(op, "unit_ordered", unit=unit[1], situation="s1", order="o1")
    night.write(op, "order_answered", order="o1", step="on_scene")
    night.see("a unit of the drill on scene", f"/p/{op}/p1/")
    night.see("the drill's unit", link, night.here.client())
    for name, path in (("command", f"/o/{op}/"), ("text", f"/p/{op}/p1/text/"), ("printed", f"/p/{op}/p1/journal/")):
        night.see(f"the drill, {name}", path)
    night.see("the drill, journal", f"/o/{op}/journal/")
    night.see("the drill, at home", "/")


def many(night: Night) -> None:
    """More operations that have ended, and more posts, than a screen shows at once."""
    for number in range(3):
        op = night.chief.begin(f"Việc cũ {number}")
        night.write(op, "closed")
    for number in range(22):
        night.chief.post("/people/post/", {"name": f"Chốt {number}", "area": f"p1/c{number}", "id": f"c{number}"})
    for number in (1, 9):
        night.chief.post("/people/post/", {"name": f"Trạm {number}", "area": f"p1/c{number}", "id": f"t{number}"})
    night.see("many posts, a post of the operation", night.operation)
    night.see("many, at home", "/")
    night.see("no role, at home", "/", somebody(night, "em"))


def errors(night: Night) -> None:
    """Forms that are refused, and pages that are not for somebody."""
    chief, pages = night.chief, night.pages
    em = somebody(night, "em")
    pages["nothing to open"] = em.get("/begin/").text
    pages["opened without a title"] = chief.post("/begin/", {"title": "", "mode": "real", "post": "p1"}).text
    op = chief.begin("Sai")
    pages["a line refused"] = chief.write(op, "p1", "noted", text="quá" * 4000).text
    pages["an order refused"] = chief.write(op, "p1", "unit_ordered", unit="u9", situation="").text
    pages["missing"] = chief.get("/no-such-page/").text
    pages["not allowed"] = em.get(f"/p/{op}/p1/").text
    pages["too old"] = em.http.post("/language/", data={"language": "en"}).text
    item = {"person": "quan-tri", "operation": op, "post": "p1", "kind": "noted"}
    lines = [
        {**item, "command": "saved-one-line", "fields": {"text": "từ máy"}, "written": "bữa nọ"},
        {**item, "command": "saved-wrong-line", "fields": {}},
    ]
    for name in ("lines of a device", "lines of a device, again"):
        pages[name] = chief.post("/outbox/saved/", {"text": json.dumps({"lines": lines})}).text
    night.see("a line with a wrong clock", f"/p/{op}/p1/")
    pages["no lines of a device"] = chief.post("/outbox/saved/", {"text": "x"}).text
    chief.post("/language/", {"language": "en", "next": "/"})
    night.see("in English", f"/p/{op}/p1/")


def test_every_branch_is_rendered(night: Night) -> None:
    missing = {one for one in unrendered(night.here.folder.parent / "seen") if one.startswith(CHECKED)}
    assert not missing, "\n".join(sorted(missing))


def test_a_call_for_help_is_acknowledged_at_the_post_and_by_phone_for_another(night: Night) -> None:
    pages = night.pages
    assert ">Phường 4 xác nhận</button>" in pages["a call for help"]
    assert "qua điện thoại: Phường 4 xác nhận" in pages["a call for help, seen from the other post"]
    assert "1 tổ đội xin chi viện" in pages["a call for help, at home"]
    assert "đã gửi, chưa có ai nhận" in pages["a call for help, the unit"]
    assert "Phường 4, Phường 6 chưa xác nhận" in pages["a call to two posts"]
    assert "Phường 4 đã nhận" in pages["a call for help acknowledged, the unit"]


def test_a_unit_sees_its_order_and_all_reports_of_the_event(night: Night) -> None:
    pages = night.pages
    assert "dập lửa" in pages["the unit's orders"]
    assert "= cháy · hẻm 5, nhà số 7 · lan" in pages["the unit's orders"]
    assert "Chưa có lệnh" in pages["a unit without an order"]
    assert "Vụ việc đã kết thúc" in pages["closed, the unit"]
    assert 'name="step"' not in pages["closed, the unit"]


def test_aid_is_shown_as_granted_refused_or_not_answered(night: Night) -> None:
    page = night.pages["a level in force, the command"]
    for what, answer in (("máy bơm", "đồng ý lúc"), ("xe thang", "từ chối lúc"), ("cano", "chưa trả lời")):
        assert re.search(rf"Phường 4 → Phường 6: {what} · <strong>{answer}", page), what
    assert page.count('class="task late"') == 1


def test_a_handover_names_what_is_outstanding_and_who_is_to_accept_it(night: Night) -> None:
    page = night.pages["handovers"]
    assert "<strong>Binh (hư cấu)</strong> cần nhận ca" in page
    assert '<ul class="dots"><li>bơm</li></ul>' in page
    assert "<strong>khong-co-2</strong> cần nhận ca" in page
    assert "Tôi nhận ca" in night.pages["handovers, seen by an officer"]


def test_a_missing_report_is_overdue_until_it_has_come(night: Night) -> None:
    page = night.pages["roads closed"]
    assert re.search(r"thiếu một báo cáo: số người", page)
    assert "quá hạn" in page
    assert "số xe" not in page.split('id="h-situations"')[0].split('id="h-owed"')[1]


def test_a_level_is_shown_while_it_is_in_force(night: Night) -> None:
    pages = night.pages
    for name in ("a level in force", "a level in force, the command", "a level in force, at home"):
        assert "Phòng thủ dân sự cấp độ 1" in pages[name], name
    assert "Bãi bỏ cấp độ 1 tại hẻm 5" in pages["a level in force, the command"]
    assert "dập lửa; đưa người ra" in pages["a level in force, the command"]
    assert "Cấp độ đang có hiệu lực" not in pages["a level revoked, the command"]


def test_closed_roads_are_shown_with_reason_and_time_until_they_are_open_again(night: Night) -> None:
    pages = night.pages
    assert "Đường bị cấm" not in pages["a call for help"]
    for name in ("roads closed", "roads closed, the other post", "roads closed, the command"):
        assert "<strong>cầu Số 3</strong> · nước chảy xiết" in pages[name], name
        assert "đến 23:30" in pages[name], name
        assert pages[name].index("đường Bờ Kè") < pages[name].index("<strong>cầu Số 3</strong>"), name
    assert "thông đường" in pages["roads closed"]
    assert "thông đường" not in pages["roads closed, the command"]
    assert "<strong>cầu Số 3</strong>" not in pages["a road open again"]
    assert "<strong>đường Bờ Kè</strong>" in pages["a road open again"]


def test_the_operations_page_lists_doubtful_entries(night: Night) -> None:
    page = night.pages["written after the close, the command"]
    flags = page.split("Cần người xem xét")[1].split("</section>")[0]
    for doubt in ("nhắc tới thứ không có", "ghi sau khi kết thúc"):
        assert doubt in flags, doubt


def test_a_closed_operation_says_so_and_offers_no_close(night: Night) -> None:
    assert "Vụ việc đã kết thúc" in night.pages["closed"]
    assert 'value="closed"' in night.pages["nothing yet, the command"]
    assert 'value="closed"' not in night.pages["closed, the command"]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("missing", "Ở đây không có gì"),
        ("not allowed", "Bạn không được làm việc này"),
        ("too old", "Biểu mẫu này đã cũ"),
        ("lines of a device", "cần bạn xem lại"),
        ("lines of a device, again", "đã có từ trước"),
        ("a long drill", "Các dòng trước xem ở sổ nhật ký"),
        ("alone", "Chưa có ai khác nhận được ca ở đây"),
    ],
)
def test_a_page_says_what_is_missing_or_refused(page: str, text: str, night: Night) -> None:
    assert text in night.pages[page]


@pytest.mark.parametrize(
    ("code", "text"), [(500, "Đây là lỗi của chương trình"), (503, "Chưa ghi gì"), (404, "Ở đây không có gì")]
)
def test_each_error_page_has_words_of_its_own(code: int, text: str) -> None:
    page = get_template("wrong.html").render({"code": code, "what": "", "where": ""}, RequestFactory().get("/"))
    assert f"<h1>{text}</h1>" in page
