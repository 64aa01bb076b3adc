"""safirelorestan.ir, of Lorestan. Only its articles' markup is evidenced, so its front page is what is read."""

from scrapers.families import itempage
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="safirelorestan",
    title="سفیر لرستان",
    family=itempage.FAMILY,
    base_url="https://safirelorestan.ir",
    hosts=("safirelorestan.ir",),
    evidence="C",
    footer="unknown",
    province="lorestan",
    sections=("/",),
    has_archive=False,
)
