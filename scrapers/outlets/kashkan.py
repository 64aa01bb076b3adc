"""kashkan.ir, of Lorestan."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="kashkan",
    title="کشکان",
    family=wordpress.FAMILY,
    base_url="https://kashkan.ir",
    hosts=("kashkan.ir",),
    evidence="C",
    footer="unknown",
    province="lorestan",
    feeds=("/feed/",),
)
