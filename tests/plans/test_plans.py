"""A plan on a disk is loaded, changed and written through one face, without a terminal."""

from __future__ import annotations

import dataclasses
import io
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from sansang.formats.problems import Unreadable
from sansang.plans import WrongTarget, export_workbook, import_workbook, load, save
from sansang.words import Voice

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the alley fire."""
    return shutil.copytree(EXAMPLES / "hem-chay", tmp_path / "hem-chay")


def test_a_plan_is_loaded_with_its_files(folder: Path) -> None:
    plan = load(folder)
    assert plan.scenario.id == "hem-chay"
    assert plan.files["exercise.yaml"] == (folder / "exercise.yaml").read_bytes()
    assert plan.data["id"] == "hem-chay"
    assert load(folder / "exercise.yaml").folder == folder


def test_a_plan_that_can_not_be_read_says_everything_that_is_wrong(folder: Path) -> None:
    main = (folder / "exercise.yaml").read_bytes()
    save(folder, {"exercise.yaml": main.replace(b"horizon: 180", b"horizon: x\ncount_from: y")})
    with pytest.raises(Unreadable) as unreadable:
        load(folder)
    assert len(unreadable.value.problems) == 2
    with pytest.raises(Unreadable):
        load(folder / "nowhere")


def test_a_setting_gives_another_plan_and_leaves_the_folder_alone(folder: Path) -> None:
    plan = load(folder)
    assert plan.with_settings(["horizon=200"]).scenario.horizon == 200
    assert load(folder).scenario == plan.scenario
    with pytest.raises(Unreadable):
        plan.with_settings(["horizons=200"])


def test_a_workbook_goes_out_and_comes_into_a_new_folder_and_an_old_one(folder: Path, tmp_path: Path) -> None:
    plan = load(folder)
    file = tmp_path / "msel.xlsx"
    file.write_bytes(export_workbook(plan, Voice("vi")).content)
    back = import_workbook(file, folder)
    assert (back.is_new, back.found.changes, back.found.refused) == (False, (), False)
    new = import_workbook(file, tmp_path / "new")
    assert new.is_new
    assert not (tmp_path / "new").exists()
    assert set(new.write(new.found.changes)) == set(plan.files)
    assert load(tmp_path / "new").scenario == plan.scenario


def test_changes_are_written_once_they_are_accepted(folder: Path, tmp_path: Path) -> None:
    plan = load(folder)
    book = openpyxl.load_workbook(io.BytesIO(export_workbook(plan, Voice("vi")).content))
    cell = next(c for sheet in book for row in sheet for c in row if c.value == plan.scenario.title)
    cell.value = "Tên mới"
    file = tmp_path / "msel.xlsx"
    book.save(file)
    pending = import_workbook(file, folder)
    assert [change.name for change in pending.found.changes] == ["title.value"]
    assert pending.write(()) == ()
    assert load(folder).scenario == plan.scenario
    assert pending.write(pending.found.changes) == ("exercise.yaml",)
    assert load(folder).scenario == dataclasses.replace(plan.scenario, title="Tên mới")


def test_a_workbook_of_another_kind_or_a_folder_of_another_use_is_told_apart(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "forces.xlsx"
    file.write_bytes(export_workbook(load(folder), Voice("vi"), "forces").content)
    with pytest.raises(WrongTarget, match="forces"):
        import_workbook(file, folder, "msel")
    with pytest.raises(WrongTarget, match="other files"):
        import_workbook(file, tmp_path, "forces")
    with pytest.raises(Unreadable):
        import_workbook(tmp_path / "none.xlsx", folder)


def test_loading_a_plan_loads_no_terminal() -> None:
    code = "import sys, sansang.plans; print([m for m in ('click', 'rich', 'django', 'openpyxl') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
