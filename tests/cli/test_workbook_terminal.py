"""The master list goes out and comes in at the terminal: reviewed, all or nothing, and nobody's columns are lost."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from benchmarks.foreign_dirt import continuations, footer, title_block, unknown_columns
from benchmarks.foreign_drafts import clean, written
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from sansang.plans import read_folder
from sansang.plans.atomic_write import PENDING, READY, write_folder
from tests.cli.test_wrong_workbooks import run
from tests.formats.test_workbooks import Edited

DT19 = Path(__file__).parents[2] / "examples" / "dt19"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A copy of DT-19."""
    copy = tmp_path / "dt19"
    shutil.copytree(DT19, copy, ignore=shutil.ignore_patterns("results", "papers"))
    return copy


def foreign(tmp_path: Path) -> Path:
    """Somebody's list with a title, columns and a sheet of their own, colours, a drop-down and a comment."""
    draft = clean("vi")
    for dirt in (title_block, unknown_columns, continuations, footer):
        dirt(draft)
    draft.extra.append(("Riêng", [["ghi chú", "của tôi"], ["=1+1", 3]], False))
    book: Any = openpyxl.load_workbook(io.BytesIO(written(draft)[1]))
    sheet = book["MSEL"]
    sheet["C9"].fill = PatternFill("solid", fgColor="FFFFCC00")
    sheet["E10"].comment = Comment("hỏi lại số người", "An")
    rule = DataValidation(type="list", formula1='"điện thoại,bộ đàm"')
    rule.add("I9:I30")
    sheet.add_data_validation(rule)
    sheet.column_dimensions["E"].width = 61
    path = tmp_path / "cua-ho.xlsx"
    book.save(path)
    return path


def everything(path: Path) -> dict[str, Any]:
    """What a workbook holds, cell by cell: values, fills, comments; validations and widths by sheet."""
    book = openpyxl.load_workbook(path)
    found: dict[str, Any] = {}
    for sheet in book.worksheets:
        if sheet.title == "_sansang":
            continue
        for row in sheet.iter_rows():
            for cell in row:
                name = f"{sheet.title}!{cell.coordinate}"
                if cell.value is not None or cell.has_style:
                    note = cell.comment.text if cell.comment else None
                    found[name] = (cell.value, cell.fill.fgColor.rgb, cell.number_format, note)
        found[f"{sheet.title} rules"] = [(r.formula1, str(r.sqref)) for r in sheet.data_validations.dataValidation]
        found[f"{sheet.title} merges"] = sorted(str(one) for one in sheet.merged_cells.ranges)
        found[f"{sheet.title} widths"] = {
            letters: one.width for letters, one in sheet.column_dimensions.items() if not one.hidden
        }
    return found


# In


def test_a_foreign_list_becomes_a_folder_that_the_program_reads(tmp_path: Path) -> None:
    path = foreign(tmp_path)
    done = run("msel", "import", str(path), "--out", str(tmp_path / "plan"), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["imported"] == 10
    assert [(sheet["name"], sheet["kind"], sheet["rows"]) for sheet in told["sheets"]] == [
        ("MSEL", "list", 10),
        ("Riêng", "unknown", 0),
    ]
    assert {problem["code"] for problem in told["problems"]} == {"heading-unknown", "not-an-entry", "not-a-list"}
    scenario = read_folder(tmp_path / "plan").require()
    assert scenario.title == "KỊCH BẢN DIỄN TẬP PHÒNG CHỐNG LỤT BÃO"
    assert scenario.start.isoformat() == "2026-11-14T07:30:00+07:00"
    assert [inject.number for inject in scenario.injects] == [str(n) for n in range(1, 11)]
    assert scenario.injects[0].other_columns == {"Màu áo": "Màu áo 0", "Số bộ đàm": "Số bộ đàm 0"}
    assert run("check", str(tmp_path / "plan")).returncode in (1, 2)
    kept = (tmp_path / "plan" / "workbook" / "msel" / path.name).read_bytes()
    assert kept == path.read_bytes()


def test_what_can_not_be_written_back_is_named_before_anything_is_written(tmp_path: Path) -> None:
    from openpyxl.chart import BarChart, Reference

    path = foreign(tmp_path)
    book: Any = openpyxl.load_workbook(path)
    chart = BarChart()
    chart.add_data(Reference(book["Riêng"], min_col=2, min_row=1, max_row=2))
    book["Riêng"].add_chart(chart, "D1")
    book.save(path)
    done = run("msel", "import", str(path), "--out", str(tmp_path / "plan"))
    assert "charts: kept in the folder, but missing or changed" in done.stderr
    out = run("msel", "export", str(tmp_path / "plan"), "--out", str(tmp_path / "out.xlsx"))
    assert "holds charts" in out.stderr
    assert out.returncode == 0


def test_the_day_is_asked_for_when_no_cell_says_it(tmp_path: Path) -> None:
    draft = clean("en")
    draft.sheets[0].above.clear()
    path = tmp_path / "list.xlsx"
    path.write_bytes(written(draft)[1])
    done = run("msel", "import", str(path), "--out", str(tmp_path / "a"))
    assert "does not say on which day" in done.stderr
    given = run("msel", "import", str(path), "--out", str(tmp_path / "b"), "--day", "2026-12-01")
    assert "which day" not in given.stderr
    assert read_folder(tmp_path / "b").require().start.isoformat() == "2026-12-01T07:30:00+07:00"


# Out and in again


def test_our_workbook_alone_gives_the_plan_back_byte_for_byte(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "dt19.xlsx"
    assert run("msel", "export", str(plan), "--out", str(out)).returncode == 0
    done = run("msel", "import", str(out), "--out", str(tmp_path / "again"), "--json")
    assert json.loads(done.stdout)["imported"] == 53
    for path in plan.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes()


def test_changes_are_shown_and_wait_until_somebody_takes_them(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "dt19.xlsx"
    run("msel", "export", str(plan), "--out", str(out))
    edited = Edited(out.read_bytes())
    edited.cell("injects", "tin-1-02", "Title of the inject").value = "Tên khác"
    edited.cell("injects", "tin-1-03", "Method").value = "loa tay"
    out.write_bytes(edited.data())
    before = {path.name: path.read_bytes() for path in plan.iterdir() if path.is_file()}
    waiting = run("msel", "import", str(out), "--out", str(plan))
    assert waiting.returncode == 1
    assert "title: Kiểm tra quân số sẵn sàng Phường 4 → Tên khác" in waiting.stdout
    assert "method: điện thoại → loa tay" in waiting.stdout
    assert {path.name: path.read_bytes() for path in plan.iterdir() if path.is_file()} == before
    listed = json.loads(run("msel", "import", str(out), "--out", str(plan), "--json").stdout)
    assert (listed["imported"], listed["waiting"]) == (0, 2)
    taken = run("msel", "import", str(out), "--out", str(plan), "--accept", "tin-1-03.method")
    assert taken.returncode == 0
    now = {inject.id: inject for inject in read_folder(plan).require().injects}
    assert now["tin-1-03"].method == "loa tay"
    assert now["tin-1-02"].title == "Kiểm tra quân số sẵn sàng Phường 4"
    changed = [
        (old, new)
        for old, new in zip(
            before["injects.yaml"].decode().splitlines(), (plan / "injects.yaml").read_text().splitlines(), strict=True
        )
        if old != new
    ]
    assert changed == [("    method: điện thoại", '    method: "loa tay"')]


def test_a_conflict_is_told_apart_and_not_taken_with_all(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "dt19.xlsx"
    run("msel", "export", str(plan), "--out", str(out))
    edited = Edited(out.read_bytes())
    edited.cell("injects", "tin-1-02", "Title of the inject").value = "Của họ"
    out.write_bytes(edited.data())
    ours = (plan / "injects.yaml").read_text().replace('"Kiểm tra quân số sẵn sàng Phường 4"', '"Của ta"')
    (plan / "injects.yaml").write_text(ours)
    cell_value = run("msel", "import", str(out), "--out", str(plan), "--accept", "all")
    assert "CONFLICT: it was Kiểm tra quân số sẵn sàng Phường 4" in cell_value.stdout
    assert (plan / "injects.yaml").read_text() == ours
    run("msel", "import", str(out), "--out", str(plan), "--accept", "tin-1-02.title")
    assert read_folder(plan).require().injects[1].title == "Của họ"


def test_an_unknown_name_to_accept_is_refused(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "dt19.xlsx"
    run("msel", "export", str(plan), "--out", str(out))
    edited = Edited(out.read_bytes())
    edited.cell("injects", "tin-1-02", "Title of the inject").value = "x"
    out.write_bytes(edited.data())
    done = run("msel", "import", str(out), "--out", str(plan), "--accept", "tin-9")
    assert done.returncode == 2
    assert "tin-1-02.title" in done.stderr


def test_an_export_never_runs_over_a_file_that_is_there(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "dt19.xlsx"
    out.write_bytes(b"edits")
    assert run("msel", "export", str(plan), "--out", str(out)).returncode == 2
    assert out.read_bytes() == b"edits"
    assert run("msel", "export", str(plan), "--out", str(out), "--force").returncode == 0
    assert run("msel", "export", str(plan), "--out", str(tmp_path / "x.ods")).returncode == 2
    assert run("msel", "export", "--out", str(tmp_path / "y.xlsx")).returncode == 2


def test_a_template_filled_in_becomes_a_plan(tmp_path: Path) -> None:
    out = tmp_path / "mau.xlsx"
    assert run("msel", "export", "--template", "--out", str(out)).returncode == 0
    edited = Edited(out.read_bytes())
    edited.cell("exercise", "title", "Value").value = "Diễn tập phường"
    edited.cell("exercise", "start", "Value").value = "2026-11-14T07:30:00+07:00"
    for table, cells in (
        ("objectives", {"Id": "mt1", "Objective": "Sơ tán kịp"}),
        (
            "injects",
            {"Number": "1", "Planned time": "08:00", "Message (exact words)": "Cháy", "Objectives tested": "mt1"},
        ),
    ):
        sheet, head = edited.find(table)
        for cell in sheet[head]:
            if cell.value in cells:
                sheet.cell(head + 1, cell.column).value = cells[cell.value]
    out.write_bytes(edited.data())
    done = run("msel", "import", str(out), "--out", str(tmp_path / "plan"))
    assert done.returncode == 0, done.stderr
    scenario = read_folder(tmp_path / "plan").require()
    assert (scenario.title, scenario.objectives[0].text) == ("Diễn tập phường", "Sơ tán kịp")
    assert [(i.id, i.message, i.objectives) for i in scenario.injects] == [("tin-1", "Cháy", ("mt1",))]


def test_forces_go_out_and_come_back_edited(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "luc-luong.xlsx"
    assert run("forces", "export", str(plan), "--out", str(out)).returncode == 0
    edited = Edited(out.read_bytes())
    unit = read_folder(plan).require().units[0]
    edited.cell("units", unit.id, "People").value = 99
    out.write_bytes(edited.data())
    before = (plan / "forces.yaml").read_text().splitlines()
    done = run("forces", "import", str(out), "--out", str(plan), "--accept", "all")
    assert done.returncode == 0, done.stderr
    now = read_folder(plan).require().units[0].people
    assert now is not None
    assert now.value == 99
    after = (plan / "forces.yaml").read_text().splitlines()
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


# Somebody else's workbook is edited where it stands


def test_a_foreign_workbook_goes_out_as_it_came_but_for_what_changed(tmp_path: Path) -> None:
    path = foreign(tmp_path)
    folder = tmp_path / "plan"
    run("msel", "import", str(path), "--out", str(folder))
    text = (folder / "injects.yaml").read_text()
    (folder / "injects.yaml").write_text(text.replace('"Ngập hẻm"', '"Ngập cả hẻm"'))
    out = tmp_path / "out.xlsx"
    assert run("msel", "export", str(folder), "--out", str(out)).returncode == 0
    before = everything(path)
    after = {name: value for name, value in everything(out).items() if not (name.startswith("MSEL!M"))}
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert len(changed) == 1
    (cell,) = changed
    assert (before[cell][0], after[cell][0]) == ("Ngập hẻm", "Ngập cả hẻm")
    assert run("msel", "import", str(out), "--out", str(folder), "--json").returncode == 0


def test_a_foreign_workbook_comes_back_edited_with_and_without_its_hidden_ids(tmp_path: Path) -> None:
    path = foreign(tmp_path)
    folder = tmp_path / "plan"
    run("msel", "import", str(path), "--out", str(folder))
    out = tmp_path / "out.xlsx"
    run("msel", "export", str(folder), "--out", str(out))
    for file in (path, out):
        book: Any = openpyxl.load_workbook(file)
        sheet = book["MSEL"]
        cell = next(c for row in sheet.iter_rows() for c in row if c.value == "Khói đen từ tầng hai, có người kẹt")
        cell.value = "Khói đen từ tầng hai, có hai người kẹt"
        book.save(tmp_path / "edited.xlsx")
        told = json.loads(run("msel", "import", str(tmp_path / "edited.xlsx"), "--out", str(folder), "--json").stdout)
        # The entry goes on in the row below.
        assert [(c["kind"], c["id"], c["field"], c["conflict"]) for c in told["changes"]] == [
            ("changed", "tin-3", "message", False)
        ]


def test_rows_new_on_our_side_stand_below_and_removed_ones_are_emptied(tmp_path: Path) -> None:
    path = foreign(tmp_path)
    folder = tmp_path / "plan"
    run("msel", "import", str(path), "--out", str(folder))
    lines = (folder / "injects.yaml").read_text().split("  - id: ")
    kept = [line for line in lines if not line.startswith("tin-4\n")]
    kept.append('tin-moi\n    title: "Tin mới"\n    message: "nội dung"\n    receiver: "Trực ban"\n    planned: 30\n')
    (folder / "injects.yaml").write_text("  - id: ".join(kept))
    out = tmp_path / "out.xlsx"
    assert run("msel", "export", str(folder), "--out", str(out)).returncode == 0
    done = run("msel", "import", str(out), "--out", str(folder), "--json")
    assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["changes"] == []
    again = run("msel", "import", str(out), "--out", str(tmp_path / "again"), "--json")
    assert again.returncode == 0
    assert [i.id for i in read_folder(tmp_path / "again").require().injects][-1] == "tin-moi"


def test_a_list_read_from_csv_goes_out_as_a_new_workbook_with_its_own_columns(tmp_path: Path) -> None:
    draft = clean("vi")
    unknown_columns(draft)
    draft.kind = "csv"
    path = tmp_path / "list.csv"
    path.write_bytes(written(draft)[1])
    folder = tmp_path / "plan"
    assert run("msel", "import", str(path), "--out", str(folder)).returncode == 0
    out = tmp_path / "out.xlsx"
    assert run("msel", "export", str(folder), "--out", str(out)).returncode == 0
    edited = Edited(out.read_bytes())
    assert edited.cell("injects", "tin-2", "Màu áo").value == "Màu áo 1"


# All or nothing


def test_a_write_that_was_cut_short_after_its_decision_is_finished_by_the_next_reader(plan: Path) -> None:
    pending = plan / PENDING / "files"
    pending.mkdir(parents=True)
    text = (plan / "injects.yaml").read_text().replace('"Kiểm tra quân số sẵn sàng Phường 4"', '"Của họ"')
    (pending / "injects.yaml").write_text(text)
    (plan / PENDING / READY).touch()
    assert read_folder(plan).require().injects[1].title == "Của họ"
    assert not (plan / PENDING).exists()


def test_a_write_that_was_cut_short_before_its_decision_never_happened(plan: Path) -> None:
    before = (plan / "injects.yaml").read_bytes()
    pending = plan / PENDING / "files"
    pending.mkdir(parents=True)
    (pending / "injects.yaml").write_text("half")
    assert read_folder(plan).require().injects[1].title.startswith("Kiểm tra")
    assert (plan / "injects.yaml").read_bytes() == before
    write_folder(plan, {"note.txt": b"x"})
    assert not (plan / PENDING).exists()


def test_a_killed_import_leaves_the_plan_as_it_was_or_as_it_shall_be(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "dt19.xlsx"
    run("msel", "export", str(plan), "--out", str(out))
    edited = Edited(out.read_bytes())
    edited.cell("exercise", "title", "Value").value = "Tên mới"
    edited.cell("injects", "tin-1-02", "Title of the inject").value = "Của họ"
    out.write_bytes(edited.data())
    words = [sys.executable, "-m", "sansang", "msel", "import", str(out), "--accept", "all", "--out"]
    states = set()
    for turn in range(12):
        copy = tmp_path / f"copy-{turn}"
        shutil.copytree(plan, copy)
        with subprocess.Popen([*words, str(copy)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            deadline = time.monotonic() + 20
            # Killed as soon as it begins to write, a little later each time.
            while not (copy / PENDING).exists() and running.poll() is None and time.monotonic() < deadline:
                time.sleep(0.0005)
            time.sleep(turn * 0.0004)
            running.kill()
        scenario = read_folder(copy).require()
        states.add((scenario.title, scenario.injects[1].title))
    old = ("Diễn tập DT-19 Quận 11", "Kiểm tra quân số sẵn sàng Phường 4")
    assert states <= {old, ("Tên mới", "Của họ")}


def test_a_folder_that_can_not_be_written_is_left_alone(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = {path.name for path in plan.iterdir()}
    monkeypatch.setattr("sansang.plans.atomic_write._sync", full)
    with pytest.raises(OSError, match="No space"):
        write_folder(plan, {"injects.yaml": b"new"})
    assert {path.name for path in plan.iterdir()} == before
    assert (plan / "injects.yaml").read_bytes() != b"new"


# A person at the terminal


def test_a_person_is_asked_row_by_row(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "dt19.xlsx"
    run("msel", "export", str(plan), "--out", str(out))
    edited = Edited(out.read_bytes())
    for row, text in (("tin-1-02", "một"), ("tin-1-03", "hai"), ("tin-1-04", "ba")):
        edited.cell("injects", row, "Title of the inject").value = text
    edited.cell("injects", "tin-1-04", "Method").value = "loa"
    out.write_bytes(edited.data())
    words = [sys.executable, "-m", "sansang", "--lang", "en", "msel", "import", str(out), "--out", str(plan)]
    said = typed(words, ["y\n", "n\n", "f\n", "n\n", "y\n"])
    assert said.count("Take it?") == 3
    now = {inject.id: inject for inject in read_folder(plan).require().injects}
    assert now["tin-1-02"].title == "một"
    assert now["tin-1-03"].title == "Kiểm tra quân số sẵn sàng Phường 6"
    # Field by field: the first was refused, the second taken, in the order of the columns.
    assert (now["tin-1-04"].title, now["tin-1-04"].method) == ("Kiểm tra quân số sẵn sàng Phường 7", "loa")


def test_leaving_writes_nothing(plan: Path, tmp_path: Path) -> None:
    out = tmp_path / "dt19.xlsx"
    run("msel", "export", str(plan), "--out", str(out))
    edited = Edited(out.read_bytes())
    edited.cell("injects", "tin-1-02", "Title of the inject").value = "một"
    out.write_bytes(edited.data())
    before = (plan / "injects.yaml").read_bytes()
    words = [sys.executable, "-m", "sansang", "--lang", "en", "msel", "import", str(out), "--out", str(plan)]
    said = typed(words, ["q\n"])
    assert "Nothing was written" in said
    assert (plan / "injects.yaml").read_bytes() == before


def typed(words: list[str], answers: list[str]) -> str:
    """What a program says to a terminal whose person gives these answers, each at a question."""
    child, fd = pty.fork()
    if child == 0:  # pragma: no cover  (another process)
        os.execv(words[0], words)
    said = b""
    left = list(answers)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        ready, _, _ = select.select([fd], [], [], 1.0)
        if ready:
            try:
                chunk = os.read(fd, 65_536)
            except OSError:
                break
            if not chunk:
                break
            said += chunk
            if left and said.rstrip().endswith((b"]:", b"]", b")")) and chunk.rstrip().endswith(b":"):
                os.write(fd, left.pop(0).encode())
    os.waitpid(child, 0)
    return said.decode(errors="replace")
