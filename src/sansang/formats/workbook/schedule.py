"""At which minute of the exercise? The moments of a list, settled against the exercise's own day and start."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from sansang.formats.problems import CatalogueMessage, Problem
from sansang.formats.workbook.clock import DAY, Moment, duration, read_moment
from sansang.formats.workbook.days import date_within
from sansang.formats.workbook.headings import key
from sansang.formats.workbook.rows import Entry
from sansang.formats.workbook.sheets import Value, as_text
from sansang.formats.workbook.time_columns import month_first, plus_minutes, small_numbers
from sansang.model.language import search_key
from sansang.model.plan.review.findings import Severity
from sansang.words import mark

#: A moment further from the exercise than this belongs to another one, or is a slip.
FARTHEST_DAYS = 23
LOCAL_ZONE = timezone(timedelta(hours=7))

DOUBTS = {
    "hours": mark("hours after the start"),
    "minutes": mark("minutes after the start"),
    "hour-only": mark("a full hour of the day"),
    "lost-zeros": mark("minutes after midnight, its zeros lost"),
    "extra-zeros": mark("a time of day with a zero too many"),
    "day-first": mark("the day before the month"),
    "serial": mark("a day that lost its format"),
    "no-year": mark("the year nearest to the exercise"),
    "plus": mark("minutes after the start"),
    "zone": mark("another time zone, turned into ours"),
    "midnight": mark("after midnight, so on the next day"),
    "number-of-day": mark("the day of the month"),
}


@dataclass(frozen=True, slots=True)
class EntryTimes:
    """When an entry is planned and due: minutes from the start; None where the list does not say."""

    planned: float | None = None
    deadline: float | None = None
    scenario_time: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class KnownStart:
    """What is known before the list is read: the exercise's start (of a folder, or asked for), else its day."""

    start: datetime | None = None
    day: date | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """The start of the exercise and what each entry's times came to; ``guessed`` when the day had to be made up."""

    start: datetime
    settled: tuple[EntryTimes, ...]
    guessed: bool = False


@dataclass
class _State:
    file: str
    problems: list[Problem]
    day1: date | None
    month_first: bool
    small: Mapping[str, str]
    in_minutes: bool

    def tell(self, code: str, entry: Entry, name: str, message: str, mend: str, **values: object) -> None:
        spot = entry.spot(self.file, name)
        severity: Severity = "note" if code == "time-guessed" else "warning"
        self.problems.append(Problem(code, spot, message, mend, values, severity))

    def guessed(self, entry: Entry, name: str, doubt: str) -> None:
        if doubt:
            self.tell(
                "time-guessed",
                entry,
                name,
                mark("“{text}” could mean several times; it is taken for {meaning}"),
                mark("If that is wrong, write the day and the time in full: 14/11/2026 07:30"),
                text=as_text(entry.values.get(name))[:60],
                meaning=CatalogueMessage(DOUBTS[doubt]),
            )


@dataclass(frozen=True, slots=True)
class _Release:
    """Where a moment came to: absolutely, or so many minutes after the start."""

    at: datetime | None = None
    offset: float | None = None


def schedule_entries(
    file: str,
    entries: Sequence[Entry],
    known: KnownStart,
    above: tuple[date | None, float | None],
    problems: list[Problem],
) -> Schedule:
    """The minutes of every entry, and the start that they are counted from.

    The start is the folder's or the one asked for; else what the title says; else the row that is called StartEx;
    else the earliest time of the list. ``above`` is the day and the clock of the title block.
    """
    day1 = known.start.date() if known.start else known.day or above[0]
    columns = {
        name: [entry.values[name] for entry in entries if name in entry.values] for name in ("planned", "offset", "day")
    }
    small = {
        "planned": small_numbers(columns["planned"]),
        "offset": "minutes",
        "deadline": "clock",
    }
    state = _State(file, problems, day1, month_first(columns), small, plus_minutes(columns["planned"]))
    if state.day1 is None:
        state.day1 = _first_day(state, entries)
    guessed = state.day1 is None
    if state.day1 is None:
        state.day1 = known.today or date(2026, 1, 1)
    whens = _whens(state, entries)
    start = known.start or _start(state, entries, whens, above)
    settled = tuple(_settled(state, entry, when, start) for entry, when in zip(entries, whens, strict=True))
    needs_day = any(when is not None and when.at is not None for when in whens)
    return Schedule(start, settled, guessed and needs_day)


def _first_day(state: _State, entries: Sequence[Entry]) -> date | None:
    """The first day of the list's days; one that stands alone far from the others does not count."""
    days: Counter[date] = Counter()
    for entry in entries:
        for text in (entry.values.get("day"), entry.values.get("planned"), entry.section_day, entry.sheet):
            moment = _moment_within(state, text) if text else None
            if moment is not None and moment.day is not None and moment.doubt != "serial":
                days[moment.day] += 1
                break
    if not days:
        for entry in entries:
            # Only days that lost their format are left: better than none.
            moment = read_moment(entry.values.get("planned"), None)
            if moment is not None and moment.day is not None:
                days[moment.day] += 1
    if not days:
        return None
    usual = days.most_common(1)[0][0]
    return min(day for day in days if abs((day - usual).days) <= FARTHEST_DAYS)


def _whens(state: _State, entries: Sequence[Entry]) -> list[_Release | None]:
    found: list[_Release | None] = []
    before: datetime | None = None
    before_sheet = ("", "")
    for entry in entries:
        if (entry.sheet, entry.section_day) != before_sheet:
            before = None
            before_sheet = (entry.sheet, entry.section_day)
        when = _when(state, entry, before, found[-1] if found else None)
        if when is not None and when.at is not None:
            before = when.at
        found.append(when)
    return found


def _day_of(state: _State, entry: Entry) -> tuple[date, bool]:
    """The day of an entry by its own column, the section it stands in or the name of its sheet; whether one says it."""
    assert state.day1 is not None
    for name, text in (("day", entry.values.get("day")), ("", entry.section_day), ("", entry.sheet)):
        if text is None or text == "":
            continue
        if name == "day" and isinstance(text, int | float) and 1 <= text <= 31:
            number = int(text)
            if number > 7 and abs(number - state.day1.day) <= 7:
                state.guessed(entry, "day", "number-of-day")
                return state.day1 + timedelta(days=number - state.day1.day), True
            return state.day1 + timedelta(days=number - 1), True
        moment = _moment_within(state, text)
        if moment is None:
            continue
        if moment.day is not None:
            if name == "day" and moment.doubt in ("day-first", "serial"):
                state.guessed(entry, "day", moment.doubt)
            return moment.day, True
        if moment.day_number is not None:
            return state.day1 + timedelta(days=moment.day_number - 1), True
    return state.day1, False


def _moment_within(state: _State, text: Value) -> Moment | None:
    moment = read_moment(text, state.day1, "clock", state.month_first)
    if moment is not None and (moment.day is not None or moment.day_number is not None):
        return moment
    if not isinstance(text, str):
        return None
    plain = search_key(text)
    date_text = date_within(plain)
    if date_text:
        return read_moment(date_text, state.day1, "clock", state.month_first)
    found = re.search(r"\b(?:exercise )?(?:day|ngay(?: thu)?)\s*(\d{1,2})\b(?!\s*[/.-]\s*\d)", plain)
    if found is not None:
        return Moment(day_number=int(found[1]))
    found = re.search(r"\b(\d{1,2})\s*[/.-]\s*(\d{1,2})\b", plain)
    return None if found is None else read_moment(found[0], state.day1, "clock", state.month_first)


def _when(state: _State, entry: Entry, before: datetime | None, last: _Release | None) -> _Release | None:
    for name in ("planned", "offset"):
        value = entry.values.get(name)
        if value is None:
            continue
        small = state.small[name]
        if name == "planned" and state.in_minutes:
            small = "minutes" if isinstance(value, str) and "+" in value else small
        moment = read_moment(value, state.day1, small, state.month_first)  # type: ignore[arg-type]
        if moment is None:
            _unreadable(state, entry, name)
            return None
        if moment.word == "none":
            continue
        if name == "offset" and moment.clock is not None and moment.day is None and moment.day_number is None:
            # In a column that counts from the start 0:30 is half an hour, not half past midnight.
            return _Release(offset=moment.clock)
        return _placed(state, entry, name, moment, before, last)
    day, said = _day_of(state, entry)
    moment = _moment_within(state, entry.values["day"]) if "day" in entry.values else None
    if said and moment is not None and moment.clock is not None:
        return _Release(at=_at(day, moment.clock))
    return None


def _placed(
    state: _State, entry: Entry, name: str, moment: Moment, before: datetime | None, last: _Release | None
) -> _Release | None:
    assert state.day1 is not None
    if moment.word:
        return _Release(offset=0.0) if moment.word == "start" else None
    if moment.offset is not None:
        in_minutes = state.in_minutes and moment.doubt == "minutes"
        state.guessed(entry, name, "" if in_minutes and moment.offset > 48 else moment.doubt)
        return _Release(offset=moment.offset)
    if moment.after is not None:
        if last is None:
            _unreadable(state, entry, name)
            return None
        if last.at is not None:
            return _Release(at=last.at + timedelta(minutes=moment.after))
        return _Release(offset=(last.offset or 0.0) + moment.after)
    return _placed_on_day(state, entry, name, moment, before)


def _placed_on_day(state: _State, entry: Entry, name: str, moment: Moment, before: datetime | None) -> _Release | None:
    """A time of day on the day that the cell, its row, its section or its sheet says, else on the first day."""
    assert state.day1 is not None
    doubt: str = moment.doubt
    if moment.day is not None:
        day = moment.day
    elif moment.day_number is not None:
        day = state.day1 + timedelta(days=moment.day_number - 1)
    else:
        day, said = _day_of(state, entry)
        at = _at(day, moment.clock or 0.0)
        if before is not None and at < before and not (said and "day" in entry.values):
            # A list goes on in time: early hours after late ones are those of the next day.
            at = at + timedelta(days=(before.date() - day).days)
            if at < before and before.hour >= 18 and at.hour < 8:
                at, doubt = at + timedelta(days=1), "midnight"
            day = at.date()
    if moment.clock is None:
        # A day alone: the list leaves the time open.
        state.guessed(entry, name, doubt if doubt in ("serial", "day-first") else "")
        _unreadable(state, entry, name)
        return None
    state.guessed(entry, name, "" if doubt == "no-year" else doubt)
    at = _at(day, moment.clock)
    if moment.zone is not None:
        at = at - timedelta(hours=moment.zone) + timedelta(hours=7)
    return _Release(at=at)


def _at(day: date, clock: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL_ZONE) + timedelta(seconds=round(clock * 60, 3))


_WAITS = (
    "khi",
    "sau khi",
    "neu",
    "when",
    "upon",
    "if",
    "after",
    "as soon",
    "once",
    "ngay sau",
    "theo",
    "on order",
    "as needed",
    "tuy",
)


def _unreadable(state: _State, entry: Entry, name: str) -> None:
    text = as_text(entry.values[name])
    if search_key(text).startswith(_WAITS):
        state.tell(
            "time-is-condition",
            entry,
            name,
            mark("“{text}” is a condition, not a time: the entry waits for it"),
            mark("If it has a time, write it: 07:30"),
            text=text[:60],
        )
        return
    state.tell(
        "time-unreadable",
        entry,
        name,
        mark("“{text}” can't be read as a time of the exercise; the text is kept as scenario time"),
        mark("Write 07:30, 14/11/2026 07:30 or T+90'"),
        text=text[:60],
    )


def _start(
    state: _State, entries: Sequence[Entry], whens: Sequence[_Release | None], above: tuple[date | None, float | None]
) -> datetime:
    assert state.day1 is not None
    if above[1] is not None:
        return _at(state.day1, above[1])
    near = [
        (entry, when.at)
        for entry, when in zip(entries, whens, strict=True)
        if when is not None and when.at is not None and abs((when.at.date() - state.day1).days) <= FARTHEST_DAYS
    ]
    for entry, at in near:
        if key(as_text(entry.values.get("title"))).startswith("startex") or key(
            as_text(entry.values.get("message"))
        ).startswith("startex"):
            return min([at, *(other for _, other in near)])
    first = min((at for _, at in near), default=_at(state.day1, 0.0))
    counted = any(when is not None and when.offset is not None for when in whens)
    # What counts from a start that no row names does not count from a time of a later day.
    return _at(state.day1, 0.0) if counted and first.date() > state.day1 else first


def _settled(state: _State, entry: Entry, when: _Release | None, start: datetime) -> EntryTimes:
    scenario_time = as_text(entry.values.get("scenario_time"))
    value = entry.values.get("planned", entry.values.get("offset"))
    text = as_text(value)
    condition = ""
    planned = None
    if when is None:
        moment = read_moment(value, state.day1)
        if text and (moment is None or moment.word != "none"):
            if search_key(text).startswith(_WAITS):
                condition = text
            elif not scenario_time:
                scenario_time = text
    else:
        planned = when.offset if when.offset is not None else _minutes(when.at, start)
        if planned < 0 or planned > FARTHEST_DAYS * DAY:
            state.tell(
                "time-outside",
                entry,
                "planned",
                mark("“{text}” lies outside the exercise that starts on {start}; the entry has no minute"),
                mark("Correct the day, or give the start with --start"),
                text=text[:60],
                start=start.strftime("%d/%m/%Y %H:%M"),
            )
            scenario_time = scenario_time or text
            planned = None
    deadline = _deadline(state, entry, when, planned, start)
    return EntryTimes(planned, deadline, scenario_time, condition)


def _minutes(at: datetime | None, start: datetime) -> float:
    assert at is not None
    return round((at - start).total_seconds() / 60, 4)


def _deadline(
    state: _State, entry: Entry, when: _Release | None, planned: float | None, start: datetime
) -> float | None:
    value = entry.values.get("deadline")
    if value is None:
        return None
    text = as_text(value)
    moment = read_moment(value, state.day1)
    if moment is not None and moment.word == "none":
        return None
    length = duration(text) if isinstance(value, str) else None
    if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value < 100:
        length = float(value)
    if isinstance(value, str) and text.isdecimal() and len(text) <= 2:
        length = float(text)
    looks_like_clock = isinstance(value, str) and ":" in text and len(text) >= 4
    if length is not None and not looks_like_clock:
        if planned is not None:
            return round(planned + length, 4)
    elif moment is not None and moment.offset is not None:
        return round(moment.offset, 4)
    elif moment is not None and moment.clock is not None:
        day = moment.day
        if day is None:
            day = when.at.date() if when is not None and when.at is not None else _day_of(state, entry)[0]
        due = _minutes(_at(day, moment.clock), start)
        if moment.day is None and planned is not None and due < planned:
            due += DAY
        if 0 <= due <= FARTHEST_DAYS * DAY:
            return due
    state.tell(
        "deadline-unreadable",
        entry,
        "deadline",
        mark("“{text}” can't be read as a deadline"),
        mark("Write 15 minutes, 08:15, or leave it empty"),
        text=text[:60],
    )
    return None
