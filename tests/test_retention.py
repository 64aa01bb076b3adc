"""Pruning: old raw pages go, and nothing else: not the records, not what waits, not what is known of each page."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fsspec
import pytest
from sqlalchemy import text
from typer.testing import CliRunner

import samples
from dabir import pipeline, rejects
from dabir.cli import app
from dabir.pipeline import connected, crawl_day, ingest_day
from dabir.plan import Work
from dabir.retention import prune_archive
from dabir.settings import Settings, read_settings
from dabir.warehouse import warehouse
from scrapers import pruning
from scrapers.archive import PageWriter, crawl_files, read_file_index, read_index, read_pages
from scrapers.page import RawPage
from scrapers.pruning import files_before, prune
from scrapers.verification import verify
from scrapers.warc import ArchiveError, IndexRow

ISNA = "sample_isna"
DAY = max({article.day for article in samples.articles("isna")})
AT = datetime(2023, 10, 7, 20, 30, tzinfo=UTC)


def archived(archive: str, staging: Path, pages: int = 5, at: datetime = AT) -> str:
    """A file of an archive with that many pages, two of them rejected, and a listing and a revisit."""
    into = PageWriter(archive, "isna", date(2023, 10, 7), "archive", staging=staging, started=at)
    rows: list[IndexRow] = []
    for code in range(pages + 2):
        body = f"<html>خبر {code}</html>".encode() * 20
        made = RawPage(
            outlet="isna",
            url=f"https://www.isna.ir/news/{code}/x",
            fetched_at=at + timedelta(seconds=code),
            status=200,
            content_type="text/html",
            body=body,
            etag=f'"{code}"',
            last_modified=None,
            digest=hashlib.sha256(body).hexdigest(),
        )
        outcome = "listing" if code == pages else "rejected" if code in (1, 3) else "article"
        headers = [(b"Content-Type", b"text/html"), (b"ETag", f'"{code}"'.encode())]
        _, row = into.add(made, headers, rows[0] if code == pages + 1 else None)
        into.settle(replace(row, code=str(code), outcome=outcome), b"GET / HTTP/1.1\r\n\r\n")  # type: ignore[arg-type]
        rows.append(row)
    file = into.close()
    assert file is not None
    return file


def is_rejected(row: IndexRow) -> bool:
    return row.outcome == "rejected"


def is_none(row: IndexRow) -> bool:
    return False


@pytest.fixture(params=["local", "memory"])
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An archive in a folder and one on object storage."""
    return str(tmp_path / "archive") if request.param == "local" else f"memory://{tmp_path.name}"


# One file


def test_what_is_known_of_a_pruned_page_stays(archive: str, tmp_path: Path) -> None:
    file = archived(archive, tmp_path)
    before = read_index(archive, "isna", date(2023, 10, 7))
    done = prune(archive, file, is_none)

    assert (done.pages, done.kept) == (7, 0)
    assert done.bytes > 0
    after = read_index(archive, "isna", date(2023, 10, 7))
    assert after == [replace(row, offset=0, length=0) for row in before]
    assert all(row.is_pruned for row in after)
    assert list(read_pages(archive, after)) == []
    assert crawl_files(archive, "isna", date(2023, 10, 7)) == []
    assert list(verify(archive)) == []


def test_pages_that_are_kept_can_be_read_as_before(archive: str, tmp_path: Path) -> None:
    file = archived(archive, tmp_path)
    before = list(read_pages(archive, filter(is_rejected, read_file_index(archive, file))))
    done = prune(archive, file, is_rejected)

    assert (done.pages, done.kept) == (5, 2)
    rows = read_file_index(archive, file)
    after = list(read_pages(archive, rows))
    assert [replace(page, offset=None) for page in after if isinstance(page, RawPage)] == [
        replace(page, offset=None) for page in before if isinstance(page, RawPage)
    ]
    assert len(after) == 2
    assert [row.code for row in rows] == [str(code) for code in range(7)]
    assert list(verify(archive)) == []
    fs, root = fsspec.core.url_to_fs(archive)
    assert not [path for path in fs.find(root) if not path.endswith((".warc.zst", ".index.jsonl"))]


def test_pruning_again_changes_nothing_and_takes_what_is_no_longer_wanted(archive: str, tmp_path: Path) -> None:
    file = archived(archive, tmp_path)
    prune(archive, file, is_rejected)
    fs, root = fsspec.core.url_to_fs(archive)
    written = fs.cat_file(f"{root}/{file}")
    assert prune(archive, file, is_rejected).pages == 0
    assert fs.cat_file(f"{root}/{file}") == written

    assert prune(archive, file, is_none).pages == 2
    assert not fs.exists(f"{root}/{file}")
    assert prune(archive, file, is_none) == pruning.Pruned(file=file, pages=0, kept=0, bytes=0)


@pytest.mark.parametrize("is_kept", [is_none, is_rejected])
def test_a_run_killed_between_index_and_file_is_finished_by_the_next(
    archive: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_kept: object
) -> None:
    assert callable(is_kept)
    file = archived(archive, tmp_path)
    fs, root = fsspec.core.url_to_fs(archive)
    whole = fs.cat_file(f"{root}/{file}")
    done = prune(archive, file, is_kept)
    fs.pipe_file(f"{root}/{file}", whole)  # the index is the new one, the file still the old

    again = prune(archive, file, is_kept)
    assert (again.pages, again.kept) == (done.pages, done.kept)
    assert len(list(read_pages(archive, read_file_index(archive, file)))) == done.kept
    assert list(verify(archive)) == []


def test_a_dry_run_says_the_same_and_changes_nothing(archive: str, tmp_path: Path) -> None:
    file = archived(archive, tmp_path)
    fs, root = fsspec.core.url_to_fs(archive)
    before = {path: fs.cat_file(path) for path in fs.find(root)}
    said = prune(archive, file, is_rejected, dry_run=True)
    assert {path: fs.cat_file(path) for path in fs.find(root)} == before
    done = prune(archive, file, is_rejected)

    assert (said.pages, said.kept) == (done.pages, done.kept)


def test_a_damaged_file_of_which_pages_are_wanted_is_left(archive: str, tmp_path: Path) -> None:
    file = archived(archive, tmp_path)
    fs, root = fsspec.core.url_to_fs(archive)
    content = bytearray(fs.cat_file(f"{root}/{file}"))
    content[len(content) // 2] ^= 255
    fs.pipe_file(f"{root}/{file}", bytes(content))
    with pytest.raises(ArchiveError):
        prune(archive, file, is_rejected)
    assert fs.cat_file(f"{root}/{file}") == bytes(content)


def test_a_file_that_is_gone_but_was_not_pruned_is_a_fault(archive: str, tmp_path: Path) -> None:
    file = archived(archive, tmp_path)
    fs, root = fsspec.core.url_to_fs(archive)
    fs.rm_file(f"{root}/{file}")

    assert [fault.reason for fault in verify(archive)] == ["the file is missing and was not pruned"]


def test_age_is_that_of_the_crawl_and_not_of_the_day_crawled(archive: str, tmp_path: Path) -> None:
    """A backfill of years ago that ran yesterday is young."""
    old = archived(archive, tmp_path, at=AT)
    young = archived(archive, tmp_path, at=AT + timedelta(days=700))

    assert list(files_before(archive, AT)) == []
    assert list(files_before(archive, AT + timedelta(days=1))) == [old]
    assert list(files_before(archive, AT + timedelta(days=701))) == [old, young]


# The archive and the warehouse


@pytest.fixture(scope="module")
def crawled() -> Iterator[Settings]:
    """A day of the sample ISNA, archived and loaded, and one page of it rejected."""
    with samples.serve() as agencies, tempfile.TemporaryDirectory(prefix="dabir-") as work_dir:
        settings = read_settings(work_dir=work_dir, replicas={"isna": agencies.urls["isna"]}, outlets=())
        with warehouse(settings) as ready:
            crawl_day(ready, Work(outlet=ISNA, day=DAY))
            ingest_day(ready, Work(outlet=ISNA, day=DAY))
            [file] = crawl_files(ready.archive, ISNA, DAY)
            url = next(row.url for row in read_file_index(ready.archive, file) if row.outcome == "article")
            with connected(ready) as engine, engine.begin() as connection:
                connection.execute(
                    text("insert into rejected_pages values (7, :outlet, :url, null, 'lead', 'none', :batch)"),
                    {"outlet": ISNA, "url": url, "batch": f"{file}:0"},
                )
            yield ready


def test_the_warehouse_keeps_its_records_and_says_which_pages_are_gone(crawled: Settings) -> None:
    work, now = Work(outlet=ISNA, day=DAY), datetime.now(UTC)
    count = "select (select count(*) from articles), (select count(*) from officials), (select count(*) from pages)"
    with connected(crawled) as engine, engine.connect() as connection:
        before = connection.execute(text(count)).one()

    assert prune_archive(crawled, now - timedelta(days=1), now=now).pages == 0
    said = prune_archive(crawled, now, now=now, dry_run=True)
    done = prune_archive(crawled, now, now=now)
    assert (said.files, said.pages, said.kept) == (done.files, done.pages, done.kept)
    assert (done.files, done.kept, done.left) == (1, 1, ())
    assert done.pages > 5

    with connected(crawled) as engine, engine.connect() as connection:
        assert connection.execute(text(count)).one() == before
        assert connection.scalars(text("select distinct pruned_at from pages")).all() == [now]
    # Nothing is missing work, and what waits can be looked at and tried.
    assert ingest_day(crawled, work) is None
    pipeline.check_day(crawled, work)
    assert b"<html" in rejects.raw_page(crawled, 7).body
    # The next crawl still asks on condition, and brings nothing again.
    report = crawl_day(crawled, work)
    assert (report.fetched, report.unchanged > 0) == (0, True)
    tally = ingest_day(crawled, work)
    assert tally is None or tally.new == 0
    assert list(verify(crawled.archive)) == []

    # The reject has gone, its page goes too; were it to come back, that would be said.
    with connected(crawled) as engine, engine.begin() as connection:
        reject = connection.execute(text("delete from rejected_pages returning *")).one()
    assert prune_archive(crawled, now, now=now).pages == 1
    assert prune_archive(crawled, now, now=now).pages == 0
    with connected(crawled) as engine, engine.begin() as connection:
        connection.execute(
            text("insert into rejected_pages values (:rejected_id, :outlet, :url, :code, :field, :reason, :batch)"),
            dict(reject._mapping),
        )
    with pytest.raises(rejects.NoRawPage, match="its raw page was pruned from the archive"):
        rejects.raw_page(crawled, 7)


def test_a_file_that_is_not_loaded_is_left(crawled: Settings) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = archived(folder, Path(folder))
        elsewhere = crawled.model_copy(update={"archive_url": folder})
        done = prune_archive(elsewhere, datetime.now(UTC), now=datetime.now(UTC))

        assert (done.files, done.left) == (0, (f"{file}: not loaded yet",))
        assert not any(row.is_pruned for row in read_file_index(folder, file))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [([], "say --older-than or --before"), (["--before", "2026-11-25"], "the year of a Jalali day")],
)
def test_a_wrong_option_is_one_clear_line(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(app, ["archive", "prune", *arguments])

    assert result.exit_code == 2
    assert message in result.stderr


def test_the_command_says_what_went(crawled: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert crawled.database_url is not None
    monkeypatch.setenv("DABIR_DATABASE_URL", crawled.database_url.get_secret_value())
    monkeypatch.setenv("DABIR_WORK_DIR", str(crawled.work_dir))
    result = CliRunner().invoke(app, ["archive", "prune", "--older-than", "3650", "--dry-run"])

    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("would prune 0 pages of 0 files, 0.0 MB; ")
