"""How is it asked in a terminal? The commands; each loads what it needs only when it is run."""

from __future__ import annotations

import gc
import gettext
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from sansang import __version__, words
from sansang.words import LANGUAGES, Language, Voice, language_of_terminal, mark

if TYPE_CHECKING:
    from collections.abc import Callable

#: Commands: name → (module with ``command(voice)``, one line of help).
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", mark("Look a plan through like a good deputy: what is missing, unheard, impossible.")),
    "rehearse": ("rehearse", mark("Play a plan ten thousand times and say where it breaks.")),
    "compare": ("compare", mark("Say what a change of the plan would do: two to four plans under the same chances.")),
    "paper": ("paper", mark("Write official papers (Decree 30/2020): the exercise plan, the report on a rehearsal.")),
    "msel": ("msel", mark("The master list as a workbook: out, in again, or in from somebody else's list.")),
    "forces": ("forces", mark("The forces as a workbook: units, members, means, stores, posts.")),
    "play": ("play", mark("Write one night of the rehearsal as the logs of a drill.")),
    "ledger": ("ledger", mark("Was the record changed? Verify logs, their heads; to and from peers.")),
    "init": ("init", mark("Make an installation, or bring its tables to this version.")),
    "serve": ("serve", mark("Serve the pages for posts, units and the command.")),
    "let-in": (
        "let_in",
        mark("Let somebody sign in again: a password or a second factor is lost, or who was shut out."),
    ),
    "boards": ("boards", mark("The boards of operations: rebuild them from the ledger.")),
    "backup": ("backup", mark("Write the whole ledger to one file, while it is written to.")),
    "restore": ("restore", mark("Bring a backup back as a new replica.")),
    "doctor": ("doctor", mark("Say what is wrong with an installation, and how to mend it.")),
    "rights": ("rights", mark("Print who may do what: every role, every kind of line, every page.")),
    "schema": ("schema", mark("Print the JSON Schema of a scenario, for editors.")),
    "area": ("area", mark("Find an administrative unit on a day, and what it came from or became.")),
}

#: Commands on the ledger or the pages: they need the packages of the extra ``site``.
ON_SITE = frozenset({"play", "ledger", "init", "serve", "let-in", "boards", "backup", "restore", "doctor"})
#: Some packages of that extra, by what is imported; the others come with them.
SITE_PACKAGES = ("cryptography", "django", "allauth", "starlette", "uvicorn")


#: What click itself says, so that the catalogue has it; click looks it up through gettext.
CLICK_SAYS = (
    mark("Usage:"),
    mark("Options"),
    mark("Show this message and exit."),
    mark("Show the version and exit."),
    mark("Error: {message}"),
    mark("Missing argument"),
    mark("Missing option"),
    mark("Try '{command} {option}' for help."),
    mark("No such command {name!r}."),
    mark("No such option: {name}"),
    mark("Invalid value for {param_hint}: {message}"),
    mark("Invalid value: {message}"),
    mark("{value!r} is not in the range {range}."),
    mark("{value!r} is not a valid {number_type}."),
    mark("default: {default}"),
)


class Program(click.Group):
    """The group of commands, each imported when it is asked for."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        super().__init__(
            "sansang",
            help=voice.say(mark("Sẵn Sàng: ready, before the night comes.")),
            params=[_language_option(voice)],
            no_args_is_help=True,
        )

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, with its module loaded; None when there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"sansang.cli.{COMMANDS[cmd_name][0]}")
        make = cast("Callable[[Voice], click.Command]", module.command)
        return make(self.voice)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was asked for; ends with 2 and one line where the extra that it needs is not installed."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in ON_SITE and "--help" not in rest and not all(find_spec(package) for package in SITE_PACKAGES):
            message = mark(
                "sansang {command} works on the ledger and the pages, which are not installed here."
                " Install them with: pip install 'sansang[site]'"
            )
            error = click.style(self.voice.say(mark("error")), fg="red")
            click.echo(f"{error}: {self.voice.say(message, command=name)}", err=True)
            ctx.exit(2)
        return name, command, rest

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their line of help, without loading them."""
        with formatter.section(self.voice.say(mark("Commands"))):
            formatter.write_dl([(name, self.voice.say(line)) for name, (_, line) in COMMANDS.items()])


def _language_option(voice: Voice) -> click.Option:
    return click.Option(
        ["--lang"],
        type=click.Choice(LANGUAGES),
        expose_value=False,
        help=voice.say(mark("Language of messages and results (default: the terminal's).")),
    )


def asked_language(arguments: Sequence[str]) -> Language:
    """The language of ``--lang`` if it stands among the arguments, else the terminal's."""
    for place, argument in enumerate(arguments):
        wanted = argument.removeprefix("--lang=")
        if argument == "--lang" and place + 1 < len(arguments):
            wanted = arguments[place + 1]
        if wanted in LANGUAGES and wanted != argument:
            return wanted
    return language_of_terminal()


def without_language(arguments: Sequence[str]) -> list[str]:
    """The arguments without ``--lang …``, so that it may stand anywhere."""
    left: list[str] = []
    skip = False
    for place, argument in enumerate(arguments):
        if skip:
            skip = False
        elif argument == "--lang" and place + 1 < len(arguments) and arguments[place + 1] in LANGUAGES:
            skip = True
        elif argument.removeprefix("--lang=") not in LANGUAGES or not argument.startswith("--lang="):
            left.append(argument)
    return left


def main() -> None:
    """Run the program; the exit code is 0, 1 (the world), 2 (what was asked), or 130 (stopped)."""
    # A command is short and a plan makes many small things: looking for garbage so often costs a fifth of the reading.
    gc.set_threshold(100_000)
    arguments = sys.argv[1:]
    language = asked_language(arguments)
    # click looks its own sentences up in the domain that gettext is bound to.
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain("sansang", str(Path(words.__file__).parent))
    gettext.textdomain("sansang")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    voice = Voice(language)
    program = click.version_option(__version__, prog_name="sansang")(Program(voice))
    program.main(without_language(arguments), prog_name="sansang")
