"""What is odd about an entry? A flag: what a person must settle, as nothing that happened is refused."""

from __future__ import annotations

from dataclasses import dataclass

from sansang.model.entry import EntryRef


@dataclass(frozen=True, slots=True, order=True)
class Flag:
    """Something that a person must settle: which entry, what is odd (a code), and the thing it is about."""

    ref: EntryRef
    code: str
    about: str = ""
