"""The library teaches itself: the examples of its module docstring run, and importing it stays cheap."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import sansang.rehearsal
from sansang.plans.folder import read_folder

EXAMPLE = Path(__file__).parents[2] / "examples" / "hem-chay"


def test_the_examples_of_the_library_run_as_they_are_written() -> None:
    tests = doctest.DocTestFinder().find(
        sansang.rehearsal, "sansang.rehearsal", extraglobs={"scenario": read_folder(EXAMPLE).require()}
    )
    runner = doctest.DocTestRunner()
    results = [runner.run(test) for test in tests if test.examples]
    assert sum(result.attempted for result in results) >= 3
    assert sum(result.failed for result in results) == 0


def test_every_public_name_is_there_and_is_what_it_says() -> None:
    for name in sansang.rehearsal.__all__:
        assert getattr(sansang.rehearsal, name) is not None
    # Also after the modules that define them were imported.
    assert callable(sansang.rehearsal.rehearse)
    assert callable(sansang.rehearsal.compare)
    assert callable(sansang.rehearsal.replay)
    with pytest.raises(AttributeError, match="no attribute 'night'"):
        sansang.rehearsal.night  # noqa: B018


def test_importing_the_library_loads_neither_program() -> None:
    code = "import sys, sansang.rehearsal; print(sorted({'numpy', 'numba', 'simpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
