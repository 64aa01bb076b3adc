"""A fetched page, and what is read out of it: `parse_page(page, outlet) -> Article`.

Nothing here asks the network, the clock or the disk.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

import orjson
from selectolax.lexbor import LexborHTMLParser, LexborNode

from parsing.places import province_of
from parsing.records import Article, Footer
from scrapers.markup import Cut, Line, choose, cut, stated_day
from scrapers.places import PROVINCE_OF, PROVINCES, fold_name
from scrapers.times import read_time

if TYPE_CHECKING:
    from scrapers.outlet import Outlet

# A page of these marks and under this many bytes is a challenge, whatever its status. A real article about
# ArvanCloud is longer. Seen: Arvan's script challenge and captcha variant, IRNA's interstitial of 2026.
_CHALLENGE_BYTES: Final = 5_000
_CHALLENGES: Final = (
    b"arvancloud",
    b"__arcsjs",
    b"__arcsrc",
    b"/cdn-cgi/",
    b"Checking your browser",
    b"Transferring to the website",
)
_REFUSALS: Final = frozenset((401, 403, 429))
# Clocks differ a little; basijnews.ir was met with a published_time a year ahead.
_AHEAD: Final = timedelta(days=1)
# No outlet's site is older; CMS defaults of 1970 and Jalali year 1 are not dates of publication.
_EARLIEST_YEAR: Final = 1995

_PUBLISHED_METAS: Final = ("article:published_time", "datepublished", "dcterms.created", "dc.date")

_CHARSET: Final = re.compile(rb"""charset\s{0,5}=\s{0,5}["']?\s{0,5}([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
# The charsets met, and the ones servers wrongly say in their place; any other name is read as UTF-8.
_CODECS: Final = {"windows-1256": "cp1256", "cp1256": "cp1256", "iso-8859-6": "cp1256", "utf-16": "utf-16"}
_SAFE_PATH: Final = "/%:@!$&'()*+,;=~-._"
_ZWNJ_STANDS_FOR: Final = "\ue000"
_DIGITS: Final = re.compile(r"\d{2,20}")

# «خرم‌آباد- », «خرم‌آباد - ایرنا - »: the place, perhaps the agency, each before a dash that a space follows.
_DATELINE: Final = re.compile(r"(?P<place>[^-–:،.\n]{2,30}?)\s?[-–]\s(?:[^-–:،.\n]{2,25}?\s?[-–:]\s)?(?=\S)")
# IRNA's reporter and editor, Khabaronline's service: «۹۹۰۳/۶۱۸۵/», «غ / ک / ۶۰۲۲», «256 43»; letters stand alone.
_CODES_ALONE: Final = re.compile(r"[\s/*?]{0,4}(?:(?:\d{2,7}|[^\W\d]|[^\W\d]{3,6}(?=[/*]))[\s/*?]{0,4}){1,4}")
_CODE: Final = re.compile(r"\w+")
_SOURCE_WORD: Final = "منبع"
_QUOTED_FROM: Final = "به نقل از"
_AFTER_CITED: Final = "،:؛"
_CITED: Final = re.compile(rf"{_QUOTED_FROM}\s([^.\n{_AFTER_CITED}]{{2,40}})[{_AFTER_CITED}]")
_SOURCE: Final = re.compile(rf"{_SOURCE_WORD}\s?:\s?([^.\n]{{2,40}})\.?")
# Characters: who is cited stands in the first sentence, the source in one of the last lines.
_OPENING: Final = 300
_LAST_LINES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPage:
    """The bytes as fetched, after content decoding. `fetched_at` is aware.

    `url` is the address that answered. `digest` is the sha256 of `body` in hex; `file` and `offset` say where
    in the archive the response is kept (None for a page that is in no archive).
    """

    outlet: str
    url: str
    fetched_at: datetime
    status: int
    content_type: str | None
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    digest: str
    file: str | None = None
    offset: int | None = None


class PageError(Exception):
    """Raised by `parse_page` and `read_listing` for a page that did not parse; such a page becomes `rejected`.

    `field` is the one that failed, `reason` one clear sentence.
    """

    def __init__(self, url: str, field: str, reason: str) -> None:
        super().__init__(f"{url}: {field}: {reason}")
        self.url = url
        self.field = field
        self.reason = reason


class NotAnArticle(PageError):
    """Raised by `parse_page` for a photo, video, listing or other page without an article: an outcome, not a fault."""


class Blocked(PageError):
    """Raised by `parse_page` and `read_listing` for a challenge page or interstitial, whatever its status."""


def page_source(page: RawPage) -> str | bytes:
    """Return a page that may be read, for a parser: its bytes where they are UTF-8, else its decoded text.

    The charset is the header's, else the page's own, else UTF-8; bytes that are not of it become U+FFFD. Raises
    Blocked, and PageError for an answer that is no page.
    """
    refuse(page)
    declared = _CHARSET.search((page.content_type or "").encode()) or _CHARSET.search(page.body, 0, 2048)
    codec = _CODECS.get(declared[1].decode("ascii").lower(), "utf-8") if declared else "utf-8"
    # A header that names a wrong charset is a common fault. Persian bytes are not valid UTF-8 by chance, so bytes that
    # are valid are UTF-8 whatever was said, and bytes that mostly are not are the one other charset of these sites.
    try:
        page.body.decode()
        return page.body.removeprefix(BOM_UTF8)
    except UnicodeDecodeError:
        text = page.body.decode(codec, "replace")
    if text.count("\ufffd") * 50 > len(text):
        return page.body.decode("cp1256", "replace")
    return text


def refuse(page: RawPage) -> None:
    """Raise Blocked for a challenge or refusal, and PageError for any other answer that is not a page."""
    if page.status in _REFUSALS:
        raise Blocked(page.url, "status", f"the server refused with status {page.status}")
    if len(page.body) < _CHALLENGE_BYTES:
        for mark in _CHALLENGES:
            if mark in page.body:
                raise Blocked(page.url, "body", f"a challenge page ({mark.decode()}) came with status {page.status}")
    if page.status >= 300:
        raise PageError(page.url, "status", f"the server answered with status {page.status}")
    if not page.body or page.body.isspace():
        raise PageError(page.url, "body", "the answer is empty")


def parse_page(page: RawPage, outlet: Outlet) -> Article:
    """Return the article of a page. Raises PageError, NotAnArticle or Blocked and nothing else."""
    tree = LexborHTMLParser(page_source(page))
    metas = _metas(tree)
    layouts = outlet.layouts or outlet.family.layouts
    linked = _ld_json(tree) if any(layout.ld_json for layout in layouts) else {}
    stated = (linked.get("datePublished"), *(metas.get(name) for name in _PUBLISHED_METAS))
    known = next((moment for moment in map(read_time, stated) if _is_sane(moment, page)), None)
    chosen = choose(tree, layouts, known.date() if known else stated_day(tree, layouts))
    if chosen is None:
        raise NotAnArticle(page.url, "layout", f"none of {outlet.family.name}'s layouts is on the page")
    layout, container = chosen
    is_media = _is_media(container, metas)
    fields = cut(layout, container)

    title = fields.title or (_text(linked.get("headline")) if layout.ld_json else None)
    if not title:
        raise PageError(page.url, "title", "the title is empty")
    lines = outlet.family.read_body(fields.body)
    if not lines and layout.extraction:
        lines = _extracted(tree)
    body = "\n".join(line.text for line in lines) or None
    if body is None and (is_media or fields.lead is None):
        if is_media:
            raise NotAnArticle(page.url, "body", "a photo or video page without text")
        raise PageError(page.url, "body", "neither a lead nor a body was found")
    published = known or (fields.published if _is_sane(fields.published, page) else None)
    updated = read_time(_text(linked.get("dateModified")) or metas.get("article:modified_time"))
    url, code = _identity(page, outlet, tree, metas, fields)
    sections = fields.sections or _meta_sections(metas)
    body, footer = _codes_footer(body) if outlet.footer in ("codes only", "mixed") else (body, None)
    dateline, lead = _dateline(fields.lead)
    return Article(
        outlet=outlet.name,
        code=code,
        url=url,
        kicker=fields.kicker,
        title=title,
        lead=lead,
        body=body,
        footer=footer,
        published=published,
        updated=updated if updated != published and _is_sane(updated, page) else None,
        section=" > ".join(sections) or None,
        province=_province(outlet, url, fields, sections, fields.dateline or dateline),
        dateline=fields.dateline or dateline,
        tags=fields.tags or tuple(filter(None, map(str.strip, metas.get("article:tag", "").split(",")))),
        reporter=fields.reporter or (_author(linked) if layout.ld_json else None),
        cited_agency=_cited(lead, body),
        image_url=_image(page, fields, metas),
        layout=layout.name,
    )


def _identity(
    page: RawPage, outlet: Outlet, tree: LexborHTMLParser, metas: dict[str, str], fields: Cut
) -> tuple[str, str | None]:
    """Return the canonical address and the outlet's own code; a page may only name its own outlet's."""
    link = tree.head.css_first('link[rel="canonical"]') if tree.head is not None else None
    named = [link.attributes.get("href") if link is not None else None, metas.get("og:url")]
    code = outlet.family.code_of(outlet, page.url)
    for address in filter(None, named):
        url = address.strip() if address.startswith(("http://", "https://")) else urljoin(page.url, address.strip())
        named_code = outlet.family.code_of(outlet, url)
        if outlet.owns(url) and named_code is not None and code in (None, named_code):
            return _plain(url), named_code
    if code is None:
        printed = _DIGITS.search(metas.get("nastooh:code") or fields.code or "")
        code = str(int(printed[0])) if printed else None
    return _plain(page.url), code


def _plain(url: str) -> str:
    """Return the one form of an article's address: encoded, without query and fragment, not its AMP page's."""
    return plain_url(url.partition("#")[0].partition("?")[0]).removesuffix("/amp")


def plain_url(url: str) -> str:
    """Return an address with its path percent-encoded and without its fragment: one form of raw and encoded hrefs.

    >>> plain_url("https://www.irna.ir/news/1/خبر#c") == plain_url("https://www.irna.ir/news/1/%D8%AE%D8%A8%D8%B1")
    True
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    path = parts.path if parts.path.isascii() and " " not in parts.path else quote(parts.path, safe=_SAFE_PATH)
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    """Return the page's metas by property, name or itemprop in lower case; the first of a name counts.

    Those of the head, and, where they state no time, those that some themes keep in the body.
    """
    metas: dict[str, str] = {}
    for root in (tree.head, tree.body):
        if root is None or any(name in metas for name in _PUBLISHED_METAS):
            continue
        for node in root.css("meta[content]"):
            at = node.attributes
            name = at.get("property") or at.get("name") or at.get("itemprop")
            content = at.get("content")
            if name and content:
                metas.setdefault(name.lower(), content.strip())
    return metas


def _ld_json(tree: LexborHTMLParser) -> dict[str, Any]:
    """Return the first ld+json value that has a headline; {} where there is none that can be read."""
    for node in tree.css('script[type="application/ld+json"]'):
        try:
            value = orjson.loads(node.text())
        except orjson.JSONDecodeError:
            continue
        candidates = value if isinstance(value, list) else [value]
        for candidate in candidates:
            graph = candidate.get("@graph") if isinstance(candidate, dict) else None
            candidates = candidates + graph if isinstance(graph, list) else candidates
        for candidate in candidates:
            if isinstance(candidate, dict) and isinstance(candidate.get("headline"), str):
                return candidate
    return {}


def _text(value: object) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _author(linked: dict[str, Any]) -> str | None:
    author = linked.get("author")
    author = author[0] if isinstance(author, list) and author else author
    return _text(author.get("name")) if isinstance(author, dict) else _text(author)


def _is_sane(moment: datetime | None, page: RawPage) -> bool:
    return moment is not None and moment.year >= _EARLIEST_YEAR and moment <= page.fetched_at + _AHEAD


def _is_media(container: LexborNode, metas: dict[str, str]) -> bool:
    """Whether the page is of a photo, film or sound: Nastooh's newsType 2, 3, 5, or a player or gallery in it."""
    if metas.get("nastooh:newstype", "").strip() in ("2", "3", "5"):
        return True
    return (
        container.css_first("video, audio, .gallery, .video-js, .videojs-main-container, [class*=photo-gallery]")
        is not None
    )


def _meta_sections(metas: dict[str, str]) -> tuple[str, ...]:
    # Nastooh writes «اقتصاد &gt; آب و انرژی», escaped once more than HTML asks.
    return tuple(filter(None, map(str.strip, unescape(metas.get("article:section", "")).split(">"))))


def _dateline(lead: str | None) -> tuple[str | None, str | None]:
    """Return the place a lead is sent from and the lead without it; (None, lead) where no known place stands there."""
    match = _DATELINE.match(lead or "")
    if lead is None or match is None or province_of(match["place"]) is None:
        return None, lead
    return match["place"].strip(), lead[match.end() :]


def _codes_footer(body: str | None) -> tuple[str | None, Footer | None]:
    """Return the body without a last line of reporter, editor or service codes, and that line as its footer."""
    before, _, last = (body or "").rpartition("\n")
    if not before or len(last) > 40 or _CODES_ALONE.fullmatch(last) is None or not any(map(str.isdigit, last)):
        return body, None
    return before, Footer(text=last, marker="", codes=tuple(_CODE.findall(last)))


def _cited(lead: str | None, body: str | None) -> str | None:
    """Return the agency a report says it was taken from: «به نقل از X،» in its opening or «منبع: X» at its end."""
    text = "\n".join(filter(None, (lead, body)))
    for line in reversed(text.split("\n")[-_LAST_LINES:]):
        if (source := _SOURCE.fullmatch(line.strip())) is not None:
            return source[1].strip()
    cited = _CITED.search(text, 0, _OPENING)
    return cited[1].strip() if cited is not None else None


def _province(outlet: Outlet, url: str, fields: Cut, sections: tuple[str, ...], dateline: str | None) -> str | None:
    """Return the province a page is filed under, in Persian: its outlet's, breadcrumb's, dateline's or address's."""
    if outlet.province is not None:
        return PROVINCES[outlet.province]
    for name in (*reversed(sections), dateline or ""):
        if (slug := PROVINCE_OF.get(fold_name(name))) is not None:
            return PROVINCES[slug]
    if dateline is not None and (province := province_of(dateline)) is not None:
        return province
    by_path = {value.strip("/").lower(): slug for slug, value in outlet.provinces.items()}
    for address in (*fields.section_urls, url):
        parts = urlsplit(urljoin(url, address))
        for word in ((parts.hostname or "").partition(".")[0], *parts.path.strip("/").lower().split("/")[:3]):
            if (slug := by_path.get(word) or by_path.get(f"fa/{word}")) is not None:
                return PROVINCES[slug]
    return None


def _image(page: RawPage, fields: Cut, metas: dict[str, str]) -> str | None:
    address = fields.image_url or metas.get("og:image")
    if not address or not address.startswith(("http://", "https://", "/")):
        return None
    return urljoin(page.url, address)


def _extracted(tree: LexborHTMLParser) -> tuple[Line, ...]:
    """Return the body of a page of no known family, found by trafilatura.

    trafilatura deletes every ZWNJ; it is carried through as a private-use letter.
    """
    import trafilatura  # takes a second to import, and only pages of no known family need it

    html = (tree.html or "").replace("\u200c", _ZWNJ_STANDS_FOR)
    text = trafilatura.extract(html, include_comments=False, include_tables=True, favor_precision=True) or ""
    lines = (" ".join(line.split()) for line in text.replace(_ZWNJ_STANDS_FOR, "\u200c").splitlines())
    return tuple(Line(text=line) for line in lines if line)
