"""The command `dabir`. What a command needs is imported inside it, so that `--help` answers at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from dabir import cli_outlets, cli_warehouse
from dabir.terminal import close_broken_pipe, errors, fail, load_settings, open_console, open_warehouse

if TYPE_CHECKING:
    from parsing.records import Article

app = typer.Typer(
    name="dabir",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Dabir reads what Iran's regional news agencies publish and writes down who spoke or met, which
    organizations, what figures and which meetings, each traceable to the sentence that says it.

    **dabir run** shows the whole pipeline on sample agencies; **dabir parse** turns articles into records;
    **dabir import** loads an archive of them. Settings come from DABIR_… variables and .env (see .env.example).

    Days are Jalali, such as 1405-08-28, in any digits.

    Exit codes: 0 done; 1 something failed or was left out, as said on standard error; 2 wrong usage or settings.""",
)
_Articles = Annotated[str, typer.Argument(help="Articles as JSON lines, .gz too; - for standard input")]


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


@contextmanager
def _articles_of(file: str) -> Iterator[Iterator[tuple[Any, Article]]]:
    """The id and the article of each line. A line that holds none is told by its number; then the exit code is 1."""
    from dabir.lines import FileFault, Line, decode, open_lines
    from parsing.jsonl import article_from_json

    is_whole = True

    def read(lines: Iterator[Line]) -> Iterator[tuple[Any, Article]]:
        nonlocal is_whole
        for line in lines:
            try:
                row = decode(line)
                article = article_from_json(row)
            except ValueError as error:
                errors.print(f"{file}: line {line.number}: {error}", markup=False)
                is_whole = False
            else:
                yield row.get("id"), article

    try:
        with open_lines(file) as (lines, _, _):
            yield read(lines)
    except FileFault as error:
        fail(str(error))
    except BrokenPipeError:
        close_broken_pipe()
    if not is_whole:
        raise typer.Exit(1)


@app.command()
def parse(file: _Articles = "-") -> None:
    """Read articles, one JSON object a line, and print the records of each as one line of JSON.

    In: **{"id", "outlet", "kicker", "title", "lead", "body", "published"}**, all but one of the four texts
    may be null.
    Out: **{"id", "officials", "organizations", "metrics", "meetings"}**, in the order read.

    A line that cannot be read is told on standard error by its number and left out; the rest goes on and the exit code
    is 1.

    Examples:

        dabir parse articles.jsonl.gz > records.jsonl
        zcat articles.jsonl.gz | head -100 | dabir parse
    """
    import orjson

    from parsing.extract import extract
    from parsing.jsonl import records_to_json

    with _articles_of(file) as articles:
        for article_id, article in articles:
            sys.stdout.buffer.write(orjson.dumps(records_to_json(article_id, extract(article))) + b"\n")
        sys.stdout.buffer.flush()


@app.command()
def explain(
    file: _Articles,
    wanted: Annotated[str | None, typer.Option("--id", help="Only the article with this id")] = None,
) -> None:
    """Show articles with their records marked, and the rule that made each: how rules are debugged.

    The lines are those of **dabir parse**.

    Example:

        dabir explain articles.jsonl --id 1402071509876
    """
    from dabir.explain import explain as explained

    console = open_console()
    with _articles_of(file) as articles:
        for article_id, article in articles:
            if wanted is None or article_id == wanted:
                console.print(explained(article))


@app.command()
def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one", min=0, max=65535)] = 8090,
) -> None:
    """Show the warehouse in a browser: coverage, articles, officials, figures, rejects. No login, loopback only.

    Inside Airflow the same pages are behind its login, under the name دبیر.
    """
    import uvicorn
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from dabir.serve import pages_app

    with open_warehouse() as settings:
        # A page elsewhere must not reach these by a name that it lets point here.
        served = TrustedHostMiddleware(pages_app(settings), allowed_hosts=["127.0.0.1", "localhost"])
        uvicorn.run(served, host="127.0.0.1", port=port, log_level="info")


@app.command(name="import")
def import_(
    file: _Articles,
    outlet: Annotated[str | None, typer.Option(help="The outlet of lines that name none")] = None,
) -> None:
    """Load an archive of articles into the warehouse: normalise, extract, tell versions and copies apart, store.

    The lines are those of **dabir parse**. What became of each is counted: new articles, new versions of known
    ones, copies of another outlet's report, the same again, rejected (kept with the reason, and then the exit code
    is 1). Importing a file again adds nothing, and one that was killed half-way is simply started again.

    Example:

        dabir import isna-1402.jsonl.gz --outlet isna
    """
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    from dabir.importing import Imported, import_articles
    from dabir.lines import FileFault
    from dabir.pipeline import connected

    columns = ("{task.description}", BarColumn(), DownloadColumn(), TextColumn("{task.fields[shown]}"))
    try:
        with (
            open_warehouse() as settings,
            connected(settings) as engine,
            Progress(*columns, TimeRemainingColumn(), console=errors, transient=True) as progress,
        ):
            task = progress.add_task(file, total=None, shown="")

            def show(state: Imported) -> None:
                shown = f"{state.lines} articles"
                progress.update(task, completed=state.position, total=state.size or None, shown=shown)

            done = import_articles(
                engine,
                file,
                outlet=outlet,
                workers=settings.workers,
                batch_lines=settings.batch_articles,
                on_progress=show,
            )
            elapsed = progress.tasks[0].elapsed or 0.0
    except FileFault as error:
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
    if tally.rejected:
        left_out = "1 line was left out, because it is no article"
        if tally.rejected > 1:
            left_out = f"{tally.rejected} lines were left out, because they are no articles"
        fail(f"{left_out}: rejected_pages, and `dabir serve`, say why")


@app.command()
def status(
    days: Annotated[int, typer.Option(help="How many of the latest days to show", min=1, max=366)] = 7,
) -> None:
    """Show what the warehouse holds: counts of the latest crawled days per outlet, records, examples."""
    from sqlalchemy import text

    from dabir.pipeline import connected
    from dabir.summary import count_articles, summary

    with open_warehouse() as settings:
        with connected(settings) as engine, engine.connect() as connection:
            query = text("select distinct day_on from crawl_runs order by day_on desc limit :days")
            latest = connection.scalars(query, {"days": days}).all()
        console = open_console()
        console.print(summary(settings, latest))
        console.print(f"The warehouse holds {count_articles(settings)} articles.")


app.add_typer(cli_outlets.commands)
app.add_typer(cli_warehouse.commands)


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
