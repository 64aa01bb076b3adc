"""What makes two things the same: addresses, digests, keys, sketches, and the rules that decide on a pair."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.dedup import STORY_HOURS, Comparable, Likeness, likeness, relation, shape
from db.folding import SKETCH_SIZE, SKETCH_WINDOW, fold_names, fold_parts, fold_words, shingles, sketch
from db.identity import article_identity, canonical_url, digest, hash64, title_footer_key
from db.rows import day_number
from parsing.letters import fold
from parsing.records import Article, Footer

FOOTER = Footer(text="انتهای پیام/", marker="انتهای پیام")
PERSIAN = st.text(alphabet="ابپتجدرزسشعفقکگلمنوهی ۰۱۲۳456.،/\u200c\n", max_size=300)

# Half-surrogates, marks between digits, what folds to nothing or to two characters, and our own end of a part.
ANY = st.text(alphabet="ابی آئۀ۱۲3.-/:،\u200c\n\x1e\ud800\udc00İß🌾𝟘", max_size=120)

PAIR = Likeness(
    jaccard=0.5,
    containment=0.7,
    figures=1.0,
    hours_apart=2.0,
    is_same_key=False,
    is_same_body=False,
    is_same_outlet=False,
)


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        # other outlets
        (PAIR, ("story", "near_words")),
        (replace(PAIR, is_same_key=True), ("copy", "same_key_near_words")),
        (replace(PAIR, is_same_body=True, jaccard=1.0), ("copy", "same_words")),
        (replace(PAIR, figures=0.0), ("story", "near_words")),
        (replace(PAIR, hours_apart=STORY_HOURS), ("story", "near_words")),
        (replace(PAIR, hours_apart=STORY_HOURS + 0.1), None),
        (replace(PAIR, jaccard=0.35), None),
        (replace(PAIR, jaccard=0.2, containment=0.95), None),  # a round-up that holds the other report
        (replace(PAIR, is_same_key=True, jaccard=0.1), None),  # a bulletin of the same name
        # times not stated: the words must agree more
        (replace(PAIR, hours_apart=None), None),
        (replace(PAIR, hours_apart=None, is_same_key=True), None),
        (replace(PAIR, hours_apart=None, jaccard=0.7), ("story", "near_words")),
        # one outlet
        (replace(PAIR, is_same_outlet=True, is_same_body=True), ("copy", "same_outlet_same_words")),
        (replace(PAIR, is_same_outlet=True, jaccard=0.9), ("version", "same_outlet_changed")),
        (replace(PAIR, is_same_outlet=True, jaccard=0.9, figures=0.4), None),  # today's bulletin of the same form
        (replace(PAIR, is_same_outlet=True, jaccard=0.9, figures=0.4, is_same_key=True), None),
        (replace(PAIR, is_same_outlet=True), None),
        (replace(PAIR, is_same_outlet=True, jaccard=0.9, hours_apart=None), None),
        (replace(PAIR, is_same_outlet=True, jaccard=0.9, hours_apart=100.0, is_same_key=True), None),
        (replace(PAIR, is_same_outlet=True, is_same_body=True, hours_apart=8000.0), None),
    ],
)
def test_a_pair_is_decided_by_outlet_day_and_body(pair: Likeness, expected: tuple[str, str] | None) -> None:
    assert relation(pair) == expected


def comparable(text: str, outlet: str = "isna", hours: float | None = 0.0, key: int | None = None) -> Comparable:
    return Comparable(
        version_id=1, article_id=1, outlet=outlet, hours=hours, title_footer_key=key, body_digest=b"", text=text
    )


@given(PERSIAN, PERSIAN)
def test_likeness_is_symmetric_and_within_bounds(a: str, b: str) -> None:
    there = likeness(comparable(a), comparable(b, "irna", 5.0), shape(a), shape(b))
    back = likeness(comparable(b, "irna", 5.0), comparable(a), shape(b), shape(a))

    assert there == back
    assert 0 <= there.jaccard <= there.containment <= 1
    assert 0 <= there.figures <= 1


@given(PERSIAN)
def test_a_text_is_wholly_like_itself_however_it_is_spaced(text: str) -> None:
    spaced = text.replace("\u200c", " ")
    measured = likeness(comparable(text), comparable(spaced), shape(text), shape(spaced))

    assert measured.jaccard in (0.0, 1.0)
    assert (measured.jaccard == 1.0) == (len(fold_words(text)) >= 12)


def test_missing_keys_are_never_the_same_key() -> None:
    measured = likeness(comparable("متن"), comparable("متن"), shape("متن"), shape("متن"))

    assert not measured.is_same_key


@pytest.mark.parametrize(
    ("title", "footer"),
    [(None, FOOTER), ("", FOOTER), (" … ", FOOTER), ("عنوان", None), ("عنوان", Footer(text="…", marker=""))],
)
def test_without_title_or_footer_there_is_no_key(title: str | None, footer: Footer | None) -> None:
    assert title_footer_key(title, footer) is None


def test_the_key_is_of_folded_title_mark_and_codes() -> None:
    key = title_footer_key("می‌شود ۱۲", FOOTER)

    assert key == title_footer_key("مي شود 12", replace(FOOTER, text="انتهای پیام"))
    assert key != title_footer_key("می‌شود ۱۲", replace(FOOTER, codes=("ش",)))
    assert key != title_footer_key("می‌شود ۱۳", FOOTER)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://www.isna.ir/news/1404010100001/", "isna.ir/news/1404010100001"),
        ("http://ISNA.ir:8080/news/1?b=2&a=1&utm_source=x", "isna.ir/news/1?a=1&b=2"),
        ("https://isna.ir/%D8%AE%D8%A8%D8%B1#top", "isna.ir/خبر"),
        ("https://isna.ir", "isna.ir"),
        ("  https://isna.ir/a?b=  ", "isna.ir/a?b="),
        ("http://[isna.ir/a", "http://[isna.ir/a"),
    ],
)
def test_an_address_is_canonical(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical if "://" in canonical else f"//{canonical}") == canonical


@pytest.mark.parametrize(
    ("other", "is_same"),
    [("http://a.ir/news/2", False), ("http://a.ir/news?id=2", False), ("https://www.a.ir/news/1/", True)],
)
def test_addresses_that_choose_another_page_differ(other: str, is_same: bool) -> None:
    assert (canonical_url("http://a.ir/news/1") == canonical_url(other)) is is_same


def test_an_article_is_one_by_code_else_address_else_text() -> None:
    article = Article(outlet="isna", code="12", url="https://isna.ir/12")

    assert article_identity(article, b"\1") == "code:12"
    assert article_identity(replace(article, code=None), b"\1") == "url:isna.ir/12"
    assert article_identity(replace(article, code="", url=None), b"\1") == "text:01"
    long = article_identity(replace(article, code="1" * 9000), b"")
    assert len(long) < 500
    assert long != article_identity(replace(article, code="1" * 9001), b"")
    long = article_identity(replace(article, code=None, url="https://isna.ir/" + "ا" * 9000), b"")
    assert len(long) < 500
    assert long != article_identity(replace(article, code=None, url="https://isna.ir/" + "ا" * 9001), b"")


@given(PERSIAN)
def test_folded_words_are_those_of_fold_but_for_marks_within_numbers(text: str) -> None:
    folded = fold_words(text).tobytes().decode("utf-16-le")

    assert "".join(filter(str.isalnum, folded)) == fold(text)


@pytest.mark.parametrize("text", ["", "\ud800", "😀 ۱۲", "a" * 70_000])
def test_any_text_folds(text: str) -> None:
    assert fold_words(text).dtype == np.uint16


@given(st.lists(PERSIAN | st.none(), min_size=1, max_size=4))
def test_parts_fold_together_as_alone_and_where_they_meet_counts(parts: list[str | None]) -> None:
    folded, starts = fold_parts(*parts)
    ends = [*(start - 1 for start in starts[1:]), len(folded) - 1]

    assert [folded[a:b].tolist() for a, b in zip(starts, ends, strict=True)] == [
        fold_words(part).tolist() for part in parts
    ]
    assert digest(folded) == digest(fold_parts(*parts)[0])
    assert digest(folded) != digest(fold_parts("", *parts)[0])


@given(st.lists(ANY, max_size=5))
def test_names_fold_together_as_fold_does(names: list[str]) -> None:
    assert fold_names(names) == {name: "".join(map(fold, name)) for name in names}


@pytest.mark.parametrize("name", ["علي‌رضا كريمي", "آیت‌الله ۱۲ ABC", "", "دکتر (س)", "مؤسسهٔ رأی", "𝟘 İ"])
def test_a_name_folds_as_fold_does_beside_any_other(name: str) -> None:
    assert fold_names([name])[name] == fold_names([name, "a\x1eb"])[name] == fold(name)


@given(PERSIAN, PERSIAN, st.integers(1, 40))
def test_runs_have_one_hash_wherever_they_stand(before: str, text: str, width: int) -> None:
    folded = fold_words(text)
    found = set(shingles(folded, width))

    assert len(found) <= max(0, len(folded) - width + 1)
    joined = np.concatenate([fold_words(before), folded])
    assert found <= set(shingles(joined, width))


def test_every_run_of_another_text_has_another_hash() -> None:
    texts = [fold_words(f"متن شماره {number:04d} از هزار متن دیگر") for number in range(1000)]

    assert len({int(hashed) for one in texts for hashed in shingles(one, len(one))}) == 1000


def test_texts_that_share_a_third_meet_in_their_sketches() -> None:
    generator = np.random.default_rng(5)
    met = 0
    for _ in range(200):
        shared, own, other = (generator.integers(0x627, 0x64A, size).astype(np.uint16) for size in (1000, 1000, 1000))
        a, b = sketch(np.concatenate([own, shared])), sketch(np.concatenate([shared, other]))
        assert len(a) == len(b) == SKETCH_SIZE
        met += bool(set(a) & set(b))

    assert met >= 197  # (1 - 1/3)^16 of 200 is 0.3


def test_a_short_text_has_no_sketch_and_a_repeated_one_a_small() -> None:
    assert sketch(fold_words("ا" * (SKETCH_WINDOW - 1))) == []
    assert len(sketch(fold_words("ا" * 500))) == 1


def test_hashes_tell_parts_and_types_apart() -> None:
    hashes = [
        hash64("a", "b"),
        hash64("ab"),
        hash64("a", None, "b"),
        hash64("a", ""),
        hash64("a"),
        hash64(1),
        hash64("1"),
    ]

    assert len(set(hashes)) == len(hashes)
    assert all(-(1 << 63) <= one < 1 << 63 for one in hashes)
    # The ids in every warehouse hang on this: another value is a migration.
    assert hash64("isna", "code:1") == 9086499042329254550


def test_days_are_counted_in_utc_and_unknown_is_marked() -> None:
    assert day_number(datetime(1970, 1, 2, tzinfo=UTC)) == 1
    assert day_number(None) == -1
