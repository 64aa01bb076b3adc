"""What `regional_news` does with pages that are archived: each outlet's day is ingested, then checked.

For `bench.airflow`: the outlets are not asked, so the same pages are read as often as it measures. The day is the
run's parameter, the outlets are those of the settings.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task, task_group

from dabir.plan import Work, outlets_of, plan
from dabir.settings import read_settings

settings = read_settings()
outlets = outlets_of(settings)


def named(fields: dict[str, Any]) -> Work:
    """The work of a mapped task, which the grid shows under its name from here on."""
    work = Work.from_json(fields)
    get_current_context()["label"] = work.label(outlets)  # type: ignore[typeddict-unknown-key]
    return work


with DAG(dag_id="replay", schedule=None, params={"day": Param("", type="string")}):

    @task
    def choose(params: Any = None) -> list[dict[str, Any]]:
        """The outlets of this run; none where it has no day."""
        works = plan(settings, day=date.fromisoformat(params["day"])) if params["day"] else []
        return [work.to_json() for work in works]

    @task_group
    def outlet_day(work: Any) -> None:
        @task(pool="ingest", map_index_template="{{ label }}")
        def ingest(work: Any) -> None:
            """Parse, extract and load what the archive holds of the day and the warehouse does not."""
            from dabir import pipeline

            pipeline.ingest_day(settings, named(work))

        @task(map_index_template="{{ label }}")
        def check(work: Any) -> None:
            """Compare what is in the warehouse with what was listed."""
            from dabir import pipeline

            pipeline.check_day(settings, named(work))

        ingest(work) >> check(work)

    outlet_day.expand(work=choose())
