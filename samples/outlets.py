"""The outlets of which there is a sample site, one per loopback address in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

type Family = Literal["nastooh", "iransamaneh", "asam", "tasnim", "fars", "wordpress", "itempage"]
type PastEnd = Literal["older", "repeat", "empty"]

PROVINCES = {
    "لرستان": ("lorestan", "Lorestan"),
    "اصفهان": ("esfahan", "isfahan", "Isfahan"),
    "گیلان": ("gilan", "qilan", "Gilan"),
    "کرمان": ("kerman", "Kerman"),
    "مازندران": ("mazandaran", "Mazandaran"),
    "خوزستان": ("khuzestan", "Khuzestan"),
}
"""Province names and the ways the outlets spell them in addresses."""

CITIES = {
    "لرستان": "خرم‌آباد",
    "اصفهان": "اصفهان",
    "گیلان": "رشت",
    "کرمان": "کرمان",
    "مازندران": "ساری",
    "خوزستان": "اهواز",
}
"""The centre of each province, which is the dateline where an article names no other town."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleOutlet:
    """One replica: which outlet, which CMS, and what its readers call it.

    `past_end` is what its day archive shows past the day's last page: rows of earlier days, its last page again, or
    no row. `code` is how its news codes are made: of the Jalali day and a serial (the digits say how wide), or a plain
    serial. `footer` is its habit for generated articles, None where it prints none.
    """

    name: str
    family: Family
    title: str
    agency: str
    host: str
    code: Literal["day5", "day6", "serial"] = "serial"
    past_end: PastEnd = "older"
    footer: str | None = None
    provinces: tuple[str, ...] = tuple(CITIES)[:4]


OUTLETS: dict[str, SampleOutlet] = {
    outlet.name: outlet
    for outlet in (
        SampleOutlet(
            name="isna",
            family="nastooh",
            title="خبرگزاری ایسنا",
            agency="ایسنا",
            host="www.isna.ir",
            code="day5",
            footer="انتهای پیام",
        ),
        SampleOutlet(
            name="mehr",
            family="nastooh",
            title="خبرگزاری مهر",
            agency="خبرگزاری مهر",
            host="www.mehrnews.com",
            past_end="repeat",
        ),
        SampleOutlet(
            name="irna", family="nastooh", title="ایرنا", agency="ایرنا", host="www.irna.ir", past_end="older"
        ),
        SampleOutlet(
            name="yjc",
            family="iransamaneh",
            title="باشگاه خبرنگاران جوان",
            agency="باشگاه خبرنگاران جوان",
            host="www.yjc.ir",
            footer="انتهای پیام/",
        ),
        SampleOutlet(
            name="iribnews",
            family="iransamaneh",
            title="خبرگزاری صدا و سیما",
            agency="خبرگزاری صدا و سیما",
            host="www.iribnews.ir",
            past_end="repeat",
        ),
        SampleOutlet(
            name="iqna",
            family="iransamaneh",
            title="خبرگزاری بین‌المللی قرآن",
            agency="ایکنا",
            host="iqna.ir",
            past_end="empty",
            footer="انتهای پیام",
        ),
        SampleOutlet(name="ilna", family="asam", title="خبرگزاری ایلنا", agency="ایلنا", host="www.ilna.ir"),
        SampleOutlet(
            name="tasnim",
            family="tasnim",
            title="خبرگزاری تسنیم",
            agency="خبرگزاری تسنیم",
            host="www.tasnimnews.com",
            past_end="empty",
            footer="انتهای پیام/",
        ),
        SampleOutlet(
            name="fars",
            family="fars",
            title="خبرگزاری فارس",
            agency="خبرگزاری فارس",
            host="www.farsnews.ir",
            code="day6",
            past_end="empty",
            footer="انتهای پیام/",
        ),
        SampleOutlet(
            name="kermaneno",
            family="wordpress",
            title="کرمان نو",
            agency="کرمان نو",
            host="kermaneno.ir",
            past_end="empty",
            footer="انتهای خبر/",
            provinces=("کرمان",),
        ),
        SampleOutlet(
            name="yaftenews",
            family="itempage",
            title="یافته",
            agency="یافته",
            host="yaftenews.ir",
            past_end="empty",
            provinces=("لرستان",),
        ),
    )
}
