"""asrtabriz.ir, of East Azerbaijan."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="asrtabriz",
    title="عصر تبریز",
    family=wordpress.FAMILY,
    base_url="https://asrtabriz.ir",
    hosts=("asrtabriz.ir",),
    evidence="C",
    footer="unknown",
    province="azarbaijan-sharghi",
    feeds=("/feed/",),
)
