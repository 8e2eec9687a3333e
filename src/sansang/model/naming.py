"""What can a post, a person, a unit or an operation be called, and who is meant by a name?"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from itertools import count

from sansang.model.language import SortKey, has_marks, search_key, sort_key

#: An id, so that it can be part of a log's name: letters, digits, dots and dashes, 80 at most.
NAME = re.compile(r"[0-9A-Za-zÀ-ỹ][0-9A-Za-zÀ-ỹ._-]{0,79}")


def slug_of(title: str) -> str:
    """An id made of a title: "Cháy hẻm 5" → "chay-hem-5"."""
    return re.sub(r"[^0-9a-z]+", "-", search_key(title)).strip("-")[:40].strip("-") or "x"


def free_slug(title: str, taken: Container[str]) -> str:
    """An id made of a title that nobody has: "An" and "Ân" come to one slug, so the second gets a number."""
    slug = slug_of(title)
    numbered = (f"{slug}-{number}" for number in count(2))
    return slug if slug not in taken else next(one for one in numbered if one not in taken)


class Names(dict[str, str]):
    """Names by id. Capitals, spaces and the place of a tone do not matter; marks do: An is not Ân."""

    def __init__(self, listed: Mapping[str, str]) -> None:
        super().__init__()
        self.written: dict[SortKey, list[str]] = {}
        self.folded: dict[str, list[str]] = {}
        for key, name in listed.items():
            self.call(key, name)

    def call(self, key: str, name: str) -> None:
        """Give an id this name from now on."""
        if key in self:
            self.written[sort_key(self[key])].remove(key)
            self.folded[search_key(self[key])].remove(key)
        self[key] = name
        self.written.setdefault(sort_key(name), []).append(key)
        self.folded.setdefault(search_key(name), []).append(key)

    def named(self, name: str) -> list[str]:
        """The ids that have this name, marks and all."""
        return self.written.get(sort_key(name), [])

    def may_mean(self, text: str) -> list[str]:
        """The ids that a text may mean: those of that name, or of any such name where it is written without marks."""
        return self.named(text) or ([] if has_marks(text) else self.folded.get(search_key(text), []))
