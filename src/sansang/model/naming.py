"""Which ids are allowed, and which id does a name refer to? Posts, people, units and operations."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from itertools import count

from sansang.model.language import SortKey, has_marks, search_key, sort_key

#: A valid id; it can be part of a log's name: letters, digits, dots and dashes, at most 80 characters.
ID_PATTERN = re.compile(r"[0-9A-Za-zÀ-ỹ][0-9A-Za-zÀ-ỹ._-]{0,79}")


def slug_of(title: str) -> str:
    """An id made from a title: "Cháy hẻm 5" → "chay-hem-5"; "x" when the title has no letter or digit."""
    return re.sub(r"[^0-9a-z]+", "-", search_key(title)).strip("-")[:40].strip("-") or "x"


def free_slug(title: str, taken: Container[str]) -> str:
    """An id made from a title that is not taken yet: "An" and "Ân" give the same slug, so the second gets a number."""
    slug = slug_of(title)
    numbered = (f"{slug}-{number}" for number in count(2))
    return slug if slug not in taken else next(candidate for candidate in numbered if candidate not in taken)


class NameIndex(dict[str, str]):
    """Names by id, searchable by name, whatever the case, spaces or position of a tone mark; An is not Ân."""

    def __init__(self, names: Mapping[str, str]) -> None:
        super().__init__()
        self._by_sort_key: dict[SortKey, list[str]] = {}
        self._by_search_key: dict[str, list[str]] = {}
        for key, name in names.items():
            self.set_name(key, name)

    def set_name(self, key: str, name: str) -> None:
        """Set or replace the name of an id."""
        if key in self:
            self._by_sort_key[sort_key(self[key])].remove(key)
            self._by_search_key[search_key(self[key])].remove(key)
        self[key] = name
        self._by_sort_key.setdefault(sort_key(name), []).append(key)
        self._by_search_key.setdefault(search_key(name), []).append(key)

    def exact(self, name: str) -> list[str]:
        """The ids that have exactly this name, marks included."""
        return self._by_sort_key.get(sort_key(name), [])

    def candidates(self, text: str) -> list[str]:
        """The ids that a text may refer to: exact matches, or the same letters if it has no marks."""
        return self.exact(text) or ([] if has_marks(text) else self._by_search_key.get(search_key(text), []))
