"""The one spider: it walks an outlet's listing for a day, archives every article in it and counts what became of each.

    scrapy list                                                     every outlet
    scrapy crawl isna -a day=1402-07-15                             the archive of a Jalali day
    scrapy crawl isna -a mode=recent -a look_back=2                 what feeds and sections name, two days back
    scrapy crawl irna -a day=1402-07-15 -a province=lorestan -O articles.jsonl

It only collects: pages go to the archive, and a page is parsed here to learn its date and whether it is an article.
"""

from __future__ import annotations

import builtins
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from scrapers.archive import PageWriter, crawl_files, read_file_index, read_index
from scrapers.losses import Halted, cause_of, refusal
from scrapers.memory import peak_memory_bytes
from scrapers.outlet import Outlet, Row, replica
from scrapers.outlets import OUTLETS
from scrapers.page import Blocked, NotAnArticle, PageError, RawPage, parse_page, refuse
from scrapers.polite import HostBudget
from scrapers.report import CrawlReport, Mode
from scrapers.times import TEHRAN, read_day
from scrapers.warc import IndexRow

# So many challenges, or faults of the connection, one after the other, and the host is left alone.
_MAX_BLOCKED = 5
_MAX_FAILED = 10
# Listing pages one after the other on which nothing says its day: a redesigned site whose archive goes on into earlier
# days would be read to its beginning.
_MAX_UNDATED = 5
# Sitemaps that an index names; the newest come first.
_MAX_CHILDREN = 20


@dataclass(slots=True)
class _Listed:
    """A listing page while its articles are fetched: how many are open, new, and maybe or surely of the days asked."""

    number: int
    url: str
    open: int = 0
    new: int = 0
    wanted: int = 0
    sure: int = 0


@dataclass(slots=True)
class _Tally:
    """The counts of a running crawl; see CrawlReport."""

    counts: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    listings_lost: Counter[str] = field(default_factory=Counter)
    is_cut: bool = False


class OutletSpider(scrapy.Spider):
    """Crawls one outlet for one day. Its subclasses differ in nothing but `outlet`.

    Arguments are texts as `-a` gives them: `day` (today where absent), `mode` (archive where a day is given, else
    recent), `province` (its slug), `look_back` (days before `day` that a recent crawl takes too).
    """

    outlet: Outlet

    def __init__(
        self,
        *,
        day: str | None = None,
        mode: str | None = None,
        province: str | None = None,
        look_back: str | int | None = None,
        **others: Any,
    ) -> None:
        if others:
            raise ValueError(
                f"unknown arguments: {', '.join(sorted(others))}; there are day, mode, province, look_back"
            )
        super().__init__()
        self.day = read_day(day) if day else datetime.now(TEHRAN).date()
        self.mode: Mode = mode or ("archive" if day else "recent")  # type: ignore[assignment]
        if self.mode not in ("archive", "recent"):
            raise ValueError(f"mode must be archive or recent, not {mode!r}")
        self.province = province
        if province is not None and province not in self.outlet.provinces and province != self.outlet.province:
            known = ", ".join(sorted(self.outlet.provinces)) or "none"
            raise ValueError(f"{self.outlet.name} has no province {province!r}; known: {known}")
        self.look_back = look_back
        self.started_at = datetime.now(UTC)
        self.host_delays: dict[str, float] = {}
        self.halted: Halted | None = None
        self.report: CrawlReport | None = None
        self.fault: str | None = None
        self._tally = _Tally()
        self._seen: set[str] = set()
        self._in_a_row = Counter[str]()
        self._undated = 0
        self._oldest_listed: date | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> OutletSpider:
        """Make the spider of a crawl, with its archive file and its turns at the host. Raises ArchiveBusy."""
        spider: OutletSpider = super().from_crawler(crawler, *args, **kwargs)
        spider._open(crawler)
        return spider

    def _open(self, crawler: Crawler) -> None:
        settings = crawler.settings
        work = Path(settings["DABIR_WORK_DIR"])
        back = int(self.look_back if self.look_back is not None else settings.getint("DABIR_LOOK_BACK"))
        self.first = self.day - timedelta(days=back) if self.mode == "recent" else self.day
        self._max_pages = settings.getint("DABIR_MAX_PAGES")
        self._max_listed = settings.getint("DABIR_MAX_LISTED")
        self._yields_articles = bool(settings.getdict("FEEDS") or settings.getdict("ITEM_PIPELINES"))
        self.budget = HostBudget(work / "hosts", longest=settings.getfloat("RETRY_AFTER_CEILING"))
        archive = settings["DABIR_ARCHIVE"]
        self._pages = PageWriter(
            archive,
            self.outlet.name,
            self.day,
            self.mode if self.province is None else f"{self.mode}-{self.province}",
            staging=work / "staging",
            started=self.started_at,
            notes={"robots": "obeyed", "http-header-user-agent": settings["USER_AGENT"]},
        )
        self._resumed = {row.code: row for row in self._pages.resumed if row.code and row.outcome != "blocked"}
        around = read_index(archive, self.outlet.name, self.first - timedelta(days=2), self.day + timedelta(days=1))
        # Past a day's end an archive may go on with the days before it, of a small outlet with weeks of them: what
        # crawls of these days met is not fetched again to learn its day.
        met = (
            row
            for file in crawl_files(archive, self.outlet.name, self.first, self.day)
            for row in read_file_index(archive, file)
        )
        self._known = {
            row.code: row
            for row in sorted((*met, *around), key=lambda row: row.fetched_at)
            if row.code and row.outcome != "blocked" and not row.is_revisit
        }
        crawler.signals.connect(self._finish, signals.spider_closed)

    # --- listings ---

    async def start(self) -> AsyncIterator[Request]:
        """Ask for the first listing pages."""
        family = self.outlet.family
        if self.mode == "archive":
            urls = tuple(filter(None, [family.archive_url(self.outlet, self.day, 1, self.province)]))
        else:
            urls = family.recent_urls(self.outlet, self.province)
        if not urls:
            self._tally.listings_lost[f"no {self.mode} listing is known"] += 1
        for url in urls:
            yield self._listing_request(url, 1)

    def _listing_request(self, url: str, number: int) -> Request:
        return Request(
            url,
            callback=self.parse_listing,
            errback=self.lose_listing,
            cb_kwargs={"number": number},
            dont_filter=True,
        )

    def parse_listing(self, response: Response, number: int) -> Iterator[Any]:
        """Take the rows of a listing page, and ask for the next page when its articles are done."""
        page = self._page(response)
        asked = _request_of(response).url
        try:
            refuse(page)
            listing = self.outlet.family.read_listing(self.outlet, page)
        except Blocked as error:
            self._archive(response, page, outcome="blocked", reason=error.reason)
            yield from self._lose(number, asked, "blocked", error.reason)
            return
        except PageError as error:
            # Past its last page an archive may say 404 as well as nothing or earlier days; one whose days are paths
            # has no page at all for a day without articles.
            if response.status in (404, 410) and (number > 1 or self.outlet.day_paths is not None):
                if number == 1:
                    self._archive(response, page, outcome="listing")
                    self._tally.counts["listings"] += 1
                return
            self._archive(response, page, outcome="listing", reason=f"{error.field}: {error.reason}")
            cause = f"http {response.status}" if response.status >= 300 else f"rejected: {error.field}"
            yield from self._lose(number, asked, cause, error.reason)
            return
        self._archive(response, page, outcome="listing")
        self._tally.counts["listings"] += 1
        self._in_a_row.clear()
        listed = _Listed(number, asked)
        requests = [request for row in listing.rows for request in self._take(row, listed)]
        listed.open = len(requests)
        if self.mode == "recent":
            for child in listing.children[:_MAX_CHILDREN]:
                if child not in self._seen:
                    self._seen.add(child)
                    yield self._listing_request(child, number)
        yield from requests
        if not requests:
            yield from self._next_listing(listed)

    def lose_listing(self, failure: Any) -> Iterator[Request]:
        """Count a listing page that could not be fetched, and try the one after it."""
        request = failure.request
        yield from self._lose(request.cb_kwargs["number"], request.url, cause_of(failure.value), str(failure.value))

    def _lose(self, number: int, url: str, cause: str, reason: str) -> Iterator[Request]:
        self.logger.warning("listing page %s lost (%s): %s", url, cause, reason)
        self._tally.listings_lost[cause] += 1
        self._in_a_row["listing"] += 1
        if (
            self.mode == "archive"
            and cause not in ("blocked", "forbidden", "no robots.txt", "http 429")
            and self._in_a_row["listing"] < 2
        ):
            yield from self._archive_page(number + 1, url)

    def _next_listing(self, listed: _Listed) -> Iterator[Request]:
        """Ask for the page after one whose articles are done, while it named anything new of the day asked for.

        Past a day's last page archives show nothing, the same page again or earlier days (outlets.md 0.5); pagers
        are not believed, as one that is not recognised would end the day early.
        """
        self._undated = 0 if listed.sure else self._undated + 1
        if self.mode == "archive" and listed.new and listed.wanted:
            if self._undated >= _MAX_UNDATED:
                self.logger.error("%s: nothing on %d listing pages says its day", self.outlet.name, _MAX_UNDATED)
                self._tally.is_cut = True
                return
            yield from self._archive_page(listed.number + 1, listed.url)

    def _archive_page(self, number: int, after: str) -> Iterator[Request]:
        if number > self._max_pages or self._tally.counts["listed"] >= self._max_listed:
            self._tally.is_cut = True
            return
        url = self.outlet.family.archive_url(self.outlet, self.day, number, self.province)
        if url is not None and url != after:
            yield self._listing_request(url, number)

    def _take(self, row: Row, listed: _Listed) -> Iterator[Request]:
        """Count a row, once for each article, and ask for the article unless it is here or of another day."""
        code = row.code or row.url
        listed_on = row.published.astimezone(TEHRAN).date() if row.published else None
        if listed_on is not None:
            self._oldest_listed = min(listed_on, self._oldest_listed or listed_on)
        if code in self._seen:
            self._tally.counts["duplicates"] += 1
            return
        self._seen.add(code)
        self._tally.counts["listed"] += 1
        listed.new += 1
        known = self._known.get(code)
        if (kept := self._resumed.get(code)) is not None:
            self._count_kept(kept, listed, was_resumed=True)
            return
        own_day = known.day if known is not None else None
        if (own_day or listed_on) and not self._is_wanted(own_day or listed_on):
            self._tally.counts["other_day"] += 1
            return
        listed.sure += (own_day or listed_on) is not None
        request = Request(
            row.url,
            callback=self.parse_article,
            errback=self.lose_article,
            cb_kwargs={"code": code, "listed": listed},
            priority=1,
            dont_filter=True,
        )
        if known is not None and known.url == request.url:
            request.headers.update({"If-None-Match": known.etag} if known.etag else {})
            request.headers.update({"If-Modified-Since": known.last_modified} if known.last_modified else {})
        yield request

    def _is_wanted(self, day: date | None) -> bool:
        return day is None or self.first <= day <= self.day

    # --- articles ---

    def parse_article(self, response: Response, code: str, listed: _Listed) -> Iterator[Any]:
        """Archive an article's page and count what it is."""
        page = self._page(response)
        known = self._known.get(code)
        article = None
        if response.status == 304 and known is not None:
            page = replace(page, digest=known.digest, body=b"")
        if known is not None and page.digest == known.digest:
            self._in_a_row.clear()
            row = self._archive(response, page, original=known)
            self._count_kept(row, listed)
        elif (lost := refusal(page)) is not None:
            cause, reason = lost
            if cause == "blocked":
                self._archive(response, page, outcome="blocked", code=code, reason=reason)
            self._fail(listed, response.url, cause, reason)
        else:
            self._in_a_row.clear()
            article = self._read(response, page, code, listed)
        if article is not None and self._yields_articles:
            yield article
        yield from self._close_one(listed)

    def _read(self, response: Response, page: RawPage, code: str, listed: _Listed) -> Any:
        """Archive a page, parse it and count it. Returns the article where it is one of the days asked for."""
        final = self.outlet.family.code_of(self.outlet, response.url)
        if final is not None and final != code and final in self._seen:
            self._tally.counts["listed"] -= 1  # its row was one more address of an article already listed
            self._tally.counts["duplicates"] += 1
            return None
        self._seen.add(final or code)
        page, row = self._add(response, page)
        row = replace(row, code=final or code)
        article = None
        try:
            if final is None and "redirect_urls" in _request_of(response).meta and not code.startswith("http"):
                raise NotAnArticle(page.url, "url", f"redirected to {page.url}, which is no article's address")
            article = parse_page(page, self.outlet)
            day = article.published.astimezone(TEHRAN).date() if article.published else None
            row = replace(row, outcome="article", day=day)
        except Blocked as error:
            row = replace(row, outcome="blocked", reason=error.reason)
        except NotAnArticle as error:
            row = replace(row, outcome="not article", reason=error.reason)
        except PageError as error:
            row = replace(row, outcome="rejected", reason=f"{error.field}: {error.reason}")
        except Exception as error:  # a fault of the parser costs this page alone; it stays in the archive
            self.logger.exception("parsing %s", page.url)
            row = replace(row, outcome="rejected", reason=f"parser: {type(error).__name__}: {error}")
        self._settle(response, row)
        if row.outcome == "blocked":
            self._fail(listed, page.url, "blocked", row.reason or "")
            return None
        self._count_kept(row, listed)
        return article if row.outcome == "article" and self._is_wanted(row.day) else None

    def _count_kept(self, row: IndexRow, listed: _Listed, *, was_resumed: bool = False) -> None:
        """Count a page that is in the archive."""
        counts = self._tally.counts
        if not self._is_wanted(row.day):
            counts["other_day"] += 1
            return
        listed.wanted += 1
        listed.sure += row.day is not None
        counts["unchanged" if row.is_revisit else "fetched"] += 1
        if was_resumed and not row.is_revisit:
            counts["resumed"] += 1
        if row.outcome == "rejected":
            self._tally.rejected[(row.reason or "page").partition(":")[0]] += 1
        else:
            counts["articles" if row.outcome == "article" else "not_articles"] += 1

    def lose_article(self, failure: Any) -> Iterator[Request]:
        """Count an article that could not be fetched."""
        request = failure.request
        listed = request.cb_kwargs["listed"]
        self._fail(listed, request.url, cause_of(failure.value), str(failure.value))
        yield from self._close_one(listed)

    def _fail(self, listed: _Listed, url: str, cause: str, reason: str) -> None:
        listed.wanted += 1  # it may have been of the day: the listing goes on
        if self.halted is None:
            self.logger.warning("%s lost (%s): %s", url, cause, reason)
        if cause in ("forbidden", "blocked"):
            self._tally.counts[cause] += 1
        else:
            self._tally.failed[cause] += 1
        if cause == "forbidden" or cause.startswith("http 4"):
            return
        kind = "blocked" if cause == "blocked" else "failed"
        self._in_a_row[kind] += 1
        if self.halted is None and self._in_a_row[kind] >= (_MAX_BLOCKED if kind == "blocked" else _MAX_FAILED):
            self.halted = Halted(cause)
            self.logger.error("%s is left alone: %s %d times in a row", self.outlet.name, cause, self._in_a_row[kind])

    def _close_one(self, listed: _Listed) -> Iterator[Request]:
        listed.open -= 1
        if listed.open == 0:
            yield from self._next_listing(listed)

    # --- pages and the archive ---

    def _page(self, response: Response) -> RawPage:
        """Count an answer and return it as a page."""

        def header(name: str) -> str | None:
            value = response.headers.get(name)
            return value.decode("latin-1") if value else None

        self._tally.counts["answers"] += 1
        self._tally.counts["latency_ms"] += round(1000 * _request_of(response).meta.get("download_latency", 0.0))
        return RawPage(
            outlet=self.outlet.name,
            url=response.url,
            fetched_at=datetime.now(UTC),
            status=response.status,
            content_type=header("Content-Type"),
            body=response.body,
            etag=header("ETag"),
            last_modified=header("Last-Modified"),
            digest=hashlib.sha256(response.body).hexdigest(),
        )

    def _archive(self, response: Response, page: RawPage, original: IndexRow | None = None, **outcome: Any) -> IndexRow:
        _, row = self._add(response, page, original)
        row = replace(row, **outcome)
        self._settle(response, row)
        return row

    def _add(self, response: Response, page: RawPage, original: IndexRow | None = None) -> tuple[RawPage, IndexRow]:
        try:
            return self._pages.add(page, _headers(response), original)
        except OSError as error:
            raise self._cannot_write(error) from error

    def _settle(self, response: Response, row: IndexRow) -> None:
        try:
            self._pages.settle(
                row, _request_block(_request_of(response)), [("tlsNotVerified", self.outlet.insecure_tls)]
            )
        except OSError as error:
            raise self._cannot_write(error) from error

    def _cannot_write(self, error: OSError) -> CloseSpider:
        self.fault = f"the archive cannot be written: {error}"
        return CloseSpider("archive")

    def _finish(self, reason: str) -> None:
        """Make the archive file whole and add up; a crawl that was stopped leaves its part to be continued."""
        if reason != "finished":
            self._pages.abandon()
            self.fault = self.fault or f"stopped: {reason}"
            return
        file = self._pages.close()
        tally, stats = self._tally, self.crawler.stats
        reaches_back = self._oldest_listed is None or self._oldest_listed < self.first
        self.report = CrawlReport(
            outlet=self.outlet.name,
            day=self.day,
            mode=self.mode,
            province=self.province,
            started_at=self.started_at,
            seconds=(datetime.now(UTC) - self.started_at).total_seconds(),
            failed=dict(tally.failed),
            rejected=dict(tally.rejected),
            listings_lost=dict(tally.listings_lost),
            is_cut=tally.is_cut or (self.mode == "recent" and not reaches_back),
            requests=stats.get_value("downloader/request_count", 0),
            peak_memory_bytes=peak_memory_bytes(),
            bytes_received=stats.get_value("downloader/response_bytes", 0),
            insecure_tls=self.outlet.insecure_tls,
            files=(file,) if file else (),
            **tally.counts,
        )
        self.logger.info("%s", self.report.to_json().decode())


def _request_of(response: Response) -> Request:
    assert response.request is not None  # Scrapy sets it before it calls back
    return response.request


def _headers(response: Response) -> Iterator[tuple[bytes, bytes]]:
    return ((name, value) for name, values in response.headers.items() for value in values)


def _request_block(request: Request) -> bytes:
    parts = urlsplit(request.url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    lines = [f"{request.method} {path} HTTP/1.1".encode(), b"Host: " + parts.netloc.encode()]
    lines += [name + b": " + value for name, values in request.headers.items() for value in values]
    return b"\r\n".join([*lines, b"", b""])


def spider_of(outlet: Outlet) -> type[OutletSpider]:
    """Return the spider class of an outlet."""
    settings = {
        "CONCURRENT_REQUESTS_PER_DOMAIN": outlet.concurrency,
        "DOWNLOAD_VERIFY_CERTIFICATES": outlet.insecure_tls is None,
    }
    members = {"name": outlet.name, "outlet": outlet, "custom_settings": settings, "__doc__": outlet.title}
    return type(f"{outlet.name.title().replace('_', '')}Spider", (OutletSpider,), members)


class OutletSpiderLoader:
    """Finds a spider for every outlet, and for those that the setting DABIR_REPLICAS gives another address."""

    def __init__(self, replicas: dict[str, str]) -> None:
        outlets = [*OUTLETS.values(), *(replica(OUTLETS[name], url) for name, url in replicas.items())]
        self._outlets = {outlet.name: outlet for outlet in outlets}

    @classmethod
    def from_settings(cls, settings: Any) -> OutletSpiderLoader:
        """Make one from Scrapy's settings."""
        return cls(settings.getdict("DABIR_REPLICAS"))

    def load(self, spider_name: str) -> type[OutletSpider]:
        """Return a spider class; KeyError where there is no such outlet."""
        if spider_name not in self._outlets:
            raise KeyError(f"there is no outlet {spider_name!r}; `scrapy list` shows all")
        return spider_of(self._outlets[spider_name])

    def list(self) -> builtins.list[str]:
        """Return the names of all outlets."""
        return list(self._outlets)

    def find_by_request(self, request: Request) -> builtins.list[str]:
        """Return the outlets that own an address."""
        return [name for name, outlet in self._outlets.items() if outlet.owns(request.url)]
