"""Migrations up and down on filled databases, step by step, lose nothing that the older schema can hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from db.engine import MIGRATIONS, check, downgrade, engine, upgrade
from db.load import Incoming, load
from db.resolution import resolve
from parsing.records import Article, Footer, Meeting, Official, Records, Rejected, Span

REVISIONS = [revision.revision for revision in ScriptDirectory(str(MIGRATIONS)).walk_revisions()][::-1]


def fill(warehouse: Engine) -> None:
    """Rows in the tables that a load writes, among them a story, a version and a rejected page."""
    span = Span(start=0, end=1, sentence_start=0, sentence_end=2, rule="official.test")
    records = Records(
        officials=(Official(name="علی رضایی", post="استاندار", span=span),),
        meetings=(Meeting(kind="جلسه", participants=("علی رضایی",), span=span),),
    )
    at = datetime(2025, 6, 1, tzinfo=UTC)
    footer = Footer(text="انتهای پیام", marker="انتهای پیام")
    bodies = {"isna": "متن یکسان دو رسانه دربارهٔ جلسهٔ شورای اداری استان و بودجهٔ راه‌ها", "irna": ""}
    bodies["irna"] = bodies["isna"]
    batch: list[Incoming | Rejected] = [
        Incoming(
            article=Article(outlet=outlet, code=code, title="عنوان", body=body, footer=footer, published=at),
            records=records,
            seen_at=at,
        )
        for outlet, code, body in (*((outlet, "1", body) for outlet, body in bodies.items()), ("isna", "1", "متن تازه"))
    ]
    load(warehouse, [*batch, Rejected(outlet="isna", url=None, code="2", field="body", reason="none")], batch_key="a")


def contents(warehouse: Engine) -> dict[str, list[Any]]:
    with warehouse.connect() as connection:
        return {
            table: sorted(connection.scalars(text(f"select t::text from {table} t")))
            for table in inspect(warehouse).get_table_names()
        }


def test_there_is_one_line_of_revisions() -> None:
    assert [f"{number:04d}" for number in range(1, len(REVISIONS) + 1)] == REVISIONS


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_a_filled_warehouse_goes_down_to_each_revision_and_up_again(database: Callable[[], str], revision: str) -> None:
    url = database()
    warehouse = engine(url)
    fill(warehouse)
    before = contents(warehouse)
    warehouse.dispose()

    downgrade(url, revision)
    upgrade(url)

    assert check(url) == []
    warehouse = engine(url)
    assert contents(warehouse) == before
    warehouse.dispose()


def test_a_filled_warehouse_goes_down_to_nothing_and_up_to_an_empty_one(database: Callable[[], str]) -> None:
    url = database()
    warehouse = engine(url)
    fill(warehouse)
    assert len(contents(warehouse)["articles"]) == 2
    warehouse.dispose()

    downgrade(url, "base")
    warehouse = engine(url)
    assert inspect(warehouse).get_table_names() == ["alembic_version"]
    warehouse.dispose()
    upgrade(url)

    assert check(url) == []
    warehouse = engine(url)
    fill(warehouse)
    assert len(contents(warehouse)["article_links"]) == 1
    warehouse.dispose()


def test_mentions_are_dated_by_their_texts_and_keep_what_else_they_say(database: Callable[[], str]) -> None:
    url = database()
    warehouse = engine(url)
    fill(warehouse)
    resolve(warehouse)
    with warehouse.begin() as connection:
        # One whose text is gone, as no foreign key forbids, must not be lost.
        connection.execute(
            text("insert into official_mentions (version_id, record_id, reason) values (1, 2, 'without a text')")
        )
    before = contents(warehouse)
    assert len(before["official_mentions"]) == 3
    warehouse.dispose()

    downgrade(url, "0008")
    upgrade(url)

    assert check(url) == []
    warehouse = engine(url)
    assert contents(warehouse) == before
    warehouse.dispose()
