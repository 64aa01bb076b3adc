"""Quds, of Khorasan."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="qudsonline",
    title="قدس آنلاین",
    family=nastooh.FAMILY,
    base_url="https://qudsonline.ir",
    hosts=("qudsonline.ir",),
    evidence="C",
    footer="unknown",
    province="khorasan-razavi",
    feeds=("/rss", "/sitemap/news/sitemap.xml"),
)
