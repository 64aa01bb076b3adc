"""Questions that analysts ask, each one bounded query over the views; docs/queries.md shows how they are planned.

Every function takes a connection and gives rows with the columns of the view it names (`db.views`), newest first unless
it says otherwise. `limit` is at most MOST_ROWS.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from parsing.letters import fold

MOST_ROWS = 1_000
# Of an institution or a person: what some hundredths of a second can look at. The views hold all.
MOST_MENTIONS = 500
# Batches of 500 articles or fewer: what changed is told in whole batches, so that none is left out between two calls.
MOST_BATCHES = 10

# The newest mentions come from the indexes of dated mentions, however many there are; what else a row of the answer
# takes is looked up for these.
_FIGURES_OF = """
with mention as materialized (
    select version_id, record_id, is_post
    from (
        (select version_id, record_id, published_at, false as is_post from organization_mentions
         where body_id = :body order by published_at desc nulls last, version_id, record_id limit :mentions)
        union all
        select m.version_id, m.record_id, m.published_at, true
        from posts p cross join lateral (
            select version_id, record_id, published_at from official_mentions
            where post_id = p.post_id order by published_at desc nulls last, version_id, record_id limit :mentions
        ) as m
        where p.body_id = :body
    ) as m
    order by published_at desc nulls last, version_id, record_id limit :mentions
), found as materialized (
    select version_id, record_id, min(how) as how
    from (
        select f.version_id, f.record_id, 'sentence' as how
        from mention m join organizations o using (version_id, record_id)
            join metrics f on f.version_id = o.version_id and f.sentence_start = o.sentence_start
        where not m.is_post
        union all
        select f.version_id, f.record_id, 'speaker'
        from mention m join officials o using (version_id, record_id)
            join metrics f on f.version_id = o.version_id and f.speaker in (o.name, o.post)
        where m.is_post
    ) as f
    group by version_id, record_id
)
select cast(:body as bigint) as body_id, found.how, f.* from found join stated_figures f using (version_id, record_id)
where (cast(:subject as text) is null or f.subject_fold = :subject)
    and (cast(:place as text) is null or :place in (f.place, f.province))
    and (cast(:unit as text) is null or f.unit = :unit)
order by f.published_at desc nulls last, f.version_id, f.record_id limit :limit
"""
_SERIES = """
select * from stated_figures
where subject_fold = :subject and (cast(:place as text) is null or :place in (place, province))
    and (cast(:unit as text) is null or unit = :unit)
order by published_at desc nulls last, version_id, record_id limit :limit
"""
_CAREER = """
select * from careers where person_id = :person
order by coalesce(since_on, first_met_on) nulls last, last_met_on nulls last, post_id limit :limit
"""
_STATEMENTS = """
with mention as materialized (
    select version_id, record_id from official_mentions
    where person_id = :person order by published_at desc nulls last, version_id, record_id limit :mentions
)
select s.* from mention join statements s using (version_id, record_id)
where s.role = any(cast(:roles as text[]))
order by s.published_at desc nulls last, s.version_id, s.record_id limit :limit
"""
# "offset 0": else the planner, which expects one row of each join, works out all of a person's encounters first.
_ENCOUNTERS = """
with mention as materialized (
    select version_id from official_mentions where person_id = :person
    group by published_at, version_id order by published_at desc nulls last, version_id limit :mentions
)
select e.*, record_sentence(e.version_id, e.sentence_start, e.sentence_end) as sentence
from mention cross join lateral (
    select * from encounters e where e.person_id = :person and e.version_id = mention.version_id offset 0
) as e
where cast(:other as bigint) is null or e.other_person_id = :other
order by e.published_at desc nulls last, e.version_id, e.record_id, e.ordinal, e.other_ordinal limit :limit
"""
_COVERAGE = """
select * from coverage where day_on between :since and :until and (cast(:outlet as text) is null or outlet = :outlet)
order by outlet, day_on limit :limit
"""
_CHANGES = """
select c.* from changes c
where c.changed_at > :since
    and c.changed_at <= coalesce(
        (select loaded_at from batches where loaded_at > :since order by loaded_at offset :batches limit 1), 'infinity')
order by c.changed_at, c.version_id, c.kind, c.record_id
"""


def series(
    connection: Connection,
    subject: str,
    *,
    body_id: int | None = None,
    place: str | None = None,
    unit: str | None = None,
    limit: int = 200,
) -> Sequence[Any]:
    """What was stated of `subject`, in any spelling, as rows of stated_figures.

    `body_id`: figures of that institution alone, from its newest MOST_MENTIONS mentions (body_figures); `place`: about
    that place, or in articles filed under that province.
    """
    query = _SERIES if body_id is None else _FIGURES_OF
    asked = {"subject": fold(subject), "body": body_id, "place": place, "unit": unit, "mentions": MOST_MENTIONS}
    return _rows(connection, query, limit, **asked)


def figures_of(connection: Connection, body_id: int, *, limit: int = 200) -> Sequence[Any]:
    """An institution's figures, as rows of body_figures, from its newest MOST_MENTIONS mentions."""
    asked = {"subject": None, "body": body_id, "place": None, "unit": None, "mentions": MOST_MENTIONS}
    return _rows(connection, _FIGURES_OF, limit, **asked)


def career(connection: Connection, person_id: int, *, limit: int = 200) -> Sequence[Any]:
    """The posts of a person in time, earliest first, as rows of careers."""
    return _rows(connection, _CAREER, limit, person=person_id)


def statements(
    connection: Connection, person_id: int, *, roles: Sequence[str] = ("speaker",), limit: int = 200
) -> Sequence[Any]:
    """What a person said, as rows of statements, from the newest MOST_MENTIONS mentions.

    With other `roles` (participant, mentioned): where the person is named as that.
    """
    return _rows(connection, _STATEMENTS, limit, person=person_id, roles=list(roles), mentions=MOST_MENTIONS)


def met(
    connection: Connection, person_id: int, *, other_person_id: int | None = None, limit: int = 200
) -> Sequence[Any]:
    """Whom a person met, or when the person met a certain other, as rows of encounters with the sentence.

    From the newest MOST_MENTIONS articles that name the person.
    """
    return _rows(connection, _ENCOUNTERS, limit, person=person_id, other=other_person_id, mentions=MOST_MENTIONS)


def coverage(
    connection: Connection, since: date, until: date, *, outlet: str | None = None, limit: int = MOST_ROWS
) -> Sequence[Any]:
    """What was looked at and found from `since` to `until`, both days in Tehran, by outlet and day, as of coverage."""
    return _rows(connection, _COVERAGE, limit, since=since, until=until, outlet=outlet)


def changed_since(connection: Connection, since: datetime, *, batches: int = 2) -> Sequence[Any]:
    """What loads changed after the aware moment `since`, earliest first, as rows of changes: of the first `batches`.

    Asked again with the last row's `changed_at` it goes on; without a row, that is all.
    """
    values = {"since": since, "batches": min(batches, MOST_BATCHES) - 1}
    return connection.execute(text(_CHANGES), values).all()


def _rows(connection: Connection, query: str, limit: int, **values: Any) -> Sequence[Any]:
    return connection.execute(text(query), {**values, "limit": min(limit, MOST_ROWS)}).all()
