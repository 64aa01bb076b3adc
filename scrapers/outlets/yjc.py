"""YJC, Young Journalists Club: «انتهای پیام/» and a letter until early 2022, then none."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="yjc",
    title="باشگاه خبرنگاران جوان",
    family=iransamaneh.FAMILY,
    base_url="https://www.yjc.ir",
    hosts=("yjc.ir",),
    evidence="B",
    footer="mixed",
    feeds=("/fa/rss/allnews",),
    sections=("/fa/states",),
    provinces={
        "azarbaijan-sharghi": "azarbaijan-sharghi",
        "azarbaijan-gharbi": "azarbaijan-gharbi",
        "alborz": "alborz",
        "chaharmahal-bakhtiari": "chaharmahal-bakhtiari",
        "isfahan": "esfahan",
        "fars": "fars",
        "gilan": "gilan",
        "hamedan": "hamedan",
        "hormozgan": "hormozgan",
        "ilam": "ilam",
        "kerman": "kerman",
        "kermanshah": "kermanshah",
        "khorasan-jonubi": "khorasan-jonubi",
        "khorasan-razavi": "khorasan-razavi",
        "khorasan-shomali": "khorasan-shomali",
        "khuzestan": "khuzestan",
        "mazandaran": "mazandaran",
        "qazvin": "qazvin",
        "qom": "qom",
        "semnan": "semnan",
        "zanjan": "zanjan",
    },
    layouts=(iransamaneh.YJC, iransamaneh.NEWSROOM),
    notes="Mirrors such as mail.yjc.ir hold the same ids.",
)
