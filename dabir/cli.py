"""The command `dabir`. What a command needs is imported inside it, so that `--help` answers at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

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
errors = Console(stderr=True, highlight=False, soft_wrap=True)


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
        code = run_pipeline(_settings(), once=once, console=Console(highlight=False))
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
    from parsing.document import normalize_article
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
                records = extract(normalize_article(article))
                sys.stdout.buffer.write(orjson.dumps(records_to_json(row.get("id"), records)) + b"\n")
        sys.stdout.buffer.flush()
    except FileFault as error:
        fail(str(error))
    except BrokenPipeError:
        _close_broken_pipe()
    if not is_whole:
        raise typer.Exit(1)


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
