"""A site of no known family: feeds and section lists by their links, the body by a well-kept extraction library."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import urlsplit

from scrapers.families.addresses import no_archive, recent_urls
from scrapers.families.lines import without_junk
from scrapers.listing import Shape, read_listing
from scrapers.markup import Layout
from scrapers.outlet import Family, Outlet

_CODE = re.compile(r"(?:/[^/]{1,100}){0,4}/(\d{3,20})(?:[-/.][^/]{0,400})?/?", re.IGNORECASE)

SHAPE = Shape(drop=("aside, .sidebar, header, footer, nav",), main=("main", "body"), row=("article", "li", "h2, h3"))


def code_of(outlet: Outlet, url: str) -> str | None:
    """Return the last number of three digits and more that begins a part of the path."""
    match = _CODE.fullmatch(urlsplit(url).path)
    return match[1] if match else None


LAYOUT = Layout(name="extraction", title=("h1",), published=("time[datetime]", "time"), ld_json=True, extraction=True)

FAMILY = Family(
    name="unknown",
    recent_urls=recent_urls,
    archive_url=no_archive,
    read_listing=partial(read_listing, SHAPE),
    code_of=code_of,
    layouts=(LAYOUT,),
    read_body=without_junk,
)
