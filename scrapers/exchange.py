"""One exchange with a site, request and response, as the archive and the parsers read it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from scrapers.page import RawPage


def request_of(response: Response) -> Request:
    """The request that a response answers: the last one, where it was redirected."""
    assert response.request is not None  # Scrapy sets it before it calls back
    return response.request


def page_of(outlet: str, response: Response) -> RawPage:
    """The page that came, whatever its status, fetched now."""

    def header(name: str) -> str | None:
        value = response.headers.get(name)
        return value.decode("latin-1") if value else None

    return RawPage(
        outlet=outlet,
        url=response.url,
        fetched_at=datetime.now(UTC),
        status=response.status,
        content_type=header("Content-Type"),
        body=response.body,
        etag=header("ETag"),
        last_modified=header("Last-Modified"),
        digest=hashlib.sha256(response.body).hexdigest(),
    )


def response_headers(response: Response) -> Iterator[tuple[bytes, bytes]]:
    """The headers of a response, one pair for each value."""
    return ((name, value) for name, values in response.headers.items() for value in values)


def request_block(request: Request) -> bytes:
    """The request as HTTP/1.1 sends it, for a WARC request record."""
    parts = urlsplit(request.url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    lines = [f"{request.method} {path} HTTP/1.1".encode(), b"Host: " + parts.netloc.encode()]
    lines += [name + b": " + value for name, values in request.headers.items() for value in values]
    return b"\r\n".join([*lines, b"", b""])
