"""esfahanzibaonline.ir, of Isfahan."""

from scrapers.families import wordpress
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="esfahanzibaonline",
    title="اصفهان زیبا",
    family=wordpress.FAMILY,
    base_url="https://esfahanzibaonline.ir",
    hosts=("esfahanzibaonline.ir",),
    evidence="C",
    footer="unknown",
    province="isfahan",
    feeds=("/feed/",),
)
