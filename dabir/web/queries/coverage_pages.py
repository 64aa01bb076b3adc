"""Coverage: the calendar of outlets and days, and what became of one of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from dabir.web.queries.lists import ARTICLE_LINE, LIST_LIMIT
from dabir.web.queries.reject_pages import rejected
from db.schema import ArticleRow, ArticleTextRow, CrawlCounterRow, CrawlRunRow, OutletRow
from db.schema_checks import CheckFindingRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One outlet and day of the coverage calendar. `outcome` is None where nobody looked yet; `severity` is that of the
    worst finding of its check, None where there is none."""

    day: date
    outcome: str | None
    articles: int
    severity: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """The coverage calendar: its days, the earliest first, and a row for each outlet."""

    days: tuple[date, ...]
    rows: tuple[tuple[str, str, tuple[Cell, ...]], ...]
    """(outlet, its Persian name, one cell a day), by outlet."""


def last_day(connection: Connection) -> date | None:
    """The latest day that was crawled, else the latest that an article was published on."""
    crawled: date | None = connection.scalar(select(func.max(CrawlRunRow.day_on)))
    return crawled or connection.scalar(select(func.max(ArticleRow.published_on)))


def coverage(connection: Connection, until: date, days: int) -> Coverage:
    """Outcome of the latest crawl, number of articles and worst finding, per outlet, for the `days` days to `until`."""
    since = until - timedelta(days=days - 1)
    window = tuple(since + timedelta(days=i) for i in range(days))
    runs = connection.execute(
        select(CrawlRunRow.outlet, CrawlRunRow.day_on, CrawlRunRow.outcome)
        .ext(distinct_on(CrawlRunRow.outlet, CrawlRunRow.day_on))
        .where(CrawlRunRow.day_on.between(since, until))
        .order_by(CrawlRunRow.outlet, CrawlRunRow.day_on, CrawlRunRow.started_at.desc().nulls_last())
    )
    outcomes = {(row.outlet, row.day_on): row.outcome for row in runs}
    counted = connection.execute(
        select(ArticleRow.outlet, ArticleRow.published_on, func.count().label("articles"))
        .where(ArticleRow.published_on.between(since, until))
        .group_by(ArticleRow.outlet, ArticleRow.published_on)
    )
    articles = {(row.outlet, row.published_on): row.articles for row in counted}
    worst = connection.execute(
        select(CheckFindingRow.outlet, CheckFindingRow.day_on, func.min(CheckFindingRow.severity).label("severity"))
        .where(CheckFindingRow.day_on.between(since, until))
        .group_by(CheckFindingRow.outlet, CheckFindingRow.day_on)
    )
    severities = {(row.outlet, row.day_on): row.severity for row in worst}
    outlets = connection.execute(select(OutletRow.outlet, OutletRow.name).order_by(OutletRow.outlet))
    return Coverage(
        days=window,
        rows=tuple(
            (
                outlet,
                name or outlet,
                tuple(
                    Cell(
                        day=day,
                        outcome=outcomes.get((outlet, day)),
                        articles=articles.get((outlet, day), 0),
                        severity=severities.get((outlet, day)),
                    )
                    for day in window
                ),
            )
            for outlet, name in outlets
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletDay:
    """The Persian name of an outlet and the rows of one of its days."""

    name: str
    runs: Sequence[Any]
    counters: Sequence[Any]
    findings: Sequence[Any]
    articles: Sequence[Any]
    rejected: Sequence[Any]


def outlet_day(connection: Connection, outlet: str, day: date) -> OutletDay | None:
    """Crawls of an outlet and day, their counters, its findings, articles and rejects; None for an unknown outlet."""
    name = connection.execute(select(OutletRow.name).where(OutletRow.outlet == outlet)).one_or_none()
    if name is None:
        return None
    of_day = (CrawlRunRow.outlet == outlet, CrawlRunRow.day_on == day)
    return OutletDay(
        name=name[0] or outlet,
        runs=connection.execute(
            select(CrawlRunRow).where(*of_day).order_by(CrawlRunRow.started_at.desc().nulls_last()).limit(LIST_LIMIT)
        ).all(),
        counters=connection.execute(
            select(CrawlCounterRow.run, CrawlCounterRow.counter, CrawlCounterRow.value)
            .where(CrawlCounterRow.outlet == outlet, CrawlCounterRow.day_on == day)
            .order_by(CrawlCounterRow.run, CrawlCounterRow.counter)
        ).all(),
        findings=connection.execute(
            select(CheckFindingRow)
            .where(CheckFindingRow.outlet == outlet, CheckFindingRow.day_on == day)
            .order_by(CheckFindingRow.severity, CheckFindingRow.check_name)
        ).all(),
        articles=connection.execute(
            select(*ARTICLE_LINE)
            .join(ArticleTextRow, ArticleTextRow.version_id == ArticleRow.current_version_id)
            .where(ArticleRow.outlet == outlet, ArticleRow.published_on == day)
            .order_by(ArticleRow.published_at.desc(), ArticleRow.article_id)
            .limit(LIST_LIMIT)
        ).all(),
        rejected=rejected(connection, outlet=outlet, day=day),
    )
