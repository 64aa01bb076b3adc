"""Archived pages read again with today's layouts and rules. Wiring only; the work is dabir.reparse."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task
from airflow.sdk.exceptions import AirflowFailException

from dabir.days import read_day
from dabir.plan import outlets_of
from dabir.policy import PAST_POOL, PAST_PRIORITY
from dabir.settings import read_settings

settings = read_settings()
outlets = outlets_of(settings)
DAY = "^1[34][0-9]{2}-[0-9]{2}-[0-9]{2}$"

with DAG(
    dag_id="reparse",
    dag_display_name="دبیر: بازخوانی بایگانی",
    description="Read archived pages again with today's layouts and rules",
    doc_md="""
**Nothing is fetched.** The pages that were crawled for the chosen days are read from the archive, an outlet's month to
a task, with the layouts and rules that are installed now.

Records that differ are replaced, and the difference is in `record_changes` under the version of the rules; rejected
pages that can be read by now become articles. Pages that this code has read before are passed over, and where nothing
changed no row is written. The log of each task and of *tell* ends with the counts.
""",
    schedule=None,
    max_active_runs=1,
    tags=["dabir"],
    params={
        "first": Param(
            "1393-01-01", title="First day", description="Jalali, such as 1393-01-01", type="string", pattern=DAY
        ),
        "last": Param("1499-12-29", title="Last day", description="Included", type="string", pattern=DAY),
        "outlets": Param(
            [],
            type=["array", "null"],
            title="Outlets",
            description="All where none is chosen",
            items={"type": "string", "enum": list(outlets)},
            examples=list(outlets),
            values_display={name: outlet.title for name, outlet in outlets.items()},
        ),
    },
    default_args={
        "pool": PAST_POOL,
        "priority_weight": PAST_PRIORITY,
        "weight_rule": "absolute",
        "retries": 3,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": 2.0,
        "execution_timeout": timedelta(hours=6),
    },
):

    @task
    def choose(params: Any = None) -> list[dict[str, str]]:
        """The months of outlets that the archive has pages of."""
        from dabir import reparse

        try:
            days = read_day(params["first"]), read_day(params["last"])
            return [part.to_json() for part in reparse.parts(settings, *days, params["outlets"] or ())]
        except ValueError as error:
            raise AirflowFailException(str(error)) from error

    @task(map_index_template="{{ label }}")
    def read_again(part: Any) -> dict[str, Any]:
        """Read and load the pages of one outlet's month."""
        from dabir import reparse

        chosen = reparse.Part.from_json(part)
        get_current_context()["label"] = chosen.label(outlets)  # type: ignore[typeddict-unknown-key]
        return reparse.reparse(settings, chosen).to_json()

    @task
    def tell(done: Any) -> dict[str, Any]:
        """Sum up what all of it changed."""
        from dabir import reparse

        total = sum(map(reparse.Reparsed.from_json, done), reparse.Reparsed())
        log = logging.getLogger(__name__)
        for (kind, rule, change), number in total.changes.most_common():
            log.info("%s %s: %d %s", kind, rule, number, change)
        log.info("%d pages read again: %s", total.pages, total.line())
        return total.to_json()

    tell(read_again.expand(part=choose()))
