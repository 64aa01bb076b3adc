"""mirmalas.ir, of Lorestan (Kuhdasht)."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="mirmalas",
    title="میرملاس",
    family=wordpress.FAMILY,
    base_url="https://mirmalas.ir",
    hosts=("mirmalas.ir",),
    evidence="C",
    footer="unknown",
    province="lorestan",
    feeds=("/feed/",),
)
