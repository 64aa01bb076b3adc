"""Dates and periods told from the day of publication."""

from __future__ import annotations

from datetime import date

import pytest

from parsing.dates import find_dates
from parsing.text import normalize, tokenize

PUBLISHED = date(2023, 10, 20)  # 28 Mehr 1402


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("هفت ماهه نخست امسال", date(2023, 3, 21), date(2023, 10, 22)),
        ("سال زراعی گذشته", date(2022, 9, 23), date(2023, 9, 22)),
        ("۱۴۰۲/۰۵/۱۲", date(2023, 8, 3), date(2023, 8, 3)),
    ],
)
def test_a_period_is_its_first_and_last_day(text: str, start: date, end: date) -> None:
    (dated,) = find_dates(tokenize(normalize(text)), PUBLISHED)
    assert dated.period is not None and (dated.period.start, dated.period.end) == (start, end)


def test_no_day_is_guessed_without_a_publication_date() -> None:
    (dated,) = find_dates(tokenize("امسال"), None)
    assert dated.period is None


def test_a_bare_name_of_a_month_is_no_date() -> None:
    assert find_dates(tokenize("خبرگزاری مهر گفت"), PUBLISHED) == ()
