"""What a number measures: words near it, cut out of their phrases, and the place of the article where it needs one."""

from __future__ import annotations

import pytest

from bench.tools.build_subjects import SPANS, share
from parsing.document import normalize_article, read
from parsing.frames import Frame, Phrase, frame
from parsing.lexicon import rows
from parsing.metrics import find_metrics, setting_of
from parsing.quantities import find_quantities
from parsing.records import Article
from parsing.subjects import Candidate, Scored, Setting, choose, explain, features
from parsing.tokens import tokenize
from parsing.wording import render
from parsing.words import stem


def framed(text: str) -> Frame:
    tokens = tokenize(text)
    return frame(tokens, find_quantities(tokens), ())


def phrases_of(text: str) -> list[str]:
    return [" ".join(token.text for token in phrase.tokens) for phrase in framed(text).phrases]


def subjects_of(title: str, body: str) -> list[str]:
    return [
        metric.subject for metric in find_metrics(read(normalize_article(Article(outlet="x", title=title, body=body))))
    ]


def scored(phrase: Phrase | None, at: int, folded: str, chance: float) -> Scored:
    return Scored(Candidate(at, phrase, folded), chance)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("نرخ بیکاری استان به ۸ درصد رسید", ["نرخ بیکاری استان"]),
        ("۴۰ هکتار گلخانه در شهرستان ورامین ساخته شد", ["گلخانه", "شهرستان ورامین", "ساخته"]),
        ("کشت ۱۲ هکتار زعفران و ۹ هکتار پسته", ["کشت", "زعفران", "پسته"]),
    ],
)
def test_a_sentence_is_cut_into_phrases_at_verbs_prepositions_and_quantities(text: str, expected: list[str]) -> None:
    assert phrases_of(text) == expected


def test_a_part_of_a_phrase_keeps_the_link_of_its_first_word_and_the_end_of_its_last() -> None:
    phrase = next(one for one in framed("در شهرستان ورامین ۴۰ هکتار گلخانه ساخته شد").phrases if one.link == "در")
    assert len(phrase.tokens) == 2
    first, last = phrase.part(phrase.start, phrase.start + 1), phrase.part(phrase.end - 1, phrase.end)
    assert (first.link, first.ends) == ("در", "n")
    assert (last.link, last.ends) == ("", phrase.ends)
    assert first.tokens + last.tokens == phrase.tokens


def test_a_phrase_is_cut_from_its_first_chosen_word_to_its_last() -> None:
    phrase = framed("طرح توسعه شبکه برق ۴۰ روستا").phrases[0]
    words = [scored(phrase, phrase.start + at, phrase.tokens[at].fold, chance) for at, chance in ((1, 0.9), (3, 0.9))]
    phrases, needs_place = choose(words)
    assert [token.text for token in phrases[0].tokens] == ["توسعه", "شبکه", "برق"]
    assert not needs_place


def test_words_that_are_unlikely_are_left_out_and_the_place_is_chosen_by_its_own_chance() -> None:
    phrase = framed("تعداد کارگاه‌های فعال ۴۰ واحد").phrases[0]
    head = scored(phrase, phrase.start, phrase.tokens[0].fold, 0.9)
    doubtful = scored(phrase, phrase.end - 1, phrase.tokens[-1].fold, 0.05)
    phrases, needs_place = choose([head, scored(None, -1, "ورامین", 0.8), doubtful])
    assert [len(one.tokens) for one in phrases] == [1]
    assert needs_place
    assert choose([head, doubtful, scored(None, -1, "ورامین", 0.01)])[1] is False


def test_a_place_in_a_chosen_phrase_is_enough() -> None:
    town = framed("بارش شهرستان بروجرد ۴۰ میلی‌متر بود").phrases[0]
    words = [scored(town, town.start + at, token.fold, 0.9) for at, token in enumerate(town.tokens)]
    assert choose([*words, scored(None, -1, "لرستان", 0.9)])[1] is False
    province = framed("بارش استان ۴۰ میلی‌متر بود").phrases[0]
    words = [scored(province, province.start + at, token.fold, 0.9) for at, token in enumerate(province.tokens)]
    assert choose([*words, scored(None, -1, "لرستان", 0.9)])[1] is True


def test_nothing_near_a_number_makes_no_subject() -> None:
    assert choose([]) == ([], False)


def test_a_word_that_stands_twice_counts_once() -> None:
    phrase = framed("کارگاه و کارگاه‌ها ۴۰ واحد").phrases[0]
    once = choose([scored(phrase, 0, "کارگاه", 0.9)])
    assert choose([scored(phrase, 0, "کارگاه", 0.9), scored(phrase, 2, "کارگاهها", 0.8)]) == once


def test_chances_are_probabilities_best_first_and_every_candidate_is_a_word_of_the_sentence() -> None:
    document = read(
        normalize_article(Article(outlet="x", title="کشت گلخانه در ورامین", body="۴۰ هکتار گلخانه ساخته شد."))
    )
    sentence = document.sentences[-1]
    quantity = find_quantities(sentence.tokens)[0]
    cut = frame(sentence.tokens, [quantity], ())
    found = explain(cut, quantity, "u", None, setting_of(document), "body")
    chances = [one.chance for one in found]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance < 1 for chance in chances)
    assert all(sentence.tokens[one.candidate.at].fold == one.candidate.fold for one in found if one.candidate.phrase)
    assert [one.candidate.phrase for one in found].count(None) == 1


def test_the_place_of_the_article_is_no_candidate_where_the_sentence_names_it() -> None:
    tokens = tokenize("۴۰ هکتار گلخانه در ورامین ساخته شد")
    quantity = find_quantities(tokens)[0]
    setting = Setting(frozenset(), {}, "ورامین")
    words = [one for one, _ in features(frame(tokens, [quantity], ()), quantity, "u", None, setting, "body")]
    assert all(one.phrase is not None for one in words)


def test_who_says_a_figure_is_not_what_it_measures() -> None:
    subjects = subjects_of("گندم", "مدیر جهاد کشاورزی ورامین گفت: تولید گندم ۹ درصد افزایش داشته است.")
    assert len(subjects) == 1
    assert "گندم" in subjects[0]
    assert not any(word in subjects[0] for word in ("مدیر", "جهاد", "گفت"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("کشف ۳ کیلوگرم تریاک", "تریاک کشف‌شده"),
        ("۱۲ پرونده در استان", "پرونده‌های در استان"),
        ("۱۲ متهم", "متهمان"),
        ("۱۲ عضو در استان", "اعضای در استان"),
        ("۱۲ مدرسه", "مدارس"),
        ("۵ خودروی آتش\u200cنشانی", "خودرو\u200cهای آتش\u200cنشانی"),
        ("سطح ۳ هکتار زمین", "زمین سطح"),
        ("زمینی به مساحت ۳ هکتار", "مساحت زمینی"),
        ("مدرسه با هزینه\u200cای ۳ میلیارد تومان", "هزینه مدرسه"),
        ("کالا به ارزش ۳ میلیارد تومان کشف شد", "ارزش کالا کشف\u200cشده"),
    ],
)
def test_chosen_phrases_are_worded_with_plural_and_participle(text: str, expected: str) -> None:
    cut = framed(text)
    quantity = find_quantities(cut.tokens)[0]
    group = "c" if quantity.unit is None else "m" if quantity.unit.kind == "money" else "u"
    assert render(cut, quantity, cut.phrases, group) == expected


@pytest.mark.parametrize(
    ("word", "expected"), [("کارگاهها", "کارگاه"), ("کارگاههای", "کارگاه"), ("ها", "ها"), ("آب", "آب")]
)
def test_a_stem_has_no_plural(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_weights_of_words_are_named_so_and_of_stems_and_sides() -> None:
    names = {row["feature"] for row in rows("subject_weights")}
    letters = {name for name in names if not name.isascii()}
    of_words = {name for name in letters if name.startswith("w:")}
    assert of_words
    assert all(name.count(":") == 1 or name.endswith((":R", ":L")) for name in of_words)
    assert all(name.split("l", 1)[0] in ("R", "L", "RT", "RF", "LT", "LF") for name in letters - of_words)


def test_annotated_spans_are_positions_and_no_text() -> None:
    lines = [line for line in SPANS.read_text("utf-8").splitlines() if not line.startswith("#")][1:]
    assert len(lines) > 700
    for line in lines:
        article, quantity, words = line.split("\t")
        assert article.isascii()
        for span in (quantity, *words.split()):
            first, last = map(int, span.split("-"))
            assert 0 <= first < last


def test_the_share_of_a_word_in_a_subject_is_of_its_pairs_of_letters() -> None:
    pairs = {("ک", "ش"), ("ش", "ت")}
    assert share("کشت", pairs) == 1.0
    assert share("گندم", pairs) == 0.0
    assert share("", pairs) == 0.0
