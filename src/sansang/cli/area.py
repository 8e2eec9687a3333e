"""``sansang area``: which unit was it on that day, what did it come from, what became of it?"""

from __future__ import annotations

import sys
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sansang.model.areas import AdminUnit, RelatedUnit

#: Days for which the lineage is shown: before each of the three changes that the table knows, and since the last.
LINEAGE_DAYS = (date(2019, 12, 18), date(2025, 3, 1), date(2025, 7, 1))


class Day(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A date as 18/12/2019 or 2019-12-18."""

    name = "dd/mm/yyyy"

    def __init__(self, voice: Voice) -> None:
        self.voice = voice

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date."""
        if isinstance(value, date):
            return value
        found = self._read(value)
        if found is None:
            self.fail(self.voice.say(mark("“{value}” is no date: write 18/12/2019"), value=value))
        return found

    def _read(self, value: str) -> date | None:
        for form in ("%d/%m/%Y", "%Y-%m-%d"):
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007  (a day has no zone)
            except ValueError:
                continue
        return None


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say

    @click.command(help=say(mark("Find an administrative unit on a day, and what it came from or became.")))
    @click.argument("wanted")
    @click.option("--date", "day", type=Day(voice), help=say(mark("The day (default: today).")))
    def area(wanted: str, day: date | None) -> None:
        from sansang.formats.areas import gazetteer

        known = gazetteer()
        on = day or datetime.now().astimezone().date()
        found = known.search(wanted, on)
        if not found:
            click.echo(
                say(
                    mark("No unit “{wanted}” on {day}. Try another date: names and codes have changed since 2019."),
                    wanted=wanted,
                    day=f"{on:%d/%m/%Y}",
                ),
                err=True,
            )
            sys.exit(2)
        for unit in found:
            click.echo(_line(voice, unit))
            for other in LINEAGE_DAYS:
                if unit.is_valid(other):
                    continue
                if other < on:
                    _show_relatives(voice, mark("on {day} this was: {units}"), other, known.predecessors(unit, other))
                else:
                    _show_relatives(voice, mark("on {day} this is in: {units}"), other, known.successors(unit, other))

    return area


def _line(voice: Voice, unit: AdminUnit) -> str:
    until = f"{unit.valid_to:%d/%m/%Y}" if unit.valid_to else "…"
    line = f"{unit.code}  {unit.full_name}, {unit.parent}  ({unit.valid_from:%d/%m/%Y}–{until})"
    if unit.centre is not None:
        line += f"  {unit.centre.lat:.4f}, {unit.centre.lon:.4f}"
        if unit.centre.approximate:
            line += " " + voice.say(mark("(approximate)"))
    return line


def _show_relatives(voice: Voice, message: str, day: date, relatives: Iterable[RelatedUnit]) -> None:
    names = [
        f"{r.unit.full_name} ({r.unit.code})" + (" " + voice.say(mark("in part")) if r.partial else "")
        for r in relatives
    ]
    if names:
        click.echo("  " + voice.say(message, day=f"{day:%d/%m/%Y}", units=", ".join(names)))
