"""``sansang schema``: what may stand in a scenario, for editors that complete and check while one types."""

from __future__ import annotations

import json

import click

from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The command in the voice's language."""

    @click.command(help=voice.say(mark("Print the JSON Schema of a scenario, for editors.")))
    def schema() -> None:
        from sansang.formats.scenario import schema as scenario_schema

        click.echo(json.dumps(scenario_schema(voice), ensure_ascii=False, indent=2))

    return schema
