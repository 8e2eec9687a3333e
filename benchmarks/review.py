"""How soon does ``sansang check`` answer? A plan of 300 injects, as a process, start to end."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sansang.formats.scenario import dump
from sansang.model.exercise.exercise import Exercise
from sansang.plans import read_folder

EXAMPLE = Path(__file__).parent.parent / "examples" / "dt19"
INJECTS = 300
TIMES = 7


def many_injects() -> Exercise:
    """DT-19 with its injects given again and again under other ids until there are 300."""
    plan = read_folder(EXAMPLE).require()
    first = plan.injects
    more = [
        dataclasses.replace(inject, id=f"{inject.id}-{turn}", starts="", parent="")
        for turn in range(1, INJECTS // len(first) + 1)
        for inject in first
    ]
    return dataclasses.replace(plan, injects=(*first, *more)[:INJECTS])


def seconds(*words: str) -> float:
    """The middle of several runs of a command, in seconds."""
    taken = []
    for _ in range(TIMES):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *words], capture_output=True, check=False)
        taken.append(time.perf_counter() - begin)
    return sorted(taken)[TIMES // 2]


def lines() -> list[str]:
    """What was measured, in two sentences."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "exercise.yaml").write_bytes(dump(many_injects()))
        check = seconds("-m", "sansang", "check", place)
        help_only = seconds("-m", "sansang", "--help")
        nothing = seconds("-c", "pass")
    return [
        f"`sansang check` on {INJECTS} injects: {check:.2f} s from start to end, {check / help_only:.1f} times",
        f"`sansang --help` and {check / nothing:.0f} times Python doing nothing, in the same run.",
    ]


if __name__ == "__main__":
    print("\n".join(lines()))
