"""``sansang boards``: what does it look like now, made anew from the ledger alone."""

from __future__ import annotations

from pathlib import Path

import click

from sansang.cli.installation import data_option, do, installed, refuse
from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The group of commands in the voice's language."""
    say = voice.say

    @click.group(help=say(mark("The boards: what an operation looks like now.")))
    def boards() -> None:
        pass

    @boards.command(help=say(mark("Make the boards anew from the ledger; work goes on meanwhile.")))
    @click.argument("operations", nargs=-1)
    @data_option(voice)
    def rebuild(operations: tuple[str, ...], data: Path | None) -> None:
        directory = installed(voice, data)
        came = do(voice, directory, "rebuild", {"operations": list(operations)}, mark("Making boards anew"))
        if "unknown" in came:
            refuse(voice, mark("No operation is called {name}."), name=came["unknown"][0])
        click.echo(
            voice.count(
                mark("The boards of {n} operation are made anew."),
                mark("The boards of {n} operations are made anew."),
                came["operations"],
            )
        )

    return boards
