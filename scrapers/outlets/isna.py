"""ISNA, Iranian Students' News Agency: 97 % of its articles end with «انتهای پیام» alone (7,500 articles, 2018-19)."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="isna",
    title="ایسنا",
    family=nastooh.FAMILY,
    base_url="https://www.isna.ir",
    hosts=("isna.ir",),
    evidence="A",
    footer="marker",
    feeds=("/rss",),
    sections=("/service/province",),
    layouts=(nastooh.ISNA, nastooh.ISNA_2016),
    notes="The ids of its province topics are not evidenced; an article's province is read from its dateline.",
)
