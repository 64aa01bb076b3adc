"""What the words of an article give is the same whatever stands beside it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.derived import TOGETHER, Derived, derived
from db.folding import SKETCH_SIZE, SKETCH_WINDOW, fold_words, sketch, windows
from db.words import outlet_key, published_key, word_key, word_keys, words
from parsing.records import Article, Footer

TEXT = st.text(alphabet="ابی آئۀ۱۲3.-/:،\u200c\n\x1e\ud800İ🌾𝟘", max_size=200) | st.none()
ARTICLE = st.builds(
    Article,
    outlet=st.sampled_from(["isna", "irna"]),
    kicker=TEXT,
    title=TEXT,
    lead=TEXT,
    body=TEXT,
    footer=st.none() | st.just(Footer(text="پایان", marker="پایان", codes=("1-2", "3"))),
    published=st.none() | st.just(datetime(2025, 6, 1, tzinfo=UTC)),
)


def plain(one: Derived) -> tuple[object, ...]:
    return one.content_digest, one.body_digest, one.sketch, one.keys.tolist()


def prose(seed: int, count: int) -> str:
    chosen = random.Random(seed)
    return " ".join("".join(chosen.choices("ابپتجدرسشعفقکلمنوهی", k=chosen.randint(2, 8))) for _ in range(count))


@given(st.lists(ARTICLE, max_size=5))
def test_articles_give_together_what_they_give_alone(articles: list[Article]) -> None:
    together = [plain(one) for one in derived(articles)]

    assert together == [plain(one) for article in articles for one in derived([article])]


def test_an_article_longer_than_are_worked_on_together_gives_all_its_words() -> None:
    long = Article(outlet="isna", title="عنوان", body=prose(1, TOGETHER // 2) + " " + "ن" * 3 * TOGETHER)
    short = replace(long, body="متن کوتاه")
    first, middle, last = derived([short, long, short])

    assert plain(first) == plain(last) == plain(*derived([short]))
    folded = {word.folded for word in words(f"{long.title}\n{long.body}")}
    assert len(folded - {"ن" * 3 * TOGETHER}) > 1000
    assert {word_key(word) for word in folded if len(word) < 20} <= set(middle.keys.tolist())
    more = [outlet_key("isna"), published_key(None)]
    assert middle.keys.tolist() == sorted([*word_keys([f"{long.title}\n{long.body}"], [()])[0].tolist(), *more])


@pytest.mark.parametrize(
    "text", [prose(1, 5), prose(2, 20), prose(3, 400), "سه کلمه اینجا " * 300, prose(4, 10) * 30 + prose(5, 9)]
)
def test_a_sketch_is_the_smallest_hashes_and_a_repeated_one_counts_as_often_as_it_stands(text: str) -> None:
    hashes = sorted(windows(fold_words(text), SKETCH_WINDOW).tolist())[: 4 * SKETCH_SIZE]
    smallest = [number - (1 << 64) if number >> 63 else number for number in sorted(set(hashes))[:SKETCH_SIZE]]

    assert sketch(fold_words(text)) == smallest
