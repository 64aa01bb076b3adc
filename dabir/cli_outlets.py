"""Commands on outlets and their days: list them, save a page of one, crawl, backfill, read the archive again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import typer

from dabir.terminal import errors, fail, load_settings, open_console, open_engine, open_warehouse

commands = typer.Typer()
"""They stand beside those of dabir.cli."""
_Outlet = Annotated[str, typer.Argument(help="Name of an outlet, as `dabir outlets` lists them")]
_Outlets = Annotated[list[str] | None, typer.Option(help="An outlet alone; may be given again")]


def _demand(names: Collection[str], outlets: Collection[str]) -> None:
    """End with exit code 2 where a name is that of no outlet."""
    for name in names:
        if name not in outlets:
            fail(f"there is no outlet {name!r}; `dabir outlets` lists them", 2)


@commands.command()
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

    last = _last_seen() if seen else {}
    columns = ("name", "title", "family", "host", "provinces", "archive", "since", "a day", "footer", "evidence")
    table = Table(*columns, *(["last seen"] if seen else []), box=None)
    a_day = date(2026, 1, 1)  # any: whether the family has addresses of days at all
    for outlet in outlets_of(load_settings()).values():
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


def _last_seen() -> dict[str, str]:
    from sqlalchemy import text

    with open_engine() as engine, engine.connect() as connection:
        rows = connection.execute(text("select outlet, max(last_seen_at) from articles group by outlet"))
        return {outlet: f"{at:%Y-%m-%d %H:%M}" for outlet, at in rows}


NO_CONTACT: Final = "DABIR_CONTACT: set it, or give --contact: an outlet must be able to reach whoever crawls it"


@commands.command()
def capture(
    outlet: _Outlet,
    url: Annotated[str, typer.Argument(help="Address of one of its articles")],
    into: Annotated[Path, typer.Option(help="Folder of page fixtures")] = Path("tests/pages"),
    contact: Annotated[str | None, typer.Option(help="How the outlet can reach you; else DABIR_CONTACT")] = None,
) -> None:
    """Save a page as a test fixture and draft the article expected of it, for a person to check.

    Example:

        dabir capture isna https://www.isna.ir/news/1402071509876
    """
    from scrapers.capture import CaptureError
    from scrapers.capture import capture as captured
    from scrapers.outlets import OUTLETS

    settings = load_settings()
    _demand([outlet], OUTLETS)
    if not (contact := contact or settings.contact):
        fail(NO_CONTACT, 2)
    try:
        draft = captured(OUTLETS[outlet], url, into, work_dir=settings.work_dir, contact=contact)
    except (CaptureError, ValueError) as error:
        fail(str(error))
    typer.echo(f"{draft.with_suffix('.html')}\n{draft}: check it against the page")


@commands.command()
def crawl(
    outlet: _Outlet,
    day: Annotated[str | None, typer.Option(help="Jalali day, such as 1405-08-28")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First of a range of Jalali days")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last of the range, included")] = None,
    province: Annotated[str | None, typer.Option(help="One province alone, such as lorestan")] = None,
    contact: Annotated[str | None, typer.Option(help="How the outlet can reach you; else DABIR_CONTACT")] = None,
) -> None:
    """Crawl days of one outlet into the archive, load them, and say what was found and lost.

    Polite by the outlet's own declaration, and resumable: what is archived already is asked for on condition only. Exit
    code 1 where a day is not whole.

    Examples:

        dabir crawl isna --day 1402-07-15 --contact mailto:desk@example.ir
        dabir crawl irna --from 1402-07-01 --to 1402-07-30 --province lorestan
    """
    import logging

    from rich.logging import RichHandler

    from dabir import pipeline
    from dabir.days import days_between, read_day, read_range
    from dabir.plan import Work, outlets_of, provinces_of

    settings = load_settings()
    if (first is None) != (last is None) or (day is None) == (first is None):
        fail("say --day, or --from and --to", 2)
    try:
        days = list(days_between(*read_range(first, last))) if first and last else [read_day(day or "")]
    except ValueError as error:
        fail(str(error), 2)
    outlets = outlets_of(settings)
    _demand([outlet], outlets)
    declared = outlets[outlet]
    if province is not None and province not in (provinces := provinces_of([declared])):
        fail(f"{outlet} has no province {province!r}; known: {', '.join(provinces) or 'none'}", 2)
    settings = settings.model_copy(update={"contact": contact or settings.contact})
    if not settings.contact and declared.loopback is None:
        fail(NO_CONTACT, 2)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[RichHandler(console=errors)])
    is_whole = True
    with open_warehouse(settings) as settings:
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
    if not is_whole:
        raise typer.Exit(1)


@commands.command()
def backfill(
    first: Annotated[str | None, typer.Option("--from", help="First Jalali day, such as 1393-01-01")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last Jalali day, included")] = None,
    outlet: _Outlets = None,
    again: Annotated[str | None, typer.Option(help="Days that have run before: **failed** ones, or **all**")] = None,
    pause: Annotated[bool, typer.Option("--pause", help="Start no further day of the running backfill")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a paused backfill")] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Give up the days that have not begun")] = False,
) -> None:
    """Have Airflow crawl and load a range of days, and show how far it is and how long it takes.

    Each day is a run of Airflow; the nightly run goes before. Ctrl-C ends this display and nothing else: run the
    command again, with nothing or with the same range, and it shows the backfill where it is. Days that have run are
    left out unless --again says so, and what is whole of them is not crawled again but by --again all. With --outlet
    all days are gone through for that outlet. Exit code 1 where a day failed.

    Examples:

        dabir backfill --from 1393-01-01 --to 1402-12-29
        dabir backfill --pause
        dabir backfill --from 1393-01-01 --to 1402-12-29 --again failed
    """
    from dabir import backfill as backfills
    from dabir.days import read_range
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
        days = read_range(first, last) if first and last else None
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


@commands.command()
def reparse(
    first: Annotated[str, typer.Option("--from", help="First Jalali day that was crawled, such as 1393-01-01")],
    last: Annotated[str, typer.Option("--to", help="Last of these days, included")],
    outlet: _Outlets = None,
) -> None:
    """Read archived pages again with today's layouts and rules, without network, and show what that changed.

    Records are replaced where they differ, and the difference is kept in record_changes; rejected pages that can be
    read by now become articles. Pages that this code has read before are passed over, and where nothing changed no row
    is written. Airflow does the same with the DAG **reparse**.

    Example:

        dabir reparse --from 1402-01-01 --to 1402-12-29 --outlet isna
    """
    from functools import partial

    from dabir import reparse as reparsing
    from dabir.days import read_range
    from dabir.extraction import in_order
    from dabir.plan import outlets_of

    settings = load_settings()
    try:
        days = read_range(first, last)
    except ValueError as error:
        fail(str(error), 2)
    _demand(outlet or (), outlets_of(settings))
    total = reparsing.Reparsed()
    with open_warehouse(settings) as settings:
        parts = reparsing.parts(settings, *days, outlet or ())
        left_out = [] if outlet else reparsing.unknown(settings, *days)
        results = in_order(partial(reparsing.reparse, settings), parts, settings.workers)
        for part, done in zip(parts, results, strict=True):
            typer.echo(f"{part.name()}: {done.line()}")
            total += done
    if total.changes:
        open_console().print(reparsing.changes_table(total))
    typer.echo(f"{total.pages} pages read again: {total.line()}")
    if left_out:
        hint = "DABIR_REPLICAS says which outlets are shown by other sites, such as the samples"
        fail(f"not read, as nothing here is called so: {', '.join(left_out)}; {hint}")
