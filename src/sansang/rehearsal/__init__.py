"""How would this plan go? The plan played many thousand times: ``from sansang.rehearsal import rehearse``.

The model page, docs/rehearsal-model.md, says what happens minute by minute. Two programs play it with the same
trace: ``reference`` (readable, on SimPy) and ``kernel`` (compiled). Importing this package loads neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sansang.rehearsal.compare import compare
    from sansang.rehearsal.rehearse import night, rehearse
    from sansang.rehearsal.runner import Interrupted

__all__ = ["Interrupted", "compare", "night", "rehearse"]

_WHERE = {"compare": "comparing", "rehearse": "rehearsing", "night": "rehearsing", "Interrupted": "machine"}


def __getattr__(name: str) -> Any:
    """Load a public name when it is first used: numba takes most of a second."""
    if name in _WHERE:
        from importlib import import_module

        return getattr(import_module(f"sansang.rehearsal.{_WHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
