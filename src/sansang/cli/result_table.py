"""How does a result look in a terminal? Tables and sections on whatever width there is."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from sansang.formats import result_text as text
from sansang.model.plan.results import RehearsalResult
from sansang.words import Voice, mark

#: Deadlines that a terminal shows; the page has them all.
MOST_DEADLINES = 20


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
    console.print(text.provenance_sentence(voice, result))
    section(console, say(mark("Cannot be answered, no matter who comes")), text.out_of_reach_lines(voice, result))
    _deadlines(console, voice, result)
    _pillars(console, voice, result)
    section(console, say(mark("Phase by phase")), text.phase_lines(voice, result))
    tight = text.post_lines(voice, result) + text.unit_lines(voice, result)
    section(console, say(mark("Where it is tight")), tight)
    section(console, say(mark("What remains open")), text.open_situation_lines(voice, result))
    section(
        console,
        say(mark("Measure these first: the deadlines depend on them most, and they are only assumed")),
        text.assumption_lines(voice, result),
    )


def section(console: Console, title: str, lines: list[str]) -> None:
    """A heading with a bullet for each line; nothing for no lines."""
    if not lines:
        return
    console.print()
    console.print(f"[bold]{escape(title)}[/bold]")
    bullets = Table.grid(padding=(0, 1, 0, 0))
    for line in lines:
        bullets.add_row("  •", escape(line))
    console.print(bullets)


def table(title: str, *columns: tuple[str, str]) -> Table:
    """A plain table with a title and these columns (name, left or right)."""
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
    console.print(f"[bold]{escape(say(mark('Deadlines, those least often met first')))}[/bold]")
    by_need = {(need.situation, need.need): need.minutes_by_cause for need in result.needs}
    by_risk = text.deadlines_by_risk(result)
    # A line that counts one more deadline would be as long as the deadline itself.
    shown = by_risk if len(by_risk) <= MOST_DEADLINES + 1 else by_risk[:MOST_DEADLINES]
    for deadline in shown:
        share = "–" if deadline.share is None else text.format_share(voice, deadline.share.value)
        within = say(mark("within {minutes} min"), minutes=voice.number(deadline.minutes))
        name = text.short_name(voice, deadline)
        console.print(Padding(f"[bold]{share:>6}[/bold]  {escape(name)}, {within}", (0, 0, 0, 0)))
        facts = [say(mark("{interval} error of simulation only"), interval=text.format_interval(voice, deadline.share))]
        if deadline.band is not None:
            band = text.format_span(voice, *deadline.band)
            facts.append(say(mark("{band} if what is assumed varies"), band=band))
        taken = by_need.get((deadline.situation, deadline.need or ""), {})
        if taken:
            facts.append(say(mark("the time goes into {causes}"), causes=text.format_causes(voice, taken)))
        console.print(Padding(escape("; ".join(facts)), (0, 0, 0, 8)), style="dim")
    if len(shown) < len(by_risk):
        first = by_risk[len(shown)].share
        least = "–" if first is None else text.format_share(voice, first.value)
        console.print(
            say(
                mark("{n} more are met at least {share} of the times; the page has them all."),
                n=len(by_risk) - len(shown),
                share=least,
            )
        )


def _pillars(console: Console, voice: Voice, result: RehearsalResult) -> None:
    say = voice.say
    minutes = table(
        say(mark("Minutes lost a night, until the last need's work begins")),
        (say(mark("pillar")), "left"),
        (say(mark("minutes")), "right"),
        (say(mark("of which")), "left"),
    )
    for row in text.pillar_rows(voice, result):
        minutes.add_row(*(escape(cell) for cell in row))
    console.print()
    console.print(minutes)
