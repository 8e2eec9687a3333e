"""What may come of what? Follow-ons stand right after their parents, and lead nowhere in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sansang.formats.scenario.yaml_tree import Path
from sansang.model.plan.situations import Situation
from sansang.words import mark

if TYPE_CHECKING:
    from sansang.formats.scenario.build import Builder


def in_order(builder: Builder, situations: tuple[Situation, ...]) -> tuple[Situation, ...]:
    """The situations, each follow-on right after its parent, else as in the file; notes what is wrong."""
    place = {situation.id: number for number, situation in enumerate(situations)}
    child: dict[str, str] = {}
    parent: dict[str, str] = {}
    for number, situation in enumerate(situations):
        follow_on = None if situation.escalation is None else situation.escalation.follow_on
        if follow_on is None or follow_on.situation not in place:
            continue
        at: Path = ("situations", number, "escalation", "follow_on", "situation")
        if follow_on.situation in parent:
            builder.error(
                "two-parents",
                at,
                mark("`{child}` may already come of `{parent}`"),
                mark("Give each its own follow-on: copy the situation under another id"),
                child=follow_on.situation,
                parent=parent[follow_on.situation],
            )
            continue
        parent[follow_on.situation] = situation.id
        child[situation.id] = follow_on.situation
    _circles(builder, situations, child)
    _begun(builder, situations, parent)
    for number, situation in enumerate(situations):
        _start_of(builder, situation, number, parent)
    found: list[Situation] = []
    for situation in situations:
        current = situation.id if situation.id not in parent else None
        while current is not None and len(found) < len(situations):
            found.append(situations[place[current]])
            current = child.get(current)
    return tuple(found)


def _begun(builder: Builder, situations: tuple[Situation, ...], parent: dict[str, str]) -> None:
    """A situation that an inject starts has no other beginning."""
    by_id = {situation.id: situation for situation in situations}
    seen: dict[str, str] = {}
    for number, inject in enumerate(builder.file.injects):
        if inject.starts not in by_id:
            continue
        first = seen.get(inject.starts) or parent.get(inject.starts)
        if first is not None or by_id[inject.starts].start is not None:
            builder.error(
                "begun-twice",
                ("injects", number, "starts"),
                mark("`{id}` has another beginning already ({first})"),
                mark("Let a situation begin in one way: a start, an inject, or another situation"),
                id=inject.starts,
                first=first or "start",
            )
        seen[inject.starts] = inject.id


def _start_of(builder: Builder, situation: Situation, number: int, parent: dict[str, str]) -> None:
    path: Path = ("situations", number)
    if situation.id in parent and situation.start is not None:
        builder.error(
            "follow-on-with-start",
            (*path, "start"),
            mark("`{id}` comes of `{parent}` and has a start of its own"),
            mark("Take one of the two out"),
            id=situation.id,
            parent=parent[situation.id],
        )
    begun = any(inject.starts == situation.id for inject in builder.file.injects)
    if situation.id not in parent and situation.start is None and not begun and not _bad_start(builder, path):
        builder.error(
            "no-start",
            path,
            mark("`{id}` never begins: it has no start, and nothing leads to it"),
            mark("Add `start: {{minute: 10}}`, or name it as the follow-on of another"),
            id=situation.id,
        )
    if situation.id not in parent and not situation.sites:
        builder.error(
            "no-site",
            path,
            mark("`{id}` has no site"),
            mark("Add `sites: …`; only a follow-on takes its parent's"),
            id=situation.id,
        )


def _bad_start(builder: Builder, path: Path) -> bool:
    """Whether a start is given that was found wrong already."""
    return (*path, "start") in builder.where.values


def _circles(builder: Builder, situations: tuple[Situation, ...], child: dict[str, str]) -> None:
    reported: set[str] = set()
    for number, situation in enumerate(situations):
        way = [situation.id]
        while (following := child.get(way[-1])) is not None and following not in way:
            way.append(following)
        if following == situation.id and situation.id not in reported:
            reported.update(way)
            builder.error(
                "circle",
                ("situations", number, "escalation", "follow_on", "situation"),
                mark("These follow-ons lead in a circle: {way}"),
                mark("Let the last of them lead nowhere"),
                way=" → ".join([*way, situation.id]),
            )
