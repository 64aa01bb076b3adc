"""Rows written out for COPY are read by PostgreSQL as the values they were."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import psycopg
import pytest
from sqlalchemy import Engine

from db.copying import (
    BINARY_END,
    BINARY_HEAD,
    CSV,
    Unstorable,
    dumped,
    lines,
    sketch_records,
    text_record,
    words_records,
)

TEHRAN = timezone(timedelta(hours=3, minutes=30))


def read(warehouse: Engine, columns: str, told: bytes, options: str = CSV) -> list[tuple[Any, ...]]:
    with warehouse.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        with driver.cursor() as cursor:
            cursor.execute(f"create temporary table read_back ({columns}) on commit drop")
            with cursor.copy(f"copy read_back from stdin {options}") as copy:
                copy.write(told)
            return cursor.execute("select * from read_back").fetchall()


class Spelled(str):
    """A subtype, as lxml gives its texts."""


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(
            ("text", value)
            for value in ("", "متن", "a\tb", "a\nb\r\n", "a\\b", "\\N", "\\t\\", "\\.", "0t0n", "NULL", "],[", "[")
        ),
        *(("text", value) for value in ("None", "🌾 و", "\x01\x1e", None)),
        *(("text[]", value) for value in ([], ["یک"], ["a,b", 'c"d', "e\\f", "", "null", "{}"], ["a\tb\nc", "\\N"])),
        *(("bigint", value) for value in (0, -(2**63), 2**63 - 1, None)),
        *(("boolean", value) for value in (True, False)),
        *(("numeric", Decimal(value)) for value in ("1.30", "-0.001", "1E+20", "123456789012345678901234567890.5")),
        *(("date", value) for value in (date(2025, 6, 1), date(1, 1, 1), date(9999, 12, 31))),
        ("timestamptz", datetime(2025, 6, 1, 3, 4, 5, 678901, TEHRAN)),
        ("timestamptz", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("bytea", bytes(range(256))),
    ],
)
def test_a_value_is_read_as_it_was(warehouse: Engine, kind: str, value: object) -> None:
    rows = [(1, value, "after"), (2, value, None)]
    columns = f"number int, value {kind}, note text"
    assert read(warehouse, columns, lines(rows)) == rows
    assert read(warehouse, columns, lines(rows, dumped(rows))) == rows


def test_a_subtype_is_written_as_its_type_and_what_no_column_takes_is_refused() -> None:
    assert lines([(Spelled("a\tb"),)]) == b'"a\tb"\n'
    with pytest.raises(TypeError, match="no column takes a object"):
        lines([(object(),)])


@pytest.mark.parametrize("bad", ["a\x00", "\\\x00", "\ud800"])
def test_what_no_column_of_text_holds_is_refused(bad: str) -> None:
    with pytest.raises(Unstorable) as refused:
        dumped((1, ["a", bad]), "records")
    assert refused.value.field == "records"
    assert dumped(("\\u0000",)) == b'["\\\\u0000"]'


def test_no_rows_are_no_bytes() -> None:
    assert lines([]) == b""


def test_texts_sketches_and_words_are_read_from_binary(warehouse: Engine) -> None:
    def binary(columns: str, rows: Iterable[bytes]) -> list[tuple[Any, ...]]:
        return read(warehouse, columns, b"".join((BINARY_HEAD, *rows, BINARY_END)), "(format binary)")

    texts = [(1, "عنوان\n\t\\", None), (-(2**63), "", "🌾")]
    assert binary("a bigint, b text, c text", [text_record(row[0], row[1:]) for row in texts]) == texts

    fingerprints = [-(2**63), 0, 2**63 - 1]
    sketches = sketch_records([(-1, -1, -5, fingerprints), (632, 20240, 1, []), (632, 20241, 2, [7])])
    assert [len(sketch) for sketch in sketches] == [3 * len(sketches[2]), 0, len(sketches[2])]
    assert binary("a smallint, b bigint, c int, d bigint", sketches) == [
        *((-1, fingerprint, -1, -5) for fingerprint in fingerprints),
        (632, 7, 20241, 2),
    ]

    keys = np.array([-(2**31), 0, 2**31 - 1], np.int32)
    moments = [None, datetime(2025, 6, 1, 3, 4, 5, 678901, TEHRAN), datetime(1, 1, 1, tzinfo=UTC)]
    words = words_records([(number, moment, keys[: number + 1]) for number, moment in enumerate(moments)])
    assert binary("a bigint, b timestamptz, c int[]", words) == [
        (number, moment, keys[: number + 1].tolist()) for number, moment in enumerate(moments)
    ]
    assert sketch_records([]) == words_records([]) == []
