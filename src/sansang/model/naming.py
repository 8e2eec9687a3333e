"""What can a post, a person, a unit or an operation be called, so that its name can be part of a log's name?"""

from __future__ import annotations

import re

from sansang.model.language import fold

#: Letters, digits, dots and dashes, 80 at most.
NAME = re.compile(r"[0-9A-Za-zÀ-ỹ][0-9A-Za-zÀ-ỹ._-]{0,79}")


def slug_of(title: str) -> str:
    """A name made of a title: "Cháy hẻm 5" → "chay-hem-5"."""
    return re.sub(r"[^0-9a-z]+", "-", fold(title)).strip("-")[:40].strip("-") or "x"
