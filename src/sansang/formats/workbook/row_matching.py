"""Which entry of the new list is which of the old one? Without ids, by number and words, the surest pairs first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sansang.formats.workbook.headings import key

#: Likeness (0 to 100) of two messages from which they are held for one that was edited.
ALIKE = 85.0
#: Beyond this many entries without a partner, likeness is not looked for: it takes their product.
MOST_COMPARED = 1500

Entry = Mapping[str, Any]


def paired(new: Sequence[Entry], old: Mapping[str, Entry]) -> list[str | None]:
    """For each new entry the id of the old one that it is, or None; no old one twice."""
    found: list[str | None] = [None] * len(new)
    free = dict(old)
    for sign in _SIGNS:
        by_sign: dict[Any, list[str]] = {}
        for row_id, entry in free.items():
            by_sign.setdefault(sign(entry), []).append(row_id)
        counts: dict[Any, int] = {}
        for place, entry in enumerate(new):
            if found[place] is None:
                counts[sign(entry)] = counts.get(sign(entry), 0) + 1
        exact = sign is _SIGNS[0]
        for place, entry in enumerate(new):
            one = sign(entry)
            if found[place] is not None or one is None or not by_sign.get(one):
                continue
            # Two of one sign are only told apart where all they say is the same.
            if exact or (len(by_sign[one]) == 1 and counts[one] == 1):
                found[place] = by_sign[one].pop(0)
                free.pop(found[place] or "")
    _alike(new, free, found)
    return found


def _text(entry: Entry, name: str) -> str:
    return key(str(entry.get(name) or ""))


def _all(entry: Entry) -> Any:
    return tuple(_text(entry, name) for name in ("number", "title", "message", "planned", "receiver"))


def _words(entry: Entry) -> Any:
    words = (_text(entry, "number"), _text(entry, "title"), _text(entry, "message"))
    return words if any(words[1:]) else None


def _number_title(entry: Entry) -> Any:
    return (_text(entry, "number"), _text(entry, "title")) if _text(entry, "number") and _text(entry, "title") else None


def _number(entry: Entry) -> Any:
    return _text(entry, "number") or None


def _message(entry: Entry) -> Any:
    return _text(entry, "message") or None


_SIGNS: tuple[Callable[[Entry], Any], ...] = (_all, _words, _number_title, _message, _number)


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
