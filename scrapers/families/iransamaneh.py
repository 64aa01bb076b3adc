"""IranSamaneh: IRIB, Mizan, IQNA, Borna, ANA, Tabnak, about a hundred regional sites, and YJC with a theme of its own.

Selectors of the newest wide set (TG 2025); bodies are real ones of 2019.
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
from scrapers.times import to_jalali

# The same item answers at four addresses and more: print, AMP, photo, on the bare host, mail. and a province's host.
_CODE = re.compile(r"/fa/(?:amp/)?(?:news|print|printmail|photo|video|amp)/(\d{3,20})(?:/|$)")
_ROWS_A_PAGE = 100

SHAPE = Shape(
    drop=(".sidebar, aside, .most-visited, .header, .footer, header, footer, nav",),
    main=("body#archive div.inner-content", ".archive_content", "div.inner-content", ".main_col", "main", "body"),
    row=(".linear_news", "a.title5", "li", "article", 'a[href*="/news/"]'),
    page_parameter="p",
)


def code_of(outlet: Outlet, url: str) -> str | None:
    """Return the id in `/fa/news/<id>/<slug>` and its like."""
    match = _CODE.match(urlsplit(url).path)
    return match[1] if match else None


def archive_url(outlet: Outlet, day: date, page: int, province: str | None) -> str | None:
    """Return a page of the archive between a Jalali day and itself; it is not kept by province."""
    if not outlet.has_archive or (province is not None and province != outlet.province):
        return None
    year, month, day_of_month = to_jalali(day)
    stated = f"{year}/{month:02}/{day_of_month:02}"
    return outlet.address(
        f"/fa/archive?service_id=-1&sec_id=-1&cat_id=-1&rpp={_ROWS_A_PAGE}&from_date={stated}&to_date={stated}&p={page}"
    )


_JUNK = (
    ".wrapper",
    ".videojs-main-container",
    ".video-share-code",
    ".copy-button",
    ".share_news",
    ".comments_item",
    ".comm_answer",
    ".tags_title",
    ".news_path",
    ".news_path2",
    ".print-header",
)
NEWSROOM = Layout(
    name="iransamaneh",
    container=(
        ".news_general_dl",
        ".main_news_body",
        ".row_news_body",
        ".box_news",
        ".gutter_news",
        "article.article-content",
        ".col1-news",
        ".news_content",
        ".container-newsMedia",
        ".pb-news-body",
        ".news-content",
        ".main_col",
        ".page",
        "article",
        'div[style="direction: rtl;"]',
    ),
    kicker=(".rutitr", ".news-rutitr"),
    title=("h1.title_news", "h1.Htag", ".title-news", ".news-title", "h1.title", ".title", "h1"),
    lead=("p.subtitle", ".subtitle", ".news-subtitle"),
    body=("div.body", "section.body", "div.body_news", ".body"),
    published=(".news_pdate_c", ".item-date span", ".news-date", ".fa_date", "ul.up-news-tools"),
    code=(".news_id_c",),
    section=(".news_path a", ".news_path2 a", "a.newsbody_servicename", ".news_cat_c"),
    tags=(".tags_title a", ".tags li", ".tags_container a"),
    image=(".lead_image", "img.image_btn", "img.news_corner_image"),
    drop=tuple(junk for junk in _JUNK if junk != ".tags_title"),
)
YJC = Layout(
    name="iransamaneh-yjc",
    container=(".news-box", ".news_body_serv2"),
    kicker=(".rutitr", ".news-rutitr"),
    title=("h1.title-news", ".title-news", "h1.Htags"),
    lead=(".news_strong",),
    body=(".baznashr-body", ".body"),
    published=(".date-color-news", ".news_pdate_c"),
    code=(".news_id_c",),
    # The breadcrumb is inside the body.
    section=(".path_bottom_body a",),
    tags=(".tags_title a",),
    image=("img.image_btn",),
    drop=(*_JUNK[:-4], ".path_bottom_body", ".det-1", ".parent-lead-img", ".comments", ".suggested"),
)

FAMILY = Family(
    name="iransamaneh",
    recent_urls=partial(recent_urls, place_form="/fa/{}"),
    archive_url=archive_url,
    read_listing=partial(read_listing, SHAPE),
    code_of=code_of,
    layouts=(NEWSROOM,),
    read_body=without_junk,
)
