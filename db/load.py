"""Articles with their records into the warehouse: one transaction per batch, COPY, set-based merge, done-mark.

Whatever happens in the middle, the warehouse holds a batch whole, with its done-mark, or nothing of it; loading it
again then gives what one undisturbed load would have given. Several loaders may work at once: those that crawl one
outlet's day, or import one outlet, wait for each other, and all wait for each other where stories are found.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
from psycopg import Cursor, sql
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from db import stories
from db.decisions import count, decide
from db.identity import hash64
from db.record_rows import KIND_TABLES, Row
from db.reextraction import reextract
from db.rows import (
    ARTICLE_COLUMNS,
    FOOTER_COLUMNS,
    PAGE_COLUMNS,
    REJECTED_COLUMNS,
    VERSION_COLUMNS,
    Incoming,
    PageRef,
    Prepared,
    TakenBack,
    prepare,
    rejected_row,
)
from db.sightings import restate, see
from db.tally import COUNTERS, Counts, Tally
from db.writing import Copied, copied, copy_rows, put_new, write_records, write_texts
from parsing.records import Rejected

__all__ = ["STEPS", "Incoming", "PageRef", "TakenBack", "Tally", "load", "load_all"]

# The points between which a load can be cut; tests kill it at each.
STEPS = ("locked", "merged", "texts", "records", "reextracted", "linked", "joined", "marked", "committed")
# Waits before another try where the server went away or two loads blocked each other: 20 s, enough for a restart.
WAITS_SECONDS = (0.1, 0.3, 1.0, 2.0, 4.0, 6.0, 6.0)
SWITCH_SECONDS = 0.001  # a thread's turn while batches are loaded: 7 % more articles a second than with Python's 0.005


def load(
    engine: Engine,
    batch: Sequence[Incoming | Rejected | TakenBack],
    *,
    batch_key: str,
    crawl: tuple[str, date] | None = None,
    rules: str = "",
    marks_unchanged: bool = True,
    at_step: Callable[[str], None] = lambda step: None,
) -> Tally:
    """Load one batch, as `load_all` does, and say what became of each article."""
    batches = load_all(
        engine, [(batch_key, batch)], crawl=crawl, rules=rules, marks_unchanged=marks_unchanged, at_step=at_step
    )
    return dict(batches)[batch_key]


def load_all(
    engine: Engine,
    batches: Iterable[tuple[str, Sequence[Incoming | Rejected | TakenBack]]],
    *,
    crawl: tuple[str, date] | None = None,
    rules: str = "",
    marks_unchanged: bool = True,
    at_step: Callable[[str], None] = lambda step: None,
) -> Iterator[tuple[str, Tally]]:
    """Load each (batch key, batch) in one transaction, in order, and give back its key and what became of its articles.

    While the server takes a batch, `batches` is asked for the next and its rows are worked out: two are in memory.
    Nothing is loaded but what is asked for: iterate to the end. Safe to repeat and to run in parallel.

    A batch key names a batch for good: one already loaded changes nothing and gives the tally of that load. `crawl` is
    the outlet and day (Tehran) the batches were crawled for, None for an import. `rules` is the version of the
    extraction rules: a known text with other records gets these in their place, and the difference is written to
    record_changes. Without `marks_unchanged` a batch that adds and changes nothing leaves no done-mark either, so that
    no row at all is written. `at_step` is called at each of STEPS, in the thread that loads.

    A lost connection and a deadlock are tried again for 20 seconds; then psycopg's or SQLAlchemy's OperationalError is
    raised, and nothing of that batch or of those after it is in the warehouse. What `batches` raises is raised when the
    batches before are loaded. Raises ValueError for a key without or with more than 500 characters.
    """
    with _turns_of(SWITCH_SECONDS), ThreadPoolExecutor(1, thread_name_prefix="load") as beside:
        loading: tuple[str, Future[Tally]] | None = None
        for batch_key, batch in batches:
            if not 0 < len(batch_key) <= 500:
                raise ValueError("batch_key must have 1 to 500 characters")
            prepared = prepare(batch)
            made = copied(prepared, batch_key, rules)
            if loading is not None:
                yield loading[0], loading[1].result()
            how = (crawl, rules, marks_unchanged, at_step)
            loading = batch_key, beside.submit(_load, engine, prepared, made, batch_key, *how)
        if loading is not None:
            yield loading[0], loading[1].result()


@contextmanager
def _turns_of(seconds: float) -> Iterator[None]:
    """Let threads take turns this often: the one that talks to the server needs the interpreter a moment at a time, and
    would wait the whole turn of the one that makes rows."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(min(before, seconds))
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _load(
    engine: Engine,
    prepared: Prepared,
    made: Copied,
    batch_key: str,
    crawl: tuple[str, date] | None,
    rules: str,
    marks_unchanged: bool,
    at_step: Callable[[str], None],
) -> Tally:
    for wait in (*WAITS_SECONDS, None):
        try:
            tally = _transaction(engine, prepared, made, batch_key, crawl, rules, marks_unchanged, at_step)
        except (psycopg.OperationalError, OperationalError):
            if wait is None:
                raise
            time.sleep(wait)
        else:
            at_step("committed")
            return tally
    raise AssertionError("the last wait is None")


def _transaction(
    engine: Engine,
    prepared: Prepared,
    made: Copied,
    batch: str,
    crawl: tuple[str, date] | None,
    rules: str,
    marks_unchanged: bool,
    at_step: Callable[[str], None],
) -> Tally:
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        try:
            with driver.transaction() as transaction, driver.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(%s)", (hash64("batch", batch),))
                if (done := _done(cursor, batch)) is not None:
                    return done
                _lock(cursor, prepared, crawl)
                at_step("locked")
                before = [] if marks_unchanged else _written(cursor)
                tally = _merge(cursor, prepared, made, batch, crawl, rules, at_step)
                if not marks_unchanged and _written(cursor) == before:
                    raise psycopg.Rollback(transaction)
                at_step("marked")
            return tally
        finally:
            if driver.broken:
                connection.invalidate()


def _written(cursor: Cursor[Any]) -> list[Row]:
    """The rows that this session wrote to each table of ours but the done-marks.

    The server counts them for its statistics, in this transaction and, until it has told them to others, in those
    before, so that two counts of one transaction can be compared.
    """
    cursor.execute(
        "select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_xact_user_tables "
        "where schemaname = 'public' and relname not in ('batches', 'batch_tallies') order by relname"
    )
    return cursor.fetchall()


def _done(cursor: Cursor[Any], batch: str) -> Tally | None:
    cursor.execute("select 1 from batches where batch = %s", (batch,))
    if cursor.fetchone() is None:
        return None
    columns = sql.SQL(", ").join(
        sql.SQL("coalesce(sum({}), 0)::bigint").format(sql.Identifier(one)) for one in COUNTERS
    )
    cursor.execute(sql.SQL("select {} from batch_tallies where batch = %s").format(columns), (batch,))
    return Tally(**dict(zip(COUNTERS, cursor.fetchone() or (), strict=True)))


def _lock(cursor: Cursor[Any], prepared: Prepared, crawl: tuple[str, date] | None) -> None:
    """Wait for other loads of the same outlet and day; an import holds its outlets whole."""
    for outlet in prepared.outlets:
        if crawl is not None and crawl[0] == outlet:
            cursor.execute(
                "select pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(%s)",
                (hash64("outlet", outlet), hash64("crawl", outlet, crawl[1].isoformat())),
            )
        else:
            cursor.execute("select pg_advisory_xact_lock(%s)", (hash64("outlet", outlet),))


def _merge(
    cursor: Cursor[Any],
    prepared: Prepared,
    made: Copied,
    batch: str,
    crawl: tuple[str, date] | None,
    rules: str,
    at_step: Callable[[str], None],
) -> Tally:
    counts = Counts()
    outlets = sorted({*prepared.outlets, *([crawl[0]] if crawl else [])})
    cursor.execute("insert into outlets (outlet) select unnest(%s::text[]) on conflict do nothing", (outlets,))
    cursor.execute("insert into batches (batch, rules) values (%s, %s)", (batch, rules))
    put_new(cursor, "pages", PAGE_COLUMNS, prepared.pages.values())
    put_new(cursor, "footers", FOOTER_COLUMNS, prepared.footers.values())
    new_articles = put_new(cursor, "articles", ARTICLE_COLUMNS, made.staged["articles"])
    new_versions = put_new(cursor, "article_versions", VERSION_COLUMNS, made.staged["article_versions"])
    if len(new_articles) < len(prepared.articles):
        restate(cursor, prepared, new_articles)
    see(cursor, prepared, made)
    rejected = {row[0]: row for row in (rejected_row(one, batch) for one in prepared.rejected)}
    if taken_back := [key for key in prepared.taken_back if key not in rejected]:
        cursor.execute("delete from rejected_pages where rejected_id = any(%s)", (taken_back,))
    put_new(cursor, "rejected_pages", REJECTED_COLUMNS, rejected.values())
    at_step("merged")

    fresh = [version for key, version in prepared.versions.items() if key in new_versions]
    write_texts(cursor, made, fresh)
    at_step("texts")
    write_records(cursor, made, fresh)
    for version in fresh:
        records = version.incoming.records
        for table in KIND_TABLES:
            counts.add(version.outlet, table, len(getattr(records, table)))
    at_step("records")
    reextract(cursor, prepared, new_versions, batch, rules, counts)
    at_step("reextracted")

    links = stories.link(cursor, fresh)
    decisions = decide(cursor, prepared, new_articles, links)
    at_step("linked")
    if links:
        stories.join(cursor, links)
    at_step("joined")
    for one in links:
        counts.add(one.a.outlet if one.a.version_id in new_versions else one.b.outlet, "linked")
    count(prepared, new_articles, new_versions, decisions, counts)
    return _mark(cursor, batch, crawl, outlets, counts)


def _mark(
    cursor: Cursor[Any], batch: str, crawl: tuple[str, date] | None, outlets: Sequence[str], counts: Counts
) -> Tally:
    total = Tally()
    rows: list[Row] = []
    for outlet in outlets:
        tally = Tally(**counts.outlets.get(outlet, Counter()))
        total += tally
        day = crawl[1] if crawl is not None and crawl[0] == outlet else None
        rows.append((batch, outlet, day, *(getattr(tally, one) for one in COUNTERS)))
    copy_rows(cursor, "batch_tallies", ("batch", "outlet", "day_on", *COUNTERS), rows)
    return total
