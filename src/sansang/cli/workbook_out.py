"""How does a plan go out as a workbook? Anew in our own layout, or in that of the workbook from which it came."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sansang.cli.play_options import read
from sansang.cli.workbook_files import kept_name, source_in, write_file
from sansang.cli.workbook_report import refuse, stop, warn
from sansang.words import Voice, mark


def export(
    voice: Voice, workbook: str, folder: Path | None, out: Path, template: bool, fresh: bool, force: bool
) -> None:
    """Write the workbook of a plan, or an empty one; the program ends with 2 when that can't be."""
    from sansang.formats.workbook.archive import Refused

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
        data = _template(voice, workbook) if folder is None else _exported(voice, workbook, folder, fresh)
    except Refused as refused:
        refuse(voice, (refused.problem,), False)
    write_file(voice, out, data)
    click.echo(voice.say(mark("Workbook: {out}"), out=out))
    step = mark("Edit it, then: sansang {workbook} import {out} --out {folder}")
    click.echo(voice.say(step, workbook=workbook, out=out, folder=folder or voice.say(mark("FOLDER"))))


def _template(voice: Voice, workbook: str) -> bytes:
    from sansang.formats.workbook.export import new_workbook
    from sansang.formats.workbook.lookups import lookups_of
    from sansang.formats.workbook.payload import Payload
    from sansang.formats.workbook.tables import WORKBOOKS, tables_of

    data: dict[str, Any] = {}
    start = datetime.now().astimezone().replace(hour=7, minute=30, second=0, microsecond=0)
    tables = tables_of(data, WORKBOOKS[workbook])
    return new_workbook(
        voice, Payload(workbook, start.isoformat(), tables), tables, lookups_of(data), _mark(voice, False)
    )


def _exported(voice: Voice, workbook: str, folder: Path, fresh: bool) -> bytes:
    from sansang.formats.workbook.archive import look_through
    from sansang.formats.workbook.export import new_workbook
    from sansang.formats.workbook.in_place import edited_in_place
    from sansang.formats.workbook.lookups import lookups_of
    from sansang.formats.workbook.payload import Payload
    from sansang.formats.workbook.tables import WORKBOOKS, tables_of

    reading = read(voice, folder, False, to_play=False)
    scenario = reading.require()
    assert reading.places is not None and reading.document is not None
    data = reading.places.data
    forms = WORKBOOKS[workbook]
    tables = tables_of(data, forms)
    files = {name: content.decode("utf-8-sig") for name, content in reading.document.files.items()}
    source = None if fresh else source_in(voice, folder, workbook)
    if source is None or not source.file.lower().endswith((".xlsx", ".xlsm")):
        payload = Payload(workbook, scenario.start.isoformat(), tables, files)
        return new_workbook(voice, payload, tables, lookups_of(data), _mark(voice, scenario.example))
    original = (folder / kept_name(source)).read_bytes()
    for said in look_through(source.file, original).uncarried:
        warn(
            voice,
            mark("The workbook holds {what}: the program can't write that back as it was; look at it in the copy"),
            said,
        )
    kept = {name: _in_order(tables[name], source.places.get(name, {})) for name in tables}
    columns = (
        {} if source.own else {sheet: {name: str(at) for name, at in c.items()} for sheet, c in source.columns.items()}
    )
    payload = Payload(workbook, scenario.start.isoformat(), kept, files, columns)
    return edited_in_place(voice, original, source, payload, tables, forms)


def _in_order(rows: dict[str, Any], places: Any) -> dict[str, Any]:
    """The rows in the order of the workbook, new ones last."""
    order = [row_id for row_id in places if row_id in rows] + [row_id for row_id in rows if row_id not in places]
    return {row_id: rows[row_id] for row_id in order}


def _mark(voice: Voice, example: bool) -> str:
    return "VÍ DỤ" if example else "DIỄN TẬP"
