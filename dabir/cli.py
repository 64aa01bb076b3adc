"""The command `dabir`. What a command needs is imported inside it, so that `--help` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from sqlalchemy import Engine

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
errors = Console(stderr=True, highlight=False, soft_wrap=True)
WIDTH = 120  # of tables where the output is no terminal: nothing is cut


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def fail(message: str, code: int = 1) -> NoReturn:
    """End with one line on standard error."""
    errors.print(f"[red]dabir:[/] {message}" if errors.is_terminal else f"dabir: {message}", markup=errors.is_terminal)
    raise typer.Exit(code)


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
        code = run_pipeline(_settings(), once=once, console=_console())
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
        _close_broken_pipe()
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
    console = _console()
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
        _close_broken_pipe()
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
        with warehouse(_settings()) as settings:
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
        draft = captured(OUTLETS[outlet], url, into, work_dir=_settings().work_dir)
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

    settings = _settings()
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

    settings = _settings()
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

    settings = _settings()
    console = _console()
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

    settings = _settings()
    console = _console()
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
def resolve() -> None:
    """Tell who is who: tie officials to people and posts, organizations to institutions, where records changed.

    The nightly run does it; by hand it is for after an import. Running it again changes nothing.
    """
    from dabir.pipeline import connected
    from dabir.resolving import resolve as resolved
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    try:
        with warehouse(_settings()) as settings, connected(settings) as engine:
            typer.echo(str(resolved(engine)))
    except (ServerError, WarehouseError) as error:
        fail(str(error))


@app.command()
def search(
    query: Annotated[list[str], typer.Argument(help="Words, in any spelling; «a phrase» stands in quotation marks")],
    outlet: Annotated[str | None, typer.Option(help="Articles of this outlet alone")] = None,
    most: Annotated[int, typer.Option(help="How many to show", min=1, max=200)] = 20,
) -> None:
    """Find articles that hold all the words, the newest first: day, outlet, title and where the words stand."""
    from rich.text import Text

    from dabir.pipeline import connected
    from dabir.warehouse import warehouse
    from dabir.web.persian import jalali
    from db.engine import WarehouseError
    from db.server import ServerError
    from db.text_search import search as found_in

    try:
        with warehouse(_settings()) as settings, connected(settings) as engine, engine.connect() as connection:
            found = found_in(connection, " ".join(query), outlet=outlet, limit=most)
    except (ServerError, WarehouseError) as error:
        fail(str(error))
    console = _console()
    for hit in found.hits:
        console.print(Text(f"{jalali(hit.published_at)}  {hit.outlet}  {hit.title or ''}"), soft_wrap=True)
        pieces = [(piece.text, "bold" if piece.is_hit else "") for piece in hit.snippet]
        console.print(Text.assemble("    ", *pieces), soft_wrap=True)
    if not found.hits:
        typer.echo("no article holds all of these words")
    elif found.is_cut:
        typer.echo("there may be more: --most, or more words")


judge_app = typer.Typer(no_args_is_help=True, help="Verdicts on who is who, remembered whatever is read anew.")
app.add_typer(judge_app, name="judge")
# An id may be negative, which is no option.
_IDS = {"ignore_unknown_options": True}
_Body = Annotated[bool, typer.Option("--body", help="The names and ids are of institutions, not of people")]
_Side = Annotated[str, typer.Argument(help="Id or key, as `dabir judge list` shows them")]
_Why = Annotated[str, typer.Option("--reason", help="Why, in words")]


@judge_app.command(name="list")
def judge_list(name: Annotated[str, typer.Argument(help="A name, in any spelling")], body: _Body = False) -> None:
    """Show who is called so: the id of each, and its keys with their mentions."""
    from dabir.resolving import known_as

    with _judging() as engine, engine.connect() as connection:
        found = known_as(connection, "body" if body else "person", name)
    for entity, (shown, keys) in found.items():
        typer.echo(f"{entity}\t{shown}")
        for key, mentions in keys.items():
            typer.echo(f"\t{mentions}\t{key}")
    if not found:
        fail(f"nobody is called {name}" if not body else f"nothing is called {name}")


@judge_app.command(name="same", context_settings=_IDS)
def judge_same(left: _Side, right: _Side, reason: _Why, body: _Body = False) -> None:
    """Say that two are one; kept until it is revoked."""
    _judge(left, right, "same", reason, body)


@judge_app.command(name="different", context_settings=_IDS)
def judge_different(left: _Side, right: _Side, reason: _Why, body: _Body = False) -> None:
    """Say that two are not one; by key where one row holds both. Kept until it is revoked."""
    _judge(left, right, "different", reason, body)


@judge_app.command(name="revoke", context_settings=_IDS)
def judge_revoke(judgement: Annotated[int, typer.Argument(help="Id that the verdict was given")]) -> None:
    """Take a verdict back."""
    from dabir.resolving import revoke
    from db.judgements import CannotJudge

    with _judging() as engine:
        try:
            typer.echo(f"taken back: a verdict on {revoke(engine, judgement)} pairs of keys")
        except CannotJudge as error:
            fail(str(error))


def _judge(left: str, right: str, verdict: Literal["same", "different"], reason: str, body: bool) -> None:
    from dabir.resolving import judge
    from db.judgements import CannotJudge

    with _judging() as engine:
        try:
            typer.echo(f"judgement {judge(engine, 'body' if body else 'person', left, right, verdict, reason)}")
        except CannotJudge as error:
            fail(str(error))


@contextmanager
def _judging() -> Iterator[Engine]:
    from dabir.pipeline import connected
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    try:
        with warehouse(_settings()) as settings, connected(settings) as engine:
            yield engine
    except (ServerError, WarehouseError) as error:
        fail(str(error))


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

    settings = _settings()
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
    _console().print(table)


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
        with warehouse(_settings()) as settings:
            with connected(settings) as engine, engine.connect() as connection:
                query = text("select distinct day_on from crawl_runs order by day_on desc limit :days")
                latest = connection.scalars(query, {"days": days}).all()
            console = _console()
            console.print(summary(settings, latest))
            console.print(f"The warehouse holds {count_articles(settings)} articles.")
    except (ServerError, WarehouseError) as error:
        fail(str(error))


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder to make; one that is there must be empty")],
    format: Annotated[str, typer.Option(help="parquet, csv or jsonl")] = "parquet",
    since: Annotated[
        str | None,
        typer.Option(help="Only what changed since: as_of of an earlier export, or a Jalali day (Tehran)"),
    ] = None,
    tables: Annotated[
        str | None, typer.Option(help="Names of tables, with commas between; all where not given")
    ] = None,
) -> None:
    """Write the warehouse to files: Parquet with types, CSV that spreadsheets cannot run, or JSON Lines.

    A file for each table, rows in the order of their keys, and [bold]manifest.json[/], which says how many rows and
    which columns each has, with the digest of its file. With [bold]--since[/] each file holds the rows written since,
    and [bold]….withdrawn.…[/] the keys of those that are gone; docs/operations.md says how to apply them.
    """
    from db.engine import WarehouseError, engine
    from db.export import ExportError
    from db.export import export as exported
    from db.formats import FORMATS

    if format not in FORMATS:
        fail(f"{format} is no format; there are {', '.join(FORMATS)}", 2)
    try:
        moment = None if since is None else _moment(since)
    except ValueError as error:
        fail(str(error), 2)
    names = [] if tables is None else [name.strip() for name in tables.split(",")]
    with _server_address() as address:
        warehouse = engine(address)
        try:
            done = exported(warehouse, folder, format=format, since=moment, tables=names)
        except (ExportError, WarehouseError) as error:
            fail(str(error))
        finally:
            warehouse.dispose()
    typer.echo(
        f"{folder}: {sum(done.rows.values())} rows of {len(done.rows)} tables"
        + (f", {sum(done.withdrawn.values())} keys withdrawn" if since else "")
        + (f"; next: --since {done.as_of.isoformat()}" if done.as_of else "")
    )
    for unfit in done.unfit:
        errors.print(unfit, markup=False)
    if done.unfit:
        raise typer.Exit(1)


def _moment(text: str) -> datetime:
    """A time with its offset, or the beginning of a Jalali day in Tehran. Raises ValueError."""
    from zoneinfo import ZoneInfo

    from dabir.days import read_day

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None:
        return moment
    try:
        return datetime.combine(read_day(text), time(), ZoneInfo("Asia/Tehran"))
    except ValueError as error:
        raise ValueError(f"{error}, nor a time with its offset such as 2026-11-25T08:00:00+00:00") from None


db_app = typer.Typer(no_args_is_help=True, help="The warehouse: its schema, address and size.")
app.add_typer(db_app, name="db")


@db_app.command()
def upgrade() -> None:
    """Bring the schema of the warehouse to this version; nothing happens where it is."""
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    try:
        with warehouse(_settings()):
            typer.echo("the schema of the warehouse is at this version")
    except (ServerError, WarehouseError) as error:
        fail(str(error))


@db_app.command()
def check() -> None:
    """Compare the warehouse with the schema of this version; exit code 1 with one line for each difference."""
    from db.engine import check as faults_of

    with _server_address() as url:
        faults = faults_of(url)
    for fault in faults:
        errors.print(fault, markup=False)
    if faults:
        raise typer.Exit(1)
    typer.echo("the warehouse is as this version expects it")


@db_app.command()
def url() -> None:
    """Print the address of the warehouse without its password, for psql and other clients.

    The embedded PostgreSQL answers only while a command of Dabir runs.
    """
    from sqlalchemy import make_url

    with _server_address() as address:
        typer.echo(make_url(address).set(drivername="postgresql").render_as_string(hide_password=True))


@db_app.command()
def size() -> None:
    """Print the size of each table with its indexes, the largest first, and of the whole database.

    Rows are what the server last estimated; - where it has not looked at a table yet.
    """
    from rich.table import Table
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    from db.engine import engine, unreachable

    query = """select c.oid::regclass::text as name, nullif(reltuples, -1)::bigint as rows,
            pg_total_relation_size(c.oid) as bytes
        from pg_class c
        where relkind = 'r' and relnamespace in (select oid from pg_namespace where nspname in ('public', 'tracking'))
        order by bytes desc, name"""
    table = Table("table", "rows, about", "MB", box=None)
    with _server_address() as address:
        warehouse = engine(address)
        try:
            with warehouse.connect() as connection:
                for row in connection.execute(text(query)):
                    table.add_row(row.name, "-" if row.rows is None else str(row.rows), f"{row.bytes / 1e6:.1f}")
                whole = connection.scalar(text("select pg_database_size(current_database())")) or 0
        except OperationalError as error:
            fail(unreachable(error))
        finally:
            warehouse.dispose()
    table.add_row("the whole database", "", f"{whole / 1e6:.1f}")
    _console().print(table)


@db_app.command()
def backup(
    place: Annotated[
        Path,
        typer.Argument(help="File to make, or a folder, in which it is named by the time (UTC)", metavar="FILE|FOLDER"),
    ],
) -> None:
    """Write the whole warehouse, as it is at one moment, to a file, and its digest to FILE.sha256.

    Work may go on meanwhile. The raw pages of the archive are not in it.
    """
    from datetime import UTC

    from db.backup import BackupError
    from db.backup import backup as back_up

    file = place / f"dabir-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump" if place.is_dir() else place
    with _server_address() as address:
        try:
            size = back_up(address, file)
        except BackupError as error:
            fail(str(error))
    typer.echo(f"{file}: {size / 1e6:.1f} MB")


@db_app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file of `dabir db backup`, with its digest beside it")],
) -> None:
    """Put a backup into an empty database, all of it or nothing; a warehouse that holds anything is left alone."""
    from db.backup import BackupError
    from db.backup import restore as put_back

    with _server_address() as address:
        try:
            revision = put_back(address, file)
        except BackupError as error:
            fail(str(error))
    typer.echo(f"{file}: restored, schema {revision}; exports of changes begin anew with a whole one")


@contextmanager
def _server_address() -> Iterator[str]:
    """The address of the warehouse as it is, its schema not changed."""
    from dabir.warehouse import DATABASE
    from db.engine import WarehouseError
    from db.server import ServerError, ensure_database, start

    settings = _settings()
    try:
        if settings.database_url is not None:
            yield settings.database_url.get_secret_value()
        else:
            with start(settings.postgres_dir) as server:
                yield ensure_database(server, DATABASE)
    except (ServerError, WarehouseError) as error:
        fail(str(error))


archive_app = typer.Typer(no_args_is_help=True, help="The archive of raw pages.")
app.add_typer(archive_app, name="archive")


@archive_app.command()
def verify(
    outlet: Annotated[str | None, typer.Argument(help="One outlet alone; all where not given")] = None,
) -> None:
    """Read every archived file and tell what is damaged, cut off or not as indexed; exit code 1 where any is."""
    from scrapers.archive import verify as faults_in

    is_whole = True
    for fault in faults_in(_settings().archive, outlet):
        errors.print(f"{fault.file}: byte {fault.offset}: {fault.reason}", markup=False)
        is_whole = False
    if not is_whole:
        raise typer.Exit(1)
    typer.echo("every file of the archive is whole")


@archive_app.command()
def prune(
    older_than: Annotated[int | None, typer.Option(help="Crawled more than this many days ago", min=0)] = None,
    before: Annotated[str | None, typer.Option(help="Crawled before this Jalali day (Tehran)")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go")] = False,
) -> None:
    """Remove raw pages of old crawls. Articles and records stay, and so does what the archive knows of each page.

    Kept are files that are not loaded yet or damaged, and the pages of rejects that still wait for a better reading.
    What is pruned cannot be read again with later rules.
    """
    from datetime import UTC, timedelta

    from dabir.retention import prune_archive
    from dabir.warehouse import warehouse
    from db.engine import WarehouseError
    from db.server import ServerError

    if (older_than is None) == (before is None):
        fail("say --older-than or --before", 2)
    now = datetime.now(UTC)
    try:
        moment = now - timedelta(days=older_than or 0) if before is None else _moment(before)
    except ValueError as error:
        fail(str(error), 2)
    try:
        with warehouse(_settings()) as settings:
            done = prune_archive(settings, moment, now=now, dry_run=dry_run)
    except (ServerError, WarehouseError) as error:
        fail(str(error))
    for line in done.left:
        errors.print(line, markup=False)
    typer.echo(
        f"{'would prune' if dry_run else 'pruned'} {done.pages} pages of {done.files} files, "
        f"{done.bytes / 1e6:.1f} MB; {done.kept} pages kept for rejects that wait, {len(done.left)} files left"
    )


def _settings() -> Settings:
    from dabir.settings import SettingsError, read_settings

    try:
        return read_settings()
    except SettingsError as error:
        for fault in error.faults:
            errors.print(fault, markup=False)
        raise typer.Exit(2) from error


def _close_broken_pipe() -> NoReturn:
    """Whoever read standard output has gone: end without a traceback, as other tools of a pipe do."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise typer.Exit(1)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
