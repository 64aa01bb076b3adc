"""What the warehouse knows of an outlet's day, counted for the checks; and what they found, kept beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import orjson
from sqlalchemy import Connection, text

from dabir.monitor import Day, Finding
from dabir.plan import Work
from dabir.volume import YEAR_DAYS

# Eight letters that make up more than half of any Persian text, and hardly any of one in a wrong charset: «ایران» sent
# as UTF-8, read as windows-1256 and sent again holds none of them.
COMMONEST = "ایرنودمه"

# The articles that say they were published on the day, and those that do not say and came with its crawls.
_ARTICLES = text("""
    with mine as (
        select article_id, current_version_id, published_at, province from articles
        where outlet = :outlet and published_on = :day
        union
        select a.article_id, a.current_version_id, a.published_at, a.province from articles a
        join article_versions v on v.version_id = a.current_version_id
        where a.outlet = :outlet and a.published_at is null
            and v.batch in (select batch from batch_tallies where outlet = :outlet and day_on = :day)
    ), read as (
        select m.published_at, m.province, v.body_digest, v.characters, f.footer_id, t.lead,
            regexp_replace(concat(t.lead, t.body), '\\s', '', 'g') as words
        from mine m join article_versions v on v.version_id = m.current_version_id
        left join footers f on f.footer_id = v.footer_id left join article_texts t on t.version_id = v.version_id
    )
    select count(*) as articles, count(published_at) as dated, count(lead) as led, count(province) as placed,
        count(footer_id) as footed, count(body_digest) - count(distinct body_digest) as doubled,
        count(*) filter (where words <> '' and (
            length(words) - length(translate(words, :commonest, '')) < 0.25 * length(words)
            or 50 * (length(words) - length(replace(words, :undecoded, ''))) > length(words))) as garbled,
        coalesce(percentile_cont(0.5) within group (order by characters), 0) as body_characters
    from read
""")

_FOOTERS = text("""
    select f.marker, count(*) as number from articles a join article_versions v on v.version_id = a.current_version_id
    join footers f on f.footer_id = v.footer_id where a.outlet = :outlet and (a.published_on = :day
        or a.published_on is null
        and v.batch in (select batch from batch_tallies where outlet = :outlet and day_on = :day))
    group by f.marker
""")

_RUN = text("""
    select run, outcome, reason from crawl_runs
    where outlet = :outlet and day_on = :day and run like :runs order by started_at desc limit 1
""")
_COUNTERS = text("select counter, value from crawl_counters where outlet = :outlet and day_on = :day and run = :run")
_HISTORY = text("""
    select day_on, outcome, counts, array(select check_name from check_findings f
        where (f.outlet, f.day_on) = (c.outlet, c.day_on)) as found
    from checked_days c where outlet = :outlet and day_on between :first and :last and day_on <> :day
""")

_NEWEST = text("""
    select distinct on (outlet) outlet, counts,
        (select count(*) from check_findings where (outlet, day_on, severity) = (c.outlet, c.day_on, 'fail')) as fail,
        (select count(*) from check_findings where (outlet, day_on, severity) = (c.outlet, c.day_on, 'warn')) as warn
    from checked_days c where outlet = any(:outlets) order by outlet, day_on desc
""")


def count_day(connection: Connection, work: Work, unloaded: int) -> Day:
    """Count an outlet's day by its latest crawl (of the province alone, where `work` names one) and the warehouse."""
    where: dict[str, Any] = {"outlet": work.outlet, "day": work.day}
    runs = f"%-{work.province}" if work.province else "%Z-%"
    run = connection.execute(_RUN, {**where, "runs": runs}).one_or_none()
    if run is None:
        return Day(day=work.day, outcome=None, counts={"unloaded": unloaded})
    counters = {row.counter: row.value for row in connection.execute(_COUNTERS, {**where, "run": run.run})}
    articles = connection.execute(_ARTICLES, {**where, "commonest": COMMONEST, "undecoded": "\ufffd"}).one()._mapping
    kept = ("listed", "not_articles", "rejected", "answers", "latency_ms")
    return Day(
        day=work.day,
        outcome=run.outcome,
        reason=run.reason,
        counts={
            **{name: counters.get(name, 0) for name in kept},
            "blocked": sum(counters.get(name, 0) for name in ("blocked", "listings_blocked")),
            "lost": sum(counters.get(name, 0) for name in ("failed", "forbidden", "blocked")),
            "pages": sum(counters.get(name, 0) for name in ("articles", "not_articles", "rejected")),
            "unloaded": unloaded,
            **{name: float(value) for name, value in articles.items()},
        },
        footers={row.marker: row.number for row in connection.execute(_FOOTERS, where)},
        rejected_fields={
            name.removeprefix("rejected: "): value
            for name, value in counters.items()
            if name.startswith("rejected: ") and value
        },
    )


def history(connection: Connection, outlet: str, day: date) -> list[Day]:
    """The checked days of an outlet around `day`: the year before it, and after it those of a backfill or reparse."""
    around = {"first": day - timedelta(days=YEAR_DAYS), "last": day + timedelta(days=YEAR_DAYS)}
    rows = connection.execute(_HISTORY, {"outlet": outlet, "day": day, **around})
    return [_day(row) for row in rows]


def _day(row: Any) -> Day:
    counts = dict(row.counts)
    footers = counts.pop("footers", {})
    return Day(day=row.day_on, outcome=row.outcome, counts=counts, footers=footers, found=frozenset(row.found))


def keep(connection: Connection, outlet: str, day: Day, findings: Sequence[Finding]) -> None:
    """Write what was counted and found, in the place of what an earlier check of the day wrote."""
    where = {"outlet": outlet, "day": day.day}
    connection.execute(text("insert into outlets (outlet) values (:outlet) on conflict do nothing"), where)
    connection.execute(
        text(
            "insert into checked_days (outlet, day_on, outcome, counts, checked_at) "
            "values (:outlet, :day, :outcome, :counts, now()) on conflict (outlet, day_on) "
            "do update set (outcome, counts, checked_at) = (excluded.outcome, excluded.counts, excluded.checked_at)"
        ),
        {**where, "outcome": day.outcome, "counts": orjson.dumps({**day.counts, "footers": day.footers}).decode()},
    )
    connection.execute(text("delete from check_findings where outlet = :outlet and day_on = :day"), where)
    if findings:
        connection.execute(
            text(
                "insert into check_findings (outlet, day_on, check_name, severity, expected, got, line) "
                "values (:outlet, :day, :check, :severity, :expected, :got, :line)"
            ),
            [
                {
                    **where,
                    "check": one.check,
                    "severity": one.severity,
                    "expected": one.expected,
                    "got": one.got,
                    "line": one.line,
                }
                for one in findings
            ],
        )


def gauges(connection: Connection, outlets: Sequence[str]) -> list[tuple[str, float, str]]:
    """(name, value, outlet) of the counts and findings of each outlet's newest checked day."""
    rows = connection.execute(_NEWEST, {"outlets": list(outlets)})
    return [
        (f"dabir.{row.outlet}.{name}", value, row.outlet)
        for row in rows
        for name, value in {**row.counts, "fail": row.fail, "warn": row.warn}.items()
        if name != "footers"
    ]
