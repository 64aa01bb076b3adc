"""The command `dabir`. What a command needs is imported inside it, so that `--help` answers at once."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from dabir.cli_warehouse import commands
from dabir.terminal import close_broken_pipe, errors, fail, load_settings, open_console

if TYPE_CHECKING:
    from dabir.settings import Settings

app = typer.Typer(
    name="dabir",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Dabir reads what Iran's regional news agencies publish and writes down who spoke or met, which
    organizations, what figures and which meetings, each traceable to the sentence that says it.

    [bold]dabir run[/] shows the whole pipeline on sample agencies; [bold]dabir parse[/] turns articles into records;
    [bold]dabir import[/] loads an archive of them. Settings come from DABIR_… variables and .env (see .env.example).

    Exit codes: 0 done; 1 something failed or was left out, as said on standard error; 2 wrong usage or settings.""",
)


@app.command()
def run(
    once: Annotated[
        bool, typer.Option("--once", help="End after the summary, with exit code 1 where a day failed")
    ] = False,
) -> None:
    """Show the whole pipeline: PostgreSQL, Airflow and the sample agencies, from their pages to rows.

    Everything is started here and ends with this command. The days of the sample agencies are run as DAG runs of
    Airflow; then come the counts, some records with their sentences, and the address of Airflow's UI, which stays up
    until Ctrl-C. Run again, everything is there already and 0 articles are added.
    """
    from dabir.run import CannotRun
    from dabir.run import run as run_pipeline

    try:
        code = run_pipeline(load_settings(), once=once, console=open_console())
    except CannotRun as error:
        fail(str(error))
    raise typer.Exit(code)


@app.command()
def parse(
    file: Annotated[str, typer.Argument(help="Articles as JSON lines, .gz too; - for standard input")] = "-",
) -> None:
    """Read articles, one JSON object a line, and print the records of each as one line of JSON.

    In: [bold]{"id", "outlet", "kicker", "title", "lead", "body", "published"}[/], any of them null but title or body.
    Out: [bold]{"id", "officials", "organizations", "metrics", "meetings"}[/], in the order read.

    A line that cannot be read is told on standard error by its number and left out; the rest goes on and the exit code
    is 1.
    """
    import orjson

    from dabir.lines import FileFault, decode, open_lines
    from parsing.extract import extract
    from parsing.jsonl import article_from_json, records_to_json

    is_whole = True
    try:
        with open_lines(file) as (lines, _, _):
            for line in lines:
                try:
                    row = decode(line)
                    article = article_from_json(row)
                except ValueError as error:
                    errors.print(f"{file}: line {line.number}: {error}", markup=False)
                    is_whole = False
                    continue
                records = extract(article)
                sys.stdout.buffer.write(orjson.dumps(records_to_json(row.get("id"), records)) + b"\n")
        sys.stdout.buffer.flush()
    except FileFault as error:
        fail(str(error))
    except BrokenPipeError:
        close_broken_pipe()
    if not is_whole:
        raise typer.Exit(1)


@app.command()
def explain(
    file: Annotated[str, typer.Argument(help="Articles as JSON lines, .gz too; - for standard input")],
    article_id: Annotated[str | None, typer.Option("--id", help="Only the article with this id")] = None,
) -> None:
    """Show articles with their records marked, and the rule that made each: how rules are debugged."""
    from dabir.explain import explain as explained
    from dabir.lines import FileFault, decode, open_lines
    from parsing.jsonl import article_from_json

    is_whole = True
    console = open_console()
    try:
        with open_lines(file) as (lines, _, _):
            for line in lines:
                try:
                    row = decode(line)
                    if article_id is None or row.get("id") == article_id:
                        console.print(explained(article_from_json(row)))
                except ValueError as error:
                    errors.print(f"{file}: line {line.number}: {error}", markup=False)
                    is_whole = False
    except FileFault as error:
        fail(str(error))
    except BrokenPipeError:
        close_broken_pipe()
    if not is_whole:
        raise typer.Exit(1)


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one")] = 8090,
) -> None:
    """Show the warehouse in a browser: coverage, articles, officials, figures, rejects. No login, loopback only.

    Inside Airflow the same pages are behind its login, under the name دبیر.
    """
    import uvicorn
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from dabir.serve import pages_app
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    try:
        with warehouse(load_settings()) as settings:
            # A page elsewhere must not reach these by a name that it lets point here.
            served = TrustedHostMiddleware(pages_app(settings), allowed_hosts=["127.0.0.1", "localhost"])
            uvicorn.run(served, host="127.0.0.1", port=port, log_level="info")
    except (ServerError, WarehouseError) as error:
        fail(str(error))


@app.command()
def capture(
    outlet: Annotated[str, typer.Argument(help="Name of the outlet, as `dabir outlets` shows it")],
    url: Annotated[str, typer.Argument(help="Address of one of its articles")],
    into: Annotated[Path, typer.Option(help="Folder of page fixtures")] = Path("tests/pages"),
) -> None:
    """Save a page as a test fixture and draft the article expected of it, for a person to check."""
    from scrapers.capture import CaptureError
    from scrapers.capture import capture as captured
    from scrapers.outlets import OUTLETS

    if outlet not in OUTLETS:
        fail(f"there is no outlet {outlet!r}; `dabir outlets` lists them", 2)
    try:
        draft = captured(OUTLETS[outlet], url, into, work_dir=load_settings().work_dir)
    except (CaptureError, ValueError) as error:
        fail(str(error))
    typer.echo(f"{draft.with_suffix('.html')}\n{draft}: check it against the page")


@app.command(name="import")
def import_(
    file: Annotated[str, typer.Argument(help="Articles as JSON lines, .gz too; - for standard input")],
    outlet: Annotated[str | None, typer.Option(help="The outlet of lines that name none")] = None,
) -> None:
    """Load an archive of articles into the warehouse: normalise, extract, tell versions and copies apart, store.

    The lines are those of [bold]dabir parse[/]. What became of each is counted: new articles, new versions of known
    ones, copies of another outlet's report, the same again, rejected (kept with the reason). Importing a file again
    adds nothing, and one that was killed half-way is simply started again.
    """
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from dabir.importing import Imported, import_articles
    from dabir.lines import FileFault
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError, engine
    from db.server import ServerError

    settings = load_settings()
    columns = ("{task.description}", BarColumn(), DownloadColumn(), TextColumn("{task.fields[shown]}"))
    try:
        with (
            warehouse(settings) as settings,
            Progress(*columns, TimeRemainingColumn(), console=errors, transient=True) as progress,
        ):
            task = progress.add_task(file, total=None, shown="")

            def show(state: Imported) -> None:
                shown = f"{state.lines} articles"
                progress.update(task, completed=state.position, total=state.size or None, shown=shown)

            assert settings.database_url is not None
            done = import_articles(
                engine(settings.database_url.get_secret_value()),
                file,
                outlet=outlet,
                workers=settings.workers,
                batch_lines=settings.batch_articles,
                on_progress=show,
            )
            elapsed = progress.tasks[0].elapsed or 0.0
    except (FileFault, ServerError, WarehouseError) as error:
        fail(str(error))
    tally = done.tally
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"{done.lines} lines read: {tally.new} new articles, {tally.versions} versions, {tally.copies} copies, "
        f"{tally.same} the same again, {tally.rejected} rejected"
    )
    console.print(
        f"records: {tally.officials} officials, {tally.organizations} organizations, {tally.metrics} metrics, "
        f"{tally.meetings} meetings"
    )
    added = done.lines - done.known_lines
    if added:
        console.print(f"{added / max(elapsed, 0.001):.0f} lines/s, {elapsed:.0f} s")
    if done.known_lines:
        console.print(f"{done.known_lines} of these lines were loaded before: for them 0 rows were added")


@app.command()
def crawl(
    outlet: Annotated[str, typer.Argument(help="Name of an outlet, as `dabir outlets` lists them")],
    day: Annotated[str | None, typer.Option(help="Jalali day, such as 1405-08-28")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First of a range of Jalali days")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last of the range, included")] = None,
    province: Annotated[str | None, typer.Option(help="One province alone, such as lorestan")] = None,
    contact: Annotated[str | None, typer.Option(help="How the outlet can reach you; else DABIR_CONTACT")] = None,
) -> None:
    """Crawl days of one outlet into the archive, load them, and say what was found and lost.

    Polite by the outlet's own declaration, and resumable: what is archived already is asked for on condition only. Exit
    code 1 where a day is not whole.
    """
    from rich.logging import RichHandler

    from dabir import pipeline
    from dabir.days import days_between, read_day
    from dabir.plan import Work, outlets_of
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    settings = load_settings()
    if (day is None) == (first is None or last is None):
        fail("say --day, or --from and --to", 2)
    try:
        days = [read_day(day)] if day else list(days_between(read_day(first or ""), read_day(last or "")))
    except ValueError as error:
        fail(str(error), 2)
    outlets = outlets_of(settings)
    if outlet not in outlets:
        fail(f"{outlet} is no outlet; there are {', '.join(outlets)}", 2)
    settings = settings.model_copy(update={"contact": contact or settings.contact})
    if not settings.contact and outlets[outlet].loopback is None:
        fail("DABIR_CONTACT: set it, or give --contact: an outlet must be able to reach whoever crawls it", 2)
    import logging

    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[RichHandler(console=errors)])
    is_whole = True
    try:
        with warehouse(settings) as settings:
            for each in days:
                work = Work(outlet=outlet, day=each, province=province)
                try:
                    report = pipeline.crawl_day(settings, work)
                    typer.echo(f"{work.outlet} {each}: {pipeline.crawl_line(report)}")
                    if (tally := pipeline.ingest_day(settings, work)) is not None:
                        typer.echo(f"{work.outlet} {each}: {pipeline.tally_line(tally)}")
                    pipeline.check_day(settings, work)
                except (pipeline.CrawlFailed, pipeline.Hopeless, pipeline.CheckFailed) as error:
                    errors.print(str(error), markup=False)
                    is_whole = False
    except (ServerError, WarehouseError) as error:
        fail(str(error))
    if not is_whole:
        raise typer.Exit(1)


@app.command()
def backfill(
    first: Annotated[str | None, typer.Option("--from", help="First Jalali day, such as 1393-01-01")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last Jalali day, included")] = None,
    outlet: Annotated[list[str] | None, typer.Option(help="An outlet alone; may be given again")] = None,
    again: Annotated[
        str | None, typer.Option(help="Days that have run before: [bold]failed[/] ones, or [bold]all[/]")
    ] = None,
    pause: Annotated[bool, typer.Option("--pause", help="Start no further day of the running backfill")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a paused backfill")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Give up the days that have not begun")] = False,
) -> None:
    """Have Airflow crawl and load a range of days, and show how far it is and how long it takes.

    Each day is a run of Airflow; the nightly run goes before. Ctrl-C ends this display and nothing else: run the
    command again, with nothing or with the same range, and it shows the backfill where it is. Days that have run are
    left out unless --again says so, and what is whole of them is not crawled again but by --again all. With --outlet
    all days are gone through for that outlet. Exit code 1 where a day failed.
    """
    from dabir import backfill as backfills
    from dabir.days import read_day
    from dabir.scheduler import SchedulerError

    settings = load_settings()
    console = open_console()
    changes = [name for name, is_wanted in (("pause", pause), ("unpause", resume), ("cancel", cancel)) if is_wanted]
    if len(changes) > 1 or (changes and (first or last)):
        fail("say one of --from with --to, --pause, --resume, --cancel", 2)
    if (first is None) != (last is None):
        fail("say both --from and --to, or neither to see the running backfill", 2)
    if again not in (None, "failed", "all"):
        fail("--again is failed or all", 2)
    try:
        days = (read_day(first), read_day(last)) if first and last else None
        if days and days[0] > days[1]:
            fail("--from is after --to", 2)
    except ValueError as error:
        fail(str(error), 2)
    number = None
    try:
        scheduler = backfills.scheduler_of(settings)
        if changes:
            typer.echo(backfills.change(scheduler, changes[0]))
            if changes != ["unpause"]:
                return
        if days:
            number = backfills.start(scheduler, *days, wanted=outlet or (), again=again, say=typer.echo)  # type: ignore[arg-type]
        else:
            number = backfills.latest(scheduler)
        state = backfills.follow(scheduler, number, console)
        count, some = backfills.failed_days(scheduler, number)
    except (backfills.BackfillRefused, SchedulerError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        goes_on = "The backfill goes on in Airflow: " if number is not None else ""
        errors.print(f"{goes_on}`dabir backfill` shows it, --pause, --resume and --cancel change it", markup=False)
        raise typer.Exit(130) from None
    if count:
        more = " …" if count > len(some) else ""
        typer.echo(f"failed: {', '.join(some)}{more}; Airflow's grid says why. Once more: the same with --again failed")
        raise typer.Exit(1)
    if not state.is_over:
        typer.echo("paused: `dabir backfill --resume` goes on")


@app.command()
def reparse(
    first: Annotated[str, typer.Option("--from", help="First Jalali day that was crawled, such as 1393-01-01")],
    last: Annotated[str, typer.Option("--to", help="Last of these days, included")],
    outlet: Annotated[list[str] | None, typer.Option(help="An outlet alone; may be given again")] = None,
) -> None:
    """Read archived pages again with today's layouts and rules, without network, and show what that changed.

    Records are replaced where they differ, and the difference is kept in record_changes; rejected pages that can be
    read by now become articles. Pages that this code has read before are passed over, and where nothing changed no row
    is written. Airflow does the same with the DAG [bold]reparse[/].
    """
    from functools import partial

    from dabir import reparse as reparsing
    from dabir.days import read_day
    from dabir.extraction import in_order
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    settings = load_settings()
    console = open_console()
    try:
        days = read_day(first), read_day(last)
        with warehouse(settings) as settings:
            parts = reparsing.parts(settings, *days, outlet or ())
            total = reparsing.Reparsed()
            results = in_order(partial(reparsing.reparse, settings), parts, settings.workers)
            for part, done in zip(parts, results, strict=True):
                typer.echo(f"{part.name()}: {done.line()}")
                total += done
    except ValueError as error:
        fail(str(error), 2)
    except (ServerError, WarehouseError) as error:
        fail(str(error))
    if total.changes:
        console.print(reparsing.changes_table(total))
    typer.echo(f"{total.pages} pages read again: {total.line()}")


@app.command()
def outlets(
    seen: Annotated[bool, typer.Option("--seen", help="Also when the warehouse last saw an article of each")] = False,
) -> None:
    """List the outlets that can be crawled: family, host, provinces, archive, and how well each is known.

    Evidence: A real pages were seen, B two or more independent crawlers agree, C one crawler, D addresses only. What
    is not evidenced is blank.
    """
    from rich.table import Table

    from dabir.days import jalali_day
    from dabir.plan import outlets_of

    settings = load_settings()
    last = _last_seen(settings) if seen else {}
    columns = ("name", "title", "family", "host", "provinces", "archive", "since", "a day", "footer", "evidence")
    table = Table(*columns, *(["last seen"] if seen else []), box=None)
    a_day = date(2026, 1, 1)  # any: whether the family has addresses of days at all
    for outlet in outlets_of(settings).values():
        row = (
            outlet.name,
            outlet.title,
            outlet.family.name,
            outlet.base_url.partition("://")[2],
            outlet.province or str(len(outlet.provinces) or ""),
            "by day" if outlet.archive_url(a_day) else "no",
            jalali_day(outlet.archive_from) if outlet.archive_from else "",
            str(outlet.daily_articles or ""),
            outlet.footer,
            outlet.evidence,
        )
        table.add_row(*row, *([last.get(outlet.name, "never")] if seen else []))
    open_console().print(table)


def _last_seen(settings: Settings) -> dict[str, str]:
    from sqlalchemy import text

    from dabir.pipeline import connected
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    try:
        with warehouse(settings) as settings, connected(settings) as engine, engine.connect() as connection:
            rows = connection.execute(text("select outlet, max(last_seen_at) from articles group by outlet"))
            return {outlet: f"{at:%Y-%m-%d %H:%M}" for outlet, at in rows}
    except (ServerError, WarehouseError) as error:
        fail(str(error))


@app.command()
def status(
    days: Annotated[int, typer.Option(help="How many of the latest days to show", min=1, max=366)] = 7,
) -> None:
    """Show what the warehouse holds: counts of the latest crawled days per outlet, records, examples."""
    from sqlalchemy import text

    from dabir.pipeline import connected
    from dabir.summary import count_articles, summary
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    try:
        with warehouse(load_settings()) as settings:
            with connected(settings) as engine, engine.connect() as connection:
                query = text("select distinct day_on from crawl_runs order by day_on desc limit :days")
                latest = connection.scalars(query, {"days": days}).all()
            console = open_console()
            console.print(summary(settings, latest))
            console.print(f"The warehouse holds {count_articles(settings)} articles.")
    except (ServerError, WarehouseError) as error:
        fail(str(error))


app.add_typer(commands)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
