"""Text made canonical."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.letters import fold
from parsing.text import normalize
from parsing.tokens import tokenize, trait, traits
from parsing.words import word


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("گفت : نه", "گفت: نه"),
        ("ساعت :۵", "ساعت: ۵"),
        ("(پایان )۵ نفر", "(پایان) ۵ نفر"),
        ("۵ .۵", "۵ .۵"),
        ("کلمه Covid-19;", "کلمه Covid-19;"),
    ],
)
def test_a_space_before_a_mark_goes_or_changes_sides_and_no_latin_run_is_changed(text: str, expected: str) -> None:
    assert normalize(text) == expected


def test_a_question_asked_late_is_answered_by_tokens_met_before() -> None:
    first, second = tokenize("کتاب خوب")
    before = traits(first)
    is_book = trait(lambda token: token.fold == "کتاب")
    assert not before & is_book
    assert (bool(traits(first) & is_book), bool(traits(second) & is_book)) == (True, False)


def test_a_token_knows_its_word_and_stem() -> None:
    (token,) = tokenize("کارگاه\u200cهای")
    assert (token.fold, token.stem, token.word) == ("کارگاههای", "کارگاه", word("کارگاههای"))
