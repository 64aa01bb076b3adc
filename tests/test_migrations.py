"""Migrations up and down on filled databases, step by step, lose nothing that the older schema can hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
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


def fill(warehouse: Engine, *names: str) -> None:
    """Rows in the tables that a load writes, among them a story, a version and a rejected page."""
    span = Span(start=0, end=1, sentence_start=0, sentence_end=2, rule="official.test")
    records = Records(
        officials=tuple(
            Official(name=name, post="استاندار", span=replace(span, end=end))
            for end, name in enumerate(("علی رضایی", *names), start=1)
        ),
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


def test_verdicts_on_sayyid_hadi_outlive_the_key_without_his_first_letter(database: Callable[[], str]) -> None:
    url = database()
    warehouse = engine(url)
    fill(warehouse, "سید هادی موسوی", "داوود رضایی")
    warehouse.dispose()
    downgrade(url, "0010")
    given = {
        1: ("person", "ادیموسوی/a", "علیموسوی/b"),
        2: ("person", "ادیموسوی/a", "ادیموسوی/b"),
        3: ("person", "داوودرضایی/a", "علیرضایی/b"),  # «هدا» is a name, but nobody is «سیده داوود»
        4: ("person", "ادیموسوی/a", "هادیموسوی/a"),  # one key by now: nothing is left to say
        5: ("person", "ادینوری/a", "ادینوری/b"),  # no text names him
        6: ("body", "ادیموسوی/a", "علیموسوی/b"),
    }
    warehouse = engine(url)
    with warehouse.begin() as connection:
        for number, (kind, left, right) in given.items():
            connection.execute(
                text(
                    "insert into judgements (judgement_id, kind, left_key, right_key, verdict, reason, judged_by, "
                    "judged_at) values (:id, :kind, :left, :right, 'same', '', '', now())"
                ),
                {"id": number, "kind": kind, "left": left, "right": right},
            )
    warehouse.dispose()

    upgrade(url)

    warehouse = engine(url)
    with warehouse.connect() as connection:
        found = {
            row.judgement_id: (row.kind, row.left_key, row.right_key)
            for row in connection.execute(text("select * from judgements"))
        }
    warehouse.dispose()
    assert found == given | {
        1: ("person", "علیموسوی/b", "هادیموسوی/a"),
        2: ("person", "هادیموسوی/a", "هادیموسوی/b"),
    }
