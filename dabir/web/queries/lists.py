"""What lists of several pages have alike: their length, the line of an article, the sentence of a record."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func

from db.schema import ArticleRow, ArticleTextRow

LIST_LIMIT = 200
"""Rows of a list on one page: what a reader scrolls, and a bound on what a page can cost."""

ARTICLE_LINE = (
    ArticleRow.article_id,
    ArticleRow.outlet,
    ArticleRow.published_at,
    ArticleRow.province,
    ArticleRow.decision,
    ArticleRow.is_advert,
    ArticleTextRow.title,
)


def sentence(record: Any) -> ColumnElement[str]:
    """The sentence that `record`'s row was read from."""
    return func.record_sentence(record.version_id, record.sentence_start, record.sentence_end)
