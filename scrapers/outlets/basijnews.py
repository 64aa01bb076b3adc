"""Basij News. A future time of publication was met here."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="basijnews",
    title="خبرگزاری بسیج",
    family=iransamaneh.FAMILY,
    base_url="https://basijnews.ir",
    hosts=("basijnews.ir",),
    evidence="C",
    footer="none",
    sections=("/fa/archive",),
)
