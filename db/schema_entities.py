"""The warehouse's tables of who is who: people, posts, institutions and places behind the records, and the judgements.

Resolution fills them from the records and may empty and fill them again; only `judgements` is kept by hand and outlives
every re-extraction. `official_mentions` and `organization_mentions` tie records to entities without touching the
records; they hold no foreign key to them, because re-extraction replaces records and keeps the id of those that stay.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.schema import Table, key, references


class PlaceRow(Table):
    __tablename__ = "places"
    __table_args__ = (
        Index(None, "name_fold"),
        CheckConstraint("kind in ('country', 'province', 'county', 'district', 'city')", name="kind"),
        {"comment": "Countries, and the provinces, counties, districts and cities of Iran"},
    )

    place_id: Mapped[int] = key("Hash of kind, folded name and, in Iran, folded province")
    name: Mapped[str] = mapped_column(comment="Name in Persian")
    name_fold: Mapped[str] = mapped_column(comment="name folded for comparing")
    kind: Mapped[str] = mapped_column(comment="country | province | county | district | city")
    parent_id: Mapped[int | None] = mapped_column(
        references("places.place_id"),
        comment="Place it lies in: the country of a province, the province of anything smaller; null for a country",
    )


class BodyRow(Table):
    __tablename__ = "bodies"
    __table_args__ = (
        Index(None, "name_fold"),
        {"comment": "Institutions: one row behind all the names of organizations"},
    )

    body_id: Mapped[int] = key(
        "Hash of kind, folded name without head and place, and place; of those judged the same, of the least"
    )
    name: Mapped[str] = mapped_column(comment="Name to show")
    name_fold: Mapped[str] = mapped_column(comment="name folded for comparing")
    kind: Mapped[str | None] = mapped_column(comment="Kind of institution, as records most often have it")
    place_id: Mapped[int | None] = mapped_column(
        references("places.place_id"), comment="Place it serves, as its name or its articles have it"
    )
    parent_id: Mapped[int | None] = mapped_column(
        references("bodies.body_id"), comment="Institution it belongs to, as most records say"
    )


class BodyNameRow(Table):
    __tablename__ = "body_names"
    __table_args__ = (Index(None, "name_fold"), {"comment": "Names by which articles call an institution"})

    body_id: Mapped[int] = key("Institution", references("bodies.body_id"))
    name_fold: Mapped[str] = mapped_column(primary_key=True, comment="Folded name")
    name: Mapped[str] = mapped_column(comment="The name in its most frequent spelling")
    mentions: Mapped[int] = mapped_column(server_default=text("0"), comment="Records that use it")


class PersonRow(Table):
    __tablename__ = "persons"
    __table_args__ = (
        Index(None, "name_fold"),
        {"comment": "People behind the named officials; two of one name are two rows"},
    )

    person_id: Mapped[int] = key(
        "Hash of folded name without «سید» and article_id; kept while the person is met in anything"
    )
    name: Mapped[str] = mapped_column(comment="Name to show, the fullest met")
    name_fold: Mapped[str] = mapped_column(comment="name folded for comparing")
    article_id: Mapped[int] = mapped_column(
        comment="Article that person_id was made of: the one first seen to name the person (articles)"
    )


class PersonNameRow(Table):
    __tablename__ = "person_names"
    __table_args__ = (Index(None, "name_fold"), {"comment": "Names by which articles call a person"})

    person_id: Mapped[int] = key("Person", references("persons.person_id"))
    name_fold: Mapped[str] = mapped_column(primary_key=True, comment="Folded name")
    name: Mapped[str] = mapped_column(comment="The name in its most frequent spelling")
    mentions: Mapped[int] = mapped_column(server_default=text("0"), comment="Records that use it")


class PostRow(Table):
    __tablename__ = "posts"
    __table_args__ = (
        Index(None, "title_fold"),
        Index(None, "body_id"),
        {"comment": "Posts: a head of post in an institution or place"},
    )

    post_id: Mapped[int] = key("Hash of the head, telling words, place and level of the phrase, and of body_id")
    title: Mapped[str] = mapped_column(comment="Post phrase to show")
    title_fold: Mapped[str] = mapped_column(comment="title folded for comparing")
    head: Mapped[str | None] = mapped_column(comment="Head of the phrase: مدیرکل")
    body_id: Mapped[int | None] = mapped_column(references("bodies.body_id"), comment="Institution it is a post of")
    place_id: Mapped[int | None] = mapped_column(references("places.place_id"), comment="Place it is a post for")


class TenureRow(Table):
    __tablename__ = "tenures"
    __table_args__ = (
        Index(None, "post_id"),
        CheckConstraint("since_on is null or until_on is null or since_on <= until_on", name="in_order"),
        {"comment": "Who held which post when, as far as articles say"},
    )

    tenure_id: Mapped[int] = key("Hash of person_id and post_id")
    person_id: Mapped[int] = mapped_column(references("persons.person_id"), index=True, comment="Who")
    post_id: Mapped[int] = mapped_column(references("posts.post_id"), comment="Which post")
    since_on: Mapped[date | None] = mapped_column(comment="Day it began; null, as no rule reads terms of office yet")
    until_on: Mapped[date | None] = mapped_column(comment="Day it ended; null, as no rule reads terms of office yet")
    first_met_on: Mapped[date | None] = mapped_column(comment="Earliest day an article names the person in the post")
    last_met_on: Mapped[date | None] = mapped_column(comment="Latest day an article names the person in the post")
    is_acting: Mapped[bool] = mapped_column(comment="Whether the latest mention says it is held as acting (سرپرست)")
    is_former: Mapped[bool] = mapped_column(comment="Whether the latest mention says it is no longer held")


def newest(table: str, entity: str) -> Index:
    """The index that gives the mentions of an entity, the newest first."""
    return Index(
        f"ix_{table}_newest_{entity}",
        entity,
        text("published_at desc nulls last"),
        text("version_id"),
        text("record_id"),
    )


_PUBLISHED = "Publication time stated beside the text (article_versions), to read the newest by"


class OfficialMentionRow(Table):
    __tablename__ = "official_mentions"
    __table_args__ = (
        newest("official_mentions", "person_id"),
        newest("official_mentions", "post_id"),
        {"comment": "Which person and post an official record of a current text is about; one in no row is unresolved"},
    )

    version_id: Mapped[int] = key("Version of the record (officials)")
    record_id: Mapped[int] = key("The record (officials)")
    person_id: Mapped[int | None] = mapped_column(
        references("persons.person_id"), comment="Person; null for an unnamed post-holder and a surname alone"
    )
    post_id: Mapped[int | None] = mapped_column(
        references("posts.post_id"), comment="Post; null where none is stated or known as one"
    )
    reason: Mapped[str] = mapped_column(comment="Rule or judgement that decided")
    published_at: Mapped[datetime | None] = mapped_column(comment=_PUBLISHED)


class OrganizationMentionRow(Table):
    __tablename__ = "organization_mentions"
    __table_args__ = (
        newest("organization_mentions", "body_id"),
        {"comment": "Which institution an organization record of a current text is about; one in no row is unresolved"},
    )

    version_id: Mapped[int] = key("Version of the record (organizations)")
    record_id: Mapped[int] = key("The record (organizations)")
    body_id: Mapped[int] = mapped_column(references("bodies.body_id"), comment="Institution")
    reason: Mapped[str] = mapped_column(comment="Rule or judgement that decided")
    published_at: Mapped[datetime | None] = mapped_column(comment=_PUBLISHED)


class ResolvedVersionRow(Table):
    __tablename__ = "resolved_versions"
    __table_args__ = (
        {
            "comment": "Texts as they were when their officials and organizations were last resolved; one that is "
            "now otherwise, or no longer its article's current text, is resolved again. Without foreign keys, so that "
            "a text that is gone is noticed"
        },
    )

    version_id: Mapped[int] = key("Text (article_versions)")
    records_digest: Mapped[int] = mapped_column(comment="Its records_digest then")
    published_on: Mapped[date | None] = mapped_column(comment="Day of publication of its article then")
    province: Mapped[str | None] = mapped_column(comment="Province or dateline of its article then")
    rules: Mapped[str] = mapped_column(comment="Version of the rules that resolved it")


class JudgementRow(Table):
    __tablename__ = "judgements"
    __table_args__ = (
        CheckConstraint("kind in ('person', 'body', 'post', 'place', 'article')", name="kind"),
        CheckConstraint("verdict in ('same', 'different', 'unsure')", name="verdict"),
        CheckConstraint("left_key < right_key", name="ordered"),
        Index(None, "kind", "left_key", "right_key"),
        {
            "comment": "Verdicts that two things are one, or are not. They are about keys made of the words of "
            "articles, not about rows, so they outlive re-extraction; revoking one gives back what it merged"
        },
    )

    judgement_id: Mapped[int] = key("Hash of kind, keys, judged_by and judged_at")
    kind: Mapped[str] = mapped_column(comment="person | body; nothing reads the others that the check lets in")
    left_key: Mapped[str] = mapped_column(
        comment="The lesser key: folded name and what tells it from others of that name"
    )
    right_key: Mapped[str] = mapped_column(comment="The greater key")
    verdict: Mapped[str] = mapped_column(comment="same | different | unsure (left to the rules; given by hand alone)")
    reason: Mapped[str] = mapped_column(comment="Why, in words")
    judged_by: Mapped[str] = mapped_column(comment="Who judged")
    judged_at: Mapped[datetime] = mapped_column(comment="When; given by the caller")
    revoked_at: Mapped[datetime | None] = mapped_column(comment="When it was taken back; null while it holds")
