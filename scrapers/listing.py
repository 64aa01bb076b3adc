"""What a section list, an archive page, a feed or a sitemap names: rows of (code, address, title, time)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import etree
from selectolax.lexbor import LexborHTMLParser, LexborNode

from scrapers.outlet import Listing, Outlet, Row
from scrapers.page import PageError, RawPage, page_source, plain_url, refuse
from scrapers.times import TEHRAN, read_time

# Characters that XML forbids and that outlets' feeds hold all the same (U+0001, U+0008 in ISNA's texts).
_NOT_XML: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# Rows of one page; a listing that names more is hostile or endless.
_MAX_ROWS: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a family's listing pages are built: CSS selectors, each tried in order.

    `drop` is what stands beside the main column with the same row markup; `main` the column; `row` one article;
    `page_parameter` numbers the pages in an address, `next_link` finds the link to the following one.
    """

    drop: tuple[str, ...] = ()
    main: tuple[str, ...] = ("main", "body")
    row: tuple[str, ...]
    published: tuple[str, ...] = ("time",)
    page_parameter: str | None = None
    next_link: str | None = None


def read_listing(shape: Shape, outlet: Outlet, page: RawPage) -> Listing:
    """Return what a listing names, each article once by its code. Raises PageError and Blocked."""
    start = page.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"<?xml") or start[:5] in (b"<rss ", b"<urls", b"<site", b"<feed"):
        refuse(page)
        return _read_xml(outlet, page)
    return _read_html(shape, outlet, page)


def _read_xml(outlet: Outlet, page: RawPage) -> Listing:
    if b"<!ENTITY" in page.body or b"<!DOCTYPE" in page.body[:2048]:
        raise PageError(page.url, "xml", "a feed with a document type or entities is not read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_NOT_XML.sub(b"", page.body), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise PageError(page.url, "xml", f"the feed is not well-formed: {error}") from error
    rows, children = [], []
    for element in root.iter("{*}item", "{*}entry", "{*}url", "{*}sitemap"):
        texts = {etree.QName(child).localname: (child.text or "").strip() for child in element.iter("{*}*")}
        links = element.findall("{*}link")
        link = texts.get("link") or texts.get("loc") or (links[0].get("href") if links else None)
        if not link:
            continue
        url = plain_url(urljoin(page.url, link))
        if etree.QName(element).localname == "sitemap":
            if outlet.owns(url):
                children.append(url)
            continue
        printed = texts.get("pubDate") or texts.get("publication_date") or texts.get("published")
        row = _row(outlet, url, " ".join(texts.get("title", "").split()) or None, _feed_time(printed))
        rows += [row] if row else []
    return Listing(rows=_once(rows), children=tuple(children[:_MAX_ROWS]))


def _feed_time(text: str | None) -> datetime | None:
    if not text:
        return None
    moment = read_time(text)
    if moment is None:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        moment = moment.astimezone(TEHRAN) if moment.tzinfo else moment.replace(tzinfo=TEHRAN)
    return moment


def _read_html(shape: Shape, outlet: Outlet, page: RawPage) -> Listing:
    tree = LexborHTMLParser(page_source(page))
    has_next = _has_next(shape, tree, page.url)
    for selector in shape.drop:
        for node in tree.css(selector):
            node.decompose()
    main = next(filter(None, (tree.css_first(selector) for selector in shape.main)), None)
    if main is None:
        raise PageError(page.url, "main", "the listing has no main column")
    rows: list[Row] = []
    for selector in shape.row:
        for node in main.css(selector):
            row = _html_row(shape, outlet, page.url, node)
            rows += [row] if row else []
        if rows:
            break
    return Listing(rows=_once(rows), has_next=has_next)


def _html_row(shape: Shape, outlet: Outlet, base: str, node: LexborNode) -> Row | None:
    """A row links its article two or three times, raw and percent-encoded; its heading's link has the title."""
    links = [node] if node.tag == "a" else node.css("a[href]")
    named: list[tuple[str, str]] = []
    for link in links:
        url = plain_url(urljoin(base, link.attributes.get("href") or ""))
        if outlet.owns(url) and outlet.family.code_of(outlet, url) is not None:
            named.append((url, " ".join((link.text() or "").split())))
    if not named:
        return None
    code = outlet.family.code_of(outlet, named[0][0])
    heading = node.css_first("h1, h2, h3")
    title = " ".join((heading.text() or "").split()) if heading is not None else max((t for _, t in named), key=len)
    published = None
    for selector in shape.published:
        for found in node.css(selector):
            # «۴ روز قبل» is what is shown; the absolute time is in `title`.
            for text in (found.attributes.get("title"), found.attributes.get("datetime"), found.text()):
                published = published or read_time(text)
    return Row(code=code, url=named[0][0], title=title or None, published=published)


def _row(outlet: Outlet, url: str, title: str | None, published: datetime | None) -> Row | None:
    if not outlet.owns(url):
        return None
    code = outlet.family.code_of(outlet, url)
    return Row(code=code, url=url, title=title, published=published) if code is not None else None


def _once(rows: list[Row]) -> tuple[Row, ...]:
    return tuple({row.code or row.url: row for row in reversed(rows[:_MAX_ROWS])}.values())[::-1]


def _has_next(shape: Shape, tree: LexborHTMLParser, url: str) -> bool:
    if shape.next_link is not None and tree.css_first(shape.next_link) is not None:
        return True
    if shape.page_parameter is None:
        return False
    following = _page_number(url, shape.page_parameter, default=1) + 1
    return any(
        _page_number(link.attributes.get("href") or "", shape.page_parameter, default=0) == following
        for link in tree.css(f'a[href*="{shape.page_parameter}="]')
    )


def _page_number(url: str, parameter: str, default: int) -> int:
    try:
        values = parse_qs(urlsplit(url).query, max_num_fields=50).get(parameter)
    except ValueError:
        return default
    return int(values[0]) if values and values[0].isdecimal() and len(values[0]) < 8 else default
