"""The warehouse's tables as Parquet, CSV or JSON Lines: whole, or what changed since a time.

An export is a folder: a file for each table, its rows in the order of their keys, and manifest.json. It is read in one
snapshot and named when whole. Nothing of the clock or the machine is in it: equal warehouses give equal bytes.

An export of changes holds, for each table whose changes are followed, the rows that were written since the time and, in
a second file, the keys of rows that are gone. Whoever deletes those keys from an earlier export and then puts each row
in the place of the one with its key has the export of now. Some rows may be as they were; none that changed is missing.
A table whose changes are not followed (those that are filled anew as a whole) is given whole, to be replaced.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg import Connection, sql
from sqlalchemy import Engine
from sqlalchemy import Table as SchemaTable
from sqlalchemy.exc import OperationalError

import db.schema_entities
import db.schema_records  # noqa: F401  (with the entities, all tables of the metadata)
from db import formats
from db.engine import revision_fault, unreachable
from db.formats import DIALECT, Column, Format, columns_of
from db.schema import Table

# Derived from article_texts, and of use to the load and the search alone.
LEFT_OUT = frozenset({"article_sketches", "article_words"})
ROWS_A_FETCH = 5_000
MANIFEST = "manifest.json"

_POINT = """
select max(below) filter (where settled_at <= %(since)s) as below, min(settled_at) as earliest,
       now() < %(since)s as is_ahead, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as following
from tracking.settled where origin = tracking.origin()
"""
# Transaction numbers of rows are kept in 32 bits and compared within half of them.
_FARTHEST = 2**31


class ExportError(Exception):
    """The export cannot be made; the message is one clear line for the operator."""


class UnknownTables(ExportError):
    """Tables were asked for that are not there; the message names them and those that are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written. `as_of` is the time to give as `since` next; None where nothing was ever loaded.

    `unfit` names the values that the format cannot hold, which are null in the files.
    """

    rows: dict[str, int]
    withdrawn: dict[str, int]
    as_of: datetime | None
    unfit: tuple[str, ...]


def table_names() -> list[str]:
    """The tables that are exported, in alphabetical order."""
    return sorted(Table.metadata.tables.keys() - LEFT_OUT)


def export(
    engine: Engine,
    folder: Path,
    *,
    format: Format = "parquet",
    since: datetime | None = None,
    tables: Collection[str] = (),
) -> Exported:
    """Write the warehouse (`tables` alone where given) into `folder`, which must be new or empty.

    With `since` (aware), what changed since then. Raises UnknownTables, and ExportError where the folder is in use or
    cannot be written, the schema is another, changes are not known since that time, or the server does not answer;
    what was written until then is removed.
    """
    if unknown := sorted(set(tables) - set(table_names())):
        named = ", ".join(map(repr, unknown))
        raise UnknownTables(f"no such table: {named}; there are {', '.join(table_names())}")
    chosen = [Table.metadata.tables[name] for name in table_names() if not tables or name in tables]
    try:
        with _aside(folder) as part, _snapshot(engine) as connection:
            return _Export(connection, part, format, since).write(chosen)
    except (OperationalError, psycopg.OperationalError) as error:
        raise ExportError(unreachable(error)) from error
    except OSError as error:
        raise ExportError(f"{folder}: {error.strerror or error}") from error


class _Export:
    def __init__(self, connection: Connection[Any], part: Path, format: Format, since: datetime | None) -> None:
        self.connection, self.part, self.format, self.since = connection, part, format, since
        self.unfit: list[str] = []

    def write(self, tables: Sequence[SchemaTable]) -> Exported:
        followed = {
            name
            for (name,) in self.connection.execute(
                "select relname from pg_trigger join pg_class c on c.oid = tgrelid where tgname = 'withdrawn' "
                "and relnamespace = 'public'::regnamespace"
            )
        }
        age = self._age()
        told = {str(table.name): self._table(table, age if table.name in followed else None) for table in tables}
        as_of = _one(self.connection, "select max(settled_at) from tracking.settled")
        manifest = {
            "kind": "changes" if self.since else "whole",
            "since": self.since,
            "as_of": as_of,
            "format": self.format,
            "revision": _one(self.connection, "select version_num from alembic_version"),
            "tables": told,
            "unfit": self.unfit,
        }
        (self.part / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
        return Exported(
            rows={name: one["rows"] for name, one in told.items()},
            withdrawn={name: one["withdrawn"]["rows"] for name, one in told.items() if "withdrawn" in one},
            as_of=as_of,
            unfit=tuple(self.unfit),
        )

    def _age(self) -> int | None:
        """How many transactions ago the earliest may have begun whose rows changed since; None without `since`."""
        if self.since is None:
            return None
        point = self.connection.execute(_POINT, {"since": self.since}).fetchone()
        assert point is not None
        below, earliest, is_ahead, following = point
        if is_ahead:
            raise ExportError(f"{self.since.isoformat()} is yet to come")
        if below is None:
            known = f"they are known since {earliest.isoformat()}" if earliest else "nothing was loaded into it yet"
            raise ExportError(
                f"what changed since {self.since.isoformat()} is not known to this warehouse: {known}; export it whole"
            )
        # The numbers below 3 are no transactions.
        below = below - 3 if below % 2**32 < 3 else below
        if following - below >= _FARTHEST:
            raise ExportError(f"{self.since.isoformat()} is too many transactions ago; export it whole")
        age = _one(self.connection, "select age((%s::bigint %% 4294967296)::text::xid)", below)
        assert isinstance(age, int)
        return age

    def _table(self, table: SchemaTable, age: int | None) -> dict[str, Any]:
        """Write a table, with `age` only the rows written since and the keys gone; what the manifest says of it."""
        columns, key = columns_of(table), [column for column in columns_of(table) if column.is_key]
        query = sql.SQL("select {} from {} t {} order by {}").format(
            sql.SQL(", ").join(_selected(column) for column in columns),
            sql.Identifier(table.name),
            sql.SQL("where age(t.xmin) <= {}").format(age) if age is not None else sql.SQL(""),
            sql.SQL(", ").join(_ordered(column) for column in key),
        )
        told: dict[str, Any] = {
            "key": [column.name for column in key],
            "columns": {column.name: column.type for column in columns},
            "holds": "changes" if age is not None else "all",
            **self._file(table.name, columns, query),
        }
        if age is not None:
            told["withdrawn"] = self._file(f"{table.name}.withdrawn", key, _gone(table, key, age))
        return told

    def _file(self, name: str, columns: Sequence[Column], query: sql.Composed) -> dict[str, Any]:
        path = self.part / f"{name}.{self.format}"
        rows = formats.FORMATS[self.format](path, columns, self._fetched(query), self._report(name))
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return {"file": path.name, "rows": rows, "bytes": path.stat().st_size, "sha256": digest}

    def _report(self, name: str) -> Any:
        return lambda where: self.unfit.append(f"{name}: {where}")

    def _fetched(self, query: sql.Composed) -> Iterator[list[tuple[Any, ...]]]:
        with self.connection.cursor(name="export") as cursor:
            cursor.execute(query)
            while rows := cursor.fetchmany(ROWS_A_FETCH):
                yield rows


def _one(connection: Connection[Any], query: str, *values: object) -> Any:
    row = connection.execute(query.encode(), values or None).fetchone()
    return row[0] if row else None


def _selected(column: Column) -> sql.Composable:
    name = sql.SQL("t.{}").format(sql.Identifier(column.name))
    return sql.SQL("{}::text").format(name) if column.is_json else name


def _ordered(column: Column) -> sql.Composable:
    """Text in the order of its code points, whatever the database sorts by."""
    name = sql.SQL("t.{}").format(sql.Identifier(column.name))
    return sql.SQL('{} collate "C"').format(name) if column.is_text else name


def _gone(table: SchemaTable, key: Sequence[Column], age: int) -> sql.Composed:
    """The keys that were deleted since and are not there again."""
    kinds = [table.columns[column.name].type.compile(DIALECT) for column in key]
    values = [
        sql.SQL("(w.key ->> {})::{} as {}").format(place, sql.SQL(kind), sql.Identifier(column.name))
        for place, (column, kind) in enumerate(zip(key, kinds, strict=True))
    ]
    names = [sql.Identifier(column.name) for column in key]
    same = sql.SQL(" and ").join(sql.SQL("o.{} = t.{}").format(name, name) for name in names)
    return sql.SQL(
        "select * from (select {} from tracking.withdrawn w where relation = {} and age(w.xmin) <= {}) t "
        "where not exists (select from {} o where {}) order by {}"
    ).format(
        sql.SQL(", ").join(values),
        sql.Literal(table.name),
        age,
        sql.Identifier(table.name),
        same,
        sql.SQL(", ").join(_ordered(column) for column in key),
    )


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection[Any]]:
    """A connection that sees one moment, of a warehouse whose schema is this version's."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        with connection.begin():
            if (fault := revision_fault(connection)) is not None:
                raise ExportError(fault)
            driver = connection.connection.driver_connection
            assert isinstance(driver, Connection)
            # All rows are wanted, so the plan that gives the first ones soonest is not.
            driver.execute("set local cursor_tuple_fraction = 1.0")
            yield driver


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder beside `folder` that gets its name when all went well and goes when not."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(f"{folder} is there already and not empty")
    part = folder.with_name(folder.name + ".part")
    part.mkdir(parents=True, exist_ok=True)
    lock = os.open(part, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExportError(f"another process is exporting to {folder}") from None
        for left in part.iterdir():
            left.unlink()
        try:
            yield part
            os.fsync(lock)
            os.rename(part, folder)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
    finally:
        os.close(lock)
