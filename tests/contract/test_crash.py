"""The process is killed while twenty write: what was answered is there, once, and everything is whole.

A few kills here; a thousand on each database in ``make prove`` (``python -m benchmarks.kills``).
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.installations import KINDS, Kind
from tests.killing import check_after_restart, in_child, new_night, write_then_kill


@pytest.mark.parametrize("kind", KINDS)
def test_a_killed_process_loses_nothing_that_it_answered(kind: Kind, tmp_path: Path) -> None:
    killed = new_night(kind, tmp_path / "d")
    chance = Random(11)
    for _ in range(5):
        write_then_kill(killed, chance)
        assert check_after_restart(killed) == []
    assert killed.kills == 5
    assert killed.answered


def test_an_answered_command_that_is_missing_would_be_reported(tmp_path: Path) -> None:
    killed = new_night("sqlite", tmp_path / "d")
    write_then_kill(killed, Random(3), 0.3)
    killed.answered["never-written"] = "operation/chay/p4/x#1"
    assert check_after_restart(killed) == ["never-written was answered with operation/chay/p4/x#1 and is None"]


def test_a_child_process_that_fails_is_reported() -> None:
    with pytest.raises(AssertionError):
        in_child(lambda: 1 / 0)
