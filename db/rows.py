"""Articles and records as rows: what one batch puts into each table, worked out without a connection.

Every key is a hash of the row's own content, so the rows of a batch do not depend on what the warehouse holds, on the
order of the batch or on who loads it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import orjson
from numpy.typing import NDArray

from db.identity import PART_END, article_identity, digest, fold_parts, folded_key, hash64, hash_bytes, sketch
from db.words import outlet_key, published_key, word_keys
from parsing.letters import fold
from parsing.records import Article, Meeting, Metric, Official, Organization, Record, Records, Rejected, Span

type Row = tuple[Any, ...]
type Kind = Literal["official", "organization", "metric", "meeting"]

# A key of an index may not be longer than 2,700 bytes, and a name this long is a fault of extraction anyway.
LONGEST_FOLD = 300
# PostgreSQL's numeric ends at 131,072 digits; no quantity of the news is near this.
MOST_DIGITS = 60

UNKNOWN_DAY = -1
# Days of one period of article_sketches; see docs/decisions.md.
PERIOD_DAYS = 32

# The escape itself, not the six characters «\\u0000» of a text, whose backslash is escaped in turn.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

SPAN_COLUMNS = ("ordinal", "span_start", "span_end", "sentence_start", "sentence_end", "rule")
RECORD_TABLES: dict[Kind, tuple[str, tuple[str, ...]]] = {
    "official": (
        "officials",
        ("name", "name_fold", "post", "post_fold", "head", "organization", "place", "role", "is_acting", "is_former"),
    ),
    "organization": ("organizations", ("name", "name_fold", "kind", "place", "parent")),
    "metric": (
        "metrics",
        (
            *("subject", "subject_fold", "value", "value_high", "unit", "comparator", "change"),
            *("base", "base_start_on", "base_end_on", "base_raw", "period_start_on", "period_end_on", "period_raw"),
            *("place", "speaker", "whole"),
        ),
    ),
    "meeting": ("meetings", ("kind", "name", "host", "place", "held_on", "topics", "status")),
}
PARTICIPANT_COLUMNS = ("version_id", "record_id", "ordinal", "name", "name_fold")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRows:
    """The rows of one version's records: per kind, and the participants of its meetings."""

    kinds: dict[Kind, list[Row]]
    participants: list[Row]


@dataclass(slots=True, kw_only=True)
class Version:
    """One text of one article as this batch saw it: the spelling and the records of its latest sighting."""

    version_id: int
    article_id: int
    outlet: str
    incoming: Incoming
    content_digest: bytes
    body_digest: bytes | None
    title_fold: str | None
    title_footer_key: int | None
    footer_id: int | None
    sketch: list[int]
    keys: NDArray[np.int32]
    characters: int
    records: RecordRows
    records_digest: int
    first_seen_at: datetime
    last_seen_at: datetime

    @property
    def published_at(self) -> datetime | None:
        return self.incoming.article.published

    @property
    def day(self) -> int:
        return day_number(self.published_at)

    @property
    def period(self) -> int:
        return self.day // PERIOD_DAYS

    @property
    def words(self) -> Row:
        """In the order of WORDS_COLUMNS."""
        return _words_row(self.version_id, self.published_at, self.keys)

    @property
    def sketch_rows(self) -> list[Row]:
        """In the order of SKETCH_COLUMNS."""
        return [(self.period, fingerprint, self.day, self.version_id) for fingerprint in self.sketch]

    def row(self, rules: str, batch: str) -> Row:
        return (
            *(self.version_id, self.article_id, self.content_digest, self.body_digest, self.title_fold),
            *(self.title_footer_key, self.footer_id, self.published_at, self.characters, self.first_seen_at),
            *(self.last_seen_at, self.incoming.seen_at, rules, self.records_digest, batch),
        )

    def text_row(self) -> Row:
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
        return sorted({outlet for outlet, _, _ in self.seen} | {one.outlet for one in self.rejected})


class Unstorable(ValueError):
    """An article that PostgreSQL cannot hold; `field` and the message say what and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


def prepare(batch: Iterable[Incoming | Rejected | TakenBack]) -> Prepared:
    """The rows of `batch`. An article that cannot be stored joins the rejected ones; nothing else is lost for it."""
    prepared = Prepared()
    for one in batch:
        if isinstance(one, Rejected):
            prepared.rejected.append(_storable(one))
            continue
        if isinstance(one, TakenBack):
            prepared.taken_back.append(one.rejected_id)
            continue
        try:
            version, stated = _version(one)
        except Unstorable as error:
            article = one.article
            rejected = Rejected(
                outlet=article.outlet, url=article.url, code=article.code, field=error.field, reason=str(error)
            )
            prepared.rejected.append(_storable(rejected))
            continue
        _add(prepared, version, stated)
    return prepared


def rejected_row(rejected: Rejected, batch: str) -> Row:
    content = (rejected.outlet, rejected.url, rejected.code, rejected.field, rejected.reason)
    return (hash64(*content), *content, batch)


def day_number(moment: datetime | None) -> int:
    return UNKNOWN_DAY if moment is None else (moment.astimezone(UTC).date() - date(1970, 1, 1)).days


def record_columns(kind: Kind) -> tuple[str, ...]:
    return ("version_id", "record_id", *RECORD_TABLES[kind][1], *SPAN_COLUMNS)


def record_rows(version_id: int, records: Records) -> RecordRows:
    """The rows of `records` in the order of `record_columns`, and those of the meetings' participants."""
    kinds: dict[Kind, list[Row]] = {"official": [], "organization": [], "metric": [], "meeting": []}
    participants: list[Row] = []
    met: Counter[int] = Counter()
    groups: Sequence[tuple[Kind, Sequence[Record]]] = (
        ("official", records.officials),
        ("organization", records.organizations),
        ("metric", records.metrics),
        ("meeting", records.meetings),
    )
    for kind, group in groups:
        rows = kinds[kind]
        for ordinal, record in enumerate(group):
            key, values = _values(record)
            met[key] += 1
            record_id = key if met[key] == 1 else hash64(key, met[key])
            span = record.span
            rows.append((version_id, record_id, *values, ordinal, *_span(span)))
            if isinstance(record, Meeting):
                participants += [
                    (version_id, record_id, place, name, _fold(name)) for place, name in enumerate(record.participants)
                ]
    return RecordRows(kinds=kinds, participants=participants)


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


def _version(incoming: Incoming) -> tuple[Version, Row]:
    """The version that `incoming` shows, and what it states of its article: identity and STATED_COLUMNS."""
    article, footer = incoming.article, incoming.article.footer
    mark = " ".join((footer.marker, *footer.codes)) if footer else None
    # Lead and body last: they are the story, which starts where the lead does.
    folded, starts = fold_parts(article.kicker, article.title, mark, article.lead, article.body)
    content = digest(folded)
    story = folded[starts[3] :]
    story = story[story != PART_END]
    title_fold = fold(article.title)
    identity = article_identity(article, content)
    article_id = hash64(article.outlet, identity)
    version_id = hash64(article_id, content.hex())
    records = record_rows(version_id, incoming.records)
    text = (article.kicker, article.title, article.lead, article.body)
    stored = _dumped("body", (text, list(records.kinds.values()), records.participants))
    stated: Row = (
        *(identity, article.code, article.url, article.published, article.updated, article.section, article.province),
        *(article.dateline, list(article.tags), article.reporter, article.cited_agency, article.image_url),
        *(article.layout, article.is_advert or (footer is not None and footer.is_advert)),
    )
    _dumped(
        "url", (article.outlet, stated, footer and (footer.text, footer.marker, footer.codes), _page(incoming.page))
    )
    version = Version(
        version_id=version_id,
        article_id=article_id,
        outlet=article.outlet,
        incoming=incoming,
        content_digest=content,
        body_digest=digest(story) if len(story) else None,
        title_fold=title_fold or None,
        title_footer_key=folded_key(title_fold, footer),
        footer_id=hash64(footer.text) if footer else None,
        sketch=sketch(story),
        keys=_keys(article),
        characters=len(article.lead or "") + len(article.body or ""),
        records=records,
        records_digest=hash_bytes(stored),
        first_seen_at=incoming.seen_at,
        last_seen_at=incoming.seen_at,
    )
    return version, stated


def words_row(version_id: int, article: Article) -> Row:
    """The words, outlet and month of `article` in the order of WORDS_COLUMNS."""
    return _words_row(version_id, article.published, _keys(article))


def _words_row(version_id: int, published_at: datetime | None, keys: NDArray[np.int32]) -> Row:
    """The keys are as PostgreSQL writes an array, which is JSON but for the brackets: for hundreds of numbers that
    takes a fraction of the time of a list."""
    listed = orjson.dumps(keys, option=orjson.OPT_SERIALIZE_NUMPY).decode()
    return (version_id, published_at, f"{{{listed[1:-1]}}}")


def _keys(article: Article) -> NDArray[np.int32]:
    """The keys of the words, the outlet and the month of `article`."""
    keys = word_keys(article.kicker, article.title, article.lead, article.body)
    return np.append(keys, np.array((outlet_key(article.outlet), published_key(article.published)), np.int32))


def _page(page: PageRef | None) -> Row | None:
    return None if page is None else (page.url, page.file, page.digest, page.etag, page.last_modified)


def _dumped(field: str, content: object) -> bytes:
    """`content` as JSON. Raises Unstorable where it holds what no column of text can: half a surrogate pair or NUL."""
    try:
        dumped = orjson.dumps(content, default=str)
    except (TypeError, ValueError) as error:
        raise Unstorable(field, "holds half of a surrogate pair, which is not text") from error
    if b"\\u0000" in dumped and _NUL.search(dumped):
        raise Unstorable(field, "holds the character NUL, which PostgreSQL cannot store")
    return dumped


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


def _span(span: Span) -> Row:
    return (span.start, span.end, span.sentence_start, span.sentence_end, span.rule)


def _values(record: Record) -> tuple[int, Row]:
    """The hash of what makes the record this fact and no other, and its columns in the order of RECORD_TABLES."""
    match record:
        case Official(name=name, post=post):
            name_fold, post_fold = _fold_or_none(name), _fold_or_none(post)
            parts = (record.head, record.organization, record.place, record.role, record.is_acting, record.is_former)
            return hash64("official", name_fold, post_fold), (name, name_fold, post, post_fold, *parts)
        case Organization(name=name):
            folded = _fold(name)
            return hash64("organization", folded), (name, folded, record.kind, record.place, record.parent)
        case Metric(subject=subject):
            folded = _fold(subject)
            value, high = _number(record.value), _number(record.value_high)
            base, period = record.base_period, record.period
            key = hash64(
                *("metric", folded, _plain(value), _plain(high), record.unit, record.change),
                *(
                    None if period is None else period.start.isoformat(),
                    None if period is None else period.end.isoformat(),
                ),
            )
            return key, (
                *(subject, folded, value, high, record.unit, record.comparator, record.change, record.base),
                *((base.start, base.end, base.text) if base else (None, None, None)),
                *((period.start, period.end, period.text) if period else (None, None, None)),
                *(record.place, record.speaker, record.whole),
            )
        case Meeting(kind=kind, name=name):
            key = hash64(
                *("meeting", _fold(kind), _fold_or_none(name)),
                *(str(record.held_on), *map(_fold, record.participants)),
            )
            topics = list(record.topics)
            return key, (kind, name, record.host, record.place, record.held_on, topics, record.status)


def _number(value: Decimal | None) -> Decimal | None:
    if value is not None and (not value.is_finite() or value.adjusted() > MOST_DIGITS):
        raise Unstorable("records", f"a metric's value is {value:.3g}, which is no quantity")
    return value


def _plain(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


class _FoldedCharacters(dict[str, str]):
    """`parsing.letters.fold` of single characters, remembered: names fold four times as fast by them."""

    def __missing__(self, character: str) -> str:
        folded = self[character] = fold(character)
        return folded


_folded = _FoldedCharacters().__getitem__


def _fold(text: str) -> str:
    return "".join(map(_folded, text))[:LONGEST_FOLD]


def _fold_or_none(text: str | None) -> str | None:
    return None if text is None else _fold(text)
