"""IRIB News. Provinces have hosts of their own with the same ids; no footer in 67 bodies of 2019."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="iribnews",
    title="خبرگزاری صدا و سیما",
    family=iransamaneh.FAMILY,
    base_url="https://www.iribnews.ir",
    hosts=("iribnews.ir",),
    evidence="C",
    footer="none",
    feeds=("/fa/rss/allnews",),
    provinces={
        "lorestan": "https://lorestan.iribnews.ir",
        "mazandaran": "https://mazandaran.iribnews.ir",
        "khuzestan": "https://khuzestan.iribnews.ir",
    },
)
