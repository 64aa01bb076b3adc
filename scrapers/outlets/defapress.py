"""Defa Press: only the meta states the time; marker with a code (10 of 11, 2019)."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="defapress",
    title="دفاع پرس",
    family=iransamaneh.FAMILY,
    base_url="https://defapress.ir",
    hosts=("defapress.ir",),
    evidence="C",
    footer="marker and codes",
    sections=("/fa/archive",),
)
