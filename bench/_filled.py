"""A warehouse of a million generated articles over ten years with all that hangs on them, and the answers from it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from dabir.web import queries
from db import answers
from db.rows import PERIOD_DAYS
from db.schema import Table
from db.text_search import search
from db.words import month_key, outlet_key, word_key

# Asked about one of the best known thousandth: thousands of mentions at a million articles.
PERSON, BODY, SUBJECT = 30, 20, "subject100"
ANSWERS: dict[str, Callable[[Connection], Any]] = {
    "series of a subject": lambda connection: answers.series(connection, SUBJECT),
    "series of a subject, place": lambda connection: answers.series(connection, SUBJECT, place="place7"),
    "series of a body": lambda connection: answers.series(connection, SUBJECT, body_id=BODY),
    "figures of a body": lambda connection: answers.figures_of(connection, BODY),
    "career": lambda connection: answers.career(connection, PERSON),
    "statements": lambda connection: answers.statements(connection, PERSON),
    "whom one met": lambda connection: answers.met(connection, PERSON),
    "coverage of six weeks": lambda connection: answers.coverage(connection, date(2025, 4, 15), date(2025, 5, 28)),
    "changes since a time": lambda connection: answers.changed_since(connection, datetime(2025, 5, 1, tzinfo=UTC)),
    "search, word of most": lambda connection: search(connection, "w0"),
    "search, rare word": lambda connection: search(connection, "w40000"),
    "search, three words": lambda connection: search(connection, "w3 w50 w2000"),
    "search, an outlet": lambda connection: search(connection, "w100 w5", outlet="isna"),
    "search, no such words": lambda connection: search(connection, "w0 nowhere"),
    "page of articles": lambda connection: queries.articles(connection, None, None),
    "page of figures": lambda connection: queries.figures(connection, None, None, None),
    "page of a figure": lambda connection: queries.figures(connection, SUBJECT, None, None),
}
MOST_SECONDS = 0.1
ROUNDS = 5


def answer_seconds(warehouse: Engine) -> dict[str, float]:
    """Each answer's median time of ROUNDS, after a first that reads what it needs from the disk."""
    seconds = {}
    with warehouse.connect() as connection:
        for name, ask in ANSWERS.items():
            times = []
            for _ in range(ROUNDS + 1):
                began = time.perf_counter()
                ask(connection)
                times.append(time.perf_counter() - began)
            seconds[name] = statistics.median(times[1:])
    return seconds


def fill(warehouse: Engine, filled: int) -> None:
    """Put `filled` articles into `warehouse`, whose outlets are there."""
    _put_filled_words(warehouse)
    with warehouse.begin() as connection:
        connection.execute(text("set local synchronous_commit = off"))
        for statement in FILL:
            connection.execute(text(statement), {"filled": filled})
    with warehouse.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
        connection.execute(text("checkpoint"))


# One article every few minutes over ten years up to the week that is loaded, with short bodies but all index entries.
# Words, names, bodies, posts and subjects are skewed as in news: a few are everywhere, most are rare.
_NUMBERS = "from generate_series(1, :filled) n"
_MOMENT = "(timestamptz '2025-06-01 00:00Z' - interval '3650 days' * (n::float / :filled))"
_ARTICLE = "hashint8extended(n, 1)"
_VERSION = "hashint8extended(n, 2)"
_PERSONS, _POSTS, _BODIES, _SUBJECTS = 30_000, 10_000, 20_000, 100_000


def _skewed(seed: str, of: int) -> str:
    """A number under `of` for article n: a tenth of all articles have one of the first thousandth."""
    return f"floor({of} * power((hashint8extended({seed}, 99) & 1048575) / 1048576.0, 3))::int"


def _records(table: str, count: int, columns: str, values: str, seed: int) -> str:
    return (
        f"insert into {table} (version_id, record_id, ordinal, span_start, span_end, sentence_start, sentence_end, "
        f"rule, {columns}) select {_VERSION}, hashint8extended(n, k + {seed}), k, 0, 1, k * 2, k * 2 + 2, 'fill', "
        f"{values} "
        f"{_NUMBERS}, generate_series(1, {count}) k"
    )


_PERSON, _POST = _skewed("n * 8 + k", _PERSONS), _skewed("n * 8 + k", _POSTS)
_BODY, _SUBJECT = _skewed("n * 8 + k + 3", _BODIES), _skewed("n * 8 + k + 5", _SUBJECTS)
FILL = [
    # The rows refer to each other rightly, so the 40 million checks of that are left out, and the largest index is
    # made at the end.
    "set local session_replication_role = replica",
    "drop index ix_article_words_words",
    "insert into batches (batch, rules, loaded_at) select 'fill' || n, '', timestamptz '2025-06-01 00:00Z' - "
    "interval '3650 days' * (n * 500.0 / :filled) from generate_series(0, :filled / 500) n",
    "insert into articles (article_id, outlet, identity, code, published_at, tags, is_advert, first_seen_at, "
    f"last_seen_at, current_version_id) select {_ARTICLE}, (array['isna','irna','mehr','fars'])[n % 4 + 1], "
    f"'code:f' || n, 'f' || n, {_MOMENT}, '{{}}', false, {_MOMENT}, {_MOMENT}, {_VERSION} {_NUMBERS}",
    "insert into article_versions (version_id, article_id, content_digest, body_digest, title_fold, title_footer_key, "
    "published_at, characters, first_seen_at, last_seen_at, text_seen_at, rules, records_digest, batch) "
    f"select {_VERSION}, {_ARTICLE}, int8send({_VERSION}), int8send({_VERSION}), 'title' || n, hashint8extended(n, 3), "
    f"{_MOMENT}, 2000, {_MOMENT}, {_MOMENT}, {_MOMENT}, '', 0, 'fill' || n / 500 {_NUMBERS}",
    # Some 80 words an article, of 3,000 different choices: w0 in most articles, w1000 in a twentieth.
    "create temporary table chosen_words on commit drop as select n as choice, array_agg(distinct key) as words, "
    "string_agg('w' || word, ' ') as told "
    f"from generate_series(0, 2999) n cross join generate_series(1, 80) k join filled_words on name = 'word' and "
    f"word = {_skewed('n * 128 + k', 60_000)} group by n",
    "insert into article_texts (version_id, title, body) "
    f"select {_VERSION}, 'title' || n, told {_NUMBERS} join chosen_words on choice = n * 7919::bigint % 3000",
    "insert into sightings (sighting_id, article_id, version_id, seen_at) "
    f"select hashint8extended(n, 4), {_ARTICLE}, {_VERSION}, {_MOMENT} {_NUMBERS}",
    # The smallest hashes of a text are small: fingerprints crowd at the low end, where those to be loaded fall too.
    "insert into article_sketches (period, fingerprint, day, version_id) "
    f"select day / {PERIOD_DAYS}, ('x' || substr(md5(n || ' ' || k), 1, 14))::bit(56)::bigint, day, {_VERSION} "
    f"{_NUMBERS}, generate_series(1, 16) k, lateral (select floor(extract(epoch from {_MOMENT}) / 86400)::int as day)",
    _records(
        *("officials", 3, "name, name_fold, post, post_fold, role, is_acting, is_former"),
        f"'name' || {_PERSON}, 'name' || {_PERSON}, 'post' || {_POST}, 'post' || {_POST}, 'speaker', false, false",
        10,
    ),
    _records("organizations", 3, "name, name_fold", f"'body' || {_BODY}, 'body' || {_BODY}", 20),
    _records(
        *("metrics", 6, "subject, subject_fold, value, unit, comparator, place, speaker"),
        f"'subject' || {_SUBJECT}, 'subject' || {_SUBJECT}, n, 'count', '=', 'place' || n % 31, "
        f"'name' || {_skewed('n * 8 + 1', _PERSONS)}",
        30,
    ),
    _records("meetings", 1, "kind, topics, status", "'kind', '{}', 'held'", 40),
    "insert into meeting_participants (version_id, record_id, ordinal, name, name_fold) "
    f"select {_VERSION}, hashint8extended(n, 41), k, 'name' || {_PERSON}, 'name' || {_PERSON} "
    f"{_NUMBERS}, generate_series(1, 2) k",
    "insert into bodies (body_id, name, name_fold) select n, 'body' || n, 'body' || n "
    f"from generate_series(0, {_BODIES}) n",
    "insert into posts (post_id, title, title_fold, body_id) select n, 'post' || n, 'post' || n, n % 20000 "
    f"from generate_series(0, {_POSTS}) n",
    "insert into persons (person_id, name, name_fold, article_id) select n, 'name' || n, 'name' || n, 0 "
    f"from generate_series(0, {_PERSONS}) n",
    "insert into tenures (tenure_id, person_id, post_id, is_acting, is_former) "
    f"select n * 3 + k, n, (n + k) % {_POSTS}, false, false "
    f"from generate_series(0, {_PERSONS}) n, generate_series(0, 2) k",
    "insert into official_mentions (version_id, record_id, person_id, post_id, reason, published_at) "
    f"select {_VERSION}, hashint8extended(n, k + 10), {_PERSON}, {_POST}, 'fill', {_MOMENT} "
    f"{_NUMBERS}, generate_series(1, 3) k",
    "insert into organization_mentions (version_id, record_id, body_id, reason, published_at) "
    f"select {_VERSION}, hashint8extended(n, k + 20), {_BODY}, 'fill', {_MOMENT} {_NUMBERS}, generate_series(1, 3) k",
    "insert into article_words (version_id, published_at, words) "
    f"select {_VERSION}, {_MOMENT}, words || month.key || outlet.key {_NUMBERS} "
    "join chosen_words on choice = n * 7919::bigint % 3000 "
    f"join filled_words month on month.name = 'month' and month.word = to_char({_MOMENT} at time zone 'Asia/Tehran', "
    "'YYYYMM')::int join filled_words outlet on outlet.name = 'outlet' and outlet.word = n % 4",
    "set local maintenance_work_mem = '1GB'",
    *(
        str(CreateIndex(index).compile(dialect=postgresql.dialect()))  # type: ignore[no-untyped-call]
        for index in Table.metadata.tables["article_words"].indexes
    ),
    "drop table filled_words",
]


def _put_filled_words(warehouse: Engine) -> None:
    """The keys of the words that articles are filled with, of months and of outlets."""
    rows = [("word", number, word_key(f"w{number}")) for number in range(60_000)]
    rows += [
        ("month", year * 100 + month, month_key(year, month)) for year in range(2010, 2030) for month in range(1, 13)
    ]
    rows += [("outlet", number, outlet_key(outlet)) for number, outlet in enumerate(("isna", "irna", "mehr", "fars"))]
    with warehouse.begin() as connection:
        connection.execute(text("drop table if exists filled_words"))  # of a filling that was broken off
        connection.execute(text("create table filled_words (name text, word int, key int, primary key (word, name))"))
        connection.execute(
            text("insert into filled_words values (:name, :word, :key)"),
            [dict(zip(("name", "word", "key"), row, strict=True)) for row in rows],
        )
