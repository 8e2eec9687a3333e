"""``sansang doctor``: what is wrong with an installation, and how is it corrected? Loads no web framework."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sansang.cli.installation import data_option
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.site.doctor import Diagnosis

TEXTS: dict[str, tuple[str, str]] = {
    "not-installed": (mark("{folder}: no installation here."), mark("Make one: sansang init --data {folder}")),
    "settings-unreadable": (
        mark("{file}: {reason}."),
        mark("Mend it in the file; every setting is described in docs/operations.md."),
    ),
    "not-ours": (
        mark("{path}: this account can't read or write there."),
        mark("Ask as the account that serves it (sudo -u sansang …), or give the folder back to it: chown -R"),
    ),
    "secret-missing": (
        mark("{file} is missing: it signs sessions and units' links."),
        mark("Make a new one: sansang init --data {folder} – people sign in again, units need new links."),
    ),
    "secret-unreadable": (
        mark("{file}: {reason}."),
        mark("Serving can't begin without it; a new one means: people sign in again, units need new links."),
    ),
    "folder-open": (mark("{folder}: others on this machine can read it."), mark("Close it: chmod 700 {folder}")),
    "keys-open": (mark("{folder}: others on this machine can read the keys."), mark("Close it: chmod 700 {folder}")),
    "sqlite-old": (
        mark("SQLite {version} can damage a ledger; {oldest} or later is needed."),
        mark("Mend it: pip install --upgrade pysqlite3"),
    ),
    "sqlite-missing": (mark("The SQLite library pysqlite3 is missing."), mark("Mend it: pip install pysqlite3")),
    "database-unreadable": (
        mark("The database can't be read: {reason}."),
        mark("Start its server, mend the address in sansang.toml, or bring a backup back: sansang restore"),
    ),
    "not-in-wal-mode": (
        mark("The database is in mode {mode}, not WAL: readers would stop the writer."),
        mark("Put it on a local disk, then run: sansang init"),
    ),
    "tables-old": (mark("The tables are of an earlier version: {missing} is missing."), mark("Mend it: sansang init")),
    "tables-newer": (
        mark("The tables are of a later version: {more}."),
        mark("Install the version of the program that made them, or a later one."),
    ),
    "disk-nearly-full": (mark("{folder}: {free} MB are left on the disk."), mark("Make room before the night comes.")),
    "key-damaged": (
        mark("{file}: the key can't be read: {reason}."),
        mark("Bring it back from the key store's backup."),
    ),
    "keys-missing": (
        mark("The words of {entries} entries can't be read: their keys are missing."),
        mark("Bring the key store back from its backup into {folder}."),
    ),
    "forgotten-unreadable": (
        mark("{file}: the list of what was forgotten can't be read: {reason}."),
        mark("Bring it back from the key store's backup."),
    ),
    "boards-late": (
        mark("Late entries are not on the boards yet: {operations}."),
        mark("Start the server, or run: sansang boards rebuild"),
    ),
    "boards-without-key": (
        mark("The boards can't be read, their key is missing: {operations}."),
        mark("Nothing is lost; rebuild them: sansang boards rebuild"),
    ),
    "writer-deaf": (
        mark("A process writes here but does not listen at {socket}."),
        mark("Stop it and start it again."),
    ),
    "clock-behind": (
        mark("The last entry is {minutes} minutes ahead of this machine's clock."),
        mark("Set the clock (timedatectl), then look again."),
    ),
    "address-not-secure": (
        mark("{address} is no secure address: nothing can be written there without a network."),
        mark("Serve without --plain, and set the phones up at /trust/."),
    ),
    "address-of-proxy": (
        mark("It is served behind a proxy without --name: links are http wherever the proxy does not say https."),
        mark("Serve with --name NAME, and let the proxy pass Host and X-Forwarded-Proto (docs/operations.md)."),
    ),
    "no-installation-row": (mark("The database belongs to no installation."), mark("Mend it: sansang init")),
}


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say

    @click.command(help=say(mark("Say what is wrong with an installation, and how to mend it.")))
    @data_option(voice)
    @click.option("--json", "as_json", is_flag=True, help=say(mark("Print it as JSON, for machines.")))
    def doctor(data: Path | None, as_json: bool) -> None:
        from sansang.site.data_directory import find_data_directory
        from sansang.site.doctor import examine

        directory = find_data_directory(data)
        found = examine(directory)
        explained = [(one, *_texts(voice, one)) for one in found]
        if as_json:
            listed = [
                {"code": one.code, "warning": one.is_warning, "message": what, "mend": how}
                for one, what, how in explained
            ]
            click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
        else:
            for one, what, how in explained:
                label, colour = (mark("warning"), "yellow") if one.is_warning else (mark("error"), "red")
                click.echo(f"{click.style(say(label), fg=colour)}: {what}\n    {how}")
            if not found:
                click.echo(say(mark("All is well at {folder}."), folder=directory.folder))
        sys.exit(1 if any(not one.is_warning for one in found) else 0)

    return doctor


def _texts(voice: Voice, one: Diagnosis) -> tuple[str, str]:
    """What is wrong and how to correct it, also inside a settings error, in the voice's language."""
    from sansang.site.settings_file import BadSettings

    values = {name: v.why(voice) if isinstance(v, BadSettings) else v for name, v in one.values.items()}
    what, how = TEXTS[one.code]
    return voice.say(what, **values), voice.say(how, **values)
