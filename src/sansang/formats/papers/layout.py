"""Which layout does Decree 30/2020/NĐ-CP prescribe? Its appendix I, in millimetres and points, for DOCX and PDF."""

from __future__ import annotations

from sansang.formats.papers.forms import point_letter, roman
from sansang.formats.papers.paper import Block, Clause, Figure, Item, Paper, PaperTable, Paragraph, Point, Section
from sansang.model.language import nfc

PAPER_FONT = "Times New Roman"
#: Prescribed margins: top and bottom 20 to 25 mm, left 30 to 35 mm, right 15 to 20 mm.
A4_MM = (210, 297)
MARGIN_TOP_MM, MARGIN_BOTTOM_MM, MARGIN_LEFT_MM, MARGIN_RIGHT_MM = 20, 20, 30, 20
#: Width of the text, portrait and landscape.
TEXT_WIDTH_MM = A4_MM[0] - MARGIN_LEFT_MM - MARGIN_RIGHT_MM
LANDSCAPE_WIDTH_MM = A4_MM[1] - MARGIN_LEFT_MM - MARGIN_RIGHT_MM
#: Widths of the two columns of head and foot.
LEFT_COLUMN_MM, RIGHT_COLUMN_MM = 62, 98

BODY_PT = 14
STATE_PT, MOTTO_PT, ISSUER_PT, NUMBER_PT, PLACE_PT = 12, 13, 12, 13, 13
RECIPIENTS_HEAD_PT, RECIPIENTS_PT = 12, 11
PAGE_NUMBER_PT = 13
#: The decree sets no size for the text of tables.
CELL_PT = 12
FIRST_LINE_INDENT_MM = 12.7
SPACE_AFTER_PT = 6
#: Length of the rules under issuer and title, as a share of the line above; the decree allows 1/3 to 1/2.
SHORT_RULE_SHARE = 0.4

STATE_NAME = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"

#: A line of the body: its kind ("section", "heading", "text", "item"), and its text with its number.
TextLine = tuple[str, str]


def body_lines(blocks: tuple[Block, ...], end: str = "./.") -> list[TextLine | PaperTable | Figure]:
    """The blocks with their numbers: I, II…; 1, 2… restarting in each section; a), b)… restarting in each clause.

    The last line of text ends with ``end``. Raises ValueError if a clause has more points than there are letters.
    """
    section = clause = point = 0
    lines: list[TextLine | PaperTable | Figure] = []
    for block in blocks:
        match block:
            case Section(title):
                section, clause, point = section + 1, 0, 0
                lines.append(("section", f"{roman(section)}. {title.upper()}"))
            case Clause(text, heading):
                clause, point = clause + 1, 0
                lines.append(
                    ("heading" if heading else "text", f"{clause}. {text if heading else _with_full_stop(text)}")
                )
            case Point(text):
                point += 1
                lines.append(("text", f"{point_letter(point)}) {_with_full_stop(text)}"))
            case Item(text):
                lines.append(("item", f"- {_with_full_stop(text)}"))
            case Paragraph(text):
                lines.append(("text", _with_full_stop(text)))
            case PaperTable() | Figure():
                lines.append(block)
    for index in reversed(range(len(lines))):
        line = lines[index]
        if isinstance(line, tuple):
            lines[index] = (line[0], line[1].rstrip(" .;") + end)
            break
    return lines


def _with_full_stop(text: str) -> str:
    """The text with a full stop, unless it already ends with a punctuation mark."""
    return text if text.rstrip()[-1:] in (".", ";", ":", "!", "?") else f"{text.rstrip()}."


def head_lines(authority: str) -> list[str]:
    """The name of an authority in capitals, broken after its kind as is customary."""
    name = nfc(authority.upper())
    for kind in ("ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "BAN CHỈ HUY PHÒNG THỦ DÂN SỰ"):
        if name.startswith(f"{kind} "):
            return [kind, name.removeprefix(f"{kind} ")]
    return [name] if name else []


def grounds_lines(paper: Paper) -> list[str]:
    """Each ground as a line with a semicolon, the last with a full stop."""
    return [f"{line}{'.' if line is paper.grounds[-1] else ';'}" for line in paper.grounds]


def addressee_lines(paper: Paper) -> list[str]:
    """ "Kính gửi: A." for one addressee; for several a line each: "- A;", the last with a full stop."""
    if not paper.addressees:
        return []
    if len(paper.addressees) == 1:
        return [f"Kính gửi: {paper.addressees[0]}."]
    return ["Kính gửi:", *(f"- {name}{'.' if name is paper.addressees[-1] else ';'}" for name in paper.addressees)]


def recipient_lines(paper: Paper) -> list[str]:
    """ "- Như trên;" … "- Lưu: VT, BCHQS."."""
    return [*(f"- {name};" for name in paper.recipients), f"- Lưu: VT, {paper.drafted_by}."]


def appendix_name(place: int, count: int) -> str:
    """ "Phụ lục" for a single appendix, "Phụ lục II" among several."""
    return "Phụ lục" if count == 1 else f"Phụ lục {roman(place)}"


def attached_line(paper: Paper) -> str:
    """ "(Kèm theo Kế hoạch số      /KH-UBND ngày … của …)"."""
    from sansang.formats.papers.forms import date_words, number_and_symbol

    number = number_and_symbol(paper.number, paper.type, paper.symbol).removeprefix("Số: ")
    kind = paper.type_name.capitalize()
    return f"(Kèm theo {kind} số {number} {date_words(paper.day, paper.year)} của {paper.issuer})"
