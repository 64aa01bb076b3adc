"""What the warehouse's views hold: for the data dictionary and for the comments that migrations put on them.

Their SQL is in the migrations; a changed view takes a new one. Every view tells of texts that articles have now, but
`changes`, which tells of all. How they are asked quickly is in `db.answers` and docs/queries.md.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A view: what a row of it is, and for each column its type and what it holds."""

    comment: str
    columns: dict[str, tuple[str, str]]


_ARTICLE = {
    "article_id": ("bigint", "Article (articles)"),
    "outlet": ("text", "Its outlet"),
    "published_at": ("timestamptz", "When it was published; null where not stated"),
    "published_on": ("date", "That day in Tehran"),
}
_SENTENCE = ("text", "The sentence that says so")
_RECORD = {
    "version_id": ("bigint", "Version of the record"),
    "record_id": ("bigint", "The record"),
}
_FIGURE = {
    **_RECORD,
    **_ARTICLE,
    "province": ("text", "Province the outlet files it under"),
    "subject": ("text", "What is measured"),
    "subject_fold": ("text", "subject folded for comparing"),
    "value": ("numeric", "The number in its unit; the lower end of a range"),
    "value_high": ("numeric", "Upper end of a range"),
    "unit": ("text", "Unit, in English singular"),
    "comparator": ("text", "= | > | < | >= | <= | ~ (about)"),
    "change": ("text", "increase | decrease where the number is the size of a change"),
    "base": ("text", "What the change is measured against"),
    "period_start_on": ("date", "First day of the time the figure is about"),
    "period_end_on": ("date", "Last day of it"),
    "period_raw": ("text", "Words the period was read from"),
    "place": ("text", "Place the figure is about"),
    "speaker": ("text", "Name, else post, of who said it"),
    "whole": ("text", "Subject of the total that it is a part of"),
    "sentence_start": ("integer", "First character of its sentence"),
    "sentence": _SENTENCE,
}

VIEWS = {
    "stated_figures": View(comment="Figures that articles state, with the article and the sentence", columns=_FIGURE),
    "body_figures": View(
        comment="Figures of an institution: stated in the sentence that names it, or by who holds a post of it",
        columns={
            "body_id": ("bigint", "Institution (bodies)"),
            "how": ("text", "sentence (names the institution) | speaker (holds a post of it)"),
            **_FIGURE,
        },
    ),
    "careers": View(
        comment="Who held which post when, as far as articles say",
        columns={
            "person_id": ("bigint", "Person (persons)"),
            "person": ("text", "Name"),
            "post_id": ("bigint", "Post (posts)"),
            "post": ("text", "Post phrase"),
            "head": ("text", "Head of the phrase"),
            "body_id": ("bigint", "Institution it is a post of (bodies)"),
            "body": ("text", "Name of the institution"),
            "place": ("text", "Place it is a post for"),
            "since_on": ("date", "Day it began; null, as no rule reads terms of office yet"),
            "until_on": ("date", "Day it ended; null, as no rule reads terms of office yet"),
            "first_met_on": ("date", "Earliest day an article names the person in the post"),
            "last_met_on": ("date", "Latest day an article names the person in the post"),
            "is_acting": ("boolean", "Whether the latest mention says it is held as acting"),
            "is_former": ("boolean", "Whether the latest mention says it is no longer held"),
        },
    ),
    "statements": View(
        comment="Where articles name an official, and whether as who speaks",
        columns={
            "person_id": ("bigint", "Person (persons); null for an unnamed post-holder"),
            "post_id": ("bigint", "Post (posts)"),
            **_RECORD,
            **_ARTICLE,
            "name": ("text", "Name in the article"),
            "post": ("text", "Post in the article"),
            "role": ("text", "speaker | participant | mentioned"),
            "is_acting": ("boolean", "Whether the post is held as acting"),
            "is_former": ("boolean", "Whether the post is no longer held"),
            "sentence": _SENTENCE,
        },
    ),
    "encounters": View(
        comment="Who met whom: a person at a meeting and each other participant of it",
        columns={
            "person_id": ("bigint", "Person (persons)"),
            "ordinal": ("smallint", "The person's place among the participants"),
            "other_ordinal": ("smallint", "The other's place among the participants"),
            "other": ("text", "The other, in the words of the text"),
            "other_person_id": ("bigint", "The other (persons); null where unresolved"),
            "version_id": ("bigint", "Version of the meeting"),
            "record_id": ("bigint", "The meeting (meetings)"),
            **_ARTICLE,
            "kind": ("text", "Kind of meeting"),
            "name": ("text", "Its proper name"),
            "place": ("text", "Where"),
            "held_on": ("date", "Day it was or will be held"),
            "status": ("text", "held | planned"),
            "sentence_start": ("integer", "First character of its sentence"),
            "sentence_end": ("integer", "Character after its sentence"),
        },
    ),
    "coverage": View(
        comment="What was crawled and what there is, by outlet and day (Tehran)",
        columns={
            "outlet": ("text", "Outlet"),
            "day_on": ("date", "Day"),
            "outcome": ("text", "Outcome of the latest crawl of the day (crawl_runs); null where none looked"),
            "reason": ("text", "Why it was not complete"),
            "articles": ("bigint", "Articles published on the day"),
            "adverts": ("bigint", "Of them adverts"),
            "rejected": ("bigint", "Pages of its crawls that did not become an article"),
        },
    ),
    "changes": View(
        comment="What loads changed: texts that are new, and records that re-extraction added, withdrew or altered",
        columns={
            "changed_at": ("timestamptz", "When the batch was loaded"),
            "kind": ("text", "text | official | organization | metric | meeting"),
            "change": ("text", "new (article) | changed (text) | added | withdrawn | altered (record)"),
            "outlet": ("text", "Outlet"),
            "article_id": ("bigint", "Article (articles)"),
            "version_id": ("bigint", "Version"),
            "record_id": ("bigint", "The record; null for a text"),
            "what": ("jsonb", "Title of the text, or the record"),
        },
    ),
}  # fmt: skip
