"""Which column of a master list does a heading mean? A table of words, and a near miss that is always named."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Literal

from sansang.formats.problems import Problem, Spot, Unreadable
from sansang.model.language import search_key
from sansang.words import mark

#: A slip of the hand for so many letters of a heading: one wrong, missing, too many or exchanged.
LETTERS_A_SLIP = 7
#: How much of a heading the words of a phrase within it must make up.
WITHIN = 0.34

How = Literal["exact", "near", "within"]


@dataclass(frozen=True, slots=True)
class Match:
    """A heading and the field it is taken for; ``word`` is the known word, ``how`` how it was found."""

    field: str
    word: str
    how: How = "exact"


@dataclass(frozen=True, slots=True)
class Headings:
    """The words by key for each field of the master list, and what gives other kinds of lists away."""

    fields: Mapping[str, str]  # key of a word → field
    others: Mapping[str, frozenset[str]]  # kind of list → keys of its headings
    names: Mapping[str, tuple[str, ...]]  # kind of list → keys in the name of its sheet
    choices: Mapping[str, Mapping[str, str]]  # field → key of a word → value
    short: Mapping[str, str]  # abbreviation → word

    def match(self, heading: str) -> Match | None:
        """The field of a heading, or None: as it is, without what stands in brackets, each line of it, or nearly."""
        tried = [key(heading), key(re.sub(r"[(\[][^)\]]*[)\]]", " ", heading))]
        tried += [key(part) for part in re.split(r"[\n/|]", heading)]
        tried += [" ".join(self.short.get(word, word) for word in one.split()) for one in tried[:2]]
        for one in tried:
            if one in self.fields:
                return Match(self.fields[one], one)
        if any(one in words for one in tried[:2] for words in self.others.values()):
            return None
        return self._nearly(tried[0]) or (self._nearly(tried[1]) if tried[1] != tried[0] else None)

    def marker(self, heading: str) -> str | None:
        """The kind of another list that this heading belongs to."""
        one = key(heading)
        for kind, words in self.others.items():
            if one in words or key(re.sub(r"[(\[][^)\]]*[)\]]", " ", heading)) in words:
                return kind
        return None

    def choice(self, field: str, text: str) -> str | None:
        """The value that a word stands for in a field with fixed values; None when nobody knows it."""
        known, one = self.choices[field], key(text)
        return known.get(one) or known.get(one.removesuffix(" inject"))

    def _nearly(self, one: str) -> Match | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        if len(one) < 4 or len(one) > 80:
            return None
        slips = max(1, len(one) // LETTERS_A_SLIP)
        found = process.extractOne(one, self._long_words(), scorer=OSA.distance, score_cutoff=slips)
        if found is not None:
            return Match(self.fields[found[0]], found[0], "near")
        head = re.match(r"(.+?) (of|cua|for|cho) ", one)
        if head is not None and head[1] in self.fields:
            return Match(self.fields[head[1]], head[1], "within")
        words = f" {one} "
        within = [word for word in self.fields if " " in word and f" {word} " in words]
        if within:
            # What a heading begins with says what it is about, in Vietnamese more than in English.
            best = max(within, key=lambda word: (len(word) + (4 if one.startswith(word) else 0), word))
            if len(best) >= WITHIN * len(one):
                return Match(self.fields[best], best, "within")
        return None

    def _long_words(self) -> list[str]:
        return [word for word in self.fields if len(word) >= 4]


@lru_cache(maxsize=65_536)
def key(text: str) -> str:
    """A heading without capitals, marks and punctuation: "Nội dung (tin):" as "noi dung tin"."""
    return " ".join(re.sub(r"[^a-z0-9#%+]", " ", search_key(text)).split())


@cache
def default_headings() -> Headings:
    """The table that comes with the program."""
    return _headings(tomllib.loads(resources.files(__package__).joinpath("headings.toml").read_text("utf-8")))


def extended_headings(file: str, data: bytes) -> Headings:
    """The table with a locality's own words, which come before ours; raises Unreadable with the place."""
    try:
        given = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        found = re.search(r"line (\d+), column (\d+)", str(wrong))
        spot = Spot(file, int(found[1]), int(found[2])) if found else Spot(file)
        raise Unreadable(
            (
                Problem(
                    "headings",
                    spot,
                    mark("This table of headings can't be read ({reason})"),
                    mark('Write lines such as message = ["lời tin", "nội dung phát"] under [fields]'),
                    {"reason": str(wrong)},
                ),
            )
        ) from wrong
    ours = default_headings()
    problems = _wrong(file, given, ours)
    if problems:
        raise Unreadable(problems)
    own = _headings(given)
    others = {kind: words | own.others.get(kind, frozenset()) for kind, words in ours.others.items()}
    # What a locality calls a column of the list gives no other list away any more.
    others = {kind: words - own.fields.keys() for kind, words in others.items()}
    names = {kind: (*words, *own.names.get(kind, ())) for kind, words in ours.names.items()}
    choices = {field: {**words, **own.choices.get(field, {})} for field, words in ours.choices.items()}
    return Headings({**ours.fields, **own.fields}, others, names, choices, {**ours.short, **own.short})


def _headings(table: dict[str, Any]) -> Headings:
    fields = {key(word): field for field, words in table.get("fields", {}).items() for word in words}
    others = table.get("others", {})
    return Headings(
        fields,
        {kind: frozenset(key(word) for word in about.get("headings", ())) for kind, about in others.items()},
        {kind: tuple(key(word) for word in about.get("names", ())) for kind, about in others.items()},
        {
            field: {key(word): value for value, words in values.items() for word in (value, *words)}
            for field, values in table.get("choices", {}).items()
        },
        {key(short): key(word) for short, word in table.get("short", {}).items()},
    )


def _wrong(file: str, given: dict[str, Any], ours: Headings) -> tuple[Problem, ...]:
    problems = []
    known_names = {"fields": set(ours.fields.values()), "others": set(ours.others), "choices": set(ours.choices)}
    for section, names in known_names.items():
        table = given.get(section, {})
        if not isinstance(table, dict):
            problems.append(_no_words(file, section))
            continue
        for name, words in table.items():
            if name not in names:
                problems.append(
                    Problem(
                        "headings",
                        Spot(file),
                        mark("`{name}` under [{section}] is no column of a master list"),
                        mark("Write one of: {known}"),
                        {"name": name, "section": section, "known": ", ".join(sorted(names))},
                    )
                )
                continue
            lists = words.values() if section != "fields" and isinstance(words, dict) else [words]
            if not all(isinstance(one, list) and all(isinstance(word, str) for word in one) for one in lists):
                problems.append(_no_words(file, f"{section}.{name}"))
    return tuple(problems)


def _no_words(file: str, name: str) -> Problem:
    return Problem(
        "headings",
        Spot(file),
        mark("`{name}` is no list of words"),
        mark('Write for example message = ["lời tin", "nội dung phát"] under [fields]'),
        {"name": name},
    )
