"""What robots.txt lets us fetch, by the stricter of RFC 9309 and the older custom.

RFC 9309: 4xx means no rules, 5xx and unreachable mean keep out. The older custom (Google's of 1997, urllib's
`robotparser`): 401 and 403 mean keep out. We keep out in all of these, and on 429, which is no answer. What the outlet
said and what we could not ask are told apart: the one is not asked again, the other is.
"""

from __future__ import annotations

import asyncio
import codecs
from typing import Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from scrapers.polite import HostPaused
from scrapers.safety import UnsafeAddress

# RFC 9309 2.5 asks parsers to read at least so much.
_MAX_BYTES = 500 * 1024
# Above what any outlet asks for; a longer one would hold the host's budget for days.
_MAX_DELAY = 300.0


class Forbidden(IgnoreRequest):
    """Raised by `RobotsMiddleware` for an address that robots.txt keeps us from; the message says why."""


class RobotsUnreachable(IgnoreRequest):
    """Raised by `RobotsMiddleware` for every address of a host whose robots.txt gave no answer; it says why."""


class Rules:
    """The rules of one robots.txt for one agent. `keep_out` is the reason to fetch nothing, None where there are rules;
    `is_known` is False where that is for want of an answer.

    >>> rules = Rules.of(200, b"User-agent: *\\nDisallow: /archive\\nCrawl-delay: 5", "Dabir")
    >>> rules.allows("https://www.isna.ir/archive?pi=1"), rules.allows("https://www.isna.ir/news/1"), rules.delay
    (False, True, 5.0)
    >>> Rules.of(403, b"", "Dabir").keep_out
    'robots.txt answers with status 403'
    """

    def __init__(self, agent: str, text: str = "", keep_out: str | None = None, *, is_known: bool = True) -> None:
        self._agent = agent
        self.is_known = is_known
        self._parsed = Protego.parse(text)
        self.keep_out = keep_out
        asked = [self._parsed.crawl_delay(agent) or 0.0]
        if (rate := self._parsed.request_rate(agent)) is not None and rate.requests:
            asked.append(rate.seconds / rate.requests)
        self.delay = min(max(0.0, *asked), _MAX_DELAY)

    @classmethod
    def of(cls, status: int, body: bytes, agent: str) -> Rules:
        """Return the rules that an answer to /robots.txt gives."""
        if status in (401, 403, 429) or not 200 <= status < 500 or 300 <= status < 400:
            return cls(agent, keep_out=f"robots.txt answers with status {status}", is_known=status in (401, 403))
        if status >= 400:
            return cls(agent)
        return cls(agent, body[:_MAX_BYTES].removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace"))

    def allows(self, url: str) -> bool:
        """Whether the agent may fetch an address."""
        return self.keep_out is None and bool(self._parsed.can_fetch(url, self._agent))


class RobotsMiddleware:
    """Asks each host's robots.txt before its first page; raises Forbidden for what it keeps us from."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, asyncio.Future[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Make one for a crawl."""
        return cls(crawler)

    async def process_request(self, request: Request, spider: Any = None) -> None:
        """Let a request pass, or raise Forbidden or RobotsUnreachable."""
        if request.meta.get("is_robots_txt"):
            return
        parts = urlsplit(request.url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self._rules:
            self._rules[site] = asyncio.ensure_future(self._read(site))
        rules = await self._rules[site]
        if not rules.is_known:
            raise RobotsUnreachable(rules.keep_out)
        if not rules.allows(request.url):
            raise Forbidden(rules.keep_out or "robots.txt disallows it")

    async def _read(self, site: str) -> Rules:
        asked = Request(
            f"{site}/robots.txt", callback=NO_CALLBACK, priority=1000, meta={"is_robots_txt": True}, dont_filter=True
        )
        try:
            response: Response = await self._crawler.engine.download_async(asked)
        except (UnsafeAddress, HostPaused):
            raise
        except Exception as error:  # whatever stood before it, it could not be read
            return Rules(self._agent, keep_out=f"robots.txt could not be read ({error})", is_known=False)
        rules = Rules.of(response.status, response.body, self._agent)
        spider: Any = self._crawler.spider
        delays = spider.host_delays
        host = urlsplit(site).netloc
        delays[host] = max(delays.get(host, 0.0), rules.delay)
        return rules
