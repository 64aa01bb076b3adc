"""Tabnak."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="tabnak",
    title="تابناک",
    family=iransamaneh.FAMILY,
    base_url="https://www.tabnak.ir",
    hosts=("tabnak.ir",),
    evidence="B",
    footer="none",
    feeds=("/fa/rss/1/1", "/fa-sitemap-news"),
    notes="Bodies hold pasted markup of other agencies; of 96 old pages 93 have no title.",
)
