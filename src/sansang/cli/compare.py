"""``sansang compare``: what a change of the plan would do, under the same chances."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.model.plan.comparison import Comparison, ComparisonResult
    from sansang.model.plan.scenario import Scenario


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say

    @click.command(help=say(mark("Say what a change of the plan would do: two to four plans under the same chances.")))
    @click.argument("folders", type=click.Path(path_type=Path), nargs=-1, required=True)
    @click.option(
        "--set",
        "settings",
        multiple=True,
        help=say(mark("Compare with the plan where this is set, e.g. wards.p7.units.pump=2; may be given often.")),
    )
    @click.option(
        "--runs",
        type=click.IntRange(2, 1_000_000),
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
        "--out",
        type=click.Path(path_type=Path, file_okay=False),
        help=say(mark("Where to keep the result (default: results/ in the folder).")),
    )
    @click.option("--json", "as_json", is_flag=True, help=say(mark("Print the result as JSON, for machines.")))
    @click.option("--no-band", is_flag=True, help=say(mark("Do not vary the assumed inputs (twice as fast).")))
    @click.option(
        "--threads", type=click.IntRange(1, 256), help=say(mark("Threads (default: one for each processor)."))
    )
    def compare(
        folders: tuple[Path, ...],
        settings: tuple[str, ...],
        runs: int,
        seed: int,
        out: Path | None,
        as_json: bool,
        no_band: bool,
        threads: int | None,
    ) -> None:
        plans, changes = _plans(voice, folders, settings, as_json)
        from sansang.cli.play_options import comparison_names, keep, played
        from sansang.formats.comparison_page import render_comparison_page
        from sansang.formats.result_json import dump_result
        from sansang.rehearsal import compare as play

        result = played(
            voice,
            runs,
            lambda progress: play(
                plans, runs, seed, changes=changes, threads=threads, band=not no_band, progress=progress
            ),
        )
        files = {"comparison.json": dump_result(result), "comparison.html": render_comparison_page(result, voice)}
        kept = keep(voice, files, out or folders[0] / "results" / comparison_names(plans, seed, runs)[0])
        if as_json:
            click.echo(files["comparison.json"].decode(), nl=False)
            return
        _show(voice, result)
        click.echo()
        click.echo(say(mark("The page: {page}"), page=kept / "comparison.html"))
        click.echo(say(mark("The figures: {file}"), file=kept / "comparison.json"))

    return compare


def _plans(
    voice: Voice, folders: tuple[Path, ...], settings: tuple[str, ...], as_json: bool
) -> tuple[list[Scenario], list[tuple[str, ...]]]:
    """The plans to compare, and what was set in each after the first; ends the program with 2 on errors."""
    from sansang.cli.play_options import read, with_settings

    wrong = ""
    if settings and len(folders) != 1:
        wrong = mark("--set changes one plan: give one folder with it")
    elif not settings and not 2 <= len(folders) <= 4:
        wrong = mark("Give two to four folders, or one folder and --set PATH=VALUE")
    if wrong:
        click.echo(f"{voice.say(mark('error'))}: {voice.say(wrong)}.", err=True)
        sys.exit(2)
    plans = [read(voice, folder, as_json) for folder in folders]
    changes: list[tuple[str, ...]] = [() for _ in folders[1:]]
    if settings:
        plans.append(with_settings(voice, plans[0], settings, as_json))
        changes = [settings]
    return [plan.scenario for plan in plans], changes


def _show(voice: Voice, result: ComparisonResult) -> None:
    from rich.console import Console
    from rich.markup import escape

    console = Console(highlight=False)
    title = voice.say(mark("Comparison: {plan}"), plan=result.before.title)
    console.print(f"[bold]{escape(title)}[/bold]")
    if result.example:
        console.print(voice.say(mark("EXAMPLE. People and incidents are fictional.")))
    console.print(
        voice.say(
            mark("{n} replications of each plan under the same chances, seed {seed}."),
            n=voice.number(result.replications),
            seed=result.seed,
        )
    )
    for comparison in result.after:
        _show_one(console, voice, comparison)


def _show_one(console: object, voice: Voice, comparison: Comparison) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.padding import Padding

    from sansang.cli.result_table import section, table
    from sansang.formats import comparison_text as text

    assert isinstance(console, Console)
    say = voice.say
    section(console, text.plan_name(voice, comparison), text.summary_lines(voice, comparison))
    rows = text.changed_deadlines(comparison)
    console.print()
    if rows:
        heading = say(mark("Deadlines that change, the most first"))
        console.print(f"[bold]{escape(heading)}[/bold]")
    for deadline in rows:
        assert deadline.share is not None
        sign = "[green]▲[/green]" if deadline.share.change.value > 0 else "[red]▼[/red]"
        span = text.format_before_after(voice, deadline.share, share=True)
        console.print(f"{sign} [bold]{span}[/bold]  {escape(text.changed_deadline_name(voice, deadline))}")
        facts = [text.format_points(voice, deadline.share), text.deadline_band_sentence(voice, deadline)]
        console.print(Padding(escape("; ".join(fact for fact in facts if fact)), (0, 0, 0, 4)), style="dim")
    console.print(text.rest_line(voice, comparison))
    pillars = table(
        say(mark("Minutes lost a night, by pillar")),
        (say(mark("pillar")), "left"),
        (say(mark("minutes")), "right"),
        (say(mark("change")), "right"),
    )
    for row in text.pillar_change_rows(voice, comparison):
        pillars.add_row(*(escape(cell) for cell in row))
    console.print()
    console.print(pillars)
    section(console, say(mark("Where it is tight")), text.post_change_lines(voice, comparison))
    section(
        console,
        say(mark("The change depends most on these, and they are only assumed")),
        text.change_assumption_lines(voice, comparison),
    )
