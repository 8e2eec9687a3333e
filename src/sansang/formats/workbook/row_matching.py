"""Which entry of the new list is which of the old one? Without ids, by number and words, the surest pairs first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sansang.formats.workbook.headings import key

#: Likeness (0 to 100) of two messages from which they are held for one that was edited.
ALIKE = 85.0
#: Beyond this many entries without a partner, likeness is not looked for: it takes their product.
MOST_COMPARED = 1500

Entry = Mapping[str, Any]
#: Fields that must be the same, which of them must not be empty, and whether all of those or any.
_Rule = tuple[tuple[str, ...], tuple[str, ...], Callable[[Iterable[str]], bool]]
#: The surest rule first; the first holds also for entries that say nothing.
_RULES: tuple[_Rule, ...] = (
    (("number", "title", "message", "planned", "receiver"), (), all),
    (("number", "title", "message"), ("title", "message"), any),
    (("number", "title"), ("number", "title"), all),
    (("message",), ("message",), all),
    (("number",), ("number",), all),
)


def match_rows(new: Sequence[Entry], old: Mapping[str, Entry]) -> list[str | None]:
    """For each new entry the id of the old one that it is, or None; no old one twice."""
    found: list[str | None] = [None] * len(new)
    free = dict(old)
    for number, rule in enumerate(_RULES):
        by_words: dict[tuple[str, ...], list[str]] = {}
        for row_id, entry in free.items():
            by_words.setdefault(_words(entry, rule), []).append(row_id)
        words = [() if found[place] is not None else _words(entry, rule) for place, entry in enumerate(new)]
        counts = Counter(words)
        for place, one in enumerate(words):
            # Where several entries say the same, only the first rule may pair them.
            if one and by_words.get(one) and (number == 0 or (len(by_words[one]) == 1 and counts[one] == 1)):
                found[place] = row_id = by_words[one].pop(0)
                free.pop(row_id)
    _alike(new, free, found)
    return found


def _words(entry: Entry, rule: _Rule) -> tuple[str, ...]:
    """What a rule compares of an entry; () where the entry does not say enough for it."""
    fields, needed, enough = rule
    words = tuple(_text(entry, name) for name in fields)
    return words if enough(word for name, word in zip(fields, words, strict=True) if name in needed) else ()


def _text(entry: Entry, name: str) -> str:
    return key(str(entry.get(name) or ""))


def _alike(new: Sequence[Entry], free: dict[str, Entry], found: list[str | None]) -> None:
    from rapidfuzz import fuzz, process

    left = [place for place, one in enumerate(found) if one is None]
    if not left or not free or len(left) > MOST_COMPARED or len(free) > MOST_COMPARED:
        return
    for place in left:
        words = f"{_text(new[place], 'title')} {_text(new[place], 'message')}".strip()
        if len(words) < 12:
            continue
        texts = {row_id: f"{_text(entry, 'title')} {_text(entry, 'message')}" for row_id, entry in free.items()}
        best = process.extractOne(words, texts, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if best is not None:
            found[place] = best[2]
            free.pop(best[2])
