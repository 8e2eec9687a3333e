"""What does the page of a result look like? One HTML file with its figures, for phones, screens and paper."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sansang.formats import result_text as text
from sansang.model.plan.results import RehearsalResult
from sansang.model.plan.scenario import Scenario
from sansang.words import Voice

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

__all__ = ["render_result_page", "style"]


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    source = resources.files(__name__).joinpath("page.html.j2").read_text("utf-8")
    return environment.from_string(source)


@cache
def style() -> Markup:
    """The style sheet of the pages: light, dark, phone, paper."""
    from markupsafe import Markup

    # A file of the program: no text of a plan is part of it.
    return Markup(resources.files(__name__).joinpath("page.css").read_text("utf-8").rstrip())  # noqa: S704


def render_result_page(result: RehearsalResult, scenario: Scenario, voice: Voice) -> bytes:
    """A self-contained page (UTF-8 HTML, inline SVG, no script); equal results give equal bytes."""
    from markupsafe import Markup

    from sansang.formats.result_page import figures

    def safe(svg: str) -> Markup:
        # The figures escape the texts of the plan.
        return Markup(svg)  # noqa: S704

    by_need = {(need.situation, need.need): need.minutes_by_cause for need in result.needs}
    return (
        _template()
        .render(
            style=style(),
            result=result,
            scenario=scenario,
            voice=voice,
            say=voice.say,
            text=text,
            deadlines=text.deadlines_by_risk(result),
            by_need=by_need,
            figure_deadlines=safe(figures.deadlines_svg(result, voice)),
            figure_timeline=safe(figures.timeline_svg(result, scenario, voice)),
            figure_pillars=safe(figures.pillars_svg(result, voice)),
            figure_map=safe(figures.site_map_svg(scenario, voice)),
        )
        .encode()
    )
