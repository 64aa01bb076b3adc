"""Articles with all their records a second: the real load, beside SQLAlchemy's ORM and a plain COPY of the same rows.

    python -m bench.load [ARTICLES] [--filled N [--keep FOLDER]]

The articles are generated, with 13 records each. The three take turns on databases of one server. The load does its
whole work: hashes, sketches, words, locks, merge, stories, tallies, done-marks. The peers are given the same rows
finished, all but tallies and done-marks, and only write: `session.add_all` and `COPY` per batch, one commit a batch.
A connection takes more than ten batches, after which a server may serve its statements by plans for any values.
The printed count of rows says what is the same on all sides; "ORM, less" is the ORM spared the rows that are derived
from the texts (16 sketches and the words of an article), which the load is not.

With --filled the load is measured again on a warehouse that already holds N generated articles over ten years, in turns
with an empty one, and the answers of `db.answers`, the search and the pages are taken from it. With --keep that
warehouse stays in FOLDER for another time: filling it takes far longer than measuring.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import accumulate
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench._filled import MOST_SECONDS, answer_seconds, fill
from db.engine import engine, upgrade
from db.load import Incoming, load, load_all
from db.record_rows import PARTICIPANT_COLUMNS, RECORD_TABLES, Row, record_columns
from db.rows import (
    ARTICLE_COLUMNS,
    SIGHTING_COLUMNS,
    SKETCH_COLUMNS,
    TEXT_COLUMNS,
    VERSION_COLUMNS,
    WORDS_COLUMNS,
    Prepared,
    prepare,
)
from db.schema import Table
from db.server import ensure_database, start
from parsing.records import Article, Footer, Meeting, Metric, Official, Organization, Records, Span

BATCH = 500
BATCHES = 25
ROUNDS = 3
ORM_FLOOR = 5.0
COPY_FLOOR = 0.25
FILLED_CEILING = 1.5
SEEN_AT = datetime(2025, 6, 1, tzinfo=UTC)
FOOTER = Footer(text="انتهای پیام", marker="انتهای پیام")
LETTERS = "ابپتجچحخدرزسشطعفقکگلمنوهی"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("articles", type=int, nargs="?", default=6000)
    parser.add_argument("--filled", type=int, default=0, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    options = parser.parse_args(arguments)
    size, filled = options.articles, options.filled
    with ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory(prefix="dabir_load_"))
        server = stack.enter_context(start(Path(scratch) / "postgres"))
        names = iter(range(1000))

        def made() -> Engine:
            url = ensure_database(server, f"load{next(names)}")
            upgrade(url)
            return engine(url)

        ways: dict[str, Callable[[Engine, Sequence[Sequence[Incoming]]], float]] = {
            "the load": by_load,
            "COPY": by_copy,
            "ORM add_all": by_orm,
            "ORM, less": partial(by_orm, without=("article_sketches", "article_words")),
        }
        speeds: dict[str, list[float]] = {way: [] for way in ways}
        for round_ in range(ROUNDS):
            batches = generated(size, seed=round_)
            for way, write in ways.items():
                warehouse = made()
                speeds[way].append(size / write(warehouse, batches))
                warehouse.dispose()
        growth: float | None = None
        answered: dict[str, float] = {}
        if filled:
            kept = server
            if options.keep is not None:
                _read_through(options.keep)
                kept = stack.enter_context(start(options.keep / "postgres"))
            growth, answered = measure_filled(kept, filled)
    records = sum(len(one.records) for batch in batches for one in batch) / size
    tables = {table: len(rows) for table, (_, rows) in _rows(prepare(batches[0])).items()}
    print(f"{size} articles with {records:.1f} records each, batches of {BATCH}, median of {ROUNDS}")
    print("rows an article:", ", ".join(f"{number / len(batches[0]):g} {table}" for table, number in tables.items()))
    print(f"{'':16} articles/s  records/s")
    for way, speed in speeds.items():
        print(f"{way:16} {statistics.median(speed):10.0f} {statistics.median(speed) * records:10.0f}")
    ratio = statistics.median(a / b for a, b in zip(speeds["the load"], speeds["ORM add_all"], strict=True))
    of_copy = statistics.median(a / b for a, b in zip(speeds["the load"], speeds["COPY"], strict=True))
    print(f"of plain COPY {of_copy:.2f} (floor {COPY_FLOOR})")
    if growth is not None:
        over = f"time per batch at {filled} articles, over that of an empty warehouse"
        print(f"{over}: {growth:.2f} (at most {FILLED_CEILING})")
    for name, seconds in answered.items():
        print(f"answer {name:28} {seconds * 1000:7.1f} ms{'' if seconds <= MOST_SECONDS else ' TOO SLOW'}")
    print(f"load ratio={ratio:.1f} floor={ORM_FLOOR:g}")
    is_right = ratio >= ORM_FLOOR and of_copy >= COPY_FLOOR and (growth is None or growth <= FILLED_CEILING)
    is_right = is_right and all(seconds <= MOST_SECONDS for seconds in answered.values())
    return 0 if is_right else 1


def generated(size: int, seed: int, until: datetime = SEEN_AT) -> list[list[Incoming]]:
    """Batches of articles of about 2,000 characters in words of a large vocabulary, from four outlets and the week
    `until` a time."""
    chosen = random.Random(seed)
    words = ["".join(chosen.choice(LETTERS) for _ in range(chosen.randint(2, 8))) for _ in range(20_000)]
    # As in language, the frequency of a word falls with its rank (Zipf).
    frequencies = list(accumulate(1 / (rank + 10) for rank in range(len(words))))

    def say(count: int) -> str:
        return " ".join(chosen.choices(words, cum_weights=frequencies, k=count))

    def article(number: int) -> Incoming:
        body = "\n".join(say(50) + "." for _ in range(7))
        made = Article(
            outlet=("isna", "irna", "mehr", "fars")[number % 4],
            code=f"{seed}{number}",
            url=f"https://example.com/news/{seed}{number}",
            title=say(8),
            lead=say(20),
            body=body,
            footer=FOOTER,
            published=until - timedelta(minutes=chosen.randrange(7 * 24 * 60)),
            section="استان‌ها",
            tags=("یک", "دو"),
        )
        return Incoming(article=made, records=_made_records(chosen, say), seen_at=SEEN_AT)

    articles = [article(number) for number in range(size)]
    return [articles[begin : begin + BATCH] for begin in range(0, size, BATCH)]


def _made_records(chosen: random.Random, say: Callable[[int], str]) -> Records:
    def span(rule: str) -> Span:
        begin = chosen.randrange(1500)
        return Span(start=begin, end=begin + 20, sentence_start=begin, sentence_end=begin + 200, rule=rule)

    def metric() -> Metric:
        value = Decimal(chosen.randrange(1, 10**6)) / 10
        return Metric(subject=say(3), value=value, unit="ton", place=say(1), speaker=say(2), span=span("metric.level"))

    return Records(
        officials=tuple(Official(name=say(2), post=say(4), head=say(1), span=span("official.named")) for _ in range(3)),
        organizations=tuple(Organization(name=say(3), place=say(1), span=span("organization.head")) for _ in range(3)),
        metrics=tuple(metric() for _ in range(6)),
        meetings=(
            Meeting(
                kind="جلسه",
                participants=(say(2), say(2)),
                held_on=date(2025, 6, 1),
                topics=(say(2),),
                span=span("meeting.with"),
            ),
        ),
    )


def by_load(warehouse: Engine, batches: Sequence[Sequence[Incoming]]) -> float:
    began = time.perf_counter()
    keyed = ((f"{batch[0].article.code} {number}", batch) for number, batch in enumerate(batches))
    assert sum(tally.seen for _, tally in load_all(warehouse, keyed)) == sum(map(len, batches))
    return time.perf_counter() - began


def by_copy(warehouse: Engine, batches: Sequence[Sequence[Incoming]]) -> float:
    finished = [_rows(prepare(batch)) for batch in batches]
    _put_outlets(warehouse)
    with warehouse.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        began = time.perf_counter()
        for tables in finished:
            with driver.cursor() as cursor:
                for table, (columns, rows) in tables.items():
                    names = sql.SQL(", ").join(map(sql.Identifier, columns))
                    statement = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table), names)
                    with cursor.copy(statement) as copy:
                        for row in rows:
                            copy.write_row(row)
            driver.commit()
        return time.perf_counter() - began


def by_orm(warehouse: Engine, batches: Sequence[Sequence[Incoming]], without: Sequence[str] = ()) -> float:
    classes = {mapper.local_table.name: mapper.class_ for mapper in Table.registry.mappers}  # type: ignore[attr-defined]
    finished = [_rows(prepare(batch)) for batch in batches]
    _put_outlets(warehouse)
    began = time.perf_counter()
    for tables in finished:
        with Session(warehouse) as session:
            # Without relationships the ORM knows no order that foreign keys allow, hence table by table.
            for table, (columns, rows) in tables.items():
                if table in without:
                    continue
                if table == "article_words":
                    rows = [(*row[:2], [int(key) for key in row[2][1:-1].split(",")]) for row in rows]
                session.add_all(classes[table](**dict(zip(columns, row, strict=True))) for row in rows)
                session.flush()
            session.commit()
    return time.perf_counter() - began


def _put_outlets(warehouse: Engine) -> None:
    with warehouse.begin() as connection:
        connection.execute(text("insert into outlets (outlet) values ('isna'), ('irna'), ('mehr'), ('fars')"))
        connection.execute(
            text("insert into footers values (:id, :text, :text, '{}', false)"),
            {
                "id": prepare([Incoming(article=_FOOTED, records=Records(), seen_at=SEEN_AT)]).footers.popitem()[0],
                "text": FOOTER.text,
            },
        )


_FOOTED = Article(outlet="isna", code="0", footer=FOOTER)


def _rows(prepared: Prepared) -> dict[str, tuple[tuple[str, ...], list[Row]]]:
    """The finished rows of a batch by table, in an order that foreign keys allow."""
    versions = list(prepared.versions.values())
    tables: dict[str, tuple[tuple[str, ...], list[Row]]] = {
        "articles": (ARTICLE_COLUMNS, list(prepared.articles.values())),
        "article_versions": (VERSION_COLUMNS, [version.row("", "a") for version in versions]),
        "article_texts": (TEXT_COLUMNS, [version.text_row() for version in versions]),
        "article_sketches": (
            SKETCH_COLUMNS,
            [row for version in versions for row in version.sketch_rows],
        ),
        "article_words": (WORDS_COLUMNS, [version.words for version in versions]),
        "sightings": (SIGHTING_COLUMNS, list(prepared.sightings.values())),
    }
    records = [version.record_rows() for version in versions]
    for kind, (table, _) in RECORD_TABLES.items():
        tables[table] = (record_columns(kind), [row for one in records for row in one.kinds[kind]])
    participants = [row for one in records for row in one.participants]
    tables["meeting_participants"] = (PARTICIPANT_COLUMNS, participants)
    return tables


def _read_through(folder: Path) -> None:
    """Read the files of a kept warehouse once, so that they are in the machine's memory as after filling it."""
    for file in folder.rglob("*"):
        if file.is_file():
            with file.open("rb") as opened:
                while opened.read(1 << 24):
                    pass


def measure_filled(server: str, filled: int) -> tuple[float, dict[str, float]]:
    """Time per batch with `filled` articles there, over that of an empty warehouse beside it; and the seconds of each
    answer. The times are medians of BATCHES but for the first 5, written to one and the other in turns."""
    url = ensure_database(server, f"filled{filled}")
    upgrade(url)
    full = engine(url)
    with full.connect() as connection:
        is_filled = connection.execute(text("select exists (select from batches)")).scalar_one()
        run = connection.execute(text("select count(*) from batches where batch not like 'fill%'")).scalar_one()
    if not is_filled:
        _put_outlets(full)
        began = time.perf_counter()
        fill(full, filled)
        print(f"{filled} articles filled in, in {time.perf_counter() - began:.0f} s", flush=True)
    answered = answer_seconds(full)
    url = ensure_database(server, f"empty{run}")
    upgrade(url)
    empty = engine(url)
    seconds: dict[Engine, list[float]] = {empty: [], full: []}
    # Each run on a kept warehouse loads the week after, as crawls do: all in one would be more than a week ever has.
    week = SEEN_AT + timedelta(weeks=run // BATCHES)
    for number, batch in enumerate(generated(BATCHES * BATCH, seed=101 + run, until=week)):
        for warehouse, times in seconds.items():
            began = time.perf_counter()
            load(warehouse, batch, batch_key=f"{run} {number}")
            times.append(time.perf_counter() - began)
    medians = [statistics.median(times[5:]) for times in seconds.values()]
    for name, median in zip(("empty", "filled"), medians, strict=True):
        print(f"a batch of {BATCH} into the {name} warehouse: {median * 1000:.0f} ms")
    return medians[1] / medians[0], answered


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
