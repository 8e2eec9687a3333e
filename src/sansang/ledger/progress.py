"""How far is a long piece of work? Reported while it runs."""

from __future__ import annotations

from collections.abc import Callable

#: Called with two numbers: how many entries (or other pieces) are done, and how many there are in all.
Progress = Callable[[int, int], None]
