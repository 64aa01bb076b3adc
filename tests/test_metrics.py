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
        ("مجلس با ۴۴ سردفتر دیدار کرد.", (Decimal(44), "count", None)),
        ("احداث ۱۰ زمین ورزشی آغاز شد.", (Decimal(10), "count", None)),
        ("این طرح در ۵۰ مدرسه‌ای اجرا شد که دور از شهر بودند.", (Decimal(50), "count", None)),
        ("ساخت ۲۰ المان در شهر آغاز شد.", (Decimal(20), "count", None)),
        ("تولید به ۵۰۰ تن افزایش یافت.", (Decimal(500), "ton", None)),
        ("مصرف آب ۱۵ درصد کاهش یافت.", (Decimal(15), "percent", "decrease")),
        ("رشد ۳۲ درصدی صادرات ثبت شد.", (Decimal(32), "percent", "increase")),
        ("افزایش سالانه ۸ درصدی پرونده‌ها ثبت شد.", (Decimal(8), "percent", "increase")),
        ("صادرات رشدی ۳۲ درصدی داشت.", (Decimal(32), "percent", "increase")),
        ("حدود ۵۲ درصد از گردشگران خارجی کاهش یافت.", (Decimal(52), "percent", "decrease")),
        ("این تعرفه ۳۰ درصد قیمت خودرو را کاهش می‌دهد.", (Decimal(30), "percent", "decrease")),
        ("ظرفیت واحدها که ۸۰ درصد بود کاهش یافت.", (Decimal(80), "percent", None)),
        ("نرخ بیکاری به ۸ درصد کاهش یافت.", (Decimal(8), "percent", None)),
        ("مبلغی به اضافه ۹ درصد مالیات پرداخت شد.", (Decimal(9), "percent", None)),
        ("۳۱.۸۹۶ نفر واکسن زدند.", (Decimal(31896), "person", None)),
        ("زلزله‌ای به بزرگی ۶.۵ در مقیاس ریشتر آمد.", (Decimal("6.5"), "richter", None)),
        ("در بهمن ۹۰ نفر دستگیر شدند.", (Decimal(90), "person", None)),
        ("دو قنات مرمت شد.", (Decimal(2), "count", None)),
        ("نیمی از روستاها آب ندارند.", (Decimal("0.5"), "ratio", None)),
        ("سرعت وزش باد ۸۰ کیلومتر بود.", (Decimal(80), "kilometer_per_hour", None)),
        ("تصادف در تایباد ۳ کشته برجای گذاشت.", (Decimal(3), "person", None)),
        ("در این مرحله ۴۰۰ بسته معیشتی اهدا شد.", (Decimal(400), "count", None)),
        ("رزمایشی که طی آن ۴۰ نفر آموزش دیدند.", (Decimal(40), "person", None)),
        ("پیش از این بیش از ۸۰ فیلم ساخته بود.", (Decimal(80), "count", None)),
        ("احداث ۲۰۰۰ مدرسه آغاز شد.", (Decimal(2000), "count", None)),
        ("در نشستی که در آن ۶ جوان حاضر بودند.", (Decimal(6), "person", None)),
        ("برگزاری ۲۴ ویژه برنامه جشن اعلام شد.", (Decimal(24), "count", None)),
        ("هر یک ساعت ۵ الی ۷ هکتار زمین سمپاشی می‌شود.", (Decimal(5), "hectare", None)),
        ("کلنگ مدرسه‌ای به مساحت سه هزار متر به زمین خورد.", (Decimal(3000), "square_meter", None)),
        ("برجی به ارتفاع ۴۰۰ متر ساخته شد.", (Decimal(400), "meter", None)),
        ("جمعیت ۸۳ میلیونی کشور پیر می‌شود.", (Decimal(83_000_000), "person", None)),
        ("زمین‌لرزه‌ای به بزرگی ۳.۹ رخ داد.", (Decimal("3.9"), "richter", None)),
        ("در مناطق ۱۲ استان باران بارید.", (Decimal(12), "count", None)),
        ("در محورهای ۴ استان کشور باران بارید.", (Decimal(4), "count", None)),
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
        "دختر شش ساله\u200cای در این حادثه آسیب ندید.",
        "آموزشگاه ۹ کلاسه به بهره\u200cبرداری رسید.",
        "شناسه ۱۵ رقمی کالا ثبت می\u200cشود.",
        "تیم ملی ۳ بر ۲ پیروز شد.",
        "با نتیجه ۳ بر ۲ شکست خورد.",
        "سیاره KOI-456 دور ستاره\u200cاش می\u200cگردد.",
        "این نمایشگاه از ۱۵ تا ۲۱ مارس برپاست.",
        "این کار صد در صد ضروری است.",
        "صدها نفر آمدند.",
        "یک مدیر آن را اعلام کرد.",
        "بر اثر برخورد یک دستگاه پژو ۴۰۵ با درخت راه بسته شد.",
        "یک نفر بگوید چه شد.",
        "۳.۱ - محور کندوان بسته است.",
        "دونده با ۱۸ ثانیه و ۵۲ صدم ثانیه سوم شد.",
        "جمعیت میلیونی زائران رسید.",
        "در دو شهر چالدران و سردشت برف بارید.",
        "برخورداری روستاهای بالای ۲۰ خانوار از آب خوب است.",
        "بازی‌ها شنبه ساعت : ۱۹ برگزار می‌شود.",
        "سومین جشنواره آغاز شد.",
        "در ۲۴ ساعت گذشته باران بارید.",
        "تلفن ۰۲۱۶۶۴۰۸۰۸۰ پاسخگوست.",
        "منطقه ۲ و ماده ۵ تغییر نکرد.",
        "در پاییز ۹۷ کار به پایان رسید.",
        "در سال‌های ۱۹۷۸ و ۱۹۶۸ قهرمان جهان شد.",
        "در زادروز ۷۷ سالگی‌اش گفت.",
        "پسربچه ۶ ماهه‌ای در روستا پیدا شد.",
        "انتخابات مطابق مواد ۶۱، ۶۵ و ۶۶ قانون برگزار شد.",
        "سهام موضوع مواد ۳۴ الی ۳۸ قانون واگذار شد.",
        "فازهای ۱، ۲ و ۳ پالایشگاه افتتاح شد.",
        "معابر مناطق ۱ و ۲ و ۳ و ۵ فعال هستند.",
        "قطعنامه ۲۲۳۱ شورای امنیت صادر شد.",
        "جام جهانی ۲۰۲۲ میزبان خود را شناخت.",
        "گروه ۱+۵ مطالبه تازه‌ای ندارد.",
        "جنگنده اف-۳۵ ساخت آمریکا است.",
        "باید به قانون نیم نگاهی داشت.",
        "اتاق هتل ۴ ستاره برای مسافر گران است.",
        "سران سه قوه با هم دیدار کردند.",
        "در شب ۱۳ رجب مراسمی برپاست.",
        "این جشنواره ۲ آوریل ۲۰۱۹ برابر با ۱۳ فروردین برپا شد.",
    ],
)
def test_ages_times_dates_and_names_are_no_metrics(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("در بوشهر ۲۰۰ هکتار، فارس ۷۴۳۲ و یزد ۲۹۰ هکتار سمپاشی شد.", [200, 7432, 290]),
        ("سهم دولت از ۳۰ به ۵۰ درصد رسید.", [30, 50]),
        ("به ترتیب ۱۰ و هفت آزادراه الکترونیکی می\u200cشوند.", [10, 7]),
        ("نرخ بیکاری از ۲۱ درصد به ۱۴/۵ رسید.", [21, Decimal("14.5")]),
        ("تولید از ۹۷ میلیون تن در سال به بیش از ۱۲۲ میلیون رسید.", [97_000_000, 122_000_000]),
        ("البرز با ۶.۵۴ و کردستان با ۶.۵ درصد پیشتازند.", [Decimal("6.54"), Decimal("6.5")]),
        ("این شاخص برای زنان ۷۰ و برای مردان ۶۵ درصد بود.", [70, 65]),
        ("مرغ با نرخ\u200cهای ۳۰ هزار، ۳۵ هزار و ۳۸ هزار تومان عرضه شد.", [30_000, 35_000, 38_000]),
        ("به ترتیب ۱۰ و هفت آزادراه و ۹ آزادراه", [10, 7, 9]),
        ("تعداد ۱۰ زندانی مرد و یک زندانی زن آزاد شدند.", [10, 1]),
        ("سه کشته و یک زخمی برجا ماند.", [3, 1]),
        ("رأی ۳۹ فقره به نفع اداره و یک فقره علیه آن بود.", [39, 1]),
    ],
)
def test_a_unit_or_noun_said_once_is_shared_by_the_numbers_of_a_list(text: str, values: list[int]) -> None:
    found = figures(text)
    assert [value for value, _, _ in found] == values
    assert len({unit for _, unit, _ in found}) == 1


def test_an_amount_without_its_unit_has_that_of_the_article() -> None:
    found = figures("این فیلم یک میلیارد تومان هزینه برد و ۱۵ میلیارد فروش داشت. هزینه دبیرخانه: ۱،۵۹۰،۶۵۴،۲۰۰")
    assert found == [(Decimal(value), "toman", None) for value in (10**9, 15 * 10**9, 1_590_654_200)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("معاملات ۳۶ درصد کاهش یافت و درآمد دفاتر ۳۶ درصد پایین آمد.", [36, 36]),
        ("شهرداری سهم ۵۰ درصدی خود را نپرداخت و دولت توان پرداخت سهم ۵۰ درصدی خود را دارد.", [50]),
        ("چهار نفر از عوامل بمب‌گذاری دستگیر شدند.\nپیشتر نیز چهار نفر از پرسنل پلیس ترور شده بودند.", [4, 4]),
        ("در این شهر ۲۰ هزار تن برنج برداشت شد.\nبرداشت ۲۰ هزار تن شلتوک در این شهر پایان یافت.", [20000]),
    ],
)
def test_one_number_said_of_two_things_is_two_metrics(text: str, values: list[int]) -> None:
    assert [value for value, _, _ in figures(text)] == values


@pytest.mark.parametrize("text", ["در دقیقه ۱۹ و ۸۸ گل زد.", "ساکنان مناطق ۲ و ماده ۵ آن را خواستند."])
def test_numbers_of_a_list_that_counts_nothing_share_nothing(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("تولید گندم ۹ درصد افزایش داشته است.", "تولید گندم"),
        ("نرخ بیکاری به ۸ درصد رسید.", "نرخ بیکاری"),
        ("بدهی شهرداری بروجرد ۲۰ میلیارد تومان است.", "بدهی شهرداری بروجرد"),
        ("۴۰ میلیارد تومان تسهیلات اشتغال پرداخت شد.", "تسهیلات اشتغال"),
        ("امسال ۱۲۰ پروژه عمرانی در لرستان افتتاح شد.", "پروژه\u200cهای عمرانی افتتاح\u200cشده در لرستان"),
        ("رشد ۲۵ درصدی صادرات", "صادرات"),
    ],
)
def test_a_metric_says_what_it_measures(text: str, subject: str) -> None:
    metrics = find_metrics(read(normalize_article(Article(outlet="x", body=text))))
    assert [metric.subject for metric in metrics] == [subject]
