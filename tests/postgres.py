"""A PostgreSQL of the tests' own: a cluster in a temporary folder, started when first asked for, gone at the end."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

MISSING = "No PostgreSQL server here. Mend it: apt-get install -y postgresql"


def _programs() -> Path:
    """Where initdb and postgres lie; raises RuntimeError that says how to mend it."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    there = shutil.which("initdb")
    if there is None:
        raise RuntimeError(MISSING)
    return Path(there).resolve().parent


def _as_postgres(command: list[str]) -> list[str]:
    """A server does not start as root: the user of the Debian package does it then."""
    # Not every path names the folder of the system's own programs.
    runuser = shutil.which("runuser") or "/usr/sbin/runuser"
    return [runuser, "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


_CONTROL: list[str] = []


def _control(*words: str) -> None:
    subprocess.run([*_CONTROL, *words], check=True, capture_output=True)


@cache
def cluster(name: str = "") -> str:
    """The address of a running cluster (without a database), synchronous commits on. One for each process."""
    folder = Path(tempfile.mkdtemp(prefix="sansang-pg-"))
    programs = _programs()
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    subprocess.run(
        _as_postgres([str(programs / "initdb"), "-D", str(data), "-U", "sansang", "-A", "trust", "-E", "UTF8"]),
        check=True,
        capture_output=True,
    )
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=200"
    log = str(folder / "log")
    _CONTROL[:] = [*_as_postgres([str(programs / "pg_ctl"), "-D", str(data), "-l", log, "-w"]), "-o", options]
    _control("start")

    def stop() -> None:
        _control("-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return f"postgresql://sansang@/{{name}}?host={folder}"


_made = 0


def new_database() -> str:
    """The address of an empty database."""
    global _made  # noqa: PLW0603 one cluster, numbered databases
    _made += 1
    name = f"d{os.getpid()}_{_made}"
    address = cluster()
    for _ in range(50):
        try:
            with psycopg.connect(address.format(name="postgres"), autocommit=True) as connection:
                connection.execute(f'CREATE DATABASE "{name}"')
            return address.format(name=name)
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise RuntimeError("the cluster does not answer")


@contextmanager
def stopped_server() -> Iterator[None]:
    """The cluster of this process, away for a while as after a cut of the power."""
    cluster()
    _control("-m", "immediate", "stop")
    try:
        yield
    finally:
        _control("start")
