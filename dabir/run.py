"""`dabir run`: PostgreSQL, the sample agencies and Airflow started, the days run as DAG runs, the result shown.

Everything that is started ends with this process; see processes.py.
"""

from __future__ import annotations

import errno
import fcntl
import json
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.live import Live
from rich.table import Table

from dabir.days import jalali_day
from dabir.plan import outlets_of
from dabir.processes import ProcessDied, Processes, free_port, is_port_free
from dabir.scheduler import (
    COMPONENTS,
    FINISHED,
    ROOT,
    Scheduler,
    SchedulerError,
    address_file,
    airflow_environment,
)
from dabir.settings import Settings, SettingsError
from dabir.summary import count_articles, summary
from dabir.warehouse import warehouse
from db.server import ServerError, ensure_database
from samples import OUTLETS as SAMPLES
from scrapers.outlets import OUTLETS

MIN_FREE_BYTES = 1 << 30
SAMPLE_DAYS = 6
# Of the sample agencies, where the settings name none: ISNA's with its 60 articles, and two of other themes.
SHOWN_OUTLETS = ("isna", "mehr", "yjc")
STATES = ("success", "skipped", "running", "queued", "up_for_retry", "failed", "upstream_failed")


class CannotRun(RuntimeError):
    """Why `dabir run` cannot start or go on, in one line."""


class Stopped(BaseException):
    """SIGTERM or SIGINT came: stop what was started."""


class Phases:
    """How long each phase of the run took, told as it goes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._began = time.monotonic()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        start = time.monotonic()
        with self._console.status(f"{what} …"):
            yield
        self.seconds[what] = time.monotonic() - start
        self._console.print(f"[green]✓[/] {what} [dim]{self.seconds[what]:.1f} s[/]")

    @property
    def total(self) -> float:
        """Seconds since the first phase."""
        return time.monotonic() - self._began


def run(settings: Settings, *, once: bool, console: Console) -> int:
    """Run the pipeline and show it. The exit code: 0, or 1 where a day failed.

    Raises CannotRun with one line. With `once` it ends after the summary, else it stays up until SIGINT or SIGTERM.
    """
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    _check_settings(settings)
    try:
        settings.work_dir.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            stack.enter_context(_only_one(settings.work_dir))
            _check_disk(settings.work_dir)
            return _run(settings, once=once, console=console, stack=stack)
    except Stopped:
        console.print("Stopped; everything that was started has ended.")
        return 0 if not once else 130
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise CannotRun(f"the disk is full: {error.filename or settings.work_dir}") from error
        raise CannotRun(f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")) from error
    except (ProcessDied, TimeoutError, SchedulerError, ServerError) as error:
        raise CannotRun(str(error)) from error


def _check_settings(settings: Settings) -> None:
    """Refuse now what would be found only when everything is up."""
    if settings.samples:
        if unknown := sorted({name.removeprefix("sample_") for name in settings.outlets} - SAMPLES.keys()):
            raise CannotRun(f"DABIR_OUTLETS: no sample agency {', '.join(unknown)}; there are {', '.join(SAMPLES)}")
        return
    try:
        outlets = outlets_of(settings)
    except SettingsError as error:
        raise CannotRun(str(error)) from error
    if not settings.contact and any(outlet.loopback is None for outlet in outlets.values()):
        raise CannotRun("DABIR_CONTACT: not set; an outlet must be able to reach whoever crawls it")


def _stop(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise Stopped


@contextmanager
def _only_one(work_dir: Path) -> Iterator[None]:
    with (work_dir / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CannotRun(f"another `dabir run` is using {work_dir}; stop it or set DABIR_WORK_DIR") from error
        yield


def _check_disk(work_dir: Path) -> None:
    free = shutil.disk_usage(work_dir).free
    if free < MIN_FREE_BYTES:
        raise CannotRun(f"{work_dir} has {free / 1e6:.0f} MB free and {MIN_FREE_BYTES / 1e6:.0f} MB are needed")


def _ui_port(wanted: int | None) -> int:
    if wanted == 0:
        return free_port()
    if is_port_free(wanted or 8080):
        return wanted or 8080
    if wanted is None:
        return free_port()
    raise CannotRun(f"port {wanted} is in use; set DABIR_UI_PORT to another, or to 0 for any free one")


def _run(settings: Settings, *, once: bool, console: Console, stack: ExitStack) -> int:
    phases = Phases(console)
    port = _ui_port(settings.ui_port)
    embedded = settings.postgres_dir if settings.database_url is None else None
    with phases("PostgreSQL and the tables of the warehouse"):
        settings = stack.enter_context(warehouse(settings))
        assert settings.database_url is not None
        metadata_url = ensure_database(settings.database_url.get_secret_value(), "airflow")
    processes = stack.enter_context(Processes(settings.work_dir / "logs", embedded))
    with phases("Airflow's own tables, the sample agencies"):
        processes.start(
            "airflow-migrate", [_tool("airflow"), "db", "migrate"], airflow_environment(settings, metadata_url, port)
        )
        if settings.samples:
            settings = settings.model_copy(update={"replicas": _start_samples(processes, settings)})
        processes.finish("airflow-migrate", seconds=180)

    scheduler = Scheduler(f"http://127.0.0.1:{port}")
    with phases("Airflow"):
        environment = airflow_environment(settings, metadata_url, port)
        for name, arguments in COMPONENTS.items():
            processes.start(name, [_tool("airflow"), *arguments], environment, is_server=name == "api-server")
        processes.wait_until(scheduler.is_healthy, "Airflow", seconds=180)
        scheduler.set_pools(_pools(settings))
        processes.wait_until(lambda: _is_dag_ready(scheduler), "the DAG", seconds=120)
    place = address_file(settings)
    place.write_text(scheduler.url)
    stack.callback(place.unlink, missing_ok=True)

    days = _sample_days(settings) if settings.samples else ()
    before = count_articles(settings)
    with phases(f"{len(days)} days"):
        failed = _run_days(scheduler, processes, days, console)
    added = count_articles(settings) - before

    console.print(summary(settings, days))
    console.print(f"Added {added} articles in {phases.total:.0f} s; the warehouse holds {before + added}.")
    for run_id, faults in failed.items():
        console.print(f"[red]✗[/] {run_id}: {'; '.join(faults)}", soft_wrap=True)
    console.print(f"Airflow UI: {scheduler.url} (no login: whoever reaches this address is an administrator)")
    if once:
        return 1 if failed else 0
    console.print("Ctrl-C stops everything.")
    while True:
        time.sleep(1)
        processes.check()


def _sample_days(settings: Settings) -> tuple[date, ...]:
    from samples import articles

    found = {article.day for outlet in settings.replicas for article in articles(outlet)}
    return tuple(sorted(found)[-SAMPLE_DAYS:])


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _pools(settings: Settings) -> dict[str, dict[str, object]]:
    pools: dict[str, dict[str, object]] = json.loads((ROOT / "dags" / "pools.json").read_text())
    # Of 3 * workers tasks at a time: the night finds a third free whatever a backfill holds.
    pools["ingest"]["slots"] = pools["backfill"]["slots"] = settings.workers
    return pools


def _start_samples(processes: Processes, settings: Settings) -> dict[str, str]:
    """Start the sample agencies; their addresses by outlet, the same in each run, so that a page is known again."""
    place = settings.work_dir / "samples.port"
    port = int(place.read_text()) if place.exists() else 0
    if not port or not is_port_free(port, "127.0.1.1"):
        port = free_port("127.0.1.1")
        place.write_text(str(port))
    command = [sys.executable, "-m", "samples", "--port", str(port)]
    processes.start("samples", command, settings.environment(), is_server=True)
    log = processes.log("samples")
    processes.wait_until(lambda: b"\n" in log.read_bytes(), "the sample agencies", seconds=60)
    addresses: dict[str, str] = json.loads(log.read_text().splitlines()[0])
    wanted = [name.removeprefix("sample_") for name in settings.outlets] or SHOWN_OUTLETS
    return {name: url for name, url in addresses.items() if name in OUTLETS and name in wanted}


def _is_dag_ready(scheduler: Scheduler) -> bool:
    fault = scheduler.dag_fault()
    if fault:
        raise CannotRun(f"the DAG cannot be read: {fault}")
    return fault is None


def _run_days(
    scheduler: Scheduler, processes: Processes, days: tuple[date, ...], console: Console
) -> dict[str, list[str]]:
    """Run the DAG for `days` and show the tasks until all are finished; the faults of each failed run."""
    runs = {day: scheduler.start_day(day) for day in days}
    scheduler.unpause()
    states: dict[str, str] = {}

    def is_finished() -> bool:
        for run_id in runs.values():
            if states.get(run_id) not in FINISHED:
                states[run_id] = scheduler.run_state(run_id)
        # A run ends with its checks; that it is announced comes after.
        return all(states[run_id] in FINISHED for run_id in runs.values()) and not any(
            task["state"] in ("running", "queued", "scheduled")
            for run_id in runs.values()
            for task in scheduler.tasks(run_id)
        )

    with Live(console=console, refresh_per_second=2, transient=True) as live:

        def show() -> None:
            live.update(_progress(scheduler, runs, states))

        processes.wait_until(is_finished, "the runs", seconds=3600, between=show)
    return {
        run_id: [
            f"{task['task_id']} {task.get('rendered_map_index') or ''}".strip()
            for task in scheduler.tasks(run_id)
            if task["state"] == "failed"
        ]
        for run_id in runs.values()
        if states[run_id] == "failed"
    }


def _progress(scheduler: Scheduler, runs: dict[date, str], states: dict[str, str]) -> Table:
    table = Table("day", "run", "tasks", box=None, title="regional_news", title_justify="left")
    for day, run_id in runs.items():
        counts = Counter(task["state"] or "waiting" for task in scheduler.tasks(run_id))
        shown = "  ".join(f"{counts[state]} {state}" for state in (*STATES, "waiting") if counts[state])
        table.add_row(jalali_day(day), states.get(run_id, ""), shown)
    return table
