"""How wide is a line of bold Times? Rules at the head of a paper are measured by the text above them.

Advance widths in thousandths of the font size, of Adobe's Times-Bold, whose metrics Times New Roman and Liberation
Serif share. Marks on letters add no width.
"""

from __future__ import annotations

import unicodedata
from string import ascii_lowercase, ascii_uppercase

#: From A to Z, and from a to z.
_CAPITALS = "722 667 722 722 667 611 778 778 389 500 778 667 944 722 778 611 778 722 556 667 722 722 1000 722 722 667"
_SMALL = "500 556 444 556 444 333 500 556 278 333 556 278 833 556 500 556 556 444 389 333 556 500 722 500 500 444"
_LETTERS = {
    letter: int(width)
    for letters, widths in ((ascii_uppercase, _CAPITALS), (ascii_lowercase, _SMALL))
    for letter, width in zip(letters, widths.split(), strict=True)
}
_SPACE, _HYPHEN, _DIGIT, _OTHER = 250, 333, 500, 500


def width_of_bold(text: str, size: float) -> float:
    """Width of a line in points, in bold Times of ``size`` points."""
    return sum(_advance(character) for character in text) * size / 1000


def _advance(character: str) -> int:
    base = unicodedata.normalize("NFD", character)[0].replace("Đ", "D").replace("đ", "d")
    if base in _LETTERS:
        return _LETTERS[base]
    if base == " ":
        return _SPACE
    if base == "-":
        return _HYPHEN
    return _DIGIT if base.isdecimal() else _OTHER
