"""Organizations: proper names, each body once and in full, and what must not be taken for one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.document import normalize_article, read
from parsing.letters import fold
from parsing.organizations import find_organizations
from parsing.records import Article, Organization
from parsing.text import normalize


def found(body: str, **fields: str) -> tuple[Organization, ...]:
    return find_organizations(read(normalize_article(Article(outlet="", body=body, **fields))))  # type: ignore[arg-type]


def names(body: str, **fields: str) -> list[str]:
    return [organization.name for organization in found(body, **fields)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سازمان حفظ نباتات اعلام کرد راه باز است.", ["سازمان حفظ نباتات"]),
        ("شهرداری بروجرد پل را ساخت.", ["شهرداری بروجرد"]),
        ("اداره مبارزه با قاچاق کالا و ارز اعلام کرد راه باز است.", ["اداره مبارزه با قاچاق کالا و ارز"]),
        ("استانداری مرکزی پل را ساخت.", ["استانداری مرکزی"]),
        ("از سال ۹۱ سازمان بهزیستی پل ساخت.", ["سازمان بهزیستی"]),
        ("لشکر ۲۵ کربلا پل را ساخت.", ["لشکر ۲۵ کربلا"]),
        ("مؤسسه رسانه\u200cهای تصویری پل ساخت.", ["مؤسسه رسانه\u200cهای تصویری"]),
        ("اداره کل هواشناسی استان ایلام هشدار داد.", ["اداره کل هواشناسی استان ایلام"]),
        ("وزارت صنعت، معدن و تجارت ابلاغ کرد.", ["وزارت صنعت، معدن و تجارت"]),
        ("مدیرعامل شرکت آب و فاضلاب روستایی گفت: آب هست.", ["شرکت آب و فاضلاب روستایی"]),
        ("ستاد مبارزه با مواد مخدر استان قم نشست داشت.", ["ستاد مبارزه با مواد مخدر استان قم"]),
        ("ستاد حوادث غیر مترقبه استان قم نشست داشت.", ["ستاد حوادث غیر مترقبه استان قم"]),
        ("رئیس بیمارستان شهید رجایی شیراز گفت: تخت داریم.", ["بیمارستان شهید رجایی شیراز"]),
        ("در بیمارستان امام خمینی (ره) ارومیه بستری شد.", ["بیمارستان امام خمینی (ره) ارومیه"]),
        ("شرکت «نادین پارس» قرارداد بست.", ["شرکت «نادین پارس»"]),
        ("کمیسیون ماده ۱۰۰ رأی داد.", ["کمیسیون ماده ۱۰۰"]),
        ("در مرکز ماده ۱۶ خرم\u200cآباد نگهداری می\u200cشود.", ["مرکز ماده ۱۶ خرم\u200cآباد"]),
        ("شعبه سوم دادگاه کیفری یک اصفهان حکم داد.", ["شعبه سوم دادگاه کیفری یک اصفهان"]),
        ("سپاه ناحیه گچساران رزمایش برگزار کرد.", ["سپاه ناحیه گچساران"]),
        ("سازمان حمل و نقل و پایانه\u200cهای کشور پل ساخت.", ["سازمان حمل و نقل و پایانه\u200cهای کشور"]),
        (
            "سازمان بوستان\u200cها و فضاهای سبز شهرداری قم پل ساخت.",
            ["سازمان بوستان\u200cها و فضاهای سبز شهرداری قم", "شهرداری قم"],
        ),
        ("سازمان ملل و آژانس اطلاعات آمریکا گزارش دادند.", ["سازمان ملل"]),
        (
            "کمیسیون کشاورزی، آب، منابع طبیعی و محیط زیست مجلس جلسه داشت.",
            ["کمیسیون کشاورزی، آب، منابع طبیعی و محیط زیست مجلس", "مجلس"],
        ),
        (
            "اداره مطالعات و مقررات بانکی بانک مرکزی پاسخ داد.",
            ["اداره مطالعات و مقررات بانکی بانک مرکزی", "بانک مرکزی"],
        ),
        ("اداره راه، شهرداری و فرمانداری همدان همکاری کردند.", ["اداره راه", "فرمانداری همدان"]),
        ("مدیر فوریت\u200cهای پزشکی استان قم گفت: آمبولانس هست.", ["فوریت\u200cهای پزشکی استان قم"]),
        ("شورای هماهنگی متشکل از سه نفر است.", ["شورای هماهنگی"]),
        ("اداره کل هنرهای نمایشی تابستان سال جاری پاسخ داد.", ["اداره کل هنرهای نمایشی"]),
        ("وزارت خارجه و دفاع آمریکا بیانیه دادند.", ["وزارت خارجه"]),
        ("کارگروه اشتغال و سرمایه\u200cگذاری دامغان تشکیل شد.", ["کارگروه اشتغال و سرمایه\u200cگذاری دامغان"]),
    ],
)
def test_a_name_is_its_head_and_all_that_belongs_to_it(text: str, expected: list[str]) -> None:
    assert names(text) == [normalize(name) for name in expected]


@pytest.mark.parametrize(
    "text",
    [
        "مجلس تصویب کرد.",
        "آموزش و پرورش موافق است.",
        "صدا و سیما پخش کرد.",
        "نیروی انتظامی ایست داد.",
        "گمرک ترخیص کرد.",
    ],
)
def test_a_short_name_of_one_known_institution_counts(text: str) -> None:
    assert len(found(text)) == 1
    assert found(text)[0].span.rule == "organization.known_name"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("مدیرکل راه و شهرسازی لرستان گفت: راه باز است.", ["راه و شهرسازی لرستان"]),
        ("مدیر کل استاندارد ایلام خبر داد.", ["استاندارد ایلام"]),
        ("وزیر راه و شهرسازی آمد.", ["راه و شهرسازی"]),
        ("رئیس مجلس سخن گفت.", ["مجلس"]),
        ("معاون توسعه منابع انسانی سازمان سینمایی گفت: فیلم ساختیم.", ["سازمان سینمایی"]),
        ("سرپرست معاونت سیاسی استانداری هرمزگان گفت: رأی دهید.", ["استانداری هرمزگان"]),
        ("مدیرعامل منطقه آزاد اروند افزود: کشتی آمد.", ["منطقه آزاد اروند"]),
    ],
)
def test_an_institution_inside_a_post_counts_and_a_unit_of_it_does_not(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "استاندار یزد و فرماندار قدس و وزیر کشور آمدند.",
        "این سازمان و این اداره کل کار می\u200cکنند.",
        "سازمان جدیدی در شهر ساخته شد.",
        "هواداران مقابل باشگاه تجمع کردند.",
        "دستگاه\u200cهای اجرایی و دانشگاه\u200cها آماده\u200cاند.",
        "شهرداری و دادسرا و شورای شهر باید همکاری کنند.",
        "شرکت خصوصی و مرکز درمانی بسیار است.",
        "در کارگاه شرکت کردند و شرکت در آزمون آزاد است.",
        "اداره کشور سخت است و امور اداره می\u200cشود.",
        "به گزارش خبرگزاری فارس از تبریز، هوا سرد شد.",
        "به گزارش خبرنگار آموزش و پرورش خبرگزاری فارس، باران بارید.",
        "طرح بخشودگی جرائم و قانون برنامه ششم اجرا شد.",
        "هفته قوه قضائیه آغاز شد.",
        "۹۰ موسسه قرآنی در کشور هست.",
        "بسیج همه امکانات لازم است.",
        "بهشت و بهار و نور و آزادی زیباست.",
        "پرویز کلانتری ریاست این نهاد را برعهده داشت.",
        "با اداره کل استان هماهنگ شد.",
        "منبع درآمد فدراسیون وزارت نیست.",
    ],
)
def test_class_words_places_plans_outlets_and_heads_of_institutions_are_no_names(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "شهرداری قم و سازمان پایانه\u200cهای مسافربری شهرداری قم آماده شدند.",
            ["شهرداری قم", "سازمان پایانه\u200cهای مسافربری شهرداری قم"],
        ),
        (
            "رئیس کمیسیون فرهنگی مجلس شورای اسلامی گفت: بحث شد.",
            ["کمیسیون فرهنگی مجلس شورای اسلامی", "مجلس شورای اسلامی"],
        ),
    ],
)
def test_a_body_inside_another_is_a_record_too(text: str, expected: list[str]) -> None:
    assert sorted(names(text)) == sorted(expected)


def test_a_nested_body_is_the_parent() -> None:
    (outer, _) = sorted(found("رئیس کمیسیون فرهنگی مجلس شورای اسلامی گفت: بحث شد."), key=lambda one: one.span.start)
    assert outer.parent == "مجلس شورای اسلامی"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("هواشناسی ایلام گفت. هواشناسی استان ایلام افزود. این هواشناسی کار کرد.", ["هواشناسی استان ایلام"]),
        ("مجلس رأی داد. مجلس شورای اسلامی تصویب کرد. مجلس بست.", ["مجلس شورای اسلامی"]),
        ("سپاه آمد. سپاه پاسداران انقلاب اسلامی گفت. سپاه رفت.", ["سپاه پاسداران انقلاب اسلامی"]),
        ("وزارت صمت گفت. وزارت صنعت، معدن و تجارت افزود.", ["وزارت صنعت، معدن و تجارت"]),
        ("مدیرکل ارشاد یزد آمد. اداره کل فرهنگ و ارشاد اسلامی یزد گفت.", ["اداره کل فرهنگ و ارشاد اسلامی یزد"]),
        (
            "پژوهشگاه مواد ایران گفت. پژوهشگاه مواد کشور افزود. پژوهشگاه مواد جمهوری اسلامی ایران ساخت.",
            ["پژوهشگاه مواد جمهوری اسلامی ایران"],
        ),
        ("شرکت خودروسازی سایپا بدهکار است. سایپا نپرداخت.", ["شرکت خودروسازی سایپا"]),
        (
            "سازمان نظام مهندسی استان تهران گفت. سازمان نظام مهندسی ساختمان استان تهران افزود.",
            ["سازمان نظام مهندسی ساختمان استان تهران"],
        ),
    ],
)
def test_short_and_long_names_of_one_body_are_one_record_with_the_fullest(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_the_body_above_several_placed_ones_stays_its_own() -> None:
    text = "بهزیستی لرستان گفت. رئیس بهزیستی شهرستان خرم\u200cآباد آمد. سازمان بهزیستی کمک کرد."
    assert len(found(text)) == 3


def test_two_places_are_two_bodies() -> None:
    assert names("شهرداری قم ساخت. شهرداری یزد خرید.") == ["شهرداری قم", "شهرداری یزد"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("کمیته امداد امام خمینی (ره) لرستان خبر داد.", ["کمیته امداد امام خمینی (ره) لرستان"]),
        ("سازمان منطقه ویژه اقتصادی بندر امام خمینی گفت.", ["سازمان منطقه ویژه اقتصادی بندر امام خمینی"]),
        ("اتحادیه صنف طلا فروشان قیمت را گفت.", ["اتحادیه صنف طلا فروشان"]),
        ("اهداف سازمان صمیمانه دنبال شد.", []),
        ("شرکت کشتی‌سازی AKER قرارداد بست.", ["شرکت کشتی‌سازی AKER"]),
        ("شرکت احزاب در انتخابات لازم است.", []),
        ("انجمن کشتی ناشنوایان اردیبهشت سال گذشته برگزار کرد.", ["انجمن کشتی ناشنوایان"]),
        ("وزارتخانه‌های جهاد کشاورزی، صنعت، معدن و تجارت آمدند.", ["جهاد کشاورزی", "صنعت، معدن و تجارت"]),
        ("ستاد اقتصاد مقاومتی قوه قضائیه بررسی کرد.", ["ستاد اقتصاد مقاومتی قوه قضائیه", "قوه قضائیه"]),
        ("کمیسیون عمران و دست‌اندرکاران به آن رسیدند.", ["کمیسیون عمران"]),
    ],
)
def test_a_name_holds_persons_and_compounds_and_no_adverb(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_a_list_after_a_plural_head_names_each() -> None:
    text = "میان ۳ بانک عامل (ملی، سپه و تجارت) تقسیم شد."
    assert [fold(name) for name in names(text)] == [fold(name) for name in ("ملی", "سپه", "تجارت")]


def test_the_province_is_inherited_where_the_text_says_only_province() -> None:
    (body,) = found("آموزش و پرورش استان آماده است. مردم استان گلستان در گرگان آمدند.")
    assert body.name == "آموزش و پرورش استان"
    assert body.place == "گلستان"


def test_what_follows_a_name_once_is_not_part_of_it() -> None:
    text = (
        "شرکت صنایع الکترونیک صاشیراز ساخت. مسئولان شرکت صنایع الکترونیک صاشیراز گفتند. "
        "شرکت صنایع الکترونیک صاشیراز دستاوردها را نمایش داد."
    )
    assert names(text) == ["شرکت صنایع الکترونیک صاشیراز"]


def test_the_same_names_are_found_without_half_spaces_and_with_spaces() -> None:
    text = "سازمان پایانه\u200cهای مسافربری شهرداری خرم\u200cآباد و مدیرکل کتابخانه\u200cهای عمومی استان لرستان آمدند."
    expected = [fold(name) for name in names(text)]
    assert len(expected) == 3
    for other in (text.replace("\u200c", ""), text.replace("\u200c", " ")):
        assert [fold(name) for name in names(other)] == expected


WORDS = st.sampled_from(
    [
        "سازمان",
        "شهرداری",
        "اداره",
        "کل",
        "شرکت",
        "مجلس",
        "شورای",
        "شهر",
        "استان",
        "لرستان",
        "قم",
        "و",
        "،",
        "«",
        "»",
        "(",
        ")",
        ":",
        ".",
        "۱۲",
        "در",
        "به",
        "گفت",
        "مدیرکل",
        "بانک\u200cهای",
        "ملی",
        "سپه",
        "شعبه",
        "سوم",
        "دادگاه",
        "بیمارستان",
        "شهید",
        "امام",
        "(ره)",
        "این",
        "منطقه",
        "آزاد",
        "ستاد",
        "مبارزه",
        "با",
        "مواد",
        "مخدر",
        "آموزش",
        "پرورش",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_every_span_holds_its_name_inside_its_sentence_and_no_name_comes_twice(text: str) -> None:
    document = read(normalize_article(Article(outlet="", body=text)))
    records = find_organizations(document)
    for record in records:
        span = record.span
        assert span.sentence_start <= span.start < span.end <= span.sentence_end
        assert document.text[span.start : span.end] == record.name
        assert span.rule.startswith("organization.")
    keys = [(fold(record.name), record.span.start) for record in records]
    assert len(keys) == len(set(keys))
