"""What does the exercise plan (kế hoạch) contain? A scenario in the form in which an authority issues it."""

from __future__ import annotations

from sansang.formats.papers import wording
from sansang.formats.papers.heads import BLANK, paper_of
from sansang.formats.papers.paper import Appendix, Block, Clause, Paper, PaperTable, Paragraph, Point, Section
from sansang.formats.papers.wording import clock_words, join_words, minutes_words
from sansang.model.exercise.exercise import Exercise
from sansang.model.plan.forces import Post, Unit


def exercise_plan(scenario: Exercise) -> Paper:
    """The plan with its appendices: forces, situations, and injects if there are any."""
    appendices = [
        Appendix("Lực lượng, phương tiện", (_forces(scenario),), landscape=True),
        Appendix("Tình huống giả định", (_situations(scenario),), landscape=True),
    ]
    if scenario.injects:
        appendices.append(Appendix("Danh sách tin báo diễn tập", (_injects(scenario),), landscape=True))
    blocks = (
        *_purpose(scenario),
        *_time_and_people(scenario),
        *_content(scenario),
        *_organisation(scenario),
    )
    return paper_of(scenario, "KH", _title(scenario), blocks, tuple(appendices))


def _title(scenario: Exercise) -> str:
    return scenario.title


def _purpose(scenario: Exercise) -> list[Block]:
    blocks: list[Block] = [Section("Mục đích, yêu cầu"), Clause("Mục đích")]
    if scenario.objectives:
        blocks += [Point(f"{objective.text};") for objective in scenario.objectives[:-1]]
        blocks.append(Point(f"{scenario.objectives[-1].text}."))
    else:
        blocks.append(Paragraph("Kiểm tra phương án, lực lượng và khả năng chỉ huy tại chỗ."))
    return [
        *blocks,
        Clause("Yêu cầu"),
        Point("Bảo đảm an toàn tuyệt đối cho người và phương tiện; có tình huống thật thì dừng ngay diễn tập;"),
        Point("Mọi tin báo, văn bản dùng trong diễn tập mở đầu bằng chữ “DIỄN TẬP”;"),
        Point("Đánh giá theo chỉ tiêu đo được; hạn chế phải có người chịu trách nhiệm khắc phục và được kiểm tra lại."),
    ]


def _time_and_people(scenario: Exercise) -> list[Block]:
    blocks: list[Block] = [
        Section("Thời gian, địa bàn, thành phần"),
        Clause("Thời gian"),
        Paragraph(
            f"Từ {clock_words(scenario, 0)} {wording.day_words(scenario)} đến {clock_words(scenario, scenario.horizon)}"
            f" ({minutes_words(scenario.horizon)})."
        ),
        Clause("Địa bàn"),
        Paragraph(f"{wording.ward_names(scenario) or BLANK}."),
    ]
    kinds = wording.roles_by_kind(scenario)
    if kinds:
        blocks.append(Clause("Thành phần"))
        for place, (kind, roles) in enumerate(kinds.items(), 1):
            end = "." if place == len(kinds) else ";"
            blocks.append(Point(f"{kind}: {join_words([role.name for role in roles])}{end}"))
    return blocks


def _content(scenario: Exercise) -> list[Block]:
    blocks: list[Block] = [Section("Nội dung")]
    for phase in sorted(scenario.phases, key=lambda phase: phase.start):
        posts = [wording.post_name(scenario, post) for post in phase.posts] or [p.name for p in scenario.posts]
        moves = (
            "lực lượng, phương tiện cơ động thật"
            if phase.units_move
            else "lực lượng không cơ động, xử lý đến khi ban hành lệnh"
        )
        blocks.append(Clause(phase.name))
        blocks.append(
            Paragraph(
                f"Từ {clock_words(scenario, phase.start)} đến {clock_words(scenario, phase.end)}; {moves}. "
                f"Vị trí chỉ huy tham gia: {join_words(posts)}."
            )
        )
        issues = phase.training_issues
        for place, issue in enumerate(issues, 1):
            end = "." if place == len(issues) else ";"
            blocks.append(Point(f"Vấn đề huấn luyện {issue.number}: {issue.title}{end}"))
    if not scenario.phases:
        blocks.append(Clause("Diễn biến"))
        blocks.append(Paragraph(scenario.description or "Theo các tình huống ở Phụ lục II."))
    if scenario.tasks:
        blocks.append(Clause("Nhiệm vụ trọng yếu và chỉ tiêu"))
        rows = tuple(
            (str(place), task.text, task.target, task.standard) for place, task in enumerate(scenario.tasks, 1)
        )
        blocks.append(PaperTable(("TT", "Nhiệm vụ", "Chỉ tiêu", "Căn cứ đánh giá"), rows, (1.4, 5, 6, 5)))
    blocks.append(Clause("Trình tự ra quyết định"))
    chains: dict[str, list[str]] = {}
    for post in scenario.posts:
        if post.chain:
            chains.setdefault(_chain(post), []).append(post.name)
    for place, (chain, names) in enumerate(chains.items(), 1):
        end = "." if place == len(chains) else ";"
        blocks.append(Point(f"{join_words(names)}: {chain}{end}"))
    if not chains:
        blocks.append(Paragraph("Người trực chỉ huy ra lệnh ngay khi nhận tin."))
    blocks.append(Clause("Các tình huống ở Phụ lục II; tin báo diễn tập ở Phụ lục III.", heading=False))
    if not scenario.injects:
        blocks[-1] = Clause("Các tình huống ở Phụ lục II.", heading=False)
    return blocks


def _chain(post: Post) -> str:
    bodies = {body.id: body for body in post.bodies}
    steps = []
    for step in post.chain:
        who = ""
        if step.body is not None:
            body = bodies[step.body]
            who = f" ({body.name}, ít nhất {body.quorum.value} người)"
        paper = f", ra {step.paper}" if step.paper else ""
        steps.append(f"{step.name}{who}{paper}")
    return "; tiếp đến ".join(steps)


def _organisation(scenario: Exercise) -> list[Block]:
    blocks: list[Block] = [Section("Tổ chức thực hiện")]
    for post in scenario.posts:
        head = post.head or "Người đứng đầu (chưa ghi trong phương án)"
        units = _units_of_post(scenario, post)
        people = sum(unit.people.value for unit in units if unit.people is not None)
        strength = f"{len(units)} tổ, đội" + (f" với {people} người" if people else "")
        blocks.append(
            Clause(
                f"{head} chịu trách nhiệm về {post.name} và {strength}; người đứng đầu từng tổ, đội ghi ở Phụ lục I",
                heading=False,
            )
        )
    services = [service.name for service in scenario.services]
    if services:
        blocks.append(
            Clause(
                f"Phối hợp với {join_words(services)}; đây là lực lượng được gọi, không thuộc quyền chỉ huy",
                heading=False,
            )
        )
    blocks.append(
        Clause(
            "Các cơ quan, đơn vị căn cứ Kế hoạch này triển khai thực hiện, báo cáo kết quả theo quy định", heading=False
        )
    )
    return blocks


def _units_of_post(scenario: Exercise, post: Post) -> list[Unit]:
    ward = next((ward.id for ward in scenario.wards if ward.post.id == post.id), None)
    return [unit for unit in scenario.units if unit.ward == ward]


def _forces(scenario: Exercise) -> PaperTable:
    rows = []
    for place, unit in enumerate(scenario.units, 1):
        belongs = "Cấp trên" if unit.ward is None else scenario.ward(unit.ward).area.full_name
        rows.append(
            (
                str(place),
                unit.name,
                belongs,
                unit.head,
                "" if unit.people is None else str(unit.people.value),
                wording.strengths_words(unit.capabilities),
                wording.means_words(unit),
                scenario.site(unit.home).name,
            )
        )
    header = ("TT", "Đơn vị", "Thuộc", "Người đứng đầu", "Quân số", "Khả năng", "Phương tiện", "Vị trí")
    return PaperTable(header, tuple(rows), (1.3, 4, 2.2, 4, 1.6, 4, 4, 3.5), right=(4,))


def _situations(scenario: Exercise) -> PaperTable:
    rows = []
    for place, situation in enumerate(scenario.situations, 1):
        needs = []
        for need in situation.needs:
            within = "" if need.deadline is None else f", trong {minutes_words(need.deadline.value)}"
            what = need.capability.replace("-", " ")
            needs.append(f"{need.name or need.id}: {what} {need.amount.value}{within}")
        order = "" if situation.order_within is None else minutes_words(situation.order_within.value)
        where = wording.site_names(scenario, situation)
        begins = wording.start_words(scenario, situation)
        rows.append((str(place), situation.name, where, begins, order, "; ".join(needs)))
    header = ("TT", "Tình huống", "Địa điểm", "Bắt đầu", "Ra lệnh trong", "Việc phải làm, lực lượng, thời hạn")
    return PaperTable(header, tuple(rows), (1.3, 5, 4, 3.2, 2.2, 8))


def _injects(scenario: Exercise) -> PaperTable:
    rows = []
    for inject in sorted(
        scenario.injects, key=lambda i: (i.planned is None, 0 if i.planned is None else i.planned.value)
    ):
        when = inject.condition if inject.planned is None else clock_words(scenario, inject.planned.value)
        due = "" if inject.deadline is None else clock_words(scenario, inject.deadline.value)
        rows.append(
            (
                inject.number or inject.id,
                when or "do đạo diễn đưa ra",
                wording.receiver_name(scenario, inject),
                inject.message,
                inject.expected_action,
                due,
                wording.responsible_name(scenario, inject),
            )
        )
    header = ("Số", "Giờ, điều kiện", "Nơi nhận", "Nội dung", "Hành động cần có", "Hạn", "Phụ trách")
    return PaperTable(header, tuple(rows), (1.7, 2.6, 3.2, 7, 5, 1.8, 3))
