"""Is anything lost when the process is killed? ``python -m benchmarks.kills [--kills N]``: on both databases."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.installations import KINDS, Kind
from tests.killing import WRITERS, check_after_restart, new_night, write_then_kill

#: After this many kills a new installation: the check reads everything each time.
LIFE = 20
HEAD = [
    "| database | kills | writers | lines sent | answered | lost, twice, or not whole |",
    "|---|---:|---:|---:|---:|---:|",
]


def killed(kind: Kind, kills: int) -> tuple[str, list[str]]:
    """The table's row of one database, and what was wrong."""
    chance = Random(7)
    sent = answered = 0
    wrong: list[str] = []
    for first in range(0, kills, LIFE):
        with tempfile.TemporaryDirectory() as folder:
            one = new_night(kind, Path(folder) / "d")
            for _ in range(min(LIFE, kills - first)):
                write_then_kill(one, chance)
                wrong += check_after_restart(one)
            sent += len(one.sent)
            answered += len(one.answered)
        if sys.stderr.isatty():
            print(f"\r{kind} {first + LIFE}/{kills}", end="", file=sys.stderr)
    return f"| {kind} | {kills:,} | {WRITERS} | {sent:,} | {answered:,} | {len(wrong)} |", wrong


def rows(kills: int) -> list[str]:
    """The table's rows; raises AssertionError when anything was lost."""
    table = []
    for kind in KINDS:
        row, wrong = killed(kind, kills)
        table.append(row)
        assert not wrong, wrong[:5]
    return table


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1000)
    print("\n".join([*HEAD, *rows(parser.parse_args().kills)]))
