"""Rows into tables: COPY, and COPY of what a table does not hold yet.

What a batch adds is written out as COPY reads it before the server is asked for anything (`copied`), so that the
server never waits for Python in the middle of a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Cursor, sql

from db.copying import BINARY_END, BINARY_HEAD, CSV, lines, sketch_records, text_record, words_records
from db.record_rows import PARTICIPANT_COLUMNS, RECORD_TABLES, TABLES, Row, record_columns
from db.rows import SKETCH_COLUMNS, TEXT_COLUMNS, WORDS_COLUMNS, Prepared, Version

BINARY = {"article_texts": TEXT_COLUMNS, "article_sketches": SKETCH_COLUMNS, "article_words": WORDS_COLUMNS}
RECORDS = dict(zip(TABLES, (*map(record_columns, RECORD_TABLES), PARTICIPANT_COLUMNS), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """A batch as COPY reads it: `staged` by table, and, by table, what each version adds if it is new."""

    staged: dict[str, bytes]
    versions: dict[str, dict[int, bytes]]


def copied(prepared: Prepared, batch: str, rules: str) -> Copied:
    """The rows of `prepared`, to be loaded as `batch` with the records of `rules`."""
    made = prepared.versions.values()
    sketches = sketch_records([(one.period, one.day, one.version_id, one.derived.sketch) for one in made])
    words = words_records([(one.version_id, one.published_at, one.derived.keys) for one in made])
    versions = {
        "article_texts": {key: text_record(key, one.text_row()[1:]) for key, one in prepared.versions.items()},
        "article_sketches": dict(zip(prepared.versions, sketches, strict=True)),
        "article_words": dict(zip(prepared.versions, words, strict=True)),
        **{table: {key: one.records.tables[table] for key, one in prepared.versions.items()} for table in RECORDS},
    }
    staged = {
        "articles": lines(prepared.articles.values()),
        "article_versions": lines([version.row(rules, batch) for version in made]),
        "sightings": lines(prepared.sightings.values()),
    }
    return Copied(staged=staged, versions=versions)


def put_new(cursor: Cursor[Any], table: str, columns: Sequence[str], rows: Iterable[Row] | bytes) -> set[int]:
    """Add the rows, given or as COPY reads them, whose key, the first column, is not in `table` yet; give back the keys
    that were added. Until the transaction ends `stage_<table>` has all the rows.

    That table stays in the session, empty: made for each batch it would be some 40 rows of the catalog each time.
    """
    block = rows if isinstance(rows, bytes) else lines(rows)
    if not block:
        return set()
    stage = sql.Identifier(f"stage_{table}")
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    target, key = sql.Identifier(table), sql.Identifier(columns[0])
    cursor.execute(
        sql.SQL(
            "create temporary table if not exists {} on commit delete rows as select {} from {} with no data"
        ).format(stage, names, target)
    )
    _copy(cursor, f"stage_{table}", columns, block)
    cursor.execute(
        sql.SQL("insert into {} ({}) select {} from {} order by {} on conflict do nothing returning {}").format(
            target, names, names, stage, key, key
        )
    )
    return {key for (key,) in cursor}


def copy_rows(cursor: Cursor[Any], table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Add rows to a table by COPY. Raises psycopg's UniqueViolation where a key is there already."""
    _copy(cursor, table, columns, lines(rows))


def write_texts(cursor: Cursor[Any], made: Copied, fresh: Sequence[Version]) -> None:
    """Write the texts of `fresh` and what is derived from them."""
    for table, columns in BINARY.items():
        blocks = made.versions[table]
        told = b"".join((BINARY_HEAD, *(blocks[version.version_id] for version in fresh), BINARY_END))
        _copy(cursor, table, columns, told, "(format binary)")


def write_records(cursor: Cursor[Any], made: Copied, fresh: Sequence[Version]) -> None:
    """Write the records of `fresh`, texts that are new, and the participants of their meetings."""
    for table, columns in RECORDS.items():
        blocks = made.versions[table]
        if told := b"".join(blocks[version.version_id] for version in fresh):
            _copy(cursor, table, columns, told)


def _copy(cursor: Cursor[Any], table: str, columns: Sequence[str], block: bytes, options: str = CSV) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("copy {} ({}) from stdin " + options).format(sql.Identifier(table), names)
    with cursor.copy(statement) as copy:
        copy.write(block)
