"""Who is meant by this name? Ids and names of a list, found again however the name is written."""

from __future__ import annotations

from collections.abc import Mapping

from sansang.model.language import fold


class Names(dict[str, str]):
    """Names by id, found again by a name however it is written."""

    def __init__(self, listed: Mapping[str, str]) -> None:
        super().__init__()
        self.folded: dict[str, list[str]] = {}
        for key, name in listed.items():
            self.call(key, name)

    def call(self, key: str, name: str) -> None:
        """Give an id this name from now on."""
        if key in self:
            self.folded[fold(self[key])].remove(key)
        self[key] = name
        self.folded.setdefault(fold(name), []).append(key)

    def named(self, name: str) -> list[str]:
        """The ids that have this name."""
        return self.folded.get(fold(name), [])
