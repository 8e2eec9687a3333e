"""The disk is full or breaks, the server stops: everybody who writes gets the error, and nothing is half-written."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connections

from sansang.commands import operation
from sansang.commands.installation import Installation
from sansang.ledger.store import Transaction
from sansang.ledger.writer import NotWritten
from sansang.model.operation.log import Noted
from sansang.model.operation.opening import Opened
from sansang.model.operation.situations import SituationReported
from sansang.site import install
from sansang.site.data_directory import DataDirectory
from tests.installations import (
    AN,
    Clock,
    all_boards,
    cast,
    differing,
    installation_at,
    new_directory,
    rebuilt,
    timeline_of,
    verified,
    write_line,
)
from tests.killing import in_child
from tests.postgres import stopped_server

LONG = "khói dày, gió mạnh; " * 3_000


def night(installation: Installation) -> None:
    """An operation with a few lines."""
    cast(installation)
    write_line(installation, Opened("Cháy hẻm 5", "real"))
    write_line(installation, SituationReported("s1", place="hẻm 5"))


def reasons_of_failure(installation: Installation, commands: int = 4) -> list[str]:
    """Several write together while it fails; each of them gets the error. The reasons."""
    lines = [
        operation.write(installation, AN, operation.LineRequest(f"lost-{n}", "chay", "p4", Noted(LONG)))
        for n in range(commands)
    ]
    reasons = []
    for line in lines:
        with pytest.raises(NotWritten) as wrong:
            line.result(30)
        reasons.append(str(wrong.value))
    return reasons


def is_as_before(directory: DataDirectory, installation: Installation, before: int) -> None:
    """Nothing of what was refused is there; what is sent again goes in; all is whole."""
    assert len(timeline_of(installation)) == before
    answer = write_line(installation, Noted(LONG), command="lost-0")
    assert not answer.is_repeat
    assert answer.ref.number == before + 1
    shown = all_boards(installation)
    assert differing(rebuilt(installation), shown) == []
    assert verified(directory).faults == ()


@contextmanager
def full(installation: Installation) -> Iterator[None]:
    """SQLite may not use another page."""

    def pragma(most: str) -> Callable[[Transaction], None]:
        def work(transaction: Transaction) -> None:
            transaction.raw_cursor.execute(f"PRAGMA max_page_count = {most}")

        return work

    installation.run(pragma("1"))
    yield
    # The failed group closed its connection; a new one has no such limit.


def test_a_full_disk_is_reported_and_nothing_is_written(tmp_path: Path) -> None:
    directory = new_directory("sqlite", tmp_path / "d")
    with installation_at(directory, Clock()) as installation:
        night(installation)
        with full(installation):
            reasons = reasons_of_failure(installation, 1)
        assert "full" in reasons[0]
        is_as_before(directory, installation, 2)


def test_a_file_that_cannot_grow_is_an_error_for_everyone_in_the_group(tmp_path: Path) -> None:
    directory = new_directory("sqlite", tmp_path / "d")

    def child() -> list[str]:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with installation_at(directory, Clock()) as installation:
            night(installation)
            largest = max(file.stat().st_size for file in directory.folder.glob("ledger.sqlite3*"))
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
            reasons = reasons_of_failure(installation)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            is_as_before(directory, installation, 2)
        return reasons

    reasons = in_child(child)
    assert len(reasons) == 4
    assert all("disk I/O error" in reason or "full" in reason for reason in reasons)


def test_a_folder_that_may_not_be_written_is_reported(tmp_path: Path) -> None:
    # Root may write everywhere, so the child is somebody else, and so is the owner of the folder.
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101 the folder is a str here
        directory = new_directory("sqlite", Path(folder) / "d")
        with installation_at(directory, Clock()) as installation:
            night(installation)

        def child() -> str:
            if os.geteuid() == 0:
                shutil.chown(directory.folder, 65534, 65534)
                for path in directory.folder.rglob("*"):
                    os.chown(path, 65534, 65534)
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
                # Somebody else may not read root's Python, where the migrations lie; they were looked at above.
                install.is_current = lambda *_: True
            directory.ledger.chmod(0o400)
            with (
                pytest.raises(Exception, match="readonly database") as wrong,
                installation_at(directory) as installation,
            ):
                write_line(installation, Noted("x"))
            for path in directory.folder.glob("ledger.sqlite3*"):
                path.chmod(0o600)
            with installation_at(directory, Clock()) as installation:
                is_as_before(directory, installation, 2)
            return type(wrong.value).__name__

        assert in_child(child) == "NotWritten"


def test_keys_that_cannot_be_written_leave_no_entry_behind(tmp_path: Path) -> None:
    directory = new_directory("sqlite", tmp_path / "d")
    with installation_at(directory, Clock()) as installation:
        night(installation)
        keyring = installation.store.keyring
        aside = tmp_path / "aside"
        directory.keys.rename(aside)
        keyring._left = 0  # the next entry needs a new page
        with pytest.raises(NotWritten) as wrong:
            write_line(installation, Noted("x"), command="lost-0")
        assert "keys" in str(wrong.value)
        aside.rename(directory.keys)
        is_as_before(directory, installation, 2)


def test_a_database_server_that_stops_is_reported_and_used_again_once_it_is_back(tmp_path: Path) -> None:
    directory = new_directory("postgresql", tmp_path / "d")
    with installation_at(directory, Clock()) as installation:
        night(installation)
        with stopped_server():
            connections[installation.store.alias].close()
            assert len(reasons_of_failure(installation)) == 4
        is_as_before(directory, installation, 2)


def test_a_small_disk_that_really_fills_up(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)], capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        pytest.skip(f"this machine lets nobody mount: {made.stderr.strip()} (the two tests above need no mount)")
    try:
        directory = new_directory("sqlite", small / "d")
        with installation_at(directory, Clock()) as installation:
            night(installation)
            before = len(timeline_of(installation))
            ballast = small / "ballast"
            with ballast.open("wb", buffering=0) as file, pytest.raises(OSError, match="No space"):
                while True:
                    file.write(bytes(4096))
            reasons_of_failure(installation)
            ballast.unlink()
            is_as_before(directory, installation, before)
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
