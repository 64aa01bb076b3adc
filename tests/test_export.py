"""Exports: equal warehouses give equal bytes, each format gives every value back, and increments lead to the whole."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from dabir.cli import app
from db.engine import downgrade, engine, upgrade
from db.export import ExportError, export, table_names
from db.formats import Format, columns_of
from db.load import Incoming, PageRef, load
from db.schema import Table
from parsing.records import Article, Footer, Meeting, Metric, Official, Organization, Records, Rejected, Span

SEEN_AT = datetime(2025, 6, 1, 20, tzinfo=UTC)
ALL_FORMATS: tuple[Format, ...] = ("parquet", "csv", "jsonl")

type Contents = dict[str, dict[tuple[Any, ...], Any]]


def incoming(code: int, variant: int, *, at: int = 0, outlet: str = "isna", records: int = 0) -> Incoming:
    """An article of `outlet`, in one of its texts, with one of its sets of records."""
    span = Span(start=0, end=3, sentence_start=0, sentence_end=9, rule=f"official.test{records % 2}")
    return Incoming(
        article=Article(
            outlet=outlet,
            code=str(code),
            title=f"عنوان {code}",
            body=f"متن {variant} دربارهٔ جلسهٔ شورای اداری و بودجهٔ راه‌های استان در سال جاری و برنامهٔ آن " * 2,
            footer=Footer(text="انتهای پیام", marker="انتهای پیام"),
            published=SEEN_AT - timedelta(hours=code),
            tags=("=راه", "آب"),
        ),
        records=Records(
            officials=tuple(Official(name=f"علی رضایی {one}", post="استاندار", span=span) for one in range(records)),
            organizations=(Organization(name="راه لرستان", span=span),) if records != 1 else (),
            metrics=(Metric(subject="تولید", value=Decimal("-1.30") * (records + 1), unit="ton", span=span),),
            meetings=(Meeting(kind="جلسه", participants=("الف", "ب")[:records], span=span),) if records else (),
        ),
        seen_at=SEEN_AT + timedelta(hours=at),
        page=PageRef(url="https://isna.ir/1", file="f", offset=code * 10 + at, digest="d", fetched_at=SEEN_AT)
        if at % 2
        else None,
    )


def rejected(number: int) -> Rejected:
    return Rejected(outlet="isna", url=None, code=str(number), field="title", reason="none")


def lines_of(file: Path, **options: Any) -> list[dict[str, Any]]:
    return [json.loads(line, **options) for line in file.read_bytes().split(b"\n")[:-1]]


def read(folder: Path) -> Contents:
    """An export in JSON Lines as an analyst holds it: rows by key, per table."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    return {
        name: {tuple(row[column] for column in told["key"]): row for row in lines_of(folder / told["file"])}
        for name, told in manifest["tables"].items()
    }


def apply(held: Contents, folder: Path) -> None:
    """What docs/operations.md tells an analyst to do with an export of changes."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    changed = read(folder)
    for name, told in manifest["tables"].items():
        if told["holds"] == "all":
            held[name] = {}
        else:
            for row in lines_of(folder / told["withdrawn"]["file"]):
                held[name].pop(tuple(row[column] for column in told["key"]), None)
        held[name].update(changed[name])


def as_of(folder: Path) -> datetime:
    return datetime.fromisoformat(json.loads((folder / "manifest.json").read_bytes())["as_of"])


def contents_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module", autouse=True)
def no_fsync() -> Iterator[None]:
    """Thousands of files are written here; none has to outlive a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("db.export.os.fsync", lambda file: None)
        yield


@pytest.fixture(scope="module")
def filled(module_warehouse: Engine) -> Engine:
    load(module_warehouse, [incoming(1, 1, records=2), incoming(2, 1, at=1, outlet="irna"), rejected(1)], batch_key="a")
    load(module_warehouse, [incoming(1, 1, at=2, records=1)], batch_key="b", rules="2")
    return module_warehouse


# Each format gives back what the warehouse holds


def test_a_whole_export_has_every_row_and_a_manifest_that_says_so(filled: Engine, tmp_path: Path) -> None:
    done = export(filled, tmp_path / "whole", format="jsonl")

    manifest = json.loads((tmp_path / "whole" / "manifest.json").read_bytes())
    assert manifest["kind"] == "whole"
    assert sorted(manifest["tables"]) == table_names()
    with filled.connect() as connection:
        counted = {name: connection.scalar(text(f"select count(*) from {name}")) for name in table_names()}
    assert done.rows == counted == {name: told["rows"] for name, told in manifest["tables"].items()}
    assert counted["articles"] == 2
    assert counted["record_changes"] > 0
    assert set(contents_of(tmp_path / "whole")) == {f"{name}.jsonl" for name in counted} | {"manifest.json"}


def test_no_column_of_an_exported_table_is_left_out() -> None:
    for name in table_names():
        table = Table.metadata.tables[name]
        assert [column.name for column in columns_of(table)] == [column.name for column in table.columns]


def test_parquet_is_typed(filled: Engine, tmp_path: Path) -> None:
    export(filled, tmp_path / "e", format="parquet")

    metrics = pq.read_table(tmp_path / "e" / "metrics.parquet")
    assert str(metrics.schema.field("value").type) == "decimal128(38, 10)"
    assert str(metrics.schema.field("period_start_on").type) == "date32[day]"
    assert Decimal("-2.60") in metrics["value"].to_pylist()
    articles = pq.read_table(tmp_path / "e" / "articles.parquet")
    assert str(articles.schema.field("published_at").type) == "timestamp[us, tz=UTC]"
    assert str(articles.schema.field("tags").type) == "list<element: string>"
    assert str(articles.schema.field("article_id").type) == "int64"
    assert not articles.schema.field("article_id").nullable
    assert SEEN_AT - timedelta(hours=1) in articles["published_at"].to_pylist()


def test_the_formats_hold_the_same_values(filled: Engine, tmp_path: Path) -> None:
    for format in ALL_FORMATS:
        export(filled, tmp_path / format, format=format)

    for name in table_names():
        typed = pq.read_table(tmp_path / "parquet" / f"{name}.parquet").to_pylist()
        lines = lines_of(tmp_path / f"jsonl/{name}.jsonl", parse_float=Decimal)
        with (tmp_path / f"csv/{name}.csv").open(encoding="utf-8", newline="") as file:
            cells = list(csv.DictReader(file))
        assert len(typed) == len(lines) == len(cells)
        for one, line, row in zip(typed, lines, cells, strict=True):
            assert list(one) == list(line) == list(row)
            for column, value in one.items():
                assert same(value, line[column]), (name, column)
                assert same(value, row[column]), (name, column)


def same(value: object, written: Any) -> bool:
    """Whether `written`, of JSON or a CSV cell, says `value`."""
    match value:
        case None:
            return written in (None, "")
        case bool():
            return written in (value, str(value).lower())
        case bytes():
            return bool(written == f"\\x{value.hex()}")
        case datetime() | date():
            return bool(type(value).fromisoformat(written) == value)
        case Decimal() | int() | float():
            return abs(Decimal(str(written)) - Decimal(str(value))) < Decimal("0.000001")
        case list():
            return bool(value == (json.loads(written) if isinstance(written, str) else written))
        case str() if isinstance(written, dict):
            return bool(json.loads(value, parse_float=Decimal) == written)
        case str():
            return written in (value, f"'{value}")
    raise AssertionError(type(value))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "'"])
def test_a_cell_that_a_spreadsheet_would_run_is_marked_and_the_mark_can_be_taken_away(
    warehouse: Engine, tmp_path: Path, start: str
) -> None:
    title = f'{start}HYPERLINK("http://evil.example","x")'
    with warehouse.begin() as connection:
        connection.execute(text("insert into outlets (outlet, name) values ('a', :title), ('b', '')"), {"title": title})
        connection.execute(text("insert into outlets (outlet) values ('c')"))
    export(warehouse, tmp_path / "e", format="csv", tables=["outlets"])

    raw = (tmp_path / "e" / "outlets.csv").read_bytes().decode()
    with (tmp_path / "e" / "outlets.csv").open(encoding="utf-8", newline="") as file:
        name = next(csv.DictReader(file))["name"]
    assert name == f"'{title}"
    assert '"b","",' in raw  # an empty text is not null
    assert '"c",,' in raw


def test_numbers_stay_numbers_in_csv(warehouse: Engine, tmp_path: Path) -> None:
    load(warehouse, [incoming(1, 1)], batch_key="a")
    with warehouse.begin() as connection:
        connection.execute(text("update metrics set value = -0.0000001"))
    export(warehouse, tmp_path / "e", format="csv", tables=["metrics"])

    assert ",-0.0000001,," in (tmp_path / "e" / "metrics.csv").read_text()


def test_a_number_too_long_for_parquet_is_named_and_nothing_else_is_lost(warehouse: Engine, tmp_path: Path) -> None:
    load(warehouse, [incoming(1, 1), incoming(2, 2, records=1)], batch_key="a")
    with warehouse.begin() as connection:
        connection.execute(text("update metrics set value = 1e30 where value = -1.30"))
    done = export(warehouse, tmp_path / "e", tables=["metrics"])

    assert len(done.unfit) == 1
    assert "metrics: value of version_id" in done.unfit[0]
    assert "1.00000e+30" in done.unfit[0]
    values = pq.read_table(tmp_path / "e" / "metrics.parquet")["value"].to_pylist()
    assert sorted(values, key=str) == [Decimal("-2.6"), None]
    assert json.loads((tmp_path / "e" / "manifest.json").read_bytes())["unfit"] == list(done.unfit)


def test_a_third_is_rounded_in_parquet_and_whole_in_the_others(warehouse: Engine, tmp_path: Path) -> None:
    third = Decimal("0.3333333333333333333333333333")
    load(warehouse, [incoming(1, 1)], batch_key="a")
    with warehouse.begin() as connection:
        connection.execute(text("update metrics set value = :third"), {"third": third})
    assert export(warehouse, tmp_path / "parquet", tables=["metrics"]).unfit == ()
    export(warehouse, tmp_path / "jsonl", tables=["metrics"], format="jsonl")

    assert pq.read_table(tmp_path / "parquet/metrics.parquet")["value"].to_pylist() == [Decimal("0.3333333333")]
    assert [row["value"] for row in lines_of(tmp_path / "jsonl/metrics.jsonl", parse_float=Decimal)] == [third]


# Equal warehouses give equal bytes


@pytest.mark.parametrize("format", ALL_FORMATS)
def test_two_exports_of_one_warehouse_are_equal_byte_for_byte(filled: Engine, tmp_path: Path, format: Format) -> None:
    export(filled, tmp_path / "a", format=format)
    with filled.begin() as connection:  # rows in other places, as after years of updates
        connection.execute(text("update articles set url = url"))
        connection.execute(text("update officials set rule = rule where ordinal = 0"))
    export(filled, tmp_path / "b", format=format)

    assert contents_of(tmp_path / "a") == contents_of(tmp_path / "b")


def test_all_tables_are_of_one_moment(warehouse: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(warehouse, [incoming(1, 1)], batch_key="a")
    from db import export as module

    written = module._Export._table
    loads = iter((2, 3))

    def write_and_load(self: Any, table: Any, age: int | None) -> dict[str, Any]:
        if (number := next(loads, None)) is not None:
            load(warehouse, [incoming(number, number)], batch_key=str(number))
        return written(self, table, age)

    monkeypatch.setattr(module._Export, "_table", write_and_load)
    done = export(warehouse, tmp_path / "e")

    assert done.rows["articles"] == done.rows["article_versions"] == done.rows["sightings"] == done.rows["batches"] == 1


# What changed since


@dataclass(frozen=True)
class Load:
    """A batch: articles as (code, variant of its text, records, hours after), with a version of the rules."""

    articles: tuple[tuple[int, int, int, int], ...]
    rules: str
    rejects: int


@dataclass(frozen=True)
class Change:
    """A statement of some other writer."""

    sql: str


OTHER_WRITERS = (
    "delete from rejected_pages where rejected_id in (select rejected_id from rejected_pages order by 1 limit 1)",
    "delete from metrics where version_id in (select version_id from metrics order by 1 limit 1)",
    "truncate meeting_participants",
    "update footers set marker = marker || '.'",
    "delete from record_changes",
    "insert into places (place_id, name, name_fold, kind) "
    "select coalesce(max(place_id), 0) + 1, 'a', 'a', 'city' from places",
    "delete from places where place_id in (select max(place_id) from places)",
    "delete from story_articles where article_id in (select min(article_id) from story_articles)",
)
LOADS = st.builds(
    Load,
    articles=st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(0, 3), st.integers(0, 4)), max_size=4
    ).map(tuple),
    rules=st.sampled_from("123"),
    rejects=st.integers(0, 2),
)
STEPS = st.lists(st.one_of(LOADS, st.builds(Change, st.sampled_from(OTHER_WRITERS)), st.just("export")), max_size=4)


@pytest.fixture(scope="module")
def busy(database: Callable[[], str]) -> Iterator[Engine]:
    """A warehouse that lives through all the examples of the property below."""
    made = engine(database())
    load(made, [incoming(1, 1, records=2), rejected(1)], batch_key="first")
    yield made
    made.dispose()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(steps=STEPS, held_open=st.one_of(st.none(), st.sampled_from(OTHER_WRITERS)))
def test_increments_applied_to_a_whole_export_give_the_whole_export_of_now(
    busy: Engine, steps: list[Load | Change | str], held_open: str | None
) -> None:
    with tempfile.TemporaryDirectory() as parent, busy.connect() as late:
        folders = iter(Path(parent) / str(number) for number in range(100))
        # A transaction that began before the first export and ends after it.
        late.execute(text("select pg_current_xact_id()"))
        export(busy, last := next(folders), format="jsonl")
        held = read(last)
        if held_open:
            late.execute(text(held_open))
        late.commit()
        for number, step in enumerate(steps):
            if isinstance(step, Load):
                batch: list[Incoming | Rejected] = [
                    incoming(code, variant, records=records, at=at) for code, variant, records, at in step.articles
                ]
                batch += map(rejected, range(step.rejects))
                load(busy, batch, batch_key=f"{parent}{number}", rules=step.rules)
            elif isinstance(step, Change):
                with busy.begin() as connection:
                    connection.execute(text(step.sql))
            else:
                export(busy, increment := next(folders), format="jsonl", since=as_of(last))
                apply(held, increment)
                last = increment
        export(busy, increment := next(folders), format="jsonl", since=as_of(last))
        apply(held, increment)
        export(busy, now := next(folders), format="jsonl")

        assert held == read(now)


def test_rows_that_did_not_change_are_not_in_an_increment(warehouse: Engine, tmp_path: Path) -> None:
    load(warehouse, [incoming(1, 1, records=3), incoming(2, 2, records=2)], batch_key="a")
    load(warehouse, [incoming(3, 3)], batch_key="b")
    since = export(warehouse, tmp_path / "whole").as_of
    load(warehouse, [incoming(4, 1, outlet="irna")], batch_key="c")
    since = export(warehouse, tmp_path / "second").as_of
    load(warehouse, [incoming(1, 1, records=2, at=1)], batch_key="d", rules="2")
    done = export(warehouse, tmp_path / "changes", since=since, format="jsonl")

    # Rules «2» gave the first article one official less and the others another rule; the meeting has one participant less.
    assert done.rows["articles"] == 2  # that one, and the one loaded after the batch that as_of names
    assert done.rows["article_texts"] == 1
    assert done.withdrawn["officials"] == 1
    assert done.withdrawn["organizations"] == done.withdrawn["article_texts"] == 0
    assert done.rows["batches"] < 4


def test_a_key_that_is_there_again_is_not_withdrawn(warehouse: Engine, tmp_path: Path) -> None:
    load(warehouse, [incoming(1, 1)], batch_key="a")
    since = export(warehouse, tmp_path / "whole").as_of
    with warehouse.begin() as connection:
        connection.execute(text("create temporary table kept as select * from metrics"))
        connection.execute(text("delete from metrics"))
        connection.execute(text("insert into metrics select * from kept"))
        connection.execute(text("drop table kept"))
    done = export(warehouse, tmp_path / "changes", since=since)

    assert (done.rows["metrics"], done.withdrawn["metrics"]) == (1, 0)


def test_changes_since_a_time_before_the_first_load_are_not_known(warehouse: Engine, tmp_path: Path) -> None:
    before = datetime.now(UTC)
    with pytest.raises(ExportError, match="nothing was loaded into it yet; export it whole"):
        export(warehouse, tmp_path / "e", since=before)
    load(warehouse, [incoming(1, 1)], batch_key="a")
    with pytest.raises(ExportError, match=r"is not known .*: they are known since 20.*; export it whole"):
        export(warehouse, tmp_path / "e", since=before)
    with pytest.raises(ExportError, match="is yet to come"):
        export(warehouse, tmp_path / "e", since=datetime.now(UTC) + timedelta(hours=1))
    assert list(tmp_path.iterdir()) == []


def test_a_copied_warehouse_knows_no_changes_of_the_one_it_was_copied_from(
    database: Callable[[], str], postgres: tuple[str, Path], tmp_path: Path
) -> None:
    url = database()
    made = engine(url)
    load(made, [incoming(1, 1)], batch_key="a")
    since = export(made, tmp_path / "whole").as_of
    made.dispose()
    name = made.url.database
    with psycopg.connect(postgres[0].replace("+psycopg", ""), autocommit=True) as admin:
        admin.execute(f"create database {name}_copy template {name}".encode())
    copied = engine(made.url.set(database=f"{name}_copy").render_as_string(hide_password=False))
    with pytest.raises(ExportError, match="export it whole"):
        export(copied, tmp_path / "e", since=since)
    copied.dispose()


def test_changes_are_not_known_across_a_change_of_the_schema(database: Callable[[], str], tmp_path: Path) -> None:
    """A column that is added with a default changes every row and writes none."""
    url = database()
    made = engine(url)
    load(made, [incoming(1, 1)], batch_key="a")
    since = export(made, tmp_path / "whole").as_of
    made.dispose()
    downgrade(url, "-1")
    made = engine(url)
    with made.begin() as connection:
        connection.execute(text("update tracking.settled set origin = tracking.origin()"))
    made.dispose()
    upgrade(url)
    made = engine(url)
    with pytest.raises(ExportError, match="export it whole"):
        export(made, tmp_path / "e", since=since)
    made.dispose()


def test_every_table_that_loads_write_has_its_deletions_noted(module_warehouse: Engine) -> None:
    """Another table is exported whole each time: call `tracking.follow` in its migration where that is too much."""
    with module_warehouse.connect() as connection:
        followed = set(
            connection.scalars(text("select tgrelid::regclass::text from pg_trigger where tgname = 'withdrawn'"))
        )
    assert followed >= {"articles", "article_versions", "article_texts", "sightings", "officials", "metrics", "pages"}
    assert followed <= set(Table.metadata.tables)


# What is in the way


def test_a_folder_with_something_in_it_is_left_alone(filled: Engine, tmp_path: Path) -> None:
    (tmp_path / "e").mkdir()
    (tmp_path / "e" / "thesis.txt").write_text("years of work")
    with pytest.raises(ExportError, match="not empty"):
        export(filled, tmp_path / "e")
    assert (tmp_path / "e" / "thesis.txt").read_text() == "years of work"


def test_what_a_killed_export_left_is_replaced(filled: Engine, tmp_path: Path) -> None:
    (tmp_path / "e.part").mkdir()
    (tmp_path / "e.part" / "articles.csv").write_text("half")
    export(filled, tmp_path / "e", tables=["outlets"])

    assert set(contents_of(tmp_path / "e")) == {"outlets.parquet", "manifest.json"}
    assert not (tmp_path / "e.part").exists()


def test_a_failed_export_leaves_nothing(filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from db import formats as module

    def full(*arguments: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(module.FORMATS, "csv", full)
    with pytest.raises(ExportError, match="No space left on device"):
        export(filled, tmp_path / "e", format="csv")
    assert list(tmp_path.iterdir()) == []


def test_another_schema_is_refused(database: Callable[[], str], tmp_path: Path) -> None:
    made = engine(database())
    with made.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '0001'"))
    with pytest.raises(ExportError, match="the schema is at 0001, this version needs"):
        export(made, tmp_path / "e")
    made.dispose()


def test_analysts_export_too(filled: Engine, database: Callable[[], str], tmp_path: Path) -> None:
    with filled.begin() as connection:
        connection.execute(text("create role analyst login in role dabir_reader"))
    reader = engine(filled.url.set(username="analyst").render_as_string(hide_password=False))
    try:
        whole = export(reader, tmp_path / "whole")
        assert whole.as_of is not None
        assert export(reader, tmp_path / "changes", since=whole.as_of).rows["articles"] <= whole.rows["articles"]
    finally:
        reader.dispose()
        with filled.begin() as connection:
            connection.execute(text("drop role analyst"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--format", "xlsx"], "xlsx is no format; there are parquet, csv, jsonl"),
        (["--since", "yesterday"], "nor a time with its offset"),
        (["--tables", "articles,people"], "no such table: 'people'; there are article_links, article_texts"),
        (["--tables", "nothing"], "no such table: 'nothing'; there are"),
        (["--tables", ""], "no such table: ''; there are"),
    ],
)
def test_a_wrong_option_is_one_clear_line(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.setenv("DABIR_DATABASE_URL", filled.url.render_as_string(hide_password=False))
    result = CliRunner().invoke(app, ["export", str(tmp_path / "e"), *arguments])

    assert result.exit_code == 2
    assert message in result.stderr
    assert not (tmp_path / "e").exists()


def test_the_command_says_what_to_give_next(filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DABIR_DATABASE_URL", filled.url.render_as_string(hide_password=False))
    first = CliRunner().invoke(app, ["export", str(tmp_path / "a"), "--format", "csv"])
    assert first.exit_code == 0, first.stderr
    since = first.stdout.strip().rpartition("--since ")[2]
    second = CliRunner().invoke(app, ["export", str(tmp_path / "b"), "--since", since, "--tables", "articles,metrics"])

    assert second.exit_code == 0, second.stderr
    assert "rows of 2 tables, 1 keys withdrawn; next: --since" in second.stdout
