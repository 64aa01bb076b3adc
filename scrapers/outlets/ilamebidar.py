"""ilamebidar.ir, of Ilam."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="ilamebidar",
    title="ایلام بیدار",
    family=wordpress.FAMILY,
    base_url="https://ilamebidar.ir",
    hosts=("ilamebidar.ir",),
    evidence="C",
    footer="unknown",
    province="ilam",
    feeds=("/feed/",),
)
