"""What earlier crawls archived of an outlet, so that a page is neither fetched twice nor kept twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scrapers.archive import crawl_files, read_file_index, read_index
from scrapers.warc import IndexRow


@dataclass(frozen=True, slots=True)
class History:
    """The latest row of each article by its code: of the killed run that this one continues, and of any run."""

    resumed: Mapping[str, IndexRow]
    known: Mapping[str, IndexRow]


def read_history(archive: str, outlet: str, first: date, last: date, resumed: Sequence[IndexRow]) -> History:
    """Read what was met of the days `first` to `last`; `resumed` is what the archive file of this run holds already.

    Challenge pages are no history, and revisits hold no body that another could be compared with. Raises ArchiveError.
    """
    around = read_index(archive, outlet, first - timedelta(days=2), last + timedelta(days=1))
    # Past a day's end an archive may go on with the days before it, of a small outlet with weeks of them: what crawls
    # of these days met is not fetched again to learn its day.
    met = (row for file in crawl_files(archive, outlet, first, last) for row in read_file_index(archive, file))
    return History(
        resumed={row.code: row for row in resumed if row.code and row.outcome != "blocked"},
        known={
            row.code: row
            for row in sorted((*met, *around), key=lambda row: row.fetched_at)
            if row.code and row.outcome != "blocked" and not row.is_revisit
        },
    )


def validators(known: IndexRow) -> dict[str, str]:
    """The headers that ask for a page only if it has changed since (RFC 9110, 13.1); empty where the site gave none."""
    asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in asked.items() if value}
