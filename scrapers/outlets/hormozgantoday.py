"""hormozgantoday.ir, of Hormozgan."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="hormozgantoday",
    title="هرمزگان تودی",
    family=wordpress.FAMILY,
    base_url="https://hormozgantoday.ir",
    hosts=("hormozgantoday.ir",),
    evidence="C",
    footer="unknown",
    province="hormozgan",
    feeds=("/feed/",),
)
