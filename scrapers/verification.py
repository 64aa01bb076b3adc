"""The archive held against itself: files that are cut off, altered or not as indexed, and indexes made anew."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import fsspec
import orjson
from fsspec.implementations.local import LocalFileSystem

from scrapers.archive import PART, Fault, archive_files, index_lines, index_name, rows_of
from scrapers.warc import ArchiveError, IndexRow, scan


def rebuild_index(archive: str, file: str) -> list[IndexRow]:
    """Write the index of a file anew from the file itself and return its rows; ArchiveError where it is damaged."""
    fs, root = fsspec.core.url_to_fs(archive)
    with fs.open(f"{root}/{file}", "rb") as stream:
        try:
            rows = [entry for _, entry in scan(stream, file) if isinstance(entry, IndexRow)]
        except ArchiveError as error:
            raise ArchiveError(f"{file}: {error}") from error
        stream.seek(0)
        digest = hashlib.sha256()
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
        size = stream.tell()
    index = f"{root}/{index_name(file)}"
    if isinstance(fs, LocalFileSystem):
        Path(index + PART).write_bytes(index_lines(rows, size, digest.hexdigest()))
        os.replace(index + PART, index)
    else:
        fs.pipe_file(index, index_lines(rows, size, digest.hexdigest()))
    return rows


class _Hashing(io.RawIOBase):
    """Passes a stream on and takes the digest of what was read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self.digest.update(chunk)
        self.size += len(chunk)
        return chunk


def verify(archive: str, outlet: str | None = None) -> Iterator[Fault]:
    """Read every file (of one outlet) and yield what is wrong with it: cut off, flipped, or not as indexed."""
    fs, root = fsspec.core.url_to_fs(archive)
    for file in archive_files(fs, root, outlet, None, None, with_pruned=True):
        if fs.exists(f"{root}/{file}"):
            yield from _verify_file(fs, root, file)
        elif not (rows := rows_of(fs, root, file)) or not all(row.is_pruned for row in rows):
            yield Fault(file=file, offset=0, reason="the file is missing and was not pruned")


def _verify_file(fs: Any, root: str, file: str) -> Iterator[Fault]:
    rows: list[IndexRow] = []
    whole, closed = 0, False
    with fs.open(f"{root}/{file}", "rb") as raw:
        stream = _Hashing(raw)
        try:
            for end, entry in scan(stream, file):  # type: ignore[arg-type]
                if closed:
                    yield Fault(file=file, offset=whole, reason="records follow the closing record")
                    return
                whole = end
                if isinstance(entry, IndexRow):
                    rows.append(entry)
                    continue
                closed = True
                if entry.pages != len(rows):
                    yield Fault(
                        file=file, offset=whole, reason=f"{len(rows)} pages, the closing record says {entry.pages}"
                    )
                    return
        except (ArchiveError, KeyError, ValueError) as error:
            yield Fault(file=file, offset=whole, reason=f"damaged after {len(rows)} whole pages: {error}")
            return
    if not closed:
        yield Fault(file=file, offset=whole, reason=f"cut off after {len(rows)} whole pages")
        return
    try:
        lines = fs.cat_file(f"{root}/{index_name(file)}").splitlines()
        head = orjson.loads(lines[0])
        indexed = [IndexRow.from_json(line) for line in lines[1:]]
    except FileNotFoundError:
        yield Fault(file=file, offset=0, reason="its index is missing (the file itself is whole)")
        return
    except (ValueError, TypeError, KeyError, IndexError) as error:
        yield Fault(file=file, offset=0, reason=f"its index is unreadable ({error})")
        return
    if (head.get("bytes"), head.get("sha256")) != (stream.size, stream.digest.hexdigest()):
        yield Fault(file=file, offset=0, reason="the file is not the one that was indexed")
    elif [row for row in indexed if not row.is_pruned] != rows:
        yield Fault(file=file, offset=0, reason="its index does not match what it holds")
