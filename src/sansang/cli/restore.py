"""``sansang restore``: how is a backup restored? As a new replica; what was erased stays erased."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sansang.cli.installation import (
    chosen_directory,
    data_option,
    fail,
    fault_text,
    load_framework,
    progress_bar,
    refuse,
    refuse_settings,
)
from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say
    a_file = click.Path(path_type=Path, exists=True, dir_okay=False)

    @click.command(help=say(mark("Bring a backup back into an empty folder, as a new replica.")))
    @click.argument("file", type=a_file)
    @data_option(voice)
    @click.option(
        "--keys",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help=say(mark("The key store, or its backup; without it no words can be read.")),
    )
    @click.option(
        "--forgotten",
        type=a_file,
        help=say(mark("A later list of what was forgotten (forgotten.jsonl of a key store).")),
    )
    @click.option("--database", default="", help=say(mark("The address of a PostgreSQL database; else a file.")))
    def restore(file: Path, data: Path | None, keys: Path | None, forgotten: Path | None, database: str) -> None:
        from sansang.ledger.exchange import Damaged
        from sansang.ledger.keyring import KeyringDamaged
        from sansang.site.settings_file import BadSettings

        directory = chosen_directory(voice, data)
        load_framework(voice, directory)
        from sansang.site.install import AlreadyInstalled, database_error
        from sansang.site.restore import NotWhole
        from sansang.site.restore import restore as bring_back

        try:
            with progress_bar(voice, mark("Restoring")) as progress:
                result = bring_back(directory, file, keys, forgotten, database, progress)
        except AlreadyInstalled:
            refuse(
                voice,
                mark("{folder}: there is an installation here already. Take an empty folder."),
                folder=directory.folder,
            )
        except Damaged as wrong:
            refuse(voice, mark("{file}: this is no whole backup: {reason}."), file=file, reason=wrong)
        except NotWhole as wrong:
            for fault in wrong.faults:
                click.echo(f"{fault.log}#{fault.number}: {fault_text(voice, fault.code, fault.about)}.", err=True)
            refuse(voice, mark("{file}: it was changed since it was written; nothing was restored."), file=file)
        except KeyringDamaged as wrong:
            refuse(voice, mark("{file}: a key can't be read: {reason}."), file=wrong.path, reason=wrong.why)
        except BadSettings as wrong:
            refuse_settings(voice, wrong)
        except OSError as wrong:
            fail(
                voice,
                mark("{folder}: nothing can be written there ({reason})."),
                folder=directory.folder,
                reason=wrong.strerror or wrong,
            )
        except database_error() as wrong:
            fail(voice, mark("The database does not answer: {reason}"), reason=str(wrong).strip())
        click.echo(
            say(
                mark("{entries} entries are back, as replica {replica} (before: {before})."),
                entries=voice.number(result.entries),
                replica=result.replica,
                before=result.before,
            )
        )
        if result.forgotten:
            click.echo(voice.count(mark("{n} erasure done again."), mark("{n} erasures done again."), result.forgotten))
        if result.unreadable:
            click.echo(
                voice.count(
                    mark("warning: the words of {n} entry can't be read: its key is not here. Give --keys."),
                    mark("warning: the words of {n} entries can't be read: their keys are not here. Give --keys."),
                    result.unreadable,
                ),
                err=True,
            )
        click.echo(say(mark("Next: take in what peers have written since: sansang ledger import FILE")))
        sys.exit(0)

    return restore
