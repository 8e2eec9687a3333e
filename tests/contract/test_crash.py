"""The process is killed while twenty write: what was answered is there, once, and everything is whole.

A few kills here; a thousand on each database in ``make prove`` (``python -m benchmarks.kills``).
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.installations import KINDS, Kind
from tests.killing import begun, in_child, look_after, night_then_kill


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_process_loses_nothing_that_it_answered(kind: Kind, tmp_path: Path) -> None:
    killed = begun(kind, tmp_path / "d")
    chance = Random(11)
    for _ in range(5):
        night_then_kill(killed, chance)
        assert look_after(killed) == []
    assert killed.kills == 5
    assert killed.answered


def test_an_answer_that_is_not_there_would_be_named(tmp_path: Path) -> None:
    killed = begun("sqlite", tmp_path / "d")
    night_then_kill(killed, Random(3), 0.3)
    killed.answered["never-written"] = "operation/chay/p4/x#1"
    assert look_after(killed) == ["never-written was answered with operation/chay/p4/x#1 and is None"]


def test_a_child_that_fails_is_not_taken_for_one_that_did_well() -> None:
    with pytest.raises(AssertionError):
        in_child(lambda: 1 / 0)
