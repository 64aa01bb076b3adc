"""Records as rows of their tables, worked out without a connection.

The id of a record is a hash of what makes it this fact and no other, so that it stays the same when the article is
read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from db.copying import Unstorable, dumped, lines
from db.folding import fold_names
from db.identity import hash64
from parsing.records import Meeting, Metric, Official, Organization, Record, Records

type Row = tuple[Any, ...]
type Kind = Literal["official", "organization", "metric", "meeting"]

# A key of an index may not be longer than 2,700 bytes, and a name this long is a fault of extraction anyway.
LONGEST_FOLD = 300
# PostgreSQL's numeric ends at 131,072 digits; no quantity of the news is near this.
MOST_DIGITS = 60

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
# Named as the fields of Records.
KIND_TABLES = tuple(table for table, _ in RECORD_TABLES.values())
TABLES = (*KIND_TABLES, "meeting_participants")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRows:
    """The rows of one version's records, per kind in the order of `record_columns`, and those of participants."""

    kinds: dict[Kind, list[Row]]
    participants: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRecords:
    """The rows of one version's records by table as COPY reads them, and as JSON: a list of each kind's, participants.

    Kept in the place of the rows, of which a batch has thousands: the collector of cycles went through all of them for
    15 ms a batch.
    """

    tables: dict[str, bytes]
    dumped: bytes


def record_columns(kind: Kind) -> tuple[str, ...]:
    """The columns of a kind's table in the order of its rows in `RecordRows`."""
    return ("version_id", "record_id", *RECORD_TABLES[kind][1], *SPAN_COLUMNS)


def folds_of(several: Iterable[Records]) -> dict[str, str]:
    """The folds of all names, posts and subjects of `several`, which `record_rows` looks up."""
    names: list[str | None] = []
    for records in several:
        for official in records.officials:
            names += (official.name, official.post)
        names += [one.name for one in records.organizations]
        names += [one.subject for one in records.metrics]
        for meeting in records.meetings:
            names += (meeting.kind, meeting.name, *meeting.participants)
    folds = fold_names(name for name in names if name is not None)
    return {name: folded[:LONGEST_FOLD] for name, folded in folds.items()}


def record_rows(version_id: int, records: Records, folds: Mapping[str, str]) -> RecordRows:
    """The rows of `records`. Raises Unstorable where one cannot be stored."""
    kinds: dict[Kind, list[Row]] = {}
    participants: list[Row] = []
    met: dict[int, int] = {}
    groups: tuple[tuple[Kind, Iterator[tuple[Record, int, Row]]], ...] = (
        ("official", _officials(records.officials, folds)),
        ("organization", _organizations(records.organizations, folds)),
        ("metric", _metrics(records.metrics, folds)),
        ("meeting", _meetings(records.meetings, folds)),
    )
    for kind, group in groups:
        rows = kinds[kind] = []
        for ordinal, (record, key, values) in enumerate(group):
            times = met[key] = met.get(key, 0) + 1
            record_id = key if times == 1 else hash64(key, times)
            span = record.span
            rows.append(
                (
                    *(version_id, record_id, *values, ordinal),
                    *(span.start, span.end, span.sentence_start, span.sentence_end, span.rule),
                )
            )
            if isinstance(record, Meeting):
                participants += [
                    (version_id, record_id, place, name, folds[name]) for place, name in enumerate(record.participants)
                ]
    return RecordRows(kinds=kinds, participants=participants)


def told_records(version_id: int, records: Records, folds: Mapping[str, str]) -> ToldRecords:
    """The `record_rows` of `records` written out. Raises Unstorable where one cannot be stored."""
    made = record_rows(version_id, records, folds)
    tables, dumps = {}, []
    for table, rows in zip(TABLES, (*made.kinds.values(), made.participants), strict=True):
        dumps.append(dumped(rows))
        tables[table] = lines(rows, dumps[-1])
    return ToldRecords(tables=tables, dumped=b"[%b],%b" % (b",".join(dumps[:-1]), dumps[-1]))


# Each gives of every record the hash of what makes it this fact, and its columns in the order of RECORD_TABLES.


def _officials(officials: Iterable[Official], folds: Mapping[str, str]) -> Iterator[tuple[Record, int, Row]]:
    for one in officials:
        name, post = one.name, one.post
        name_fold, post_fold = name and folds[name], post and folds[post]
        yield (
            *(one, hash64("official", name_fold, post_fold)),
            (
                *(name, name_fold, post, post_fold, one.head, one.organization, one.place),
                *(one.role, one.is_acting, one.is_former),
            ),
        )


def _organizations(institutions: Iterable[Organization], folds: Mapping[str, str]) -> Iterator[tuple[Record, int, Row]]:
    for one in institutions:
        folded = folds[one.name]
        yield one, hash64("organization", folded), (one.name, folded, one.kind, one.place, one.parent)


def _metrics(metrics: Iterable[Metric], folds: Mapping[str, str]) -> Iterator[tuple[Record, int, Row]]:
    nothing = (None, None, None)
    for one in metrics:
        subject, value, high, base, period = one.subject, one.value, one.value_high, one.base_period, one.period
        folded = folds[subject]
        key = hash64(
            *("metric", folded, _plain(value), None if high is None else _plain(high), one.unit, one.change),
            *((period.start.isoformat(), period.end.isoformat()) if period else (None, None)),
        )
        yield (
            *(one, key),
            (
                *(subject, folded, value, high, one.unit, one.comparator, one.change, one.base),
                *((base.start, base.end, base.text) if base else nothing),
                *((period.start, period.end, period.text) if period else nothing),
                *(one.place, one.speaker, one.whole),
            ),
        )


def _meetings(meetings: Iterable[Meeting], folds: Mapping[str, str]) -> Iterator[tuple[Record, int, Row]]:
    for one in meetings:
        key = hash64(
            *("meeting", folds[one.kind], one.name and folds[one.name]),
            *(str(one.held_on), *(folds[name] for name in one.participants)),
        )
        yield one, key, (one.kind, one.name, one.host, one.place, one.held_on, list(one.topics), one.status)


def _plain(value: Decimal) -> str:
    if not value.is_finite() or value.adjusted() > MOST_DIGITS:
        raise Unstorable("records", f"a metric's value is {value:.3g}, which is no quantity")
    return f"{value.normalize():f}"
