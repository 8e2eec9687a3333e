"""Which template is a DOCX filled into? Ours, made here, or a locality's own, looked at before it is trusted."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from sansang.formats.papers import layout
from sansang.formats.papers.docx_paragraphs import add_bordered_rule, borderless, plain_style, set_widths, write_run
from sansang.formats.problems import Problem, Spot, Unreadable
from sansang.words import mark

#: What a template must hold: words within a line, and blocks that stand alone in their paragraph.
WORDS = ("parent", "issuer", "number", "place_date", "type_name", "title")
BLOCKS = ("addressees", "grounds", "body", "signing", "recipients")
#: A template is a few pages: more than this unpacked is none.
MOST_BYTES, MOST_FILES = 20_000_000, 300


def default_template() -> bytes:
    """A template of ours as a DOCX, for a locality to change as it likes."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    document = Document()
    plain_style(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(layout.PAGE[0]), Mm(layout.PAGE[1])
    section.top_margin, section.bottom_margin = Mm(layout.TOP), Mm(layout.BOTTOM)
    section.left_margin, section.right_margin = Mm(layout.LEFT), Mm(layout.RIGHT)
    centre = WD_ALIGN_PARAGRAPH.CENTER
    head = document.add_table(rows=2, cols=2)
    borderless(head)
    left, right = head.rows[0].cells
    write_run(left.paragraphs[0], "{{ parent }}", layout.ISSUER, align=centre)
    write_run(left.add_paragraph(), "{{ issuer }}", layout.ISSUER, bold=True, align=centre)
    left.add_paragraph("{{ issuer_rule }}")
    write_run(right.paragraphs[0], layout.STATE, layout.STATE_NAME, bold=True, align=centre)
    write_run(right.add_paragraph(), layout.MOTTO_TEXT, layout.MOTTO, bold=True, align=centre)
    add_bordered_rule(right, layout.MOTTO_TEXT, layout.MOTTO, layout.RIGHT_COLUMN, 1.0)
    left, right = head.rows[1].cells
    write_run(left.paragraphs[0], "{{ number }}", layout.NUMBER, align=centre)
    write_run(right.paragraphs[0], "{{ place_date }}", layout.PLACE, italic=True, align=centre)
    set_widths(head, (layout.LEFT_COLUMN, layout.RIGHT_COLUMN))
    gap = document.add_paragraph()
    gap.paragraph_format.space_after = Pt(6)
    write_run(document.add_paragraph(), "{{ type_name }}", layout.BODY, bold=True, align=centre)
    write_run(document.add_paragraph(), "{{ title }}", layout.BODY, bold=True, align=centre)
    for name in ("title_rule", "addressees", "grounds", "body"):
        document.add_paragraph(f"{{{{ {name} }}}}")
    foot = document.add_table(rows=1, cols=2)
    borderless(foot)
    left, right = foot.rows[0].cells
    write_run(left.paragraphs[0], "Nơi nhận:", layout.RECIPIENTS_HEAD, bold=True, italic=True)
    left.add_paragraph("{{ recipients }}")
    right.paragraphs[0].text = "{{ signing }}"
    set_widths(foot, (layout.LEFT_COLUMN + 10, layout.RIGHT_COLUMN - 10))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def look_at(data: bytes, name: str) -> None:
    """Raise Unreadable when a locality's template is no DOCX, too large, points outside, or holds pictures."""
    spot = Spot(name)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
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


def render(data: bytes, values: dict[str, str], name: str) -> Any:
    """The template with its words filled in, as a python-docx document; Unreadable where a placeholder is wrong."""
    from docx import Document
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    spot = Spot(name)
    look_at(data, name)
    try:
        template = DocxTemplate(io.BytesIO(data))
        known = template.get_undeclared_template_variables()
    except TemplateError as wrong:
        raise _broken(spot, wrong) from wrong
    except Exception as wrong:
        # python-docx and lxml say in many ways that a file is no document.
        raise _refused(
            "no-docx", spot, mark("This is no DOCX"), mark("Save it as Word document (.docx), not .doc or .odt")
        ) from wrong
    missing = [word for word in (*WORDS, *BLOCKS) if word not in known]
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
        # What a template computes may fail in any way.
        raise _broken(spot, wrong) from wrong
    # Opened anew: what was filled in holds its headers as bytes, which further changes would not reach.
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
        known=", ".join((*WORDS, *BLOCKS)),
    )


def _refused(code: str, spot: Spot, message: str, mend: str, /, **values: object) -> Unreadable:
    return Unreadable((Problem(code, spot, message, mend, values),))
