"""Tehran News, of Tehran province."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="tehrannews",
    title="تهران نیوز",
    family=nastooh.FAMILY,
    base_url="https://tehrannews.ir",
    hosts=("tehrannews.ir",),
    evidence="C",
    footer="unknown",
    province="tehran",
    feeds=("/rss",),
)
