"""Questions and their answers, and searching by words: what is found, what is not, and in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, inspect, text
from typer.testing import CliRunner

from dabir.cli import app
from db import answers
from db.load import Incoming, load
from db.text_search import MOST_HITS, search, snippet, terms_of
from db.views import VIEWS
from db.words import word_key, word_keys, words
from parsing.letters import fold
from parsing.records import Article, Meeting, Metric, Official, Organization, Records, Span
from parsing.text import normalize

PUBLISHED = datetime(2025, 6, 1, 9, tzinfo=UTC)
GOVERNOR, MINISTER, HEALTH = 11, 12, 21


def span(start: int = 0) -> Span:
    return Span(start=start, end=start + 3, sentence_start=start, sentence_end=start + 20, rule="test.made")


def incoming(number: int, title: str, body: str, records: Records | None = None, **more: Any) -> Incoming:
    made = {"outlet": "isna", "published": PUBLISHED - timedelta(days=20 * number), "province": "لرستان", **more}
    article = Article(code=str(number), title=normalize(title), body=normalize(body), **made)
    return Incoming(article=article, records=records or Records(), seen_at=PUBLISHED)


def metric(value: int, *, subject: str = "تولید گندم", start: int = 0, **more: Any) -> Metric:
    return Metric(subject=subject, value=Decimal(value), unit="ton", span=span(start), **more)


BATCH = [
    incoming(
        1,
        "دیدار استاندار با وزیر",
        "استاندار لرستان با وزیر بهداشت دیدار کرد. تولید گندم ۱۲ تن بود.",
        Records(
            officials=(
                Official(name="علی رضایی", post="استاندار لرستان", span=span(), role="speaker"),
                Official(name=None, post="وزیر بهداشت", span=span(9), role="participant"),
            ),
            organizations=(Organization(name="وزارت بهداشت", span=span()),),
            metrics=(metric(12, place="لرستان"), metric(7, start=30, speaker="علی رضایی"), metric(5, start=40)),
            meetings=(Meeting(kind="دیدار", participants=("استاندار لرستان", "وزیر بهداشت", "مردم"), span=span()),),
        ),
    ),
    incoming(2, "گندم", "تولید گندم در کتاب‌های تازه", Records(metrics=(metric(3, subject="توليد گندم"),))),
    incoming(3, "شورای شهر", "اعضای شورای شهر کرمانشاه می‌روند", outlet="irna"),
    incoming(4, "شهر", "شهر بی شورای تازه", published=None),
    incoming(40, "کهنه", "مسئولان شورای شهر و <b>نماینده‌ها</b>"),
]


@pytest.fixture(scope="module")
def connection(module_warehouse: Engine) -> Iterator[Connection]:
    load(module_warehouse, BATCH, batch_key="answers", crawl=("isna", date(2025, 6, 1)))
    resolved = f"""
        insert into bodies (body_id, name, name_fold) values ({HEALTH}, 'وزارت بهداشت', 'وزارتبهداشت');
        insert into persons (person_id, name, name_fold, article_id)
            values ({GOVERNOR}, 'علی رضایی', 'علیرضایی', 1), ({MINISTER}, 'وزیر', 'وزیر', 1);
        insert into posts (post_id, title, title_fold, body_id) values (31, 'استاندار', 'استاندار', {HEALTH});
        insert into tenures (tenure_id, person_id, post_id, since_on, first_met_on, is_acting, is_former)
            values (1, {GOVERNOR}, 31, '2024-01-01', null, false, false), (2, {GOVERNOR}, 31, null, '2020-01-01', false, true);
        insert into official_mentions (version_id, record_id, person_id, post_id, reason, published_at)
            select version_id, record_id, case when name is null then {MINISTER} else {GOVERNOR} end,
                   case when name is null then null else 31 end, 'test', published_at
            from officials join article_versions using (version_id);
        insert into organization_mentions (version_id, record_id, body_id, reason, published_at)
            select version_id, record_id, {HEALTH}, 'test', published_at
            from organizations join article_versions using (version_id);
        insert into crawl_runs (outlet, day_on, run, outcome, started_at)
            values ('isna', '2025-06-01', 'a', 'unreachable', '2025-06-01'), ('isna', '2025-06-01', 'b', 'partial', '2025-06-02');
    """
    with module_warehouse.begin() as writing:
        writing.execute(text(resolved))
    with module_warehouse.connect() as reading:
        reading.execute(text("set role dabir_reader"))
        yield reading


def test_a_series_is_of_one_subject_in_any_spelling_newest_first(connection: Connection) -> None:
    found = answers.series(connection, "توليدِ گندم")
    assert sorted(row.value for row in found) == [3, 5, 7, 12]
    assert [row.published_on for row in found] == sorted((row.published_on for row in found), reverse=True)
    assert answers.series(connection, "تولید") == []


def test_a_series_of_a_place_or_unit_leaves_the_others_out(connection: Connection) -> None:
    assert len(answers.series(connection, "تولید گندم", place="لرستان")) == 4
    assert answers.series(connection, "تولید گندم", place="همدان") == []
    assert answers.series(connection, "تولید گندم", unit="person") == []


def test_a_body_has_the_figures_of_its_sentences_and_of_its_post_holders(connection: Connection) -> None:
    assert {(row.value, row.how) for row in answers.figures_of(connection, HEALTH)} == {
        (12, "sentence"),
        (7, "speaker"),
    }
    assert {row.value for row in answers.series(connection, "تولید گندم", body_id=HEALTH)} == {12, 7}
    assert answers.figures_of(connection, 99) == []


def test_a_career_is_in_the_order_of_time_and_statements_are_what_was_said(connection: Connection) -> None:
    assert [row.is_former for row in answers.career(connection, GOVERNOR)] == [True, False]
    assert [(row.post, row.sentence) for row in answers.statements(connection, GOVERNOR)] == [
        ("استاندار لرستان", BATCH[0].article.text[:20])
    ]
    assert answers.statements(connection, MINISTER) == []
    assert len(answers.statements(connection, MINISTER, roles=("participant",))) == 1


def test_who_met_whom_is_told_from_both_sides_by_name_or_post(connection: Connection) -> None:
    assert [(row.other, row.other_person_id) for row in answers.met(connection, GOVERNOR)] == [
        ("وزیر بهداشت", MINISTER),
        ("مردم", None),
    ]
    assert [row.other for row in answers.met(connection, MINISTER, other_person_id=GOVERNOR)] == ["استاندار لرستان"]


def test_coverage_tells_the_latest_outcome_beside_the_articles(connection: Connection) -> None:
    found = answers.coverage(connection, date(2025, 5, 1), date(2025, 6, 30))
    assert [(row.outlet, row.day_on, row.outcome, row.articles) for row in found] == [
        ("isna", date(2025, 5, 12), None, 1),
        ("isna", date(2025, 6, 1), "partial", 0),
    ]


def test_changes_are_told_from_a_moment_on(connection: Connection) -> None:
    found = answers.changed_since(connection, datetime(2020, 1, 1, tzinfo=UTC))
    assert {(row.kind, row.change, row.outlet) for row in found} == {("text", "new", "isna"), ("text", "new", "irna")}
    assert answers.changed_since(connection, found[-1].changed_at) == []


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("گندم", [1, 2]),
        ("كتاب", [2]),
        ("کتابها", [2]),
        ("کتاب های", [2]),
        ("گندم کتاب", [2]),
        ("می روند", [3]),
        ("ميروند", [3]),
        ("شهر شورای", [3, 40, 4]),
        ("«شورای شهر»", [3, 40]),
        ('"شورای شهر" کرمانشاه', [3]),
        ("«شهر شورای»", []),
        ("۱۲ تن", [1]),
        ("12", [1]),
        ("نماینده", [40]),
        ("نیست", []),
        ("", []),
        ("«» . !", []),
    ],
)
def test_words_are_found_in_any_spelling_the_newest_first_and_undated_last(
    connection: Connection, query: str, codes: list[int]
) -> None:
    found = search(connection, query)
    by_id: dict[int, str] = dict(connection.execute(text("select article_id, code from articles")).all())

    assert [int(by_id[hit.article_id] or 0) for hit in found.hits] == codes
    assert not found.is_cut


def test_a_search_is_of_one_outlet_and_has_a_limit(connection: Connection) -> None:
    assert [hit.outlet for hit in search(connection, "شهر", outlet="irna").hits] == ["irna"]
    assert len(search(connection, "شهر", limit=1).hits) == 1
    assert search(connection, "شهر", limit=1).is_cut
    assert len(search(connection, "شهر", limit=MOST_HITS + 1).hits) == 3


def test_a_text_that_changed_is_found_by_its_present_words_alone(warehouse: Engine) -> None:
    load(warehouse, [incoming(1, "یک", "گندم")], batch_key="a")
    load(warehouse, [replace(incoming(1, "یک", "برنج"), seen_at=PUBLISHED + timedelta(hours=1))], batch_key="b")

    with warehouse.connect() as connection:
        assert [len(search(connection, query).hits) for query in ("گندم", "برنج")] == [0, 1]


def test_a_snippet_marks_the_words_and_joined_is_a_stretch_of_the_text() -> None:
    told = "آغاز " * 50 + "اعضای شورای‌ها، شهر." + " پایان" * 50
    pieces = snippet(told, {"شورای", "شهر"})

    assert "".join(piece.text for piece in pieces) in told
    assert [piece.text for piece in pieces if piece.is_hit] == ["شورای‌ها", "شهر"]
    assert snippet("", {"شهر"}) == ()


@given(st.text(max_size=300))
def test_the_keys_of_a_text_are_those_of_its_words(told: str) -> None:
    assert set(word_keys([told], [()])[0].tolist()) == {word_key(word.folded) for word in words(told)}


def test_the_keys_of_a_long_text_are_those_of_its_words() -> None:
    told = " ".join(f"واژه{number}" for number in range(9_000))

    assert set(word_keys([told], [()])[0].tolist()) == {word_key(word.folded) for word in words(told)}


@given(st.text(max_size=100))
def test_a_query_never_fails_and_its_words_are_folded(query: str) -> None:
    assert all(word == fold(word) for term in terms_of(query) for word in term if word.isalpha() and word.isascii())


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_says_what_it_holds(module_warehouse: Engine, name: str) -> None:
    inspector = inspect(module_warehouse)

    assert inspector.get_table_comment(name)["text"] == VIEWS[name].comment
    with module_warehouse.connect() as connection:
        columns = connection.execute(
            text(
                "select attname, format_type(atttypid, null), col_description(attrelid, attnum) from pg_attribute "
                "where attrelid = cast(:view as regclass) and attnum > 0"
            ),
            {"view": name},
        ).all()
    said = {column: (kind, comment) for column, (kind, comment) in VIEWS[name].columns.items()}
    assert {
        column: (kind.replace("timestamp with time zone", "timestamptz"), comment) for column, kind, comment in columns
    } == said


def test_the_command_line_shows_day_outlet_title_and_snippet(
    connection: Connection, module_warehouse: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DABIR_DATABASE_URL", module_warehouse.url.render_as_string(hide_password=False))
    found = CliRunner().invoke(app, ["search", "--most", "1", "شوراي", "شهر"])

    assert found.output.splitlines()[:2] == ["۱۴۰۴/۰۱/۱۳ ۱۲:۳۰  irna  شورای شهر", "    اعضای شورای شهر کرمانشاه می‌روند"]
    assert "there may be more" in found.output
    assert "no article holds" in CliRunner().invoke(app, ["search", "هیچ‌کجا"]).output
