"""Rows as PostgreSQL's COPY reads them, made ahead of the connection so that the server need not wait for them.

The driver's `write_row` does the same a field at a time, on the way to the server. Measured in docs/decisions.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import accumulate, chain, pairwise
from struct import Struct
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

# How COPY is told to read `lines`.
CSV = r"(format csv, null 'null', escape '\')"
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

# The escape itself, not the six characters «\\u0000» of a text, whose backslash is escaped in turn.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
# How values that JSON does not have are written.
_TOLD: dict[type, Callable[[Any], str]] = {
    **dict.fromkeys((Decimal, date, datetime), str),
    bytes: lambda content: f"\\x{content.hex()}",
}
_CONTROL = re.compile(rb"(?<!\\)((?:\\\\)*)\\(?:([bfnrt])|u([0-9a-f]{4}))")
_ESCAPED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}


class Unstorable(ValueError):
    """What PostgreSQL cannot hold; `field` and the message say what and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def dumped(content: Sequence[Any] | None, field: str = "body") -> bytes:
    """`content` as JSON. Raises Unstorable where it holds what no column of text can: half a surrogate pair or NUL."""
    try:
        told = orjson.dumps(content, default=_told, option=orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError as error:
        if error.__cause__ is not None:
            raise error.__cause__ from None
        raise Unstorable(field, "holds half of a surrogate pair, which is not text") from error
    if b"\\u0000" in told and _NUL.search(told):
        raise Unstorable(field, "holds the character NUL, which PostgreSQL cannot store")
    return told


def lines(rows: Iterable[Sequence[Any]], told: bytes | None = None) -> bytes:
    """`rows` of text, numbers, days, aware moments, bytes and lists of text as COPY reads them told CSV.

    A row in JSON without its brackets is such a line already, but for lists and the escapes of control characters.
    `told` is all of `rows` as `dumped` gives them, where that was needed anyway.

    >>> lines([(1, None, 'say "a"', ["c"])])
    b'1,null,"say \\"a\\"","{\\"c\\"}"\n'
    """
    rows = list(rows)
    if not rows:
        return b""
    if told is None or told.count(b"[") > 1 + len(rows):
        rows = [[_listed(value) if type(value) is list else value for value in row] for row in rows]
        told = dumped(rows)
    apart = told[2:-2].split(b"],[")
    if len(apart) != len(rows):  # a text holds what stands between rows
        apart = [dumped(row)[1:-1] for row in rows]
    told = b"\n".join((*apart, b""))
    if b"\\" in told and b"\\" in told.replace(b"\\\\", b"").replace(b'\\"', b""):
        told = _CONTROL.sub(_unescaped, told)
    return told


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


def sketch_records(sketches: Sequence[tuple[int, int, int, Sequence[int]]]) -> list[bytes]:
    """For each period, day, version and its fingerprints, a row of SKETCH_COLUMNS for each of these, in binary."""
    if not sketches:
        return []
    sizes = [len(fingerprints) for _, _, _, fingerprints in sketches]
    rows = np.empty(sum(sizes), _SKETCHED)
    rows["fields"] = 4
    periods, days, versions, fingerprints = zip(*sketches, strict=True)
    rows["period_size"], rows["period"] = 2, np.repeat(periods, sizes)
    rows["fingerprint_size"], rows["fingerprint"] = 8, list(chain.from_iterable(fingerprints))
    rows["day_size"], rows["day"] = 4, np.repeat(days, sizes)
    rows["version_size"], rows["version"] = 8, np.repeat(versions, sizes)
    return _cut(rows, sizes)


def words_records(words: Sequence[tuple[int, datetime | None, NDArray[np.int32]]]) -> list[bytes]:
    """For each version, time and keys a row of WORDS_COLUMNS in binary."""
    if not words:
        return []
    sizes = [len(keys) for _, _, keys in words]
    numbers = np.empty(sum(sizes), _NUMBERED)
    numbers["size"], numbers["number"] = 4, np.concatenate([keys for _, _, keys in words])
    records = []
    for (version_id, published_at, keys), told in zip(words, _cut(numbers, sizes), strict=True):
        moment = _NULL if published_at is None else _MOMENT.pack(8, _microseconds(published_at))
        # The array's dimensions, whether it holds nulls, what it is of, the length and first index of its dimension.
        array = _ARRAY.pack(20 + len(told), 1, 0, _INTEGER_OID, len(keys), 1)
        records.append(b"".join((_KEYED.pack(3, 8, version_id), moment, array, told)))
    return records


def _cut(rows: NDArray[Any], sizes: Iterable[int]) -> list[bytes]:
    """The bytes of the first so many rows, of the next, and so on."""
    told, width = rows.tobytes(), rows.dtype.itemsize
    ends = [0, *accumulate(width * size for size in sizes)]
    return [told[begin:end] for begin, end in pairwise(ends)]


def _told(value: object) -> str:
    if (told := _TOLD.get(type(value))) is None:
        raise TypeError(f"no column takes a {type(value).__name__}")
    return told(value)


def _unescaped(escape: re.Match[bytes]) -> bytes:
    before, letter, code = escape.groups()
    return before + (_ESCAPED[letter] if letter else bytes((int(code, 16),)))


def _listed(texts: Sequence[str]) -> str:
    quoted = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


def _microseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
