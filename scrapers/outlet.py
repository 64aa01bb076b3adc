"""The declaration of an outlet, and what a CMS family must know. Values only: no outlet is named here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urljoin, urlsplit

from scrapers.markup import Layout, Line
from scrapers.places import PROVINCES

if TYPE_CHECKING:
    from scrapers.page import RawPage

# What ends an article's body: the end marker alone, the marker with desk and reporter codes, codes or a
# service number without the word, nothing at all, or both forms in use; "unknown" where no article was seen.
type FooterHabit = Literal["marker", "marker and codes", "codes only", "none", "mixed", "unknown"]

# A: real HTML seen. B: two or more independent spiders agree. C: one spider or configuration. D: only URLs or
# extracted text seen. What is inference only is not declared at all.
type Evidence = Literal["A", "B", "C", "D"]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_HOST = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One article as a listing names it. `published` is aware and None where the listing does not state it.

    `code` is None where the address does not hold the outlet's own code.
    """

    code: str | None
    url: str
    title: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What a listing, feed or sitemap names, in its order, each article once, and whether another page follows.

    `children` are further sitemaps named by a sitemap index.
    """

    rows: tuple[Row, ...]
    has_next: bool = False
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What a CMS family knows: how its sites list, archive and mark up.

    recent_urls(outlet, province)             feeds, sitemaps and section lists that name the newest articles
    archive_url(outlet, day, page, province)  page 1, 2, … of the archive of a day; None: no archive is evidenced
    read_listing(outlet, page)                the rows of a listing, feed or sitemap; raises PageError, Blocked
    code_of(outlet, url)                      the outlet's own code in an article's address; None: not an article's
    layouts                                   how its articles are marked up, the newest first
    read_body(lines)                          the body's lines without what the family's sites put among them
    """

    name: str
    recent_urls: Callable[[Outlet, str | None], tuple[str, ...]]
    archive_url: Callable[[Outlet, date, int, str | None], str | None]
    read_listing: Callable[[Outlet, RawPage], Listing]
    code_of: Callable[[Outlet, str], str | None]
    layouts: tuple[Layout, ...]
    read_body: Callable[[tuple[Line, ...]], tuple[Line, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One news agency or paper: everything about it that is not its family's.

    `hosts` are the hosts its articles are at; a host covers its sub-domains. `feeds` and `sections` are paths
    under `base_url`. `provinces` maps a province's slug to what the family names it by (a topic id, a section).
    `province` is set for a site of one province. `archive_from` is the first day its archive holds, None where not
    known. `day_paths` is the calendar of the days in its addresses, where its family archives by such paths.
    `daily_articles` is an expectation, None where nothing is known. `delay` is seconds between two requests to a
    host, `concurrency` how many may run at once. `insecure_tls` is the recorded reason for not verifying its
    certificate. `layouts` are its own where they differ from the family's. Raises ValueError with every fault at once.
    """

    name: str
    title: str
    family: Family
    base_url: str
    hosts: tuple[str, ...]
    evidence: Evidence
    footer: FooterHabit
    feeds: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    provinces: Mapping[str, str] = field(default_factory=dict)
    province: str | None = None
    has_archive: bool = True
    day_paths: Literal["jalali", "gregorian"] | None = None
    archive_from: date | None = None
    daily_articles: int | None = None
    delay: float = 2.0
    concurrency: int = 1
    layouts: tuple[Layout, ...] = ()
    insecure_tls: str | None = None
    loopback: str | None = None
    notes: str = ""

    def __post_init__(self) -> None:
        faults = []
        if not _NAME.fullmatch(self.name):
            faults.append(f"name {self.name!r} is not one lower-case word")
        if not self.title.strip():
            faults.append("title is empty")
        base = urlsplit(self.base_url)
        if base.scheme not in ("http", "https") or not base.hostname or base.path or base.query:
            faults.append(f"base_url {self.base_url!r} is not scheme://host")
        if self.loopback is None and not self.hosts:
            faults.append("hosts is empty")
        faults += [f"host {host!r} is not a host name" for host in self.hosts if not _HOST.fullmatch(host)]
        if self.loopback is not None and self.loopback != base.netloc:
            faults.append(f"loopback {self.loopback!r} is not the address of base_url")
        if base.hostname and not self.owns(self.base_url):
            faults.append(f"base_url {self.base_url!r} is on none of its hosts")
        faults += [f"path {path!r} does not begin with /" for path in self.feeds + self.sections if path[:1] != "/"]
        faults += [f"province {slug!r} is unknown" for slug in self.provinces if slug not in PROVINCES]
        if self.province is not None and self.province not in PROVINCES:
            faults.append(f"province {self.province!r} is unknown")
        if self.delay < 0 or self.concurrency < 1:
            faults.append("delay is under 0 or concurrency under 1")
        if self.daily_articles is not None and self.daily_articles < 1:
            faults.append("daily_articles is under 1")
        if self.insecure_tls is not None and not self.insecure_tls.strip():
            faults.append("insecure_tls gives no reason")
        if faults:
            raise ValueError(f"outlet {self.name!r}: " + "; ".join(faults))
        object.__setattr__(self, "provinces", MappingProxyType(dict(self.provinces)))

    def owns(self, url: str) -> bool:
        """Whether an address is http(s) on one of the outlet's hosts, or at the one loopback address of a replica."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return False
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            return False
        if self.loopback is not None:
            return parts.netloc == self.loopback
        if port not in (None, 80, 443):
            return False
        return any(host == own or host.endswith("." + own) for own in self.hosts)

    def recent_urls(self, province: str | None = None) -> tuple[str, ...]:
        """Return the feeds, sitemaps and section lists of the newest articles; () for a province it does not list."""
        return self.family.recent_urls(self, province)

    def archive_url(self, day: date, page: int = 1, province: str | None = None) -> str | None:
        """Return page 1, 2, … of the archive of a day; None where no such archive is evidenced."""
        return self.family.archive_url(self, day, page, province)

    def read_listing(self, page: RawPage) -> Listing:
        """Return the rows of a listing, archive page, feed or sitemap. Raises PageError and Blocked."""
        return self.family.read_listing(self, page)

    def code_of(self, url: str) -> str | None:
        """Return the outlet's own code in the address of an article; None where it is no article's address."""
        return self.family.code_of(self, url)

    def address(self, path: str) -> str:
        """Return the absolute address of a path of the outlet, percent-encoded."""
        return urljoin(self.base_url + "/", quote(path, safe="/%:?&=+,;@-._~"))


def replica(outlet: Outlet, base_url: str) -> Outlet:
    """Return the same outlet served at another address, such as the sample agencies on loopback.

    It owns that address alone, and is asked without delay.
    """
    return replace(
        outlet,
        name=f"sample_{outlet.name}",
        title=f"{outlet.title} (نمونه)",
        base_url=base_url.rstrip("/"),
        hosts=(),
        loopback=urlsplit(base_url).netloc,
        delay=0.0,
        concurrency=8,
        insecure_tls=None,
    )
