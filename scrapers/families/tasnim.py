"""Tasnim's own engine. Two spiders of 2023 and 2025 agree on the selectors; bodies are real ones of 2019."""

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

_CODE = re.compile(r"/(?:fa/news/\d{4}/\d{1,2}/\d{1,2}/)?(\d{5,20})(?:/|$)")

SHAPE = Shape(
    drop=("aside, header, footer, nav, .most-viewed",),
    main=("section.content", "main", "body"),
    row=("article.list-item",),
    page_parameter="page",
)


def code_of(outlet: Outlet, url: str) -> str | None:
    """Return the id in `/fa/news/1404/10/22/<id>/<slug>` or in the short address `/<id>`."""
    match = _CODE.match(urlsplit(url).path)
    return match[1] if match else None


def archive_url(outlet: Outlet, day: date, page: int, province: str | None) -> str | None:
    """Return a page of a Jalali day's archive, up to forty a day; it is not kept by province."""
    if province is not None:
        return None
    year, month, day_of_month = to_jalali(day)
    return outlet.address(f"/fa/archive?date={year}%2F{month}%2F{day_of_month}&sub=-1&service=-1&page={page}")


LAYOUT = Layout(
    name="tasnim",
    container=("article.single-news",),
    kicker=(".kicker",),
    title=("h1.title",),
    lead=("h3.lead", ".lead"),
    body=("div.story",),
    # Malformed: `<li class="time">…<li class="service">…</li></li>`; a parser that follows the standard splits them.
    published=("._sticky li.time", "li.time"),
    section=("li.service a",),
    tags=("ul.smart-keyword li a", "li.skeyword-item a"),
    image=("figure img",),
    drop=(".hideTag", ".readmore-container", ".jwplayer", "#short-link", ".clearfix"),
)

FAMILY = Family(
    name="tasnim",
    recent_urls=partial(recent_urls, place_form="/fa/service/{}"),
    archive_url=archive_url,
    read_listing=partial(read_listing, SHAPE),
    code_of=code_of,
    layouts=(LAYOUT,),
    read_body=without_junk,
)
