"""IQNA, International Quran News Agency: its footer is in a span after the last paragraph (2019)."""

from scrapers.families import iransamaneh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="iqna",
    title="ایکنا",
    family=iransamaneh.FAMILY,
    base_url="https://iqna.ir",
    hosts=("iqna.ir",),
    evidence="C",
    footer="marker",
    sections=("/fa/archive",),
    provinces={
        "qazvin": "https://qazvin.iqna.ir",
    },
)
