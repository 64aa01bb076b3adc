"""Checks of what became of a day's crawl: each kind of absence by its own name."""

from __future__ import annotations

from collections.abc import Sequence

from dabir.checks.day import Day, Found, Limits
from dabir.days import jalali_day


def uncrawled(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """No crawl of the day at all."""
    return Found(got="never crawled") if day.outcome is None else None


def unreachable(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """A site that did not answer; not where its answers were challenges, which `blocked` says."""
    if day.outcome != "unreachable" or blocked(day, near, limits):
        return None
    return Found(got=day.reason or "the site did not answer")


def blocked(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Challenge pages and refusals, which say nothing about what was published."""
    number = day.counts.get("blocked", 0)
    if not number:
        return None
    return Found(got=f"{number:.0f} answers were challenges or refusals", expected="pages")


def robots(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """A site whose robots.txt forbids it."""
    if day.outcome != "robots_forbidden":
        return None
    return Found(got=day.reason or "robots.txt forbids it", expected="to be let in")


def unparsable(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Pages that came, and not one that could be read: the layouts have changed."""
    if day.outcome != "unparsable":
        return None
    return Found(got=f"pages came and none could be read ({day.reason})", expected="the layouts that are known")


def incomplete(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """A crawl that got a part of the day."""
    return Found(got=day.reason or "a part is missing") if day.outcome == "partial" else None


def unloaded(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """Pages that are archived and not in the warehouse."""
    number = day.counts.get("unloaded", 0)
    return Found(got=f"{number:.0f} pages of the archive are not loaded") if number else None


def stale(day: Day, near: Sequence[Day], limits: Limits) -> Found | None:
    """No day that could be looked at whole for some days."""
    if day.is_whole:
        return None
    earlier = [one.day for one in near if one.day < day.day]
    last = max((one.day for one in near if one.day < day.day and one.is_whole), default=min(earlier, default=day.day))
    days = (day.day - last).days
    if days < limits.stale_days:
        return None
    return Found(got=f"no whole day since {jalali_day(last)}", expected=f"one in {limits.stale_days} days")
