"""How is a paper rendered as DOCX? A template is filled in, then set is what no template may change."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

from sansang.formats.papers import layout
from sansang.formats.papers.docx_paragraphs import (
    add_mark,
    add_page_number,
    add_run,
    make_rule,
    restart_page_numbers,
    set_default_style,
    set_widths,
)
from sansang.formats.papers.forms import number_and_symbol, place_and_date
from sansang.formats.papers.paper import Appendix, Figure, Paper, PaperTable
from sansang.formats.papers.template import BLOCK_PLACEHOLDERS, default_template, fill_template
from sansang.model.language import nfc

#: Marks where a block is rendered; it is alone in its paragraph.
_PLACEHOLDER = "[[sansang:{}]]"
_BUILT_IN = "mẫu của chương trình"
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)


def render_docx(paper: Paper, template: bytes | None = None, template_name: str = _BUILT_IN) -> bytes:
    """The paper as DOCX; equal papers and templates give equal bytes.

    Raises Unreadable if the template can't be used.
    """
    values = {
        "parent": "\n".join(layout.head_lines(paper.parent)),
        "issuer": "\n".join(layout.head_lines(paper.issuer)),
        "number": number_and_symbol(paper.number, paper.type, paper.symbol),
        "place_date": nfc(place_and_date(paper.place, paper.day, paper.year)),
        "type_name": paper.type_name,
        "title": nfc(paper.title),
    }
    blocks = (*BLOCK_PLACEHOLDERS, "issuer_rule", "title_rule")
    tokens = {name: _PLACEHOLDER.format(name) for name in blocks}
    document = fill_template(default_template() if template is None else template, values | tokens, template_name)
    set_default_style(document)
    renderer = _Renderer(document, paper)
    for name in blocks:
        renderer.fill(name, tokens[name])
    renderer.appendices()
    renderer.headers()
    _properties(document, paper)
    return _reproducible(document)


class _Renderer:
    """Renders the blocks of one paper into its document."""

    def __init__(self, document: Any, paper: Paper) -> None:
        self.document = document
        self.paper = paper

    def fill(self, name: str, token: str) -> None:
        """Render a block at its token; a locality's template may leave the rules out."""
        for paragraph in list(_paragraphs(self.document)):
            if token in paragraph.text:
                self.anchor = paragraph
                getattr(self, f"_{name}")()
                _remove(paragraph)

    def _new(self, text: str, size: float = layout.BODY_PT, **options: Any) -> Any:
        paragraph = self.anchor.insert_paragraph_before("", style=self.document.styles["Normal"])
        add_run(paragraph, nfc(text), size, **options)
        return paragraph

    def _issuer_rule(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        if not self.paper.parent:
            # Without an authority above, remove its empty line.
            first = self.anchor._parent.paragraphs[0]
            if not first.text.strip():
                _remove(first)
        paragraph = self.anchor.insert_paragraph_before("")
        longest = max(layout.head_lines(self.paper.issuer), key=len)
        make_rule(paragraph, longest, layout.ISSUER_PT, layout.LEFT_COLUMN_MM, layout.SHORT_RULE_SHARE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _title_rule(self) -> None:
        from docx.shared import Pt

        paragraph = self.anchor.insert_paragraph_before("")
        make_rule(paragraph, self.paper.title, layout.BODY_PT, layout.TEXT_WIDTH_MM, layout.SHORT_RULE_SHARE)
        self._gap = self.anchor.insert_paragraph_before("")
        self._gap.paragraph_format.space_after = Pt(layout.SPACE_AFTER_PT)

    def _addressees(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        lines = layout.addressee_lines(self.paper)
        for number, line in enumerate(lines):
            paragraph = self._new(line)
            paragraph.paragraph_format.space_after = Pt(layout.SPACE_AFTER_PT)
            if len(lines) == 1:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            else:
                # The hyphens are aligned below the colon.
                paragraph.paragraph_format.left_indent = Mm(40 if number == 0 else 58)

    def _grounds(self) -> None:
        for line in layout.grounds_lines(self.paper):
            self._justified(self._new(line, italic=True))

    def _body(self) -> None:
        self._blocks(self.paper.blocks, layout.TEXT_WIDTH_MM)
        # Keep the signing block on a page with some text.
        for paragraph in self.document.paragraphs[-4:]:
            paragraph.paragraph_format.keep_with_next = True

    def _blocks(self, blocks: Any, width: float, end: str = "./.") -> None:
        for line in layout.body_lines(blocks, end):
            if isinstance(line, PaperTable):
                self._table(line, width)
            elif isinstance(line, Figure):
                self._figure(line, width)
            else:
                kind, text = line
                paragraph = self._new(text, bold=kind in ("section", "heading"))
                self._justified(paragraph)
                paragraph.paragraph_format.keep_with_next = kind in ("section", "heading")

    def _justified(self, paragraph: Any) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Mm(layout.FIRST_LINE_INDENT_MM)
        paragraph.paragraph_format.space_after = Pt(layout.SPACE_AFTER_PT)
        paragraph.paragraph_format.line_spacing = 1.0

    def _table(self, table: PaperTable, width: float) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.shared import Pt

        docx_table = self.document.add_table(rows=1 + len(table.rows), cols=len(table.header))
        docx_table.style = self.document.styles["Table Grid"] if _has_grid(self.document) else docx_table.style
        self.anchor._p.addprevious(docx_table._tbl)
        total = sum(table.widths)
        set_widths(docx_table, [width * part / total for part in table.widths])
        for number, (row, texts) in enumerate(zip(docx_table.rows, (table.header, *table.rows), strict=True)):
            properties = row._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if number == 0:
                properties.append(OxmlElement("w:tblHeader"))
            for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
                paragraph = cell.paragraphs[0]
                add_run(paragraph, nfc(text), layout.CELL_PT, bold=number == 0)
                if number == 0:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
                elif column in table.right:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        gap = self._new("")
        gap.paragraph_format.space_after = Pt(layout.SPACE_AFTER_PT)

    def _figure(self, figure: Figure, width: float) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        paragraph = self.anchor.insert_paragraph_before("")
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        shape = paragraph.add_run().add_picture(io.BytesIO(figure.png), width=Mm(min(width, 150)))
        shape._inline.docPr.set("descr", figure.caption)
        tallest = Mm(190)
        if shape.height > tallest:
            shape.width, shape.height = int(shape.width * tallest / shape.height), tallest
        caption = self._new(figure.caption, layout.CELL_PT, italic=True, align=WD_ALIGN_PARAGRAPH.CENTER)
        caption.paragraph_format.space_after = Pt(2 * layout.SPACE_AFTER_PT)

    def _signing(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement

        for row in self.anchor._p.iterancestors(_qualified("w:tr")):
            row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))

        for line in self.paper.signing:
            self._new(line.upper(), bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
        # Space for a handwritten signature and name: nothing is signed here.
        for _ in range(5):
            self._new("", bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)

    def _recipients(self) -> None:
        for line in layout.recipient_lines(self.paper):
            self._new(line, layout.RECIPIENTS_PT)

    def appendices(self) -> None:
        """Render each appendix in a section of its own with its own page numbers, landscape if it is wide."""
        from docx.enum.section import WD_ORIENT, WD_SECTION
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Mm, Pt

        count = len(self.paper.appendices)
        for place, appendix in enumerate(self.paper.appendices, 1):
            section = self.document.add_section(WD_SECTION.NEW_PAGE)
            tall, wide = sorted((Mm(layout.A4_MM[0]), Mm(layout.A4_MM[1])), reverse=True)
            section.orientation = WD_ORIENT.LANDSCAPE if appendix.landscape else WD_ORIENT.PORTRAIT
            section.page_width, section.page_height = (tall, wide) if appendix.landscape else (wide, tall)
            section.top_margin, section.bottom_margin = Mm(layout.MARGIN_TOP_MM), Mm(layout.MARGIN_BOTTOM_MM)
            section.left_margin, section.right_margin = Mm(layout.MARGIN_LEFT_MM), Mm(layout.MARGIN_RIGHT_MM)
            self.anchor = self.document.add_paragraph()
            centre = WD_ALIGN_PARAGRAPH.CENTER
            self._new(layout.appendix_name(place, count), bold=True, align=centre)
            self._new(appendix.title.upper(), bold=True, align=centre)
            attached = self._new(layout.attached_line(self.paper), italic=True, align=centre)
            attached.paragraph_format.space_after = Pt(2 * layout.SPACE_AFTER_PT)
            self._blocks(appendix.blocks, _width(appendix), end=".")
            # A section must end in a paragraph: make it as low as possible.
            self.anchor.paragraph_format.line_spacing = Pt(1)

    def headers(self) -> None:
        """Put the mark and the page number on each page, whatever the template had there."""
        number = 0
        for place, section in enumerate(self.document.sections):
            if place:
                for header in (section.header, section.first_page_header):
                    header.is_linked_to_previous = False
            restart_page_numbers(section)
            for header, numbered in ((section.header, True), (section.first_page_header, False)):
                if not header.paragraphs:
                    header.add_paragraph()
                number += 1
                add_mark(header, self.paper.mark, number)
                if numbered:
                    add_page_number(header)
        for element in self.document.settings.element.findall(_qualified("w:evenAndOddHeaders")):
            self.document.settings.element.remove(element)


def _width(appendix: Appendix) -> float:
    return layout.LANDSCAPE_WIDTH_MM if appendix.landscape else layout.TEXT_WIDTH_MM


def _qualified(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _has_grid(document: Any) -> bool:
    return any(style.name == "Table Grid" for style in document.styles)


def _paragraphs(document: Any) -> Any:
    """Every paragraph of the body, including those in tables."""
    yield from document.paragraphs
    tables = list(document.tables)
    while tables:
        table = tables.pop()
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs
                tables += cell.tables


def _remove(paragraph: Any) -> None:
    """Remove a paragraph; a cell keeps its last one, emptied."""
    parent = paragraph._p.getparent()
    siblings = parent.findall(_qualified("w:p"))
    if parent.tag == _qualified("w:tc") and len(siblings) == 1:
        for run in list(paragraph.runs):
            run._r.getparent().remove(run._r)
        return
    parent.remove(paragraph._p)


def _properties(document: Any, paper: Paper) -> None:
    """Set the file's properties: no author, no current time."""
    core = document.core_properties
    core.title = nfc(f"{paper.type_name.capitalize()} {paper.title}")
    core.author, core.last_modified_by, core.comments = "", "", paper.mark
    core.language, core.revision = "vi-VN", 1
    day = paper.day or datetime(paper.year, 1, 1, tzinfo=UTC).date()
    core.created = core.modified = datetime(day.year, day.month, day.day)  # noqa: DTZ001  (the format has no zone)


def _reproducible(document: Any) -> bytes:
    """The file with fixed timestamps, so that equal papers give equal bytes."""
    raw = io.BytesIO()
    document.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            if entry.filename.startswith("_xmlsignatures"):
                continue
            info = zipfile.ZipInfo(entry.filename, _FIXED_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, source.read(entry))
    return out.getvalue()
