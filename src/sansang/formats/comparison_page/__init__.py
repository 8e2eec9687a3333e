"""What does the page of a comparison look like? One HTML file without scripts, for phones, screens and paper."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sansang.formats import comparison_text as text
from sansang.formats.result_page import style
from sansang.model.plan.comparison import ComparisonResult
from sansang.words import Voice

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["render_comparison_page"]


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = resources.files(__name__).joinpath("page.html.j2").read_text("utf-8")
    return environment.from_string(source)


def render_comparison_page(result: ComparisonResult, voice: Voice) -> bytes:
    """A self-contained page (UTF-8 HTML); equal results give equal bytes."""
    return _template().render(style=style(), result=result, voice=voice, say=voice.say, text=text).encode()
