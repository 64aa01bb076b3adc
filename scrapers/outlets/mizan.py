"""Mizan, the judiciary's agency."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="mizan",
    title="خبرگزاری میزان",
    family=iransamaneh.FAMILY,
    base_url="https://www.mizanonline.ir",
    hosts=("mizanonline.ir", "mizanonline.com"),
    evidence="C",
    footer="marker",
    feeds=("/fa/rss/allnews",),
)
