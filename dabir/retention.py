"""How long raw pages are kept: old files of the archive are pruned, what the warehouse has of them stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, text

from dabir.pipeline import batches_to_load, connected
from dabir.plan import Work
from dabir.settings import Settings
from scrapers.pruning import files_before, prune
from scrapers.warc import ArchiveError


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What pruning did, or would do: files, pages, bytes freed, pages kept for rejects.

    `left` names each file that was left as it is, and why.
    """

    files: int
    pages: int
    bytes: int
    kept: int
    left: tuple[str, ...]


def prune_archive(settings: Settings, before: datetime, *, now: datetime, dry_run: bool = False) -> Retention:
    """Prune the files of crawls that began before `before` and note in the warehouse, at `now`, which pages went.

    A file that is not loaded whole is left, and so are the pages of rejects in it that still wait. Safe to repeat and
    to kill.
    """
    left: list[str] = []
    looked_at: list[str] = []
    files = pages = freed = kept = 0
    with connected(settings) as warehouse:
        with warehouse.connect() as connection:
            query = "select outlet, url from rejected_pages where url is not null"
            waiting = {(outlet, url) for outlet, url in connection.execute(text(query))}
        unloaded: dict[tuple[str, str], set[str]] = {}
        for file in files_before(settings.archive, before):
            outlet, day, _ = file.split("/")
            if (outlet, day) not in unloaded:
                unloaded[outlet, day] = _unloaded(settings, warehouse, outlet, day)
            if file in unloaded[outlet, day]:
                left.append(f"{file}: not loaded yet")
                continue
            try:
                done = prune(settings.archive, file, lambda row: (row.outlet, row.url) in waiting, dry_run=dry_run)
            except ArchiveError as error:
                left.append(f"{file}: damaged: {error}")
                continue
            looked_at.append(file)
            files += done.pages > 0
            pages, freed, kept = pages + done.pages, freed + done.bytes, kept + done.kept
        if not dry_run:
            # Also of files pruned by a run that was killed before it came here.
            noted = text("update pages set pruned_at = :now where file = any(:files) and pruned_at is null")
            with warehouse.begin() as connection:
                connection.execute(noted, {"now": now, "files": looked_at})
    return Retention(files=files, pages=pages, bytes=freed, kept=kept, left=tuple(left))


def _unloaded(settings: Settings, warehouse: Engine, outlet: str, day: str) -> set[str]:
    """The files of a day with batches that the warehouse does not hold."""
    work = Work(outlet=outlet, day=date.fromisoformat(day))
    return {key.rpartition(":")[0] for key, _ in batches_to_load(settings, warehouse, work)}
