"""Archived pages read again: the same code changes nothing, other layouts and rules leave their difference."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

import samples
from dabir import extraction, pipeline, reparse
from dabir.pipeline import connected, crawl_day, ingest_day
from dabir.plan import Work
from dabir.settings import Settings, read_settings
from dabir.warehouse import warehouse
from parsing.records import Article, Records
from scrapers.archive import crawl_files
from scrapers.outlet import Outlet
from scrapers.page import PageError, RawPage, parse_page

ISNA = "sample_isna"
DAYS = sorted({article.day for article in samples.articles("isna")})[-3:]


@pytest.fixture(scope="module")
def crawled() -> Iterator[Settings]:
    """Three days of the sample ISNA, in an archive alone."""
    with samples.serve() as agencies, tempfile.TemporaryDirectory(prefix="dabir-") as work_dir:
        settings = read_settings(work_dir=work_dir, replicas={"isna": agencies.urls["isna"]}, outlets=())
        with warehouse(settings) as ready:
            for day in DAYS:
                crawl_day(ready, Work(outlet=ISNA, day=day))
            yield ready


@pytest.fixture
def settings(crawled: Settings) -> Settings:
    """An empty warehouse beside that archive; nothing can be fetched."""
    with connected(crawled) as engine, engine.begin() as connection:
        tables = connection.scalars(
            text("select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'")
        ).all()
        connection.execute(text(f"truncate {', '.join(tables)} cascade"))
    return crawled.model_copy(update={"replicas": {"isna": "http://127.0.9.9:9"}})


def ingest(settings: Settings) -> None:
    for day in DAYS:
        ingest_day(settings, Work(outlet=ISNA, day=day))


def contents(settings: Settings, *but: str) -> dict[str, list[str]]:
    with connected(settings) as engine, engine.connect() as connection:
        tables = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
        return {
            table: sorted(connection.scalars(text(f"select t::text from {table} t")))
            for table in tables
            if table not in but
        }


def all_of_it(settings: Settings) -> reparse.Reparsed:
    parts = reparse.parts(settings, DAYS[0], DAYS[-1])
    return sum((reparse.reparse(settings, part) for part in parts), reparse.Reparsed())


def with_code(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    """Let the reading code, and the rules in it, be another version."""
    for module in (reparse, extraction, pipeline):
        monkeypatch.setattr(module, "rules_version", lambda: version)
    monkeypatch.setattr(reparse, "reading_version", lambda: version)


def test_the_same_code_reads_every_page_and_writes_no_row(settings: Settings) -> None:
    ingest(settings)
    before = contents(settings)
    done = all_of_it(settings)
    assert done.pages > 20
    assert (done.tally.same, done.tally.rejected) == (done.tally.seen, 0)
    assert (done.changes, done.taken_back, done.gone) == ({}, 0, 0)
    assert contents(settings) == before


def test_parts_are_the_months_of_outlets_that_the_archive_has(settings: Settings) -> None:
    [part] = reparse.parts(settings, date(2026, 1, 1), date(2027, 1, 1))
    assert (part.outlet, part.first, part.last) == (ISNA, DAYS[0], DAYS[-1])
    assert reparse.Part.from_json(part.to_json()) == part
    assert reparse.parts(settings, date(2020, 1, 1), date(2020, 2, 1)) == []
    with pytest.raises(ValueError, match="no such outlet: nobody"):
        reparse.parts(settings, DAYS[0], DAYS[0], ["nobody"])


def test_other_rules_replace_the_records_and_leave_the_difference_by_rule(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings)
    before = contents(settings, "record_changes", "batches", "batch_tallies", "article_versions")
    import parsing.extract

    real = parsing.extract.extract

    def without_metrics(article: Article, *, is_normalized: bool = False) -> Records:
        records = real(article, is_normalized=is_normalized)
        return Records(officials=records.officials, organizations=records.organizations, meetings=records.meetings)

    monkeypatch.setattr(parsing.extract, "extract", without_metrics)
    with_code(monkeypatch, "without metrics")
    done = all_of_it(settings)
    assert {(kind, change) for kind, _, change in done.changes} == {("metric", "withdrawn")}
    assert sum(done.changes.values()) == done.tally.withdrawn == len(before["metrics"]) > 20
    assert all(rule.startswith("metric.") for _, rule, _ in done.changes)
    after = contents(settings, *(set(contents(settings)) - set(before)))
    assert after.pop("metrics") == []
    assert after == {table: rows for table, rows in before.items() if table != "metrics"}
    with connected(settings) as engine, engine.connect() as connection:
        rules = connection.scalars(text("select distinct rules from article_versions")).all()
        told = connection.scalars(text("select distinct rules_after from record_changes")).all()
    assert rules == told == ["without metrics"]

    again = all_of_it(settings)
    assert (again.pages, again.known) == (0, done.pages)
    monkeypatch.undo()
    back = all_of_it(settings)
    assert {change for *_, change in back.changes} == {"added"}
    assert contents(settings)["metrics"] == before["metrics"]

    monkeypatch.setattr(parsing.extract, "extract", without_metrics)
    with_code(monkeypatch, "without metrics")
    once_more = all_of_it(settings)
    assert {change for *_, change in once_more.changes} == {"withdrawn"}, "what was read since is no longer its reading"
    assert contents(settings)["metrics"] == []


def test_outlets_of_the_archive_that_the_settings_do_not_know_are_named(settings: Settings) -> None:
    ingest(settings)
    others = settings.model_copy(update={"replicas": {}})
    assert reparse.parts(others, DAYS[0], DAYS[-1]) == []
    assert reparse.unknown(others, DAYS[0], DAYS[-1]) == [ISNA]
    assert reparse.unknown(settings, DAYS[0], DAYS[-1]) == []
    assert reparse.unknown(others, date(2020, 1, 1), date(2020, 2, 1)) == []


def test_rejects_that_can_be_read_become_articles_and_are_no_rejects_any_more(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def fails(page: RawPage, outlet: Outlet) -> Article:
        article = parse_page(page, outlet)
        read.append(page.url)
        if len(read) % 2:
            raise PageError(page.url, "title", "the layout is not known")
        return article

    monkeypatch.setattr(pipeline, "parse_page", fails)
    ingest(settings)
    monkeypatch.undo()
    rejected = len(contents(settings)["rejected_pages"])
    articles = len(contents(settings)["articles"])
    assert rejected > 5
    done = all_of_it(settings)
    assert done.taken_back == rejected
    after = contents(settings)
    assert after["rejected_pages"] == []
    assert len(after["articles"]) > articles
    ingest(settings)
    assert contents(settings) == after


def test_a_page_that_is_rejected_again_stays_as_it_is(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(page: RawPage, outlet: Outlet) -> Article:
        raise PageError(page.url, "title", "the layout is not known")

    monkeypatch.setattr(pipeline, "parse_page", fails)
    ingest(settings)
    before = contents(settings)
    done = all_of_it(settings)
    assert done.taken_back == 0
    assert contents(settings) == before


def test_pages_that_are_gone_from_the_archive_are_told_and_what_was_loaded_of_them_stays(
    settings: Settings, tmp_path: Path
) -> None:
    ingest(settings)
    pruned = settings.model_copy(update={"archive_url": str(tmp_path / "archive")})
    shutil.copytree(settings.archive, pruned.archive)
    [file] = crawl_files(settings.archive, ISNA, DAYS[0])
    (Path(pruned.archive) / file).unlink()
    before = contents(settings)
    done = all_of_it(pruned)
    of_file = [page for page in before["pages"] if file in page]
    assert done.gone == len(of_file) > 5
    assert f"{done.gone} pages are no longer in the archive" in done.line()
    assert contents(settings) == before


def test_what_came_of_it_goes_through_json_and_adds_up(settings: Settings) -> None:
    done = reparse.Reparsed(pages=3, known=1, taken_back=2, gone=4)
    done.changes["metric", "metric.value", "added"] = 5
    assert reparse.Reparsed.from_json(done.to_json()) == done
    assert (done + done).changes["metric", "metric.value", "added"] == 10
    assert "5 added, 0 withdrawn, 0 altered" in done.line()
