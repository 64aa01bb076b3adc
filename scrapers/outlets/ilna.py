"""ILNA, Iranian Labour News Agency."""

from scrapers.families import asam
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="ilna",
    title="ایلنا",
    family=asam.FAMILY,
    base_url="https://www.ilna.ir",
    hosts=("ilna.ir", "ilna.news"),
    evidence="C",
    footer="none",
    feeds=("/feeds/",),
    sections=("/بخش-استان-ها-15",),
    has_archive=False,
)
