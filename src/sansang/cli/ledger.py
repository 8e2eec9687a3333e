"""``sansang ledger``: was anything changed, where does each log end, what is exchanged with peers?"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sansang.cli.installation import (
    data_option,
    fail,
    fault_text,
    installed_directory,
    load_framework,
    progress_bar,
    refuse,
    refuse_settings,
    reporting_errors,
    require_writable,
    run_job,
)
from sansang.words import Voice, mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sansang.ledger.chain import Fault, Head
    from sansang.ledger.exchange import CheckedFile
    from sansang.ledger.verify import LedgerSource, Verification
    from sansang.site.data_directory import DataDirectory


def command(voice: Voice) -> click.Command:
    """The group of commands in the voice's language."""
    say = voice.say
    as_json = click.option("--json", "as_json", is_flag=True, help=say(mark("Print it as JSON, for machines.")))
    file = click.argument("file", type=click.Path(path_type=Path), required=False)
    data = data_option(voice)

    @click.group(help=say(mark("The record of what happened: whole or changed, and where each log ends.")))
    def ledger() -> None:
        pass

    @ledger.command(
        help=say(
            mark(
                "Go through every entry, of the installation or of a file:"
                " what was changed, cut, forked or put in between."
            )
        )
    )
    @file
    @data
    @as_json
    def verify(file: Path | None, data: Path | None, as_json: bool) -> None:
        if file is not None:
            checked = _checked(voice, file)
            _print_verification(voice, checked.entries, len(checked.heads), 0, checked.faults, as_json)
        else:
            directory = installed_directory(voice, data)
            whole = _verified(voice, _source(voice, data))
            found = (*whole.faults, *_changed_rows(voice, directory))
            _print_verification(voice, whole.entries, len(whole.heads), whole.checkpoints, found, as_json)

    @ledger.command(help=say(mark("The last entry of each log, with the hash that peers keep and papers print.")))
    @file
    @data
    @as_json
    def heads(file: Path | None, data: Path | None, as_json: bool) -> None:
        from sansang.ledger.envelope import short_hash

        found = _checked(voice, file).heads if file is not None else _heads(voice, _source(voice, data))
        if as_json:
            listed = [{"log": h.log, "number": h.number, "hash": h.hash.hex()} for h in found]
            click.echo(json.dumps(listed, ensure_ascii=False, indent=1))
            return
        for head in found:
            click.echo(f"{head.log}  {head.number}  {short_hash(head.hash)}")
        if not found:
            click.echo(say(mark("No log has an entry yet.")))

    @ledger.command(
        help=say(mark("Write logs to a file for a peer: on a stick, or by any other way. Only what the peer lacks."))
    )
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
    @data
    @click.option("--operation", "operations", multiple=True, help=say(mark("Only this operation (may be repeated).")))
    @click.option(
        "--peer",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help=say(mark("A file that came from the peer: only what comes after what it has.")),
    )
    @click.option("--without-keys", is_flag=True, help=say(mark("Leave the keys out: nobody can read the words.")))
    def export(
        file: Path, data: Path | None, operations: tuple[str, ...], peer: Path | None, without_keys: bool
    ) -> None:
        directory = installed_directory(voice, data)
        after = {} if peer is None else _known_to(voice, peer)
        many = _export(voice, directory, file, operations, after, without_keys)
        click.echo(
            voice.count(mark("{n} entry written to {file}."), mark("{n} entries written to {file}."), many, file=file)
        )
        if not without_keys:
            click.echo(say(mark("Anyone who has this file can read it. Keep it as you would keep the paper log.")))

    @ledger.command("import", help=say(mark("Take a peer's logs in. A file that was changed, or a fork, is refused.")))
    @click.argument("file", type=click.Path(path_type=Path))
    @data
    @as_json
    def import_(file: Path, data: Path | None, as_json: bool) -> None:
        directory = installed_directory(voice, data)
        _checked(voice, file)
        result = run_job(voice, directory, "import", {"path": str(file.absolute())}, mark("Taking entries in"))
        if as_json:
            click.echo(json.dumps(result, ensure_ascii=False, indent=1))
            sys.exit(0 if "new" in result else 2)
        _print_import(voice, file, result)

    return ledger


def _source(voice: Voice, data: Path | None) -> LedgerSource:
    from sansang.ledger.verify import LedgerSource
    from sansang.site.settings_file import BadSettings

    directory = installed_directory(voice, data)
    try:
        return LedgerSource(directory.ledger, directory.database)
    except BadSettings as wrong:
        refuse_settings(voice, wrong)


def _verified(voice: Voice, source: LedgerSource) -> Verification:
    from sansang.ledger.verify import DatabaseUnreadable, verify

    try:
        with progress_bar(voice, mark("Verifying")) as progress:
            return verify(source, os.cpu_count() or 1, progress)
    except DatabaseUnreadable as wrong:
        fail(voice, mark("The database can't be read: {reason}"), reason=wrong)


def _changed_rows(voice: Voice, directory: DataDirectory) -> list[Fault]:
    from sansang.boards.verify import BoardsOfEarlierVersion, changed_rows
    from sansang.ledger.keyring import KeyringDamaged, board_keys
    from sansang.ledger.verify import DatabaseUnreadable, LedgerSource

    try:
        return list(changed_rows(LedgerSource(directory.ledger, directory.database), board_keys(directory.keys)))
    except KeyringDamaged as wrong:
        fail(voice, mark("{file}: a key can't be read: {reason}."), file=wrong.path, reason=wrong.why)
    except DatabaseUnreadable as wrong:
        fail(voice, mark("The database can't be read: {reason}"), reason=wrong)
    except BoardsOfEarlierVersion:
        hint = mark("The boards are of an earlier version and were not verified. Mend it: sansang init --data {folder}")
        click.echo(voice.say(hint, folder=directory.folder), err=True)
        return []


def _heads(voice: Voice, source: LedgerSource) -> Sequence[Head]:
    from sansang.ledger.verify import DatabaseUnreadable, heads

    try:
        return heads(source)
    except DatabaseUnreadable as wrong:
        fail(voice, mark("The database can't be read: {reason}"), reason=wrong)


def _print_verification(
    voice: Voice, entries: int, logs: int, checkpoints: int, faults: Sequence[Fault], as_json: bool
) -> None:
    if as_json:
        listed = [
            {"code": f.code, "log": f.log, "number": f.number, "message": fault_text(voice, f.code, f.about)}
            for f in faults
        ]
        report = {"entries": entries, "logs": logs, "checkpoints": checkpoints, "faults": listed}
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
        sys.exit(1 if faults else 0)
    label = click.style(voice.say(mark("error")), fg="red")
    for fault in faults:
        where = f"{fault.log}#{fault.number}" if fault.number else fault.log
        click.echo(f"{label}: {where}: {fault_text(voice, fault.code, fault.about)}.", err=True)
    if faults:
        click.echo(voice.count(mark("{n} fault."), mark("{n} faults."), len(faults)), err=True)
        sys.exit(1)
    whole = mark("Whole: {entries} entries in {logs} logs, none changed since it was written.")
    click.echo(voice.say(whole, entries=voice.number(entries), logs=logs))
    if checkpoints:
        click.echo(voice.count(mark("{n} signed checkpoint holds."), mark("{n} signed checkpoints hold."), checkpoints))


def _checked(voice: Voice, file: Path) -> CheckedFile:
    from sansang.ledger.exchange import Damaged, check_file

    try:
        with file.open("rb") as opened:
            return check_file(opened)
    except OSError as wrong:
        refuse(voice, mark("{file}: the file can't be read ({reason})."), file=file, reason=wrong.strerror or wrong)
    except Damaged as wrong:
        refuse(voice, mark("{file}: this is no whole export of a ledger: {reason}."), file=file, reason=wrong)


def _known_to(voice: Voice, peer: Path) -> dict[str, int]:
    """The last number of each log that the peer had when it wrote this file."""
    checked = _checked(voice, peer)
    return {log: number for log, number, _ in checked.header.heads}


def _export(
    voice: Voice, directory: Any, file: Path, operations: tuple[str, ...], after: dict[str, int], without_keys: bool
) -> int:
    require_writable(voice, directory)
    load_framework(voice, directory)
    from sansang.commands.peers import export_logs, operations_in
    from sansang.site.install import opened

    with reporting_errors(voice, directory):
        installation = opened(directory)
        unknown = sorted(set(operations) - operations_in(installation))
    if unknown:
        refuse(voice, mark("No operation is called {name}."), name=unknown[0])
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=file.parent, prefix=".", suffix=".sansang-pending")
    except OSError as wrong:
        refuse(voice, mark("{file}: the file can't be written ({reason})."), file=file, reason=wrong.strerror or wrong)
    try:
        with os.fdopen(descriptor, "wb") as writing:
            _, many = export_logs(installation, writing, operations or None, after, not without_keys)
            writing.flush()
            os.fsync(writing.fileno())
        Path(temporary).replace(file)
    except OSError as wrong:
        fail(voice, mark("{file}: the file can't be written ({reason})."), file=file, reason=wrong.strerror or wrong)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return many


def _print_import(voice: Voice, file: Path, result: dict[str, Any]) -> None:
    if "new" in result:
        click.echo(
            voice.say(
                mark("Taken in: {new} new entries; {known} were known already."),
                new=voice.number(result["new"]),
                known=voice.number(result["known"]),
            )
        )
        for log in result["doubted"]:
            click.echo(
                voice.say(mark("warning: the clock of {log} is too far ahead; its entries are flagged."), log=log),
                err=True,
            )
        return
    if "refused" in result:
        _print_refusal(voice, result["refused"])
        refuse(voice, mark("{file}: nothing was taken in."), file=file)
    reason = result.get("damaged") or result.get("unreadable") or ""
    refuse(voice, mark("{file}: this is no whole export of a ledger: {reason}."), file=file, reason=reason)


def _print_refusal(voice: Voice, refused: dict[str, Any]) -> None:
    label = click.style(voice.say(mark("error")), fg="red")
    lines = [f"{log}#{number}: {fault_text(voice, code, about)}." for code, log, number, about in refused["faults"]]
    fork = mark("{log}#{number}: two different entries under one number, ours {ours} and theirs {theirs}.")
    lines += [
        voice.say(fork, log=log, number=number, ours=ours[:16], theirs=theirs[:16])
        for log, number, ours, theirs in refused["forks"]
    ]
    gap = mark("{log}: the file begins with {first}, and we have nothing from {missing} on. Ask for a fuller export.")
    lines += [voice.say(gap, log=log, first=first, missing=missing) for log, missing, first in refused["missing"]]
    if refused["old_copy"] is not None:
        log, number = refused["old_copy"]
        old = mark(
            "{log}#{number}: the peer has more of our own log than we do: this database is an old copy."
            " Bring it back with sansang restore, then import again."
        )
        lines.append(voice.say(old, log=log, number=number))
    for line in lines:
        click.echo(f"{label}: {line}", err=True)
