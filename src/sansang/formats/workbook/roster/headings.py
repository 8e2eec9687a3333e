"""Which sheet of a roster is this, and which column says what? By our headings in both languages, and people's own."""

from __future__ import annotations

from sansang.formats.workbook.roster.sheets import SHEETS, RosterColumn, RosterSheet
from sansang.formats.workbook.sheets import Sheet, as_text
from sansang.model.language import search_key
from sansang.words import LANGUAGES, Voice

#: The header stands among the first rows.
HEADER_WITHIN = 15
#: What else stands over such columns in people's own lists.
ALSO: dict[str, tuple[str, ...]] = {
    "id": ("ma", "ma so", "ky hieu", "code"),
    "name": ("ten", "ho ten", "ho va ten", "ten chot", "ten don vi", "ten luc luong", "full name", "unit"),
    "path": ("dia ban", "khu vuc", "phuong", "ward", "area code"),
    "phone": ("sdt", "so dien thoai", "dien thoai", "dt", "telephone", "mobile"),
    "post": ("chot", "so chi huy", "thuoc chot", "command post"),
    "person": ("nguoi", "ma nguoi"),
    "role": ("vai tro", "quyen"),
    "operation": ("chien dich", "trong vu", "operation"),
    "until": ("den", "den khi", "het han", "end"),
}


def both_languages(column: RosterColumn) -> str:
    """A heading in both languages: a list may be in either."""
    said = dict.fromkeys(Voice(language).say(column.heading) for language in LANGUAGES)
    return " / ".join(said)


def _key(text: str) -> str:
    return search_key(text.replace("*", " ").replace(":", " "))


def _headings(form: RosterSheet) -> dict[str, str]:
    table: dict[str, str] = {}
    for column in form.columns:
        for word in ALSO.get(column.field, ()):
            table.setdefault(word, column.field)
    for column in form.columns:
        for language in LANGUAGES:
            table[_key(Voice(language).say(column.heading))] = column.field
    return table


def recognised(sheet: Sheet) -> tuple[RosterSheet | None, int, dict[int, str]]:
    """Which sheet of a roster it is, by its name, else by its headings; its header row; the field of each column."""
    named = next(
        (form for form in SHEETS if _key(sheet.name) in {_key(Voice(lang).say(form.name)) for lang in LANGUAGES}), None
    )
    best: tuple[int, RosterSheet | None, int, dict[int, str]] = (0, None, 0, {})
    for form in (named,) if named else SHEETS:
        table = _headings(form)
        needed = {column.field for column in form.columns if column.needed}
        for number in sorted(sheet.rows)[:HEADER_WITHIN]:
            columns: dict[int, str] = {}
            for place, value in sheet.rows[number].items():
                text = " ".join(as_text(value).split())
                name = table.get(_key(text), "")
                columns[place] = name if name and name not in columns.values() else text.replace("*", "").strip()
            ours = set(columns.values()) & set(table.values())
            # A sheet that is not named as ours must have all it needs; one that is may lack a column, which is said.
            if (named or needed <= ours) and len(ours) > best[0]:
                best = (len(ours), form, number, columns)
    return best[1] or named, best[2], best[3]
