"""IBNA, Iran's Book News Agency."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="ibna",
    title="ایبنا",
    family=nastooh.FAMILY,
    base_url="https://www.ibna.ir",
    hosts=("ibna.ir",),
    evidence="C",
    footer="none",
    feeds=("/rss",),
)
