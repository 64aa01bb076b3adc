"""Fars' two engines: the old site with its archive by day, and the single-page site of 2024 and later by ld+json."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from urllib.parse import urlsplit

from scrapers.families.addresses import recent_urls
from scrapers.families.lines import without_junk
from scrapers.listing import Shape, read_listing
from scrapers.markup import Layout
from scrapers.outlet import Family, Outlet
from scrapers.times import to_jalali

# Old: Jalali day and six digits, before 2007 a two-digit year; new: nineteen digits under an author's handle.
_CODE = re.compile(r"(?:/[\w-]{1,60})?/(?:news/(\d{10,14})|(\d{19}))(?:/|$)")

SHAPE = Shape(
    drop=("aside, header, footer, nav, .sidebar",),
    main=("div.last-news", "ul.last-news", "main", "body"),
    row=("ul.last-news li", "ul.news-list li", "li", "a"),
    page_parameter="p",
)


def code_of(outlet: Outlet, url: str) -> str | None:
    """Return the id in `/news/<id>/<slug>`, `/<province>/news/<id>` or `/<handle>/<19 digits>/<slug>`."""
    match = _CODE.match(urlsplit(url).path)
    return match[1] or match[2] if match else None


def archive_url(outlet: Outlet, day: date, page: int, province: str | None) -> str | None:
    """Return a page of a Jalali day's archive of the old engine; it is not kept by province."""
    if province is not None:
        return None
    year, month, day_of_month = to_jalali(day)
    return outlet.address(f"/archive?cat=-1&subcat=-1&date={year}/{month}/{day_of_month}&p={page}")


OLD = Layout(
    name="fars",
    container=("div.news-box:has(div.nt-body)", "main:has(div.nt-body)", "main:has([itemprop=articleBody])"),
    kicker=(".rutitr",),
    title=("h1.title", ".news-data span.title"),
    lead=("p.lead",),
    body=("div.nt-body", "[itemprop=articleBody]", ".text-right.mt-4"),
    published=("div.header time[datetime]", "div.publish-time"),
    section=("h2.category-name a",),
    tags=("div.tags a",),
    image=(".top-image img",),
    drop=("div.short-url", "#surl2", ".comments"),
    until=date(2024, 12, 31),
)
# Class names are hashes that change with each build; headline, time and author are taken from ld+json.
NEW = Layout(
    name="fars-2024",
    container=("#root", "body"),
    body=("div.px-post-padding-x.pb-2", "div.px-post-padding-x"),
    ld_json=True,
    since=date(2024, 1, 1),
)

FAMILY = Family(
    name="fars",
    recent_urls=recent_urls,
    archive_url=archive_url,
    read_listing=partial(read_listing, SHAPE),
    code_of=code_of,
    layouts=(NEW, OLD),
    read_body=without_junk,
)
