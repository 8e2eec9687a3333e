"""How would this plan go? A plan is played in many replications, and every figure comes with its interval.

Given a ``scenario`` (here the example plan hem-chay) that was read without errors:

>>> from sansang.rehearsal import rehearse, replay
>>> result = rehearse(scenario, runs=200, seed=7, band=False)
>>> [(d.situation, d.met, d.missed) for d in result.deadlines if d.need is None]
[('chay-hem', 179, 21)]
>>> [(round(line.minute, 1), line.what) for line in replay(scenario, replication=3).lines[:2]]
[(8.5, 'occurs'), (10.5, 'reported')]

``rehearse`` gives the figures of one plan (``RehearsalResult``), ``compare`` those of two to four plans under common
random numbers (``ComparisonResult``), ``replay`` one replication event by event (``Replay``). All take a ``Scenario``;
the first two call a ``ProgressCallback`` while they play, and raise ``Interrupted`` on Ctrl-C.

The model page, docs/rehearsal-model.md, says what happens in a replication. Two programs play it with the same
trace: ``reference`` (readable, on SimPy) and ``kernel`` (compiled). Importing this package loads neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sansang.model.plan.comparison import ComparisonResult
from sansang.model.plan.results import RehearsalResult
from sansang.model.plan.scenario import Scenario

if TYPE_CHECKING:
    from sansang.rehearsal.compare_plans import compare
    from sansang.rehearsal.rehearse_plan import rehearse
    from sansang.rehearsal.replay_trace import Replay, TraceLine, replay
    from sansang.rehearsal.runner import Interrupted, ProgressCallback

__all__ = [
    "ComparisonResult",
    "Interrupted",
    "ProgressCallback",
    "RehearsalResult",
    "Replay",
    "Scenario",
    "TraceLine",
    "compare",
    "rehearse",
    "replay",
]

_MODULES = {
    "compare": "compare_plans",
    "rehearse": "rehearse_plan",
    "replay": "replay_trace",
    "Replay": "replay_trace",
    "TraceLine": "replay_trace",
    "Interrupted": "runner",
    "ProgressCallback": "runner",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the compiler that the kernel needs takes most of a second."""
    if name in _MODULES:
        from importlib import import_module

        return getattr(import_module(f"sansang.rehearsal.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
