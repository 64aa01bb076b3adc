"""Arakhabar, of Arak."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="arakhabar",
    title="اراک خبر",
    family=iransamaneh.FAMILY,
    base_url="https://arakhabar.ir",
    hosts=("arakhabar.ir",),
    evidence="C",
    footer="unknown",
    province="markazi",
    feeds=("/fa/rss/allnews",),
)
