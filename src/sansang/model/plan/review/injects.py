"""Is the master list complete, and does it test every objective?"""

from __future__ import annotations

from collections.abc import Iterator

from sansang.model.exercise.exercise import Exercise, Inject
from sansang.model.plan.review.findings import Finding
from sansang.model.plan.review.times import acting_posts, phase_of_minute

#: Event types that players must act on; other rows of the master list are for the exercise staff.
PLAYER_EVENT_TYPES = ("inject", "contingency")


def review_injects(scenario: Exercise) -> Iterator[Finding]:
    """Injects with missing fields or no acting receiver, clashes, dead contingencies, untested objectives and tasks."""
    live = [inject for inject in scenario.injects if inject.is_live]
    for inject in live:
        if inject.event_type in PLAYER_EVENT_TYPES:
            yield from _missing_fields(inject)
            yield from _inject_without_post(scenario, inject)
    yield from _controller_clashes(live)
    yield from _dead_contingencies(scenario)
    yield from _untested_objectives(scenario, [inject for inject in live if inject.event_type in PLAYER_EVENT_TYPES])


def _label(inject: Inject) -> dict[str, object]:
    return {"inject": f"{inject.number} {inject.title}".strip() or inject.id}


def _missing_fields(inject: Inject) -> Iterator[Finding]:
    at = ("injects", inject.id)
    if not inject.expected_action.strip():
        yield Finding("no-expected-action", at, _label(inject))
    if inject.deadline is None:
        yield Finding("no-deadline", at, _label(inject))
    elif inject.planned is not None and inject.deadline.value <= inject.planned.value:
        yield Finding(
            "deadline-before-release",
            (*at, "deadline"),
            {**_label(inject), "deadline": inject.deadline.value, "planned": inject.planned.value},
        )
    if not inject.responsible.strip():
        yield Finding("no-owner", at, _label(inject))
    if not inject.tasks:
        yield Finding("no-task", at, _label(inject))


def _inject_without_post(scenario: Exercise, inject: Inject) -> Iterator[Finding]:
    at = ("injects", inject.id, "receiver")
    post = scenario.receiving_post(inject.receiver)
    if post is None:
        yield Finding("receiver-unknown", at, {**_label(inject), "receiver": inject.receiver})
    elif inject.planned is not None and scenario.phases:
        minute = inject.planned.value
        phase = phase_of_minute(scenario, minute)
        if phase is None or post.id not in acting_posts(scenario, phase):
            yield Finding("inject-unheard", at, {**_label(inject), "post": post.name, "minute": minute})


def _controller_clashes(live: list[Inject]) -> Iterator[Finding]:
    by_moment: dict[tuple[str, float], Inject] = {}
    for inject in live:
        if inject.planned is None or not inject.responsible.strip():
            continue
        moment = (inject.responsible.strip().casefold(), inject.planned.value)
        first = by_moment.setdefault(moment, inject)
        if first is not inject:
            yield Finding(
                "controller-clash",
                ("injects", inject.id, "planned"),
                {
                    **_label(inject),
                    "other": f"{first.number} {first.title}".strip() or first.id,
                    "controller": inject.responsible,
                    "minute": inject.planned.value,
                },
            )


def _dead_contingencies(scenario: Exercise) -> Iterator[Finding]:
    """Contingencies without a condition, and those whose parent is never released."""
    by_id = {inject.id: inject for inject in scenario.injects}
    for inject in scenario.injects:
        if not inject.is_live:
            continue
        conditional = inject.trigger == "condition" or inject.event_type == "contingency"
        if conditional and not inject.condition.strip() and inject.trigger != "time":
            yield Finding("contingency-dead", ("injects", inject.id), _label(inject), "condition")
        elif inject.parent and (ancestor := _blocking_ancestor(inject, by_id)) is not None:
            yield Finding(
                "contingency-dead",
                ("injects", inject.id, "parent"),
                {**_label(inject), "parent": f"{ancestor.number} {ancestor.title}".strip() or ancestor.id},
                "parent",
            )


def _blocking_ancestor(inject: Inject, by_id: dict[str, Inject]) -> Inject | None:
    """The first ancestor that is obsolete or deferred, closes a cycle, or is released later than its child."""
    seen = {inject.id}
    child = inject
    while child.parent:
        parent = by_id[child.parent]
        if not parent.is_live or parent.id in seen:
            return parent
        if child.planned is not None and parent.planned is not None and parent.planned.value > child.planned.value:
            return parent
        seen.add(parent.id)
        child = parent
    return None


def _untested_objectives(scenario: Exercise, live: list[Inject]) -> Iterator[Finding]:
    """Objectives and tasks that no inject tests, and targets without a number."""
    if not scenario.injects:
        # A plan without a master list is rehearsed by the machine only.
        return
    tested_tasks = {task for inject in live for task in inject.tasks}
    tested = {objective for inject in live for objective in inject.objectives}
    tested |= {task.objective for task in scenario.tasks if task.id in tested_tasks}
    for task in scenario.tasks:
        if task.id not in tested_tasks:
            yield Finding("task-untested", ("tasks", task.id), {"task": task.text})
        if not any(character.isdigit() for character in task.target):
            yield Finding("target-without-measure", ("tasks", task.id, "target"), {"task": task.text})
    for objective in scenario.objectives:
        if objective.id not in tested:
            yield Finding("objective-untested", ("objectives", objective.id), {"objective": objective.text})
