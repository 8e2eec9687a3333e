"""How is a foreign list made up? A clean list of invented injects, and writers for each kind of file."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape, quoteattr

DAY = date(2026, 11, 14)
FIRST = 7 * 60 + 30

#: What each language calls the columns of the clean list.
HEADS = {
    "vi": {
        "number": "Số",
        "planned": "Thời gian",
        "title": "Tên tình huống",
        "message": "Nội dung",
        "sender": "Người gửi",
        "receiver": "Nơi nhận",
        "method": "Hình thức",
        "expected_action": "Hành động cần có",
        "responsible": "Phái viên",
        "controller_notes": "Ghi chú",
    },
    "en": {
        "number": "No.",
        "planned": "Time",
        "title": "Title",
        "message": "Message",
        "sender": "From",
        "receiver": "To",
        "method": "Method",
        "expected_action": "Expected action",
        "responsible": "Controller",
        "controller_notes": "Notes",
    },
}
#: title, message, sender, receiver, method, expected action, controller
_ROWS = {
    "vi": (
        (
            "Lệnh bắt đầu",
            "Ban Chỉ huy ra lệnh chuyển trạng thái",
            "Ban đạo diễn",
            "UBND phường",
            "công văn",
            "Ra lệnh, báo cáo",
            "Ông Ba",
        ),
        (
            "Ngập hẻm",
            "Nước vào nhà chừng 40 phân, xin máy bơm",
            "Người dân",
            "Trực ban",
            "điện thoại",
            "Xác minh, cử tổ bơm",
            "Bà Tư",
        ),
        (
            "Cháy nhà",
            "Khói đen từ tầng hai, có người kẹt",
            "114",
            "Công an phường",
            "bộ đàm",
            "Lập vành đai, cứu người",
            "Ông Ba",
        ),
        ("Mất điện", "Cả khu phố 3 mất điện", "Điện lực", "UBND phường", "điện thoại", "Thông báo cho dân", "Bà Tư"),
        (
            "Cây đổ",
            "Cây đổ chắn đường vào trạm y tế",
            "Tổ dân phố",
            "Dân quân",
            "tin nhắn",
            "Cưa cây, mở đường",
            "Ông Ba",
        ),
        (
            "Trẻ lạc",
            "Một bé gái sáu tuổi lạc mẹ ở chợ",
            "Bảo vệ chợ",
            "Công an phường",
            "trực tiếp",
            "Phát loa, giữ bé an toàn",
            "Cô Năm",
        ),
        (
            "Xin chi viện",
            "Phường bên xin một tổ cứu thương",
            "Phường bạn",
            "Trạm y tế",
            "điện thoại",
            "Báo cáo quận, cử tổ",
            "Bà Tư",
        ),
        (
            "Báo chí hỏi",
            "Phóng viên hỏi số người bị nạn",
            "Phóng viên",
            "Chủ tịch",
            "điện thoại",
            "Chỉ nói điều đã xác minh",
            "Cô Năm",
        ),
        (
            "Nước rút",
            "Nước rút còn 10 phân, dân muốn về",
            "Người dân",
            "Trực ban",
            "bộ đàm",
            "Kiểm tra an toàn điện",
            "Ông Ba",
        ),
        (
            "Kết thúc",
            "Thu quân, kiểm đếm người và phương tiện",
            "Ban đạo diễn",
            "UBND phường",
            "công văn",
            "Báo cáo kết quả",
            "Bà Tư",
        ),
    ),
    "en": (
        (
            "Start order",
            "Control orders all posts to stand by",
            "Control",
            "Ward office",
            "letter",
            "Give the order, report",
            "Mr Ba",
        ),
        (
            "Flooded lane",
            "Water is knee high in the houses, pump needed",
            "Resident",
            "Duty officer",
            "phone",
            "Verify, send the pump",
            "Ms Tu",
        ),
        (
            "House fire",
            "Black smoke from the second floor, people trapped",
            "Fire dispatch",
            "Police",
            "radio",
            "Cordon, rescue",
            "Mr Ba",
        ),
        (
            "Power cut",
            "The third quarter has no power",
            "Power company",
            "Ward office",
            "phone",
            "Tell the residents",
            "Ms Tu",
        ),
        (
            "Fallen tree",
            "A tree blocks the way to the clinic",
            "Neighbour",
            "Militia",
            "text",
            "Cut it, open the way",
            "Mr Ba",
        ),
        (
            "Lost child",
            "A girl of six lost her mother at the market",
            "Guard",
            "Police",
            "in person",
            "Announce, keep her safe",
            "Ms Nam",
        ),
        (
            "Aid asked",
            "The next ward asks for a first aid team",
            "Next ward",
            "Clinic",
            "phone",
            "Report up, send a team",
            "Ms Tu",
        ),
        (
            "Press call",
            "A reporter asks how many are hurt",
            "Reporter",
            "Chair",
            "phone",
            "Say only what is verified",
            "Ms Nam",
        ),
        (
            "Water falls",
            "Water is ankle high, people want to return",
            "Resident",
            "Duty officer",
            "radio",
            "Check that power is safe",
            "Mr Ba",
        ),
        (
            "End order",
            "Recall the forces, count people and means",
            "Control",
            "Ward office",
            "letter",
            "Report the result",
            "Ms Tu",
        ),
    ),
}
MINUTES = (0, 10, 25, 40, 60, 75, 95, 120, 150, 180)


@dataclass
class Row:
    """One inject of the truth; ``minute`` counts from the first one's time, None without a time."""

    values: dict[str, str]
    minute: float | None
    day: int = 0  # days after the first


@dataclass
class SheetDraft:
    """A sheet as it will be written: what stands above, heading texts by field, rows of cells."""

    name: str
    fields: list[str]
    heads: dict[str, str]
    rows: list[Row]
    above: list[list[Any]] = field(default_factory=list)
    head_rows: list[list[Any]] | None = None
    body: list[list[Any]] | None = None
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden: bool = False
    below: list[list[Any]] = field(default_factory=list)

    def first_row(self) -> int:
        """The row of the sheet where the body begins (from 1)."""
        return len(self.above) + len(self.head_rows or [[]]) + 1


@dataclass
class Draft:
    """A workbook to be written, the truth about it, and the problems that must be named (code, cell or "")."""

    language: str
    sheets: list[SheetDraft]
    when: Callable[[Row], Any]
    kind: str = "xlsx"
    encoding: str = "utf-8-sig"
    separator: str = ","
    extra: list[tuple[str, list[list[Any]], bool]] = field(default_factory=list)  # further sheets
    named: list[tuple[str, str]] = field(default_factory=list)
    refused: bool = False
    text: Callable[[str], str] = str

    @property
    def truth(self) -> list[Row]:
        """The rows that must be found, in order."""
        return [] if self.refused else [row for sheet in self.sheets for row in sheet.rows]


def clock(row: Row) -> time:
    """The time of day of a row."""
    total = FIRST + int(row.minute or 0)
    return time(total // 60 % 24, total % 60)


def moment(row: Row) -> datetime:
    """Day and time of a row."""
    return datetime.combine(DAY + timedelta(days=row.day), clock(row))


def clean(language: str) -> Draft:
    """Ten injects on one sheet, with times such as 07:30 and the day above the list."""
    names = ("title", "message", "sender", "receiver", "method", "expected_action", "responsible")
    rows = [
        Row({"number": str(n + 1), **dict(zip(names, line, strict=True))}, MINUTES[n])
        for n, line in enumerate(_ROWS[language])
    ]
    fields = list(HEADS[language])
    day = {"vi": ["Ngày diễn tập:", "14/11/2026"], "en": ["Exercise date:", "14 November 2026"]}[language]
    sheet = SheetDraft("MSEL", fields, dict(HEADS[language]), rows, above=[day])
    return Draft(language, [sheet], lambda row: f"{clock(row):%H:%M}")


def cells(draft: Draft, sheet: SheetDraft, row: Row) -> list[Any]:
    """The cells of a row in the order of the sheet's columns."""
    found: list[Any] = []
    for name in sheet.fields:
        if name == "planned":
            found.append(None if row.minute is None and name not in row.values else draft.when(row))
        else:
            value = row.values.get(name)
            found.append(draft.text(value) if isinstance(value, str) else value)
    return found


def grid(draft: Draft, sheet: SheetDraft) -> list[list[Any]]:
    """All rows of a sheet from the top."""
    head = sheet.head_rows or [[sheet.heads[name] for name in sheet.fields]]
    body = sheet.body if sheet.body is not None else [cells(draft, sheet, row) for row in sheet.rows]
    return [*sheet.above, *head, *body, *sheet.below]


def written(draft: Draft) -> tuple[str, bytes]:
    """The name and the bytes of the file."""
    sheets = [(sheet, grid(draft, sheet)) for sheet in draft.sheets]
    sheets += [(SheetDraft(name, [], {}, [], hidden=hidden), rows) for name, rows, hidden in draft.extra]
    make = {"xlsx": _xlsx, "xls": _xls, "ods": _ods, "csv": _csv}[draft.kind]
    return f"list.{draft.kind}", make(draft, sheets)


def _xlsx(draft: Draft, sheets: list[tuple[SheetDraft, list[list[Any]]]]) -> bytes:
    import openpyxl

    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for sheet, rows in sheets:
        page = book.create_sheet(sheet.name)
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value is not None:
                    page.cell(number, column, value)
        for top, left, bottom, right in sheet.merges:
            page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
        for number in sheet.hidden_rows:
            page.row_dimensions[number].hidden = True
        if sheet.hidden:
            page.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xls(draft: Draft, sheets: list[tuple[SheetDraft, list[list[Any]]]]) -> bytes:
    import xlwt  # type: ignore[import-untyped]

    book = xlwt.Workbook()
    clock_style = xlwt.easyxf(num_format_str="hh:mm")
    for sheet, rows in sheets:
        page = book.add_sheet(sheet.name)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, time):
                    page.write(number, column, value, clock_style)
                elif value is not None:
                    page.write(number, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ods(draft: Draft, sheets: list[tuple[SheetDraft, list[list[Any]]]]) -> bytes:
    tables = []
    for sheet, rows in sheets:
        lines = []
        for number, row in enumerate(rows, 1):
            inner = "".join(_ods_cell(value) for value in row)
            hidden = ' table:visibility="collapse"' if number in sheet.hidden_rows else ""
            lines.append(f"<table:table-row{hidden}>{inner}</table:table-row>")
        lines.append('<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>')
        tables.append(f"<table:table table:name={quoteattr(sheet.name)}>{''.join(lines)}</table:table>")
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    body = f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}>{body}</office:document-content>'
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, time):
        return f'<table:table-cell office:value-type="time" office:time-value="PT{value.hour}H{value.minute}M0S"/>'
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"/>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


def _csv(draft: Draft, sheets: list[tuple[SheetDraft, list[list[Any]]]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=draft.separator)
    for row in sheets[0][1]:
        writer.writerow(["" if value is None else value for value in row])
    text = out.getvalue()
    if draft.encoding == "cp1258":
        # The code page has tones as signs of their own after the letter.
        text = "".join(_tone_apart(letter) for letter in text)
    return text.encode(draft.encoding)


def _tone_apart(letter: str) -> str:
    try:
        letter.encode("cp1258")
        return letter
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((p for p in parts if p in "\u0300\u0309\u0303\u0301\u0323"), "")
        return unicodedata.normalize("NFC", parts.replace(tone, "", 1)) + tone
