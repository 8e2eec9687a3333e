"""``sansang init``: how is an installation created, or migrated to this version?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sansang.cli.installation import (
    chosen_directory,
    data_option,
    fail,
    load_framework,
    refuse,
    refuse_settings,
    reporting_errors,
    require_writable,
)
from sansang.model.naming import ID_PATTERN
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.site.data_directory import DataDirectory
    from sansang.web.admin.first_password import FirstSignIn


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say

    @click.command(help=say(mark("Make an installation: its folder, database, key store. Done again, it migrates.")))
    @data_option(voice)
    @click.option("--name", help=say(mark("What the installation is called (a ward, a command post).")))
    @click.option("--database", default="", help=say(mark("The address of a PostgreSQL database; else a file.")))
    @click.option("--post-id", default="", help=say(mark("The first post's id (default: made of the name).")))
    @click.option("--person-id", default="", help=say(mark("As what the first person signs in (default: quan-tri-…).")))
    @click.option("--no-input", is_flag=True, help=say(mark("Ask nothing.")))
    def init(data: Path | None, name: str | None, database: str, post_id: str, person_id: str, no_input: bool) -> None:
        for option, asked in (("--post-id", post_id), ("--person-id", person_id)):
            if asked and not ID_PATTERN.fullmatch(asked):
                refuse(
                    voice, mark("{option} {asked}: letters, digits, dots and dashes only."), option=option, asked=asked
                )
        from sansang.site.settings_file import BadSettings

        directory = chosen_directory(voice, data)
        before = directory.is_installed
        try:
            if before and database and database != directory.database:
                refuse(voice, mark("{file} names another database. Change it there."), file=directory.settings)
        except BadSettings as wrong:
            refuse_settings(voice, wrong)
        if before:
            require_writable(voice, directory)
        if not before and name is None:
            name = (
                "" if no_input else click.prompt(say(mark("What is it called (a ward, a command post)?")), default="")
            )
        load_framework(voice, directory)
        from sansang.site.install import InUse, install, locked

        try:
            directory.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with reporting_errors(voice, directory), locked(directory):
                replica = install(directory, name or "", database)
                first = _list_first(directory, replica, name or "", post_id, person_id)
        except InUse:
            fail(voice, mark("Another process writes at {folder}. Stop it, then ask again."), folder=directory.folder)
        except OSError as wrong:
            refuse(
                voice,
                mark("{folder}: nothing can be written there ({reason})."),
                folder=directory.folder,
                reason=wrong.strerror or wrong,
            )
        if before:
            click.echo(say(mark("{folder}: the tables are of this version."), folder=directory.folder))
            _print_first_sign_in(voice, first)
            return
        click.echo(say(mark("Ready: {folder}, replica {replica}."), folder=directory.folder, replica=replica))
        click.echo(
            say(
                mark("Back up the key store {keys} apart from the database: without it no words can be read."),
                keys=directory.keys,
            )
        )
        if _print_first_sign_in(voice, first):
            click.echo(say(mark("Serve the pages: sansang serve --data {folder}"), folder=directory.folder))
        click.echo(say(mark("Look whether all is well: sansang doctor --data {folder}"), folder=directory.folder))

    return init


def _print_first_sign_in(voice: Voice, first: FirstSignIn | None) -> bool:
    if first is None:
        return False
    text = mark("Sign in as {person} with {password} – shown this once; change it, then list the others.")
    click.echo(voice.say(text, person=first.person, password=first.password))
    return True


def _list_first(directory: DataDirectory, replica: str, name: str, post: str, person: str) -> FirstSignIn | None:
    from sansang.site.first_administrator import list_first_administrator
    from sansang.site.install import opened

    with opened(directory) as installation:
        return list_first_administrator(installation, replica, name, post, person)
