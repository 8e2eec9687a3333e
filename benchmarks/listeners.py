"""How soon does every screen show a new entry? ``python -m benchmarks.listeners``: a thousand streams.

From before a line is sent to its receipt on a stream, so the write itself is counted as well. Plain HTTP: the client on
the same machine would otherwise spend more on TLS than the server.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
from tests.served import free_port

LISTENERS, RATE, SECONDS = 1_000, 5, 30
PEOPLE, THINK = 200, 5.0
HEAD = ["| live stream and people at work | |", "|---|---:|"]
_ENVIRONMENT = {**os.environ, "SANSANG_DATA": ""}
#: All screens here are of one person, so the limit for a person is raised.
_UNBOUND = (
    "from sansang.site.django_setup import load_django; load_django()\n"
    "from sansang.web.night import live; live.SCREENS_OF_PERSON = 10_000\n"
    "from sansang.cli import main; main()"
)


class _Screen:
    """One open stream, and when each position came."""

    def __init__(self, port: int, operation: str, cookie: str) -> None:
        self.request = f"GET /live/{operation} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        self.port = port
        self.came: list[tuple[int, float]] = []
        self.writer: asyncio.StreamWriter | None = None

    async def listen(self) -> None:
        """Read until the end; reconnect with the last position when disconnected."""
        while True:
            reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
            back = f"Last-Event-ID: {self.came[-1][0]}\r\n" if self.came else ""
            self.writer.write(f"{self.request}{back}\r\n".encode())
            try:
                while line := await reader.readline():
                    if line.startswith(b"id: "):
                        self.came.append((int(line[4:]), time.perf_counter()))
            except ConnectionError:
                pass
            await asyncio.sleep(0.05)


async def _measured(port: int, cookies: httpx.Cookies, operation: str, person: str, server: int) -> list[str]:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    headers = {"X-CSRFToken": cookies["csrftoken"], "Referer": f"http://127.0.0.1:{port}/"}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", cookies=cookies, headers=headers, timeout=60
    ) as client:

        async def send(text: str) -> int:
            line = {
                "command": uuid.uuid4().hex,
                "person": person,
                "operation": operation,
                "post": "p1",
                "kind": "noted",
            }
            answer = await client.post("/outbox/", json={"lines": [{**line, "fields": {"text": text}, "written": ""}]})
            return int(answer.json()["answers"][0]["position"])

        first = await send("mốc")
        screens = [_Screen(port, operation, cookie) for _ in range(LISTENERS)]
        tasks = []
        for at in range(0, LISTENERS, 50):
            tasks += [asyncio.create_task(screen.listen()) for screen in screens[at : at + 50]]
            await asyncio.sleep(0.3)
        # Everybody has a last position before anybody is cut off.
        await asyncio.sleep(2)
        await send("đủ mặt")
        await asyncio.sleep(1)
        sent: dict[int, float] = {}
        for n in range(RATE * SECONDS):
            begun = time.perf_counter()
            sent[await send(f"dòng {n}")] = begun
            if n == RATE * SECONDS // 2:
                for screen in screens[: LISTENERS // 3]:
                    if screen.writer is not None:
                        screen.writer.close()
            await asyncio.sleep(max(0.0, 1 / RATE - (time.perf_counter() - begun)))
        await asyncio.sleep(3)
        memory = _resident(server)
        wanted = sorted(sent)
        wrong = sum([p for p, _ in screen.came if p in sent] != wanted for screen in screens)
        # Those who were cut off have it late: their way back is not the stream's.
        untouched = screens[LISTENERS // 3 :]
        delays = sorted((at - sent[p]) * 1000 for screen in untouched for p, at in screen.came if p in sent)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for screen in screens:
            if screen.writer is not None:
                screen.writer.close()
        # Each of those at work has a screen open.
        watching = [asyncio.create_task(_Screen(port, operation, cookie).listen()) for _ in range(PEOPLE)]
        await asyncio.sleep(3)
        assert first < wanted[0]
        answers = await _people(client, send, operation)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    cells = [
        ("listeners, entries a second", f"{LISTENERS:,}, {RATE}"),
        ("sent to received, p50, p99", f"{_at(delays, 0.5):.0f}, {_at(delays, 0.99):.0f} ms"),
        ("memory of the server", f"{memory / 2**20:.0f} MB"),
        (f"cut off half way and back: {LISTENERS // 3}; screens that lost or repeated anything", str(wrong)),
        (
            f"{PEOPLE} people, each a line or a look every {THINK:.0f} s: p50, p99 of an answer",
            f"{_at(answers, 0.5):.0f}, {_at(answers, 0.99):.0f} ms",
        ),
    ]
    assert wrong == 0
    return [f"| {name} | {value} |" for name, value in cells]


async def _people(client: httpx.AsyncClient, send: object, operation: str) -> list[float]:
    took: list[float] = []

    async def one(n: int) -> None:
        await asyncio.sleep(THINK * n / PEOPLE)
        for turn in range(5):
            begun = time.perf_counter()
            if turn % 2:
                answer = await client.get(f"/p/{operation}/p1/board/")
                assert answer.status_code == 200
            else:
                await send(f"người {n}")  # type: ignore[operator]
            took.append((time.perf_counter() - begun) * 1000)
            await asyncio.sleep(THINK)

    await asyncio.gather(*(one(n) for n in range(PEOPLE)))
    return sorted(took)


def _at(every: list[float], share: float) -> float:
    return every[min(len(every) - 1, int(len(every) * share))]


def _resident(process: int) -> int:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) * 1024
    return 0


def rows() -> list[str]:
    """The table's rows."""
    with tempfile.TemporaryDirectory() as folder:
        words = [sys.executable, "-m", "sansang", "--lang", "en"]
        made = subprocess.run(
            [*words, "init", "--no-input", "--data", folder + "/d", "--name", "P", "--post-id", "p1"],
            capture_output=True,
            text=True,
            check=True,
            env=_ENVIRONMENT,
        )
        first = re.search(r"Sign in as (\S+) with (\S+)", made.stdout)
        assert first is not None
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-c", _UNBOUND, "serve", "--data", folder + "/d", "--port", str(port), "--plain"],
            env={**os.environ, "SANSANG_DATA": folder + "/d", "SANSANG_SCHEME": "http"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True) as client:
                for _ in range(100):
                    try:
                        page = client.get("/accounts/login/")
                        break
                    except httpx.TransportError:
                        time.sleep(0.1)

                def token(text: str) -> str:
                    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)
                    assert found is not None
                    return found[1]

                client.post(
                    "/accounts/login/",
                    data={"login": first[1], "password": first[2], "csrfmiddlewaretoken": token(page.text)},
                )
                own = {"oldpassword": first[2], "password1": f"{first[2]}-own", "password2": f"{first[2]}-own"}
                change = "/accounts/password/change/"
                client.post(change, data={**own, "csrfmiddlewaretoken": token(client.get(change).text)})
                said = {"title": "Đo", "mode": "real", "post": "p1", "command": uuid.uuid4().hex}
                came = client.post("/begin/", data={**said, "csrfmiddlewaretoken": token(client.get("/begin/").text)})
                operation = str(came.url).split("/p/")[1].split("/")[0]
                return asyncio.run(_measured(port, client.cookies, operation, first[1], server.pid))
        finally:
            server.kill()
            server.wait()


if __name__ == "__main__":
    print("\n".join([*HEAD, *rows()]))
