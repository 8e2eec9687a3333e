"""Is the master list complete, and does it test what was promised?"""

from __future__ import annotations

from collections.abc import Iterator

from sansang.model.exercise.exercise import Exercise, Inject
from sansang.model.plan.review.findings import Finding
from sansang.model.plan.review.times import acting_post_ids, phase_at

#: What players are told and must act on; the other rows of a list are for the staff.
FOR_PLAYERS = ("inject", "contingency")


def injects(scenario: Exercise) -> Iterator[Finding]:
    """Rows with something missing, rows that reach nobody, and objectives and tasks that no row tests."""
    live = [inject for inject in scenario.injects if inject.is_live]
    for inject in live:
        if inject.event_type in FOR_PLAYERS:
            yield from _gaps(inject)
            yield from _unheard(scenario, inject)
    yield from _clashes(live)
    yield from _dead(scenario)
    yield from _untested(scenario, [inject for inject in live if inject.event_type in FOR_PLAYERS])


def _named(inject: Inject) -> dict[str, object]:
    return {"inject": f"{inject.number} {inject.title}".strip() or inject.id}


def _gaps(inject: Inject) -> Iterator[Finding]:
    at = ("injects", inject.id)
    if not inject.expected_action.strip():
        yield Finding("no-expected-action", at, _named(inject))
    if inject.deadline is None:
        yield Finding("no-deadline", at, _named(inject))
    elif inject.planned is not None and inject.deadline.value <= inject.planned.value:
        yield Finding(
            "deadline-before-release",
            (*at, "deadline"),
            {**_named(inject), "deadline": inject.deadline.value, "planned": inject.planned.value},
        )
    if not inject.responsible.strip():
        yield Finding("no-owner", at, _named(inject))
    if not inject.tasks:
        yield Finding("no-task", at, _named(inject))


def _unheard(scenario: Exercise, inject: Inject) -> Iterator[Finding]:
    at = ("injects", inject.id, "receiver")
    post = scenario.receiving_post(inject.receiver)
    if post is None:
        yield Finding("receiver-unknown", at, {**_named(inject), "receiver": inject.receiver})
    elif inject.planned is not None and scenario.phases:
        minute = inject.planned.value
        phase = phase_at(scenario, minute)
        if phase is None or post.id not in acting_post_ids(scenario, phase):
            yield Finding("inject-unheard", at, {**_named(inject), "post": post.name, "minute": minute})


def _clashes(live: list[Inject]) -> Iterator[Finding]:
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
                    **_named(inject),
                    "other": f"{first.number} {first.title}".strip() or first.id,
                    "controller": inject.responsible,
                    "minute": inject.planned.value,
                },
            )


def _dead(scenario: Exercise) -> Iterator[Finding]:
    """Contingencies without a condition, and those whose parent never comes."""
    by_id = {inject.id: inject for inject in scenario.injects}
    for inject in scenario.injects:
        if not inject.is_live:
            continue
        conditional = inject.trigger == "condition" or inject.event_type == "contingency"
        if conditional and not inject.condition.strip() and inject.trigger != "time":
            yield Finding("contingency-dead", ("injects", inject.id), _named(inject), "condition")
        elif inject.parent and (ancestor := _never_comes(inject, by_id)) is not None:
            yield Finding(
                "contingency-dead",
                ("injects", inject.id, "parent"),
                {**_named(inject), "parent": f"{ancestor.number} {ancestor.title}".strip() or ancestor.id},
                "parent",
            )


def _never_comes(inject: Inject, by_id: dict[str, Inject]) -> Inject | None:
    """The parent, or its parent, that is put aside, goes in a circle, or comes only after this one's time."""
    seen = {inject.id}
    step = inject
    while step.parent:
        parent = by_id[step.parent]
        if not parent.is_live or parent.id in seen:
            return parent
        if step.planned is not None and parent.planned is not None and parent.planned.value > step.planned.value:
            return parent
        seen.add(parent.id)
        step = parent
    return None


def _untested(scenario: Exercise, live: list[Inject]) -> Iterator[Finding]:
    """Objectives and tasks that no inject tests, and targets that nobody could measure."""
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
