"""Does the review object where a good deputy would? Each finding comes where it should, and only there."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sarif_pydantic import Sarif

from sansang.formats.areas import gazetteer
from sansang.formats.findings import findings_as_json, findings_as_sarif, report_findings
from sansang.formats.scenario import dump, parse
from sansang.model.exercise.exercise import CriticalTask, Exercise, Objective, Role
from sansang.model.plan.digest import digest
from sansang.model.plan.forces import Post, Upper
from sansang.model.plan.ground import Site
from sansang.model.plan.quantity import Amount, Number, minutes
from sansang.model.plan.review import SEVERITY_BY_CODE, review, with_silences
from sansang.model.plan.situations import Escalation
from sansang.model.plan.suppressions import Suppression
from sansang.model.plan.timetable import Phase
from sansang.plans.folder import read_folder
from sansang.words import Voice
from sansang.words.findings import FINDING_MESSAGES
from tests.cast import PHU_THO, inject, need, on_foot, situation, sound_exercise, squad, stream
from tests.cli.test_terminal import ENGLISH, sansang

EXAMPLES = Path(__file__).parents[2] / "examples"


def with_injects(*injects: Any) -> Exercise:
    """The sound exercise with other injects between its first and its last."""
    first, last = sound_exercise().injects
    return sound_exercise(injects=(first, *injects, last))


def with_situation(**given: Any) -> Exercise:
    """The sound exercise where the one situation or its need is another."""
    plan = sound_exercise()
    (situation,) = plan.situations
    needs = given.pop("needs", situation.needs)
    return dataclasses.replace(plan, situations=(dataclasses.replace(situation, needs=needs, **given),))


def in_two_phases(**given: Any) -> Exercise:
    """Minh Phụng acts up to minute 40; then the upper command alone."""
    phases = (Phase("g1", "A", 0, 40, ("minh-phung",)), Phase("g2", "B", 40, 60, ("tren",)))
    return sound_exercise(upper=Upper(Post("tren", "Quận", head="Chủ tịch")), phases=phases, **given)


def far_site() -> Exercise:
    """The need is in a ward that has no unit of its own; aid would come."""
    plan = sound_exercise(
        wards=(
            sound_exercise().wards[0],
            dataclasses.replace(PHU_THO, post=Post("phu-tho", "Phú Thọ", head="Chủ tịch")),
        ),
        phases=(),
        upper=Upper(Post("tren", "Quận", head="Chủ tịch"), {"den-pin": Amount(4)}),
        injects=(),
        modes=(on_foot(),),
    )
    there = situation("ngap", 5, [need(supplies={"den-pin": Amount(4)})], Site("cho", "Chợ", "phu-tho"))
    return dataclasses.replace(
        plan, sites=(*plan.sites, Site("cho", "Chợ", "phu-tho")), situations=(*plan.situations, there)
    )


#: Code of a finding → a scenario with it, and its place there. The sound exercise has none of them.
CASES: dict[str, tuple[Callable[[], Exercise], str]] = {
    "no-expected-action": (lambda: with_injects(inject("t", 20, expected_action=" ")), "injects.t"),
    "no-deadline": (lambda: with_injects(inject("t", 20, deadline=None)), "injects.t"),
    "no-owner": (lambda: with_injects(inject("t", 20, responsible="")), "injects.t"),
    "no-task": (lambda: with_injects(inject("t", 20, tasks=())), "injects.t"),
    "deadline-before-release": (lambda: with_injects(inject("t", 20, deadline=Number(20))), "injects.t.deadline"),
    "receiver-unknown": (lambda: with_injects(inject("t", 20, receiver="ai-do")), "injects.t.receiver"),
    "inject-unheard": (
        lambda: in_two_phases(injects=(inject("t1", 10), inject("t", 50), inject("t3", 45, receiver="tren"))),
        "injects.t.receiver",
    ),
    "controller-clash": (
        lambda: with_injects(inject("t", 30, responsible="Phái viên An ")),
        "injects.t2.planned",
    ),
    "contingency-dead": (
        lambda: with_injects(inject("t", None, event_type="contingency", trigger="condition")),
        "injects.t",
    ),
    "objective-untested": (
        lambda: sound_exercise(objectives=(*sound_exercise().objectives, Objective("mt2", "Khác"))),
        "objectives.mt2",
    ),
    "task-untested": (
        lambda: sound_exercise(tasks=(*sound_exercise().tasks, CriticalTask("nv2", "Khác", target="trong 5 phút"))),
        "tasks.nv2",
    ),
    "target-without-measure": (
        lambda: sound_exercise(tasks=(CriticalTask("nv", "Vào cứu", "mt", target="nhanh"),)),
        "tasks.nv.target",
    ),
    "post-flooded": (
        lambda: with_injects(*(inject(f"n{i}", 40 + i, handle=minutes(12)) for i in range(5))),
        "wards.minh-phung.post",
    ),
    "post-idle": (
        lambda: sound_exercise(horizon=120.0, phases=(Phase("g1", "A", 0, 120),)),
        "wards.minh-phung.post",
    ),
    "situation-unheard": (lambda: in_two_phases(situations=(situation(minute=45),)), "situations.chay"),
    "head-missing": (lambda: sound_exercise(units=(squad("to-1"),)), "units.to-1"),
    "person-twice": (
        lambda: sound_exercise(units=tuple(squad(f"to-{i}", head="Tổ trưởng", members=("an",)) for i in (1, 2))),
        "units.to-2.members.0",
    ),
    "need-out-of-reach": (lambda: with_situation(needs=(need(amount=2),)), "situations.chay.needs.viec"),
    "need-grows-out-of-reach": (
        lambda: with_situation(escalation=Escalation(Number(20), Amount(200))),
        "situations.chay.needs.viec",
    ),
    "need-only-with-aid": (far_site, "situations.ngap.needs.viec"),
    "no-store-holds": (
        lambda: with_situation(needs=(need(supplies={"thuyen": Amount(1)}),)),
        "situations.chay.needs.viec.supplies.thuyen",
    ),
    "supply-short": (
        lambda: with_situation(needs=(need(supplies={"den-pin": Amount(5)}),)),
        "situations.chay.needs.viec.supplies.den-pin",
    ),
    "rests-on-assumed": (lambda: with_situation(report_delay=minutes(5)), "situations.chay.report_delay"),
    "silence-unused": (lambda: sound_exercise(silenced=(Suppression("no-owner", "vì thế"),)), "silenced.0"),
}


def found(plan: Exercise) -> set[tuple[str, str]]:
    """Code and place of every finding that is not silenced."""
    return {
        (reviewed.finding.code, reviewed.finding.place)
        for reviewed in with_silences(review(plan), plan.silenced)
        if reviewed.reason is None
    }


def test_there_is_nothing_to_object_to_in_a_sound_exercise() -> None:
    assert found(sound_exercise()) == set()


def test_every_code_has_a_case_here_and_a_sentence_in_both_languages() -> None:
    assert set(CASES) == set(SEVERITY_BY_CODE)
    assert {key.partition("/")[0] for key in FINDING_MESSAGES} == set(SEVERITY_BY_CODE)
    for pair in FINDING_MESSAGES.values():
        for text in pair:
            assert Voice("vi").say(text.replace("{", "(").replace("}", ")")) != ""


@pytest.mark.parametrize("code", CASES)
def test_a_finding_comes_where_it_should(code: str) -> None:
    build, place = CASES[code]
    assert (code, place) in found(build())


@pytest.mark.parametrize("code", CASES)
def test_a_finding_can_be_silenced_with_a_reason_at_its_place(code: str) -> None:
    if code == "silence-unused":
        return
    build, place = CASES[code]
    plan = build()
    silenced = dataclasses.replace(plan, silenced=(Suppression(code, "biết rồi", place),))
    assert found(silenced) == found(plan) - {(code, place)}
    around = dataclasses.replace(plan, silenced=(Suppression(code, "biết rồi", place.split(".")[0]),))
    assert (code, place) not in found(around)
    elsewhere = dataclasses.replace(plan, silenced=(Suppression(code, "biết rồi", place + "x"),))
    assert (code, place) in found(elsewhere)


def test_a_contingency_whose_parent_is_obsolete_or_later_is_dead() -> None:
    late = inject("t", 20, event_type="contingency", trigger="condition", condition="chưa báo", parent="t2")
    assert ("contingency-dead", "injects.t.parent") in found(with_injects(late))
    off = dataclasses.replace(late, parent="o")
    gone = inject("o", 5, status="obsolete")
    assert ("contingency-dead", "injects.t.parent") in found(with_injects(gone, off))
    alive = dataclasses.replace(late, parent="t1")
    assert found(with_injects(alive)) == set()


def test_contingencies_in_a_circle_are_dead() -> None:
    a = inject("a", None, deadline=Number(20), trigger="condition", condition="x", parent="b")
    b = dataclasses.replace(a, id="b", number="b", parent="a")
    assert {("contingency-dead", "injects.a.parent"), ("contingency-dead", "injects.b.parent")} <= found(
        with_injects(a, b)
    )


def test_injects_for_the_staff_and_deferred_ones_need_neither_action_nor_owner() -> None:
    bare = {"expected_action": "", "deadline": None, "responsible": "", "tasks": ()}
    plan = with_injects(
        inject("a", 20, event_type="administrative", **bare), inject("b", 22, status="deferred", **bare)
    )
    assert found(plan) == set()


def test_an_inject_for_a_role_reaches_the_post_where_it_sits() -> None:
    plan = dataclasses.replace(
        with_injects(inject("t", 20, receiver="chu-tich")), roles=(Role("chu-tich", "Chủ tịch", "minh-phung"),)
    )
    assert found(plan) == set()


def test_two_shifts_may_share_their_people() -> None:
    units = (
        squad("to-1", head="A", members=("an",), on_duty=(0.0, 30.0)),
        squad("to-2", head="A", members=("an",), on_duty=(30.0, 60.0)),
    )
    assert found(sound_exercise(units=units)) == set()


def test_a_member_of_the_decision_chain_is_not_counted_in_a_unit() -> None:
    units = (squad("to-1", head="A", members=("truc-chi-huy",)),)
    assert ("person-twice", "units.to-1.members.0") in found(sound_exercise(units=units))


def test_a_stream_overloads_a_post_by_its_expected_number() -> None:
    # 20 situations an hour, 4 minutes of the one desk each: 80 minutes in 60.
    busy = with_situation(start=stream(20, 60))
    assert ("post-flooded", "wards.minh-phung.post") in found(busy)
    # 10 an hour and two injects of 4 minutes: 48 minutes in 60.
    assert ("post-flooded", "wards.minh-phung.post") not in found(with_situation(start=stream(10, 60)))


def test_an_assumption_matters_only_if_it_can_decide_a_deadline() -> None:
    # Order within 10: report + 4 minutes. Between 5 ÷ 1.5 and 5 × 1.5 minutes of report: 11.5 at most.
    assert ("rests-on-assumed", "situations.chay.report_delay") in found(with_situation(report_delay=minutes(5)))
    # 3.9 × 1.5 + 4 is less than 10.
    assert found(with_situation(report_delay=minutes(3.9))) == set()
    # 9.1 ÷ 1.5 + 4 is more than 10: missed over the whole range.
    late = with_situation(report_delay=minutes(9.1), order_within=Number(10.0))
    assert found(late) == set()


def test_a_ward_outside_its_dates_is_a_finding_too() -> None:
    text = dump(sound_exercise()).decode().replace("27238", "27247")
    reading = parse({"exercise.yaml": text.encode()}, gazetteer())
    said = report_findings(reading, Voice("en"))
    assert [one.code for one in said if one.severity == "error"] == ["area-outside-its-dates"]
    whole = parse({"exercise.yaml": dump(sound_exercise())}, gazetteer())
    assert report_findings(whole, Voice("en")) == ()


def test_silences_change_neither_the_plan_nor_its_results() -> None:
    assert digest(sound_exercise()) == digest(sound_exercise(silenced=(Suppression("no-owner", "x"),)))


def test_a_finding_names_file_line_and_column() -> None:
    plan = with_injects(inject("t", 20, deadline=Number(20)))
    data = dump(plan)
    said = report_findings(parse({"exercise.yaml": data}, gazetteer()), Voice("en"))
    (one,) = [one for one in said if one.code == "deadline-before-release"]
    line = data.decode().splitlines()[one.spot.line - 1]
    assert line.strip().startswith("deadline: 20")
    assert line[one.spot.column - 1 :].startswith("20")
    assert "due at minute 20, but given only at minute 20" in one.message


def test_findings_as_json_and_sarif_say_the_same() -> None:
    plan = dataclasses.replace(
        with_injects(inject("t", 20, responsible="", tasks=())), silenced=(Suppression("no-task", "vì sao"),)
    )
    said = report_findings(parse({"exercise.yaml": dump(plan)}, gazetteer()), Voice("vi"))
    plain = findings_as_json(said)
    assert plain["open"] == {"error": 0, "warning": 1, "note": 0}
    assert plain["silenced"] == 1
    log = findings_as_sarif(said, Voice("vi"), "phương án")
    validated = Sarif.model_validate(log)
    results = validated.runs[0].results
    assert results is not None
    assert [result.rule_id for result in results] == [one.code for one in said]
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "ph%C6%B0%C6%A1ng%20%C3%A1n/exercise.yaml"
    )
    reasons = [result.get("suppressions") for result in log["runs"][0]["results"]]
    assert reasons.count([{"kind": "inSource", "justification": "vì sao"}]) == 1
    assert reasons.count(None) == len(said) - 1


@pytest.mark.parametrize("example", ["hem-chay", "dt19"])
def test_the_examples_have_nothing_but_silenced_findings(example: str) -> None:
    said = report_findings(read_folder(EXAMPLES / example), Voice("vi"))
    assert [(one.code, one.place) for one in said if one.silenced is None] == []


def test_check_exits_with_1_if_there_are_open_findings(tmp_path: Path) -> None:
    (tmp_path / "exercise.yaml").write_bytes(dump(with_injects(inject("t", 20, responsible=""))))
    done = sansang("check", tmp_path, **ENGLISH)
    assert done.returncode == 1, done.stderr
    assert "[no-owner]" in done.stdout
    assert "Name the controller in responsible" in done.stdout
    assert "1 warnings" in done.stdout
    (tmp_path / "exercise.yaml").write_bytes(dump(sound_exercise()))
    assert sansang("check", tmp_path, **ENGLISH).returncode == 0
    (tmp_path / "exercise.yaml").write_bytes(b"format: 1\n")
    broken = sansang("check", tmp_path, "--json")
    assert broken.returncode == 2
    assert {one["code"] for one in json.loads(broken.stdout)["findings"]} == {"missing"}


def test_check_loads_neither_the_kernel_nor_numpy() -> None:
    import subprocess
    import sys

    code = (
        f"import sys; sys.argv = ['sansang', 'check', {str(EXAMPLES / 'hem-chay')!r}]\n"
        "from sansang.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'numba', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
