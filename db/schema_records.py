"""The warehouse's tables of records: officials, organizations, metrics and meetings, as the text states them.

Each record belongs to one version of one article and says where it was read and by which rule; the sentence itself is
`record_sentence(version_id, sentence_start, sentence_end)` (see the first migration). Who is who is decided elsewhere
(`db.schema_entities`): these tables never change for it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from db.schema import Table, key, references


class RecordColumns:
    """The columns that every table of records has."""

    version_id: Mapped[int] = key("Version it was read in", references("article_versions.version_id"), sort_order=-2)
    record_id: Mapped[int] = key(
        "Hash of kind and key fields: the same after re-extraction while the fact is the same", sort_order=-1
    )
    ordinal: Mapped[int] = mapped_column(SmallInteger, comment="Place among the version's records of its kind, from 0")
    span_start: Mapped[int] = mapped_column(
        Integer, comment="First character of the mention in the version's text, from 0"
    )
    span_end: Mapped[int] = mapped_column(Integer, comment="Character after the mention")
    sentence_start: Mapped[int] = mapped_column(Integer, comment="First character of its sentence")
    sentence_end: Mapped[int] = mapped_column(Integer, comment="Character after its sentence")
    rule: Mapped[str] = mapped_column(comment="Rule that made the record, kind.shape")


class OfficialRow(RecordColumns, Table):
    __tablename__ = "officials"
    __table_args__: Any = (
        Index(None, "name_fold", postgresql_where=text("name_fold is not null")),
        CheckConstraint("role in ('speaker', 'participant', 'mentioned')", name="role"),
        {"comment": "People in a public post, as an article names them"},
    )

    name: Mapped[str | None] = mapped_column(
        comment="Fullest form in the article, without honorifics; null for an unnamed post-holder"
    )
    name_fold: Mapped[str | None] = mapped_column(comment="name folded for comparing")
    post: Mapped[str | None] = mapped_column(comment="Whole post phrase as the article first gives it")
    post_fold: Mapped[str | None] = mapped_column(comment="post folded for comparing")
    head: Mapped[str | None] = mapped_column(comment="Head of the post phrase: مدیرکل")
    organization: Mapped[str | None] = mapped_column(comment="Organization in the post phrase")
    place: Mapped[str | None] = mapped_column(comment="Place in the post phrase")
    role: Mapped[str] = mapped_column(comment="speaker | participant | mentioned")
    is_acting: Mapped[bool] = mapped_column(comment="Whether the post is held as acting (سرپرست)")
    is_former: Mapped[bool] = mapped_column(comment="Whether the text says the post is no longer held")


class OrganizationRow(RecordColumns, Table):
    __tablename__ = "organizations"
    __table_args__: Any = ({"comment": "Institutions that an article names by a proper name"},)

    name: Mapped[str] = mapped_column(comment="Fullest form in the article")
    name_fold: Mapped[str] = mapped_column(comment="name folded for comparing")
    kind: Mapped[str | None] = mapped_column(comment="Kind of institution")
    place: Mapped[str | None] = mapped_column(comment="Place in its name")
    parent: Mapped[str | None] = mapped_column(comment="Institution it belongs to, where the name says so")


class MetricRow(RecordColumns, Table):
    __tablename__ = "metrics"
    __table_args__: Any = (
        Index(None, "subject_fold"),
        CheckConstraint("comparator in ('=', '>', '<', '>=', '<=', '~')", name="comparator"),
        CheckConstraint("change in ('increase', 'decrease')", name="change"),
        {"comment": "Quantities that an article states"},
    )

    subject: Mapped[str] = mapped_column(comment="What is measured")
    subject_fold: Mapped[str] = mapped_column(comment="subject folded for comparing")
    value: Mapped[Decimal] = mapped_column(
        comment="The number in its unit, magnitudes multiplied out; the lower end of a range"
    )
    value_high: Mapped[Decimal | None] = mapped_column(comment="Upper end of a range; null where it is one number")
    unit: Mapped[str] = mapped_column(
        comment="English singular name of the unit: percent, person, rial, hectare, count, …"
    )
    comparator: Mapped[str] = mapped_column(comment="= | > | < | >= | <= | ~ (about)")
    change: Mapped[str | None] = mapped_column(
        comment="increase | decrease where the number is the size of a change, else null"
    )
    base: Mapped[str | None] = mapped_column(comment="What the change is measured against, in the words of the text")
    base_start_on: Mapped[date | None] = mapped_column(comment="First day of the base period")
    base_end_on: Mapped[date | None] = mapped_column(comment="Last day of the base period")
    base_raw: Mapped[str | None] = mapped_column(comment="Words the base period was read from")
    period_start_on: Mapped[date | None] = mapped_column(comment="First day of the time the figure is about")
    period_end_on: Mapped[date | None] = mapped_column(comment="Last day of the time the figure is about")
    period_raw: Mapped[str | None] = mapped_column(comment="Words the period was read from (Jalali, as printed)")
    place: Mapped[str | None] = mapped_column(comment="Place the figure is about")
    speaker: Mapped[str | None] = mapped_column(comment="Name, else post, of who said it")
    whole: Mapped[str | None] = mapped_column(comment="Subject of the total that the figure is a part of")


class MeetingRow(RecordColumns, Table):
    __tablename__ = "meetings"
    __table_args__: Any = (
        Index(None, "held_on", postgresql_where=text("held_on is not null")),
        CheckConstraint("status in ('held', 'planned')", name="status"),
        {"comment": "Gatherings of people at one time and place, as an article tells of them"},
    )

    kind: Mapped[str] = mapped_column(comment="Word of the text: دیدار, جلسه, نشست خبری, همایش")
    name: Mapped[str | None] = mapped_column(comment="Its proper name")
    host: Mapped[str | None] = mapped_column(comment="Who held it")
    place: Mapped[str | None] = mapped_column(comment="Where")
    held_on: Mapped[date | None] = mapped_column(comment="Day it was or will be held; never guessed")
    topics: Mapped[list[str]] = mapped_column(comment="What it was about, in order")
    status: Mapped[str] = mapped_column(comment="held | planned")


class MeetingParticipantRow(Table):
    __tablename__ = "meeting_participants"
    __table_args__ = (
        ForeignKeyConstraint(
            ["version_id", "record_id"], ["meetings.version_id", "meetings.record_id"], ondelete="CASCADE"
        ),
        {"comment": "Who took part in a meeting, in the order of the text"},
    )

    version_id: Mapped[int] = key("Version of the meeting")
    record_id: Mapped[int] = key("The meeting (meetings)")
    ordinal: Mapped[int] = mapped_column(
        SmallInteger, primary_key=True, autoincrement=False, comment="Place in the list, from 0"
    )
    name: Mapped[str] = mapped_column(comment="Name, or the post where unnamed")
    name_fold: Mapped[str] = mapped_column(comment="name folded for comparing")


class RecordChangeRow(Table):
    __tablename__ = "record_changes"
    __table_args__ = (
        CheckConstraint("change in ('added', 'withdrawn', 'altered')", name="change"),
        CheckConstraint("kind in ('official', 'organization', 'metric', 'meeting')", name="kind"),
        Index(None, "version_id"),
        {"comment": "What re-extraction changed in the records of known texts: one row per record and load"},
    )

    batch: Mapped[str] = mapped_column(
        references("batches.batch"), primary_key=True, comment="Load that made the change"
    )
    version_id: Mapped[int] = key("Version re-extracted")
    kind: Mapped[str] = mapped_column(primary_key=True, comment="official | organization | metric | meeting")
    record_id: Mapped[int] = key("The record")
    change: Mapped[str] = mapped_column(comment="added | withdrawn | altered (same fact, other span, rule or detail)")
    rules_before: Mapped[str] = mapped_column(comment="Version of the rules that made the records replaced")
    rules_after: Mapped[str] = mapped_column(comment="Version of the rules that made those in their place")
    record: Mapped[dict[str, Any]] = mapped_column(comment="The record: as it is now, or as it was where withdrawn")
