"""How is Vietnamese searched and sorted? Folded keys for search, dictionary order for lists."""

from __future__ import annotations

import unicodedata

#: Letters in dictionary order; f, j, w, z are those of borrowed names.
LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
#: Tone marks in dictionary order: none, huyền, hỏi, ngã, sắc, nặng.
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")

#: Where numbers stand among the places of letters: letters come after, other signs (shifted below) before.
_NUMBER = 0
_BELOW = 0x110000

SortKey = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def nfc(text: str) -> str:
    """The text with its letters composed, as papers and searches want it."""
    return unicodedata.normalize("NFC", text)


def search_key(text: str) -> str:
    """The text for searching: lower case, without marks, đ as d, single spaces. Unites hoà and hòa."""
    marks = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(c for c in marks if not unicodedata.combining(c)).replace("đ", "d")
    return " ".join(plain.split())


def has_marks(text: str) -> bool:
    """Whether a text is written with any marks, so that what has none in it is meant so."""
    return search_key(text) != " ".join(text.casefold().split())


def sort_key(text: str) -> SortKey:
    """A key that puts Vietnamese texts into dictionary order: syllable by syllable, letters before tones.

    The place of the tone mark does not matter (hoà = hòa). What is no letter sorts before letters; numbers
    that stand alone sort by value.
    """
    return tuple(_syllable(word) for word in text.casefold().split())


def _syllable(word: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    if word.isdecimal():
        digits = word.lstrip("0")
        return ((_NUMBER, len(digits), *map(int, digits)), (0,))
    letters: list[int] = []
    tone = 0
    for character in unicodedata.normalize("NFC", word):
        parts = unicodedata.normalize("NFD", character)
        rest = "".join(p for p in parts if p not in TONES[1:])
        tone = next((TONES.index(p) for p in parts if p in TONES[1:]), tone)
        letter = unicodedata.normalize("NFC", rest)
        if not letter:  # the tone of a letter without a composed form, as in "x̣"
            continue
        place = LETTERS.find(letter)
        letters.append(_NUMBER + 1 + place if place >= 0 else ord(letter[0]) - _BELOW)
    return (tuple(letters), (tone,))


def person_sort_key(name: str) -> tuple[SortKey, SortKey]:
    """A key that sorts people by the given name, which comes last; then by what stands before it."""
    words = name.split()
    return (sort_key(" ".join(words[-1:])), sort_key(" ".join(words[:-1])))
