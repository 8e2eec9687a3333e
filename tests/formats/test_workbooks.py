"""A plan goes out to a workbook and comes back without loss; what is edited there is the change, and nothing else."""

from __future__ import annotations

import dataclasses
import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sansang.formats.areas import gazetteer
from sansang.formats.scenario import ParsedScenario, dump, parse
from sansang.formats.workbook import ImportOptions, WorkbookImport, import_workbook, new_workbook, open_workbook
from sansang.formats.workbook.payload import MARKER
from sansang.model.exercise.exercise import CriticalTask, Exercise, Inject, Objective, Role
from sansang.model.plan.digest import digest
from sansang.model.plan.forces import Means
from sansang.model.plan.quantity import Amount, Number
from sansang.words import Voice
from tests.cast import inject, sound_exercise
from tests.strategies import BASES, amounts, pick, scenarios

VI = Voice("vi")
LETTERS = "aăâbcdđeêghikôơuưxyzÁẾỢựỹ 0123456789.,;:!?-–()“”'\"=+@#&<>/\\\n"
TEXTS = st.text(LETTERS, max_size=40).map(lambda text: text.strip())
DANGEROUS = st.sampled_from(
    ["=1+1", "+84", "-5 độ", "@all", "'quoted", '=HYPERLINK("x")', "1/2", "007", "TRUE", "5-Mar"]
)
WORDS = st.one_of(TEXTS, DANGEROUS)


@st.composite
def exercises(draw: st.DrawFn) -> Exercise:
    """A plan of the domain with all that a master list and a forces workbook carry."""
    plan = draw(scenarios())
    objectives = tuple(Objective(f"mt-{n}", draw(WORDS), draw(WORDS)) for n in range(draw(pick(0, 1, 3))))
    tasks = tuple(
        CriticalTask(f"nv-{n}", draw(WORDS), draw(pick("", *(o.id for o in objectives))), draw(WORDS), draw(WORDS))
        for n in range(draw(pick(0, 2)))
    )
    posts = [post.id for post in plan.posts]
    roles = tuple(
        Role(
            f"vai-{n}", draw(WORDS), draw(pick("", *posts)), draw(pick("controller", "evaluator", "training_audience"))
        )
        for n in range(draw(pick(0, 2)))
    )
    injects = tuple(_rich(draw, inject, plan, objectives, tasks) for inject in plan.injects)
    units = tuple(
        dataclasses.replace(
            unit,
            head=draw(WORDS),
            people=draw(st.one_of(st.none(), amounts(1, 12))),
            members=tuple(draw(st.lists(TEXTS.filter(bool), max_size=2))),
            means=tuple(
                Means(draw(TEXTS.filter(bool)), draw(amounts(1, 3)), draw(pick("ready", "in_repair")))
                for _ in range(draw(pick(0, 1, 2)))
            ),
        )
        for unit in plan.units
    )
    return dataclasses.replace(
        plan, title=draw(TEXTS), objectives=objectives, tasks=tasks, roles=roles, injects=injects, units=units
    )


def _rich(draw: Any, inject: Inject, plan: Exercise, objectives: Any, tasks: Any) -> Inject:
    return dataclasses.replace(
        inject,
        title=draw(WORDS),
        message=draw(WORDS),
        expected_action=draw(WORDS),
        method=draw(WORDS),
        sender=draw(WORDS),
        scenario_time=draw(WORDS),
        controller_notes=draw(WORDS),
        status=draw(pick("draft", "approved", "deferred", "obsolete")),
        event_type=draw(pick("inject", "contingency", "expected_action", "administrative")),
        objectives=tuple(o.id for o in objectives if draw(st.booleans())),
        tasks=tuple(t.id for t in tasks if draw(st.booleans())),
        phase=draw(pick("", *(phase.id for phase in plan.phases))),
        deadline=draw(st.one_of(st.none(), st.builds(Number, pick(5.0, 12.25, 31.0, 7.123456), BASES))),
        attachments=tuple(draw(st.lists(TEXTS.filter(lambda t: bool(t) and "\n" not in t), max_size=2))),
        other_columns=draw(st.dictionaries(st.sampled_from(["Màu áo", "Bộ đàm số"]), TEXTS.filter(bool), max_size=2)),
    )


def reading_of(scenario: Exercise) -> ParsedScenario:
    """The plan as its own file says it."""
    reading = parse({"exercise.yaml": dump(scenario)}, gazetteer())
    reading.require()
    return reading


def exported(reading: ParsedScenario, workbook: str = "msel", voice: Voice = VI) -> bytes:
    """The plan's workbook."""
    assert reading.places is not None and reading.document is not None
    start = reading.require().start
    return new_workbook(voice, workbook, start, reading.places.data, reading.document.files, "VÍ DỤ")


def returned(data: bytes, reading: ParsedScenario) -> WorkbookImport:
    """What a workbook changes in the plan."""
    workbook = open_workbook("list.xlsx", data)
    assert workbook.is_ours and reading.places is not None and reading.document is not None
    plan = reading.document.files, reading.places.data
    return import_workbook(workbook, *plan, None, ImportOptions(), gazetteer())


def accepted(found: WorkbookImport, reading: ParsedScenario, which: Any = None) -> Exercise:
    """The plan once changes are taken."""
    assert reading.document is not None
    before = dict(reading.document.files)
    now = parse({**before, **found.changed_files(which or found.changes)}, gazetteer())
    return now.require()


class Edited:
    """A workbook in somebody's hands."""

    def __init__(self, data: bytes) -> None:
        self.book: Any = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)

    def find(self, table: str) -> tuple[Any, int]:
        """The sheet of a table and the row of its header."""
        for sheet in self.book.worksheets:
            for row in sheet.iter_rows(max_col=1):
                if row[0].value == MARKER + table:
                    return sheet, row[0].row
        raise KeyError(table)

    def cell(self, table: str, row_id: str, heading: str) -> Any:
        """The cell of a row under a heading."""
        sheet, head = self.find(table)
        column = next(cell.column for cell in sheet[head] if cell.value == heading)
        row = next(row for row in range(head + 1, sheet.max_row + 1) if sheet.cell(row, 1).value == row_id)
        return sheet.cell(row, column)

    def data(self) -> bytes:
        """The bytes of the workbook as it is saved."""
        out = io.BytesIO()
        self.book.save(out)
        return out.getvalue()


# Nothing is lost


@given(exercises(), pick("msel", "forces"), pick("vi", "en"))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_plan_comes_back_from_its_workbook_as_it_went(scenario: Exercise, workbook: str, language: Any) -> None:
    reading = reading_of(scenario)
    data = exported(reading, workbook, Voice(language))
    found = returned(data, reading)
    assert found.changes == ()
    assert found.problems == ()
    carried = open_workbook("list.xlsx", data).plan_files
    assert carried is not None
    alone = parse(carried, gazetteer()).require()
    assert alone == reading.require()
    assert digest(alone) == digest(reading.require())


@given(exercises(), st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_an_edited_cell_is_the_change_and_nothing_else(scenario: Exercise, data: st.DataObject) -> None:
    reading = reading_of(scenario)
    edited = Edited(exported(reading))
    plan = reading.require()
    injects = [inject.id for inject in plan.injects]
    if not injects:
        return
    row = data.draw(st.sampled_from(injects))
    heading, field, text = data.draw(
        st.sampled_from(
            [
                ("Tiêu đề tin", "title", "một tên khác"),
                ("Lời tin (nguyên văn)", "message", "=1+1 là lời khác"),
                ("Hành động cần có", "expected_action", "việc khác"),
                ("Hình thức chuyển", "method", "loa tay"),
            ]
        )
    )
    edited.cell("injects", row, heading).value = text
    edited.cell("injects", row, heading).data_type = "s"
    found = returned(edited.data(), reading)
    assert [(c.kind, c.table, c.id, c.field, c.theirs) for c in found.changes] == [
        ("changed", "injects", row, field, text)
    ]
    now = accepted(found, reading)
    other: dict[str, Any] = {field: text}
    wanted = tuple(dataclasses.replace(i, **other) if i.id == row else i for i in plan.injects)
    assert now == dataclasses.replace(plan, injects=wanted)


def test_times_move_by_what_the_cell_says_and_keep_what_is_known_of_them() -> None:
    reading = reading_of(sound_exercise())
    edited = Edited(exported(reading))
    cell = edited.cell("injects", "t1", "Giờ dự kiến")
    cell.value = cell.value + timedelta(minutes=5)
    edited.cell("injects", "t2", "Giờ dự kiến").value = "T+25'"
    found = returned(edited.data(), reading)
    assert [(c.id, c.field, c.ours, c.theirs) for c in found.changes] == [
        ("t1", "planned", 10.0, 15.0),
        ("t2", "planned", 30.0, 25.0),
    ]


def test_rows_come_go_and_move() -> None:
    scenario = sound_exercise(injects=tuple(inject(f"t{n}", 10 + n) for n in range(5)))
    reading = reading_of(scenario)
    edited = Edited(exported(reading))
    sheet, head = edited.find("injects")
    rows = [[cell.value for cell in sheet[head + n]] for n in range(1, 6)]
    order = [rows[0], rows[4], rows[1], rows[3]]
    for place, values in enumerate([*order, [None] * len(rows[0])], head + 1):
        for column, value in enumerate(values, 1):
            sheet.cell(place, column).value = value
    number = next(cell.column for cell in sheet[head] if cell.value == "Số")
    text = next(cell.column for cell in sheet[head] if cell.value == "Lời tin (nguyên văn)")
    sheet.cell(head + 6, number, "N-1")
    sheet.cell(head + 6, text, "tin mới")
    found = returned(edited.data(), reading)
    assert [(c.kind, c.id) for c in found.changes] == [("moved", "t4"), ("added", "tin-n-1"), ("removed", "t2")]
    now = accepted(found, reading)
    assert [inject.id for inject in now.injects] == ["t0", "t4", "t1", "t3", "tin-n-1"]
    assert now.injects[4].message == "tin mới"


def test_a_copied_row_is_a_new_one() -> None:
    reading = reading_of(sound_exercise())
    edited = Edited(exported(reading))
    sheet, head = edited.find("injects")
    for cell in sheet[head + 1]:
        sheet.cell(head + 3, cell.column).value = cell.value
    found = returned(edited.data(), reading)
    assert [(c.kind, c.id) for c in found.changes] == [("added", "tin-t1")]
    assert [problem.code for problem in found.problems] == ["row-copied"]


def test_two_sides_edits_merge_and_only_the_same_field_conflicts() -> None:
    went_out = reading_of(sound_exercise())
    edited = Edited(exported(went_out))
    edited.cell("injects", "t1", "Tiêu đề tin").value = "của họ"
    edited.cell("injects", "t2", "Tiêu đề tin").value = "của họ"
    before = went_out.require()
    meanwhile = tuple(
        dataclasses.replace(i, title="của ta") if i.id == "t2" else dataclasses.replace(i, message="ta đã sửa")
        for i in before.injects
    )
    now = reading_of(dataclasses.replace(before, injects=meanwhile))
    found = returned(edited.data(), now)
    assert [(c.name, c.conflict, c.base, c.ours, c.theirs) for c in found.changes] == [
        ("t1.title", False, "Tin t1", "Tin t1", "của họ"),
        ("t2.title", True, "Tin t2", "của ta", "của họ"),
    ]
    merged = accepted(found, now, tuple(c for c in found.changes if not c.conflict))
    assert [(i.title, i.message) for i in merged.injects] == [
        ("của họ", "ta đã sửa"),
        ("của ta", before.injects[1].message),
    ]


def test_posts_forces_objectives_and_the_exercise_itself_come_back_edited() -> None:
    reading = reading_of(sound_exercise())
    edited = Edited(exported(reading))
    edited.cell("exercise", "title", "Giá trị").value = "Tên mới"
    edited.cell("posts", "minh-phung", "Người đứng đầu").value = "Phó Chủ tịch"
    unit = reading.require().units[0].id
    edited.cell("units", unit, "Quân số").value = 7
    edited.cell("objectives", "mt", "Mục tiêu").value = "Vào cứu trong 15 phút"
    found = returned(edited.data(), reading)
    assert {c.name for c in found.changes} == {"title.value", "minh-phung.head", f"{unit}.people", "mt.text"}
    now = accepted(found, reading)
    assert now.title == "Tên mới"
    assert now.wards[0].post.head == "Phó Chủ tịch"
    assert now.units[0].people == Amount(7)
    assert now.objectives[0].text == "Vào cứu trong 15 phút"


def test_columns_sheets_and_comments_of_ones_own_do_not_disturb() -> None:
    from openpyxl.comments import Comment

    reading = reading_of(sound_exercise())
    edited = Edited(exported(reading))
    sheet, head = edited.find("injects")
    last = sheet.max_column + 1
    sheet.cell(head, last, "Màu áo")
    sheet.cell(head + 1, last, "xanh")
    sheet.cell(head + 1, 6).comment = Comment("hỏi lại", "An")
    edited.book.create_sheet("Riêng tôi")["A1"] = "ghi chú riêng"
    found = returned(edited.data(), reading)
    assert [(c.name, c.theirs) for c in found.changes] == [("t1.other:Màu áo", "xanh")]
    assert accepted(found, reading).injects[0].other_columns == {"Màu áo": "xanh"}


# What is wrong is told at its cell, and the rest is taken


@pytest.mark.parametrize(
    ("table", "row", "heading", "value", "code"),
    [
        ("injects", "t1", "Giờ dự kiến", "xanh", "cell-unreadable"),
        ("injects", "t1", "Trạng thái", "tím", "cell-unreadable"),
        ("injects", "t1", "Nhiệm vụ được thử", "khong-co", "unknown-task"),
        ("injects", "t1", "Giai đoạn của tin", "g9", "unknown-phase"),
        ("injects", "t1", "Ưu tiên", 12, "too-great"),
        ("injects", "t1", "Số phút xử lý", "{triangular: [5, 3]}", "too-few"),
        ("exercise", "horizon", "Giá trị", -5, "too-small"),
        ("exercise", "start", "Giá trị", "hôm qua", "not-a-time"),
        ("objectives", "mt", "Mã", "mt2", "id-changed"),
        ("phases", "g1", "Đến phút", 900, "phase-window"),
    ],
)
def test_a_wrong_cell_is_named_and_left_as_it_was(table: str, row: str, heading: str, value: Any, code: str) -> None:
    reading = reading_of(sound_exercise())
    edited = Edited(exported(reading))
    cell = edited.cell(table, row, heading)
    cell.value = value
    edited.cell("injects", "t2", "Tiêu đề tin").value = "tên khác"
    found = returned(edited.data(), reading)
    assert [c.name for c in found.changes] == ["t2.title"]
    told = [problem for problem in found.problems if problem.code == code]
    assert len(told) == 1
    place = str(told[0].spot)
    assert place.endswith((cell.coordinate, f"!{cell.row}"))
    assert not found.refused


def test_an_objective_that_an_inject_names_can_not_go() -> None:
    plan = sound_exercise()
    injects = tuple(dataclasses.replace(inject, objectives=("mt",)) for inject in plan.injects)
    reading = reading_of(dataclasses.replace(plan, injects=injects))
    edited = Edited(exported(reading))
    sheet, head = edited.find("objectives")
    for cell in sheet[head + 1]:
        cell.value = None
    found = returned(edited.data(), reading)
    assert found.changes == ()
    assert "unknown-objective" in {problem.code for problem in found.problems}


# Forces


def forces_plan() -> Exercise:
    """The sound exercise with members and means."""
    plan = sound_exercise()
    unit = dataclasses.replace(
        plan.units[0],
        people=Amount(3),
        members=("Số 1", "Số 2"),
        means=(Means("máy bơm", Amount(2)), Means("loa", Amount(1), "in_repair")),
    )
    return dataclasses.replace(plan, units=(unit, *plan.units[1:]))


def test_members_means_and_stores_come_back_edited() -> None:
    reading = reading_of(forces_plan())
    edited = Edited(exported(reading, "forces"))
    unit = reading.require().units[0].id
    edited.cell("members", f"{unit}/2", "Tên hoặc số hiệu").value = "Số 9"
    edited.cell("means", f"{unit}/1", "Số lượng").value = 5
    edited.cell("means", f"{unit}/2", "Tình trạng").value = "sẵn sàng"
    edited.cell("stores", "minh-phung/den-pin", "Số cái").value = 40
    sheet, _ = edited.find("stores")
    for column, value in ((2, "minh-phung"), (3, "bao cát"), (4, 100)):
        sheet.cell(sheet.max_row + (1 if column == 2 else 0), column, value)
    found = returned(edited.data(), reading)
    assert found.problems == ()
    now = accepted(found, reading)
    assert now.units[0].members == ("Số 1", "Số 9")
    assert [(m.kind, m.quantity.value, m.state) for m in now.units[0].means] == [
        ("máy bơm", 5, "ready"),
        ("loa", 1, "ready"),
    ]
    assert {kind: amount.value for kind, amount in now.wards[0].stores.items()} == {"den-pin": 40, "bao cát": 100}


@pytest.mark.parametrize(
    ("table", "row", "heading", "value", "code"),
    [
        ("means", "{unit}/1", "Đơn vị (mã)", "khong-co", "owner-unknown"),
        ("means", "{unit}/1", "Số lượng", "hai", "cell-unreadable"),
        ("means", "{unit}/1", "Tình trạng", "hơi cũ", "cell-unreadable"),
        ("stores", "minh-phung/den-pin", "Phường (mã), hoặc upper", "phuong-la", "owner-unknown"),
        ("stores", "minh-phung/den-pin", "Số cái", 2.5, "not-whole"),
        ("units", "{unit}", "Khả năng và sức", "cứu hộ = 4", "cell-unreadable"),
        ("units", "{unit}", "Đứng ở (địa điểm)", "cung-trang", "unknown-site"),
        ("posts", "minh-phung", "Số bàn trực", "nhiều", "cell-unreadable"),
    ],
)
def test_a_wrong_cell_of_the_forces_is_named(table: str, row: str, heading: str, value: Any, code: str) -> None:
    reading = reading_of(forces_plan())
    edited = Edited(exported(reading, "forces"))
    cell = edited.cell(table, row.format(unit=reading.require().units[0].id), heading)
    cell.value = value
    found = returned(edited.data(), reading)
    assert found.changes == ()
    assert [problem.code for problem in found.problems] == [code]
    assert str(found.problems[0].spot).endswith(f"!{cell.coordinate}")


# Looks and safety


def test_the_list_has_drop_downs_a_frozen_header_filters_and_its_ids_hidden() -> None:
    book = openpyxl.load_workbook(io.BytesIO(exported(reading_of(sound_exercise()))))
    sheet = book["MSEL"]
    assert sheet.freeze_panes is not None
    assert sheet.auto_filter.ref
    assert sheet.column_dimensions["A"].hidden
    assert len(sheet.data_validations.dataValidation) >= 6
    assert len(sheet.conditional_formatting) >= 1
    assert sheet.page_setup.paperSize == 8  # A3
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$3:$3"
    assert book["_sansang"].sheet_state == "veryHidden"
    assert book.sheetnames[:-1] == [
        *("Diễn tập", "Sở chỉ huy", "Lực lượng", "Mục tiêu", "Nhiệm vụ", "MSEL", "Danh mục", "Hướng dẫn")
    ]


@pytest.mark.parametrize("text", ["=1+1", "+84 9", "-5", "@sum", "=cmd|' /C calc'!A0", "\tx"])
def test_what_begins_like_a_formula_is_written_as_text(text: str) -> None:
    plan = sound_exercise()
    injects = (dataclasses.replace(plan.injects[0], message=text), *plan.injects[1:])
    reading = reading_of(dataclasses.replace(plan, injects=injects))
    edited = Edited(exported(reading))
    cell = edited.cell("injects", "t1", "Lời tin (nguyên văn)")
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    assert returned(edited.data(), reading).changes == ()


def test_a_moment_is_a_real_date_of_the_sheet() -> None:
    edited = Edited(exported(reading_of(sound_exercise())))
    cell = edited.cell("injects", "t1", "Giờ dự kiến")
    assert isinstance(cell.value, datetime)
    assert cell.number_format == "dd/mm/yyyy hh:mm"


def test_more_about_a_person_than_a_call_out_needs_is_not_read() -> None:
    reading = reading_of(forces_plan())
    edited = Edited(exported(reading, "forces"))
    sheet, head = edited.find("members")
    sheet.cell(head, 4, "Ngày sinh")
    sheet.cell(head + 1, 4, "1/1/1990")
    found = returned(edited.data(), reading)
    assert found.changes == ()
    assert [problem.code for problem in found.problems] == ["personal-data"]


JUNK: list[Any] = [
    *(
        "",
        "---",
        "x",
        "#N/A",
        "T+90'",
        "07:30",
        "mt",
        "p4",
        "có",
        "nháp",
        "{triangular: [1, 2]}",
        "[1, null]",
        "sơ tán: -1",
    ),
    *(
        0,
        1.5,
        -3,
        1e9,
        True,
        "*x",
        "x: y: z",
        "{a: {b: [}}",
        "may: 2 (in_repair)",
        "\n",
        "minh-phung",
        datetime(2050, 1, 1),  # noqa: DTZ001  (a cell has no zone)
    ),
]


@given(pick("msel", "forces"), st.data())
@settings(max_examples=60)
def test_whatever_is_written_into_the_cells_the_plan_stays_in_order(workbook: str, data: st.DataObject) -> None:
    reading = reading_of(forces_plan())
    edited = Edited(exported(reading, workbook))
    sheets = [sheet for sheet in edited.book.worksheets if sheet.title not in ("_sansang", "Danh mục", "Hướng dẫn")]
    for _ in range(data.draw(st.integers(1, 6))):
        sheet = data.draw(st.sampled_from(sheets))
        row = data.draw(st.integers(1, sheet.max_row + 2))
        if data.draw(st.integers(0, 9)) == 0:
            sheet.delete_rows(row)
            continue
        sheet.cell(row, data.draw(st.integers(1, sheet.max_column + 1))).value = data.draw(st.sampled_from(JUNK))
    found = returned(edited.data(), reading)
    assert not found.refused
    assert accepted(found, reading, found.changes) is not None
