"""What does a paper contain? Its content without layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sansang.formats.papers.forms import PAPER_TYPES

#: The mark across every page: an example, or a paper of an exercise.
Mark = Literal["VÍ DỤ", "DIỄN TẬP"]


@dataclass(frozen=True, slots=True)
class Section:
    """ "I. MỤC ĐÍCH, YÊU CẦU": a part of a plan or report; it is numbered when it is rendered."""

    title: str


@dataclass(frozen=True, slots=True)
class Clause:
    """ "1. …": a numbered clause of a section, with a heading or without (``heading`` false: a sentence)."""

    text: str
    heading: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """ "a) …": a point of a clause."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text of the body."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """ "- …": a line of a list below a point or clause."""

    text: str


@dataclass(frozen=True, slots=True)
class PaperTable:
    """Rows under a header; ``widths`` are relative, ``right`` the columns of numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as PNG and SVG, with a caption that also describes it to those who cannot see it."""

    png: bytes
    svg: str
    caption: str


Block = Section | Clause | Point | Paragraph | Item | PaperTable | Figure


@dataclass(frozen=True, slots=True)
class Appendix:
    """ "Phụ lục I": numbered by its position, with its own page numbers; ``landscape`` for a wide table."""

    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of an authority: head, title, body, foot, appendices.

    ``number`` and ``day`` are None while they are open; ``year`` is used in an open date. ``drafted_by`` is the
    abbreviation in the last line of the recipients. ``signing`` are the lines above the signature, which stays empty:
    papers are not signed here. There is no field for a secrecy mark.
    """

    type: str
    issuer: str
    symbol: str
    place: str
    year: int
    title: str
    blocks: tuple[Block, ...]
    signing: tuple[str, ...]
    recipients: tuple[str, ...]
    drafted_by: str
    mark: Mark
    parent: str = ""
    number: int | None = None
    day: date | None = None
    grounds: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    appendices: tuple[Appendix, ...] = ()

    def __post_init__(self) -> None:
        if self.type not in PAPER_TYPES:
            raise ValueError(f"no such type of paper: {self.type}")

    @property
    def type_name(self) -> str:
        """The name of the type in capitals: "KẾ HOẠCH"."""
        return PAPER_TYPES[self.type].upper()


def paper_texts(paper: Paper) -> Iterator[tuple[str, str]]:
    """Every text of a paper with its place ("title", "grounds 1", "body 3")."""
    for name in ("parent", "issuer", "symbol", "place", "title", "drafted_by"):
        yield name, getattr(paper, name)
    for name in ("grounds", "addressees", "signing", "recipients"):
        for number, line in enumerate(getattr(paper, name), 1):
            yield f"{name} {number}", line
    yield from block_texts("body", paper.blocks)
    for number, appendix in enumerate(paper.appendices, 1):
        yield f"appendix {number}", appendix.title
        yield from block_texts(f"appendix {number}", appendix.blocks)


def block_texts(place: str, blocks: tuple[Block, ...]) -> Iterator[tuple[str, str]]:
    """Every text of the blocks with its place: the given one and the number of the block, from 1."""
    for number, block in enumerate(blocks, 1):
        block_place = f"{place} {number}"
        match block:
            case Section(text) | Clause(text) | Point(text) | Paragraph(text) | Item(text):
                yield block_place, text
            case PaperTable(header, rows):
                for row in (header, *rows):
                    for cell in row:
                        yield block_place, cell
            case Figure(caption=caption):
                yield block_place, caption
