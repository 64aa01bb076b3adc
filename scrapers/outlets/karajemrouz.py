"""Karaj-e Emrouz, of Alborz."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="karajemrouz",
    title="کرج امروز",
    family=nastooh.FAMILY,
    base_url="https://karajemrouz.ir",
    hosts=("karajemrouz.ir",),
    evidence="C",
    footer="unknown",
    province="alborz",
    feeds=("/rss",),
)
