"""ANA, Azad university's agency: marker with two codes (27 of 28, 2019)."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="ana",
    title="آنا",
    family=iransamaneh.FAMILY,
    base_url="https://ana.press",
    hosts=("ana.press", "ana.ir"),
    evidence="C",
    footer="marker and codes",
    feeds=("/fa-sitemap-news",),
)
