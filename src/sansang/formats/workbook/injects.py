"""How does one entry of a list become an inject? Fields as the scenario file writes them; what fits nowhere is kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sansang.formats.problems import Problem
from sansang.formats.workbook.clock import duration
from sansang.formats.workbook.headings import Headings, key
from sansang.formats.workbook.rows import Entry
from sansang.formats.workbook.schedule import EntryTimes
from sansang.formats.workbook.sheets import as_text
from sansang.model.language import search_key
from sansang.words import mark

#: Fields that are taken as the text that they are.
TEXTS = (
    *("title", "message", "sender", "method", "expected_action", "responsible", "plan_reference", "condition"),
    *("storyline", "location", "controller_notes", "author", "actual_release", "actual_action", "skip_reason"),
)
#: The order of an inject's keys in a scenario file.
ORDER = (
    *("id", "number", "title", "message", "receiver", "planned", "status", "event_type", "scenario_time", "sender"),
    *("method", "expected_action", "responsible", "objectives", "tasks", "plan_reference", "deadline", "trigger"),
    *("condition", "parent", "storyline", "phase", "location", "priority", "attachments", "controller_notes"),
    *("author", "actual_release", "actual_action", "skip_reason", "handle", "starts", "other_columns"),
)
DEFAULTS: dict[str, Any] = {"status": "draft", "event_type": "inject", "trigger": "time", "priority": 3}
_DASHES = re.compile(r"[-–—\s]*")
_NONE = re.compile(r"[-–— ./]*|n/?a|none|không|khong", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlanNames:
    """What a plan has already, by id with its name: an entry that names one of these means it."""

    objectives: dict[str, str] = field(default_factory=dict)
    tasks: dict[str, str] = field(default_factory=dict)
    phases: dict[str, str] = field(default_factory=dict)
    receivers: Mapping[str, str] = field(default_factory=dict)
    situations: Mapping[str, str] = field(default_factory=dict)
    inject_ids: frozenset[str] = frozenset()

    def copy(self) -> PlanNames:
        """The same, to be added to."""
        return PlanNames(
            dict(self.objectives),
            dict(self.tasks),
            dict(self.phases),
            self.receivers,
            self.situations,
            self.inject_ids,
        )


def slug(text: str, longest: int = 40) -> str:
    """A short id: small letters without marks, digits, hyphens; "" when nothing is left."""
    return re.sub(r"[^a-z0-9]+", "-", search_key(text)).strip("-")[:longest].strip("-")


def inject_ids(numbers: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """An id for each entry from its number ("tin-5-a"), unique; without a number from its place."""
    used = set(taken)
    found = []
    for place, number in enumerate(numbers, 1):
        stem = f"tin-{slug(number) or f'x{place}'}"
        name = stem
        again = 2
        while name in used:
            name, again = f"{stem}-{again}", again + 1
        used.add(name)
        found.append(name)
    return found


def build_inject(
    file: str,
    entry: Entry,
    inject_id: str,
    settled: EntryTimes,
    headings: Headings,
    heads: Mapping[int, str],
    known: PlanNames,
    problems: list[Problem],
) -> dict[str, Any]:
    """The inject that an entry means. ``known`` is added to: objectives, tasks and phases that were not there yet."""
    builder = _InjectBuilder(file, entry, headings, heads, problems)
    values = builder.values
    data = builder.data
    data |= {"id": inject_id, "number": values.get("number", "")}
    data |= {name: values[name] for name in TEXTS if not _DASHES.fullmatch(values.get(name, ""))}
    data["receiver"] = _named(values.get("receiver", ""), known.receivers)
    data["planned"] = settled.planned
    data["deadline"] = settled.deadline
    data["scenario_time"] = settled.scenario_time
    if settled.condition and not data.get("condition"):
        data["condition"] = settled.condition
    for name in ("status", "event_type", "trigger", "priority"):
        builder.choose(name)
    if data.get("condition") and "trigger" not in values and settled.planned is None:
        data["trigger"] = "condition"
    for name, things, stem in (("objectives", known.objectives, "mt"), ("tasks", known.tasks, "nv")):
        if builder.says(name):
            data[name] = [_thing(part, things, stem) for part in _parts(values[name])]
    phase = values["phase"] if builder.says("phase") else entry.section_phase
    if phase:
        data["phase"] = _thing(phase, known.phases, "gd")
    if not data.get("storyline"):
        data["storyline"] = entry.section_story
    if builder.says("attachments"):
        data["attachments"] = [part.strip() for part in re.split(r"[;\n]", values["attachments"]) if part.strip()]
    builder.handle()
    builder.starts(known)
    data["other_columns"] = builder.other
    return in_key_order(data)


class _InjectBuilder:
    """An inject on its way: what is said so far, and the columns that are kept as they are."""

    def __init__(
        self, file: str, entry: Entry, headings: Headings, heads: Mapping[int, str], problems: list[Problem]
    ) -> None:
        self.file = file
        self.entry = entry
        self.headings = headings
        self.heads = heads
        self.problems = problems
        self.values = {name: as_text(value) for name, value in entry.values.items()}
        self.data: dict[str, Any] = {}
        self.other = dict(entry.other)

    def says(self, name: str) -> bool:
        """Whether the field holds more than a dash."""
        return bool(self.values.get(name)) and not _NONE.fullmatch(self.values[name])

    def keep(self, name: str, code: str, message: str, mend: str, **given: object) -> None:
        """Keep a text that is not understood as another column, and tell."""
        self.other[self.heads.get(self.entry.columns.get(name, 0)) or name] = self.values[name]
        given = {"text": self.values[name][:60], **given}
        self.problems.append(Problem(code, self.entry.spot(self.file, name), message, mend, given, "warning"))

    def choose(self, name: str) -> None:
        """One of the known words."""
        if not self.says(name):
            return
        chosen = self.headings.choice(name, self.values[name])
        if chosen is not None:
            self.data[name] = int(chosen) if name == "priority" else chosen
            return
        self.keep(
            name,
            "word-unknown",
            mark("“{text}” is no known word for {field}; it is kept as another column"),
            mark("Write one of the words of the Lookups sheet, or add it to a table of headings"),
            field=name,
        )

    def handle(self) -> None:
        """How many minutes of a desk it takes."""
        if not self.says("handle"):
            return
        length = _length(self.values["handle"])
        if length is not None:
            self.data["handle"] = length
            return
        self.keep(
            "handle",
            "number-unreadable",
            mark("“{text}” is no number of minutes; it is kept as another column"),
            mark("Write a number, or 2h30"),
        )

    def starts(self, known: PlanNames) -> None:
        """The situation of the plan that it starts."""
        if not self.says("starts"):
            return
        situation = _named(self.values["starts"], known.situations)
        if situation in known.situations:
            self.data["starts"] = situation
            return
        self.keep(
            "starts",
            "situation-unknown",
            mark("The plan has no situation “{text}”; it is kept as another column"),
            mark("Add the situation to the plan first"),
        )


def in_key_order(data: Mapping[str, Any]) -> dict[str, Any]:
    """The keys in their order, without those that say nothing; title, message and receiver always stand."""
    kept = {}
    for name in ORDER:
        value = data.get(name)
        if name in ("id", "title", "message", "receiver"):
            kept[name] = value or ""
        elif value not in (None, "", [], {}) and value != DEFAULTS.get(name):
            kept[name] = value
    return kept


def _named(text: str, known: Mapping[str, str]) -> str:
    """The id of the thing that a text names, by id or by name; else the text itself."""
    if text in known:
        return text
    wanted = key(text)
    return (
        next((one for one, name in known.items() if key(name) == wanted or key(one) == wanted), text)
        if wanted
        else text
    )


def _parts(text: str) -> list[str]:
    """What a cell lists: its lines, else what semicolons separate, else short marks that commas do."""
    parts = [part.strip(" -•*\t") for part in re.split(r"[;\n]", text)]
    parts = [part for part in parts if part]
    if len(parts) == 1 and "," in text:
        short = [part.strip() for part in text.split(",") if part.strip()]
        if all(len(part) <= 12 for part in short):
            return short
    return parts


def _thing(text: str, known: dict[str, str], stem: str) -> str:
    """The id of an objective, task or phase that a cell names; a new one is added under an id of its own."""
    wanted = key(text)
    for one, name in known.items():
        if key(one) == wanted or key(name) == wanted or (wanted.isdecimal() and one == f"{stem}{wanted}"):
            return one
    base = slug(text) or f"{stem}-{len(known) + 1}"
    if base.isdecimal() or len(base) < 2:
        base = f"{stem}-{base}"
    name = base
    again = 2
    while name in known:
        name, again = f"{base}-{again}", again + 1
    known[name] = text
    return name


def _length(text: str) -> float | None:
    if re.fullmatch(r"\d+([.,]\d+)?", text):
        return float(text.replace(",", "."))
    return duration(text)
