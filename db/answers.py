"""Questions that analysts ask, each one bounded query over the views; docs/queries.md shows how they are planned.

Every function takes a connection and gives rows with the columns of the view it names (`db.views`), newest first unless
it says otherwise. `limit` is at most MOST_ROWS.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from parsing.text import fold

MOST_ROWS = 1_000
# Batches of 500 articles or fewer: what changed is told in whole batches, so that none is left out between two calls.
MOST_BATCHES = 10

# Which figures are a body's is found first, and fenced off: the planner does not know how few they are.
_BODY_SERIES = """
with wanted as materialized (
    select version_id, record_id from body_figures
    where body_id = :body and (cast(:subject as text) is null or subject_fold = :subject)
)
select f.* from wanted join stated_figures f using (version_id, record_id)
where (cast(:place as text) is null or :place in (f.place, f.province))
    and (cast(:unit as text) is null or f.unit = :unit)
order by f.published_at desc nulls last, f.version_id, f.record_id limit :limit
"""
_SERIES = """
select * from stated_figures
where subject_fold = :subject and (cast(:place as text) is null or :place in (place, province))
    and (cast(:unit as text) is null or unit = :unit)
order by published_at desc nulls last, version_id, record_id limit :limit
"""
_BODY_FIGURES = """
select * from body_figures where body_id = :body
order by published_at desc nulls last, version_id, record_id limit :limit
"""
_CAREER = """
select * from careers where person_id = :person
order by coalesce(since_on, first_met_on) nulls last, last_met_on nulls last, post_id limit :limit
"""
_STATEMENTS = """
select * from statements where person_id = :person and role = any(cast(:roles as text[]))
order by published_at desc nulls last, version_id, record_id limit :limit
"""
_ENCOUNTERS = """
select *, record_sentence(version_id, sentence_start, sentence_end) as sentence from encounters
where person_id = :person and (cast(:other as bigint) is null or other_person_id = :other)
order by published_at desc nulls last, version_id, record_id, ordinal, other_ordinal limit :limit
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

    `body_id`: figures of that institution alone (body_figures); `place`: about that place, or in articles filed under
    that province.
    """
    query = _SERIES if body_id is None else _BODY_SERIES
    return _rows(connection, query, limit, subject=fold(subject), body=body_id, place=place, unit=unit)


def figures_of(connection: Connection, body_id: int, *, limit: int = 200) -> Sequence[Any]:
    """An institution's figures, as rows of body_figures."""
    return _rows(connection, _BODY_FIGURES, limit, body=body_id)


def career(connection: Connection, person_id: int, *, limit: int = 200) -> Sequence[Any]:
    """The posts of a person in time, earliest first, as rows of careers."""
    return _rows(connection, _CAREER, limit, person=person_id)


def statements(
    connection: Connection, person_id: int, *, roles: Sequence[str] = ("speaker",), limit: int = 200
) -> Sequence[Any]:
    """What a person said, as rows of statements; with other `roles` (participant, mentioned), where one is named."""
    return _rows(connection, _STATEMENTS, limit, person=person_id, roles=list(roles))


def met(
    connection: Connection, person_id: int, *, other_person_id: int | None = None, limit: int = 200
) -> Sequence[Any]:
    """Whom a person met, or when the person met a certain other, as rows of encounters with the sentence."""
    return _rows(connection, _ENCOUNTERS, limit, person=person_id, other=other_person_id)


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
