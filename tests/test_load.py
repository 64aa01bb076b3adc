"""Articles into the warehouse: what becomes of each, and that loading again, in any order or size, changes nothing."""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from db import server
from db.engine import engine
from db.load import STEPS, Incoming, PageRef, Tally, load, load_all
from parsing.records import (
    Article,
    Footer,
    Meeting,
    Metric,
    Official,
    Organization,
    Period,
    Records,
    Rejected,
    Span,
)

SEEN_AT = datetime(2025, 6, 1, 20, tzinfo=UTC)
PUBLISHED = datetime(2025, 6, 1, 9, tzinfo=UTC)
FOOTER = Footer(text="انتهای پیام", marker="انتهای پیام")
WORDS = re.findall(
    r"\w+",
    "استان شهرستان مدیرکل شورا جلسه طرح بودجه جاده بیمارستان دانشگاه کشاورزی آب برق گاز روستا مدرسه تولید صنعت بازار "
    "سرمایه افتتاح برگزار اعلام گزارش تأکید افزایش کاهش مردم خدمات سلامت آموزش محیط زیست جنگل راه مسکن ورزش فرهنگ",
)


def prose(seed: int, words: int = 120) -> str:
    """Words in a random order that is always the same for one seed: texts of two seeds are two reports."""
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) for _ in range(words))


def span(start: int = 0, rule: str = "official.test") -> Span:
    return Span(start=start, end=start + 5, sentence_start=0, sentence_end=40, rule=rule)


def records(number: int = 1) -> Records:
    """Records of every kind, with all their columns filled, told apart by `number`."""
    day = date(2025, 3, 21)
    period = Period(start=day, end=day + timedelta(days=30), text="فروردین ۱۴۰۴")
    return Records(
        officials=(
            Official(name=f"علی رضایی {number}", post="مدیرکل راه", head="مدیرکل", span=span(), role="speaker"),
            Official(name=None, post="استاندار", span=span(3), is_acting=True),
        ),
        organizations=(Organization(name="راه و شهرسازی لرستان", kind="department", place="لرستان", span=span(1)),),
        metrics=(
            Metric(
                subject="تولید گندم",
                value=Decimal("1.30"),
                value_high=Decimal(number + 1),
                unit="ton",
                span=span(2, "metric.test"),
                comparator="~",
                period=period,
                base_period=period,
            ),
        ),
        meetings=(
            Meeting(
                kind="جلسه",
                participants=("علی رضایی", "استاندار"),
                held_on=day,
                topics=("راه",),
                span=span(4, "meeting.t"),
            ),
        ),
    )


def article(
    code: str = "1", *, outlet: str = "isna", title: str = "عنوان خبر", body: str | None = None, **more: Any
) -> Article:
    body = prose(hash_of(outlet, code)) if body is None else body
    made = Article(outlet=outlet, code=code, title=title, body=body, footer=FOOTER, published=PUBLISHED)
    return replace(made, **more)


def hash_of(*parts: str) -> int:
    return sum(ord(letter) * 31**place for place, letter in enumerate("/".join(parts)))


def incoming(
    one: Article, of: Records | None = None, *, at: datetime = SEEN_AT, page: PageRef | None = None
) -> Incoming:
    return Incoming(article=one, records=records() if of is None else of, seen_at=at, page=page)


def page(offset: int = 0, url: str = "https://isna.ir/1", digest: str = "sha1:x") -> PageRef:
    return PageRef(url=url, file="isna/2025-06-01.warc.zst", offset=offset, digest=digest, fetched_at=SEEN_AT)


def rejected(code: str = "9", outlet: str = "isna") -> Rejected:
    return Rejected(outlet=outlet, url=None, code=code, field="title", reason="no title on the page")


def rows(warehouse: Engine, query: str) -> list[tuple[Any, ...]]:
    with warehouse.connect() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def contents(warehouse: Engine, *without: str) -> dict[str, list[str]]:
    """Everything the warehouse holds but when it was loaded."""
    with warehouse.connect() as connection:
        tables = connection.scalars(text("select tablename from pg_tables where schemaname = 'public'")).all()
        return {
            table: sorted(
                connection.scalars(text(f"select (to_jsonb(t) - 'loaded_at' - 'batch')::text from {table} t"))
            )
            for table in tables
            if table not in ("alembic_version", *without)
        }


def adds_up(tally: Tally) -> bool:
    return tally.seen == tally.new + tally.versions + tally.copies + tally.same + tally.rejected


def test_an_article_is_stored_with_all_its_words_and_records(warehouse: Engine) -> None:
    one = article(kicker="روتیتر", lead="لید", url="https://isna.ir/1", tags=("راه", "لرستان"), reporter="ر")
    tally = load(warehouse, [incoming(one, page=page())], batch_key="a", crawl=("isna", date(2025, 6, 1)), rules="r1")

    assert tally == Tally(seen=1, new=1, officials=2, organizations=1, metrics=1, meetings=1)
    assert rows(warehouse, "select kicker, title, lead, body from article_texts") == [
        ("روتیتر", "عنوان خبر", "لید", one.body)
    ]
    assert rows(warehouse, "select outlet, code, identity, published_on, tags, decision from articles") == [
        ("isna", "1", "code:1", date(2025, 6, 1), ["راه", "لرستان"], "new")
    ]
    assert rows(warehouse, "select value, value_high, period_start_on, comparator from metrics") == [
        (Decimal("1.30"), Decimal(2), date(2025, 3, 21), "~")
    ]
    assert rows(warehouse, "select name from meeting_participants order by ordinal") == [("علی رضایی",), ("استاندار",)]
    assert rows(warehouse, "select p.file_offset from pages p join sightings using (page_id)") == [(0,)]
    assert rows(warehouse, "select outlet, day_on, seen, new from batch_tallies") == [("isna", date(2025, 6, 1), 1, 1)]


def test_the_sentence_of_a_record_is_the_slice_of_the_article_text(warehouse: Engine) -> None:
    one = article(kicker="", lead="لید خبر", body="جملهٔ نخست. جملهٔ دوم با ۱۲ نفر.")
    start = one.text.index("جملهٔ دوم")
    place = Span(start=start, end=start + 4, sentence_start=start, sentence_end=len(one.text), rule="official.test")
    load(warehouse, [incoming(one, Records(officials=(Official(name="ن", post="پ", span=place),)))], batch_key="a")

    query = "select record_sentence(version_id, sentence_start, sentence_end) from officials"
    assert rows(warehouse, query) == [("جملهٔ دوم با ۱۲ نفر.",)]


def test_a_batch_key_is_loaded_once(warehouse: Engine) -> None:
    batch: list[Incoming | Rejected] = [incoming(article("1")), incoming(article("2")), rejected()]
    first = load(warehouse, batch, batch_key="a")
    before = contents(warehouse)

    assert [load(warehouse, batch, batch_key="a") for _ in range(10)] == [first] * 10
    assert contents(warehouse) == before


def test_the_same_pages_under_other_keys_add_nothing_but_done_marks(warehouse: Engine) -> None:
    batch: list[Incoming | Rejected] = [incoming(article("1"), page=page()), incoming(article("2")), rejected()]
    load(warehouse, batch, batch_key="a")
    before = contents(warehouse, "batches", "batch_tallies")

    for key in "bcd":
        assert load(warehouse, batch, batch_key=key) == Tally(seen=3, same=2, rejected=1)
    assert contents(warehouse, "batches", "batch_tallies") == before


def test_an_unchanged_page_is_a_sighting(warehouse: Engine) -> None:
    load(warehouse, [incoming(article())], batch_key="a")
    later = SEEN_AT + timedelta(days=1)

    tally = load(warehouse, [incoming(article(section="استان‌ها"), at=later)], batch_key="b")

    assert tally == Tally(seen=1, same=1)
    assert rows(warehouse, "select section, first_seen_at, last_seen_at from articles") == [("استان‌ها", SEEN_AT, later)]
    assert rows(warehouse, "select count(*) from sightings") == [(2,)]


@pytest.mark.parametrize(
    "changed",
    [
        article(body=prose(1) + " نرخ ۱.۳ درصد"),
        article(title="عنوان دیگر"),
        article(kicker="روتیتر تازه"),
        article(footer=Footer(text="انتهای پیام/12", marker="انتهای پیام", codes=("12",))),
    ],
    ids=["body", "title", "kicker", "footer"],
)
def test_a_changed_page_is_a_version_and_keeps_the_records_of_both_times(warehouse: Engine, changed: Article) -> None:
    load(warehouse, [incoming(article(), records(1))], batch_key="a")

    tally = load(warehouse, [incoming(changed, records(2), at=SEEN_AT + timedelta(hours=1))], batch_key="b")

    assert (tally.versions, tally.new, tally.same) == (1, 0, 0)
    assert rows(warehouse, "select count(*), count(distinct article_id) from article_versions") == [(2, 1)]
    names = "select o.name from officials o join articles on current_version_id = version_id where name is not null"
    assert rows(warehouse, names) == [("علی رضایی 2",)]
    assert len(rows(warehouse, "select * from officials where name is not null")) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("می‌شود گفت که", "میشود گفت که"),
        ("می‌شود گفت که", "می شود گفت که"),
        ("علي و كتاب", "علی و کتاب"),
        ("۱۲ نفر", "12 نفر"),
        ("گفت: «بله»", 'گفت :"بله"'),
    ],
)
def test_spelling_alone_is_no_new_version(warehouse: Engine, before: str, after: str) -> None:
    load(warehouse, [incoming(article(body=before))], batch_key="a")

    tally = load(warehouse, [incoming(article(body=after), at=SEEN_AT + timedelta(hours=1))], batch_key="b")

    assert (tally.same, tally.versions) == (1, 0)
    assert rows(warehouse, "select body from article_texts") == [(after,)]


@pytest.mark.parametrize(("before", "after"), [("۱.۳ درصد", "۱۳ درصد"), ("۳-۵ روز", "۳۵ روز"), ("۱۰:۳۰", "۱۰۳۰")])
def test_another_figure_is_a_new_version(warehouse: Engine, before: str, after: str) -> None:
    load(warehouse, [incoming(article(body=before))], batch_key="a")

    assert load(warehouse, [incoming(article(body=after))], batch_key="b").versions == 1


def test_an_article_without_code_is_known_by_its_address_however_it_is_written(warehouse: Engine) -> None:
    one = article(code="", body="متن", url="http://www.isna.ir/news/%D8%AE/?utm_source=rss")
    load(warehouse, [incoming(one)], batch_key="a")

    tally = load(warehouse, [incoming(replace(one, url="https://isna.ir/news/خ#top"))], batch_key="b")

    assert (tally.same, tally.new) == (1, 0)


def test_empty_titles_and_missing_footers_merge_nothing(warehouse: Engine) -> None:
    batch = [
        *(incoming(article(code, title="")) for code in "12"),
        *(incoming(article(code, footer=None)) for code in "34"),
    ]

    tally = load(warehouse, batch, batch_key="a")

    assert (tally.new, tally.another, tally.copies, tally.versions) == (4, 0, 0, 0)
    assert rows(warehouse, "select count(*) from article_versions where title_footer_key is not null") == [(0,)]


def test_daily_bulletins_of_one_title_and_footer_stay_different_articles(warehouse: Engine) -> None:
    bulletin = (
        "قیمت هر گرم طلای ۱۸ عیار امروز در بازار {} هزار تومان و هر سکه {} هزار تومان و هر دلار {} تومان بود. " * 4
    )
    batch = [
        incoming(
            article(
                str(day),
                title="قیمت طلا",
                body=bulletin.format(*range(day * 101, day * 101 + 12)),
                published=PUBLISHED + timedelta(days=day),
            )
        )
        for day in range(1, 6)
    ]

    tally = load(warehouse, batch, batch_key="a")

    assert (tally.new, tally.another, tally.copies, tally.versions) == (5, 4, 0, 0)
    assert rows(warehouse, "select decision, count(*) from articles group by 1 order by 1") == [
        ("another", 4),
        ("new", 1),
    ]
    assert rows(warehouse, "select count(*) from articles where decision = 'another' and decision_reason is null") == [
        (0,)
    ]


def test_a_copy_by_another_outlet_is_counted_linked_and_kept(warehouse: Engine) -> None:
    body = prose(5)
    batch = [
        incoming(article("1", body=body)),
        incoming(article("7", outlet="irna", body=body, published=PUBLISHED + timedelta(hours=2))),
    ]

    tally = load(warehouse, batch, batch_key="a")

    assert (tally.new, tally.copies, tally.linked) == (1, 1, 1)
    assert rows(warehouse, "select decision, outlet from articles order by 1") == [("copy", "irna"), ("new", "isna")]
    assert rows(warehouse, "select kind, reason, jaccard, hours_apart from article_links") == [
        ("copy", "same_words", 1, 2)
    ]


def test_an_article_published_again_under_another_code_with_changes_is_a_version(warehouse: Engine) -> None:
    body = prose(5)
    again = article("2", body=body.replace("جلسه", "نشست", 2) + " در پایان", published=PUBLISHED + timedelta(hours=2))

    tally = load(warehouse, [incoming(article("1", body=body)), incoming(again)], batch_key="a")

    assert (tally.new, tally.versions) == (1, 1)
    assert rows(warehouse, "select decision from articles where code = '2'") == [("version",)]


def test_adverts_are_flagged_and_counted(warehouse: Engine) -> None:
    advert = article("2", footer=Footer(text="انتهای رپرتاژ آگهی", marker="انتهای رپرتاژ آگهی", is_advert=True))

    assert load(warehouse, [incoming(article("1")), incoming(advert)], batch_key="a").adverts == 1
    assert rows(warehouse, "select code from articles where is_advert") == [("2",)]


@pytest.mark.parametrize("bad", ["متن \ud800 ناقص", "متن \x00 ناقص"], ids=["surrogate", "NUL"])
def test_an_article_that_cannot_be_stored_is_rejected_alone(warehouse: Engine, bad: str) -> None:
    tally = load(
        warehouse, [incoming(article("1")), incoming(article("2", body=bad)), incoming(article("3"))], batch_key="a"
    )

    assert (tally.new + tally.copies, tally.rejected) == (2, 1)
    assert rows(warehouse, "select outlet, code, field from rejected_pages") == [("isna", "2", "body")]


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("1e200000")])
def test_a_metric_that_is_no_number_rejects_its_article_alone(warehouse: Engine, value: Decimal) -> None:
    odd = Records(metrics=(Metric(subject="س", value=value, unit="count", span=span()),))

    tally = load(warehouse, [incoming(article("1")), incoming(article("2"), odd)], batch_key="a")

    assert (tally.new, tally.rejected) == (1, 1)


def test_very_long_names_and_addresses_are_stored(warehouse: Engine) -> None:
    name = "سازمان " * 2000
    long = Records(organizations=(Organization(name=name, span=span()),))
    one = article(code="", url="https://isna.ir/" + "ف" * 5000)

    assert load(warehouse, [incoming(one, long)], batch_key="a").new == 1
    assert rows(warehouse, "select name from organizations") == [(name,)]


def test_reextraction_replaces_records_and_writes_what_changed(warehouse: Engine) -> None:
    first = records(1)
    load(warehouse, [incoming(article(), first)], batch_key="a", rules="1")
    moved = replace(first.organizations[0], span=span(7))
    second = replace(records(2), organizations=(moved,), meetings=())

    tally = load(warehouse, [incoming(article(), second)], batch_key="b", rules="2")

    assert (tally.same, tally.added, tally.withdrawn) == (1, 2, 3)
    changes = "select kind, change, rules_before, rules_after from record_changes order by 1, 2"
    assert rows(warehouse, changes) == [
        ("meeting", "withdrawn", "1", "2"),
        ("metric", "added", "1", "2"),
        ("metric", "withdrawn", "1", "2"),
        ("official", "added", "1", "2"),
        ("official", "withdrawn", "1", "2"),
        ("organization", "altered", "1", "2"),
    ]
    assert rows(warehouse, "select name from officials where name is not null") == [("علی رضایی 2",)]
    assert rows(warehouse, "select count(*) from meeting_participants") == [(0,)]
    assert rows(warehouse, "select rules from article_versions") == [("2",)]


def test_reextraction_that_finds_the_same_changes_only_the_rules_version(warehouse: Engine) -> None:
    load(warehouse, [incoming(article())], batch_key="a", rules="1")
    before = contents(warehouse, "batches", "batch_tallies", "article_versions")

    load(warehouse, [incoming(article())], batch_key="b", rules="2")

    assert contents(warehouse, "batches", "batch_tallies", "article_versions") == before
    assert rows(warehouse, "select rules from article_versions") == [("2",)]


def test_a_meeting_of_two_articles_read_again_together_has_not_changed(warehouse: Engine) -> None:
    fewer = replace(records(), organizations=())
    load(warehouse, [incoming(article("1")), incoming(article("2"))], batch_key="a", rules="1")
    load(warehouse, [incoming(article("1"), fewer), incoming(article("2"), fewer)], batch_key="b", rules="2")

    assert rows(warehouse, "select kind, change from record_changes") == [("organization", "withdrawn")] * 2


def test_a_record_keeps_its_id_when_the_fact_stays(warehouse: Engine) -> None:
    load(warehouse, [incoming(article(), records(1))], batch_key="a", rules="1")
    before = rows(warehouse, "select record_id from organizations")
    load(warehouse, [incoming(article(), records(2))], batch_key="b", rules="2")

    assert rows(warehouse, "select record_id from organizations") == before


def test_a_raw_page_read_better_supersedes_what_it_gave_before(warehouse: Engine) -> None:
    load(warehouse, [incoming(article(body="متن با منوی سایت"), page=page())], batch_key="a")

    load(warehouse, [incoming(article(body="متن"), page=page())], batch_key="b")

    query = "select t.body, v.superseded_by_id is null from article_versions v join article_texts t using (version_id)"
    assert sorted(rows(warehouse, query)) == [("متن", True), ("متن با منوی سایت", False)]
    current = "select t.body from articles join article_texts t on t.version_id = current_version_id"
    assert rows(warehouse, current) == [("متن",)]
    assert rows(warehouse, "select count(*) from sightings") == [(1,)]


def varied() -> list[Incoming | Rejected]:
    """Some of everything: new, same, versions, copies, stories, bulletins, rejected."""
    shared = prose(77)
    batch: list[Incoming | Rejected] = []
    for number in range(12):
        batch.append(incoming(article(f"n{number}", outlet=("isna", "irna", "mehr")[number % 3]), records(number)))
    for place, outlet in enumerate(("isna", "irna", "mehr", "fars")):
        told = article("s", outlet=outlet, title=f"عنوان {place}", body=f"به گزارش {outlet} " + shared)
        batch.append(incoming(replace(told, published=PUBLISHED + timedelta(hours=place)), records(50 + place)))
    batch += [incoming(article("c", outlet=outlet, body=shared[::-1])) for outlet in ("isna", "irna")]
    for hours in (1, 2, 3):
        changed = article("n1", outlet="irna", body=prose(500 + hours))
        batch.append(incoming(changed, records(hours), at=SEEN_AT + timedelta(hours=hours)))
        batch.append(incoming(article("n2", outlet="mehr"), records(2), at=SEEN_AT + timedelta(hours=hours)))
    return [*batch, rejected("r1"), rejected("r2", "irna")]


def load_in(warehouse: Engine, batch: Sequence[Incoming | Rejected], size: int, **options: Any) -> Tally:
    tally = Tally()
    for start in range(0, len(batch), size):
        tally += load(warehouse, batch[start : start + size], batch_key=f"{size}/{start}", **options)
    return tally


def test_the_warehouse_does_not_depend_on_the_size_of_batches(database: Callable[[], str]) -> None:
    batch = varied()
    results = []
    for size in (1, 5, len(batch)):
        warehouse = engine(database())
        tally = load_in(warehouse, batch, size)
        assert adds_up(tally)
        results.append((tally, contents(warehouse, "batches", "batch_tallies")))
        warehouse.dispose()

    assert results[0] == results[1] == results[2]
    assert results[0][0].linked == 7


def test_loading_a_row_of_batches_equals_loading_each(database: Callable[[], str]) -> None:
    batch = varied()
    one, other = engine(database()), engine(database())
    keyed = [(f"5/{start}", batch[start : start + 5]) for start in range(0, len(batch), 5)]

    tallies = list(load_all(one, keyed))

    assert [key for key, _ in tallies] == [key for key, _ in keyed]
    assert sum((tally for _, tally in tallies), Tally()) == load_in(other, batch, 5)
    assert contents(one) == contents(other)
    assert list(load_all(one, keyed)) == tallies
    one.dispose()
    other.dispose()


def test_batches_before_one_that_cannot_be_read_are_loaded(warehouse: Engine) -> None:
    def batches() -> Iterator[tuple[str, list[Incoming | Rejected]]]:
        yield "a", [incoming(article("1"))]
        yield "b", [incoming(article("2"))]
        raise OSError("the file ends in the middle")

    with pytest.raises(OSError, match="in the middle"):
        list(load_all(warehouse, batches()))

    assert rows(warehouse, "select batch from batches order by 1") == [("a",), ("b",)]


def test_a_row_of_batches_left_in_the_middle_keeps_whole_batches(warehouse: Engine) -> None:
    batches = ((f"{number}", [incoming(article(f"{number}"))]) for number in range(9))
    assert [key for key, _ in islice(load_all(warehouse, batches), 1)] == ["0"]

    loaded = rows(warehouse, "select batch from batches order by 1")
    assert loaded == rows(warehouse, "select batch from article_versions order by 1")
    assert loaded in ([("0",)], [("0",), ("1",)])


def test_texts_records_and_stories_do_not_depend_on_the_order_of_articles(database: Callable[[], str]) -> None:
    # What an article was when it came (articles.decision) does: of two copies one is the later.
    batch = varied()
    shuffled = [*batch]
    random.Random(3).shuffle(shuffled)
    results = []
    for order in (batch, batch[::-1], shuffled):
        warehouse = engine(database())
        tally = load_in(warehouse, order, 4)
        assert adds_up(tally)
        results.append(contents(warehouse, "batches", "batch_tallies", "articles", "footers"))
        warehouse.dispose()

    assert results[0] == results[1] == results[2]


def child_load(url: str, size: int, killed_at: str | None, at_call: int = 1) -> None:
    """Load `varied` in a process that kills itself at the given call of a step."""
    calls = 0

    def at_step(step: str) -> None:
        nonlocal calls
        calls += step == killed_at
        if step == killed_at and calls == at_call:
            os.kill(os.getpid(), signal.SIGKILL)

    load_in(engine(url), varied(), size, at_step=at_step)
    os._exit(0)


def run(*processes: Any) -> list[int | None]:
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    return [process.exitcode for process in processes]


@pytest.fixture(scope="module")
def undisturbed(database: Callable[[], str]) -> dict[str, list[str]]:
    warehouse = engine(database())
    load_in(warehouse, varied(), 10)
    held = contents(warehouse)
    warehouse.dispose()
    return held


@pytest.mark.parametrize("step", STEPS)
def test_a_load_killed_at_any_step_and_run_again_equals_an_undisturbed_one(
    database: Callable[[], str], undisturbed: dict[str, list[str]], step: str
) -> None:
    url = database()
    fork = multiprocessing.get_context("fork")

    assert run(fork.Process(target=child_load, args=(url, 10, step, 2))) == [-signal.SIGKILL]
    warehouse = engine(url)
    assert len(rows(warehouse, "select * from batches")) == (2 if step == "committed" else 1)
    load_in(warehouse, varied(), 10)

    assert contents(warehouse) == undisturbed
    warehouse.dispose()


def test_two_loaders_on_the_same_batches_equal_one(
    database: Callable[[], str], undisturbed: dict[str, list[str]]
) -> None:
    url = database()
    fork = multiprocessing.get_context("fork")

    assert run(*(fork.Process(target=child_load, args=(url, 10, None)) for _ in range(2))) == [0, 0]

    warehouse = engine(url)
    assert contents(warehouse) == undisturbed
    warehouse.dispose()


def test_two_loaders_of_different_outlets_find_each_others_copies(warehouse: Engine) -> None:
    """The second reaches the search for stories while the first has not committed: it waits, and sees the copy."""
    body = prose(9)
    at_records, go_on = threading.Event(), threading.Event()

    def hold(step: str) -> None:
        if step == "records":
            at_records.set()
            assert go_on.wait(30)

    tallies: list[Tally] = []

    def first() -> None:
        tallies.append(load(warehouse, [incoming(article("1", body=body))], batch_key="a", at_step=hold))

    thread = threading.Thread(target=first)
    thread.start()
    assert at_records.wait(30)
    # Between the records of the first and its links; a footer new to both would have made it wait there already.
    other = threading.Thread(
        target=lambda: tallies.append(
            load(warehouse, [incoming(article("2", outlet="irna", body=body, footer=None))], batch_key="b")
        )
    )
    other.start()
    other.join(30)
    go_on.set()
    thread.join(30)

    assert sorted((tally.copies, tally.linked) for tally in tallies) == [(0, 0), (1, 1)]


def test_a_server_restarted_in_the_middle_of_a_batch_loses_nothing(
    postgres: tuple[str, Path], database: Callable[[], str], undisturbed: dict[str, list[str]]
) -> None:
    _, folder = postgres
    warehouse = engine(database())
    restarts = iter(["records", "linked"])
    next_step = next(restarts)

    def at_step(step: str) -> None:
        nonlocal next_step
        if step == next_step:
            next_step = next(restarts, "")
            server.restart(folder)

    load_in(warehouse, varied(), 10, at_step=at_step)

    assert next_step == ""
    assert contents(warehouse) == undisturbed
    warehouse.dispose()


def test_a_batch_key_must_be_usable() -> None:
    with pytest.raises(ValueError, match="batch_key"):
        load(engine("postgresql:///none"), [], batch_key="")
