"""Airflow as Dabir uses it: its configuration for the default run, and its REST API.

Airflow itself is never imported here; it runs in processes of its own and is spoken to over HTTP.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dabir.settings import Settings

TEHRAN = ZoneInfo("Asia/Tehran")
DAG_ID = "regional_news"
ROOT = Path(__file__).parents[1]
COMPONENTS = {
    "api-server": ["api-server"],
    "scheduler": ["scheduler", "--skip-serve-logs"],
    "dag-processor": ["dag-processor"],
    "triggerer": ["triggerer", "--skip-serve-logs"],
}
FINISHED = ("success", "failed")
# A backfill is answered when all its runs are made: the 3,651 of ten years took Airflow 72 s of a core.
SLOW_SECONDS = 900.0


class SchedulerError(RuntimeError):
    """Airflow refused or could not be reached; the text says what was asked and why it was refused.

    `status` is that of its answer, None where there was none; `reason` is the answer's own words.
    """

    def __init__(self, message: str, status: int | None = None, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


def airflow_environment(settings: Settings, metadata_url: str, port: int) -> dict[str, str]:
    """The environment of an Airflow on this machine alone: no login, tasks in the scheduler's own processes.

    Task logs are read from the folder they are written to, so the log server (port 8793, where two Airflows on one
    machine collide) is not started; see COMPONENTS. `metadata_url` is a postgresql address of any driver.
    """
    home = settings.work_dir / "airflow"
    _preload(home)
    airflow = {
        "CORE__DAGS_FOLDER": ROOT / "dags",
        "CORE__PLUGINS_FOLDER": ROOT / "plugins",
        "CORE__LOAD_EXAMPLES": False,
        "CORE__DEFAULT_TIMEZONE": "Asia/Tehran",
        # Until the days asked for are queued, so that they come before the nightly run that is due.
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": True,
        "CORE__EXECUTOR": "LocalExecutor",
        # Half of a task's time is waiting (for an outlet, for the database), so two for each worker process, and one
        # more that no backfill can hold: its crawls and all ingests have as many slots as there are workers, each.
        "CORE__PARALLELISM": 3 * settings.workers,
        "CORE__MAX_ACTIVE_TASKS_PER_DAG": 2 * settings.workers,
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": True,
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "DATABASE__SQL_ALCHEMY_CONN": "postgresql+psycopg2://" + metadata_url.partition("://")[2],
        # On one machine a process that was killed is missed soon, and its task tried again.
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": 60,
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": 60,
        "API__HOST": "127.0.0.1",
        "API__PORT": port,
        "API__BASE_URL": f"http://127.0.0.1:{port}",
        "LOGGING__BASE_LOG_FOLDER": home / "logs",
        "LOGGING__LOGGING_LEVEL": "INFO",
        # One small folder of DAGs: a second parsing process would only take a core from the tasks.
        "DAG_PROCESSOR__PARSING_PROCESSES": 1,
        "USAGE_DATA_COLLECTION__ENABLED": False,
        **_keys(home),
    }
    return {
        **os.environ,
        **{f"AIRFLOW__{name}": str(value) for name, value in airflow.items()},
        "AIRFLOW_HOME": str(home),
        "NO_PROXY": "127.0.0.1,localhost",
        **settings.environment(),
    }


def _preload(home: Path) -> None:
    """Let the scheduler import once what each task needs: its task processes are forks of it.

    Airflow imports this file in every process as it starts. A task is 3 CPU-seconds shorter for it.
    """
    folder = home / "config"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "airflow_local_settings.py").write_text(
        "import sys\n\nif 'scheduler' in sys.argv:\n    from dabir.extraction import warm_up\n\n    warm_up()\n"
    )


def _keys(home: Path) -> dict[str, str]:
    """The keys Airflow signs and encrypts with, made once and kept readable by their owner alone."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / "keys.json"
    if not path.exists():
        keys = {
            "CORE__FERNET_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "API__SECRET_KEY": secrets.token_hex(32),
            "API_AUTH__JWT_SECRET": secrets.token_hex(64),
        }
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(keys, file)
    stored: dict[str, str] = json.loads(path.read_text())
    return stored


def address_file(settings: Settings) -> Path:
    """Where `dabir run` leaves the address of its Airflow, for commands beside it."""
    return settings.work_dir / "airflow.url"


def run_interval(day: date) -> tuple[datetime, datetime]:
    """The data interval of a day's run: midnight to midnight in Tehran; its start is the run's logical date."""
    start = datetime(day.year, day.month, day.day, tzinfo=TEHRAN)
    after = day + timedelta(days=1)
    return start, datetime(after.year, after.month, after.day, tzinfo=TEHRAN)


class Scheduler:
    """The REST API of an Airflow at `url`. Each call raises SchedulerError with Airflow's own reason."""

    def __init__(self, url: str, *, user: str | None = None, password: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._login = {"username": user, "password": password} if user else None
        self._token: str | None = None

    def is_healthy(self) -> bool:
        """Whether the metadata database, the scheduler and the DAG processor answer."""
        try:
            health = self._send("GET", "/api/v2/monitor/health", token=None)
        except SchedulerError:
            return False
        return all(health[part]["status"] == "healthy" for part in ("metadatabase", "scheduler", "dag_processor"))

    def call(self, method: str, path: str, body: object | None = None, *, seconds: float = 60) -> dict[str, Any]:
        """The JSON that `path` (after /api/v2) answers with, waited for `seconds` at most."""
        if self._token is None:
            self._log_in()
        try:
            return self._send(method, f"/api/v2{path}", body, token=self._token, seconds=seconds)
        except SchedulerError as error:
            if error.status != 401:
                raise
        self._log_in()  # a day is over, or Airflow has new keys
        return self._send(method, f"/api/v2{path}", body, token=self._token, seconds=seconds)

    def _log_in(self) -> None:
        method = "POST" if self._login else "GET"
        self._token = self._send(method, "/auth/token", self._login, token=None)["access_token"]

    def dag_fault(self) -> str | None:
        """Why the DAG cannot be run yet: an empty text while it is not read, None once it can."""
        errors = self.call("GET", "/importErrors")["import_errors"]
        if errors:
            return str(errors[0]["stack_trace"]).strip().splitlines()[-1]
        try:
            self.call("GET", f"/dags/{DAG_ID}")
        except SchedulerError:
            return ""
        return None

    def slots(self, pool: str) -> int:
        """How many tasks of `pool` run at a time."""
        return int(self.call("GET", f"/pools/{pool}")["slots"])

    def set_pools(self, pools: Mapping[str, Mapping[str, Any]]) -> None:
        """Make or change `pools`: name -> slots and description, as `airflow pools import` reads them."""
        entities = [{"name": name, "include_deferred": False, **pool} for name, pool in pools.items()]
        action = {"action": "create", "entities": entities, "action_on_existence": "overwrite"}
        self.call("PATCH", "/pools", {"actions": [action]})

    def unpause(self) -> None:
        """Let the DAG's runs go, and its schedule."""
        self.call("PATCH", f"/dags/{DAG_ID}", {"is_paused": False})

    def backfills(self) -> list[dict[str, Any]]:
        """The backfills of the DAG, the newest first; one without `completed_at` is running or paused."""
        found: list[dict[str, Any]] = self.call("GET", f"/backfills?dag_id={DAG_ID}&order_by=-id&limit=20")["backfills"]
        return found

    def is_paused(self) -> bool:
        """Whether the DAG is paused, so that no run of it goes on."""
        return bool(self.call("GET", f"/dags/{DAG_ID}")["is_paused"])

    def runs_of_backfills(
        self, *states: str, since: datetime | None = None, **where: str
    ) -> tuple[int, list[dict[str, Any]]]:
        """How many runs of backfills there are in one of `states`, and the first of them.

        `since` leaves out those that ended before it; `where` is any other filter of Airflow's list of runs.
        """
        # To Airflow a run without an end has none before `since` either: the states leave those out.
        ended = [("end_date_gte", since.isoformat())] if since is not None else []
        filters = [("run_type", "backfill"), ("limit", "20"), *(("state", state) for state in states), *ended]
        found = self.call("GET", f"/dags/{DAG_ID}/dagRuns?{urllib.parse.urlencode([*filters, *where.items()])}")
        return int(found["total_entries"]), found["dag_runs"]

    def start_backfill(
        self, first: date, last: date, *, conf: Mapping[str, Any], reprocess: str, active_runs: int
    ) -> dict[str, Any]:
        """Make the runs of the days `first` to `last`, both included, and let them go; the backfill.

        `reprocess` is of the days that have run: none, failed or completed (all of them). Only intervals that are over
        are taken.
        """
        body = {
            "dag_id": DAG_ID,
            "from_date": run_interval(first)[0].isoformat(),
            "to_date": (run_interval(last)[1] - timedelta(seconds=1)).isoformat(),
            "dag_run_conf": dict(conf),
            "reprocess_behavior": reprocess,
            "max_active_runs": active_runs,
        }
        return self.call("POST", "/backfills", body, seconds=SLOW_SECONDS)

    def change_backfill(self, number: int, change: str) -> None:
        """`change` is pause, unpause or cancel. Runs that have begun go on in each case."""
        self.call("PUT", f"/backfills/{number}/{change}")

    def start_day(self, day: date) -> str:
        """Run the DAG for `day`, again where it has run before; the run's id."""
        start, end = run_interval(day)
        moment = urllib.parse.quote(start.isoformat())
        there = self.call("GET", f"/dags/{DAG_ID}/dagRuns?logical_date_gte={moment}&logical_date_lte={moment}&limit=1")[
            "dag_runs"
        ]
        if there:
            run_id = str(there[0]["dag_run_id"])
            if there[0]["state"] in FINISHED:
                self.call("POST", f"/dags/{DAG_ID}/dagRuns/{urllib.parse.quote(run_id)}/clear", {"dry_run": False})
            return run_id
        run = self.call(
            "POST",
            f"/dags/{DAG_ID}/dagRuns",
            {
                "logical_date": start.isoformat(),
                "data_interval_start": start.isoformat(),
                "data_interval_end": end.isoformat(),
            },
        )
        return str(run["dag_run_id"])

    def run_state(self, run_id: str) -> str:
        """The state of a run: queued, running, success or failed."""
        return str(self.call("GET", f"/dags/{DAG_ID}/dagRuns/{urllib.parse.quote(run_id)}")["state"])

    def tasks(self, run_id: str) -> list[dict[str, Any]]:
        """The task instances of a run."""
        path = f"/dags/{DAG_ID}/dagRuns/{urllib.parse.quote(run_id)}/taskInstances?limit=1000"
        found: list[dict[str, Any]] = self.call("GET", path)["task_instances"]
        return found

    def _send(
        self, method: str, path: str, body: object | None = None, *, token: str | None, seconds: float = 60
    ) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - the address is a setting, http or https
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})},
        )
        try:
            with _DIRECT.open(request, timeout=seconds) as answer:
                decoded: dict[str, Any] = json.loads(answer.read() or b"{}")
                return decoded
        except urllib.error.HTTPError as error:
            reason = error.read(2000).decode(errors="replace")
            message = f"{method} {path}: Airflow answered {error.code}: {reason}"
            raise SchedulerError(message, error.code, _detail(reason)) from error
        except OSError as error:
            raise SchedulerError(f"{method} {path}: Airflow at {self.url} does not answer: {error}") from error


def _detail(answer: str) -> str:
    """What an answer of Airflow's says is wrong."""
    try:
        return str(json.loads(answer)["detail"])
    except (ValueError, KeyError, TypeError):
        return answer


# Airflow's address is never behind a proxy that the environment names for the web.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
