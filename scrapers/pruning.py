"""Raw pages taken out of the archive: what is known of each stays in the index, the page itself goes.

A file of which pages are kept is written anew with them alone, under its name. A run that was killed in between is
finished by the next: until then the pages to be kept are there, in one of the two states of the file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

import fsspec
import orjson
import zstandard
from fsspec.implementations.local import LocalFileSystem

from scrapers.archive import archive_files, index_lines, index_name, rows_of
from scrapers.warc import ArchiveError, IndexRow, closing_record, frames, scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What pruning a file did, or would do: pages gone and kept, bytes freed."""

    file: str
    pages: int
    kept: int
    bytes: int


def files_before(archive: str, before: datetime) -> Iterator[str]:
    """Yield the files of crawls that began before a time (aware), oldest of each outlet first, pruned ones too."""
    fs, root = fsspec.core.url_to_fs(archive)
    for file in archive_files(fs, root, None, None, None, with_pruned=True):
        if _started(file) < before:
            yield file


def prune(archive: str, file: str, is_kept: Callable[[IndexRow], bool], *, dry_run: bool = False) -> Pruned:
    """Take the pages out of `file` that `is_kept` does not want, revisits, listings and challenges among them.

    Raises ArchiveError where the file is damaged; nothing is changed then. Nothing happens where all is done already.
    """
    fs, root = fsspec.core.url_to_fs(archive)
    path = f"{root}/{file}"
    rows = rows_of(fs, root, file)
    size = fs.size(path) if fs.exists(path) else 0
    wanted = {row.record_id for row in rows if not row.is_revisit and is_kept(row)}
    if size and size != _size_in_index(fs, root, file):
        # Killed between index and file: the file, which has at least what is to be kept, says where it is.
        with fs.open(path, "rb") as stream:
            there = {entry.record_id: entry for _, entry in scan(stream, file) if isinstance(entry, IndexRow)}
        rows = [there.get(row.record_id, row) for row in rows]
    kept = [row for row in rows if not row.is_pruned and row.record_id in wanted]
    gone = sum(not row.is_pruned for row in rows) - len(kept)
    if not gone and (kept or not size):
        return Pruned(file=file, pages=0, kept=len(kept), bytes=0)
    if dry_run:
        return Pruned(file=file, pages=gone, kept=len(kept), bytes=size - sum(row.length for row in kept))
    with TemporaryFile() as aside:
        placed = _copy(fs, path, file, {row.record_id for row in kept}, aside) if kept else {}
        aside.seek(0)
        digest, written = hashlib.file_digest(aside, "sha256").hexdigest(), aside.tell()
        rows = [
            replace(row, offset=offset, length=length)
            for row in rows
            for offset, length in [placed.get(row.record_id, (0, 0))]
        ]
        _put(fs, f"{root}/{index_name(file)}", index_lines(rows, written, digest))
        if kept:
            aside.seek(0)
            _put(fs, path, aside.read())
        elif size:
            fs.rm_file(path)
    return Pruned(file=file, pages=gone, kept=len(kept), bytes=size - written)


def _copy(fs: Any, path: str, file: str, kept: set[str], aside: BinaryIO) -> dict[str, tuple[int, int]]:
    """Write the kept pages with all their records to `aside`; where each now begins, and its length, by record id."""
    placed = {}
    with fs.open(path, "rb") as stream:
        ends = {entry.record_id: (entry, end) for end, entry in scan(stream, file) if isinstance(entry, IndexRow)}
        if missing := kept - ends.keys():
            raise ArchiveError(f"{file}: {len(missing)} pages that its index names are not in it")
        stream.seek(0)
        _, first, _ = next(iter(frames(stream)))  # the file's own description
        stream.seek(0)
        aside.write(stream.read(first))
        for record_id, (row, end) in ends.items():
            if record_id in kept:
                placed[record_id] = aside.tell(), row.length
                stream.seek(row.offset)
                aside.write(stream.read(end - row.offset))
    at = max(row.fetched_at for row, _ in ends.values())
    aside.write(zstandard.ZstdCompressor(level=3, write_checksum=True).compress(closing_record(len(placed), at)))
    return placed


def _put(fs: Any, path: str, content: bytes) -> None:
    """Write a file whole or not at all."""
    if isinstance(fs, LocalFileSystem):
        part = Path(path + ".pruning")
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, path)
    else:
        fs.pipe_file(path, content)


def _size_in_index(fs: Any, root: str, file: str) -> int | None:
    try:
        size = orjson.loads(fs.cat_file(f"{root}/{index_name(file)}").split(b"\n", 1)[0])["bytes"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return size if isinstance(size, int) else None


def _started(file: str) -> datetime:
    """When the crawl that wrote a file began, which its name says."""
    stamp = file.rpartition("/")[2].partition("-")[0]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
