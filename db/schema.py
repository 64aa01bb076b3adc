"""The warehouse's tables about articles: what was crawled, what was read, and which articles are one story.

The tables of records are in `db.schema_records`, those of resolved people and institutions in `db.schema_entities`,
those of the watch over all of it in `db.schema_checks`. The comments here are the data dictionary: docs/records.md is
generated from them. This module makes no connection.

Keys are 64-bit hashes of what the row is about (`db.identity`), never counters: a load that was killed and run again,
or run by two processes, gives the same rows. Times ending in `_at` are aware instants, `_on` are days; the day of an
article is the day in Tehran.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Numeric,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB, REAL
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """What all tables share: the names of constraints and indexes, and the types of columns."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy's own protocol)
        int: BigInteger,
        str: Text,
        float: REAL,
        bytes: BYTEA,
        datetime: DateTime(timezone=True),
        Decimal: Numeric,
        list[str]: ARRAY(Text),
        dict[str, Any]: JSONB,
    }


def key(comment: str, *args: Any, sort_order: int = 0) -> Mapped[int]:
    """A column of a primary key: a 64-bit hash, given by the loader."""
    return mapped_column(
        BigInteger, *args, primary_key=True, autoincrement=False, comment=comment, sort_order=sort_order
    )


def references(target: str, **options: Any) -> ForeignKey:
    """A foreign key to `target`, a column written table.column; `options` are SQLAlchemy's."""
    return ForeignKey(target, **options)


class OutletRow(Table):
    __tablename__ = "outlets"
    __table_args__ = ({"comment": "News agencies and papers that articles come from"},)

    outlet: Mapped[str] = mapped_column(
        primary_key=True, comment="Name in one lower-case word, as readers say it: isna"
    )
    name: Mapped[str | None] = mapped_column(comment="Name in Persian, as the outlet writes it")
    names_fold: Mapped[list[str]] = mapped_column(
        server_default=text("'{}'"),
        comment="Further folded names by which other outlets cite it, given by hand; decides a story's origin",
    )
    family: Mapped[str | None] = mapped_column(comment="CMS family that its pages are read by; null for imports only")
    host: Mapped[str | None] = mapped_column(comment="Host name of its site")


class CrawlRunRow(Table):
    __tablename__ = "crawl_runs"
    __table_args__ = (
        Index(None, "day_on"),
        CheckConstraint(
            "outcome in ('complete', 'partial', 'nothing_published', 'unreachable', 'robots_forbidden', 'unparsable')",
            name="outcome",
        ),
        {"comment": "One crawl of one outlet for one day; a day looked at twice has two rows"},
    )

    outlet: Mapped[str] = mapped_column(references("outlets.outlet"), primary_key=True, comment="Outlet crawled")
    day_on: Mapped[date] = mapped_column(primary_key=True, comment="Day (Tehran) whose articles were asked for")
    run: Mapped[str] = mapped_column(
        primary_key=True, comment="When it began (UTC), its mode and, where it asked for one alone, the province"
    )
    outcome: Mapped[str] = mapped_column(
        comment="complete | partial | nothing_published | unreachable | robots_forbidden | unparsable"
    )
    reason: Mapped[str | None] = mapped_column(
        comment="What it found and lost, in one line; null where complete or nothing_published"
    )
    started_at: Mapped[datetime | None] = mapped_column(comment="When the crawl began")
    ended_at: Mapped[datetime | None] = mapped_column(comment="When the crawl ended")


class CrawlCounterRow(Table):
    __tablename__ = "crawl_counters"
    __table_args__ = (
        {"comment": "Counters of a crawl run: listed, fetched, not_modified, articles, rejected and so on"},
    )

    outlet: Mapped[str] = mapped_column(primary_key=True, comment="Outlet crawled")
    day_on: Mapped[date] = mapped_column(primary_key=True, comment="Day (Tehran) of the run")
    run: Mapped[str] = mapped_column(primary_key=True, comment="Name of the run")
    counter: Mapped[str] = mapped_column(primary_key=True, comment="What was counted")
    value: Mapped[int] = mapped_column(comment="How many")


class BatchRow(Table):
    __tablename__ = "batches"
    __table_args__ = (
        Index(None, "loaded_at"),
        {"comment": "Done-marks: one row per batch loaded, written in the transaction of its rows"},
    )

    batch: Mapped[str] = mapped_column(primary_key=True, comment="Key of the batch; loading it again changes nothing")
    rules: Mapped[str] = mapped_column(comment="Version of the extraction rules that made its records")
    loaded_at: Mapped[datetime] = mapped_column(
        server_default=text("now()"), comment="When its transaction began on the server"
    )


class BatchTallyRow(Table):
    __tablename__ = "batch_tallies"
    __table_args__ = (
        Index(None, "day_on"),
        CheckConstraint("seen = new + versions + copies + same + rejected", name="adds_up"),
        {"comment": "What became of a batch's articles, per outlet: seen = new + versions + copies + same + rejected"},
    )

    batch: Mapped[str] = mapped_column(references("batches.batch"), primary_key=True, comment="Key of the batch")
    outlet: Mapped[str] = mapped_column(references("outlets.outlet"), primary_key=True, comment="Outlet counted")
    day_on: Mapped[date | None] = mapped_column(comment="Day (Tehran) crawled; null where it was loaded for no one day")
    seen: Mapped[int] = mapped_column(comment="Articles and rejected pages given to the load")
    new: Mapped[int] = mapped_column(comment="Articles not known before, neither copies nor changed texts of others")
    versions: Mapped[int] = mapped_column(
        comment="Changed texts of known articles, under their own code or address or another"
    )
    copies: Mapped[int] = mapped_column(comment="Articles not known before whose text another article already had")
    same: Mapped[int] = mapped_column(comment="Sightings of a text already known")
    rejected: Mapped[int] = mapped_column(comment="Pages that did not become an article")
    another: Mapped[int] = mapped_column(
        comment="Of the new: those whose title and footer are another article's, told apart by outlet, day and body"
    )
    adverts: Mapped[int] = mapped_column(comment="Of the new, versions and copies: marked as adverts by the outlet")
    linked: Mapped[int] = mapped_column(comment="Pairs of near-duplicate texts found")
    officials: Mapped[int] = mapped_column(comment="Official records of new texts")
    organizations: Mapped[int] = mapped_column(comment="Organization records of new texts")
    metrics: Mapped[int] = mapped_column(comment="Metric records of new texts")
    meetings: Mapped[int] = mapped_column(comment="Meeting records of new texts")
    added: Mapped[int] = mapped_column(comment="Records that re-extraction added to known texts")
    withdrawn: Mapped[int] = mapped_column(comment="Records that re-extraction withdrew from known texts")


class PageRow(Table):
    __tablename__ = "pages"
    __table_args__ = (
        Index(None, "outlet", "fetched_at"),
        {"comment": "Raw pages in the WARC archive: where each one is, so that it can be parsed again"},
    )

    page_id: Mapped[int] = key("Hash of file and file_offset")
    outlet: Mapped[str] = mapped_column(references("outlets.outlet"), comment="Outlet the page was fetched from")
    url: Mapped[str] = mapped_column(comment="Address as fetched")
    file: Mapped[str] = mapped_column(comment="WARC file, relative to the archive's root")
    file_offset: Mapped[int] = mapped_column(comment="Byte at which its record begins in the file")
    digest: Mapped[str] = mapped_column(comment="Digest of the payload as the WARC record states it")
    etag: Mapped[str | None] = mapped_column(comment="ETag of the response, for asking only for what changed")
    last_modified: Mapped[str | None] = mapped_column(comment="Last-Modified of the response, as sent")
    fetched_at: Mapped[datetime] = mapped_column(comment="When the response came")
    pruned_at: Mapped[datetime | None] = mapped_column(
        comment="When the raw page was removed from the archive; null while it is there"
    )


class FooterRow(Table):
    __tablename__ = "footers"
    __table_args__ = ({"comment": "End-of-message marks met, one row per wording"},)

    footer_id: Mapped[int] = key("Hash of text")
    text: Mapped[str] = mapped_column(comment="The mark as the outlet printed it")
    marker: Mapped[str] = mapped_column(comment="Its wording with typos mended")
    codes: Mapped[list[str]] = mapped_column(comment="Codes of desk, reporter and editor printed after it, in order")
    is_advert: Mapped[bool] = mapped_column(comment="Whether the wording marks an advert")


class ArticleRow(Table):
    __tablename__ = "articles"
    __table_args__ = (
        Index(None, "outlet", "identity", unique=True),
        Index(None, "outlet", "published_on"),
        Index(None, "published_on"),
        CheckConstraint("decision in ('new', 'copy', 'version', 'another')", name="decision"),
        {
            "comment": "One row per article of an outlet, however many addresses and texts it has had; "
            "columns that pages may change hold what the latest sighting said"
        },
    )

    article_id: Mapped[int] = key("Hash of outlet and identity")
    outlet: Mapped[str] = mapped_column(references("outlets.outlet"), comment="Outlet that published it")
    identity: Mapped[str] = mapped_column(
        comment="What makes it one article: code:<news code>, else url:<canonical address>, else text:<digest>"
    )
    code: Mapped[str | None] = mapped_column(comment="The outlet's own news code")
    url: Mapped[str | None] = mapped_column(comment="Address of the latest sighting")
    published_at: Mapped[datetime | None] = mapped_column(
        comment="When the outlet says it was published; never guessed"
    )
    published_on: Mapped[date | None] = mapped_column(
        Computed("(published_at AT TIME ZONE 'Asia/Tehran')::date", persisted=True),
        comment="Day of published_at in Tehran",
    )
    updated_at: Mapped[datetime | None] = mapped_column(comment="When the outlet says it was last changed")
    section: Mapped[str | None] = mapped_column(comment="Section or service of the outlet")
    province: Mapped[str | None] = mapped_column(comment="Province the outlet files it under")
    dateline: Mapped[str | None] = mapped_column(comment="Place the report is sent from")
    tags: Mapped[list[str]] = mapped_column(comment="The outlet's tags, in order")
    reporter: Mapped[str | None] = mapped_column(comment="Reporter named on the page")
    cited_agency: Mapped[str | None] = mapped_column(comment="Agency that the text says it took the report from")
    image_url: Mapped[str | None] = mapped_column(comment="Address of its main picture")
    layout: Mapped[str | None] = mapped_column(comment="Page layout it was read by")
    is_advert: Mapped[bool] = mapped_column(comment="Whether the outlet marks it as an advert (رپرتاژ آگهی)")
    first_seen_at: Mapped[datetime] = mapped_column(comment="Earliest sighting")
    last_seen_at: Mapped[datetime] = mapped_column(comment="Latest sighting")
    current_version_id: Mapped[int] = mapped_column(
        comment="Text of the latest sighting, as last read (article_versions)"
    )
    decision: Mapped[str] = mapped_column(
        server_default=text("'new'"),
        comment="What it was when first loaded: new | copy (another article's text) | version (its outlet published a "
        "changed text under another code) | another (title and footer are another article's, the article is not)",
    )
    decision_reason: Mapped[str | None] = mapped_column(comment="Why, in words and figures; null for new")
    decided_against_id: Mapped[int | None] = mapped_column(comment="Article it was compared with (articles)")


class ArticleVersionRow(Table):
    __tablename__ = "article_versions"
    __table_args__ = (
        Index(None, "article_id"),
        Index(None, "title_footer_key", postgresql_where=text("title_footer_key is not null")),
        Index(None, "batch"),
        {
            "comment": "One row per distinct text of an article. Texts are one version when their words, figures and "
            "footer are equal, however they are spaced or punctuated; each keeps its own records"
        },
    )

    version_id: Mapped[int] = key("Hash of article_id and content_digest")
    article_id: Mapped[int] = mapped_column(references("articles.article_id"), comment="Article it is a text of")
    content_digest: Mapped[bytes] = mapped_column(
        comment="BLAKE2b-128 of the folded kicker, title, lead, body and footer"
    )
    body_digest: Mapped[bytes | None] = mapped_column(
        comment="BLAKE2b-128 of the folded lead and body; null where both are empty"
    )
    title_fold: Mapped[str | None] = mapped_column(comment="Title folded for comparing; null where there is no title")
    title_footer_key: Mapped[int | None] = mapped_column(
        comment="Hash of folded title and footer: a candidate for copy or version. Null, so matching nothing, where "
        "either is missing"
    )
    footer_id: Mapped[int | None] = mapped_column(references("footers.footer_id"), comment="Footer it ends with")
    published_at: Mapped[datetime | None] = mapped_column(
        comment="Publication time stated beside this text; dedup compares it"
    )
    characters: Mapped[int] = mapped_column(comment="Length of lead and body in characters")
    first_seen_at: Mapped[datetime] = mapped_column(comment="Earliest sighting of this text")
    last_seen_at: Mapped[datetime] = mapped_column(comment="Latest sighting of this text")
    text_seen_at: Mapped[datetime] = mapped_column(comment="Sighting whose spelling of the text is stored")
    superseded_by_id: Mapped[int | None] = mapped_column(
        comment="Text that a better reading of the same raw pages gave in its place; null while it stands"
    )
    rules: Mapped[str] = mapped_column(comment="Version of the extraction rules that made its records")
    records_digest: Mapped[int] = mapped_column(
        comment="Hash of the stored text and its records: re-extraction that gives the same changes nothing"
    )
    batch: Mapped[str] = mapped_column(comment="Batch that first loaded it (batches)")


class ArticleTextRow(Table):
    __tablename__ = "article_texts"
    __table_args__ = (
        {
            "comment": "The words of a version, normalised. Spans of its records count characters of kicker, title, "
            "lead and body joined by newlines, empty parts left out"
        },
    )

    version_id: Mapped[int] = key(
        "Version the text is of", references("article_versions.version_id", ondelete="CASCADE")
    )
    kicker: Mapped[str | None] = mapped_column(comment="Line above the title (روتیتر)")
    title: Mapped[str | None] = mapped_column(comment="Title")
    lead: Mapped[str | None] = mapped_column(comment="Lead")
    body: Mapped[str | None] = mapped_column(comment="Paragraphs in order, joined by newlines, without the footer")


class SightingRow(Table):
    __tablename__ = "sightings"
    __table_args__ = (
        Index(None, "article_id"),
        {"comment": "Every time an article was seen, changed or not: at which address, with which text, in which page"},
    )

    sighting_id: Mapped[int] = key("Hash of article, time, address and page; without a page, of the version too")
    article_id: Mapped[int] = mapped_column(references("articles.article_id"), comment="Article seen")
    version_id: Mapped[int] = mapped_column(references("article_versions.version_id"), comment="Text seen")
    seen_at: Mapped[datetime] = mapped_column(
        comment="When it was fetched, or, for an import, the time the importer gave"
    )
    url: Mapped[str | None] = mapped_column(comment="Address it was seen at")
    page_id: Mapped[int | None] = mapped_column(
        references("pages.page_id"), comment="Raw page; null for imported archives"
    )


class ArticleSketchRow(Table):
    __tablename__ = "article_sketches"
    __table_args__ = (
        {
            "comment": "Bottom-k MinHash sketch of each version's lead and body: texts that share a fingerprint are "
            "compared whole. Derived from article_texts, so without a foreign key"
        },
    )

    period: Mapped[int] = mapped_column(
        SmallInteger,
        primary_key=True,
        autoincrement=False,
        comment="day over 32, so that what is loaded of late lies together; -1 where not stated",
    )
    fingerprint: Mapped[int] = key("Hash of a run of folded characters")
    day: Mapped[int] = mapped_column(
        Integer,
        primary_key=True,
        autoincrement=False,
        comment="Days from 1970 to publication (UTC); -1 where not stated",
    )
    version_id: Mapped[int] = key("Version whose smallest hashes it is among")


class ArticleWordsRow(Table):
    __tablename__ = "article_words"
    __table_args__ = (
        # New words wait in a list of 16 MB, of some eight batches, and go into the index together: measured in
        # docs/decisions.md.
        Index(None, "words", postgresql_using="gin", postgresql_with={"gin_pending_list_limit": 16384}),
        {
            "comment": "The words of each version as numbers, by which articles are searched whatever their spelling. "
            "Derived from article_texts, so without a foreign key"
        },
    )

    version_id: Mapped[int] = key("Version whose words they are")
    published_at: Mapped[datetime | None] = mapped_column(comment="Publication time stated beside the text")
    words: Mapped[list[int]] = mapped_column(
        ARRAY(Integer), comment="Keys of its distinct words, its outlet and its month of publication (db.words)"
    )


class ArticleLinkRow(Table):
    __tablename__ = "article_links"
    __table_args__ = (
        Index(None, "version_b_id"),
        CheckConstraint("kind in ('copy', 'version', 'story')", name="kind"),
        CheckConstraint("version_a_id < version_b_id", name="ordered"),
        {"comment": "Pairs of texts of different articles found to be one report, with the figures that decided it"},
    )

    version_a_id: Mapped[int] = key("One text", references("article_versions.version_id"))
    version_b_id: Mapped[int] = key("The other", references("article_versions.version_id"))
    kind: Mapped[str] = mapped_column(
        comment="copy (same words, or another outlet's near words with the same title and footer) | version (one "
        "outlet, republished with changes) | story (another outlet's telling of the report)"
    )
    reason: Mapped[str] = mapped_column(comment="Name of the rule that decided")
    jaccard: Mapped[float] = mapped_column(comment="Shared runs of 12 folded characters over all of both, 0 to 1")
    containment: Mapped[float] = mapped_column(
        comment="Shared runs of 12 folded characters over those of the shorter, 0 to 1"
    )
    figures: Mapped[float] = mapped_column(
        comment="Numbers of the text with fewer that the other has too, 0 to 1; 1 where none"
    )
    hours_apart: Mapped[float | None] = mapped_column(comment="Hours between publication; null where one is not stated")
    is_same_key: Mapped[bool] = mapped_column(
        comment="Whether folded title and footer are equal and neither is missing"
    )


class StoryRow(Table):
    __tablename__ = "stories"
    __table_args__ = (
        CheckConstraint("origin_reason in ('cited', 'first_published', 'first_seen')", name="origin_reason"),
        {"comment": "One report told by several articles; nothing is deleted, the articles are linked"},
    )

    story_id: Mapped[int] = key("Smallest article_id of its articles")
    origin_article_id: Mapped[int] = mapped_column(references("articles.article_id"), comment="Article it comes from")
    origin_reason: Mapped[str] = mapped_column(
        comment="cited (its outlet is named as the source by another) | first_published | first_seen (no times stated)"
    )
    articles: Mapped[int] = mapped_column(comment="Number of articles")
    outlets: Mapped[int] = mapped_column(comment="Number of outlets")
    first_published_at: Mapped[datetime | None] = mapped_column(comment="Earliest publication time stated")
    last_published_at: Mapped[datetime | None] = mapped_column(comment="Latest publication time stated")


class StoryArticleRow(Table):
    __tablename__ = "story_articles"
    __table_args__ = (
        Index(None, "story_id"),
        {"comment": "Which story an article belongs to; one in no story has no row"},
    )

    article_id: Mapped[int] = key("Article", references("articles.article_id"))
    story_id: Mapped[int] = mapped_column(references("stories.story_id"), comment="Story it belongs to")


class RejectedPageRow(Table):
    __tablename__ = "rejected_pages"
    __table_args__ = (
        Index(None, "outlet"),
        {"comment": "Pages and lines that did not become an article, with the reason; kept to be tried again"},
    )

    rejected_id: Mapped[int] = key("Hash of all the columns but batch")
    outlet: Mapped[str] = mapped_column(references("outlets.outlet"), comment="Outlet")
    url: Mapped[str | None] = mapped_column(comment="Address, where known")
    code: Mapped[str | None] = mapped_column(comment="News code, where known")
    field: Mapped[str] = mapped_column(comment="Field of the article that failed")
    reason: Mapped[str] = mapped_column(comment="Why, in one sentence")
    batch: Mapped[str] = mapped_column(comment="Batch that first met it (batches)")
