"""How does a docstring's cross-reference read on the documentation site? As code: :func:`there` becomes `there`."""

from __future__ import annotations

import re
from typing import Any

import griffe

_ROLE = re.compile(r":[a-z]+:`~?([^`<]+)`")


class PlainRoles(griffe.Extension):
    """Turns Sphinx's roles into code, as the site is written in Markdown."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for every module, class, function and attribute."""
        if obj.docstring is not None:
            obj.docstring.value = _ROLE.sub(r"`\1`", obj.docstring.value)
