"""Who exercises what? Phases, objectives, critical tasks, roles and injects of the file."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from sansang.formats.scenario import shape_people
from sansang.formats.scenario.yaml_tree import Path
from sansang.model.exercise.exercise import CriticalTask, Inject, Objective, Role
from sansang.model.exercise.issuing import Issuing
from sansang.model.plan.review import SEVERITY_BY_CODE
from sansang.model.plan.suppressions import Suppression
from sansang.model.plan.timetable import Phase, TrainingIssue
from sansang.words import mark

if TYPE_CHECKING:
    from sansang.formats.scenario.build import Builder

ExerciseParts = tuple[
    tuple[Phase, ...],
    tuple[Objective, ...],
    tuple[CriticalTask, ...],
    tuple[Role, ...],
    tuple[Inject, ...],
]


def build_exercise(builder: Builder) -> ExerciseParts:
    """The parts of the exercise that people play, with their references checked."""
    file = builder.file
    for key in ("phases", "objectives", "tasks", "roles", "injects"):
        builder.unique(getattr(file, key), (key,))
    _overlaps(builder)
    return (
        tuple(_phase(builder, phase, ("phases", i)) for i, phase in enumerate(file.phases)),
        tuple(Objective(o.id, o.text, o.capability) for o in file.objectives),
        tuple(_task(builder, task, ("tasks", i)) for i, task in enumerate(file.tasks)),
        tuple(_role(builder, role, ("roles", i)) for i, role in enumerate(file.roles)),
        tuple(_inject(builder, inject, ("injects", i)) for i, inject in enumerate(file.injects)),
    )


def build_issuing(builder: Builder) -> Issuing | None:
    """Who issues the papers; None where the file does not say."""
    given = builder.file.papers
    if isinstance(given, UnsetType):
        return None
    day = None
    if isinstance(given.date, str):
        day = builder.day(given.date, ("papers", "date"))
    for key in ("addressees", "signing", "grounds", "recipients"):
        for i, line in enumerate(getattr(given, key)):
            if not line.strip():
                builder.error(
                    "empty-line",
                    ("papers", key, i),
                    mark("This line of the paper is empty"),
                    mark("Write it, or take it out"),
                )
    return Issuing(
        issuer=given.issuer,
        place=given.place,
        symbol=given.symbol,
        parent=given.parent,
        date=day,
        drafted_by=given.drafted_by,
        addressees=tuple(given.addressees),
        signing=tuple(given.signing),
        grounds=tuple(given.grounds),
        recipients=tuple(given.recipients),
    )


def build_suppressions(builder: Builder) -> tuple[Suppression, ...]:
    """The findings that stand for a reason; a code that nobody knows, or no reason, is an error."""
    found = []
    for i, silence in enumerate(builder.file.silenced):
        builder.known(silence.finding, list(SEVERITY_BY_CODE), ("silenced", i, "finding"), "finding")
        if not silence.reason.strip():
            builder.error(
                "no-reason",
                ("silenced", i, "reason"),
                mark("Nothing says why this finding may stand"),
                mark("Write the reason in a few words"),
            )
        found.append(Suppression(silence.finding, silence.reason, silence.at))
    return tuple(found)


def _overlaps(builder: Builder) -> None:
    """At one minute there is at most one phase."""
    numbered = sorted(enumerate(builder.file.phases), key=lambda item: item[1].from_)
    for (_, before), (number, after) in pairwise(numbered):
        if after.from_ < before.to:
            builder.error(
                "phases-overlap",
                ("phases", number, "from"),
                mark("The phase `{id}` begins at {start}, before `{before}` has ended at {end}"),
                mark("Let it begin when the phase before has ended"),
                id=after.id,
                start=after.from_,
                before=before.id,
                end=before.to,
            )


def _phase(builder: Builder, phase: shape_people.Phase, path: Path) -> Phase:
    if not 0 <= phase.from_ < phase.to <= builder.file.horizon:
        builder.error(
            "phase-window",
            path,
            mark("The phase runs from {start} to {end}, outside the exercise or backwards"),
            mark("Write from before to, both between 0 and {horizon}"),
            start=phase.from_,
            end=phase.to,
            horizon=builder.file.horizon,
        )
    for i, post in enumerate(phase.posts):
        builder.known(post, builder.post_ids, (*path, "posts", i), "post")
    issues = tuple(TrainingIssue(issue.number, issue.title) for issue in phase.training_issues)
    return Phase(phase.id, phase.name, phase.from_, phase.to, tuple(phase.posts), phase.units_move, issues)


def _task(builder: Builder, task: shape_people.Task, path: Path) -> CriticalTask:
    if task.objective:
        builder.known(task.objective, [o.id for o in builder.file.objectives], (*path, "objective"), "objective")
    return CriticalTask(task.id, task.text, task.objective, task.standard, task.target, task.source)


def _role(builder: Builder, role: shape_people.Role, path: Path) -> Role:
    if role.post:
        builder.known(role.post, builder.post_ids, (*path, "post"), "post")
    return Role(role.id, role.name, role.post, role.kind)


def _inject(builder: Builder, inject: shape_people.Inject, path: Path) -> Inject:
    file = builder.file
    for i, objective in enumerate(inject.objectives):
        builder.known(objective, [o.id for o in file.objectives], (*path, "objectives", i), "objective")
    for i, task in enumerate(inject.tasks):
        builder.known(task, [t.id for t in file.tasks], (*path, "tasks", i), "task")
    if inject.phase:
        builder.known(inject.phase, [p.id for p in file.phases], (*path, "phase"), "phase")
    if inject.parent:
        builder.known(inject.parent, [i.id for i in file.injects], (*path, "parent"), "inject")
    if inject.starts:
        builder.known(inject.starts, builder.situation_ids, (*path, "starts"), "situation")
    planned = None if inject.planned is UNSET else builder.number(inject.planned, (*path, "planned"), 0.0)
    deadline = None if inject.deadline is UNSET else builder.number(inject.deadline, (*path, "deadline"), 0.0)
    return Inject(
        id=inject.id,
        number=inject.number,
        title=inject.title,
        message=inject.message,
        receiver=inject.receiver,
        planned=planned,
        status=inject.status,
        event_type=inject.event_type,
        scenario_time=inject.scenario_time,
        sender=inject.sender,
        method=inject.method,
        expected_action=inject.expected_action,
        responsible=inject.responsible,
        objectives=tuple(inject.objectives),
        tasks=tuple(inject.tasks),
        plan_reference=inject.plan_reference,
        deadline=deadline,
        trigger=inject.trigger,
        condition=inject.condition,
        parent=inject.parent,
        storyline=inject.storyline,
        phase=inject.phase,
        location=inject.location,
        priority=inject.priority,
        attachments=tuple(inject.attachments),
        controller_notes=inject.controller_notes,
        author=inject.author,
        actual_release=inject.actual_release,
        actual_action=inject.actual_action,
        skip_reason=inject.skip_reason,
        handle=builder.duration(inject.handle, (*path, "handle")),
        starts=inject.starts,
        other_columns=inject.other_columns,
    )
