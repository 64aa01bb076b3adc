"""What was counted of one outlet's day, and the days around it that a check compares it with.

A day with a trouble does not become what is usual until PATIENCE_DAYS have passed: until then a check compares with the
days before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

WHOLE = frozenset({"complete", "nothing_published"})
"""Outcomes of a crawl that looked at the whole day."""
PATIENCE_DAYS = 28
"""How long a trouble is kept out of what is usual."""
USUAL_DAYS = 28
FEWEST_DAYS = 7
"""Whole days that shares, lengths and seconds are compared with, at most and at least."""
WINDOW_DAYS = 7
"""Days looked at together where one has too few articles to tell."""
FEWEST_ARTICLES = 5
"""Articles, pages or answers under which nothing is said of what they are like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What was counted of one outlet's day. `outcome` is that of its latest crawl, None where there was none.

    `counts` by name: `listed`, `lost` (listed and not got), `pages` (got), `not_articles`, `rejected`, `blocked`,
    `unloaded` (archived, not in the warehouse), `answers` and their `latency_ms` together are of the crawl; `articles`,
    `dated`, `led`, `placed` (with a province), `footed`, `doubled` (text of another of the day), `garbled` (hardly any
    of the commonest Persian letters, or letters that could not be decoded) and `body_characters` (median) of the
    warehouse. A count that is not there was not taken. `footers` counts articles by the wording of their footer,
    `rejected_fields` rejected pages by field. `reason` is the crawl's own line where it was not whole. `found` names
    the checks that found something when the day was last checked.
    """

    day: date
    outcome: str | None
    counts: Mapping[str, float]
    footers: Mapping[str, int] = field(default_factory=dict)
    rejected_fields: Mapping[str, int] = field(default_factory=dict)
    reason: str | None = None
    found: frozenset[str] = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether the latest crawl looked at the whole day."""
        return self.outcome in WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the settings say of checks; see dabir.settings."""

    max_rejected_share: float = 0.1
    stale_days: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a check found there, and what it expected, None where nothing else could be."""

    got: str
    expected: str | None = None


type Check = Callable[[Day, Sequence[Day], Limits], Found | None]


def usual(day: Day, near: Sequence[Day], checks: Collection[str]) -> Iterator[Day]:
    """The whole days around `day`, the nearest first, without those whose `checks` are a trouble still."""
    for one in near:
        is_trouble = not one.found.isdisjoint(checks) and abs((day.day - one.day).days) <= PATIENCE_DAYS
        if one.is_whole and not is_trouble:
            yield one


def before(day: Day, near: Sequence[Day]) -> list[Day]:
    """The day and the checked days that lead up to it without a gap, the latest first, at most WINDOW_DAYS."""
    by_day = {one.day: one for one in near}
    run = [day]
    while len(run) < WINDOW_DAYS and (one := by_day.get(date.fromordinal(run[-1].day.toordinal() - 1))) is not None:
        run.append(one)
    return run
