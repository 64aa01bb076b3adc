"""Metrics: what is one and what is not."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from parsing import figures as figures_of_text
from parsing.document import normalize_article, read
from parsing.figures import Figure
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
        ("خروج ۲۸ برند از بازار خبر داده شد.", (Decimal(28), "count", None)),
        ("در مناطق ۱۲ استان باران بارید.", (Decimal(12), "count", None)),
        ("در محورهای ۴ استان کشور باران بارید.", (Decimal(4), "count", None)),
        ("جمعیت آن ۲۲۲ نفر است.", (Decimal(222), "person", None)),
        ("این ۲۰۹ نفری که دستگیر شدند.", (Decimal(209), "person", None)),
        ("شمار جان\u200cباختگان این انفجار به ۱۳۵ تن رسید.", (Decimal(135), "person", None)),
        ("حدود ۴۰ تن در این حمله کشته شدند.", (Decimal(40), "person", None)),
        ("برداشت گندم این شهرستان به ۷۴ تن رسید.", (Decimal(74), "ton", None)),
        ("حدود ۱۲ هزار یمنی آواره شدند.", (Decimal(12000), "person", None)),
        ("۱۳ پلیس کشته شدند.", (Decimal(13), "person", None)),
        ("رشد ارز ۱۰ درصدی بود.", (Decimal(10), "percent", "increase")),
        ("در هر دسته ۵ نفر بودند.", (Decimal(5), "person", None)),
        ("با ۸۰ کیلومتر سرعت گذشت.", (Decimal(80), "kilometer_per_hour", None)),
        ("در سرعت\u200cهای بالای ۶۰ کیلومتر جریمه دارد.", (Decimal(60), "kilometer_per_hour", None)),
        ("۷۱۹ نمازخانه ساخته شد.", (Decimal(719), "count", None)),
        ("سه چهارم این زمین\u200cها آبی است.", (Decimal("0.75"), "ratio", None)),
        ("نفت به ۵۹ دلار و ۶۷ سنت رسید.", (Decimal("59.67"), "dollar", None)),
        ("۴۰.۰۰۰ کیلومتر راه ساخته شد.", (Decimal(40000), "kilometer", None)),
        ("سه میلیون یورویی هزینه شد.", (Decimal(3_000_000), "euro", None)),
        ("تولید ۱۳ درصد نسبت به سال قبل افت کرد.", (Decimal(13), "percent", "decrease")),
        ("پلیس از دو فردی که آنجا بودند بازجویی کرد.", (Decimal(2), "person", None)),
        ("ایران میان سه کشوری است که چنین توانی دارند.", (Decimal(3), "count", None)),
        ("جهیزیه به ۱۳ زوج جوان اهدا شد.", (Decimal(13), "count", None)),
        ("ظرفیت سد ۳۰ میلیون مترمکعب بود: باران خوبی آمد.", (Decimal(30_000_000), "cubic_meter", None)),
        ("۲ هزار تن به ظرفیت این کارخانه افزوده می‌شود.", (Decimal(2000), "ton", "increase")),
        ("با این راه ۶۰ کیلومتر از مسیر کاسته می‌شود.", (Decimal(60), "kilometer", "decrease")),
        ("نواحی ۶ گانه شهر اصفهان آماده است.", (Decimal(6), "count", None)),
        ("سکه ۲۹ هزار تومان ارزان شد.", (Decimal(29_000), "toman", "decrease")),
        ("در قیاس با پاییز همان سال کاهش ۳.۴ درصدی داشت.", (Decimal("3.4"), "percent", "decrease")),
        ("سالانه ۵ درصد به آمار مصرف آب افزوده می‌شود.", (Decimal(5), "percent", "increase")),
        ("غلظت آن چهار برابر بیشتر از میزان مجاز است.", (Decimal(4), "times", None)),
        ("۱۴ رشته به این دانشگاه افزوده شد.", (Decimal(14), "count", None)),
        ("تصادف در این محور ۲ فوتی بر جای گذاشت.", (Decimal(2), "person", None)),
        ("وزن نوزاد ۴ کیلوگرم بود.", (Decimal(4), "kilogram", None)),
        ("سالانه ۷ هزار تن از مزارع این استان برداشت می‌شد.", (Decimal(7000), "ton", None)),
        ("حدود ۲ هزار تن از زائران رسیدند.", (Decimal(2000), "person", None)),
        ("تعداد شماره\u200cها را به یک میلیون رساندند.", (Decimal(1_000_000), "count", None)),
        ("ظرفیت باتری ۵۰۰۰ mAh است.", (Decimal(5000), "milliampere_hour", None)),
        ("۳۰ فوت مربع زمین خریدند.", (Decimal(30), "square_foot", None)),
        ("در این روستا بیش از ۲۰ خانوار زندگی می\u200cکنند.", (Decimal(20), "household", None)),
        ("در این شهر بیش از ۳۰ نفر کشته شدند.", (Decimal(30), "person", None)),
        ("حدود ۲ هزار تن از مردم شهر رسیدند.", (Decimal(2000), "person", None)),
        ("با کاهش سرعت در ۳۰ کیلومتری ورودی شهر راه امن شد.", (Decimal(30), "kilometer", None)),
        ("این خودرو حداکثر سرعت ۲۵۰ کیلومتری دارد.", (Decimal(250), "kilometer_per_hour", None)),
        ("۲۰۰ کشاورز برتر در این استان کار می‌کنند.", (Decimal(200), "person", None)),
        ("دو وکیلی که آمدند شکایت کردند.", (Decimal(2), "person", None)),
        ("۳ شهرداری برای این کار آماده‌اند.", (Decimal(3), "count", None)),
        ("۱۲ تظاهرکننده زخمی شدند.", (Decimal(12), "person", None)),
        ("در ۱۵ اسفند ۴۵ نفر کشته شدند.", (Decimal(45), "person", None)),
        ("در ۲۲ بهمن ۱۳۰۰ نفر آمدند.", (Decimal(1300), "person", None)),
        ("صادرات در سال ۹۸ تا ۵۰ درصد افزایش یافت.", (Decimal(50), "percent", "increase")),
        ("در ۱۵ اسفند ۹۷ ساعت ۱۰ صبح ۴۵ نفر آمدند.", (Decimal(45), "person", None)),
        ("بازار ۱۸۰ میلیونی اوراسیا باز شد.", (Decimal(180_000_000), "person", None)),
        ("۳۰ هکتار از زمین‌ها به شهر اضافه خواهد شد.", (Decimal(30), "hectare", "increase")),
        ("نقره\u200cای به وزن ۶۰ کیلوگرم کشف شد.", (Decimal(60), "kilogram", None)),
        ("بیش از ۴۵۵ شناور در این مسیر تردد کردند.", (Decimal(455), "count", None)),
        ("سی تیم در این رقابت\u200cها هستند.", (Decimal(30), "count", None)),
        ("در هفت روستای این بخش برف بارید.", (Decimal(7), "count", None)),
        ("سایپا ۱۳۱، ۴۲ میلیون تومان قیمت دارد.", (Decimal(42_000_000), "toman", None)),
        ("گروه ۶۰ نفره زائران راهی شد.", (Decimal(60), "person", None)),
        ("اعزام ۲۸ هزار قزوینی به اردوها آغاز شد.", (Decimal(28_000), "person", None)),
        ("در این حادثه ۳۳ آلمانی کشته شدند.", (Decimal(33), "person", None)),
        ("۴۰ شطرنج باز در این دوره رقابت کردند.", (Decimal(40), "person", None)),
        ("مهندسان ۲۰ کار بر روی باتری\u200cها انجام دادند.", (Decimal(20), "count", None)),
        ("این تلسکوپ ۱۰۰ بار سریع\u200cتر از هابل است.", (Decimal(100), "times", None)),
        ("در مجله ISI حدود ۳۳۴ مقاله منتشر شد.", (Decimal(334), "count", None)),
        ("غلظت آن ۲۵۰ بخش در میلیون است.", (Decimal(250), "part_per_million", None)),
        ("تیم با ۳۵ نفر ساعت ۲۲ راهی مشهد شد.", (Decimal(35), "person", None)),
        ("در یک واحد ۸۰ متری زندگی می\u200cکنند.", (Decimal(80), "square_meter", None)),
        ("قله ۴۸۱۱ متری سبلان برفی است.", (Decimal(4811), "meter", None)),
        ("سه هزار میلیارد تومان اختلاس کردند.", (Decimal(3_000_000_000_000), "toman", None)),
        ("وزن نوزاد ۳ کیلوگرم و دوقلوی او کم بود.", (Decimal(3), "kilogram", None)),
        ("هر سال ۸۰ هزار نفر خون می\u200cدهند.", (Decimal(80_000), "person", None)),
        ("در این روستا ۱۰ خانوار زندگی می\u200cکنند.", (Decimal(10), "household", None)),
        ("دمای این شهر ۲.۵ درجه بیشتر شد.", (Decimal("2.5"), "degree", "increase")),
        ("۲۳.۳۲۸ بنگاه وام گرفتند.", (Decimal(23_328), "count", None)),
        ("جاذبه آن ۰.۱۳۳ گرانش زمین است.", (Decimal("0.133"), "count", None)),
        ("هر دلار به ۱۰۷.۳۰۸ ین رسید.", (Decimal("107.308"), "yen", None)),
        ("جریمه ۲.۱ میلارد تومانی قاچاقچیان اجرا شد.", (Decimal(2_100_000_000), "toman", None)),
        ("ده\u200cهزارنفر در این راه رفتند.", (Decimal(10_000), "person", None)),
        ("پنجاه\u200cهزارهکتاری که کاشتند خشک شد.", (Decimal(50_000), "hectare", None)),
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
        "ارز ۴۲۰۰ تومانی حذف شد.",
        "او در وزن ۸۸ کیلوگرم طلا گرفت.",
        "رکورد ۴۰۰ متر مانع شکسته شد.",
        "در ماده ۴۰۰ متر به طلا رسید.",
        "۳- دستگاه مرکزی وزارتخانه",
        "تحویل ؟؟ میلیون بطری آغاز شد.",
        "ما نه دلار می\u200cخواهیم و نه یورو.",
        "به دنبال عدالت هستیم نه برابری جنسیتی.",
        "تیم آرمان هفت بر دو برابر حریف پیروز شد.",
        "او از ۱۹۸۷ تا ۲۰۱۷ بازی کرد.",
        "در دهه ۷۰ تا سال ۹۷ کار کرد.",
        "این کار دو تا سه سال گذشته انجام شد.",
        "طلای ۱۸ عیار گران شد.",
        "۵۷ کیلوگرم: عرفان احمدی و امیر رضایی",
        "بند یک ماده ۱۷ قانون اصلاح شد.",
        "سران قوای سه گانه جلسه داشتند.",
        "قیمت یک گرم طلا بالا رفت.",
        "ما جزو سه استان برتر کشور هستیم.",
        "او در ۹۷ کیلوگرم به قهرمانی جهان رسید.",
        "انتخابی وزن ۸۶ کیلوگرم مسابقات برگزار شد.",
        "این اموال موضوع بند ۳ ماده ۱۷ قانون است.",
        "این تعداد خانواده طی دو سه سال گذشته خودکفا شدند.",
        "رقابت\u200cهای اوزان ۵۷، ۶۱ و ۷۰ کیلوگرم برگزار شد.",
        "مسابقه پیاده\u200cروی در ماده ۲۰ کیلومتر برگزار شد.",
        "او در دوی ۱۰ کیلومتر دوم شد.",
        "کشتی\u200cگیر جوان در وزن ۶۰ گردن\u200cآویز نقره گرفت.",
        "ساعت حدود ۲۳ چهارشنبه خودرویی واژگون شد.",
        "دستگاه\u200cها با UF6 آزمایش نشدند.",
        "بی بی سی فارسی گزارشی منتشر کرد.",
        "سی تی اسکن این بیمارستان خراب است.",
        "رتبه کشور بین ۱۲ تا ۱۵ است.",
        "روستای بیش از ۲۰ خانوار گازکشی می\u200cشود.",
        "روستاهای آسفالته بالای ۲۰ خانوار زیاد شد.",
        "روستاهای ۱۰ خانوار به بالا آب دارند.",
        "روستاهای دارای ۵ خانوار و کمتر برق دارند.",
        "ترکیب تیم: ۵۷ کیلوگرم: عرفان احمدی ۶۱ کیلوگرم: مجید رضایی",
        "نماینده وزن ۶۳- کیلوگرم به فینال رسید.",
        "او در وزن ۸۴+ کیلوگرم و با ۳۱۷/۸۴ امتیاز سوم شد.",
        "تپانچه ۱۰ متر بانوان فردا برگزار می\u200cشود.",
        "ایران با برتری ۵ امتیازی پیش افتاد.",
        "سکه یک گرمی گران شد.",
        "لایحه بودجه ۹۸ کشور بررسی شد.",
        "او در ۱۹۵۱ مدرک لیسانس خود را گرفت.",
        "سیستم عامل iOS ۱۳ معرفی شد.",
        "بسکتبال سه نفره بانوان برگزار شد.",
        "مردم در سیزده بدر به هفت باغ رفتند.",
        "روستای ۱۰ خانوار بدون برق نداریم.",
        "کانون زلزله در عرض جغرافیایی ۳۱.۸۹۶ و طول جغرافیایی ۴۹.۵۲۵ ثبت شد.",
        "زمین\u200cلرزه در موقعیت ۲۶.۷۳ عرض شمالی و ۶۰.۱۸ طول شرقی رخ داد.",
        "مختصات آن ۲۸.۱۵ درجه عرض شمالی است.",
        "چندصد هزار نفر آمدند.",
        "نیشکر در هفت تپه کشت می\u200cشود.",
        "گردشگران از سی\u200cوسه پل دیدن کردند.",
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
        ("تنها هشت شهر و یک روستا گاز داشتند.", [8, 1]),
        ("مبالغ ۳۵ و ۳۸ میلیون تومانی دریافت شد.", [35_000_000, 38_000_000]),
        ("از ۵۰۰ به هزار نفر رسید.", [500, 1000]),
        ("قیمت سیب‌زمینی ریز ۷۰۰۰ و درشت ۱۰ هزار تومان است.", [7000, 10_000]),
        ("بنزین با گوگرد کمتر از ۵۰ و ۱۰ درصد تولید شد.", [50, 10]),
        ("رأی ۳۹ فقره به نفع اداره و یک فقره علیه آن بود.", [39, 1]),
        ("به ترتیب ۲۵، ۱۵ و ۱۰ هزار تومان جریمه شدند.", [25_000, 15_000, 10_000]),
        ("ایران یک طلا، یک نقره و دو برنز گرفت.", [1, 1, 2]),
        ("ظرفیت ۲۵۰ و ۵۰۰ گیگابایت عرضه شد.", [250, 500]),
        ("زیره با ۴۱۱، زعفران با ۶۸ و کرچک با ۲۰ هکتار کشت شد.", [411, 68, 20]),
        ("به ترتیب با ۹.۲، ۴ و ۰.۲ درصد کاهش روبه\u200cرو شد.", [Decimal("9.2"), 4, Decimal("0.2")]),
    ],
)
def test_a_unit_or_noun_said_once_is_shared_by_the_numbers_of_a_list(text: str, values: list[int]) -> None:
    found = figures(text)
    assert [value for value, _, _ in found] == values
    assert len({unit for _, unit, _ in found}) == 1


def test_the_gold_that_the_next_price_is_of_is_no_unit_of_the_price_before() -> None:
    found = figures("ربع سکه ۱۱۵۰۰۰۰ تومان و نیم\u200cسکه ۳۴۵۰۰۰۰ گرم ۲۴ عیار ۹۴۱ هزار تومان شد.")
    assert [unit for _, unit, _ in found] == ["toman"] * 3


def test_an_amount_without_its_unit_has_that_of_the_article() -> None:
    found = figures("این فیلم یک میلیارد تومان هزینه برد و ۱۵ میلیارد فروش داشت. هزینه دبیرخانه: ۱،۵۹۰،۶۵۴،۲۰۰")
    assert found == [(Decimal(value), "toman", None) for value in (10**9, 15 * 10**9, 1_590_654_200)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("معاملات ۳۶ درصد کاهش یافت و درآمد دفاتر ۳۶ درصد پایین آمد.", [36, 36]),
        ("این عدد در بودجه ۹۵، ۲۲ میلیارد دلار است.", [22_000_000_000]),
        ("۵۰۰ میلیون دلار برای انتقال آب و ۵۰۰ میلیون دلار برای آبیاری داده شد.", [500_000_000, 500_000_000]),
        ("صادرات ۵ درصد افزایش داشت.\nسهم اروپا از فروش کالا ۵ درصد بود.", [5, 5]),
        ("شهرداری سهم ۵۰ درصدی خود را نپرداخت و دولت توان پرداخت سهم ۵۰ درصدی خود را دارد.", [50]),
        ("چهار نفر از عوامل بمب‌گذاری دستگیر شدند.\nپیشتر نیز چهار نفر از پرسنل پلیس ترور شده بودند.", [4, 4]),
        ("مدرسه ۶ کلاس دارد و ۶ کلاس دیگر می\u200cسازند.", [6, 6]),
        ("پنیر ۳۰ تومان، ماست ۲۰ تومان و شیر ۳۰ تومان گران شد.", [30, 20, 30]),
        ("ظرفیت سد ۱۰ هزار تن، طول آن ۲۵۰ متر و ظرفیت انبار ۱۰ هزار تن است.", [10_000, 250, 10_000]),
        ("دو فیدر ۲۰ کیلوولت و سه فیدر خروجی ۲۰ کیلوولت ساخته شد.", [2, 20, 3]),
        ("نان با ۲ ریال افزایش ۳۰۱۸ تومان شد.", [2, 3018]),
        ("پنج میلیون تومان جایزه به فیلم «موج» رسید.\nپنج میلیون تومان جایزه به فیلم «کف» رسید.", [5_000_000] * 2),
        ("پنج میلیون تومان جایزه به فیلم «موج» رسید.\nجایزه «موج» پنج میلیون تومان بود.", [5_000_000]),
        ("در این شهر ۲۰ هزار تن برنج برداشت شد.\nبرداشت ۲۰ هزار تن شلتوک در این شهر پایان یافت.", [20000]),
    ],
)
def test_one_number_said_of_two_things_is_two_metrics(text: str, values: list[int]) -> None:
    assert [value for value, _, _ in figures(text)] == values


@pytest.mark.parametrize(
    ("title", "body", "values"),
    [
        ("بیش از ۹۰۰ اثر در زنجان", "در زنجان ۹۴۰ اثر شناسایی شد.", [940]),
        ("کاهش ۱۰ درجه\u200cای دما", "دما ۷ تا ۱۰ درجه کاهش می\u200cیابد.", [7]),
        ("ساخت بیش از ۹۰۰ خانه در زنجان", "در زنجان ۹۴۰ اثر شناسایی شد.", [900, 940]),
        ("بیش از ۹۰۰ اثر در زنجان", "در زنجان ۲۴۰۰ اثر شناسایی شد.", [900, 2400]),
        ("ضبط ۲۲ هزار لیتر سوخت", "۲۲ هزار و ۷۴۰ لیتر سوخت کشف شد.", [22740]),
        ("کمک ۳ میلیارد تومانی", "۳ میلیارد و ۶۰۰ میلیون تومان کمک شد.", [3_600_000_000]),
        ("خرید ۲۰۰ هزار لیتر شیر", "۲۲۲ هزار لیتر سوخت کشف شد.", [200_000, 222_000]),
    ],
)
def test_a_rounded_figure_of_the_title_gives_way_to_the_exact_one(title: str, body: str, values: list[int]) -> None:
    found = find_metrics(read(normalize_article(Article(outlet="x", title=title, body=body))))
    assert [metric.value for metric in found] == values


@pytest.mark.parametrize(
    ("lead", "body", "values"),
    [
        ("سه عنوان کتاب تازه کودک در تبریز رونمایی شد.", "سه اثر تازه کودک در تبریز رونمایی می\u200cشود.", [3]),
        ("سه عنوان کتاب تازه کودک در تبریز رونمایی شد.", "در این آیین سه ناشر جایزه گرفتند.", [3, 3]),
    ],
)
def test_a_count_of_the_lead_told_again_by_another_noun_is_one(lead: str, body: str, values: list[int]) -> None:
    found = find_metrics(read(normalize_article(Article(outlet="x", lead=lead, body=body))))
    assert [metric.value for metric in found] == values


def test_the_numbers_of_a_list_share_the_change_that_is_said_once() -> None:
    assert [change for _, _, change in figures("سهم آن\u200cها ۱۳، ۳.۹ و ۵.۳ درصد افزایش یافت.")] == ["increase"] * 3


def test_a_change_is_of_the_number_before_it_not_of_the_level_after_it() -> None:
    text = "سکه با ۴۰ هزار تومان افزایش ۳ میلیون و ۹۶۰ هزار تومان معامله شد."
    assert [change for _, _, change in figures(text)] == ["increase", None]


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
        ("امسال ۱۲۰ پروژه عمرانی در لرستان افتتاح شد.", "پروژه\u200cهای عمرانی در لرستان"),
        ("رشد ۲۵ درصدی صادرات", "صادرات"),
    ],
)
def test_a_metric_says_what_it_measures(text: str, subject: str) -> None:
    metrics = find_metrics(read(normalize_article(Article(outlet="x", body=text))))
    assert [metric.subject for metric in metrics] == [subject]


@pytest.mark.parametrize(
    ("outlet", "year", "text", "value"),
    [
        ("fars", 2006, "صادرات ۵/۱ میلیون تن بود.", 1_500_000),
        ("fars", 2006, "مصرف آب ۸/۱۵ درصد بود.", Decimal("15.8")),
        ("fars", 2006, "مصرف آب ۲۰ درصد بود.", 20),
        ("fars", 2019, "مصرف آب ۸/۱۵ درصد بود.", Decimal("8.15")),
        ("isna", 2006, "مصرف آب ۸/۱۵ درصد بود.", Decimal("8.15")),
    ],
)
def test_decimals_are_read_as_their_outlet_printed_them_then(outlet: str, year: int, text: str, value: Decimal) -> None:
    article = Article(outlet=outlet, body=text, published=datetime(year, 5, 1, tzinfo=UTC))
    assert [metric.value for metric in find_metrics(read(normalize_article(article)))] == [value]


def test_a_long_list_of_equal_figures_is_compared_in_bounded_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, same = [], figures_of_text.is_same

    def counted(one: Figure, other: Figure) -> bool:
        asked.append(one)
        return same(one, other)

    monkeypatch.setattr(figures_of_text, "is_same", counted)
    lines = [f"جایزه «نام{number}» ۵ میلیون تومان بود." for number in range(300)]
    document = read(normalize_article(Article(outlet="x", body="\n".join(lines))))
    assert len(figures_of_text.once(figures_of_text.find_figures(document))) == 300
    assert len(asked) <= 300 * 64


def test_what_a_figure_refers_back_to_is_looked_for_in_bounded_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, same = [], figures_of_text.is_same

    def counted(one: Figure, other: Figure) -> bool:
        asked.append(one)
        return same(one, other)

    monkeypatch.setattr("parsing.metrics.is_same", counted)
    text = " ".join(["۵۰ نفر و ۳۰ خودرو و از این تعداد ۵۰ درصد"] * 300)
    assert len(find_metrics(read(normalize_article(Article(outlet="x", body=text))))) > 300
    assert len(asked) <= 900 * 64


def test_a_long_lead_is_compared_with_the_rest_in_bounded_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, exact = [], figures_of_text._is_exact

    def counted(one: Figure, other: Figure) -> bool:
        asked.append(one)
        return exact(one, other)

    monkeypatch.setattr(figures_of_text, "_is_exact", counted)
    lead = " ".join(f"{number} نفر رسیدند." for number in range(1000, 1300))
    figures_of_text.once(figures_of_text.find_figures(read(normalize_article(Article(outlet="x", lead=lead)))))
    assert 0 < len(asked) <= 300 * 64
