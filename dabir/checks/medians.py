"""Checks of how long articles are and how long the site takes to answer, against the median of like days."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from dabir.checks.day import FEWEST_ARTICLES, FEWEST_DAYS, USUAL_DAYS, Day, Found, Limits, usual

SURE = 4.0
"""Standard deviations by which lengths and seconds must be off."""


def body(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """The length of the articles: a body that is cut, or that has swallowed the rest of the page.

    The fewer articles, the more their middle length varies by chance.
    """
    days = [one for one in usual(day, near, {"body"}) if _length(one) is not None][:USUAL_DAYS]
    length = _length(day)
    if length is None or len(days) < FEWEST_DAYS:
        return None
    lengths = [(_length(one) or 0.0, math.sqrt(one.counts["articles"])) for one in days]
    middle = median(one for one, _ in lengths)
    of_one = 1.4826 * median(abs(one - middle) * root for one, root in lengths)
    spread = max(of_one / math.sqrt(day.counts["articles"]), 0.1)
    if abs(length - middle) < max(math.log(2), SURE * spread):
        return None
    return Found(
        got=f"{math.exp(length):.0f} characters in the middle article", expected=f"about {math.exp(middle):.0f}"
    )


def _length(day: Day) -> float | None:
    """The logarithm of the middle length, None where too few articles say it."""
    if day.counts.get("articles", 0) < FEWEST_ARTICLES or not day.counts.get("body_characters"):
        return None
    return math.log(day.counts["body_characters"])


def slow(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Seconds that the site takes for an answer, without our own politeness: thrice the usual and a second more."""
    seconds = [s for one in usual(day, near, {"slow"}) if (s := _seconds(one)) is not None][:USUAL_DAYS]
    now = _seconds(day)
    if now is None or len(seconds) < FEWEST_DAYS:
        return None
    middle = median(seconds)
    spread = 1.4826 * median(abs(math.log(one / middle)) for one in seconds)
    if now < max(3 * middle, middle + 1, middle * math.exp(SURE * spread)):
        return None
    return Found(got=f"{now:.1f} s for an answer", expected=f"about {middle:.1f} s")


def _seconds(day: Day) -> float | None:
    answers = day.counts.get("answers", 0)
    return max(day.counts.get("latency_ms", 0), 1) / 1000 / answers if answers >= FEWEST_ARTICLES else None
