"""Do late entries disturb those who work? ``python -m benchmarks.late``: 10,000 merged while 50 write."""

from __future__ import annotations

import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.installations import (
    AN,
    KINDS,
    Kind,
    all_boards,
    cast,
    differing,
    installation_at,
    rebuilt,
    timeline_of,
    verified,
    write_line,
)
from tests.killing import directory_apart, fact_of, in_child

from sansang.commands import operation
from sansang.commands.operation import append_line
from sansang.commands.peers import export_logs, receive
from sansang.model.operation.log import Noted
from sansang.model.operation.opening import Opened
from sansang.model.operation.record import stream_of
from sansang.model.operation.state import OperationState, fold_operation
from sansang.site.data_directory import DataDirectory

LATE, WRITERS, BEFORE = 10_000, 50, 10_000
#: Each of the fifty writes a line, waits for the answer, pauses for this many seconds, and writes the next.
PAUSE = 0.2
HEAD = [
    "| database | late entries | writers | lines/s meanwhile | p50, p99 before | p50, p99 meanwhile"
    " | merged and in place after | as an orderly history |",
    "|---|---:|---:|---:|---:|---:|---:|---|",
]


def apart(directory: DataDirectory, peer: DataDirectory, path: Path) -> None:
    """Two write one night apart: here and on a laptop whose lines all lie before the last ones here."""
    hour = datetime.now(UTC) - timedelta(hours=2)
    with installation_at(peer, lambda: hour) as laptop:
        cast(laptop)
        write_line(laptop, Opened("Đêm mưa", "real"))
        for first in range(0, LATE, 250):
            lines = [
                operation.LineRequest(f"l{n}", "chay", "p6", fact_of(n), is_on_line=False)
                for n in range(first, first + 250)
            ]
            laptop.run(lambda work, some=lines: [append_line(laptop, work, AN, line) for line in some])  # type: ignore[misc]
        with path.open("wb") as file:
            export_logs(laptop, file)
    with installation_at(directory) as installation:
        cast(installation)
        write_line(installation, Opened("Đêm mưa", "real"), command="opened-here")
        for first in range(LATE, LATE + BEFORE, 250):
            lines = [
                operation.LineRequest(f"h{n}", "chay", "p4", fact_of(n), is_on_line=False)
                for n in range(first, first + 250)
            ]
            installation.run(lambda work, some=lines: [append_line(installation, work, AN, line) for line in some])  # type: ignore[misc]


def merged(directory: DataDirectory, path: Path) -> tuple[list[float], list[float], float, float, list[str]]:
    """Answers before and meanwhile, lines a second meanwhile, seconds until all is in place, and what is not so."""
    took: list[tuple[float, float]] = []
    end = threading.Event()
    with installation_at(directory) as installation:
        write_line(installation, Noted("bắt đầu"), command="begin")

        def one(writer: int) -> None:
            n = 0
            while not end.wait(PAUSE):
                number = 100_000 + n * WRITERS + writer
                line = operation.LineRequest(f"w{number}", "chay", "p4", fact_of(number), is_on_line=False)
                begun = time.perf_counter()
                operation.write(installation, AN, line).result()
                took.append((begun, time.perf_counter() - begun))
                n += 1

        threads = [threading.Thread(target=one, args=(writer,)) for writer in range(WRITERS)]
        for thread in threads:
            thread.start()
        time.sleep(3)
        begun = time.perf_counter()
        receive(installation, path)
        installation.settle()
        done = time.perf_counter()
        end.set()
        for thread in threads:
            thread.join()
        before = sorted(seconds for at, seconds in took if at < begun)
        meanwhile = sorted(seconds for at, seconds in took if begun <= at < done)
        wrong = []
        shown = all_boards(installation)
        state = installation.run(lambda work: installation.state(work, stream_of("chay")))
        if OperationState(state) != fold_operation([one.entry for one in timeline_of(installation)]):
            wrong.append("the state")
        if differing(rebuilt(installation), shown):
            wrong.append("the boards")
    if verified(directory).faults:
        wrong.append("the chain")
    return before, meanwhile, len(meanwhile) / (done - begun), done - begun, wrong


def _at(every: list[float]) -> str:
    return f"{every[len(every) // 2] * 1000:.0f}, {every[int(len(every) * 0.99)] * 1000:.0f} ms"


def row(kind: Kind) -> str:
    """The table's row of one database."""
    with tempfile.TemporaryDirectory() as folder:
        directory, peer = (
            directory_apart(kind, Path(folder) / "here"),
            directory_apart("sqlite", Path(folder) / "there"),
        )
        path = Path(folder) / "x"
        in_child(lambda: apart(directory, peer, path))
        before, meanwhile, rate, seconds, wrong = in_child(lambda: merged(directory, path))
        assert not wrong, wrong
    cells = (kind, f"{LATE:,}", WRITERS, f"{rate:,.0f}", _at(before), _at(meanwhile), f"{seconds:.0f} s", "the same")
    return f"| {' | '.join(map(str, cells))} |"


def rows() -> list[str]:
    """The table's rows."""
    return [row(kind) for kind in KINDS]


if __name__ == "__main__":
    print("\n".join([*HEAD, *rows()]))
