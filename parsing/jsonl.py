"""Articles and records as lines of JSON: what `dabir parse` and `dabir import` read and what they print.

A line in has the fields of `FIELDS`, any of them null or absent but the body or the title; fields that are not
known are left alone. A line out has `id` and the four kinds of records, as docs/records.md defines them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from persiantools.jdatetime import JalaliDateTime

from parsing.jalali import month_called
from parsing.records import Article, Records

FIELDS: Final = ("id", "outlet", "kicker", "title", "lead", "body", "published", "url", "category", "tags")
TEHRAN: Final = ZoneInfo("Asia/Tehran")

_DIGITS: Final = {0x660 + d: str(d) for d in range(10)} | {0x6F0 + d: str(d) for d in range(10)}
_LETTERS: Final = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "\u200c": " ", "\u00a0": " "})
_GREGORIAN_MONTHS: Final = {
    "january": 1,
    "february": 2,
    "march": 3,
    "april": 4,
    "may": 5,
    "june": 6,
    "july": 7,
    "august": 8,
    "september": 9,
    "october": 10,
    "november": 11,
    "december": 12,
}
_CLOCK: Final = re.compile(r"(?<!\d)(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?(?!\d)")
# 1402/07/15, 2015-09-29, 13870706
_NUMERIC: Final = re.compile(
    r"(?<!\d)(?P<year>1[34]\d\d|20\d\d)(?P<dash>[/.-]?)(?P<month>\d{1,2})(?P=dash)(?P<day>\d{1,2})(?!\d)"
)
_LONGEST: Final = 200  # letters of a time that are read; the longest of 13,509 has 49
_GREGORIAN: Final = 1900  # a year from which on it is no Jalali one, where that would be 2521
_MONTH: Final = "ماه"
# 27 اردیبهشت 1395
_DAY_FIRST: Final = re.compile(
    r"(?<!\d)(?P<day>\d{1,2})\s+(?P<month>[^\W\d]+)" rf"(?:\s+{_MONTH})?" r"\s+(?P<year>\d{4})(?!\d)"
)
# September 1st 2019
_MONTH_FIRST: Final = re.compile(r"(?P<month>[A-Za-z]+)\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})(?!\d)")


def read_published(text: str) -> datetime | None:
    """The moment of publication written in `text`, or None where it is not one of the forms outlets print.

    Jalali or Gregorian, in figures or with the month's name, with or without a clock time; a time that names no zone
    is Tehran's.

    >>> read_published("دوشنبه ۲۷ اردیبهشت ۱۳۹۵ - ۲۱:۰۸")
    datetime.datetime(2016, 5, 16, 21, 8, tzinfo=zoneinfo.ZoneInfo(key='Asia/Tehran'))
    >>> read_published("85032500") is None
    True
    """
    text = text.translate(_DIGITS).translate(_LETTERS).strip()[:_LONGEST]
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    else:
        if moment.year >= _GREGORIAN:
            return moment if moment.tzinfo else moment.replace(tzinfo=TEHRAN)
    clock = _CLOCK.search(text)
    hour, minute, second = (int(part or 0) for part in clock.group("hour", "minute", "second")) if clock else (0, 0, 0)
    for pattern in (_NUMERIC, _DAY_FIRST, _MONTH_FIRST):
        for match in pattern.finditer(text):
            year, day, month_text = int(match["year"]), int(match["day"]), match["month"]
            if month_text.isdigit():
                month, is_jalali = int(month_text), year < _GREGORIAN
            else:
                month = month_called(month_text) or 0
                is_jalali = month > 0
                if is_jalali and year >= _GREGORIAN:
                    continue
                month = month or _GREGORIAN_MONTHS.get(month_text.lower(), 0)
            try:
                if is_jalali:
                    date: datetime = JalaliDateTime(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
                else:
                    date = datetime(year, month, day, tzinfo=TEHRAN)
            except ValueError:
                continue
            return datetime(date.year, date.month, date.day, hour, minute, second, tzinfo=TEHRAN)
    return None


def _text(row: Mapping[str, Any], field: str) -> str | None:
    value = row.get(field)
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError(f"{field} must be text or null, not {type(value).__name__}")
    return value if value.strip() else None


def article_from_json(row: Mapping[str, Any]) -> Article:
    """The article that one decoded line of JSON holds, not yet normalised.

    Raises ValueError naming the field where a value has the wrong type, or where there is no text at all to read.
    A `published` that cannot be read is None: no date is guessed.
    """
    if not isinstance(row, Mapping):
        raise ValueError(f"an article must be a JSON object, not {type(row).__name__}")
    code = row.get("id")
    if isinstance(code, bool) or not isinstance(code, str | int | None):
        raise ValueError(f"id must be text or a number, not {type(code).__name__}")
    kicker, title, lead, body = (_text(row, field) for field in ("kicker", "title", "lead", "body"))
    if not (kicker or title or lead or body):
        raise ValueError("kicker, title, lead and body are all empty: there is nothing to read")
    tags = row.get("tags")
    if tags is not None and not (isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)):
        raise ValueError("tags must be a list of texts or null")
    published = _text(row, "published")
    return Article(
        outlet=_text(row, "outlet") or "",
        code=None if code is None else str(code),
        url=_text(row, "url"),
        kicker=kicker,
        title=title,
        lead=lead,
        body=body,
        section=_text(row, "category"),
        tags=tuple(tags or ()),
        published=None if published is None else read_published(published),
    )


def _number(value: Any) -> int | float | None:
    """A Decimal as the JSON number that reads best: whole numbers have no point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def records_to_json(id: str | int | None, records: Records) -> dict[str, Any]:
    """The line of JSON that `dabir parse` prints for one article: `id` and the fields that define each record.

    Meetings that were only planned are kept in the warehouse and left out here, because a meeting is people who did
    gather.
    """
    return {
        "id": id,
        "officials": [{"name": official.name, "post": official.post} for official in records.officials],
        "organizations": [{"name": organization.name} for organization in records.organizations],
        "metrics": [
            {
                "subject": metric.subject,
                "value": _number(metric.value),
                "value_high": _number(metric.value_high),
                "unit": metric.unit,
                "comparator": metric.comparator,
                "change": metric.change,
            }
            for metric in records.metrics
        ],
        "meetings": [
            {"kind": meeting.kind, "name": meeting.name, "participants": list(meeting.participants)}
            for meeting in records.meetings
            if meeting.status == "held"
        ],
    }
