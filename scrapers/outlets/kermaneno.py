"""kermaneno.ir, of Kerman."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="kermaneno",
    title="کرمان نو",
    family=wordpress.FAMILY,
    base_url="https://kermaneno.ir",
    hosts=("kermaneno.ir",),
    evidence="C",
    footer="unknown",
    province="kerman",
    feeds=("/feed/",),
    day_paths="gregorian",
)
