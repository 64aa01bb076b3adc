"""People as rows: mentions merged into who was found behind them, with names, tenures and an id that lasts.

Works on the temporary table `member` of a chunk of names (`db.mentions`) and writes only what is not there yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from psycopg import Cursor

from db.identity import hash64
from db.people import Person
from db.writing import copy_rows
from parsing.namesakes import spellings

_SHARES = """
select om.person_id, m.node, count(distinct m.article_id) as articles, bool_or(p.article_id = m.article_id) as is_anchor
from official_mentions om join persons p using (person_id) join article_versions v using (version_id)
    join member m on m.article_id = v.article_id
        and m.name_fold in (select n.name_fold from person_names n where n.person_id = om.person_id)
where om.person_id = any(%s)
group by 1, 2
"""
_FIRST_SEEN = """
select distinct on (node) node, first_seen_at, article_id from member order by node, first_seen_at, article_id
"""
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


def write(cursor: Cursor[Any], names: Sequence[str], found: Sequence[Person]) -> None:
    """Have `found`, and nobody else, be the people of `names`, each with all mentions of its nodes."""
    cursor.execute(
        "select distinct person_id from person_names where name_fold = any(%s) order by 1", (spellings(names),)
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
        cursor.execute(statement, {"before": before})


def _ids(cursor: Cursor[Any], before: list[int], found: Sequence[Person]) -> list[int]:
    """The id of each of `found`: one it had, else a new one, made of its name and the article first seen to name it.

    `before` are the ids that people of these names had. New ones are also put into the table `new_person`.
    """
    kept = _kept_ids(cursor, before, found)
    cursor.execute(_FIRST_SEEN)
    first = {row.node: (row.first_seen_at, row.article_id) for row in cursor.fetchall()}
    taken = set(before)
    ids: list[int] = []
    new: list[tuple[int, int]] = []
    for number, person in enumerate(found):
        if number in kept:
            ids.append(kept[number])
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


def _kept_ids(cursor: Cursor[Any], before: list[int], found: Sequence[Person]) -> dict[int, int]:
    """The ids of `before` that stay, by the number in `found` of the person that each goes to.

    An id follows its anchor, the article it was made of, else most of its articles. Of several that come to one person
    those that followed their anchor go first, then the one whose anchor was seen first.
    """
    number_of = {key: number for number, person in enumerate(found) for key in person.nodes}
    # By id and number: whether its anchor is there, and how many of its articles.
    shares: dict[int, dict[int, tuple[bool, int]]] = {}
    cursor.execute(_SHARES, (before,))
    for row in cursor.fetchall():
        if (number := number_of.get(row.node)) is not None:
            has_anchor, articles = shares.setdefault(row.person_id, {}).get(number, (False, 0))
            shares[row.person_id][number] = (has_anchor or row.is_anchor, articles + row.articles)
    cursor.execute(
        "select person_id, article_id, (select first_seen_at from articles a where a.article_id = p.article_id) as at "
        "from persons p where person_id = any(%s)",
        (before,),
    )
    anchors = {row.person_id: (row.at is None, row.at, row.article_id) for row in cursor.fetchall()}
    claims: dict[int, list[tuple[Any, ...]]] = {}
    for person_id, share in shares.items():
        number, (has_anchor, articles) = max(share.items(), key=lambda one: (*one[1], -one[0]))
        claims.setdefault(number, []).append((not has_anchor, anchors[person_id], -articles, person_id))
    return {number: min(claimed)[-1] for number, claimed in claims.items()}
