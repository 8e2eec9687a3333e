"""A change is judged under the same chances: what did not change shows no change, what did is measured and told."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sansang.formats import comparison_text
from sansang.formats.areas import gazetteer
from sansang.formats.comparison_page import render_comparison_page
from sansang.formats.result_json import dump_result, load_comparison
from sansang.formats.scenario import ParsedScenario, apply_settings, dump, parse
from sansang.model.exercise.exercise import Exercise
from sansang.model.plan.comparison import AssumedBand
from sansang.model.plan.quantity import Basis, Duration, Number, Probability, Uniform
from sansang.plans.folder import read_folder
from sansang.rehearsal import compare, rehearse, replay
from sansang.rehearsal.keys import entity_keys
from sansang.rehearsal.paired_difference import matched_proportions, paired_difference
from sansang.rehearsal.plan import compile_plan
from sansang.words import Voice
from tests.cast import SOURCED, need, on_foot, plan, situation, sound_exercise, squad
from tests.cli.test_terminal import ENGLISH, sansang
from tests.strategies import scenarios

EXAMPLE = Path(__file__).parents[2] / "examples" / "hem-chay"


def late_by_report(deadline: float, unit: str = "to-1") -> Exercise:
    """Met if the report, anything from 0 to 10 minutes, comes within the deadline: 0.1 × deadline of the times."""
    report = Duration(Uniform(0, 10), SOURCED)
    return plan([situation(needs=[need(deadline=Number(deadline))], report_delay=report)], [squad(unit)])


def test_a_known_difference_lies_in_its_interval() -> None:
    (after,) = compare([late_by_report(6), late_by_report(7)], 4000, band=False).after
    (deadline,) = after.deadlines
    assert deadline.share is not None
    assert deadline.share.change.low <= 0.1 <= deadline.share.change.high
    assert deadline.share.seen
    # Whoever is late for 7 minutes is late for 6 too: the pairs never contradict each other.
    assert deadline.share.variance_ratio is not None
    # Independent: 0.24 + 0.21. Paired: 0.1 × 0.9. Their ratio is 5.
    assert deadline.share.variance_ratio == pytest.approx(5.0, rel=0.1)


def test_a_plan_compared_with_itself_shows_no_change_at_all() -> None:
    scenario = read_folder(EXAMPLE).require()
    (after,) = compare([scenario, scenario], 300).after
    for deadline in after.deadlines:
        assert deadline.share is not None
        assert deadline.share.before == deadline.share.after
        assert not deadline.share.seen
        assert deadline.share.variance_ratio is None
    assert after.lost.change.value == 0
    assert comparison_text.changed_deadlines(after) == []
    assert "No difference can be seen" in comparison_text.verdict(Voice("en"), after)


def test_a_unit_that_is_never_needed_changes_nothing_wherever_it_stands_in_the_list() -> None:
    before = late_by_report(6)
    idle = squad("dau-danh-sach", capability="viec-khac")
    between = dataclasses.replace(before, units=(idle, *before.units))
    (after,) = compare([before, between], 500, band=False).after
    assert after.lost.change.value == 0
    assert after.deadlines[0].share is not None
    assert after.deadlines[0].share.variance_ratio is None


@settings(max_examples=40)
@given(scenarios(), st.integers(0, 2**31))
def test_a_situation_put_before_the_others_leaves_their_chances_alone(scenario: Exercise, seed: int) -> None:
    new = situation("moi", minute=1, needs=[need("khac", capability="viec-khac")])
    more = dataclasses.replace(
        scenario, situations=(dataclasses.replace(new, sites=((scenario.sites[0].id, 1.0),)), *scenario.situations)
    )
    keys = entity_keys(scenario, more)
    ours, theirs = compile_plan(scenario, keys), compile_plan(more, keys)
    assert list(theirs.definitions["key"][1:]) == list(ours.definitions["key"])
    assert list(theirs.needs["key"][1:]) == list(ours.needs["key"])
    assert theirs.definitions["key"][0] == len(ours.definitions)
    # Alone, a plan is numbered by its order, as ever.
    alone = compile_plan(scenario)
    assert list(alone.definitions["key"]) == list(range(len(alone.definitions)))
    assert list(alone.units["key"]) == list(range(len(alone.units)))
    assert replay(scenario, 0, seed).lines == replay(scenario, 0, seed).lines


@pytest.mark.parametrize(("better", "worse", "n"), [(20, 5, 100), (12, 2, 50), (20, 0, 200), (0, 0, 40), (3, 9, 30)])
def test_the_ends_of_a_paired_interval_are_where_the_score_test_turns(better: int, worse: int, n: int) -> None:
    """Against a second way: the likelihood of the pairs under a fixed difference, maximised numerically."""
    from scipy.optimize import minimize_scalar

    z = 1.959964
    for end in matched_proportions(better, worse, n, z):
        # c: share of pairs that go the other way, c + end: those that go this way; the rest agree.
        low, high = max(0.0, -end), (1 - end) / 2

        def likelihood(c: float, end: float = end) -> float:
            cells = ((better, c + end), (worse, c), (n - better - worse, 1 - 2 * c - end))
            return -sum(count * math.log(max(p, 1e-300)) for count, p in cells if count)

        c = minimize_scalar(likelihood, bounds=(low, high), method="bounded", options={"xatol": 1e-12}).x
        spread = (2 * c + end - end**2) / n
        assert abs((better - worse) / n - end) / math.sqrt(spread) == pytest.approx(z, rel=1e-3)


def test_a_difference_of_means_has_the_paired_t_interval() -> None:
    before = np.array([5.0, 7, 9, 4, 6, 8, 5, 7, 6, 9])
    after = np.array([4.0, 6, 9, 3, 5, 6, 5, 6, 5, 7])
    ones = np.ones(10)
    found = paired_difference((before, after), (ones, ones))
    assert found is not None
    from scipy.stats import ttest_rel

    low, high = ttest_rel(after, before).confidence_interval(0.95)
    assert found.change.low == pytest.approx(low, abs=2e-3)
    assert found.change.high == pytest.approx(high, abs=2e-3)


def test_many_figures_looked_at_need_a_greater_change_to_be_seen() -> None:
    rng = np.random.default_rng(7)
    before, noise = rng.normal(0, 1, 400), rng.normal(0, 1, 400)
    # A mean change of two and a half of its standard errors.
    after = before + (noise - noise.mean()) / noise.std(ddof=1) + 2.5 / 20
    ones = np.ones(400)
    alone = paired_difference((before, after), (ones, ones))
    among = paired_difference((before, after), (ones, ones), figures=40)
    assert alone is not None
    assert among is not None
    assert alone.change == among.change
    assert alone.seen
    assert not among.seen


def test_where_every_replication_goes_the_same_way_the_interval_is_still_not_empty() -> None:
    ones, twos = np.ones(50), np.full(50, 2.0)
    found = paired_difference((ones, ones), (twos, twos))
    assert found is not None
    assert found.change.value == 0
    assert found.change.low < 0 < found.change.high


def test_a_deadline_of_one_plan_only_is_named_and_not_compared() -> None:
    before = late_by_report(6)
    more = dataclasses.replace(
        before, situations=(*before.situations, situation("moi", needs=[need(deadline=Number(5))]))
    )
    (after,) = compare([before, more], 200, band=False).after
    alone = [d for d in after.deadlines if d.situation == "moi"]
    assert [(d.minutes_before, d.minutes_after, d.share) for d in alone] == [(None, 5.0, None)]
    assert "1 deadline stands in one of the plans only" in comparison_text.rest_line(Voice("en"), after)


def test_a_change_that_turns_round_when_the_assumptions_do_is_said_to_rest_on_them() -> None:
    # A second unit that stands nearer helps only if it comes at all, and delays the other by a call not answered.
    here = squad("to-1", home="cho", ward="minh-phung")
    second = squad("to-2", shows_up=Probability(0.75, Basis("assumed", "đoán", 0.02, 3.0)))
    far = {("cho", "hem"): 9.0}
    happens = [situation(needs=[need(deadline=Number(10))])]
    before = plan(happens, [here], modes=(on_foot(far),), no_answer=Number(5, SOURCED))
    after = dataclasses.replace(before, units=(here, second))
    (compared,) = compare([before, after], 2000).after
    assert compared.met_band is not None
    assert compared.met_band.designs == 64
    share = compared.deadlines[0].share
    assert share is not None
    # As written, 9 of 10 minutes from far are met always; after a call not answered they are not.
    assert share.change.value < 0
    # Were the way a little longer, only the second unit could keep the deadline.
    assert compared.met_band.high > 0
    assert compared.met_band.rests_on_assumed
    assert "rests on what is only assumed: in" in comparison_text.band_sentence(Voice("en"), compared.met_band)
    assert compared.assumptions[0][0] == "modes.di-bo.times.cho→hem"
    held = AssumedBand(0.1, 0.3, 3, 64)
    assert "holds across the ranges" in comparison_text.band_sentence(Voice("en"), held)


def test_up_to_four_plans_are_compared_at_once_and_each_as_if_alone() -> None:
    plans = [late_by_report(x) for x in (6, 7, 8, 9)]
    four = compare(plans, 400, band=False)
    assert [after.deadlines[0].minutes_after for after in four.after] == [7, 8, 9]
    alone = compare([plans[0], plans[2]], 400, band=False)
    assert four.after[1] == alone.after[0]
    with pytest.raises(ValueError, match="2 to 4"):
        compare([*plans, plans[0]], 400)
    with pytest.raises(ValueError, match="2 to 4"):
        compare(plans[:1], 400)


@pytest.mark.parametrize(
    ("example", "setting"), [("hem-chay", "wards.minh-phung.stores.den-pin=4"), ("dt19", "wards.p4.units.bom=2")]
)
def test_one_thread_and_two_say_the_same(example: str, setting: str) -> None:
    reading = read_folder(EXAMPLE.parent / example)
    before, after = reading.require(), apply_settings(reading, [setting], gazetteer()).require()
    one = compare([before, after], 200, threads=1)
    two = compare([before, after], 200, threads=2)
    assert dump_result(one) == dump_result(two)
    assert render_comparison_page(one, Voice("vi")) == render_comparison_page(two, Voice("vi"))
    assert dump_result(rehearse(before, 200, threads=1)) == dump_result(rehearse(before, 200, threads=2))


def test_the_page_says_it_in_both_languages_and_escapes_what_the_plan_says() -> None:
    before = dataclasses.replace(late_by_report(6), title="<b>Đêm</b> & sáng", example=True)
    result = compare([before, dataclasses.replace(before, situations=late_by_report(8).situations)], 500)
    for language, words in (("vi", "So sánh: "), ("en", "Comparison: ")):
        html = render_comparison_page(result, Voice(language)).decode()  # type: ignore[arg-type]
        assert f"{words}&lt;b&gt;Đêm&lt;/b&gt; &amp; sáng" in html
        assert "<b>Đêm" not in html
        assert "<script" not in html
    assert "VÍ DỤ" in render_comparison_page(result, Voice("vi")).decode()


def test_a_comparison_is_kept_and_read_again() -> None:
    result = compare([late_by_report(6), late_by_report(7)], 100)
    assert load_comparison(dump_result(result)) == result


# Settings


def set_it(*settings: str) -> ParsedScenario:
    """The example with these settings."""
    return apply_settings(read_folder(EXAMPLE), settings, gazetteer())


def test_a_setting_reaches_any_value_of_the_plan() -> None:
    changed = set_it(
        "wards.minh-phung.post.desks=2",
        "situations.chay-hem.needs.so-tan.deadline=30",
        "units.y-te.turnout={triangular: [1, 2, 3], sourced: đo}",
        "upper.stores.den-pin=60",
        "policy=nearest_of_all",
    ).require()
    desks = changed.wards[0].post.desks
    assert desks is not None
    assert desks.value == 2
    evacuation = next(n for n in changed.situation("chay-hem").needs if n.id == "so-tan")
    assert evacuation.deadline == Number(30)
    assert changed.unit("y-te").turnout.basis == Basis("sourced", "đo")
    assert changed.policy == "nearest_of_all"
    plain = read_folder(EXAMPLE).require()
    assert set_it().require() == plain


def test_a_number_of_units_makes_copies_at_the_end_or_takes_the_unit_out() -> None:
    plain = read_folder(EXAMPLE).require()
    two = set_it("wards.minh-phung.units.dan-quan=3").require()
    assert [u.id for u in two.units] == [*(u.id for u in plain.units), "dan-quan-2", "dan-quan-3"]
    assert two.unit("dan-quan-2").capabilities == plain.unit("dan-quan").capabilities
    none = set_it("wards.minh-phung.units.thanh-nien=0").require()
    assert "thanh-nien" not in [u.id for u in none.units]
    reserve = set_it("upper.units.du-bi-khu-vuc=2").require()
    assert reserve.unit("du-bi-khu-vuc-2").ward is None


def test_a_unit_may_be_named_without_its_ward_and_its_copies_have_other_people() -> None:
    made = sound_exercise(units=(squad("bom-minh-phung", head="A", members=("an",)),))
    reading = parse({"exercise.yaml": dump(made)}, gazetteer())
    two = apply_settings(reading, ["wards.minh-phung.units.bom=2"], gazetteer()).require()
    assert [(u.id, u.members) for u in two.units] == [("bom-minh-phung", ("an",)), ("bom-minh-phung-2", ())]


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        ("desks", "set-form"),
        ("=2", "set-form"),
        ("wards..post=2", "set-form"),
        ("wards.units.dan-quan=2", "set-form"),
        ("wards.minh-phung.post.desks=[1", "set-value"),
        ("wards.minh-phung.post.desks=!!python/object:os.system x", "set-value"),
        ("wards.minh.post.desks=2", "set-unknown"),
        ("unit.y-te.turnout=2", "set-unknown"),
        ("wards.minh-phung.units.dan-quam=2", "set-unknown"),
        ("wards.minh-phung.units.dan-quan=-1", "set-count"),
        ("wards.minh-phung.units.dan-quan=2.5", "set-count"),
        ("wards.minh-phung.units.dan-quan=1000", "set-count"),
        ("wards.minh-phung.post.desks=two", "not-a-number"),
        ("wards.minh-phung.post.desk=2", "unknown-key"),
        ("units.y-te.home=nowhere", "unknown-site"),
        ("horizon=-5", "too-small"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told_at_the_setting(setting: str, code: str) -> None:
    changed = set_it(setting)
    assert changed.scenario is None
    (problem,) = [p for p in changed.problems if p.code == code]
    assert problem.spot.file == f"--set {setting}"
    assert problem.say(Voice("vi")) != problem.say(Voice("en"))


def test_compare_says_what_changed_and_keeps_it(tmp_path: Path) -> None:
    done = sansang(
        "compare",
        EXAMPLE,
        "--set",
        "wards.minh-phung.stores.den-pin=4",
        "--runs",
        "300",
        "--out",
        tmp_path / "r",
        **ENGLISH,
    )
    assert done.returncode == 0, done.stderr
    assert "sơ tán cả dãy" in done.stdout
    assert "Without common chances" in done.stdout
    assert sorted(p.name for p in (tmp_path / "r").iterdir()) == ["comparison.html", "comparison.json"]
    plain = sansang(
        "compare", EXAMPLE, EXAMPLE, "--runs", "50", "--no-band", "--json", "--out", tmp_path / "q", **ENGLISH
    )
    assert json.loads(plain.stdout)["replications"] == 50


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((EXAMPLE,), "two to four folders"),
        ((EXAMPLE,) * 5, "two to four folders"),
        ((EXAMPLE, EXAMPLE, "--set", "horizon=60"), "give one folder"),
        ((EXAMPLE, "--set", "horizon"), "PATH=VALUE"),
        ((EXAMPLE, "nowhere"), "There is no folder"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_2_and_nothing_is_written(
    words: tuple[str | Path, ...], told: str, tmp_path: Path
) -> None:
    done = sansang("compare", *words, "--out", tmp_path / "r", **ENGLISH)
    assert done.returncode == 2
    assert told in done.stderr
    assert not (tmp_path / "r").exists()
