"""Every kind of entry has all that it needs: a right, a sentence in both languages, a strategy, a form or a reason."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from sansang.model.access.record import ACCESS
from sansang.model.access.rights import Right
from sansang.model.access.state import AccessState
from sansang.model.fact import Fact, Unknown
from sansang.model.fold import Fold, no_effect
from sansang.model.kind import FactKind, RecordKind, Subject
from sansang.model.operation.record import OPERATION
from sansang.model.record_kinds import RECORD_KINDS
from sansang.web.night.without_form import WITHOUT_FORM
from sansang.words import LANGUAGES, Voice
from sansang.words.sentences import SENTENCES, Speaker, sentence
from tests.fact_strategies import ACCESS_FACTS, OPERATION_FACTS

WEB = Path(__file__).parents[2] / "src" / "sansang" / "web"
KINDS = [kind for record in RECORD_KINDS.values() for kind in record.kinds.values()]


def test_every_kind_has_a_right_and_names_what_it_touches() -> None:
    assert len(KINDS) > 40
    for kind in KINDS:
        assert kind.right in get_args(Right), kind.name
        assert all(touch.field in kind.fact.__dataclass_fields__ for touch in kind.touches), kind.name


@pytest.mark.parametrize(("record", "drawn"), [(OPERATION, OPERATION_FACTS), (ACCESS, ACCESS_FACTS)])
def test_every_kind_has_a_strategy(record: RecordKind, drawn: tuple[st.SearchStrategy[Fact], ...]) -> None:
    found = {type(find(one, lambda fact: True)) for one in drawn}
    assert found - {Unknown} == {kind.fact for kind in record.kinds.values()}


@given(st.one_of(*OPERATION_FACTS, *ACCESS_FACTS))
def test_every_kind_is_said_in_both_languages(fact: Fact) -> None:
    for language in LANGUAGES:
        said = sentence(fact, Speaker(Voice(language), AccessState(), lambda moment: f"{moment:%H:%M}"))
        assert said.strip()
        assert "{" not in said


def test_a_sentence_stands_for_every_kind_and_for_no_other_fact() -> None:
    assert set(SENTENCES) == {kind.fact for kind in KINDS}


def test_every_kind_of_an_operation_has_a_form_or_a_reason() -> None:
    pages = "".join(path.read_text("utf-8") for path in WEB.rglob("pages/**/*.html"))
    with_form = set(re.findall(r'begin\(op, post, "([a-z_]+)"', pages))
    assert with_form & WITHOUT_FORM.keys() == set()
    assert with_form | WITHOUT_FORM.keys() == set(OPERATION.kinds)
    assert all(WITHOUT_FORM.values())


class Unlisted(Fact):
    """A fact that its module does not list."""


def test_a_fact_that_is_not_listed_fails_at_import() -> None:
    with pytest.raises(TypeError, match="Unlisted is not listed"):
        Subject(__name__, (), ())


def test_two_kinds_of_one_name_fail_at_import() -> None:
    def kind(name: str) -> FactKind[Any]:
        return FactKind(name, 1, Unlisted, "log", (), no_effect)

    subject = Subject(__name__, (), (kind("twice"), kind("twice")))
    with pytest.raises(TypeError, match="share a name"):
        RecordKind("odd", (subject,))


@given(st.lists(st.one_of(*ACCESS_FACTS), max_size=20))
def test_a_copied_state_is_the_same_and_stays_so(facts: list[Fact]) -> None:
    state = Fold(ACCESS)
    copied = state.copy()
    assert state.same_as(copied)
    assert facts == [] or not any(copied.rows.values())
