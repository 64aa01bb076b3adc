"""Asam (aasaam): ILNA, Moj. Sections and feeds; no archive by day is evidenced."""

from __future__ import annotations

import re
from functools import partial
from urllib.parse import unquote, urlsplit

from scrapers.families.addresses import no_archive, recent_urls
from scrapers.families.lines import without_junk
from scrapers.listing import Shape, read_listing
from scrapers.markup import Layout
from scrapers.outlet import Family, Outlet

_SECTION_WORD = "بخش"
_CODE = re.compile(rf"/(?:{_SECTION_WORD}-[^/]{{1,200}}-\d{{1,6}}/|fa/(?:tiny|amp)/news-)(\d{{3,20}})(?:-|/|$)")

SHAPE = Shape(
    drop=("aside, header, footer, nav, .sidebar",),
    main=("main", "body"),
    row=(".list_item", "article", "li", "h2, h3"),
    page_parameter="curp",
)


def code_of(outlet: Outlet, url: str) -> str | None:
    """Return the number in `/بخش-<name>-<section>/<number>-<slug>`, percent-encoded or not, and in short addresses."""
    match = _CODE.match(unquote(urlsplit(url).path))
    return match[1] if match else None


LAYOUT = Layout(
    name="asam",
    container=("article", ".news_content", "main"),
    kicker=(".uptitle", ".up-title", "h2.up_title", "h2.news-uptitle"),
    title=("h1.title", ".title", "h1"),
    lead=("p.news-lead", ".lead"),
    body=("#echo_detail", ".article_body .echo_detail", "#main_ck_editor", "div[itemprop=articlebody]", ".content"),
    published=("time[datetime]", ".news_time"),
    section=("ul.breadcrumb_list li:not(:first-child) a", ".bread_crumbs a"),
    tags=(".article_tag a", ".article_tags li", ".word_key a"),
    image=(".primary_files img",),
    drop=(".sec_info", ".share_news", ".short_link_cnt", ".tinyurl_form", ".comments"),
)

FAMILY = Family(
    name="asam",
    recent_urls=recent_urls,
    archive_url=no_archive,
    read_listing=partial(read_listing, SHAPE),
    code_of=code_of,
    layouts=(LAYOUT,),
    read_body=without_junk,
)
