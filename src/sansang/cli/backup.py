"""``sansang backup``: how is the whole ledger written to one file? While it is written to, and without keys."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sansang.cli.installation import data_option, fail, installed_directory, progress_bar, refuse, refuse_settings
from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say

    @click.command(
        help=say(mark("Write the whole ledger to one file, as of one moment. The key store is backed up apart."))
    )
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
    @data_option(voice)
    def backup(file: Path, data: Path | None) -> None:
        from sansang.ledger.backup import back_up
        from sansang.ledger.verify import DatabaseUnreadable, LedgerSource
        from sansang.site.settings_file import BadSettings

        directory = installed_directory(voice, data)
        if not file.parent.exists():
            refuse(voice, mark("{folder}: there is no such folder."), folder=file.parent)
        try:
            with progress_bar(voice, mark("Backing up")) as progress:
                source = LedgerSource(directory.ledger, directory.database)
                header, many = back_up(source, file, time.time_ns() // 1000, progress)
        except BadSettings as wrong:
            refuse_settings(voice, wrong)
        except DatabaseUnreadable as wrong:
            fail(voice, mark("The database can't be read: {reason}"), reason=wrong)
        except OSError as wrong:
            fail(
                voice, mark("{file}: the file can't be written ({reason})."), file=file, reason=wrong.strerror or wrong
            )
        click.echo(
            voice.count(
                mark("{n} entry of replica {replica} in {file}."),
                mark("{n} entries of replica {replica} in {file}."),
                many,
                replica=header.replica,
                file=file,
            )
        )
        click.echo(say(mark("It holds no keys. Keep {keys} too, and not beside it."), keys=directory.keys))

    return backup
