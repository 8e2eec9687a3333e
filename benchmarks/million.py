"""What does a ledger of a million entries cost? ``python -m benchmarks.million [--entries N]``, on SQLite."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.installations import AN, cast, installation_at, write_line
from tests.killing import directory_apart, fact_of, in_child

from sansang.commands import operation
from sansang.commands.installation import Installation
from sansang.ledger.store import Transaction
from sansang.ledger.verify import LedgerSource, verify
from sansang.model.operation.log import Noted
from sansang.model.operation.opening import Opened
from sansang.site.data_directory import DataDirectory
from sansang.site.writer_jobs import rebuild

#: The number of operations, and of entries in each.
OPERATION = 10_000
_TOGETHER = 250
HEAD = ["| a ledger of many entries (SQLite) | |", "|---|---:|"]


def filled(directory: DataDirectory, entries: int) -> None:
    """Write them as full commands, many in a transaction; the process then ends as a killed one does."""
    work = installation_at(directory)
    installation = work.__enter__()
    cast(installation)
    for first in range(0, entries, OPERATION):
        name = f"dem-{first // OPERATION}"
        write_line(installation, Opened(name, "real"), operation=name, command=name)
        for some in range(first, min(first + OPERATION, entries), _TOGETHER):
            installation.run(lambda at, some=some, name=name: _some(installation, at, name, some, entries))  # type: ignore[misc]
        if sys.stderr.isatty():
            print(f"\r{first + OPERATION:,}", end="", file=sys.stderr)
    os._exit(0)


def _some(installation: Installation, work: Transaction, name: str, first: int, entries: int) -> None:
    for number in range(first, min(first + _TOGETHER, entries)):
        line = operation.LineRequest(f"c{number}", name, "p4", fact_of(number), is_on_line=False)
        operation.append_line(installation, work, AN, line)


def started(directory: DataDirectory) -> float:
    """Seconds from opening to the first new line written, after the kill."""
    begun = time.perf_counter()
    with installation_at(directory) as installation:
        write_line(installation, Noted("lại chạy"), operation="dem-0", command=f"again{time.time_ns()}")
        return time.perf_counter() - begun


def made_anew(directory: DataDirectory) -> float:
    """Seconds to rebuild every board."""
    with installation_at(directory) as installation:
        begun = time.perf_counter()
        rebuild(installation, {}, lambda *_: None)
        return time.perf_counter() - begun


def rows(entries: int = 1_000_000) -> list[str]:
    """The table's rows."""
    with tempfile.TemporaryDirectory() as folder:
        directory = directory_apart("sqlite", Path(folder) / "d")
        child = os.fork()
        if child == 0:
            try:
                filled(directory, entries)
            except BaseException:  # noqa: BLE001 the child reports it, and ends
                traceback.print_exc()
                os._exit(1)
        assert os.waitpid(child, 0)[1] == 0
        start = in_child(lambda: started(directory))
        begun = time.perf_counter()
        whole = verify(LedgerSource(directory.ledger, ""), os.cpu_count() or 1)
        seconds = time.perf_counter() - begun
        assert not whole.faults
        assert whole.entries >= entries
        size = sum(path.stat().st_size for path in directory.folder.rglob("*") if path.is_file())
        with LedgerSource(directory.ledger, "").connect() as connection:
            ledger = connection.execute(
                "SELECT SUM(LENGTH(data) + LENGTH(hash) + COALESCE(LENGTH(wrapped), 0)) FROM ledger_entry"
            ).fetchone()[0]
        anew = in_child(lambda: made_anew(directory))
    return [
        f"| entries | {whole.entries:,} |",
        f"| start after a kill, to the first new line | {start:.2f} s |",
        f"| verify, {os.cpu_count()} processes | {seconds:.1f} s = {whole.entries / seconds:,.0f} entries/s |",
        f"| every board made anew | {anew:.0f} s = {whole.entries / anew:,.0f} entries/s |",
        f"| an entry's own bytes (data, hash, wrapped key) | {ledger / whole.entries:.0f} bytes an entry |",
        f"| on the disk, all of it (indexes, boards, snapshots, keys) | {size / whole.entries:.0f} bytes an entry |",
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    print("\n".join([*HEAD, *rows(parser.parse_args().entries)]))
