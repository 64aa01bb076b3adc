"""The one spider: it walks an outlet's listing for a day, archives every article in it and counts what became of each.

    scrapy list                                                     every outlet
    scrapy crawl isna -a day=1402-07-15                             the archive of a Jalali day
    scrapy crawl isna -a mode=recent -a look_back=2                 what feeds and sections name, two days back
    scrapy crawl irna -a day=1402-07-15 -a province=lorestan -O articles.jsonl

It only collects: pages go to the archive, and a page is parsed here to learn its date and whether it is an article.
"""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from scrapers.archive import PageWriter
from scrapers.exchange import page_of, request_block, request_of, response_headers
from scrapers.history import read_history, validators
from scrapers.losses import Halted, cause_of, refusal
from scrapers.memory import peak_memory_bytes
from scrapers.outlet import Outlet, Row, replica
from scrapers.outlets import OUTLETS
from scrapers.page import Blocked, NotAnArticle, PageError, RawPage, parse_page, refuse
from scrapers.polite import HostBudget
from scrapers.report import CrawlReport, Mode
from scrapers.tally import Listed, Tally
from scrapers.times import TEHRAN, read_day
from scrapers.warc import IndexRow

# Listing pages one after the other on which nothing says its day: a redesigned site whose archive goes on into earlier
# days would be read to its beginning.
_MAX_UNDATED = 5
# Sitemaps that an index names; the newest come first.
_MAX_CHILDREN = 20


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
        self._tally = Tally(self.first, self.day)
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
        self._history = read_history(archive, self.outlet.name, self.first, self.day, self._pages.resumed)
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
            self._tally.lose_listing(f"no {self.mode} listing is known")
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
        asked = request_of(response).url
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
                    self._tally.count_listing()
                return
            self._archive(response, page, outcome="listing", reason=f"{error.field}: {error.reason}")
            cause = f"http {response.status}" if response.status >= 300 else f"rejected: {error.field}"
            yield from self._lose(number, asked, cause, error.reason)
            return
        self._archive(response, page, outcome="listing")
        self._tally.count_listing()
        self._tally.recover()
        listed = Listed(number, asked)
        requests = [request for row in listing.rows for request in self._take(row, listed)]
        listed.open = len(requests)
        if self.mode == "recent":
            for child in listing.children[:_MAX_CHILDREN]:
                if self._tally.meet(child):
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
        in_a_row = self._tally.lose_listing(cause)
        is_let_in = cause not in ("blocked", "forbidden", "no robots.txt", "http 429")
        if self.mode == "archive" and is_let_in and in_a_row < 2:
            yield from self._archive_page(number + 1, url)

    def _next_listing(self, listed: Listed) -> Iterator[Request]:
        """Ask for the page after one whose articles are done, while it named anything new of the day asked for.

        Past a day's last page archives show nothing, the same page again or earlier days (outlets.md 0.5); pagers
        are not believed, as one that is not recognised would end the day early.
        """
        undated = self._tally.close_listing(listed)
        if self.mode == "archive" and listed.new and listed.wanted:
            if undated >= _MAX_UNDATED:
                self.logger.error("%s: nothing on %d listing pages says its day", self.outlet.name, _MAX_UNDATED)
                self._tally.is_cut = True
                return
            yield from self._archive_page(listed.number + 1, listed.url)

    def _archive_page(self, number: int, after: str) -> Iterator[Request]:
        if number > self._max_pages or self._tally.listed >= self._max_listed:
            self._tally.is_cut = True
            return
        url = self.outlet.family.archive_url(self.outlet, self.day, number, self.province)
        if url is not None and url != after:
            yield self._listing_request(url, number)

    def _take(self, row: Row, listed: Listed) -> Iterator[Request]:
        """Count a row, once for each article, and ask for the article unless it is here or of another day."""
        code = row.code or row.url
        listed_on = row.published.astimezone(TEHRAN).date() if row.published else None
        if not self._tally.list_article(code, listed_on, listed):
            return
        if (kept := self._history.resumed.get(code)) is not None:
            self._tally.keep(kept, listed, was_resumed=True)
            return
        known = self._history.known.get(code)
        day = (known.day if known is not None else None) or listed_on
        if not self._tally.is_wanted(day):
            self._tally.skip()
            return
        listed.sure += day is not None
        request = Request(
            row.url,
            callback=self.parse_article,
            errback=self.lose_article,
            cb_kwargs={"code": code, "listed": listed},
            priority=1,
            dont_filter=True,
        )
        if known is not None and known.url == request.url:
            request.headers.update(validators(known))
        yield request

    # --- articles ---

    def parse_article(self, response: Response, code: str, listed: Listed) -> Iterator[Any]:
        """Archive an article's page and count what it is."""
        page = self._page(response)
        known = self._history.known.get(code)
        article = None
        if response.status == 304 and known is not None:
            page = replace(page, digest=known.digest, body=b"")
        if known is not None and page.digest == known.digest:
            self._tally.recover()
            row = self._archive(response, page, original=known)
            self._tally.keep(row, listed)
        elif (lost := refusal(page)) is not None:
            cause, reason = lost
            if cause == "blocked":
                self._archive(response, page, outcome="blocked", code=code, reason=reason)
            self._fail(listed, response.url, cause, reason)
        else:
            self._tally.recover()
            article = self._read(response, page, code, listed)
        if article is not None and self._yields_articles:
            yield article
        yield from self._close_one(listed)

    def _read(self, response: Response, page: RawPage, code: str, listed: Listed) -> Any:
        """Archive a page, parse it and count it. Returns the article where it is one of the days asked for."""
        final = self.outlet.family.code_of(self.outlet, response.url)
        if final is not None and not self._tally.redirect(code, final):
            return None
        page, row = self._add(response, page)
        row = replace(row, code=final or code)
        article = None
        try:
            if final is None and "redirect_urls" in request_of(response).meta and not code.startswith("http"):
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
        self._tally.keep(row, listed)
        return article if row.outcome == "article" and self._tally.is_wanted(row.day) else None

    def lose_article(self, failure: Any) -> Iterator[Request]:
        """Count an article that could not be fetched."""
        request = failure.request
        listed = request.cb_kwargs["listed"]
        self._fail(listed, request.url, cause_of(failure.value), str(failure.value))
        yield from self._close_one(listed)

    def _fail(self, listed: Listed, url: str, cause: str, reason: str) -> None:
        if self.halted is None:
            self.logger.warning("%s lost (%s): %s", url, cause, reason)
        too_often = self._tally.fail(cause, listed)
        if too_often and self.halted is None:
            self.halted = Halted(cause)
            self.logger.error("%s is left alone: %s %d times in a row", self.outlet.name, cause, too_often)

    def _close_one(self, listed: Listed) -> Iterator[Request]:
        listed.open -= 1
        if listed.open == 0:
            yield from self._next_listing(listed)

    # --- pages and the archive ---

    def _page(self, response: Response) -> RawPage:
        """Count an answer and return it as a page."""
        self._tally.count_answer(request_of(response).meta.get("download_latency", 0.0))
        return page_of(self.outlet.name, response)

    def _archive(self, response: Response, page: RawPage, original: IndexRow | None = None, **outcome: Any) -> IndexRow:
        _, row = self._add(response, page, original)
        row = replace(row, **outcome)
        self._settle(response, row)
        return row

    def _add(self, response: Response, page: RawPage, original: IndexRow | None = None) -> tuple[RawPage, IndexRow]:
        try:
            return self._pages.add(page, response_headers(response), original)
        except OSError as error:
            raise self._cannot_write(error) from error

    def _settle(self, response: Response, row: IndexRow) -> None:
        try:
            self._pages.settle(row, request_block(request_of(response)), [("tlsNotVerified", self.outlet.insecure_tls)])
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
        stats = self.crawler.stats
        self.report = CrawlReport(
            outlet=self.outlet.name,
            day=self.day,
            mode=self.mode,
            province=self.province,
            started_at=self.started_at,
            seconds=(datetime.now(UTC) - self.started_at).total_seconds(),
            requests=stats.get_value("downloader/request_count", 0),
            peak_memory_bytes=peak_memory_bytes(),
            bytes_received=stats.get_value("downloader/response_bytes", 0),
            insecure_tls=self.outlet.insecure_tls,
            files=(file,) if file else (),
            **self._tally.totals(must_reach_back=self.mode == "recent"),
        )
        self.logger.info("%s", self.report.to_json().decode())


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
