"""WARC 1.1 records of fetched pages, one zstd frame each, and the index row that says where a page is.

A page is three records that refer to one another: the response (or, for an unchanged page, a revisit), the request,
and a metadata record that says what became of it. A page counts as archived when its metadata record is whole.
Frames of zstd level 3: 5,500 pages written per CPU-second against 360 for gzip members of about the same size;
fastwarc and zstdcat read them. No file is opened here.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, BinaryIO, Literal, Self

import orjson
import zstandard
from fastwarc.warc import ArchiveIterator, WarcRecordType

# What became of a page: parsed, holds no article, did not parse, was a challenge, or is not an article's page.
type Outcome = Literal["article", "not article", "rejected", "blocked", "listing"]

# Said of the wire, not of the body as it is kept.
_WIRE_HEADERS = frozenset({b"content-encoding", b"content-length", b"transfer-encoding", b"connection", b"keep-alive"})


class ArchiveError(Exception):
    """Raised by the readers for a damaged or missing file; the message names the file and the offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRow:
    """Where one fetched page is kept and what became of it.

    `crawl_on` is the day that was crawled; `day` is the article's own (Asia/Tehran), None where it states none.
    `digest` is the sha256 of the body in hex, also of a revisit, which holds no body. `file` is relative to the
    archive; `offset` and `length` are bytes of the compressed record, both 0 where it was pruned.
    """

    outlet: str
    crawl_on: date
    day: date | None
    code: str | None
    url: str
    outcome: Outcome
    reason: str | None
    status: int
    content_type: str | None
    digest: str
    fetched_at: datetime
    etag: str | None
    last_modified: str | None
    is_revisit: bool
    record_id: str
    file: str
    offset: int
    length: int

    @property
    def is_pruned(self) -> bool:
        """Whether the page is no longer kept; what is known of it is."""
        return self.length == 0

    def to_json(self) -> bytes:
        """Return one line of an index file."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """Read a line of an index file; ValueError or TypeError where it is none."""
        fields = orjson.loads(line)
        fields["crawl_on"] = date.fromisoformat(fields["crawl_on"])
        fields["day"] = date.fromisoformat(fields["day"]) if fields["day"] else None
        fields["fetched_at"] = datetime.fromisoformat(fields["fetched_at"])
        return cls(**fields)


def warc_record(kind: bytes, headers: Iterable[tuple[bytes, bytes]], block: bytes) -> bytes:
    head = b"".join(name + b": " + value + b"\r\n" for name, value in headers)
    length = str(len(block)).encode()
    return b"".join(
        (b"WARC/1.1\r\nWARC-Type: ", kind, b"\r\n", head, b"Content-Length: ", length, b"\r\n\r\n", block, b"\r\n\r\n")
    )


def warc_date(at: datetime) -> bytes:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()


def fields_block(pairs: Iterable[tuple[str, str | None]]) -> bytes:
    """Return an application/warc-fields block; a line break inside a value would begin another field."""
    return "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in pairs if value is not None).encode()


def closing_record(pages: int, at: datetime) -> bytes:
    """The last record of a whole file, which says how many pages it holds."""
    headers = [
        (b"WARC-Record-ID", f"<urn:uuid:{uuid.uuid4()}>".encode()),
        (b"WARC-Date", warc_date(at)),
        (b"Content-Type", b"application/warc-fields"),
    ]
    return warc_record(b"metadata", headers, fields_block([("pages", str(pages))]))


def _read_fields(block: bytes) -> dict[str, str]:
    lines = (line.partition(": ") for line in block.decode(errors="replace").split("\r\n") if line)
    return {name: value for name, _, value in lines}


def header_block(status: int, headers: Iterable[tuple[bytes, bytes]], length: int) -> bytes:
    kept = [(name, value) for name, value in headers if name.lower() not in _WIRE_HEADERS]
    kept.append((b"Content-Length", str(length).encode()))
    lines = b"".join(name + b": " + value.replace(b"\r", b" ").replace(b"\n", b" ") + b"\r\n" for name, value in kept)
    return b"HTTP/1.1 " + str(status).encode() + b" \r\n" + lines + b"\r\n"


def frames(stream: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Yield the start, end and content of each zstd frame; ArchiveError at the first that is damaged or cut off."""
    buffer, start, taken = b"", 0, 0
    while True:
        decompressor = zstandard.ZstdDecompressor().decompressobj()
        parts = []
        while not decompressor.eof:
            chunk = buffer or stream.read(1 << 16)
            if not chunk:
                if taken > start:
                    raise ArchiveError(f"byte {start}: the record is cut off")
                return
            taken += len(chunk)
            try:
                parts.append(decompressor.decompress(chunk))
            except zstandard.ZstdError as error:
                raise ArchiveError(f"byte {start}: the record is damaged ({error})") from error
            buffer = decompressor.unused_data
            taken -= len(buffer)
        yield start, taken, b"".join(parts)
        start = taken


def parse_record(content: bytes) -> Any:
    """Return the one WARC record of a frame; ArchiveError where it is none."""
    try:
        record = next(ArchiveIterator(io.BytesIO(content), parse_http=True, max_header_len=1 << 20), None)
    except OSError as error:
        raise ArchiveError(f"not a WARC record ({error})") from error
    if record is None:
        raise ArchiveError("not a WARC record")
    return record


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """The last record of a whole file: how many pages it holds."""

    pages: int


def scan(stream: BinaryIO, file: str) -> Iterator[tuple[int, IndexRow | End]]:
    """Yield each whole page's index row with the byte after it; ArchiveError where the file is damaged."""
    info: dict[str, str] = {}
    page: dict[str, Any] | None = None
    for start, end, content in frames(stream):
        try:
            record = parse_record(content)
        except ArchiveError as error:
            raise ArchiveError(f"byte {start}: {error}") from error
        kind = record.record_type
        if kind == WarcRecordType.warcinfo:
            info = _read_fields(record.reader.read())
        elif kind in (WarcRecordType.response, WarcRecordType.revisit):
            is_revisit = kind == WarcRecordType.revisit
            digest = (record.headers.get("WARC-Payload-Digest") or "").removeprefix("sha256:")
            headers = record.http_headers
            page = {
                "url": record.headers.get("WARC-Target-URI"),
                "status": headers.status_code,
                "content_type": headers.get("Content-Type"),
                "etag": headers.get("ETag"),
                "last_modified": headers.get("Last-Modified"),
                "digest": digest,
                "fetched_at": record.record_date,
                "is_revisit": is_revisit,
                "record_id": record.headers.get("WARC-Record-ID"),
                "offset": start,
                "length": end - start,
            }
            if not is_revisit and hashlib.sha256(record.reader.read()).hexdigest() != digest:
                raise ArchiveError(f"byte {start}: the body does not have its digest")
        elif kind == WarcRecordType.metadata:
            fields = _read_fields(record.reader.read())
            if "pages" in fields:
                yield end, End(pages=int(fields["pages"]))
            elif page is not None and record.headers.get("WARC-Concurrent-To") == page["record_id"]:
                day = fields.get("day")
                yield (
                    end,
                    IndexRow(
                        outlet=info["outlet"],
                        crawl_on=date.fromisoformat(info["day"]),
                        day=date.fromisoformat(day) if day else None,
                        code=fields.get("code"),
                        outcome=fields["outcome"],  # type: ignore[arg-type]
                        reason=fields.get("reason"),
                        file=file,
                        **page,
                    ),
                )
                page = None
