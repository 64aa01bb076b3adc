"""The DAG as Airflow reads it: it imports, and its tasks are wired as the nightly run needs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dabir.policy import PAST_POOL, PAST_PRIORITY

ROOT = Path(__file__).parents[1]

# Airflow configures itself when it is imported, and its dependencies warn: it is read in a process of its own.
READ = """
import json, sys, logging
from datetime import datetime, timedelta, timezone
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization

bag = DagBag(sys.argv[1])
dag = bag.dags.get("regional_news")
told = {"errors": bag.import_errors, "dags": sorted(bag.dags)}
if dag is not None:
    serialized = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    first = datetime(2026, 11, 15, 20, 30, tzinfo=timezone.utc)
    infos = list(serialized.iter_dagrun_infos_between(first, first + timedelta(days=2)))
    told |= {
        "tasks": {
            task.task_id: {
                "upstream": sorted(task.upstream_task_ids),
                "pool": task.pool,
                "retries": task.retries,
                "rule": task.trigger_rule.value,
                "teardown": task.is_teardown,
                "hides": task.is_teardown and task.on_failure_fail_dagrun,
                "template": getattr(task, "map_index_template", None),
                "timeout": task.execution_timeout.total_seconds() if task.execution_timeout else None,
                "backoff": bool(task.retry_exponential_backoff),
                "mapped": task.get_closest_mapped_task_group() is not None,
            }
            for task in dag.tasks
        },
        "intervals": [[info.data_interval.start.isoformat(), info.data_interval.end.isoformat()] for info in infos],
        "logical": [info.logical_date.isoformat() for info in infos],
        "params": {name: dag.params.get_param(name).schema for name in dag.params},
        "doc": dag.doc_md,
        "catchup": dag.catchup,
        "assets": [asset.uri for task in dag.tasks for asset in task.outlets],
        "policy": {},
    }
    from airflow.models import DagRun
    from airflow.models.taskinstance import TaskInstance
    from airflow.settings import task_instance_mutation_hook

    for run_id, run_type in [
        ("scheduled__2026-11-15", None), ("manual__2026-11-15", None), ("backfill__2026-11-15", None),
        ("scheduled__2026-11-15", "backfill"),
    ]:
        told["policy"][f"{run_id.partition('__')[0]} {run_type}"] = {}
        for task_id in ("choose", "outlet_day.crawl", "outlet_day.ingest"):
            instance = TaskInstance(serialized.get_task(task_id), run_id=run_id, dag_version_id=None)
            if run_type:
                task_instance_mutation_hook(instance, dag_run=DagRun(dag_id="regional_news", run_type=run_type))
            told["policy"][f"{run_id.partition('__')[0]} {run_type}"][task_id] = [instance.pool, instance.priority_weight]
    told["reparse"] = {
        task.task_id: [task.pool, task.priority_weight, sorted(task.upstream_task_ids)]
        for task in bag.dags["reparse"].tasks
    }
print("TOLD " + json.dumps(told, default=str))
"""


def read_dags(home: Path, **settings: str) -> dict[str, Any]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("DABIR_", "AIRFLOW"))},
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR",
        **settings,
    }
    done = subprocess.run(
        [sys.executable, "-c", READ, str(ROOT / "dags")], env=environment, cwd=home, capture_output=True, text=True
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("TOLD ")]
    assert lines, done.stdout + done.stderr
    told: dict[str, Any] = json.loads(lines[0].removeprefix("TOLD "))
    return told


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return read_dags(tmp_path_factory.mktemp("airflow"))


def test_every_file_of_dags_imports(told: dict[str, Any]) -> None:
    assert told["errors"] == {}
    assert "regional_news" in told["dags"]


def test_each_outlets_day_is_crawled_then_ingested_then_checked(told: dict[str, Any]) -> None:
    tasks = told["tasks"]
    assert {name: task["upstream"] for name, task in tasks.items()} == {
        "choose": [],
        "outlet_day.crawl": ["choose"],
        "outlet_day.ingest": ["choose", "outlet_day.crawl"],
        "outlet_day.check": ["choose", "outlet_day.ingest"],
        "resolve": ["outlet_day.check"],
        "announce": ["choose", "outlet_day.check", "resolve"],
        "notify": ["choose", "outlet_day.check"],
    }
    assert [name for name, task in tasks.items() if task["mapped"]] == [
        "outlet_day.crawl",
        "outlet_day.ingest",
        "outlet_day.check",
    ]


def test_mapped_tasks_are_named_bounded_and_retried(told: dict[str, Any]) -> None:
    for name, task in told["tasks"].items():
        if task["mapped"]:
            assert task["template"] == "{{ label }}", name
        assert task["timeout"], name
    for name in ("outlet_day.crawl", "outlet_day.ingest"):
        assert told["tasks"][name]["retries"] == 3 and told["tasks"][name]["backoff"], name


def test_a_day_is_checked_whatever_became_of_its_crawl(told: dict[str, Any]) -> None:
    assert told["tasks"]["outlet_day.check"]["rule"] == "all_done"


def test_the_announcement_comes_whatever_became_of_the_outlets_and_hides_no_failure(told: dict[str, Any]) -> None:
    teardowns = sorted(name for name, task in told["tasks"].items() if task["teardown"])
    assert teardowns == ["announce", "notify", "resolve"]
    assert [name for name, task in told["tasks"].items() if task["hides"]] == []
    assert told["assets"] == ["dabir://warehouse/news"]


def test_every_pool_a_task_uses_is_in_the_pools_file(told: dict[str, Any]) -> None:
    pools = json.loads((ROOT / "dags" / "pools.json").read_text())
    used = {task["pool"] for task in told["tasks"].values()} - {"default_pool"}
    assert used | {PAST_POOL} == set(pools)


@pytest.mark.parametrize(
    ("run", "crawls"), [("scheduled None", "crawl"), ("manual None", "crawl"), ("backfill None", "backfill")]
)
def test_crawls_of_a_backfill_have_slots_of_their_own_and_its_tasks_come_last(
    run: str, crawls: str, told: dict[str, Any]
) -> None:
    priority = PAST_PRIORITY if crawls == PAST_POOL else 10
    assert told["policy"][run] == {
        "choose": ["default_pool", priority],
        "outlet_day.crawl": [crawls, priority],
        "outlet_day.ingest": ["ingest", priority],
    }


def test_a_night_that_a_backfill_runs_again_is_a_run_of_the_backfill(told: dict[str, Any]) -> None:
    assert told["policy"]["scheduled backfill"] == told["policy"]["backfill None"]


def test_the_archive_is_read_again_in_the_slots_of_the_past(told: dict[str, Any]) -> None:
    assert told["reparse"] == {
        "choose": [PAST_POOL, PAST_PRIORITY, []],
        "read_again": [PAST_POOL, PAST_PRIORITY, ["choose"]],
        "tell": [PAST_POOL, PAST_PRIORITY, ["read_again"]],
    }


def test_the_interval_of_a_run_is_one_day_of_tehran(told: dict[str, Any]) -> None:
    assert told["intervals"] == [
        ["2026-11-15T20:30:00+00:00", "2026-11-16T20:30:00+00:00"],
        ["2026-11-16T20:30:00+00:00", "2026-11-17T20:30:00+00:00"],
        ["2026-11-17T20:30:00+00:00", "2026-11-18T20:30:00+00:00"],
    ]
    assert told["logical"] == [start for start, _ in told["intervals"]]
    assert told["catchup"] is False


def test_the_form_offers_the_outlets_and_provinces_by_their_persian_names(told: dict[str, Any]) -> None:
    from scrapers.outlets import OUTLETS

    assert set(told["params"]) == {"outlets", "provinces", "days", "only_missing"}
    assert told["params"]["outlets"]["items"]["enum"] == list(OUTLETS)
    assert told["params"]["outlets"]["values_display"]["isna"] == OUTLETS["isna"].title
    assert told["doc"].strip()


def test_a_setting_that_is_wrong_is_an_import_error_that_names_it(tmp_path: Path) -> None:
    told = read_dags(tmp_path, DABIR_WORKERS="none")
    assert told["dags"] == []
    assert len(told["errors"]) == len([*(ROOT / "dags").glob("*.py")])
    assert all("DABIR_WORKERS" in error for error in told["errors"].values())
