"""``sansang play``: one replication of the rehearsal written as the logs that an operation would leave."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sansang.words import Voice, mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sansang.ledger.draft import Draft
    from sansang.model.entry import HybridTime
    from sansang.model.plan.scenario import Scenario
    from sansang.rehearsal.replay_log import ReplayEntry

#: Who writes: the machine, not a person.
AUTHOR = "rehearsal"


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""
    say = voice.say

    @click.command(help=say(mark("Write one night of the rehearsal as the logs of a drill, chained and sealed.")))
    @click.argument("folder", type=click.Path(path_type=Path))
    @click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help=say(mark("The file.")))
    @click.option("--replication", type=click.IntRange(0, 10**9), default=0, help=say(mark("Which night.")))
    @click.option("--seed", type=click.IntRange(0, 2**64 - 1), default=7, help=say(mark("The seed of the chances.")))
    def play(folder: Path, out: Path, replication: int, seed: int) -> None:
        from sansang.cli.play_options import keep, read
        from sansang.ledger.exchange import build_export, render_export
        from sansang.rehearsal import replay
        from sansang.rehearsal.replay_log import replay_entries
        from sansang.words.terms import TRACE_LINES

        scenario = read(voice, folder, False).scenario
        played = replay(scenario, replication, seed)
        lines = replay_entries(scenario, played, lambda what, name: voice.say(TRACE_LINES[what], a=name, b=""))
        export = build_export(_drafts(scenario, lines, replication, seed), os.urandom)
        keep(voice, {out.name: render_export(export)}, out.parent)
        click.echo(
            voice.count(
                mark("{n} entry in {logs} logs: {out}"),
                mark("{n} entries in {logs} logs: {out}"),
                len(export.rows),
                logs=len(export.heads),
                out=out,
            )
        )
        click.echo(say(mark("Check them: sansang ledger verify {out}"), out=out))

    return play


def _drafts(
    scenario: Scenario, lines: list[ReplayEntry], replication: int, seed: int
) -> Iterator[tuple[str, Draft, HybridTime]]:
    """What each post puts down, at the moments of the exercise; a counter keeps apart what falls into one."""
    from datetime import timedelta

    from sansang.ledger.draft import Draft
    from sansang.ledger.envelope import micros
    from sansang.model.entry import HybridTime
    from sansang.model.operation.record import stream_of

    clock = HybridTime(0)
    for number, line in enumerate(lines):
        at = scenario.start + timedelta(minutes=line.minute)
        clock = clock.after(micros(at) // 1000)
        stream = stream_of(f"{scenario.id}-{replication}")
        name = f"play-{seed}-{replication}-{number}"
        yield f"play-{seed}", Draft(stream, line.fact, AUTHOR, line.post, at, command=name), clock
