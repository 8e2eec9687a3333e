"""What does a change cost beside the version before? One benchmark, both versions in turn, in one run.

    python -m benchmarks.before million --entries 50000
    python -m benchmarks.before --rounds 3 appends

The version before (``BEFORE``) is checked out beside this one into a temporary folder, and run with the same
interpreter and packages. Each round runs both, in turn; a row shows the median of each number and their ratio.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: The commit that this version is measured against.
BEFORE = "3e98c60"
#: How often both versions run, in turn.
ROUNDS = 3
#: What `make prove` compares.
PROVEN = (["appends"], ["million", "--entries", "100000"], ["late"])
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@contextmanager
def version_before(commit: str = BEFORE) -> Iterator[Path]:
    """A checkout of the version before, its catalogue compiled and its scripts in place; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="sansang-before-") as folder:
        checkout = Path(folder) / "checkout"
        _git("worktree", "add", "--detach", str(checkout), commit)
        try:
            words = checkout / "src" / "sansang" / "words"
            subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "babel.messages.frontend",
                    "--quiet",
                    "compile",
                    "-D",
                    "sansang",
                    "-d",
                    str(words),
                ],
                check=True,
            )
            built = Path("src", "sansang", "web", "static", "built")
            if (ROOT / built).exists():
                # Pages of the version before, with today's scripts: no benchmark of figures runs them.
                (checkout / built.parent).mkdir(parents=True, exist_ok=True)
                (checkout / built).symlink_to(ROOT / built)
            yield checkout
        finally:
            _git("worktree", "remove", "--force", str(checkout))


def _git(*words: str) -> None:
    subprocess.run(["git", "-C", str(ROOT), *words], check=True, capture_output=True)


def run_in(folder: Path, words: list[str]) -> str:
    """What a Python command prints when it runs with the sources of a folder."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder / "src"), str(folder)])}
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, check=True
    )
    return done.stdout


def rows_of(text: str) -> list[list[str]]:
    """The cells of the table in a benchmark's output: its head, then its rows."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in (lines[0], *lines[2:])]


def compared(before: list[str], now: list[str]) -> list[str]:
    """Rows of both versions beside one another: for each number the medians over the rounds, and now ÷ before.

    What is the same in every run (the database, how many writers) names the row.
    """
    tables = [[rows_of(text) for text in texts] for texts in (before, now)]
    every = [one for rounds in tables for one in rounds]
    head = every[-1][0]
    found = ["| | before | now | now ÷ before |", "|---|---:|---:|---:|"]
    for number, cells in enumerate(tables[1][0]):
        if number == 0:
            continue
        same = [all(one[number][column] == cell for one in every) for column, cell in enumerate(cells)]
        if len(cells) == 2:
            same = [True, False]
        named = [at for at in range(len(cells)) if same[at]]
        labels = [f"{head[at]} {cells[at]}" if at and _NUMBER.search(cells[at]) else cells[at] for at in named]
        for column in range(len(cells)):
            if same[column]:
                continue
            medians = []
            for rounds in tables:
                several = [_numbers(table[number][column]) for table in rounds]
                medians.append([statistics.median(values) for values in zip(*several, strict=True)])
            ratios = [f"{new / old:.2f}" if old else "–" for old, new in zip(*medians, strict=True)]
            shown = [", ".join(f"{value:,.4g}" for value in values) for values in medians]
            label = " ".join(labels) + (f": {head[column]}" if len(cells) > 2 else "")
            found.append(f"| {label} | {shown[0]} | {shown[1]} | {', '.join(ratios)} |")
    return found


def _numbers(cell: str) -> list[float]:
    return [float(text.replace(",", "")) for text in _NUMBER.findall(cell)]


def table(words: list[str], rounds: int, commit: str = BEFORE) -> list[str]:
    """A benchmark (its module and arguments) in both versions, in turn, and their numbers beside one another."""
    texts: dict[str, list[str]] = {"before": [], "now": []}
    module = ["-m", f"benchmarks.{words[0]}", *words[1:]]
    with version_before(commit) as folder:
        for _ in range(rounds):
            texts["before"].append(run_in(folder, module))
            texts["now"].append(run_in(ROOT, module))
    return compared(texts["before"], texts["now"])


def main() -> None:
    """Run a benchmark in both versions and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--commit", default=BEFORE)
    parser.add_argument("benchmark", help="a module of benchmarks/")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, help="its arguments")
    asked = parser.parse_args()
    print("\n".join(table([asked.benchmark, *asked.arguments], asked.rounds, asked.commit)))


if __name__ == "__main__":
    main()
