"""Whatever is wrong with a scenario is said at its place, in both languages, with everything else that is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from sansang.formats.areas import gazetteer
from sansang.formats.problems import Problem, Unreadable
from sansang.formats.scenario import ParsedScenario, parse
from sansang.plans import read_folder
from sansang.words import Voice

EXAMPLE = (Path(__file__).parents[2] / "examples" / "hem-chay" / "exercise.yaml").read_text(encoding="utf-8")
MAIN = "exercise.yaml"

#: A second mistake of the same layer, far from the first: both must be told in one reading.
FORM_TOO = ("example: true", "example: perhaps")
MEANING_TOO = ("    home: chot-kp3\n    mode: di-bo", "    home: chot-kp3\n    mode: xe-dap")


@dataclass(frozen=True)
class Wrong:
    """One mistake: what to replace, the code that must come, and a text on the line where it must be told."""

    name: str
    code: str
    old: str
    new: str
    at: str = ""


def bytes_of(*changes: tuple[str, str]) -> bytes:
    """The example with each of these texts replaced where it first stands."""
    text = EXAMPLE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode()


def read(*changes: tuple[str, str]) -> ParsedScenario:
    """The example, read with these changes."""
    return parse({MAIN: bytes_of(*changes)}, gazetteer())


def only(reading: ParsedScenario, code: str) -> Problem:
    """The first problem with this code."""
    found = [problem for problem in reading.problems if problem.code == code]
    assert found, [f"{problem.code} {problem.say(Voice('en'))}" for problem in reading.problems]
    return found[0]


def assert_said(problem: Problem) -> None:
    """Both languages have a sentence of their own, whole and with every place filled."""
    english, vietnamese = problem.say(Voice("en")), problem.say(Voice("vi"))
    assert english != vietnamese
    for said in (english, vietnamese):
        what = said.removeprefix(f"{problem.spot}: ")
        assert len(what) > 15
        assert said.isprintable()
        assert "?." not in said
        assert "$" not in what, "a pattern is for machines"


START = "start: 2026-11-14T22:30:00+07:00"
FIRE = "start: {minute: 10, jitter: {uniform: [-3, 3], assumed: giờ giả định}}"
STREAM = "start: {stream: [{from: 0, to: 180, per_hour: {value: 0.3, assumed: đêm cuối tuần}}]}"
RATE = "{value: 0.3, assumed: đêm cuối tuần}"
RESUPPLY = "resupply: {triangular: [12, 18, 30], assumed: chở bằng xe máy từ kho khu vực}"
WARD_HOUSE = "id: tru-so, name: Trụ sở phường, ward: minh-phung, at: [10.7592, 106.6478]"
SPREAD = "        situation: chay-lan\n"
REPORT = "  - id: va-cham-xe\n"

#: YAML as such; the first mistake ends the reading.
TEXT = [
    Wrong("a tab as indent", "yaml", "  - id: xe-may", "\t- id: xe-may", "\t- id: xe-may"),
    Wrong("an open bracket", "yaml", "means: [{kind", "means: [[{kind"),
    Wrong("a tag that runs code", "tag", "title: Cháy", "title: !!python/object:os.system Cháy", "!!python"),
    Wrong("a tag of one's own", "tag", "title: Cháy", "title: !mine Cháy", "!mine"),
    Wrong("an alias", "alias", "label: VD-01", "label: &a VD-01\nx: *a", "x: *a"),
    Wrong("two documents", "several-documents", "\nupper:", "\n---\nupper:", "---"),
    Wrong("nested without end", "too-deep", "label: VD-01", "label: " + "[" * 50_000, "label:"),
    Wrong("an older YAML", "yaml-version", "# Ví dụ", "%YAML 1.1\n---\n# Ví dụ", "---"),
]

#: Values that can't be read; as many as there are.
VALUES = [
    Wrong("a key twice", "key-twice", "label: VD-01", "label: VD-01\ntitle: x", "title: x"),
    Wrong("a merge key", "key", "label: VD-01", "label: VD-01\nx:\n  <<: {a: 1}", "<<:"),
    Wrong("a list for a key", "key", "label: VD-01", "label: VD-01\n? [a]\n: x", "? [a]"),
    Wrong("infinity", "not-finite", "horizon: 180", "horizon: .inf", ".inf"),
    Wrong("less than infinity", "not-finite", "horizon: 180", "horizon: -.INF", "-.INF"),
    Wrong("not a number", "not-finite", "horizon: 180", "horizon: .nan", ".nan"),
    Wrong("digits without end", "not-finite", "horizon: 180", "horizon: " + "1" * 5000, "horizon:"),
    Wrong("a leading zero", "leading-zero", "horizon: 180", "horizon: 0180", "0180"),
    Wrong("a code without quotes", "leading-zero", '"27238"', "00123", "00123"),
    Wrong("a sign for a terminal", "control-character", "title: Cháy nhà trong hẻm lúc nửa đêm", 'title: "a\\e[2J"'),
    Wrong("half a letter", "control-character", "title: Cháy nhà trong hẻm lúc nửa đêm", 'title: "\\ud800"'),
]

FORM = [
    Wrong("a key is missing", "missing", START + "\n", ""),
    Wrong("a key is missing inside", "missing", "    home: tram-y-te\n", "", "- id: y-te"),
    Wrong("a key is empty", "wrong-type", START, "start:", "start:"),
    Wrong("an area without quotes", "wrong-type", '"27238"', "27238", "27238"),
    Wrong("an area in words", "wrong-form", '"27238"', "Minh Phụng", "area: Minh"),
    Wrong("an id with marks", "wrong-form", "id: hem-chay", "id: Hẻm Cháy", "Hẻm Cháy"),
    Wrong("an id with a line break", "wrong-form", "id: hem-chay", 'id: "hem-chay\\n"', "hem-chay\\n"),
    Wrong("no horizon", "too-small", "horizon: 180", "horizon: 0", "horizon: 0"),
    Wrong("a horizon of months", "too-great", "horizon: 180", "horizon: 100000", "horizon: 100000"),
    Wrong("an unknown policy", "unknown-word", "policy: on_the_spot_first", "policy: on_the_spot", "policy:"),
    Wrong("an unknown kind of force", "unknown-word", "kind: militia", "kind: milita", "milita"),
    Wrong("a number in words", "not-a-number", "no_answer: {value: 4, ", "no_answer: năm phút # {", "no_answer:"),
    Wrong("a number that is a list", "not-a-number", RATE, "[1, 2]", "[1, 2]"),
    Wrong("a text for minutes", "wrong-type", "horizon: 180", "horizon: ba giờ", "ba giờ"),
    Wrong("two of three numbers", "too-few", "[12, 18, 30]", "[12, 30]", "[12, 30]"),
    Wrong("a priority below 1", "too-small", "priority: 2", "priority: 0", "priority: 0"),
    Wrong("a priority and a half", "wrong-type", "priority: 2", "priority: 1.5", "priority: 1.5"),
    Wrong("no situation", "too-few", "needs:\n      - id: dieu-tiet", "needs: []\n    x:\n      - id: d", "needs: []"),
    Wrong("a site that is a number", "wrong-form", "sites: nga-tu", "sites: 5", "sites: 5"),
    Wrong("a list of bare sites", "wrong-type", "sites: nga-tu", "sites: [nga-tu]", "[nga-tu]"),
    Wrong("a weight of nothing", "too-small", "sites: nga-tu", "sites: [{site: nga-tu, weight: 0}]", "weight: 0"),
    Wrong("a factor of nothing", "too-small", "range: [0.85, 1.3]", "range: [0, 1.3]", "range: [0, 1.3]"),
    Wrong("a duty before the start", "too-small", "people: 12", "people: 12\n    on_duty: [-5, 9]", "on_duty"),
    Wrong("a text that is too long", "too-long", "label: VD-01", "label: " + "x" * 30_000, "label:"),
    Wrong("pillars that are a number", "wrong-form", "pillars: five_hcmc_2019", "pillars: 5", "pillars:"),
    Wrong("form 0", "too-small", "format: 1", "format: 0", "format: 0"),
    Wrong(
        "an inject of a state that nobody knows",
        "unknown-word",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, status: unsure}\nobjectives:\n",
        "unsure",
    ),
    Wrong(
        "an inject with a priority beyond 9",
        "too-great",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, priority: 12}\nobjectives:\n",
        "priority: 12",
    ),
    Wrong(
        "an inject planned in words",
        "not-a-number",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, planned: sang}\nobjectives:\n",
        "planned: sang",
    ),
    Wrong(
        "objectives that are no list",
        "wrong-type",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, objectives: mt1}\nobjectives:\n",
        "objectives: mt1",
    ),
    Wrong(
        "an inject of an unknown trigger",
        "unknown-word",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, trigger: maybe}\nobjectives:\n",
        "maybe",
    ),
    Wrong(
        "a phase without an end",
        "missing",
        "objectives:\n",
        "phases:\n  - {id: g1, name: A, from: 0}\nobjectives:\n",
        "id: g1",
    ),
    Wrong(
        "a phase where units perhaps move",
        "wrong-type",
        "objectives:\n",
        "phases:\n  - {id: g1, name: A, from: 0, to: 9, units_move: maybe}\nobjectives:\n",
        "units_move",
    ),
    Wrong(
        "a training issue without a title",
        "missing",
        "objectives:\n",
        "phases:\n  - {id: g1, name: A, from: 0, to: 9, training_issues: [{number: x}]}\nobjectives:\n",
        "training_issues",
    ),
    Wrong(
        "a role of no kind",
        "unknown-word",
        "objectives:\n",
        "roles:\n  - {id: r, name: A, kind: boss}\nobjectives:\n",
        "boss",
    ),
    Wrong(
        "members that are no list", "wrong-type", "    people: 8\n", "    people: 8\n    members: An\n", "members: An"
    ),
    Wrong(
        "a silence without its finding",
        "missing",
        "  - finding: rests-on-assumed\n    reason",
        "  - reason",
        "- reason",
    ),
    Wrong("papers without an issuer", "missing", "objectives:\n", "papers: {place: Quận 11}\nobjectives:\n", "papers:"),
    Wrong(
        "papers of nobody",
        "left-empty",
        "objectives:\n",
        "papers: {issuer: '', place: Quận 11}\nobjectives:\n",
        "papers:",
    ),
    Wrong(
        "a symbol in words",
        "wrong-form",
        "objectives:\n",
        "papers: {issuer: A, place: B, symbol: Ủy ban}\nobjectives:\n",
        "Ủy ban}",
    ),
    Wrong(
        "a day of issue in words",
        "wrong-form",
        "objectives:\n",
        "papers: {issuer: A, place: B, date: hôm nay}\nobjectives:\n",
        "hôm nay",
    ),
    Wrong(
        "recipients that are no list",
        "wrong-type",
        "objectives:\n",
        "papers: {issuer: A, place: B, recipients: Công an}\nobjectives:\n",
        "recipients",
    ),
    Wrong(
        "more lines above the signature than fit",
        "too-many",
        "objectives:\n",
        "papers: {issuer: A, place: B, signing: [a, b, c, d, e]}\nobjectives:\n",
        "signing",
    ),
]

MEANING = [
    Wrong("a day without an hour", "not-a-time", START, "start: 2026-11-14", "start:"),
    Wrong("an hour without a zone", "no-zone", START, "start: 2026-11-14T22:30:00", "start:"),
    Wrong("a year out of this world", "not-a-time", START, "start: 9999-12-31T22:30:00+07:00", "start:"),
    Wrong("an unknown area", "unknown-area", '"27238"', '"99999"', "99999"),
    Wrong("an area before its time", "area-outside-its-dates", START, "start: 2018-11-14T22:30:00+07:00", "area:"),
    Wrong("an area that is no more", "area-outside-its-dates", '"27238"', '"27247"', "27247"),
    Wrong(
        "an unknown ward of a site", "unknown-ward", "Trạm y tế, ward: minh-phung", "T, ward: minh-phun", "minh-phun,"
    ),
    Wrong("an unknown ward of a unit", "unknown-ward", "ward: minh-phung\n    home", "ward: x\n    home", "ward: x"),
    Wrong("an unknown home", "unknown-site", "home: tram-y-te", "home: tram-yte", "tram-yte"),
    Wrong("an unknown site", "unknown-site", "sites: nga-tu", "sites: nga-ba", "nga-ba"),
    Wrong("an unknown mode", "unknown-mode", "mode: di-bo", "mode: di-tau", "di-tau"),
    Wrong("an unknown body", "unknown-body", "body: truc-ban", "body: truc", "body: truc"),
    Wrong("an unknown follow-on", "unknown-situation", SPREAD, "        situation: lan\n", "situation: lan"),
    Wrong("an unknown pillar set", "unknown-pillar-set", "five_hcmc_2019", "five_hcmc", "five_hcmc"),
    Wrong("an unknown objective", "unknown-objective", "objective: mt1", "objective: mt9", "mt9"),
    Wrong("an id twice", "id-twice", "- id: dan-quan", "- id:  cong-an", "- id:  cong-an"),
    Wrong("a post twice", "id-twice", "    id: tren", "    id: minh-phung", "    id: minh-phung"),
    Wrong("no strength", "too-small-amount", "{cap-cuu: 2}", "{cap-cuu: 0}", "cap-cuu: 0"),
    Wrong("a strength below 0", "negative-amount", "{cap-cuu: 2}", "{cap-cuu: -2}", "cap-cuu: -2"),
    Wrong("half a strength", "not-whole", "{cap-cuu: 2}", "{cap-cuu: 2.5}", "cap-cuu: 2.5"),
    Wrong("a strength that varies", "must-not-vary", "{cap-cuu: 2}", "{cap-cuu: {uniform: [1, 2]}}", "uniform: [1, 2]"),
    Wrong("a chance in percent", "not-a-chance", "shows_up: {value: 0.85,", "shows_up: {value: 85,", "value: 85"),
    Wrong("a chance below 0", "not-a-chance", "shows_up: {value: 0.85,", "shows_up: {value: -0.1,", "value: -0.1"),
    Wrong("a triangle out of order", "order", "[12, 18, 30]", "[18, 12, 30]", "[18, 12, 30]"),
    Wrong("a uniform backwards", "order", "uniform: [-3, 3]", "uniform: [3, -3]", "[3, -3]"),
    Wrong("an exponential below 0", "order", RESUPPLY, "resupply: {exponential: -2}", "exponential: -2"),
    Wrong("a deviation below 0", "lognormal", "lognormal: [1, 0.15]", "lognormal: [1, -0.15]", "-0.15"),
    Wrong("a median of nothing", "lognormal", "lognormal: [1, 0.15]", "lognormal: [0, 0.15]", "[0, 0.15]"),
    Wrong("shares that fall", "empirical", RESUPPLY, "resupply: {empirical: [[0, 5], [0.5, 3], [1, 9]]}", "empirical"),
    Wrong("shares without an end", "empirical", RESUPPLY, "resupply: {empirical: [[0, 5], [0.5, 6]]}", "empirical"),
    Wrong("minutes below 0", "negative", RESUPPLY, "resupply: -5", "resupply: -5"),
    Wrong("minutes without measure", "out-of-range", RESUPPLY, "resupply: 1e12", "resupply: 1e12"),
    Wrong("no form of a number", "one-form", RESUPPLY, "resupply: {assumed: x}", "resupply:"),
    Wrong("two forms of a number", "one-form", RESUPPLY, "resupply: {value: 3, uniform: [1, 2]}", "resupply:"),
    Wrong("two sources", "two-sources", RESUPPLY, "resupply: {value: 3, assumed: x, measured: y}", "resupply:"),
    Wrong("a range backwards", "range-order", "range: [0.85, 1.3]", "range: [1.3, 0.85]", "[1.3, 0.85]"),
    Wrong("counting after the end", "count-from", "horizon: 180", "horizon: 180\ncount_from: 180", "count_from"),
    Wrong("a duty backwards", "duty-window", "people: 12", "people: 12\n    on_duty: [60, 30]", "on_duty"),
    Wrong("too great a quorum", "quorum", "quorum: {value: 2,", "quorum: {value: 5,", "value: 5"),
    Wrong("it shrinks", "too-small-amount", "percent: 150", "percent: 50", "percent: 50"),
    Wrong(
        "pieces that overlap",
        "stream-pieces",
        STREAM,
        "start: {stream: [{from: 0, to: 90, per_hour: 1}, {from: 60, to: 180, per_hour: 1}]}",
        "from: 60",
    ),
    Wrong("a piece backwards", "stream-pieces", "from: 0, to: 180", "from: 90, to: 30", "from: 90"),
    Wrong("a flood", "out-of-range", "per_hour: " + RATE, "per_hour: 1e8", "per_hour"),
    Wrong("a minute and a stream", "one-start", "start: {stream:", "start: {minute: 5, stream:", "minute: 5"),
    Wrong("no start", "no-start", FIRE + "\n    ", "", "- id: chay-hem"),
    Wrong("no site", "no-site", "    sites: nga-tu\n", "", "- id: va-cham-xe"),
    Wrong("a follow-on with a start", "follow-on-with-start", SPREAD, "        situation: va-cham-xe\n", STREAM),
    Wrong("no speed", "no-way", "    speed: {value: 18, ", "    x: {value: 18, ", "- id: xe-may"),
    Wrong("a site nobody can find", "no-way", ", at: [10.7583, 106.6465]", "", "- id: di-bo"),
    Wrong("a place off the earth", "not-a-place", "[10.7592, 106.6478]", "[106.6478, 10.7592]", "[106.6478"),
    Wrong("a reserve of nobody", "reserve-without-upper", "\nupper:\n", "\nx:\n", "- id: du-bi-khu-vuc"),
    Wrong(
        "a phase after the end",
        "phase-window",
        "objectives:\n",
        "phases:\n  - {id: g1, name: A, from: 0, to: 500}\nobjectives:\n",
        "to: 500",
    ),
    Wrong(
        "a phase of an unknown post",
        "unknown-post",
        "objectives:\n",
        "phases:\n  - {id: g1, name: A, from: 0, to: 50, posts: [minh]}\nobjectives:\n",
        "posts: [minh]",
    ),
    Wrong(
        "an inject that starts nothing",
        "unknown-situation",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: C, starts: x}\nobjectives:\n",
        "starts: x",
    ),
    Wrong(
        "a cause in two pillars",
        "cause-twice",
        "pillars: five_hcmc_2019",
        "pillars:\n  id: r\n  name: R\n  legal_basis: B\n  valid_from: '2026-01-01'\n"
        "  pillars:\n    - {id: a, name: A, causes: [unit]}\n    - {id: b, name: B, causes: [unit]}",
        "- {id: a",
    ),
    Wrong(
        "a way twice",
        "way-twice",
        "    name: đi bộ\n",
        "    name: đi bộ\n    times:\n      - {from: tru-so, to: nga-tu, minutes: 3}\n"
        "      - {from: tru-so, to: nga-tu, minutes: 4}\n",
        "minutes: 4",
    ),
    Wrong(
        "a handling time below 0",
        "negative",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, handle: -1}\nobjectives:\n",
        "handle: -1",
    ),
    Wrong(
        "a deadline below 0",
        "out-of-range",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, deadline: -5}\nobjectives:\n",
        "deadline: -5",
    ),
    Wrong(
        "a planned minute that varies",
        "must-not-vary",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, planned: {uniform: [1, 2]}}\nobjectives:\n",
        "planned",
    ),
    Wrong(
        "a parent that is not there",
        "unknown-inject",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, parent: i9}\nobjectives:\n",
        "parent: i9",
    ),
    Wrong(
        "a phase that is not there",
        "unknown-phase",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, phase: g9}\nobjectives:\n",
        "phase: g9",
    ),
    Wrong(
        "a task that is not there",
        "unknown-task",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, tasks: [nv9]}\nobjectives:\n",
        "nv9",
    ),
    Wrong(
        "a situation with two beginnings",
        "begun-twice",
        "objectives:\n",
        "injects:\n  - {id: i1, title: A, message: B, receiver: tren, starts: chay-hem}\nobjectives:\n",
        "starts",
    ),
    Wrong(
        "phases at the same time",
        "phases-overlap",
        "objectives:\n",
        "phases:\n  - {id: g1, name: A, from: 0, to: 60}\n  - {id: g2, name: B, from: 50, to: 90}\nobjectives:\n",
        "id: g2",
    ),
    Wrong(
        "a phase backwards",
        "phase-window",
        "objectives:\n",
        "phases:\n  - {id: g1, name: A, from: 60, to: 30}\nobjectives:\n",
        "id: g1",
    ),
    Wrong(
        "a role at an unknown post",
        "unknown-post",
        "objectives:\n",
        "roles:\n  - {id: r, name: A, post: x}\nobjectives:\n",
        "post: x",
    ),
    Wrong(
        "a finding that nobody knows",
        "unknown-finding",
        "finding: rests-on-assumed",
        "finding: rests-on-assume",
        "rests-on-assume",
    ),
    Wrong(
        "a silence without a reason", "no-reason", 'reason: "ví dụ hư cấu: thời gian', 'reason: "" # "ví dụ', "reason:"
    ),
    Wrong(
        "a day of issue that is none",
        "not-a-time",
        "objectives:\n",
        "papers: {issuer: A, place: B, date: '2026-02-30'}\nobjectives:\n",
        "2026-02-30",
    ),
    Wrong(
        "an empty recipient",
        "empty-line",
        "objectives:\n",
        "papers: {issuer: A, place: B, recipients: ['']}\nobjectives:\n",
        "recipients",
    ),
]


def line_of(data: bytes, text: str) -> int:
    """The first line with this text, from 1; 0 when none is asked for."""
    lines = data.decode().split("\n")
    return next(number for number, line in enumerate(lines, 1) if text in line) if text else 0


def assert_told(wrong: Wrong, *more: tuple[str, str]) -> ParsedScenario:
    """The mistake is an error with its code, on its line, in two languages."""
    data = bytes_of((wrong.old, wrong.new), *more)
    reading = parse({MAIN: data}, gazetteer())
    assert reading.scenario is None
    with pytest.raises(Unreadable):
        reading.require()
    problem = only(reading, wrong.code)
    assert problem.severity == "error"
    assert problem.spot.file == MAIN
    if wrong.at:
        lines = {p.spot.line for p in reading.problems if p.code == wrong.code}
        assert line_of(data, wrong.at) in lines
        assert problem.spot.column > 0
    for each in reading.problems:
        assert_said(each)
    return reading


def names(wrong: Wrong) -> str:
    return wrong.name


@pytest.mark.parametrize("wrong", TEXT, ids=names)
def test_what_is_no_yaml_is_said_at_its_place(wrong: Wrong) -> None:
    assert_told(wrong)


@pytest.mark.parametrize("wrong", VALUES, ids=names)
def test_a_value_that_cannot_be_read_is_said_with_the_others(wrong: Wrong) -> None:
    reading = assert_told(wrong, ("format: 1", "format: .nan"))
    only(reading, "not-finite")
    assert len(reading.problems) > 1


@pytest.mark.parametrize("wrong", FORM, ids=names)
def test_another_form_is_said_with_the_others(wrong: Wrong) -> None:
    reading = assert_told(wrong, FORM_TOO)
    assert any("perhaps" in str(problem.values) for problem in reading.problems)
    assert_told(wrong)


@pytest.mark.parametrize("wrong", MEANING, ids=names)
def test_what_makes_no_sense_is_said_with_the_others(wrong: Wrong) -> None:
    reading = assert_told(wrong, MEANING_TOO)
    assert any("xe-dap" in str(problem.values) for problem in reading.problems)
    assert_told(wrong)


def test_a_file_can_be_wrong_in_many_places_at_once() -> None:
    changes = [
        (wrong.old, wrong.new)
        for wrong in MEANING
        if wrong.code in ("quorum", "not-whole", "count-from", "duty-window", "stream-pieces", "lognormal", "no-zone")
    ]
    text = EXAMPLE
    for old, new in changes:
        text = text.replace(old, new, 1)
    reading = parse({MAIN: text.encode()}, gazetteer())
    assert {p.code for p in reading.problems} >= {
        "quorum",
        "not-whole",
        "count-from",
        "duty-window",
        "stream-pieces",
        "lognormal",
        "no-zone",
    }


def test_problems_stand_in_the_order_of_the_file_errors_first() -> None:
    reading = read(("horizon: 180", "horizon: 0"), ("priority: 2", "priority: 0"), ("label:", "lable:"))
    assert [p.severity for p in reading.problems] == ["error", "error", "warning"]
    assert reading.problems[0].spot < reading.problems[1].spot


def test_follow_ons_in_a_circle_are_named() -> None:
    back = "    escalation: {after: 5, follow_on: {situation: chay-hem, probability: 1}}\n"
    reading = read((FIRE + "\n    ", ""), (REPORT, back + REPORT))
    problem = only(reading, "circle")
    assert "chay-hem → chay-lan → chay-hem" in problem.say(Voice("en"))
    assert_said(problem)


def test_a_follow_on_has_one_parent() -> None:
    more = "    escalation: {after: 5, follow_on: {situation: chay-lan, probability: 1}}\nobjectives:\n"
    problem = only(read(("objectives:\n", more)), "two-parents")
    assert_said(problem)


def test_an_area_that_is_no_more_names_what_to_use_instead() -> None:
    said = only(read(('"27238"', '"27247"')), "area-outside-its-dates").say(Voice("vi"))
    assert "27238" in said
    assert "Minh Phụng" in said
    assert "01/07/2025" in said


def test_a_reference_that_leads_nowhere_names_what_is_near() -> None:
    said = only(read(("home: tram-y-te", "home: tram-yte")), "unknown-site").say(Voice("en"))
    assert "Did you mean `tram-y-te`?" in said
    assert "nha-dan-phong" in said


def test_an_unknown_key_is_a_warning_and_does_not_stop_the_plan() -> None:
    reading = read(("    turnout: {triangular: [3, 6, 14]", "    turn_out: {triangular: [3, 6, 14]"))
    assert reading.require()
    problem = only(reading, "unknown-key")
    assert problem.severity == "warning"
    assert "turnout" in problem.say(Voice("en"))
    assert_said(problem)


def test_a_newer_form_asks_for_a_newer_program_and_for_nothing_else() -> None:
    reading = read(("format: 1", "format: 2"), FORM_TOO)
    assert [p.code for p in reading.problems] == ["format-too-new"]
    assert_said(reading.problems[0])


def test_a_number_form_that_does_not_exist_is_told_which_do() -> None:
    reading = read((RATE, "{normal: [3, 1]}"))
    assert "triangular" in only(reading, "one-form").say(Voice("en"))
    assert only(reading, "unknown-key").spot.line == only(reading, "one-form").spot.line


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"# only a remark\n", "empty"),
        (b"- a\n- b\n", "not-a-mapping"),
        (b"abc\n", "not-a-mapping"),
        (b"title: \x00\n", "binary"),
        (b"PK\x03\x04\x00\x00", "binary"),
        (EXAMPLE.encode("utf-16"), "not-utf8"),
        ("title: Cháy".encode("latin-1"), "not-utf8"),
        (b"title: " + b"x" * (8 * 2**20), "too-large"),
        (b"a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "alias"),
        (b"a: &a [*a]\n", "alias"),
        (b"- " * 5000, "too-deep"),
        (b"{? " * 5000, "too-deep"),
    ],
)
def test_what_is_no_scenario_at_all_is_said_in_one_line(data: bytes, code: str) -> None:
    reading = parse({MAIN: data}, gazetteer())
    assert reading.scenario is None
    assert [p.code for p in reading.problems] == [code]
    assert_said(reading.problems[0])


@pytest.mark.parametrize(
    "part",
    ["../x.yaml", "/etc/x.yaml", "a/../../x.yaml", "C:/x.yaml", "a\\x.yaml", "x.txt", "./x.yaml", "exercise.yaml", ""],
)
def test_a_part_that_leaves_the_folder_is_refused(part: str) -> None:
    problem = only(read(("label: VD-01", f"label: VD-01\nparts: ['{part}']")), "part-outside")
    assert problem.spot.line == line_of(EXAMPLE.encode(), "label:") + 1
    assert_said(problem)


def test_a_part_is_there_once() -> None:
    data = bytes_of(("label: VD-01", "parts: [a.yaml, a.yaml, b.yaml]"))
    reading = parse({MAIN: data, "a.yaml": b"label: A\n"}, gazetteer())
    assert {p.code for p in reading.problems} == {"part-twice", "part-missing"}
    for problem in reading.problems:
        assert_said(problem)


def test_a_key_in_two_files_is_told_in_the_second() -> None:
    data = bytes_of(("label: VD-01", "label: VD-01\nparts: [a.yaml]"))
    reading = parse({MAIN: data, "a.yaml": b"# x\nlabel: A\n"}, gazetteer())
    problem = only(reading, "key-in-two-files")
    assert (problem.spot.file, problem.spot.line) == ("a.yaml", 2)
    assert_said(problem)


def test_what_a_broken_part_would_hold_is_not_held_for_missing() -> None:
    services, rest = EXAMPLE.split("services:\n")
    main = (services + "situations:\n" + rest.split("\nsituations:\n")[1]).encode() + b"parts: [s.yaml]\n"
    reading = parse({MAIN: main.replace(b"units:\n", b"x:\n"), "s.yaml": b"units: [\n"}, gazetteer())
    assert [p.code for p in reading.problems if p.severity == "error"] == ["yaml"]
    assert reading.problems[0].spot.file == "s.yaml"


def test_an_empty_folder_and_no_folder_are_said(tmp_path: Path) -> None:
    for folder, code in ((tmp_path, "no-file"), (tmp_path / "x", "no-folder"), (Path("x" * 5000), "unreadable")):
        reading = read_folder(folder)
        assert [p.code for p in reading.problems] == [code]
        assert_said(reading.problems[0])


def test_a_folder_in_place_of_the_file_is_said(tmp_path: Path) -> None:
    (tmp_path / MAIN).mkdir()
    assert [p.code for p in read_folder(tmp_path).problems] == ["not-a-file"]


def test_links_out_of_the_folder_and_in_a_circle_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("label: x\n")
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / MAIN).write_bytes(bytes_of(("label: VD-01", "parts: [a.yaml, b.yaml, c.yaml, d.yaml]")))
    (folder / "a.yaml").symlink_to(secret)
    (folder / "b.yaml").symlink_to(folder / "b.yaml")
    (folder / "c.yaml").mkdir()
    reading = read_folder(folder)
    assert [p.code for p in reading.problems] == ["outside", "unreadable", "not-a-file", "part-missing"]
    for problem in reading.problems:
        assert_said(problem)


def test_a_file_that_is_too_large_is_not_read_whole(tmp_path: Path) -> None:
    with (tmp_path / MAIN).open("wb") as file:
        file.truncate(2**33)
    assert [p.code for p in read_folder(tmp_path).problems] == ["too-large"]
