"""Shahrara, of Mashhad."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="shahraranews",
    title="شهرآرانیوز",
    family=iransamaneh.FAMILY,
    base_url="https://shahraranews.ir",
    hosts=("shahraranews.ir",),
    evidence="C",
    footer="unknown",
    province="khorasan-razavi",
    feeds=("/fa-sitemap-news",),
)
