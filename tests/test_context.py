"""Context: the total a figure is part of, the figure it repeats, the place it is about; and where none is said."""

from __future__ import annotations

import pytest

from parsing.document import normalize_article, read
from parsing.metrics import find_metrics
from parsing.records import Article, Metric


def metrics(text: str, title: str | None = None) -> list[Metric]:
    return list(find_metrics(read(normalize_article(Article(outlet="x", title=title, body=text)))))


@pytest.mark.parametrize(
    "text",
    [
        "در این طرح ۲۰۰ نفر آموزش دیدند که از این تعداد ۳۰ نفر معلم بودند.",
        "در این طرح ۲۰۰ نفر آموزش دیدند. از این تعداد، ۳۰ نفر معلم بودند.",
        "در این طرح ۲۰۰ نفر آموزش دیدند که ۳۰ نفر آنها معلم بودند.",
        "در این طرح ۲۰۰ نفر آموزش دیدند که ۳۰ نفر از آنان معلم بودند.",
        "در این طرح ۲۰۰ نفر آموزش دیدند که ۴۰ درصد آن‌ها معلم بودند.",
        "از مجموع ۲۰۰ نفر شرکت‌کننده ۳۰ نفر معلم بودند.",
    ],
)
def test_a_part_names_the_subject_of_its_total(text: str) -> None:
    total, part = metrics(text)
    assert total.whole is None
    assert total.value == 200
    assert part.whole == total.subject


def test_every_part_of_a_list_has_the_same_total() -> None:
    total, *parts = metrics("۱۵۰ واحد صنعتی فعال است. از این تعداد ۵۰ واحد نساجی، ۲۰ واحد غذایی و ۳۰ واحد چوبی است.")
    assert [part.whole for part in parts] == [total.subject] * 3


@pytest.mark.parametrize(
    "text",
    [
        "در این طرح ۲۰۰ نفر آموزش دیدند. بیش از این تعداد ۳۰ نفر نبودند.",
        "در این طرح ۲۰۰ نفر آموزش دیدند. پیش از این ۳۰ نفر آموزش دیده بودند.",
        "در این طرح ۲۰۰ نفر آموزش دیدند و با این تعداد ۳۰ نفر معلم بودند.",
        "در این طرح ۲۰۰ نفر آموزش دیدند و ۳۰ نفر معلم بودند.",
        "در این طرح ۲۰۰ نفر آموزش دیدند و نیمی از آن استان خشک است.",
        "از این تعداد ۳۰ نفر معلم بودند.",
        "در این طرح ۲۰۰ نفر آموزش دیدند که از این میزان ۵ میلیارد تومان پرداخت شد.",
        "در این طرح ۲۰۰ نفر آموزش دیدند که از این تعداد آمار گرفته شد و ۳۰ نفر معلم بودند.",
    ],
)
def test_a_figure_is_no_part_where_the_text_does_not_say_so(text: str) -> None:
    assert {metric.whole for metric in metrics(text)} == {None}


def test_a_total_too_far_before_is_not_guessed() -> None:
    text = "در این طرح ۲۰۰ نفر آموزش دیدند. هوا در این فصل بسیار خوب بود. از این تعداد ۳۰ نفر معلم بودند."
    assert {metric.whole for metric in metrics(text)} == {None}


def test_a_figure_told_again_for_another_time_has_the_subject_of_the_one_before() -> None:
    first, second = metrics("بارش شهرستان ورامین ۶۷ میلی‌متر بود. این میزان در مدت مشابه سال گذشته ۲۶ میلی‌متر بود.")
    assert second.subject == f"{first.subject} در مدت مشابه سال گذشته"
    assert second.place == first.place == "ورامین"
    assert second.whole is None


@pytest.mark.parametrize(
    "text",
    [
        "تولید گندم ۹۰ تن بود. با این میزان خرید ۲۰ تن آغاز شد.",
        "تولید گندم ۹۰ تن بود. این میزان آرد ۲۰ تن کم دارد.",
        "تولید گندم ۹۰ تن بود که این مقدار ۲۰ درصد غلات است.",
    ],
)
def test_a_figure_with_a_name_of_its_own_is_not_told_again(text: str) -> None:
    first, second = metrics(text)
    assert second.subject != first.subject


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("بدهی شهرداری بروجرد ۲۰ میلیارد تومان است.", "بروجرد"),
        ("در استان لرستان ۱۲۰ پروژه عمرانی افتتاح شد.", "لرستان"),
        ("۱۲۰ پروژه عمرانی در سطح شهرستان ورامین افتتاح شد.", "ورامین"),
        ("صادرات عراق ۲۰ تن بود.", "عراق"),
    ],
)
def test_a_figure_is_about_the_place_of_its_subject_or_sentence(text: str, place: str) -> None:
    assert [metric.place for metric in metrics(text)] == [place]


def test_the_province_alone_is_that_of_the_article() -> None:
    found = metrics("در استان ۱۲۰ پروژه عمرانی افتتاح شد.", title="افتتاح پروژه‌های استان لرستان")
    assert [metric.place for metric in found] == ["لرستان"]


@pytest.mark.parametrize(
    "text",
    [
        "۱۲۰ پروژه عمرانی افتتاح شد.",
        "نرخ بیکاری کشور به ۸ درصد رسید.",
        "او در ورامین گفت: ۱۲۰ پروژه عمرانی افتتاح شد.",
        "در استان ۱۲۰ پروژه عمرانی افتتاح شد.",
    ],
)
def test_a_figure_whose_place_is_not_said_has_none(text: str) -> None:
    assert [metric.place for metric in metrics(text)] == [None]
