"""How is a paragraph formatted in a DOCX? Fonts, rules, tables, sections, the mark across the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sansang.formats.papers import layout
from sansang.formats.papers.widths import width_of_bold

#: Style of the mark: behind the text, centred between the margins, diagonal.
_MARK_STYLE = (
    "rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
    "mso-position-vertical:center;mso-position-vertical-relative:margin"
)
#: Points in a millimetre.
POINTS_PER_MM = 72 / 25.4


def set_default_style(document: Any) -> None:
    """Set black Times New Roman without spacing as the default, and Vietnamese for the spelling checker."""
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style = document.styles["Normal"]
    style.font.name, style.font.size = layout.PAPER_FONT, Pt(layout.BODY_PT)
    style.font.color.rgb = RGBColor(0, 0, 0)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), layout.PAPER_FONT)
    language = properties.makeelement(qn("w:lang"), {qn("w:val"): "vi-VN"})
    properties.append(language)
    style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.space_before = Pt(0)
    style.paragraph_format.line_spacing = 1.0


def add_run(
    paragraph: Any, text: str, size: float, *, bold: bool = False, italic: bool = False, align: Any = None
) -> Any:
    """Add a run in the papers' font to a paragraph and return it."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.font.bold, run.font.italic = layout.PAPER_FONT, Pt(size), bold, italic
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:cs"), layout.PAPER_FONT)
    if align is not None:
        paragraph.alignment = align
    return run


def make_rule(paragraph: Any, text: str, size: float, column_mm: float, share: float) -> None:
    """Turn an empty paragraph into a centred solid rule, ``share`` as long as the (longest) line of text."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    column = column_mm * POINTS_PER_MM - 2 * 5.4  # a cell has 5.4 points of padding on each side
    length = min(width_of_bold(text, size), column) * share
    indent = max(0.0, (column - length) / 2)
    paragraph.paragraph_format.left_indent = Pt(indent)
    paragraph.paragraph_format.right_indent = Pt(indent)
    paragraph.paragraph_format.space_before = Pt(3)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(4)
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{key}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)


def add_rule(cell: Any, text: str, size: float, column_mm: float, share: float) -> None:
    """Add a rule at the end of a cell."""
    make_rule(cell.add_paragraph(), text, size, column_mm, share)


def remove_borders(table: Any) -> None:
    """Remove the borders of a table that is only used for layout."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        line.set(qn("w:val"), "nil")
        borders.append(line)
    table._tbl.tblPr.append(borders)


def set_widths(table: Any, millimetres: Sequence[float]) -> None:
    """Fix the widths of the columns, in the grid and in each cell: programs read one or the other."""
    from docx.shared import Mm

    table.autofit = False
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def add_mark(header: Any, words: str, number: int) -> None:
    """Add the words to a header as a diagonal mark behind the text of the page."""
    from docx.oxml import parse_xml

    shape = f"""<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
 xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:pict>
<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" path="m@7,l@8,m@5,21600l@6,21600e">
<v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
<v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
<v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>
<v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>
</v:shapetype><v:shape id="mark{number}" o:spid="_x0000_s{2049 + number}" type="#_x0000_t136" alt="{words}"
 style="position:absolute;margin-left:0;margin-top:0;width:{75 * len(words)}pt;height:110pt;{_MARK_STYLE}"
 o:allowincell="f" fillcolor="#d9d9d9" stroked="f"><v:fill opacity=".5"/>
<v:textpath style="font-family:&quot;Times New Roman&quot;;font-size:1pt" string="{words}"/></v:shape></w:pict></w:r>"""
    header.paragraphs[0]._p.append(parse_xml(shape))


def add_page_number(header: Any) -> None:
    """Add the centred page number to a header."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph = header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for kind, instruction in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "2"), ("end", "")):
        run = add_run(paragraph, "", layout.PAGE_NUMBER_PT)
        if instruction and kind == "text":
            run.text = instruction
        elif instruction:
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = instruction
            run._r.append(code)
        else:
            field = OxmlElement("w:fldChar")
            field.set(qn("w:fldCharType"), kind)
            run._r.append(field)


def restart_page_numbers(section: Any) -> None:
    """Number a section's pages from 1, hiding the number on the first."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    section.different_first_page_header_footer = True
    properties = section._sectPr
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    numbers = OxmlElement("w:pgNumType")
    numbers.set(qn("w:start"), "1")
    properties.append(numbers)
