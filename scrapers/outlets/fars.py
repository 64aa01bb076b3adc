"""Fars: the old engine's archive to 2024, pages of the new one by ld+json."""

from scrapers.families import fars
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="fars",
    title="خبرگزاری فارس",
    family=fars.FAMILY,
    base_url="https://www.farsnews.ir",
    hosts=("farsnews.ir", "farsnews.com"),
    evidence="B",
    footer="marker and codes",
    feeds=("/rss",),
    sections=("/province", "/showcase"),
    provinces={
        "lorestan": "/lorestan",
        "mazandaran": "/mazandaran",
        "azarbaijan-gharbi": "/azarbaijan-gharbi",
    },
)
