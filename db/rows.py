"""Articles and records as rows: what one batch puts into each table, worked out without a connection.

Every key is a hash of the row's own content, so the rows of a batch do not depend on what the warehouse holds, on the
order of the batch or on who loads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import orjson

from db.copying import Unstorable, dumped
from db.derived import Derived, derived, words_of
from db.identity import article_identity, folded_key, hash64, hash_bytes
from db.record_rows import RecordRows, Row, ToldRecords, folds_of, record_rows, told_records
from parsing.letters import fold
from parsing.records import Article, Records, Rejected

UNKNOWN_DAY = -1
# Days of one period of article_sketches; see docs/decisions.md.
PERIOD_DAYS = 32

PAGE_COLUMNS = ("page_id", "outlet", "url", "file", "file_offset", "digest", "etag", "last_modified", "fetched_at")
FOOTER_COLUMNS = ("footer_id", "text", "marker", "codes", "is_advert")
REJECTED_COLUMNS = ("rejected_id", "outlet", "url", "code", "field", "reason", "batch")
SIGHTING_COLUMNS = ("sighting_id", "article_id", "version_id", "seen_at", "url", "page_id")
SKETCH_COLUMNS = ("period", "fingerprint", "day", "version_id")
WORDS_COLUMNS = ("version_id", "published_at", "words")
TEXT_COLUMNS = ("version_id", "kicker", "title", "lead", "body")
STATED_COLUMNS = (
    *("code", "url", "published_at", "updated_at", "section", "province", "dateline", "tags", "reporter"),
    *("cited_agency", "image_url", "layout", "is_advert"),
)
ARTICLE_COLUMNS = (
    *("article_id", "outlet", "identity", *STATED_COLUMNS),
    *("first_seen_at", "last_seen_at", "current_version_id"),
)
VERSION_COLUMNS = (
    *("version_id", "article_id", "content_digest", "body_digest", "title_fold", "title_footer_key", "footer_id"),
    *("published_at", "characters", "first_seen_at", "last_seen_at", "text_seen_at", "rules", "records_digest"),
    "batch",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRef:
    """Where the raw page of an article is in the WARC archive, and what the server said for asking again."""

    url: str
    file: str
    offset: int
    digest: str
    fetched_at: datetime
    etag: str | None = None
    last_modified: str | None = None

    @property
    def page_id(self) -> int:
        """The key of its row in pages."""
        return hash64(self.file, self.offset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An article to load: normalised, with its records; seen at `seen_at` (aware) in `page`, None for an import."""

    article: Article
    records: Records
    seen_at: datetime
    page: PageRef | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """A rejected page that was read again: its row goes with this batch, unless the batch rejects it for the same."""

    rejected_id: int


@dataclass(slots=True, kw_only=True)
class Version:
    """One text of one article as this batch saw it: the spelling and the records of its latest sighting."""

    version_id: int
    article_id: int
    outlet: str
    incoming: Incoming
    derived: Derived
    title_fold: str | None
    title_footer_key: int | None
    footer_id: int | None
    characters: int
    records: ToldRecords
    records_digest: int
    first_seen_at: datetime
    last_seen_at: datetime

    @property
    def published_at(self) -> datetime | None:
        """When the article says it was published, aware; None where it does not."""
        return self.incoming.article.published

    @property
    def day(self) -> int:
        """Days from 1970 to publication (UTC), UNKNOWN_DAY where not stated."""
        return day_number(self.published_at)

    @property
    def period(self) -> int:
        """The period of article_sketches that its day is in; -1 where not stated."""
        return self.day // PERIOD_DAYS

    @property
    def words(self) -> Row:
        """In the order of WORDS_COLUMNS."""
        return words_of(self.version_id, self.published_at, self.derived.keys)

    @property
    def sketch_rows(self) -> list[Row]:
        """In the order of SKETCH_COLUMNS."""
        return [(self.period, fingerprint, self.day, self.version_id) for fingerprint in self.derived.sketch]

    def record_rows(self) -> RecordRows:
        """The rows of its records."""
        records = self.incoming.records
        return record_rows(self.version_id, records, folds_of([records]))

    def row(self, rules: str, batch: str) -> Row:
        """In the order of VERSION_COLUMNS."""
        return (
            *(self.version_id, self.article_id, self.derived.content_digest, self.derived.body_digest),
            *(self.title_fold, self.title_footer_key, self.footer_id, self.published_at, self.characters),
            *(self.first_seen_at, self.last_seen_at, self.incoming.seen_at, rules, self.records_digest, batch),
        )

    def text_row(self) -> Row:
        """In the order of TEXT_COLUMNS."""
        article = self.incoming.article
        return (self.version_id, article.kicker, article.title, article.lead, article.body)


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A batch as rows. `seen` is (outlet, article id, version id) of each article in order."""

    seen: list[tuple[str, int, int]] = field(default_factory=list)
    articles: dict[int, Row] = field(default_factory=dict)
    versions: dict[int, Version] = field(default_factory=dict)
    sightings: dict[int, Row] = field(default_factory=dict)
    pages: dict[int, Row] = field(default_factory=dict)
    footers: dict[int, Row] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    taken_back: list[int] = field(default_factory=list)

    @property
    def outlets(self) -> list[str]:
        """The outlets of the articles and rejected pages, in order."""
        return sorted({outlet for outlet, _, _ in self.seen} | {one.outlet for one in self.rejected})


def prepare(batch: Iterable[Incoming | Rejected | TakenBack]) -> Prepared:
    """The rows of `batch`. An article that cannot be stored joins the rejected ones; nothing else is lost for it."""
    prepared = Prepared()
    incoming: list[Incoming] = []
    for one in batch:
        if isinstance(one, Incoming):
            incoming.append(one)
        elif isinstance(one, Rejected):
            prepared.rejected.append(_storable(one))
        else:
            prepared.taken_back.append(one.rejected_id)
    folds = folds_of(one.records for one in incoming)
    for one, gives in zip(incoming, derived(one.article for one in incoming), strict=True):
        try:
            version, stated = _version(one, gives, folds)
        except Unstorable as error:
            article = one.article
            rejected = Rejected(
                outlet=article.outlet, url=article.url, code=article.code, field=error.field, reason=str(error)
            )
            prepared.rejected.append(_storable(rejected))
        else:
            _add(prepared, version, stated)
    return prepared


def rejected_row(rejected: Rejected, batch: str) -> Row:
    """A rejected page in the order of REJECTED_COLUMNS."""
    content = (rejected.outlet, rejected.url, rejected.code, rejected.field, rejected.reason)
    return (hash64(*content), *content, batch)


def day_number(moment: datetime | None) -> int:
    """Days from 1970 to an aware moment (UTC), UNKNOWN_DAY for None."""
    return UNKNOWN_DAY if moment is None else (moment.astimezone(UTC).date() - date(1970, 1, 1)).days


def _add(prepared: Prepared, version: Version, stated: Row) -> None:
    incoming, article = version.incoming, version.incoming.article
    seen_at = incoming.seen_at
    prepared.seen.append((version.outlet, version.article_id, version.version_id))
    page_id = None
    if (page := incoming.page) is not None:
        page_id = page.page_id
        prepared.pages[page_id] = (
            *(page_id, version.outlet, page.url, page.file, page.offset, page.digest),
            *(page.etag, page.last_modified, page.fetched_at),
        )
    if (footer := article.footer) is not None and version.footer_id is not None:
        prepared.footers[version.footer_id] = (
            *(version.footer_id, footer.text, footer.marker, list(footer.codes), footer.is_advert),
        )
    # A raw page is one sighting however it is read; without one, what was read is part of what was seen.
    text_seen = version.version_id if page_id is None else None
    sighting_id = hash64(version.article_id, seen_at.astimezone(UTC).isoformat(), article.url, page_id, text_seen)
    prepared.sightings[sighting_id] = (
        *(sighting_id, version.article_id, version.version_id, seen_at, article.url, page_id),
    )

    known = prepared.versions.get(version.version_id)
    if known is None:
        prepared.versions[version.version_id] = version
    else:
        first, last = min(known.first_seen_at, seen_at), max(known.last_seen_at, seen_at)
        if (seen_at, version.records_digest) > (known.incoming.seen_at, known.records_digest):
            known = prepared.versions[version.version_id] = version
        known.first_seen_at, known.last_seen_at = first, last

    before = prepared.articles.get(version.article_id)
    if before is None:
        now = (version.article_id, version.outlet, *stated, seen_at, seen_at, version.version_id)
    else:
        # Of sightings at one moment the choice must not depend on their order.
        order, order_before = (
            (one[-2], one[-1], orjson.dumps(one[:-3], default=str))
            for one in ((*stated, None, seen_at, version.version_id), before[2:])
        )
        first_seen = min(before[-3], seen_at)
        later = (version.article_id, version.outlet, *stated) if order > order_before else before[:-3]
        now = (*later, first_seen, *((seen_at, version.version_id) if order > order_before else before[-2:]))
    prepared.articles[version.article_id] = now


def _version(incoming: Incoming, gives: Derived, folds: Mapping[str, str]) -> tuple[Version, Row]:
    """The version that `incoming` shows, and what it states of its article: identity and STATED_COLUMNS."""
    article, footer = incoming.article, incoming.article.footer
    title_fold = fold(article.title)
    identity = article_identity(article, gives.content_digest)
    article_id = hash64(article.outlet, identity)
    version_id = hash64(article_id, gives.content_digest.hex())
    records = told_records(version_id, incoming.records, folds)
    text = dumped((article.kicker, article.title, article.lead, article.body))
    stated: Row = (
        *(identity, article.code, article.url, article.published, article.updated, article.section, article.province),
        *(article.dateline, list(article.tags), article.reporter, article.cited_agency, article.image_url),
        *(article.layout, article.is_advert or (footer is not None and footer.is_advert)),
    )
    page = incoming.page
    shown = page and (page.url, page.file, page.digest, page.etag, page.last_modified)
    dumped((article.outlet, stated, footer and (footer.text, footer.marker, footer.codes), shown), "url")
    version = Version(
        version_id=version_id,
        article_id=article_id,
        outlet=article.outlet,
        incoming=incoming,
        derived=gives,
        title_fold=title_fold or None,
        title_footer_key=folded_key(title_fold, footer),
        footer_id=hash64(footer.text) if footer else None,
        characters=len(article.lead or "") + len(article.body or ""),
        records=records,
        records_digest=hash_bytes(b"[%b,%b]" % (text, records.dumped)),
        first_seen_at=incoming.seen_at,
        last_seen_at=incoming.seen_at,
    )
    return version, stated


def _storable(rejected: Rejected) -> Rejected:
    def kept(text: str | None) -> str | None:
        return None if text is None else text.encode("utf-8", "replace").decode().replace("\x00", "\ufffd")

    return Rejected(
        outlet=kept(rejected.outlet) or "",
        url=kept(rejected.url),
        code=kept(rejected.code),
        field=kept(rejected.field) or "",
        reason=kept(rejected.reason) or "",
    )
