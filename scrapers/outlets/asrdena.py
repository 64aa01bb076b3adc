"""Asr-e Dena, of Kohgiluyeh."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="asrdena",
    title="عصر دنا",
    family=iransamaneh.FAMILY,
    base_url="https://asrdena.ir",
    hosts=("asrdena.ir",),
    evidence="C",
    footer="unknown",
    province="kohgiluyeh-boyerahmad",
    feeds=("/fa/rss/allnews",),
)
