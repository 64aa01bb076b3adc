"""khoramabadfarda.ir, of Lorestan. Only its articles' markup is evidenced, so its front page is what is read."""

from scrapers.families import itempage
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="khoramabadfarda",
    title="خرم‌آباد فردا",
    family=itempage.FAMILY,
    base_url="https://khoramabadfarda.ir",
    hosts=("khoramabadfarda.ir",),
    evidence="C",
    footer="unknown",
    province="lorestan",
    sections=("/",),
    has_archive=False,
)
