"""Files of JSON lines, plain, gzipped or standard input, read one bounded line at a time."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

MAX_LINE_BYTES = 16 << 20  # a thousand times a long article
CHUNK_BYTES = 1 << 20


class FileFault(ValueError):
    """A file that cannot be read on: it is missing, unreadable or cut short. The text names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line that is not blank: its number from 1, and its bytes, None where it is longer than MAX_LINE_BYTES."""

    number: int
    content: bytes | None


@contextmanager
def open_lines(path: str) -> Iterator[tuple[Iterator[Line], Callable[[], int], int]]:
    """The lines of a file, a function that says how many of its bytes were read so far, and its size in bytes.

    `-` is standard input, of size 0. A name that ends in .gz is gzipped. Raises FileFault where the file cannot be
    opened; while the lines are read, where it is cut short or is not what its name says.
    """
    try:
        raw: IO[bytes] = sys.stdin.buffer if path == "-" else open(path, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise FileFault(f"{path}: {error.strerror}") from error
    with raw:
        try:
            size = 0 if path == "-" else Path(path).stat().st_size
            stream = gzip.GzipFile(fileobj=raw) if path.endswith(".gz") else raw
            position = (lambda: 0) if path == "-" else raw.tell
            yield _lines(stream), position, size
        except (EOFError, zlib.error, gzip.BadGzipFile, OSError) as error:
            raise FileFault(f"{path}: {error}") from error


def _lines(stream: IO[bytes] | gzip.GzipFile) -> Iterator[Line]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES):
        number += 1
        if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(CHUNK_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield Line(number=number, content=None)
        elif line.strip():
            yield Line(number=number, content=line)


def decode(line: Line) -> Any:
    """What the line holds as JSON. Raises ValueError saying why it is none."""
    if line.content is None:
        raise ValueError(f"longer than {MAX_LINE_BYTES >> 20} MB")
    try:
        return orjson.loads(line.content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from error
