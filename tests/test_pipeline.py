"""The whole thread without Airflow: sample agencies -> HTTP -> archive -> articles -> records -> PostgreSQL -> counts."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from rich.console import Console
from sqlalchemy import text

import dabir.rejects
import db.load
import samples
from dabir import pipeline
from dabir.pipeline import CheckFailed, CrawlFailed, Hopeless, check_day, connected, counts_of, crawl_day, ingest_day
from dabir.plan import Work, outlets_of
from dabir.rejects import NoRawPage, raw_page, retry
from dabir.settings import Settings, read_settings
from dabir.summary import count_articles, summary
from dabir.warehouse import warehouse
from scrapers.archive import crawl_files, read_file_index

DAYS = sorted({article.day for article in samples.articles("isna")})
DAY = DAYS[1]
ISNA = "sample_isna"


def outcomes(settings: Settings) -> list[str]:
    with connected(settings) as engine, engine.connect() as connection:
        return list(connection.scalars(text("select outcome from crawl_runs")))


def published(day: date) -> set[str]:
    """The codes of the articles that ISNA's sample shows as text."""
    return {article.code for article in samples.articles("isna", day) if article.kind in ("news", "advert")}


def in_warehouse(settings: Settings, day: date) -> set[str]:
    with connected(settings) as engine, engine.connect() as connection:
        query = text(
            "select code from articles where outlet = :outlet and (published_at at time zone 'Asia/Tehran')::date = :day"
        )
        return set(connection.scalars(query, {"outlet": ISNA, "day": day}))


def contents(settings: Settings) -> dict[str, list[str]]:
    """Everything the tables of the warehouse hold, but when a transaction began."""
    with connected(settings) as engine, engine.connect() as connection:
        tables = connection.scalars(
            text("select tablename from pg_tables where schemaname = 'public' and tablename <> 'batches' order by 1")
        ).all()
        return {
            table: sorted(connection.scalars(text(f"select t::text from {table} t")))  # names of our own tables
            for table in tables
        }


@pytest.fixture(scope="module")
def agencies() -> Iterator[samples.Agencies]:
    with samples.serve() as served:
        yield served


@pytest.fixture(scope="module")
def server(agencies: samples.Agencies) -> Iterator[Settings]:
    """The embedded PostgreSQL and the sample ISNA.

    Not under pytest's folder, which every other pytest closes to the user that PostgreSQL runs as under root.
    """
    with tempfile.TemporaryDirectory(prefix="dabir-") as work_dir:
        settings = read_settings(work_dir=work_dir, replicas={"isna": agencies.urls["isna"]}, outlets=())
        with warehouse(settings) as ready:
            yield ready


@pytest.fixture
def settings(server: Settings, tmp_path: Path) -> Settings:
    """An empty warehouse and an empty archive."""
    with connected(server) as engine, engine.begin() as connection:
        tables = connection.scalars(
            text("select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'")
        ).all()
        connection.execute(text(f"truncate {', '.join(tables)} cascade"))
    return server.model_copy(update={"work_dir": tmp_path, "archive_url": str(tmp_path / "archive")})


def whole_day(settings: Settings, day: date = DAY) -> Work:
    work = Work(outlet=ISNA, day=day)
    crawl_day(settings, work)
    ingest_day(settings, work)
    return work


def test_a_day_goes_from_pages_to_rows(settings: Settings) -> None:
    work = Work(outlet=ISNA, day=DAY)
    report = crawl_day(settings, work)
    tally = ingest_day(settings, work)
    assert report.complete
    assert tally is not None
    assert tally.seen == tally.new + tally.versions + tally.copies + tally.same + tally.rejected == report.articles
    assert in_warehouse(settings, DAY) == published(DAY)
    assert check_day(settings, work).startswith(f"{ISNA} 1405-08-")
    counts = counts_of(settings, [work])
    assert (counts["seen"], counts["new"], counts["outlets"]) == (tally.seen, tally.new, 1)
    assert counts["records"] == tally.officials + tally.organizations + tally.metrics + tally.meetings
    with connected(settings) as engine, engine.connect() as connection:
        outlets = connection.execute(text("select outlet, family, host from outlets")).all()
    assert outlets == [(ISNA, "nastooh", urlsplit(outlets_of(settings)[ISNA].base_url).hostname)]


def test_a_day_done_twice_fetches_and_adds_nothing(settings: Settings) -> None:
    work = whole_day(settings)
    before, articles = contents(settings), count_articles(settings)
    report = crawl_day(settings, work)
    assert (report.fetched, report.unchanged) == (0, len(published(DAY)))
    assert ingest_day(settings, work) is None
    after = contents(settings)
    assert count_articles(settings) == articles > 0
    assert {table for table in after if after[table] != before[table]} == {"crawl_runs", "crawl_counters"}


def test_what_was_archived_and_never_loaded_is_loaded_by_the_next_ingest(settings: Settings) -> None:
    work = Work(outlet=ISNA, day=DAY)
    crawl_day(settings, work)
    with pytest.raises(CheckFailed, match="pages of the archive are not loaded"):
        check_day(settings, work)
    assert crawl_day(settings, work).fetched == 0
    tally = ingest_day(settings, work)
    assert tally is not None and tally.seen == len(published(DAY))
    check_day(settings, work)


def test_small_batches_end_in_the_same_rows_as_one(settings: Settings) -> None:
    whole_day(settings)
    one = {table: rows for table, rows in contents(settings).items() if "batch" not in table}
    with connected(settings) as engine, engine.begin() as connection:
        tables = ", ".join(table for table in contents(settings) if table not in ("alembic_version",))
        connection.execute(text(f"truncate {tables}, batches cascade"))
    ingest_day(settings.model_copy(update={"batch_articles": 3}), Work(outlet=ISNA, day=DAY))
    many = {table: rows for table, rows in contents(settings).items() if "batch" not in table}
    assert len(one["articles"]) == len(many["articles"]) == len(published(DAY))
    for table in ("article_texts", "officials", "organizations", "metrics", "meetings", "article_links", "stories"):
        assert many[table] == one[table], table


def test_a_damaged_page_of_the_archive_is_rejected_with_its_reason_and_no_other(settings: Settings) -> None:
    work = Work(outlet=ISNA, day=DAY)
    report = crawl_day(settings, work)
    archive = Path(settings.archive) / report.files[0]
    content = bytearray(archive.read_bytes())
    rows = [row for row in read_file_index(settings.archive, report.files[0]) if row.outcome == "article"]
    content[rows[2].offset + rows[2].length // 2] ^= 0xFF
    archive.write_bytes(content)
    tally = ingest_day(settings, work)
    assert tally is not None
    assert (tally.seen, tally.rejected) == (len(published(DAY)), 1)
    with connected(settings) as engine, engine.connect() as connection:
        rejected = connection.execute(text("select field, reason from rejected_pages")).all()
    assert [field for field, _ in rejected] == ["archive"]


def test_an_outlet_that_does_not_answer_fails_with_its_name_and_is_noted(settings: Settings) -> None:
    silent = settings.model_copy(update={"replicas": {"isna": "http://127.0.9.9:9"}})
    work = Work(outlet=ISNA, day=DAY)
    with pytest.raises(CrawlFailed, match=rf"{ISNA} 1405-08-\d\d: failed.* no robots\.txt"):
        crawl_day(silent, work)
    with pytest.raises(CheckFailed, match=rf"{ISNA} 1405-08-\d\d: unreachable: failed"):
        check_day(silent, work)
    assert outcomes(silent) == ["unreachable"]
    assert count_articles(silent) == 0


@pytest.mark.parametrize("fault", ["robots_forbidden", "robots_disallow"])
def test_an_outlet_whose_robots_txt_forbids_is_noted_so_and_not_asked_again(
    fault: str, settings: Settings, agencies: samples.Agencies
) -> None:
    agencies.faults.add(fault, "isna")
    try:
        with pytest.raises(Hopeless, match=rf"{ISNA} 1405-08-\d\d: forbidden"):
            crawl_day(settings, Work(outlet=ISNA, day=DAY))
    finally:
        agencies.faults.clear("isna")
    assert outcomes(settings) == ["robots_forbidden"]


def test_two_runs_never_crawl_one_outlets_day_at_once(settings: Settings, agencies: samples.Agencies) -> None:
    work = Work(outlet=ISNA, day=DAY)
    agencies.requests.clear()
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: crawl_day(settings, work), range(2)))
    first, second = sorted(reports, key=lambda report: report.started_at)
    assert second.started_at >= first.started_at + timedelta(seconds=first.seconds)
    assert (first.fetched, second.fetched) == (len(published(DAY)), 0) and second.unchanged == first.fetched
    got = [request.target for request in agencies.requests if request.status == 200 and "/news/" in request.target]
    assert len(got) == len(set(got)) == len(published(DAY))


def test_a_crawl_that_another_run_holds_for_long_says_so_and_other_days_go_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "WAIT_MINUTES", 0.001)
    work = Work(outlet=ISNA, day=DAY)
    with connected(settings) as engine, pipeline._alone(engine, work):
        with pytest.raises(CrawlFailed, match=rf"{ISNA} 1405-08-\d\d: another run is still crawling it"):
            crawl_day(settings, work)
        assert crawl_day(settings, Work(outlet=ISNA, day=DAYS[2])).complete
    assert crawl_day(settings, work).complete


def test_what_is_missing_is_what_was_not_crawled_or_not_loaded(settings: Settings) -> None:
    whole_day(settings)
    crawl_day(settings, Work(outlet=ISNA, day=DAYS[2]))
    works = [Work(outlet=ISNA, day=day) for day in DAYS[1:4]]
    assert pipeline.missing(settings, works) == works[1:]


def test_a_day_nothing_was_published_on_is_whole(settings: Settings) -> None:
    work = whole_day(settings, DAYS[0] - timedelta(days=400))
    assert "nothing_published" in check_day(settings, work)


def test_a_day_never_crawled_is_not_whole(settings: Settings) -> None:
    with pytest.raises(CheckFailed, match="never crawled"):
        check_day(settings, Work(outlet=ISNA, day=DAY))


def test_all_days_together_keep_versions_and_name_every_record_by_its_sentence(settings: Settings) -> None:
    for day in DAYS:
        check_day(settings, whole_day(settings, day))
    for day in DAYS:
        assert in_warehouse(settings, day) == published(day), day
    console = Console(width=200, record=True, file=io.StringIO())
    console.print(summary(settings, DAYS))
    shown = console.export_text()
    assert shown.count(ISNA) == len(DAYS)
    assert "Records:" in shown
    assert shown.count("•") == 5


def reject(settings: Settings, rejected_id: int, url: str, batch: str) -> None:
    with connected(settings) as engine, engine.begin() as connection:
        connection.execute(
            text("insert into rejected_pages values (:id, :outlet, :url, null, 'title', 'the title is empty', :batch)"),
            {"id": rejected_id, "outlet": ISNA, "url": url, "batch": batch},
        )


def rejects(settings: Settings) -> set[int]:
    with connected(settings) as engine, engine.connect() as connection:
        return set(connection.scalars(text("select rejected_id from rejected_pages")))


@pytest.mark.parametrize("prefix", ["", "reparse/0.1.0+1a2b/"])
def test_a_rejected_page_is_shown_as_fetched_and_gone_once_it_loads(prefix: str, settings: Settings) -> None:
    whole_day(settings)
    file = crawl_files(settings.archive, ISNA, DAY)[0]
    row = next(row for row in read_file_index(settings.archive, file) if row.outcome == "article")
    reject(settings, 1, row.url, f"{prefix}{file}:0")
    articles = count_articles(settings)
    assert b"<html" in raw_page(settings, 1).body
    assert "1 the same" in retry(settings, 1)
    assert (rejects(settings), count_articles(settings)) == (set(), articles)


def test_a_reject_goes_in_the_transaction_that_loads_its_page_or_stays(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_day(settings)
    file = crawl_files(settings.archive, ISNA, DAY)[0]
    row = next(row for row in read_file_index(settings.archive, file) if row.outcome == "article")
    reject(settings, 1, row.url, f"{file}:0")
    real = db.load.load

    def killed(*arguments: Any, **options: Any) -> Any:
        def at_step(step: str) -> None:
            if step == "marked":  # all rows are written, and nothing is committed
                assert rejects(settings) == {1}
                raise KeyboardInterrupt

        return real(*arguments, **options, at_step=at_step)

    before = contents(settings)
    monkeypatch.setattr(dabir.rejects, "load", killed)
    with pytest.raises(KeyboardInterrupt):
        retry(settings, 1)
    assert contents(settings) == before
    monkeypatch.undo()
    retry(settings, 1)
    assert rejects(settings) == set()


def test_a_reject_without_a_page_in_the_archive_says_so_and_stays(settings: Settings) -> None:
    whole_day(settings)
    file = crawl_files(settings.archive, ISNA, DAY)[0]
    reject(settings, 1, "http://127.0.1.1/news/0", f"{file}:0")
    reject(settings, 2, "http://127.0.1.1/news/0", "an import")
    for rejected_id in (1, 2, 3):
        with pytest.raises(NoRawPage):
            retry(settings, rejected_id)
    assert rejects(settings) == {1, 2}
