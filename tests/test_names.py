"""Names of persons are read whole, and common words are not."""

from __future__ import annotations

import pytest

from parsing.names import name_end, title_end
from parsing.text import normalize
from parsing.tokens import tokenize

SURE = [
    "منوچهر گودرزی|، در",
    "محمد صارمی زاده| ضمن",
    "سید صادق طباطبایی نژاد| در",
    "نورالله غلامیان دهکردی| صبح",
    "روح الله قاسمی| اظهار",
    "محمد عقیل سلگی| در",
    "سیدعلی اکبر صباغ| روز",
    "فاطمه زهرا توکلی| امروز",
    "علی اصفهانی| دادستان",
    "محمدرضا حبیبی| رئیس",
    "حسین ایزدی| تعداد",
    "پروین\u200cسادات موسوی| امروز",
    "فخر\u200cالسادات رخشنده| در",
]
EXPECTED = ["طهماسبی| مدیرکل", "کاظم حافظ‌نیا| افزود", "عظیم فرد| پیش", "آیت قیصری| به", "رمضانعلی الیاسی| در"]
NOBODY = [
    "دانشگاه تهران گفت",
    "این مسئول گفت",
    "امید مردم به",
    "مریم گفت",
    "دولت سیزدهم",
    "شهرداری خرم‌آباد",
    "مسجد سادات یوسف در",
]


@pytest.mark.parametrize("marked", SURE)
def test_a_name_with_a_given_name_is_read_anywhere(marked: str) -> None:
    name, rest = marked.split("|")
    for text in (name + rest, (name + rest).replace("\u200c", ""), (name + rest).replace("\u200c", " ")):
        tokens = tokenize(normalize(text))
        end = name_end(tokens, 0)
        assert "".join(token.fold for token in tokens[:end]) == "".join(
            token.fold for token in tokenize(normalize(name))
        )


@pytest.mark.parametrize("marked", EXPECTED)
def test_an_expected_name_is_read_without_a_sure_given_name(marked: str) -> None:
    name, rest = marked.split("|")
    tokens = tokenize(normalize(name + rest))
    end = name_end(tokens, 0, is_expected=True)
    assert " ".join(token.text for token in tokens[:end]) == normalize(name)


@pytest.mark.parametrize("text", NOBODY)
def test_common_words_are_nobody(text: str) -> None:
    assert name_end(tokenize(normalize(text)), 0) == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("حجت‌الاسلام والمسلمین حسن نوروزی", 2),
        ("حجت الاسلام و المسلمین حسن نوروزی", 3),
        ("سردار سرتیپ دوم پاسدار حسین نجات", 4),
        ("دکتر رضا", 1),
        ("استاندار لرستان", 0),
    ],
)
def test_titles_are_no_part_of_a_name(text: str, words: int) -> None:
    assert title_end(tokenize(normalize(text)), 0) == words
