"""The counts of a running crawl, and what they decide: whether the listing goes on, whether the host is left alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from scrapers.warc import IndexRow

# So many challenges, or faults of the connection, one after the other, and the host is left alone.
_MAX_IN_A_ROW = {"blocked": 5, "failed": 10}


@dataclass(slots=True)
class Listed:
    """A listing page while its articles are fetched: how many are open, new, and maybe or surely of the days asked."""

    number: int
    url: str
    open: int = 0
    new: int = 0
    wanted: int = 0
    sure: int = 0


class Tally:
    """Counts what became of each article of the days `first` to `last`; the counts are those of CrawlReport.

    `listed` is how many articles the listings named so far.
    """

    def __init__(self, first: date, last: date) -> None:
        self.is_cut = False
        self._first, self._last = first, last
        self._counts = Counter[str]()
        self._failed = Counter[str]()
        self._rejected = Counter[str]()
        self._listings_lost = Counter[str]()
        self._seen: set[str] = set()
        self._in_a_row = Counter[str]()
        self._undated = 0
        self._oldest_listed: date | None = None

    @property
    def listed(self) -> int:
        return self._counts["listed"]

    def is_wanted(self, day: date | None) -> bool:
        """Whether an article of that day is asked for; one that states none may be."""
        return day is None or self._first <= day <= self._last

    def meet(self, key: str) -> bool:
        """Remember a code or an address. Returns whether it is met for the first time."""
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new

    def count_answer(self, seconds: float) -> None:
        """Count an answer of the site, and how long it took."""
        self._counts["answers"] += 1
        self._counts["latency_ms"] += round(1000 * seconds)

    # --- listings ---

    def count_listing(self) -> None:
        """Count a listing page that was read."""
        self._counts["listings"] += 1

    def lose_listing(self, cause: str) -> int:
        """Count a listing page that was not read. Returns how many were lost one after the other."""
        self._listings_lost[cause] += 1
        self._in_a_row["listing"] += 1
        return self._in_a_row["listing"]

    def close_listing(self, listed: Listed) -> int:
        """Count a listing page whose articles are done. Returns how many one after the other say no day."""
        self._undated = 0 if listed.sure else self._undated + 1
        return self._undated

    def list_article(self, code: str, day: date | None, listed: Listed) -> bool:
        """Count a row of a listing. Returns whether it names an article that no row before it did."""
        if day is not None:
            self._oldest_listed = min(day, self._oldest_listed or day)
        if not self.meet(code):
            self._counts["duplicates"] += 1
            return False
        self._counts["listed"] += 1
        listed.new += 1
        return True

    # --- articles ---

    def redirect(self, code: str, final: str) -> bool:
        """Take the code of the address an article redirected to for its own.

        Returns False where an article of that code was listed: then its row was one more address of it.
        """
        if self.meet(final) or final == code:
            return True
        self._counts["listed"] -= 1
        self._counts["duplicates"] += 1
        return False

    def skip(self) -> None:
        """Count an article of a day not asked for."""
        self._counts["other_day"] += 1

    def keep(self, row: IndexRow, listed: Listed, *, was_resumed: bool = False) -> None:
        """Count a page that is in the archive."""
        if not self.is_wanted(row.day):
            self.skip()
            return
        listed.wanted += 1
        listed.sure += row.day is not None
        self._counts["unchanged" if row.is_revisit else "fetched"] += 1
        if was_resumed and not row.is_revisit:
            self._counts["resumed"] += 1
        if row.outcome == "rejected":
            self._rejected[(row.reason or "page").partition(":")[0]] += 1
        else:
            self._counts["articles" if row.outcome == "article" else "not_articles"] += 1

    def fail(self, cause: str, listed: Listed) -> int:
        """Count an article that was not got. Returns how often in a row, once too often for the host; 0 before."""
        listed.wanted += 1  # it may have been of the day: the listing goes on
        if cause in ("forbidden", "blocked"):
            self._counts[cause] += 1
        else:
            self._failed[cause] += 1
        if cause == "forbidden" or cause.startswith("http 4"):
            return 0
        kind = "blocked" if cause == "blocked" else "failed"
        self._in_a_row[kind] += 1
        return self._in_a_row[kind] if self._in_a_row[kind] >= _MAX_IN_A_ROW[kind] else 0

    def recover(self) -> None:
        """A page came: what went wrong before it is not in a row with what goes wrong after it."""
        self._in_a_row.clear()

    def totals(self, *, must_reach_back: bool) -> dict[str, Any]:
        """The counts by the names of CrawlReport's fields.

        `must_reach_back` asks that the listings name something of before the first day; else they are cut.
        """
        is_short = must_reach_back and self._oldest_listed is not None and self._oldest_listed >= self._first
        return {
            **self._counts,
            "failed": dict(self._failed),
            "rejected": dict(self._rejected),
            "listings_lost": dict(self._listings_lost),
            "is_cut": self.is_cut or is_short,
        }
