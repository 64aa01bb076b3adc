"""Tasnim. Ids of three province services are evidenced; 6 is all provinces."""

from scrapers.families import tasnim
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="tasnim",
    title="خبرگزاری تسنیم",
    family=tasnim.FAMILY,
    base_url="https://www.tasnimnews.com",
    hosts=("tasnimnews.com", "tasnimnews.ir", "tasnimnews.org"),
    evidence="B",
    footer="marker and codes",
    feeds=("/fa/rss/feed/0/7/0/",),
    sections=("/fa/service/6/",),
    provinces={
        "azarbaijan-gharbi": "48",
        "ardabil": "49",
        "bushehr": "53",
        "kerman": "67",
    },
)
