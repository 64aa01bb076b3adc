"""Who is who: namesakes kept apart and together, whatever the order, and verdicts that outlive re-extraction."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Engine, text

from dabir.web import queries
from db import judgements, mentions, resolution
from db.engine import engine
from db.load import Incoming, load
from db.people import Node, likeness, people
from db.resolution import Resolved, resolve
from parsing.bodies import full, institution
from parsing.letters import fold
from parsing.namesakes import name_key, name_parts, namesakes, spellings
from parsing.offices import office
from parsing.records import Article, Official, Organization, Records, Span

SEEN_AT = datetime(2025, 6, 1, 20, tzinfo=UTC)
COMMON, RARE = "محمد محمدی", "بابک فریدزاده"
SPAN = Span(start=0, end=5, sentence_start=0, sentence_end=5, rule="official.test")


def official(name: str | None, post: str, place: str | None = None, **more: Any) -> Official:
    return Official(name=name, post=post, place=place, head=post.split()[0], span=SPAN, **more)


def told(number: int, *records: Official | Organization, day: date = date(2025, 5, 1), **stated: Any) -> Incoming:
    """Article `number`, with these records and no others."""
    published = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    body = f"متن خبر شماره {number}"
    article = Article(outlet="isna", code=str(number), title=f"خبر {number}", body=body, published=published, **stated)
    return Incoming(
        article=article,
        records=Records(
            officials=tuple(one for one in records if isinstance(one, Official)),
            organizations=tuple(one for one in records if isinstance(one, Organization)),
        ),
        seen_at=SEEN_AT + timedelta(minutes=number),
    )


def load_each(warehouse: Engine, *articles: Incoming, rules: str = "") -> None:
    load(warehouse, articles, batch_key=f"{rules} {[one.article.code for one in articles]}", rules=rules)


def people_of(warehouse: Engine) -> set[frozenset[str]]:
    """The articles that name each person, by their codes."""
    query = (
        "select array_agg(distinct a.code) from official_mentions m join articles a "
        "on a.current_version_id = m.version_id where person_id is not null group by person_id"
    )
    with warehouse.connect() as connection:
        return {frozenset(codes) for (codes,) in connection.execute(text(query))}


def rows(warehouse: Engine, query: str) -> list[tuple[Any, ...]]:
    with warehouse.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(text(query)))


TABLES = (
    *("persons", "person_names", "posts", "tenures", "bodies", "body_names", "official_mentions"),
    *("organization_mentions", "resolved_versions"),
)


def everything(warehouse: Engine) -> dict[str, list[str]]:
    return {
        table: [str(row) for row in rows(warehouse, f"select to_jsonb({table})::text from {table}")] for table in TABLES
    }


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("علی صحرایی", ("رئیس سازمان بورس و اوراق بهادار", None), ("رئیس سازمان بورس", None)),
        (COMMON, ("وزیر نیرو", None), ("وزیر نیرو", None)),
        (COMMON, ("استاندار لرستان", "لرستان"), ("استاندار استان لرستان", "استان لرستان")),
        (COMMON, ("رئیس‌جمهور", None), ("رییس جمهوری", None)),
        (RARE, ("مدیر بین‌الملل", None), ("معاون بنیاد سینمایی فارابی", None)),
        (RARE, ("رئیس‌جمهور روسیه", "روسیه"), ("رئیس‌جمهوری روسیه", "روسیه")),
        ("کامبیز گرمابی", ("نماینده مردم نهاوند در مجلس", None), ("عضو کمیسیون انرژی مجلس", None)),
        ("سید رضا " + "محمدی", ("وزیر نیرو", None), ("وزیر سابق نیرو", None)),
    ],
)
def test_one_person_under_two_phrases(name: str, one: tuple[str, str | None], other: tuple[str, str | None]) -> None:
    assert len(_found(name, one, other)) == 1


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        (COMMON, ("مدیرکل بهزیستی لرستان", "لرستان"), ("مدیرکل بهزیستی قم", "قم")),
        (RARE, ("استاندار لرستان", "لرستان"), ("استاندار قم", "قم")),
        (COMMON, ("وزیر نیرو", None), ("مدیرعامل بانک ملی", None)),
        (COMMON, ("مدیرعامل", None), ("مدیرعامل", None)),
        (RARE, ("وزیر انرژی روسیه", "روسیه"), ("فرماندار نهاوند", "نهاوند")),
        (RARE, ("رئیس‌جمهور روسیه", "روسیه"), ("رئیس‌جمهور فرانسه", "فرانسه")),
    ],
)
def test_two_people_of_one_name(name: str, one: tuple[str, str | None], other: tuple[str, str | None]) -> None:
    assert len(_found(name, one, other)) == 2


def _found(name: str, *posts: tuple[str, str | None]) -> Sequence[Any]:
    nodes: list[Node] = []
    for number, (phrase, place) in enumerate(posts):
        read = office(phrase, place, None)
        key = f"n/{read.key}/{number}" if read.is_vague else f"n/{read.key}"
        if key not in {node.key for node in nodes}:
            nodes.append(Node(key, "n", namesakes(name), read, 1, None, None))
    assert people(nodes) == people(reversed(nodes))
    return people(nodes)


def test_a_transfer_years_later_speaks_less_against_than_two_provinces_at_once() -> None:
    def node(key: str, place: str, year: int) -> Node:
        read = office(f"مدیرکل بهزیستی {place}", place, None)
        return Node(key, "n", 1.0, read, 1, date(year, 1, 1), date(year, 2, 1))

    at_once = likeness(node("a", "لرستان", 2020), node("b", "قم", 2020))
    later = likeness(node("a", "لرستان", 2012), node("b", "قم", 2020))
    assert at_once[0] < later[0]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("سید محمد باقر خرمشاد", ("محمدباقر", "خرمشاد")),
        ("علی حسین زاده", ("علی", "حسینزاده")),
        ("صلواتی", ("", "صلواتی")),
        ("سیدرضا محمدی", ("رضا", "محمدی")),
        ("سید هادی موسوی", ("هادی", "موسوی")),
        ("سیدهادی موسوی", ("هادی", "موسوی")),
        ("سیدهدایت\u200cالله موسوی", ("هدایتالله", "موسوی")),
        ("سیده هدا موسوی", ("هدا", "موسوی")),
        ("سیده\u200cزهرا موسوی", ("زهرا", "موسوی")),
        ("سیدهاشمی", ("", "هاشمی")),
    ],
)
def test_names_are_cut_into_given_name_and_surname(name: str, parts: tuple[str, str]) -> None:
    assert name_parts(name) == parts


SAYYIDS = (
    ("سید عباس موسوی", "عباس موسوی"),
    ("سیدعباس موسوی", "عباس موسوی"),
    ("سید هادی موسوی", "هادی موسوی"),
    ("سیدهاشم موسوی", "هاشم موسوی"),
    ("سید همایون رضوی", "همایون رضوی"),
    ("سید هاشمی", "هاشمی"),
    ("سیده زهرا موسوی", "زهرا موسوی"),
    ("سیده هدا موسوی", "هدا موسوی"),
    ("سیده مائده رضوی", "مائده رضوی"),
    ("هادی موسوی", "هادی موسوی"),
    ("سید هادی", "سید هادی"),
    ("سیده رضا", "سیده رضا"),
    ("سید", "سید"),
    ("سیده", "سیده"),
    ("علی سید", "علی سید"),
    ("", ""),
)


@pytest.mark.parametrize(("name", "without"), SAYYIDS)
def test_namesakes_share_a_key_whether_sayyid_is_printed_or_not(name: str, without: str) -> None:
    assert name_key(fold(name)) == fold(without)


def test_the_server_makes_the_keys_that_the_rules_make(warehouse: Engine) -> None:
    # Every beginning of each name too, because what remains of it decides.
    names = sorted({fold(name)[:end] for pair in SAYYIDS for name in pair for end in range(len(name) + 1)})
    with warehouse.connect() as connection:
        cursor = connection.connection.cursor()
        query = f"select name, {mentions.NAME_KEY.format('name')} from unnest(%(names)s::text[]) name"
        cursor.execute(query, {"names": names, **mentions.NAME_KEY_VALUES})
        made = dict(cursor.fetchall())
    assert made == {name: name_key(name) for name in names}


def test_a_name_is_looked_up_by_the_spellings_that_mean_it_and_no_others() -> None:
    assert set(spellings([fold("هادی موسوی")])) == set(map(fold, ("هادی موسوی", "سید هادی موسوی", "سیده هادی موسوی")))
    assert set(spellings([fold("ادی موسوی")])) == set(map(fold, ("ادی موسوی", "سید ادی موسوی")))
    assert spellings([fold("رضا")]) == [fold("رضا")]  # «سید رضا» is a name of its own


@pytest.mark.parametrize("name", ["هادی فریدزاده", "هاشم فریدزاده", "زهرا فریدزاده"])
def test_one_person_is_printed_with_sayyid_and_without(warehouse: Engine, name: str) -> None:
    title = "سیده" if name.startswith("زهرا") else "سید"
    load_each(warehouse, *(told(number, official(title * number + name, "وزیر نیرو")) for number in range(2)))
    resolve(warehouse)
    assert people_of(warehouse) == {frozenset("01")}


def test_common_names_have_namesakes_and_rare_ones_have_not() -> None:
    assert namesakes(COMMON) > 1 > 0.1 > namesakes(RARE)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (("بهزیستی لرستان", "لرستان"), ("اداره کل بهزیستی استان لرستان", "استان لرستان"), True),
        (("اداره کل بهزیستی استان", "لرستان"), ("بهزیستی لرستان", "لرستان"), True),
        (("مجلس", None), ("مجلس شورای اسلامی", None), True),
        (("پرسپولیس", None), ("باشگاه پرسپولیس", None), True),
        (("بانک مرکزی", None), ("بانک مرکزی جمهوری اسلامی ایران", None), True),
        (("بهزیستی لرستان", "لرستان"), ("بهزیستی قم", "قم"), False),
        (("سازمان بهزیستی", None), ("بهزیستی قم", "قم"), False),
        (("بانک مرکزی", None), ("بانک مرکزی آمریکا", "آمریکا"), False),
    ],
)
def test_names_of_institutions(one: tuple[str, str | None], other: tuple[str, str | None], is_one: bool) -> None:
    kinds = {"مجلس": "parliament", "پرسپولیس": "club", "باشگاه": "club", "بانک": "bank"}
    keys = []
    for name, place in (one, other):
        found = institution(name, kinds.get(name.split()[0], "department"), place, None)
        assert found is not None
        keys.append(full(found).key)
    assert (keys[0] == keys[1]) is is_one


def test_an_office_of_every_province_is_nobodys_where_no_province_is_stated() -> None:
    assert institution("اداره کل بهزیستی", "department", None, None) is None
    inherited = institution("اداره کل بهزیستی", "department", None, "لرستان")
    assert inherited is not None and inherited.province == "لرستان"


def corpus() -> list[Incoming]:
    """Namesakes, transfers, unnamed post-holders, surnames alone and institutions, over two years."""
    chosen = random.Random(3)
    names = (COMMON, RARE, "علی رضایی", "سید علی رضایی", "روحانی", None)
    posts = (
        ("مدیرکل بهزیستی لرستان", "لرستان"),
        ("مدیرکل بهزیستی قم", "قم"),
        ("مدیرکل بهزیستی استان", "استان"),
        ("وزیر نیرو", None),
        ("مدیرعامل", None),
        ("رئیس سازمان بورس", None),
    )
    bodies = (("بهزیستی لرستان", "لرستان"), ("سازمان بورس", None), ("سازمان بورس و اوراق بهادار", None))
    made = []
    for number in range(40):
        post, place = chosen.choice(posts)
        body, of = chosen.choice(bodies)
        made.append(
            told(
                number,
                official(chosen.choice(names), post, place, is_former=chosen.random() < 0.2),
                Organization(name=body, kind="department", place=of, span=SPAN),
                day=date(2023, 1, 1) + timedelta(days=20 * number),
                province=chosen.choice(("لرستان", None)),
            )
        )
    return made


def test_the_key_of_a_post_holds_all_that_is_compared() -> None:
    phrases = ("نماینده", "نماینده مردم", "نماینده مجلس", "رئیس", "سفیر", "استاندار", "عضو کمیسیون", "مدیرکل بهزیستی")
    ends = ("", " تهران", " لرستان", " استان", " در مجلس شورای اسلامی", " کشور", " روسیه", " لرستان و نماینده مجلس")
    read: dict[str, Any] = {}
    for phrase in phrases:
        for end in ends:
            for province in (None, "لرستان"):
                for place in (None, end.strip() or None):
                    one = office(phrase + end, place, province)
                    told_by = (one.head, one.words, one.place, one.province, one.land, one.level, one.is_envoy)
                    assert read.setdefault(one.key, told_by) == told_by


def test_resolving_in_increments_is_resolving_all_at_once(
    database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = corpus()
    at_once, by_steps = engine(database()), engine(database())
    load_each(at_once, *articles)
    resolve(at_once)
    monkeypatch.setattr(resolution, "MENTIONS_AT_ONCE", 1)
    monkeypatch.setattr(resolution, "TEXTS_AT_ONCE", 3)
    for start in range(0, len(articles), 7):
        load_each(by_steps, *articles[start : start + 7])
        resolve(by_steps)

    assert everything(by_steps) == everything(at_once)
    for warehouse in (at_once, by_steps):
        warehouse.dispose()


def test_the_order_of_loading_changes_no_person(database: Callable[[], str]) -> None:
    articles = corpus()
    outcomes = []
    for seed in (1, 2):
        shuffled = random.Random(seed).sample(articles, len(articles))
        warehouse = engine(database())
        for start in range(0, len(shuffled), 11):
            load_each(warehouse, *shuffled[start : start + 11])
            resolve(warehouse)
        query = "select post_id, first_met_on, last_met_on, is_acting, is_former from tenures"
        outcomes.append((people_of(warehouse), rows(warehouse, query)))
        warehouse.dispose()

    assert outcomes[0] == outcomes[1]


def test_resolving_again_changes_nothing(warehouse: Engine) -> None:
    load_each(warehouse, *corpus())
    resolve(warehouse)
    before = everything(warehouse)

    again = resolve(warehouse)

    assert (again.texts, again.gone, again.names) == (0, 0, 0)
    assert everything(warehouse) == before
    assert resolve(warehouse, rules="newer").texts == 40
    assert {**everything(warehouse), "resolved_versions": []} == {**before, "resolved_versions": []}


def test_two_at_once_do_the_work_of_one(database: Callable[[], str]) -> None:
    url = database()
    warehouse = engine(url)
    load_each(warehouse, *corpus())
    done: list[Resolved] = []

    def run() -> None:
        own = engine(url)
        done.append(resolve(own))
        own.dispose()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(one.texts for one in done) == [0, 40]
    warehouse.dispose()


def test_a_tenure_says_when_it_was_met_and_whether_it_is_over(warehouse: Engine) -> None:
    load_each(
        warehouse,
        told(1, official(RARE, "وزیر نیرو"), day=date(2023, 1, 5)),
        told(2, official(RARE, "وزیر سابق نیرو", is_former=True), day=date(2025, 1, 5)),
    )
    resolve(warehouse)

    query = "select first_met_on, last_met_on, is_former, since_on, until_on from tenures"
    assert rows(warehouse, query) == [(date(2023, 1, 5), date(2025, 1, 5), True, None, None)]


def test_surnames_alone_are_nobody_and_unnamed_holders_have_a_post(warehouse: Engine) -> None:
    load_each(warehouse, *(told(number, official("صلواتی", "قاضی پرونده")) for number in (1, 2)))
    load_each(warehouse, told(3, official(None, "استاندار لرستان", "لرستان")))
    resolve(warehouse)

    assert rows(warehouse, "select * from persons") == []
    query = "select m.reason, p.title from official_mentions m join posts p using (post_id)"
    assert rows(warehouse, query) == [
        ("surname_alone", "قاضی پرونده"),
        ("surname_alone", "قاضی پرونده"),
        ("unnamed", "استاندار لرستان"),
    ]


def test_re_extraction_withdraws_people_posts_and_institutions(warehouse: Engine) -> None:
    organization = Organization(name="بهزیستی لرستان", kind="department", place="لرستان", span=SPAN)
    load_each(warehouse, told(1, official(RARE, "وزیر نیرو"), organization), rules="1")
    resolve(warehouse)
    assert rows(warehouse, "select name from persons") == [(RARE,)]

    load_each(warehouse, told(1), rules="2")
    resolve(warehouse)

    left = {table: found for table, found in everything(warehouse).items() if found}
    assert list(left) == ["resolved_versions"]


def test_mentions_carry_the_date_of_their_text_also_when_another_takes_its_place(warehouse: Engine) -> None:
    query = (
        "select v.published_at, m.published_at from (select version_id, published_at from official_mentions "
        "union all select version_id, published_at from organization_mentions) m "
        "left join article_versions v using (version_id)"
    )
    named: list[Official | Organization] = [
        official(RARE, "وزیر نیرو"),
        official(None, "وزیر راه"),
        Organization(name="بانک ملی", span=SPAN),
    ]
    load_each(warehouse, told(1, *named), rules="a")
    resolve(warehouse)
    first = datetime(2025, 5, 1, 9, tzinfo=UTC)
    assert rows(warehouse, query) == [(first, first)] * 3

    later = told(1, *named, day=date(2025, 5, 3))
    changed = replace(later, article=replace(later.article, body="متنی دیگر"), seen_at=SEEN_AT + timedelta(days=1))
    load_each(warehouse, changed, told(2, *named, day=date(2025, 5, 2)), rules="b")
    resolve(warehouse)
    second, third = first + timedelta(days=1), first + timedelta(days=2)
    assert rows(warehouse, query) == [(second, second)] * 3 + [(third, third)] * 3


def test_a_post_follows_the_province_of_its_article(warehouse: Engine) -> None:
    records = official(None, "استاندار"), official(RARE, "مدیرکل بهزیستی استان", "استان")
    for number, province in enumerate(("لرستان", "قم")):
        one = told(1, *records, province=province)
        load(warehouse, [replace(one, seen_at=SEEN_AT + timedelta(hours=number))], batch_key=province)
        resolve(warehouse)

        query = "select p.name from posts join places p using (place_id)"
        assert rows(warehouse, query) == [(province,), (province,)]


def test_an_id_stays_while_anything_is_left_of_the_person(warehouse: Engine) -> None:
    load_each(warehouse, told(5, official(COMMON, "وزیر نیرو")), rules="1")
    resolve(warehouse)
    ((before,),) = rows(warehouse, "select person_id from persons")

    load_each(warehouse, told(6, official(COMMON, "وزیر نیرو")), rules="1")
    resolve(warehouse)
    load_each(warehouse, told(5), rules="2")
    resolve(warehouse)

    assert rows(warehouse, "select person_id from persons") == [(before,)]


def judged(warehouse: Engine, left: int | str, right: int | str, verdict: judgements.Verdict, minute: int = 0) -> int:
    at = SEEN_AT + timedelta(days=1, minutes=minute)
    given = judgements.judge(warehouse, "person", left, right, verdict, reason="read", judged_by="editor", judged_at=at)
    resolve(warehouse, rules="any")
    return given


def test_not_the_same_is_remembered_until_it_is_revoked(warehouse: Engine) -> None:
    articles = [told(1, official(RARE, "وزیر نیرو")), told(2, official(RARE, "معاون بنیاد مسکن"))]
    load_each(warehouse, *articles, rules="1")
    resolve(warehouse, rules="any")
    ((person,),) = rows(warehouse, "select person_id from persons")
    with warehouse.connect() as connection:
        one, other = judgements.keys_of(connection, "person", person)

    given = judged(warehouse, one, other, "different")
    assert people_of(warehouse) == {frozenset("1"), frozenset("2")}

    load_each(warehouse, told(1), told(2), rules="2")
    resolve(warehouse, rules="any")
    load_each(warehouse, *articles, rules="3")
    resolve(warehouse, rules="any")
    assert people_of(warehouse) == {frozenset("1"), frozenset("2")}

    judgements.revoke(warehouse, given, revoked_at=SEEN_AT + timedelta(days=2))
    resolve(warehouse, rules="any")
    assert people_of(warehouse) == {frozenset("12")}


def test_the_same_joins_two_names_and_the_later_verdict_holds(warehouse: Engine) -> None:
    load_each(warehouse, told(1, official(COMMON, "وزیر نیرو")), told(2, official("رضا احمدی", "مدیرعامل بانک ملی")))
    resolve(warehouse, rules="any")
    ids = [person for (person,) in rows(warehouse, "select person_id from persons")]

    judged(warehouse, ids[0], ids[1], "same")
    assert people_of(warehouse) == {frozenset("12")}
    assert [name for (name,) in rows(warehouse, "select name from person_names")] == sorted([COMMON, "رضا احمدی"])

    ((person,),) = rows(warehouse, "select person_id from persons")
    with warehouse.connect() as connection:
        one, other = judgements.keys_of(connection, "person", person)
    judged(warehouse, one, other, "different", minute=1)
    assert people_of(warehouse) == {frozenset("1"), frozenset("2")}


def test_a_verdict_needs_two_that_are_there(warehouse: Engine) -> None:
    with pytest.raises(judgements.CannotJudge, match="there is no person 1"):
        judged(warehouse, 1, 2, "same")
    with pytest.raises(judgements.CannotJudge, match="both are one"):
        judged(warehouse, "a/b", "a/b", "different")
    with pytest.raises(judgements.CannotJudge, match="no judgement 7 holds"):
        judgements.revoke(warehouse, 7, revoked_at=SEEN_AT)


def test_short_names_are_one_institution_until_a_person_parts_them(warehouse: Engine) -> None:
    names = ("سازمان بورس", "سازمان بورس و اوراق بهادار")
    load_each(
        warehouse,
        *(told(number, Organization(name=name, kind="department", span=SPAN)) for number, name in enumerate(names)),
    )
    resolve(warehouse, rules="any")
    ((body,),) = rows(warehouse, "select body_id from bodies")
    assert [name for (name,) in rows(warehouse, "select name from body_names")] == sorted(names)

    with warehouse.connect() as connection:
        keys = list(judgements.keys_of(connection, "body", body))
    judgements.judge(warehouse, "body", *keys, "different", reason="r", judged_by="e", judged_at=SEEN_AT)  # type: ignore[arg-type, misc]
    resolve(warehouse, rules="any")
    assert len(rows(warehouse, "select body_id from bodies")) == 2


def test_of_three_institutions_judged_the_same_one_is_parted_when_its_verdict_is_revoked(warehouse: Engine) -> None:
    names = ("بنیاد آوا", "بنیاد نوا", "بنیاد نی")
    load_each(
        warehouse,
        *(told(number, Organization(name=name, kind="foundation", span=SPAN)) for number, name in enumerate(names)),
    )
    resolve(warehouse, rules="any")
    with warehouse.connect() as connection:
        keys = sorted(
            next(iter(judgements.keys_of(connection, "body", body)))
            for (body,) in rows(warehouse, "select body_id from bodies")
        )
    assert len(keys) == 3
    for number, (one, other) in enumerate(pairwise(keys)):
        at = SEEN_AT + timedelta(minutes=number)
        given = judgements.judge(warehouse, "body", one, other, "same", reason="r", judged_by="e", judged_at=at)
        resolve(warehouse, rules="any")
    assert len(rows(warehouse, "select body_id from bodies")) == 1

    judgements.revoke(warehouse, given, revoked_at=SEEN_AT + timedelta(days=1))
    resolve(warehouse, rules="any")
    assert len(rows(warehouse, "select distinct body_id from organization_mentions")) == 2


def test_one_person_whom_other_rules_took_for_two_is_one_again(warehouse: Engine) -> None:
    load_each(
        warehouse, *(told(n, official(title + "هادی فریدزاده", "وزیر نیرو")) for n, title in enumerate(("", "سید ")))
    )
    resolve(warehouse, rules="of today")
    after = everything(warehouse)
    with warehouse.begin() as connection:
        for statement in (
            "insert into persons select 7, 'سید هادی فریدزاده', 'سیدهادیفریدزاده', "
            "(select article_id from articles where code = '1')",
            "update person_names set person_id = 7 where name_fold = 'سیدهادیفریدزاده'",
            "update official_mentions m set person_id = 7 from articles a "
            "where m.version_id = a.current_version_id and a.code = '1'",
            "insert into tenures select hashtextextended('7/' || post_id, 0), 7, post_id, since_on, until_on, "
            "first_met_on, last_met_on, is_acting, is_former from tenures",
        ):
            connection.execute(text(statement))
    assert people_of(warehouse) == {frozenset("0"), frozenset("1")}

    resolve(warehouse, rules="of tomorrow")
    assert people_of(warehouse) == {frozenset("01")}
    assert {table: len(found) for table, found in everything(warehouse).items()} == {
        table: len(found) for table, found in after.items()
    }


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
@pytest.mark.parametrize("judged_after", [0, 1, 3])
def test_institutions_judged_the_same_have_one_place_whichever_was_read_first(
    warehouse: Engine, order: tuple[int, ...], judged_after: int
) -> None:
    names = (("بنیاد آوا", None), ("بنیاد آوا قم", "قم"), ("بنیاد آوا لرستان", "لرستان"))
    stated = [institution(name, "foundation", place, None) for name, place in names]
    keys = [one.key for one in stated if one is not None]
    assert len(set(keys)) == 3
    for done, number in enumerate(order):
        if done == judged_after:
            _judge_all_the_same(warehouse, keys)
        name, place = names[number]
        record = Organization(name=name, kind="foundation", place=place, span=SPAN)
        load_each(warehouse, told(number, record))
        resolve(warehouse)
    if judged_after == 3:
        _judge_all_the_same(warehouse, keys)
        resolve(warehouse)

    query = "select p.name, count(*) from organization_mentions join bodies using (body_id) left join places p "
    assert rows(warehouse, f"{query} using (place_id) group by 1") == [("قم", 3)]


def _judge_all_the_same(warehouse: Engine, keys: Sequence[str]) -> None:
    for one, other in pairwise(keys):
        judgements.judge(warehouse, "body", one, other, "same", reason="r", judged_by="e", judged_at=SEEN_AT)


def test_places_lie_in_one_another(warehouse: Engine) -> None:
    load_each(warehouse, told(1, official(RARE, "فرماندار نهاوند", "نهاوند")))
    resolve(warehouse)

    query = (
        "select p.kind, p.name, province.name, land.name from posts join places p using (place_id) "
        "join places province on province.place_id = p.parent_id join places land on land.place_id = province.parent_id"
    )
    assert rows(warehouse, query) == [("county", "نهاوند", "همدان", "ایران")]


def test_the_pages_show_a_person_under_any_name_with_posts_and_statements(warehouse: Engine) -> None:
    load_each(
        warehouse,
        told(1, official("سید رضا اردکانیان", "وزیر نیرو", role="speaker")),
        told(2, official("رضا اردکانیان", "وزیر سابق نیرو", is_former=True), day=date(2025, 5, 9)),
    )
    resolve(warehouse)

    with warehouse.connect() as connection:
        for words in ("سید رضا", "رضا اردکانیان", "اردكانيان"):
            ((person_id, name, _, last_met),) = queries.officials(connection, words)
            assert (name, last_met) == ("سید رضا اردکانیان", date(2025, 5, 9))
        page = queries.person(connection, person_id)
    assert page is not None
    assert [(line.title, line.is_former) for line in page.tenures] == [("وزیر نیرو", True)]
    assert [(line.post, line.role) for line in page.statements] == [
        ("وزیر سابق نیرو", "mentioned"),
        ("وزیر نیرو", "speaker"),
    ]
