"""Slow, endless and useless requests stop no page and fill no disk."""

from __future__ import annotations

import json
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.served import HOST, Client, Served, served


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("edge") / "d") as one:
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person."""
    return here.signed_in()


def line_to(here: Served) -> ssl.SSLSocket:
    """A connection on which a test writes what it likes."""
    context = ssl.create_default_context(cafile=str(here.folder / "certificates" / "authority.crt"))
    plain = socket.create_connection(("127.0.0.1", here.port))
    plain.settimeout(60)
    return context.wrap_socket(plain, server_hostname=HOST)


def begun(here: Served, path: str, size: int, kind: str = "application/x-www-form-urlencoded") -> bytes:
    """The head of a form that says how large it is."""
    said = f"POST {path} HTTP/1.1\r\nHost: {HOST}:{here.port}\r\nOrigin: {here.address}\r\n"
    return f"{said}Cookie: csrftoken={'a' * 32}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n\r\n".encode()


def test_slow_clients_block_no_page(here: Served, chief: Client) -> None:
    with ExitStack() as lines:
        # As many as there are threads, and more.
        for _ in range(40):
            line = lines.enter_context(line_to(here))
            line.sendall(begun(here, "/accounts/login/", 100_000) + b"login=")
        assert chief.get("/trust/").status_code == 200
        # Forms that come in one piece are taken all the while.
        op = chief.begin("Gửi chậm")
        assert chief.write(op, "p1", "noted", text="vẫn ghi được").status_code == 200
        assert here.signed_in().get("/").status_code == 200


def test_the_number_of_concurrent_anonymous_bodies_is_limited(here: Served) -> None:
    with ExitStack() as lines:
        for _ in range(20):
            line = lines.enter_context(line_to(here))
            line.sendall(begun(here, "/accounts/login/", 100_000) + b"login=")
        # Requests beyond the limit of an address are refused at once, before the rest of their form.
        assert line.recv(20).startswith(b"HTTP/1.1 503")


def test_a_file_sent_to_the_page_for_signing_in_is_dropped(here: Served) -> None:
    size = 40 * 2**20
    head = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'
    with line_to(here) as line:
        line.sendall(begun(here, "/accounts/login/", size + len(head), "multipart/form-data; boundary=x") + head)
        for _ in range(size // 2**20):
            line.sendall(bytes(2**20))
        assert line.recv(20).startswith(b"HTTP/1.1 413")
    assert here.process is not None
    kept = Path(f"/proc/{here.process.pid}/io").read_text()
    written = re.search(r"^write_bytes: (\d+)", kept, re.MULTILINE)
    assert written is not None
    assert int(written[1]) < size // 2


def test_a_request_that_is_too_large_is_refused_with_a_reason(here: Served, chief: Client) -> None:
    op = chief.begin("Quá lớn")
    came = chief.post(f"/p/{op}/p1/write/", {"kind": "noted", "text": "x" * 2_000_000})
    assert came.status_code == 413
    assert "Dữ liệu quá lớn: ở đây chỉ nhận tối đa 1.024 kB." in came.text
    assert "Content-Security-Policy" in came.headers
    # The same connection's next request is a new one.
    assert chief.get(f"/p/{op}/p1/").status_code == 200
    photo = {"photo": ("x.jpg", b"x" * 11 * 2**20, "image/jpeg")}
    assert chief.post(f"/p/{op}/p1/photo/", {"caption": "ảnh"}, files=photo).status_code == 422


def test_a_batch_of_a_signed_out_person_is_answered_so(here: Served) -> None:
    stranger = here.client()
    stranger.get("/trust/")
    headers = {"Content-Type": "application/json", "X-CSRFToken": stranger.http.cookies["csrftoken"]}
    for size in (10, 2_000_000):
        batch = json.dumps({"lines": [{"x": "y" * size}]})
        came = stranger.http.post("/outbox/", content=batch, headers=headers)
        assert came.status_code == 401
        assert came.json()["signed_in"] is False


def test_a_form_of_unknown_size_is_read_too(here: Served, chief: Client) -> None:
    op = chief.begin("Từng mảnh")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', chief.get(f"/p/{op}/p1/").text)
    assert token is not None
    said = f"csrfmiddlewaretoken={token[1]}&kind=noted&text=tung-manh&command=tung-manh-1"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    came = chief.http.post(
        f"/p/{op}/p1/write/", content=iter([said[:50].encode(), said[50:].encode()]), headers=headers
    )
    assert came.status_code == 200
    assert "tung-manh" in chief.get(f"/p/{op}/p1/journal/").text
