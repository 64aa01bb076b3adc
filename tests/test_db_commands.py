"""`dabir db check` and `dabir db size`: what they say of a warehouse as it should be, and of one that is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from dabir.cli import app
from db.engine import engine


@pytest.fixture
def url(database: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> str:
    made = database()
    monkeypatch.setenv("DABIR_DATABASE_URL", made)
    return made


def db(command: str) -> Result:
    return CliRunner().invoke(app, ["db", command])


def execute(url: str, *statements: str) -> None:
    changed = engine(url)
    with changed.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    changed.dispose()


def test_a_warehouse_of_this_version_passes_the_check(url: str) -> None:
    result = db("check")

    assert (result.exit_code, result.stdout) == (0, "the warehouse is as this version expects it\n")


def test_each_difference_is_a_line_and_the_exit_code_is_1(url: str) -> None:
    execute(url, "alter table articles drop column layout", "drop index ix_metrics_subject_fold")
    result = db("check")

    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 2
    assert "layout" in result.stderr
    assert "ix_metrics_subject_fold" in result.stderr


def test_an_older_schema_is_told_by_its_number(url: str) -> None:
    execute(url, "update alembic_version set version_num = '0001'")
    result = db("check")

    assert result.exit_code == 1
    assert result.stderr.startswith("the schema is at 0001, this version needs ")


def test_sizes_are_the_largest_first_with_rows_and_the_sum(url: str) -> None:
    execute(
        url,
        "insert into outlets (outlet, name) select n::text, repeat(md5(n::text), 9) from generate_series(1, 5000) as n",
        "analyze outlets",
    )
    result = db("size")

    assert result.exit_code == 0, result.stderr
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[1][:2] == ["outlets", "5000"]
    assert ["tracking.withdrawn", "-"] in [line[:2] for line in lines]
    assert lines[-1][:3] == ["the", "whole", "database"]
    assert float(lines[-1][-1]) > sum(float(line[-1]) for line in lines[1:-1])


@pytest.mark.parametrize("command", ["check", "size", "url"])
def test_a_server_that_does_not_answer_is_one_clear_line(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DABIR_DATABASE_URL", "postgresql://someone:secret@127.0.0.1:1/dabir")
    result = db(command)

    assert "secret" not in result.output
    assert "Traceback" not in result.output
    if command != "url":  # which only says where it would be
        assert result.exit_code == 1
        assert "PostgreSQL does not answer" in result.stderr
