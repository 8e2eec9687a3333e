"""Which day? Dates in the forms that people write, completed and settled by the exercise's own day."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

#: What the answer had to be guessed from.
Doubt = Literal[
    "", "lost-zeros", "hours", "minutes", "hour-only", "extra-zeros", "day-first", "serial", "no-year", "plus", "zone"
]

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august"),
            *("sep sept september", "oct october", "nov november", "dec december"),
        ),
        1,
    )
    for name in names.split()
}
MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))

DATES = (
    re.compile(r"(?P<y>(?:19|20)\d{2})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})t?"),
    re.compile(r"(?:ngay\s*)?(?P<a>\d{1,2})\s*[-/.]\s*(?P<b>\d{1,2})\s*[-/.]\s*(?P<y>(?:19|20)\d{2}|\d{2})(?!\d)"),
    re.compile(r"(?:ngay\s*)?(?P<d>\d{1,2})\s*thang\s*(?P<m>\d{1,2})(?:\s*(?:nam|,|/|-)?\s*(?P<y>(?:19|20)\d{2}))?"),
    re.compile(
        r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ -]*(?P<n>[a-z]{3,9})\.?,?(?:[ -]*(?P<y>(?:19|20)\d{2}|\d{2}(?![\d:h])))?"
    ),
    re.compile(r"(?P<n>[a-z]{3,9})\.?[ -]*(?P<d>\d{1,2})(?:st|nd|rd|th)?(?!\d|:)(?:,?[ -]*(?P<y>(?:19|20)\d{2}))?"),
    re.compile(r"(?:ngay\s*)?(?P<a>\d{1,2})\s*/\s*(?P<b>\d{1,2})(?!\s*/|\d)"),
)


def date_of(named: dict[str, str | None], around: date | None, month_first: bool) -> tuple[date | None, Doubt]:
    """The day that the parts of a found date mean, and what was guessed; None for a day that there is not."""
    year_text = named.get("y")
    doubt: Doubt = ""
    if named.get("a") is not None:
        first, second = int(named["a"] or 0), int(named["b"] or 0)
        orders = [(second, first), (first, second)]
        if month_first:
            orders.reverse()
        days = [_complete(year_text, month, day, around) for month, day in orders]
        possible = [day for day in days if day is not None]
        if not possible:
            return None, ""
        if len(set(possible)) > 1:
            near = [day for day in possible if around is not None and abs((day - around).days) <= 10]
            if len(near) == 1:
                return near[0], "" if year_text else "no-year"
            doubt = "day-first"
        return possible[0], doubt or ("" if year_text else "no-year")
    month = MONTHS[named.get("n") or ""] if named.get("n") else int(named.get("m") or 0)
    day = _complete(year_text, month, int(named.get("d") or 0), around)
    return day, "" if year_text else "no-year"


def _complete(year_text: str | None, month: int, day: int, around: date | None) -> date | None:
    """The day; without a year the one nearest to the exercise's own day."""
    if year_text:
        year = int(year_text)
        years = [year + 2000 if len(year_text) == 2 else year]
    elif around is not None:
        years = sorted(
            (around.year - 1, around.year, around.year + 1),
            key=lambda y: abs((y - around.year) * 12 + month - around.month),
        )
    else:
        return None
    try:
        return date(years[0], month, day)
    except ValueError:
        return None


def date_within(text: str) -> str:
    """The first date in a text, as it stands, with the words that belong to it; "" for none."""
    found = re.search(
        r"\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*\d{4}|\d{1,2} thang \d{1,2} nam \d{4}|\d{4}-\d{2}-\d{2}"
        r"|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9},? \d{4}|[a-z]{3,9} \d{1,2}(?:st|nd|rd|th)?,? \d{4}",
        text,
    )
    return found[0] if found else ""
