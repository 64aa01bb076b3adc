"""The Persian words of the screen: one for each thing that the code names in English."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from dabir.web.persian import number
from parsing.lexicon import rows

PAGES: Final = {
    "coverage": "پوشش",
    "articles": "خبرها",
    "officials": "مسئولان",
    "figures": "آمارها",
    "rejects": "ردشده‌ها",
}

OUTCOMES: Final = {
    "complete": ("●", "کامل"),
    "partial": ("◐", "ناقص"),
    "nothing_published": ("○", "چیزی منتشر نشده"),
    "unreachable": ("✕", "دسترسی نبود"),
    "robots_forbidden": ("⊘", "robots.txt اجازه نداد"),
    "unparsable": ("!", "صفحه‌ها خوانده نشد"),
    None: ("·", "هنوز دیده نشده"),
}
"""Outcome of a crawl: a sign that does not rest on colour, and its words."""

CHECKS: Final = {
    "uncrawled": "خوانده نشده",
    "unreachable": "دسترسی نبود",
    "blocked": "صفحهٔ بازدارنده",
    "robots": "robots.txt اجازه نداد",
    "unparsable": "صفحه‌ها خوانده نشد",
    "incomplete": "ناقص",
    "unloaded": "بارگذاری نشده",
    "stale": "بی روز کامل",
    "zero": "بی هیچ خبر",
    "low": "کم‌خبر",
    "high": "پرخبر",
    "rejected": "صفحه‌های ردشده",
    "not_articles": "صفحه‌های بی‌خبر",
    "date": "زمان انتشار",
    "characters": "نویسه‌ها",
    "doubled": "خبرهای تکراری",
    "footer": "پایان خبر",
    "marker": "عبارت پایان خبر",
    "body": "طول خبر",
    "lead": "لید",
    "province": "استان",
    "failing": "صفحه‌های نیامده",
    "slow": "کندی سایت",
}
"""Checks of a day (dabir.monitor)."""
SEVERITIES: Final = {"fail": ("✖", "خطا"), "warn": ("▲", "هشدار")}
"""What a finding does to its day: a sign that does not rest on colour, and its word."""

KINDS: Final = {"official": "مسئول", "organization": "سازمان", "metric": "آمار", "meeting": "نشست"}
ROLES: Final = {"speaker": "گوینده", "participant": "حاضر", "mentioned": "نام‌برده"}
STATUS: Final = {"held": "برگزارشده", "planned": "در برنامه"}
DECISIONS: Final = {
    "new": "تازه",
    "copy": "رونوشت خبری دیگر",
    "version": "بازنشر با تغییر",
    "another": "خبری دیگر با همان عنوان",
}
LINKS: Final = {"copy": "رونوشت", "version": "بازنشر", "story": "همان رویداد"}
COMPARATORS: Final = {"=": "", ">": "بیش از", "<": "کمتر از", ">=": "دست‌کم", "<=": "حداکثر", "~": "حدود"}
CHANGES: Final = {"increase": "افزایش", "decrease": "کاهش"}

# The units that figures are searched by.
UNITS: Final = {
    "percent": "درصد",
    "person": "نفر",
    "household": "خانوار",
    "rial": "ریال",
    "toman": "تومان",
    "dollar": "دلار",
    "euro": "یورو",
    "hectare": "هکتار",
    "square_meter": "متر مربع",
    "meter": "متر",
    "kilometer": "کیلومتر",
    "square_kilometer": "کیلومتر مربع",
    "cubic_meter": "متر مکعب",
    "liter": "لیتر",
    "liter_per_second": "لیتر بر ثانیه",
    "kilogram": "کیلوگرم",
    "gram": "گرم",
    "ton": "تن",
    "megawatt": "مگاوات",
    "kilowatt": "کیلووات",
    "kilowatt_hour": "کیلووات‌ساعت",
    "degree": "درجه",
    "millimeter": "میلی‌متر",
    "times": "برابر",
    "ratio": "سهم",
    "barrel": "بشکه",
    "kilometer_per_hour": "کیلومتر بر ساعت",
    "count": "عدد",
    "person_night": "نفر شب",
    "person_hour": "نفر ساعت",
}


@cache
def _other_units() -> dict[str, str]:
    named: dict[str, str] = {}
    for row in rows("units"):
        named.setdefault(row["unit"], row["word"])
    return named


def unit(name: str) -> str:
    """The Persian word of a unit, the first of `parsing/data/units.tsv` where UNITS has none; else its English name."""
    return UNITS.get(name) or _other_units().get(name, name)


def metric(record: Any) -> str:
    """A figure in words: «بیش از ۷۷۸٬۰۰۰ نفر افزایش»."""
    amount = number(record.value)
    if record.value_high is not None:
        amount += f" تا {number(record.value_high)}"
    parts = (COMPARATORS[record.comparator], amount, unit(record.unit), CHANGES.get(record.change or "", ""))
    return " ".join(part for part in parts if part)
