"""What resolution looks at: the texts that changed, the names they touch, and the mentions of those names anywhere.

All mentions of one name with one post are a node; the nodes of a name are the candidates that `db.people` compares.
Made here are the temporary tables `changed`, `gone` and `touched` of a run, `mention` and `member` of a chunk of names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from psycopg import Cursor

from db.people import Node
from parsing.namesakes import SAYYID, SHORTEST, name_parts, namesakes, sayyid_names, spellings
from parsing.offices import Office

# A folded name without «سید», as parsing.namesakes.name_key has it; {0} is the column.
NAME_KEY = """case
    when starts_with({0}, %(sayyid_0)s) and length({0}) - length(%(sayyid_0)s) >= %(shortest)s
            and not substr({0}, length(%(sayyid_1)s) + 1) ^@ any(%(sayyid_names)s)
        then substr({0}, length(%(sayyid_0)s) + 1)
    when starts_with({0}, %(sayyid_1)s) and length({0}) - length(%(sayyid_1)s) >= %(shortest)s
        then substr({0}, length(%(sayyid_1)s) + 1)
    else {0} end"""
NAME_KEY_VALUES: Mapping[str, Any] = {
    "sayyid_0": SAYYID[0],
    "sayyid_1": SAYYID[1],
    "sayyid_names": list(sayyid_names()),
    "shortest": SHORTEST,
}

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
""".replace("(key of o.name_fold)", NAME_KEY.format("o.name_fold")).replace(
        "(key of n.name_fold)", NAME_KEY.format("n.name_fold")
    ),
    "create unique index on changed (version_id)",
    "create index on touched (name)",
    "analyze changed",
    "analyze touched",
)


def find_changed(cursor: Cursor[Any], rules: str) -> None:
    """Make the tables of a run: `changed`, texts whose records are not as `rules` last resolved them; `gone`, those
    current no more; `touched`, the names in both, without «سید»."""
    for statement in _CHANGED:
        cursor.execute(statement, {"rules": rules, **NAME_KEY_VALUES})


def chunks(cursor: Cursor[Any], together: Mapping[str, Iterable[str]], most: int) -> Iterator[list[str]]:
    """The touched names in chunks of up to `most` mentions, or one name that has more.

    `together` has the names that go into one chunk, by each of them (`db.judgements.Verdicts.names_together`).
    """
    cursor.execute(
        "select t.name, (select count(*) from officials o "
        "where o.name_fold = any(array[t.name, %s || t.name, %s || t.name])) from touched t order by t.name",
        SAYYID,
    )
    touched = dict(cursor.fetchall())
    seen: set[str] = set()
    chunk: list[str] = []
    size = 0
    for name in touched:
        if name in seen:
            continue
        group = sorted(together.get(name, {name}))
        seen.update(group)
        mentions = sum(touched.get(one, 0) for one in group)
        if chunk and size + mentions > most:
            yield chunk
            chunk, size = [], 0
        chunk += group
        size += mentions
    if chunk:
        yield chunk


_MENTION = """
create temporary table mention on commit drop as
select o.version_id, o.record_id, a.article_id, a.first_seen_at, a.published_on,
    (key of o.name_fold) as name_key, o.name, o.name_fold, o.post, o.organization, o.place,
    o.is_acting, o.is_former, coalesce(a.province, a.dateline) as province
from officials o join articles a on a.current_version_id = o.version_id
where o.name_fold = any(%(spellings)s)
""".replace("(key of o.name_fold)", NAME_KEY.format("o.name_fold"))
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


def stage(cursor: Cursor[Any], names: Sequence[str]) -> None:
    """Put all mentions of `names` in current texts into the table `mention`."""
    cursor.execute(_MENTION, {"spellings": spellings(names), **NAME_KEY_VALUES})


def nodes(
    cursor: Cursor[Any], offices: Mapping[str, Office], together: Mapping[str, Iterable[str]]
) -> list[list[Node]]:
    """The nodes of what `stage` and `db.posts.read` put there, those that may be one person in a list.

    `offices` is what `db.posts.read` gave. A surname alone is nobody in particular and in no node.
    """
    cursor.execute(_MEMBER)
    cursor.execute("create index on member (node)")
    cursor.execute("analyze member")
    cursor.execute(_NODES)
    by_group: dict[str, list[Node]] = {}
    for row in cursor.fetchall():
        name = max(row.names, key=lambda each: (namesakes(each), each))
        if not name_parts(name)[0]:
            continue
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
    return list(by_group.values())
