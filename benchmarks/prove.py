"""``make prove``: the long proofs and the measurements; writes docs/figures.md, every figure with its command.

make prove
python -m benchmarks.prove ledger "version before"     # only these sections; the others stay as they are
"""

from __future__ import annotations

import platform
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import (  # noqa: E402
    appends,
    before,
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
HEAD = [
    "# Measured figures",
    "",
    "Written by `make prove`; each section says the command that makes it alone, and when and from which commit it was",
    "made. Seconds differ from machine to machine: quote the ratios.",
    "",
]


@dataclass(frozen=True)
class Section:
    """A section of the page: its heading, and what makes its lines, in order."""

    title: str
    parts: tuple[Callable[[], list[str]] | str, ...]

    def lines(self) -> list[str]:
        """The section whole, with its heading, day, commit and machine."""
        found = [f"## {self.title}", "", made_by(), ""]
        for part in self.parts:
            found += [part, ""] if isinstance(part, str) else [*part(), ""]
        return found


def made_by() -> str:
    """When, from which commit and on which machine a section was made."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "?"
    day = datetime.now().astimezone().date()
    return f"{day:%d/%m/%Y}, commit {commit}, Python {platform.python_version()}, {processor()}."


def processor() -> str:
    """The processor's name, as far as the system gives one."""
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "?"


def _first_result() -> list[str]:
    return [f"Start of the program to the first result, compiled code cached: {speed.first_result_seconds():.1f} s."]


def _comparison_rows() -> list[str]:
    ratio_head = [line.format(comparison.IMPROVEMENT) for line in comparison.RATIO_HEAD]
    return [*comparison.HEAD, *comparison.rows(), "", *ratio_head, *comparison.ratio_rows()]


def _before_rows() -> list[str]:
    found = []
    for words in before.PROVEN:
        found += [f"`python -m benchmarks.before {' '.join(words)}`", "", *before.table(words, before.ROUNDS), ""]
    return found[:-1]


SECTIONS = (
    Section(
        "Speed of the rehearsal",
        (
            "`python -m benchmarks.speed`",
            lambda: [*speed.HEAD, *speed.rows(RUNS)],
            lambda: [
                f"Start of the program to the first result, compiled code cached: {speed.first_result_seconds():.1f} s."
            ],
        ),
    ),
    Section(
        "One trace from two programs", (f"`python -m benchmarks.traces {PLANS}`", lambda: list(traces.report(PLANS)))
    ),
    Section(
        "Coverage of the 95 % intervals",
        ("`python -m benchmarks.coverage`", lambda: [*coverage.HEAD, *coverage.rows()]),
    ),
    Section(
        "Comparison of plans",
        (
            "`python -m benchmarks.comparison`; the variance ratio says how many times as many replications with\n"
            "chances of their own would be as sure.",
            _comparison_rows,
        ),
    ),
    Section("Review of a plan", ("`python -m benchmarks.review`", lambda: list(review.lines()))),
    Section("Papers, opened in LibreOffice", ("`python -m benchmarks.papers`", lambda: [*papers.HEAD, *papers.rows()])),
    Section(
        "Workbooks",
        (
            "`python -m benchmarks.foreign_lists`: lists with every kind of dirt, alone and together, in both\n"
            "languages.",
            lambda: [*foreign_lists.HEAD, *foreign_lists.rows()],
            "`python -m benchmarks.workbooks`: opened and saved by LibreOffice, then compared; and "
            f"{workbooks.ROWS} rows.",
            lambda: [*workbooks.OFFICE_HEAD, *workbooks.office_rows()],
            lambda: [*workbooks.SIZE_HEAD, *workbooks.size_rows()],
        ),
    ),
    Section(
        "The ledger",
        (
            "`python -m benchmarks.appends`: an entry alone, and a whole command (right, decision, boards), beside\n"
            "raw single-row inserts as durable as it is, in the same run.",
            lambda: [*appends.HEAD, *appends.rows()],
            "`python -m benchmarks.late`: a stick with late entries is merged while fifty write.",
            lambda: [*late.HEAD, *late.rows()],
            "`python -m benchmarks.million`",
            lambda: [*million.HEAD, *million.rows()],
            "`python -m benchmarks.kills`: killed (`kill -9`) at random moments under load; after each, what was\n"
            "answered is there, none twice, every chain holds, every board is what its rebuild makes.",
            lambda: [*kills.HEAD, *kills.rows(KILLS)],
        ),
    ),
    Section(
        "The pages",
        (
            "`python -m benchmarks.listeners`, `.drain`, `.first_minutes`, `.wheel`",
            lambda: [*listeners.HEAD, *listeners.rows()],
            lambda: [*drain.HEAD, *drain.rows()],
            lambda: [*first_minutes.HEAD, *first_minutes.rows()],
            lambda: [*wheel.HEAD, *wheel.rows()],
        ),
    ),
    Section(
        "Beside the version before",
        (f"Both versions in turn, in one run; medians. The version before is commit {before.BEFORE}.", _before_rows),
    ),
)


def written(page: str) -> dict[str, str]:
    """The sections of the page as it is, by heading."""
    parts = re.split(r"^## ", page, flags=re.M)[1:]
    return {part.partition("\n")[0].strip(): f"## {part.rstrip()}\n" for part in parts}


def main(wanted: list[str]) -> None:
    """Make the sections whose heading has one of these words (none: all), and write the page."""
    path = ROOT / "docs" / "figures.md"
    known = written(path.read_text("utf-8")) if path.exists() else {}
    chosen = [
        section for section in SECTIONS if not wanted or any(word.lower() in section.title.lower() for word in wanted)
    ]
    for section in chosen:
        print(f"{section.title} …", flush=True)
        known[section.title] = "\n".join(section.lines()).rstrip() + "\n"
        page = [known[one.title] for one in SECTIONS if one.title in known]
        # After each section: a run that is cut leaves what it has made.
        path.write_text("\n".join(["\n".join(HEAD), *page]).rstrip() + "\n", "utf-8")
    print("docs/figures.md is written")


if __name__ == "__main__":
    main(sys.argv[1:])
