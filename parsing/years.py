"""Years in whatever words: «سال ۹۷», «امسال», «سال زراعی گذشته», «سال‌های ۹۵ تا ۹۷», «۲۰۱۹ میلادی».

Each function reads what may begin at `tokens[index]`.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

from persiantools.jdatetime import JalaliDate

from parsing.jalali import (
    FROM_AUTUMN,
    JOINTS,
    SCHOOL,
    SPECIAL_YEARS,
    YEAR,
    YEAR_WORDS,
    YEARS,
    Calendar,
    Dated,
    as_dated,
    calendar_words,
    mark_at,
    month_span,
    to_jalali,
    word_at,
    year_span,
)
from parsing.letters import fold
from parsing.lexicon import rows
from parsing.numerals import parse_digits
from parsing.tokens import Tokens
from parsing.words import listed

THIS_YEAR: Final = ("امسال",)
LAST_YEAR: Final = ("پارسال",)
# Chosen: the years that a number without more words may be, from the first and below the second.
_WESTERN: Final = (1800, 2100)
_JALALI: Final = (1250, 1450)
_LAST_CENTURY: Final = 30  # «۳۰» to «۹۹» are of the 1300s: until 1430 nobody writes a year to come so
_RECENT: Final = 80  # «۸۰» to «۹۹»: a year even before a word that is no sure sign of one; chosen


def gregorian_year(tokens: Tokens, index: int) -> int | None:
    """A Gregorian year of four digits at `index`, 1800 to 2099, or None."""
    if not (index < len(tokens) and tokens[index].kind == "number" and len(tokens[index].text) == 4):
        return None
    value = parse_digits(tokens[index].text)
    return int(value) if value is not None and _WESTERN[0] <= value < _WESTERN[1] else None


def year_number(tokens: Tokens, index: int) -> int | None:
    """A Jalali year in digits at `index`, 1250 to 1449, or None; of two digits, «۹۷» is 1397 and «۰۲» 1402.

    Two digits before a magnitude or unit are an amount, as all 10 after «سال» in the corpus were: «هر سال ۸۰ هزار نفر».
    """
    if not (index < len(tokens) and tokens[index].kind == "number"):
        return None
    value = parse_digits(tokens[index].text)
    if value is None and len(tokens[index].text) == 2 and tokens[index].text[0] == "۰":
        return 1400 + int(tokens[index].text)
    if value is None or value != int(value):
        return None
    year = int(value)
    if len(tokens[index].text) == 2 and year >= _LAST_CENTURY:
        return None if _is_counted(tokens, index + 1) else 1300 + year
    return year if _JALALI[0] <= year < _JALALI[1] else None


def year_pair(tokens: Tokens, index: int) -> Dated | None:
    """«۹۷-۹۸», «۱۴۰۰ - ۱۳۹۹»: the two years of a season or a school year, in either order; None where none are."""
    if mark_at(tokens, index + 1) not in ("-", "–"):
        return None
    year, other = year_number(tokens, index), year_number(tokens, index + 2)
    if year is None or other is None or abs(year - other) != 1 or not _closes(tokens, index + 3):
        return None
    return as_dated(tokens, index, index + 3, year_span(min(year, other), min(year, other), SCHOOL))


def year_after(
    tokens: Tokens, index: int, today: JalaliDate | None, *, is_sure: bool = False
) -> tuple[int | None, int]:
    """Read the year that may follow a day (then `is_sure`) or month: it (None if not said) and where the words end."""
    place = index + (word_at(tokens, index) == YEAR)
    year = year_number(tokens, place)
    is_told = place > index or (year is not None and len(tokens[place].text) == 4) or is_sure
    if year is not None and (not _is_counted(tokens, place + 1) if is_told else _closes(tokens, place + 1)):
        return year, place + 1
    word = word_at(tokens, index)
    if word in THIS_YEAR:
        return (today.year if today else None), index + 1
    if word in LAST_YEAR:
        return (today.year - 1 if today else None), index + 1
    if place > index:
        shift = calendar_words().shifts.get(word_at(tokens, place))
        if shift is not None:
            return (today.year + shift if today else None), place + 1
        return None, index
    return None, index


def _is_counted(tokens: Tokens, index: int) -> bool:
    """Whether what stands at `index` makes the number before it no year: «۱۵ اسفند ۴۵ نفر», «سال ۹۸ تا ۵۰ درصد»."""
    return word_at(tokens, index) in _words_of_amounts()


@cache
def _words_of_amounts() -> frozenset[str]:
    """Magnitudes, and units that no word of another sense shares, as «بار», «مورد» and «ساعت» do."""
    first = (fold(row["word"].split()[0]) for row in rows("units") if row["kind"] in _AMOUNTS)
    return frozenset(word for word in first if word) | frozenset(fold(row["word"]) for row in rows("magnitudes"))


_AMOUNTS: Final = ("person", "household", "share", "money", "measure")


def _closes(tokens: Tokens, index: int) -> bool:
    """Whether a two-digit number before `index` may be a year: no noun that it counts follows."""
    word = word_at(tokens, index)
    if word in _FOLLOW_YEARS or not word:
        return True
    # «پاییز ۹۷ کار تمام شد»: so large a number of the last years, and no unit after it.
    number = parse_digits(tokens[index - 1].text) if index else None
    return number is not None and _RECENT <= number < 100 and word not in _unit_words()


@cache
def _unit_words() -> frozenset[str]:
    return frozenset(fold(row["word"].split()[0]) for row in rows("units"))


_FOLLOW_YEARS: Final = listed("follows_year", "date_words")


def year_words(tokens: Tokens, index: int, calendar: Calendar, today: JalaliDate | None) -> Dated | None:
    """«سال ۹۷», «سال جاری», «سال زراعی جاری», «امسال», «پارسال», «سال‌های ۹۵ تا ۹۷»; None where none stands there."""
    word = word_at(tokens, index)
    if word in THIS_YEAR or word in LAST_YEAR:
        year = today.year - (word in LAST_YEAR) if today else None
        return as_dated(tokens, index, index + 1, month_span(year, 1, 12) if year else None)
    if word not in YEAR_WORDS:
        return None
    kind = word_at(tokens, index + 1)
    special = kind in SPECIAL_YEARS
    place = index + 1 + special
    year = year_number(tokens, place)
    if year is not None:
        end, last = place + 1, year
        if mark_at(tokens, end) in JOINTS:
            other = year_number(tokens, end + 1)
            if other is not None and other != year and not _is_counted(tokens, end + 2):
                last, end = other, end + 2
        return as_dated(tokens, index, end, year_span(year, last, kind))
    western = gregorian_year(tokens, place)
    if western is not None:
        end, last = place + 1, western
        other = gregorian_year(tokens, end + 1) if mark_at(tokens, end) in JOINTS else None
        if other is not None:
            end, last = end + 2, other
        end += word_at(tokens, end) == "میلادی"
        days = (to_jalali(date(western, 1, 1)), to_jalali(date(last, 12, 31))) if western <= last else None
        return as_dated(tokens, index, end, days)
    shift = calendar.shifts.get(word_at(tokens, place))
    if shift is None or word in YEARS:
        return as_dated(tokens, index, place, None) if special else None
    return as_dated(tokens, index, place + 1, _shifted_year(today, shift, kind))


def _shifted_year(today: JalaliDate | None, shift: int, kind: str) -> tuple[JalaliDate, JalaliDate] | None:
    """A year told from publication; the farming, water and school year runs from 1 Mehr to 31 Shahrivar."""
    if today is None:
        return None
    year = today.year + shift
    if kind in FROM_AUTUMN:
        year -= today.month < 7
    return year_span(year, year, kind)


def year_of(tokens: Tokens, index: int, today: JalaliDate | None) -> tuple[int | None, int]:
    """Read a year in whatever words at `index`: it, and where the words end (`index` where none stands there).

    The bare «سال» is the current one; the year is None where it cannot be known.
    """
    place = index + (word_at(tokens, index) == "در")
    year, end = year_after(tokens, place, today)
    if end > place:
        return year, end
    if word_at(tokens, place) == YEAR and word_at(tokens, place + 1) not in FROM_AUTUMN:
        return (today.year if today else None), place + 1
    return None, index
