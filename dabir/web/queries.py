"""What the pages show, read from the warehouse: one function a page, each a few bounded queries, values out.

Rows are SQLAlchemy's, read by column name. Every list has a limit; nothing here writes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from db.schema import (
    ArticleLinkRow,
    ArticleRow,
    ArticleTextRow,
    ArticleVersionRow,
    BatchTallyRow,
    CrawlCounterRow,
    CrawlRunRow,
    FooterRow,
    OutletRow,
    RejectedPageRow,
    StoryArticleRow,
    StoryRow,
)
from db.schema_checks import CheckFindingRow
from db.schema_entities import OfficialMentionRow, PersonNameRow, PersonRow, PostRow, TenureRow
from db.schema_records import (
    MeetingParticipantRow,
    MeetingRow,
    MetricRow,
    OfficialRow,
    OrganizationRow,
)
from db.text_search import search, terms_of, versions_with
from parsing.letters import fold

LIST_LIMIT = 200
"""Rows of a list on one page: what a reader scrolls, and a bound on what a page can cost."""

LATEST_ARTICLES = 1000
"""Articles whose figures are shown where no subject is asked for."""


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
    outlet: str
    name: str
    runs: Sequence[Any]
    counters: Sequence[Any]
    findings: Sequence[Any]
    articles: Sequence[Any]
    rejected: Sequence[Any]


_ARTICLE_LINE = (
    ArticleRow.article_id,
    ArticleRow.outlet,
    ArticleRow.published_at,
    ArticleRow.province,
    ArticleRow.decision,
    ArticleRow.is_advert,
    ArticleTextRow.title,
)


def outlet_day(connection: Connection, outlet: str, day: date) -> OutletDay | None:
    """Crawls of an outlet and day, their counters, its findings, articles and rejects; None for an unknown outlet."""
    name = connection.execute(select(OutletRow.name).where(OutletRow.outlet == outlet)).one_or_none()
    if name is None:
        return None
    of_day = (CrawlRunRow.outlet == outlet, CrawlRunRow.day_on == day)
    return OutletDay(
        outlet=outlet,
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
            select(*_ARTICLE_LINE)
            .join(ArticleTextRow, ArticleTextRow.version_id == ArticleRow.current_version_id)
            .where(ArticleRow.outlet == outlet, ArticleRow.published_on == day)
            .order_by(ArticleRow.published_at.desc(), ArticleRow.article_id)
            .limit(LIST_LIMIT)
        ).all(),
        rejected=rejected(connection, outlet=outlet, day=day),
    )


def articles(connection: Connection, outlet: str | None, words: str | None) -> Sequence[Any]:
    """The latest articles, of one outlet; with `words`, those that hold them, with a snippet (`db.text_search`)."""
    if words and words.strip():
        return search(connection, words, outlet=outlet or None).hits
    query = (
        select(*_ARTICLE_LINE)
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

    participants: dict[int, list[str]] = {}
    for row in connection.execute(
        select(MeetingParticipantRow.record_id, MeetingParticipantRow.name)
        .where(MeetingParticipantRow.version_id == wanted)
        .order_by(MeetingParticipantRow.record_id, MeetingParticipantRow.ordinal)
    ):
        participants.setdefault(row.record_id, []).append(row.name)
    other = ArticleVersionRow
    links = connection.execute(
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
                and_(ArticleLinkRow.version_a_id == wanted, other.version_id == ArticleLinkRow.version_b_id),
                and_(ArticleLinkRow.version_b_id == wanted, other.version_id == ArticleLinkRow.version_a_id),
            ),
        )
        .join(ArticleRow, ArticleRow.article_id == other.article_id)
        .join(ArticleTextRow, ArticleTextRow.version_id == other.version_id)
        .where(or_(ArticleLinkRow.version_a_id == wanted, ArticleLinkRow.version_b_id == wanted))
        .order_by(ArticleRow.published_at.nulls_last(), ArticleRow.article_id)
        .limit(LIST_LIMIT)
    ).all()
    story_id = select(StoryArticleRow.story_id).where(StoryArticleRow.article_id == article_id).scalar_subquery()
    story = connection.execute(
        select(
            *_ARTICLE_LINE,
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
    return ArticlePage(
        article=found,
        version=version,
        words=connection.execute(select(ArticleTextRow).where(ArticleTextRow.version_id == wanted)).one(),
        footer=connection.scalar(select(FooterRow.text).where(FooterRow.footer_id == version.footer_id)),
        officials=of_version(OfficialRow),
        organizations=of_version(OrganizationRow),
        metrics=of_version(MetricRow),
        meetings=of_version(MeetingRow),
        participants=participants,
        versions=connection.execute(
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
        ).all(),
        links=links,
        story=story,
    )


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
    name: str
    tenures: Sequence[Any]
    statements: Sequence[Any]
    meetings: Sequence[Any]


def person(connection: Connection, person_id: int) -> PersonPage | None:
    """A person's posts in time, the sentences that name the person, and the meetings attended."""
    name = connection.scalar(select(PersonRow.name).where(PersonRow.person_id == person_id))
    if name is None:
        return None
    mentions = (
        select(OfficialMentionRow.version_id, OfficialMentionRow.record_id)
        .where(OfficialMentionRow.person_id == person_id)
        .subquery()
    )
    its_official = and_(OfficialRow.version_id == mentions.c.version_id, OfficialRow.record_id == mentions.c.record_id)
    return PersonPage(
        name=name,
        tenures=connection.execute(
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
        ).all(),
        statements=connection.execute(
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
            .join(OfficialRow, its_official)
            .join(ArticleVersionRow, ArticleVersionRow.version_id == OfficialRow.version_id)
            .join(ArticleRow, ArticleRow.current_version_id == ArticleVersionRow.version_id)
            .order_by(ArticleRow.published_at.desc().nulls_last(), ArticleRow.article_id)
            .limit(LIST_LIMIT)
        ).all(),
        meetings=connection.execute(
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
            .join(OfficialRow, its_official)
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
        ).all(),
    )


def sentence(record: Any) -> ColumnElement[str]:
    """The sentence that `record`'s row was read from."""
    return func.record_sentence(record.version_id, record.sentence_start, record.sentence_end)


def figures(connection: Connection, subject: str | None, place: str | None, unit: str | None) -> Sequence[Any]:
    """Stated figures of the latest articles, of one place or unit; of `subject`, or whose subject holds its words."""
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
    newest = (ArticleRow.published_at.desc().nulls_last(), ArticleRow.article_id, MetricRow.ordinal)
    if not subject or not fold(subject):
        latest = (
            select(ArticleRow.article_id)
            .where(ArticleRow.published_on.is_not(None))
            .order_by(ArticleRow.published_on.desc(), ArticleRow.published_at.desc())
            .limit(LATEST_ARTICLES)
            .cte()
            .prefix_with("materialized", dialect="postgresql")
        )
        of_latest = query.join(latest, latest.c.article_id == ArticleRow.article_id)
        return connection.execute(of_latest.order_by(*newest)).all()
    found = {
        (row.version_id, row.record_id): row
        for row in connection.execute(query.where(MetricRow.subject_fold == fold(subject)).order_by(*newest))
    }
    for versions in versions_with(connection, {word for term in terms_of(subject) for word in term}):
        held = query.where(
            MetricRow.version_id.in_(versions), MetricRow.subject_fold.contains(fold(subject), autoescape=True)
        )
        found |= {(row.version_id, row.record_id): row for row in connection.execute(held.order_by(*newest))}
        if len(found) >= LIST_LIMIT:
            break
    return sorted(
        found.values(),
        key=lambda row: (
            -row.published_at.timestamp() if row.published_at else 0.0,
            row.article_id,
            row.ordinal,
        ),
    )[:LIST_LIMIT]


def rejected(
    connection: Connection, outlet: str | None = None, day: date | None = None, field: str | None = None
) -> Sequence[Any]:
    """Pages that did not become an article; of one outlet, crawled day or field."""
    query = (
        select(RejectedPageRow).order_by(RejectedPageRow.batch.desc(), RejectedPageRow.rejected_id).limit(LIST_LIMIT)
    )
    if outlet:
        query = query.where(RejectedPageRow.outlet == outlet)
    if field:
        query = query.where(RejectedPageRow.field == field)
    if day:
        query = query.join(
            BatchTallyRow,
            and_(BatchTallyRow.batch == RejectedPageRow.batch, BatchTallyRow.outlet == RejectedPageRow.outlet),
        ).where(BatchTallyRow.day_on == day)
    return connection.execute(query).all()
