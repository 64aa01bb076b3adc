"""Jalali dates and Persian digits, as the sample sites print them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

TEHRAN = ZoneInfo("Asia/Tehran")
MONTHS = (
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
)
WEEKDAYS = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه")
PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
LATIN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "0123456789" * 2)


def persian(value: object) -> str:
    """Write the value with Persian digits.

    >>> persian(1405)
    '۱۴۰۵'
    """
    return str(value).translate(PERSIAN_DIGITS)


def parts(day: date) -> tuple[int, int, int]:
    """Return the Jalali year, month and day of a Gregorian date.

    >>> parts(date(2026, 11, 15))
    (1405, 8, 24)
    """
    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
    return jalali.year, jalali.month, jalali.day


def day_of(year: int, month: int, day: int) -> date | None:
    """Return the Gregorian date of a Jalali day, or None where the calendar has no such day.

    >>> day_of(1405, 8, 24)
    datetime.date(2026, 11, 15)
    >>> day_of(1405, 8, 31) is None
    True
    """
    try:
        gregorian: date = JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    except ValueError:
        return None
    return gregorian


def read_day(text: str) -> date | None:
    """Read a Jalali day written as year, month and day with any one separator, in any digits.

    >>> read_day("1405-08-24") == read_day("۱۴۰۵/۸/۲۴") == date(2026, 11, 15)
    True
    """
    numbers = text.translate(LATIN_DIGITS).replace("/", "-").split("-")
    if len(numbers) != 3 or not all(number.isascii() and number.isdigit() for number in numbers):
        return None
    return day_of(int(numbers[0]), int(numbers[1]), int(numbers[2]))


def read_moment(text: str) -> datetime:
    """Read `1405-08-24 10:20` as that minute in Tehran; ValueError where it is none."""
    day_text, _, clock = text.partition(" ")
    day = read_day(day_text)
    if day is None:
        raise ValueError(f"not a Jalali day: {text!r}")
    hour, minute = clock.split(":")
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=TEHRAN)


def tehran_day(moment: datetime) -> date:
    """Return the day it is in Tehran at this moment."""
    return moment.astimezone(TEHRAN).date()


def weekday(moment: datetime | date) -> str:
    """Name the weekday, which for a time is that of Tehran."""
    return WEEKDAYS[(tehran_day(moment) if isinstance(moment, datetime) else moment).weekday()]


def long_day(moment: datetime | date) -> str:
    """Write the day as `۲۴ آبان ۱۴۰۵`."""
    year, month, day = parts(tehran_day(moment) if isinstance(moment, datetime) else moment)
    return f"{persian(day)} {MONTHS[month - 1]} {persian(year)}"


def arabic_yeh(text: str) -> str:
    """Write the text with Arabic yeh, as IranSamaneh prints the month تير."""
    return text.replace("تیر", "تير")


def clock(moment: datetime, *, padded: bool = True) -> str:
    """Write the time of day in Tehran as `۰۹:۳۰`, or `۹:۳۰` unpadded."""
    local = moment.astimezone(TEHRAN)
    return persian(f"{local.hour:{'02' if padded else ''}}:{local.minute:02}")


def ago(moment: datetime, now: datetime) -> str:
    """Write how long before `now` that was, as the sites' lists do, for which the exact date is only in a title."""
    passed = max(now - moment, timedelta())
    minutes = int(passed.total_seconds() // 60)
    if minutes < 60:
        return f"{persian(max(minutes, 1))} دقیقه قبل"
    if minutes < 24 * 60:
        return f"{persian(minutes // 60)} ساعت قبل"
    if passed.days < 365:
        return f"{persian(passed.days)} روز قبل"
    return "قدیمی‌تر از یکسال"


def days_back(day: date) -> Iterator[date]:
    """Yield the day and those before it, newest first, without end."""
    while True:
        yield day
        day -= timedelta(days=1)
