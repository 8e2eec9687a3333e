"""What does the report on a rehearsal (báo cáo) contain? Results, shortcomings, remedies and who is responsible."""

from __future__ import annotations

from collections.abc import Sequence

from sansang.formats import result_text as text
from sansang.formats.papers import wording
from sansang.formats.papers.heads import paper_of
from sansang.formats.papers.paper import Appendix, Block, Clause, Figure, Item, Paper, PaperTable, Paragraph, Section
from sansang.formats.papers.wording import VIETNAMESE, join_words, minutes_words
from sansang.model.exercise.exercise import Exercise
from sansang.model.plan.results import DeadlineResult, NeedResult, RehearsalResult

#: Most deadlines listed in the body of the report; the appendix has all situations.
MAX_LISTED_DEADLINES = 10
#: A deadline that is met in a smaller share of cases is a shortcoming.
SUFFICIENT_SHARE = 0.8

#: Cause of lost minutes → what can be done about it.
REMEDIES: dict[str, str] = {
    "report": "rút ngắn đường báo tin, tập huấn người dân và tổ trưởng dân phố báo thẳng trực ban",
    "desk": "tăng kíp trực tại sở chỉ huy vào giờ cao điểm",
    "convening": "cho hội ý qua điện thoại, giảm số người phải có mặt mới được ra lệnh",
    "decision": "soạn sẵn mẫu lệnh, ủy quyền cho trực chỉ huy ra lệnh bước đầu",
    "no_answer": "kiểm tra danh bạ, chỉ định người thay thế cho từng tổ, đội",
    "turnout": "rút ngắn thời gian tập trung, để sẵn trang bị tại điểm tập trung",
    "unit": "bổ sung tổ, đội có khả năng này hoặc hiệp đồng trước với phường bạn",
    "travel": "bố trí lực lượng gần hơn, mở sẵn lối vào, hợp đồng trước với lực lượng được gọi",
    "supplies": "dự trữ vật tư tại phường, bổ sung cơ số",
}
#: Causes that the post's command is responsible for; forces and stores are responsible for the others.
COMMAND_CAUSES = ("report", "desk", "convening", "decision")


def rehearsal_report(
    scenario: Exercise, result: RehearsalResult, figures: Sequence[Figure] = (), tried: Sequence[str] = ()
) -> Paper:
    """The report, with an appendix of situations and one of figures; ``tried`` are lines on a comparison."""
    appendices = [Appendix("Kết quả từng tình huống", (_situations(result),), landscape=True)]
    if figures:
        appendices.append(Appendix("Hình vẽ", tuple(figures)))
    blocks = (
        *_method(scenario, result),
        *_results(result),
        *_limits(scenario, result),
        *_proposals(scenario, result, tried),
    )
    return paper_of(scenario, "BC", f"Kết quả chạy thử phương án {scenario.title}", blocks, tuple(appendices))


def _share(value: float) -> str:
    return text.format_share(VIETNAMESE, value)


def _method(scenario: Exercise, result: RehearsalResult) -> list[Block]:
    total = sum(result.provenance.values())
    return [
        Section("Việc đã làm"),
        Clause(
            f"Phương án được máy chạy thử {VIETNAMESE.number(result.replications)} lượt, mỗi lượt "
            f"{minutes_words(result.horizon)}, trên địa bàn {wording.ward_names(scenario)}; "
            "không có người hay phương tiện nào phải cơ động",
            heading=False,
        ),
        Clause(
            f"Phương án có {len(result.situations)} tình huống, {len(result.units)} tổ, đội và "
            f"{len(result.deadlines)} thời hạn. Trong {VIETNAMESE.number(total)} con số của phương án có "
            f"{VIETNAMESE.number(result.provenance['measured'])} con số đã đo, "
            f"{VIETNAMESE.number(result.provenance['sourced'])} có nguồn, "
            f"{VIETNAMESE.number(result.provenance['assumed'])} chỉ là giả định",
            heading=False,
        ),
    ]


def _results(result: RehearsalResult) -> list[Block]:
    decided = [d for d in result.deadlines if d.share is not None]
    met, missed = sum(d.met for d in decided), sum(d.missed for d in decided)
    blocks: list[Block] = [Section("Kết quả"), Clause("Kết quả chung")]
    if met + missed:
        blocks.append(
            Paragraph(
                f"Tính chung, {VIETNAMESE.percent(met / (met + missed), 1)} số lần đến hạn giữ được thời hạn. "
                f"Có {sum(d.share.value >= SUFFICIENT_SHARE for d in decided if d.share)} trên {len(decided)} thời hạn "
                f"giữ được từ {VIETNAMESE.percent(SUFFICIENT_SHARE)} số lần trở lên."
            )
        )
    else:
        blocks.append(Paragraph("Phương án chưa đặt thời hạn nào nên không đánh giá được."))
    blocks += [Item(f"{phase[0].upper()}{phase[1:]}") for phase in _phases(result)]
    worst = [d for d in text.deadlines_by_risk(result) if d.share is not None and d.share.value < SUFFICIENT_SHARE]
    if worst:
        blocks.append(Clause("Những thời hạn khó giữ nhất"))
        blocks.append(_deadlines(result, worst[:MAX_LISTED_DEADLINES]))
        if len(worst) > MAX_LISTED_DEADLINES:
            blocks.append(
                Paragraph(
                    f"Còn {len(worst) - MAX_LISTED_DEADLINES} thời hạn khác giữ được dưới "
                    f"{VIETNAMESE.percent(SUFFICIENT_SHARE)} số lần."
                )
            )
    blocks.append(Clause("Thời gian mất do đâu"))
    blocks.append(
        PaperTable(
            ("Trụ cột", "Phút mỗi lượt", "Gồm"),
            tuple(text.pillar_rows(VIETNAMESE, result)),
            (5, 3.5, 8),
            right=(1,),
        )
    )
    tight = [*text.post_lines(VIETNAMESE, result)[:3], *text.unit_lines(VIETNAMESE, result, 3)]
    if tight:
        blocks.append(Clause("Chỗ căng"))
        blocks += [Item(line) for line in tight]
    return blocks


def _phases(result: RehearsalResult) -> list[str]:
    lines = []
    for phase in result.phases:
        done = phase.closed if phase.units_move else phase.ordered
        what = "xử lý xong" if phase.units_move else "ra được lệnh cho"
        met = "chưa có thời hạn" if phase.deadlines is None else f"giữ được {_share(phase.deadlines.value)} thời hạn"
        share = "–" if done is None else _share(done.value)
        lines.append(
            f"{phase.name}: mỗi lượt {VIETNAMESE.number(phase.situations, 1)} tình huống, {what} {share}, {met}; "
            f"thời gian mất nhiều nhất cho {text.format_causes(VIETNAMESE, phase.minutes_by_cause)}."
        )
    return lines


def _deadlines(result: RehearsalResult, worst: list[DeadlineResult]) -> PaperTable:
    causes = {(need.situation, need.need): need.minutes_by_cause for need in result.needs}
    rows = []
    for place, deadline in enumerate(worst, 1):
        assert deadline.share is not None
        what = "lệnh của phường" if deadline.need is None else deadline.need_name or ""
        taken = causes.get((deadline.situation, deadline.need or ""), {})
        band = "" if deadline.band is None else text.format_span(VIETNAMESE, *deadline.band)
        rows.append(
            (
                str(place),
                f"{deadline.situation_name}: {what}",
                VIETNAMESE.number(deadline.minutes),
                _share(deadline.share.value),
                text.format_interval(VIETNAMESE, deadline.share),
                band,
                text.format_causes(VIETNAMESE, taken, 2) if taken else "",
            )
        )
    header = (
        "TT",
        "Tình huống, việc",
        "Hạn (phút)",
        "Giữ được",
        "Sai số chạy thử",
        "Khi giả định thay đổi",
        "Mất thời gian vì",
    )
    return PaperTable(header, tuple(rows), (1.4, 5.6, 1.9, 1.9, 2.2, 2.3, 4.5), right=(2, 3, 4, 5))


def _limits(scenario: Exercise, result: RehearsalResult) -> list[Block]:
    blocks: list[Block] = [
        Section("Mức tin cậy của kết quả"),
        Clause(
            "Kết quả chạy thử chỉ đúng trong chừng mực các con số của phương án; sai số chạy thử nêu ở trên không bao "
            "gồm sai số của điều giả định",
            heading=False,
        ),
    ]
    if result.assumptions:
        blocks.append(Clause("Cần đo trước, vì thời hạn phụ thuộc nhiều nhất mà hiện chỉ là giả định:", heading=False))
        first = [wording.input_name(scenario, assumption.path) for assumption in result.assumptions[:3]]
        blocks += [Item(f"{name}{'.' if name is first[-1] else ';'}") for name in first]
    unmeasured = [pillar.name_vi for pillar in result.pillars if pillar.minutes is None]
    if unmeasured:
        blocks.append(Clause(f"Chạy thử không đo được: {join_words(unmeasured)}", heading=False))
    return blocks


def _proposals(scenario: Exercise, result: RehearsalResult, tried: Sequence[str]) -> list[Block]:
    blocks: list[Block] = [Section("Đề xuất")]
    for line, head in _measures(scenario, result):
        blocks.append(Clause(f"{line}. {head} chịu trách nhiệm", heading=False))
    for item in result.out_of_reach:
        name = next(n.name for n in result.needs if (n.situation, n.need) == (item.situation, item.need))
        blocks.append(
            Clause(
                f"Bổ sung lực lượng cho việc {name}: cần {item.amount}, tất cả những ai có thể đến chỉ có {item.reach}",
                heading=False,
            )
        )
    if tried:
        blocks.append(Clause("Đã thử trên máy một phương án sửa:"))
        blocks += [Item(line) for line in tried]
    if len(blocks) == 1:
        blocks.append(Clause("Giữ phương án hiện nay, tiếp tục đo các con số còn giả định", heading=False))
    return blocks


def _measures(scenario: Exercise, result: RehearsalResult, most: int = 5) -> list[tuple[str, str]]:
    """For the needs most often late: what takes the time, what can be done about it, and who is responsible."""
    needs = {(need.situation, need.need): need for need in result.needs}
    found: dict[tuple[str, str], list[str]] = {}
    for deadline in text.deadlines_by_risk(result):
        if deadline.share is None or deadline.share.value >= SUFFICIENT_SHARE or deadline.need is None:
            continue
        need = needs[deadline.situation, deadline.need]
        cause = max(need.minutes_by_cause, key=lambda name: need.minutes_by_cause[name])
        found.setdefault((cause, _head(scenario, deadline.situation, need, cause)), []).append(
            f"{need.name} ({deadline.situation_name.partition(',')[0]})"
        )
    lines = []
    for (cause, head), names in list(found.items())[:most]:
        measure = REMEDIES[cause]
        more = f" và {len(names) - 2} việc khác" if len(names) > 2 else ""
        what = join_words(names[:2]) if not more else ", ".join(names[:2]) + more
        lines.append((f"Để kịp việc {what}: {measure}", head))
    return lines


def _head(scenario: Exercise, situation_id: str, need: NeedResult, cause: str) -> str:
    """Who is responsible: the post's head for command, the upper head too for supplies and units, else the unit's."""
    situation = scenario.situation(situation_id)
    site = next((site for site, _ in situation.sites), None)
    parent = situation
    while site is None:
        parent = next(
            s
            for s in scenario.situations
            if s.escalation is not None
            and s.escalation.follow_on is not None
            and s.escalation.follow_on.situation == parent.id
        )
        site = next((s for s, _ in parent.sites), None)
    ward = scenario.ward(scenario.site(site).ward)
    post_head = ward.post.head or "Người đứng đầu phường"
    if cause in COMMAND_CAUSES:
        return post_head
    if cause in ("supplies", "unit") and scenario.upper is not None and scenario.upper.post.head:
        return f"{post_head}, phối hợp với {scenario.upper.post.head}"
    able = (u for u in scenario.units if u.ward == ward.id and need.capability in u.capabilities and u.head)
    return next((unit.head for unit in able), post_head)


def _situations(result: RehearsalResult) -> PaperTable:
    rows = []
    for place, situation in enumerate(result.situations, 1):
        deadlines = [d for d in result.deadlines if d.situation == situation.id and d.share is not None]
        kept = "; ".join(
            f"{'lệnh' if d.need is None else d.need_name} {_share(d.share.value)}"
            for d in deadlines
            if d.share is not None
        )
        order = situation.to_order
        contained = "–" if situation.contained is None else _share(situation.contained.value)
        if situation.contained is not None and situation.contained.value == 0 and situation.open == 0:
            contained = "đến lệnh"  # a phase in which units do not move
        rows.append(
            (
                str(place),
                situation.name,
                VIETNAMESE.number(situation.per_replication, 2),
                "–"
                if order is None
                else f"{VIETNAMESE.number(order.p50, 1)} "
                f"({VIETNAMESE.number(order.p10)}–{VIETNAMESE.number(order.p90)})",
                contained,
                kept,
                text.format_causes(VIETNAMESE, situation.minutes_by_cause, 2),
            )
        )
    header = (
        "TT",
        "Tình huống",
        "Số lần mỗi lượt",
        "Phút đến lệnh: giữa (1/10–9/10)",
        "Xử lý xong",
        "Thời hạn giữ được",
        "Mất thời gian vì",
    )
    return PaperTable(header, tuple(rows), (1.3, 5.5, 1.8, 3, 1.8, 6.5, 4.5), right=(2, 3, 4))
