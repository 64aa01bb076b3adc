"""Dates and periods told from the day of publication."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persiantools.jdatetime import JalaliDate

from parsing.dates import find_dates
from parsing.text import normalize
from parsing.tokens import tokenize

PUBLISHED = date(2023, 10, 20)  # 28 Mehr 1402


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("هفت ماهه نخست امسال", date(2023, 3, 21), date(2023, 10, 22)),
        ("سال زراعی گذشته", date(2022, 9, 23), date(2023, 9, 22)),
        ("۱۴۰۲/۰۵/۱۲", date(2023, 8, 3), date(2023, 8, 3)),
        ("۱۲ مرداد ۱۴۰۲", date(2023, 8, 3), date(2023, 8, 3)),
        ("دوازدهم مرداد ماه سال ۱۴۰۲", date(2023, 8, 3), date(2023, 8, 3)),
        ("۱۷ تا ۲۵ خرداد ۱۴۰۲", date(2023, 6, 7), date(2023, 6, 15)),
        ("۸ و ۹ آبان ۱۴۰۱", date(2022, 10, 30), date(2022, 10, 31)),
        ("۱۵ تا ۲۱ مارس ۲۰۱۹", date(2019, 3, 15), date(2019, 3, 21)),
        ("۲۰ ژوئن ۲۰۱۹", date(2019, 6, 20), date(2019, 6, 20)),
        ("مرداد سال ۱۴۰۱", date(2022, 7, 23), date(2022, 8, 22)),
        ("سال ۱۴۰۱", date(2022, 3, 21), date(2023, 3, 20)),
        ("امسال", date(2023, 3, 21), date(2024, 3, 19)),
        ("سال جاری", date(2023, 3, 21), date(2024, 3, 19)),
        ("سال گذشته", date(2022, 3, 21), date(2023, 3, 20)),
        ("پارسال", date(2022, 3, 21), date(2023, 3, 20)),
        ("شش ماهه نخست سال ۱۴۰۱", date(2022, 3, 21), date(2022, 9, 22)),
        ("نیمه دوم سال گذشته", date(2022, 9, 23), date(2023, 3, 20)),
        ("بهار امسال", date(2023, 3, 21), date(2023, 6, 21)),
        ("سال تحصیلی گذشته", date(2022, 9, 23), date(2023, 9, 22)),
        ("۱۴ می ۲۰۱۹", date(2019, 5, 14), date(2019, 5, 14)),
        ("فوریه ۲۰۲۰", date(2020, 2, 1), date(2020, 2, 29)),
        ("دسامبر ۲۰۱۹", date(2019, 12, 1), date(2019, 12, 31)),
        ("۹۷-۹۸", date(2018, 9, 23), date(2019, 9, 22)),
        ("۱۴۰۰ - ۱۳۹۹", date(2020, 9, 22), date(2021, 9, 22)),
    ],
)
def test_a_period_is_its_first_and_last_day(text: str, start: date, end: date) -> None:
    (dated,) = find_dates(tokenize(normalize(text)), PUBLISHED)
    assert dated.period is not None and (dated.period.start, dated.period.end) == (start, end)


@pytest.mark.parametrize("text", ["۲۱ رمضان", "۱۹ تا ۲۱ رمضان", "۱۳ رجب", "۱۴ می", "ساعت ۱۶ تا ۱۷.۳۰", "ساعات ۶ تا ۸"])
def test_a_time_whose_days_are_unknown_is_found_whole(text: str) -> None:
    tokens = tokenize(normalize(text))
    (dated,) = find_dates(tokens, PUBLISHED)
    assert (dated.start, dated.end, dated.period) == (0, len(tokens), None)


@pytest.mark.parametrize("text", ["۹۷-۹۸ درصد", "۲۰-۲۱ نفر", "۸۷-۹۸"])
def test_a_range_of_numbers_is_no_pair_of_years(text: str) -> None:
    assert find_dates(tokenize(normalize(text)), PUBLISHED) == ()


def test_no_day_is_guessed_without_a_publication_date() -> None:
    (dated,) = find_dates(tokenize("امسال"), None)
    assert dated.period is None


def test_a_bare_name_of_a_month_is_no_date() -> None:
    assert find_dates(tokenize("خبرگزاری مهر گفت"), PUBLISHED) == ()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("مدت مشابه سال گذشته", date(2022, 3, 21), date(2022, 10, 22)),
        ("مدت مشابه پارسال", date(2022, 3, 21), date(2022, 10, 22)),
    ],
)
def test_the_like_period_is_that_of_the_sentence_a_year_before(text: str, start: date, end: date) -> None:
    found = find_dates(tokenize(normalize(f"هفت ماهه نخست امسال نسبت به {text}")), PUBLISHED)
    assert [one.is_comparison for one in found] == [False, True]
    assert found[1].period is not None and (found[1].period.start, found[1].period.end) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "خبرگزاری مهر گفت",
        "۱۲ مرد",
        "ماده ۱۲",
        "۱۴۰۰ نفر",
        "۳۱ تن گندم",
        "اردیبهشت\u200cوند",
        "دومین کنگره",
        "هر سال ۸۰ هزار تن",
        "یک سال ۷۰ درصد",
        "در بهار ۸۰ هزار نفر",
    ],
)
def test_names_and_counts_are_no_dates(text: str) -> None:
    assert find_dates(tokenize(normalize(text)), PUBLISHED) == ()


@pytest.mark.parametrize("text", ["۳۱ مهر ۱۴۰۲", "۳۰ اسفند ۱۴۰۲", "۱۴۰۲/۱۳/۰۱", "۳۱ فوریه ۲۰۱۹"])
def test_a_day_that_the_calendar_lacks_has_no_period(text: str) -> None:
    assert all(dated.period is None for dated in find_dates(tokenize(normalize(text)), PUBLISHED))


@given(st.dates(date(1980, 1, 1), date(2040, 1, 1)))
def test_every_jalali_day_is_read_back_as_it_is_printed(day: date) -> None:
    jalali = JalaliDate.to_jalali(day)  # type: ignore[no-untyped-call]
    for text in (jalali.strftime("%Y/%m/%d"), jalali.strftime("%d %B %Y", locale="fa")):
        (dated,) = find_dates(tokenize(normalize(text)), PUBLISHED)
        assert dated.period is not None and (dated.period.start, dated.period.end) == (day, day)


@given(st.text(alphabet="۰۱۲۳۴/ مهرسالتیاگذشه", max_size=60))
def test_dates_of_a_sentence_never_overlap(text: str) -> None:
    tokens = tokenize(normalize(text))
    end = 0
    for dated in find_dates(tokens, PUBLISHED):
        assert end <= dated.start < dated.end <= len(tokens)
        end = dated.end
