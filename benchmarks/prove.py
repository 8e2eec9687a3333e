"""``make prove``: the long proofs and the measurements; writes docs/figures.md, every figure with its command."""

from __future__ import annotations

import platform
import subprocess
import sys
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import (  # noqa: E402
    appends,
    comparison,
    coverage,
    drain,
    first_minutes,
    foreign_lists,
    kills,
    late,
    listeners,
    million,
    papers,
    review,
    speed,
    traces,
    wheel,
    workbooks,
)

PLANS, RUNS, KILLS = 2000, 10_000, 1000


def processor() -> str:
    """The processor's name, as far as the system tells."""
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "?"


def main() -> None:
    """Run everything, one after the other, then write the page whole."""
    day = datetime.now().astimezone().date()
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    print("speed …", flush=True)
    speed_rows = [*speed.HEAD, *speed.rows(RUNS)]
    first = speed.first_result_seconds()
    print("traces …", flush=True)
    trace_lines = traces.report(PLANS)
    print("coverage …", flush=True)
    coverage_rows = [*coverage.HEAD, *coverage.rows()]
    print("comparison …", flush=True)
    ratio_head = [line.format(comparison.IMPROVEMENT) for line in comparison.RATIO_HEAD]
    comparison_rows = [*comparison.HEAD, *comparison.rows(), "", *ratio_head, *comparison.ratio_rows()]
    print("review, papers …", flush=True)
    review_lines = review.lines()
    paper_rows = [*papers.HEAD, *papers.rows()]
    print("workbooks …", flush=True)
    list_rows = [*foreign_lists.HEAD, *foreign_lists.rows()]
    office_rows = [*workbooks.OFFICE_HEAD, *workbooks.office_rows()]
    size_rows = [*workbooks.SIZE_HEAD, *workbooks.size_rows()]
    print("the ledger: appends …", flush=True)
    append_rows = [*appends.HEAD, *appends.rows()]
    print("late entries …", flush=True)
    late_rows = [*late.HEAD, *late.rows()]
    print("a million entries …", flush=True)
    million_rows = [*million.HEAD, *million.rows()]
    print(f"{KILLS:,} kills on each database …", flush=True)
    kill_rows = [*kills.HEAD, *kills.rows(KILLS)]
    print("listeners, people, an outbox …", flush=True)
    page_rows = [*listeners.HEAD, *listeners.rows(), "", *drain.HEAD, *drain.rows()]
    page_rows += ["", *first_minutes.HEAD, *first_minutes.rows(), "", *wheel.HEAD, *wheel.rows()]
    page = [
        "# Measured figures",
        "",
        "Written by `make prove`; each section says the command that makes it alone. Seconds differ from machine to",
        "machine: quote the ratios.",
        "",
        f"{day:%d/%m/%Y}, commit {commit.stdout.strip() or '?'}, Python {platform.python_version()}, {processor()}.",
        "",
        "## Speed of the rehearsal",
        "",
        "`python -m benchmarks.speed`",
        "",
        *speed_rows,
        "",
        f"Start of the program to the first result, compiled code cached: {first:.1f} s.",
        "",
        "## One trace from two programs",
        "",
        f"`python -m benchmarks.traces {PLANS}`",
        "",
        *trace_lines,
        "",
        "## Coverage of the 95 % intervals",
        "",
        "`python -m benchmarks.coverage`",
        "",
        *coverage_rows,
        "",
        "## Comparison of plans",
        "",
        "`python -m benchmarks.comparison`; the variance ratio says how many times as many replications with chances",
        "of their own would be as sure.",
        "",
        *comparison_rows,
        "",
        "## Review of a plan",
        "",
        "`python -m benchmarks.review`",
        "",
        *review_lines,
        "",
        "## Papers, opened in LibreOffice",
        "",
        "`python -m benchmarks.papers`",
        "",
        *paper_rows,
        "",
        "## Workbooks",
        "",
        "`python -m benchmarks.foreign_lists`: lists with every kind of dirt, alone and together, in both languages.",
        "",
        *list_rows,
        "",
        f"`python -m benchmarks.workbooks`: opened and saved by LibreOffice, then compared; and {workbooks.ROWS} rows.",
        "",
        *office_rows,
        "",
        *size_rows,
        "",
        "## The ledger",
        "",
        "`python -m benchmarks.appends`: an entry alone, and a whole command (right, decision, boards), beside raw",
        "single-row inserts as durable as it is, in the same run.",
        "",
        *append_rows,
        "",
        "`python -m benchmarks.late`: a stick with late entries is merged while fifty write.",
        "",
        *late_rows,
        "",
        "`python -m benchmarks.million`",
        "",
        *million_rows,
        "",
        "`python -m benchmarks.kills`: killed (`kill -9`) at random moments under load; after each, what was answered",
        "is there, none twice, every chain holds, every board is what its rebuild makes.",
        "",
        *kill_rows,
        "",
        "## The pages",
        "",
        "`python -m benchmarks.listeners`, `.drain`, `.first_minutes`, `.wheel`",
        "",
        *page_rows,
        "",
    ]
    (ROOT / "docs" / "figures.md").write_text("\n".join(page), "utf-8")
    print("docs/figures.md is written")


if __name__ == "__main__":
    main()
