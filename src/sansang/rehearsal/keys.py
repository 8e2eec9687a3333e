"""Which random stream belongs to an entity? The one of its place in the plan; in compared plans, of its name.

Two plans that share the keys of what both have share the chances too: what differs then is what was changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from sansang.model.plan.scenario import Scenario
from sansang.model.plan.timetable import PlayedInject

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class EntityKeys:
    """Names → keys of random streams. Needs are numbered within their situation, all else through the plan."""

    units: dict[str, int] = field(default_factory=dict)
    situations: dict[str, int] = field(default_factory=dict)
    needs: dict[tuple[str, str], int] = field(default_factory=dict)
    steps: dict[tuple[str, str], int] = field(default_factory=dict)  # post, step
    members: dict[tuple[str, str, str], int] = field(default_factory=dict)  # post, body, member
    injects: dict[str, int] = field(default_factory=dict)


def entity_keys(*plans: Scenario) -> EntityKeys:
    """The keys that these plans share: those of the first plan in its order, then what each later one adds."""
    keys = EntityKeys()
    need_counts: Counter[str] = Counter()
    for plan in plans:
        _add(keys.units, (unit.id for unit in plan.units))
        _add(keys.situations, (situation.id for situation in plan.situations))
        for situation in plan.situations:
            for need in situation.needs:
                if (situation.id, need.id) not in keys.needs:
                    keys.needs[situation.id, need.id] = need_counts[situation.id]
                    need_counts[situation.id] += 1
        _add(keys.steps, ((post.id, step.id) for post in plan.posts for step in post.chain))
        _add(
            keys.members,
            ((post.id, body.id, member.id) for post in plan.posts for body in post.bodies for member in body.members),
        )
        _add(keys.injects, (inject.id for inject in played_injects(plan)))
    return keys


def _add(keys: dict[Name, int], names: Iterable[Name]) -> None:
    for name in names:
        keys.setdefault(name, len(keys))


def played_injects(scenario: Scenario) -> list[PlayedInject]:
    """The injects that the rehearsal plays, in the order of the file: they start a situation or reach a post."""
    return [
        inject
        for inject in scenario.injects
        if inject.is_played and (inject.starts or scenario.receiving_post(inject.receiver) is not None)
    ]
