"""Is Vietnamese found without marks and sorted in dictionary order?"""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sansang.model.language import ALPHABET, TONES, person_sort_key, search_key, sort_key

LETTER = st.sampled_from(ALPHABET)
SYLLABLE = st.lists(LETTER, min_size=1, max_size=5).map("".join)
TONED = st.builds(
    lambda syllable, vowel, tone: unicodedata.normalize("NFC", syllable + vowel + tone),
    SYLLABLE,
    st.sampled_from("aăâeêioôơuưy"),
    st.sampled_from(TONES),
)
NAME = st.lists(TONED, min_size=1, max_size=4).map(" ".join)


def in_order(texts: list[str]) -> bool:
    """Whether each text sorts strictly before the next."""
    return all(sort_key(one) < sort_key(other) for one, other in pairwise(texts))


# Searching


def test_both_places_of_the_tone_mark_are_found_by_one_search() -> None:
    assert search_key("Hoà Bình") == search_key("Hòa Bình") == "hoa binh"


def test_a_search_without_marks_finds_a_name_with_marks() -> None:
    assert search_key("Võ Thị Sáu") == "vo thi sau"
    assert search_key("Nhiêu Lộc") == "nhieu loc"


def test_d_with_a_stroke_is_found_by_a_plain_d() -> None:
    assert search_key("Đặc khu Côn Đảo") == "dac khu con dao"


def test_spaces_around_and_between_words_do_not_matter() -> None:
    assert search_key("  Bình \t Thới\n") == "binh thoi"


@given(NAME)
def test_the_search_key_of_a_search_key_is_itself(name: str) -> None:
    assert search_key(search_key(name)) == search_key(name)


@given(NAME)
def test_composed_and_decomposed_writing_are_found_and_sorted_alike(name: str) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert search_key(decomposed) == search_key(name)
    assert sort_key(decomposed) == sort_key(name)


@given(NAME)
def test_capitals_do_not_matter_to_search_and_order(name: str) -> None:
    assert search_key(name.upper()) == search_key(name)
    assert sort_key(name.upper()) == sort_key(name)


@given(NAME)
def test_the_search_key_of_vietnamese_is_ascii(name: str) -> None:
    assert search_key(name).isascii()


# Sorting


def test_da_comes_after_di() -> None:
    # By code points and without a Vietnamese order alike, "Đa" would stand with "Da", before "Dĩ".
    assert sorted(["Đa Kao", "Dĩ An", "Dầu Tiếng"], key=sort_key) == ["Dầu Tiếng", "Dĩ An", "Đa Kao"]


def test_letters_stand_in_dictionary_order() -> None:
    alphabet = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    assert in_order(alphabet)


def test_tones_stand_in_the_order_none_huyen_hoi_nga_sac_nang() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ"]
    assert in_order(tones)


def test_letters_count_before_tones_within_a_syllable() -> None:
    assert sorted(["mạ", "mai", "mă", "ma"], key=sort_key) == ["ma", "mạ", "mai", "mă"]


def test_the_tone_of_a_syllable_counts_before_the_next_syllable() -> None:
    assert sorted(["Hòa An", "Hoa Xuân"], key=sort_key) == ["Hoa Xuân", "Hòa An"]


def test_the_place_of_the_tone_mark_does_not_matter_to_the_order() -> None:
    assert sort_key("Xuân Hoà") == sort_key("Xuân Hòa")


def test_wards_with_numbers_stand_in_the_order_of_the_numbers() -> None:
    wards = ["Phường 2", "Phường 10", "Phường 16", "Phường An Đông"]
    assert in_order(wards)
    assert sort_key("Phường 04") == sort_key("Phường 4")


@given(st.integers(0), st.integers(0), SYLLABLE)
def test_numbers_sort_by_value_and_before_words(one: int, other: int, word: str) -> None:
    assert (sort_key(str(one)) < sort_key(str(other))) == (one < other)
    assert sort_key(str(one)) < sort_key(word)


def test_a_tone_without_a_composed_letter_adds_no_letter() -> None:
    assert sort_key("x\u0323") == ((*sort_key("x")[0][:1], (TONES.index("\u0323"),)),)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_two_texts_can_be_put_in_order(one: str, other: str) -> None:
    a, b = sort_key(one), sort_key(other)
    assert (a < b) + (a == b) + (a > b) == 1


@given(NAME, NAME)
def test_a_name_comes_before_the_same_name_with_more_behind_it(name: str, more: str) -> None:
    assert sort_key(name) < sort_key(f"{name} {more}")


@pytest.mark.parametrize(
    ("people", "ordered"),
    [
        (["Trần Văn Bình", "Lê Thị An"], ["Lê Thị An", "Trần Văn Bình"]),
        (["Lê Đạt", "Trần Dũng"], ["Trần Dũng", "Lê Đạt"]),
        (["Trần Thị Hoa", "Lê Thị Hoa", "Đỗ Thị Hoa"], ["Đỗ Thị Hoa", "Lê Thị Hoa", "Trần Thị Hoa"]),
        (["Nguyễn An", "An"], ["An", "Nguyễn An"]),
    ],
)
def test_people_sort_by_the_given_name_which_comes_last(people: list[str], ordered: list[str]) -> None:
    assert sorted(people, key=person_sort_key) == ordered
