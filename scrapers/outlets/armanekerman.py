"""armanekerman.ir, of Kerman."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="armanekerman",
    title="آرمان کرمان",
    family=wordpress.FAMILY,
    base_url="https://armanekerman.ir",
    hosts=("armanekerman.ir",),
    evidence="C",
    footer="unknown",
    province="kerman",
    feeds=("/feed/",),
)
