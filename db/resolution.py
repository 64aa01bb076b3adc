"""Records to entities: which person, post and institution each official and organization record is about.

Only what changed is looked at: the names and institutions of texts whose records are not as they were when last
resolved, and of those each whole, over all current texts. What comes out is therefore a function of the records and the
judgements, whichever way the warehouse came to hold them. Ids of people are the exception: a person once found keeps
its id while anything is left of it.

Work goes name by name in chunks, a transaction each, and a text is marked as resolved when all its names are; so a run
that is cut off is simply run again. One run at a time: a second waits.
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

from db import bodies, judgements, places
from db.identity import hash64
from db.people import Node, Person, people
from db.places import copy_rows
from db.record_rows import LONGEST_FOLD
from parsing.letters import fold
from parsing.namesakes import SAYYID, SHORTEST, name_parts, namesakes
from parsing.offices import Office, office
from parsing.places import province_of

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
                _find_changed(cursor, rules)
            done = Resolved(texts=_count(cursor, "changed"), gone=_count(cursor, "gone"))
            if done.texts or done.gone:
                bodies.resolve(connection, TEXTS_AT_ONCE)
                done = _resolve_people(connection, done, on_progress)
                with connection.transaction():
                    _sweep(cursor)
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


# A folded name without «سید», as parsing.namesakes.name_key has it.
_NAME_KEY = """case
    when starts_with({0}, %(sayyid_0)s) and length({0}) - length(%(sayyid_0)s) >= %(shortest)s
        then substr({0}, length(%(sayyid_0)s) + 1)
    when starts_with({0}, %(sayyid_1)s) and length({0}) - length(%(sayyid_1)s) >= %(shortest)s
        then substr({0}, length(%(sayyid_1)s) + 1)
    else {0} end"""
_SAYYID = {"sayyid_0": SAYYID[0], "sayyid_1": SAYYID[1], "shortest": SHORTEST}

_CHANGED = (
    """
create temporary table changed as
select v.version_id, a.article_id, v.records_digest, a.published_on, coalesce(a.province, a.dateline) as province
from articles a join article_versions v on v.version_id = a.current_version_id
    left join resolved_versions r on r.version_id = v.version_id
where r.version_id is null or (r.records_digest, r.published_on, r.province, r.rules)
    is distinct from (v.records_digest, a.published_on, coalesce(a.province, a.dateline), %(rules)s)
""",
    """
create temporary table gone as
select r.version_id from resolved_versions r
where not exists (select from articles a where a.current_version_id = r.version_id)
""",
    # Names of the people that the texts name now, and named when they were last resolved.
    """
create temporary table touched as
select distinct (key of o.name_fold) as name
from officials o join changed using (version_id) where o.name_fold is not null
union
select distinct (key of n.name_fold)
from (select version_id from changed union all select version_id from gone) t
    join official_mentions m using (version_id) join person_names n using (person_id)
""".replace("(key of o.name_fold)", _NAME_KEY.format("o.name_fold")).replace(
        "(key of n.name_fold)", _NAME_KEY.format("n.name_fold")
    ),
    "create temporary table touched_posts (post_id bigint primary key)",
    "create unique index on changed (version_id)",
    "create index on touched (name)",
    "analyze changed",
    "analyze touched",
)


def _find_changed(cursor: Cursor[Any], rules: str) -> None:
    for statement in _CHANGED:
        cursor.execute(statement, {"rules": rules, **_SAYYID} if "%(" in statement else None)


def _resolve_people(
    connection: psycopg.Connection[Any], done: Resolved, on_progress: Callable[[Resolved], None]
) -> Resolved:
    cursor = connection.cursor(row_factory=namedtuple_row)
    verdicts = judgements.verdicts(cursor, "person")
    for names in _chunks(cursor, verdicts):
        with connection.transaction():
            _resolve_names(cursor, names, verdicts)
        done = replace(done, names=done.names + len(names))
        on_progress(done)
    last: int | None = None
    while True:
        with connection.transaction():
            last = _resolve_unnamed(cursor, last)
        if last is None:
            return done


def _chunks(cursor: Cursor[Any], verdicts: judgements.Verdicts) -> Iterator[list[str]]:
    """The touched names in chunks; names of which people were judged the same are together."""
    cursor.execute(
        "select t.name, (select count(*) from officials o "
        "where o.name_fold = any(array[t.name, %s || t.name, %s || t.name])) from touched t order by t.name",
        SAYYID,
    )
    touched = dict(cursor.fetchall())
    together = verdicts.names_together()
    seen: set[str] = set()
    chunk: list[str] = []
    size = 0
    for name in touched:
        if name in seen:
            continue
        group = sorted(together.get(name, {name}))
        seen.update(group)
        mentions = sum(touched.get(one, 0) for one in group)
        if chunk and size + mentions > MENTIONS_AT_ONCE:
            yield chunk
            chunk, size = [], 0
        chunk += group
        size += mentions
    if chunk:
        yield chunk


def _spellings(names: list[str]) -> list[str]:
    return [title + name for name in names for title in ("", *SAYYID)]


_MENTION = """
create temporary table mention on commit drop as
select o.version_id, o.record_id, a.article_id, a.first_seen_at, a.published_on,
    (key of o.name_fold) as name_key, o.name, o.name_fold, o.post, o.organization, o.place,
    o.is_acting, o.is_former, coalesce(a.province, a.dateline) as province
from officials o join articles a on a.current_version_id = o.version_id
where o.name_fold = any(%(spellings)s)
""".replace("(key of o.name_fold)", _NAME_KEY.format("o.name_fold"))
_READING = """
create temporary table reading (
    post text, organization text, place text, province text, post_id bigint, office text, is_vague boolean
) on commit drop
"""
# As text, because nulls are equal there and the join can be hashed.
_MEMBER = """
create temporary table member on commit drop as
select m.*, r.post_id, m.name_key || '/' || r.office ||
        case when r.is_vague then '/' || m.article_id else '' end as node
from mention m join reading r on row(m.post, m.organization, m.place, m.province)::text
    = row(r.post, r.organization, r.place, r.province)::text
"""
_NODES = """
select node, min(name_key) as name, min(office) as office, count(distinct article_id) as mentions,
    min(published_on) as first, max(published_on) as last, array_agg(distinct name) as names
from (select m.*, split_part(node, '/', 2) as office from member m) m group by node
"""


def _resolve_names(cursor: Cursor[Any], names: list[str], verdicts: judgements.Verdicts) -> None:
    """Decide anew, from all current texts, who the people of these names are, and write what changed."""
    cursor.execute(_MENTION, {"spellings": _spellings(names), **_SAYYID})
    offices = _read_posts(cursor)
    cursor.execute(_MEMBER)
    cursor.execute("create index on member (node)")
    cursor.execute("analyze member")
    cursor.execute(_NODES)
    by_group: dict[str, list[Node]] = {}
    together = verdicts.names_together()
    for row in cursor.fetchall():
        name = max(row.names, key=lambda each: (namesakes(each), each))
        if not name_parts(name)[0]:
            continue  # a surname alone is nobody in particular
        node = Node(
            key=row.node,
            name=row.name,
            namesakes=namesakes(name),
            office=offices[row.office],
            mentions=row.mentions,
            first=row.first,
            last=row.last,
        )
        by_group.setdefault(min(together.get(row.name, {row.name})), []).append(node)
    found: list[Person] = []
    for group in by_group.values():
        # The most mentioned are compared; the rest of a name with more posts than that stay apart.
        group.sort(key=lambda node: (-node.mentions, node.key))
        same, different = verdicts.among(node.key for node in group)
        found += people(group[:MOST_NODES], same=same, different=different)
        found += [Person((node.key,), {node.key: "first"}) for node in group[MOST_NODES:]]
    _write_people(cursor, names, found)


def _read_posts(cursor: Cursor[Any]) -> dict[str, Office]:
    """Read every distinct post of `mention` into `reading`, the posts into `posts`; the offices by their key."""
    cursor.execute(_READING)
    cursor.execute("select distinct post, organization, place, province from mention")
    rows = cursor.fetchall()
    reader = bodies.Reader(cursor)
    offices: dict[str, Office] = {}
    readings: list[tuple[Any, ...]] = []
    posts: dict[int, tuple[Any, ...]] = {}
    for row in rows:
        found = office(row.post, row.place, province_of(row.province) if row.province else None)
        offices[found.key] = found
        body = reader.of_post(row.organization, found)
        post_id = hash64("post", found.key, body) if found.head else None
        readings.append((row.post, row.organization, row.place, row.province, post_id, found.key, found.is_vague))
        if post_id is not None:
            posts[post_id] = (
                post_id,
                row.post,
                found.head,
                body,
                places.place_id(found.place, found.province, found.land),
            )
    bodies.put(cursor, reader.found)
    copy_rows(
        cursor, "reading", ("post", "organization", "place", "province", "post_id", "office", "is_vague"), readings
    )
    cursor.execute("create temporary table read_post (like posts) on commit drop")
    titled = [(post_id, title, fold(title)[:LONGEST_FOLD], *rest) for post_id, title, *rest in posts.values()]
    copy_rows(cursor, "read_post", ("post_id", "title", "title_fold", "head", "body_id", "place_id"), titled)
    cursor.execute("insert into posts select * from read_post order by post_id on conflict do nothing")
    cursor.execute("insert into touched_posts select post_id from read_post on conflict do nothing")
    cursor.execute("drop table read_post")
    return offices


_OLD = """
select om.person_id, m.node, count(distinct m.article_id) as articles, bool_or(p.article_id = m.article_id) as is_anchor
from official_mentions om join persons p using (person_id) join article_versions v using (version_id)
    join member m on m.article_id = v.article_id
        and m.name_fold in (select n.name_fold from person_names n where n.person_id = om.person_id)
where om.person_id = any(%s)
group by 1, 2
"""
_FIRST = """
select distinct on (node) node, first_seen_at, article_id from member order by node, first_seen_at, article_id
"""


def _write_people(cursor: Cursor[Any], names: list[str], found: list[Person]) -> None:
    cursor.execute(
        "select distinct person_id from person_names where name_fold = any(%s) order by 1", (_spellings(names),)
    )
    before = [person_id for (person_id,) in cursor.fetchall()]
    ids = _ids(cursor, before, found)
    cursor.execute(
        "create temporary table decided (node text primary key, person_id bigint, reason text) on commit drop"
    )
    rows = [(key, ids[number], person.reasons[key]) for number, person in enumerate(found) for key in person.nodes]
    copy_rows(cursor, "decided", ("node", "person_id", "reason"), rows)
    cursor.execute("analyze decided")
    for statement in _WRITE:
        cursor.execute(statement, {"before": before} if "%(" in statement else None)


def _ids(cursor: Cursor[Any], before: list[int], found: list[Person]) -> list[int]:
    """The id of each person: of those who had one in these articles, the one first seen; else one made of the article
    first seen to name the person."""
    cursor.execute(_FIRST)
    first = {row.node: (row.first_seen_at, row.article_id) for row in cursor.fetchall()}
    number_of = {key: number for number, person in enumerate(found) for key in person.nodes}
    held: dict[int, dict[int, list[Any]]] = {}
    cursor.execute(_OLD, (before,))
    for row in cursor.fetchall():
        if (number := number_of.get(row.node)) is not None:
            tally = held.setdefault(row.person_id, {}).setdefault(number, [False, 0])
            tally[0] |= row.is_anchor
            tally[1] += row.articles
    claims: dict[int, list[tuple[Any, ...]]] = {}
    anchors: dict[int, Any] = {}
    cursor.execute(
        "select person_id, article_id, (select first_seen_at from articles a where a.article_id = p.article_id) as at "
        "from persons p where person_id = any(%s)",
        (before,),
    )
    for row in cursor.fetchall():
        anchors[row.person_id] = (row.at is None, row.at, row.article_id)
    for person_id, numbers in held.items():
        number, (is_anchor, articles) = max(numbers.items(), key=lambda one: (*one[1], -one[0]))
        claims.setdefault(number, []).append((not is_anchor, anchors[person_id], -articles, person_id))
    taken = set(before)
    ids: list[int] = []
    new: list[tuple[int, int]] = []
    for number, person in enumerate(found):
        if claims.get(number):
            ids.append(min(claims[number])[-1])
            continue
        article = min(first[key] for key in person.nodes)[1]
        name = min(key.partition("/")[0] for key in person.nodes if first[key][1] == article)
        attempt = 0
        while (person_id := hash64("person", name, article, attempt)) in taken:
            attempt += 1
        taken.add(person_id)
        ids.append(person_id)
        new.append((person_id, article))
    cursor.execute("create temporary table new_person (person_id bigint, article_id bigint) on commit drop")
    copy_rows(cursor, "new_person", ("person_id", "article_id"), new)
    return ids


_WRITE = (
    """
create temporary table result on commit drop as
select m.*, d.person_id, coalesce(d.reason, 'surname_alone') as reason from member m left join decided d using (node)
""",
    "create unique index on result (version_id, record_id)",
    "analyze result",
    """
create temporary table named on commit drop as
select distinct on (person_id, name_fold) person_id, name_fold, name,
    sum(count(*)) over (partition by person_id, name_fold) as mentions
from result where person_id is not null group by person_id, name_fold, name
order by person_id, name_fold, count(*) desc, name
""",
    """
create temporary table shown on commit drop as
select distinct on (person_id) person_id, name, name_fold from named
order by person_id, length(name_fold) desc, mentions desc, name_fold
""",
    """
insert into persons (person_id, name, name_fold, article_id)
select s.person_id, s.name, s.name_fold, n.article_id from shown s join new_person n using (person_id)
order by 1
""",
    """
update persons p set name = s.name, name_fold = s.name_fold from shown s
where p.person_id = s.person_id and (p.name, p.name_fold) is distinct from (s.name, s.name_fold)
""",
    """
insert into touched_posts select distinct o.post_id
from result r join official_mentions o on (o.version_id, o.record_id) = (r.version_id, r.record_id)
where o.post_id is distinct from r.post_id and o.post_id is not null on conflict do nothing
""",
    """
insert into official_mentions as o (version_id, record_id, person_id, post_id, reason, published_at)
select version_id, record_id, person_id, post_id, reason, v.published_at
from result join article_versions v using (version_id) order by 1, 2
on conflict (version_id, record_id) do update
set (person_id, post_id, reason) = (excluded.person_id, excluded.post_id, excluded.reason)
where (o.person_id, o.post_id, o.reason) is distinct from (excluded.person_id, excluded.post_id, excluded.reason)
""",
    """
with gone as (
    delete from official_mentions o where person_id = any(%(before)s)
    and not exists (select from result r where (r.version_id, r.record_id) = (o.version_id, o.record_id))
    returning post_id)
insert into touched_posts select distinct post_id from gone where post_id is not null on conflict do nothing
""",
    """
delete from person_names n where person_id = any(%(before)s)
    and not exists (select from named r where (r.person_id, r.name_fold) = (n.person_id, n.name_fold))
""",
    """
insert into person_names as n (person_id, name_fold, name, mentions)
select person_id, name_fold, name, mentions from named order by 1, 2
on conflict (person_id, name_fold) do update set (name, mentions) = (excluded.name, excluded.mentions)
where (n.name, n.mentions) is distinct from (excluded.name, excluded.mentions)
""",
    """
create temporary table held on commit drop as
select hashtextextended(person_id || '/' || post_id, 0) as tenure_id, person_id, post_id,
    min(published_on) as first_met_on, max(published_on) as last_met_on,
    (array_agg(is_acting order by published_on desc nulls last, first_seen_at desc, article_id))[1] as is_acting,
    (array_agg(is_former order by published_on desc nulls last, first_seen_at desc, article_id))[1] as is_former
from result where person_id is not null and post_id is not null group by person_id, post_id
""",
    """
delete from tenures t where person_id = any(%(before)s)
    and not exists (select from held h where h.tenure_id = t.tenure_id)
""",
    """
insert into tenures as t (tenure_id, person_id, post_id, first_met_on, last_met_on, is_acting, is_former)
select tenure_id, person_id, post_id, first_met_on, last_met_on, is_acting, is_former from held order by 1
on conflict (tenure_id) do update set (first_met_on, last_met_on, is_acting, is_former)
    = (excluded.first_met_on, excluded.last_met_on, excluded.is_acting, excluded.is_former)
where (t.first_met_on, t.last_met_on, t.is_acting, t.is_former)
    is distinct from (excluded.first_met_on, excluded.last_met_on, excluded.is_acting, excluded.is_former)
""",
    """
delete from persons p where person_id = any(%(before)s)
    and not exists (select from shown s where s.person_id = p.person_id)
""",
    "drop table mention, reading, member, decided, result, named, shown, held, new_person",
)

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


def _resolve_unnamed(cursor: Cursor[Any], after: int | None) -> int | None:
    """Tie the unnamed post-holders of the next changed texts to their posts; the last text, None after the last."""
    cursor.execute(
        "select version_id from changed where %(after)s::bigint is null or version_id > %(after)s "
        "order by version_id limit %(most)s",
        {"after": after, "most": TEXTS_AT_ONCE},
    )
    texts: list[int] = [version_id for (version_id,) in cursor.fetchall()]
    if not texts:
        return None
    for statement in _UNNAMED:
        cursor.execute(statement, {"texts": texts})
    _read_posts(cursor)
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


def _sweep(cursor: Cursor[Any]) -> None:
    """Show posts by their most frequent phrase and drop those that nobody has any more, and institutions likewise."""
    cursor.execute("analyze touched_posts")
    for statement in _SWEEP:
        cursor.execute(statement)
    bodies.sweep(cursor)


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
