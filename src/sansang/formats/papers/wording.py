"""How does a paper say times, places, strengths and people? Pieces of sentences in official Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from sansang.formats.papers.forms import date_words
from sansang.model.exercise.exercise import Exercise, Inject, Role
from sansang.model.plan.forces import Post, Unit
from sansang.model.plan.quantity import Amount
from sansang.model.plan.scenario import Scenario
from sansang.model.plan.situations import Fixed, Situation, Stream
from sansang.words import Voice

VOICE = Voice("vi")

ROLE_KINDS: dict[str, str] = {
    "training_audience": "Khung tập",
    "controller": "Đạo diễn",
    "evaluator": "Đánh giá",
    "observer": "Quan sát",
    "role_player": "Đóng vai",
}


def clock(scenario: Scenario, minute: float) -> str:
    """ "07 giờ 45"."""
    time = scenario.start + timedelta(minutes=minute)
    return f"{time.hour:02d} giờ {time.minute:02d}"


def day_words(scenario: Scenario) -> str:
    """ "ngày 10 tháng 12 năm 2019"."""
    return date_words(scenario.day, scenario.day.year)


def minutes(value: float) -> str:
    """ "35 phút", with a digit only where there is one."""
    return f"{VOICE.number(value, 0 if float(value).is_integer() else 1)} phút"


def ward_names(scenario: Scenario) -> str:
    """The wards, as their names are written: "Phường 4, Phường 6 và Phường 7"."""
    return listed([ward_name(scenario, ward.id) for ward in scenario.wards])


def ward_name(scenario: Scenario, ward_id: str) -> str:
    """ "Phường 4" (a number is part of the name), but "phường Minh Phụng" within a sentence."""
    area = scenario.ward(ward_id).area
    return area.full_name if area.name.isdecimal() else area.full_name[:1].lower() + area.full_name[1:]


def listed(things: list[str]) -> str:
    """ "A, B và C"."""
    return " và ".join([", ".join(things[:-1]), things[-1]]) if len(things) > 1 else "".join(things)


def post_name(scenario: Scenario, post_id: str) -> str:
    """The post's name, or the id if there is none."""
    return next((post.name for post in scenario.posts if post.id == post_id), post_id)


def receiver_name(scenario: Exercise, inject: Inject) -> str:
    """The role or post that an inject is given to."""
    role = next((role.name for role in scenario.roles if role.id == inject.receiver), None)
    return role or post_name(scenario, inject.receiver)


def responsible_name(scenario: Exercise, inject: Inject) -> str:
    """The controller's part where there is one, else what the plan says."""
    return next((role.name for role in scenario.roles if role.id == inject.responsible), inject.responsible)


def roles_by_kind(scenario: Exercise) -> dict[str, list[Role]]:
    """The parts of the exercise under the names of their kinds."""
    found: dict[str, list[Role]] = {}
    for role in scenario.roles:
        found.setdefault(ROLE_KINDS[role.kind], []).append(role)
    return found


def strengths(capabilities: Mapping[str, Amount]) -> str:
    """ "bơm nước 2, giữ đường 3" of the plan's short names."""
    return ", ".join(f"{name.replace('-', ' ')} {amount.value}" for name, amount in capabilities.items())


def means(unit: Unit) -> str:
    """ "3 xe máy; 1 máy bơm (đang sửa)"."""
    state = {"ready": "", "in_repair": " (đang sửa)", "missing": " (thiếu)"}
    return "; ".join(f"{item.quantity.value} {item.kind}{state[item.state]}" for item in unit.means)


def begins(scenario: Scenario, situation: Situation) -> str:
    """When a situation begins: a time of day, a rate, an inject, or what it comes of."""
    match situation.start:
        case Fixed(minute):
            return clock(scenario, minute.value)
        case Stream(pieces):
            first, last = min(p.start for p in pieces), max(p.end for p in pieces)
            return f"ngẫu nhiên từ {clock(scenario, first)} đến {clock(scenario, min(last, scenario.horizon))}"
        case None:
            for inject in scenario.injects:
                if inject.starts == situation.id:
                    when = "" if inject.planned is None else f" lúc {clock(scenario, inject.planned.value)}"
                    return f"theo tin {inject.number or inject.id}{when}"
            return "phát sinh từ tình huống khác"


def sites(scenario: Scenario, situation: Situation) -> str:
    """Where it is, or where its parent is."""
    names = [scenario.site(site).name for site, _ in situation.sites]
    return "; ".join(names) or "tại tình huống gốc"


def setting_words(scenario: Scenario, setting: str) -> str:
    """What was tried, in words: "2 tổ như Tổ máy bơm Phường 4"; the setting itself where none fit."""
    path, _, value = setting.partition("=")
    match path.split("."):
        case ["wards", ward, "units", name]:
            for unit in scenario.units:
                if unit.ward == ward and unit.id in (name, f"{name}-{ward}", f"{ward}-{name}"):
                    return f"{value.strip()} tổ như {unit.name}"
        case ["wards", ward, "stores", kind]:
            return f"kho {ward_name(scenario, ward)} có {value.strip()} {kind.replace('-', ' ')}"
    return setting


def input_name(scenario: Scenario, path: str) -> str:
    """What a number of the plan is, in words: "thời gian tập trung của Đội dân phòng"; the path where none fit."""
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
