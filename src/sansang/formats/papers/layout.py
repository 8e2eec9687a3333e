"""Which measures does Decree 30/2020/NĐ-CP set? Appendix I, for both writers. Millimetres and points."""

from __future__ import annotations

from sansang.formats.papers.forms import letter, roman
from sansang.formats.papers.paper import Block, Clause, Figure, Item, Paper, Paragraph, Point, Section, Table
from sansang.model.language import nfc

FONT = "Times New Roman"
#: A4, margins: top and bottom 20 to 25, left 30 to 35, right 15 to 20.
PAGE = (210, 297)
TOP, BOTTOM, LEFT, RIGHT = 20, 20, 30, 20
#: Text across, upright and lying.
TEXT_WIDTH = PAGE[0] - LEFT - RIGHT
TEXT_WIDTH_LYING = PAGE[1] - LEFT - RIGHT
#: The two columns of head and foot.
LEFT_COLUMN, RIGHT_COLUMN = 62, 98

BODY = 14
STATE_NAME, MOTTO, ISSUER, NUMBER, PLACE = 12, 13, 12, 13, 13
RECIPIENTS_HEAD, RECIPIENTS = 12, 11
PAGE_NUMBER = 13
#: Tables have no size of their own in the decree; the text of an appendix does.
CELL = 12
FIRST_LINE_MM = 12.7
SPACE_AFTER = 6
#: Of the line above: the rule under the issuer, under the title.
SHORT_RULE = 0.4

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO_TEXT = "Độc lập - Tự do - Hạnh phúc"

#: A line of the body: its kind ("section", "heading", "text", "item"), and its text with numbers set.
Line = tuple[str, str]


def body_lines(blocks: tuple[Block, ...], end: str = "./.") -> list[Line | Table | Figure]:
    """The blocks with their numbers: I, II…; 1, 2… anew in each section; a), b)… anew in each clause.

    The last line of text ends with ``end``. ValueError when a clause has more points than the alphabet has letters.
    """
    section = clause = point = 0
    lines: list[Line | Table | Figure] = []
    for block in blocks:
        match block:
            case Section(title):
                section, clause, point = section + 1, 0, 0
                lines.append(("section", f"{roman(section)}. {title.upper()}"))
            case Clause(text, heading):
                clause, point = clause + 1, 0
                lines.append(("heading" if heading else "text", f"{clause}. {text if heading else _ended(text)}"))
            case Point(text):
                point += 1
                lines.append(("text", f"{letter(point)}) {_ended(text)}"))
            case Item(text):
                lines.append(("item", f"- {_ended(text)}"))
            case Paragraph(text):
                lines.append(("text", _ended(text)))
            case Table() | Figure():
                lines.append(block)
    for place in reversed(range(len(lines))):
        line = lines[place]
        if isinstance(line, tuple):
            lines[place] = (line[0], line[1].rstrip(" .;") + end)
            break
    return lines


def _ended(text: str) -> str:
    """A sentence ends with a sign."""
    return text if text.rstrip()[-1:] in (".", ";", ":", "!", "?") else f"{text.rstrip()}."


def head_lines(authority: str) -> list[str]:
    """The name of an authority in capitals, broken where offices break it: after what kind of authority it is."""
    name = nfc(authority.upper())
    for kind in ("ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN", "BAN CHỈ HUY PHÒNG THỦ DÂN SỰ"):
        if name.startswith(f"{kind} "):
            return [kind, name.removeprefix(f"{kind} ")]
    return [name] if name else []


def grounds_lines(paper: Paper) -> list[str]:
    """Each ground on its line, with a semicolon, the last with a stop."""
    return [f"{line}{'.' if line is paper.grounds[-1] else ';'}" for line in paper.grounds]


def addressee_lines(paper: Paper) -> list[str]:
    """ "Kính gửi: A." or a line for each: "- A;" and the last with a stop."""
    if not paper.addressees:
        return []
    if len(paper.addressees) == 1:
        return [f"Kính gửi: {paper.addressees[0]}."]
    return ["Kính gửi:", *(f"- {name}{'.' if name is paper.addressees[-1] else ';'}" for name in paper.addressees)]


def recipient_lines(paper: Paper) -> list[str]:
    """ "- Như trên;" … "- Lưu: VT, BCHQS."."""
    return [*(f"- {name};" for name in paper.recipients), f"- Lưu: VT, {paper.drafted_by}."]


def appendix_name(place: int, count: int) -> str:
    """ "Phụ lục" alone, or "Phụ lục II" among several."""
    return "Phụ lục" if count == 1 else f"Phụ lục {roman(place)}"


def attached_line(paper: Paper) -> str:
    """ "(Kèm theo Kế hoạch số      /KH-UBND ngày … của …)"."""
    from sansang.formats.papers.forms import date_words, number_and_symbol

    number = number_and_symbol(paper.number, paper.type, paper.symbol).removeprefix("Số: ")
    kind = paper.type_name.capitalize()
    return f"(Kèm theo {kind} số {number} {date_words(paper.day, paper.year)} của {paper.issuer})"
