"""Posts that officials hold: read from their phrases, tied to their institutions and places, and let go again.

A post is a function of its phrase, organization and place (`parsing.offices`), so its id is too. The phrases read are
those of the temporary table `mention`; the posts a run touched are in its table `touched_posts`.
"""

from __future__ import annotations

from typing import Any

from psycopg import Cursor

from db import bodies
from db.identity import hash64
from db.places import place_id
from db.record_rows import LONGEST_FOLD
from db.writing import copy_rows
from parsing.letters import fold
from parsing.offices import Office, office
from parsing.places import province_of

_READING = """
create temporary table reading (
    post text, organization text, place text, province text, post_id bigint, office text, is_vague boolean
) on commit drop
"""


def watch(cursor: Cursor[Any]) -> None:
    """Have a run note the posts it touches, for `sweep`."""
    cursor.execute("create temporary table touched_posts (post_id bigint primary key)")


def read(cursor: Cursor[Any]) -> dict[str, Office]:
    """Read every distinct post of `mention` into the table `reading` and add the new ones; the offices by their key."""
    cursor.execute(_READING)
    cursor.execute("select distinct post, organization, place, province from mention")
    stated = cursor.fetchall()
    reader = bodies.Reader(cursor)
    offices: dict[str, Office] = {}
    readings: list[tuple[Any, ...]] = []
    posts: dict[int, tuple[Any, ...]] = {}
    for row in stated:
        found = office(row.post, row.place, province_of(row.province) if row.province else None)
        offices[found.key] = found
        body = reader.of_post(row.organization, found)
        post_id = hash64("post", found.key, body) if found.head else None
        readings.append((row.post, row.organization, row.place, row.province, post_id, found.key, found.is_vague))
        if post_id is not None:
            place = place_id(found.place, found.province, found.land)
            posts[post_id] = (post_id, row.post, fold(row.post)[:LONGEST_FOLD], found.head, body, place)
    bodies.put(cursor, reader.found)
    copy_rows(
        cursor, "reading", ("post", "organization", "place", "province", "post_id", "office", "is_vague"), readings
    )
    cursor.execute("create temporary table read_post (like posts) on commit drop")
    copy_rows(cursor, "read_post", ("post_id", "title", "title_fold", "head", "body_id", "place_id"), posts.values())
    cursor.execute("insert into posts select * from read_post order by post_id on conflict do nothing")
    cursor.execute("insert into touched_posts select post_id from read_post on conflict do nothing")
    cursor.execute("drop table read_post")
    return offices


_UNNAMED = (
    """
create temporary table mention on commit drop as
select o.version_id, o.record_id, o.post, o.organization, o.place, c.province
from officials o join changed c using (version_id)
where o.name_fold is null and o.version_id = any(%(texts)s)
""",
    """
with gone as (
    delete from official_mentions om where version_id = any(%(texts)s) and person_id is null
    and not exists (select from officials o where (o.version_id, o.record_id) = (om.version_id, om.record_id))
    returning post_id)
insert into touched_posts select distinct post_id from gone where post_id is not null on conflict do nothing
""",
)
_PUT_UNNAMED = """
insert into official_mentions as o (version_id, record_id, post_id, reason, published_at)
select m.version_id, m.record_id, r.post_id, 'unnamed', v.published_at
from mention m join article_versions v using (version_id) join reading r
    on row(m.post, m.organization, m.place, m.province)::text
    = row(r.post, r.organization, r.place, r.province)::text order by 1, 2
on conflict (version_id, record_id) do update set (person_id, post_id, reason) = (null, excluded.post_id, 'unnamed')
where (o.person_id, o.post_id, o.reason) is distinct from (null, excluded.post_id, 'unnamed')
"""


def resolve_unnamed(cursor: Cursor[Any], after: int | None, most: int) -> int | None:
    """Tie the unnamed post-holders of the `most` changed texts after one to their posts.

    Gives the last of these texts, None where there was no text left.
    """
    cursor.execute(
        "select version_id from changed where %(after)s::bigint is null or version_id > %(after)s "
        "order by version_id limit %(most)s",
        {"after": after, "most": most},
    )
    texts: list[int] = [version_id for (version_id,) in cursor.fetchall()]
    if not texts:
        return None
    for statement in _UNNAMED:
        cursor.execute(statement, {"texts": texts})
    read(cursor)
    cursor.execute(
        "insert into touched_posts select distinct post_id from official_mentions join mention "
        "using (version_id, record_id) where post_id is not null on conflict do nothing"
    )
    cursor.execute(_PUT_UNNAMED)
    cursor.execute("drop table mention, reading")
    return texts[-1]


_SWEEP = (
    # What is left of texts that are no current text any more: unnamed post-holders and surnames alone.
    """
with gone_mentions as (
    delete from official_mentions where version_id in (select version_id from gone) returning post_id)
insert into touched_posts select distinct post_id from gone_mentions where post_id is not null on conflict do nothing
""",
    """
delete from posts p where post_id in (select post_id from touched_posts)
    and not exists (select from official_mentions m where m.post_id = p.post_id)
    and not exists (select from tenures t where t.post_id = p.post_id)
""",
    """
update posts p set (title, title_fold) = row(s.post, s.post_fold)
from (
    select distinct on (m.post_id) m.post_id, o.post, o.post_fold
    from touched_posts join official_mentions m using (post_id)
        join officials o on (o.version_id, o.record_id) = (m.version_id, m.record_id)
    group by m.post_id, o.post, o.post_fold order by m.post_id, count(*) desc, length(o.post), o.post
) s
where p.post_id = s.post_id and (p.title, p.title_fold) is distinct from (s.post, s.post_fold)
""",
)


def sweep(cursor: Cursor[Any]) -> None:
    """Show the touched posts by their most frequent phrase and drop those that nobody has any more."""
    cursor.execute("analyze touched_posts")
    for statement in _SWEEP:
        cursor.execute(statement)
