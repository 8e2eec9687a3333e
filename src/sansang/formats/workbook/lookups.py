"""From what does one choose in a workbook's drop-downs, and how does one work with it? Lookups and guide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sansang.formats.workbook import labels
from sansang.formats.workbook.sheets import column_letters
from sansang.words import Voice, mark

#: Lists of words that the program knows, then lists of what the plan has.
_TITLES: dict[str, str] = {
    "status": mark("Status"),
    "event_type": mark("Event type"),
    "trigger": mark("Trigger"),
    "role_kind": mark("Part in the exercise"),
    "unit_kind": mark("Kind of force"),
    "means_state": mark("State of means"),
    "flag": mark("Yes or no"),
    "priority": mark("Priority (1 comes first)"),
    "posts": mark("Posts"),
    "receivers": mark("Posts and roles"),
    "wards": mark("Wards"),
    "holders": mark("Holders of stores"),
    "sites": mark("Sites"),
    "modes": mark("Ways of moving"),
    "units": mark("Units"),
    "phases": mark("Phases"),
    "objectives": mark("Objectives"),
    "tasks": mark("Critical tasks"),
    "situations": mark("Situations"),
}


@dataclass(frozen=True, slots=True)
class Lookups:
    """The ids of a plan by list."""

    ids: Mapping[str, tuple[str, ...]]

    def columns(self, voice: Voice) -> list[tuple[str, list[str]]]:
        """Each list with its title and words, in the order of the sheet."""
        return [(voice.say(title), self._words(voice, name)) for name, title in _TITLES.items()]

    def reference(self, voice: Voice, name: str) -> str:
        """The range of a list on its sheet, as a formula; "" for one that is empty or that there is none of."""
        words = self._words(voice, name) if name in _TITLES else []
        if not words:
            return ""
        column = column_letters(list(_TITLES).index(name) + 1)
        return f"'{voice.say(mark('Lookups'))}'!${column}$2:${column}${len(words) + 1}"

    def _words(self, voice: Voice, name: str) -> list[str]:
        if name == "priority":
            return [str(number) for number in range(1, 10)]
        if name in self.ids:
            return list(self.ids[name])
        return labels.labels(voice, name) if name in labels.WORDS else []


def lookups_of(data: Mapping[str, Any]) -> Lookups:
    """The ids that a plan's data has."""

    def ids(key: str) -> tuple[str, ...]:
        return tuple(item["id"] for item in data.get(key, []))

    wards = ids("wards")
    posts = tuple(ward["post"].get("id", ward["id"]) for ward in data.get("wards", []))
    if data.get("upper"):
        posts = (*posts, data["upper"]["post"].get("id", "upper"))
    held = (*wards, "upper") if data.get("upper") else wards
    keys = ("sites", "modes", "units", "phases", "objectives", "tasks", "situations")
    return Lookups(
        {name: ids(name) for name in keys}
        | {"wards": wards, "posts": posts, "receivers": (*posts, *ids("roles")), "holders": held}
    )


def guide_lines(voice: Voice, workbook: str) -> list[tuple[str, str]]:
    """The guide as lines of ("title" or "line", text)."""
    say = voice.say
    title = say(mark("How to work with this workbook"))
    lines = [
        say(mark("It was written by Sẵn Sàng and goes back into it. Change cells, add rows below, delete rows, sort.")),
        say(mark("Keep the hidden column A: it tells the program which row is which. A new row leaves it empty.")),
        say(mark("Columns, sheets, colours and comments of your own stay where they are when it goes back and forth.")),
        say(mark("Bring it back: sansang {command} import FILE.xlsx --out FOLDER"), command=workbook),
        say(mark("You then see every change, one by one, before anything is written; conflicts are marked.")),
    ]
    if workbook == "msel":
        lines += [
            say(mark("Times are clock times of the exercise's day; T+90' counts from the start.")),
            say(mark("An inject needs a message, a receiver, an expected action, a deadline and a controller.")),
        ]
    else:
        lines += [
            say(mark("A number may say what is known of it: {{value: 12, measured: roll call of 3 November}}.")),
            say(mark("Members: a name or a duty number, nothing more. What a call-out does not need stays outside.")),
        ]
    lines.append(say(mark("It carries the whole plan, also on a sheet that is not shown: hand it on with care.")))
    return [("title", title), *(("line", line) for line in lines)]
