"""How is a text table read? CSV in whatever encoding and with whatever separator it was written."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter

from sansang.formats.workbook.archive import refusal
from sansang.formats.workbook.sheets import Book, Sheet, sparse
from sansang.words import mark

SEPARATORS = ",;\t|"
_SAMPLE = 200_000
#: Letters that Vietnamese has beyond ASCII.
_VIETNAMESE = frozenset(
    "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
    "ÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
)


def open_text(file: str, data: bytes) -> Book:
    """The one sheet of a text table; raises Unreadable for what is no text."""
    text, encoding = _decoded(file, data)
    separator, text = _separator(text)
    csv.field_size_limit(2**20)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as wrong:
        raise refusal(
            "damaged",
            file,
            mark("The text table can't be read ({reason})"),
            mark("Look for a quotation mark that is not closed, or save the list as .xlsx"),
            reason=str(wrong),
        ) from wrong
    if max((len(row) for row in rows), default=0) < 2:
        raise refusal(
            "not-a-table",
            file,
            mark("The text has no columns: no comma, semicolon, tab or bar separates them"),
            mark("Save the list as .xlsx or as CSV"),
        )
    return Book("csv", (Sheet("CSV", sparse(rows)),), encoding)


def _decoded(file: str, data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding."""
    for sign, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(sign):
            try:
                return _clean(data.decode(name)), name
            except UnicodeDecodeError:
                break
    zeros = data[:_SAMPLE].count(b"\0")
    if zeros:
        sides = Counter(place % 2 for place, byte in enumerate(data[:_SAMPLE]) if byte == 0)
        guess = "utf-16-le" if sides[1] > sides[0] else "utf-16-be"
        if zeros * 5 > len(data[:_SAMPLE]) and max(sides.values()) > 0.95 * zeros:
            try:
                return _clean(data.decode(guess)), guess
            except UnicodeDecodeError:
                pass
        raise refusal(
            "binary",
            file,
            mark("The file is neither a workbook nor text"),
            mark("Give a file in one of the forms .xlsx, .xls, .ods, .csv"),
        )
    try:
        return _clean(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        return _of_old_times(file, data)


def _of_old_times(file: str, data: bytes) -> tuple[str, str]:
    """Not Unicode: of the code pages that can be meant, the one whose text looks most like a language."""
    import charset_normalizer

    names = ["cp1258", "cp1252"]
    best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
    if best is not None and best.encoding not in names:
        names.append(best.encoding)
    found: list[tuple[float, str, str]] = []
    for name in names:
        try:
            text = _clean(data.decode(name))
        except (UnicodeDecodeError, LookupError):
            continue
        found.append((_likeness(text), name, text))
    if not found:
        raise refusal(
            "encoding",
            file,
            mark("The letters of the text can't be made out: the encoding is unknown"),
            mark("Save it as CSV UTF-8, or as .xlsx"),
        )
    # Of equals the first: a file without a Vietnamese letter reads the same in both code pages.
    _, name, text = max(found, key=lambda one: one[0])
    return text, name


def _likeness(text: str) -> float:
    """The share of letters beyond ASCII that Vietnamese or common signs use, less what no text holds."""
    beyond = [letter for letter in text[:_SAMPLE] if ord(letter) > 127]
    if not beyond:
        return 1.0
    good = sum(letter in _VIETNAMESE or letter in "–—“”‘’…°·•×±²³€«»" for letter in beyond)
    odd = sum(unicodedata.combining(letter) > 0 or unicodedata.category(letter) in ("Cc", "Co") for letter in beyond)
    return (good - 2 * odd) / len(beyond)


def _clean(text: str) -> str:
    """Letters composed, line ends as one sign, no mark at the start."""
    return unicodedata.normalize("NFC", text.removeprefix("\ufeff"))


def _separator(text: str) -> tuple[str, str]:
    """What separates the columns, and the text without the line that says so."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        return first.strip()[4], rest
    counts = {sign: _steadiness(text[:_SAMPLE], sign) for sign in SEPARATORS}
    best = max(counts, key=lambda sign: counts[sign])
    return (best if counts[best] else ","), text


def _steadiness(text: str, sign: str) -> float:
    """How many rows have the most usual number of columns beyond one, weighted by that number."""
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=sign):
            rows.append(len(row))
            if len(rows) >= 300:
                break
    except csv.Error:
        return 0.0
    counts = Counter(width for width in rows if width > 1)
    if not counts:
        return 0.0
    width, times = max(counts.items(), key=lambda item: (item[1], item[0]))
    return times / len(rows) * min(width, 8) + times / 1000
