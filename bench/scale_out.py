"""The layout of docker-compose.yml without containers, and a worker killed in the middle of a backfill.

    python -m bench.scale_out [DAYS] [--extra N]

Starts on loopback what `docker compose up --scale worker=2` starts, each service by its own command, health check and
environment of docker-compose.yml, with nothing else in the environment: a real PostgreSQL and Redis, Airflow's
api-server, scheduler, dag-processor and triggerer, and two Celery workers. A backfill of DAYS days of all sample
agencies (N generated articles a day beside the authored ones) is asked for over REST. In its middle one worker is
killed with all its tasks and never comes back. Everything is to finish, each worker to have done a part, and the
warehouse to equal, row by row, that of the same days crawled and loaded without Airflow and undisturbed.

Prints ok or FAIL for each claim; exit code 1 where one fails. Takes about five minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import make_url, text

from bench._compose import Service, services
from bench.backfill import COMPARED, WHOLENESS, Claims
from dabir.extraction import in_order
from dabir.monitor import CHECKS
from dabir.pipeline import check_day, connected, crawl_day, ingest_day
from dabir.plan import Work, outlets_of
from dabir.processes import Processes, free_port
from dabir.scheduler import DAG_ID, FINISHED, ROOT, Scheduler
from dabir.settings import Settings, read_settings
from dabir.warehouse import warehouse
from db.server import ensure_database, start
from samples import articles
from scrapers.outlets import OUTLETS

WORKERS = ("worker-1", "worker-2")
VICTIM = WORKERS[1]
SLOTS = 4
PARALLEL = 2
SERVERS = ("redis", "samples", "api-server")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.scale_out", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("days", type=int, nargs="?", default=4)
    parser.add_argument("--extra", type=int, default=10, metavar="N")
    options = parser.parse_args(arguments)
    if shutil.which("redis-server") is None:
        print("FAIL redis-server is not installed; on Debian: apt-get install redis-server")
        return 1
    claims = Claims()
    days = sorted({article.day for article in articles()})[-options.days :]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dabir_scale_out_")))
        server = stack.enter_context(start(folder / "postgres"))
        outer = stack.enter_context(Processes(folder / "logs", folder / "postgres"))
        replicas = _start_samples(outer, options.extra)
        given = {
            "replicas": replicas,
            "samples": False,
            "contact": "mailto:bench@example.org",
            # A few days are no history to hold a day against.
            "checks": {name: "fail" if name in WHOLENESS else "warn" for name in CHECKS},
        }
        scaled = read_settings(**given, work_dir=folder / "scaled", database_url=_database(server, "dabir"))
        with Processes(folder / "logs", folder / "postgres") as processes:
            layout = _Layout(folder, server, scaled)
            scheduler = layout.start(processes, claims)
            _backfill(layout, scheduler, processes, days, claims)
        began = time.monotonic()
        alone = read_settings(**given, work_dir=folder / "alone", database_url=_database(server, "alone"))
        _run_alone(alone, days)
        print(f"     the same days without Airflow took {time.monotonic() - began:.0f} s")
        works = _works(scaled, days)
        not_whole = [line for work in works if (line := _fault(scaled, work))]
        claims(not not_whole, f"{len(works)} outlets' days are whole {'; '.join(not_whole[:3])}".rstrip())
        _compare(scaled, alone, days, claims)
    print(f"{claims.failed} of the claims failed" if claims.failed else "all claims hold")
    return 1 if claims.failed else 0


def _database(server: str, name: str) -> SecretStr:
    """The address of a database of the embedded server that may not be there yet."""
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return SecretStr(url.render_as_string(hide_password=False))


def _start_samples(processes: Processes, extra: int) -> dict[str, str]:
    command = [sys.executable, "-m", "samples", "--port", "0", "--extra", str(extra), "--page-size", "30"]
    processes.start("samples", command, os.environ, is_server=True)
    log = processes.log("samples")
    processes.wait_until(lambda: b"\n" in log.read_bytes(), "the sample agencies", seconds=60)
    urls: dict[str, str] = json.loads(log.read_text().splitlines()[0])
    # Of the others only the newest articles can be listed, whatever the day.
    return {name: url for name, url in urls.items() if OUTLETS[name].has_archive}


def _works(settings: Settings, days: Iterable[date]) -> list[Work]:
    return [Work(outlet=outlet, day=day) for day in days for outlet in outlets_of(settings)]


class _Layout:
    """The services of docker-compose.yml with the addresses, ports and folders of this machine in their places."""

    def __init__(self, folder: Path, server: str, settings: Settings) -> None:
        self.folder = folder
        self._server = server
        self.api, self.redis = free_port(), free_port()
        variables = {
            "REDIS_PASSWORD": secrets.token_hex(16),
            "POSTGRES_PASSWORD": "unused",
            "AIRFLOW_SECRET_KEY": secrets.token_hex(32),
            "AIRFLOW_JWT_SECRET": secrets.token_hex(32),
            "AIRFLOW_FERNET_KEY": Fernet.generate_key().decode(),
            "DABIR_CONTACT": str(settings.contact),
            "WORKER_CONCURRENCY": str(SLOTS),
            "AIRFLOW_PARALLELISM": str(SLOTS * len(WORKERS)),
        }
        self.password = variables["REDIS_PASSWORD"]
        socket = make_url(server)
        self._places = {
            "dabir:unused@postgres/airflow": f"{socket.username}:@/airflow?host={socket.query['host']}",
            "dabir:unused@postgres/dabir": f"{socket.username}:@/dabir?host={socket.query['host']}",
            "@redis:6379": f"@127.0.0.1:{self.redis}",
            "http://api-server:8080": f"http://127.0.0.1:{self.api}",
            "localhost:8080": f"127.0.0.1:{self.api}",
            "/var/lib/dabir": str(settings.work_dir),
            "/opt/dabir": str(ROOT),
        }
        self.settings = settings
        self._services = services(variables)

    def _here(self, value: str) -> str:
        for there, here in self._places.items():
            value = value.replace(there, here)
        return value

    def service(self, name: str) -> Service:
        return self._services[name.partition("-")[0] if name.startswith("worker") else name]

    def environment(self, name: str) -> dict[str, str]:
        """What the process would see in its container; each has an Airflow home, a host name and ports of its own."""
        home = self.folder / name
        home.mkdir(exist_ok=True)
        return {
            # The image and its container.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "HOSTNAME": name,
            "LANG": "C.UTF-8",
            "AIRFLOW_HOME": str(home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
            "AIRFLOW__CORE__PLUGINS_FOLDER": str(ROOT / "plugins"),
            **{key: self._here(value) for key, value in self.service(name).environment.items()},
            # One machine stands for all of theirs.
            "PYTHONPATH": str(ROOT),
            "NO_PROXY": "127.0.0.1,localhost",
            "AIRFLOW__CORE__HOSTNAME_CALLABLE": "bench._compose.hostname",
            "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(self.settings.work_dir / "airflow" / "logs"),
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
            "AIRFLOW__API__HOST": "127.0.0.1",
            "AIRFLOW__API__PORT": str(self.api),
            # The sample agencies stand for the outlets.
            "DABIR_REPLICAS": json.dumps(self.settings.replicas),
            "DABIR_CHECKS": json.dumps(self.settings.checks),
        }

    def start_service(self, processes: Processes, name: str, *more: str) -> None:
        service = self.service(name)
        command = [*(self._here(word) for word in service.command), *more]
        processes.start(name, command, self.environment(name), is_server=name in SERVERS)

    def is_well(self, name: str) -> bool:
        """Whether the service's own health check passes."""
        command = [self._here(word) for word in self.service(name).health]
        done = subprocess.run(command, env=self.environment(name), capture_output=True, text=True, timeout=120)
        return done.returncode == 0

    def start(self, processes: Processes, claims: Claims) -> Scheduler:
        """Start everything but the workers, as their `depends_on` says; the REST API as the user admin."""
        for place in ("archive", "hosts", "users", "airflow/logs"):
            (self.settings.work_dir / place).mkdir(parents=True)
        ensure_database(self._server, "airflow")
        here = ("--bind", "127.0.0.1", "--port", str(self.redis), "--save", "", "--dir", str(self.folder))
        self.start_service(processes, "redis", *here)
        self.start_service(processes, "migrate")
        processes.finish("migrate", seconds=300)
        for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
            self.start_service(processes, name)
        passwords = self.settings.work_dir / "users" / "passwords.json"
        processes.wait_until(passwords.exists, "the passwords", seconds=180)
        scheduler = Scheduler(
            f"http://127.0.0.1:{self.api}", user="admin", password=json.loads(passwords.read_text())["admin"]
        )
        processes.wait_until(scheduler.is_healthy, "Airflow", seconds=300)
        processes.wait_until(lambda: scheduler.dag_fault() is None, "the DAG", seconds=120)
        well = {name: self.is_well(name) for name in ("api-server", "scheduler", "dag-processor", "triggerer")}
        claims(all(well.values()), f"the health checks pass: {', '.join(name for name in well if well[name])}")
        return scheduler


def _backfill(layout: _Layout, scheduler: Scheduler, processes: Processes, days: list[date], claims: Claims) -> None:
    """Run the backfill on two workers and kill one in its middle."""
    _forget_the_night(scheduler, processes)
    for worker in WORKERS:
        layout.start_service(processes, worker, "--celery-hostname", f"celery@{worker}")
    processes.wait_until(lambda: all(map(layout.is_well, WORKERS)), "the workers", seconds=300)
    claims(True, f"the health checks pass: {', '.join(WORKERS)}")

    began = time.monotonic()
    scheduler.start_backfill(days[0], days[-1], conf={}, reprocess="none", active_runs=len(days))
    works = len(days) * len(layout.settings.replicas)

    def is_in_the_middle() -> bool:
        tasks = _tasks(scheduler)
        done = Counter(task["hostname"] for task in tasks if task["state"] == "success")
        running = [task for task in tasks if task["hostname"] == VICTIM and task["state"] == "running"]
        crawling = [task for task in running if task["task_id"].endswith(".crawl")]
        return bool(crawling) and min(done[worker] for worker in WORKERS) > 2 and sum(done.values()) > works

    processes.wait_until(is_in_the_middle, "the middle of the backfill", seconds=900)
    processes.kill(VICTIM)
    killed = time.monotonic()
    lost = {
        (task["dag_run_id"], task["task_id"], task["map_index"])
        for task in _tasks(scheduler)
        if task["hostname"] == VICTIM and task["state"] == "running"
    }
    print(f"     {VICTIM} was killed after {killed - began:.0f} s with {len(lost)} tasks running on it", flush=True)

    def is_finished() -> bool:
        runs = _runs(scheduler)
        return len(runs) == len(days) and all(run["state"] in FINISHED for run in runs)

    processes.wait_until(is_finished, "the backfill", seconds=1800)
    ended = time.monotonic()
    print(f"     the backfill took {ended - began:.0f} s, {ended - killed:.0f} s of them after that", flush=True)
    tasks, runs = _tasks(scheduler), _runs(scheduler)
    states = Counter(run["state"] for run in runs)
    failed = [f"{task['task_id']} {task['rendered_map_index']}" for task in tasks if task["state"] == "failed"]
    claims(states == {"success": len(days)}, f"runs of the backfill: {dict(states)} {', '.join(failed)}".rstrip())
    done = Counter(task["hostname"] for task in tasks if task["state"] == "success")
    claims(all(done[worker] > 0 for worker in WORKERS), f"tasks done by {dict(done)}")
    again = [task for task in tasks if (task["dag_run_id"], task["task_id"], task["map_index"]) in lost]
    finished = [task for task in again if task["state"] in ("success", "skipped") and task["hostname"] != VICTIM]
    tries = Counter(task["try_number"] for task in finished)
    claims(
        bool(lost) and len(finished) == len(lost),
        f"{len(finished)} of {len(lost)} tasks that were lost were done by the other (tries: {dict(tries)})",
    )


def _forget_the_night(scheduler: Scheduler, processes: Processes) -> None:
    """End the nightly run that is due before a worker is there: what is compared is the backfill alone."""

    def nights() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = scheduler.call("GET", f"/dags/{DAG_ID}/dagRuns?run_type=scheduled")["dag_runs"]
        return found

    processes.wait_until(lambda: bool(nights()), "the nightly run", seconds=120)
    for night in nights():
        scheduler.call("PATCH", f"/dags/{DAG_ID}/dagRuns/{quote(night['dag_run_id'])}", {"state": "failed"})


def _runs(scheduler: Scheduler) -> list[dict[str, Any]]:
    return scheduler.runs_of_backfills(limit="100")[1]


def _tasks(scheduler: Scheduler) -> list[dict[str, Any]]:
    return [task for run in _runs(scheduler) for task in scheduler.tasks(run["dag_run_id"])]


def _run_alone(settings: Settings, days: Iterable[date]) -> None:
    """The same days without Airflow, two at a time."""
    with warehouse(settings):
        for _ in in_order(_day_alone, [(settings, work) for work in _works(settings, days)], PARALLEL):
            pass


def _day_alone(what: tuple[Settings, Work]) -> None:
    crawl_day(*what)
    ingest_day(*what)
    check_day(*what)


def _fault(settings: Settings, work: Work) -> str | None:
    try:
        check_day(settings, work)
    except RuntimeError as error:
        return str(error)
    return None


def _rows(settings: Settings, days: list[date]) -> dict[str, Counter[str]]:
    """What of the warehouse may not depend on when and in which order it was loaded."""
    within = {"first": days[0], "last": days[-1], "outlets": list(outlets_of(settings))}
    with connected(settings) as engine, engine.connect() as connection:
        return {
            name: Counter(str(tuple(row)) for row in connection.execute(text(query), within))
            for name, query in COMPARED.items()
        }


def _compare(scaled: Settings, alone: Settings, days: list[date], claims: Claims) -> None:
    """Hold each table of one warehouse against the other's."""
    one, other = _rows(scaled, days), _rows(alone, days)
    for name, rows in one.items():
        missing, more = other[name] - rows, rows - other[name]
        example = next(iter(missing + more), "")[:300]
        same = f"{name}: {rows.total()} rows are the same"
        differ = f"{name}: {missing.total()} rows missing, {more.total()} more, such as {example}"
        claims(not missing and not more, differ if missing or more else same)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
