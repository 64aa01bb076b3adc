"""Tabnak's site for Isfahan."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="tabnakesfahan",
    title="تابناک اصفهان",
    family=iransamaneh.FAMILY,
    base_url="https://www.tabnakesfahan.ir",
    hosts=("tabnakesfahan.ir",),
    evidence="C",
    footer="unknown",
    province="isfahan",
    feeds=("/fa/rss/allnews",),
)
