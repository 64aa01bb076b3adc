"""`dabir backfill`: what it asks of Airflow and what it says. Airflow's answers are as 3.3 gives them.

`python -m bench.backfill` does the whole of it with a real Airflow.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from rich.console import Console
from typer.testing import CliRunner

from dabir import backfill
from dabir.backfill import BackfillRefused, budget, chosen, told
from dabir.cli import app
from dabir.scheduler import Scheduler, SchedulerError, address_file
from dabir.settings import read_settings
from scrapers.outlet import replica
from scrapers.outlets import OUTLETS

FIRST, LAST = date(2026, 10, 23), date(2026, 11, 21)
KNOWN = {name: OUTLETS[name] for name in ("isna", "mehr", "ilna")}
MADE = {
    "id": 3,
    "dag_id": "regional_news",
    "from_date": "2026-10-22T20:30:00Z",
    "to_date": "2026-11-21T20:29:59Z",
    "dag_run_conf": {"outlets": ["isna", "mehr"], "only_missing": True},
    "is_paused": False,
    "reprocess_behavior": "none",
    "max_active_runs": 4,
    "created_at": "2026-11-25T10:00:00Z",
    "completed_at": None,
    "updated_at": "2026-11-25T10:00:00Z",
}


class Airflow:
    """What an Airflow would answer to the calls of a backfill, and what it was asked."""

    def __init__(self) -> None:
        self.backfills: list[dict[str, Any]] = []
        self.runs = {"success": 0, "failed": 0, "running": 4, "queued": 26}
        self.is_paused = False
        self.asked: list[tuple[str, str, Any]] = []
        self.down = 0

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        path, query = urlsplit(target).path.removeprefix("/api/v2"), parse_qs(urlsplit(target).query)
        self.asked.append((method, path, body))
        if self.down:
            self.down -= 1
            return 503, {"detail": "the database is away"}
        match method, path.split("/")[1:]:
            case "GET", ["auth", "token"]:
                return 201, {"access_token": "t"}
            case "GET", ["dags", _]:
                return 200, {"is_paused": self.is_paused}
            case "GET", ["dags", _, "details"]:
                return 200, {"params": {"outlets": {"schema": {"items": {"enum": list(KNOWN)}}}}}
            case "GET", ["dags", _, "dagRuns"]:
                number = sum(self.runs[state] for state in query["state"])
                ended = {"logical_date": "2026-10-22T20:30:00Z", "end_date": "2026-11-25T11:00:00Z"}
                ends = [{**ended, "end_date": f"2026-11-25T11:0{at}:00Z"} for at in range(min(number, 9))]
                return 200, {"total_entries": number, "dag_runs": ends}
            case "GET", ["pools", _]:
                return 200, {"slots": 6}
            case "GET", ["backfills"]:
                return 200, {"backfills": self.backfills, "total_entries": len(self.backfills)}
            case "GET", ["backfills", number]:
                return 200, next(one for one in self.backfills if str(one["id"]) == number)
            case "POST", ["backfills"]:
                if not body["dag_run_conf"]["outlets"]:
                    return 422, {"detail": "No runs to create"}
                self.backfills = [{**MADE, "dag_run_conf": body["dag_run_conf"]}]
                return 200, self.backfills[0]
            case "PUT", ["backfills", _, _]:
                return 200, self.backfills[0]
        return 404, {"detail": f"{method} {path}"}


@pytest.fixture
def airflow() -> Iterator[Airflow]:
    state = Airflow()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            status, told = state.answer(self.command, self.path, json.loads(self.rfile.read(length) or b"null"))
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *_: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_port}"  # type: ignore[attr-defined]
        yield state
        server.shutdown()


@pytest.fixture
def scheduler(airflow: Airflow) -> Scheduler:
    return Scheduler(airflow.url)  # type: ignore[attr-defined]


def body_of(airflow: Airflow) -> dict[str, Any]:
    [body] = [body for method, path, body in airflow.asked if (method, path) == ("POST", "/backfills")]
    return dict(body)


def test_a_range_is_asked_for_from_midnight_to_midnight_of_tehran_without_outlets_that_have_no_archive(
    airflow: Airflow, scheduler: Scheduler
) -> None:
    said: list[str] = []
    assert backfill.start(scheduler, FIRST, LAST, say=said.append) == 3
    assert body_of(airflow) == {
        "dag_id": "regional_news",
        "from_date": "2026-10-23T00:00:00+03:30",
        "to_date": "2026-11-21T23:59:59+03:30",
        "dag_run_conf": {"outlets": ["isna", "mehr"], "only_missing": True},
        "reprocess_behavior": "none",
        "max_active_runs": backfill.ACTIVE_RUNS,
    }
    assert said[0] == "left out, as no archive by day is known of them: ilna"
    assert said[1] == "backfill 3: 30 of 30 days, 2 outlets"
    assert "by the politeness budget" in said[2]


@pytest.mark.parametrize(
    ("again", "wanted", "reprocess", "only_missing"),
    [
        (None, (), "none", True),
        ("failed", (), "failed", True),
        ("all", (), "completed", False),
        (None, ("isna",), "completed", True),
        ("failed", ("isna",), "completed", True),
        ("all", ("isna",), "completed", False),
    ],
)
def test_days_that_have_run_are_run_again_as_asked(
    again: Any, wanted: tuple[str, ...], reprocess: str, only_missing: bool, airflow: Airflow, scheduler: Scheduler
) -> None:
    backfill.start(scheduler, FIRST, LAST, wanted=wanted, again=again, say=lambda line: None)
    body = body_of(airflow)
    assert (body["reprocess_behavior"], body["dag_run_conf"]["only_missing"]) == (reprocess, only_missing)
    assert body["dag_run_conf"]["outlets"] == list(wanted or ("isna", "mehr"))


def test_days_that_airflow_leaves_out_are_told(airflow: Airflow, scheduler: Scheduler) -> None:
    airflow.runs["queued"] = 6
    said: list[str] = []
    backfill.start(scheduler, FIRST, LAST, say=said.append)
    assert "the other 20 days are left out: they have run before, are running, or are not over; see --again" in said


def test_the_same_range_shows_the_running_backfill_and_another_is_refused_in_one_line(
    airflow: Airflow, scheduler: Scheduler
) -> None:
    airflow.backfills = [MADE]
    said: list[str] = []
    assert backfill.start(scheduler, FIRST, LAST, say=said.append) == 3
    assert said == ["this backfill is running already"]
    with pytest.raises(BackfillRefused, match=r"one backfill of a DAG at a time.*1405-08-01 to 1405-08-30 is not over"):
        backfill.start(scheduler, FIRST, date(2026, 11, 22), say=said.append)
    assert not [path for method, path, _ in airflow.asked if method == "POST"]
    airflow.backfills = [{**MADE, "completed_at": "2026-11-25T12:00:00Z"}]
    assert backfill.start(scheduler, FIRST, date(2026, 11, 22), say=said.append) == 3


def test_a_paused_dag_is_told(airflow: Airflow, scheduler: Scheduler) -> None:
    airflow.is_paused = True
    said: list[str] = []
    backfill.start(scheduler, FIRST, LAST, say=said.append)
    assert any("is paused in Airflow" in line for line in said)


def test_what_is_left_is_reckoned_from_the_days_that_ended_lately(airflow: Airflow, scheduler: Scheduler) -> None:
    airflow.backfills = [MADE]
    airflow.runs = {"success": 9, "failed": 1, "running": 4, "queued": 16}
    state = backfill.standing(scheduler, 3)
    assert (state.days, state.done, state.failed, state.running, state.a_day) == (30, 10, 1, 4, 60.0)
    assert state.line() == (
        "backfill 3, 1405-08-01 to 1405-08-30: 10 of 30 days, 1 failed, 4 running, about 20 min left, at 1 min a day lately"
    )


def test_it_is_followed_to_its_end_through_an_airflow_that_is_away_for_a_while(
    airflow: Airflow, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backfill, "POLL_SECONDS", 0.01)
    scheduler.is_paused()
    airflow.backfills = [{**MADE, "completed_at": "2026-11-25T12:00:00Z"}]
    airflow.runs = {"success": 29, "failed": 1, "running": 0, "queued": 0}
    airflow.down = 3
    console = Console(record=True, width=200)
    state = backfill.follow(scheduler, 3, console)
    assert (state.is_over, state.failed) == (True, 1)
    shown = console.export_text()
    assert shown.count("does not answer") == 1 and "30 of 30 days, 1 failed, 0 running, over" in shown
    assert backfill.failed_days(scheduler, 3) == (1, ["1405-08-01"])


def test_a_backfill_that_is_not_there_is_an_error_and_not_waited_for(scheduler: Scheduler) -> None:
    with pytest.raises(SchedulerError):
        backfill.follow(scheduler, "../nothing", Console())  # type: ignore[arg-type]
    with pytest.raises(BackfillRefused, match="there is no backfill"):
        backfill.latest(scheduler)
    with pytest.raises(BackfillRefused, match="no backfill is running"):
        backfill.change(scheduler, "pause")


@pytest.mark.parametrize(("word", "means"), [("pause", "paused"), ("unpause", "goes on"), ("cancel", "cancelled")])
def test_a_running_backfill_is_changed_and_told_by_its_days(
    word: str, means: str, airflow: Airflow, scheduler: Scheduler
) -> None:
    airflow.backfills = [MADE]
    assert means in backfill.change(scheduler, word)
    assert ("PUT", f"/backfills/3/{word}", None) in airflow.asked


def test_an_outlet_is_named_as_airflow_names_it_or_as_its_original_is() -> None:
    known = {"sample_isna": replica(OUTLETS["isna"], "http://127.0.1.1"), "ilna": OUTLETS["ilna"]}
    assert chosen(known, ["isna"]) == chosen(known, ["sample_isna"]) == (["sample_isna"], [])
    assert chosen(known, []) == (["sample_isna"], ["ilna"])
    with pytest.raises(BackfillRefused, match="nobody: no such outlet"):
        chosen(known, ["nobody"])
    with pytest.raises(BackfillRefused, match="ilna: no archive by day"):
        chosen(known, ["ilna"])


def test_the_budget_is_of_the_slowest_host_or_of_all_where_slots_are_few() -> None:
    isna, mehr = OUTLETS["isna"], OUTLETS["mehr"]
    one, two = budget([isna], 1000, 6), budget([isna, mehr], 1000, 6)
    assert one.split(" by")[0] == two.split(" by")[0]
    assert budget([isna, mehr], 1000, 1).split(" by")[0] != two.split(" by")[0]
    seconds = 1000 * backfill.ASSUMED_REQUESTS * isna.delay
    assert one.startswith(f"about {told(seconds)} by") and "100 requests are assumed for 1 of 1 outlets" in one
    assert "without delay" in budget([replica(isna, "http://127.0.1.1")], 1000, 6)


def test_without_an_address_the_airflow_of_dabir_run_is_taken_or_none_is_known(tmp_path: Path) -> None:
    settings = read_settings(work_dir=tmp_path)
    with pytest.raises(BackfillRefused, match="DABIR_AIRFLOW_URL"):
        backfill.scheduler_of(settings)
    address_file(settings).write_text("http://127.0.0.1:8080\n")
    assert backfill.scheduler_of(settings).url == "http://127.0.0.1:8080"
    named = settings.model_copy(update={"airflow_url": "https://airflow.example/"})
    assert backfill.scheduler_of(named).url == "https://airflow.example"


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--from", "1405-08-01"], "both --from and --to"),
        (["--from", "1405-08-30", "--to", "1405-08-01"], "1405-08-30 is after 1405-08-01"),
        (["--from", "1405-08-31", "--to", "1405-09-01"], "no such day"),
        (["--from", "1405-08-01", "--to", "1405-08-02", "--again", "twice"], "failed or all"),
        (["--pause", "--cancel"], "say one of"),
        (["--from", "1405-08-01", "--to", "1405-08-02", "--pause"], "say one of"),
    ],
)
def test_wrong_usage_is_told_in_one_line_with_code_2(
    arguments: list[str], fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["backfill", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert fault in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_command_shows_a_backfill_that_ended_and_its_failed_days(
    airflow: Airflow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DABIR_AIRFLOW_URL", airflow.url)  # type: ignore[attr-defined]
    airflow.backfills = [{**MADE, "completed_at": "2026-11-25T12:00:00Z"}]
    airflow.runs = {"success": 30, "failed": 0, "running": 0, "queued": 0}
    done = CliRunner().invoke(app, ["backfill"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert "30 of 30 days, 0 failed, 0 running, over" in done.stdout
    airflow.runs["failed"] = 1
    done = CliRunner().invoke(app, ["backfill"])
    assert done.exit_code == 1
    assert "failed: 1405-08-01; Airflow's grid says why" in done.stdout
