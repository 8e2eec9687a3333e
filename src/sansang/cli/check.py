"""``sansang check``: what a good deputy would object to, before anyone plays or moves."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from sansang.formats.findings import ReportedFinding

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say

    @click.command(help=say(mark("Look a plan through like a good deputy: what is missing, unheard, impossible.")))
    @click.argument("folder", type=click.Path(path_type=Path))
    @click.option("--json", "as_json", is_flag=True, help=say(mark("Print the findings as JSON, for machines.")))
    @click.option("--sarif", is_flag=True, help=say(mark("Print the findings as SARIF, for editors and CI.")))
    @click.option("--all", "show_silenced", is_flag=True, help=say(mark("Show the silenced findings too.")))
    def check(folder: Path, as_json: bool, sarif: bool, show_silenced: bool) -> None:
        from sansang.formats import findings
        from sansang.plans import read_folder

        reading = read_folder(folder)
        said = findings.report_findings(reading, voice)
        if as_json:
            click.echo(json.dumps(findings.findings_as_json(said), ensure_ascii=False, indent=1))
        elif sarif:
            base = folder.parent if folder.is_file() else folder
            log = findings.findings_as_sarif(said, voice, base.as_posix())
            click.echo(json.dumps(log, ensure_ascii=False, indent=1))
        else:
            _show_findings(voice, said, show_silenced)
        if reading.scenario is None:
            sys.exit(2)
        if any(one.silenced is None and one.severity != "note" for one in said):
            sys.exit(1)

    return check


def _show_findings(voice: Voice, said: tuple[ReportedFinding, ...], show_silenced: bool) -> None:
    labels = {"error": voice.say(mark("error")), "warning": voice.say(mark("warning")), "note": voice.say(mark("note"))}
    for one in said:
        if one.silenced is not None and not show_silenced:
            continue
        label = click.style(labels[one.severity], fg=COLOURS[one.severity], bold=one.severity == "error")
        code = click.style(f"[{one.code}]", dim=True)
        click.echo(f"{label} {one.spot} {code}")
        click.echo(f"  {one.message}.")
        if one.silenced is not None:
            click.echo(voice.say(mark("  Silenced: {reason}"), reason=one.silenced))
        else:
            click.echo(f"  → {one.mend}.")
    silenced = sum(one.silenced is not None for one in said)
    counts = {severity: sum(o.severity == severity and o.silenced is None for o in said) for severity in labels}
    if not any(counts.values()):
        click.echo(voice.say(mark("Nothing to object to.")))
    else:
        click.echo(
            voice.say(
                mark("{errors} errors, {warnings} warnings, {notes} notes."),
                errors=counts["error"],
                warnings=counts["warning"],
                notes=counts["note"],
            )
        )
        if counts["error"] + counts["warning"]:
            click.echo(
                voice.say(
                    mark("Mend them, or let one stand with its reason: silenced: [{{finding: …, at: …, reason: …}}].")
                )
            )
    if silenced and not show_silenced:
        click.echo(
            voice.count(
                mark("{n} finding is silenced; --all shows it."),
                mark("{n} findings are silenced; --all shows them."),
                silenced,
            )
        )
