"""Which figures does the report contain? Those of the result page, in black and white."""

from __future__ import annotations

from sansang.formats.papers.paper import Figure
from sansang.formats.papers.wording import VIETNAMESE
from sansang.formats.result_page.figures import draw_deadlines, draw_pillars, print_figure
from sansang.model.plan.results import RehearsalResult

#: Most rows that fit on a page.
MAX_FIGURE_ROWS = 14


def report_figures(result: RehearsalResult) -> list[Figure]:
    """The deadlines least often met and the minutes lost by pillar, each only if there is something to draw."""
    found = []
    deadlines = draw_deadlines(result, VIETNAMESE, MAX_FIGURE_ROWS)
    if deadlines is not None:
        caption = "Tỷ lệ giữ được các thời hạn khó giữ nhất (chấm: kết quả; dải xám: khi điều giả định thay đổi)"
        found.append(Figure(*print_figure(deadlines), caption))
    pillars = draw_pillars(result, VIETNAMESE)
    if pillars is not None:
        found.append(Figure(*print_figure(pillars), "Số phút mất mỗi lượt, theo trụ cột và nguyên nhân"))
    return found
