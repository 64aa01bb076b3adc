"""Commands on the warehouse and the archive: who is who, search, export, backup, pruning."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from dabir.terminal import (
    errors,
    fail,
    load_settings,
    moment_of,
    open_console,
    open_engine,
    open_warehouse,
    server_address,
)

commands = typer.Typer()
"""They stand beside those of dabir.cli."""


@commands.command()
def resolve() -> None:
    """Tell who is who: tie officials to people and posts, organizations to institutions, where records changed.

    The nightly run does it; by hand it is for after an import. Running it again changes nothing.
    """
    from dabir.resolving import resolve as resolved

    with open_engine() as engine:
        typer.echo(str(resolved(engine)))


@commands.command()
def search(
    query: Annotated[list[str], typer.Argument(help="Words, in any spelling; «a phrase» stands in quotation marks")],
    outlet: Annotated[str | None, typer.Option(help="Articles of this outlet alone")] = None,
    most: Annotated[int, typer.Option(help="How many to show", min=1, max=200)] = 20,
) -> None:
    """Find articles that hold all the words, the newest first: day, outlet, title and where the words stand.

    Example:

        dabir search خرم‌آباد «آب شرب» --outlet isna
    """
    from rich.text import Text

    from dabir.web.persian import jalali
    from db.text_search import search as found_in

    words = " ".join(query)
    if not words.strip():
        fail("there is no word to look for", 2)
    with open_engine() as engine, engine.connect() as connection:
        found = found_in(connection, words, outlet=outlet, limit=most)
    console = open_console()
    for hit in found.hits:
        console.print(Text(f"{jalali(hit.published_at)}  {hit.outlet}  {hit.title or ''}"), soft_wrap=True)
        pieces = [(piece.text, "bold" if piece.is_hit else "") for piece in hit.snippet]
        console.print(Text.assemble("    ", *pieces), soft_wrap=True)
    if not found.hits:
        typer.echo(f"no article{f' of {outlet}' if outlet else ''} holds all of these words")
    elif found.is_cut:
        typer.echo("there may be more: --most, or more words")


judge_app = typer.Typer(no_args_is_help=True, help="Verdicts on who is who, remembered whatever is read anew.")
commands.add_typer(judge_app, name="judge")
# An id may be negative, which is no option.
_IDS = {"ignore_unknown_options": True}
_Body = Annotated[bool, typer.Option("--body", help="The names and ids are of institutions, not of people")]
_Side = Annotated[str, typer.Argument(help="Id or key, as `dabir judge list` shows them")]
_Why = Annotated[str, typer.Option("--reason", help="Why, in words")]


@judge_app.command(name="list")
def judge_list(name: Annotated[str, typer.Argument(help="A name, in any spelling")], body: _Body = False) -> None:
    """Show who is called so: the id of each, and its keys with their mentions."""
    from dabir.resolving import known_as

    with open_engine() as engine, engine.connect() as connection:
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

    with open_engine() as engine:
        try:
            typer.echo(f"taken back: a verdict on {revoke(engine, judgement)} pairs of keys")
        except CannotJudge as error:
            fail(str(error))


def _judge(left: str, right: str, verdict: Literal["same", "different"], reason: str, body: bool) -> None:
    from dabir.resolving import judge
    from db.judgements import CannotJudge

    with open_engine() as engine:
        try:
            typer.echo(f"judgement {judge(engine, 'body' if body else 'person', left, right, verdict, reason)}")
        except CannotJudge as error:
            fail(str(error))


@commands.command()
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

    A file for each table, rows in the order of their keys, and **manifest.json**, which says how many rows and
    which columns each has, with the digest of its file. With **--since** each file holds the rows written since,
    and **….withdrawn.…** the keys of those that are gone; docs/operations.md says how to apply them.

    Examples:

        dabir export 1405-08-28
        dabir export changes --since 2026-11-19T00:00:00+03:30
        dabir export sheets --format csv --tables articles,metrics
    """
    from db.engine import WarehouseError, engine
    from db.export import ExportError, UnknownTables
    from db.export import export as exported
    from db.formats import FORMATS

    if format not in FORMATS:
        fail(f"{format} is no format; there are {', '.join(FORMATS)}", 2)
    try:
        moment = None if since is None else moment_of(since)
    except ValueError as error:
        fail(str(error), 2)
    names = [] if tables is None else [name.strip() for name in tables.split(",")]
    with server_address() as address:
        warehouse = engine(address)
        try:
            done = exported(warehouse, folder, format=format, since=moment, tables=names)
        except UnknownTables as error:
            fail(str(error), 2)
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


db_app = typer.Typer(no_args_is_help=True, help="The warehouse: its schema, address and size.")
commands.add_typer(db_app, name="db")


@db_app.command()
def upgrade() -> None:
    """Bring the schema of the warehouse to this version; nothing happens where it is."""
    with open_warehouse():
        typer.echo("the schema of the warehouse is at this version")


@db_app.command()
def check() -> None:
    """Compare the warehouse with the schema of this version; exit code 1 with one line for each difference."""
    from db.engine import check as faults_of

    with server_address() as url:
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

    with server_address() as address:
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
    with server_address() as address:
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
    open_console().print(table)


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
    with server_address() as address:
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

    with server_address() as address:
        try:
            revision = put_back(address, file)
        except BackupError as error:
            fail(str(error))
    typer.echo(f"{file}: restored, schema {revision}; exports of changes begin anew with a whole one")


archive_app = typer.Typer(no_args_is_help=True, help="The archive of raw pages.")
commands.add_typer(archive_app, name="archive")


@archive_app.command()
def verify(
    outlet: Annotated[str | None, typer.Argument(help="One outlet alone; all where not given")] = None,
) -> None:
    """Read every archived file and tell what is damaged, cut off or not as indexed; exit code 1 where any is."""
    from scrapers.archive import outlets_in
    from scrapers.verification import verify as faults_in

    archive = load_settings().archive
    if outlet is not None and outlet not in outlets_in(archive):
        fail(f"the archive has nothing of {outlet!r}", 2)
    is_whole = True
    for fault in faults_in(archive, outlet):
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

    Example:

        dabir archive prune --older-than 730 --dry-run
    """
    from datetime import UTC, timedelta

    from dabir.retention import prune_archive

    if (older_than is None) == (before is None):
        fail("say --older-than or --before", 2)
    now = datetime.now(UTC)
    try:
        moment = now - timedelta(days=older_than or 0) if before is None else moment_of(before)
    except ValueError as error:
        fail(str(error), 2)
    with open_warehouse() as settings:
        done = prune_archive(settings, moment, now=now, dry_run=dry_run)
    for line in done.left:
        errors.print(line, markup=False)
    typer.echo(
        f"{'would prune' if dry_run else 'pruned'} {done.pages} pages of {done.files} files, "
        f"{done.bytes / 1e6:.1f} MB; {done.kept} pages kept for rejects that wait, {len(done.left)} files left"
    )
