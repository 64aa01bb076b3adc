"""A backfill through Airflow that is disturbed on the way, held against an undisturbed one made without Airflow.

    python -m bench.backfill [--days 30] [--extra 1] [--outlets isna irna …] [--night-minutes 6] [--keep FOLDER]

Everything is real and on loopback: the sample agencies, the embedded PostgreSQL, Airflow with its scheduler, `dabir
backfill`. The nightly run is due a few minutes after the start instead of at midnight (DABIR_SCHEDULE); the clock is
not touched. While the backfill runs, the nightly run comes due; then the scheduler, a worker with its task, and
PostgreSQL are killed, once each, and started again as a supervisor would. Each claim is printed with ok or FAIL, and
the exit code is 1 where one fails. It takes half an hour on two cores. Of fewer than some 15 days too many are done
before the nightly run is over, and it says so.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr
from sqlalchemy import text

from dabir import pipeline
from dabir.days import days_between, jalali_day
from dabir.monitor import CHECKS
from dabir.plan import TEHRAN, Work, outlets_of
from dabir.policy import PAST_POOL
from dabir.processes import Processes, end_sessions, free_port, members
from dabir.reparse import Reparsed
from dabir.run import _pools, _tool
from dabir.scheduler import COMPONENTS, DAG_ID, FINISHED, Scheduler, SchedulerError, address_file, airflow_environment
from dabir.settings import Settings, read_settings
from db.engine import upgrade
from db.server import ensure_database, start
from scrapers.outlets import OUTLETS

NIGHT_CEILING_SECONDS = 60.0
LAST_KILL = 0.7
"""Share of the days that are done when the last of the kills comes."""
WHOLENESS = ("uncrawled", "unreachable", "blocked", "robots", "incomplete", "unloaded")
# What may differ: when something was seen, where it lies in the archive, in which batch it came.
ARTICLES = "select article_id, outlet, code, url, published_at, section, province, tags, reporter from articles"
WITHIN = "where published_on between :first and :last and outlet = any(:outlets)"
OF_VERSIONS = f"join article_versions v using (version_id) join articles using (article_id) {WITHIN}"
COMPARED = {
    "articles": f"{ARTICLES} {WITHIN}",
    "versions": "select v.version_id, v.article_id, content_digest, characters, rules, records_digest, "
    f"superseded_by_id from article_versions v join articles using (article_id) {WITHIN}",
    **{
        table: f"select r.* from {table} r {OF_VERSIONS}"
        for table in (
            *("article_texts", "officials", "organizations", "metrics", "meetings", "meeting_participants"),
            "article_sketches",
        )
    },
    "links": "select l.version_a_id, l.version_b_id, l.kind, l.reason, round(l.jaccard::numeric, 6) "
    "from article_links l where "
    + " and ".join(
        f"exists (select from article_versions v join articles using (article_id) {WITHIN} and v.version_id = l.{end})"
        for end in ("version_a_id", "version_b_id")
    ),
    # An archive that goes on with earlier days past a day's end shows an article to the crawl of another day too, if
    # that comes first: how often it was seen, and for which day, depends on the order.
    "sightings": "select distinct s.article_id, s.version_id, s.url from sightings s "
    f"join articles using (article_id) {WITHIN}",
    "rejected": "select outlet, url, field, reason from rejected_pages where outlet = any(:outlets)",
    # Which of two copies is the new article depends on which was loaded first, so they are counted together.
    "tallies": "select outlet, sum(new + copies), sum(versions), sum(officials), sum(organizations), sum(metrics), "
    "sum(meetings) from batch_tallies where outlet = any(:outlets) group by outlet",
}


class Claims:
    """What is claimed and whether it is so, told as it is found."""

    def __init__(self) -> None:
        self.failed = 0

    def __call__(self, is_so: bool, claim: str) -> None:
        self.failed += not is_so
        print(f"{'ok  ' if is_so else 'FAIL'} {claim}", flush=True)


def main() -> int:
    """Run the whole of it; 1 where a claim fails."""
    parser = argparse.ArgumentParser(prog="python -m bench.backfill", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--extra", type=int, default=1, help="generated articles per outlet and day")
    parser.add_argument(
        "--night-minutes", type=int, default=6, help="when the nightly run is due, from Airflow's start"
    )
    parser.add_argument("--outlets", nargs="+", help="some of the sample outlets alone, for a short look")
    parser.add_argument("--keep", type=Path, help="work here and leave everything, logs too")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything started here ends
    claim = Claims()
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dabir-")))
        folder.mkdir(parents=True, exist_ok=True)
        try:
            Proof(folder, stack, claim, options).run()
        except TimeoutError as error:
            claim(False, str(error))
    print("every claim holds" if not claim.failed else f"{claim.failed} claims FAIL")
    return 1 if claim.failed else 0


class Proof:
    """The machine under test and the days that are backfilled: those up to the two that the nightly runs take."""

    def __init__(self, folder: Path, stack: ExitStack, claim: Claims, options: argparse.Namespace) -> None:
        self.claim, self.stack = claim, stack
        self.began = time.monotonic()
        self.night_minutes: int = options.night_minutes
        now = datetime.now(TEHRAN)
        self.last = now.date() - timedelta(days=3)
        self.first = self.last - timedelta(days=options.days - 1)
        self.postgres_dir = folder / "postgres"
        self.server_url = stack.enter_context(start(self.postgres_dir))
        self.processes = stack.enter_context(Processes(folder / "logs", self.postgres_dir))
        self.restarts: dict[str, int] = {}
        self.settings = read_settings(
            work_dir=folder,
            outlets=(),
            archive_url=str(folder / "archive"),
            database_url=SecretStr(self._database("dabir")),
            look_back_days=0,
            # The agencies show pages that cannot be read, and volumes that no newsroom has.
            checks={name: "fail" if name in WHOLENESS else "warn" for name in CHECKS},
        )
        self.settings = self.settings.model_copy(
            update={"replicas": self._start_agencies(options.extra, options.outlets, now)}
        )
        self.outlets = [name for name, outlet in outlets_of(self.settings).items() if outlet.has_archive]

    def say(self, line: str) -> None:
        print(f"     {time.monotonic() - self.began:5.0f} s  {line}", flush=True)

    def _database(self, name: str) -> str:
        url = ensure_database(self.server_url, name)
        upgrade(url)
        return url

    def _start_agencies(self, extra: int, outlets: list[str] | None, now: datetime) -> dict[str, str]:
        """The sample agencies as of now for the whole time, with `extra` generated articles a day; their addresses."""
        as_of = f"{jalali_day(now.date())} {now:%H:%M}"
        port = free_port("127.0.1.1")
        command = [sys.executable, "-m", "samples", "--port", str(port), "--extra", str(extra), "--as-of", as_of]
        command += ["--page-size", "30"]
        self.processes.start("samples", [*command, "--admin"], os.environ, is_server=True)
        log = self.processes.log("samples")
        self.processes.wait_until(lambda: b"\n" in log.read_bytes(), "the sample agencies", seconds=60)
        addresses: dict[str, str] = json.loads(log.read_text().splitlines()[0])
        self.admin = addresses.pop("_admin")
        return {name: url for name, url in addresses.items() if name in (outlets or OUTLETS)}

    def run(self) -> None:
        """The proof from its reference to the second backfill."""
        span = f"{jalali_day(self.first)} to {jalali_day(self.last)}"
        self.say(f"{span}, {len(self.outlets)} sample outlets that have an archive of {len(self.settings.replicas)}")
        expected = self.reference()
        self.start_airflow()
        answered = self.answered()
        self.scheduler.unpause()
        self.wait(lambda: len(self.nights()) == 1, seconds=300)
        backfill = self.command()
        self.night_in_between(backfill)
        self.first_night()
        if (before := self.done()) >= LAST_KILL * self.days:
            raise TimeoutError(
                f"{before} of {self.days} days were done before anything was killed; give it more --days"
            )
        for done, name, kill in (
            (0.3, "the scheduler", self.kill_scheduler),
            (0.5, "a worker with its task", self.kill_worker),
            (LAST_KILL, "PostgreSQL", self.kill_postgres),
        ):
            self.wait(lambda done=done: self.done() >= done * self.days or backfill.poll() is not None, backfill)  # type: ignore[misc]
            self.claim(backfill.poll() is None, f"the backfill runs when {name} is killed, after {self.done()} days")
            self.say(kill())
        self.wait(lambda: backfill.poll() is not None, backfill)
        code = backfill.returncode
        self.claim(code == 0, f"`dabir backfill` saw it to the end, exit code {code}: {self.last_line('backfill')}")
        if code:
            again = self.command("--again", "failed", name="again-failed")
            self.wait(lambda: again.poll() is not None, again)
            self.claim(again.returncode == 0, f"--again failed took up the rest: {self.last_line('again-failed')}")
        self.say(f"{len(self.answered()) - len(answered)} requests; restarted meanwhile: {self.restarts or 'nothing'}")
        self.compare(expected)
        self.second_time()
        self.read_again()

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def reference(self) -> dict[str, list[str]]:
        """What the warehouse holds after the same days without Airflow and without disturbance."""
        began = time.monotonic()
        settings = self.settings.model_copy(
            update={
                "database_url": SecretStr(self._database("reference")),
                "archive_url": str(self.settings.work_dir / "reference"),
            }
        )

        def work_through(work: Work) -> None:
            pipeline.crawl_day(settings, work)
            pipeline.ingest_day(settings, work)
            pipeline.check_day(settings, work)

        # The nights' days too, since what is tallied is tallied for the whole warehouse.
        days = days_between(self.first, self.last + timedelta(days=2))
        works = [Work(outlet=name, day=day) for day in days for name in self.outlets]
        with ThreadPoolExecutor(2 * self.settings.workers) as pool:
            list(pool.map(work_through, works))
        contents = self.contents(settings)
        counts = ", ".join(
            f"{len(contents[table])} {table}" for table in ("articles", "versions", "officials", "metrics")
        )
        self.say(f"reference without Airflow: {len(works)} outlet-days in {time.monotonic() - began:.0f} s, {counts}")
        return contents

    def contents(self, settings: Settings) -> dict[str, list[str]]:
        """The rows of COMPARED as texts, in order."""
        where = {"first": self.first, "last": self.last, "outlets": self.outlets}
        with pipeline.connected(settings) as engine, engine.connect() as connection:
            return {
                table: sorted(connection.scalars(text(f"select t::text from ({query}) t"), where))
                for table, query in COMPARED.items()
            }

    def start_airflow(self) -> None:
        """Airflow as `dabir run` starts it, its schedule moved to a few minutes from now."""
        self.due = (datetime.now(TEHRAN) + timedelta(minutes=self.night_minutes)).replace(second=0, microsecond=0)
        settings = self.settings.model_copy(update={"schedule": f"{self.due.minute} {self.due.hour} * * *"})
        port = free_port()
        metadata_url = ensure_database(self.server_url, "airflow")
        self.environment = airflow_environment(settings, metadata_url, port)
        self.processes.start("migrate", [_tool("airflow"), "db", "migrate"], self.environment)
        self.processes.finish("migrate", seconds=300)
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        for name in COMPONENTS:
            self.start_component(name)
        self.scheduler = Scheduler(f"http://127.0.0.1:{port}")
        address_file(settings).write_text(self.scheduler.url)
        self.processes.wait_until(self.scheduler.is_healthy, "Airflow", seconds=300)
        self.scheduler.set_pools(_pools(settings))
        self.processes.wait_until(lambda: self.scheduler.dag_fault() is None, "the DAG", seconds=120)
        self.say(f"Airflow is up; the schedule is {settings.schedule!r} of Tehran")

    def start_component(self, name: str) -> None:
        command = [_tool("airflow"), *COMPONENTS[name]]
        self.children[name] = self.processes.start(name, command, self.environment, is_server=name == "api-server")

    def tend(self) -> None:
        """Start again what has ended, with nothing left of it, as systemd or a container runtime does."""
        for name, child in list(self.children.items()):
            if child.poll() is not None:
                end_sessions([child.pid], 0)
                self.restarts[name] = self.restarts.get(name, 0) + 1
                log = self.processes.log(name)
                log.rename(log.with_suffix(f".{self.restarts[name]}.log"))
                self.start_component(name)

    def wait(self, is_ready: Callable[[], bool], backfill: Any = None, seconds: float = 3600) -> None:
        """Tend the machine until it is so; TimeoutError after `seconds`."""
        deadline = time.monotonic() + seconds
        while not is_ready():
            self.tend()
            if time.monotonic() > deadline:
                raise TimeoutError(f"not so after {seconds:.0f} s; see {self.settings.work_dir}/logs")
            time.sleep(1)

    def done(self) -> int:
        """How many days of the backfill ended, 0 while Airflow does not answer."""
        try:
            return self.scheduler.runs_of_backfills(*FINISHED)[0]
        except (SchedulerError, OSError):
            return 0

    def nights(self) -> list[dict[str, Any]]:
        """The runs that the schedule made, in order."""
        path = f"/dags/{DAG_ID}/dagRuns?run_type=scheduled&order_by=logical_date"
        found: list[dict[str, Any]] = self.scheduler.call("GET", path)["dag_runs"]
        return found

    def first_night(self) -> None:
        """Once the DAG is let go, Airflow makes the run of the latest interval that is over, by schedule."""
        self.wait(lambda: self.nights()[0]["state"] in ("success", "failed"), seconds=900)
        run = self.nights()[0]
        tasks = [task for task in self.scheduler.tasks(run["dag_run_id"]) if task["task_id"] == "outlet_day.check"]
        good = sum(task["state"] == "success" for task in tasks)
        self.claim(
            run["state"] == "success" and good == len(tasks) > 0,
            f"a nightly run came by schedule once the DAG was let go: {good} of {len(tasks)} outlet-days are whole",
        )
        for task in tasks:
            if task["state"] != "success":
                self.say(f"{task['rendered_map_index']}: {task['state']}")

    def command(self, *more: str, name: str = "backfill") -> subprocess.Popen[bytes]:
        """`dabir backfill` of the days, as a user starts it."""
        days = ("--from", jalali_day(self.first), "--to", jalali_day(self.last))
        log = self.processes.log(name).open("wb")
        self.stack.callback(log.close)
        child = subprocess.Popen(
            [_tool("dabir"), "backfill", *days, *more],
            env={**os.environ, **self.settings.environment()},
            cwd=self.settings.work_dir,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self.stack.callback(child.kill)
        return child

    def last_line(self, name: str) -> str:
        return (self.processes.log(name).read_text().strip().splitlines() or ["it printed nothing"])[-1]

    def night_in_between(self, backfill: subprocess.Popen[bytes]) -> None:
        """The nightly run comes due while the backfill has all the slots it can have, but for those just given back."""
        if datetime.now(TEHRAN) > self.due - timedelta(seconds=30):
            raise TimeoutError("the nightly run came due before the backfill had begun; give it more --night-minutes")
        self.wait(lambda: datetime.now(TEHRAN) >= self.due - timedelta(seconds=12))
        taken, waiting = [], []
        for _ in range(20):
            pool = self.scheduler.call("GET", f"/pools/{PAST_POOL}")
            taken.append(pool["occupied_slots"])
            waiting.append(pool["scheduled_slots"])
            time.sleep(0.5)
        full = sum(number >= pool["slots"] for number in taken)
        self.claim(
            backfill.poll() is None and full > len(taken) / 2 and min(waiting) > 0,
            f"the backfill's pool of {pool['slots']} is full as the nightly run comes due, in {full} of {len(taken)} "
            f"looks, and {min(waiting)} crawls wait for a slot",
        )
        self.wait(lambda: len(self.nights()) > 1 and self.first_start() is not None, seconds=300)
        begun = self.first_start()
        assert begun is not None
        seconds = (begun - self.due).total_seconds()
        self.claim(seconds < NIGHT_CEILING_SECONDS, f"its first task started {seconds:.1f} s after it was due")
        self.wait(lambda: self.first_start("outlet_day.crawl") is not None, seconds=300)
        crawl = self.first_start("outlet_day.crawl")
        assert crawl is not None
        seconds = (crawl - self.due).total_seconds()
        self.claim(seconds < NIGHT_CEILING_SECONDS, f"its first crawl started {seconds:.1f} s after it was due")
        self.wait(lambda: self.nights()[-1]["state"] in ("success", "failed"), seconds=900)
        run = self.nights()[-1]
        took = (datetime.fromisoformat(run["end_date"]) - self.due).total_seconds()
        self.claim(run["state"] == "success", f"it ended {run['state']}, {took:.0f} s after it was due")

    def first_start(self, task_id: str = "choose") -> datetime | None:
        starts = [
            datetime.fromisoformat(task["start_date"])
            for task in self.scheduler.tasks(self.nights()[-1]["dag_run_id"])
            if task["task_id"] == task_id and task["start_date"]
        ]
        return min(starts, default=None)

    def kill_scheduler(self) -> str:
        child = self.children["scheduler"]
        child.kill()
        child.wait()
        return f"killed the scheduler ({child.pid}); its tasks go with it, as in a container"

    def kill_worker(self) -> str:
        """Kill a process of the executor that has a crawl to do, with all below it."""
        found: list[psutil.Process] = []

        def is_found() -> bool:
            for process in members(self.children["scheduler"].pid):
                below = process.children(recursive=True)
                if process.ppid() == self.children["scheduler"].pid and any(
                    "scrapers.crawl" in one.cmdline() for one in _alive(below)
                ):
                    found[:] = [process, *below]
                    return True
            return False

        self.wait(is_found, seconds=120)
        for process in found:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        return f"killed a worker of the executor and {len(found) - 1} processes below it, a crawl among them"

    def kill_postgres(self) -> str:
        pid = int((self.postgres_dir / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)
        time.sleep(3)
        again = self.stack.enter_context(start(self.postgres_dir))
        assert again == self.server_url
        return f"killed PostgreSQL ({pid}); it was away for 3 s"

    def answered(self) -> list[list[Any]]:
        """The requests that the agencies answered: outlet, method, target, status, size."""
        with urllib.request.urlopen(f"{self.admin}/_requests") as answer:
            found: list[list[Any]] = json.load(answer)
            return found

    def compare(self, expected: dict[str, list[str]]) -> None:
        """Hold the warehouse against the reference, and each day against its check."""
        found = self.contents(self.settings)
        for table, rows in expected.items():
            self.claim(rows == found[table], f"{table}: {len(found[table])} rows, of the reference {len(rows)}")
            for row in sorted({*rows} ^ {*found[table]})[:4]:
                self.say(f"{'missing' if row in rows else 'more'}: {row[:200]}")
        works = [Work(outlet=name, day=day) for day in days_between(self.first, self.last) for name in self.outlets]
        left = pipeline.missing(self.settings, works)
        self.claim(not left, f"{len(works) - len(left)} of {len(works)} outlet-days are whole")

    def table_counts(self) -> dict[str, int]:
        with pipeline.connected(self.settings) as engine, engine.connect() as connection:
            tables = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
            return {table: connection.scalar(text(f"select count(*) from {table}")) or 0 for table in tables}

    def second_time(self) -> None:
        """The same range again: nothing to do, and with --again all everything asked for and nothing got."""
        before, rows_before = self.table_counts(), self.contents(self.settings)
        answered = len(self.answered())
        plain = self.command(name="second")
        self.wait(lambda: plain.poll() is not None, seconds=300)
        self.claim(
            plain.returncode == 0 and len(self.answered()) == answered and self.table_counts() == before,
            f"the same command again: exit code {plain.returncode}, {len(self.answered()) - answered} requests, "
            f"{sum(self.table_counts().values()) - sum(before.values())} rows added",
        )
        since = datetime.now(UTC)
        everything = self.command("--again", "all", name="again-all")
        self.wait(lambda: everything.poll() is not None)
        self.claim(everything.returncode == 0, f"--again all: {self.last_line('again-all')}")
        new = [(target, status) for _, _, target, status, _ in self.answered()[answered:] if target != "/robots.txt"]
        statuses = {status: sum(1 for _, one in new if one == status) for status in sorted({one for _, one in new})}
        counters = self.counters(since)
        self.claim(
            counters["fetched"] == 0 and counters["not_modified"] > 0,
            f"its crawls: {counters['fetched']} pages fetched, {counters['not_modified']} unchanged",
        )
        self.claim(
            statuses.get(304, 0) == counters["not_modified"] and statuses.get(200, 0) == counters["listings"],
            f"the agencies answered {statuses}: 200 for {counters['listings']} listings alone",
        )
        after = self.table_counts()
        grown = {table: after[table] - before[table] for table in after if after[table] != before[table]}
        # A day that is checked again is held against days that came after it, and more may be found.
        allowed = {"crawl_runs", "crawl_counters", "check_findings"}
        self.claim(set(grown) <= allowed, f"tables that grew: {grown}")
        self.claim(self.contents(self.settings) == rows_before, "and nothing in the others changed")

    def read_again(self) -> None:
        """The DAG reparse over the same days with the same code."""
        before, answered = self.table_counts(), len(self.answered())
        conf = {"first": jalali_day(self.first), "last": jalali_day(self.last)}
        self.scheduler.call("PATCH", "/dags/reparse", {"is_paused": False})
        run = self.scheduler.call("POST", "/dags/reparse/dagRuns", {"logical_date": None, "conf": conf})
        path = f"/dags/reparse/dagRuns/{urllib.parse.quote(run['dag_run_id'])}"
        self.wait(lambda: self.scheduler.call("GET", path)["state"] in FINISHED, seconds=900)
        state = self.scheduler.call("GET", path)["state"]
        told = self.scheduler.call("GET", f"{path}/taskInstances/tell/xcomEntries/return_value?deserialize=true")[
            "value"
        ]
        done = Reparsed.from_json(told if isinstance(told, dict) else json.loads(told))
        self.claim(
            state == "success" and done.pages > 0 and self.table_counts() == before,
            f"the DAG reparse ended {state}: {done.pages} pages read, "
            f"{sum(self.table_counts().values()) - sum(before.values())} rows added",
        )
        self.claim(
            len(self.answered()) == answered, f"and asked {len(self.answered()) - answered} pages of the agencies"
        )

    def counters(self, since: datetime) -> dict[str, int]:
        query = (
            "select counter, sum(value)::int as value from crawl_counters join crawl_runs using (outlet, day_on, run) "
            "where started_at >= :since group by counter"
        )
        with pipeline.connected(self.settings) as engine, engine.connect() as connection:
            return {row.counter: row.value for row in connection.execute(text(query), {"since": since})}


def _alive(processes: list[psutil.Process]) -> Iterator[psutil.Process]:
    for process in processes:
        try:
            process.cmdline()
        except psutil.Error:
            continue
        yield process


if __name__ == "__main__":
    sys.exit(main())
