"""Rows as PostgreSQL's COPY reads them, made ahead of the connection so that the server need not wait for them.

The driver's `write_row` does the same a field at a time, on the way to the server: a fifth of the time of a load.
Measured in docs/decisions.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from struct import Struct
from types import NoneType
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Around the rows of COPY's binary format, which has for each the number of fields, and for each field its length and
# its value, highest byte first (PostgreSQL's documentation of COPY, "Binary Format").
BINARY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
BINARY_END = b"\xff\xff"

_NULL = b"\xff\xff\xff\xff"
_INTEGER_OID = 23
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_KEYED = Struct(">hiq")
_LENGTH = Struct(">i")
_MOMENT = Struct(">iq")
_ARRAY = Struct(">iiiiii")
_SKETCHED = np.dtype(
    [
        *(("fields", ">i2"), ("period_size", ">i4"), ("period", ">i2"), ("fingerprint_size", ">i4")),
        *(("fingerprint", ">i8"), ("day_size", ">i4"), ("day", ">i4"), ("version_size", ">i4"), ("version", ">i8")),
    ]
)
_NUMBERED = np.dtype([("size", ">i4"), ("number", ">i4")])


def lines(rows: Iterable[Sequence[Any]]) -> bytes:
    """`rows` of text, numbers, days, aware moments, bytes and lists of text in COPY's text format.

    No text may hold NUL, which PostgreSQL cannot store: it marks here what is no text until all texts are escaped.

    >>> lines([(1, None, "a\\tb", ["c"])])
    b'1\\t\\\\N\\ta\\\\tb\\t{"c"}\\n'
    """
    told = "".join(
        [
            "\0t".join(
                [
                    # Most values are text or missing, which saves them a call.
                    value if type(value) is str else "\0N" if value is None else _FIELDS[type(value)](value)
                    for value in row
                ]
            )
            + "\0n"
            for row in rows
        ]
    )
    for character, escaped in _ESCAPED:
        told = told.replace(character, escaped)
    return told.encode()


def text_record(version_id: int, texts: Sequence[str | None]) -> bytes:
    """A row of a version and its `texts` in binary."""
    parts = [_KEYED.pack(1 + len(texts), 8, version_id)]
    for text in texts:
        if text is None:
            parts.append(_NULL)
        else:
            encoded = text.encode()
            parts += (_LENGTH.pack(len(encoded)), encoded)
    return b"".join(parts)


def sketch_records(period: int, fingerprints: Sequence[int], day: int, version_id: int) -> bytes:
    """A row of SKETCH_COLUMNS for each of `fingerprints`, in binary."""
    rows = np.empty(len(fingerprints), _SKETCHED)
    rows["fields"] = 4
    rows["period_size"], rows["period"] = 2, period
    rows["fingerprint_size"], rows["fingerprint"] = 8, fingerprints
    rows["day_size"], rows["day"] = 4, day
    rows["version_size"], rows["version"] = 8, version_id
    return rows.tobytes()


def words_record(version_id: int, published_at: datetime | None, keys: NDArray[np.int32]) -> bytes:
    """A row of WORDS_COLUMNS in binary."""
    numbers = np.empty(len(keys), _NUMBERED)
    numbers["size"], numbers["number"] = 4, keys
    moment = _NULL if published_at is None else _MOMENT.pack(8, _microseconds(published_at))
    # The array's dimensions, whether it holds nulls, what it is of, and the length and first index of its dimension.
    array = _ARRAY.pack(20 + numbers.nbytes, 1, 0, _INTEGER_OID, len(keys), 1)
    return b"".join((_KEYED.pack(3, 8, version_id), moment, array, numbers.tobytes()))


def _microseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _listed(texts: Sequence[str]) -> str:
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


class _Fields(dict[type, Callable[[Any], str]]):
    """How a value of each type is written; one of a subtype, as lxml has of text, as its type."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        written = next((self[above] for above in kind.__mro__ if above in self), None)
        if written is None:
            raise TypeError(f"no column takes a {kind.__name__}")
        self[kind] = written
        return written


_FIELDS = _Fields(
    {
        str: lambda text: text,
        NoneType: lambda none: "\0N",
        int: str,
        bool: lambda truth: "t" if truth else "f",
        Decimal: str,
        date: str,
        datetime: str,
        bytes: lambda content: f"\\x{content.hex()}",
        list: _listed,
    }
)
_ESCAPED = (
    *(("\\", "\\\\"), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")),
    *(("\0t", "\t"), ("\0n", "\n"), ("\0N", "\\N")),
)
