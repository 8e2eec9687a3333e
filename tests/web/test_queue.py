"""What a device sends as one item: the server splits it into lines, answers for each, and writes each once."""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from tests.served import Client, Served, served

#: A form's command, and those that every version has derived from it for its second and third line.
FORM = "fe9d3c4a-71b2-4c5d-8e6f-0123456789ab"
SECOND, THIRD = f"ff{FORM[2:]}", f"00{FORM[2:]}"
WRITTEN = "2026-11-23T21:10:00Z"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("queue") / "d") as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person."""
    return here.signed_in()


def send(client: Client, *items: dict[str, Any], to: str = "/outbox/") -> list[dict[str, Any]]:
    """The answers to a batch."""
    headers = {"X-CSRFToken": client.http.cookies["csrftoken"]}
    came = client.http.post(to, json={"lines": items}, headers=headers)
    assert came.status_code in (200, 429), came.text
    answers: list[dict[str, Any]] = came.json()["answers"]
    return answers


def item(op: str, command: str, kind: str, **fields: Any) -> dict[str, Any]:
    """An item as the first person's device has it."""
    known = {"command": command, "person": "quan-tri", "operation": op, "post": "p1", "written": WRITTEN}
    return {**known, "kind": kind, "fields": fields, "label": ""}


def units(chief: Client, op: str, *names: str) -> list[str]:
    """Units that are listed, and their ids."""
    for name in names:
        chief.write(op, "p1", "unit_listed", name=name)
    chief.write(op, "p1", "situation_reported", kind_of="cháy", place="hẻm 4")
    found = re.findall(r'name="unit" value="(u-[^"]+)"', chief.get(f"/p/{op}/p1/").text)
    return list(dict.fromkeys(found))


def picture() -> str:
    """A photo as a device sends it."""
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "orange").save(made, "JPEG")
    return base64.b64encode(made.getvalue()).decode()


def numbers(answers: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Command and number of each line."""
    return [(line["command"], line["number"]) for answer in answers for line in answer["lines"]]


def test_one_form_that_orders_three_units_is_split_as_earlier_devices_split_it(chief: Client) -> None:
    op = chief.begin("Ba tổ")
    those = units(chief, op, "Tổ bơm", "Tổ cứu hộ", "Tổ y tế")
    fields = {"situation": chief.choice(f"/p/{op}/p1/", "s-"), "task": "dập lửa", "answer_by": "+5"}
    whole = item(op, FORM, "unit_ordered", unit=those, **fields)
    (first,) = send(chief, whole)
    assert (first["command"], first["status"], first["known"]) == (FORM, 200, False)
    assert [line["command"] for line in first["lines"]] == [FORM, SECOND, THIRD]
    (again,) = send(chief, whole)
    assert [line["known"] for line in again["lines"]] == [True] * 3
    assert numbers([again]) == numbers([first])
    assert [(one["position"], one["doubts"]) for one in again["lines"]] == [
        (one["position"], one["doubts"]) for one in first["lines"]
    ]
    # A page of an earlier version sends the same form as three items.
    earlier = [
        item(op, command, "unit_ordered", unit=unit, **fields)
        for command, unit in zip((FORM, SECOND, THIRD), those, strict=True)
    ]
    answers = send(chief, *earlier)
    assert [one["known"] for one in answers] == [True] * 3
    assert numbers(answers) == numbers([first])
    assert chief.get(f"/p/{op}/p1/journal/").text.count("dập lửa") == 3


def test_a_report_with_its_photo_is_split_as_earlier_devices_split_it(chief: Client) -> None:
    op = chief.begin("Ảnh kèm")
    command, photo = f"09{FORM[2:]}", picture()
    said = {"kind_of": "cháy", "place": "hẻm 7"}
    shown = item(op, f"0a{FORM[2:]}", "photo_added", photo=photo, situation=f"s-{command[:13]}")
    # An earlier page has sent the two lines; this one sends the form.
    earlier = send(chief, item(op, command, "situation_reported", **said), shown)
    (answer,) = send(chief, item(op, command, "situation_reported", **said, photo=photo))
    assert [one["known"] for one in answer["lines"]] == [True, True]
    assert numbers([answer]) == numbers(earlier)
    assert chief.get(f"/p/{op}/p1/").text.count('class="photo"') == 1


def test_an_invalid_photo_does_not_stop_its_report_and_without_a_report_there_is_no_photo(chief: Client) -> None:
    op = chief.begin("Ảnh hỏng")
    said = {"kind_of": "cháy", "place": "hẻm 8"}
    (answer,) = send(chief, item(op, f"10{FORM[2:]}", "situation_reported", **said, photo="bm9uZQ=="))
    assert answer["status"] == 422
    assert [line["status"] for line in answer["lines"]] == [200, 422]
    assert "hẻm 8" in chief.get(f"/p/{op}/p1/journal/").text
    (answer,) = send(
        chief, item(op, f"20{FORM[2:]}", "situation_reported", **said, happened="hôm qua", photo=picture())
    )
    assert [line["status"] for line in answer["lines"]] == [422]


def test_a_saved_form_of_several_lines_is_imported_as_a_whole(chief: Client) -> None:
    op = chief.begin("Lưu rồi gửi")
    those = units(chief, op, "Tổ bơm", "Tổ y tế")
    fields = {"situation": chief.choice(f"/p/{op}/p1/", "s-"), "task": "đưa người ra"}
    whole = item(op, f"30{FORM[2:]}", "unit_ordered", unit=those, **fields)
    for words in ("đã ghi, số", "đã có từ trước"):
        came = chief.http.get("/outbox/saved/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', came.text)
        assert token is not None
        text = json.dumps({"lines": [whole]})
        came = chief.http.post("/outbox/saved/", data={"text": text, "csrfmiddlewaretoken": token[1]})
        assert came.status_code == 200
        assert came.text.count(words) == 2
    assert chief.get(f"/p/{op}/p1/journal/").text.count("đưa người ra") == 2


def link_of(chief: Client, op: str, unit: str) -> tuple[str, str]:
    """A new link for a unit: its address, and its grant."""
    given = chief.post(f"/p/{op}/p1/link/", {"unit": unit}).text
    link = re.search(r'value="https://[^/]+(/u/[^"]+)"', given)
    grant = re.search(r'name="grant" value="(link:[^"]+)"', given)
    assert link is not None and grant is not None
    return link[1], grant[1]


def test_a_units_address_answers_a_batch_line_by_line_once_and_only_its_own(here: Served, chief: Client) -> None:
    op = chief.begin("Tổ gửi theo lô")
    (unit,) = units(chief, op, "Tổ bơm")
    chief.write(op, "p1", "unit_ordered", unit=unit, situation=chief.choice(f"/p/{op}/p1/", "s-"))
    link, _ = link_of(chief, op, unit)
    device = here.client()
    order = re.search(r'name="order" value="([^"]+)"', device.get(link).text)
    assert order is not None
    author = device.get(f"{link}key/").json()["person"]
    step = {"person": author, "operation": "", "post": "", "written": WRITTEN, "kind": "order_answered"}
    batch = [
        {**step, "command": f"step-{op}-1", "fields": {"order": order[1], "step": "turned_out"}},
        {**step, "command": f"step-{op}-2", "fields": {"order": "o-none", "step": "done"}},
        {**step, "command": f"step-{op}-3", "person": "quan-tri", "fields": {"order": order[1], "step": "done"}},
        # Whatever place it names: the link's own is taken.
        {**step, "command": f"step-{op}-4", "operation": "x", "kind": "noted", "fields": {"text": "tới cầu"}},
    ]
    answers = [send(device, *batch, to=f"{link}say/") for _ in range(2)]
    for known, those in zip((False, True), answers, strict=True):
        assert [one["status"] for one in those] == [200, 422, 422, 200]
        assert [one["known"] for one in those if one["status"] == 200] == [known] * 2
        assert all(one["why"] for one in those if one["status"] != 200)
    assert numbers([answers[0][0], answers[0][3]]) == numbers([answers[1][0], answers[1][3]])
    said = chief.get(f"/p/{op}/p1/journal/").text
    assert [said.count(text) for text in ("Tổ bơm: đang đến", "tới cầu", "Tổ bơm: xong")] == [1, 1, 0]
    headers = {"X-CSRFToken": device.http.cookies["csrftoken"], "Content-Type": "application/json"}
    for body in (b"", b"[]", b'{"lines": 5}', b'{"lines": [1]}', b"\xff\xfe"):
        assert device.http.post(f"{link}say/", content=body, headers=headers).status_code == 400


def test_a_batch_beyond_the_limit_of_a_link_is_resumed_where_it_stopped(here: Served, chief: Client) -> None:
    op = chief.begin("Quá nhiều")
    (unit,) = units(chief, op, "Tổ bơm")
    link, _ = link_of(chief, op, unit)
    device = here.client()
    device.get(link)
    author = device.get(f"{link}key/").json()["person"]
    note = {"person": author, "operation": "", "post": "", "written": WRITTEN, "kind": "noted"}
    batch = [{**note, "command": f"much-{op}-{n:02}", "fields": {"text": f"dòng {n}"}} for n in range(40)]
    answers = send(device, *batch, to=f"{link}say/")
    assert [one["status"] for one in answers] == [200] * 30 + [429]
    headers = {"X-CSRFToken": device.http.cookies["csrftoken"]}
    came = device.http.post(f"{link}say/", json={"lines": batch[30:]}, headers=headers)
    assert (came.status_code, came.headers["Retry-After"]) == (429, "60")
    assert [one["status"] for one in came.json()["answers"]] == [429]


def test_each_link_has_a_key_of_its_own_as_long_as_it_is_valid(here: Served, chief: Client) -> None:
    op = chief.begin("Khóa của liên kết")
    (unit,) = units(chief, op, "Tổ bơm")
    stranger = here.client()
    given = [link_of(chief, op, unit) for _ in range(2)]
    keys = [[stranger.get(f"{link}key/").json()["key"] for _ in range(2)] for link, _ in given]
    assert all(len(base64.b64decode(one)) == 32 for those in keys for one in those)
    assert keys[0][0] == keys[0][1]
    assert len({keys[0][0], keys[1][0], chief.get("/outbox/key/").json()["key"]}) == 3
    chief.post(f"/p/{op}/p1/link/end/", {"grant": given[0][1]})
    assert stranger.get(f"{given[0][0]}key/").status_code == 404
    stranger.get(given[1][0])
    headers = {"X-CSRFToken": stranger.http.cookies["csrftoken"]}
    assert stranger.http.post(f"{given[0][0]}say/", json={"lines": []}, headers=headers).status_code == 404
    assert stranger.get(f"{given[1][0]}key/").status_code == 200
