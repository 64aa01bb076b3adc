"""Airflow's cluster policy: what works on the past does not stand in the way of the night.

Airflow finds it by the entry point `airflow.policy` in pyproject.toml, in every process. A task's pool and priority
cannot be templates, and are the same in each run of a DAG; this hook changes them by the type of the run.
"""

from __future__ import annotations

from typing import Any

import pluggy

hook = pluggy.HookimplMarker("airflow.policy")

NIGHT_POOL = "crawl"
PAST_POOL = "backfill"
PAST_PRIORITY = 1


@hook
def task_instance_mutation_hook(task_instance: Any, dag_run: Any) -> None:
    """Let crawls of a backfill wait for slots of their own, and all its tasks behind those of other runs.

    A crawl may take hours, and the scheduler takes no slot back: the nightly run finds one free only where a backfill
    cannot have had them all. A run's name is asked where Airflow has not tied the task to its run yet.
    """
    is_past = (
        dag_run.run_type == "backfill" if dag_run is not None else str(task_instance.run_id).startswith("backfill__")
    )
    if is_past:
        task_instance.priority_weight = PAST_PRIORITY
        if task_instance.pool == NIGHT_POOL:
            task_instance.pool = PAST_POOL
