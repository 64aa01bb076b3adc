"""Figures: what articles state in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from dabir.web.queries.lists import LIST_LIMIT, sentence
from db.schema import ArticleRow, ArticleVersionRow
from db.schema_records import MetricRow
from db.text_search import terms_of, versions_with
from parsing.letters import fold

LATEST_ARTICLES = 1000
"""Articles whose figures are shown where no subject is asked for."""


_NEWEST = (ArticleRow.published_at.desc().nulls_last(), ArticleRow.article_id, MetricRow.ordinal)


def figures(connection: Connection, subject: str | None, place: str | None, unit: str | None) -> Sequence[Any]:
    """Stated figures of the latest articles, of one place or unit; of `subject`, or whose subject holds its words."""
    query = _stated(place, unit)
    if subject and fold(subject):
        return _about(connection, query, subject)
    latest = (
        select(ArticleRow.article_id)
        .where(ArticleRow.published_on.is_not(None))
        .order_by(ArticleRow.published_on.desc(), ArticleRow.published_at.desc())
        .limit(LATEST_ARTICLES)
        .cte()
        .prefix_with("materialized", dialect="postgresql")
    )
    of_latest = query.join(latest, latest.c.article_id == ArticleRow.article_id)
    return connection.execute(of_latest.order_by(*_NEWEST)).all()


def _stated(place: str | None, unit: str | None) -> Select[*tuple[Any, ...]]:
    """Figures of current texts with their article and sentence; of one place, stated or the article's, or one unit."""
    query = (
        select(
            MetricRow,
            sentence(MetricRow).label("sentence"),
            ArticleRow.article_id,
            ArticleRow.outlet,
            ArticleRow.published_at,
            ArticleRow.province,
        )
        .join(ArticleVersionRow, ArticleVersionRow.version_id == MetricRow.version_id)
        .join(
            ArticleRow,
            and_(
                ArticleRow.article_id == ArticleVersionRow.article_id,
                ArticleRow.current_version_id == MetricRow.version_id,
            ),
        )
        .limit(LIST_LIMIT)
    )
    if place and place.strip():
        wanted = place.strip()
        query = query.where(or_(MetricRow.place == wanted, ArticleRow.province == wanted))
    if unit and unit.strip():
        query = query.where(MetricRow.unit == unit.strip())
    return query


def _about(connection: Connection, query: Select[*tuple[Any, ...]], subject: str) -> Sequence[Any]:
    """Figures of just this subject, and of those that hold its words in the newest texts that have them."""
    found = {
        (row.version_id, row.record_id): row
        for row in connection.execute(query.where(MetricRow.subject_fold == fold(subject)).order_by(*_NEWEST))
    }
    for versions in versions_with(connection, {word for term in terms_of(subject) for word in term}):
        held = query.where(
            MetricRow.version_id.in_(versions), MetricRow.subject_fold.contains(fold(subject), autoescape=True)
        )
        found |= {(row.version_id, row.record_id): row for row in connection.execute(held.order_by(*_NEWEST))}
        if len(found) >= LIST_LIMIT:
            break

    def newest(row: Any) -> tuple[float, int, int]:
        return -row.published_at.timestamp() if row.published_at else 0.0, row.article_id, row.ordinal

    return sorted(found.values(), key=newest)[:LIST_LIMIT]
