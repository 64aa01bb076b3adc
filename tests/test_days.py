"""Jalali days read and written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dabir.days import days_between, jalali_day, read_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1405-08-28", date(2026, 11, 19)),
        ("1405/8/28", date(2026, 11, 19)),
        ("۱۴۰۵-۰۸-۲۸", date(2026, 11, 19)),
        ("١٤٠٥/٠٨/٢٨", date(2026, 11, 19)),
        (" 1393-01-01 ", date(2014, 3, 21)),
        ("1399-12-30", date(2021, 3, 20)),
    ],
)
def test_a_jalali_day_is_read_in_any_digits(text: str, day: date) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize("text", ["", "1405-08", "2026-11-19", "1405-13-01", "1400-12-30", "28-08-1405", "1405-08-28x"])
def test_what_is_no_jalali_day_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(ValueError, match="Jalali"):
        read_day(text)


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2100, 1, 1)))
def test_a_day_written_is_the_day_read(day: date) -> None:
    assert read_day(jalali_day(day)) == day


def test_days_between_are_both_ends_and_all_between() -> None:
    first, last = read_day("1404-12-28"), read_day("1405-01-02")
    assert [jalali_day(day) for day in days_between(first, last)] == [
        "1404-12-28",
        "1404-12-29",
        "1405-01-01",
        "1405-01-02",
    ]
    assert list(days_between(last, first)) == []
