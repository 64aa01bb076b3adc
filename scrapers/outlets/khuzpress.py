"""khuzpress.ir, of Khuzestan."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="khuzpress",
    title="خوزپرس",
    family=wordpress.FAMILY,
    base_url="https://khuzpress.ir",
    hosts=("khuzpress.ir",),
    evidence="C",
    footer="unknown",
    province="khuzestan",
    feeds=("/feed/",),
)
