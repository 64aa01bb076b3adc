"""Dates and periods in tokens: Jalali ones, and those told from the day of publication.

What is said is read as first and last day («هفت ماهه نخست امسال» is 1 Farvardin to 30 Mehr). Where a day cannot be
known (no year and no publication date) the words are still found, because their numbers count nothing, but their
`period` is None: no date is guessed. No clock: «امسال» is the year of the publication date, an argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Final

from persiantools.jdatetime import JalaliDate

from parsing.jalali import (
    JOINTS,
    UNTIL,
    YEAR,
    YEARS,
    Calendar,
    Dated,
    as_dated,
    calendar_words,
    day_of,
    mark_at,
    month_span,
    nearest_year,
    numeral_words,
    to_jalali,
    word_at,
)
from parsing.numerals import parse_digits, read_number
from parsing.periods import MONTHLY, comparison, months_of_year, near_period, part_of_year, recent_period
from parsing.tokens import Tokens, trait, traits
from parsing.words import listed
from parsing.years import LAST_YEAR, THIS_YEAR, gregorian_year, year_after, year_pair, year_words


def find_dates(tokens: Tokens, published: date | None) -> tuple[Dated, ...]:
    """The dates and periods of a sentence in order, without overlaps; the longest reading wins.

    `published` is the day of publication, None where it is not known: then what is told from it has no days.
    """
    begins = [index for index, token in enumerate(tokens) if traits(token) & _BEGINS]
    if not begins:
        return ()
    calendar = calendar_words()
    today = to_jalali(published) if published else None
    last = next((index for index in range(len(tokens) - 1, 0, -1) if traits(tokens[index]) & _MEASURES), 0)
    found: list[Dated] = []
    resume = 0
    for index in begins:
        if index < resume:
            continue
        readings = _word_readings(tokens, index, calendar, today, found)
        if index < last:
            readings += _number_readings(tokens, index, calendar, today)
        dated = max((reading for reading in readings if reading), key=lambda reading: reading.end, default=None)
        if dated is not None:
            found.append(dated)
            resume = dated.end
    return tuple(found)


@cache
def _starts() -> frozenset[str]:
    """Folds that a date or period may begin with, besides numbers in digits."""
    calendar = calendar_words()
    known = (calendar.months, calendar.ordinals, calendar.days, calendar.seasons, calendar.gregorian)
    return _STARTS.union(numeral_words(), *known)


@cache
def _measures() -> frozenset[str]:
    """Folds of which one follows each number that is part of a date: months and measures of time."""
    calendar = calendar_words()
    return frozenset((*calendar.spans, *MONTHLY, *calendar.months, *calendar.gregorian, *calendar.lunar))


_BEGINS: Final = trait(lambda token: token.kind == "number" or token.fold in _starts())
_MEASURES: Final = trait(lambda token: token.fold in _measures())

_HOURS: Final = ("ساعت", "ساعات", "ساعتهای")
_CLOCK_JOINTS: Final = frozenset((*UNTIL, "و", "-", "یا"))
_MONTH_JOINTS: Final = frozenset((*UNTIL, "و"))
_STARTS: Final = frozenset(
    (
        *(YEAR, *YEARS, *THIS_YEAR, *LAST_YEAR),
        *listed("begins", "date_words"),
        *_HOURS,
    )
)


def _word_readings(
    tokens: Tokens, index: int, calendar: Calendar, today: JalaliDate | None, before: Sequence[Dated]
) -> tuple[Dated | None, ...]:
    """Readings of the word at `index`, or of a number that is a whole date or time by itself."""
    if tokens[index].kind == "number":
        return _numeric(tokens, index), _clock(tokens, index), year_pair(tokens, index)
    if tokens[index].fold in calendar.gregorian:
        return (_gregorian_month(tokens, index, calendar),)
    return (
        _clock(tokens, index),
        _months(tokens, index, calendar, today),
        year_words(tokens, index, calendar, today),
        part_of_year(tokens, index, calendar, today),
        comparison(tokens, index, today, before),
        near_period(tokens, index, calendar, today),
    )


def _number_readings(
    tokens: Tokens, index: int, calendar: Calendar, today: JalaliDate | None
) -> tuple[Dated | None, ...]:
    """Readings of the number at `index`, in digits or words, with the month or measure of time that follows."""
    number = _day_number(tokens, index, calendar)
    recent = recent_period(tokens, index, today)
    if number is None:
        return (recent,)
    return (
        _days_of_month(tokens, index, number, calendar, today),
        _foreign_day(tokens, index, number, calendar),
        months_of_year(tokens, index, number, calendar, today),
        recent,
    )


def _numeric(tokens: Tokens, index: int) -> Dated | None:
    """«۱۴۰۲/۰۵/۱۲», «۹۸/۳/۱»."""
    token = tokens[index]
    if token.kind != "number" or token.text.count("/") != 2:
        return None
    parts = [parse_digits(part.lstrip("۰") or "۰") for part in token.text.split("/")]
    if any(part is None or part != int(part) for part in parts):
        return None
    year, month, day = (int(part) for part in parts if part is not None)
    if year < 100:
        year += 1300 if year > 30 else 1400
    found = day_of(year, month, day)
    return as_dated(tokens, index, index + 1, (found, found) if found else None)


def _day_number(tokens: Tokens, index: int, calendar: Calendar) -> tuple[int, int] | None:
    """Read a day of a month at `index`: «۱۵», «چهارم», «بیست و سوم»; return it and where it ends."""
    word = word_at(tokens, index)
    if word in calendar.ordinals:
        return calendar.ordinals[word], index + 1
    if word in ("بیست", "سی") and mark_at(tokens, index + 1) == "و" and word_at(tokens, index + 2) in calendar.ordinals:
        day = (20 if word == "بیست" else 30) + calendar.ordinals[word_at(tokens, index + 2)]
        return (day, index + 3) if day <= 31 else None
    if index < len(tokens) and (tokens[index].kind == "number" or word in numeral_words()):
        if len(tokens[index].text) == 2 and (padded := parse_digits("1" + tokens[index].text)) and 100 < padded < 110:
            return int(padded) - 100, index + 1  # «۰۹ مهر»: a nought before, which is no number elsewhere
        number = read_number(tokens, index)
        if number and number.value == int(number.value) and 1 <= number.value <= 31 and number.magnitude == 1:
            return int(number.value), number.end
    return None


def _days_of_month(
    tokens: Tokens, index: int, first: tuple[int, int], calendar: Calendar, today: JalaliDate | None
) -> Dated | None:
    """«۱۵ اسفند», «چهارم فروردین ۱۳۹۸», «۱۷ تا ۲۵ خرداد ماه», «۱۵ اسفند تا ۴ فروردین», «۸ و ۹ آبان»."""
    day, place = first
    last_day = day
    joint = mark_at(tokens, place)
    if joint in JOINTS or joint in ("ـ", "،"):
        second = _day_number(tokens, place + 1, calendar)
        if second is not None and word_at(tokens, second[1]) in calendar.months:
            last_day, place = second
    month = calendar.months.get(word_at(tokens, place))
    if month is None:
        return None
    end = place + 1
    if word_at(tokens, end) == "ماه":
        end += 1
    year, end = year_after(tokens, end, today, is_sure=True)
    year = year or nearest_year(month, last_day, today)
    start_day = day_of(year, month, day) if year else None
    end_day = day_of(year, month, last_day) if year else None
    return as_dated(
        tokens, index, end, (start_day, end_day) if start_day and end_day and start_day <= end_day else None
    )


def _foreign_day(tokens: Tokens, index: int, first: tuple[int, int], calendar: Calendar) -> Dated | None:
    """«۲۰ ژوئن ۲۰۱۹», «۱۵ تا ۲۱ مارس», «۲۱ رمضان»: not resolved without its year, nor by the moon."""
    last = first
    if mark_at(tokens, first[1]) in JOINTS:
        last = _day_number(tokens, first[1] + 1, calendar) or first
    end = last[1] + 1
    if word_at(tokens, last[1]) in calendar.lunar:
        return as_dated(tokens, index, end, None)
    month = calendar.gregorian.get(word_at(tokens, last[1]))
    if month is None:
        return None
    place = end + (word_at(tokens, end) == YEAR)
    year = gregorian_year(tokens, place)
    if year is None:
        return as_dated(tokens, index, end, None)
    try:
        days = (to_jalali(date(year, month, first[0])), to_jalali(date(year, month, last[0])))
    except ValueError:
        return as_dated(tokens, index, place + 1, None)
    return as_dated(tokens, index, place + 1, days if first[0] <= last[0] else None)


def _gregorian_month(tokens: Tokens, index: int, calendar: Calendar) -> Dated | None:
    """«سپتامبر ۲۰۱۹»."""
    month, year = calendar.gregorian[tokens[index].fold], gregorian_year(tokens, index + 1)
    if year is None:
        return None
    first, following = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
    return as_dated(tokens, index, index + 2, (to_jalali(first), to_jalali(following - timedelta(days=1))))


def _clock(tokens: Tokens, index: int) -> Dated | None:
    """«ساعت ۹ و نیم», «ساعت ۹ الی ۱۴», «۱۷:۳۰»."""
    if tokens[index].kind == "number" and ":" in tokens[index].text:
        return as_dated(tokens, index, index + 1, None)
    if word_at(tokens, index) not in _HOURS or index + 1 >= len(tokens):
        return None
    if index and (tokens[index - 1].kind == "number" or tokens[index - 1].fold in numeral_words()):
        return None  # «هر یک ساعت ۵ هکتار»
    place = index + 1 + (mark_at(tokens, index + 1) == ":")
    end = None
    while place < len(tokens) and (number := _clock_number(tokens, place)) is not None:
        end = place = number
        if mark_at(tokens, place) in _CLOCK_JOINTS:
            if word_at(tokens, place + 1) in _HOURS:
                place += 1
            place += 1
    if end is not None and word_at(tokens, end) == "دقیقه":
        end += 1
    return as_dated(tokens, index, end, None) if end else None


def _clock_number(tokens: Tokens, index: int) -> int | None:
    text = tokens[index].text
    if tokens[index].kind == "number" and (":" in text or len(text) <= 2 or (len(text) == 5 and text[2] in "./")):
        return index + 1
    number = read_number(tokens, index) if tokens[index].fold in numeral_words() else None
    return number.end if number and number.value <= 24 else None


def _months(tokens: Tokens, index: int, calendar: Calendar, today: JalaliDate | None) -> Dated | None:
    """«خرداد ۹۶», «مهرماه امسال», «دی ماه سال گذشته», «بهار ۹۸»; a bare «مهر» or «تیر» is no month."""
    word = word_at(tokens, index)
    month, season = calendar.months.get(word), calendar.seasons.get(word)
    if month is None and season is None:
        return None
    place = index + 1
    named = word.endswith("ماه") and word != "ماه"
    if month and word_at(tokens, place) == "ماه":
        named, place = True, place + 1
    if month and mark_at(tokens, place) in _MONTH_JOINTS and word_at(tokens, place + 1) in calendar.months:
        return _month_range(tokens, index, place + 1, calendar, today)
    year, end = year_after(tokens, place, today)
    if end == place and not named:
        return None
    if year is None and end == place and today and month:
        year = nearest_year(month, 15, today)
    if year is None:
        return as_dated(tokens, index, end, None)
    first, last = (month, month) if month else ((season or 1) * 3 - 2, (season or 1) * 3)
    return as_dated(tokens, index, end, month_span(year, first, last))


def _month_range(tokens: Tokens, index: int, second: int, calendar: Calendar, today: JalaliDate | None) -> Dated | None:
    place = second + 1 + (word_at(tokens, second + 1) == "ماه")
    year, end = year_after(tokens, place, today)
    first, last = calendar.months[word_at(tokens, index)], calendar.months[word_at(tokens, second)]
    year = year or nearest_year(last, 15, today)
    return as_dated(tokens, index, end, month_span(year, first, last) if year and first <= last else None)
