"""Quantities: number, range, unit and comparator as printed; and what is left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.quantities import Quantity, find_quantities, units
from parsing.records import Comparator
from parsing.text import normalize
from parsing.tokens import tokenize


def quantities(text: str) -> list[Quantity]:
    return find_quantities(tokenize(normalize(text)))


def shown(quantity: Quantity) -> str:
    high = f"..{quantity.high:f}" if quantity.high is not None else ""
    unit = quantity.unit.name if quantity.unit else "ratio" if quantity.is_ratio else "-"
    return f"{quantity.comparator} {quantity.value.normalize():f}{high} {unit}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("۷۷۸ هزار نفر", "= 778000 person"),
        ("هزار و ۱۳۰ میلیارد تومان", "= 1130000000000 toman"),
        ("یک و نیم میلیون لیتر", "= 1500000 liter"),
        ("۱۲٬۵۰۰ ریال", "= 12500 rial"),
        ("۳۵۷ میلیون و ۸۳۹ هزار و ۷۴۰ هزار ریال", "= 357839740000 rial"),
        ("مثبت و منفی ۵.۷ درصد", "= 5.7 percent"),
        ("12,500 دلار", "= 12500 dollar"),
        ("١٢٥ هکتار", "= 125 hectare"),
        ("۴۵۲ نفر ساعت", "= 452 person_hour"),
        ("۴۵۲ نفر شب", "= 452 person_night"),
        ("۸ متر مکعب در ثانیه", "= 8 cubic_meter_per_second"),
        ("۲۰۰ کیلووات ساعت", "= 200 kilowatt_hour"),
        ("۱۲ دستگاه خودرو", "= 12 count"),
        ("۳۰۰ خانوار", "= 300 household"),
        ("دو برابر", "= 2 times"),
        ("صدکیلومتر", "= 100 kilometer"),
        ("چهارهکتار", "= 4 hectare"),
        ("سه‌درصد", "= 3 percent"),
        ("نیم‌درصد", "= 0.5 percent"),
        ("۱۰میلیون‌تومان", "= 10000000 toman"),
        ("۵۰ هزارتومانی", "= 50000 toman"),
        ("۲۵ میلی‌گرم در لیتر", "= 25 milligram_per_liter"),
        ("۲۰۰ نیوتن‌متر", "= 200 newton_meter"),
        ("نیمی از مردم", "= 0.5 ratio"),
        ("سه چهارم جمعیت", "= 0.75 ratio"),
        ("۴۵ صدم مترمربع", "= 0.45 square_meter"),
        ("شش دهم درصد", "= 0.6 percent"),
        ("۴ و یک دهم ریشتر", "= 4.1 richter"),
        ("چهار کیلو و ۵۰۰ گرم", "= 4.5 kilogram"),
        ("دو متر و ۳۰ سانتی\u200cمتر", "= 2.3 meter"),
        ("یک تن و نیم", "= 1.5 ton"),
        ("۵۰ کیلویی", "= 50 kilogram"),
        ("پنج شش میلیارد تومان", "= 5000000000..6000000000 toman"),
        ("دو سه نفر", "= 2..3 person"),
        ("دو، سه نفر", "= 2..3 person"),
        ("۱۰ درجه زیر صفر", "= -10 degree"),
        ("۵ تا ۱۰ درجه زیر صفر", "= -10..-5 degree"),
        ("منفی ۵ درجه زیر صفر", "= -5 degree"),
        ("کمتر از منفی ۵ درصد", "< -5 percent"),
        ("۲.۵ میکرومتر", "= 2.5 micrometer"),
        ("۱۳۶ میکروگرم در هر مترمکعب", "= 136 microgram_per_cubic_meter"),
        ("یک میلیون مایل در ساعت", "= 1000000 mile_per_hour"),
        ("منفی ۸ درجه", "= -8 degree"),
        ("٪۱۲", "= 12 percent"),
        ("۱۲٪", "= 12 percent"),
    ],
)
def test_a_number_is_read_with_its_unit(text: str, expected: str) -> None:
    assert [shown(quantity) for quantity in quantities(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("۳۰ تا ۴۰ درصد", "= 30..40 percent"),
        ("۳ تا ۵ میلیارد تومان", "= 3000000000..5000000000 toman"),
        ("۹۰۰ هزار تا یک میلیون تومان", "= 900000..1000000 toman"),
        ("بین ۷ و ۱۰ هکتار", "= 7..10 hectare"),
        ("۶ - ۵ کیلومتر", "= 5..6 kilometer"),
        ("۱۰ الی ۲۰ درصد", "= 10..20 percent"),
        ("دو یا سه کارگاه", "= 2..3 -"),
        ("۲ درصد تا ۵ درصد", "= 2..5 percent"),
        ("بیست، سی نفر", "= 20..30 person"),
        ("هفتاد هشتاد هزار نفر", "= 70000..80000 person"),
        ("چهارصد، پانصد میلیون تومان", "= 400000000..500000000 toman"),
        ("ده پانزده نفر", "= 10..15 person"),
        ("یک میلیون و ۹۰۰ تا دو میلیون و ۲۰۰ هزار تن", "= 1900000..2200000 ton"),
    ],
)
def test_a_range_shares_its_magnitude_and_unit(text: str, expected: str) -> None:
    assert [shown(quantity) for quantity in quantities(text)] == [expected]


@pytest.mark.parametrize(
    ("words", "comparator"),
    [
        ("بیش از", ">"),
        ("بالغ بر", ">"),
        ("افزون بر", ">"),
        ("کمتر از", "<"),
        ("حداقل", ">="),
        ("دست\u200cکم", ">="),
        ("حداکثر", "<="),
        ("تا", "<="),
        ("حدود", "~"),
        ("نزدیک به", "~"),
        ("قریب به", "~"),
        ("تقریبا", "~"),
        ("معادل", "="),
    ],
)
def test_words_before_a_number_compare_it(words: str, comparator: Comparator) -> None:
    (quantity,) = quantities(f"{words} ۳۰۰ نفر")
    assert quantity.comparator == comparator and quantity.value == 300


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("از ۱۰ به ۱۵ درصد", [10, 15]),
        ("۵ تا ۳ درصد", [5, 3]),
        ("بیست، چهل نفر", [20, 40]),
        ("بیست، سی و چهل نفر", [20, 30, 40]),
        ("نه ده نفر", [9, 10]),
        ("۲۰ نفر و ۳۰ نفر", [20, 30]),
        ("۱۰ تن گندم و ۵۰۰ کیلوگرم جو", [10, 500]),
        ("دو کیلومتر و ۵ هکتار", [2, 5]),
    ],
)
def test_two_quantities_stay_two(text: str, values: list[int]) -> None:
    assert [quantity.value for quantity in quantities(text)] == values


@pytest.mark.parametrize("text", ["۱۰:۳۰", "۱۴۰۲/۰۵/۱۲", "۰۲۱", "چند نفر", "صدها نفر", "نفر", "درصد"])
def test_times_dates_codes_and_vague_words_are_no_quantities(text: str) -> None:
    assert [shown(quantity) for quantity in quantities(text)] == []


@given(st.integers(2, 10**9), st.sampled_from(sorted(word for word, unit in units().items() if unit.kind == "measure")))
def test_every_measure_is_read_after_any_number(number: int, unit: str) -> None:
    (first, *_) = quantities(f"{number} {unit}")
    assert first.value == number


@given(st.integers(2, 10**6), st.integers(0, 9))
def test_a_decimal_is_the_same_in_each_way_it_is_printed(whole: int, tenths: int) -> None:
    whole %= 1000
    persian = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
    for mark in (".", "٫", "/"):
        (quantity,) = quantities(f"{whole}{mark}{tenths}".translate(persian) + " درصد")
        assert quantity.value == Decimal(f"{whole}.{tenths}")
