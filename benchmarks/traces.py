"""Do the two programs give the same trace? Random plans, line by line: ``python -m benchmarks.traces [N]``."""

from __future__ import annotations

import sys
from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from tests.rehearsal.test_one_trace import compare, nobody_idles
from tests.strategies import scenarios

from sansang.model.plan.scenario import Scenario
from sansang.rehearsal.codes import TRACE_WORDS


def compared(plans: int) -> tuple[int, Counter[str]]:
    """Plans compared and the lines of their traces by kind; AssertionError at the first difference."""
    lines: Counter[str] = Counter()
    done = 0

    @seed(2026)
    @settings(max_examples=plans, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(scenarios(), st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1))
    def compare_one(scenario: Scenario, plan_seed: int, replication: int) -> None:
        nonlocal done
        reference = compare(scenario, plan_seed, replication)
        nobody_idles(reference)
        lines.update(TRACE_WORDS[line[1]] for line in reference.trace)
        done += 1

    compare_one()
    return done, lines


def report(plans: int) -> list[str]:
    """What was compared, and that every kind of line occurred."""
    done, lines = compared(plans)
    never = set(TRACE_WORDS.values()) - set(lines) - {"inject"}
    assert not never, never
    rare = ", ".join(f"{name} {count:,}" for name, count in sorted(lines.items(), key=lambda x: x[1])[:6])
    return [f"{done:,} random plans, {sum(lines.values()):,} lines of trace, no difference. Rarest lines: {rare}."]


if __name__ == "__main__":
    print("\n".join(report(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)))
