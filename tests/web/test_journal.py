"""A long log is printed as a whole, in constant memory."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import Client, Served, served

LINES = 40_000
#: Written at the installation itself: through the pages it would take minutes.
FILLING = f"""
from pathlib import Path
from sansang.model.operation.log import Noted
from sansang.model.operation.opening import Opened
from sansang.site.django_setup import load_django
load_django()
from sansang.commands import operation
from sansang.commands.operation import LineRequest
from sansang.model.access.actor import SYSTEM

from sansang.site.install import connect, working
from sansang.site.data_directory import find_data_directory
place = find_data_directory(None)
connect(place)
with working(place) as installation:
    lines = [Opened("Đêm dài", "real"), *(Noted(f"dòng số {{n}}.") for n in range(1, {LINES}))]
    numbered = [LineRequest(f"dong-{{n:08}}", "dai", "p1", one) for n, one in enumerate(lines)]
    waiting = [operation.write(installation, SYSTEM, line) for line in numbered]
    [one.result() for one in waiting]
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served installation with a long night."""
    with served(tmp_path_factory.mktemp("journal") / "d") as one:
        one.stop()
        environment = {**os.environ, "SANSANG_DATA": str(one.folder)}
        subprocess.run([sys.executable, "-c", FILLING], check=True, env=environment)
        one.start()
        yield one


@pytest.fixture(scope="module")
def chief(here: Served) -> Client:
    """The first person."""
    return here.signed_in()


def most_memory(here: Served) -> int:
    """The most that the server has held so far (MB)."""
    assert here.process is not None
    said = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{here.process.pid}/status").read_text(), re.MULTILINE)
    assert said is not None
    return int(said[1]) // 1024


def test_a_long_log_is_printed_whole_in_little_memory(here: Served, chief: Client) -> None:
    assert chief.get("/p/dai/p1/").status_code == 200
    before = most_memory(here)
    for page in ("/p/dai/p1/journal/", "/o/dai/journal/"):
        came = chief.get(page)
        assert came.headers["content-encoding"] == "gzip"
        assert [int(n) for n in re.findall(r"dòng số (\d+)\.", came.text)] == list(range(1, LINES))
        assert f"#{LINES}: " in came.text
    # All lines at once took 100 MB and more; the rest is what the database keeps of its file.
    assert most_memory(here) - before < 60


def test_a_search_finds_lines_and_shows_which_lines_correct_them(chief: Client) -> None:
    op = chief.begin("Tìm dòng")
    for text in ("Nước lên ở hẻm 5", "Cây đổ ở hẻm 7", "NUOC rút"):
        chief.write(op, "p1", "noted", text=text)
    log = re.search(r"(operation/\S+/p1/\S+) #", chief.get(f"/p/{op}/p1/journal/").text)
    assert log is not None
    chief.write(op, "p1", "corrected", entry=f"{log[1]}#3", text="ở hẻm 8")
    for page in (f"/p/{op}/p1/journal/", f"/o/{op}/journal/"):
        whole = chief.get(page).text
        assert "đã đính chính ở số 5" in whole
        found = chief.get(f"{page}?q=nước").text
        assert "Chỉ các dòng có “nước”: 2/5." in found
        assert "Cây đổ" not in found
        # The heads are those of the log, whatever was searched for.
        assert f"{log[1]} #5: " in found
        assert "Không dòng nào có các chữ này." in chief.get(f"{page}?q=khongco").text
