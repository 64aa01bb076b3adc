"""The Jalali calendar: its words, and days of it as the dates and periods that a text tells.

Calendar arithmetic is persiantools'. A `Dated` is words of a sentence that tell a time; how they are read is the
matter of `parsing.dates` (days, months, times of day), `parsing.years` and `parsing.periods`. In all of them positions
are indices into the tokens of the sentence, ends are exclusive, and `today` is the day of publication or None.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Final

from persiantools.jdatetime import JalaliDate

from parsing.letters import fold
from parsing.lexicon import rows
from parsing.records import Period
from parsing.tokens import Tokens


@dataclass(slots=True, init=False)
class Dated:
    """A time expression `tokens[start:end]`; `period` is None where its days cannot be known.

    `is_comparison` marks «مدت مشابه سال گذشته»: a time that other figures are measured against.
    """

    start: int
    end: int
    period: Period | None
    is_comparison: bool

    def __init__(self, start: int, end: int, period: Period | None, is_comparison: bool = False) -> None:
        self.start = start
        self.end = end
        self.period = period
        self.is_comparison = is_comparison


@dataclass(frozen=True, slots=True)
class Calendar:
    """Folded words of `data/calendar.tsv` by kind, with the numbers they stand for."""

    months: dict[str, int]
    seasons: dict[str, int]
    ordinals: dict[str, int]
    shifts: dict[str, int]
    days: dict[str, int]
    gregorian: dict[str, int]
    lunar: dict[str, int]
    spans: dict[str, int]


@cache
def calendar_words() -> Calendar:
    """The words of dates, read once; «خردادماه» is «خرداد» too. Raises LexiconError where the list is malformed."""
    kinds: dict[str, dict[str, int]] = {}
    for row in rows("calendar"):
        kinds.setdefault(row["kind"], {})[fold(row["word"])] = int(row["value"])
    months = kinds["month"] | {month + "ماه": value for month, value in kinds["month"].items()}
    return Calendar(
        months=months,
        seasons=kinds["season"],
        ordinals=kinds["ordinal"],
        shifts=kinds["now"] | kinds["last"] | kinds["next"],
        days=kinds["day"],
        gregorian=kinds["gregorian"],
        lunar=kinds["lunar"],
        spans=kinds["span"],
    )


YEAR: Final = "سال"
YEARS: Final = ("سالهای", "سالها")
YEAR_WORDS: Final = frozenset((YEAR, *YEARS))
UNTIL: Final = ("تا", "الی")
JOINTS: Final = frozenset((*UNTIL, "و", "-", "–"))
"""Between the first and the last day or year of several."""
SCHOOL: Final = "تحصیلی"
FROM_AUTUMN: Final = frozenset(("زراعی", "ابی", SCHOOL))
"""Kinds of years that begin with Mehr: farming, water and school years."""
SPECIAL_YEARS: Final = FROM_AUTUMN | {"مالی"}
# Chosen: 1821 to 2121, all that news tells the days of.
_OLDEST: Final = 1200
_NEWEST: Final = 1500


def month_called(name: str) -> int | None:
    """The number of the Jalali month of this name, 1 to 12, with «ماه» or without; None for any other word."""
    return calendar_words().months.get(fold(name))


def jalali(year: int, month: int, day: int) -> JalaliDate:
    """A day by its year, month 1 to 12 and day. Raises ValueError where there is none such."""
    return JalaliDate(year, month, day)  # type: ignore[no-untyped-call]


@lru_cache(1 << 10)
def to_jalali(day: date) -> JalaliDate:
    """The Jalali day of a Gregorian one."""
    found: JalaliDate = JalaliDate.to_jalali(day)  # type: ignore[no-untyped-call]
    return found


@cache
def numeral_words() -> frozenset[str]:
    """Return the folded words for numbers below a thousand."""
    return frozenset(fold(row["word"]) for row in rows("numerals"))


def _text(tokens: Tokens, start: int, end: int) -> str:
    words: list[str] = []
    for place in range(start, end):
        words.append(("" if tokens[place].is_glued or place == start else " ") + tokens[place].text)
    return "".join(words)


def as_dated(
    tokens: Tokens, start: int, end: int, days: tuple[JalaliDate, JalaliDate] | None, *, like: bool = False
) -> Dated:
    """`tokens[start:end]` as a time from the first to the last of `days`, both included.

    `days` is None where they cannot be known; `like` where other figures are measured against it.
    """
    period = None
    if days is not None:
        period = Period(start=days[0].to_gregorian(), end=days[1].to_gregorian(), text=_text(tokens, start, end))
    return Dated(start, end, period, like)


def word_at(tokens: Tokens, index: int) -> str:
    """The fold of the token at `index`, '' beyond the ends."""
    return tokens[index].fold if 0 <= index < len(tokens) else ""


def mark_at(tokens: Tokens, index: int) -> str:
    """The text of the token at `index`, '' beyond the ends."""
    return tokens[index].text if 0 <= index < len(tokens) else ""


def day_of(year: int, month: int, day: int) -> JalaliDate | None:
    """A day of the years 1200 to 1499 by its year, month and day, or None where there is none such."""
    if not (_OLDEST <= year < _NEWEST and 1 <= month <= 12 and 1 <= day <= JalaliDate.days_in_month(month, year)):
        return None
    return jalali(year, month, day)


def last_day(year: int, month: int) -> JalaliDate:
    """The last day of a month, 1 to 12."""
    return jalali(year, month, JalaliDate.days_in_month(month, year))


def month_span(year: int, first: int, last: int) -> tuple[JalaliDate, JalaliDate]:
    """First and last day from one month of a year to another."""
    return jalali(year, first, 1), last_day(year, last)


def nearest_year(month: int, day: int, today: JalaliDate | None) -> int | None:
    """The year in which the day is nearest to publication: newspapers leave out a year that is understood.

    None where the day of publication is not known, or there is no such day near it.
    """
    if today is None:
        return None
    candidates = [found for year in (today.year - 1, today.year, today.year + 1) if (found := day_of(year, month, day))]
    published = today.to_gregorian()
    nearest = min(candidates, key=lambda found: abs((found.to_gregorian() - published).days), default=None)
    return nearest.year if nearest else None


def year_span(first: int, last: int, kind: str) -> tuple[JalaliDate, JalaliDate] | None:
    """First and last day of the years from `first` to `last`, None where they are in the wrong order or out of reach.

    `kind` is the folded word that says which years, '' for calendar years: the farming, water and school year runs from
    1 Mehr to 31 Shahrivar.
    """
    if not (_OLDEST <= first <= last < _NEWEST - 1):
        return None
    if kind in FROM_AUTUMN:
        return jalali(first, 7, 1), jalali(max(last, first + 1), 6, 31)
    return jalali(first, 1, 1), last_day(last, 12)


def moved(day: JalaliDate, years: int) -> JalaliDate:
    """The same day of another year; the last of Esfand stays the last."""
    year = day.year + years
    last = JalaliDate.days_in_month(day.month, year)
    was_last = day.day == JalaliDate.days_in_month(day.month, day.year)
    return jalali(year, day.month, last if was_last else min(day.day, last))
