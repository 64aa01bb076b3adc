"""ISCA, Iranian Student Correspondents Association: marker, then reporter's and publisher's codes (59 of 73, 2019)."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="iscanews",
    title="ایسکانیوز",
    family=nastooh.FAMILY,
    base_url="https://www.iscanews.ir",
    hosts=("iscanews.ir",),
    evidence="C",
    footer="marker and codes",
    feeds=("/rss",),
)
