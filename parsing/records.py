"""The values of Dabir: an article in, its official, organization, metric and meeting records out.

All are frozen; `dataclasses.replace` makes another. What a right record is, is defined by the annotation
guidelines summed up in docs/records.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

type Role = Literal["speaker", "participant", "mentioned"]
type Comparator = Literal["=", ">", "<", ">=", "<=", "~"]
type Change = Literal["increase", "decrease"]
type MeetingStatus = Literal["held", "planned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footer:
    """The end-of-message mark as the outlet printed it.

    `marker` is the canonical wording («انتهای پیام», «پایان پیام», «انتهای خبر» …) with typos mended; `codes` are
    the desk, reporter and editor codes printed after it, in order; `is_advert` is True for «انتهای رپرتاژ آگهی» and
    its like. An outlet that prints codes alone, without the word, has an empty `marker`.
    """

    text: str
    marker: str
    codes: tuple[str, ...] = ()
    is_advert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as an outlet published it, without page furniture.

    `code` is the outlet's own news code; (`outlet`, `code`) is one article however many addresses it has.
    `body` is the paragraphs in order joined by newlines, without the footer once it was read. Every text may be
    None where the outlet gave none; times are aware and None where not stated: nothing is guessed. `section` is the
    outlet's, `dateline` the place before the first words, `cited_agency` whom the text says it was taken from, `layout`
    which of the outlet's page layouts it was read from.
    """

    outlet: str
    code: str | None = None
    url: str | None = None
    kicker: str | None = None
    title: str | None = None
    lead: str | None = None
    body: str | None = None
    footer: Footer | None = None
    published: datetime | None = None
    updated: datetime | None = None
    section: str | None = None
    province: str | None = None
    dateline: str | None = None
    tags: tuple[str, ...] = ()
    reporter: str | None = None
    cited_agency: str | None = None
    image_url: str | None = None
    layout: str | None = None
    is_advert: bool = False

    @property
    def text(self) -> str:
        """Kicker, title, lead and body joined by newlines: what the spans of this article's records point into."""
        return "\n".join(part for part in (self.kicker, self.title, self.lead, self.body) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where a record was read: `article.text[start:end]` is the mention, `[sentence_start:sentence_end]` its sentence.

    Offsets are characters (code points) of the normalised article's text.
    `rule` is the name of the rule that made the record, `kind.shape` in lower case.
    """

    start: int
    end: int
    sentence_start: int
    sentence_end: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """A person in a public post. `name` is None for an unnamed post-holder who acts in the article.

    `post` is the whole post phrase; `head`, `organization` and `place` are its parts where they could be told apart.
    """

    name: str | None
    post: str | None
    span: Span
    head: str | None = None
    organization: str | None = None
    place: str | None = None
    role: Role = "mentioned"
    is_acting: bool = False
    is_former: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """An institution named by a proper name, in the fullest form the article gives.

    `kind` is one of `data/organization_heads.tsv`; `place` the place it serves, `parent` the institution named inside
    its name, each as the text has it.
    """

    name: str
    span: Span
    kind: str | None = None
    place: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Gregorian days from `start` to `end`, both included, and the words they were read from."""

    start: date
    end: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A stated quantity. `value` has magnitudes multiplied out, in `unit` (`data/units.tsv`); a range has `value_high`.

    `change` is set only where the number itself is the size of a change, measured against `base`
    (`base_period` where it could be dated). `period` is the time the figure is about. `speaker` is the name, else the
    post, of who said it. `whole` is the subject of the total of which this figure is a part.
    """

    subject: str
    value: Decimal
    unit: str
    span: Span
    value_high: Decimal | None = None
    comparator: Comparator = "="
    change: Change | None = None
    base: str | None = None
    base_period: Period | None = None
    period: Period | None = None
    place: str | None = None
    speaker: str | None = None
    whole: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """People gathering at one time and place. `participants` are names, or posts where unnamed.

    `kind` is the word for it (`data/meeting_kinds.tsv`); `held_on` the day where the article tells it; texts are as the
    article has them.
    """

    kind: str
    span: Span
    name: str | None = None
    participants: tuple[str, ...] = ()
    host: str | None = None
    place: str | None = None
    held_on: date | None = None
    topics: tuple[str, ...] = ()
    status: MeetingStatus = "held"


type Record = Official | Organization | Metric | Meeting


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """All records of one article, each kind in the order of the text."""

    officials: tuple[Official, ...] = ()
    organizations: tuple[Organization, ...] = ()
    metrics: tuple[Metric, ...] = ()
    meetings: tuple[Meeting, ...] = ()

    def __len__(self) -> int:
        return len(self.officials) + len(self.organizations) + len(self.metrics) + len(self.meetings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A page or line that did not become an article: which `field` failed and why, in one clear sentence."""

    outlet: str
    url: str | None
    code: str | None
    field: str
    reason: str
