"""A crawl over real HTTP: every article of the day once, each fault as the outcome it is, and nothing lost by a kill."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

import samples
from scrapers.archive import read_file_index, read_index, read_pages
from scrapers.crawl import CrawlError, crawl
from scrapers.outlet import Outlet, replica
from scrapers.outlets import OUTLETS
from scrapers.page import RawPage, parse_page
from scrapers.report import CrawlReport
from scrapers.verification import verify
from scrapers.warc import ArchiveError, IndexRow, scan

NAMES = sorted(set(samples.OUTLETS) & set(OUTLETS))
# Quick faults: real crawls wait a minute for a page and try three times.
QUICK = {"DOWNLOAD_TIMEOUT": 2, "RETRY_TIMES": 1}


@pytest.fixture(scope="module")
def sites() -> Iterator[samples.Agencies]:
    with samples.serve(extra=0) as agencies:
        yield agencies


@pytest.fixture(scope="module")
def busy_sites() -> Iterator[samples.Agencies]:
    with samples.serve(extra=24) as agencies:
        yield agencies


@pytest.fixture
def isna(busy_sites: samples.Agencies) -> Iterator[Outlet]:
    yield replica(OUTLETS["isna"], busy_sites.urls["isna"])
    busy_sites.faults.clear()


def last_day(agencies: samples.Agencies) -> date:
    return agencies.now.date()


def codes(archive: Path, report: CrawlReport, outlet: Outlet) -> Counter[str]:
    """The codes of the articles that a crawl's days hold in the archive."""
    rows = read_index(str(archive), report.outlet, report.day)
    pages = [page for page in read_pages(str(archive), rows) if isinstance(page, RawPage)]
    return Counter(str(outlet.family.code_of(outlet, page.url)) for page in pages)


@pytest.fixture(scope="module")
def whole(sites: samples.Agencies, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[Path, Any]]:
    """Every sample outlet crawled once by archive and once by its feeds, on its fullest day and its newest."""
    work = tmp_path_factory.mktemp("work")

    def one(name: str, mode: str) -> tuple[Path, Any]:
        outlet = replica(OUTLETS[name], sites.urls[name])
        days = Counter(article.day for article in sites.articles(name))
        day = days.most_common(1)[0][0] if mode == "archive" else max(days)
        root = tmp_path_factory.mktemp(f"{name}-{mode}")
        try:
            return root, crawl(outlet, day, str(root), mode=mode, look_back=0, work_dir=work)  # type: ignore[arg-type]
        except ValueError as error:
            return root, error

    with ThreadPoolExecutor(3) as pool:
        futures = {(name, mode): pool.submit(one, name, mode) for name in NAMES for mode in ("archive", "recent")}
        return {key: future.result() for key, future in futures.items()}


def test_a_day_that_has_no_page_in_wordpress_is_one_without_articles(sites: samples.Agencies, tmp_path: Path) -> None:
    outlet = replica(OUTLETS["kermaneno"], sites.urls["kermaneno"])
    empty = next(
        day
        for day in (last_day(sites) - timedelta(days=back) for back in range(30))
        if not any(article.day == day for article in sites.articles("kermaneno"))
    )
    report = crawl(outlet, empty, str(tmp_path), work_dir=tmp_path / "work", settings=QUICK)
    assert (report.complete, report.listed, report.outcome) == (True, 0, "nothing")


@pytest.mark.parametrize("mode", ["archive", "recent"])
@pytest.mark.parametrize("name", NAMES)
def test_every_article_of_the_day_is_there_once_and_none_of_another_day(
    whole: dict[tuple[str, str], tuple[Path, Any]], sites: samples.Agencies, name: str, mode: str
) -> None:
    root, report = whole[name, mode]
    outlet = replica(OUTLETS[name], sites.urls[name])
    if isinstance(report, ValueError):
        assert mode == "archive"
        assert outlet.family.archive_url(outlet, last_day(sites), 1, None) is None
        return
    published = [article for article in sites.articles(name) if article.day == report.day]
    # A family may pass over rows marked as photos and films, which hold no article.
    texts = {article.code for article in published if article.kind in ("news", "advert")}
    assert texts
    # The sample's new Fars makes its 19-digit ids of the old code.
    own = {article.code for article in published}
    got = Counter(
        {
            next((code for code in own if on_page.endswith(code)), on_page): count
            for on_page, count in codes(root, report, outlet).items()
        }
    )
    # A page that did not parse states no day, and may be of another.
    rejected = {row.code for row in read_index(str(root), outlet.name, report.day) if row.outcome == "rejected"}
    assert texts <= set(got)
    assert set(got) - rejected <= {article.code for article in published}
    assert set(got.values()) == {1}
    assert report.complete or (mode == "recent" and report.is_cut and not report.short_by and not report.listings_lost)
    assert report.articles + report.not_articles + sum(report.rejected.values()) == len(got)
    assert list(verify(str(root))) == []


def test_each_fault_ends_as_the_outcome_it_is(busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path) -> None:
    day = last_day(busy_sites) - timedelta(days=2)
    listed = [article.code for article in busy_sites.view("isna").day(day)]
    faults: list[tuple[str, dict[str, Any]]] = [
        ("too_many", {"times": 1, "seconds": 1}),
        ("error", {"times": 1}),
        ("error", {}),
        ("slow_drip", {"seconds": 0.05}),
        ("truncated", {}),
        ("challenge", {}),
        ("forbidden", {}),
        ("missing", {}),
        ("bomb", {"size": 1 << 30}),
        ("huge", {"size": 50_000_000}),
        ("redirect", {"location": "http://127.0.0.1:22/"}),
        ("redirect", {"location": "http://169.254.169.254/latest/meta-data/"}),
        ("redirect", {"location": "file:///etc/passwd"}),
        ("wrong_charset", {}),
        ("windows_1256", {}),
    ]
    for (kind, options), code in zip(faults, listed, strict=False):
        busy_sites.faults.add(kind, "isna", f"/news/{code}/*", **options)
    report = crawl(isna, day, str(tmp_path), work_dir=tmp_path / "work", settings=QUICK)
    assert report.failed == {
        "http 500": 1,
        "timeout": 1,
        "truncated": 1,
        "http 404": 1,
        "too large": 2,
        "unsafe address": 3,
    }
    assert report.blocked == 2
    assert report.articles == report.fetched == len(listed) - 11
    assert (report.complete, report.short_by, report.outcome) == (False, 11, "short")
    read = codes(tmp_path, report, isna)
    assert set(listed) - set(read) == set(listed[:13]) - {listed[0], listed[1]}
    assert report.peak_memory_bytes < 300 << 20
    assert list(verify(str(tmp_path))) == []
    for code in listed[13:15]:  # both are Persian whatever the header says
        [row] = [row for row in read_index(str(tmp_path), isna.name, day) if row.code == code]
        [page] = read_pages(str(tmp_path), [row])
        assert isinstance(page, RawPage)
        assert "\ufffd" not in parse_page(page, isna).text


def test_a_bomb_costs_under_50_mb(busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path) -> None:
    day = last_day(busy_sites) - timedelta(days=3)
    plain = crawl(isna, day, str(tmp_path / "plain"), work_dir=tmp_path)
    for article in busy_sites.view("isna").day(day)[:4]:
        busy_sites.faults.add("bomb", "isna", f"/news/{article.code}/*", size=4 << 30)
    bombed = crawl(isna, day, str(tmp_path / "bombed"), work_dir=tmp_path)
    assert bombed.failed == {"too large": 4}
    assert bombed.peak_memory_bytes - plain.peak_memory_bytes < 50 << 20


def test_an_unchanged_page_is_a_revisit_and_a_changed_one_another_version(
    sites: samples.Agencies, tmp_path: Path
) -> None:
    outlet = replica(OUTLETS["isna"], sites.urls["isna"])
    versions = Counter(version.code for version in samples.published.versions() if version.outlet == "isna")
    code = next(code for code, count in versions.items() if count > 1)
    first, second = sorted(
        (version for version in samples.published.versions() if (version.outlet, version.code) == ("isna", code)),
        key=lambda version: version.seen_from,
    )[:2]
    try:
        sites.clock = second.seen_from - timedelta(minutes=1)
        before = crawl(outlet, first.day, str(tmp_path), work_dir=tmp_path)
        sites.requests.clear()
        again = crawl(outlet, first.day, str(tmp_path), work_dir=tmp_path)
        conditional = [request for request in sites.requests if "if-none-match" in request.headers]
        sites.clock = None
        after = crawl(outlet, first.day, str(tmp_path), work_dir=tmp_path)
    finally:
        sites.clock = None
    assert before.unchanged == 0
    assert before.fetched >= 3
    assert (again.fetched, again.unchanged) == (0, before.fetched)
    assert len(conditional) == before.fetched
    assert all(request.status == 304 and request.size == 0 for request in conditional)
    assert again.articles == before.articles
    assert after.complete
    pages = read_pages(str(tmp_path), read_index(str(tmp_path), outlet.name, first.day))
    titles = [parse_page(page, outlet).title for page in pages if isinstance(page, RawPage) and code in page.url]
    assert titles == [first.title, second.title]
    assert list(verify(str(tmp_path))) == []


def test_a_killed_crawl_is_continued_to_the_same_end(
    busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path
) -> None:
    day = last_day(busy_sites) - timedelta(days=1)
    slow = replace(isna, delay=0.1, concurrency=2)
    with ThreadPoolExecutor(1) as pool:
        calm = pool.submit(crawl, slow, day, str(tmp_path / "calm"), work_dir=tmp_path / "work1")
        archive = tmp_path / "killed"
        before = 0
        for pages in (6, 14):
            running = subprocess.Popen(
                [sys.executable, "-c", PARENT, "isna", isna.base_url, day.isoformat(), str(archive)]
            )
            while before + pages > len(parts_rows(archive)) and running.poll() is None:
                time.sleep(0.02)
            assert running.poll() is None, "the crawl ended before it could be killed"
            running.send_signal(signal.SIGKILL)
            running.wait()
            before = len(parts_rows(archive))
            assert list(archive.rglob("*.warc.zst")) == []
        wait_for_lock(archive)
        busy_sites.requests.clear()
        after = crawl(slow, day, str(archive), work_dir=tmp_path / "work2")
        undisturbed = calm.result()
    assert after.resumed >= 10
    asked = [request.target for request in busy_sites.requests if request.target.startswith("/news/")]
    fetched_after = Counter(asked)
    assert list(verify(str(archive))) == []
    same = (
        "listed",
        "duplicates",
        "fetched",
        "other_day",
        "articles",
        "not_articles",
        "rejected",
        "failed",
        "complete",
    )
    assert [getattr(after, field) for field in same] == [getattr(undisturbed, field) for field in same]
    assert codes(archive, after, isna) == codes(tmp_path / "calm", undisturbed, isna)
    assert len(after.files) == 1
    # The killed run's pages were not asked for again (the calm crawl asks for each once at the same time).
    assert sum(fetched_after.values()) <= 2 * after.fetched - after.resumed


PARENT = """
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from scrapers.crawl import crawl
from scrapers.outlet import replica
from scrapers.outlets import OUTLETS
name, url, day, archive = sys.argv[1:]
outlet = replace(replica(OUTLETS[name], url), delay=0.1, concurrency=2)
crawl(outlet, date.fromisoformat(day), archive, work_dir=Path(archive).parent / "work2")
"""


def parts_rows(archive: Path) -> list[Any]:
    """The whole pages in the parts of an archive."""
    rows: list[Any] = []
    for part in archive.rglob("*.part"):
        with open(part, "rb") as stream:
            try:
                for _, entry in scan(stream, part.name):
                    if isinstance(entry, IndexRow) and entry.outcome != "listing":
                        rows.append(entry)
            except ArchiveError:
                pass
    return rows


def wait_for_lock(archive: Path) -> None:
    """Wait until the killed parent's child is gone: it dies when its standard input closes."""
    import fcntl

    [folder] = {part.parent for part in archive.rglob("*.part")}
    handle = os.open(folder, os.O_RDONLY)
    try:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("the child outlived its parent")
    finally:
        os.close(handle)


def test_a_host_that_asks_for_a_longer_rest_than_a_crawl_waits_is_left_alone(
    busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path
) -> None:
    day = last_day(busy_sites)
    [first, *_] = busy_sites.view("isna").day(day)
    busy_sites.faults.add("too_many", "isna", f"/news/{first.code}/*", seconds=900)
    report = crawl(replace(isna, concurrency=1), day, str(tmp_path), work_dir=tmp_path)
    assert report.failed == {"http 429": 5}
    assert report.listings_lost == {"http 429": 1}
    busy_sites.faults.clear()
    busy_sites.requests.clear()
    other = crawl(isna, day, str(tmp_path), work_dir=tmp_path)  # another process knows it too
    assert (other.listed, busy_sites.requests) == (0, type(busy_sites.requests)(maxlen=busy_sites.requests.maxlen))


def test_earlier_days_that_an_archive_goes_on_with_are_fetched_once(tmp_path: Path) -> None:
    with samples.serve(page_size=30, extra=1) as small:
        irna = replica(OUTLETS["irna"], small.urls["irna"])
        day = last_day(small)
        first = crawl(irna, day, str(tmp_path), work_dir=tmp_path)
        small.requests.clear()
        again = crawl(irna, day, str(tmp_path), work_dir=tmp_path)
        got = [request.target for request in small.requests if request.status == 200]
    assert first.other_day > 0
    assert (again.listed, again.other_day, again.fetched) == (first.listed, first.other_day, 0)
    assert len(got) == 1 + again.listings  # robots.txt besides


def test_robots_txt_is_obeyed_and_said_so(busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path) -> None:
    day = last_day(busy_sites)
    busy_sites.faults.add("robots_forbidden", "isna")
    busy_sites.requests.clear()
    report = crawl(isna, day, str(tmp_path), work_dir=tmp_path)
    assert (report.outcome, report.listings_lost, report.files) == ("forbidden", {"forbidden": 1}, ())
    assert {request.target for request in busy_sites.requests} == {"/robots.txt"}
    busy_sites.faults.clear()
    busy_sites.faults.add("robots_disallow", "isna")
    assert crawl(isna, day, str(tmp_path), work_dir=tmp_path).outcome == "forbidden"


def test_a_site_behind_a_challenge_is_blocked_and_left_alone(
    busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path
) -> None:
    day = last_day(busy_sites)
    busy_sites.faults.add("challenge", "isna", "/news/*")
    busy_sites.requests.clear()
    report = crawl(replace(isna, concurrency=1), day, str(tmp_path), work_dir=tmp_path)
    asked = [request for request in busy_sites.requests if request.target.startswith("/news/")]
    assert report.blocked == report.listed == len(asked) == 5
    assert (report.articles, report.outcome, report.listings_lost) == (0, "short", {"blocked": 1})
    busy_sites.faults.clear()
    busy_sites.faults.add("challenge", "isna", "/archive*")
    listing = crawl(isna, day, str(tmp_path), work_dir=tmp_path)
    assert (listing.outcome, listing.listings_lost, listing.listed) == ("blocked", {"blocked": 1}, 0)
    busy_sites.faults.clear()
    again = crawl(isna, day, str(tmp_path), work_dir=tmp_path)
    assert again.complete, "a challenge is not taken for the article"


def test_a_lost_listing_page_leaves_the_rest_and_is_counted(
    busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path
) -> None:
    day = last_day(busy_sites) - timedelta(days=4)
    count = len(busy_sites.view("isna").day(day))
    busy_sites.faults.add("error", "isna", "/archive*", times=2)
    report = crawl(isna, day, str(tmp_path), work_dir=tmp_path, settings=QUICK)
    assert report.listings_lost == {"http 500": 1}
    assert report.articles == count - busy_sites.page_size
    assert (report.complete, report.outcome) == (False, "short")


def test_a_day_without_articles_is_nothing_and_not_a_failure(sites: samples.Agencies, tmp_path: Path) -> None:
    outlet = replica(OUTLETS["isna"], sites.urls["isna"])
    report = crawl(outlet, last_day(sites) - timedelta(days=300), str(tmp_path), work_dir=tmp_path)
    assert (report.outcome, report.complete, report.fetched) == ("nothing", True, 0)


class Endless(BaseHTTPRequestHandler):
    """An ISNA day archive without end, 1,000 rows a page, of which one is of the day and is not found."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        from urllib.parse import parse_qs, urlsplit

        parts = urlsplit(self.path)
        body = b""
        if parts.path == "/archive":
            number = int(parse_qs(parts.query)["pi"][0])
            rows = []
            for at in range(1000):
                code = 1_402_071_500_000 + number * 1000 + at
                moment = "2023-10-07T10:00:00+03:30" if at == 0 else "2022-01-01T10:00:00+03:30"
                rows.append(
                    f'<li class="news"><h3><a href="/news/{code}/x">t {code}</a></h3><time datetime="{moment}"></time></li>'
                )
            body = f"<html><body><main><section class='list'><ul>{''.join(rows)}</ul></section></main></body></html>".encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def test_a_redesigned_site_is_not_read_to_the_beginning_of_its_archive(tmp_path: Path) -> None:
    with samples.serve(page_size=20, extra=12) as sites:
        sites.faults.add("redesign", "isna")
        day = last_day(sites) - timedelta(days=3)
        report = crawl(replica(OUTLETS["isna"], sites.urls["isna"]), day, str(tmp_path / "archive"), work_dir=tmp_path)
    assert (report.articles, report.is_cut, report.outcome) == (0, True, "short")
    assert report.listings == 5
    assert report.not_articles == report.listed > 0


def test_the_memory_of_who_started_a_crawl_is_not_counted_as_its_own(
    sites: samples.Agencies, isna: Outlet, tmp_path: Path
) -> None:
    held = bytearray(850 << 20)  # more than the limit of a crawl
    held[::4096] = b"1" * len(held[::4096])
    report = crawl(isna, last_day(sites), str(tmp_path), work_dir=tmp_path, settings=QUICK)
    assert report.complete
    assert 20 << 20 < report.peak_memory_bytes < 400 << 20 < len(held)


def test_an_endless_archive_of_100_000_rows_ends_and_stays_under_400_mb(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        outlet = replica(OUTLETS["isna"], f"http://127.0.0.1:{server.server_port}")
        report = crawl(outlet, date(2023, 10, 7), str(tmp_path), work_dir=tmp_path, settings={"DABIR_MAX_PAGES": 100})
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert (report.listed, report.other_day, report.failed) == (100_000, 99_900, {"http 404": 100})
    assert report.is_cut
    assert not report.complete
    assert report.peak_memory_bytes < 400 << 20


def test_a_name_that_leads_to_a_private_address_is_not_connected_to(tmp_path: Path) -> None:
    rebound = replace(OUTLETS["isna"], base_url="http://localhost", hosts=("localhost",), delay=0.0)
    report = crawl(rebound, date(2023, 10, 7), str(tmp_path), work_dir=tmp_path, settings=QUICK)
    assert (report.outcome, set(report.listings_lost)) == ("failed", {"unsafe address"})


def test_one_outlet_and_day_is_not_crawled_twice_at_once(
    busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path
) -> None:
    from scrapers.archive import PageWriter

    day = last_day(busy_sites)
    holder = PageWriter(str(tmp_path), isna.name, day, "archive", staging=tmp_path, started=datetime.now().astimezone())
    with pytest.raises(CrawlError, match="being crawled by another process"):
        crawl(isna, day, str(tmp_path), work_dir=tmp_path)
    holder.close()


def test_a_crawl_that_takes_too_long_is_stopped_and_continued(
    busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path
) -> None:
    day = last_day(busy_sites)
    with pytest.raises(CrawlError, match="stopped after 3 s"):
        crawl(replace(isna, delay=0.2), day, str(tmp_path), work_dir=tmp_path, timeout_seconds=3)
    kept = len(parts_rows(tmp_path))
    report = crawl(isna, day, str(tmp_path), work_dir=tmp_path)
    assert report.complete
    assert report.resumed == kept


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"province": "atlantis"}, "has no province 'atlantis'"),
        ({"name": "nowhere"}, {}, "'nowhere' is not declared"),
        ({"footer": "none"}, {}, "differs from its declaration"),
        ({"has_archive": False}, {}, "has no day archive; use mode recent"),
        ({"feeds": (), "sections": ()}, {"mode": "recent"}, "has no feed or section"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_a_process_starts(
    tmp_path: Path, change: dict[str, Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        crawl(replace(OUTLETS["isna"], **change), date(2023, 10, 7), str(tmp_path), work_dir=tmp_path, **options)


def test_scrapy_itself_crawls_an_outlet_and_writes_its_articles(
    busy_sites: samples.Agencies, isna: Outlet, tmp_path: Path
) -> None:
    from scrapers.times import to_jalali

    day = last_day(busy_sites) - timedelta(days=5)
    jalali = "{}-{:02}-{:02}".format(*to_jalali(day))
    environment = os.environ | {
        "DABIR_WORK_DIR": str(tmp_path),
        "DABIR_REPLICAS": orjson.dumps({"isna": isna.base_url}).decode(),
        "DABIR_CONTACT": "crawl@example.org",
    }
    out = tmp_path / "articles.jsonl"
    busy_sites.requests.clear()
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "sample_isna", "-a", f"day={jalali}", "-O", str(out)],
        env=environment,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    written = [orjson.loads(line)["code"] for line in out.read_bytes().splitlines()]
    assert sorted(written) == sorted(
        article.code for article in busy_sites.view("isna").day(day) if article.kind in ("news", "advert")
    )
    agents = {request.headers["user-agent"] for request in busy_sites.requests}
    assert agents == {"Dabir/0.1.0 (news archive; +crawl@example.org)"}
    [file] = (tmp_path / "archive").rglob("*.warc.zst")
    rows = read_file_index(str(tmp_path / "archive"), str(file.relative_to(tmp_path / "archive")))
    assert {row.code for row in rows if row.outcome == "article"} == set(written)
