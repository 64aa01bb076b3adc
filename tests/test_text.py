"""Text made canonical."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.letters import fold
from parsing.text import normalize
from parsing.tokens import tokenize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("درراستای حفظ", "در راستای حفظ"),
        ("قرار داردکه این", "قرار دارد که این"),
        ("۱.۳درصدی", "۱.۳ درصدی"),
        ("استان،گفت:بیش", "استان، گفت: بیش"),
        ("2,500 نفر", "۲,۵۰۰ نفر"),
    ],
)
def test_glued_words_and_numbers_are_set_apart(text: str, expected: str) -> None:
    assert normalize(text) == expected


def test_a_lost_half_space_changes_no_word() -> None:
    assert normalize("بیمهشدگان") == normalize("بیمه شدگان") == normalize("بیمه\u200cشدگان")


@given(st.text(alphabet="ابپتدرزسشکگلمنوهی ۱۲.،:()\u200c\n", max_size=40))
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


def test_folds_ignore_spelling() -> None:
    assert fold("تأمین") == fold("تامين")


@settings(deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60) | st.text(alphabet="ءـآ ۱۲.،a\u200c", max_size=20))
def test_words_and_numbers_have_a_fold_and_marks_have_none(text: str) -> None:
    for token in tokenize(normalize(text)):
        assert bool(token.fold) == (token.kind != "punct")
