"""Mashregh News."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="mashregh",
    title="مشرق نیوز",
    family=nastooh.FAMILY,
    base_url="https://www.mashreghnews.ir",
    hosts=("mashreghnews.ir",),
    evidence="C",
    footer="none",
    feeds=("/rss", "/sitemap/news/sitemap.xml"),
    notes="Prints «تاریخ انتشار:» before the time.",
)
