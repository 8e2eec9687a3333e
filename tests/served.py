"""A served installation for tests: `sansang init`, `sansang serve`, people who sign in, and a browser."""

from __future__ import annotations

import gzip
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import machine
from tests.compact_html import compact

CHROMIUM = machine.chromium()
#: Nothing of the browser's own goes out to the network; the local authority is trusted by its host name's rule.
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--hide-scrollbars", "--ignore-certificate-errors"),
    "--host-resolver-rules=MAP sansang.test 127.0.0.1",
]
HOST = "sansang.test"
#: Under which ids the tests know the first post and the first person.
OWN_IDS = ("--post-id", "p1", "--person-id", "quan-tri")
CHANGE = "/accounts/password/change/"
_LOADED = "from sansang.site.django_setup import load_django; load_django()\n"
_MAIN = "\nfrom sansang.cli import main; main()"


def free_port() -> int:
    """A free port."""
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


@dataclass
class Served:
    """A served installation; its process may be killed and started again."""

    folder: Path
    port: int
    person: str
    password: str
    process: subprocess.Popen[str] | None = None
    made: list[str] = field(default_factory=list)
    #: The passwords that people chose, by the first passwords that they were given.
    own: dict[str, str] = field(default_factory=dict)
    clients: list[Client] = field(default_factory=list)
    #: Python code that runs in the server before it serves.
    before: str = ""

    @property
    def address(self) -> str:
        """The address, by a host name that is not localhost."""
        return f"https://{HOST}:{self.port}"

    def start(self) -> None:
        """Serve, and wait until it answers."""
        self.process = subprocess.Popen(
            [
                sys.executable,
                *(("-c", f"{_LOADED}{self.before}{_MAIN}") if self.before else ("-m", "sansang")),
                "--lang",
                "en",
                "serve",
                "--data",
                str(self.folder),
                "--port",
                str(self.port),
                "--name",
                HOST,
            ],
            text=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "SANSANG_DATA": str(self.folder) if self.before else ""},
        )
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                httpx.get(f"https://127.0.0.1:{self.port}/trust/", verify=False)
            except httpx.TransportError:
                assert self.process.poll() is None, "the server has ended"
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        """Kill the process, like a power cut."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def stop(self) -> int:
        """Terminate the process, as an operating system does; its exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(20)

    def client(self) -> Client:
        """A client that is not signed in."""
        one = Client(self)
        self.clients.append(one)
        return one

    def signed_in(self, person: str = "", password: str = "") -> Client:
        """A client that is signed in; as the first person by default."""
        given = password or self.password
        client, came = self.came_in(person or self.person, self.own.get(given, given))
        if CHANGE in str(came.url):
            # A first password must be changed at the first sign-in.
            self.own[given] = f"{given}-own"
            said = {"oldpassword": given, "password1": self.own[given], "password2": self.own[given]}
            came = client.post(CHANGE, said, of=CHANGE)
        assert came.status_code == 200, came.text[:500]
        assert "/accounts/" not in str(came.url), came.text
        return client

    def came_in(self, person: str, password: str) -> tuple[Client, httpx.Response]:
        """A client after it has sent a name and a password, and the page to which that led."""
        client = self.client()
        said = {"login": person, "password": password}
        return client, client.post("/accounts/login/", said, of="/accounts/login/")

    def own_password(self, person: str = "", password: str = "") -> str:
        """The password that a person chose in place of the first one; it is chosen now, if it was not yet."""
        given = password or self.password
        if given not in self.own and given not in self.own.values():
            self.signed_in(person, password)
        return self.own.get(given, given)


class Client:
    """Sends forms as a browser without scripts does."""

    def __init__(self, served: Served) -> None:
        self.served = served
        authority = served.folder / "certificates" / "authority.crt"
        context = ssl.create_default_context(cafile=str(authority))
        context.check_hostname = True
        transport = httpx.HTTPTransport(verify=context)
        self.http = httpx.Client(
            transport=_Named(transport),
            base_url=served.address,
            follow_redirects=True,
            headers={"Referer": served.address},
            timeout=30,
        )

    def get(self, path: str) -> httpx.Response:
        """A page."""
        return self.http.get(path)

    def post(self, path: str, fields: dict[str, Any], of: str = "/trust/", **given: Any) -> httpx.Response:
        """A form of the page ``of``, filled in."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.get(of).text)
        assert token is not None
        said = {"command": uuid.uuid4().hex, **fields, "csrfmiddlewaretoken": token[1]}
        return self.http.post(path, data=said, **given)

    def write(self, operation: str, post: str, kind: str, /, **fields: Any) -> httpx.Response:
        """A line of a post's log."""
        return self.post(f"/p/{operation}/{post}/write/", {"kind": kind, **fields})

    def begin(self, title: str, mode: str = "real", post: str = "p1") -> str:
        """Open an operation; its id."""
        came = self.post("/begin/", {"title": title, "mode": mode, "post": post})
        assert came.status_code == 200, came.text[:800]
        return str(came.url).split("/p/")[1].split("/")[0]

    def choice(self, path: str, stem: str) -> str:
        """The first of a page's choices whose value begins with the stem ("u-": a unit, "s-": a situation)."""
        choice = rf'(?:<option|<input type="checkbox" name="unit") value="({re.escape(stem)}[^"]*)"'
        found = re.search(choice, self.get(path).text)
        assert found is not None, f"no {stem} on {path}"
        return found[1]


class _Named(httpx.BaseTransport):
    """Connects to this machine instead of the test's host name; the certificate is checked for the name.

    White space without meaning is taken out of pages: tests ask what a page says, not how its template is laid out.
    """

    def __init__(self, under: httpx.BaseTransport) -> None:
        self.under = under

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The response of this machine."""
        here = httpx.Request(
            request.method,
            request.url.copy_with(host="127.0.0.1"),
            headers=request.headers,
            stream=request.stream,
            extensions={**request.extensions, "sni_hostname": HOST},
        )
        came = self.under.handle_request(here)
        if not came.headers.get("Content-Type", "").startswith("text/html"):
            return came
        came.read()
        page = compact(came.text).encode()
        headers = httpx.Headers([pair for pair in came.headers.multi_items() if pair[0] != "content-length"])
        if "content-encoding" in headers:
            headers["content-encoding"] = "gzip"
            page = gzip.compress(page)
        return httpx.Response(came.status_code, headers=headers, content=page, extensions=came.extensions)

    def close(self) -> None:
        """Close the connections."""
        self.under.close()


def first_password_in(page: str) -> str:
    """The first password that a page shows."""
    found = re.search(r'data-copy="((?:[a-z0-9]{4}-){3}[a-z0-9]{4})"', page)
    assert found is not None, page
    return found[1]


@contextmanager
def served(folder: Path, before: str = "") -> Iterator[Served]:
    """A new installation, served, killed at the end; ``before``: Python code that runs in the server first."""
    made = subprocess.run(
        [
            sys.executable,
            "-m",
            "sansang",
            "--lang",
            "en",
            "init",
            "--no-input",
            "--data",
            str(folder),
            "--name",
            "Phường 4",
            *OWN_IDS,
        ],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "SANSANG_DATA": ""},
    )
    first = re.search(r"Sign in as (\S+) with (\S+)", made.stdout)
    assert first is not None, made.stdout
    one = Served(folder, free_port(), first[1], first[2], before=before)
    try:
        one.start()
        one.password = one.own_password()
        yield one
    finally:
        for client in one.clients:
            client.http.close()
        one.kill()


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium, headless."""
    assert Path(CHROMIUM).exists(), (
        "No Chromium here. Lay one into the environment: make test, or scripts/tools_for_tests.py"
    )
    machine.use_packages()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield opened
        finally:
            opened.close()


def sign_in_again(page: Page, one: Served) -> None:
    """Enter the password again, as changes of the account require."""
    page.goto(f"{one.address}/accounts/reauthenticate/?next=/accounts/2fa/")
    page.fill("[name=password]", one.password)
    page.click("main button.primary")
    page.wait_for_url(f"{one.address}/accounts/2fa/")


def sign_in(page: Page | BrowserContext, one: Served, person: str = "", password: str = "") -> Page:
    """Sign in with a browser; the page then shows the home page."""
    chosen = one.own_password(person, password)
    at = page.new_page() if isinstance(page, BrowserContext) else page
    at.goto(f"{one.address}/accounts/login/")
    at.fill("[name=login]", person or one.person)
    at.fill("[name=password]", chosen)
    at.click("main button.primary")
    at.wait_for_url(f"{one.address}/")
    return at
