"""How fast is an entry there to stay? ``python -m benchmarks.appends``: bare and as a full command, on both databases.

The raw row is one insert of as many bytes with a commit of its own, as durable as the ledger's, by as many writers,
each with a connection of its own (SQLite: one at a time under a lock, as its file allows no more).
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import psycopg
from pysqlite3 import dbapi2
from tests.installations import AN, KINDS, Kind, cast, installation_at, write_line
from tests.killing import directory_apart, fact_of, in_child

from sansang.commands import operation
from sansang.commands.installation import Installation
from sansang.ledger.draft import Draft
from sansang.model.operation.log import Noted
from sansang.model.operation.opening import Opened
from sansang.model.operation.record import stream_of
from sansang.site.data_directory import DataDirectory

SECONDS = 4.0
WRITERS = (1, 8, 32)
HEAD = [
    "| database | writers | raw row/s | bare entry/s | bare entry, % of raw | bare entry, p50, p99 ms"
    " | full command/s | full command, % of raw | full command, p50, p99 ms |",
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
]
#: About what one row of the ledger holds.
_BYTES = os.urandom(330)
_TABLE = "CREATE TABLE raw (id INTEGER PRIMARY KEY, log INTEGER, number INTEGER, data {bytes}, UNIQUE (log, number))"


def timed(writers: int, one: Callable[[int, int], None]) -> tuple[float, float, float]:
    """A second's number of calls by this many writers, and their p50 and p99 in milliseconds."""
    took: list[list[float]] = [[] for _ in range(writers)]
    end = time.perf_counter() + SECONDS

    def write(writer: int) -> None:
        n = 0
        while (begun := time.perf_counter()) < end:
            one(writer, n)
            took[writer].append(time.perf_counter() - begun)
            n += 1

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    passed = time.perf_counter() - begun
    every = sorted(seconds for some in took for seconds in some)
    return len(every) / passed, every[len(every) // 2] * 1000, every[int(len(every) * 0.99)] * 1000


def raw(directory: DataDirectory, writers: int) -> float:
    """Single rows a second."""
    if directory.database:
        with psycopg.connect(directory.database, autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS raw")
            connection.execute(_TABLE.format(bytes="bytea"))
        several = [psycopg.connect(directory.database, autocommit=True) for _ in range(writers)]

        def one(writer: int, n: int) -> None:
            several[writer].execute("INSERT INTO raw VALUES (%s, %s, %s, %s)", (writer * 10**7 + n, writer, n, _BYTES))

        rate, _, _ = timed(writers, one)
        for each in several:
            each.close()
        return rate
    with tempfile.TemporaryDirectory(dir=directory.folder) as folder:

        def opened() -> Any:
            connection = dbapi2.connect(f"{folder}/raw", isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            return connection

        files = [opened() for _ in range(writers)]
        files[0].execute(_TABLE.format(bytes="BLOB"))
        turn = threading.Lock()

        def one_of_file(writer: int, n: int) -> None:
            with turn:
                files[writer].execute("INSERT INTO raw VALUES (?, ?, ?, ?)", (writer * 10**7 + n, writer, n, _BYTES))

        rate, _, _ = timed(writers, one_of_file)
        for each in files:
            each.close()
        return rate


def row(kind: Kind, directory: DataDirectory, writers: int) -> str:
    """The table's row for this many writers."""
    with installation_at(directory) as installation:
        return _row(kind, directory, installation, writers)


def _row(kind: Kind, directory: DataDirectory, installation: Installation, writers: int) -> str:
    rows = raw(directory, writers)
    first = time.time_ns()

    def bare(writer: int, n: int) -> None:
        draft = Draft(
            stream_of("bare"),
            Noted(f"dòng {n}: khói dày ở hẻm"),
            AN.person,
            f"p{writer}",
            None,
            "",
            f"b{first}-{writer}-{n}",
        )
        installation.submit(lambda work: work.append(draft), draft.command).result()

    def full(writer: int, n: int) -> None:
        number = n * writers + writer
        line = operation.LineRequest(f"f{first}-{number}", f"o{first}", "p4", fact_of(number), is_on_line=False)
        operation.write(installation, AN, line).result()

    bare_rate, *bare_times = timed(writers, bare)
    write_line(installation, Opened("Đo", "real"), operation=f"o{first}", command=f"open{first}")
    full_rate, *full_times = timed(writers, full)
    return (
        f"| {kind} | {writers} | {rows:,.0f} | {bare_rate:,.0f} | {bare_rate / rows:.0%} |"
        f" {bare_times[0]:.1f}, {bare_times[1]:.1f} | {full_rate:,.0f} | {full_rate / rows:.0%} |"
        f" {full_times[0]:.1f}, {full_times[1]:.1f} |"
    )


def _with_cast(directory: DataDirectory) -> None:
    with installation_at(directory) as installation:
        cast(installation)


def rows() -> list[str]:
    """The table's rows."""
    table = []
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            directory = directory_apart(kind, Path(folder) / "d")
            in_child(partial(_with_cast, directory))
            table += [str(in_child(partial(row, kind, directory, writers))) for writers in WRITERS]
    return table


if __name__ == "__main__":
    print("\n".join([*HEAD, *rows()]))
