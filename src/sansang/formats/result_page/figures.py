"""How are the figures of a result drawn? Deadlines, timeline, minutes lost and map, as SVG for light and dark pages.

matplotlib draws them; its colours are then replaced by the page's CSS variables, so a figure follows the page's
colours on dark screens and on paper.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sansang.formats.result_text import deadlines_by_risk, format_minutes, format_share, short_name
from sansang.model.plan.pillars import PILLAR_SETS
from sansang.model.plan.results import Quantiles, RehearsalResult
from sansang.model.plan.scenario import Scenario
from sansang.words import Voice, mark
from sansang.words.terms import CAUSE_NAMES

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: Placeholder colours for drawing; they are replaced by the page's CSS variables.
INK, FAINT, MAIN, BAND, ALARM, LINE = (f"#0{i}0{i}0{i}" for i in range(1, 7))
CSS = {INK: "--ink", FAINT: "--faint", MAIN: "--main", BAND: "--band", ALARM: "--alarm", LINE: "--line"}

#: Width in points; about a phone's, as the page scales a figure to its own width.
WIDTH_PT = 400
FONT_PT = 11


def _figure(height: float) -> tuple[Figure, Any]:
    """A figure of a height in points, and its axes, which cover it and are hidden."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_PT / 72, height / 72), dpi=72)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH_PT)
    axes.set_ylim(height, 0)
    return figure, axes


def _svg(figure: Figure, label: str) -> str:
    """The figure as an SVG element with a label for screen readers."""
    from html import escape

    import matplotlib as mpl

    out = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sansang", "font.family": "sans-serif"}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    for colour, variable in CSS.items():
        svg = svg.replace(colour, f"var({variable})")
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(label, quote=True)}"', 1)


def _text(axes: Any, x: float, y: float, words: str, colour: str = INK, **how: Any) -> None:
    # matplotlib would read $…$ as a formula.
    axes.text(x, y, words.replace("$", r"\$"), color=colour, fontsize=FONT_PT, **how)


def _fit(words: str, points: float) -> str:
    """The words, shortened with … to about this width in points."""
    room = max(4, int(points / (FONT_PT * 0.52)))
    return words if len(words) <= room else words[: room - 1].rstrip() + "…"


def print_figure(figure: Figure) -> tuple[bytes, str]:
    """The figure as PNG (220 dpi) and as SVG, in black and greys on a transparent background, for printing."""
    import matplotlib as mpl
    from matplotlib.colors import to_hex

    greys = {INK: "#000000", FAINT: "#444444", MAIN: "#000000", BAND: "#bdbdbd", ALARM: "#000000", LINE: "#d0d0d0"}
    for artist in figure.findobj():
        for part in ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor"):
            get, put = getattr(artist, f"get_{part}", None), getattr(artist, f"set_{part}", None)
            if get is None or put is None:
                continue
            try:
                colour = to_hex(get())
            except ValueError:
                continue
            if colour in greys:
                put(greys[colour])
    png, svg = io.BytesIO(), io.StringIO()
    figure.savefig(png, format="png", dpi=220, transparent=True, metadata={"Software": None})
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "sansang"}):
        figure.savefig(svg, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return png.getvalue(), svg.getvalue()


def deadlines_svg(result: RehearsalResult, voice: Voice) -> str:
    """The share met of each deadline as SVG, with its interval and its band; "" without deadlines."""
    figure = draw_deadlines(result, voice)
    return "" if figure is None else _svg(figure, voice.say(mark("Deadlines: how often each is met")))


def draw_deadlines(result: RehearsalResult, voice: Voice, most: int | None = None) -> Figure | None:
    """The figure of the ``most`` deadlines least often met (default: all); None without deadlines."""
    rows = [d for d in deadlines_by_risk(result) if d.share is not None][:most]
    if not rows:
        return None
    row_height, top, left, right = 40, 22, 6, 52
    figure, axes = _figure(top + row_height * len(rows))
    width = WIDTH_PT - left - right

    def x(value: float) -> float:
        return left + value * width

    for mark_at in (0.0, 0.5, 1.0):
        axes.plot([x(mark_at)] * 2, [top - 6, top + row_height * len(rows) - 8], color=LINE, lw=1)
        _text(axes, x(mark_at), top - 9, voice.percent(mark_at), FAINT, ha="center" if mark_at else "left")
    for number, row in enumerate(rows):
        assert row.share is not None
        y = top + row_height * number
        colour = ALARM if row.share.value < 0.8 else MAIN
        name = f"{short_name(voice, row)} · {voice.say(mark('{minutes} min'), minutes=voice.number(row.minutes))}"
        _text(axes, left, y + 10, _fit(name, WIDTH_PT - left))
        if row.band is not None:
            axes.plot([x(row.band[0]), x(row.band[1])], [y + 22] * 2, color=BAND, lw=9, solid_capstyle="butt")
        axes.plot([x(row.share.low), x(row.share.high)], [y + 22] * 2, color=colour, lw=3, solid_capstyle="butt")
        axes.plot([x(row.share.value)], [y + 22], marker="o", ms=7, color=colour)
        _text(axes, WIDTH_PT, y + 26, format_share(voice, row.share.value), colour, ha="right", weight="bold")
    return figure


def timeline_svg(result: RehearsalResult, scenario: Scenario, voice: Voice) -> str:
    """The minutes from occurrence to order, first arrival, start of work and containment as SVG: p10, median, p90."""
    blocks = _timeline_blocks(result, scenario, voice)
    every = [q.p90 for _, rows in blocks for _, q, _ in rows]
    every += [limit for _, rows in blocks for _, _, limit in rows if limit is not None]
    if not every:
        return ""
    longest = max(every)
    row_height, head, top = 32, 24, 22
    height = top + sum(head + row_height * len(rows) for _, rows in blocks)
    figure, axes = _figure(height)
    left, right = 6, 46

    def x(value: float) -> float:
        return left + value / longest * (WIDTH_PT - left - right)

    for tick in _ticks(longest):
        axes.plot([x(tick)] * 2, [top - 6, height], color=LINE, lw=1)
        _text(axes, x(tick), top - 9, voice.number(tick), FAINT, ha="center" if tick else "left")
    y = top
    for title, rows in blocks:
        _text(axes, left, y + 14, _fit(title, WIDTH_PT - left), weight="bold")
        y += head
        for name, q, limit in rows:
            _text(axes, left, y + 9, _fit(name, WIDTH_PT - left - right))
            late = limit is not None and q.p50 > limit
            axes.plot([x(q.p10), x(q.p90)], [y + 18] * 2, color=BAND, lw=8, solid_capstyle="butt")
            axes.plot([x(q.p50)] * 2, [y + 13, y + 23], color=ALARM if late else MAIN, lw=3)
            if limit is not None:
                axes.plot([x(limit)] * 2, [y + 10, y + 26], color=INK, lw=1, ls=(0, (2, 2)))
            _text(axes, WIDTH_PT, y + 22, format_minutes(voice, q.p50), ALARM if late else INK, ha="right")
            y += row_height
    return _svg(figure, voice.say(mark("The course of the night: minutes from the occurrence")))


def _timeline_blocks(
    result: RehearsalResult, scenario: Scenario, voice: Voice
) -> list[tuple[str, list[tuple[str, Quantiles, float | None]]]]:
    limits = {
        (s.id, n.id): None if n.deadline is None else n.deadline.value for s in scenario.situations for n in s.needs
    }
    order_limits = {s.id: None if s.order_within is None else s.order_within.value for s in scenario.situations}
    blocks = []
    for situation in result.situations:
        rows: list[tuple[str, Quantiles | None, float | None]] = [
            (voice.say(mark("order given")), situation.to_order, order_limits[situation.id]),
            (voice.say(mark("first arrival")), situation.to_arrival, None),
        ]
        for need in result.needs:
            if need.situation == situation.id:
                begins = voice.say(mark("work begins: {need}"), need=need.name)
                rows.append((begins, need.minutes, limits[situation.id, need.need]))
        rows.append((voice.say(mark("contained")), situation.to_contained, None))
        known = [(name, q, limit) for name, q, limit in rows if q is not None]
        if known:
            blocks.append((situation.name, known))
    return blocks


def _ticks(longest: float) -> Sequence[float]:
    """About five round numbers from 0."""
    step = 10 ** math.floor(math.log10(max(longest, 1) / 4))
    for times in (1, 2, 5, 10):
        if longest / (step * times) <= 6:
            step *= times
            break
    return [step * i for i in range(int(longest / step) + 1)]


def pillars_svg(result: RehearsalResult, voice: Voice) -> str:
    """The minutes lost per replication by pillar and cause as SVG; "" if none are lost."""
    figure = draw_pillars(result, voice)
    return "" if figure is None else _svg(figure, voice.say(mark("Minutes lost a night, by pillar")))


def draw_pillars(result: RehearsalResult, voice: Voice) -> Figure | None:
    """The figure of the minutes lost by pillar and cause; None if none are lost."""
    pillar_set = PILLAR_SETS.get(result.pillar_set)
    rows = [p for p in result.pillars if p.minutes is not None]
    longest = max((p.minutes.value for p in rows if p.minutes is not None), default=0.0)
    if longest <= 0:
        return None
    row_height = 52
    figure, axes = _figure(row_height * len(rows))
    left, right = 6, 50
    for number, pillar in enumerate(rows):
        assert pillar.minutes is not None
        y = row_height * number
        name = pillar.name_vi if voice.language == "vi" else pillar.name_en
        _text(axes, left, y + 13, _fit(name, WIDTH_PT - left), weight="bold")
        ids: tuple[str, ...] = ()
        if pillar_set is not None:
            ids = next(p.causes for p in pillar_set.pillars if p.id == pillar.id)
        start = 0.0
        named = []
        for place, cause in enumerate(ids):
            value = result.minutes_by_cause[cause].value
            length = value / longest * (WIDTH_PT - left - right)
            axes.barh(y + 24, max(length - 1, 0), left=left + start, height=12, color=BAND if place % 2 else MAIN)
            start += length
            if value / longest > 0.04:
                named.append(f"{voice.say(CAUSE_NAMES[cause])} {format_minutes(voice, value)}")
        _text(axes, WIDTH_PT, y + 28, format_minutes(voice, pillar.minutes.value), ha="right", weight="bold")
        _text(axes, left, y + 43, _fit(" · ".join(named), WIDTH_PT - left), FAINT)
    return figure


def site_map_svg(scenario: Scenario, voice: Voice) -> str:
    """A map of the sites with coordinates as SVG, north up, with a scale bar; "" for fewer than two sites."""
    placed = [(site, site.place) for site in scenario.sites if site.place is not None]
    if len(placed) < 2:
        return ""
    middle = math.cos(math.radians(sum(p.lat for _, p in placed) / len(placed)))
    km = [(p.lon * 111.320 * middle, -p.lat * 110.574) for _, p in placed]
    low_x, high_x = min(x for x, _ in km), max(x for x, _ in km)
    low_y, high_y = min(y for _, y in km), max(y for _, y in km)
    wide, tall = max(high_x - low_x, 0.05), max(high_y - low_y, 0.05)
    scale = min((WIDTH_PT - 60) / wide, 330 / tall)
    height = tall * scale + 70
    figure, axes = _figure(height)
    hazards = {site for s in scenario.situations for site, _ in s.sites}
    homes = {unit.home for unit in scenario.units}
    taken: list[tuple[float, float]] = []
    for (site, _), (x_km, y_km) in sorted(zip(placed, km, strict=True), key=lambda item: item[1][1]):
        x = 30 + (x_km - low_x) * scale + ((WIDTH_PT - 60) - wide * scale) / 2
        y = 24 + (y_km - low_y) * scale
        hazard = site.id in hazards
        shape = "^" if hazard else ("s" if site.id in homes else "o")
        axes.plot([x], [y], marker=shape, ms=8, color=ALARM if hazard else MAIN, ls="")
        label_y = y + 4
        while any(abs(label_y - other) < FONT_PT + 1 and abs(x - at) < 260 for at, other in taken):
            label_y += FONT_PT + 1
        taken.append((x, label_y))
        to_left = x > WIDTH_PT / 2
        room = (x - 14) if to_left else (WIDTH_PT - x - 14)
        _text(
            axes,
            x - 10 if to_left else x + 10,
            label_y,
            _fit(site.name, room),
            ha="right" if to_left else "left",
        )
    bar = next(b for b in (5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01) if b * scale < WIDTH_PT / 2)
    axes.plot([8, 8 + bar * scale], [height - 14] * 2, color=INK, lw=2)
    _text(axes, 12 + bar * scale, height - 10, f"{voice.number(bar * 1000)} m")
    return _svg(figure, voice.say(mark("Map of the sites")))
