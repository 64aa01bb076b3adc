"""The sample sites over real HTTP: one loopback address per outlet, one port for all.

The wire is written here byte by byte, not by a web framework, because half of what it must do is what no sound server
does: break off in the middle of a body, drip, lie about the charset, send a decompression bomb.
"""

from __future__ import annotations

import asyncio
import errno
import gzip
import hashlib
import json
import re
import socket
import threading
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from types import ModuleType
from urllib.parse import parse_qsl, unquote, urlsplit

from samples.families import FAMILIES
from samples.families.markup import render
from samples.faults import RENDERED, Fault, Faults
from samples.jalali import TEHRAN
from samples.outlets import OUTLETS, SampleOutlet
from samples.published import Published, articles, versions
from samples.view import Extra, Page, View

ADMIN_ADDRESS = "127.0.1.254"
HEAD_LIMIT = 32_768
IDLE_SECONDS = 60
PAGES_KEPT = 2_000
LOG_KEPT = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One answered request: `target` as it came, `size` in bytes of body sent, `fault` the names of what spoilt it."""

    outlet: str
    method: str
    target: str
    status: int
    size: int
    at: datetime
    headers: Mapping[str, str]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Sent:
    status: int
    headers: dict[str, str]
    body: bytes = b""
    promised: int | None = None
    pause: float = 0.0
    repeat: int = 1


class Agencies:
    """The running sample sites.

    `urls` has the base URL of each outlet, `requests` the latest requests answered, `faults` what is switched on.
    `clock` is the moment at which the sites stand: an aware datetime, a function that gives one, or None for the end
    of the last authored day.
    """

    def __init__(
        self,
        *,
        page_size: int = 5,
        extra: Extra = 0,
        clock: datetime | Callable[[], datetime] | None = None,
        outlets: Mapping[str, SampleOutlet] = OUTLETS,
    ) -> None:
        self.outlets = dict(outlets)
        self.page_size = page_size
        self.extra = extra
        self.clock = clock
        self.urls: dict[str, str] = {}
        self.admin_url: str | None = None
        self.requests: deque[Request] = deque(maxlen=LOG_KEPT)
        self.faults = Faults()
        self._pages: dict[tuple[object, ...], tuple[Page, bytes, bytes] | None] = {}
        self._servers: list[asyncio.Server] = []
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def now(self) -> datetime:
        """The moment at which the sites stand, to the minute."""
        moment = self.clock() if callable(self.clock) else self.clock
        if moment is None:
            last = max(version.seen_from for version in versions())
            moment = datetime.combine(last.astimezone(TEHRAN).date(), time(23, 59), TEHRAN)
        return moment.astimezone(TEHRAN).replace(second=0, microsecond=0)

    def articles(self, outlet: str | None = None, day: str | None = None) -> tuple[Published, ...]:
        """Return the authored articles that can be seen at this moment, as `samples.articles` does."""
        return articles(outlet, day, as_of=self.now)

    def view(self, outlet: str, faults: frozenset[str] = frozenset()) -> View:
        """Return what an outlet shows now."""
        now = self.now
        return View(
            outlet=self.outlets[outlet],
            base=self.urls.get(outlet, ""),
            now=now,
            authored=_newest_first(outlet, now),
            page_size=self.page_size,
            extra=self.extra,
            faults=faults,
        )

    async def start(self, port: int, *, admin: bool = False) -> None:
        """Listen on one port of all addresses; with port 0 on one that is free on all of them."""
        addresses = {name: f"127.0.1.{number}" for number, name in enumerate(self.outlets, start=1)}
        hosts = [*addresses.values(), *([ADMIN_ADDRESS] if admin else [])]
        sockets = _bind(hosts, port)
        port = sockets[0].getsockname()[1]
        for name, bound in zip([*addresses, None][: len(sockets)], sockets, strict=True):
            url = f"http://{bound.getsockname()[0]}:{port}"
            if name is None:
                self.admin_url = url
            else:
                self.urls[name] = url
            self._servers.append(await asyncio.start_server(self._connection(name), sock=bound, limit=HEAD_LIMIT))

    async def stop(self) -> None:
        """Close all sockets."""
        for server in self._servers:
            server.close()
        for writer in list(self._writers):
            writer.close()
        await asyncio.sleep(0)

    def _connection(
        self, outlet: str | None
    ) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], asyncio.Future[None]]:
        async def serve_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self._writers.add(writer)
            try:
                with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
                    while await self._one(outlet, reader, writer):
                        pass
            finally:
                self._writers.discard(writer)
                writer.close()

        return lambda reader, writer: asyncio.ensure_future(serve_connection(reader, writer))

    async def _one(self, outlet: str | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Answer one request; True where the connection can take another."""
        async with asyncio.timeout(IDLE_SECONDS):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request_line, *lines = head.rstrip().split("\r\n")
        method, target, _ = [*request_line.split(" "), "", ""][:3]
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if outlet is None:
            length = int(headers.get("content-length", "0") or 0)
            await self._send(writer, method, self._admin(method, target, await reader.readexactly(length)))
            return True
        path = _path(target)
        faults = self.faults.take(outlet, path)
        sent = await self._answer(outlet, method, target, headers, faults)
        self.requests.append(
            Request(
                outlet=outlet,
                method=method,
                target=target,
                status=sent.status,
                size=len(sent.body) * sent.repeat,
                at=datetime.now(UTC),
                headers=headers,
                faults=tuple(fault.kind for fault in faults),
            )
        )
        await self._send(writer, method, sent)
        return sent.promised is None and headers.get("connection", "").lower() != "close"

    async def _answer(
        self, outlet: str, method: str, target: str, headers: Mapping[str, str], faults: list[Fault]
    ) -> _Sent:
        if method not in {"GET", "HEAD"}:
            return _text(405, "method not allowed", {"Allow": "GET, HEAD"})
        path = _path(target)
        by_kind = {fault.kind: fault for fault in faults}
        if "slow" in by_kind:
            await asyncio.sleep(by_kind["slow"].seconds)
        if (spoilt := _instead(by_kind, path)) is not None:
            return spoilt
        rendered = frozenset(by_kind) & RENDERED
        kept = self._page(outlet, target, rendered)
        if kept is None:
            return _text(404, "یافت نشد")
        page, plain, packed = kept
        if "windows_1256" in by_kind or "wrong_charset" in by_kind:
            declared = "text/html; charset=windows-1256"
            spoilt_body = _to_windows_1256(page.body) if "windows_1256" in by_kind else plain
            return _Sent(page.status, {"Content-Type": declared}, spoilt_body)
        if "mojibake" in by_kind:
            return _Sent(page.status, {"Content-Type": page.content_type}, plain.decode("cp1256").encode())
        sent = _conditional(page, plain, packed, headers)
        if "truncated" in by_kind:
            return replace(sent, body=sent.body[: len(sent.body) // 2], promised=len(sent.body))
        if "slow_drip" in by_kind:
            return replace(sent, pause=by_kind["slow_drip"].seconds)
        return sent

    def _page(self, outlet: str, target: str, faults: frozenset[str]) -> tuple[Page, bytes, bytes] | None:
        key = (outlet, target, faults, self.now, self.extra, self.page_size)
        if key not in self._pages:
            if len(self._pages) >= PAGES_KEPT:
                self._pages.pop(next(iter(self._pages)))
            view = self.view(outlet, faults)
            family: ModuleType = FAMILIES[view.outlet.family]
            page: Page | None = family.answer(view, _path(target), dict(parse_qsl(urlsplit(target).query)))
            if page is not None and "redesign" in faults:
                page = replace(page, body=_redesigned(page.body))
            plain = page.body.encode() if page is not None else b""
            self._pages[key] = None if page is None else (page, plain, gzip.compress(plain, 1, mtime=0))
        return self._pages[key]

    async def _send(self, writer: asyncio.StreamWriter, method: str, sent: _Sent) -> None:
        length = sent.promised if sent.promised is not None else len(sent.body) * sent.repeat
        lines = [f"HTTP/1.1 {sent.status} {REASONS.get(sent.status, 'OK')}", "Server: samples"]
        lines += [f"{name}: {value}" for name, value in sent.headers.items()]
        if sent.status != 304:
            lines.append(f"Content-Length: {length}")
        if sent.promised is not None:
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode()
        if method == "HEAD":
            writer.write(head)
        elif sent.pause:
            writer.write(head)
            for at in range(len(sent.body)):
                writer.write(sent.body[at : at + 1])
                await writer.drain()
                await asyncio.sleep(sent.pause)
        else:
            writer.write(head + sent.body)
            for _ in range(sent.repeat - 1):
                await writer.drain()
                writer.write(sent.body)
        await writer.drain()

    def _admin(self, method: str, target: str, body: bytes) -> _Sent:
        """Answer the test harness: POST /_faults {"add": {…}} or {"clear": outlet or null}, POST /_clock {"now": …}."""
        try:
            order = json.loads(body or b"{}")
            match method, target:
                case "POST", "/_faults":
                    if "clear" in order:
                        self.faults.clear(order["clear"])
                    if "add" in order:
                        self.faults.add(**order["add"])
                case "POST", "/_clock":
                    self.clock = datetime.fromisoformat(order["now"]) if order.get("now") else None
                case "GET", "/_requests":
                    shown = [(r.outlet, r.method, r.target, r.status, r.size) for r in self.requests]
                    return _Sent(200, {"Content-Type": "application/json"}, json.dumps(shown).encode())
                case _:
                    return _text(404, "there are POST /_faults, POST /_clock and GET /_requests")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            return _text(400, str(error))
        return _text(200, "done")


@contextmanager
def serve(
    port: int = 0,
    *,
    page_size: int = 5,
    extra: Extra = 0,
    clock: datetime | Callable[[], datetime] | None = None,
    outlets: Mapping[str, SampleOutlet] = OUTLETS,
    admin: bool = False,
) -> Iterator[Agencies]:
    """Run the sample sites in a thread of this process while the context is open.

    `port` 0 takes a free one. `page_size` is the rows of a list page: real sites show about 30, the default of 5 makes
    a day of authored articles fill several. `extra` adds so many generated articles to each day of each outlet, or as many as its function says.
    OSError where the port is taken.
    """
    agencies = Agencies(page_size=page_size, extra=extra, clock=clock, outlets=outlets)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="sample agencies", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(agencies.start(port, admin=admin), loop).result()
        yield agencies
    finally:
        asyncio.run_coroutine_threadsafe(_shut(agencies), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _shut(agencies: Agencies) -> None:
    await agencies.stop()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _bind(hosts: list[str], port: int) -> list[socket.socket]:
    """Bind one port on every host; with port 0 the kernel's choice on the first is tried on the rest, anew if taken."""
    for attempt in range(20):
        sockets: list[socket.socket] = []
        try:
            wanted = port
            for host in hosts:
                # asyncio turns Nagle's delay off only where the protocol is named; with it an answer took 44 ms.
                bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
                sockets.append(bound)
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                bound.bind((host, wanted))
                wanted = bound.getsockname()[1]
        except OSError as error:
            for bound in sockets:
                bound.close()
            if port or error.errno != errno.EADDRINUSE or attempt == 19:
                raise
        else:
            return sockets
    raise AssertionError("unreachable")


@lru_cache(maxsize=256)
def _newest_first(outlet: str, now: datetime) -> tuple[Published, ...]:
    return tuple(reversed(articles(outlet, as_of=now)))


REASONS = {304: "Not Modified", 302: "Found", 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests"}


def _path(target: str) -> str:
    return unquote(urlsplit(target).path) or "/"


def _text(status: int, text: str, headers: Mapping[str, str] | None = None) -> _Sent:
    return _Sent(status, {"Content-Type": "text/plain; charset=utf-8", **(headers or {})}, text.encode())


def _conditional(page: Page, plain: bytes, packed: bytes, headers: Mapping[str, str]) -> _Sent:
    """Answer in full or with 304, by ETag where the request has one, else by date; packed where it may be."""
    etag = f'"{hashlib.sha256(plain).hexdigest()[:24]}"'
    known = {"ETag": etag, "Cache-Control": "max-age=0", "Vary": "Accept-Encoding"}
    if page.modified is not None:
        known["Last-Modified"] = format_datetime(page.modified.astimezone(UTC), usegmt=True)
    if page.location is not None:
        return _Sent(page.status, {"Location": page.location})
    if (tags := headers.get("if-none-match")) is not None:
        unchanged = etag in tags or tags == "*"
    else:
        unchanged = page.modified is not None and page.modified <= _http_date(headers.get("if-modified-since", ""))
    if unchanged and page.status == 200:
        return _Sent(304, known)
    known["Content-Type"] = page.content_type
    if "gzip" in headers.get("accept-encoding", "") and len(plain) > 500:
        return _Sent(page.status, {**known, "Content-Encoding": "gzip"}, packed)
    return _Sent(page.status, known, plain)


def _http_date(text: str) -> datetime:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _instead(faults: Mapping[str, Fault], path: str) -> _Sent | None:
    """Return what a fault sends in place of the page, if one does."""
    html = {"Content-Type": "text/html; charset=utf-8"}
    if path == "/robots.txt":
        return _text(403, "forbidden") if "robots_forbidden" in faults else None
    for kind, fault in faults.items():
        match kind:
            case "too_many":
                return _text(429, "too many requests", {"Retry-After": f"{fault.seconds:.0f}"})
            case "error":
                return _text(500, "internal error")
            case "forbidden":
                return _text(403, "forbidden")
            case "missing":
                return _text(404, "یافت نشد")
            case "challenge":
                return _Sent(200, html, _challenge())
            case "redirect":
                return _Sent(302, {"Location": fault.location})
            case "bomb":
                return _Sent(200, {**html, "Content-Encoding": "gzip"}, bomb(fault.size or 1 << 30))
            case "huge":
                line = "<p>متن بسیار بلند و بی‌پایان برای آزمودن سقف اندازه صفحه.</p>\n".encode() * 1000
                return _Sent(200, html, line, repeat=-(-(fault.size or 50_000_000) // len(line)))
    return None


@lru_cache(maxsize=1)
def _challenge() -> bytes:
    view = View(outlet=OUTLETS["isna"], base="", now=datetime.now(UTC), authored=())
    return render("challenge.html", view).encode()


@lru_cache(maxsize=4)
def bomb(size: int) -> bytes:
    """Return one gzip member that expands to `size` bytes (whole mebibytes) and is about a thousandth of that.

    Full flushes make each compressed mebibyte the same bytes, so it is compressed once and repeated.
    """
    block = b" " * (1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    count, checksum = max(1, size >> 20), 0
    for _ in range(count):
        checksum = zlib.crc32(block, checksum)
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    trailer = checksum.to_bytes(4, "little") + ((count << 20) & 0xFFFFFFFF).to_bytes(4, "little")
    return header + packed * count + b"\x03\x00" + trailer


CLASSES = re.compile(r'\b(class|id|itemprop)="([^"]*)"')


def _redesigned(html: str) -> str:
    """Rename every class, id and itemprop, as a new theme does."""
    return CLASSES.sub(lambda found: f'{found[1]}="{" ".join("r" + word[::-1] for word in found[2].split())}"', html)


def _to_windows_1256(html: str) -> bytes:
    """Encode as windows-1256, which has neither the Persian yeh nor Persian digits."""
    spelling = str.maketrans("ی۰۱۲۳۴۵۶۷۸۹", "ي0123456789")
    return html.replace("utf-8", "windows-1256").translate(spelling).encode("cp1256", "xmlcharrefreplace")
