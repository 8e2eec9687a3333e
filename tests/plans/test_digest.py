"""A plan is known by its digest: in any layout, in any form that a version has used, however the program grows."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from sansang.model.exercise.exercise import Exercise
from sansang.model.plan.digest import digest, digests, recognises
from sansang.model.plan.forces import Post
from sansang.model.plan.quantity import Number
from sansang.model.plan.scenario import Scenario
from sansang.plans import load
from tests.cast import plan, sound_exercise

EXAMPLES = Path(__file__).parents[2] / "examples"
#: As kept by versions with the first form, and as kept now.
KEPT = {
    "dt19": (
        "ddc12de74e92781bb12fd17fd606baeea04b2ff06597ab88c44175fe52ff1041",
        "758ae63327b1024b4852a1876f200d4a79a424c4edf896e7d17ddf4e169050df",
    ),
    "hem-chay": (
        "60ef26e138f79ca994ae8d5488df89ee92e969c0af783fe163e0672d519b6e16",
        "717ef364b2badf75f1b2c052b3e37bddb4aa46f79d2c5750408799f72d707e40",
    ),
}


@pytest.mark.parametrize("example", KEPT)
def test_a_kept_digest_is_recognised_in_each_form(example: str) -> None:
    scenario = load(EXAMPLES / example).scenario
    old, new = KEPT[example]
    assert digest(scenario) == new
    assert digests(scenario) == (new, old)
    assert recognises(old, scenario) and recognises(new, scenario)
    other = load(EXAMPLES / next(name for name in KEPT if name != example)).scenario
    assert not recognises(old, other) and not recognises(new, other)


def grown(exercise: Exercise, **later: str) -> Exercise:
    """The same exercise in a later version of the program, whose exercises have one more field."""
    later_class = dataclasses.make_dataclass("Exercise", [("later", str, "")], bases=(Exercise,), frozen=True)
    facts = {field.name: getattr(exercise, field.name) for field in dataclasses.fields(exercise)}
    made = later_class(**facts, **later)
    assert isinstance(made, Exercise)
    return made


def test_a_field_that_a_later_version_adds_changes_no_digest() -> None:
    exercise = sound_exercise()
    assert digests(grown(exercise)) == digests(exercise)


def test_what_an_older_form_had_no_field_for_has_no_digest_of_that_form() -> None:
    exercise = sound_exercise()
    said = grown(exercise, later="said")
    assert len(digests(exercise)) == 2
    assert len(digests(said)) == 1
    assert not set(digests(said)) & set(digests(exercise))


def test_the_exercise_around_a_scenario_counts_only_where_it_says_something() -> None:
    exercise = plan([], [])
    facts = {field.name: getattr(exercise, field.name) for field in dataclasses.fields(Scenario)}
    assert digests(Scenario(**facts)) == digests(exercise)
    assert digest(dataclasses.replace(exercise, description="khác")) != digest(exercise)
    assert digest(dataclasses.replace(exercise, no_answer=Number(5))) == digest(exercise)
    assert digest(dataclasses.replace(exercise, no_answer=Number(6))) != digest(exercise)


def test_nothing_is_not_the_same_as_an_empty_thing() -> None:
    exercise = sound_exercise()
    ward = dataclasses.replace(exercise.wards[0], post=Post("minh-phung", "Minh Phụng"))
    bare = dataclasses.replace(exercise, wards=(ward,), phases=(), injects=())
    assert digest(bare) != digest(dataclasses.replace(bare, wards=()))
