"""IMNA, Isfahan municipality's agency. Behind a script challenge of ArvanCloud for some addresses."""

from scrapers.families import nastooh
from scrapers.outlet import Outlet

OUTLET = Outlet(
    name="imna",
    title="ایمنا",
    family=nastooh.FAMILY,
    base_url="https://www.imna.ir",
    hosts=("imna.ir",),
    evidence="C",
    footer="none",
    province="isfahan",
    sections=("/",),
    has_archive=False,
    notes="Neither a feed nor an archive of it is evidenced, so its front page is what is read.",
)
