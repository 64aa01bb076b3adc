"""Mehr News Agency. The whole real article page behind the family's layout is Mehr's (2024)."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="mehr",
    title="خبرگزاری مهر",
    family=nastooh.FAMILY,
    base_url="https://www.mehrnews.com",
    hosts=("mehrnews.com",),
    evidence="A",
    footer="none",
    feeds=("/rss", "/sitemap/news/sitemap.xml"),
    sections=("/service/Provinces",),
    provinces={
        "lorestan": "/service/Provinces/Lorestan",
        "azarbaijan-gharbi": "/service/Provinces/AzarbayjanGharbi",
    },
    notes="Topic ids of its provinces are not evidenced.",
)
