"""Records to entities: which person, post and institution each official and organization record is about.

Only what changed is looked at: the names and institutions of texts whose records are not as they were when last
resolved, and of those each whole, over all current texts. What comes out is therefore a function of the records and the
judgements, whichever way the warehouse came to hold them. Ids of people are the exception: a person once found keeps
its id while anything is left of it.

Names go through in chunks, a transaction each: candidates (`db.mentions`, `db.posts`), matching (`db.people`), merging
(`db.person_rows`); institutions have `db.bodies`. What one finds the next reads from temporary tables. A text is marked
as resolved when all its names are; so a run that is cut off is simply run again. One run at a time: a second waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from typing import Any

import psycopg
from psycopg import Cursor, IsolationLevel, sql
from psycopg.rows import namedtuple_row
from sqlalchemy import Engine

from db import bodies, judgements, mentions, person_rows, places, posts
from db.identity import hash64
from db.people import Person, people

LOCK = hash64("resolution")
# Mentions of people read together: what bounds the memory, but for a name that alone has more.
MENTIONS_AT_ONCE = 20_000
TEXTS_AT_ONCE = 10_000
# A name met beside more posts than this is not compared pair by pair, which would take its square.
MOST_NODES = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a run did: texts new or changed, those gone, names looked at again; and what the warehouse holds."""

    texts: int = 0
    gone: int = 0
    names: int = 0
    persons: int = 0
    posts: int = 0
    bodies: int = 0
    tenures: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{getattr(self, one.name)} {one.name}" for one in fields(self))


def resolve(
    engine: Engine, *, rules: str = "", on_progress: Callable[[Resolved], None] = lambda done: None
) -> Resolved:
    """Resolve what changed since the last run and say how much that was. Running it again changes nothing.

    `rules` is the version of what reads and compares names: texts resolved by another are resolved again. Raises
    psycopg's or SQLAlchemy's OperationalError where the server goes away; what was done until then stays.
    """
    with _connection(engine) as connection:
        cursor = connection.cursor(row_factory=namedtuple_row)
        cursor.execute("select pg_advisory_lock(%s)", (LOCK,))
        try:
            with connection.transaction():
                places.load(cursor)
                mentions.find_changed(cursor, rules)
                posts.watch(cursor)
            done = Resolved(texts=_count(cursor, "changed"), gone=_count(cursor, "gone"))
            if done.texts or done.gone:
                bodies.resolve(connection, TEXTS_AT_ONCE)
                done = _resolve_people(connection, done, on_progress)
                with connection.transaction():
                    posts.sweep(cursor)
                    bodies.sweep(cursor)
                    _mark(cursor, rules)
            return replace(done, **_totals(cursor))
        finally:
            if not connection.broken:
                cursor.execute("select pg_advisory_unlock(%s)", (LOCK,))
                for table in ("changed", "gone", "touched", "touched_posts", "touched_bodies"):
                    cursor.execute(sql.SQL("drop table if exists pg_temp.{}").format(sql.Identifier(table)))


@contextmanager
def _connection(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    with engine.connect() as pooled:
        driver = pooled.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        driver.autocommit = True
        driver.isolation_level = IsolationLevel.REPEATABLE_READ
        try:
            yield driver
        finally:
            if driver.broken:
                pooled.invalidate()
            else:
                driver.isolation_level = None
                driver.autocommit = False


def _count(cursor: Cursor[Any], table: str) -> int:
    cursor.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table)))
    return sum(number for (number,) in cursor.fetchall())


def _resolve_people(
    connection: psycopg.Connection[Any], done: Resolved, on_progress: Callable[[Resolved], None]
) -> Resolved:
    cursor = connection.cursor(row_factory=namedtuple_row)
    verdicts = judgements.verdicts(cursor, "person")
    for names in mentions.chunks(cursor, verdicts.names_together(), MENTIONS_AT_ONCE):
        with connection.transaction():
            _resolve_names(cursor, names, verdicts)
        done = replace(done, names=done.names + len(names))
        on_progress(done)
    last: int | None = None
    while True:
        with connection.transaction():
            last = posts.resolve_unnamed(cursor, last, TEXTS_AT_ONCE)
        if last is None:
            return done


def _resolve_names(cursor: Cursor[Any], names: list[str], verdicts: judgements.Verdicts) -> None:
    """Decide anew, from all current texts, who the people of these names are, and write what changed."""
    mentions.stage(cursor, names)
    offices = posts.read(cursor)
    found: list[Person] = []
    for nodes in mentions.nodes(cursor, offices, verdicts.names_together()):
        # The most mentioned are compared; the rest of a name with more posts than that stay apart.
        nodes.sort(key=lambda node: (-node.mentions, node.key))
        same, different = verdicts.among(node.key for node in nodes)
        found += people(nodes[:MOST_NODES], same=same, different=different)
        found += [Person((node.key,), {node.key: "first"}) for node in nodes[MOST_NODES:]]
    person_rows.write(cursor, names, found)


def _mark(cursor: Cursor[Any], rules: str) -> None:
    cursor.execute("delete from resolved_versions where version_id in (select version_id from gone)")
    cursor.execute(
        "insert into resolved_versions (version_id, records_digest, published_on, province, rules) "
        "select version_id, records_digest, published_on, province, %s from changed order by 1 "
        "on conflict (version_id) do update set (records_digest, published_on, province, rules) = "
        "(excluded.records_digest, excluded.published_on, excluded.province, excluded.rules)",
        (rules,),
    )


def _totals(cursor: Cursor[Any]) -> dict[str, int]:
    return {table: _count(cursor, table) for table in ("persons", "posts", "bodies", "tenures")}
