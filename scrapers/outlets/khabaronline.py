"""Khabaronline. Its articles end in a bare service number («۲۷۲۱۵»): 185 of 194 in 2019."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="khabaronline",
    title="خبرآنلاین",
    family=nastooh.FAMILY,
    base_url="https://www.khabaronline.ir",
    hosts=("khabaronline.ir",),
    evidence="B",
    footer="codes only",
    feeds=("/rss", "/sitemap/news/sitemap.xml"),
    sections=("/service/provinces",),
)
