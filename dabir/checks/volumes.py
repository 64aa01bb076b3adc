"""Checks of how many articles a day has, against what dabir.volume expects of it."""

from __future__ import annotations

from collections.abc import Sequence

from dabir import volume
from dabir.checks.day import Day, Found, Limits, before, usual

VOLUME = frozenset({"zero", "low", "high"})
"""A day on which one of these found something says nothing of how many articles are usual."""


def _volumes(day: Day, near: Sequence[Day]) -> tuple[volume.Usual, list[tuple[Day, volume.Expected]]] | None:
    """What is usual, and the day and those before it, all whole, with what was expected of each."""
    if not day.is_whole:
        return None
    past = volume.Usual({one.day: one.counts.get("articles", 0) for one in usual(day, near, VOLUME)})
    run = []
    for one in before(day, near):
        expected = past.expected(one.day)
        if not one.is_whole or expected is None:
            break
        run.append((one, expected))
    return (past, run) if run else None


def zero(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Nothing published, for long enough that it cannot be chance."""
    if day.counts.get("articles", 0) or (volumes := _volumes(day, near)) is None:
        return None
    past, run = volumes
    total = 0.0
    for days, (one, expected) in enumerate(run, start=1):
        if one.counts.get("articles", 0):
            return None
        total += expected.low
        if past.chance_of_none(total) < volume.RARE:
            return Found(got="no article" + (f" for {days} days" if days > 1 else ""), expected=f"about {total:.0f}")
    return None


def low(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Too few articles, in the day or in the days up to it taken together."""
    if not (articles := day.counts.get("articles", 0)) or (volumes := _volumes(day, near)) is None:
        return None
    past, run = volumes
    if articles >= run[0][1].low:
        return None
    got = total = 0.0
    for days, (one, expected) in enumerate(run, start=1):
        got += one.counts.get("articles", 0)
        total += expected.low
        if past.is_few(got, [of for _, of in run[:days]]):
            together = f" in {days} days" if days > 1 else ""
            return Found(got=f"{got:.0f} articles{together}", expected=f"about {total:.0f}")
    return None


def high(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Suspiciously many articles in a day."""
    if (volumes := _volumes(day, near)) is None:
        return None
    past, run = volumes
    articles, expected = day.counts.get("articles", 0), run[0][1]
    if not past.is_many(articles, expected):
        return None
    return Found(got=f"{articles:.0f} articles", expected=f"about {expected.high:.0f}")
