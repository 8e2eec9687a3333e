"""When? One cell of a list, in any form that people write times in, as a moment that says what it leaves open."""

from __future__ import annotations

import dataclasses
import math
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from sansang.formats.workbook.days import DATES, MONTH_NAMES, MONTHS, Doubt, date_of
from sansang.formats.workbook.sheets import Value
from sansang.model.language import search_key

#: How a small whole number in a column of times is meant.
Small = Literal["clock", "zeros", "minutes", "hours"]

DAY = 1440.0
#: Military letters of time zones as hours from UTC; J and L mean the local time.
_ZONES = {letter: hours for hours, letter in enumerate("ABCDEFGHIKLM", 1)} | {
    letter: -hours for hours, letter in enumerate("NOPQRSTUVWXY", 1)
}
_ZONES = {letter: hours for letter, hours in _ZONES.items() if letter not in "LH"} | {"Z": 0}
_NOTHING = re.compile(r"[-. _/?*x]*|tbd|tba|tbc|n ?/? ?a|na|none|nil|khong|chua (ro|co|dinh|xac dinh)|sau|de trong")
_START = re.compile(r"start( ?ex| of exercise)|bat dau( dien tap)?|gio bat dau|khai mac|(gio )?[tgh]|[gh][- ]hour")
_EPOCH_YEARS = (1899, 1900, 1904)
_WEEKDAY = re.compile(
    r"\bthu (hai|ba|tu|nam|sau|bay)\b|\bchu nhat\b|\b(mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?\b\.?"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """What a cell says of time. Exactly one form, or a day with a clock:

    ``day`` and ``clock`` (minutes after midnight), ``day_number`` (1 is the first day) with ``clock``, ``offset``
    (minutes from the start of the exercise), ``after`` (minutes after the row before), ``word`` ("none", "start",
    "end"). ``until`` is the end of a range. ``doubt`` says what was guessed; ``zone`` are hours from UTC.
    """

    day: date | None = None
    clock: float | None = None
    day_number: int | None = None
    offset: float | None = None
    after: float | None = None
    word: Literal["", "none", "start", "end"] = ""
    until: Moment | None = None
    doubt: Doubt = ""
    zone: float | None = None

    @property
    def says_when(self) -> bool:
        """Whether it gives a time, not only a day."""
        return self.clock is not None or self.offset is not None or self.after is not None or self.word in _ENDS


_ENDS = ("start", "end")
NOTHING = Moment(word="none")


def read_moment(
    value: Value | None, around: date | None = None, small: Small = "clock", month_first: bool = False
) -> Moment | None:
    """The moment that a cell gives; None when it can't be understood.

    ``around`` is the exercise's own day: it completes days without a year and settles 5/3 against 3/5 where only
    one lies near. ``small`` says how a whole number below 100 is meant, as the rest of its column shows.
    """
    if value is None or isinstance(value, bool):
        return NOTHING if value is None else None
    if isinstance(value, datetime):
        return _of_datetime(value)
    if isinstance(value, date):
        return Moment(day=value)
    if isinstance(value, time):
        return Moment(clock=_clock(value))
    if isinstance(value, timedelta):
        total = value.total_seconds() / 60
        return Moment(clock=total) if 0 <= total < DAY else Moment(offset=total, doubt="hours")
    if isinstance(value, int | float):
        return _of_number(float(value), small)
    return _of_text(value, around, small, month_first)


def _of_datetime(value: datetime) -> Moment:
    if value.year in _EPOCH_YEARS:
        return Moment(clock=_clock(value.time()))
    local = value
    if value.tzinfo is not None:
        offset = value.utcoffset()
        zone = None if offset is None else offset.total_seconds() / 3600
        return Moment(day=value.date(), clock=_clock(value.time()), zone=zone)
    if local.time() == time():
        return Moment(day=local.date())
    return Moment(day=local.date(), clock=_clock(local.time()))


def _clock(value: time) -> float:
    return value.hour * 60 + value.minute + value.second / 60 + value.microsecond / 60e6


def _of_number(value: float, small: Small) -> Moment | None:
    if not math.isfinite(value) or value < 0:
        return None
    if small == "minutes" and value < 100_000:
        return Moment(offset=value)
    if small == "hours" and value < 10_000:
        return Moment(offset=value * 60)
    if 0 < value < 1:
        return Moment(clock=round(value * DAY * 60) / 60)
    if 20_000 <= value < 80_000:
        return _of_serial(value)
    if value != int(value):
        return None
    if small == "zeros" and value < 100:
        return Moment(clock=value, doubt="lost-zeros" if value else "") if value < 60 else None
    return _digits(str(int(value)))


def _of_serial(value: float) -> Moment:
    """A day counted from 1899-12-30, as spreadsheets keep it, that was left without its format."""
    day = date(1899, 12, 30) + timedelta(days=int(value))
    rest = round((value - int(value)) * DAY * 60) / 60
    return Moment(day=day, clock=rest or None, doubt="serial")


def _digits(text: str) -> Moment | None:
    """`600`, `0700`, `00900`, `070000`, `7`."""
    doubt: Doubt = ""
    hours: int
    minutes: int
    if len(text) == 6:
        hours, minutes, seconds = int(text[:2]), int(text[2:4]), int(text[4:])
    else:
        seconds = 0
        while len(text) > 4 and text.startswith("0"):
            text, doubt = text[1:], "extra-zeros"
        if len(text) > 4:
            return None
        if len(text) <= 2:
            hours, minutes = int(text), 0
            doubt = "hour-only"
            if text in ("0", "00"):
                doubt = ""
        else:
            hours, minutes = int(text[:-2]), int(text[-2:])
    if hours > 24 or minutes > 59 or seconds > 59 or (hours == 24 and minutes + seconds):
        return None
    return Moment(clock=hours * 60 + minutes + seconds / 60, doubt=doubt)


def _of_text(value: str, around: date | None, small: Small, month_first: bool) -> Moment | None:
    text = search_key(value.replace("–", "-").replace("—", "-").replace("−", "-").replace("’", "'").replace("′", "'"))
    text = _WEEKDAY.sub(" ", text)
    text = " ".join(text.replace(" ,", ",").split()).strip(" ,;.")
    if not text or _NOTHING.fullmatch(text):
        return NOTHING
    if _START.fullmatch(text):
        return Moment(word="start")
    if re.fullmatch(r"(endex|end of exercise|end ex|ket thuc( dien tap)?|be mac)", text):
        return Moment(word="end")
    found = (
        _group(text)
        or _relative(text, small)
        or _numbered_day(text)
        or _duration_after(text)
        or (_serial_text(text) if text.isdecimal() else None)
    )
    if found is not None:
        return found
    if small != "clock" and re.fullmatch(r"\d+([.,]\d+)?", text):
        return _of_number(float(text.replace(",", ".")), small)
    found = _with_day(text, around, month_first) or _range(text, around, month_first)
    if found is None and "(" in text:
        # A remark in brackets: 06:00 (dự kiến).
        bare = " ".join(re.sub(r"\([^)]*\)", " ", text).split())
        return _of_text(bare, around, small, month_first) if bare and "(" not in bare else None
    return found


def _serial_text(text: str) -> Moment | None:
    return _of_serial(float(text)) if len(text) == 5 and 30_000 <= int(text) < 60_000 else None


def _group(text: str) -> Moment | None:
    """A date-time group: `210915AUG2011`, `210915L AUG 11`, `140730GNOV26`."""
    found = re.fullmatch(rf"(\d{{2}})(\d{{2}})(\d{{2}})\s*([a-z])?\s*({MONTH_NAMES})\.?\s*(\d{{4}}|\d{{2}})", text)
    if found is None:
        return None
    year = int(found[6]) + (2000 if len(found[6]) == 2 else 0)
    hours, minutes = int(found[2]), int(found[3])
    try:
        day = date(year, MONTHS[found[5]], int(found[1]))
    except ValueError:
        return None
    if hours > 24 or minutes > 59:
        return None
    return _zoned(Moment(day=day, clock=hours * 60.0 + minutes), found[4])


def _zoned(moment: Moment, letter: str | None) -> Moment:
    """The moment with the zone that a military letter names; L, H and J are here."""
    hours = _ZONES.get((letter or "").upper())
    return moment if hours is None else dataclasses.replace(moment, zone=float(hours), doubt="zone")


_TOKEN = re.compile(r"([dnhgtm])\s*\+\s*(\d+(?:[.,]\d+)?)\s*")
_UNITS = {"d": DAY, "n": DAY, "h": 60.0, "g": 60.0, "t": 60.0, "m": 1.0}


def _relative(text: str, small: Small) -> Moment | None:
    """`T+2`, `H+0:45`, `D+2 H+3 M+45`, `N+1 07:00`, `T+90'`, `G - 30 phút`, `+10`."""
    tokens = _TOKEN.findall(text)
    if len(tokens) > 1 and not _TOKEN.sub("", text).strip(" ,"):
        letters = [letter for letter, _ in tokens]
        if len(set(letters)) == len(letters):
            return Moment(offset=sum(_UNITS[letter] * float(n.replace(",", ".")) for letter, n in tokens))
    found = re.fullmatch(r"([dn])\s*([+-])\s*(\d{1,3})(?:[ ,:;-]+(?:luc |at )?(.+))?", text)
    if found is not None:
        nth = int(found[3]) * (1 if found[2] == "+" else -1) + 1
        if found[4] is None:
            return Moment(day_number=nth)
        clock = _bare_clock(found[4])
        return None if clock is None else dataclasses.replace(clock, day_number=nth)
    found = re.fullmatch(r"(?:gio )?(t|h|g|e|m|startex|x)?\s*([+-])\s*(\d.*)", text)
    if found is None:
        return None
    sign = 1.0 if found[2] == "+" else -1.0
    letter, rest = found[1] or "", found[3].strip()
    length = duration(rest)
    if length is not None:
        return Moment(offset=sign * length)
    plain = re.fullmatch(r"\d+(?:[.,]\d+)?", rest)
    if plain is None:
        return None
    number = float(rest.replace(",", "."))
    if letter == "m":
        return Moment(offset=sign * number)
    if not letter:
        return Moment(offset=sign * number, doubt="plus")
    if len(rest) == 4 and rest.isdecimal() and int(rest[2:]) < 60:
        # T+0130 is an hour and a half.
        return Moment(offset=sign * (int(rest[:2]) * 60 + int(rest[2:])))
    if small == "minutes" or number > 48:
        return Moment(offset=sign * number, doubt="minutes")
    return Moment(offset=sign * number * 60, doubt="hours")


def _numbered_day(text: str) -> Moment | None:
    """`Day 2 0930`, `Ngày 2 lúc 08:30`, `D2 0930`."""
    found = re.fullmatch(r"(?:exercise )?(?:day|ngay( thu)?|d)\s*(\d{1,2})(?:(?: - |[ ,:;])+(?:luc |at )?(.+))?", text)
    if found is None or (found[3] is None and text.startswith("ngay") and int(found[2]) > 7):
        return None
    number = int(found[2])
    if found[3] is None:
        return Moment(day_number=number)
    clock = _bare_clock(found[3])
    return None if clock is None else dataclasses.replace(clock, day_number=number)


def _duration_after(text: str) -> Moment | None:
    """`sau 10 phút`, `10 min after`: counted from the row before."""
    found = re.fullmatch(r"(?:sau|after)\s+(.+)", text) or re.fullmatch(r"(.+?)\s+(?:sau|later|after)", text)
    if found is None:
        return None
    length = duration(found[1])
    return None if length is None else Moment(after=length)


def duration(text: str) -> float | None:
    """Minutes of a length that names its unit: `90'`, `2h30`, `1 giờ 15 phút`, `02:30`, `45 min`; else None."""
    text = search_key(text).strip(" .")
    text = re.sub(r"^(trong( vong)?|within|khoang|~|<=?|toi da|max|in)\s*", "", text)
    found = re.fullmatch(
        r"(?:(\d+(?:[.,]\d+)?)\s*(?:ngay|days?|d))?\s*(?:(\d+(?:[.,]\d+)?)\s*(?:gio|hours?|hrs?|h|g))?\s*"
        r"(?:(\d+(?:[.,]\d+)?)\s*(?:'|phut|ph|minutes?|mins?|m|p)?)?",
        text,
    )
    if found is not None and any(found.groups()) and not re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        days, hours, minutes = (float((part or "0").replace(",", ".")) for part in found.groups())
        return days * DAY + hours * 60 + minutes
    found = re.fullmatch(r"(\d{1,3}):(\d{2})(?::(\d{2}))?", text)
    if found is not None and int(found[2]) < 60:
        return int(found[1]) * 60 + int(found[2]) + int(found[3] or 0) / 60
    return None


_CLOCK = re.compile(
    r"(?:luc |at |khoang |~ ?|by |vao luc |approx\.? |ca\.? )?(\d{1,2})\s*(?::|h|g|gio|\.)\s*(\d{2})?"
    r"(?:\s*(?:phut|p(?!\.?m)|'))?"
    r"(?::(\d{2})(?:\.\d+)?)?\s*(am|pm|a\.m|p\.m|sa|ch|sang|chieu|toi|dem|trua)?\s*(?:hrs?|hours?|h)?\s*"
    r"([a-z]|local|lt|utc|gmt|ict)?"
)


def _bare_clock(text: str) -> Moment | None:
    """A time of day and nothing else."""
    text = text.strip(" ,;.-()")
    found = re.fullmatch(r"(\d{1,6})\s*(?:hrs?|hours?|h\b|gio)?\s*([a-z]|local|lt|utc|gmt|ict)?", text)
    if found is not None:
        if len(found[1]) <= 2 and re.search(r"\d\s*(h|hrs?|hours?|gio)$", text):
            return Moment(clock=int(found[1]) * 60.0) if int(found[1]) <= 24 else None
        read = _digits(found[1])
        return None if read is None else _zoned(read, _letter(found[2]))
    found = re.fullmatch(r"(\d{1,2})\s*(am|pm|a\.m|p\.m)", text)
    if found is not None and 1 <= int(found[1]) <= 12:
        return Moment(clock=(int(found[1]) % 12 + (12 if found[2].startswith("p") else 0)) * 60.0)
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    half = found[4] or ""
    if half.startswith("p") or half in ("ch", "chieu", "toi"):
        hours += 12 if hours < 12 else 0
    elif half.startswith("a") or half in ("sa", "sang"):
        hours = 0 if hours == 12 else hours
    elif half == "dem":
        hours += 12 if 6 <= hours < 12 else 0
    if hours > 24 or minutes > 59 or seconds > 59 or (hours == 24 and minutes + seconds):
        return None
    return _zoned(Moment(clock=hours * 60 + minutes + seconds / 60), _letter(found[5]))


def _letter(zone: str | None) -> str | None:
    return "z" if zone in ("utc", "gmt") else None if zone in ("local", "lt", "ict") else zone


def _with_day(text: str, around: date | None, month_first: bool) -> Moment | None:
    """A day and perhaps a time of day, in either order; or a time of day alone."""
    alone = _bare_clock(text)
    if alone is not None:
        return alone
    for pattern in DATES:
        for found in pattern.finditer(text):
            named = found.groupdict()
            if named.get("n") is not None and named["n"] not in MONTHS:
                continue
            day, doubt = date_of(named, around, month_first)
            if day is None:
                continue
            before, after = text[: found.start()], text[found.end() :]
            rest = f"{before} {after}".strip(" ,;-()t")
            rest = re.sub(r"^(luc|at|vao|ngay)\b|\b(luc|at|ngay|on|vao)$", "", rest).strip(" ,;-")
            if not rest:
                return Moment(day=day, doubt=doubt)
            clock = _bare_clock(rest)
            if clock is not None:
                return dataclasses.replace(clock, day=day, doubt=doubt or clock.doubt)
            if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?(\.\d+)?([+-]\d{2}:?\d{2}|z)", rest):
                return _iso(text, day)
    return None


def _iso(text: str, day: date) -> Moment | None:
    try:
        value = datetime.fromisoformat(text.upper().replace(" ", "T", 1))
    except ValueError:
        return None
    offset = value.utcoffset()
    return Moment(day=day, clock=_clock(value.time()), zone=None if offset is None else offset.total_seconds() / 3600)


def _range(text: str, around: date | None, month_first: bool) -> Moment | None:
    """`0700-0730`, `07:00 – 07:15`, `7h đến 8h`: the beginning, with its end."""
    for sign in (" den ", " to ", " - ", "-", "->", "→", " toi ", " until "):
        left, found, right = text.partition(sign)
        if not found or not left.strip() or not right.strip():
            continue
        first = _with_day(left.strip(), around, month_first) if any(c.isdigit() for c in left) else None
        last = _with_day(right.strip(), around, month_first) if any(c.isdigit() for c in right) else None
        if first is not None and last is not None and first.clock is not None and last.clock is not None:
            doubt: Doubt = "" if "hour-only" in (first.doubt, last.doubt) else first.doubt
            return dataclasses.replace(first, until=last, doubt=doubt)
    return None
