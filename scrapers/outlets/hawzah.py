"""Hawzah News Agency."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="hawzah",
    title="خبرگزاری حوزه",
    family=nastooh.FAMILY,
    base_url="https://www.hawzahnews.com",
    hosts=("hawzahnews.com",),
    evidence="C",
    footer="marker and codes",
    feeds=("/rss",),
)
