"""The Joomla-like sites of Lorestan: `.item-page` with the fields under `itemprop`. No archive by day is evidenced."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import unquote, urlsplit

from scrapers.families.addresses import no_archive, recent_urls
from scrapers.families.lines import without_junk
from scrapers.listing import Shape, read_listing
from scrapers.markup import Layout
from scrapers.outlet import Family, Outlet

# Joomla puts an item's number before its slug: `/news/lorestan/12345-slug.html`.
_CODE = re.compile(r"(?:/[^/]{1,100}){0,4}/(\d{2,12})-[^/]{0,400}")

SHAPE = Shape(
    drop=("aside, .sidebar, header, footer, nav",),
    main=(".blog", "main", "body"),
    row=(".item", "article", "li", "h2, h3"),
    page_parameter="start",
)


def code_of(outlet: Outlet, url: str) -> str | None:
    """Return the number before the slug."""
    match = _CODE.fullmatch(unquote(urlsplit(url).path))
    return match[1] if match else None


LAYOUT = Layout(
    name="item-page",
    container=(".item-page",),
    kicker=("[itemprop=rotitr]",),
    title=("[itemprop=headline]", "h2", "h1"),
    lead=("[itemprop=zirtitr]",),
    body=("[itemprop=articleBody]",),
    published=("time[datetime]", "time"),
    section=("[itemprop=genre]",),
    tags=("ul.tags li a",),
    image=("img",),
)

FAMILY = Family(
    name="item-page",
    recent_urls=recent_urls,
    archive_url=no_archive,
    read_listing=partial(read_listing, SHAPE),
    code_of=code_of,
    layouts=(LAYOUT,),
    read_body=without_junk,
)
