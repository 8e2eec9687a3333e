"""``sansang forces``: units, members, means, stores and posts go out to a workbook, and come back."""

from __future__ import annotations

import click

from sansang.cli.msel import workbook_group
from sansang.words import Voice, mark


def command(voice: Voice) -> click.Command:
    """The group of commands in the voice's language."""
    return workbook_group(voice, "forces", voice.say(mark("The forces as a workbook: out, and in again.")))
