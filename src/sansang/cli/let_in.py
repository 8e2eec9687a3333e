"""``sansang let-in``: how does somebody who is locked out sign in again, from the machine's own terminal?"""

from __future__ import annotations

from pathlib import Path

import click

from sansang.cli.installation import data_option, installed_directory, refuse, run_job
from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say

    @click.command(help=say(mark("Let somebody sign in again: a new first password, also for a person shut out.")))
    @click.argument("person")
    @data_option(voice)
    @click.option(
        "--forget-second-factor",
        "forget",
        is_flag=True,
        help=say(mark("Take codes, passkeys and recovery codes away, as when the phone is lost.")),
    )
    @click.option(
        "--administrator", is_flag=True, help=say(mark("Give the role of an administrator too, over everything."))
    )
    def let_in(person: str, data: Path | None, forget: bool, administrator: bool) -> None:
        directory = installed_directory(voice, data)
        asked = {"person": person, "forget": forget, "administrator": administrator}
        result = run_job(voice, directory, "let-in", asked, mark("Letting in"))
        if "unknown" in result:
            known = ", ".join(result["unknown"]) or "–"
            refuse(
                voice, mark("Nobody is listed as {person}. Who administers here: {known}"), person=person, known=known
            )
        if result["was_shut_out"]:
            click.echo(say(mark("{person} was shut out, and is so no more."), person=person))
        if result["factors"]:
            click.echo(say(mark("The second factor of {person} is taken away. Switch a new one on."), person=person))
        elif forget:
            click.echo(say(mark("{person} had no second factor."), person=person))
        if result["granted"]:
            click.echo(say(mark("{person} has the role of an administrator, over everything."), person=person))
        text = mark(
            "Sign in as {person} with {password} – shown this once; change it. Sessions from before have ended."
        )
        click.echo(say(text, person=person, password=result["password"]))

    return let_in
