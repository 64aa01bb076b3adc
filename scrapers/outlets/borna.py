"""Borna: none in 2019, «انتهای پیام» in 2025."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="borna",
    title="خبرگزاری برنا",
    family=iransamaneh.FAMILY,
    base_url="https://borna.news",
    hosts=("borna.news",),
    evidence="C",
    footer="mixed",
    feeds=("/fa-sitemap-news",),
)
