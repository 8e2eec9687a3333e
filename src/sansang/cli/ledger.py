"""``sansang ledger``: was anything changed, and where does each log end? Loads no web framework."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.ledger.chain import Fault
    from sansang.ledger.exchange import Export

FAULTS = {
    "bytes-changed": mark("what is stored does not have the hash that it had when it was written"),
    "not-an-entry": mark("what is stored is no entry ({about})"),
    "form-too-new": mark("a newer version of the program wrote it (form {about})"),
    "column-changed": mark("a column says something else than the entry: {about}"),
    "gap": mark("number {about} is missing before it"),
    "broken-link": mark("it does not follow on the entry before it: one of the two was replaced"),
    "fork": mark("there is another entry under its number"),
    "tail-cut": mark("entries up to {about} were seen elsewhere and are gone"),
    "rewritten": mark("another entry was seen here elsewhere ({about})"),
}


def command(voice: Voice) -> click.Command:
    """The group of commands in the voice's language."""
    say = voice.say
    as_json = click.option("--json", "as_json", is_flag=True, help=say(mark("Print it as JSON, for machines.")))
    file = click.argument("file", type=click.Path(path_type=Path))

    @click.group(help=say(mark("The record of what happened: whole or changed, and where each log ends.")))
    def ledger() -> None:
        pass

    @ledger.command(help=say(mark("Go through every entry: what was changed, cut, forked or put in between.")))
    @file
    @as_json
    def verify(file: Path, as_json: bool) -> None:
        export = _read(voice, file)
        found = list(export.faults())
        if as_json:
            listed = [{"code": f.code, "log": f.log, "number": f.number, "message": _said(voice, f)} for f in found]
            told = {"entries": len(export.rows), "logs": len(export.heads), "faults": listed}
            click.echo(json.dumps(told, ensure_ascii=False, indent=1))
        else:
            _tell(voice, export, found)
        sys.exit(1 if found else 0)

    @ledger.command(help=say(mark("The last entry of each log, with the hash that peers keep and papers print.")))
    @file
    @as_json
    def heads(file: Path, as_json: bool) -> None:
        from sansang.ledger.envelope import short_hash

        export = _read(voice, file)
        if as_json:
            listed = [{"log": h.log, "number": h.number, "hash": h.hash.hex()} for h in export.heads]
            click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
            return
        for head in export.heads:
            click.echo(f"{head.log}  {head.number}  {short_hash(head.hash)}")

    return ledger


def _said(voice: Voice, fault: Fault) -> str:
    return voice.say(FAULTS[fault.code], about=fault.about)


def _tell(voice: Voice, export: Export, found: list[Fault]) -> None:
    for fault in found:
        label = click.style(voice.say(mark("error")), fg="red")
        click.echo(f"{label}: {fault.log}#{fault.number}: {_said(voice, fault)}.", err=True)
    if found:
        click.echo(voice.count(mark("{n} fault."), mark("{n} faults."), len(found)), err=True)
        return
    whole = mark("Whole: {entries} entries in {logs} logs, none changed since it was written.")
    click.echo(voice.say(whole, entries=voice.number(len(export.rows)), logs=len(export.heads)))


def _read(voice: Voice, file: Path) -> Export:
    from sansang.ledger.exchange import MOST_BYTES, Damaged, import_bytes

    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
        return import_bytes(data)
    except OSError as wrong:
        _refuse(voice, mark("{file}: the file can't be read ({reason})"), file=file, reason=wrong.strerror or wrong)
    except Damaged as wrong:
        _refuse(voice, mark("{file}: this is no whole export of a ledger: {reason}"), file=file, reason=wrong)


def _refuse(voice: Voice, message: str, **values: object) -> NoReturn:
    click.echo(f"{voice.say(mark('error'))}: {voice.say(message, **values)}.", err=True)
    sys.exit(2)
