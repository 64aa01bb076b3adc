"""A page saved as a fixture, with a draft of the article expected of it.

The page is fetched by the guard, the budget and the robots rules of every crawl. Its article is what `parse_page` says
today; a person checks the draft against the page before it becomes a test.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from parsing.records import Article
from scrapers.outlet import Outlet
from scrapers.page import PageError, RawPage, parse_page


class CaptureError(Exception):
    """Raised by `capture` where the page could not be fetched; the message says why."""


def capture(outlet: Outlet, url: str, into: Path, *, work_dir: Path, contact: str) -> Path:
    """Fetch a page of the outlet and save it as `<into>/<outlet>/<code>.html` and `.json`; returns the JSON's path.

    `contact` is how the outlet can reach whoever asks.

    Must be the only crawl of its process: Scrapy's reactor cannot start twice. Raises ValueError for an address that
    is not the outlet's, and CaptureError where there is no answer.
    """
    if not outlet.owns(url):
        raise ValueError(f"{url} is on none of {outlet.name}'s hosts")
    return save(outlet, _fetch(outlet, url, work_dir, contact), into)


def save(outlet: Outlet, page: RawPage, into: Path) -> Path:
    """Write a page and the draft of what is expected of it; returns the JSON's path."""
    folder = into / outlet.name
    folder.mkdir(parents=True, exist_ok=True)
    name = outlet.code_of(page.url) or page.digest[:12]
    (folder / f"{name}.html").write_bytes(page.body)
    draft = folder / f"{name}.json"
    draft.write_bytes(orjson.dumps(expectation(outlet, page), option=orjson.OPT_INDENT_2) + b"\n")
    return draft


def expectation(outlet: Outlet, page: RawPage) -> dict[str, Any]:
    """What a fixture's JSON says: how the page was fetched, and its article's fields or the error it must raise."""
    fetched = {"url": page.url, "fetched_at": page.fetched_at.isoformat(), "status": page.status}
    if page.content_type:
        fetched["content_type"] = page.content_type
    try:
        article = parse_page(page, outlet)
    except PageError as error:
        return {**fetched, "error": {"kind": type(error).__name__, "field": error.field}}
    return {**fetched, "article": article_fields(article)}


def article_fields(article: Article) -> dict[str, Any]:
    """The fields of an article that have a value, as JSON holds them; the body as a list of its lines."""
    fields: dict[str, Any] = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in dataclasses.asdict(article).items()
        if value not in (None, (), False)
    }
    if article.body:
        fields["body"] = article.body.split("\n")
    if article.footer:
        fields["footer"] = {**dataclasses.asdict(article.footer), "codes": list(article.footer.codes)}
    if article.tags:
        fields["tags"] = list(article.tags)
    return fields


def read_fixture(draft: Path) -> tuple[RawPage, dict[str, Any]]:
    """The page of a fixture and what is expected of it."""
    expected = orjson.loads(draft.read_bytes())
    body = draft.with_suffix(".html").read_bytes()
    page = RawPage(
        outlet=draft.parent.name,
        url=expected["url"],
        fetched_at=datetime.fromisoformat(expected["fetched_at"]),
        status=expected["status"],
        content_type=expected.get("content_type"),
        body=body,
        digest=hashlib.sha256(body).hexdigest(),
    )
    return page, expected


def _fetch(outlet: Outlet, url: str, work_dir: Path, contact: str) -> RawPage:
    import scrapy
    from scrapy.crawler import CrawlerProcess
    from scrapy.settings import Settings

    from scrapers.crawl import user_agent
    from scrapers.exchange import page_of
    from scrapers.polite import HostBudget

    pages: list[RawPage] = []
    faults: list[str] = []

    class OnePage(scrapy.Spider):
        name = outlet.name

        def __init__(self) -> None:
            super().__init__()
            self.outlet = outlet
            self.budget = HostBudget(work_dir / "hosts", longest=120)
            self.host_delays: dict[str, float] = {}
            self.halted = None

        async def start(self) -> AsyncIterator[Any]:
            yield scrapy.Request(url, callback=self.keep, errback=self.lose)

        def keep(self, response: Any) -> None:
            page = page_of(outlet.name, response)
            pages.append(dataclasses.replace(page, fetched_at=page.fetched_at.replace(microsecond=0)))

        def lose(self, failure: Any) -> None:
            faults.append(str(failure.value) or type(failure.value).__name__)

    settings = Settings()
    settings.setmodule("scrapers.settings", priority="project")
    settings.set("LOG_LEVEL", "ERROR", priority="cmdline")
    settings.set("USER_AGENT", user_agent(contact), priority="cmdline")
    process = CrawlerProcess(settings)
    process.crawl(OnePage)
    process.start()
    if not pages:
        raise CaptureError(f"{url}: {faults[0] if faults else 'no answer'}")
    return pages[0]
