"""What do the commands on an installation share? Where it lies, what is wrong in words, and a bar for long work."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.site.jobs import Progress, Values
    from sansang.site.place import Place

FAULTS = {
    "bytes-changed": mark("what is stored does not have the hash that it had when it was written"),
    "not-an-entry": mark("what is stored is no entry ({about})"),
    "form-too-new": mark("a newer version of the program wrote it (form {about})"),
    "column-changed": mark("a column says something else than the entry: {about}"),
    "key-changed": mark("the key of its words, or what stands beside it, was changed"),
    "orphan": mark("the entry belongs to a log that is not listed"),
    "installation-changed": mark("the installation calls itself otherwise than its log says"),
    "board-changed": mark("{about} was changed behind the ledger's back; mend it with: sansang boards rebuild"),
    "gap": mark("number {about} is missing before it"),
    "broken-link": mark("it does not follow on the entry before it: one of the two was replaced"),
    "clock-backwards": mark("its clock is not after that of the entry before it"),
    "checkpoint-forged": mark("the checkpoint is not signed by its replica, or says something else than was signed"),
    "fork": mark("there is another entry under its number"),
    "tail-cut": mark("entries up to {about} were seen elsewhere and are gone"),
    "rewritten": mark("another entry was seen here elsewhere ({about})"),
}


def data_option(voice: Voice) -> Callable[[Any], Any]:
    """``--data``: where the installation lies."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        help=voice.say(mark("The data directory (default: SANSANG_DATA, else ./data).")),
    )


def refuse(voice: Voice, message: str, **values: object) -> NoReturn:
    """Say what is wrong and how to mend it; exit code 2."""
    click.echo(f"{click.style(voice.say(mark('error')), fg='red')}: {voice.say(message, **values)}", err=True)
    sys.exit(2)


def fail(voice: Voice, message: str, **values: object) -> NoReturn:
    """Say what the world did; exit code 1."""
    click.echo(f"{click.style(voice.say(mark('error')), fg='red')}: {voice.say(message, **values)}", err=True)
    sys.exit(1)


def said(voice: Voice, code: str, about: str) -> str:
    """A fault in words."""
    return voice.say(FAULTS[code], about=about)


def installed(voice: Voice, data: Path | None) -> Place:
    """The place that was asked for; refused where there is no installation."""
    from sansang.site.place import asked_place

    place = asked_place(data)
    if not place.is_installed:
        refuse(
            voice,
            mark("{folder}: no installation here. Make one with: sansang init --data {folder}"),
            folder=place.folder,
        )
    return place


@contextmanager
def bar(voice: Voice, what: str) -> Iterator[Progress]:
    """A bar on the terminal's error stream, which shows only where somebody is looking."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(voice.say(what), total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def do(voice: Voice, place: Place, job: str, values: Values, what: str) -> Values:
    """Have a job done by the process that writes here; by this one where there is none."""
    from sansang.site.starting import load_django

    guarded(voice, place, load_django)
    from sansang.site.handing_over import Failed, NoAnswer, hand_over
    from sansang.site.installing import InUse, NeedsMigration, working
    from sansang.site.jobs import JOBS

    with bar(voice, what) as progress:
        try:
            with working(place) as desk:
                return JOBS[job](desk, values, progress)
        except InUse:
            pass
        except NeedsMigration:
            refuse(voice, mark("The tables are of an earlier version. Bring them to this one with: sansang init"))
        try:
            return hand_over(place.socket, job, values, progress)
        except NoAnswer:
            fail(
                voice,
                mark("Another process writes at {folder} and does not take work over. Stop it, then ask again."),
                folder=place.folder,
            )
        except Failed as wrong:
            fail(voice, mark("The running server could not do it: {reason}"), reason=wrong)


def guarded(voice: Voice, place: Place, load: Callable[[], None]) -> None:
    """Load the web framework for a place, behind its guards, and say in words what stands against it."""
    os.environ["SANSANG_DATA"] = str(place.folder)
    from sansang.site.place import BadSettings
    from sansang.site.starting import WrongSqlite

    try:
        load()
    except WrongSqlite as wrong:
        fail(
            voice,
            mark("SQLite {version} can damage a ledger. Mend it: pip install --upgrade pysqlite3"),
            version=wrong.version,
        )
    except BadSettings as wrong:
        refuse(voice, mark("{file}: the settings can't be used: {reason}"), file=wrong.path, reason=wrong.why)
