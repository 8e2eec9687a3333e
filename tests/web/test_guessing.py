"""A person who guesses passwords has to wait; others do not, even at the same address."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.served import HOST, Served, served


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation for all of this file."""
    with served(tmp_path_factory.mktemp("guessing") / "d") as one:
        yield one


def tried(client: httpx.Client, person: str, password: str, **headers: str) -> str:
    """What came of an attempt: "in", "wrong", or "wait"."""
    page = client.get("/accounts/login/", headers=headers)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token is not None
    said = {"login": person, "password": password, "csrfmiddlewaretoken": token[1]}
    came = client.post("/accounts/login/", data=said, headers=headers, follow_redirects=False)
    if came.status_code == 302:
        return "in"
    return "wait" if "Thử quá nhiều lần" in came.text else "wrong"


def test_wrong_passwords_of_others_at_the_same_address_lock_nobody_out(here: Served) -> None:
    for number in range(15):
        assert tried(here.client().http, f"ai-do-{number}", "sai-mat-khau") == "wrong"
    assert tried(here.client().http, here.person, here.password) == "in"


def test_guesses_at_one_name_are_slowed_down_whatever_address_they_claim(here: Served) -> None:
    answers = [
        tried(here.client().http, "mot-nguoi", "sai-mat-khau", **{"X-Forwarded-For": f"10.0.0.{number}"})
        for number in range(7)
    ]
    assert answers == ["wrong"] * 5 + ["wait"] * 2


@contextmanager
def behind_proxy(here: Served) -> Iterator[str]:
    """The same installation served for a proxy; where."""
    words = ["-m", "sansang", "serve", "--data", str(here.folder), "--host", "127.0.0.1", "--port", str(here.port)]
    here.kill()
    with subprocess.Popen([sys.executable, *words, "--behind-proxy"], stdout=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{here.port}"
            for _ in range(600):
                try:
                    httpx.get(f"{address}/trust/")
                    break
                except httpx.TransportError:
                    time.sleep(0.05)
            yield address
        finally:
            process.kill()


def test_behind_a_proxy_a_client_has_the_address_that_the_proxy_reports(here: Served) -> None:
    with behind_proxy(here) as address:

        def said(at: str, password: str) -> str:
            headers = {"X-Forwarded-For": at, "X-Forwarded-Proto": "https", "Referer": f"https://{HOST}/", "Host": HOST}
            with httpx.Client(base_url=address, headers=headers) as client:
                # The cookies are for https, which the proxy speaks.
                page = client.get("/accounts/login/")
                token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
                assert token is not None
                fields = {"login": here.person, "password": password, "csrfmiddlewaretoken": token[1]}
                head = {"Cookie": page.headers["set-cookie"].split(";")[0]}
                came = client.post("/accounts/login/", data=fields, headers=head)
                assert came.status_code in (200, 302)
                return "in" if came.status_code == 302 else "out"

        # Whatever a visitor wrote there before, the proxy's own word stands last.
        assert [said(f"1.2.3.{number}, 10.0.0.1", "sai-mat-khau") for number in range(5)] == ["out"] * 5
        assert said("10.0.0.1", here.password) == "out"
        assert said("10.0.0.2", here.password) == "in"
