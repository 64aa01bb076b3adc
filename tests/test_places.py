"""Places: where the phrase ends, which province it lies in, and what is no place."""

import pytest

from parsing.document import Document, normalize_article, read
from parsing.letters import fold
from parsing.lexicon import rows
from parsing.places import name_at, place_at, province_of, survey_places
from parsing.records import Article
from parsing.text import normalize
from parsing.tokens import tokenize


def phrase(text: str, *, is_sure: bool = False) -> tuple[str, str | None] | None:
    """The place phrase at the start of `text` and its province."""
    tokens = tokenize(normalize(text))
    found = place_at(tokens, 0, is_sure=is_sure)
    if found is None:
        return None
    return " ".join(token.text for token in tokens[: found[0]]), found[1].province if found[1] else None


@pytest.mark.parametrize(
    ("text", "expected", "province"),
    [
        ("لرستان گفت", "لرستان", "لرستان"),
        ("استان سیستان و بلوچستان گفت", "استان سیستان و بلوچستان", "سیستان و بلوچستان"),
        ("شهرستان کوار فارس اعلام کرد", "شهرستان کوار فارس", "فارس"),
        ("شهرستان بروجرد استان لرستان بود", "شهرستان بروجرد استان لرستان", "لرستان"),
        ("جنوب استان کرمان در", "جنوب استان کرمان", "کرمان"),
        ("غرب تهران شد", "غرب تهران", "تهران"),
        ("تهران بزرگ خبر داد", "تهران بزرگ", "تهران"),
        ("کهگیلویه و بویراحمد را", "کهگیلویه و بویراحمد", "کهگیلویه و بویراحمد"),
        ("استان از", "استان", None),
        ("کشور عراق", "کشور", None),
    ],
)
def test_a_place_phrase_ends_where_the_place_does(text: str, expected: str, province: str | None) -> None:
    assert phrase(text) == (normalize(expected), province and normalize(province))


@pytest.mark.parametrize("spelling", ["خرم\u200cآباد", "خرم آباد", "خرمآباد", "خرم اباد"])
def test_a_place_is_known_however_it_is_spaced(spelling: str) -> None:
    assert province_of(spelling) == "لرستان"


@pytest.mark.parametrize("word", ["بهار آمد", "مقاومت مردم", "خبر داد", "احمدی گفت", "بار دیگر", "در میان مردم"])
def test_a_common_word_or_surname_alone_is_no_place(word: str) -> None:
    assert phrase(word) is None


def test_a_common_word_is_a_place_after_a_word_of_kind() -> None:
    assert phrase("شهرستان بهار آمد") == ("شهرستان بهار", "همدان")


def test_a_caller_who_is_sure_gets_the_place() -> None:
    tokens = tokenize(normalize("بهار افزود"))
    assert name_at(tokens, 0) is None
    found = name_at(tokens, 0, is_sure=True)
    assert found is not None and found[1].province == "همدان"


def test_a_name_that_two_provinces_share_has_no_province() -> None:
    homes: dict[str, set[str]] = {}
    for row in rows("places", key=3):
        if row["kind"] == "city":
            homes.setdefault(fold(row["name"]), set()).add(row["province"])
    larger = {fold(row["name"]) for row in rows("places", key=3) if row["kind"] in ("province", "county")}
    shared = sorted(name for name, provinces in homes.items() if len(provinces) > 1 and name not in larger)
    assert shared
    found = name_at(tokenize(shared[0]), 0, is_sure=True)
    assert found is not None and found[1].province is None


def test_an_unknown_place_has_no_province() -> None:
    assert province_of("ناکجاآباد") is None


def document(body: str, **fields: str) -> Document:
    return read(normalize_article(Article(outlet="", body=body, **fields)))  # type: ignore[arg-type]


def test_the_province_of_an_article_is_that_of_most_of_its_places() -> None:
    text = "فرماندار بروجرد گفت: راه خرم\u200cآباد به اراک بسته شد. استان لرستان آماده است."
    assert survey_places(document(text))[0] == "لرستان"


def test_a_stated_province_wins() -> None:
    assert survey_places(document("راه خرم\u200cآباد بسته شد.", province="مرکزی"))[0] == "مرکزی"


def test_the_dateline_tells_the_province_where_the_one_stated_is_no_known_place() -> None:
    stated = document("راه تبریز بسته شد.", province="سراسر کشور", dateline="خرم\u200cآباد")
    assert survey_places(stated)[0] == "لرستان"
    nowhere = document("راه تبریز بسته شد.", province="سراسر کشور", dateline="ناکجاآباد")
    assert survey_places(nowhere)[0] == "آذربایجان شرقی"


def test_no_place_or_a_tie_gives_no_province() -> None:
    assert survey_places(document("هوا سرد شد."))[0] is None
    assert survey_places(document("راه تبریز به یزد بسته شد."))[0] is None


def test_a_name_is_local_in_the_article_that_calls_it_a_place_once() -> None:
    assert survey_places(document("بخشدار ساردوئیه گفت. دادگاه ساردوئیه رأی داد."))[1]
