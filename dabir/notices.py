"""One message a run about what checks found, and none about what was told before.

A trouble is one check of one outlet. It is told when it begins, when its severity changes, again after some days where
it goes on, and once when it is over. What was told is in the table `notices`. How the message is sent is not known
here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from sqlalchemy import Connection, text

from dabir.days import jalali_day
from dabir.monitor import CRAWL_CHECKS, WHOLE, Finding
from dabir.pipeline import connected
from dabir.plan import Work
from dabir.settings import Settings
from db.identity import hash64

LONGEST_TEXT = 3_900
"""Characters of a message: Telegram takes 4,096."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A trouble that a message has told of and that was not over then."""

    outlet: str
    check: str
    severity: str
    since: date
    told: date


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How one outlet stands: its newest checked day, whether that was crawled whole and has articles, what was found in
    it, and what is still wrong with the crawls of the days before it that are looked at again."""

    outlet: str
    day: date
    is_whole: bool
    has_articles: bool
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What is to be told: troubles that began, that became better or worse, that go on, and that are over."""

    day: date
    new: tuple[Finding, ...] = ()
    changed: tuple[Finding, ...] = ()
    again: tuple[Finding, ...] = ()
    over: tuple[Told, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.again or self.over)

    @property
    def subject(self) -> str:
        """The day and how many troubles are new, changed, going on and over, in one line."""
        counts = {"new": self.new, "changed": self.changed, "going on": self.again, "over": self.over}
        said = ", ".join(f"{len(some)} {word}" for word, some in counts.items() if some)
        return f"Dabir {jalali_day(self.day)}: troubles: {said}"

    @property
    def text(self) -> str:
        """The whole message; of one that is too long the end is left out, which it says."""
        lines = [self.subject]
        for word, some in (("New", self.new), ("Changed", self.changed), ("Going on", self.again)):
            lines += ["", f"{word}:", *(f"[{one.severity}] {one.line}" for one in some)] if some else []
        if self.over:
            over = (f"{one.outlet}: {one.check}, found since {jalali_day(one.since)}" for one in self.over)
            lines += ["", "Not found any more:", *over]
        kept: list[str] = []
        size = 0
        for number, line in enumerate(lines):
            size += len(line) + 1
            if size > LONGEST_TEXT - 80:
                return "\n".join([*kept, f"… and {len(lines) - number} lines more: see the page Coverage"])
            kept.append(line)
        return "\n".join(kept)

    @property
    def html(self) -> str:
        """The text for a mail that is read as HTML."""
        return f'<pre dir="ltr" style="white-space: pre-wrap">{escape(self.text)}</pre>'


def compose(
    day: date, states: Collection[State], told: Collection[Told], again_days: int
) -> tuple[Notice, tuple[Told, ...]]:
    """The notice of a run of `day`, empty where there is nothing to tell, and what will have been told after it.

    `told` is of the outlets of `states`. A trouble with an outlet's articles is over when articles came without it; a
    trouble with its crawl when a crawl was whole.
    """
    known = {(one.outlet, one.check): one for one in told}
    parts: dict[str, list[Any]] = {"new": [], "changed": [], "again": [], "over": []}
    after = []
    for state in sorted(states, key=lambda state: state.outlet):
        latest = {one.check: one for one in sorted(state.findings, key=lambda one: one.day)}
        for check, finding in latest.items():
            before = known.pop((state.outlet, check), None)
            since = before.since if before else min(one.day for one in state.findings if one.check == check)
            part = (
                "new"
                if before is None
                else "changed"
                if before.severity != finding.severity
                else "again"
                if (day - before.told).days >= again_days
                else None
            )
            if part:
                parts[part].append(finding)
            told_on = day if before is None or part else before.told
            after.append(Told(outlet=state.outlet, check=check, severity=finding.severity, since=since, told=told_on))
        for before in [one for one in known.values() if one.outlet == state.outlet]:
            is_over = state.is_whole and (state.has_articles or before.check in CRAWL_CHECKS)
            if is_over:
                parts["over"].append(before)
            else:
                after.append(before)
    for findings in (parts["new"], parts["changed"], parts["again"]):
        findings.sort(key=lambda one: (one.severity, one.check, one.outlet))
    return Notice(day=day, **{name: tuple(some) for name, some in parts.items()}), tuple(after)


@contextmanager
def pending(settings: Settings, works: Collection[Work]) -> Iterator[Notice]:
    """The notice of a run over `works`, to be sent while the context is open; it is false where there is none.

    Runs take turns. What it tells counts as told when the context ends without an exception. Outlets whose newest
    checked day is not of this run are left out, so runs over old days tell nothing.
    """
    with connected(settings) as warehouse, warehouse.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": hash64("notices")})
        states = _states(connection, works, settings.look_back_days)
        outlets = [state.outlet for state in states]
        rows = connection.execute(
            text("select * from notices where outlet = any(:outlets) order by outlet, check_name"), {"outlets": outlets}
        )
        told = [
            Told(outlet=r.outlet, check=r.check_name, severity=r.severity, since=r.since_on, told=r.told_on)
            for r in rows
        ]
        day = max((state.day for state in states), default=date.min)
        notice, after = compose(day, states, told, settings.notify_again_days)
        yield notice
        connection.execute(text("delete from notices where outlet = any(:outlets)"), {"outlets": outlets})
        if after:
            connection.execute(
                text(
                    "insert into notices (outlet, check_name, severity, since_on, told_on) "
                    "values (:outlet, :check, :severity, :since, :told)"
                ),
                [
                    {"outlet": o.outlet, "check": o.check, "severity": o.severity, "since": o.since, "told": o.told}
                    for o in after
                ],
            )


def _states(connection: Connection, works: Collection[Work], look_back_days: int) -> list[State]:
    days: dict[str, set[date]] = {}
    for work in works:
        if work.province is None:
            days.setdefault(work.outlet, set()).add(work.day)
    newest = connection.execute(
        text(
            "select distinct on (outlet) outlet, day_on, outcome, counts from checked_days "
            "where outlet = any(:outlets) order by outlet, day_on desc"
        ),
        {"outlets": list(days)},
    ).all()
    states = []
    for row in newest:
        if row.day_on not in days[row.outlet]:
            continue
        found = connection.execute(
            text(
                "select day_on, check_name, severity, expected, got from check_findings "
                "where outlet = :outlet and day_on = any(:days) and day_on > :day - cast(:back as int) - 1 "
                "and (day_on = :day or check_name = any(:of_crawl))"
            ),
            {"outlet": row.outlet, "days": list(days[row.outlet]), "day": row.day_on, "back": look_back_days}
            | {"of_crawl": sorted(CRAWL_CHECKS)},
        )
        states.append(
            State(
                outlet=row.outlet,
                day=row.day_on,
                is_whole=row.outcome in WHOLE,
                has_articles=bool(row.counts.get("articles")),
                findings=tuple(
                    Finding(
                        outlet=row.outlet,
                        day=one.day_on,
                        check=one.check_name,
                        severity=one.severity,
                        expected=one.expected,
                        got=one.got,
                    )
                    for one in found
                ),
            )
        )
    return states
