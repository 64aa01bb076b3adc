"""The dates and times that outlets print, as aware times in Asia/Tehran. Nothing is guessed: None where not stated."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

from parsing.jalali import month_called

_JALALI: Any = JalaliDate  # persiantools has no types
TEHRAN = ZoneInfo("Asia/Tehran")

# IranSamaneh prints the Arabic letters in month names: «27 تير 1397».
_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u200c": " ", "\u200f": "", "\u200e": "", "\xa0": " "})

_MONTH = "ماه"
_WORDED = re.compile(r"(?<!\d)(\d{1,2})\s+([^\W\d]+)" rf"(?:\s*{_MONTH})?" r"\s+(\d{4})(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(1[34]\d\d)\s?[-/]\s?(\d{1,2})\s?[-/]\s?(\d{1,2})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])")
# Fars: `time[datetime]` and `dc.Date`, month first, Tehran time. The hour 13 with "PM" was met: then PM says nothing.
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}) (\d{1,2}):(\d{2}):(\d{2}) ?(AM|PM)?", re.ASCII)


def from_jalali(year: int, month: int, day: int) -> date:
    """Return the day of a Jalali date. Raises ValueError for one that is in no calendar, such as 31 Mehr.

    >>> from_jalali(1404, 1, 1)
    datetime.date(2025, 3, 21)
    """
    return _JALALI(year, month, day).to_gregorian()  # type: ignore[no-any-return]


def to_jalali(day: date) -> tuple[int, int, int]:
    """Return the Jalali year, month and day.

    >>> to_jalali(date(2025, 3, 21))
    (1404, 1, 1)
    """
    jalali = _JALALI.to_jalali(day)
    return jalali.year, jalali.month, jalali.day


def read_time(text: str | None) -> datetime | None:
    """Return the time a Jalali, ISO 8601 or American text states; None where it states none or an impossible one.

    A text that states only the day gives its midnight, as a listing by day needs no more.

    >>> read_time("تاریخ انتشار: ۲۱:۰۲ - ۲۷ تير ۱۳۹۷ - 18 July 2018").isoformat()
    '2018-07-18T21:02:00+04:30'
    >>> read_time("۱۹ بهمن ۱۴۰۲، ۹:۳۰").isoformat()
    '2024-02-08T09:30:00+03:30'
    >>> read_time("2020-04-17T14:26:21Z").isoformat()
    '2020-04-17T18:56:21+04:30'
    >>> read_time("۳۱ مهر ۱۴۰۳ - ۱۰:۰۰")
    >>> read_time("۴ روز قبل")
    """
    if not text:
        return None
    text = text.strip()[:200].translate(_LETTERS)
    return _iso(text) or _jalali(text) or _american(text)


def _iso(text: str) -> datetime | None:
    if not text[:4].isdecimal() or text[4:5] != "-" or int(text[:4]) < 1900:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _tehran(moment)


def _jalali(text: str) -> datetime | None:
    for worded in _WORDED.finditer(text):
        month = month_called(worded[2])
        if month is not None:
            day, year, span = int(worded[1]), int(worded[3]), worded.span()
            break
    else:
        numeric = _NUMERIC.search(text)
        if numeric is None:
            return None
        year, month, day, span = int(numeric[1]), int(numeric[2]), int(numeric[3]), numeric.span()
    clock = _CLOCK.search(text[: span[0]] + " " + text[span[1] :])
    hour, minute, second = (int(clock[1]), int(clock[2]), int(clock[3] or 0)) if clock else (0, 0, 0)
    try:
        return datetime.combine(from_jalali(year, month, day), time(hour, minute, second), TEHRAN)
    except ValueError:
        return None


def _american(text: str) -> datetime | None:
    match = _AMERICAN.search(text)
    if match is None:
        return None
    month, day, year, hour, minute, second = (int(group) for group in match.groups()[:6])
    if match[7] and hour <= 12:
        hour = hour % 12 + (12 if match[7] == "PM" else 0)
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=TEHRAN)
    except ValueError:
        return None


def _tehran(moment: datetime) -> datetime | None:
    if moment.tzinfo is None:
        return moment
    try:
        return moment.astimezone(TEHRAN)
    except (OverflowError, ValueError):
        return None


def read_day(text: str) -> date:
    """Return the day of `1402-07-15` or `1402/07/15`, Jalali up to the year 1699, or of a Gregorian `2023-10-07`.

    Raises ValueError for a day that does not exist, such as the 31st of Mehr.

    >>> read_day("1402-07-15"), read_day("2023-10-07")
    (datetime.date(2023, 10, 7), datetime.date(2023, 10, 7))
    """
    try:
        year, month, day = (int(part) for part in text.replace("/", "-").split("-"))
        return from_jalali(year, month, day) if year < 1700 else date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day such as 1402-07-15: {error}") from error
