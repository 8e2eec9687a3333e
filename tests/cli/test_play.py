"""A rehearsed night written as journals reads like a drill: whole, without a contradiction, and any change shows."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansang.cli.play import _drafts
from sansang.ledger.chain import Head
from sansang.ledger.exchange import Damaged, Export, build_export, entries, parse_export, render_export
from sansang.model.fact import ERASED
from sansang.model.operation.messages import MessageSent
from sansang.model.operation.state import fold_operation
from sansang.model.plan.scenario import Scenario
from sansang.plans import read_folder
from sansang.rehearsal import replay
from sansang.rehearsal.replay_log import replay_entries
from tests.cli.test_wrong_workbooks import run
from tests.contract.test_chain import chance
from tests.strategies import scenarios

EXAMPLES = Path(__file__).parents[2] / "examples"


def logs_of(scenario: Scenario, replication: int = 0) -> Export:
    """The logs of one night."""
    played = replay(scenario, replication, 7)
    lines = replay_entries(scenario, played, lambda what, name: f"{what}: {name}")
    return build_export(_drafts(scenario, lines, replication, 7), chance())


@pytest.fixture(scope="module")
def dt19() -> Scenario:
    """The example."""
    return read_folder(EXAMPLES / "dt19").require()


@pytest.fixture(scope="module")
def file(dt19: Scenario) -> bytes:
    """One night of DT-19 as a file."""
    return render_export(logs_of(dt19))


@pytest.mark.parametrize("example", ["hem-chay", "dt19"])
@pytest.mark.parametrize("replication", range(5))
def test_a_night_of_an_example_folds_without_a_contradiction(example: str, replication: int) -> None:
    scenario = read_folder(EXAMPLES / example).require()
    export = logs_of(scenario, replication)
    assert list(export.faults()) == []
    state = fold_operation(entries(export))
    assert state.flags == ()
    assert state.is_drill
    assert state.closed is not None
    assert set(state.units) == {unit.id for unit in scenario.units}
    played = replay(scenario, replication, 7)
    reported = sum(line.what == "reported" for line in played.lines)
    ordered = sum(line.what == "ordered" for line in played.lines)
    assert len(state.situations) == reported
    assert len(state.orders) == ordered


@given(scenarios())
@settings(max_examples=60)
def test_any_plans_night_folds_without_a_contradiction(scenario: Scenario) -> None:
    state = fold_operation(entries(logs_of(scenario)))
    assert state.flags == ()


def test_an_export_comes_back_as_it_went(dt19: Scenario, file: bytes) -> None:
    export = parse_export(file)
    assert export == logs_of(dt19)
    assert render_export(export) == file


@given(st.data())
@settings(max_examples=300)
def test_any_flipped_bit_of_an_export_is_found(data: st.DataObject) -> None:
    file = small_file()
    bit = data.draw(st.integers(0, len(file) * 8 - 1))
    changed = bytearray(file)
    changed[bit // 8] ^= 1 << bit % 8
    try:
        found = list(parse_export(bytes(changed)).faults())
    except Damaged as damaged:
        assert damaged.what
    else:
        assert found


@cache
def small_file() -> bytes:
    """One night of the small example as a file."""
    return render_export(logs_of(read_folder(EXAMPLES / "hem-chay").require()))


@pytest.mark.parametrize("left", [0, 10, 40, 2_000, -1, -40])
def test_a_file_cut_short_is_refused(file: bytes, left: int) -> None:
    with pytest.raises(Damaged):
        parse_export(file[:left])


def test_a_tail_taken_off_cleanly_shows_from_the_heads(dt19: Scenario) -> None:
    export = logs_of(dt19)
    heads = export.heads
    shorter = Export(export.rows[:-1], export.keys)
    assert list(parse_export(render_export(shorter)).faults()) == []
    assert [fault.code for fault in shorter.faults(heads)] == ["tail-cut"]
    wrong = [Head(heads[0].log, heads[0].number, bytes(32))]
    assert [fault.code for fault in export.faults(wrong)] == ["rewritten"]


def test_an_export_without_a_key_has_the_entry_but_not_its_words(dt19: Scenario) -> None:
    export = logs_of(dt19)
    forgotten = Export(export.rows, {})
    assert list(forgotten.faults()) == []
    texts = {entry.fact.text for entry in entries(forgotten) if isinstance(entry.fact, MessageSent)}
    assert texts == {ERASED}
    assert "DIỄN TẬP".encode() not in render_export(forgotten)
    assert fold_operation(entries(forgotten)).units == fold_operation(entries(export)).units


# At the terminal


def test_play_verify_and_heads(tmp_path: Path) -> None:
    out = tmp_path / "night.ledger"
    assert run("play", str(EXAMPLES / "hem-chay"), "--out", str(out), "--replication", "3").returncode == 0
    whole = run("ledger", "verify", str(out))
    assert (whole.returncode, whole.stdout.startswith("Whole: ")) == (0, True)
    heads: list[dict[str, Any]] = json.loads(run("ledger", "heads", str(out), "--json").stdout)
    assert heads[0]["log"].startswith("operation/hem-chay-3/")
    changed = bytearray(out.read_bytes())
    changed[len(changed) // 2] ^= 4
    out.write_bytes(changed)
    broken = run("ledger", "verify", str(out), "--json")
    assert broken.returncode in (1, 2)
    assert "Traceback" not in broken.stderr


@pytest.mark.parametrize(
    "content", [b"", b"not a ledger", b"SANSANG LEDGER 1\n", b"SANSANG LEDGER 1\n\xff\xff\xff\xff"]
)
def test_what_is_no_export_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.ledger"
    path.write_bytes(content)
    done = run("ledger", "verify", str(path), lang="vi")
    assert done.returncode == 2
    assert "x.ledger" in done.stderr
    assert run("ledger", "heads", str(tmp_path / "missing")).returncode == 2


def test_verifying_loads_neither_a_web_framework_nor_the_rehearsal(file: bytes, tmp_path: Path) -> None:
    import subprocess

    path = tmp_path / "night.ledger"
    path.write_bytes(file)
    code = (
        f"import sys; sys.argv = ['sansang', 'ledger', 'verify', {str(path)!r}]\n"
        "from sansang.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted({'django', 'numpy', 'numba', 'ruamel', 'openpyxl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
