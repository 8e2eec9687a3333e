"""What do the commands that play a plan share? Reading it or refusing, progress, a stop, and keeping the result."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

from sansang.formats.problems import Problem, Spot, Unreadable
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sansang.model.plan.scenario import Scenario
    from sansang.plans import Plan
    from sansang.rehearsal.runner import ProgressCallback

STOPPED = 130
Outcome = TypeVar("Outcome")


def read(voice: Voice, folder: Path, as_json: bool, to_play: bool = True) -> Plan:
    """The plan in a folder; problems are all printed, and errors end the program with 2.

    A plan ``to_play`` must have what it takes: a list of injects alone can be read, but not played.
    """
    from sansang.plans import load

    try:
        plan = load(folder)
    except Unreadable as unreadable:
        refuse(voice, unreadable.problems, as_json)
    missing = plan.scenario.missing_parts
    if to_play and missing:
        problem = Problem(
            "nothing-to-play",
            Spot(str(folder)),
            mark("The plan has no {missing} yet, so there is nothing to play"),
            mark("Write them into exercise.yaml; examples/hem-chay shows how"),
            {"missing": ", ".join(missing)},
        )
        refuse(voice, (*plan.problems, problem), as_json)
    _print(voice, plan.problems)
    return plan


def with_settings(voice: Voice, plan: Plan, settings: Sequence[str], as_json: bool) -> Plan:
    """The plan with what ``--set`` says; a wrong setting ends the program with 2."""
    try:
        return plan.with_settings(settings)
    except Unreadable as unreadable:
        refuse(voice, unreadable.problems, as_json)


def _print(voice: Voice, problems: Sequence[Problem]) -> None:
    for problem in problems:
        label = voice.say(mark("error")) if problem.severity == "error" else voice.say(mark("warning"))
        click.echo(f"{label}: {problem.say(voice)}", err=True)


def refuse(voice: Voice, problems: Sequence[Problem], as_json: bool) -> NoReturn:
    """Print what is wrong and end the program with 2."""
    _print(voice, problems)
    errors = [p for p in problems if p.severity == "error"]
    if as_json:
        listed = [
            {
                "code": p.code,
                "file": p.spot.file,
                "line": p.spot.line,
                "column": p.spot.column,
                "message": p.say(voice),
            }
            for p in errors
        ]
        click.echo(json.dumps({"problems": listed}, ensure_ascii=False, indent=1))
    click.echo(
        voice.count(mark("{n} error; nothing was played."), mark("{n} errors; nothing was played."), len(errors)),
        err=True,
    )
    sys.exit(2)


def played(voice: Voice, runs: int, play: Callable[[ProgressCallback], Outcome]) -> Outcome:
    """What ``play(progress)`` gives, with a bar; a stop ends the program with 130, a wrong request with 2."""
    from sansang.rehearsal import Interrupted

    try:
        with progress(voice) as report:
            return play(report)
    except Interrupted as stopped:
        stop(voice, stopped.done, stopped.requested)
    except KeyboardInterrupt:
        stop(voice, 0, runs)
    except ValueError as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(2)


def comparison_names(plans: Sequence[Scenario], seed: int, runs: int) -> list[str]:
    """The folder of a kept comparison, by the plans' digests, seed and number; older forms of the digest last."""
    from sansang.model.plan.digest import digests

    return [
        f"compare-{'-'.join(known[:8] for known in of_plans)}-seed{seed}-n{runs}"
        for of_plans in zip(*map(digests, plans), strict=False)
    ]


@contextmanager
def progress(voice: Voice) -> Iterator[ProgressCallback]:
    """A bar with the remaining time, on the error stream; the first run also prepares the machine."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from sansang.rehearsal.compilation import cache_folder

    console = Console(stderr=True)
    first = not cache_folder().exists()
    waiting = voice.say(mark("Preparing the machine (only the first time, about a minute)"))
    playing = voice.say(mark("Playing the plan"))
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        if first and not console.is_terminal:
            click.echo(waiting, err=True)
        task = bar.add_task(waiting if first else playing, total=None)

        def report(done: int, asked: int) -> None:
            bar.update(task, completed=done, total=asked, description=playing)

        yield report


def stop(voice: Voice, done: int, asked: int) -> NoReturn:
    """Say how far it came and end at once; nothing has been written."""
    click.echo(
        voice.say(
            mark("Stopped after {done} of {asked} replications; nothing was kept."),
            done=voice.number(done),
            asked=voice.number(asked),
        ),
        err=True,
    )
    sys.stdout.flush()
    sys.stderr.flush()
    # A thread may be in the middle of compiling, which cannot be called off: leave without waiting for it.
    os._exit(STOPPED)


def keep(voice: Voice, files: Mapping[str, bytes], place: Path) -> Path:
    """Write files into a folder, each whole or not at all; the folder."""
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            with tempfile.NamedTemporaryFile(dir=place, prefix=".", delete=False) as new:
                new.write(data)
            Path(new.name).chmod(0o644)
            Path(new.name).replace(place / name)
    except OSError as wrong:
        click.echo(
            voice.say(
                mark("{place}: the result could not be kept ({reason}). Give another place with --out."),
                place=place,
                reason=wrong.strerror or wrong,
            ),
            err=True,
        )
        sys.exit(2)
    return place
