"""``sansang msel export``, ``sansang forces export``: the workbook of a plan, or an empty one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from sansang.cli.play_options import keep, read
from sansang.cli.workbook_report import refuse, stop, warn
from sansang.formats.problems import Unreadable
from sansang.words import Voice, mark


def export(
    voice: Voice, workbook: str, folder: Path | None, out: Path, template: bool, fresh: bool, force: bool
) -> None:
    """Write the workbook of a plan, or an empty one; the program ends with 2 when that can't be."""
    from sansang.plans import empty_workbook, export_workbook

    if (folder is None) != template:
        stop(voice, mark("Give the folder of a plan, or --template for an empty workbook"))
    if out.suffix.lower() != ".xlsx":
        stop(voice, mark("{out}: a workbook is written as .xlsx"), out=out)
    if out.exists() and not force:
        stop(
            voice,
            mark("{out}: the file is there already and may hold edits; give another name, or --force to replace it"),
            out=out,
        )
    try:
        if folder is None:
            start = datetime.now().astimezone().replace(hour=7, minute=30, second=0, microsecond=0)
            content = empty_workbook(voice, workbook, start)
        else:
            exported = export_workbook(read(voice, folder, False, to_play=False), voice, workbook, fresh)
            content = exported.content
            for what in exported.lost:
                warn(
                    voice,
                    mark(
                        "The workbook holds {what}: the program can't write that back as it was; look at it in the copy"
                    ),
                    what,
                )
    except Unreadable as unreadable:
        refuse(voice, unreadable.problems, False)
    keep(voice, {out.name: content}, out.parent)
    click.echo(voice.say(mark("Workbook: {out}"), out=out))
    step = mark("Edit it, then: sansang {workbook} import {out} --out {folder}")
    click.echo(voice.say(step, workbook=workbook, out=out, folder=folder or voice.say(mark("FOLDER"))))
