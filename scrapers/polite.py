"""Politeness to an outlet's hosts: one budget per host for all processes, waiting as asked, retrying ever later.

Nightly crawls and backfills run in different processes, so the budget is kept in files: the moment of the next
request to a host, and as many lock files as requests may run at once. A lock dies with its process. One machine shares
one budget; several machines that crawl the same host need a shared folder with working locks.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import random
import struct
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

# A moment further ahead than this was written before the clock was set back, or by something else.
_FURTHEST = 24 * 3600.0
_POLL_SECONDS = 0.05
_MOMENT = struct.Struct("<d")


class HostPaused(IgnoreRequest):
    """Raised by `HostBudget.turn` when the host asked us to stay away longer than a crawl waits."""


class HostBudget:
    """Takes turns at a host with every other process that uses the same folder.

    `longest` is the seconds that a request waits at most for its turn.
    """

    def __init__(self, folder: Path, longest: float) -> None:
        self._folder = folder
        self._longest = longest
        self._moments: dict[str, int] = {}
        self._slots: dict[str, list[int]] = {}
        self._taken: set[int] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def _open(self, host: str, part: str) -> int:
        name = "".join(letter if letter.isalnum() or letter in ".-" else "_" for letter in host)
        return os.open(self._folder / f"{name}.{part}", os.O_RDWR | os.O_CREAT, 0o644)

    @contextlib.contextmanager
    def _next(self, host: str) -> Any:
        """Hold the host's moment; yields its file."""
        if host not in self._moments:
            self._moments[host] = self._open(host, "next")
        file = self._moments[host]
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield file
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    @staticmethod
    def _moment(file: int, now: float) -> float:
        kept = os.pread(file, _MOMENT.size, 0)
        moment = _MOMENT.unpack(kept)[0] if len(kept) == _MOMENT.size else 0.0
        return moment if moment <= now + _FURTHEST else 0.0

    def reserve(self, host: str, delay: float) -> float:
        """Take the next turn at a host and return the seconds until it; `delay` is kept free after it.

        Raises HostPaused where that is longer than a crawl waits.
        """
        with self._next(host) as file:
            now = time.time()
            turn = max(self._moment(file, now), now)
            if turn - now > self._longest:
                raise HostPaused(f"{host} asked for {turn - now:.0f} s of rest")
            if delay or turn > now:
                os.pwrite(file, _MOMENT.pack(turn + delay), 0)
            return turn - now

    def pause(self, host: str, seconds: float) -> None:
        """Let no request start at a host for so long, in any process."""
        with self._next(host) as file:
            now = time.time()
            os.pwrite(file, _MOMENT.pack(max(self._moment(file, now), now + min(seconds, _FURTHEST))), 0)

    def _free_slot(self, host: str, concurrency: int) -> int | None:
        slots = self._slots.setdefault(host, [])
        for at in range(concurrency):
            if at == len(slots):
                slots.append(self._open(host, f"slot{at}"))
            if slots[at] in self._taken:
                continue
            try:
                fcntl.flock(slots[at], fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return slots[at]
        return None

    @contextlib.asynccontextmanager
    async def turn(self, host: str, delay: float, concurrency: int) -> AsyncIterator[None]:
        """Wait for a turn at a host and hold one of its `concurrency` places meanwhile; raises HostPaused."""
        while (slot := self._free_slot(host, concurrency)) is None:
            await asyncio.sleep(_POLL_SECONDS)
        self._taken.add(slot)
        try:
            wait = self.reserve(host, delay)
            if wait > 0:
                await asyncio.sleep(wait)
            yield
        finally:
            self._taken.discard(slot)
            fcntl.flock(slot, fcntl.LOCK_UN)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds a Retry-After header asks for, a number or a date; None where it asks for nothing.

    >>> retry_after("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    >>> retry_after("Thu, 01 Jan 2026 00:01:00 GMT", datetime(2026, 1, 1, tzinfo=UTC))
    60.0
    """
    if not value:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


class PoliteRetryMiddleware(RetryMiddleware):
    """Scrapy's retries, with the rest that a host asks for, else ever longer ones.

    429 and 503 rest the host for all processes as Retry-After says. One that asks for longer than RETRY_AFTER_CEILING
    is not asked again in this crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler.settings)
        self.crawler = crawler
        self._ceiling = crawler.settings.getfloat("RETRY_AFTER_CEILING")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PoliteRetryMiddleware:
        """Make one for a crawl."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response, spider: Any = None) -> Request | Response:
        """Rest the host and try again later, or hand on the response as it is."""
        if response.status in self.retry_http_codes:
            asked = None
            if response.status in (429, 503):
                header = response.headers.get("Retry-After")
                asked = retry_after(header.decode("latin-1") if header else None, datetime.now(UTC))
            if asked is not None:
                self._rest(request, asked)
                if asked > self._ceiling:
                    return response
            else:
                self._back_off(request)
        retried: Request | Response = super().process_response(request, response)
        return retried

    def process_exception(
        self, request: Request, exception: Exception, spider: Any = None
    ) -> Request | Response | None:
        """Try again later after a fault of the connection."""
        retried: Request | Response | None = super().process_exception(request, exception)
        if retried is not None:
            self._back_off(request)
        return retried

    def _back_off(self, request: Request) -> None:
        """Rest twice the outlet's delay, then four times …, give or take half: crawls do not return together."""
        spider: Any = self.crawler.spider
        factor = 2 ** (request.meta.get("retry_times", 0) + 1) * random.uniform(0.5, 1.5)  # noqa: S311
        self._rest(request, spider.outlet.delay * factor)

    def _rest(self, request: Request, seconds: float) -> None:
        if seconds > 0:
            spider: Any = self.crawler.spider
            spider.budget.pause(urlsplit(request.url).netloc, seconds)
