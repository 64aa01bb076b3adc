"""Nastooh Saba Newsroom: IRNA, Mehr, Hamshahri, Khabaronline, IMNA …, and ISNA with a theme of its own.

Real article page of Mehr and real listing of Hamshahri, 2024; archive addresses by several spiders.
"""

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
from scrapers.times import from_jalali, to_jalali

_CODE = re.compile(r"/(?:[a-z]{2}/)?(?:amp/)?(?:news|photo|video|live|media|xnews|print|amp)/(\d{3,20})(?:/|$)")

SHAPE = Shape(
    # Mehr's sidebars «۱۰ خبر اول» and «تازه‌ترین اخبار» have exactly the archive's row markup.
    drop=(".sidebar, aside, #box9, #box90, .col-sm-3, header, footer, nav",),
    main=(".col-sm-9", "main", "body"),
    # The class of a row tells its type; films and photos are listed among the news.
    row=(
        "li.news, li.photo, li.video, li.report, li.live, li.media",
        "section.list ul > li",
        "div.items li",
        "section li h3",
    ),
    page_parameter="pi",
)


def code_of(outlet: Outlet, url: str) -> str | None:
    """Return the id in `/news/<id>/<slug>` and its like; the same article has several addresses."""
    match = _CODE.match(urlsplit(url).path)
    return match[1] if match else None


def archive_url(outlet: Outlet, day: date, page: int, province: str | None) -> str | None:
    """Return a page of a Jalali day's archive; None for a province that is known by its section only."""
    if not outlet.has_archive:
        return None
    place = outlet.provinces.get(province, "/") if province is not None else ""
    if place.startswith("/"):
        return None
    year, month, day_of_month = to_jalali(day)
    topic = f"&tp={place}" if place else ""
    return outlet.address(f"/archive?pi={page}&ms=0&dy={day_of_month}&mn={month}&yr={year}{topic}")


_JUNK = (
    ".print-header",
    ".related-items",
    "section.tags",
    "footer.tags",
    ".comments",
    ".comments-list",
    ".comment-form",
    ".short-link-container",
    ".share",
    ".gallery",
    '.item-text a[href*="/redirect/ads/"]:not(:has(p, div))',
)
NEWSROOM = Layout(
    name="nastooh",
    container=("article#item", "div#main", ".main-content", "article"),
    kicker=(".item-title .kicker", ".kicker", ".rutitr", "h4.subtitle"),
    title=(".item-title h1.title", "h1.title", "h1[itemprop=headline]", ".item-title h1", "h1"),
    lead=(".item-summary .introtext", "p.introtext", "p.summary", "[itemprop=description]"),
    # Not `.item-body`: it holds the news code and, on some themes, the reporter.
    body=("div.item-text[itemprop=articleBody]", "div.item-text", "[itemprop=articleBody]"),
    published=(".item-nav .item-date span", ".item-date span", ".item-date", ".item-nav > div > span"),
    code=(".item-code span", ".item-code"),
    # The breadcrumb is on the page twice, first in the hidden print header.
    section=(".item-nav ol.breadcrumb li a", ".item-header ol.breadcrumb li a", "ol.breadcrumb.vertical li a"),
    tags=("section.tags li a",),
    image=(".item-summary figure.item-img img", "figure.item-img img"),
    drop=_JUNK,
)
ISNA = Layout(
    name="nastooh-isna",
    container=("article#item", "article"),
    kicker=("header.item-header h2", ".kicker"),
    title=("h1.first-title", "h1[itemprop=headline]"),
    lead=("p.summary[itemprop=description]", "p.summary"),
    dateline=("p.summary span.src",),
    body=("div.item-text[itemprop=articleBody]", "div.item-text"),
    published=(".meta-news li:nth-child(1) .text-meta",),
    section=(".meta-news li:nth-child(2) .text-meta", "span[itemprop=articleSection]"),
    code=(".meta-news li:nth-child(3) .text-meta",),
    tags=("footer.tags li a",),
    image=("figure.item-img img",),
    drop=tuple(junk for junk in _JUNK if junk != "footer.tags"),
)
ISNA_2016 = Layout(
    name="nastooh-isna-2016",
    title=("div.titr p", "div.titr"),
    body=("div.body",),
    published=("div.newsPubDate",),
    section=("div.cervees a", "div.cervees"),
    tags=("div.tag a",),
    until=from_jalali(1396, 12, 29),
)

FAMILY = Family(
    name="nastooh",
    recent_urls=partial(recent_urls, place_form="/archive?tp={}"),
    archive_url=archive_url,
    read_listing=partial(read_listing, SHAPE),
    code_of=code_of,
    layouts=(NEWSROOM,),
    read_body=without_junk,
)
