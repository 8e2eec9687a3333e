"""How fast is the kernel? Seconds, events a second, memory, and the ratio to the reference in the same run.

``python -m benchmarks.speed [--runs N]`` prints one row a plan. Ratios are to be quoted, not seconds: machines differ.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from sansang.model.plan.scenario import Scenario
from sansang.plans import read_folder
from sansang.rehearsal import rehearse
from sansang.rehearsal.plan import compile_plan
from sansang.rehearsal.reference import Reference

EXAMPLES = Path(__file__).parent.parent / "examples"
EXAMPLE = EXAMPLES / "hem-chay"


def scenario_of(name: str) -> Scenario:
    """An example by its name, or the made-up district."""
    if name == "district":
        from benchmarks.district import district

        return district()
    return read_folder(EXAMPLES / name).require()


def measure(name: str, runs: int, threads: int) -> dict[str, float]:
    """Seconds and events of ``runs`` replications without bands, in this process; peak memory of it."""
    scenario = scenario_of(name)
    rehearse(scenario, 1, band=False, threads=threads)
    begin = time.perf_counter()
    result = rehearse(scenario, runs, band=False, threads=threads)
    seconds = time.perf_counter() - begin
    return {
        "seconds": seconds,
        "events": result.events,
        "occurred": sum(s.occurred for s in result.situations) / runs,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def reference_seconds(name: str, at_least: float = 5.0) -> tuple[float, float]:
    """Seconds a replication and events a second of the reference, over at least so many seconds."""
    plan = compile_plan(scenario_of(name))
    Reference(plan, 7, 0).run()
    played = events = 0
    begin = time.perf_counter()
    while (seconds := time.perf_counter() - begin) < at_least:
        played += 1
        reference = Reference(plan, 7, played).run()
        events += sum(1 for line in reference.trace if line[1] < 32)
    return seconds / played, events / seconds


def in_a_process(name: str, runs: int, threads: int) -> dict[str, float]:
    """``measure`` in a process of its own, so that memory is its own."""
    code = f"import json; from benchmarks.speed import measure; print(json.dumps(measure({name!r}, {runs}, {threads})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def first_result_seconds() -> float:
    """Start of the program to the first result, with compiled code cached: a process that plays once and ends."""
    code = (
        "from benchmarks.speed import EXAMPLE, read_folder, rehearse\n"
        "rehearse(read_folder(EXAMPLE).require(), 1, band=False)"
    )
    times = []
    for _ in range(4):
        begin = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        times.append(time.perf_counter() - begin)
    return sorted(times[1:])[1]


def rows(runs: int) -> list[str]:
    """The rows of the table."""
    found = []
    for name in ("hem-chay", "dt19", "district"):
        one = in_a_process(name, runs, 1)
        two = in_a_process(name, runs, 2)
        each, _ = reference_seconds(name)
        found.append(
            f"| {name} ({one['occurred']:.0f} situations a replication) | {runs:,} | {one['seconds']:.1f} | "
            f"{two['seconds']:.1f} | {one['events'] / one['seconds'] / 1e6:.1f} | "
            f"{each / (one['seconds'] / runs):.0f} × | {two['peak_mb']:.0f} |"
        )
    return found


HEAD = [
    "| plan | replications | s, 1 thread | s, 2 threads | million events/s, 1 thread | reference ÷ kernel | peak MB |",
    "|---|---|---|---|---|---|---|",
]

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    arguments = parser.parse_args()
    print("\n".join(HEAD + rows(arguments.runs)))
    print(f"start to first result, compiled code cached: {first_result_seconds():.1f} s")
