"""Shana, the petroleum ministry's agency."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="shana",
    title="شانا",
    family=nastooh.FAMILY,
    base_url="https://www.shana.ir",
    hosts=("shana.ir",),
    evidence="C",
    footer="unknown",
    feeds=("/rss",),
)
