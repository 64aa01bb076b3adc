"""The schema explains itself, migrations make exactly it, and analysts can read it but not write."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from db.dictionary import with_dictionary
from db.engine import WarehouseError, check, downgrade, engine, upgrade
from db.schema import Table

TABLES = sorted(Table.metadata.tables.values(), key=lambda table: table.name)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_every_table_and_column_says_what_it_holds(table: object) -> None:
    from sqlalchemy import Table as SchemaTable

    assert isinstance(table, SchemaTable)
    assert table.comment
    assert [column.name for column in table.columns if not column.comment] == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_names_tell_times_days_keys_and_truths(table: object) -> None:
    from sqlalchemy import Boolean, Date, DateTime
    from sqlalchemy import Table as SchemaTable

    assert isinstance(table, SchemaTable)
    for column in table.columns:
        assert isinstance(column.type, DateTime) == column.name.endswith("_at"), column
        assert isinstance(column.type, Date) == column.name.endswith("_on"), column
        assert isinstance(column.type, Boolean) == column.name.startswith("is_"), column


def test_migrations_make_the_schema_of_the_code(database: Callable[[], str]) -> None:
    assert check(database()) == []


def test_the_comments_are_in_the_database(module_warehouse: Engine) -> None:
    inspector = inspect(module_warehouse)

    for table in TABLES:
        assert inspector.get_table_comment(table.name)["text"] == table.comment
        comments = {column["name"]: column["comment"] for column in inspector.get_columns(table.name)}
        assert comments == {column.name: column.comment for column in table.columns}


def test_an_old_or_empty_database_is_said_to_be(database: Callable[[], str]) -> None:
    url = database()
    downgrade(url, "base")

    assert check(url) == ["the database is empty: run `dabir db upgrade`"]


def test_a_column_that_is_missing_is_found(database: Callable[[], str]) -> None:
    url = database()
    changed = engine(url)
    with changed.begin() as connection:
        connection.execute(text("alter table articles drop column layout"))
    changed.dispose()

    assert len(check(url)) == 1
    assert "layout" in check(url)[0]


def test_upgrading_twice_changes_nothing(database: Callable[[], str]) -> None:
    url = database()
    upgrade(url)

    assert check(url) == []


def test_analysts_read_and_do_not_write(module_warehouse: Engine) -> None:
    with module_warehouse.connect() as connection:
        connection.execute(text("set role dabir_reader"))
        assert connection.scalar(text("select count(*) from articles")) == 0
        assert connection.scalar(text("select record_sentence(1, 0, 5)")) is None
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("delete from articles"))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "not of the form"),
        ("sqlite://", "PostgreSQL, not sqlite"),
    ],
)
def test_a_wrong_address_is_one_clear_line(url: str, message: str) -> None:
    with pytest.raises(WarehouseError, match=message) as caught:
        engine(url)
    assert "\n" not in str(caught.value)


def test_a_server_that_does_not_answer_is_one_clear_line_without_the_password() -> None:
    with pytest.raises(WarehouseError, match="does not answer") as caught:
        upgrade("postgresql://someone:secret@127.0.0.1:1/dabir")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_data_dictionary_is_that_of_the_schema() -> None:
    page = (Path(__file__).parent.parent / "docs" / "records.md").read_text()

    assert with_dictionary(page) == page, "run `python -m db.dictionary docs/records.md`"
    assert all(f"### {table.name}\n" in page for table in TABLES)


def test_the_dictionary_keeps_the_rest_of_its_page() -> None:
    page = with_dictionary("# Title\n")

    assert page.startswith("# Title\n\n<!-- tables")
    assert with_dictionary(page + "\nAfter.\n") == page + "\nAfter.\n"
