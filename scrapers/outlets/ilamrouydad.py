"""ilamrouydad.ir, of Ilam."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="ilamrouydad",
    title="ایلام رویداد",
    family=wordpress.FAMILY,
    base_url="https://ilamrouydad.ir",
    hosts=("ilamrouydad.ir",),
    evidence="C",
    footer="unknown",
    province="ilam",
    feeds=("/feed/",),
)
