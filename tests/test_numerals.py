"""Numbers: digits, words and both; and what is no number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.numerals import parse_digits, parse_number, spell


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("هزار و ۱۳۰ میلیارد", "1130000000000"),
        ("یک میلیون و ۲۰۰ هزار", "1200000"),
        ("سه‌هزار و ۸۰۰", "3800"),
        ("۱۷هزارو ۲۹۷", "17297"),
        ("۱۴ و نیم میلیون", "14500000"),
        ("نیم میلیون", "500000"),
        ("۵. ۸ میلیون", "5800000"),
        ("۴ و یک دهم", "4.1"),
        ("۱/۳", "1.3"),
        ("2,500", "2500"),
        ("١٢٥", "125"),
        ("دوهزار", "2000"),
        ("صد و بیست و سه", "123"),
        ("یکصدوبیست", "120"),
        ("صدو بیست", "120"),
        ("چهار صد", "400"),
        ("هفت صد و پنجاه", "750"),
        ("دوهزارو پانصد", "2500"),
        ("هزاروپانصد", "1500"),
        ("پانصدو سی", "530"),
        ("سی\u200cوسه هزار", "33000"),
        ("بیستوپنج", "25"),
        ("هشتصدوپنجاه", "850"),
        ("صدوچهلودو هزار", "142000"),
        ("چهل ویک", "41"),
        ("بیست ویک", "21"),
        ("صد وپنجاه", "150"),
        ("۶ ونیم میلیون", "6500000"),
        ("۹ میلیارد و ۸۰۰ میلون", "9800000000"),
        ("۲ میلیلارد", "2000000000"),
        ("۶ میلیون و ۸۰۰", "6800000"),
        ("یک میلیون و ۲۰۰ هزار و ۳۰۰", "1200300"),
        ("۹۶ هزار میلیارد و ۶۸۰", "96680000000000"),
        ("۶ میلیون و ۸۲", "6000082"),
        ("یک میلیون و هشتصد", "1000800"),
        ("یک و نیم", "1.5"),
        ("دو و نیم میلیون", "2500000"),
        ("۳ میلیون و ۵۴۶ هزار و ۷۱", "3546071"),
        ("۴۷ هزار ۸۷۳", "47873"),
        ("۴۱ هزار میلیارد", "41000000000000"),
        ("۱۲.۵۰۰.۰۰۰", "12500000"),
        ("۱۲،۵۰۰،۰۰۰", "12500000"),
        ("1.3", "1.3"),
        ("۱٫۳", "1.3"),
        ("۱۲٬۳۴۵٫۶۷", "12345.67"),
        ("۳ و ۳۵ صدم", "3.35"),
        ("یک سوم", "0.3333"),
        ("سه چهارم", "0.75"),
        ("۱۲ هزارم", "0.012"),
        ("نیمی", "0.5"),
        ("صفر", "0"),
    ],
)
def test_numbers_are_read(text: str, value: str) -> None:
    number = parse_number(text)
    assert number is not None and round(number, 4) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "۱۰:۳۰",
            "۱۴۰۲/۰۵/۱۲",
            "1402/05/12",
            "۱۴۰۲-۰۵-۱۲",
            "۱۴۰۲/۰۵",
            "۰۲۴",
            "۰۹۱۲۳۴۵۶۷۸۹",
            "۹۸۹۱/۷۴۰۸",
            "۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵۶۷۸۹",
        ),
        *("۱..۲", "۱٬۲", "۱۲٬۳۴", "۱۲۳۴٬۵۶۷", "", "-", "٫۵"),
    ],
)
def test_times_dates_and_codes_are_no_numbers(text: str) -> None:
    assert parse_digits(text) is None


@pytest.mark.parametrize("text", ["و", "نه تنها", "پنج و", "میلیون نفر", "دوم", "چهارشنبه", "هزاران", "صدها", "۱۲ ۱۳"])
def test_a_text_that_is_not_one_number_and_nothing_else_is_none(text: str) -> None:
    assert parse_number(text) is None


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_spelled_numbers_are_read_back(number: int) -> None:
    assert parse_number(spell(number)) == number


@given(st.integers(min_value=0, max_value=10**12 - 1), st.data())
def test_a_spelled_number_with_a_space_left_out_is_read_back(number: int, data: st.DataObject) -> None:
    words = spell(number).split(" ")
    glued = data.draw(st.integers(min_value=0, max_value=len(words) - 1))
    text = " ".join(words[: glued + 1]) + " ".join(words[glued + 1 :])
    assert parse_number(text) == number


SCRIPTS = ("0123456789", "۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩")
MAGNITUDES = {"هزار": 10**3, "میلیون": 10**6, "میلیارد": 10**9}


@given(st.integers(min_value=0, max_value=10**12 - 1), st.sampled_from(SCRIPTS), st.sampled_from(["", ",", "٬"]))
def test_printed_numbers_are_read_back_in_each_script(number: int, script: str, separator: str) -> None:
    text = f"{number:,}".replace(",", separator).translate(str.maketrans("0123456789", script))
    assert parse_number(text) == number
    assert parse_digits(text) == number


@given(
    st.lists(st.integers(min_value=1, max_value=999), min_size=4, max_size=4),
    st.sampled_from(SCRIPTS),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_digits_and_words_may_be_mixed(groups: list[int], script: str, is_word: list[bool]) -> None:
    names = [*reversed(MAGNITUDES), ""]
    digits = str.maketrans("0123456789", script)
    parts = [
        f"{spell(group) if word else str(group).translate(digits)} {name}".strip()
        for group, word, name in zip(groups, is_word, names, strict=True)
    ]
    expected = sum(group * MAGNITUDES.get(name, 1) for group, name in zip(groups, names, strict=True))
    assert parse_number(" و ".join(parts)) == expected


@given(st.text(alphabet="۰۱۲۳۴۵۶۷۸۹٠١9876,.٬٫/: و", max_size=40))
def test_any_printed_text_is_read_or_refused(text: str) -> None:
    value = parse_digits(text)
    assert value is None or value >= 0


@pytest.mark.parametrize("number", [-1, 10**15])
def test_numbers_that_cannot_be_spelled_are_refused_by_name(number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        spell(number)
