"""``sansang msel``: the master list goes out to a workbook, and comes back, or comes in from somebody else's."""

from __future__ import annotations

from pathlib import Path

import click

from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The group of commands in the voice's language."""
    return workbook_group(voice, "msel", voice.say(mark("The master list as a workbook: out, and in again.")))


def workbook_group(voice: Voice, workbook: str, about: str) -> click.Command:
    """``export`` and ``import`` for one of the program's workbooks."""
    say = voice.say

    @click.group(help=about)
    def group() -> None:
        pass

    @group.command(help=say(mark("Write the plan's workbook (.xlsx), to edit, to print, to hand on.")))
    @click.argument("folder", type=click.Path(path_type=Path), required=False)
    @click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help=say(mark("The file.")))
    @click.option("--template", is_flag=True, help=say(mark("An empty workbook, without a plan.")))
    @click.option("--fresh", is_flag=True, help=say(mark("Our own layout, though the list came in another one.")))
    @click.option("--force", is_flag=True, help=say(mark("Replace a file of that name.")))
    def export(folder: Path | None, out: Path, template: bool, fresh: bool, force: bool) -> None:
        from sansang.cli.workbook_export import export as write

        write(voice, workbook, folder, out, template, fresh, force)

    options = [
        click.argument("file", type=click.Path(path_type=Path)),
        click.option("--out", type=click.Path(path_type=Path), required=True, help=say(mark("The plan's folder."))),
        click.option("--json", "as_json", is_flag=True, help=say(mark("Print what was read as JSON, for machines."))),
        click.option(
            "--accept",
            help=say(mark("Which changes to take: all (no conflicts), none, or names: tin-5,tin-7.planned")),
        ),
        click.option("--headings", type=click.Path(path_type=Path), help=say(mark("Your own words for headings."))),
    ]
    if workbook == "msel":
        options += [
            click.option("--sheet", "sheets", multiple=True, help=say(mark("Read only this sheet; may be repeated."))),
            click.option("--map", "mapping", multiple=True, help=say(mark('What a heading means: "Lời tin=message".'))),
            click.option("--day", help=say(mark("The first day of the exercise: 2026-11-14."))),
            click.option("--start", help=say(mark("Its start: 2026-11-14T07:30."))),
        ]

    def read(
        file: Path,
        out: Path,
        as_json: bool,
        accept: str | None,
        headings: Path | None,
        sheets: tuple[str, ...] = (),
        mapping: tuple[str, ...] = (),
        day: str | None = None,
        start: str | None = None,
    ) -> None:
        from sansang.cli.workbook_import import ImportRequest, import_workbook

        request = ImportRequest(file, out, workbook, as_json, accept, sheets, mapping, headings, day, start)
        import_workbook(voice, request)

    for option in reversed(options):
        read = option(read)
    about_import = say(mark("Read a workbook into a plan's folder: ours, or anybody's list; changes are shown first."))
    group.command(name="import", help=about_import)(read)
    return group
