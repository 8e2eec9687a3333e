"""In which ways are lists dirty? Each kind of dirt as a change of a clean draft, and of the truth about it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from benchmarks.foreign_drafts import DAY, FIRST, Draft, Row, SheetDraft, cells, clock, moment

Dirt = Callable[[Draft], None]


def _vi(draft: Draft, vi: str, en: str) -> str:
    return vi if draft.language == "vi" else en


def _main(draft: Draft) -> SheetDraft:
    return draft.sheets[0]


def _body(draft: Draft, sheet: SheetDraft) -> list[list[Any]]:
    if sheet.body is None:
        sheet.body = [cells(draft, sheet, row) for row in sheet.rows]
    return sheet.body


# Around the list


def title_block(draft: Draft) -> None:
    sheet = _main(draft)
    title = _vi(draft, "KỊCH BẢN DIỄN TẬP PHÒNG CHỐNG LỤT BÃO", "MASTER SCENARIO EVENTS LIST")
    sheet.above[:0] = [[title], [_vi(draft, "Phiên bản: 3 (bản nháp)", "Version: 3 (draft)")], []]
    sheet.above += [[_vi(draft, "Đơn vị: phường ví dụ", "Unit: example ward")], []]
    sheet.merges.append((1, 1, 1, len(sheet.fields)))


def no_blank_above(draft: Draft) -> None:
    _main(draft).above.append([_vi(draft, "Bảng tổng hợp tin báo", "Table of injects")])


def column_numbers(draft: Draft) -> None:
    sheet = _main(draft)
    sheet.head_rows = [
        [sheet.heads[name] for name in sheet.fields],
        [f"({n})" for n in range(1, len(sheet.fields) + 1)],
    ]


def two_row_header(draft: Draft) -> None:
    sheet = _main(draft)
    groups: list[Any] = [sheet.heads[name] for name in sheet.fields]
    below: list[Any] = [None] * len(sheet.fields)
    at = sheet.fields.index("sender")
    groups[at], groups[at + 1] = _vi(draft, "Liên lạc", "Contact"), None
    below[at], below[at + 1] = sheet.heads["sender"], sheet.heads["receiver"]
    sheet.head_rows = [groups, below]
    top = len(sheet.above) + 1
    sheet.merges.append((top, at + 1, top, at + 2))
    for column in range(len(sheet.fields)):
        if column not in (at, at + 1):
            sheet.merges.append((top, column + 1, top + 1, column + 1))


def footer(draft: Draft) -> None:
    sheet = _main(draft)
    sheet.below = [
        [],
        [_vi(draft, "Tổng cộng: 10 tin", "Total: 10 injects")],
        [_vi(draft, "Người lập biểu", "Prepared by"), None, None, _vi(draft, "Chỉ huy trưởng", "Exercise director")],
    ]
    draft.named.append(("not-an-entry", ""))


# Headings


def reordered(draft: Draft) -> None:
    sheet = _main(draft)
    order = ["responsible", "message", "planned", "receiver", "title", "controller_notes", "expected_action"]
    sheet.fields = [*order, "number", "method", "sender"]


def other_words(draft: Draft) -> None:
    _main(draft).heads |= (
        {
            "number": "Mã tin",
            "planned": "Giờ đưa ra",
            "title": "Tên sự kiện",
            "message": "Diễn biến tình huống",
            "sender": "Nguồn tin",
            "receiver": "Đơn vị tiếp nhận",
            "method": "Phương thức",
            "expected_action": "Dự kiến xử trí",
            "responsible": "Người phụ trách",
        }
        if draft.language == "vi"
        else {
            "number": "Inject #",
            "planned": "Scheduled Time",
            "title": "Event Name",
            "message": "Detailed Statement",
            "sender": "Simulated sender",
            "receiver": "Recipient player(s)",
            "method": "Delivery Method",
            "expected_action": "Expected Player Action(s)",
            "responsible": "Responsible Controller",
        }
    )


def misspelt(draft: Draft) -> None:
    sheet = _main(draft)
    words = (
        {"expected_action": "Hành động cần cóo", "method": "Hình thứcc", "sender": "Ngưởi gửii"}
        if draft.language == "vi"
        else {"expected_action": "Expcted action", "method": "Methood", "responsible": "Contoller"}
    )
    sheet.heads |= words
    draft.named += [("heading-near", "")] * len(words)


def both_languages(draft: Draft) -> None:
    sheet = _main(draft)
    twin = {
        "number": "Số / No.",
        "planned": "Thời gian (Time)",
        "message": "Nội dung / Message",
        "receiver": "Nơi nhận (To)",
    }
    sheet.heads |= twin


def unknown_columns(draft: Draft) -> None:
    sheet = _main(draft)
    for name, heading in (("x1", _vi(draft, "Màu áo", "Vest colour")), ("x2", _vi(draft, "Số bộ đàm", "Radio set"))):
        sheet.fields.insert(3, name)
        sheet.heads[name] = heading
        for number, row in enumerate(sheet.rows):
            row.values[name] = f"{heading} {number}"
        draft.named.append(("heading-unknown", ""))


# Rows


def blank_rows(draft: Draft) -> None:
    body = _body(draft, _main(draft))
    for at in (8, 5, 2):
        body.insert(at, [])
        body.insert(at, [])


def header_again(draft: Draft) -> None:
    sheet = _main(draft)
    body = _body(draft, sheet)
    for at in (7, 4):
        body.insert(at, [sheet.heads[name] for name in sheet.fields])


def phase_sections(draft: Draft) -> None:
    sheet = _main(draft)
    body = _body(draft, sheet)
    names = [_vi(draft, "Giai đoạn 1: Vận hành cơ chế", "Phase 1: Command post")]
    names.append(_vi(draft, "Giai đoạn 2: Thực binh", "Phase 2: Field"))
    for at, name in ((5, names[1]), (0, names[0])):
        body.insert(at, [name])
        line = sheet.first_row() + at + (1 if at else 0)
        sheet.merges.append((line, 1, line, len(sheet.fields)))
    for number, row in enumerate(sheet.rows):
        row.values["phase"] = names[number >= 5]


def day_sections(draft: Draft) -> None:
    sheet = _main(draft)
    for row in sheet.rows[5:]:
        row.day = 1
    body = _body(draft, sheet)
    body.insert(5, [_vi(draft, "Ngày 2 (15/11/2026)", "Day 2 - 15 November 2026")])
    body.insert(0, [_vi(draft, "Ngày 1 (14/11/2026)", "Day 1 - 14 November 2026")])


def story_sections(draft: Draft) -> None:
    sheet = _main(draft)
    body = _body(draft, sheet)
    body.insert(4, [_vi(draft, "B. Chuỗi tình huống mất điện", "B. The power cut storyline")])
    for row in sheet.rows[4:]:
        row.values["storyline"] = str(body[4][0])


def continuations(draft: Draft) -> None:
    sheet = _main(draft)
    body = _body(draft, sheet)
    message, expected = sheet.fields.index("message"), sheet.fields.index("expected_action")
    for at in (6, 2):
        more: list[Any] = [None] * len(sheet.fields)
        more[message] = _vi(draft, "Nói thêm: đường hẹp.", "More: the way is narrow.")
        more[expected] = _vi(draft, "Ghi sổ trực.", "Write it down.")
        row = sheet.rows[at]
        row.values["message"] += "\n" + more[message]
        row.values["expected_action"] += "\n" + more[expected]
        body.insert(at + 1, more)


def hidden_rows(draft: Draft) -> None:
    sheet = _main(draft)
    sheet.hidden_rows |= {sheet.first_row() + 2, sheet.first_row() + 5}
    draft.named.append(("hidden-rows", ""))


def merged_shared(draft: Draft) -> None:
    sheet = _main(draft)
    for row in sheet.rows[1:3]:
        row.values["responsible"] = sheet.rows[1].values["responsible"]
        row.values["sender"] = sheet.rows[1].values["sender"]
    body = _body(draft, sheet)
    for name in ("responsible", "sender"):
        column = sheet.fields.index(name)
        body[2][column] = None
        top = sheet.first_row() + 1
        sheet.merges.append((top, column + 1, top + 1, column + 1))


def merged_number(draft: Draft) -> None:
    sheet = _main(draft)
    body = _body(draft, sheet)
    message, number = sheet.fields.index("message"), sheet.fields.index("number")
    more: list[Any] = [None] * len(sheet.fields)
    more[message] = _vi(draft, "Phần hai của tin.", "Second part.")
    sheet.rows[3].values["message"] += "\n" + more[message]
    body.insert(4, more)
    top = sheet.first_row() + 3
    sheet.merges.append((top, number + 1, top + 1, number + 1))


def numbers_again(draft: Draft) -> None:
    rows = _main(draft).rows
    rows[5].values["number"] = "3"
    draft.named.append(("number-again", ""))


def odd_numbers(draft: Draft) -> None:
    for row, number in zip(
        _main(draft).rows, ("1-A", "FS-1", "2.1", "IV", "5-B", "6", "7a", "8/2", "T9", "X-10"), strict=True
    ):
        row.values["number"] = number


def number_dates(draft: Draft) -> None:
    sheet = _main(draft)
    body = _body(draft, sheet)
    at = sheet.fields.index("number")
    body[4][at] = datetime(2026, 3, 5)  # noqa: DTZ001  (a sheet has no zone)
    sheet.rows[4].values["number"] = "5-Mar"
    draft.named.append(("number-became-date", ""))


def two_methods(draft: Draft) -> None:
    for row in _main(draft).rows[::2]:
        row.values["method"] = "Email/phone"


def looks_like_formula(draft: Draft) -> None:
    row = _main(draft).rows[6]
    row.values["message"] = "- " + row.values["message"]
    _main(draft).rows[7].values["expected_action"] = "+ " + row.values["expected_action"]


def odd_letters(draft: Draft) -> None:
    draft.text = lambda text: unicodedata.normalize("NFD", text).replace(" ", "\u00a0", 1)


def error_cells(draft: Draft) -> None:
    sheet = _main(draft)
    for row in (sheet.rows[3], sheet.rows[6]):
        row.values.pop("responsible")
    body = _body(draft, sheet)
    for at in (3, 6):
        body[at][sheet.fields.index("responsible")] = "#REF!"
        draft.named.append(("cell-error", ""))


def uncomputed_formula(draft: Draft) -> None:
    sheet = _main(draft)
    for row in sheet.rows:
        row.values.pop("controller_notes", None)
    body = _body(draft, sheet)
    body[2][sheet.fields.index("controller_notes")] = '="a"&"b"'
    draft.named.append(("formula-without-value", ""))


# Times


def _times(draft: Draft, when: Callable[[Row], Any]) -> None:
    draft.when = when


def whole_numbers(draft: Draft) -> None:
    _times(draft, lambda row: clock(row).hour * 100 + clock(row).minute)


def local_letter(draft: Draft) -> None:
    _times(draft, lambda row: f"{clock(row):%H%M}L")


def zeros_too_many(draft: Draft) -> None:
    _times(draft, lambda row: f"0{clock(row):%H%M}")
    draft.named += [("time-guessed", "")] * 10


def time_cells(draft: Draft) -> None:
    _times(draft, clock)


def moment_cells(draft: Draft) -> None:
    _times(draft, moment)


def serials(draft: Draft) -> None:
    def when(row: Row) -> float:
        since = moment(row) - datetime(1899, 12, 30)  # noqa: DTZ001  (a sheet has no zone)
        return since.days + since.seconds / 86_400

    _times(draft, when)
    draft.named += [("time-guessed", "")] * 10


def groups(draft: Draft) -> None:
    _times(draft, lambda row: f"{moment(row):%d%H%M%b%Y}".upper())


def short_groups(draft: Draft) -> None:
    _times(draft, lambda row: f"{moment(row):%d%H%M}L{moment(row):%b%y}".upper())


def vietnamese_clock(draft: Draft) -> None:
    _times(draft, lambda row: f"{clock(row).hour} giờ {clock(row).minute:02d}" if row.minute else "7h30")


def half_days(draft: Draft) -> None:
    _times(draft, lambda row: f"{clock(row):%I:%M %p}".lstrip("0"))


def full_text(draft: Draft) -> None:
    pattern = "%d/%m/%Y %H:%M" if draft.language == "vi" else "%b %d, %Y %H%M"
    _times(draft, lambda row: f"{moment(row):{pattern}}")


def ranges(draft: Draft) -> None:
    def when(row: Row) -> str:
        end = (datetime.combine(DAY, clock(row)) + timedelta(minutes=5)).time()
        return f"{clock(row):%H:%M} – {end:%H:%M}"

    _times(draft, when)


def after_start(draft: Draft) -> None:
    """T+minutes with their sign; the start stands above the list."""
    sheet = _main(draft)
    sheet.above.append([_vi(draft, "Giờ bắt đầu:", "StartEx:"), "07:30"])
    _times(draft, lambda row: f"T+{int(row.minute or 0)}'")


def days_hours_minutes(draft: Draft) -> None:
    sheet = _main(draft)
    sheet.above.append([_vi(draft, "Giờ bắt đầu:", "StartEx:"), "07:30"])

    def when(row: Row) -> str:
        hours, minutes = divmod(int(row.minute or 0), 60)
        return f"D+{row.day} H+{hours} M+{minutes}"

    _times(draft, when)


def bare_t_plus(draft: Draft) -> None:
    """T+2 may mean hours: it is taken for them, and said."""
    sheet = _main(draft)
    sheet.above.append([_vi(draft, "Giờ bắt đầu:", "StartEx:"), "07:30"])
    for number, row in enumerate(sheet.rows):
        row.minute = number * 60.0
    _times(draft, lambda row: f"T+{int((row.minute or 0) // 60)}")
    draft.named += [("time-guessed", "")] * 10


def minutes_column(draft: Draft) -> None:
    sheet = _main(draft)
    sheet.above.append([_vi(draft, "Giờ bắt đầu:", "StartEx:"), "07:30"])
    sheet.heads["planned"] = _vi(draft, "Phút thứ", "Elapsed minutes")
    _times(draft, lambda row: int(row.minute or 0))


def dashes(draft: Draft) -> None:
    rows = _main(draft).rows
    for row in (rows[3], rows[7]):
        row.minute = None
        row.values["planned"] = "---"
    before = draft.when
    _times(draft, lambda row: "---" if row.minute is None else before(row))


def conditions(draft: Draft) -> None:
    rows = _main(draft).rows
    rows[7].minute = None
    rows[7].values["planned"] = rows[7].values["condition"] = _vi(draft, "khi tin 3 đã xong", "when inject 3 is done")
    before = draft.when
    _times(draft, lambda row: row.values["planned"] if row.minute is None else before(row))
    draft.named.append(("time-is-condition", ""))
    if ("time-guessed", "") in draft.named:
        # One time less to be guessed.
        draft.named.remove(("time-guessed", ""))


def nonsense_times(draft: Draft) -> None:
    rows = _main(draft).rows
    rows[4].minute = None
    rows[4].values["planned"] = rows[4].values["scenario_time"] = "2567"
    before = draft.when
    _times(draft, lambda row: row.values["planned"] if row.minute is None else before(row))
    draft.named.append(("time-unreadable", ""))


def past_midnight(draft: Draft) -> None:
    rows = _main(draft).rows
    for number, row in enumerate(rows):
        # 22:00, 22:30, … 02:30
        row.minute = (22 * 60 - FIRST) + number * 30.0
    draft.named += [("time-guessed", "")]


def date_column(draft: Draft) -> None:
    sheet = _main(draft)
    sheet.above.clear()
    sheet.fields.insert(1, "day")
    sheet.heads["day"] = _vi(draft, "Ngày", "Date")
    for row in sheet.rows[6:]:
        row.day = 1
    for row in sheet.rows:
        row.values["day"] = f"{moment(row):%d/%m/%Y}" if draft.language == "vi" else f"{moment(row):%d-%b-%Y}"


def two_orders(draft: Draft) -> None:
    """11/14/2026 and 11/10/2026 in one list: only one order makes days of one exercise."""
    sheet = _main(draft)
    sheet.above.clear()
    _times(draft, lambda row: f"{moment(row):%m/%d/%Y %H:%M}")


# Sheets


def day_sheets(draft: Draft) -> None:
    first = _main(draft)
    rows = first.rows
    second = SheetDraft(_vi(draft, "Ngày 2", "Day 2"), first.fields, first.heads, rows[5:])
    for row in second.rows:
        row.day = 1
    first.rows = rows[:5]
    first.name = _vi(draft, "Ngày 1", "Day 1")
    draft.sheets.append(second)


def hidden_copy(draft: Draft) -> None:
    sheet = _main(draft)
    older = [[sheet.heads[name] for name in sheet.fields]]
    older += [cells(draft, sheet, row) for row in sheet.rows[:8]]
    draft.extra.append((_vi(draft, "Bản cũ", "Old"), older, True))
    draft.named.append(("copy", ""))


def sorted_copy(draft: Draft) -> None:
    sheet = _main(draft)
    again = [[sheet.heads[name] for name in sheet.fields]]
    again += [cells(draft, sheet, row) for row in sorted(sheet.rows, key=lambda row: row.values["receiver"])]
    draft.extra.append((_vi(draft, "Theo đơn vị", "By post"), again, False))
    draft.named.append(("copy", ""))


def contacts_beside(draft: Draft) -> None:
    draft.extra.append((_vi(draft, "Danh bạ", "Contacts"), _contacts(draft), False))
    draft.named.append(("not-a-list", ""))


def _contacts(draft: Draft) -> list[list[Any]]:
    head = _vi(draft, "Họ và tên|Chức vụ|Điện thoại|Email", "Name|Position title|Phone|Email").split("|")
    return [head, *[[f"Người {n}", "cán bộ", f"000 000 00{n}", f"a{n}@vidu.vn"] for n in range(6)]]


def contacts_alone(draft: Draft) -> None:
    sheet = _main(draft)
    sheet.name = _vi(draft, "Danh bạ", "Contacts")
    sheet.above, sheet.head_rows, sheet.body = [], [_contacts(draft)[0]], _contacts(draft)[1:]
    draft.refused = True
    draft.named = [("not-a-list", "")]


def tracker_alone(draft: Draft) -> None:
    sheet = _main(draft)
    sheet.name = _vi(draft, "Theo dõi nhiệm vụ", "Mission tracker")
    head = _vi(
        draft,
        "Số|Nhiệm vụ được giao|Đơn vị đề nghị|Giao cho|Ngày giao|Tiến độ|Ghi chú",
        "Mission #|Description|Requested by|Assigned to|Date requested|Status|Percent complete",
    )
    rows = [[n, f"Việc {n}", "Quận", "Phường", "14/11/2026", "50%", ""] for n in range(1, 7)]
    sheet.above, sheet.head_rows, sheet.body = [], [head.split("|")], rows
    draft.refused = True
    draft.named = [("not-a-list", "")]


# Files


def kind_of_file(kind: str, encoding: str = "utf-8-sig", separator: str = ",") -> Dirt:
    def dirty(draft: Draft) -> None:
        draft.kind, draft.encoding, draft.separator = kind, encoding, separator

    return dirty
