"""The nightly run: each outlet's day is crawled, ingested and checked. Wiring only; the work is dabir.pipeline."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from airflow.providers.http.hooks.http import HttpHook
from airflow.providers.smtp.hooks.smtp import SmtpHook
from airflow.sdk import (
    DAG,
    Asset,
    BaseHook,
    CronDataIntervalTimetable,
    Metadata,
    Param,
    TriggerRule,
    get_current_context,
    task,
    task_group,
)
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException
from airflow.sdk.observability.stats import Stats

from dabir.plan import FIRST_DAY, Work, day_of_run, outlets_of, plan, provinces_of
from dabir.settings import read_settings

settings = read_settings()
outlets = outlets_of(settings)
provinces = provinces_of(outlets.values())
news = Asset("dabir://warehouse/news", extra={"tables": "articles and their records"})


def named(fields: dict[str, Any]) -> Work:
    """The work of a mapped task, which the grid shows under its name from here on."""
    work = Work.from_json(fields)
    get_current_context()["label"] = work.label(outlets)  # type: ignore[typeddict-unknown-key]
    return work


def say(line: str) -> str:
    """The line, which the grid shows beside the mapped task's name where it has a finding."""
    context = get_current_context()
    context["label"] = f"{context['label']}: {line.partition(': ')[2]}"  # type: ignore[typeddict-item, typeddict-unknown-key]
    return line


def send(notice: Any, connection_id: str, fields: dict[str, str]) -> None:
    """Send a notice by one of Airflow's connections: `smtp` mails it to `to`, `http` posts it as JSON.

    The JSON has the text and all `fields` but `endpoint`, which is the path; the connection's password, a token, stands
    there as {password}. So one form serves webhooks, Slack, Mattermost, Telegram and Bale. Raises what the mail hook
    does, and RuntimeError for HTTP, without the token that requests puts in its errors.
    """
    connection = BaseHook.get_connection(connection_id)
    if connection.conn_type == "smtp":
        with SmtpHook(smtp_conn_id=connection_id) as smtp:
            smtp.send_email_smtp(to=fields["to"], subject=notice.subject, html_content=notice.html)
        return
    password = connection.password or ""
    endpoint = fields.get("endpoint", "").replace("{password}", password)
    message = {"text": notice.text, **{name: value for name, value in fields.items() if name != "endpoint"}}
    try:
        HttpHook(http_conn_id=connection_id).run(endpoint, json=message, extra_options={"timeout": 30})
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        raise RuntimeError(said.replace(password, "***") if password else said) from None


def measure(works: Collection[Work]) -> None:
    """Send what was counted of the outlets' newest days as gauges, `dabir.<outlet>.<count>`."""
    from dabir import pipeline

    for name, value, outlet in pipeline.gauges(settings, works):
        Stats.gauge(name, value, tags={"outlet": outlet})


with DAG(
    dag_id="regional_news",
    dag_display_name="دبیر: اخبار استان‌ها",
    description="Crawl, ingest and check one Tehran day of every outlet",
    doc_md="""
**One run is one Tehran day.** The data interval (midnight to midnight) says which; each outlet of the day is

1. *crawled* into the archive of raw pages,
2. *ingested*: parsed, normalised, extracted and loaded in batches (skipped where no page was new),
3. *checked* against what was listed and against the outlet's other days (docs/operations.md says what each finding
   means). The run's end tells people what is new in one message.

Trigger it with chosen outlets, provinces and Jalali days, or *backfill* a range of days (`dabir backfill` does it by
Jalali days): pages that are archived are asked for on condition only, a failed day is taken up where it stopped.
Crawls of a backfill have a pool of their own, and all its tasks come after those of the nightly run. The log of each
task ends with its counts.
""",
    schedule=CronDataIntervalTimetable(settings.schedule, timezone="Asia/Tehran"),
    start_date=FIRST_DAY,
    catchup=False,
    max_active_runs=16,
    tags=["dabir"],
    params={
        "outlets": Param(
            [],
            type=["array", "null"],
            title="Outlets",
            description="All where none is chosen",
            items={"type": "string", "enum": list(outlets)},
            examples=list(outlets),
            values_display={name: outlet.title for name, outlet in outlets.items()},
        ),
        "provinces": Param(
            [],
            type=["array", "null"],
            title="Provinces",
            description="All where none is chosen",
            items={"type": "string", "enum": list(provinces)},
            examples=list(provinces),
            values_display=provinces,
        ),
        "days": Param(
            [],
            type=["array", "null"],
            title="Jalali days",
            description="Such as 1405-08-28, one a line; the day of the run where none is given",
            items={"type": "string", "pattern": "^1[34][0-9]{2}-[0-9]{2}-[0-9]{2}$"},
        ),
        "only_missing": Param(
            False,
            type="boolean",
            title="Only what is missing",
            description="Leave out outlets whose day is whole in the warehouse already",
        ),
    },
    default_args={
        # Above what dabir.policy gives the tasks of backfills; among equals the earlier day, then the earlier outlet.
        "priority_weight": 10,
        "weight_rule": "absolute",
        "retries": 3,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=30),
        "execution_timeout": timedelta(minutes=settings.crawl_timeout_minutes),
    },
):

    @task
    def choose(data_interval_start: Any = None, params: Any = None, dag_run: Any = None) -> list[dict[str, Any]]:
        """The outlets and days of this run."""
        from dabir import pipeline

        try:
            works = plan(
                settings,
                day=day_of_run(data_interval_start, dag_run.run_after),
                look_back=dag_run.run_type == "scheduled",
                **{name: params[name] or () for name in ("outlets", "provinces", "days")},
            )
        except ValueError as error:
            raise AirflowFailException(str(error)) from error
        return [work.to_json() for work in (pipeline.missing(settings, works) if params["only_missing"] else works)]

    @task_group
    def outlet_day(work: Any) -> None:
        @task(pool="crawl", map_index_template="{{ label }}")
        def crawl(work: Any) -> None:
            """Fetch what is new of the outlet's day into the archive."""
            from dabir import pipeline

            try:
                pipeline.crawl_day(settings, named(work))
            except pipeline.Hopeless as error:
                raise AirflowFailException(str(error)) from error

        @task(pool="ingest", map_index_template="{{ label }}")
        def ingest(work: Any) -> None:
            """Parse, extract and load what the archive holds of the day and the warehouse does not."""
            from dabir import pipeline

            if pipeline.ingest_day(settings, named(work)) is None:
                raise AirflowSkipException("nothing collected: no page of this day is new")

        @task(map_index_template="{{ label }}", trigger_rule=TriggerRule.ALL_DONE)
        def check(work: Any) -> str:
            """Hold the day against what was listed and the outlet's other days, whatever became of its crawl."""
            from dabir import pipeline

            try:
                return say(pipeline.check_day(settings, named(work)))
            except pipeline.CheckFailed as error:
                raise AirflowFailException(say(str(error))) from error

        crawl(work) >> ingest(work) >> check(work)

    @task(pool="ingest", retries=2)
    def resolve() -> str:
        """Tell who is who in what the run loaded: people, posts and institutions."""
        from dabir import pipeline, resolving

        with pipeline.connected(settings) as warehouse:
            return str(resolving.resolve(warehouse))

    @task(outlets=[news], retries=1)
    def announce(works: Any) -> Iterator[Metadata]:
        """Tell consumers and metrics, once a run, what the warehouse now holds of these days."""
        from dabir import pipeline

        if works is None:
            raise AirflowSkipException("the run ended before its outlets were chosen")
        chosen = [Work.from_json(work) for work in works]
        measure(chosen)
        yield Metadata(news, extra=pipeline.counts_of(settings, chosen))

    @task(retries=2)
    def notify(works: Any, dag_run: Any = None) -> str:
        """Tell people, in one message, the troubles that are new, changed, going on for long or over."""
        from dabir import notices

        if not settings.notify:
            raise AirflowSkipException("DABIR_NOTIFY names no connection")
        if dag_run.run_type == "backfill":
            raise AirflowSkipException("a backfill tells nothing: see the page Coverage")
        if works is None:
            raise AirflowSkipException("the run ended before its outlets were chosen")
        faults = []
        with notices.pending(settings, [Work.from_json(work) for work in works]) as notice:
            if not notice:
                raise AirflowSkipException("nothing new to tell")
            for connection_id, fields in settings.notify.items():
                try:
                    send(notice, connection_id, fields)
                except Exception as error:  # one channel that is down silences no other
                    faults.append(f"{connection_id}: {error}")
            if len(faults) == len(settings.notify):
                raise RuntimeError("; ".join(faults))
        if faults:
            raise AirflowFailException("; ".join(faults))
        return notice.subject

    works = choose()
    # A teardown runs whatever became of the outlets, and leaves the run's state to their checks. One that could fail
    # the run (on_failure_fail_dagrun) would stand after the checks as its only leaf, and hide their failures.
    days, announced = outlet_day.expand(work=works), announce(works).as_teardown()
    days >> resolve().as_teardown() >> announced
    days >> [announced, notify(works).as_teardown()]
