"""Dates and periods in tokens: Jalali ones, and those told from the day of publication.

What is said is read as first and last day («هفت ماهه نخست امسال» is 1 Farvardin to 30 Mehr). Where a day cannot be
known (no year and no publication date) the words are still found, because their numbers count nothing, but their
`period` is None: no date is guessed. No clock: «امسال» is the year of the publication date, an argument.
Calendar arithmetic is persiantools'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from persiantools.jdatetime import JalaliDate

from parsing.lexicon import rows
from parsing.numerals import parse_digits, read_number
from parsing.records import Period
from parsing.text import Token, fold


@dataclass(frozen=True, slots=True)
class Dated:
    """A time expression `tokens[start:end]`; `period` is None where its days cannot be known.

    `is_comparison` marks «مدت مشابه سال گذشته»: a time that other figures are measured against.
    """

    start: int
    end: int
    period: Period | None
    is_comparison: bool = False


class _Calendar(NamedTuple):
    months: dict[str, int]
    seasons: dict[str, int]
    ordinals: dict[str, int]
    shifts: dict[str, int]
    days: dict[str, int]
    gregorian: dict[str, int]


@cache
def _calendar() -> _Calendar:
    kinds: dict[str, dict[str, int]] = {}
    for row in rows("calendar"):
        kinds.setdefault(row["kind"], {})[fold(row["word"])] = int(row["value"])
    months = kinds["month"] | {month + "ماه": value for month, value in kinds["month"].items()}
    return _Calendar(
        months=months,
        seasons=kinds["season"],
        ordinals=kinds["ordinal"],
        shifts=kinds["now"] | kinds["last"] | kinds["next"],
        days=kinds["day"],
        gregorian=kinds["gregorian"],
    )


_YEAR, _YEARS = "سال", ("سالهای", "سالها")
_THIS_YEAR, _LAST_YEAR = ("امسال",), ("پارسال",)
_UNTIL = ("تا", "الی")
_MONTHLY = ("ماهه", "ماه")
_FIRST = ("نخست", "اول", "ابتدایی", "اولیه", "ابتدای", "اغازین")
_PAST = ("گذشته", "اخیر", "قبل", "پیش")
_SPANS = {"روز": 1, "روزه": 1, "هفته": 7, "ماه": 30, "ماهه": 30, "سال": 365, "ساله": 365, "ساعت": 0, "ساعته": 0}
_LIKE = ("مشابه",)
_FARMING, _SCHOOL, _FISCAL = ("زراعی", "ابی"), ("تحصیلی",), ("مالی",)
_OLDEST, _NEWEST = 1200, 1500


def find_dates(tokens: Sequence[Token], published: date | None) -> tuple[Dated, ...]:
    """Return the dates and periods of a sentence in order, without overlaps; the longest reading wins."""
    calendar, starts = _calendar(), _starts()
    begins = [index for index, token in enumerate(tokens) if token.kind == "number" or token.fold in starts]
    if not begins:
        return ()
    today = _to_jalali(published) if published else None
    last = max((index for index, token in enumerate(tokens) if token.fold in _measures()), default=0)
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
    calendar = _calendar()
    return _STARTS.union(_numerals(), calendar.months, calendar.ordinals, calendar.days, calendar.seasons)


@cache
def _measures() -> frozenset[str]:
    """Folds of which one follows each number that is part of a date: months and measures of time."""
    return frozenset((*_SPANS, *_MONTHLY, *_calendar().months, *_calendar().gregorian))


_STARTS = frozenset(
    (
        *(_YEAR, *_YEARS, *_THIS_YEAR, *_LAST_YEAR),
        *("مدت", "دوره", "زمان", "مشابه", "نیمه", "نیمسال", "ابتدای", "اغاز", "ماه", "هفته", "شب", "روز", "ساعت"),
    )
)


def _jalali(year: int, month: int, day: int) -> JalaliDate:
    return JalaliDate(year, month, day)  # type: ignore[no-untyped-call]


def _to_jalali(day: date) -> JalaliDate:
    found: JalaliDate = JalaliDate.to_jalali(day)  # type: ignore[no-untyped-call]
    return found


@cache
def _numerals() -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in rows("numerals"))


def _word_readings(
    tokens: Sequence[Token], index: int, calendar: _Calendar, today: JalaliDate | None, before: Sequence[Dated]
) -> tuple[Dated | None, ...]:
    """Readings of the word at `index`, or of a number that is a whole date or time by itself."""
    if tokens[index].kind == "number":
        return _numeric(tokens, index), _clock(tokens, index)
    return (
        _clock(tokens, index),
        _months(tokens, index, calendar, today),
        _year_words(tokens, index, calendar, today),
        _part_of_year(tokens, index, calendar, today),
        _comparison(tokens, index, calendar, today, before),
        _near(tokens, index, calendar, today),
    )


def _number_readings(
    tokens: Sequence[Token], index: int, calendar: _Calendar, today: JalaliDate | None
) -> tuple[Dated | None, ...]:
    """Readings of the number at `index`, in digits or words, with the month or measure of time that follows."""
    number = _day_number(tokens, index, calendar)
    recent = _recent(tokens, index, today)
    if number is None:
        return (recent,)
    return (
        _days_of_month(tokens, index, number, calendar, today),
        _gregorian_day(tokens, index, number, calendar),
        _months_of_year(tokens, index, number, calendar, today),
        recent,
    )


def _text(tokens: Sequence[Token], start: int, end: int) -> str:
    words: list[str] = []
    for place in range(start, end):
        words.append(("" if tokens[place].is_glued or place == start else " ") + tokens[place].text)
    return "".join(words)


def _dated(
    tokens: Sequence[Token], start: int, end: int, days: tuple[JalaliDate, JalaliDate] | None, *, like: bool = False
) -> Dated:
    period = None
    if days is not None:
        period = Period(start=days[0].to_gregorian(), end=days[1].to_gregorian(), text=_text(tokens, start, end))
    return Dated(start, end, period, like)


def _word(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].fold if 0 <= index < len(tokens) else ""


def _mark(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].text if 0 <= index < len(tokens) else ""


def _day(year: int, month: int, day: int) -> JalaliDate | None:
    if not (_OLDEST <= year < _NEWEST and 1 <= month <= 12 and 1 <= day <= JalaliDate.days_in_month(month, year)):
        return None
    return _jalali(year, month, day)


def _last_day(year: int, month: int) -> JalaliDate:
    return _jalali(year, month, JalaliDate.days_in_month(month, year))


def _month_span(year: int, first: int, last: int) -> tuple[JalaliDate, JalaliDate]:
    return _jalali(year, first, 1), _last_day(year, last)


def _numeric(tokens: Sequence[Token], index: int) -> Dated | None:
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
    found = _day(year, month, day)
    return _dated(tokens, index, index + 1, (found, found) if found else None)


def _day_number(tokens: Sequence[Token], index: int, calendar: _Calendar) -> tuple[int, int] | None:
    """Read a day of a month at `index`: «۱۵», «چهارم», «بیست و سوم»; return it and where it ends."""
    word = _word(tokens, index)
    if word in calendar.ordinals:
        return calendar.ordinals[word], index + 1
    if word in ("بیست", "سی") and _mark(tokens, index + 1) == "و" and _word(tokens, index + 2) in calendar.ordinals:
        day = (20 if word == "بیست" else 30) + calendar.ordinals[_word(tokens, index + 2)]
        return (day, index + 3) if day <= 31 else None
    if index < len(tokens) and (tokens[index].kind == "number" or word in _numerals()):
        if len(tokens[index].text) == 2 and (padded := parse_digits("1" + tokens[index].text)) and 100 < padded < 110:
            return int(padded) - 100, index + 1  # «۰۹ مهر»: a nought before, which is no number elsewhere
        number = read_number(tokens, index)
        if number and number.value == int(number.value) and 1 <= number.value <= 31 and number.magnitude == 1:
            return int(number.value), number.end
    return None


def _days_of_month(
    tokens: Sequence[Token], index: int, first: tuple[int, int], calendar: _Calendar, today: JalaliDate | None
) -> Dated | None:
    """«۱۵ اسفند», «چهارم فروردین ۱۳۹۸», «۱۷ تا ۲۵ خرداد ماه», «۱۵ اسفند تا ۴ فروردین», «۸ و ۹ آبان»."""
    day, place = first
    last_day = day
    joint = _mark(tokens, place)
    if joint in (*_UNTIL, "و", "-", "–", "ـ", "،"):
        second = _day_number(tokens, place + 1, calendar)
        if second is not None and _word(tokens, second[1]) in calendar.months:
            last_day, place = second
    month = calendar.months.get(_word(tokens, place))
    if month is None:
        return None
    end = place + 1
    if _word(tokens, end) == "ماه":
        end += 1
    year, end = _year_after(tokens, end, today, is_sure=True)
    year = year or _nearest_year(month, last_day, today)
    start_day = _day(year, month, day) if year else None
    end_day = _day(year, month, last_day) if year else None
    return _dated(tokens, index, end, (start_day, end_day) if start_day and end_day and start_day <= end_day else None)


def _gregorian_day(tokens: Sequence[Token], index: int, first: tuple[int, int], calendar: _Calendar) -> Dated | None:
    """«۲۰ ژوئن ۲۰۱۹», «۱۵ تا ۲۱ مارس»; without its year the day is not resolved."""
    last = first
    if _mark(tokens, first[1]) in (*_UNTIL, "و", "-", "–"):
        last = _day_number(tokens, first[1] + 1, calendar) or first
    month = calendar.gregorian.get(_word(tokens, last[1]))
    if month is None:
        return None
    end = last[1] + 1
    place = end + (_word(tokens, end) == _YEAR)
    year = _gregorian_year(tokens, place)
    if year is None:
        return _dated(tokens, index, end, None)
    try:
        days = (_to_jalali(date(year, month, first[0])), _to_jalali(date(year, month, last[0])))
    except ValueError:
        return _dated(tokens, index, place + 1, None)
    return _dated(tokens, index, place + 1, days if first[0] <= last[0] else None)


def _gregorian_year(tokens: Sequence[Token], index: int) -> int | None:
    if not (index < len(tokens) and tokens[index].kind == "number" and len(tokens[index].text) == 4):
        return None
    value = parse_digits(tokens[index].text)
    return int(value) if value is not None and 1800 <= value < 2100 else None


def _nearest_year(month: int, day: int, today: JalaliDate | None) -> int | None:
    """The year in which the day is nearest to publication: newspapers leave out a year that is understood."""
    if today is None:
        return None
    candidates = [found for year in (today.year - 1, today.year, today.year + 1) if (found := _day(year, month, day))]
    published = today.to_gregorian()
    nearest = min(candidates, key=lambda found: abs((found.to_gregorian() - published).days), default=None)
    return nearest.year if nearest else None


def _year_number(tokens: Sequence[Token], index: int) -> int | None:
    if not (index < len(tokens) and tokens[index].kind == "number"):
        return None
    value = parse_digits(tokens[index].text)
    if value is None and tokens[index].text in ("۰۰", "۰۱", "۰۲", "۰۳", "۰۴", "۰۵", "۰۶", "۰۷", "۰۸", "۰۹"):
        return 1400 + int(tokens[index].text)
    if value is None or value != int(value):
        return None
    year = int(value)
    if len(tokens[index].text) == 2 and 30 <= year <= 99:
        return 1300 + year
    return year if 1250 <= year < 1450 else None


def _year_after(
    tokens: Sequence[Token], index: int, today: JalaliDate | None, *, is_sure: bool = False
) -> tuple[int | None, int]:
    """Read the year that may follow a day (then `is_sure`) or month: it (None if not said) and where the words end."""
    place = index + (_word(tokens, index) == _YEAR)
    year = _year_number(tokens, place)
    if year is not None and (place > index or len(tokens[place].text) == 4 or is_sure or _closes(tokens, place + 1)):
        return year, place + 1
    word = _word(tokens, index)
    if word in _THIS_YEAR:
        return (today.year if today else None), index + 1
    if word in _LAST_YEAR:
        return (today.year - 1 if today else None), index + 1
    if place > index:
        shift = _calendar().shifts.get(_word(tokens, place))
        if shift is not None:
            return (today.year + shift if today else None), place + 1
        return None, index
    return None, index


def _closes(tokens: Sequence[Token], index: int) -> bool:
    """Whether a two-digit number before `index` may be a year: no noun that it counts follows."""
    word = _word(tokens, index)
    if word in _FOLLOW_YEARS or not word:
        return True
    # «پاییز ۹۷ کار تمام شد»: so large a number of the last years, and no unit after it.
    number = parse_digits(tokens[index - 1].text) if index else None
    return number is not None and 80 <= number < 100 and word not in _unit_words()


@cache
def _unit_words() -> frozenset[str]:
    return frozenset(fold(row["word"].split()[0]) for row in rows("units"))


_FOLLOW_YEARS = frozenset(
    (
        *("در", "به", "با", "از", "تا", "و", "که", "را", "برای", "نیز", "هم"),
        *("است", "بود", "شد", "گفت", "میلادی", "شمسی", "خورشیدی", "اغاز", "برگزار"),
    )
)


def _clock(tokens: Sequence[Token], index: int) -> Dated | None:
    """«ساعت ۹ و نیم», «ساعت ۹ الی ۱۴», «۱۷:۳۰»."""
    if tokens[index].kind == "number" and ":" in tokens[index].text:
        return _dated(tokens, index, index + 1, None)
    if _word(tokens, index) != "ساعت" or index + 1 >= len(tokens):
        return None
    place = index + 1
    end = None
    while place < len(tokens) and (number := _clock_number(tokens, place)) is not None:
        end = place = number
        if _mark(tokens, place) in (*_UNTIL, "و", "-", "یا"):
            if _word(tokens, place + 1) == "ساعت":
                place += 1
            place += 1
    if end is not None and _word(tokens, end) == "دقیقه":
        end += 1
    return _dated(tokens, index, end, None) if end else None


def _clock_number(tokens: Sequence[Token], index: int) -> int | None:
    if tokens[index].kind == "number" and (":" in tokens[index].text or len(tokens[index].text) <= 2):
        return index + 1
    number = read_number(tokens, index) if tokens[index].fold in _numerals() else None
    return number.end if number and number.value <= 24 else None


def _months(tokens: Sequence[Token], index: int, calendar: _Calendar, today: JalaliDate | None) -> Dated | None:
    """«خرداد ۹۶», «مهرماه امسال», «دی ماه سال گذشته», «بهار ۹۸»; a bare «مهر» or «تیر» is no month."""
    word = _word(tokens, index)
    month, season = calendar.months.get(word), calendar.seasons.get(word)
    if month is None and season is None:
        return None
    place = index + 1
    named = word.endswith("ماه") and word != "ماه"
    if month and _word(tokens, place) == "ماه":
        named, place = True, place + 1
    if month and _mark(tokens, place) in (*_UNTIL, "و") and _word(tokens, place + 1) in calendar.months:
        return _month_range(tokens, index, place + 1, calendar, today)
    year, end = _year_after(tokens, place, today)
    if end == place and not named:
        return None
    if year is None and end == place and today and month:
        year = _nearest_year(month, 15, today)
    if year is None:
        return _dated(tokens, index, end, None)
    first, last = (month, month) if month else ((season or 1) * 3 - 2, (season or 1) * 3)
    return _dated(tokens, index, end, _month_span(year, first, last))


def _month_range(
    tokens: Sequence[Token], index: int, second: int, calendar: _Calendar, today: JalaliDate | None
) -> Dated | None:
    place = second + 1 + (_word(tokens, second + 1) == "ماه")
    year, end = _year_after(tokens, place, today)
    first, last = calendar.months[_word(tokens, index)], calendar.months[_word(tokens, second)]
    year = year or _nearest_year(last, 15, today)
    return _dated(tokens, index, end, _month_span(year, first, last) if year and first <= last else None)


def _year_words(tokens: Sequence[Token], index: int, calendar: _Calendar, today: JalaliDate | None) -> Dated | None:
    """«سال ۹۷», «سال جاری», «سال گذشته», «سال زراعی جاری», «امسال», «پارسال», «سال‌های ۹۵ تا ۹۷»."""
    word = _word(tokens, index)
    if word in _THIS_YEAR or word in _LAST_YEAR:
        year = today.year - (word in _LAST_YEAR) if today else None
        return _dated(tokens, index, index + 1, _month_span(year, 1, 12) if year else None)
    if word not in (_YEAR, *_YEARS):
        return None
    kind = _word(tokens, index + 1)
    special = kind in (*_FARMING, *_SCHOOL, *_FISCAL)
    place = index + 1 + special
    year = _year_number(tokens, place)
    if year is not None:
        end, last = place + 1, year
        if _mark(tokens, end) in (*_UNTIL, "و", "-", "–"):
            other = _year_number(tokens, end + 1)
            if other is not None and other != year:
                last, end = other, end + 2
        return _dated(tokens, index, end, _year_span(year, last, kind))
    western = _gregorian_year(tokens, place)
    if western is not None:
        end, last = place + 1, western
        other = _gregorian_year(tokens, end + 1) if _mark(tokens, end) in (*_UNTIL, "و", "-", "–") else None
        if other is not None:
            end, last = end + 2, other
        end += _word(tokens, end) == "میلادی"
        days = (_to_jalali(date(western, 1, 1)), _to_jalali(date(last, 12, 31))) if western <= last else None
        return _dated(tokens, index, end, days)
    shift = calendar.shifts.get(_word(tokens, place))
    if shift is None or word in _YEARS:
        return _dated(tokens, index, place, None) if special else None
    return _dated(tokens, index, place + 1, _shifted_year(today, shift, kind))


def _year_span(first: int, last: int, kind: str) -> tuple[JalaliDate, JalaliDate] | None:
    if not (_OLDEST <= first <= last < _NEWEST - 1):
        return None
    if kind in (*_FARMING, *_SCHOOL):
        return _jalali(first, 7, 1), _jalali(max(last, first + 1), 6, 31)
    return _jalali(first, 1, 1), _last_day(last, 12)


def _shifted_year(today: JalaliDate | None, shift: int, kind: str) -> tuple[JalaliDate, JalaliDate] | None:
    """A year told from publication; the farming, water and school year runs from 1 Mehr to 31 Shahrivar."""
    if today is None:
        return None
    year = today.year + shift
    if kind in (*_FARMING, *_SCHOOL):
        year -= today.month < 7
    return _year_span(year, year, kind)


def _part_of_year(tokens: Sequence[Token], index: int, calendar: _Calendar, today: JalaliDate | None) -> Dated | None:
    """«نیمه اول سال جاری», «از ابتدای سال تاکنون»."""
    word = _word(tokens, index)
    if word in ("ابتدای", "اغاز"):
        year, end = _year_of(tokens, index + 1, today)
        if end == index + 1:
            return None
        until = _word(tokens, end)
        now = until in ("تاکنون", "تابحال") or (until == "تا" and _word(tokens, end + 1) in ("کنون", "امروز"))
        end += (1 if until != "تا" else 2) if now else 0
        if year is None or today is None:
            return _dated(tokens, index, end, None)
        start = _jalali(year, 1, 1)
        return _dated(tokens, index, end, (start, today) if now and start <= today else (start, start))
    if word in ("نیمه", "نیمسال"):
        half = calendar.ordinals.get(_word(tokens, index + 1))
        if half not in (1, 2):
            return None
        month = calendar.months.get(_word(tokens, index + 2))
        if month is not None:
            return _half_month(tokens, index, month, half, today)
        year, end = _year_of(tokens, index + 2, today)
        if end == index + 2:
            return None
        return _dated(tokens, index, end, _month_span(year, half * 6 - 5, half * 6) if year else None)
    return None


def _months_of_year(
    tokens: Sequence[Token], index: int, many: tuple[int, int], calendar: _Calendar, today: JalaliDate | None
) -> Dated | None:
    """«هفت ماهه نخست امسال», «سه ماهه دوم سال ۹۷», «۹ ماه سال جاری»."""
    if _word(tokens, many[1]) not in _MONTHLY or not many[0] <= 12 or _word(tokens, index) in calendar.ordinals:
        return None
    months, place = many[0], many[1] + 1
    part = _word(tokens, place)
    number = 1 if part in _FIRST else calendar.ordinals.get(part)
    if number is not None:
        place += 1
    year, end = _year_of(tokens, place, today)
    if end == place and number is None:
        return None
    if year is None and today is not None and end == place:
        year = today.year
    last = months * (number or 1)
    if year is None or last > 12:
        return _dated(tokens, index, end, None)
    return _dated(tokens, index, end, _month_span(year, last - months + 1, last))


def _half_month(tokens: Sequence[Token], index: int, month: int, half: int, today: JalaliDate | None) -> Dated:
    place = index + 3 + (_word(tokens, index + 3) == "ماه")
    year, end = _year_after(tokens, place, today)
    year = year or _nearest_year(month, half * 15 - 7, today)
    if year is None:
        return _dated(tokens, index, end, None)
    days = (_jalali(year, month, 1), _jalali(year, month, 15))
    return _dated(tokens, index, end, days if half == 1 else (_jalali(year, month, 16), _last_day(year, month)))


def _year_of(tokens: Sequence[Token], index: int, today: JalaliDate | None) -> tuple[int | None, int]:
    """Read a year in whatever words at `index`; the bare «سال» is the current one."""
    place = index + (_word(tokens, index) == "در")
    year, end = _year_after(tokens, place, today)
    if end > place:
        return year, end
    if _word(tokens, place) == _YEAR and _word(tokens, place + 1) not in (*_FARMING, *_SCHOOL):
        return (today.year if today else None), place + 1
    return None, index


def _comparison(
    tokens: Sequence[Token], index: int, calendar: _Calendar, today: JalaliDate | None, before: Sequence[Dated]
) -> Dated | None:
    """«مدت مشابه سال گذشته»: the period said before it, a year earlier; with none, that year until the same day."""
    place = index
    if _word(tokens, place) in ("مدت", "دوره", "زمان"):
        place += 1
        if _word(tokens, place) == "زمان":
            place += 1
        if _word(tokens, place) not in _LIKE:
            return None
        place += 1
    elif _word(tokens, place) in _LIKE and _word(tokens, place + 1) in ("مدت", "دوره", "زمان"):
        place += 2
    else:
        return None
    if _word(tokens, place) in ("در", "ان", "خود"):
        place += 1
    year, end = _year_after(tokens, place, today)
    if end == place:
        return _dated(tokens, index, end, None, like=True)
    if year is None or today is None:
        return _dated(tokens, index, end, None, like=True)
    said = next((dated.period for dated in reversed(before) if dated.period and not dated.is_comparison), None)
    if said is not None and said.start != said.end:
        first, last = _to_jalali(said.start), _to_jalali(said.end)
        back = last.year - year
        return _dated(tokens, index, end, (_moved(first, -back), _moved(last, -back)), like=True)
    return _dated(tokens, index, end, (_jalali(year, 1, 1), _moved(today, year - today.year)), like=True)


def _moved(day: JalaliDate, years: int) -> JalaliDate:
    """The same day of another year; the last of Esfand stays the last."""
    year = day.year + years
    last = JalaliDate.days_in_month(day.month, year)
    was_last = day.day == JalaliDate.days_in_month(day.month, day.year)
    return _jalali(year, day.month, last if was_last else min(day.day, last))


def _recent(tokens: Sequence[Token], index: int, today: JalaliDate | None) -> Dated | None:
    """«۲۴ ساعت گذشته», «سه سال اخیر», «دو هفته گذشته»: ending with the day of publication."""
    token = tokens[index]
    if token.kind != "number" and token.fold not in _numerals():
        return None
    number = read_number(tokens, index)
    if number is None or number.value > 1000 or number.value != int(number.value):
        return None
    size = _SPANS.get(_word(tokens, number.end))
    if size is None or _word(tokens, number.end + 1) not in _PAST:
        return None
    if today is None:
        return _dated(tokens, index, number.end + 2, None)
    many = int(number.value)
    days = max(1, many // 24) if size == 0 else many * size
    start = _to_jalali(today.to_gregorian() - timedelta(days=days))
    return _dated(tokens, index, number.end + 2, (start, today))


def _near(tokens: Sequence[Token], index: int, calendar: _Calendar, today: JalaliDate | None) -> Dated | None:
    """«امروز», «دیروز», «هفته گذشته», «ماه جاری», «شب گذشته»."""
    word = _word(tokens, index)
    if word in calendar.days:
        day = _to_jalali(today.to_gregorian() + timedelta(days=calendar.days[word])) if today else None
        return _dated(tokens, index, index + 1, (day, day) if day else None)
    shift = calendar.shifts.get(_word(tokens, index + 1))
    if word not in ("هفته", "ماه", "شب", "روز") or shift is None:
        return None
    if today is None:
        return _dated(tokens, index, index + 2, None)
    if word in ("شب", "روز"):
        day = _to_jalali(today.to_gregorian() + timedelta(days=shift))
        return _dated(tokens, index, index + 2, (day, day))
    if word == "هفته":
        saturday = today.to_gregorian() - timedelta(days=today.weekday()) + timedelta(days=7 * shift)
        return _dated(
            tokens,
            index,
            index + 2,
            (_to_jalali(saturday), _to_jalali(saturday + timedelta(days=6))),
        )
    months = today.year * 12 + today.month - 1 + shift
    return _dated(tokens, index, index + 2, _month_span(months // 12, months % 12 + 1, months % 12 + 1))
