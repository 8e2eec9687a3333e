"""What is an operation? The record kind: its subjects, and what is odd before it opens and after it closes."""

from __future__ import annotations

from sansang.model.entry import Entry
from sansang.model.fact import Correction
from sansang.model.fold import Fold
from sansang.model.kind import RecordKind
from sansang.model.operation import (
    aid,
    calls_for_help,
    counts,
    levels,
    log,
    messages,
    opening,
    orders,
    roads,
    roles,
    situations,
    units,
)
from sansang.model.stream import Stream


def _before_each(state: Fold, entry: Entry) -> None:
    head = opening.head(state)
    if not head.mode and not isinstance(entry.fact, opening.Opened):
        state.flag(entry, "not-opened")
    if head.closed is not None and not isinstance(entry.fact, opening.Closed | Correction | log.WrittenUp):
        state.flag(entry, "after-close")


OPERATION = RecordKind(
    "operation",
    (
        opening.SUBJECT,
        roles.SUBJECT,
        situations.SUBJECT,
        units.SUBJECT,
        orders.SUBJECT,
        aid.SUBJECT,
        roads.SUBJECT,
        calls_for_help.SUBJECT,
        messages.SUBJECT,
        levels.SUBJECT,
        counts.SUBJECT,
        log.SUBJECT,
    ),
    _before_each,
)


def stream_of(operation: str) -> Stream:
    """The record of an operation."""
    return Stream(OPERATION.name, operation)
