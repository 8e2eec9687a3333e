"""What stands above a list? Its title, the day of the exercise, and when it starts."""

from __future__ import annotations

import re
from datetime import date, datetime

from sansang.formats.workbook.clock import Moment, read_moment
from sansang.formats.workbook.headings import key
from sansang.formats.workbook.sheets import Sheet, Value, as_text
from sansang.model.language import search_key

#: A date beside these belongs to another paper, or to this one, not to the exercise.
_OTHER_PAPERS = ("ke hoach so", "quyet dinh so", "cong van so", "kem theo", "ban hanh", "can cu", "cap nhat", "so:")
_OTHER_DATES = ("updated", "revised", "version", "phien ban", "printed", "as of", "last saved", "prepared on", "issued")


def title_block(sheet: Sheet, top: int) -> tuple[str, date | None, float | None]:
    """What stands above a list: its title, the day of the exercise, and the clock at which it starts.

    A date with a label of its own counts before one within other words; dates of other papers do not count.
    """
    title, start = "", None
    days: list[tuple[int, date]] = []
    for row in sorted(row for row in sheet.rows if row < top):
        cells = sheet.rows[row]
        texts = [as_text(value) for _, value in sorted(cells.items())]
        for column, value in sorted(cells.items()):
            text = as_text(value)
            label = (
                search_key(as_text(cells.get(column - 1)))
                + " "
                + search_key(text.partition(":")[0] if ":" in text else "")
            )
            plain = f"{label} {search_key(text)}"
            if any(word in plain for word in (*_OTHER_PAPERS, *_OTHER_DATES)):
                continue
            moment = _labelled(value, label)
            if moment is None:
                continue
            if moment.day is not None:
                days.append((0 if any(word in label for word in _DATE_WORDS) else 1, moment.day))
            if start is None and moment.clock is not None and (_says_start(plain) or moment.day is not None):
                start = moment.clock
        long = [" ".join(text.split()) for text in texts if len(text) >= 8 and len(texts) <= 3]
        if not title and long and not any(c.isdigit() for c in long[0][:3]) and not _is_label(long[0]):
            title = long[0][:200]
    return title, min(days, key=lambda one: one[0])[1] if days else None, start


_DATE_WORDS = ("ngay", "date", "day", "thoi gian", "when", "d-day")
_START_WORDS = ("startex", "bat dau", "start", "gio g", "h-hour", "gio n")


def _says_start(text: str) -> bool:
    return any(word in text for word in _START_WORDS)


def _is_label(text: str) -> bool:
    return ":" in text[:40] or key(text).startswith(
        ("ngay ", "date", "phien ban", "version", "cong hoa", "doc lap", "uy ban")
    )


def _labelled(value: Value, label: str) -> Moment | None:
    """The day or clock of a cell above the list, if it or the cell before it says that it is one."""
    if isinstance(value, date | datetime):
        return read_moment(value)
    text = as_text(value)
    plain = search_key(text)
    if not any(word in f"{label} {plain}" for word in (*_DATE_WORDS, *_START_WORDS)) or not any(
        c.isdigit() for c in text
    ):
        return None
    rest = text.partition(":")[2] if ":" in text and not text[: text.index(":")].strip()[-1:].isdigit() else text
    for candidate in (text, rest.strip(), date_within(plain)):
        moment = read_moment(candidate) if candidate else None
        if moment is not None and (moment.day is not None or moment.clock is not None):
            return moment
    return None


def date_within(text: str) -> str:
    """The first date in a text, as far as it can be told from the words around it; "" for none."""
    found = re.search(
        r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2} thang \d{1,2} nam \d{4}|\d{4}-\d{2}-\d{2}"
        r"|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9},? \d{4}|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}",
        text,
    )
    return found[0] if found else ""
