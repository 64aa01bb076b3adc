"""Moj News."""

from scrapers.families import asam
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="mojnews",
    title="خبرگزاری موج",
    family=asam.FAMILY,
    base_url="https://www.mojnews.com",
    hosts=("mojnews.com",),
    evidence="C",
    footer="none",
    feeds=("/feeds/",),
    has_archive=False,
)
