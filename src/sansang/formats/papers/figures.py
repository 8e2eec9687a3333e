"""Which figures go into a report? Those of the page, in black and white."""

from __future__ import annotations

from sansang.formats.papers.paper import Figure
from sansang.formats.papers.wording import VOICE
from sansang.formats.result_page.figures import draw_deadlines, draw_pillars, print_figure
from sansang.model.plan.results import RehearsalResult

#: Rows that fit on a page.
MOST_ROWS = 14


def report_figures(result: RehearsalResult) -> list[Figure]:
    """Deadlines least often met, and minutes lost by pillar; those that there is something to draw for."""
    found = []
    deadlines = draw_deadlines(result, VOICE, MOST_ROWS)
    if deadlines is not None:
        caption = "Tỷ lệ giữ được các thời hạn khó giữ nhất (chấm: kết quả; dải xám: khi điều giả định thay đổi)"
        found.append(Figure(*print_figure(deadlines), caption))
    pillars = draw_pillars(result, VOICE)
    if pillars is not None:
        found.append(Figure(*print_figure(pillars), "Số phút mất mỗi lượt, theo trụ cột và nguyên nhân"))
    return found
