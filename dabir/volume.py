"""How many articles an outlet's day should have, by its own past: weekdays, holidays, Nowruz, and how much it varies.

A count is taken to vary as a negative binomial does: its variance is mean + spread * mean**2. The mean is the median of
like days, the spread comes from the median deviation, so that single odd days change neither.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from statistics import median

from persiantools.jdatetime import JalaliDate

NEAR_DAYS = 90
YEAR_DAYS = 400
MOST, FEWEST = 8, 4
"""Like days that are looked at, at most and at least."""
LEVEL_DAYS = 45
RARE = 1e-4
"""A chance under which nothing published is no chance."""
FEW, MANY = 3.5, 6.0
"""Standard deviations below and above the mean that are a finding."""
TOGETHER = 0.2
"""The part of the spread that the days of a week have in common; the rest is each day's own."""
SPREADS = 0.01, 0.25
"""Bounds of the spread: days vary by a tenth at least, and checks are to be possible at all."""
THURSDAY, FRIDAY = 3, 4
NOWRUZ_DAYS = 13


@dataclass(frozen=True, slots=True)
class Expected:
    """The articles expected of a day, at least and at most; the two are one number where like days are known.

    `days` is how many days that number is the median of, `kind` what they have in common.
    """

    low: float
    high: float
    days: int
    kind: str


@cache
def kind(day: date) -> str:
    """What a day is like: `nowruz` (1 to 13 Farvardin), `holiday`, or the number of its weekday.

    Official holidays are those of the `holidays` package, which knows the lunar ones as they were announced and
    estimates later ones to a day.

    >>> kind(date(2026, 3, 25)), kind(date(2026, 6, 25)), kind(date(2026, 11, 25))
    ('nowruz', 'holiday', '2')
    """
    import holidays  # takes a second, and only checks need it

    jalali = JalaliDate(day)  # type: ignore[no-untyped-call]
    if jalali.month == 1 and jalali.day <= NOWRUZ_DAYS:
        return "nowruz"
    if day.weekday() != FRIDAY and day in holidays.country_holidays("IR", years=day.year):
        return "holiday"
    return str(day.weekday())


def is_working(day: date) -> bool:
    """Whether a day is an ordinary Saturday to Wednesday."""
    return kind(day).isdecimal() and day.weekday() not in (THURSDAY, FRIDAY)


class Usual:
    """What is usual in an outlet's days: `counted` is their articles."""

    def __init__(self, counted: Mapping[date, float]) -> None:
        self._counted = dict(sorted(counted.items()))

    def expected(self, day: date) -> Expected | None:
        """What a day should have; None where too few days are known.

        Like days of the last three months count. A holiday that has none such is taken to differ from the working days
        around it as holidays of the year did; and where there were too few of these, to lie anywhere between half a
        Friday and a working day.
        """
        like = self._near(day, lambda one: kind(one) == kind(day))
        if len(like) >= FEWEST:
            return Expected(median(like), median(like), len(like), kind(day))
        level = self._level(day)
        if level is None:
            return None
        if is_working(day):
            return Expected(level, level, MOST, "working")
        if kind(day).isdecimal():
            return None
        shares = [
            number / one_level
            for one, number in self._counted.items()
            if kind(one) == kind(day) and abs((one - day).days) <= YEAR_DAYS and (one_level := self._level(one))
        ]
        if len(shares) >= FEWEST:
            share = median(shares)
            return Expected(level * share, level * share, len(shares), kind(day))
        fridays = self._near(day, lambda one: one.weekday() == FRIDAY)
        return Expected(min(fridays) / 2, level, FEWEST, kind(day)) if len(fridays) >= FEWEST else None

    def _near(self, day: date, is_like: Callable[[date], bool]) -> list[float]:
        like = [one for one in self._counted if abs((one - day).days) <= NEAR_DAYS and one != day and is_like(one)]
        return [self._counted[one] for one in sorted(like, key=lambda one: abs((one - day).days))[:MOST]]

    def _level(self, day: date) -> float | None:
        """Articles of an ordinary working day at this time."""
        near = [
            n
            for one, n in self._counted.items()
            if abs((one - day).days) <= LEVEL_DAYS and one != day and is_working(one)
        ]
        return median(near) if len(near) >= 2 * FEWEST else None

    @cached_property
    def spread(self) -> float:
        """How much a day varies beyond chance, as a share of the mean, squared."""
        by_kind: dict[str, list[float]] = {}
        for day, number in list(self._counted.items())[-NEAR_DAYS:]:
            by_kind.setdefault(kind(day), []).append(number)
        off, means = [], []
        for name, numbers in by_kind.items():
            mean = median(numbers)
            if name.isdecimal() and len(numbers) >= FEWEST and mean:
                off += [abs(number / mean - 1) for number in numbers]
                means += [mean] * len(numbers)
        if not off:
            return SPREADS[1]
        varies = (1.4826 * median(off)) ** 2 - 1 / median(means)
        return min(max(varies, SPREADS[0]), SPREADS[1])

    def _deviation(self, means: Sequence[float], days: Sequence[Expected]) -> float:
        """How much `means` articles of `days` together vary: by chance, by the spread, and as the means are guesses.

        The variance of a median of n is 1.57 (half of pi) times that of a mean of n; days of one kind share its error.
        """
        total, guessed = sum(means), 0.0
        for name in {day.kind for day in days}:
            like = [(mean, day.days) for mean, day in zip(means, days, strict=True) if day.kind == name]
            sum_of_like, number = sum(mean for mean, _ in like), min(days_of for _, days_of in like)
            if sum_of_like:
                mean = sum_of_like / len(like)
                guessed += sum_of_like**2 * math.pi / 2 * (self.spread + 1 / mean) / number
        own = sum(mean**2 for mean in means)
        return math.sqrt(total + self.spread * (TOGETHER * total**2 + (1 - TOGETHER) * own) + guessed)

    def chance_of_none(self, mean: float) -> float:
        """The chance that nothing at all is published where `mean` articles were expected."""
        return math.exp(-math.log1p(self.spread * mean) / self.spread)

    def is_few(self, number: float, days: Sequence[Expected]) -> bool:
        """Whether days have fewer articles together than chance explains, and by a third."""
        means = [day.low for day in days]
        total = sum(means)
        return number < 0.7 * total and number < total - FEW * self._deviation(means, days)

    def is_many(self, number: float, day: Expected) -> bool:
        """Whether a day has more articles than chance explains, and more than twice as many."""
        return number > 2 * day.high + 10 and number > day.high + MANY * self._deviation([day.high], [day])
