"""Archived pages read again with today's layouts and rules, without network: the difference is kept and summed up.

A part is the days of one outlet in one Jalali month, by the day that was crawled. Each batch of pages goes through the
same load as at first: a text whose records differ gets these in their place and the difference is in record_changes,
rejected pages that can be read by now become articles, and what is as it was is not written again.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import batched
from typing import Any, Self

from rich.table import Table
from sqlalchemy import Engine, text

from dabir.days import days_between, jalali_day
from dabir.extraction import reading_version, rules_version
from dabir.pipeline import connected, read_articles, tally_line
from dabir.plan import outlets_of
from dabir.settings import Settings
from db.load import TakenBack, Tally, load_all
from scrapers.archive import crawl_files, outlets_in, read_file_index, read_pages
from scrapers.outlet import Outlet
from scrapers.outlets import OUTLETS
from scrapers.warc import IndexRow

log = logging.getLogger(__name__)

CHANGES = ("added", "withdrawn", "altered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The days of one outlet, of one Jalali month at most."""

    outlet: str
    first: date
    last: date

    def to_json(self) -> dict[str, str]:
        """What Airflow passes between tasks; `from_json` reads it."""
        return {"outlet": self.outlet, "first": self.first.isoformat(), "last": self.last.isoformat()}

    @classmethod
    def from_json(cls, fields: Mapping[str, str]) -> Self:
        """The part that `to_json` wrote. Raises KeyError or ValueError for anything else."""
        first, last = (date.fromisoformat(fields[name]) for name in ("first", "last"))
        return cls(outlet=fields["outlet"], first=first, last=last)

    def name(self) -> str:
        """How logs name it."""
        return f"{self.outlet} {jalali_day(self.first)} to {jalali_day(self.last)}"

    def label(self, outlets: Mapping[str, Outlet]) -> str:
        """How the grid names it: the outlet's title and the month."""
        return f"{outlets[self.outlet].title} {jalali_day(self.first)[:7].replace('-', '/')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reparsed:
    """What came of reading pages again. Added with `+`.

    `pages` were read, and `known` ones not, as this very code has read them before. `changes` counts records by kind,
    rule and change. `taken_back` is rejects that are none any more. `gone` is pages of the warehouse whose archive file
    is not there: what the warehouse has of them stays.
    """

    pages: int = 0
    known: int = 0
    tally: Tally = field(default_factory=Tally)
    changes: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    taken_back: int = 0
    gone: int = 0

    def __add__(self, other: Reparsed) -> Reparsed:
        return Reparsed(
            pages=self.pages + other.pages,
            known=self.known + other.known,
            tally=self.tally + other.tally,
            changes=self.changes + other.changes,
            taken_back=self.taken_back + other.taken_back,
            gone=self.gone + other.gone,
        )

    def line(self) -> str:
        """What came of it, in one line."""
        counts = Counter[str]()
        for (_, _, change), number in self.changes.items():
            counts[change] += number
        changed = ", ".join(f"{counts[change]} {change}" for change in CHANGES)
        more = f"; {self.known} pages were read by this code before" if self.known else ""
        more += f"; {self.taken_back} rejects taken back" if self.taken_back else ""
        more += f"; {self.gone} pages are no longer in the archive" if self.gone else ""
        return f"{tally_line(self.tally)}; of known texts: {changed}{more}"

    def to_json(self) -> dict[str, Any]:
        """What Airflow passes between tasks; `from_json` reads it."""
        changes = [[*key, number] for key, number in sorted(self.changes.items())]
        counts = {name: getattr(self, name) for name in ("pages", "known", "taken_back", "gone")}
        return {**counts, "tally": asdict(self.tally), "changes": changes}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Self:
        """What `to_json` wrote. Raises KeyError or TypeError for anything else."""
        changes = Counter({(kind, rule, change): number for kind, rule, change, number in fields["changes"]})
        return cls(**{**fields, "tally": Tally(**fields["tally"]), "changes": changes})


def parts(settings: Settings, first: date, last: date, names: Collection[str] = ()) -> list[Part]:
    """The parts that the archive, or the warehouse alone, has pages of. Raises ValueError for a name of no outlet."""
    known = outlets_of(settings)
    if unknown := sorted({*names} - {*known}):
        raise ValueError(f"no such outlet: {', '.join(unknown)}; there are {', '.join(known)}")
    found = []
    with connected(settings) as warehouse:
        for name in names or known:
            files = {*crawl_files(settings.archive, name, first, last), *_loaded(warehouse, name, first, last)}
            months: dict[str, list[date]] = {}
            for day in sorted({date.fromisoformat(file.split("/")[1]) for file in files}):
                months.setdefault(jalali_day(day)[:7], []).append(day)
            found += [Part(outlet=name, first=days[0], last=days[-1]) for days in months.values()]
    return found


def unknown(settings: Settings, first: date, last: date) -> list[str]:
    """The names in the archive, with pages of these days, that are no outlet's here, such as of sample agencies."""
    names = {*outlets_in(settings.archive)} - {*OUTLETS, *outlets_of(settings)}
    return sorted(name for name in names if crawl_files(settings.archive, name, first, last))


def reparse(settings: Settings, part: Part) -> Reparsed:
    """Read what the archive holds of `part` again and load it. Safe to repeat and to run in parallel."""
    outlet = outlets_of(settings)[part.outlet]
    total = Reparsed()
    with connected(settings) as warehouse:
        files = crawl_files(settings.archive, part.outlet, part.first, part.last)
        loaded = _loaded(warehouse, part.outlet, part.first, part.last)
        if gone := sum(pages for file, pages in loaded.items() if file not in {*files}):
            total += Reparsed(gone=gone)
            log.warning("%s: %d pages are no longer in the archive; what was loaded of them stays", part.name(), gone)
        readings = _readings(warehouse, part)
        for day in days_between(part.first, part.last):
            of_day = [file for file in files if file.startswith(f"{part.outlet}/{day}/")]
            if of_day:
                total += _reparse_day(settings, warehouse, outlet, day, of_day, readings)
    log.info("%s: %s", part.name(), total.line())
    return total


def _reparse_day(
    settings: Settings,
    warehouse: Engine,
    outlet: Outlet,
    day: date,
    files: Iterable[str],
    readings: Mapping[str, list[str]],
) -> Reparsed:
    version = reading_version()
    rules = rules_version()
    taken_back: set[int] = set()
    read = known = 0

    def batches() -> Iterator[tuple[str, list[Any]]]:
        nonlocal read, known
        for file in files:
            rows = [row for row in read_file_index(settings.archive, file) if _is_page(row)]
            rejects = _rejects(warehouse, outlet.name, file)
            for number, some in enumerate(batched(rows, settings.batch_articles)):
                before = readings.get(place := f"{file}:{number}", [])
                if before[-1:] == [version]:
                    known += len(some)
                    continue
                key = f"reparse/{version}/{place}" + (f"#{times}" if (times := before.count(version)) else "")
                read += len(some)
                again = [TakenBack(rejected_id=one) for row in some for one in rejects.pop(row.url, ())]
                taken_back.update(one.rejected_id for one in again)
                yield key, [*read_articles(read_pages(settings.archive, some), outlet), *again]

    tally = Tally()
    changes: Counter[tuple[str, str, str]] = Counter()
    crawl = (outlet.name, day)
    for key, one in load_all(warehouse, batches(), crawl=crawl, rules=rules, marks_unchanged=False):
        tally += one
        changes += _changes(warehouse, key)
    left = _existing(warehouse, taken_back)
    return Reparsed(pages=read, known=known, tally=tally, changes=changes, taken_back=len(taken_back) - left)


def _is_page(row: IndexRow) -> bool:
    return not row.is_revisit and row.outcome not in ("listing", "blocked")


def _readings(warehouse: Engine, part: Part) -> dict[str, list[str]]:
    """The versions of the code that have read each batch of pages again, the latest last.

    Only the latest is what the warehouse holds: whoever goes back to earlier rules reads everything once more. A key is
    `reparse/<version>/<file>:<number>`, with `#<times>` where that version has read the batch before.
    """
    query = text(
        "select batch from batches where starts_with(batch, 'reparse/') and split_part(batch, '/', 3) = :outlet "
        "and split_part(batch, '/', 4) between :first and :last order by loaded_at, batch"
    )
    readings: dict[str, list[str]] = {}
    with warehouse.connect() as connection:
        for batch in connection.scalars(query, part.to_json()):
            _, version, place = batch.split("/", 2)
            readings.setdefault(place.partition("#")[0], []).append(version)
    return readings


def _loaded(warehouse: Engine, outlet: str, first: date, last: date) -> dict[str, int]:
    """How many pages the warehouse has of each archive file of an outlet's days."""
    query = text(
        "select file, count(*) as pages from pages where outlet = :outlet "
        "and split_part(file, '/', 2) between :first and :last group by file"
    )
    with warehouse.connect() as connection:
        rows = connection.execute(query, {"outlet": outlet, "first": first.isoformat(), "last": last.isoformat()})
        return {row.file: row.pages for row in rows}


def _rejects(warehouse: Engine, outlet: str, file: str) -> dict[str, list[int]]:
    """The rejects of an archive file, whichever batch of it met them, by address."""
    query = text(
        "select url, array_agg(rejected_id) as ids from rejected_pages "
        "where outlet = :outlet and url is not null and position(:file in batch) > 0 group by url"
    )
    with warehouse.connect() as connection:
        rows = connection.execute(query, {"outlet": outlet, "file": file})
        return {row.url: list(row.ids) for row in rows}


def _existing(warehouse: Engine, rejected_ids: Collection[int]) -> int:
    query = text("select count(*) from rejected_pages where rejected_id = any(:ids)")
    with warehouse.connect() as connection:
        return int(connection.scalar(query, {"ids": [*rejected_ids]}) or 0)


def _changes(warehouse: Engine, batch: str) -> Counter[tuple[str, str, str]]:
    query = text(
        "select kind, record ->> 'rule' as rule, change, count(*) as number from record_changes "
        "where batch = :batch group by kind, rule, change"
    )
    with warehouse.connect() as connection:
        rows = connection.execute(query, {"batch": batch})
        return Counter({(row.kind, row.rule, row.change): row.number for row in rows})


def changes_table(total: Reparsed) -> Table:
    """The records that were added, withdrawn and altered, by kind and rule; the rules that changed most come first."""
    table = Table("kind", "rule", *CHANGES, box=None)
    by_rule: dict[tuple[str, str], Counter[str]] = {}
    for (kind, rule, change), number in total.changes.items():
        by_rule.setdefault((kind, rule), Counter())[change] += number
    for (kind, rule), counts in sorted(by_rule.items(), key=lambda one: (-one[1].total(), one[0])):
        table.add_row(kind, rule, *(str(counts[change] or "") for change in CHANGES))
    return table
