"""How is a scenario written down? A folder with ``exercise.yaml`` and, where people prefer, parts beside it.

:func:`parse` reads bytes into :class:`~sansang.model.plan.scenario.Scenario` and says everything that is wrong at
once; :func:`dump` writes a new file; :func:`write` writes what was read, with its comments and unknown keys.
:func:`parts_of` says which files the caller must read beside ``exercise.yaml``. :func:`apply_settings` gives a plan
with some of its numbers changed.
"""

from sansang.formats.scenario.overrides import apply_settings
from sansang.formats.scenario.read import Document, ParsedScenario, parse, parts_of
from sansang.formats.scenario.schema import schema
from sansang.formats.scenario.write import dump, rewrite, write

__all__ = ["Document", "ParsedScenario", "apply_settings", "dump", "parse", "parts_of", "rewrite", "schema", "write"]
