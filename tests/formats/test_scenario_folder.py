"""A scenario folder is read as it is meant, and written back as it was."""

from __future__ import annotations

import dataclasses
import io
import json
import subprocess
import sys
import unicodedata
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sansang.formats.areas import gazetteer
from sansang.formats.scenario import ParsedScenario, dump, parse, parts_of, rewrite, schema, write
from sansang.formats.scenario.yaml_reader import _events
from sansang.formats.scenario.yaml_tree import parse_tree
from sansang.model.exercise.exercise import CriticalTask, Exercise, Inject, Objective, Role
from sansang.model.exercise.issuing import Issuing
from sansang.model.plan.digest import digest
from sansang.model.plan.forces import Means
from sansang.model.plan.pillars import PILLAR_SETS, Pillar, PillarSet
from sansang.model.plan.quantity import (
    Amount,
    Basis,
    Constant,
    Duration,
    Empirical,
    Lognormal,
    Number,
    Probability,
    Triangular,
    Uniform,
)
from sansang.model.plan.scenario import provenance_counts
from sansang.model.plan.situations import Fixed, Stream
from sansang.model.plan.suppressions import Suppression
from sansang.model.plan.timetable import Phase, TrainingIssue
from sansang.plans import read_folder
from sansang.words import Voice
from tests.strategies import scenarios

FOLDER = Path(__file__).parents[2] / "examples" / "hem-chay"
MAIN = "exercise.yaml"
EXAMPLE = (FOLDER / MAIN).read_bytes()


def read(data: bytes, **parts: bytes) -> ParsedScenario:
    """These bytes as exercise.yaml, with parts by name (forces → forces.yaml)."""
    return parse({MAIN: data} | {f"{name}.yaml": part for name, part in parts.items()}, gazetteer=gazetteer())


def comments(data: bytes) -> list[str]:
    """The remarks of a file."""
    return [line.strip() for line in data.decode().splitlines() if line.strip().startswith("#")]


# What is read


def test_the_example_is_read_without_a_problem() -> None:
    reading = read_folder(FOLDER)
    assert reading.problems == ()
    scenario = reading.require()
    assert scenario.example
    assert scenario.ward("minh-phung").area.full_name == "Phường Minh Phụng"
    assert scenario.unit("du-bi-khu-vuc").ward is None
    assert scenario.unit("y-te").on_duty == (0.0, float("inf"))
    assert scenario.pillars == PILLAR_SETS["five_hcmc_2019"]
    assert scenario.start.utcoffset() is not None


def test_the_file_itself_may_be_given_in_place_of_its_folder() -> None:
    assert read_folder(FOLDER / MAIN).require() == read_folder(FOLDER).require()


def test_each_number_keeps_how_well_it_is_known() -> None:
    scenario = read(EXAMPLE).require()
    squad = scenario.unit("dan-phong-kp5")
    assert squad.shows_up == Probability(0.85, Basis("assumed", "ban đêm, người ở nhà riêng", 0.4, 1.5))
    assert scenario.modes[0].speed is not None
    assert scenario.modes[0].speed.basis.provenance == "sourced"
    assert scenario.modes[1].detour == Number(1.4, Basis())
    counts = provenance_counts(scenario)
    assert counts["measured"] == 0
    assert counts["assumed"] > counts["sourced"] > 0


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("5", Duration(Constant(5.0))),
        ("2.5", Duration(Constant(2.5))),
        ("{value: 5}", Duration(Constant(5.0))),
        ("{value: 5, measured: ''}", Duration(Constant(5.0), Basis("measured"))),
        ("{uniform: [1, 2], sourced: sách}", Duration(Uniform(1, 2), Basis("sourced", "sách"))),
        ("{triangular: [1, 1, 1]}", Duration(Triangular(1, 1, 1))),
        ("{lognormal: [4, 0]}", Duration(Lognormal(4, 0))),
        (
            "{empirical: [[0, 1], [0.5, 1], [0.5, 2], [1, 9]]}",
            Duration(Empirical(((0, 1), (0.5, 1), (0.5, 2), (1, 9)))),
        ),
        ("{value: 5, range: [0.5, 2]}", Duration(Constant(5.0), Basis("assumed", "", 0.5, 2.0))),
    ],
)
def test_a_number_has_many_forms(written: str, meant: Duration) -> None:
    text = EXAMPLE.decode().replace(
        "resupply: {triangular: [12, 18, 30], assumed: chở bằng xe máy từ kho khu vực}", f"resupply: {written}"
    )
    upper = read(text.encode()).require().upper
    assert upper is not None
    assert upper.resupply == meant


def test_starts_sites_and_ways_have_the_forms_that_people_use() -> None:
    text = EXAMPLE.decode()
    text = text.replace("sites: nga-tu", "sites: [{site: nga-tu, weight: 2}, {site: hem-100}]")
    text = text.replace(
        "    name: đi bộ\n",
        "    name: đi bộ\n    times:\n      - {from: tru-so, to: hem-100, minutes: null}\n"
        "      - {from: tru-so, to: nga-tu, minutes: {value: 2, measured: ''}}\n",
    )
    text = text.replace("    people: 12\n", "    people: 12\n    on_duty: [30, null]\n")
    scenario = read(text.encode()).require()
    assert scenario.situation("va-cham-xe").sites == (("nga-tu", 2.0), ("hem-100", 1.0))
    assert isinstance(scenario.situation("va-cham-xe").start, Stream)
    assert isinstance(scenario.situation("chay-hem").start, Fixed)
    assert scenario.situation("chay-lan").start is None
    assert scenario.modes[0].times["tru-so", "hem-100"] is None
    assert scenario.modes[0].times["tru-so", "nga-tu"] == Number(2.0, Basis("measured"))
    assert scenario.unit("du-bi-khu-vuc").on_duty == (30.0, float("inf"))


def test_a_follow_on_stands_right_after_its_parent() -> None:
    head, fire = EXAMPLE.decode().split("  - id: chay-hem\n")
    fire, rest = fire.split("  - id: chay-lan\n")
    spread, rest = rest.split("  - id: va-cham-xe\n")
    crash, tail = rest.split("\nobjectives:\n")
    turned = (
        f"{head}  - id: va-cham-xe\n{crash}\n  - id: chay-lan\n{spread}  - id: chay-hem\n{fire}\nobjectives:\n{tail}"
    )
    scenario = read(turned.encode()).require()
    assert [situation.id for situation in scenario.situations] == ["va-cham-xe", "chay-hem", "chay-lan"]


def test_letters_are_composed_whatever_the_keyboard_made() -> None:
    apart = unicodedata.normalize("NFD", EXAMPLE.decode()).encode()
    assert apart != EXAMPLE
    assert read(apart).require() == read(EXAMPLE).require()


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    assert read(b"\xef\xbb\xbf" + EXAMPLE.replace(b"\n", b"\r\n")).require() == read(EXAMPLE).require()


# Parts


def parted() -> tuple[bytes, bytes]:
    """The example with its units in a part of their own."""
    before, rest = EXAMPLE.decode().split("\nunits:\n")
    units, after = rest.split("\nservices:\n")
    return f"parts: [forces.yaml]\n{before}\nservices:\n{after}".encode(), f"# đội\nunits:\n{units}\n".encode()


def test_parts_are_read_as_if_they_stood_in_one_file(tmp_path: Path) -> None:
    main, forces = parted()
    (tmp_path / MAIN).write_bytes(main)
    (tmp_path / "forces.yaml").write_bytes(forces)
    reading = read_folder(tmp_path)
    assert reading.problems == ()
    assert digest(reading.require()) == digest(read(EXAMPLE).require())
    assert reading.document is not None
    assert sorted(write(reading.document)) == [MAIN, "forces.yaml"]


def test_what_is_wrong_in_a_part_is_told_at_its_place_in_the_part() -> None:
    main, forces = parted()
    reading = read(main, forces=forces.replace(b"mode: di-bo", b"mode: di-tau", 1))
    assert [(p.code, p.spot.file, p.spot.line) for p in reading.problems] == [("unknown-mode", "forces.yaml", 9)]


def test_only_parts_inside_the_folder_are_asked_for() -> None:
    assert parts_of(b"parts: [a.yaml, ../b.yaml, /c.yaml, sub/d.yml, e.txt, exercise.yaml, 5]") == [
        "a.yaml",
        "sub/d.yml",
    ]
    assert parts_of(EXAMPLE) == []
    assert parts_of(b"parts: [") == []


# Meaning and layout


def test_the_digest_is_that_of_the_meaning_not_of_the_layout() -> None:
    plain = parse_tree(MAIN, EXAMPLE).data
    turned = json.dumps(dict(reversed(plain.items())), ensure_ascii=False, indent=3)
    assert digest(read(turned.encode()).require()) == digest(read(EXAMPLE).require())
    other = EXAMPLE.replace(b"horizon: 180", b"horizon: 181")
    assert digest(read(other).require()) != digest(read(EXAMPLE).require())


def test_writing_keeps_comments_meaning_and_keys_that_nobody_knows() -> None:
    strange = EXAMPLE.replace(b"label: VD-01", b"label: VD-01\nnote_to_self: 5 # giu lai")
    reading = read(strange)
    assert [p.code for p in reading.problems] == ["unknown-key"]
    assert reading.document is not None
    written = write(reading.document)[MAIN]
    assert b"note_to_self: 5 # giu lai" in written
    assert comments(written) == comments(strange)
    assert read(written).require() == reading.require()
    assert rewrite(written) == written


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "null",
        "yes",
        "22:30",
        "2026-11-14",
        "0x1F",
        "a: b",
        "# c",
        "- d",
        " x ",
        "[e]",
        "'f'",
        "g\nh",
        "&i",
        "*j",
        "%k",
        "1e5",
    ],
)
def test_a_text_that_looks_like_something_else_stays_a_text(text: str) -> None:
    scenario = dataclasses.replace(read(EXAMPLE).require(), title=text, label=text)
    assert read(dump(scenario)).require() == scenario


def test_what_is_empty_but_must_be_there_is_written() -> None:
    scenario = read(EXAMPLE).require()
    ward = dataclasses.replace(scenario.wards[0], post=dataclasses.replace(scenario.wards[0].post, name=""))
    bare = dataclasses.replace(
        scenario,
        title="",
        wards=(ward,),
        units=(),
        sites=tuple(dataclasses.replace(site, name="") for site in scenario.sites),
        objectives=(Objective("mt1", ""), Objective("mt2", "")),
    )
    assert read(dump(bare)).require() == bare


def test_the_example_written_anew_says_the_same() -> None:
    scenario = read(EXAMPLE).require()
    assert digest(read(dump(scenario)).require()) == digest(scenario)


LINES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=30).map(
    lambda text: unicodedata.normalize("NFC", text)
)
WORDS = LINES.map(lambda text: " ".join(text.split()))


@st.composite
def issuing(draw: st.DrawFn) -> Issuing:
    """Who issues the papers."""
    words = LINES.filter(str.strip)
    lines = st.lists(words, max_size=2).map(tuple)
    return Issuing(
        issuer=draw(words),
        place=draw(words),
        symbol=draw(st.sampled_from(["UBND", "ĐU"])),
        parent=draw(LINES),
        date=draw(st.one_of(st.none(), st.dates(date(1000, 1, 1)))),
        drafted_by=draw(LINES),
        addressees=draw(lines),
        signing=draw(lines),
        grounds=draw(lines),
        recipients=draw(lines),
    )


@st.composite
def with_papers(draw: st.DrawFn, plans: st.SearchStrategy[Exercise]) -> Exercise:
    """A plan with what people play: phases, objectives, tasks, roles, injects, own pillars, means."""
    plan = draw(plans)
    ward, unit = plan.wards[0], plan.units[0]
    own = PillarSet("rieng", draw(LINES), "own", date(2026, 1, 1), draw(LINES), (Pillar("a", "A", "A", ("unit",)),))
    number = st.one_of(st.none(), st.just(Number(5.0)), st.just(Number(0.0, Basis("measured", "x"))))
    injects = tuple(
        Inject(
            id=f"i{n}",
            number=draw(st.sampled_from(["", "5-A", "07", "1e3"])),
            title=draw(LINES),
            message=draw(LINES),
            receiver=ward.post.id,
            planned=draw(number),
            deadline=draw(number),
            status=draw(st.sampled_from(["draft", "approved"])),
            trigger=draw(st.sampled_from(["time", "manual"])),
            objectives=("m1",),
            tasks=("n1",),
            parent="" if n == 0 else "i0",
            phase="g1",
            priority=draw(st.integers(1, 9)),
            attachments=tuple(draw(st.lists(LINES, max_size=2))),
            handle=draw(st.sampled_from([Duration(Constant(0.0)), Duration(Uniform(1, 2))])),
            starts="",
        )
        for n in range(draw(st.integers(0, 2)))
    )
    means = (Means(draw(LINES), Amount(2), draw(st.sampled_from(["ready", "missing"]))),)
    posts: Any = draw(st.sampled_from([(), (ward.post.id,)]))
    members = tuple(draw(st.lists(LINES, max_size=2)))
    silenced = (Suppression("no-task", draw(LINES.filter(str.strip)), draw(st.sampled_from(["", "injects.i0"]))),)
    return dataclasses.replace(
        plan,
        title=draw(LINES),
        label=draw(LINES),
        description=draw(WORDS),
        example=draw(st.booleans()),
        pillars=draw(st.sampled_from([plan.pillars, own])),
        units=(
            dataclasses.replace(unit, head=draw(LINES), people=Amount(4), members=members, means=means),
            *plan.units[1:],
        ),
        phases=(Phase("g1", "G", 0.0, plan.horizon, posts, draw(st.booleans()), (TrainingIssue("1.10", "V"),)),),
        objectives=(Objective("m1", draw(LINES), "c"),),
        tasks=(CriticalTask("n1", draw(LINES), "m1", "s", "t", "u"),),
        roles=(Role("r1", draw(LINES), ward.post.id, "evaluator"),),
        # What the drawn plan's own injects start must keep its inject.
        injects=(*injects, *(i for i in plan.injects if i.starts)),
        silenced=draw(st.sampled_from([(), silenced])),
        papers=draw(st.one_of(st.none(), issuing())),
    )


@settings(max_examples=100)
@given(with_papers(scenarios()))
def test_any_plan_written_and_read_is_the_same_plan(plan: Exercise) -> None:
    reading = read(dump(plan))
    assert [p for p in reading.problems if p.severity == "error"] == []
    again = reading.require()
    assert again == plan
    # The digest tells 1 from 1.0; what was read has floats throughout.
    assert digest(read(dump(again)).require()) == digest(again)


@settings(max_examples=300)
@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_make_the_reader_fall(data: bytes) -> None:
    for whole in (data, b"format: 1\ntitle: " + data, EXAMPLE[:2000] + data + EXAMPLE[2000:]):
        reading = read(whole)
        assert reading.scenario is not None or reading.problems
        for problem in reading.problems:
            assert problem.say(Voice("vi"))


# The schema


def test_the_schema_holds_the_example_and_speaks_both_languages() -> None:
    for language in ("vi", "en"):
        plain = schema(Voice(language))
        Draft202012Validator.check_schema(plain)
        assert list(Draft202012Validator(plain).iter_errors(parse_tree(MAIN, EXAMPLE).data)) == []
    assert schema(Voice("vi")) != schema(Voice("en"))
    assert "priority" in json.dumps(schema(Voice("en")))


def test_the_import_loads_neither_yaml_nor_schema_library() -> None:
    code = "import sys, sansang.formats.scenario; print([m for m in ('ruamel.yaml', 'jsonschema') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_good_plan_is_read_without_the_schema_library() -> None:
    code = (
        "import sys; from pathlib import Path; from sansang.plans import read_folder; "
        f"read_folder(Path({str(FOLDER)!r})).require(); print('jsonschema' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# Two scanners, one meaning


@given(st.data())
@settings(max_examples=100)
def test_the_fast_scanner_reads_what_the_slow_one_reads(data: st.DataObject) -> None:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    lines = EXAMPLE.decode().splitlines()
    first = data.draw(st.integers(0, len(lines) - 8))
    text = "\n".join(lines[first : first + data.draw(st.integers(1, 8))]) + "\n"
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.sampled_from(["", *" :-#[]{},\"'|>&*!%@`?\n~a1", "---\n", "...\n"])) + text[at:]
    try:
        wanted = list(YAML(typ="safe", pure=True).parse(io.StringIO(text)))
    except YAMLError:
        assume(False)  # what is no YAML has no meaning to keep
    assert [_signature(event) for event in _events(text)] == [_signature(event) for event in wanted]


def _signature(event: Any) -> tuple[Any, ...]:
    return (type(event).__name__, *(getattr(event, name, None) for name in ("value", "tag", "anchor")))
