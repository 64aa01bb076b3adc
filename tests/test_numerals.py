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
    ],
)
def test_numbers_are_read(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["۱۰:۳۰", "۱۴۰۲/۰۵/۱۲", "۰۲۴", "۹۸۹۱/۷۴۰۸"])
def test_times_dates_and_codes_are_no_numbers(text: str) -> None:
    assert parse_digits(text) is None


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_spelled_numbers_are_read_back(number: int) -> None:
    assert parse_number(spell(number)) == number
