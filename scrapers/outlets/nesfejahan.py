"""Nesf-e Jahan, of Isfahan."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="nesfejahan",
    title="نصف جهان",
    family=iransamaneh.FAMILY,
    base_url="https://nesfejahan.net",
    hosts=("nesfejahan.net",),
    evidence="C",
    footer="unknown",
    province="isfahan",
    feeds=("/fa/rss/allnews",),
)
