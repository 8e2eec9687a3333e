"""Where does the list begin, and what is it a list of? The header row of a sheet, whatever stands above it."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sansang.formats.workbook.clock import Moment, read_moment
from sansang.formats.workbook.days import date_within
from sansang.formats.workbook.headings import Headings, Match, key
from sansang.formats.workbook.sheets import Sheet, Value, as_text
from sansang.model.language import search_key

Kind = Literal["list", "contacts", "tracker", "unknown"]

#: How far down a header is looked for, and how long a heading may be.
DEEPEST_HEADER = 80
LONGEST_HEADING = 120

_CONTENT = frozenset({"title", "message", "expected_action"})
_WHEN = frozenset({"planned", "day", "offset", "scenario_time"})
#: Columns that only a master list has.
_TELLING = frozenset(
    {
        *("expected_action", "sender", "receiver", "method", "responsible"),
        *("event_type", "objectives", "trigger", "scenario_time", "message"),
    }
)
_PLAIN_WORDS = frozenset({"description", "details", "detail", "text", "content", "statement", "mo ta", "chi tiet"})
#: What the name of a sheet or the title above a list may say.
_LIST_NAMES = (
    "msel",
    "master scenario",
    "master event",
    "inject",
    "kich ban",
    "tin bao",
    "tinh huong",
    "su kien",
    "scenario",
)


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet: its first and last row, the text and the match of each column."""

    top: int
    bottom: int
    texts: Mapping[int, str]
    matches: Mapping[int, Match]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that it names."""
        return frozenset(match.field for match in self.matches.values())


def find_header(sheet: Sheet, headings: Headings) -> Header | None:
    """The row (or two) of the sheet that names the most columns; None where no row names three."""
    best: tuple[float, Header] | None = None
    rows = [row for row in sorted(sheet.rows) if row <= DEEPEST_HEADER or row <= min(sheet.rows) + DEEPEST_HEADER]
    for row in rows:
        header = _header_at(sheet, row, headings)
        if header is None:
            continue
        exact = sum(match.how == "exact" for match in header.matches.values())
        score = exact + 0.5 * (len(header.matches) - exact) + (1 if header.fields & _CONTENT else 0)
        markers = sum(headings.marker(text) is not None for text in header.texts.values())
        if len(header.matches) + markers >= 3 and (best is None or score + markers > best[0] + 0.25):
            best = (score + markers, header)
    return None if best is None else _by_content(sheet, best[1])


#: Headings that may stand over numbers, titles or whole messages: what is below them tells.
_AMBIGUOUS = frozenset({"inject", "event", "tin", "tinh huong", "su kien", "event inject"})


def _by_content(sheet: Sheet, header: Header) -> Header:
    """The header with a column such as "Inject" taken for what its cells are."""
    matches = dict(header.matches)
    for column, match in header.matches.items():
        if match.field != "title" or match.word not in _AMBIGUOUS:
            continue
        texts = [as_text(cells[column]) for row, cells in sheet.rows.items() if row > header.bottom and column in cells]
        if len(texts) < 2:
            continue
        usual = sorted(len(text) for text in texts)[len(texts) // 2]
        counted = sum(any(c.isdigit() for c in text) for text in texts) > 0.6 * len(texts)
        if "number" not in header.fields and usual <= 8 and counted:
            matches[column] = Match("number", match.word, match.how)
        elif "message" not in header.fields and usual > 60:
            matches[column] = Match("message", match.word, match.how)
    return dataclasses.replace(header, matches=matches)


def header_like(sheet: Sheet, row: int, headings: Headings) -> Header | None:
    """A further header within a list: most cells of the row are exactly known headings."""
    cells = sheet.rows[row]
    texts = [value for value in cells.values() if isinstance(value, str) and len(value) <= LONGEST_HEADING]
    if len(cells) < 3 or len(texts) < len(cells):
        return None
    known = sum(key(text) in headings.fields for text in texts)
    if known < 3 or known < 0.6 * len(cells):
        return None
    return _header_at(sheet, row, headings)


def _header_at(sheet: Sheet, row: int, headings: Headings) -> Header | None:
    texts = _texts(sheet, row)
    if len(texts) < 3 or sum(len(text) > LONGEST_HEADING for text in texts.values()) > len(texts) / 3:
        return None
    exact = sum(key(text) in headings.fields for text in texts.values())
    markers = sum(headings.marker(text) is not None for text in texts.values())
    if exact + markers < 2:
        return None
    bottom = row
    below = _second_row(sheet, row, headings)
    groups: dict[int, str] = {}
    if below is not None:
        bottom = row + 1
        groups = {column: texts.get(column, "") for column in below}
        texts = {**texts, **below}
    matches = _matches(texts, groups, headings)
    # A row of column numbers, (1) (2) (3), belongs to the header.
    if _is_numbering(sheet, bottom + 1, len(texts)):
        bottom += 1
    return Header(row, bottom, texts, matches)


def _texts(sheet: Sheet, row: int) -> dict[int, str]:
    """The texts of a row; a heading merged across columns stands over each of them."""
    texts = {
        column: " ".join(as_text(value).split())
        for column, value in sheet.rows.get(row, {}).items()
        if isinstance(value, str)
    }
    return {column: text for column, text in texts.items() if text}


def _second_row(sheet: Sheet, row: int, headings: Headings) -> dict[int, str] | None:
    """The lower half of a header in two rows: it lies under headings merged across, or beside ones merged down."""
    across = [
        m for m in sheet.merges if m.top == row and m.bottom == row and m.right > m.left and m.left in sheet.rows[row]
    ]
    down = [m for m in sheet.merges if m.top == row and m.bottom == row + 1]
    below = _texts(sheet, row + 1)
    if not below or (not across and len(down) < 2) or len(below) != len(sheet.rows.get(row + 1, {})):
        return None
    if not any(headings.match(text) for text in below.values()):
        return None
    found = {}
    for column, text in below.items():
        group = next((as_text(sheet.value(m.top, m.left)) for m in across if m.left <= column <= m.right), "")
        found[column] = f"{group} {text}".strip() if group and headings.match(text) is None else text
    return found


def _matches(texts: Mapping[int, str], groups: Mapping[int, str], headings: Headings) -> dict[int, Match]:
    """The field of each column; of two that claim one field the surer keeps it, then the first."""
    found: dict[int, Match] = {}
    for column, text in texts.items():
        match = headings.match(text) or (headings.match(groups[column]) if groups.get(column) else None)
        if match is not None:
            found[column] = match
    rank = {"exact": 0, "near": 1, "within": 2}
    order = sorted(found, key=lambda column: (rank[found[column].how], column))
    kept: dict[int, Match] = {}
    taken: set[str] = set()
    for column in order:
        match = found[column]
        instead = _instead(match, taken, texts[column])
        if instead is not None:
            kept[column] = instead
            taken.add(instead.field)
    if "number" not in taken and "ordinal" in taken:
        kept = {c: Match("number", m.word, m.how) if m.field == "ordinal" else m for c, m in kept.items()}
    return dict(sorted(kept.items()))


#: Where a field is taken already, what the second column of that name may be.
_SECOND = {"title": "message", "message": "title", "planned": "scenario_time", "number": "ordinal"}


def _instead(match: Match, taken: set[str], text: str) -> Match | None:
    if match.field not in taken:
        return match
    second = _SECOND.get(match.field)
    if second is None or second in taken or match.how != "exact":
        return None
    if match.field == "planned" and "scenario" not in key(text) and "gia dinh" not in key(text):
        return None
    if match.field in ("title", "message") and match.word not in (
        "event",
        "inject",
        "tinh huong",
        "su kien",
        "noi dung",
    ):
        return None
    return Match(second, match.word, match.how)


def _is_numbering(sheet: Sheet, row: int, columns: int) -> bool:
    values = [re.sub(r"[()\s.]", "", as_text(value)) for _, value in sorted(sheet.rows.get(row, {}).items())]
    return len(values) >= max(3, columns - 2) and values == [str(n) for n in range(1, len(values) + 1)]


def kind_of(sheet: Sheet, header: Header, headings: Headings) -> Kind:
    """What the sheet is a list of, by its headings; its name and the title above it weigh a little."""
    markers = Counter(kind for text in header.texts.values() if (kind := headings.marker(text)) is not None)
    telling = {
        match.field for match in header.matches.values() if match.field in _TELLING and match.word not in _PLAIN_WORDS
    }
    above = " ".join(
        as_text(value) for row, cells in sheet.rows.items() if row < header.top for value in cells.values()
    )
    named = key(f"{sheet.name} {above}")
    score = len(telling) + (1 if any(name in named for name in _LIST_NAMES) else 0)
    for kind, words in headings.names.items():
        if any(word and word in key(sheet.name) for word in words):
            markers[kind] += 1
    other, weight = markers.most_common(1)[0] if markers else ("", 0)
    if weight >= 2 and weight >= score:
        return "contacts" if other == "contacts" else "tracker"
    has_content = bool(header.fields & _CONTENT)
    if has_content and (score >= 2 or (score >= 1 and header.fields & _WHEN)):
        return "list"
    if weight >= 1 and not has_content:
        return "contacts" if other == "contacts" else "tracker"
    return "list" if has_content and header.fields & _WHEN else "unknown"


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
