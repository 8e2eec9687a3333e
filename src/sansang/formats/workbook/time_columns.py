"""How are the times of a column written? What one cell leaves open the column as a whole shows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from sansang.formats.workbook.clock import Small
from sansang.formats.workbook.sheets import Value, as_text
from sansang.model.language import search_key


def small_numbers(values: list[Value]) -> Small:
    """How whole numbers below 100 are meant in a column of times: as the rest of the column shows.

    Numbers such as 0, 5, 15, 90 that are no times of day mean minutes; beside 600 and 1330 a 45 is 0045 that has lost
    its zeros.
    """
    numbers = []
    for value in values:
        text = as_text(value)
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,4}", text):
            continue
        numbers.append((int(text), len(text)))
    if len(numbers) < 3 or len(numbers) * 2 < len(values):
        return "clock"
    if sum(length > 2 and text_is_clock(number) for number, length in numbers) * 2 > len(numbers):
        return "zeros"
    bad = [number for number, _ in numbers if not text_is_clock(number) or 24 < number < 100]
    rising = all(a <= b for (a, _), (b, _) in pairwise(numbers))
    return "minutes" if bad and rising else "clock"


def text_is_clock(number: int) -> bool:
    """Whether a whole number reads as hours and minutes."""
    return number // 100 <= 24 and number % 100 < 60


def plus_minutes(values: list[Value]) -> bool:
    """Whether `T+n` counts minutes in this column: some n is beyond two days of hours, or all rise in fives."""
    numbers = []
    for value in values:
        found = re.fullmatch(r"(?:gio )?[thge]\s*\+\s*(\d{1,3})", search_key(as_text(value)))
        if found is not None:
            numbers.append(int(found[1]))
    if not numbers:
        return False
    return max(numbers) > 48 or (len(numbers) >= 3 and max(numbers) >= 10 and all(n % 5 == 0 for n in numbers))


def month_first(columns: Mapping[str, list[Value]]) -> bool:
    """Whether dates such as 11/14/2026 occur, and none such as 14/11/2026."""
    firsts, seconds = [], []
    for values in columns.values():
        for value in values:
            found = (
                re.search(r"\b(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}\b", as_text(value))
                if isinstance(value, str)
                else None
            )
            if found is not None:
                firsts.append(int(found[1]))
                seconds.append(int(found[2]))
    return any(n > 12 for n in seconds) and not any(n > 12 for n in firsts)
