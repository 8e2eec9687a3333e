"""``sansang rehearse``: the plan played many thousand times, and where it breaks."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sansang.model.results import RehearsalResult
    from sansang.model.scenario import Scenario
    from sansang.rehearsal.machine import Progress

STOPPED = 130


class Sureness(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """±2 %, 2%, 0.02 → 0.02."""

    name = "±%"

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The half width as a share, between 0.0005 and 0.5."""
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"\s*(?:±|\+-|\+/-)?\s*(\d+(?:[.,]\d+)?)\s*(%?)\s*", value)
        half = float(match[1].replace(",", ".")) / (100 if match[2] else 1) if match else 0.0
        if not 0.0005 <= half <= 0.5:
            self.fail(self.voice.say(mark("“{value}” is no sureness: write ±2% (from ±0.05% to ±50%)"), value=value))
        return half


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say

    @click.command(help=say(mark("Play a plan ten thousand times and say where it breaks.")))
    @click.argument("folder", type=click.Path(path_type=Path))
    @click.option(
        "--runs",
        type=click.IntRange(1, 1_000_000),
        default=10_000,
        show_default=True,
        help=say(mark("How many times.")),
    )
    @click.option(
        "--seed",
        type=click.IntRange(0, 2**64 - 1),
        default=7,
        show_default=True,
        help=say(mark("The same seed gives the same figures.")),
    )
    @click.option(
        "--until",
        type=Sureness(voice),
        help=say(mark("Go on until every deadline's share is known this well, e.g. ±2%.")),
    )
    @click.option(
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        help=say(mark("Where to keep the result (default: results/ in the folder).")),
    )
    @click.option("--json", "as_json", is_flag=True, help=say(mark("Print the result as JSON, for machines.")))
    @click.option(
        "--trace",
        "replication",
        type=click.IntRange(0, 2**31),
        help=say(mark("Print one replication event by event instead.")),
    )
    @click.option("--no-band", is_flag=True, help=say(mark("Do not vary the assumed inputs (twice as fast).")))
    @click.option(
        "--threads", type=click.IntRange(1, 256), help=say(mark("Threads (default: one for each processor)."))
    )
    def rehearse(
        folder: Path,
        runs: int,
        seed: int,
        until: float | None,
        out: Path | None,
        as_json: bool,
        replication: int | None,
        no_band: bool,
        threads: int | None,
    ) -> None:
        scenario = _read(voice, folder, as_json)
        if replication is not None:
            _show_trace(voice, scenario, replication, seed, as_json)
            return
        from sansang.rehearsal import Interrupted
        from sansang.rehearsal import rehearse as play

        try:
            with _progress(voice) as progress:
                result = play(scenario, runs, seed, threads=threads, until=until, band=not no_band, progress=progress)
        except Interrupted as stopped:
            _stop(voice, stopped.done, stopped.asked)
        except KeyboardInterrupt:
            _stop(voice, 0, runs)
        except ValueError as wrong:
            click.echo(str(wrong), err=True)
            sys.exit(2)
        kept = _keep(voice, result, scenario, out or folder / "results" / _name(result))
        if as_json:
            from sansang.formats.result_json import to_bytes

            click.echo(to_bytes(result).decode(), nl=False)
            return
        from rich.console import Console

        from sansang.cli.showing import show

        console = Console(highlight=False)
        show(console, voice, result)
        console.print()
        again = f"sansang rehearse {folder} --runs {result.asked} --seed {result.seed}"
        if until is not None:
            again += f" --until {until}"
        click.echo(say(mark("The page: {page}"), page=kept / "page.html"))
        click.echo(say(mark("The figures: {file}"), file=kept / "result.json"))
        click.echo(
            say(
                mark("To make them again: {command} (plan {digest}, version {version})"),
                command=again,
                digest=result.digest[:12],
                version=result.version,
            )
        )

    return rehearse


def _read(voice: Voice, folder: Path, as_json: bool) -> Scenario:
    """The scenario in a folder; problems are all printed, and errors end the program with 2."""
    from sansang.cli.folder import read_folder

    reading = read_folder(folder)
    errors = [p for p in reading.problems if p.severity == "error"]
    for problem in reading.problems:
        label = voice.say(mark("error")) if problem.severity == "error" else voice.say(mark("warning"))
        click.echo(f"{label}: {problem.say(voice)}", err=True)
    if errors or reading.scenario is None:
        if as_json:
            listed = [
                {
                    "code": p.code,
                    "file": p.spot.file,
                    "line": p.spot.line,
                    "column": p.spot.column,
                    "message": p.say(voice),
                }
                for p in errors
            ]
            click.echo(json.dumps({"problems": listed}, ensure_ascii=False, indent=1))
        click.echo(
            voice.count(mark("{n} error; nothing was played."), mark("{n} errors; nothing was played."), len(errors)),
            err=True,
        )
        sys.exit(2)
    return reading.scenario


def _name(result: RehearsalResult) -> str:
    return f"{result.digest[:12]}-seed{result.seed}-n{result.replications}"


@contextmanager
def _progress(voice: Voice) -> Iterator[Progress]:
    """A bar with the remaining time, on the error stream; the first run also prepares the machine."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from sansang.rehearsal.compilation import cache_folder

    console = Console(stderr=True)
    first = not cache_folder().exists()
    waiting = voice.say(mark("Preparing the machine (only the first time, about a minute)"))
    playing = voice.say(mark("Playing the plan"))
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bar:
        if first and not console.is_terminal:
            click.echo(waiting, err=True)
        task = bar.add_task(waiting if first else playing, total=None)

        def report(done: int, asked: int) -> None:
            bar.update(task, completed=done, total=asked, description=playing)

        yield report


def _stop(voice: Voice, done: int, asked: int) -> None:
    """Say how far it came and end at once; nothing has been written."""
    click.echo(
        voice.say(
            mark("Stopped after {done} of {asked} replications; nothing was kept."),
            done=voice.number(done),
            asked=voice.number(asked),
        ),
        err=True,
    )
    sys.stdout.flush()
    sys.stderr.flush()
    # A thread may be in the middle of compiling, which cannot be called off: leave without waiting for it.
    os._exit(STOPPED)


def _keep(voice: Voice, result: RehearsalResult, scenario: Scenario, place: Path) -> Path:
    """Write the figures and the page into a folder, whole or not at all."""
    from sansang.formats.result_json import to_bytes
    from sansang.formats.result_page import page

    files = {"result.json": to_bytes(result), "page.html": page(result, scenario, voice)}
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            with tempfile.NamedTemporaryFile(dir=place, prefix=".", delete=False) as new:
                new.write(data)
            Path(new.name).chmod(0o644)
            Path(new.name).replace(place / name)
    except OSError as wrong:
        click.echo(
            voice.say(
                mark("{place}: the result could not be kept ({reason}). Give another place with --out."),
                place=place,
                reason=wrong.strerror or wrong,
            ),
            err=True,
        )
        sys.exit(2)
    return place


def _show_trace(voice: Voice, scenario: Scenario, replication: int, seed: int, as_json: bool) -> None:
    """One replication, line by line, with the names of the plan."""
    from sansang.cli.tracing import lines, plain

    if as_json:
        click.echo(json.dumps(plain(scenario, replication, seed), ensure_ascii=False))
        return
    for line in lines(voice, scenario, replication, seed):
        click.echo(line)
