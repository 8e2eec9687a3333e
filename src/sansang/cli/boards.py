"""``sansang boards``: how are the boards rebuilt from the ledger alone?"""

from __future__ import annotations

from pathlib import Path

import click

from sansang.cli.installation import data_option, installed_directory, refuse, run_job
from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The group of commands in the voice's language."""
    say = voice.say

    @click.group(help=say(mark("The boards: what an operation looks like now.")))
    def boards() -> None:
        pass

    @boards.command(help=say(mark("Rebuild the boards from the ledger; work goes on meanwhile.")))
    @click.argument("operations", nargs=-1)
    @data_option(voice)
    def rebuild(operations: tuple[str, ...], data: Path | None) -> None:
        directory = installed_directory(voice, data)
        result = run_job(voice, directory, "rebuild", {"operations": list(operations)}, mark("Rebuilding boards"))
        if "unknown" in result:
            refuse(voice, mark("No operation is called {name}."), name=result["unknown"][0])
        click.echo(
            voice.count(
                mark("The boards of {n} operation are rebuilt."),
                mark("The boards of {n} operations are rebuilt."),
                result["operations"],
            )
        )

    return boards
