"""yaftenews.ir, of Lorestan. Only its articles' markup is evidenced, so its front page is what is read."""

from scrapers.families import itempage
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="yaftenews",
    title="یافته",
    family=itempage.FAMILY,
    base_url="https://yaftenews.ir",
    hosts=("yaftenews.ir",),
    evidence="C",
    footer="unknown",
    province="lorestan",
    sections=("/",),
    has_archive=False,
)
