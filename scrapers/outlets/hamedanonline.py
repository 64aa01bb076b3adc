"""hamedanonline.ir, of Hamedan."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="hamedanonline",
    title="همدان آنلاین",
    family=wordpress.FAMILY,
    base_url="https://hamedanonline.ir",
    hosts=("hamedanonline.ir",),
    evidence="C",
    footer="unknown",
    province="hamedan",
    feeds=("/feed/",),
)
