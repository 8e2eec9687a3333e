"""How does a result look in a terminal? Tables and sections on whatever width there is."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sansang.formats import result_text as text
from sansang.model.results import RehearsalResult
from sansang.words import Voice, mark


def show(console: Console, voice: Voice, result: RehearsalResult) -> None:
    """Print what matters first: what is known, deadlines at risk, minutes lost, where it is tight, what is open."""
    say = voice.say
    console.print(f"[bold]{escape(result.title)}[/bold]")
    if result.example:
        console.print(say(mark("EXAMPLE. People and incidents are fictional.")))
    console.print(
        say(
            mark("Played {n} times over {minutes} minutes, seed {seed}."),
            n=voice.number(result.replications),
            minutes=voice.number(result.horizon),
            seed=result.seed,
        )
    )
    console.print(text.known(voice, result))
    _section(console, say(mark("Cannot be answered, whoever comes")), text.reach_lines(voice, result))
    _deadlines(console, voice, result)
    _pillars(console, voice, result)
    tight = text.post_lines(voice, result) + text.unit_lines(voice, result)
    _section(console, say(mark("Where it is tight")), tight)
    _section(console, say(mark("What remains open")), text.open_lines(voice, result))
    _section(
        console,
        say(mark("Measure these first: the deadlines depend on them most, and they are only assumed")),
        text.assumption_lines(voice, result),
    )


def _section(console: Console, title: str, lines: list[str]) -> None:
    if not lines:
        return
    console.print()
    console.print(f"[bold]{escape(title)}[/bold]")
    for line in lines:
        console.print(f"  • {escape(line)}")


def _table(title: str, *columns: tuple[str, str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name, justify in columns:
        table.add_column(name, justify="right" if justify == "right" else "left", overflow="fold")
    return table


def _deadlines(console: Console, voice: Voice, result: RehearsalResult) -> None:
    say = voice.say
    console.print()
    if not result.deadlines:
        console.print(say(mark("The plan sets no deadline: add `deadline` to a need to see how often it is met.")))
        return
    table = _table(
        say(mark("Deadlines, those least often met first")),
        (say(mark("deadline")), "left"),
        (say(mark("within")), "right"),
        (say(mark("met")), "right"),
        (say(mark("error of simulation only")), "right"),
        (say(mark("if what is assumed varies")), "right"),
        (say(mark("what takes the time")), "left"),
    )
    by_need = {(need.situation, need.need): need.minutes_by_cause for need in result.needs}
    for deadline in text.deadlines_by_risk(result):
        band = "–" if deadline.band is None else text.span(voice, *deadline.band)
        taken = by_need.get((deadline.situation, deadline.need or ""), {})
        table.add_row(
            escape(text.short_name(voice, deadline)),
            say(mark("{minutes} min"), minutes=voice.number(deadline.minutes)),
            "–" if deadline.share is None else f"[bold]{text.share(voice, deadline.share.value)}[/bold]",
            text.interval(voice, deadline.share),
            band,
            text.causes(voice, taken, most=2),
        )
    console.print(table)


def _pillars(console: Console, voice: Voice, result: RehearsalResult) -> None:
    say = voice.say
    table = _table(
        say(mark("Minutes lost a night, until the last need's work begins")),
        (say(mark("pillar")), "left"),
        (say(mark("minutes")), "right"),
        (say(mark("of which")), "left"),
    )
    for row in text.pillar_rows(voice, result):
        table.add_row(*(escape(cell) for cell in row))
    console.print()
    console.print(table)
