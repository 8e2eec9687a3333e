"""How is a paper rendered as PDF? By typst, with the layout of the decree."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from sansang.formats.papers import layout
from sansang.formats.papers.forms import number_and_symbol, place_and_date
from sansang.formats.papers.paper import Block, Figure, Paper, PaperTable
from sansang.formats.papers.widths import width_of_bold
from sansang.model.language import nfc

#: Times New Roman and fonts with its metrics; the first that is installed is used.
FONTS = ("Times New Roman", "Liberation Serif", "Tinos", "TeX Gyre Termes")
#: Letters that are missing in fonts without Vietnamese.
REQUIRED_LETTERS = "ộửẩặỄĐ"
#: Largest height of a figure.
MAX_FIGURE_HEIGHT_MM = 190


def render_pdf(paper: Paper) -> bytes:
    """The paper as PDF; equal papers give equal bytes on one machine."""
    import typst

    source = resources.files("sansang.formats.papers").joinpath("paper.typ").read_bytes()
    files = {"main.typ": source, "data.json": json.dumps(_data(paper), ensure_ascii=False).encode()}
    _, folder = _font()
    paths: list[str | Path] = [] if folder is None else [folder]
    # A fixed timestamp, so that equal papers give equal bytes.
    made = typst.compile(files, format="pdf", timestamp=0, font_paths=paths, ignore_system_fonts=True)  # type: ignore[call-overload]
    return bytes(made)


def has_times() -> bool:
    """Whether Times New Roman or a font with its metrics is installed; else the PDF uses another serif font."""
    return _font()[1] is not None


@cache
def _font() -> tuple[str, Path | None]:
    """The font family and the folder of its files: a family with all Vietnamese letters in all four styles.

    Some machines have two families of one name, of which an old one lacks these letters, so files are inspected.
    """
    from fontTools.ttLib import TTFont, TTLibError
    from matplotlib.font_manager import findSystemFonts

    found: dict[tuple[str, Path], int] = {}
    for name in findSystemFonts():
        path = Path(name)
        if not re.match(r"times|liberationserif|tinos|texgyretermes", path.stem, re.IGNORECASE):
            continue
        try:
            with TTFont(path, lazy=True, fontNumber=0) as font:
                letters = font.getBestCmap() or {}
                family = font["name"].getDebugName(1) or ""
        except (OSError, TTLibError):
            continue
        if family in FONTS and all(ord(letter) in letters for letter in REQUIRED_LETTERS):
            found[family, path.parent] = found.get((family, path.parent), 0) + 1
    complete = [family for family, styles in found.items() if styles >= 4]
    return min(complete, key=lambda family: FONTS.index(family[0]), default=("Libertinus Serif", None))


def _data(paper: Paper) -> dict[str, Any]:
    figures: list[dict[str, Any]] = []
    issuer = layout.head_lines(paper.issuer)
    longest = max((width_of_bold(line, layout.ISSUER_PT) for line in issuer), default=0.0)
    column = (layout.LEFT_COLUMN_MM - 4) * 72 / 25.4
    title = min(width_of_bold(paper.title, layout.BODY_PT), layout.TEXT_WIDTH_MM * 72 / 25.4)
    return {
        "fonts": [_font()[0]],
        "mark": paper.mark,
        "file_title": nfc(f"{paper.type_name.capitalize()} {paper.title}"),
        "margins": {
            "top": layout.MARGIN_TOP_MM,
            "bottom": layout.MARGIN_BOTTOM_MM,
            "left": layout.MARGIN_LEFT_MM,
            "right": layout.MARGIN_RIGHT_MM,
        },
        "columns": {"left": layout.LEFT_COLUMN_MM, "right": layout.RIGHT_COLUMN_MM},
        "sizes": {
            "body": layout.BODY_PT,
            "state": layout.STATE_PT,
            "motto": layout.MOTTO_PT,
            "issuer": layout.ISSUER_PT,
            "number": layout.NUMBER_PT,
            "place": layout.PLACE_PT,
            "recipients_head": layout.RECIPIENTS_HEAD_PT,
            "recipients": layout.RECIPIENTS_PT,
            "page_number": layout.PAGE_NUMBER_PT,
            "cell": layout.CELL_PT,
        },
        "rules": {"issuer": min(longest, column) * layout.SHORT_RULE_SHARE, "title": title * layout.SHORT_RULE_SHARE},
        "space_after": layout.SPACE_AFTER_PT,
        "first_line": layout.FIRST_LINE_INDENT_MM,
        "state": layout.STATE_NAME,
        "motto": layout.MOTTO,
        "parent": layout.head_lines(paper.parent),
        "issuer": issuer,
        "number": number_and_symbol(paper.number, paper.type, paper.symbol),
        "place_date": nfc(place_and_date(paper.place, paper.day, paper.year)),
        "type_name": paper.type_name,
        "title": nfc(paper.title),
        "addressees": [nfc(line) for line in layout.addressee_lines(paper)],
        "grounds": [nfc(line) for line in layout.grounds_lines(paper)],
        "body": _blocks(paper.blocks, figures, "./."),
        "signing": [nfc(line.upper()) for line in paper.signing],
        "recipients": [nfc(line) for line in layout.recipient_lines(paper)],
        "attached": nfc(layout.attached_line(paper)),
        "appendices": [
            {
                "name": layout.appendix_name(place, len(paper.appendices)),
                "title": nfc(appendix.title.upper()),
                "landscape": appendix.landscape,
                "body": _blocks(appendix.blocks, figures, "."),
            }
            for place, appendix in enumerate(paper.appendices, 1)
        ],
        "figures": figures,
    }


def _blocks(blocks: tuple[Block, ...], figures: list[dict[str, Any]], end: str) -> list[dict[str, Any]]:
    lines = layout.body_lines(blocks, end)
    found: list[dict[str, Any]] = []
    for place, line in enumerate(lines):
        match line:
            case PaperTable(header, rows, widths, right):
                found.append(
                    {
                        "kind": "table",
                        "header": [nfc(cell) for cell in header],
                        "rows": [[nfc(cell) for cell in row] for row in rows],
                        "widths": list(widths),
                        "right": list(right),
                    }
                )
            case Figure(_, svg, caption):
                figures.append({"svg": svg, "caption": caption, "height": _height(svg)})
                found.append({"kind": "figure", "index": len(figures) - 1})
            case (kind, text):
                # Keep the signing block on a page with some text.
                found.append({"kind": kind, "text": nfc(text), "sticky": place >= len(lines) - 2})
    return found


def _height(svg: str) -> float:
    """Millimetres tall at 150 mm wide, at most what fits on a page."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert box is not None
    return min(150 * float(box[2]) / float(box[1]), MAX_FIGURE_HEIGHT_MM)
