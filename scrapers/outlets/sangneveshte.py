"""sangneveshte.ir, of Lorestan."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="sangneveshte",
    title="سنگ‌نوشته",
    family=wordpress.FAMILY,
    base_url="https://sangneveshte.ir",
    hosts=("sangneveshte.ir",),
    evidence="C",
    footer="unknown",
    province="lorestan",
    feeds=("/feed/",),
)
