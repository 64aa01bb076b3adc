"""What one outlet shows at one moment: the rows of its lists and the articles behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice

from samples import generate
from samples.jalali import tehran_day
from samples.outlets import SampleOutlet
from samples.published import Published

type Extra = int | Callable[[str, date], int]
"""How many generated articles an outlet publishes on a day: always so many, or by its name and the day."""

ENDLESS_ROWS = 100_000
DOUBLE = "77"
"""Ends the second code of an article under the fault `doubled`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """An answer before it is put on the wire. `body` is text in UTF-8 unless the transport spoils it."""

    body: str
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    modified: datetime | None = None
    location: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One outlet as a request sees it.

    `authored` are its articles that are out by `now`, newest first; `extra` is how many generated articles stand
    beside them on each day since `generate.FIRST_DAY`. `faults` names the rendered faults that are on.
    """

    outlet: SampleOutlet
    base: str
    now: datetime
    authored: tuple[Published, ...]
    page_size: int = 5
    extra: Extra = 0
    faults: frozenset[str] = frozenset()

    def day(self, day: date) -> tuple[Published, ...]:
        """Return the day's articles, newest first."""
        rows = [article for article in self.authored if article.day == day]
        if self.extra and day <= tehran_day(self.now):
            volume = self.extra
            count = volume(self.outlet.name, day) if callable(volume) else volume
            rows += [row for row in generate.day(self.outlet, day, count) if row.seen_from <= self.now]
            rows.sort(key=_newest)
        return tuple(rows)

    def find(self, code: str) -> Published | None:
        """Return the article of this news code, or None."""
        for article in self.authored:
            if article.code == code:
                return article
        if self.extra or "endless" in self.faults:
            known = generate.find(self.outlet, code)
            if known is not None and known.seen_from <= self.now:
                return known
        if code.endswith(DOUBLE) and code != DOUBLE:
            twin = self.find(code.removesuffix(DOUBLE))
            return None if twin is None else replace(twin, code=code)
        return None

    def back_from(self, day: date) -> Iterator[Published]:
        """Yield the articles of the day and of all days before it, newest first."""
        if not self.extra:
            yield from (article for article in self.authored if article.day <= day)
            return
        oldest = generate.FIRST_DAY
        while day >= oldest:
            yield from self.day(day)
            day -= timedelta(days=1)

    def latest(self, count: int, keep: Callable[[Published], bool] | None = None) -> list[Published]:
        """Return the newest articles for a feed, sitemap or front page, as many as the faults leave."""
        rows = self.back_from(tehran_day(self.now))
        return self._spoilt(list(islice(filter(keep, rows), count)))

    def section_page(self, number: int, keep: Callable[[Published], bool] | None = None) -> list[Published]:
        """Return one page of a section list, which has no days and ends where the articles end."""
        rows = filter(keep, self.back_from(tehran_day(self.now)))
        return self._spoilt(list(islice(rows, (number - 1) * self.page_size, number * self.page_size)))

    def archive_page(
        self, number: int, first: date, last: date, keep: Callable[[Published], bool] | None = None
    ) -> tuple[list[Published], int]:
        """Return one page (from 1) of the archive of some days and the number of its last page.

        Past the last page it does what the outlet does: earlier days' rows, the last page again, or none.
        """
        size = self.page_size
        start, stop = (number - 1) * size, number * size
        if "endless" in self.faults:
            stop = min(stop, ENDLESS_ROWS)
            rows = [generate.article(self.outlet, last, serial) for serial in range(start, stop)]
            return rows, -(-ENDLESS_ROWS // size)
        wanted: list[Published] = []
        for back in range((last - first).days + 1):
            wanted += filter(keep, self.day(last - timedelta(days=back)))
        pages = max(1, -(-len(wanted) // size))
        if number > pages:
            match self.outlet.past_end:
                case "repeat":
                    return self._spoilt(wanted[(pages - 1) * size :]), pages
                case "empty":
                    return [], pages
                case "older":
                    rows_on = filter(keep, self.back_from(last))
                    return self._spoilt(list(islice(rows_on, start, stop))), pages
        return self._spoilt(wanted[start:stop]), pages

    def _spoilt(self, rows: list[Published]) -> list[Published]:
        if "zero_items" in self.faults:
            return []
        if "half_items" in self.faults:
            rows = rows[::2]
        if "doubled" in self.faults:
            rows = [twin for row in rows for twin in (row, replace(row, code=row.code + DOUBLE))]
        return rows


def _newest(article: Published) -> tuple[float, str]:
    return -article.published.timestamp(), article.code
