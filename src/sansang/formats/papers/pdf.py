"""How is a paper written as PDF? The same content through typst, with the measures of the decree."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from sansang.formats.papers import layout
from sansang.formats.papers.forms import number_and_symbol, place_and_date
from sansang.formats.papers.paper import Block, Figure, Paper, Table
from sansang.formats.papers.widths import width_of_bold
from sansang.model.language import nfc

#: Times New Roman and what has its measures; the first that the machine has is taken.
FONTS = ("Times New Roman", "Liberation Serif", "Tinos", "TeX Gyre Termes")
#: Letters that fonts without Vietnamese lack.
LETTERS = "ộửẩặỄĐ"
#: Millimetres that a figure may be tall.
TALLEST = 190


def write(paper: Paper) -> bytes:
    """The paper as PDF; equal papers give equal bytes on one machine."""
    import typst

    source = resources.files("sansang.formats.papers").joinpath("paper.typ").read_bytes()
    files = {"main.typ": source, "data.json": json.dumps(_data(paper), ensure_ascii=False).encode()}
    _, folder = _face()
    paths: list[str | Path] = [] if folder is None else [folder]
    # A fixed time: the paper says when it is from, not the machine.
    made = typst.compile(files, format="pdf", timestamp=0, font_paths=paths, ignore_system_fonts=True)  # type: ignore[call-overload]
    return bytes(made)


def has_times() -> bool:
    """Whether the machine has Times New Roman or a face of its measures; else the PDF takes another serif."""
    return _face()[1] is not None


@cache
def _face() -> tuple[str, Path | None]:
    """The family to write in and the folder of its files; one that has every Vietnamese letter in all four cuts.

    Some machines have two of one name, an old one without these letters: the name alone does not tell them apart.
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
        if family in FONTS and all(ord(letter) in letters for letter in LETTERS):
            found[family, path.parent] = found.get((family, path.parent), 0) + 1
    whole = [place for place, cuts in found.items() if cuts >= 4]
    return min(whole, key=lambda place: FONTS.index(place[0]), default=("Libertinus Serif", None))


def _data(paper: Paper) -> dict[str, Any]:
    figures: list[dict[str, Any]] = []
    issuer = layout.head_lines(paper.issuer)
    longest = max((width_of_bold(line, layout.ISSUER) for line in issuer), default=0.0)
    column = (layout.LEFT_COLUMN - 4) * 72 / 25.4
    title = min(width_of_bold(paper.title, layout.BODY), layout.TEXT_WIDTH * 72 / 25.4)
    return {
        "fonts": [_face()[0]],
        "mark": paper.mark,
        "file_title": nfc(f"{paper.type_name.capitalize()} {paper.title}"),
        "margins": {"top": layout.TOP, "bottom": layout.BOTTOM, "left": layout.LEFT, "right": layout.RIGHT},
        "columns": {"left": layout.LEFT_COLUMN, "right": layout.RIGHT_COLUMN},
        "sizes": {
            "body": layout.BODY,
            "state": layout.STATE_NAME,
            "motto": layout.MOTTO,
            "issuer": layout.ISSUER,
            "number": layout.NUMBER,
            "place": layout.PLACE,
            "recipients_head": layout.RECIPIENTS_HEAD,
            "recipients": layout.RECIPIENTS,
            "page_number": layout.PAGE_NUMBER,
            "cell": layout.CELL,
        },
        "rules": {"issuer": min(longest, column) * layout.SHORT_RULE, "title": title * layout.SHORT_RULE},
        "space_after": layout.SPACE_AFTER,
        "first_line": layout.FIRST_LINE_MM,
        "state": layout.STATE,
        "motto": layout.MOTTO_TEXT,
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
            case Table(header, rows, widths, right):
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
                # Who signs does not stand alone on a page.
                found.append({"kind": kind, "text": nfc(text), "sticky": place >= len(lines) - 2})
    return found


def _height(svg: str) -> float:
    """Millimetres tall at 150 mm wide, at most what fits on a page."""
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
    assert box is not None
    return min(150 * float(box[2]) / float(box[1]), TALLEST)
