"""Which template is a DOCX rendered into? The built-in one or a locality's own, which is checked before use."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from sansang.formats.papers import layout
from sansang.formats.papers.docx_paragraphs import add_rule, add_run, remove_borders, set_default_style, set_widths
from sansang.formats.problems import Problem, Spot, Unreadable
from sansang.words import mark

#: Placeholders that a template must contain: within a line, and alone in their paragraph.
INLINE_PLACEHOLDERS = ("parent", "issuer", "number", "place_date", "type_name", "title")
BLOCK_PLACEHOLDERS = ("addressees", "grounds", "body", "signing", "recipients")
#: Limits on an unpacked template, which is only a few pages: bytes, files.
MAX_UNPACKED_BYTES, MAX_ARCHIVE_ENTRIES = 20_000_000, 300


def default_template() -> bytes:
    """The built-in template as DOCX, for a locality to adapt."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = Document()
    set_default_style(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(layout.A4_MM[0]), Mm(layout.A4_MM[1])
    section.top_margin, section.bottom_margin = Mm(layout.MARGIN_TOP_MM), Mm(layout.MARGIN_BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(layout.MARGIN_LEFT_MM), Mm(layout.MARGIN_RIGHT_MM)
    centre = WD_ALIGN_PARAGRAPH.CENTER
    head = document.add_table(rows=2, cols=2)
    remove_borders(head)
    left, right = head.rows[0].cells
    add_run(left.paragraphs[0], "{{ parent }}", layout.ISSUER_PT, align=centre)
    add_run(left.add_paragraph(), "{{ issuer }}", layout.ISSUER_PT, bold=True, align=centre)
    left.add_paragraph("{{ issuer_rule }}")
    add_run(right.paragraphs[0], layout.STATE_NAME, layout.STATE_PT, bold=True, align=centre)
    add_run(right.add_paragraph(), layout.MOTTO, layout.MOTTO_PT, bold=True, align=centre)
    add_rule(right, layout.MOTTO, layout.MOTTO_PT, layout.RIGHT_COLUMN_MM, 1.0)
    left, right = head.rows[1].cells
    add_run(left.paragraphs[0], "{{ number }}", layout.NUMBER_PT, align=centre)
    add_run(right.paragraphs[0], "{{ place_date }}", layout.PLACE_PT, italic=True, align=centre)
    set_widths(head, (layout.LEFT_COLUMN_MM, layout.RIGHT_COLUMN_MM))
    gap = document.add_paragraph()
    gap.paragraph_format.space_after = Pt(6)
    add_run(document.add_paragraph(), "{{ type_name }}", layout.BODY_PT, bold=True, align=centre)
    add_run(document.add_paragraph(), "{{ title }}", layout.BODY_PT, bold=True, align=centre)
    for name in ("title_rule", "addressees", "grounds", "body"):
        document.add_paragraph(f"{{{{ {name} }}}}")
    foot = document.add_table(rows=1, cols=2)
    remove_borders(foot)
    left, right = foot.rows[0].cells
    add_run(left.paragraphs[0], "Nơi nhận:", layout.RECIPIENTS_HEAD_PT, bold=True, italic=True)
    left.add_paragraph("{{ recipients }}")
    right.paragraphs[0].text = "{{ signing }}"
    set_widths(foot, (layout.LEFT_COLUMN_MM + 10, layout.RIGHT_COLUMN_MM - 10))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def check_template(data: bytes, name: str) -> None:
    """Raise Unreadable if a template is no DOCX, is too large, has external links or entities, or contains pictures."""
    spot = Spot(name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_ARCHIVE_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
                raise _refused(
                    "template-too-large",
                    spot,
                    mark("Unpacked, this template is larger than any paper"),
                    mark("Start from `sansang paper template`"),
                )
            if "word/document.xml" not in archive.namelist():
                raise _refused(
                    "no-docx", spot, mark("This is no DOCX"), mark("Save it as Word document (.docx), not .doc or .odt")
                )
            parts = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as wrong:
        raise _refused(
            "no-docx", spot, mark("This is no DOCX"), mark("Save it as Word document (.docx), not .doc or .odt")
        ) from wrong
    for part, content in parts.items():
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            raise _refused(
                "template-entities",
                Spot(f"{name}/{part}"),
                mark("The template declares entities"),
                mark("Take them out"),
            )
        if part.endswith(".rels") and re.search(rb'TargetMode\s*=\s*["\']External', content):
            raise _refused(
                "template-outside",
                Spot(f"{name}/{part}"),
                mark("The template points to something outside of it"),
                mark("Take links and linked pictures out, and detach it from other templates"),
            )
        if part.startswith("word/media/"):
            raise _refused(
                "template-picture",
                Spot(f"{name}/{part}"),
                mark("The template holds a picture, and a paper from here bears neither signature nor seal"),
                mark("Take the picture out"),
            )


def fill_template(data: bytes, values: dict[str, str], name: str) -> Any:
    """The template with its placeholders filled in, as a python-docx document; raises Unreadable if that fails."""
    from docx import Document
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    spot = Spot(name)
    check_template(data, name)
    try:
        template = DocxTemplate(io.BytesIO(data))
        known = template.get_undeclared_template_variables()
    except TemplateError as wrong:
        raise _broken(spot, wrong) from wrong
    except Exception as wrong:
        # python-docx and lxml raise many kinds of errors for a file that is no document.
        raise _refused(
            "no-docx", spot, mark("This is no DOCX"), mark("Save it as Word document (.docx), not .doc or .odt")
        ) from wrong
    missing = [word for word in (*INLINE_PLACEHOLDERS, *BLOCK_PLACEHOLDERS) if word not in known]
    if missing:
        raise _refused(
            "template-lacks",
            spot,
            mark("The template lacks {missing}"),
            mark("Put each where it belongs; `sansang paper template` gives a template with all of them"),
            missing=", ".join(f"{{{{ {word} }}}}" for word in missing),
        )
    try:
        template.render(values, jinja_env=SandboxedEnvironment(undefined=StrictUndefined), autoescape=True)
    except Exception as wrong:
        # Expressions of a template may raise anything.
        raise _broken(spot, wrong) from wrong
    # Saved and opened again: the filled template holds its headers as bytes, which can't be changed further.
    filled = io.BytesIO()
    template.save(filled)
    return Document(filled)


def _broken(spot: Spot, wrong: Exception) -> Unreadable:
    return _refused(
        "template-broken",
        spot,
        mark("A placeholder of the template can't be filled ({reason})"),
        mark("Write placeholders as {{{{ title }}}}; known are: {known}"),
        reason=str(wrong),
        known=", ".join((*INLINE_PLACEHOLDERS, *BLOCK_PLACEHOLDERS)),
    )


def _refused(code: str, spot: Spot, message: str, mend: str, /, **values: object) -> Unreadable:
    return Unreadable((Problem(code, spot, message, mend, values),))
