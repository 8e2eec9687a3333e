"""How does an exported workbook look? Type, colours that everyone can tell apart, widths, and the printed page."""

from __future__ import annotations

import math
from typing import Any

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.page import PageMargins

from sansang.words import Voice, mark

INK = "FF1A1A1A"
QUIET = "FF5F6368"
FACE = "Times New Roman"

_HAIR = Side(style="thin", color="FFB8B8B8")
GRID = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
HEAD = {
    "font": Font(name=FACE, size=11, bold=True, color="FFFFFFFF"),
    "fill": PatternFill("solid", fgColor="FF1F3A5F"),
    "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
    "border": GRID,
}
TITLE = {"font": Font(name=FACE, size=16, bold=True, color=INK), "alignment": Alignment(vertical="center")}
NOTE = {"font": Font(name=FACE, size=10, italic=True, color=QUIET), "alignment": Alignment(vertical="center")}
BODY = {
    "font": Font(name=FACE, size=11, color=INK),
    "alignment": Alignment(vertical="top", wrap_text=True),
    "border": GRID,
}
#: Times and numbers stand in the middle, so that they do not touch what is beside them.
CENTRED = BODY | {"alignment": Alignment(horizontal="center", vertical="top", wrap_text=True)}
#: What can't be changed here: grey, so that nobody tries.
LOCKED = BODY | {"font": Font(name=FACE, size=11, color=QUIET), "fill": PatternFill("solid", fgColor="FFF1F1F1")}

#: A row by its status: tints of the Okabe–Ito set differ in lightness too, and each has its own hand.
STATUS: dict[str, tuple[str, dict[str, Any]]] = {
    "draft": ("FFFFFFFF", {"i": True, "color": "FF5F6368"}),
    "submitted": ("FFFDF3C4", {}),
    "approved": ("FFDCEEF9", {}),
    "synchronised": ("FFA9D3EE", {}),
    "released": ("FFF6C89F", {"b": True}),
    "complete": ("FFBFE3D4", {}),
    "deferred": ("FFE9D3E2", {"i": True}),
    "obsolete": ("FFD9D9D9", {"strike": True, "color": "FF5F6368"}),
}


def apply_style(cell: Any, look: dict[str, Any]) -> None:
    """Give a cell a look."""
    for name, value in look.items():
        setattr(cell, name, value)


def colour_by_status(sheet: Any, column: str, top: int, bottom: int, last: str, words: dict[str, str]) -> None:
    """Colour each row by the word in its status column, also as the word is changed."""
    for status, (fill, font) in STATUS.items():
        color = font.get("color")
        style = DifferentialStyle(
            font=Font(b=font.get("b"), i=font.get("i"), strike=font.get("strike"), color=color),
            fill=PatternFill(bgColor=fill, fill_type="solid"),
        )
        text = words[status].replace('"', '""')
        rule: Any = FormulaRule(formula=[f'${column}{top}="{text}"'])  # type: ignore[no-untyped-call]
        rule.dxf = style
        sheet.conditional_formatting.add(f"B{top}:{last}{bottom}", rule)


#: Millimetres of an A3 page between its margins, and of a letter of a column's width.
PAGE_WIDTH = 398.0
LETTER = 2.25
#: A line of type in points, and how many letters go into a width of one.
LINE = 14.6
LETTERS_A_WIDTH = 1.28
HIGHEST = 400.0


def height(texts: list[tuple[str, float]]) -> float:
    """The height of a row in points, from its texts and the widths of their columns."""
    lines = 1
    for text, width in texts:
        room = max(4.0, width * LETTERS_A_WIDTH)
        lines = max(lines, sum(max(1, math.ceil(len(line) / room)) for line in text.split("\n")))
    return min(HIGHEST, lines * LINE + 2.5)


def two_pages_across(sheet: Any, widths: list[float], first: int) -> None:
    """The columns up to number ``first`` (from 1) on one page, the others on the next, beside the first of them."""
    from openpyxl.worksheet.pagebreak import Break, ColBreak

    left, right = sum(widths[1:first]), widths[1] + sum(widths[first:])
    scale = int(min(PAGE_WIDTH / (left * LETTER), PAGE_WIDTH / (right * LETTER), 1.0) * 100)
    sheet.sheet_properties.pageSetUpPr.fitToPage = False
    sheet.page_setup.fitToWidth = None
    sheet.page_setup.fitToHeight = None
    sheet.page_setup.scale = max(10, scale)
    sheet.col_breaks = ColBreak()
    sheet.col_breaks.append(Break(id=first))
    sheet.print_title_cols = "B:B"
    sheet.page_setup.pageOrder = "downThenOver"


def paper(sheet: Any, voice: Voice, title: str, head_row: int, watermark: str) -> None:
    """A3 landscape, as wide as the page, the header row and the title on each of them."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.7, bottom=0.6, header=0.3, footer=0.3)
    sheet.print_title_rows = f"{head_row}:{head_row}"
    sheet.oddHeader.left.text = _code(watermark)
    sheet.oddHeader.left.size = 12
    sheet.oddHeader.center.text = _code(title)
    sheet.oddHeader.center.size = 11
    sheet.oddFooter.left.text = "&A"
    sheet.oddFooter.right.text = voice.say(mark("Page &P of &N"))


def _code(text: str) -> str:
    """A text in a page's head: `&` begins a code there."""
    return text.replace("&", "&&")[:200]
