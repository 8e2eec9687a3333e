"""How does a paper express times, places, strengths and people? Phrases in official Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sansang.formats.papers.forms import date_words
from sansang.model.exercise.exercise import Exercise, Inject, Role
from sansang.model.plan.forces import Post, Unit
from sansang.model.plan.quantity import Amount
from sansang.model.plan.situations import Fixed, Situation, Stream
from sansang.words import Voice

VIETNAMESE = Voice("vi")

ROLE_KINDS: dict[str, str] = {
    "training_audience": "Khung tập",
    "controller": "Đạo diễn",
    "evaluator": "Đánh giá",
    "observer": "Quan sát",
    "role_player": "Đóng vai",
}


def clock_words(scenario: Exercise, minute: float) -> str:
    """ "07 giờ 45"."""
    time = scenario.start + timedelta(minutes=minute)
    return f"{time.hour:02d} giờ {time.minute:02d}"


def day_words(scenario: Exercise) -> str:
    """ "ngày 10 tháng 12 năm 2019"."""
    return date_words(scenario.day, scenario.day.year)


def minutes_words(value: float) -> str:
    """ "35 phút", with a decimal unless it is whole."""
    return f"{VIETNAMESE.number(value, 0 if float(value).is_integer() else 1)} phút"


def ward_names(scenario: Exercise) -> str:
    """The names of all wards: "Phường 4, Phường 6 và Phường 7"."""
    return join_words([ward_name(scenario, ward.id) for ward in scenario.wards])


def ward_name(scenario: Exercise, ward_id: str) -> str:
    """The name within a sentence: "Phường 4" (a number is part of the name), but "phường Minh Phụng"."""
    area = scenario.ward(ward_id).area
    return area.full_name if area.name.isdecimal() else area.full_name[:1].lower() + area.full_name[1:]


def join_words(parts: list[str]) -> str:
    """ "A, B và C"."""
    return " và ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def post_name(scenario: Exercise, post_id: str) -> str:
    """The post's name, or its id if it is unknown."""
    return next((post.name for post in scenario.posts if post.id == post_id), post_id)


def receiver_name(scenario: Exercise, inject: Inject) -> str:
    """The role or post that an inject is given to."""
    role = next((role.name for role in scenario.roles if role.id == inject.receiver), None)
    return role or post_name(scenario, inject.receiver)


def responsible_name(scenario: Exercise, inject: Inject) -> str:
    """The name of the controller's role if there is one, else the text in the plan."""
    return next((role.name for role in scenario.roles if role.id == inject.responsible), inject.responsible)


def roles_by_kind(scenario: Exercise) -> dict[str, list[Role]]:
    """The roles of the exercise by the name of their kind."""
    found: dict[str, list[Role]] = {}
    for role in scenario.roles:
        found.setdefault(ROLE_KINDS[role.kind], []).append(role)
    return found


def strengths_words(capabilities: Mapping[str, Amount]) -> str:
    """ "bơm nước 2, giữ đường 3": capabilities with their strengths."""
    return ", ".join(f"{name.replace('-', ' ')} {amount.value}" for name, amount in capabilities.items())


def means_words(unit: Unit) -> str:
    """ "3 xe máy; 1 máy bơm (đang sửa)"."""
    state = {"ready": "", "in_repair": " (đang sửa)", "missing": " (thiếu)"}
    return "; ".join(f"{item.quantity.value} {item.kind}{state[item.state]}" for item in unit.means)


def start_words(scenario: Exercise, situation: Situation) -> str:
    """When a situation begins: a time of day, a period, an inject, or after another situation."""
    match situation.start:
        case Fixed(minute):
            return clock_words(scenario, minute.value)
        case Stream(pieces):
            first, last = min(p.start for p in pieces), max(p.end for p in pieces)
            return (
                f"ngẫu nhiên từ {clock_words(scenario, first)} đến {clock_words(scenario, min(last, scenario.horizon))}"
            )
        case None:
            for inject in scenario.injects:
                if inject.starts == situation.id:
                    when = "" if inject.planned is None else f" lúc {clock_words(scenario, inject.planned.value)}"
                    return f"theo tin {inject.number or inject.id}{when}"
            return "phát sinh từ tình huống khác"


def site_names(scenario: Exercise, situation: Situation) -> str:
    """The names of its sites; a follow-on without sites is at its parent's."""
    names = [scenario.site(site).name for site, _ in situation.sites]
    return "; ".join(names) or "tại tình huống gốc"


def setting_words(scenario: Exercise, setting: str) -> str:
    """A change to a plan in words: "2 tổ như Tổ máy bơm Phường 4"; else the setting as it is."""
    path, _, value = setting.partition("=")
    match path.split("."):
        case ["wards", ward, "units", name]:
            for unit in scenario.units:
                if unit.ward == ward and unit.id in (name, f"{name}-{ward}", f"{ward}-{name}"):
                    return f"{value.strip()} tổ như {unit.name}"
        case ["wards", ward, "stores", kind]:
            return f"kho {ward_name(scenario, ward)} có {value.strip()} {kind.replace('-', ' ')}"
    return setting


def input_name(scenario: Exercise, path: str) -> str:
    """An input of the plan in words: "thời gian tập trung của Đội dân phòng"; else its path."""
    match path.split("."):
        case ["units", unit, what] if what in UNIT_INPUTS:
            return f"{UNIT_INPUTS[what]} của {scenario.unit(unit).name}"
        case ["services", service, "response"]:
            name = next(s.name for s in scenario.services if s.id == service)
            return f"thời gian có mặt của {name}"
        case ["situations", situation, "report_delay"]:
            return f"thời gian tin đến sở chỉ huy ở tình huống “{scenario.situation(situation).name}”"
        case ["situations", situation, "needs", need, "work"]:
            found = next(n for n in scenario.situation(situation).needs if n.id == need)
            return f"thời gian làm việc {found.name or need} ở tình huống “{scenario.situation(situation).name}”"
        case ["situations", situation, *_]:
            return f"diễn biến của tình huống “{scenario.situation(situation).name}” ({path})"
        case [("wards" | "upper") as where, *rest] if "post" in rest:
            ward = rest[0] if where == "wards" else None
            post = scenario.ward(ward).post if ward else scenario.posts[-1]
            return f"{_post_input(post, rest[rest.index('post') + 1 :])} tại {post.name}"
        case ["modes", mode, *_]:
            return f"tốc độ, đường đi khi {next(m.name for m in scenario.modes if m.id == mode)}"
    return path


UNIT_INPUTS = {"turnout": "thời gian tập trung", "shows_up": "khả năng có mặt"}


def _post_input(post: Post, path: list[str]) -> str:
    match path:
        case ["chain", step, "duration"]:
            return f"thời gian bước “{next(s.name for s in post.chain if s.id == step)}”"
        case ["chain", step, *_]:
            return f"thời gian chờ họp đủ người ở bước “{next(s.name for s in post.chain if s.id == step)}”"
        case ["bodies", body, "members", member, what]:
            role = next(m.role for b in post.bodies if b.id == body for m in b.members if m.id == member)
            return f"{'thời gian đến họp' if what == 'convene' else 'khả năng có mặt'} của {role}"
    return ".".join(path)
