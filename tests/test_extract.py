"""Extraction as a whole: never raises, spans hold, idempotent, blind to half-spaces; and its lines of JSON."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parsing.document import normalize_article
from parsing.extract import extract
from parsing.jsonl import article_from_json, read_published, records_to_json
from parsing.letters import fold
from parsing.records import Article, Meeting, Metric, Official, Records, Span

STORY = Article(
    outlet="sample",
    kicker="استاندار یزد خبر داد:",
    title="بهره\u200cبرداری از ۱۲ طرح آبرسانی در یزد",
    lead="استاندار یزد از بهره\u200cبرداری از ۱۲ طرح آبرسانی خبر داد.",
    body=(
        "به گزارش خبرنگار ما، علی رضایی در جلسه شورای ترافیک استان یزد گفت: ۲۵ درصد رشد داشتیم.\n"
        "حسن احمدی، مدیرکل راهداری و حمل و نقل جاده\u200cای استان یزد نیز در این جلسه افزود: ۱۴۰ کیلومتر راه ساخته شد.\n"
        "انتهای پیام/"
    ),
)
PIECES = st.sampled_from(
    [
        "مدیرکل",
        "استاندار",
        "لرستان",
        "علی",
        "رضایی",
        "گفت:",
        "سازمان",
        "شورای",
        "جلسه",
        "در",
        "با",
        "و",
        "،",
        "«",
        "»",
        "(",
        ")",
        ".",
        "\n",
        "۱۲",
        "۱.۳",
        "درصد",
        "میلیارد",
        "تومان",
        "هزار",
        "تا",
        "وی",
        "نیز",
        "دیدار",
        "می\u200cشود",
        "\u200c",
        "\u200f",
        "\x00",
        "ABC",
        "۱۳۹۸/۰۶/۰۱",
        "امروز",
        "بیش از",
        "نفر",
        "انتهای پیام/",
        "مجلس",
        "شهرداری",
    ]
)
TEXT = st.one_of(
    st.none(),
    st.text(max_size=200),
    st.lists(PIECES, max_size=60).map(" ".join),
    st.lists(PIECES, max_size=60).map("".join),
)
ARTICLES = st.builds(Article, outlet=st.just(""), kicker=TEXT, title=TEXT, lead=TEXT, body=TEXT)


@settings(max_examples=250, deadline=None)
@given(ARTICLES)
def test_extract_never_raises_and_every_span_lies_in_its_sentence_in_the_text(article: Article) -> None:
    article = normalize_article(article)
    records = extract(article)
    for kind in (records.officials, records.organizations, records.metrics, records.meetings):
        for record in kind:
            span = record.span
            assert 0 <= span.sentence_start <= span.start < span.end <= span.sentence_end <= len(article.text)
            assert "\n" not in article.text[span.sentence_start : span.sentence_end]
            assert span.rule.split(".")[0] in ("official", "organization", "metric", "meeting")


@settings(max_examples=60, deadline=None)
@given(ARTICLES)
@example(Article(outlet="", body="0انتهاپیم:1ª"))  # a footer glued to a word
@example(Article(outlet="", body="0 ،1ª"))  # spaces on the wrong side of a mark
@example(Article(outlet="", body="5 ,1 و «\u200c «باز"))
def test_a_normalised_article_gives_the_same_records_again(article: Article) -> None:
    normalized = normalize_article(article)
    assert extract(article) == extract(normalized) == extract(normalized, is_normalized=True)


def folded(records: Records) -> Any:
    def walk(value: Any) -> Any:
        if isinstance(value, str):
            return fold(value)
        if isinstance(value, list):
            return [walk(one) for one in value]
        return {key: walk(one) for key, one in value.items()} if isinstance(value, dict) else value

    return walk(records_to_json("x", records))


@pytest.mark.parametrize("replacement", ["", " "])
def test_the_same_article_without_its_half_spaces_gives_the_same_records(replacement: str) -> None:
    texts = {name: getattr(STORY, name).replace("\u200c", replacement) for name in ("kicker", "title", "lead", "body")}
    assert folded(extract(replace(STORY, **texts))) == folded(extract(STORY))


def test_all_kinds_of_records_come_from_one_story() -> None:
    records = extract(STORY)
    assert [official.name for official in records.officials] == ["علی رضایی", "حسن احمدی"]
    assert {organization.name for organization in records.organizations} >= {"شورای ترافیک استان یزد"}
    assert records.meetings[0].participants[0] == "علی رضایی"


def test_an_empty_article_has_no_records() -> None:
    assert len(extract(Article(outlet=""))) == 0


# --- lines of JSON ----------------------------------------------------------------------------------------------


def moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("دوشنبه ۲۷ اردیبهشت ۱۳۹۵ - ۲۱:۰۸", "2016-05-16T21:08+04:30"),
        ("۲۷ خردادماه ۱۳۹۵", "2016-06-16T00:00+04:30"),
        ("سه\u200cشنبه ۳ فروردین ۱۳۹۵ - ۱۰:۱۳", "2016-03-22T10:13+04:30"),
        ("تاریخ انتشار:  ۲۱:۰۲ - ۲۷ تير ۱۳۹۷ - 18 July 2018", "2018-07-18T21:02+04:30"),
        ("۱۷:۰۶ \xa0-\xa0 ۱۳۹۷/۱۰/۲۵", "2019-01-15T17:06+03:30"),
        ("September 1st 2019, 18:25:00.000", "2019-09-01T18:25+04:30"),
        ("13870706", "2008-09-27T00:00+03:30"),
        ("2015-09-29 00:00:00", "2015-09-29T00:00+03:30"),
        ("2021-03-21T10:00:00+00:00", "2021-03-21T10:00+00:00"),
        ("2021-03-21T10:00:00Z", "2021-03-21T10:00+00:00"),
        ("1398-06-10", "2019-09-01T00:00+04:30"),
        ("85032500", None),
        ("۳۲ فروردین ۱۳۹۸", None),
        ("27 اردیبهشت 2016", None),
        ("31 February 2019", None),
        ("دیروز", None),
        ("", None),
    ],
)
def test_every_printed_form_of_a_publication_time_is_read_and_no_other_guessed(text: str, expected: str | None) -> None:
    assert read_published(text) == moment(expected)


def test_an_article_is_read_from_a_line_of_json() -> None:
    row = {"id": 7, "outlet": None, "title": "عنوان", "lead": " ", "body": "متن", "published": "13870706", "more": 1}
    article = article_from_json(row)
    assert (article.code, article.outlet, article.title, article.lead, article.body) == ("7", "", "عنوان", None, "متن")
    assert article.published == moment("2008-09-27T00:00+03:30")


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"title": 5}, "title"),
        ({"body": ["متن"]}, "body"),
        ({"id": True, "body": "متن"}, "id"),
        ({"id": {}, "body": "متن"}, "id"),
        ({"body": "متن", "published": 13870706}, "published"),
        ({"body": "متن", "tags": "الف"}, "tags"),
        ({"body": "متن", "tags": [1]}, "tags"),
        ({"id": "x"}, "lead and body"),
        ({"body": "  "}, "lead and body"),
    ],
)
def test_a_wrong_type_is_an_error_that_names_the_field(row: dict[str, Any], field: str) -> None:
    with pytest.raises(ValueError, match=field):
        article_from_json(row)


def test_a_line_that_is_no_object_is_an_error() -> None:
    with pytest.raises(ValueError, match="object"):
        article_from_json(["متن"])  # type: ignore[arg-type]


def test_records_are_printed_as_the_guidelines_say_and_planned_meetings_are_not() -> None:
    span = Span(start=0, end=1, sentence_start=0, sentence_end=1, rule="metric.x")
    records = Records(
        officials=(Official(name=None, post="استاندار", span=span),),
        metrics=(
            Metric(subject="بارش", value=Decimal("1.3"), unit="percent", span=span, change="increase"),
            Metric(subject="نفر", value=Decimal("3E+4"), value_high=Decimal(40000), unit="person", span=span),
        ),
        meetings=(
            Meeting(kind="جلسه", span=span, participants=("استاندار",)),
            Meeting(kind="نشست", span=span, status="planned"),
        ),
    )
    assert json.loads(json.dumps(records_to_json("a", records))) == {
        "id": "a",
        "officials": [{"name": None, "post": "استاندار"}],
        "organizations": [],
        "metrics": [
            {
                "subject": "بارش",
                "value": 1.3,
                "value_high": None,
                "unit": "percent",
                "comparator": "=",
                "change": "increase",
            },
            {
                "subject": "نفر",
                "value": 30000,
                "value_high": 40000,
                "unit": "person",
                "comparator": "=",
                "change": None,
            },
        ],
        "meetings": [{"kind": "جلسه", "name": None, "participants": ["استاندار"]}],
    }
