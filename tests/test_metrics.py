"""Metrics: what is one and what is not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from parsing.document import normalize_article, read
from parsing.metrics import find_metrics
from parsing.records import Article


def figures(text: str) -> list[tuple[Decimal, str, str | None]]:
    metrics = find_metrics(read(normalize_article(Article(outlet="x", body=text))))
    return [(metric.value, metric.unit, metric.change) for metric in metrics]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("تولید گندم ۹ درصد افزایش داشته است.", (Decimal(9), "percent", "increase")),
        ("در این استان ۱۲ هزار نفر بیمه هستند.", (Decimal(12000), "person", None)),
        ("۴۵۲ نفر ساعت آموزش برگزار شد.", (Decimal(452), "person_hour", None)),
        ("۲۵ متهم دستگیر شدند.", (Decimal(25), "person", None)),
    ],
)
def test_a_quantity_is_a_metric(text: str, expected: tuple[Decimal, str, str | None]) -> None:
    assert figures(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "او ۲۶ ساله است.",
        "این نشست ساعت ۱۰ برگزار شد.",
        "به استناد ماده ۱۶ قانون رای صادر شد.",
        "در ۱۵ خرداد ۱۳۹۸ آغاز شد.",
    ],
)
def test_ages_times_dates_and_names_are_no_metrics(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("تولید گندم ۹ درصد افزایش داشته است.", "تولید گندم"),
        ("نرخ بیکاری به ۸ درصد رسید.", "نرخ بیکاری"),
        ("بدهی شهرداری بروجرد ۲۰ میلیارد تومان است.", "بدهی شهرداری بروجرد"),
        ("۴۰ میلیارد تومان تسهیلات اشتغال پرداخت شد.", "تسهیلات اشتغال"),
        ("امسال ۱۲۰ پروژه عمرانی در لرستان افتتاح شد.", "پروژه\u200cهای عمرانی در لرستان"),
        ("رشد ۲۵ درصدی صادرات", "صادرات"),
    ],
)
def test_a_metric_says_what_it_measures(text: str, subject: str) -> None:
    metrics = find_metrics(read(normalize_article(Article(outlet="x", body=text))))
    assert [metric.subject for metric in metrics] == [subject]
