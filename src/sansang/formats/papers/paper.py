"""What does a paper say? Its content without layout."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sansang.formats.papers.forms import TYPES

#: Across every page of a paper that is no real one.
Mark = Literal["VÍ DỤ", "DIỄN TẬP"]


@dataclass(frozen=True, slots=True)
class Section:
    """ "I. MỤC ĐÍCH, YÊU CẦU": a part of a plan or report; the numeral is given when it is written."""

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
class Table:
    """Rows under a header; ``widths`` are relative, ``right`` the columns of numbers."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing as PNG and as SVG, with what it shows in words for who cannot see it."""

    png: bytes
    svg: str
    caption: str


Block = Section | Clause | Point | Paragraph | Item | Table | Figure


@dataclass(frozen=True, slots=True)
class Appendix:
    """ "Phụ lục I": numbered by its place, with pages numbered apart; ``landscape`` for a wide table."""

    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of an authority: head, title, body, foot, appendices.

    ``number`` and ``day`` are None while they are open; ``year`` stands in an open date. ``drafted_by`` holds the
    letters in the last line of the recipients. ``signing`` are the lines above the place of the signature, which
    stays empty: nothing here signs. There is no secrecy mark, and no field for one.
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
        if self.type not in TYPES:
            raise ValueError(f"no such type of paper: {self.type}")

    @property
    def type_name(self) -> str:
        """ "KẾ HOẠCH"."""
        return TYPES[self.type].upper()


def texts(paper: Paper) -> Iterator[tuple[str, str]]:
    """Every text of a paper with the place where it stands, for whoever looks it through."""
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
    """The texts of blocks, by their places from 1."""
    for number, block in enumerate(blocks, 1):
        where = f"{place} {number}"
        match block:
            case Section(text) | Clause(text) | Point(text) | Paragraph(text) | Item(text):
                yield where, text
            case Table(header, rows):
                for row in (header, *rows):
                    for cell in row:
                        yield where, cell
            case Figure(caption=caption):
                yield where, caption
