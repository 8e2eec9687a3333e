"""What do the corrections of a record change? Nothing is edited; an entry may withdraw an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sansang.model.entry import Entry, EntryOrder, EntryRef
from sansang.model.fact import Correction
from sansang.model.flag import Flag


@dataclass(frozen=True, slots=True)
class Corrections:
    """Which entries are withdrawn, what corrects which, and what is odd about the corrections themselves."""

    withdrawn: frozenset[EntryRef] = frozenset()
    corrected: Mapping[EntryRef, tuple[EntryRef, ...]] = field(default_factory=dict)
    flags: tuple[Flag, ...] = ()


def corrections(entries: Iterable[Entry], order_of: Callable[[EntryRef], EntryOrder | None]) -> Corrections:
    """The effect of all corrections of a record: each names an earlier entry, and may be withdrawn itself.

    ``order_of`` gives the order of an entry, None for one that is not here yet.
    """
    withdrawn: set[EntryRef] = set()
    corrected: dict[EntryRef, list[EntryRef]] = {}
    flags = []
    for entry in sorted(entries, key=lambda entry: entry.order, reverse=True):
        fact = entry.fact
        if not isinstance(fact, Correction) or entry.ref in withdrawn:
            continue
        target = EntryRef(fact.log, fact.number)
        order = order_of(target)
        if order is not None and order >= entry.order:
            flags.append(Flag(entry.ref, "correction-of-later", str(target)))
            continue
        corrected.setdefault(target, []).append(entry.ref)
        if fact.withdrawn:
            withdrawn.add(target)
    return Corrections(frozenset(withdrawn), {ref: tuple(sorted(by)) for ref, by in corrected.items()}, tuple(flags))
