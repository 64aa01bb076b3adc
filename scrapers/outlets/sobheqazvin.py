"""sobheqazvin.ir, of Qazvin."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="sobheqazvin",
    title="صبح قزوین",
    family=wordpress.FAMILY,
    base_url="https://sobheqazvin.ir",
    hosts=("sobheqazvin.ir",),
    evidence="C",
    footer="unknown",
    province="qazvin",
    feeds=("/feed/",),
)
