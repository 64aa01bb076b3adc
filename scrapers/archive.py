"""The archive of fetched pages: one WARC file per outlet and run, on any fsspec URL.

    <archive>/<outlet>/<day of the crawl>/<started>-<mode>.warc.zst          the pages
    <archive>/<outlet>/<day of the crawl>/<started>-<mode>.index.jsonl       where each is; made anew when lost, and
                                                                             all that stays of a pruned file

A run writes aside (`….warc.zst.part`) and renames when whole; what a killed run leaves is cut after its last whole page
and continued. On object storage the part is kept in a local folder and put when whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import fsspec
import orjson
import zstandard
from fsspec.implementations.local import LocalFileSystem

from scrapers.page import RawPage
from scrapers.warc import (
    ArchiveError,
    End,
    IndexRow,
    closing_record,
    fields_block,
    frames,
    header_block,
    parse_record,
    scan,
    warc_date,
    warc_record,
)

# A page found later than its own day (a look-back, a late correction) lies in a later day's folder; one shown
# past the end of a day archive lies in the folder of a day after it.
DAYS_AFTER = 31
DAYS_BEFORE = 1

_WARC = ".warc.zst"
_INDEX = ".index.jsonl"
PART = ".part"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_SAME_DIGEST = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"


class ArchiveBusy(ArchiveError):
    """Raised by `PageWriter` when another process is crawling the same outlet and day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a file: the file, the byte of the first record concerned, and why in one sentence."""

    file: str
    offset: int
    reason: str


class PageWriter:
    """Writes the pages of one run, continuing what a killed run of the same outlet, day and mode left.

    `resumed` is the pages that run had archived. `close` makes the file whole and names it; a writer that is not
    closed leaves its part for the next run. Holds a lock on the outlet and day; ArchiveBusy where another has it.
    """

    def __init__(
        self,
        archive: str,
        outlet: str,
        day: date,
        mode: str,
        *,
        staging: Path,
        started: datetime,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(archive)
        self._folder = f"{outlet}/{day.isoformat()}"
        local = isinstance(self._fs, LocalFileSystem)
        self._aside = (Path(self._root) if local else staging) / self._folder
        self._aside.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self._aside, os.O_RDONLY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise ArchiveBusy(f"{outlet} {day} is being crawled by another process") from None
        self._outlet, self._day = outlet, day
        self._compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
        self.resumed: tuple[IndexRow, ...] = ()
        self._rows: list[IndexRow] = []
        left = sorted(self._aside.glob(f"*-{mode}{_WARC}{PART}"))
        for part in sorted(self._aside.glob(f"*{_WARC}{PART}")):
            if part not in left[-1:]:
                self._finish(part, self._salvage(part))
        self._part = (
            left[-1] if left else self._aside / f"{started:%Y%m%dT%H%M%S}{started.microsecond:06d}-{mode}{_WARC}{PART}"
        )
        if left:
            self._rows = self._salvage(self._part)
            self.resumed = tuple(self._rows)
        self._stream = io.FileIO(self._part, "ab")
        self._info_id = f"<urn:uuid:{uuid.uuid4()}>".encode()
        if self._stream.tell() == 0:
            about = [
                ("software", "Dabir"),
                ("format", "WARC File Format 1.1"),
                ("outlet", outlet),
                ("day", day.isoformat()),
            ]
            about += [("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/")]
            headers = [
                (b"WARC-Record-ID", self._info_id),
                (b"WARC-Date", warc_date(started)),
                (b"WARC-Filename", self.file.rpartition("/")[2].encode()),
                (b"Content-Type", b"application/warc-fields"),
            ]
            self._write(warc_record(b"warcinfo", headers, fields_block([*about, *(notes or {}).items()])))

    @property
    def file(self) -> str:
        """The file's name once it is whole, relative to the archive."""
        return f"{self._folder}/{self._part.name.removesuffix(PART)}"

    @property
    def rows(self) -> Sequence[IndexRow]:
        """The index rows of the pages archived so far, those of the killed run included."""
        return self._rows

    def _write(self, *records: bytes) -> int:
        """Append records, one frame each, with one write. Returns the length of the first."""
        frames = [self._compressor.compress(record) for record in records]
        self._stream.write(b"".join(frames))
        return len(frames[0])

    def add(
        self, page: RawPage, headers: Iterable[tuple[bytes, bytes]], original: IndexRow | None = None
    ) -> tuple[RawPage, IndexRow]:
        """Write a response as fetched; `headers` are the HTTP ones.

        With `original` it is written as a revisit: the page has not changed since. Returns the page with its place, and
        the row to complete and hand to `settle` once the page was read.
        """
        offset = self._stream.tell()
        record_id = f"<urn:uuid:{uuid.uuid4()}>"
        about = [
            (b"WARC-Record-ID", record_id.encode()),
            (b"WARC-Date", warc_date(page.fetched_at)),
            (b"WARC-Target-URI", page.url.encode("ascii", "replace")),
            (b"WARC-Payload-Digest", b"sha256:" + page.digest.encode()),
            (b"Content-Type", b"application/http; msgtype=response"),
        ]
        if original is None:
            block = header_block(page.status, headers, len(page.body)) + page.body
            length = self._write(warc_record(b"response", about, block))
        else:
            about += [
                (b"WARC-Profile", (_NOT_MODIFIED if page.status == 304 else _SAME_DIGEST).encode()),
                (b"WARC-Refers-To", original.record_id.encode()),
                (b"WARC-Refers-To-Target-URI", original.url.encode("ascii", "replace")),
                (b"WARC-Refers-To-Date", warc_date(original.fetched_at)),
            ]
            length = self._write(warc_record(b"revisit", about, header_block(page.status, headers, 0)))
        row = IndexRow(
            outlet=self._outlet,
            crawl_on=self._day,
            day=original.day if original else None,
            code=original.code if original else None,
            url=page.url,
            outcome=original.outcome if original else "rejected",
            reason=original.reason if original else None,
            status=page.status,
            content_type=page.content_type,
            digest=page.digest,
            fetched_at=page.fetched_at,
            etag=page.etag,
            last_modified=page.last_modified,
            is_revisit=original is not None,
            record_id=record_id,
            file=self.file,
            offset=offset,
            length=length,
        )
        return replace(page, file=row.file, offset=row.offset), row

    def settle(self, row: IndexRow, request: bytes, notes: Iterable[tuple[str, str | None]] = ()) -> None:
        """Write the request and what became of the page; from here on it counts as archived."""
        about = [
            (b"WARC-Date", warc_date(row.fetched_at)),
            (b"WARC-Target-URI", row.url.encode("ascii", "replace")),
            (b"WARC-Concurrent-To", row.record_id.encode()),
        ]
        kept = [
            ("outcome", row.outcome),
            ("code", row.code),
            ("day", row.day.isoformat() if row.day else None),
            ("reason", row.reason),
            *notes,
        ]
        asked = [(b"WARC-Record-ID", f"<urn:uuid:{uuid.uuid4()}>".encode()), *about]
        said = [(b"WARC-Record-ID", f"<urn:uuid:{uuid.uuid4()}>".encode()), *about]
        self._write(
            warc_record(b"request", [*asked, (b"Content-Type", b"application/http; msgtype=request")], request),
            warc_record(b"metadata", [*said, (b"Content-Type", b"application/warc-fields")], fields_block(kept)),
        )
        self._rows.append(row)

    def close(self) -> str | None:
        """Make the file whole. Returns its name relative to the archive, None where nothing was fetched."""
        self._stream.close()
        file = self.file if self._rows else None
        if file:
            self._finish(self._part, self._rows)
        else:
            self._part.unlink()
        self._release()
        return file

    def abandon(self) -> None:
        """Let go without finishing: the part stays for the next run."""
        self._stream.close()
        self._release()

    def _release(self) -> None:
        os.close(self._lock)

    def _salvage(self, part: Path) -> list[IndexRow]:
        """Cut a part after its last whole page. Returns the rows of what it holds."""
        rows: list[IndexRow] = []
        whole = 0
        with open(part, "rb") as stream:
            try:
                for end, entry in scan(stream, f"{self._folder}/{part.name.removesuffix(PART)}"):
                    if isinstance(entry, End):
                        break
                    rows.append(entry)
                    whole = end
            except (ArchiveError, KeyError, ValueError):
                pass  # what follows the last whole page is what the cut is for
        os.truncate(part, whole)
        return rows

    def _finish(self, part: Path, rows: Sequence[IndexRow]) -> None:
        """Write the closing record, then put the file and its index in their places, each whole or not at all."""
        if not rows:
            part.unlink()
            return
        with open(part, "ab") as stream:
            stream.write(self._compressor.compress(closing_record(len(rows), rows[-1].fetched_at)))
            stream.flush()
            os.fsync(stream.fileno())
        with open(part, "rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        index = part.with_name(part.name.removesuffix(_WARC + PART) + _INDEX + PART)
        index.write_bytes(index_lines(rows, part.stat().st_size, digest))
        for aside in (part, index):
            whole = aside.with_name(aside.name.removesuffix(PART))
            if isinstance(self._fs, LocalFileSystem):
                os.replace(aside, whole)
            else:  # a put of object storage is seen whole or not at all
                self._fs.makedirs(f"{self._root}/{self._folder}", exist_ok=True)
                self._fs.put_file(str(aside), f"{self._root}/{self._folder}/{whole.name}")
                aside.unlink()


def index_name(file: str) -> str:
    """The name of the index of a file, relative to the archive as that is."""
    return file.removesuffix(_WARC) + _INDEX


def index_lines(rows: Sequence[IndexRow], size: int, digest: str) -> bytes:
    head = orjson.dumps({"bytes": size, "sha256": digest, "pages": len(rows)})
    return b"\n".join([head, *(row.to_json() for row in rows), b""])


def archive_files(
    fs: Any, root: str, outlet: str | None, first: date | None, last: date | None, *, with_pruned: bool = False
) -> Iterator[str]:
    """Yield the names of the archive files of an outlet and of the days whose folders may hold it, oldest first.

    `with_pruned` also those of which the index alone is left.
    """
    if not fs.isdir(root):
        return
    outlets = [outlet] if outlet else sorted(path.rstrip("/").rpartition("/")[2] for path in fs.ls(root, detail=False))
    low = (first - timedelta(days=DAYS_BEFORE)).isoformat() if first else ""
    high = (last + timedelta(days=DAYS_AFTER)).isoformat() if last else "9999"
    for name in outlets:
        if not fs.isdir(f"{root}/{name}"):
            continue
        days = sorted(path.rstrip("/").rpartition("/")[2] for path in fs.ls(f"{root}/{name}", detail=False))
        for day in days:
            if low <= day <= high and fs.isdir(f"{root}/{name}/{day}"):
                names = {path.rpartition("/")[2] for path in fs.ls(f"{root}/{name}/{day}", detail=False)}
                if with_pruned:
                    names |= {file.removesuffix(_INDEX) + _WARC for file in names if file.endswith(_INDEX)}
                yield from (f"{name}/{day}/{file}" for file in sorted(names) if file.endswith(_WARC))


def outlets_in(archive: str) -> list[str]:
    """The names of the outlets that the archive has a folder of."""
    fs, root = fsspec.core.url_to_fs(archive)
    return sorted(path.rstrip("/").rpartition("/")[2] for path in fs.ls(root, detail=False)) if fs.isdir(root) else []


def rows_of(fs: Any, root: str, file: str) -> list[IndexRow]:
    """Return the rows of a file from its index, or from the file itself where that is lost or unreadable."""
    try:
        lines = fs.cat_file(f"{root}/{index_name(file)}").splitlines()
        if orjson.loads(lines[0])["pages"] == len(lines) - 1:
            return [IndexRow.from_json(line) for line in lines[1:]]
    except (FileNotFoundError, ValueError, TypeError, KeyError, IndexError):
        pass
    rows = []
    # Where the file is damaged: the whole pages before that. `verify` reports it.
    with contextlib.suppress(ArchiveError, FileNotFoundError), fs.open(f"{root}/{file}", "rb") as stream:
        for _, entry in scan(stream, file):
            if isinstance(entry, IndexRow):
                rows.append(entry)
    return rows


def read_index(archive: str, outlet: str, first: date, last: date | None = None) -> list[IndexRow]:
    """Return the rows of an outlet's pages whose own day is in `first`…`last` (both included), in the order fetched.

    A page that states no day counts to the day that was crawled. Pruned pages are among them, so that they are asked
    for on condition only.
    """
    last = last or first
    fs, root = fsspec.core.url_to_fs(archive)
    files = archive_files(fs, root, outlet, first, last, with_pruned=True)
    rows = (row for file in files for row in rows_of(fs, root, file))
    return sorted((row for row in rows if first <= (row.day or row.crawl_on) <= last), key=lambda row: row.fetched_at)


def crawl_files(archive: str, outlet: str, day: date, last: date | None = None) -> list[str]:
    """Return the files that the crawls of an outlet's day, or of `day` to `last`, made, as `CrawlReport.files` names
    them: by day, and of each the oldest first."""
    fs, root = fsspec.core.url_to_fs(archive)
    last = last or day
    first_folder, last_folder = f"{outlet}/{day.isoformat()}", f"{outlet}/{last.isoformat()}"
    files = archive_files(fs, root, outlet, day, last)
    return [file for file in files if first_folder <= file.rpartition("/")[0] <= last_folder]


def read_file_index(archive: str, file: str) -> list[IndexRow]:
    """Return the rows of one file of the archive, as `CrawlReport.files` names it."""
    fs, root = fsspec.core.url_to_fs(archive)
    return rows_of(fs, root, file)


def read_pages(archive: str, rows: Iterable[IndexRow]) -> Iterator[RawPage | Fault]:
    """Yield the pages of index rows, in their order, passing over revisits, listings, challenges and pruned ones.

    A damaged record is yielded as a Fault, a missing file as one for each row: nothing else is lost.
    """
    fs, root = fsspec.core.url_to_fs(archive)
    name, stream = None, None
    try:
        for row in rows:
            if row.is_revisit or row.is_pruned or row.outcome in ("listing", "blocked"):
                continue
            try:
                if row.file != name:
                    if stream is not None:
                        stream.close()
                    name, stream = None, None
                    stream, name = fs.open(f"{root}/{row.file}", "rb"), row.file
                assert stream is not None
                stream.seek(row.offset)
                [(_, _, content)] = frames(io.BytesIO(stream.read(row.length)))
                record = parse_record(content)
                body = record.reader.read()
                if hashlib.sha256(body).hexdigest() != row.digest:
                    raise ArchiveError("the body does not have its digest")
            except (OSError, ArchiveError, ValueError) as error:
                yield Fault(file=row.file, offset=row.offset, reason=f"{row.url}: {error}")
                continue
            yield RawPage(
                outlet=row.outlet,
                url=row.url,
                fetched_at=row.fetched_at,
                status=row.status,
                content_type=row.content_type,
                body=body,
                etag=row.etag,
                last_modified=row.last_modified,
                digest=row.digest,
                file=row.file,
                offset=row.offset,
            )
    finally:
        if stream is not None:
            stream.close()
