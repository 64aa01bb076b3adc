"""WordPress: the long tail of provincial sites. Themes differ in a few class names, which one layout tries in turn.

Class counts over about 200 sites' configurations (TG 2025).
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from urllib.parse import parse_qs, unquote, urlsplit

from scrapers.families.addresses import recent_urls
from scrapers.families.lines import without_junk
from scrapers.listing import Shape, read_listing
from scrapers.markup import Layout
from scrapers.outlet import Family, Outlet
from scrapers.times import to_jalali

_NUMBERED = re.compile(r"/(\d{1,12})(?:/[^/]{1,400})?/?")
_DATED = re.compile(r"/\d{4}/\d{1,2}/\d{1,2}/([^/]{1,400})/?")
_SLUG = re.compile(r"/([^/]{12,400})/?")
_NOT_ARTICLES = frozenset(
    ("category", "tag", "page", "author", "feed", "wp-content", "wp-json", "wp-admin", "search", "comments")
)

SHAPE = Shape(
    drop=("aside, .sidebar, .widget, header, footer, nav",),
    main=("main", "#main", ".content-column", "#content", "body"),
    row=("article", ".post", "li", "h2, h3"),
    next_link="a.next",
)


def code_of(outlet: Outlet, url: str) -> str | None:
    """Return the post's number in `/?p=<id>` and `/<id>/<slug>`, else its slug; None for lists, tags and pages."""
    parts = urlsplit(url)
    post = parse_qs(parts.query, max_num_fields=20).get("p") if parts.path in ("", "/") else None
    if post:
        return post[0] if post[0].isdecimal() else None
    path = unquote(parts.path)
    if path.split("/")[1:2] and path.split("/")[1].lower() in _NOT_ARTICLES:
        return None
    if path.endswith((".xml", ".php", ".txt", ".jpg", ".png")):
        return None
    for form in (_NUMBERED, _DATED, _SLUG):
        match = form.fullmatch(path)
        if match is not None:
            return match[1]
    return None


def archive_url(outlet: Outlet, day: date, page: int, province: str | None) -> str | None:
    """Return a page of a day's posts, in the calendar of the outlet's own addresses; None where they have no day."""
    if outlet.day_paths is None or (province is not None and province != outlet.province):
        return None
    year, month, day_of_month = (day.year, day.month, day.day) if outlet.day_paths == "gregorian" else to_jalali(day)
    path = f"/{year}/{month:02}/{day_of_month:02}/"
    return outlet.address(path if page == 1 else f"{path}page/{page}/")


LAYOUT = Layout(
    name="wordpress",
    container=("body.single-post main", "body.single-post", "body.single", ".single-post", "article"),
    kicker=(".rotitr", ".rutitr", ".rootitr", ".single-rutitr", ".onliner_rutitr_akhv"),
    title=("h1",),
    lead=(".lead", ".lead1", ".excerpt", ".single-lid", ".short-content"),
    body=(
        ".entry-content",
        ".post-content",
        ".full-content",
        ".contentsingle",
        ".single-text",
        "div.entry",
        ".elementor-widget-theme-post-content",
    ),
    published=("time[datetime]", "time"),
    section=('[rel="category tag"]', ".crumbs a"),
    tags=("[rel=tag]",),
    image=(".single-figure img", "figure img"),
    drop=(
        ".bs-irp",
        ".irpp",
        ".sharedaddy",
        ".short-link",
        "#respond",
        ".comments",
        ".yarpp-related",
        ".related-posts",
    ),
)

FAMILY = Family(
    name="wordpress",
    recent_urls=partial(recent_urls, place_form="/category/{}/"),
    archive_url=archive_url,
    read_listing=partial(read_listing, SHAPE),
    code_of=code_of,
    layouts=(LAYOUT,),
    read_body=without_junk,
)
