"""An article cut into sentences: what of its text is not the article's own."""

import pytest

from parsing.document import normalize_article, read_raw
from parsing.records import Article


def sentences(body: str) -> list[str]:
    document = read_raw(Article(outlet="x", body=body))
    return [document.text[one.start : one.end] for one in document.sentences]


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("کار خوب است.\nبیشتر بخوانید:\nساخت ۱۲ مدرسه در یزد\nشهردار یزد: ۳ پل ساختیم +عکس", ["کار خوب است."]),
        ("کار خوب است.\nبیشتر بخوانید: ساخت ۱۲ مدرسه در یزد", ["کار خوب است."]),
        # The article goes on after its links.
        (
            "کار خوب است.\nبیشتر بخوانید:\nساخت ۱۲ مدرسه\nوی افزود: ۳ پل ساختیم.",
            ["کار خوب است.", "وی افزود: ۳ پل ساختیم."],
        ),
    ],
)
def test_links_to_other_articles_are_no_sentences(body: str, kept: list[str]) -> None:
    assert sentences(body) == kept


@pytest.mark.parametrize(
    "body", ["بیشتر کتاب بخوانید", "مردم بیشتر بخوانید و بدانید", "ساخت ۱۲ مدرسه در یزد\nکار خوب است"]
)
def test_lines_without_a_full_stop_and_words_like_it_are_sentences(body: str) -> None:
    assert sentences(body) == body.split("\n")


def test_places_in_the_text_hold_after_a_link() -> None:
    document = read_raw(Article(outlet="x", body="یک.\nبیشتر بخوانید:\nدو سه\nچهار پنج."))
    last = document.sentences[-1]
    assert document.text[last.start_of(1) : last.end_of(1)] == "پنج"


def test_every_text_of_an_article_is_normalised() -> None:
    printed, spelled = "خبرگزاري  ايسنا\u200c،", "خبرگزاری ایسنا،"
    texts = ("kicker", "title", "lead", "body", "section", "province", "dateline", "reporter", "cited_agency")
    article = normalize_article(Article(outlet="x", tags=(printed,), **dict.fromkeys(texts, printed)))  # type: ignore[arg-type]
    assert {text: getattr(article, text) for text in texts} == dict.fromkeys(texts, spelled)
    assert article.tags == (spelled,)
    assert normalize_article(article) == article
