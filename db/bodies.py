"""Organizations to institutions: one body behind all the names and spellings of one, with the one it belongs to.

A body is a function of its name and place (`parsing.bodies`), so its id is too; known short names stand for the full
one, and judgements join or part what the word lists do not. A name that every province has an office of is left
unresolved where no province is stated.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import psycopg
from psycopg import Cursor
from psycopg.rows import namedtuple_row

from db.identity import hash64
from db.judgements import Verdicts, verdicts
from db.places import places_by_words
from db.record_rows import LONGEST_FOLD
from db.writing import copy_rows
from parsing.bodies import full, institution
from parsing.letters import fold
from parsing.offices import Office
from parsing.places import province_of

type Found = dict[int, tuple[Any, ...]]
"""Rows of bodies by their id."""

COLUMNS = ("body_id", "name", "name_fold", "kind", "place_id")


class Reader:
    """Reads names into rows of bodies, under the judgements that held when it was made; keeps each row it made."""

    def __init__(self, cursor: Cursor[Any]) -> None:
        self.found: Found = {}
        self._verdicts: Verdicts = verdicts(cursor, "body")
        self._one_of = {key: _one_of(group) for key, group in self._verdicts.groups().items()}

    def read(self, name: str, kind: str | None, place: str | None, province: str | None) -> tuple[int, str] | None:
        """Id of the body that a record names, and why; None where that is in doubt.

        `kind` and `place` are those of the record, `province` that of its article, as the list of places has it. Why:
        name_and_place, short_name, judged different or judged the same.
        """
        stated = institution(name, kind, place, province)
        if stated is None:
            return None
        whole, reason = full(stated), "name_and_place"
        if whole.key != stated.key:
            reason = "short_name"
            if frozenset((whole.key, stated.key)) in self._verdicts.different:
                whole, reason = stated, "judged different"
        key, place_id = self._one_of.get(whole.key) or _one_of({whole.key})
        if key != whole.key:
            reason = "judged the same"
        body_id = body_of(key)
        self.found.setdefault(body_id, (body_id, name, fold(name)[:LONGEST_FOLD], kind, place_id))
        return body_id, reason

    def of_post(self, organization: str | None, office: Office) -> int | None:
        """Id of the body that a post is of, where its organization is a proper name."""
        if not organization:
            return None
        place = office.place.name if office.place is not None else office.land
        stated = institution(organization, None, place, office.province)
        if stated is None or not stated.kind:
            return None
        read = self.read(organization, None, place, office.province)
        return read[0] if read is not None else None


def _one_of(keys: Collection[str]) -> tuple[str, int | None]:
    """The key that stands for all `keys` of one body, and the place of the first in order that has one."""
    places = (places_by_words().get(key.rpartition("|")[2]) for key in sorted(keys))
    return min(keys), next((place for place in places if place is not None), None)


def body_of(key: str) -> int:
    """The id of the body of a key (`parsing.bodies.Institution.key`)."""
    return hash64("body", key)


def put(cursor: Cursor[Any], found: Found) -> None:
    """Add the bodies that are not there yet, mend their places, and have `sweep` look at them all."""
    cursor.execute("create temporary table if not exists touched_bodies (body_id bigint primary key)")
    cursor.execute("create temporary table read_body (like bodies) on commit drop")
    copy_rows(cursor, "read_body", COLUMNS, found.values())
    cursor.execute(
        "insert into bodies as b select * from read_body order by body_id on conflict (body_id) do update "
        "set place_id = excluded.place_id where b.place_id is distinct from excluded.place_id"
    )
    cursor.execute("insert into touched_bodies select body_id from read_body on conflict do nothing")
    cursor.execute("drop table read_body")


_STAGE = """
create temporary table named on commit drop as
select o.version_id, o.record_id, o.name, o.kind, o.place, c.province
from organizations o join changed c using (version_id) where o.version_id = any(%(texts)s)
"""
_WRITE = (
    """
create temporary table result on commit drop as
select n.version_id, n.record_id, r.body_id, r.reason from named n join name_reading r
    on row(n.name, n.kind, n.place, n.province)::text = row(r.name, r.kind, r.place, r.province)::text
where r.body_id is not null
""",
    "create unique index on result (version_id, record_id)",
    "analyze result",
    """
insert into touched_bodies select distinct body_id from organization_mentions where version_id = any(%(texts)s)
on conflict do nothing
""",
    """
delete from organization_mentions o where version_id = any(%(texts)s)
    and not exists (select from result r where (r.version_id, r.record_id) = (o.version_id, o.record_id))
""",
    """
insert into organization_mentions as o (version_id, record_id, body_id, reason, published_at)
select version_id, record_id, body_id, reason, v.published_at
from result join article_versions v using (version_id) order by 1, 2
on conflict (version_id, record_id) do update set (body_id, reason) = (excluded.body_id, excluded.reason)
where (o.body_id, o.reason) is distinct from (excluded.body_id, excluded.reason)
""",
    "drop table named, name_reading, result",
)


def resolve(connection: psycopg.Connection[Any], texts_at_once: int) -> None:
    """Tie the organizations of the texts in the table `changed` to bodies, and take those in `gone` off them."""
    cursor = connection.cursor(row_factory=namedtuple_row)
    with connection.transaction():
        cursor.execute("create temporary table if not exists touched_bodies (body_id bigint primary key)")
        cursor.execute(
            "with gone_mentions as (delete from organization_mentions "
            "where version_id in (select version_id from gone) returning body_id) "
            "insert into touched_bodies select distinct body_id from gone_mentions on conflict do nothing"
        )
    after: int | None = None
    while True:
        cursor.execute(
            "select version_id from changed where %(after)s::bigint is null or version_id > %(after)s "
            "order by version_id limit %(most)s",
            {"after": after, "most": texts_at_once},
        )
        texts = [version_id for (version_id,) in cursor.fetchall()]
        if not texts:
            return
        with connection.transaction():
            _resolve_texts(cursor, texts)
        after = texts[-1]


def _resolve_texts(cursor: Cursor[Any], texts: list[int]) -> None:
    cursor.execute(_STAGE, {"texts": texts})
    cursor.execute(
        "create temporary table name_reading "
        "(name text, kind text, place text, province text, body_id bigint, reason text) on commit drop"
    )
    reader = Reader(cursor)
    cursor.execute("select distinct name, kind, place, province from named")
    readings = []
    for row in cursor.fetchall():
        read = reader.read(row.name, row.kind, row.place, province_of(row.province) if row.province else None)
        readings.append((row.name, row.kind, row.place, row.province, *(read or (None, None))))
    put(cursor, reader.found)
    copy_rows(cursor, "name_reading", ("name", "kind", "place", "province", "body_id", "reason"), readings)
    cursor.execute("analyze name_reading")
    for statement in _WRITE:
        cursor.execute(statement, {"texts": texts} if "%(" in statement else None)


_NAMES = """
create temporary table names_now on commit drop as
select distinct on (body_id, name_fold) body_id, name_fold, name,
    sum(count(*)) over (partition by body_id, name_fold) as mentions
from touched_bodies join organization_mentions m using (body_id)
    join organizations o on (o.version_id, o.record_id) = (m.version_id, m.record_id)
group by body_id, name_fold, name order by body_id, name_fold, count(*) desc, name
"""
_SWEEP = (
    """
delete from body_names n where body_id in (select body_id from touched_bodies)
    and not exists (select from names_now r where (r.body_id, r.name_fold) = (n.body_id, n.name_fold))
""",
    """
insert into body_names as n (body_id, name_fold, name, mentions)
select body_id, name_fold, name, mentions from names_now order by 1, 2
on conflict (body_id, name_fold) do update set (name, mentions) = (excluded.name, excluded.mentions)
where (n.name, n.mentions) is distinct from (excluded.name, excluded.mentions)
""",
    """
update bodies b set (name, name_fold) = row(s.name, s.name_fold)
from (select distinct on (body_id) body_id, name, name_fold from names_now
      order by body_id, mentions desc, length(name_fold) desc, name_fold) s
where b.body_id = s.body_id and (b.name, b.name_fold) is distinct from (s.name, s.name_fold)
""",
    """
update bodies b set kind = s.kind from (
    select distinct on (body_id) body_id, o.kind from touched_bodies join organization_mentions m using (body_id)
        join organizations o on (o.version_id, o.record_id) = (m.version_id, m.record_id)
    where o.kind is not null group by body_id, o.kind order by body_id, count(*) desc, o.kind) s
where b.body_id = s.body_id and b.kind is distinct from s.kind
""",
)
_PARENTS = """
select distinct on (body_id) body_id, o.parent from touched_bodies join organization_mentions m using (body_id)
    join organizations o on (o.version_id, o.record_id) = (m.version_id, m.record_id)
where o.parent is not null group by body_id, o.parent order by body_id, count(*) desc, o.parent
"""
_DROP = """
with dropped as (
    delete from bodies b where body_id in (select body_id from touched_bodies)
        and not exists (select from organization_mentions m where m.body_id = b.body_id)
        and not exists (select from posts p where p.body_id = b.body_id)
        and not exists (select from bodies c where c.parent_id = b.body_id)
    returning body_id, parent_id)
insert into touched_bodies select distinct parent_id from dropped where parent_id is not null on conflict do nothing
returning 1
"""


def sweep(cursor: Cursor[Any]) -> None:
    """Bring names, kind and parent of the bodies looked at up to their mentions, and drop those that nothing names."""
    cursor.execute("analyze touched_bodies")
    cursor.execute(_NAMES)
    for statement in _SWEEP:
        cursor.execute(statement)
    reader = Reader(cursor)
    cursor.execute(_PARENTS)
    parents = []
    for row in cursor.fetchall():
        read = reader.read(row.parent, None, None, None)
        parents.append((row.body_id, read[0] if read is not None and read[0] != row.body_id else None))
    put(cursor, reader.found)
    cursor.execute("create temporary table parent (body_id bigint, parent_id bigint) on commit drop")
    copy_rows(cursor, "parent", ("body_id", "parent_id"), parents)
    cursor.execute(
        "with changed_parents as (update bodies b set parent_id = p.parent_id from "
        "(select t.body_id, p.parent_id, before.parent_id as parent_before from touched_bodies t "
        "join bodies before using (body_id) left join parent p using (body_id)) p "
        "where b.body_id = p.body_id and b.parent_id is distinct from p.parent_id returning p.parent_before) "
        "insert into touched_bodies select distinct parent_before from changed_parents "
        "where parent_before is not null on conflict do nothing"
    )
    while True:
        cursor.execute(_DROP)
        if not cursor.rowcount:
            break
