"""What Airflow costs: a run of 30 outlets with 500 articles each, replayed from the archive, with it and without.

    python -m bench.airflow [--outlets 30] [--articles 500]

Before anything is timed the articles of one day are generated in the samples' genre and markup, each outlet's in a file
of the real archive, and the crawls that could have fetched them are noted in a warehouse of which each measurement gets
a copy. Airflow then runs `bench/dags/replay.py` (ingest and check of each outlet, as in `regional_news`; nothing is
fetched) in the layout of `dabir run`, timed from its trigger to its end. Before and after that the same is done by as
many processes of `dabir.extraction.in_order`, without Airflow, timed from their start; Airflow is not up meanwhile. The
ratio is to the mean of the two, so a machine that grows slower or faster weighs on both sides. It takes
minutes on two idle cores.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

from pydantic import SecretStr
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from dabir.extraction import in_order
from dabir.pipeline import _note, check_day, connected, ingest_day
from dabir.plan import Work
from dabir.processes import Processes, free_port, members
from dabir.run import _pools, _tool
from dabir.scheduler import COMPONENTS, FINISHED, ROOT, Scheduler, airflow_environment
from dabir.settings import Settings, read_settings
from db.engine import engine, upgrade
from db.server import ensure_database, start
from samples import OUTLETS as SAMPLES
from samples import SampleOutlet, generate
from samples.families import FAMILIES
from samples.families.markup import slug
from samples.view import View
from scrapers.archive import PageWriter
from scrapers.outlet import Outlet
from scrapers.outlets import OUTLETS
from scrapers.page import RawPage, parse_page
from scrapers.report import CrawlReport
from scrapers.times import TEHRAN

CEILING = 2.0
DAY = date(2026, 11, 16)
DAG = "replay"
# Families whose sample site is any outlet's; of the others only the outlets that have a sample site themselves.
ANY_OUTLET = ("nastooh", "wordpress")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.airflow", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--outlets", type=int, default=30)
    parser.add_argument("--articles", type=int, default=500)
    options = parser.parse_args(arguments)
    names = tuple(name for name, outlet in OUTLETS.items() if _sample_of(outlet))[: options.outlets]
    with tempfile.TemporaryDirectory(prefix="dabir_airflow_") as scratch, start(Path(scratch) / "postgres") as server:
        folder = Path(scratch)
        noted = ensure_database(server, "noted")
        upgrade(noted)
        base = read_settings(work_dir=folder, outlets=names, samples=False, replicas={}, database_url=SecretStr(noted))
        began = time.monotonic()
        _archive(base, options.articles)
        size = sum(file.stat().st_size for file in (folder / "archive").rglob("*.warc.zst")) / 1e6
        wanted = len(names) * options.articles
        print(f"{wanted} pages of {len(names)} outlets archived in {time.monotonic() - began:.0f} s, {size:.0f} MB")

        def fresh(name: str) -> Settings:
            admin = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text(f"create database {name} template noted"))
            return base.model_copy(update={"database_url": SecretStr(ensure_database(server, name))})

        seconds = {}
        for name, way in (("before", _alone), ("airflow", partial(_airflow, server)), ("after", _alone)):
            settings = fresh(name)
            seconds[name] = way(settings)
            if (found := _articles(settings)) != wanted:
                print(f"FAIL {name}: {found} articles in the warehouse, {wanted} archived")
                return 1
            print(f"{name:8} {seconds[name]:6.1f} s {wanted / seconds[name]:6.0f} articles/s", flush=True)
    ratio = 2 * seconds["airflow"] / (seconds["before"] + seconds["after"])
    print(f"airflow ratio={ratio:.2f} ceiling={CEILING:g}")
    return 0 if ratio < CEILING else 1


def _sample_of(outlet: Outlet) -> SampleOutlet | None:
    """The sample site that shows an outlet's articles in its own markup."""
    if outlet.name in SAMPLES:
        return SAMPLES[outlet.name]
    if outlet.family.name not in ANY_OUTLET:
        return None
    like = next(sample for sample in SAMPLES.values() if sample.family == outlet.family.name)
    host = urlsplit(outlet.base_url).hostname
    assert host is not None
    return replace(like, name=outlet.name, title=outlet.title, agency=outlet.title, host=host)


def _archive(settings: Settings, articles: int) -> None:
    """Write the archive of all outlets and note their crawls."""
    with connected(settings) as warehouse:
        write = partial(_archive_outlet, settings, articles)
        for name, report in zip(settings.outlets, in_order(write, settings.outlets, settings.workers), strict=True):
            _note(warehouse, OUTLETS[name], report)


def _archive_outlet(settings: Settings, articles: int, name: str) -> CrawlReport:
    outlet, sample = OUTLETS[name], _sample_of(OUTLETS[name])
    assert sample is not None
    now = datetime(DAY.year, DAY.month, DAY.day, tzinfo=TEHRAN) + timedelta(days=1)
    view = View(outlet=sample, base=outlet.base_url, now=now, authored=(), page_size=30, extra=articles)
    family = FAMILIES[outlet.family.name]
    started = datetime.now(UTC)
    writer = PageWriter(settings.archive, name, DAY, "archive", staging=settings.work_dir / "staging", started=started)
    for published in generate.day(sample, DAY, articles):
        path = family.news_path(published) + slug(published.title)
        page = family.answer(view, path, {})
        body = page.body.encode()
        raw = RawPage(
            outlet=name,
            url=outlet.base_url + quote(path),
            fetched_at=datetime.now(UTC),
            status=page.status,
            content_type=page.content_type,
            body=body,
            digest=hashlib.sha256(body).hexdigest(),
        )
        kept, row = writer.add(raw, [(b"Content-Type", page.content_type.encode())])
        article = parse_page(kept, outlet)
        writer.settle(replace(row, outcome="article", code=article.code, day=DAY), b"GET " + quote(path).encode())
    file = writer.close()
    assert file is not None
    return CrawlReport(
        outlet=name,
        day=DAY,
        mode="archive",
        started_at=started,
        listed=articles,
        fetched=articles,
        articles=articles,
        listings=1,
        files=(file,),
    )


def _alone(settings: Settings) -> float:
    """Seconds of the work in processes of our own."""
    began = time.monotonic()
    works = [Work(outlet=name, day=DAY) for name in settings.outlets]
    spent = dict(in_order(partial(_ingest_and_check, settings), works, settings.workers))
    print(f"         CPU seconds: {sum(spent.values()):.0f}")
    return time.monotonic() - began


def _ingest_and_check(settings: Settings, work: Work) -> tuple[int, float]:
    """The process that did it, and its CPU seconds since it began."""
    ingest_day(settings, work)
    check_day(settings, work)
    return os.getpid(), time.process_time()


def _airflow(server: str, settings: Settings) -> float:
    """Seconds of the work from the trigger of its DAG run to its end, as Airflow's own clock says."""
    port = free_port()
    environment = airflow_environment(settings, ensure_database(server, "airflow_metadata"), port)
    environment["AIRFLOW__CORE__DAGS_FOLDER"] = str(ROOT / "bench" / "dags")
    with Processes(settings.work_dir / "logs", settings.postgres_dir) as processes:
        processes.start("migrate", [_tool("airflow"), "db", "migrate"], environment)
        processes.finish("migrate", seconds=300)
        sessions = {
            name: processes.start(name, [_tool("airflow"), *command], environment, is_server=name == "api-server").pid
            for name, command in COMPONENTS.items()
        }
        scheduler = Scheduler(f"http://127.0.0.1:{port}")
        processes.wait_until(scheduler.is_healthy, "Airflow", seconds=300)
        scheduler.set_pools(_pools(settings))
        processes.wait_until(lambda: _is_there(scheduler), "the DAG", seconds=120)
        scheduler.call("PATCH", f"/dags/{DAG}", {"is_paused": False})
        # The first run after a start waits seconds for the api-server's own first answers, once.
        _run(scheduler, processes, "")
        with _cpu_seconds(sessions):
            path = _run(scheduler, processes, DAY.isoformat())
        ended = scheduler.call("GET", path)
        tasks = scheduler.call("GET", f"{path}/taskInstances?limit=1000")["task_instances"]
    if ended["state"] != "success":
        raise RuntimeError(f"the run ended as {ended['state']}: {Counter(task['state'] for task in tasks)}")
    by_task: dict[str, list[float]] = {}
    for task in tasks:
        by_task.setdefault(task["task_id"], []).append(task["duration"])
    for name, durations in by_task.items():
        print(f"         {name}: {len(durations)} tasks, {sum(durations) / len(durations):.1f} s each")
    since, until = (datetime.fromisoformat(ended[moment]) for moment in ("queued_at", "end_date"))
    return (until - since).total_seconds()


def _run(scheduler: Scheduler, processes: Processes, day: str) -> str:
    """Run the DAG to its end; the address of the run."""
    run = scheduler.call("POST", f"/dags/{DAG}/dagRuns", {"logical_date": None, "conf": {"day": day}})
    path = f"/dags/{DAG}/dagRuns/{quote(run['dag_run_id'])}"
    processes.wait_until(lambda: scheduler.call("GET", path)["state"] in FINISHED, "the run", seconds=1800)
    return path


def _is_there(scheduler: Scheduler) -> bool:
    if errors := scheduler.call("GET", "/importErrors")["import_errors"]:
        raise RuntimeError(errors[0]["stack_trace"])
    return any(dag["dag_id"] == DAG for dag in scheduler.call("GET", "/dags?exclude_stale=true")["dags"])


@contextmanager
def _cpu_seconds(sessions: dict[str, int]) -> Iterator[None]:
    """Print the CPU seconds that each of Airflow's processes and all it started took meanwhile; tasks are the
    scheduler's.
    """

    def spent(session: int) -> float:
        return float(sum(sum(process.cpu_times()[:4]) for process in members(session)))

    before = {name: spent(session) for name, session in sessions.items()}
    yield
    after = {name: spent(session) - before[name] for name, session in sessions.items()}
    print("         CPU seconds: " + ", ".join(f"{name} {seconds:.0f}" for name, seconds in after.items()))


def _articles(settings: Settings) -> int:
    assert settings.database_url is not None
    warehouse = engine(settings.database_url.get_secret_value())
    with warehouse.connect() as connection:
        number: int = connection.execute(text("select count(*) from articles")).scalar_one()
    warehouse.dispose()
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
