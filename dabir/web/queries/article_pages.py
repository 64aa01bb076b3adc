"""Articles: their list, searched by words or not, and one of them in one of its versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from dabir.web.queries.lists import ARTICLE_LINE, LIST_LIMIT
from db.schema import (
    ArticleLinkRow,
    ArticleRow,
    ArticleTextRow,
    ArticleVersionRow,
    FooterRow,
    OutletRow,
    StoryArticleRow,
    StoryRow,
)
from db.schema_records import MeetingParticipantRow, MeetingRow, MetricRow, OfficialRow, OrganizationRow
from db.text_search import search


def articles(connection: Connection, outlet: str | None, words: str | None) -> Sequence[Any]:
    """The latest articles, of one outlet; with `words`, those that hold them, with a snippet (`db.text_search`)."""
    if words and words.strip():
        return search(connection, words, outlet=outlet or None).hits
    query = (
        select(*ARTICLE_LINE)
        .join(ArticleTextRow, ArticleTextRow.version_id == ArticleRow.current_version_id)
        .limit(LIST_LIMIT)
    )
    if outlet:
        query = query.where(ArticleRow.outlet == outlet)
    # By the day first, which is indexed; those without a date stand last.
    dated = query.where(ArticleRow.published_on.is_not(None)).order_by(
        ArticleRow.published_on.desc(), ArticleRow.published_at.desc(), ArticleRow.article_id
    )
    undated = query.where(ArticleRow.published_on.is_(None)).order_by(ArticleRow.article_id)
    found = connection.execute(dated).all()
    return found if len(found) == LIST_LIMIT else [*found, *connection.execute(undated)][:LIST_LIMIT]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """An article in one of its versions, with its records, its other versions, its likes and its story."""

    article: Any
    version: Any
    words: Any
    footer: str | None
    officials: Sequence[Any]
    organizations: Sequence[Any]
    metrics: Sequence[Any]
    meetings: Sequence[Any]
    participants: dict[int, list[str]]
    versions: Sequence[Any]
    links: Sequence[Any]
    story: Sequence[Any]

    @property
    def text(self) -> str:
        """What spans point into: the same rule as `parsing.records.Article.text`."""
        words = self.words
        return "\n".join(part for part in (words.kicker, words.title, words.lead, words.body) if part)


def article(connection: Connection, article_id: int, version_id: int | None = None) -> ArticlePage | None:
    """One article as it reads in `version_id` (default: the latest); None where there is no such article or version."""
    found = connection.execute(
        select(ArticleRow, func.coalesce(OutletRow.name, OutletRow.outlet).label("outlet_name"))
        .join(OutletRow, OutletRow.outlet == ArticleRow.outlet)
        .where(ArticleRow.article_id == article_id)
    ).one_or_none()
    if found is None:
        return None
    wanted = version_id if version_id is not None else found.current_version_id
    version = connection.execute(
        select(ArticleVersionRow).where(
            ArticleVersionRow.version_id == wanted, ArticleVersionRow.article_id == article_id
        )
    ).one_or_none()
    if version is None:
        return None

    def of_version(table: Any) -> Sequence[Any]:
        return connection.execute(select(table).where(table.version_id == wanted).order_by(table.ordinal)).all()

    return ArticlePage(
        article=found,
        version=version,
        words=connection.execute(select(ArticleTextRow).where(ArticleTextRow.version_id == wanted)).one(),
        footer=connection.scalar(select(FooterRow.text).where(FooterRow.footer_id == version.footer_id)),
        officials=of_version(OfficialRow),
        organizations=of_version(OrganizationRow),
        metrics=of_version(MetricRow),
        meetings=of_version(MeetingRow),
        participants=_participants(connection, version.version_id),
        versions=_versions(connection, article_id),
        links=_links(connection, version.version_id),
        story=_story(connection, article_id),
    )


def _participants(connection: Connection, version_id: int) -> dict[int, list[str]]:
    """Names of who took part in the meetings of a version, by the record of each meeting."""
    participants: dict[int, list[str]] = {}
    for row in connection.execute(
        select(MeetingParticipantRow.record_id, MeetingParticipantRow.name)
        .where(MeetingParticipantRow.version_id == version_id)
        .order_by(MeetingParticipantRow.record_id, MeetingParticipantRow.ordinal)
    ):
        participants.setdefault(row.record_id, []).append(row.name)
    return participants


def _versions(connection: Connection, article_id: int) -> Sequence[Any]:
    """The versions of an article with their titles, the first seen first."""
    return connection.execute(
        select(
            ArticleVersionRow.version_id,
            ArticleVersionRow.first_seen_at,
            ArticleVersionRow.last_seen_at,
            ArticleTextRow.title,
        )
        .join(ArticleTextRow, ArticleTextRow.version_id == ArticleVersionRow.version_id)
        .where(ArticleVersionRow.article_id == article_id)
        .order_by(ArticleVersionRow.first_seen_at, ArticleVersionRow.version_id)
        .limit(LIST_LIMIT)
    ).all()


def _links(connection: Connection, version_id: int) -> Sequence[Any]:
    """Links of a version with the article on their other side, the earliest published first."""
    other = ArticleVersionRow
    return connection.execute(
        select(
            ArticleLinkRow.kind,
            ArticleLinkRow.reason,
            ArticleLinkRow.jaccard,
            ArticleRow.article_id,
            ArticleRow.outlet,
            ArticleRow.published_at,
            ArticleTextRow.title,
        )
        .join(
            other,
            or_(
                and_(ArticleLinkRow.version_a_id == version_id, other.version_id == ArticleLinkRow.version_b_id),
                and_(ArticleLinkRow.version_b_id == version_id, other.version_id == ArticleLinkRow.version_a_id),
            ),
        )
        .join(ArticleRow, ArticleRow.article_id == other.article_id)
        .join(ArticleTextRow, ArticleTextRow.version_id == other.version_id)
        .where(or_(ArticleLinkRow.version_a_id == version_id, ArticleLinkRow.version_b_id == version_id))
        .order_by(ArticleRow.published_at.nulls_last(), ArticleRow.article_id)
        .limit(LIST_LIMIT)
    ).all()


def _story(connection: Connection, article_id: int) -> Sequence[Any]:
    """The articles of an article's story, itself among them, the earliest first; none where it is in no story."""
    story_id = select(StoryArticleRow.story_id).where(StoryArticleRow.article_id == article_id).scalar_subquery()
    return connection.execute(
        select(
            *ARTICLE_LINE,
            (StoryRow.origin_article_id == ArticleRow.article_id).label("is_origin"),
            StoryRow.origin_reason,
        )
        .join(StoryArticleRow, StoryArticleRow.article_id == ArticleRow.article_id)
        .join(StoryRow, StoryRow.story_id == StoryArticleRow.story_id)
        .join(ArticleTextRow, ArticleTextRow.version_id == ArticleRow.current_version_id)
        .where(StoryArticleRow.story_id == story_id)
        .order_by(ArticleRow.published_at.nulls_last(), ArticleRow.article_id)
        .limit(LIST_LIMIT)
    ).all()
