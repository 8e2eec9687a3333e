"""``sansang rights``: which role may write which entries, and open which page?"""

from __future__ import annotations

from typing import get_args

import click

from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""

    @click.command(help=voice.say(mark("Print who may do what: every role, every kind of line, every page.")))
    def rights() -> None:
        click.echo(table(voice), nl=False)

    return rights


def table(voice: Voice) -> str:
    """The table as Markdown, from the same tables that the program checks rights with."""
    from sansang.model.access.record import ACCESS
    from sansang.model.access.rights import RIGHTS, Right, Role
    from sansang.model.operation.record import OPERATION
    from sansang.web.shared.permissions import VIEW_PERMISSIONS

    say = voice.say
    roles = get_args(Role)
    rows = ["# " + say(mark("Who may do what")), ""]
    rows += [say(mark("A right holds over the area of its grant and all within it, in one operation or in all.")), ""]
    rows += [say(mark("This page is what “sansang rights” prints; the tests hold the program against it.")), ""]

    def mark_of(role: Role, right: str) -> str:
        return "✓" if right in RIGHTS[role] else ""

    def block(title: str, heads: tuple[str, ...], entries: list[tuple[tuple[str, ...], str]]) -> None:
        columns = (*heads, say(mark("asks")), *roles)
        rows.extend([f"## {title}", "", f"| {' | '.join(columns)} |"])
        rows.append(f"|{' --- |' * (len(heads) + 1)}{' :-: |' * len(roles)}")
        for cells, right in entries:
            may = [mark_of(role, right) if right in get_args(Right) else "✓" for role in roles]
            rows.append(f"| {' | '.join((*cells, right, *may))} |")
        rows.append("")

    kinds = [record.kinds[name] for record in (OPERATION, ACCESS) for name in sorted(record.kinds)]
    block(
        say(mark("Lines of the logs")),
        (say(mark("line")), say(mark("changes or names"))),
        [
            ((f"`{kind.name}`", ", ".join(dict.fromkeys(touch.table.name for touch in kind.touches))), kind.right)
            for kind in kinds
        ],
    )
    block(
        say(mark("Pages")),
        (say(mark("page")),),
        [((f"`{name}`",), need) for name, need in VIEW_PERMISSIONS.items()],
    )
    rows.append(
        say(
            mark(
                "anyone: without signing in. person: anyone signed in. link: anyone with a valid link of a unit, "
                "for this unit and operation only."
            )
        )
    )
    return "\n".join(rows) + "\n"
