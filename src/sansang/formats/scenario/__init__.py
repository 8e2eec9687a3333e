"""How is a scenario written down? A folder with ``exercise.yaml`` and, where people prefer, parts beside it.

:func:`parse` reads bytes into :class:`~sansang.model.scenario.Scenario` and says everything that is wrong at once;
:func:`dump` writes one anew; :func:`rewrite` writes what was read, with its comments and with keys nobody knows.
"""

from sansang.formats.scenario.reading import Reading, parse, parts_of
from sansang.formats.scenario.schema import schema
from sansang.formats.scenario.writing import dump, rewrite

__all__ = ["Reading", "dump", "parse", "parts_of", "rewrite", "schema"]
