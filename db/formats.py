"""Rows as files: the columns of a table with their types, and a writer for each format of an export.

A number that Parquet cannot hold is written as null and reported; nothing else is lost with it. Rows come in lists and
are written as they come, so that memory stays flat however large the table is.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, Literal

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import BigInteger, Boolean, Date, DateTime, Float, Integer, Numeric, SmallInteger, Text
from sqlalchemy import Table as SchemaTable
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB

type Format = Literal["parquet", "csv", "jsonl"]
type Rows = Iterable[Sequence[tuple[Any, ...]]]
type Report = Callable[[str], None]

# The widest decimal that every reader of Parquet knows has 38 digits; quantities of the news need fewer after the
# point than before it.
DECIMAL_DIGITS, DECIMAL_PLACES = 38, 10
_LEAST, _WIDE = Decimal(1).scaleb(-DECIMAL_PLACES), Context(prec=200)
# A row group is what a reader must hold at once.
GROUP_ROWS = 100_000
GROUP_BYTES = 32 * 1024 * 1024

DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]

# What a spreadsheet takes a cell for a formula by (OWASP, CSV injection), and the mark itself, so that taking one
# leading mark away gives every text back.
_MARK = "'"
_MARKED = ("=", "+", "-", "@", "\t", "\r", "\n", _MARK)

_ARROW: tuple[tuple[type, pa.DataType], ...] = (
    (SmallInteger, pa.int16()),
    (BigInteger, pa.int64()),
    (Integer, pa.int32()),
    (Boolean, pa.bool_()),
    (DateTime, pa.timestamp("us", tz="UTC")),
    (Date, pa.date32()),
    (Float, pa.float32()),
    (Numeric, pa.decimal128(DECIMAL_DIGITS, DECIMAL_PLACES)),
    (ARRAY, pa.list_(pa.string())),
    (BYTEA, pa.binary()),
    (JSONB, pa.string()),
    (Text, pa.string()),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of an export: `type` is PostgreSQL's name of its type, `arrow` what it is in Parquet."""

    name: str
    type: str
    arrow: pa.DataType
    is_key: bool
    is_null: bool
    is_text: bool
    is_json: bool


def columns_of(table: SchemaTable) -> list[Column]:
    """The columns of a table that are exported: those whose type the formats can hold."""
    return [
        Column(
            name=str(column.name),  # orjson wants no subclass for a name
            type=column.type.compile(DIALECT).lower().replace(" with time zone", "tz"),
            arrow=arrow,
            is_key=column.primary_key,
            is_null=bool(column.nullable) or isinstance(column.type, Numeric),
            is_text=isinstance(column.type, Text),
            is_json=isinstance(column.type, JSONB),
        )
        for column in table.columns
        for arrow in [next((arrow for kind, arrow in _ARROW if isinstance(column.type, kind)), None)]
        if arrow is not None
    ]


def write_parquet(path: Path, columns: Sequence[Column], fetched: Rows, report: Report) -> int:
    """Write rows as Parquet, zstd-compressed and typed; the number of rows.

    Decimals are rounded to ten places (a third is 0.3333333333); one of more than 28 digits before the point is null
    and reported. The other formats have all the digits.
    """
    schema = pa.schema([pa.field(column.name, column.arrow, nullable=column.is_null) for column in columns])
    count = 0
    waiting: list[pa.RecordBatch] = []
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in fetched:
            arrays = [
                _array(values, column, columns, rows, report)
                for column, values in zip(columns, zip(*rows, strict=True), strict=True)
            ]
            waiting.append(pa.record_batch(arrays, schema=schema))
            count += len(rows)
            if sum(one.num_rows for one in waiting) >= GROUP_ROWS or sum(one.nbytes for one in waiting) >= GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting = []
        if waiting or not count:
            writer.write_table(pa.Table.from_batches(waiting, schema=schema))
    return count


def write_csv(path: Path, columns: Sequence[Column], fetched: Rows, report: Report) -> int:
    """Write rows as CSV (RFC 4180, UTF-8, names in the first line); the number of rows.

    Null is nothing between commas, an empty text is "". Lists are JSON, bytes are hexadecimal after \\x. A text that a
    spreadsheet would run as a formula has ' put before it.
    """
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow([column.name for column in columns])
        writer = csv.writer(file, quoting=csv.QUOTE_STRINGS)
        for rows in fetched:
            writer.writerows([tuple(map(_cell, row)) for row in rows])
            count += len(rows)
    return count


def write_jsonl(path: Path, columns: Sequence[Column], fetched: Rows, report: Report) -> int:
    """Write rows as JSON Lines, an object each; the number of rows. Decimals are numbers with all their digits."""
    names = [column.name for column in columns]
    nested = [place for place, column in enumerate(columns) if column.is_json]
    count = 0
    with path.open("wb") as file:
        for rows in fetched:
            for row in rows:
                values = dict(zip(names, row, strict=True))
                for place in nested:
                    if row[place] is not None:
                        values[names[place]] = orjson.Fragment(row[place])
                file.write(orjson.dumps(values, default=_json, option=orjson.OPT_APPEND_NEWLINE))
            count += len(rows)
    return count


FORMATS: dict[Format, Callable[[Path, Sequence[Column], Rows, Report], int]] = {
    "parquet": write_parquet,
    "csv": write_csv,
    "jsonl": write_jsonl,
}


def _array(
    values: Sequence[Any],
    column: Column,
    columns: Sequence[Column],
    rows: Sequence[tuple[Any, ...]],
    report: Report,
) -> pa.Array:
    try:
        return pa.array(values, column.arrow)
    except pa.ArrowInvalid:
        kept = []
        for value, row in zip(values, rows, strict=True):
            if isinstance(value, Decimal):
                value = _WIDE.quantize(value, _LEAST)
                if value.adjusted() >= DECIMAL_DIGITS - DECIMAL_PLACES:
                    key = ", ".join(f"{one.name} {part}" for one, part in zip(columns, row, strict=True) if one.is_key)
                    report(f"{column.name} of {key} is {value:.6g}, which has too many digits for Parquet")
                    value = None
            kept.append(value)
        return pa.array(kept, column.arrow)


@dataclass(frozen=True, slots=True)
class _Bare:
    """A cell that is written without quotes."""

    text: str

    def __str__(self) -> str:
        return self.text


def _cell(value: object) -> object:
    match value:
        case str():
            return _MARK + value if value.startswith(_MARKED) else value
        case bool():
            return _Bare("true" if value else "false")
        case bytes():
            return f"\\x{value.hex()}"
        case list():
            return orjson.dumps(value).decode()
        case datetime() | date():
            return _Bare(value.isoformat())
        case Decimal():
            return _Bare(f"{value:f}")
        case _:
            return value


def _json(value: object) -> object:
    match value:
        case Decimal():
            return orjson.Fragment(f"{value:f}")
        case bytes():
            return f"\\x{value.hex()}"
        case _:
            raise TypeError(type(value).__name__)
