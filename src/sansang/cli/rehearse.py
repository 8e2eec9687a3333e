"""``sansang rehearse``: the plan played many thousand times, and where it breaks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sansang.cli.play_options import keep, played, read
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.model.plan.results import RehearsalResult
    from sansang.model.plan.scenario import Scenario


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
        scenario = read(voice, folder, as_json).scenario
        if replication is not None:
            _show_trace(voice, scenario, replication, seed, as_json)
            return
        from sansang.rehearsal import rehearse as play

        result = played(
            voice,
            runs,
            lambda progress: play(
                scenario, runs, seed, threads=threads, until=until, band=not no_band, progress=progress
            ),
        )
        from sansang.formats.result_json import dump_result
        from sansang.formats.result_page import render_result_page

        files = {"result.json": dump_result(result), "page.html": render_result_page(result, scenario, voice)}
        kept = keep(voice, files, out or folder / "results" / _name(result))
        if as_json:
            click.echo(files["result.json"].decode(), nl=False)
            return
        from rich.console import Console

        from sansang.cli.result_table import show

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


def _name(result: RehearsalResult) -> str:
    return f"{result.digest[:12]}-seed{result.seed}-n{result.replications}"


def _show_trace(voice: Voice, scenario: Scenario, replication: int, seed: int, as_json: bool) -> None:
    """One replication, line by line, with the names of the plan."""
    from sansang.cli.trace_table import lines, plain

    if as_json:
        click.echo(json.dumps(plain(scenario, replication, seed), ensure_ascii=False))
        return
    for line in lines(voice, scenario, replication, seed):
        click.echo(line)
