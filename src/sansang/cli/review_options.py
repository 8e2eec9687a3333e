"""Which changes of a workbook are taken? Shown row by row, and chosen by a person or by ``--accept``."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sansang.formats.workbook import WorkbookImport
    from sansang.model.merging import Change, FieldValue

#: Letters of a value that a line shows.
LONGEST = 70


def show_changes(voice: Voice, found: WorkbookImport) -> None:
    """Print every change, row by row, conflicts marked; then how many of each kind."""
    for _, of_row in groupby(found.changes, key=lambda change: (change.table, change.id)):
        for line in _lines(voice, found, list(of_row)):
            click.echo(line)
    counts = {kind: sum(change.kind == kind for change in found.changes) for kind in _KINDS}
    conflicts = sum(change.conflict for change in found.changes)
    if found.changes:
        click.echo(
            voice.say(
                mark(
                    "{added} rows new, {changed} fields changed, {moved} moved, {removed} gone; {conflicts} conflicts."
                ),
                conflicts=conflicts,
                **counts,
            )
        )


_KINDS = ("added", "changed", "moved", "removed")
_SIGNS = {"added": ("+", "green"), "changed": ("~", "yellow"), "moved": ("↕", "cyan"), "removed": ("-", "red")}


def _lines(voice: Voice, found: WorkbookImport, changes: Sequence[Change]) -> list[str]:
    first = changes[0]
    sign, colour = _SIGNS[first.kind]
    said = {
        "added": mark("new row"),
        "changed": mark("changed"),
        "moved": mark("moved"),
        "removed": mark("removed"),
    }[first.kind]
    lines = [
        click.style(f"{sign} {first.table}.{first.id}", fg=colour, bold=True)
        + f"  {voice.say(said)}  {_short(found.title_of(first))}"
    ]
    for change in changes:
        if change.kind == "changed":
            lines.append(f"    {change.field}: {_short(change.ours)} → {_short(change.theirs)}")
        elif change is not first:
            lines.append(f"    {voice.say(mark('moved'))}")
        if change.conflict:
            base = mark("    CONFLICT: it was {base} when the workbook went out, and was changed here since")
            gone = mark("    CONFLICT: the row was changed or taken out here since the workbook went out")
            said_line = voice.say(base, base=_short(change.base)) if change.kind == "changed" else voice.say(gone)
            lines.append(click.style(said_line, fg="red"))
    return lines


def _short(value: FieldValue) -> str:
    if value is None:
        return "∅"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = " ⏎ ".join(" ".join(line.split()) for line in str(value).split("\n"))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def choose(voice: Voice, found: WorkbookImport, accept: str | None, interactive: bool) -> tuple[Change, ...] | None:
    """The changes to write: by ``accept`` ("all", "none", names), else by asking the person at the terminal.

    "all" takes no conflict; a conflict is taken by its name. None when nobody chose.
    """
    from sansang.model.merging import acceptable

    changes = found.changes
    if not changes or accept == "none":
        return ()
    if accept == "all":
        return acceptable(changes)
    if accept is not None:
        return _named(voice, changes, [name.strip() for name in accept.split(",") if name.strip()])
    if interactive and sys.stdin.isatty() and sys.stdout.isatty():
        return _asked(voice, found)
    return None


def _named(voice: Voice, changes: Sequence[Change], names: Iterable[str]) -> tuple[Change, ...]:
    taken: list[Change] = []
    for name in names:
        found = [c for c in changes if name in (c.name, c.id, f"{c.table}.{c.name}", f"{c.table}.{c.id}")]
        if name == "all":
            found = [change for change in changes if not change.conflict]
        if not found:
            known = ", ".join(dict.fromkeys(change.name for change in changes))
            unknown = voice.say(
                mark("--accept: there is no change {name}; there are: {known}"), name=name, known=_cut(known)
            )
            click.echo(f"{voice.say(mark('error'))}: {unknown}.", err=True)
            sys.exit(2)
        taken += [change for change in found if change not in taken]
    return tuple(change for change in changes if change in taken)


def _cut(text: str) -> str:
    return text if len(text) <= 400 else text[:399] + "…"


def _asked(voice: Voice, found: WorkbookImport) -> tuple[Change, ...] | None:
    """Row by row: yes, no, field by field, all that is left, or leave without writing."""
    taken: list[Change] = []
    all_left = False
    ask = voice.say(mark("Take it? [y]es, [n]o, [f]ield by field, [a]ll that is left, [q]uit without writing"))
    for _, of_row in groupby(found.changes, key=lambda change: (change.table, change.id)):
        changes = list(of_row)
        conflict = any(change.conflict for change in changes)
        if all_left and not conflict:
            taken += changes
            continue
        click.echo()
        for line in _lines(voice, found, changes):
            click.echo(line)
        answer = click.prompt(
            ask, type=click.Choice(["y", "n", "f", "a", "q"]), default="n" if conflict else "y", show_choices=False
        )
        if answer == "q":
            return None
        if answer == "a":
            all_left = True
        if answer in ("y", "a"):
            taken += changes
        elif answer == "f":
            for change in changes:
                name = change.field or voice.say(mark("the row"))
                if click.confirm(
                    f"  {name}: {_short(change.ours)} → {_short(change.theirs)}", default=not change.conflict
                ):
                    taken.append(change)
    return tuple(taken)
