"""What was erased? Entries and subjects whose keys were destroyed; every replica obeys."""

from __future__ import annotations

from dataclasses import dataclass

from sansang.model.access.roster import everywhere
from sansang.model.entry import Entry, EntryRef
from sansang.model.fact import Fact
from sansang.model.fold import Fold, Table
from sansang.model.kind import FactKind, Subject


@dataclass(frozen=True, slots=True)
class Erased(Fact):
    """The keys of these entries, or of everything about a subject, were destroyed; every replica obeys."""

    reason: str
    entries: tuple[tuple[str, int], ...] = ()
    subject: str = ""


ERASED_ENTRIES = Table("erased_entries", EntryRef, bool)
ERASED_SUBJECTS = Table("erased_subjects", str, bool)


def _erased(state: Fold, entry: Entry, fact: Erased) -> None:
    for log, number in fact.entries:
        state[ERASED_ENTRIES][EntryRef(log, number)] = True
    if fact.subject:
        state[ERASED_SUBJECTS][fact.subject] = True


SUBJECT = Subject(
    __name__,
    (ERASED_ENTRIES, ERASED_SUBJECTS),
    (FactKind("erased", 1, Erased, "erase", (), _erased, scopes=everywhere),),
)
