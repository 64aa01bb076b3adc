"""Periods told from the day of publication or from a year: «هفت ماهه نخست امسال», «مدت مشابه پارسال».

Each function reads what may begin at `tokens[index]` and gives None where it is something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from persiantools.jdatetime import JalaliDate

from parsing.jalali import (
    Calendar,
    Dated,
    as_dated,
    calendar_words,
    jalali,
    last_day,
    month_span,
    moved,
    nearest_year,
    numeral_words,
    to_jalali,
    word_at,
)
from parsing.numerals import read_number
from parsing.tokens import Tokens
from parsing.words import listed
from parsing.years import year_after, year_of

MONTHLY: Final = ("ماهه", "ماه")
_FIRST: Final = listed("first", "date_words")
_PAST: Final = ("گذشته", "اخیر", "قبل", "پیش")
_MOST: Final = 1000  # of days, weeks or years before publication; chosen: more is history
_LIKE: Final = ("مشابه",)


def part_of_year(tokens: Tokens, index: int, calendar: Calendar, today: JalaliDate | None) -> Dated | None:
    """«نیمه اول سال جاری», «از ابتدای سال تاکنون»."""
    word = word_at(tokens, index)
    if word in ("ابتدای", "اغاز"):
        year, end = year_of(tokens, index + 1, today)
        if end == index + 1:
            return None
        until = word_at(tokens, end)
        now = until in ("تاکنون", "تابحال") or (until == "تا" and word_at(tokens, end + 1) in ("کنون", "امروز"))
        end += (1 if until != "تا" else 2) if now else 0
        if year is None or today is None:
            return as_dated(tokens, index, end, None)
        start = jalali(year, 1, 1)
        return as_dated(tokens, index, end, (start, today) if now and start <= today else (start, start))
    if word in ("نیمه", "نیمسال"):
        half = calendar.ordinals.get(word_at(tokens, index + 1))
        if half not in (1, 2):
            return None
        month = calendar.months.get(word_at(tokens, index + 2))
        if month is not None:
            return _half_month(tokens, index, month, half, today)
        year, end = year_of(tokens, index + 2, today)
        if end == index + 2:
            return None
        return as_dated(tokens, index, end, month_span(year, half * 6 - 5, half * 6) if year else None)
    return None


def months_of_year(
    tokens: Tokens, index: int, many: tuple[int, int], calendar: Calendar, today: JalaliDate | None
) -> Dated | None:
    """«هفت ماهه نخست امسال», «سه ماهه دوم سال ۹۷», «۹ ماه سال جاری»; `many` is the number and where it ends."""
    if word_at(tokens, many[1]) not in MONTHLY or not many[0] <= 12 or word_at(tokens, index) in calendar.ordinals:
        return None
    months, place = many[0], many[1] + 1
    part = word_at(tokens, place)
    number = 1 if part in _FIRST else calendar.ordinals.get(part)
    if number is not None:
        place += 1
    year, end = year_of(tokens, place, today)
    if end == place and number is None:
        return None
    if year is None and today is not None and end == place:
        year = today.year
    last = months * (number or 1)
    if year is None or last > 12:
        return as_dated(tokens, index, end, None)
    return as_dated(tokens, index, end, month_span(year, last - months + 1, last))


def _half_month(tokens: Tokens, index: int, month: int, half: int, today: JalaliDate | None) -> Dated:
    place = index + 3 + (word_at(tokens, index + 3) == "ماه")
    year, end = year_after(tokens, place, today)
    year = year or nearest_year(month, half * 15 - 7, today)
    if year is None:
        return as_dated(tokens, index, end, None)
    days = (jalali(year, month, 1), jalali(year, month, 15))
    return as_dated(tokens, index, end, days if half == 1 else (jalali(year, month, 16), last_day(year, month)))


def comparison(tokens: Tokens, index: int, today: JalaliDate | None, before: Sequence[Dated]) -> Dated | None:
    """«مدت مشابه سال گذشته»: the period said `before` it, a year earlier; with none, that year until the same day."""
    place = index
    if word_at(tokens, place) in ("مدت", "دوره", "زمان"):
        place += 1
        if word_at(tokens, place) == "زمان":
            place += 1
        if word_at(tokens, place) not in _LIKE:
            return None
        place += 1
    elif word_at(tokens, place) in _LIKE and word_at(tokens, place + 1) in ("مدت", "دوره", "زمان"):
        place += 2
    else:
        return None
    if word_at(tokens, place) in ("در", "ان", "خود"):
        place += 1
    year, end = year_after(tokens, place, today)
    if end == place:
        return as_dated(tokens, index, end, None, like=True)
    if year is None or today is None:
        return as_dated(tokens, index, end, None, like=True)
    said = next((dated.period for dated in reversed(before) if dated.period and not dated.is_comparison), None)
    if said is not None and said.start != said.end:
        first, last = to_jalali(said.start), to_jalali(said.end)
        back = last.year - year
        return as_dated(tokens, index, end, (moved(first, -back), moved(last, -back)), like=True)
    return as_dated(tokens, index, end, (jalali(year, 1, 1), moved(today, year - today.year)), like=True)


def recent_period(tokens: Tokens, index: int, today: JalaliDate | None) -> Dated | None:
    """«۲۴ ساعت گذشته», «سه سال اخیر», «دو هفته گذشته»: ending with the day of publication."""
    token = tokens[index]
    if token.kind != "number" and token.fold not in numeral_words():
        return None
    number = read_number(tokens, index)
    if number is None or number.value > _MOST or number.value != int(number.value):
        return None
    size = calendar_words().spans.get(word_at(tokens, number.end))
    if size is None or word_at(tokens, number.end + 1) not in _PAST:
        return None
    if today is None:
        return as_dated(tokens, index, number.end + 2, None)
    many = int(number.value)
    days = max(1, many // 24) if size == 0 else many * size
    start = to_jalali(today.to_gregorian() - timedelta(days=days))
    return as_dated(tokens, index, number.end + 2, (start, today))


def near_period(tokens: Tokens, index: int, calendar: Calendar, today: JalaliDate | None) -> Dated | None:
    """«امروز», «دیروز», «هفته گذشته», «ماه جاری», «شب گذشته»."""
    word = word_at(tokens, index)
    if word in calendar.days:
        day = to_jalali(today.to_gregorian() + timedelta(days=calendar.days[word])) if today else None
        return as_dated(tokens, index, index + 1, (day, day) if day else None)
    shift = calendar.shifts.get(word_at(tokens, index + 1))
    if word not in ("هفته", "ماه", "شب", "روز") or shift is None:
        return None
    if today is None:
        return as_dated(tokens, index, index + 2, None)
    if word in ("شب", "روز"):
        day = to_jalali(today.to_gregorian() + timedelta(days=shift))
        return as_dated(tokens, index, index + 2, (day, day))
    if word == "هفته":
        saturday = today.to_gregorian() - timedelta(days=today.weekday()) + timedelta(days=7 * shift)
        return as_dated(
            tokens,
            index,
            index + 2,
            (to_jalali(saturday), to_jalali(saturday + timedelta(days=6))),
        )
    months = today.year * 12 + today.month - 1 + shift
    return as_dated(tokens, index, index + 2, month_span(months // 12, months % 12 + 1, months % 12 + 1))
