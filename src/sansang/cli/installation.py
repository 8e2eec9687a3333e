"""What do the commands on an installation share? Its directory, errors in words, and running a job with progress."""

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
    from sansang.ledger.progress import Progress
    from sansang.site.data_directory import DataDirectory
    from sansang.site.settings_file import BadSettings
    from sansang.site.writer_jobs import Values

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
    """The option ``--data``: the installation's directory."""
    return click.option(
        "--data",
        # Checked below, with a message of our own.
        type=click.Path(path_type=Path, file_okay=False, readable=False),
        help=voice.say(mark("The data directory (default: SANSANG_DATA, else ./data).")),
    )


def refuse(voice: Voice, message: str, **values: object) -> NoReturn:
    """Print an error of what was asked, and how to correct it; exit code 2."""
    click.echo(f"{click.style(voice.say(mark('error')), fg='red')}: {voice.say(message, **values)}", err=True)
    sys.exit(2)


def fail(voice: Voice, message: str, **values: object) -> NoReturn:
    """Print an error that is not the user's; exit code 1."""
    click.echo(f"{click.style(voice.say(mark('error')), fg='red')}: {voice.say(message, **values)}", err=True)
    sys.exit(1)


def fault_text(voice: Voice, code: str, about: str) -> str:
    """A fault in words."""
    return voice.say(FAULTS[code], about=about)


def chosen_directory(voice: Voice, data: Path | None) -> DataDirectory:
    """The directory of ``--data``; refused where this account may not read it."""
    from sansang.site.data_directory import find_data_directory

    directory = find_data_directory(data)
    try:
        _ = directory.is_installed
    except PermissionError:
        refuse(
            voice,
            mark("{folder}: this account may not look into it. Ask as the account that serves it: sudo -u sansang …"),
            folder=directory.folder,
        )
    return directory


def installed_directory(voice: Voice, data: Path | None) -> DataDirectory:
    """The directory of ``--data``; refused where there is no installation."""
    directory = chosen_directory(voice, data)
    if not directory.is_installed:
        refuse(
            voice,
            mark("{folder}: no installation here. Make one with: sansang init --data {folder}"),
            folder=directory.folder,
        )
    return directory


def require_writable(voice: Voice, directory: DataDirectory) -> None:
    """Refused where this account can't write everything that it must."""
    path = directory.unwritable_path()
    if path is not None:
        refuse(
            voice,
            mark(
                "{path}: this account can't write there. Ask as its owner: sudo -u {owner} sansang …"
                " – or give it back: chown -R {owner} {folder}"
            ),
            path=path,
            owner=directory.owner,
            folder=directory.folder,
        )


@contextmanager
def reporting_errors(voice: Voice, directory: DataDirectory) -> Iterator[None]:
    """Within it errors of opening an installation are printed. The web framework must be loaded."""
    from sansang.ledger.keyring import KeyringDamaged
    from sansang.site.install import NeedsMigration, database_error
    from sansang.site.settings_file import BadSettings

    try:
        yield
    except NeedsMigration:
        refuse(
            voice,
            mark("The tables are of an earlier version. Bring them to this one with: sansang init --data {folder}"),
            folder=directory.folder,
        )
    except BadSettings as wrong:
        refuse_settings(voice, wrong)
    except KeyringDamaged as wrong:
        fail(voice, mark("{file}: a key can't be read: {reason}."), file=wrong.path, reason=wrong.why)
    except database_error() as wrong:
        fail(voice, mark("The database does not answer: {reason}"), reason=str(wrong).strip())
    except PermissionError as wrong:
        require_writable(voice, directory)
        fail(voice, mark("{file}: the file can't be read ({reason})."), file=wrong.filename, reason=wrong.strerror)


def refuse_settings(voice: Voice, wrong: BadSettings) -> NoReturn:
    """Print where the settings are wrong, and why."""
    refuse(voice, mark("{file}: {reason}."), file=wrong.where, reason=wrong.why(voice))


@contextmanager
def progress_bar(voice: Voice, what: str) -> Iterator[Progress]:
    """A progress bar on standard error, shown on a terminal only; yields the callback that moves it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(voice.say(what), total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)


def run_job(voice: Voice, directory: DataDirectory, job: str, values: Values, what: str) -> Values:
    """Run a job in the process that writes here; in this one where there is none."""
    require_writable(voice, directory)
    load_framework(voice, directory)
    from sansang.site.install import InUse, working
    from sansang.site.writer_jobs import JOBS
    from sansang.site.writer_socket import JobFailed, NoAnswer, hand_over

    with progress_bar(voice, what) as progress:
        try:
            with reporting_errors(voice, directory), working(directory) as installation:
                return JOBS[job](installation, values, progress)
        except InUse:
            pass
        try:
            return hand_over(directory.socket, job, values, progress)
        except NoAnswer:
            fail(
                voice,
                mark("Another process writes at {folder} and does not take work over. Stop it, then ask again."),
                folder=directory.folder,
            )
        except JobFailed as wrong:
            fail(voice, mark("The running server could not do it: {reason}"), reason=wrong)


def load_framework(voice: Voice, directory: DataDirectory) -> None:
    """Load the web framework for this directory; print what is wrong and exit where it can't be loaded."""
    os.environ["SANSANG_DATA"] = str(directory.folder)
    from sansang.site.django_setup import WrongSqlite, load_django
    from sansang.site.settings_file import BadSettings

    try:
        load_django()
    except WrongSqlite as wrong:
        fail(
            voice,
            mark("SQLite {version} can damage a ledger. Mend it: pip install --upgrade pysqlite3"),
            version=wrong.version,
        )
    except BadSettings as wrong:
        refuse_settings(voice, wrong)
