"""gilanestan.ir, of Gilan."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="gilanestan",
    title="گیلانستان",
    family=wordpress.FAMILY,
    base_url="https://gilanestan.ir",
    hosts=("gilanestan.ir",),
    evidence="C",
    footer="unknown",
    province="gilan",
    feeds=("/feed/",),
)
