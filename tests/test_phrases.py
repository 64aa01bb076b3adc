"""Noun phrases end where a reader ends them, however the half-spaces were lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsing.phrases import phrase_end
from parsing.text import normalize
from parsing.tokens import sentences, tokenize

PHRASES = [
    "مدیرکل تأمین اجتماعی لرستان| گفت",
    "مدیرکل تأمین اجتماعی لرستان| در دیدار با استاندار",
    "استاندار لرستان| از پروژه‌ها بازدید کرد",
    "وزیر صنعت، معدن و تجارت| و استاندار یزد",
    "رئیس سازمان صنعت، معدن و تجارت استان مرکزی| اظهار داشت",
    "معاون سیاسی، امنیتی و اجتماعی استانداری هرمزگان| افزود",
    "مدیرکل راه و شهرسازی استان سیستان و بلوچستان| و معاونش",
    "فرماندار کوهدشت|، بخشدار مرکزی",
    "مدیرکل ورزش و جوانان گیلان|، مدیرکل آموزش و پرورش",
    "رئیس دانشگاه علوم پزشکی گلستان| با اشاره به",
    "مدیرعامل شرکت آب و فاضلاب استان قزوین| امروز",
    "سازمان جهاد کشاورزی استان همدان| و جمعی از کشاورزان",
    "رئیس شعبه ۹ دادگاه کیفری یک استان تهران| گفت",
    "بیمارستان «شفا» کرمان| را",
    "فرمانده انتظامی شهرستان بم| سرهنگ ناصر رضایی",
    "رئیس اداره ورزش و جوانان| محمد کریمی افزود",
    "شهردار اهواز| نیز",
]


def spelled(text: str) -> list[str]:
    return [text, text.replace("\u200c", ""), text.replace("\u200c", " ")]


@pytest.mark.parametrize("marked", PHRASES)
def test_phrase_ends_at_the_mark(marked: str) -> None:
    phrase, rest = marked.split("|")
    for text in spelled(phrase + rest):
        text = normalize(text)
        sentence = sentences(text)[0]
        end = phrase_end(sentence.tokens, 0)
        assert text[: sentence.end_of(end - 1)] == normalize(phrase)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("معاون هماهنگی امور اقتصادی استاندار و", "معاون هماهنگی امور اقتصادی استاندار"),
        ("نماینده مدیرکل منابع طبیعی کرمان در", "نماینده مدیرکل منابع طبیعی کرمان"),
    ],
)
def test_a_post_inside_a_post_is_read_only_where_asked(text: str, expected: str) -> None:
    tokens = tokenize(normalize(text))
    nested = phrase_end(tokens, 0, nests=True)
    plain = phrase_end(tokens, 0)
    assert " ".join(token.text for token in tokens[:nested]) == normalize(expected)
    assert plain < nested


@given(st.text(alphabet="مدیرکل استاندار و،«»():۱۲۳.\u200c گفتنوباز", max_size=80))
def test_an_end_is_always_after_its_start_and_inside(text: str) -> None:
    tokens = tokenize(normalize(text))
    for start in range(len(tokens)):
        assert start < phrase_end(tokens, start) <= len(tokens)
