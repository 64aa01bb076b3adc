"""Articles with all their records a second: the real load, beside SQLAlchemy's ORM and a plain COPY of the same rows.

    python -m bench.load [ARTICLES] [--filled N]

The articles are generated, with 13 records each. The three take turns on databases of one server. The load does its
whole work: hashes, sketches, locks, merge, stories, tallies, done-marks. The peers are given the same rows finished,
all but tallies and done-marks, and only write: `session.add_all` and `COPY` per batch, one commit a batch.

With --filled the load is measured again on a warehouse that already holds N generated articles over ten years.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from db.engine import engine, upgrade
from db.load import Incoming, load, load_all
from db.rows import (
    ARTICLE_COLUMNS,
    PARTICIPANT_COLUMNS,
    RECORD_TABLES,
    SIGHTING_COLUMNS,
    SKETCH_COLUMNS,
    TEXT_COLUMNS,
    VERSION_COLUMNS,
    Prepared,
    Row,
    prepare,
    record_columns,
)
from db.schema import Table
from db.server import ensure_database, start
from parsing.records import Article, Footer, Meeting, Metric, Official, Organization, Records, Span

BATCH = 500
ROUNDS = 3
ORM_FLOOR = 5.0
COPY_FLOOR = 0.25
FILLED_CEILING = 1.5
SEEN_AT = datetime(2025, 6, 1, tzinfo=UTC)
FOOTER = Footer(text="انتهای پیام", marker="انتهای پیام")
LETTERS = "ابپتجچحخدرزسشطعفقکگلمنوهی"


def main(arguments: list[str]) -> int:
    filled = int(arguments[arguments.index("--filled") + 1]) if "--filled" in arguments else 0
    size = int(arguments[0]) if arguments and not arguments[0].startswith("--") else 3000
    with tempfile.TemporaryDirectory(prefix="dabir_load_") as folder, start(Path(folder) / "postgres") as server:
        names = iter(range(1000))

        def made() -> Engine:
            url = ensure_database(server, f"load{next(names)}")
            upgrade(url)
            return engine(url)

        ways: dict[str, Callable[[Engine, Sequence[Sequence[Incoming]]], float]] = {
            "the load": by_load,
            "COPY": by_copy,
            "ORM add_all": by_orm,
            "ORM, no sketches": partial(by_orm, without="article_sketches"),
        }
        speeds: dict[str, list[float]] = {way: [] for way in ways}
        for round_ in range(ROUNDS):
            batches = generated(size, seed=round_)
            for way, write in ways.items():
                warehouse = made()
                speeds[way].append(size / write(warehouse, batches))
                warehouse.dispose()
        growth = measure_filled(made(), filled) if filled else None
    records = sum(len(one.records) for batch in batches for one in batch) / size
    print(f"{size} articles with {records:.1f} records each, batches of {BATCH}, median of {ROUNDS}")
    print(f"{'':16} articles/s  records/s")
    for way, speed in speeds.items():
        print(f"{way:16} {statistics.median(speed):10.0f} {statistics.median(speed) * records:10.0f}")
    ratio = statistics.median(a / b for a, b in zip(speeds["the load"], speeds["ORM add_all"], strict=True))
    of_copy = statistics.median(a / b for a, b in zip(speeds["the load"], speeds["COPY"], strict=True))
    print(f"of plain COPY {of_copy:.2f} (floor {COPY_FLOOR})")
    if growth is not None:
        over = f"time per batch at {filled} articles, over that of an empty warehouse"
        print(f"{over}: {growth:.2f} (at most {FILLED_CEILING})")
    print(f"load ratio={ratio:.1f} floor={ORM_FLOOR:g}")
    is_right = ratio >= ORM_FLOOR and of_copy >= COPY_FLOOR and (growth is None or growth <= FILLED_CEILING)
    return 0 if is_right else 1


def generated(size: int, seed: int) -> list[list[Incoming]]:
    """Batches of articles of about 2,000 characters in words of a large vocabulary, from four outlets and one week."""
    chosen = random.Random(seed)
    words = ["".join(chosen.choice(LETTERS) for _ in range(chosen.randint(2, 8))) for _ in range(20_000)]

    def say(count: int) -> str:
        return " ".join(chosen.choices(words, k=count))

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
            published=SEEN_AT - timedelta(minutes=chosen.randrange(7 * 24 * 60)),
            section="استان‌ها",
            tags=("یک", "دو"),
        )
        return Incoming(article=made, records=_records(chosen, say), seen_at=SEEN_AT)

    articles = [article(number) for number in range(size)]
    return [articles[begin : begin + BATCH] for begin in range(0, size, BATCH)]


def _records(chosen: random.Random, say: Callable[[int], str]) -> Records:
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


def by_orm(warehouse: Engine, batches: Sequence[Sequence[Incoming]], without: str = "") -> float:
    classes = {mapper.local_table.name: mapper.class_ for mapper in Table.registry.mappers}  # type: ignore[attr-defined]
    finished = [_rows(prepare(batch)) for batch in batches]
    _put_outlets(warehouse)
    began = time.perf_counter()
    for tables in finished:
        with Session(warehouse) as session:
            # Without relationships the ORM knows no order that foreign keys allow, hence table by table.
            for table, (columns, rows) in tables.items():
                if table == without:
                    continue
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
            [(one, version.day, version.version_id) for version in versions for one in version.sketch],
        ),
        "sightings": (SIGHTING_COLUMNS, list(prepared.sightings.values())),
    }
    for kind, (table, _) in RECORD_TABLES.items():
        tables[table] = (record_columns(kind), [row for version in versions for row in version.records.kinds[kind]])
    participants = [row for version in versions for row in version.records.participants]
    tables["meeting_participants"] = (PARTICIPANT_COLUMNS, participants)
    return tables


def measure_filled(warehouse: Engine, filled: int) -> float:
    """Time per batch with `filled` articles there, over that without any: medians of 6 batches of the same making."""

    def per_batch(seed: int) -> float:
        times = []
        for number, batch in enumerate(generated(7 * BATCH, seed)):
            began = time.perf_counter()
            load(warehouse, batch, batch_key=f"{seed} {number}")
            times.append(time.perf_counter() - began)
        return statistics.median(times[1:])

    empty = per_batch(seed=101)
    began = time.perf_counter()
    with warehouse.begin() as connection:
        connection.execute(text("set local synchronous_commit = off"))
        for statement in FILL:
            connection.execute(text(statement), {"filled": filled})
    with warehouse.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
        connection.execute(text("checkpoint"))
    print(f"{filled} articles filled in, in {time.perf_counter() - began:.0f} s", flush=True)
    return per_batch(seed=102) / empty


# One article every few minutes over ten years up to the week that is loaded, with short bodies but all index entries.
_NUMBERS = "from generate_series(1, :filled) n"
_MOMENT = "timestamptz '2025-06-01 00:00Z' - interval '3650 days' * (n::float / :filled)"
_ARTICLE = "hashint8extended(n, 1)"
_VERSION = "hashint8extended(n, 2)"
FILL = [
    "insert into articles (article_id, outlet, identity, code, published_at, tags, is_advert, first_seen_at, "
    f"last_seen_at, current_version_id) select {_ARTICLE}, (array['isna','irna','mehr','fars'])[n % 4 + 1], "
    f"'code:f' || n, 'f' || n, {_MOMENT}, '{{}}', false, {_MOMENT}, {_MOMENT}, {_VERSION} {_NUMBERS}",
    "insert into article_versions (version_id, article_id, content_digest, body_digest, title_fold, title_footer_key, "
    "published_at, characters, first_seen_at, last_seen_at, text_seen_at, rules, records_digest, batch) "
    f"select {_VERSION}, {_ARTICLE}, int8send({_VERSION}), int8send({_VERSION}), 'title' || n, hashint8extended(n, 3), "
    f"{_MOMENT}, 2000, {_MOMENT}, {_MOMENT}, {_MOMENT}, '', 0, 'fill' {_NUMBERS}",
    "insert into article_texts (version_id, title, body) "
    f"select {_VERSION}, 'title' || n, repeat(md5(n::text), 10) {_NUMBERS}",
    "insert into sightings (sighting_id, article_id, version_id, seen_at) "
    f"select hashint8extended(n, 4), {_ARTICLE}, {_VERSION}, {_MOMENT} {_NUMBERS}",
    # The smallest hashes of a text are small: fingerprints crowd at the low end, where those to be loaded fall too.
    "insert into article_sketches (fingerprint, day, version_id) "
    "select ('x' || substr(md5(n || ' ' || k), 1, 14))::bit(56)::bigint, "
    f"(extract(epoch from {_MOMENT}) / 86400)::int, {_VERSION} {_NUMBERS}, generate_series(1, 16) k",
    *(
        f"insert into {table} ({columns}, version_id, record_id, ordinal, span_start, span_end, sentence_start, "
        f"sentence_end, rule) select {values}, {_VERSION}, hashint8extended(n, k + 10), k, 0, 1, 0, 2, 'fill' "
        f"{_NUMBERS}, generate_series(1, {count}) k"
        for table, count, columns, values in (
            ("officials", 3, "name, name_fold, post, post_fold, role, is_acting, is_former",
             "'name' || n % 30000, 'name' || n % 30000, 'post', 'post', 'mentioned', false, false"),
            ("organizations", 3, "name, name_fold", "'body' || n % 20000, 'body' || n % 20000"),
            ("metrics", 6, "subject, subject_fold, value, unit, comparator",
             "'subject' || (n + k) % 100000, 'subject' || (n + k) % 100000, n, 'count', '='"),
            ("meetings", 1, "kind, topics, status", "'kind', '{}', 'held'"),
        )
    ),
]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
