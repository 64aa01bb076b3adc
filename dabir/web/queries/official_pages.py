"""Officials: the list of people, and one person's posts, statements and meetings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Subquery, and_, select
from sqlalchemy.dialects.postgresql import distinct_on

from dabir.web.queries.lists import LIST_LIMIT, sentence
from db.schema import ArticleRow, ArticleVersionRow
from db.schema_entities import OfficialMentionRow, PersonNameRow, PersonRow, PostRow, TenureRow
from db.schema_records import MeetingParticipantRow, MeetingRow, OfficialRow
from parsing.letters import fold


def officials(connection: Connection, words: str | None) -> Sequence[Any]:
    """People, the most recently met first, with their latest post; of those of whom a name holds `words`."""
    latest = (
        select(TenureRow.person_id, PostRow.title, TenureRow.last_met_on)
        .ext(distinct_on(TenureRow.person_id))
        .join(PostRow, PostRow.post_id == TenureRow.post_id)
        .order_by(TenureRow.person_id, TenureRow.last_met_on.desc().nulls_last())
        .subquery()
    )
    query = (
        select(PersonRow.person_id, PersonRow.name, latest.c.title.label("post"), latest.c.last_met_on)
        .outerjoin(latest, latest.c.person_id == PersonRow.person_id)
        .order_by(latest.c.last_met_on.desc().nulls_last(), PersonRow.name)
        .limit(LIST_LIMIT)
    )
    if words and fold(words):
        named = select(PersonNameRow.person_id).where(PersonNameRow.name_fold.contains(fold(words), autoescape=True))
        query = query.where(PersonRow.person_id.in_(named))
    return connection.execute(query).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """A person with posts, sentences that name the person and meetings attended, the latest of each first."""

    name: str
    tenures: Sequence[Any]
    statements: Sequence[Any]
    meetings: Sequence[Any]


def person(connection: Connection, person_id: int) -> PersonPage | None:
    """The page of a person; None where there is no such person."""
    name = connection.scalar(select(PersonRow.name).where(PersonRow.person_id == person_id))
    if name is None:
        return None
    return PersonPage(
        name=name,
        tenures=_tenures(connection, person_id),
        statements=_statements(connection, person_id),
        meetings=_meetings(connection, person_id),
    )


def _tenures(connection: Connection, person_id: int) -> Sequence[Any]:
    return connection.execute(
        select(
            PostRow.title,
            TenureRow.since_on,
            TenureRow.until_on,
            TenureRow.first_met_on,
            TenureRow.last_met_on,
            TenureRow.is_acting,
            TenureRow.is_former,
        )
        .join(PostRow, PostRow.post_id == TenureRow.post_id)
        .where(TenureRow.person_id == person_id)
        .order_by(TenureRow.last_met_on.desc().nulls_last(), PostRow.title)
        .limit(LIST_LIMIT)
    ).all()


def _statements(connection: Connection, person_id: int) -> Sequence[Any]:
    """What the person's records of current texts say, with their sentences."""
    mentions = _mentions(person_id)
    return connection.execute(
        select(
            ArticleRow.article_id,
            ArticleRow.outlet,
            ArticleRow.published_at,
            OfficialRow.post,
            OfficialRow.role,
            OfficialRow.rule,
            sentence(OfficialRow).label("sentence"),
        )
        .select_from(mentions)
        .join(OfficialRow, _official_of(mentions))
        .join(ArticleVersionRow, ArticleVersionRow.version_id == OfficialRow.version_id)
        .join(ArticleRow, ArticleRow.current_version_id == ArticleVersionRow.version_id)
        .order_by(ArticleRow.published_at.desc().nulls_last(), ArticleRow.article_id)
        .limit(LIST_LIMIT)
    ).all()


def _meetings(connection: Connection, person_id: int) -> Sequence[Any]:
    """Meetings whose participants are written as an official record of the person is, by name or by post alone."""
    mentions = _mentions(person_id)
    return connection.execute(
        select(
            ArticleRow.article_id,
            ArticleRow.outlet,
            ArticleRow.published_at,
            MeetingRow.kind,
            MeetingRow.name,
            MeetingRow.held_on,
            sentence(MeetingRow).label("sentence"),
        )
        .select_from(mentions)
        .join(OfficialRow, _official_of(mentions))
        .join(
            MeetingParticipantRow,
            and_(
                MeetingParticipantRow.version_id == OfficialRow.version_id,
                MeetingParticipantRow.name_fold.in_([OfficialRow.name_fold, OfficialRow.post_fold]),
            ),
        )
        .join(
            MeetingRow,
            and_(
                MeetingRow.version_id == MeetingParticipantRow.version_id,
                MeetingRow.record_id == MeetingParticipantRow.record_id,
            ),
        )
        .join(ArticleRow, ArticleRow.current_version_id == MeetingRow.version_id)
        .order_by(ArticleRow.published_at.desc().nulls_last(), ArticleRow.article_id)
        .limit(LIST_LIMIT)
    ).all()


def _mentions(person_id: int) -> Subquery:
    return (
        select(OfficialMentionRow.version_id, OfficialMentionRow.record_id)
        .where(OfficialMentionRow.person_id == person_id)
        .subquery()
    )


def _official_of(mentions: Subquery) -> ColumnElement[bool]:
    """That an official record is the one a mention is about."""
    return and_(OfficialRow.version_id == mentions.c.version_id, OfficialRow.record_id == mentions.c.record_id)
