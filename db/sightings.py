"""Known articles seen again: what their pages state now, when they were seen, and which of their texts stands."""

from __future__ import annotations

from typing import Any

from psycopg import Cursor, sql

from db.rows import SIGHTING_COLUMNS, STATED_COLUMNS, Prepared
from db.writing import Copied, put_new


def restate(cursor: Cursor[Any], prepared: Prepared, new_articles: set[int]) -> None:
    """Bring known articles up to their latest sighting: what the page states, first and last time, current text.

    Raises RuntimeError where two articles have one hash.
    """
    cursor.execute(
        "select a.outlet, a.identity, s.outlet, s.identity from articles a join stage_articles s using (article_id) "
        "where (a.outlet, a.identity) <> (s.outlet, s.identity)"
    )
    if (clash := cursor.fetchone()) is not None:
        raise RuntimeError(f"two articles have one 64-bit hash: {clash[:2]} and {clash[2:]}; change db.identity.hash64")
    known = [key for key in prepared.articles if key not in new_articles]
    cursor.execute(
        "select article_id from articles where article_id = any(%s) order by article_id for no key update", (known,)
    )
    cursor.execute(
        "update articles a set first_seen_at = s.first_seen_at from stage_articles s "
        "where a.article_id = s.article_id and s.first_seen_at < a.first_seen_at"
    )
    stated = (*STATED_COLUMNS, "last_seen_at", "current_version_id")
    ours = sql.SQL(", ").join(sql.SQL("a.{}").format(sql.Identifier(one)) for one in stated)
    theirs = sql.SQL(", ").join(sql.SQL("s.{}").format(sql.Identifier(one)) for one in stated)
    names = sql.SQL(", ").join(map(sql.Identifier, stated))
    cursor.execute(
        sql.SQL(
            "update articles a set ({}) = row({}) from stage_articles s where a.article_id = s.article_id "
            "and (s.last_seen_at, s.current_version_id) >= (a.last_seen_at, a.current_version_id) "
            "and ({}) is distinct from ({})"
        ).format(names, theirs, ours, theirs)
    )


def see(cursor: Cursor[Any], prepared: Prepared, made: Copied) -> None:
    """Write the sightings. A raw page read again into other words moves to them, and words left without a page or any
    other sighting are superseded, not kept as if the outlet had once published them."""
    new = put_new(cursor, "sightings", SIGHTING_COLUMNS, made.staged["sightings"])
    if len(new) == len(prepared.sightings):
        return
    cursor.execute(
        "update sightings o set version_id = s.version_id from stage_sightings s, sightings before "
        "where o.sighting_id = s.sighting_id and before.sighting_id = s.sighting_id and o.version_id <> s.version_id "
        "returning before.version_id, s.version_id"
    )
    moved = dict(sorted(cursor.fetchall()))
    if moved:
        cursor.execute(
            "update article_versions v set superseded_by_id = m.after from unnest(%s::bigint[], %s::bigint[]) "
            "as m (before, after) where v.version_id = m.before and not exists "
            "(select from sightings s where s.article_id = v.article_id and s.version_id = v.version_id)",
            (list(moved), list(moved.values())),
        )
        cursor.execute(
            "update article_versions set superseded_by_id = null where version_id = any(%s) "
            "and superseded_by_id is not null",
            (list(moved.values()),),
        )
        cursor.execute(
            "update articles a set current_version_id = m.after from unnest(%s::bigint[], %s::bigint[]) "
            "as m (before, after) join article_versions v on v.version_id = m.before "
            "where a.article_id = v.article_id and a.current_version_id = m.before",
            (list(moved), list(moved.values())),
        )
