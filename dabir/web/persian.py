"""Dates and numbers as a Persian reader expects them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDate

TEHRAN = ZoneInfo("Asia/Tehran")
_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_THOUSANDS = "٬"
_DECIMAL = "٫"


def digits(value: object) -> str:
    """`value` as text with Persian digits."""
    return str(value).translate(_DIGITS)


def number(value: int | float | Decimal | None) -> str:
    """A number with Persian digits, thousands and decimal marks; a dash for None.

    >>> number(Decimal("1250000.50"))
    '۱٬۲۵۰٬۰۰۰٫۵'
    """
    if value is None:
        return "–"
    plain = f"{Decimal(str(value)):,f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.replace(",", _THOUSANDS).replace(".", _DECIMAL).translate(_DIGITS)


def jalali(day: date | datetime | None) -> str:
    """A day as «۱۴۰۵/۰۸/۲۸», an instant as the day and time in Tehran; a dash for None.

    The slash keeps year, month and day in their order beside right-to-left words; a hyphen does not.
    """
    if day is None:
        return "–"
    if isinstance(day, datetime):
        there = day.astimezone(TEHRAN)
        return f"{jalali(there.date())} {digits(there.strftime('%H:%M'))}"
    return digits(_jalali(day).isoformat().replace("-", "/"))


def jalali_month(day: date) -> str:
    """The name of a day's month and its year: «آبان ۱۴۰۵»."""
    return digits(_jalali(day).strftime("%B %Y", locale="fa"))


def day_of_month(day: date) -> str:
    """The day of the Jalali month in Persian digits: «۲۸»."""
    return digits(_jalali(day).day)


def _jalali(day: date) -> Any:
    # persiantools has no types.
    return JalaliDate(day)  # type: ignore[no-untyped-call]
