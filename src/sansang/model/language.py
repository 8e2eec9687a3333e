"""How is Vietnamese text searched and sorted? Keys for search without marks, and for dictionary order."""

from __future__ import annotations

import unicodedata

#: Letters in dictionary order; f, j, w, z are those of borrowed names.
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
#: Tone marks in dictionary order: none, huyền, hỏi, ngã, sắc, nặng.
TONES = ("", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323")

#: Rank of numbers in a sort key: letters rank after them, all other characters (shifted by _BELOW) before.
_NUMBER = 0
_BELOW = 0x110000

SortKey = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


def nfc(text: str) -> str:
    """The text in Unicode normal form C (letters composed), as papers and searches need it."""
    return unicodedata.normalize("NFC", text)


def search_key(text: str) -> str:
    """The text in the form in which it is searched: lower case, no marks, đ as d, single spaces; hoà equals hòa."""
    marks = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(c for c in marks if not unicodedata.combining(c)).replace("đ", "d")
    return " ".join(plain.split())


def has_marks(text: str) -> bool:
    """Whether the text has any tone or letter marks; a text with none may have been typed without them."""
    return search_key(text) != " ".join(text.casefold().split())


def sort_key(text: str) -> SortKey:
    """A key for Vietnamese dictionary order: syllable by syllable, letters before tones.

    The position of the tone mark does not matter (hoà = hòa). Other characters sort before letters; words that are
    numbers sort by value.
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
        rank = ALPHABET.find(letter)
        letters.append(_NUMBER + 1 + rank if rank >= 0 else ord(letter[0]) - _BELOW)
    return (tuple(letters), (tone,))


def person_sort_key(name: str) -> tuple[SortKey, SortKey]:
    """A key that sorts people by their given name, which is the last word, then by the words before it."""
    words = name.split()
    return (sort_key(" ".join(words[-1:])), sort_key(" ".join(words[:-1])))
