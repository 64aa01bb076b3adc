"""Days as people of Iran name them: Jalali in commands and on screens, `date` everywhere inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from persiantools.jdatetime import JalaliDate

_DAY = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_DIGITS = {zero + value: str(value) for zero in (0x660, 0x6F0) for value in range(10)}


def read_day(text: str) -> date:
    """The day written as 1405-08-28, in any digits, with dashes or slashes. Raises ValueError naming what is wrong.

    >>> read_day("۱۴۰۵/۰۸/۲۸")
    datetime.date(2026, 11, 19)
    """
    match = _DAY.fullmatch(text.strip().translate(_DIGITS))
    if match is None:
        raise ValueError(f"{text!r} is not a Jalali day such as 1405-08-28")
    year, month, day = (int(part) for part in match.groups())
    if not 1300 <= year <= 1500:
        raise ValueError(f"{text!r}: the year of a Jalali day is between 1300 and 1500")
    try:
        gregorian: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    except ValueError:
        raise ValueError(f"{text!r}: there is no such day in the Jalali calendar") from None
    return gregorian


def read_range(first: str, last: str) -> tuple[date, date]:
    """The first and the last day of a range. Raises ValueError for what is no day, and where the last comes first."""
    days = read_day(first), read_day(last)
    if days[0] > days[1]:
        raise ValueError(f"{jalali_day(days[0])} is after {jalali_day(days[1])}: no day lies between")
    return days


def jalali_day(day: date) -> str:
    """The Jalali form of a day.

    >>> jalali_day(date(2026, 11, 19))
    '1405-08-28'
    """
    text: str = JalaliDate(day).isoformat()  # type: ignore[no-untyped-call]
    return text


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from `first` to `last`, both included; none where `last` is earlier."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
