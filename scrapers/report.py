"""What a crawl of one outlet and day found and lost: counts that add up."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Literal, Self

import orjson

type Mode = Literal["archive", "recent"]

# complete: every article listed for the day is archived. nothing: the whole listing was read and names none.
# short: some were listed and not got, or part of the listing could not be read. forbidden, blocked, failed:
# we could not look at all, because robots.txt forbids it, or a challenge or a fault stood before it. A robots.txt that
# gives no answer is a fault.
type CrawlOutcome = Literal["complete", "nothing", "short", "forbidden", "blocked", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """The counts of one crawl. An article is one (outlet, code), however many addresses and rows it has.

    listed = fetched + unchanged + other_day + failed + forbidden + blocked
    fetched + unchanged = articles + not_articles + rejected

    `duplicates` is rows beyond the first that name an article already listed. `fetched` is new or changed pages, of
    which `resumed` were archived by a killed run that this one continued; `unchanged` is pages that are as archived
    before. `other_day` is articles of days not asked for, by the listing's date or their own. `rejected` counts by the
    field that did not parse, `failed` by cause. `listings` is listing pages read, `listings_lost` those that were not,
    by cause; `is_cut` says that there is more than was read: the listing had no end within the caps, or feeds do not
    reach back to the first day asked for. `latency_ms` is how long `answers` pages were waited for, our own politeness
    left out, in all. `bytes_received` is of bodies as sent;
    `files` names the archive files that this run made. ValueError where the sums do not add up.
    """

    outlet: str
    day: date
    mode: Mode
    province: str | None = None
    started_at: datetime
    seconds: float = 0.0
    listed: int = 0
    duplicates: int = 0
    fetched: int = 0
    resumed: int = 0
    unchanged: int = 0
    other_day: int = 0
    failed: dict[str, int] = field(default_factory=dict)
    forbidden: int = 0
    blocked: int = 0
    articles: int = 0
    not_articles: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    listings: int = 0
    listings_lost: dict[str, int] = field(default_factory=dict)
    is_cut: bool = False
    requests: int = 0
    answers: int = 0
    latency_ms: int = 0
    peak_memory_bytes: int = 0
    bytes_received: int = 0
    insecure_tls: str | None = None
    files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ends = (
            self.fetched + self.unchanged + self.other_day + sum(self.failed.values()) + self.forbidden + self.blocked
        )
        if self.listed != ends:
            raise ValueError(f"{self.outlet} {self.day}: {self.listed} articles listed, {ends} accounted for")
        read = self.articles + self.not_articles + sum(self.rejected.values())
        if self.fetched + self.unchanged != read:
            raise ValueError(
                f"{self.outlet} {self.day}: {self.fetched + self.unchanged} pages got, {read} accounted for"
            )
        if self.resumed > self.fetched:
            raise ValueError(f"{self.outlet} {self.day}: {self.resumed} pages resumed of {self.fetched} fetched")

    @property
    def short_by(self) -> int:
        """How many articles were listed and not got. Where `listings_lost` or `is_cut`, at least so many."""
        return sum(self.failed.values()) + self.forbidden + self.blocked

    @property
    def complete(self) -> bool:
        """Whether the whole listing was read and every article in it got."""
        return self.listings > 0 and not self.short_by and not self.listings_lost and not self.is_cut

    @property
    def outcome(self) -> CrawlOutcome:
        """The one word for it: see `CrawlOutcome`."""
        if self.complete:
            return "complete" if self.fetched + self.unchanged else "nothing"
        if self.listings or self.listed:
            return "short"
        causes = self.listings_lost.keys()
        if causes == {"forbidden"}:
            return "forbidden"
        return "blocked" if "blocked" in causes else "failed"

    def to_json(self) -> bytes:
        """Return the report as JSON; `from_json` reads it back."""
        return orjson.dumps(
            asdict(self) | {"complete": self.complete, "short_by": self.short_by, "outcome": self.outcome}
        )

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read what `to_json` returned; ValueError, TypeError or KeyError where it is none."""
        fields = orjson.loads(text)
        for derived in ("complete", "short_by", "outcome"):
            del fields[derived]
        fields["day"] = date.fromisoformat(fields["day"])
        fields["started_at"] = datetime.fromisoformat(fields["started_at"])
        fields["files"] = tuple(fields["files"])
        return cls(**fields)
