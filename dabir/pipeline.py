"""One outlet's day: crawl -> ingest -> check, with no Airflow in it.

Each step can be repeated at any time: the archive and the warehouse know what they hold. Ingest reads what the archive
holds of the day's crawls and not what a crawl answered, so nothing is lost where a process ends between the two.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from itertools import batched
from typing import Any
from urllib.parse import urlsplit

from psycopg.errors import LockNotAvailable
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from dabir import measures, monitor
from dabir.days import jalali_day
from dabir.extraction import extracted, rules_version
from dabir.monitor import WHOLE
from dabir.plan import Work, outlets_of
from dabir.settings import Settings
from db.engine import engine
from db.identity import hash64
from db.load import Incoming, PageRef, Tally, load_all
from parsing.records import Rejected
from scrapers.archive import Fault, crawl_files, read_file_index, read_pages
from scrapers.crawl import CrawlError, CrawlReport, crawl
from scrapers.outlet import Outlet
from scrapers.page import Blocked, NotAnArticle, PageError, RawPage, parse_page
from scrapers.warc import IndexRow

log = logging.getLogger(__name__)

# What the warehouse calls the outcomes of a crawl.
OUTCOMES: Mapping[str, str] = {
    "complete": "complete",
    "nothing": "nothing_published",
    "short": "partial",
    "forbidden": "robots_forbidden",
    "blocked": "unreachable",
    "failed": "unreachable",
}
# Pages without any article among them from which on a site is taken for redesigned; so many photo pages are no day.
ALL_UNREAD = 10


# How long a crawl waits for another run's crawl of the same outlet and day.
WAIT_MINUTES = 15.0


class CrawlFailed(RuntimeError):
    """The outlet could not be looked at; trying again later may help. The text names outlet, day and cause."""


class Hopeless(RuntimeError):
    """The outlet cannot be asked so, and trying again will not help."""


class CheckFailed(RuntimeError):
    """The day is not whole or not believable; the text says why in one line."""


@contextmanager
def connected(settings: Settings) -> Iterator[Engine]:
    """An engine for the warehouse of the settings: tasks start no server of their own. Raises ValueError for none."""
    if settings.database_url is None:
        raise ValueError("DABIR_DATABASE_URL: not set")
    warehouse = engine(settings.database_url.get_secret_value())
    try:
        yield warehouse
    finally:
        warehouse.dispose()


def crawl_day(settings: Settings, work: Work) -> CrawlReport:
    """Archive what is new of an outlet's day and note in the warehouse what was found and lost.

    One run at a time crawls an outlet's day: another waits, and then finds the pages archived. A crawl that got a part
    is a result, which `check_day` judges. Raises CrawlFailed where it could not look at all, and Hopeless where it
    never will.
    """
    outlet = outlets_of(settings)[work.outlet]
    name = _name(work)
    with connected(settings) as warehouse:
        with _alone(warehouse, work):
            try:
                report = crawl(
                    outlet,
                    work.day,
                    settings.archive,
                    mode="archive" if outlet.has_archive else "recent",
                    province=work.province,
                    work_dir=settings.work_dir,
                    contact=settings.contact,
                    timeout_seconds=settings.crawl_timeout_minutes * 60 - 60,
                )
            except CrawlError as error:
                raise CrawlFailed(str(error)) from error
            except ValueError as error:
                raise Hopeless(f"{name}: {error}") from error
        _note(warehouse, outlet, report)
    log.info("%s: %s", name, crawl_line(report))
    if report.outcome == "forbidden":
        raise Hopeless(f"{name}: {crawl_line(report)}")
    if report.outcome in ("blocked", "failed"):
        raise CrawlFailed(f"{name}: {crawl_line(report)}")
    return report


@contextmanager
def _alone(warehouse: Engine, work: Work) -> Iterator[None]:
    """Hold an outlet's day against the crawls of all other runs, on whichever machine, while the context is open.

    The lock is of a session of PostgreSQL, so it goes with the process that holds it. Where the server is restarted
    meanwhile it goes too, and the archive's own lock, of the folder, is left. Raises CrawlFailed after WAIT_MINUTES.
    """
    with warehouse.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closed with the context and never given to another user of the engine
        milliseconds = f"{WAIT_MINUTES * 60_000:.0f}"
        connection.execute(text("select set_config('lock_timeout', :wait, false)"), {"wait": milliseconds})
        try:
            key = hash64("crawling", work.outlet, work.day.isoformat())
            connection.execute(text("select pg_advisory_lock(:key)"), {"key": key})
        except OperationalError as error:
            if isinstance(error.orig, LockNotAvailable):
                raise CrawlFailed(f"{_name(work)}: another run is still crawling it; try again later") from error
            raise
        yield


def crawl_line(report: CrawlReport) -> str:
    """What a crawl found and lost, in one line."""
    lost = {**report.failed, **{f"listing {cause}": number for cause, number in report.listings_lost.items()}}
    counts = {
        "listed": report.listed,
        "new": report.fetched,
        "unchanged": report.unchanged,
        "of other days": report.other_day,
        "articles": report.articles,
        "no articles": report.not_articles,
        "rejected": sum(report.rejected.values()),
        "blocked": report.blocked,
        "forbidden": report.forbidden,
        **lost,
    }
    shown = ", ".join(f"{number} {what}" for what, number in counts.items() if number or what in ("listed", "new"))
    return f"{report.outcome}: {shown}; {report.requests} requests, {report.seconds:.0f} s"


def outcome_of(report: CrawlReport) -> str:
    """What the warehouse calls the outcome of a crawl: pages that came and say nothing any more are `unparsable`."""
    rejected = sum(report.rejected.values())
    is_unread = not report.articles and (rejected > report.not_articles or report.not_articles >= ALL_UNREAD)
    causes = report.listings_lost
    is_unlisted = report.outcome == "failed" and causes and all(cause.startswith("rejected") for cause in causes)
    return "unparsable" if is_unread or is_unlisted else OUTCOMES[report.outcome]


def _note(warehouse: Engine, outlet: Outlet, report: CrawlReport) -> None:
    """Write the outcome and the counters of a crawl."""
    run = f"{report.started_at:%Y%m%dT%H%M%SZ}-{report.mode}"
    where = {"outlet": outlet.name, "day": report.day, "run": f"{run}-{report.province}" if report.province else run}
    outcome = outcome_of(report)
    counters = {
        "listed": report.listed,
        "fetched": report.fetched,
        "not_modified": report.unchanged,
        "other_day": report.other_day,
        "articles": report.articles,
        "not_articles": report.not_articles,
        "rejected": sum(report.rejected.values()),
        "failed": sum(report.failed.values()),
        "forbidden": report.forbidden,
        "blocked": report.blocked,
        "listings_blocked": report.listings_lost.get("blocked", 0),
        "listings": report.listings,
        "listings_lost": sum(report.listings_lost.values()),
        "requests": report.requests,
        "answers": report.answers,
        "latency_ms": report.latency_ms,
        **{f"rejected: {field}": number for field, number in report.rejected.items()},
    }
    with warehouse.begin() as connection:
        connection.execute(
            text(
                "insert into outlets (outlet, name, family, host) values (:outlet, :name, :family, :host) "
                "on conflict (outlet) do update set (name, family, host) = (:name, :family, :host)"
            ),
            {
                "outlet": outlet.name,
                "name": outlet.title,
                "family": outlet.family.name,
                "host": urlsplit(outlet.base_url).hostname,
            },
        )
        connection.execute(
            text(
                "insert into crawl_runs (outlet, day_on, run, outcome, reason, started_at, ended_at) "
                "values (:outlet, :day, :run, :outcome, :reason, :started, :ended) on conflict do nothing"
            ),
            {
                **where,
                "outcome": outcome,
                "reason": None if outcome in WHOLE else crawl_line(report),
                "started": report.started_at,
                "ended": report.started_at + timedelta(seconds=report.seconds),
            },
        )
        connection.execute(
            text(
                "insert into crawl_counters (outlet, day_on, run, counter, value) "
                "values (:outlet, :day, :run, :counter, :value) on conflict do nothing"
            ),
            [{**where, "counter": counter, "value": value} for counter, value in counters.items()],
        )


def ingest_day(settings: Settings, work: Work) -> Tally | None:
    """Parse, extract and load the pages that the day's crawls archived; None where all were loaded before.

    A page that does not parse is kept as rejected with its reason, and nothing else is lost with it.
    """
    outlet = outlets_of(settings)[work.outlet]
    rules = rules_version()
    total: Tally | None = None
    with connected(settings) as warehouse:
        batches = (
            (key, list(read_articles(read_pages(settings.archive, rows), outlet)))
            for key, rows in batches_to_load(settings, warehouse, work)
        )
        for key, tally in load_all(warehouse, batches, crawl=(work.outlet, work.day), rules=rules):
            log.info("%s: %s", key, tally_line(tally))
            total = tally if total is None else total + tally
    if total is not None:
        log.info("%s: %s", _name(work), tally_line(total))
    return total


def batches_to_load(settings: Settings, warehouse: Engine, work: Work) -> Iterator[tuple[str, list[IndexRow]]]:
    """The batches of the day's archive files that the warehouse does not hold: key and rows of the pages."""
    with warehouse.connect() as connection:
        query = text("select batch from batches where starts_with(batch, :folder)")
        done = set(connection.scalars(query, {"folder": f"{work.outlet}/{work.day}/"}))
    for file in crawl_files(settings.archive, work.outlet, work.day):
        rows = [
            row for row in read_file_index(settings.archive, file) if not row.is_revisit and row.outcome != "listing"
        ]
        for number, some in enumerate(batched(rows, settings.batch_articles)):
            if (key := f"{file}:{number}") not in done:
                yield key, list(some)


def read_articles(pages: Iterator[RawPage | Fault], outlet: Outlet) -> Iterator[Incoming | Rejected]:
    """The articles of pages with their records, and what did not become one; pages of no article are passed over."""
    for page in pages:
        if isinstance(page, Fault):
            yield Rejected(outlet=outlet.name, url=None, code=page.file, field="archive", reason=page.reason)
            continue
        try:
            article = parse_page(page, outlet)
        except (NotAnArticle, Blocked):
            continue
        except PageError as error:
            code = outlet.family.code_of(outlet, page.url)
            yield Rejected(outlet=outlet.name, url=page.url, code=code, field=error.field, reason=error.reason)
            continue
        assert page.file is not None and page.offset is not None
        where = PageRef(
            url=page.url,
            file=page.file,
            offset=page.offset,
            digest=page.digest,
            fetched_at=page.fetched_at,
            etag=page.etag,
            last_modified=page.last_modified,
        )
        yield extracted(article, page.fetched_at, where)


def tally_line(tally: Tally) -> str:
    """What became of articles, in one line."""
    records = tally.officials + tally.organizations + tally.metrics + tally.meetings
    return (
        f"{tally.seen} read: {tally.new} new, {tally.versions} versions, {tally.copies} copies, {tally.same} the same, "
        f"{tally.rejected} rejected; {records} records"
    )


def check_day(settings: Settings, work: Work) -> str:
    """Hold an outlet's day against its crawl and its own history, keep what was found, and say it in one line.

    A day of one province alone is held against its crawl only, and nothing of it is kept. Raises CheckFailed with the
    line where a finding is a failure by the settings.
    """
    with connected(settings) as warehouse:
        day, findings = _findings(settings, warehouse, work)
        if work.province is None:
            with warehouse.begin() as connection:
                measures.keep(connection, work.outlet, day, findings)
    if not findings:
        listed, articles = (day.counts.get(name, 0) for name in ("listed", "articles"))
        line = f"{_name(work)}: {day.outcome}, {listed:.0f} listed, {articles:.0f} articles"
        log.info(line)
        return line
    line = monitor.line(findings)
    if findings[0].severity == "fail":
        raise CheckFailed(line)
    log.warning(line)
    return line


def _findings(settings: Settings, warehouse: Engine, work: Work) -> tuple[monitor.Day, tuple[monitor.Finding, ...]]:
    waiting = (row for _, rows in batches_to_load(settings, warehouse, work) for row in rows)
    unloaded = sum(row.outcome != "blocked" for row in waiting)
    with warehouse.connect() as connection:
        day = measures.count_day(connection, work, unloaded)
        past = measures.history(connection, work.outlet, work.day) if work.province is None else ()
    limits = monitor.Limits(max_rejected_share=settings.max_rejected_share, stale_days=settings.stale_days)
    return day, monitor.find(work.outlet, day, past, settings.checks, limits)


def missing(settings: Settings, works: Collection[Work]) -> list[Work]:
    """Those of `works` whose day fails its check; nothing is kept of what is found."""
    with connected(settings) as warehouse:
        return [
            work
            for work in works
            if any(finding.severity == "fail" for finding in _findings(settings, warehouse, work)[1])
        ]


def counts_of(settings: Settings, works: Collection[Work]) -> dict[str, Any]:
    """What the warehouse holds of the outlets and days of one run, as consumers of its event read it."""
    query = text(
        "select coalesce(sum(seen), 0) seen, coalesce(sum(new), 0) new, coalesce(sum(versions), 0) versions, "
        "coalesce(sum(copies), 0) copies, coalesce(sum(rejected), 0) rejected, "
        "coalesce(sum(officials + organizations + metrics + meetings), 0) records from batch_tallies "
        "where (outlet, day_on) in (select * from unnest(cast(:outlets as text[]), cast(:days as date[])))"
    )
    with connected(settings) as warehouse, warehouse.connect() as connection:
        row = connection.execute(
            query, {"outlets": [work.outlet for work in works], "days": [work.day for work in works]}
        ).one()
    days = sorted({work.day for work in works})
    return {
        **{name: int(value) for name, value in row._mapping.items()},
        "outlets": len({work.outlet for work in works}),
        "days": [jalali_day(day) for day in days],
    }


def gauges(settings: Settings, works: Collection[Work]) -> list[tuple[str, float, str]]:
    """(name, value, outlet) of what was counted and found in the newest checked day of each outlet of `works`."""
    with connected(settings) as warehouse, warehouse.connect() as connection:
        return measures.gauges(connection, sorted({work.outlet for work in works}))


def _name(work: Work) -> str:
    return f"{work.outlet} {jalali_day(work.day)}"
