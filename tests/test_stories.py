"""Stories: which articles are one report, where it comes from, and that parting reports stay apart."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from db.load import Incoming, Tally, load
from parsing.records import Article, Records

PUBLISHED = datetime(2025, 6, 1, 9, tzinfo=UTC)
WORDS = re.findall(
    r"\w+",
    "استان شهرستان مدیرکل شورا جلسه طرح بودجه جاده بیمارستان دانشگاه کشاورزی آب برق گاز روستا مدرسه تولید صنعت بازار",
)


def prose(seed: int, words: int = 100) -> str:
    chosen = random.Random(seed)
    return " ".join(chosen.choice(WORDS) for _ in range(words))


def told(outlet: str, hours: float | None, body: str, *, code: str = "1", cites: str | None = None) -> Incoming:
    published = None if hours is None else PUBLISHED + timedelta(hours=hours)
    article = Article(
        outlet=outlet, code=code, title=f"عنوان {outlet} {code}", body=body, published=published, cited_agency=cites
    )
    return Incoming(article=article, records=Records(), seen_at=PUBLISHED)


def load_each(warehouse: Engine, *articles: Incoming) -> Tally:
    tally = Tally()
    for place, one in enumerate(articles):
        tally += load(warehouse, [one], batch_key=str(place))
    return tally


def stories(warehouse: Engine) -> list[tuple[str, str, int, int, frozenset[str]]]:
    """Origin, why, articles, outlets and the outlets' names of each story."""
    query = text(
        "select o.outlet, s.origin_reason, s.articles, s.outlets, array_agg(a.outlet) from stories s "
        "join articles o on o.article_id = origin_article_id join story_articles sa using (story_id) "
        "join articles a on a.article_id = sa.article_id group by s.story_id, o.outlet order by 1"
    )
    with warehouse.connect() as connection:
        return [(row[0], row[1], row[2], row[3], frozenset(row[4])) for row in connection.execute(query)]


def test_the_first_published_is_the_origin_whatever_came_first(warehouse: Engine) -> None:
    body = prose(1)
    tally = load_each(
        warehouse,
        told("mehr", 5, "به گزارش مهر " + body),
        told("isna", 1, "به گزارش ایسنا " + body),
        told("irna", 3, "ایرنا نوشت " + body),
    )

    assert stories(warehouse) == [("isna", "first_published", 3, 3, frozenset(("mehr", "isna", "irna")))]
    assert (tally.new, tally.linked) == (3, 3)


@pytest.mark.parametrize(
    ("name", "cites"),
    [("ایسنا", "ايسنا"), ("ایسنا", "خبرگزاری ایسنا"), ("خبرگزاری ایسنا", "ایسنا"), (None, "isna")],
)
def test_the_cited_agency_is_the_origin_even_where_it_published_later(
    warehouse: Engine, name: str | None, cites: str
) -> None:
    body = prose(1)
    with warehouse.begin() as connection:
        connection.execute(text("insert into outlets (outlet, name) values ('isna', :name)"), {"name": name})
    load_each(warehouse, told("mehr", 1, body + " مهر", cites=cites), told("isna", 2, body))

    assert stories(warehouse) == [("isna", "cited", 2, 2, frozenset(("mehr", "isna")))]


def test_an_outlet_that_cites_itself_is_no_cited_origin(warehouse: Engine) -> None:
    body = prose(1)
    load_each(warehouse, told("mehr", 2, body + " مهر", cites="mehr"), told("isna", 1, body, cites="bbc"))

    assert stories(warehouse)[0][:2] == ("isna", "first_published")


def test_without_times_the_first_seen_is_the_origin(warehouse: Engine) -> None:
    body = prose(1)
    earlier = replace(told("mehr", None, body + " مهر"), seen_at=PUBLISHED - timedelta(days=1))
    load_each(warehouse, told("isna", None, body), earlier)

    assert stories(warehouse)[0][:2] == ("mehr", "first_seen")


@pytest.mark.parametrize(
    ("first", "second", "articles"),
    [
        (0, 46, 2),
        (46, 0, 2),
        (0, 60, 0),
        # Sketches of 32 days lie together; midnight after 375 hours begins another such period.
        (374, 376, 2),
        (376, 374, 2),
        (352, 398, 2),
        (None, 0, 2),
        (0, None, 2),
        (None, None, 2),
        (None, -24 * 365 * 126, 2),
        (-24 * 365 * 126, None, 2),
    ],
)
def test_texts_meet_within_two_days_and_undated_ones_always(
    warehouse: Engine, first: float | None, second: float | None, articles: int
) -> None:
    body = prose(1)
    one, other = told("isna", first, "ایسنا نوشت " + body), told("irna", second, "ایرنا نوشت " + body)
    load_each(warehouse, told("mehr", -9000, prose(2)), told("mehr", 9000, prose(3), code="2"), one, other)
    assert sum(found for _, _, found, _, _ in stories(warehouse)) == articles


def test_two_stories_become_one_when_a_third_article_joins_them(warehouse: Engine) -> None:
    left, right = prose(1), prose(2)
    load_each(
        warehouse,
        told("isna", 1, left, code="a"),
        told("irna", 2, left + " ایرنا", code="a"),
        told("mehr", 3, right, code="b"),
        told("fars", 4, right + " فارس", code="b"),
    )
    assert [story[2] for story in stories(warehouse)] == [2, 2]

    load(warehouse, [told("ilna", 5, left + " " + right, code="c")], batch_key="joins")

    assert stories(warehouse) == [
        ("isna", "first_published", 5, 5, frozenset(("isna", "irna", "mehr", "fars", "ilna")))
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (told("isna", 0, prose(1)), told("irna", 1, prose(2))),
        (told("isna", 0, prose(1)), told("irna", 49, prose(1))),
        (told("isna", 0, prose(1)), told("irna", 24 * 400, prose(1))),
        (told("isna", 0, prose(1, 20)), told("irna", 1, prose(1, 20) + " " + prose(2, 200))),
        (told("isna", 0, "کوتاه"), told("irna", 1, "کوتاه")),
        (told("isna", 0, ""), told("irna", 1, "")),
    ],
    ids=["other words", "49 hours", "a year", "a round-up", "a few words", "no words"],
)
def test_two_reports_are_no_story(warehouse: Engine, first: Incoming, second: Incoming) -> None:
    tally = load_each(warehouse, first, second)

    assert stories(warehouse) == []
    assert (tally.new, tally.linked) == (2, 0)


def test_bulletins_of_one_outlet_that_differ_in_their_figures_are_no_story(warehouse: Engine) -> None:
    form = "بهای هر گرم طلا در بازار امروز {} هزار تومان و هر سکه {} هزار تومان اعلام شد و هر دلار {} تومان بود " * 3
    tally = load_each(
        warehouse,
        *(told("isna", 24 * day, form.format(*range(100 * day, 100 * day + 9)), code=str(day)) for day in (1, 2, 3)),
    )

    assert (stories(warehouse), tally.new) == ([], 3)


def test_a_stock_phrase_of_thousands_of_texts_joins_nothing(warehouse: Engine) -> None:
    phrase = "به گزارش خبرنگار این رسانه از خرم‌آباد در گفت‌وگو با مدیرکل این استان که در جمع خبرنگاران سخن می‌گفت "
    batch = [told(("isna", "irna")[n % 2], n % 40, phrase + prose(n), code=str(n)) for n in range(300)]

    assert load(warehouse, batch, batch_key="a") == Tally(seen=300, new=300)


def test_a_new_text_of_an_article_can_join_a_story_and_the_old_one_stays(warehouse: Engine) -> None:
    body = prose(1)
    first = told("isna", 0, "خبر در حال تکمیل است")
    load_each(warehouse, first, told("irna", 1, body), told("isna", 0, body + " ایسنا"))

    assert stories(warehouse) == [("isna", "first_published", 2, 2, frozenset(("isna", "irna")))]
    with warehouse.connect() as connection:
        assert connection.scalar(text("select count(*) from article_versions")) == 3
