"""Officials: who holds which post, told across sentences, two men kept apart, groups and rituals refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.document import Document, normalize_article, read
from parsing.letters import fold
from parsing.officials import find_people
from parsing.records import Article, Official


def document(body: str, *, lead: str | None = None, title: str | None = None, kicker: str | None = None) -> Document:
    return read(normalize_article(Article(outlet="sample", kicker=kicker, title=title, lead=lead, body=body)))


def officials_of(document: Document) -> tuple[Official, ...]:
    return tuple(found.official for found in find_people(document))


def pairs(officials: tuple[Official, ...]) -> list[tuple[str | None, str | None]]:
    return [(fold(o.name) or None, fold(o.post)) for o in officials]


def folded(*expected: tuple[str | None, str]) -> list[tuple[str | None, str]]:
    return [(fold(name) or None, fold(post)) for name, post in expected]


# One sentence, one man: each shape with its rule.
SHAPES = [
    ("کاوه دانشور، مدیرکل بنادر و دریانوردی بوشهر گفت: اسکله آماده است.", "کاوه دانشور", "مدیرکل بنادر و دریانوردی بوشهر", "official.name_comma_post"),
    ("مختار مهاجر رئیس سازمان جهاد کشاورزی گلستان افزود: برداشت آغاز شد.", "مختار مهاجر", "رئیس سازمان جهاد کشاورزی گلستان", "official.name_post"),
    ("استاندار خراسان جنوبی آقای محمدصادق معتمدیان گفت: کار تمام شد.", "محمدصادق معتمدیان", "استاندار خراسان جنوبی", "official.post_name"),
    ("به گزارش ایسنا، سردار حسین اشتری فرمانده انتظامی کشور اظهار کرد: امنیت برقرار است.", "حسین اشتری", "فرمانده انتظامی کشور", "official.name_post"),
    ("به گزارش خبرنگار مهر، بهنام سروش - مدیرعامل شرکت گاز استان یزد - گفت: گازرسانی شد.", "بهنام سروش", "مدیرعامل شرکت گاز استان یزد", "official.name_comma_post"),
    ("حجت الاسلام والمسلمین سید رضا نوری امام جمعه بافق در خطبه ها گفت: وحدت لازم است.", "سید رضا نوری", "امام جمعه بافق", "official.name_post"),
    ("یاراحمدی، مدیرعامل بانک صنعت و معدن لرستان گفت: وام پرداخت شد.", "یاراحمدی", "مدیرعامل بانک صنعت و معدن لرستان", "official.name_comma_post"),
    ("امیر جمشیدی سرپرست فرمانداری طبس گفت: راه باز شد.", "امیر جمشیدی", "سرپرست فرمانداری طبس", "official.name_post"),
    ("رضا نجفی سفیر ایران در وین گفت: گفت‌وگو ادامه دارد.", "رضا نجفی", "سفیر ایران در وین", "official.name_post"),
    ("احمد مرادی نماینده مردم بندرعباس در مجلس شورای اسلامی گفت: لایحه رسید.", "احمد مرادی", "نماینده مردم بندرعباس در مجلس شورای اسلامی", "official.name_post"),
    ("علی رضایی، مدیرکل کمیته امداد امام خمینی (ره) فارس گفت: کار شد.", "علی رضایی", "مدیرکل کمیته امداد امام خمینی (ره) فارس", "official.name_comma_post"),
    ("علی رضایی رئیس بیمارستان شهید رجایی قزوین گفت: کار شد.", "علی رضایی", "رئیس بیمارستان شهید رجایی قزوین", "official.name_post"),
    ("آیت اله سید ابراهیم رضایی رئیس قوه قضائیه گفت: کار شد.", "سید ابراهیم رضایی", "رئیس قوه قضائیه", "official.name_post"),
    ("رئیس بنیاد شهید حسین رضایی گفت: کار شد.", "حسین رضایی", "رئیس بنیاد شهید", "official.post_name"),
    ("به گزارش ایسنا، شمس الله شریعت زاده نماینده مردم رامسر گفت: راه باز شد.", "شمس الله شریعت زاده", "نماینده مردم رامسر", "official.name_post"),
    ("ریماالسادات لاری، معاون فرهنگی وزارت علوم گفت: کار آغاز شد.", "ریماالسادات لاری", "معاون فرهنگی وزارت علوم", "official.name_comma_post"),
    ("حرمت السادات زبردست رئیس سازمان جهاد کشاورزی گلستان گفت: کار آغاز شد.", "حرمت السادات زبردست", "رئیس سازمان جهاد کشاورزی گلستان", "official.name_post"),
    ("رضا نجفی معاون سیاسی - اجتماعی استاندار خوزستان گفت: راه باز شد.", "رضا نجفی", "معاون سیاسی - اجتماعی استاندار خوزستان", "official.name_post"),
    ("رضا نجفی عضو کمیسیون کشاورزی، آب، منابع طبیعی و محیط زیست مجلس گفت: راه باز شد.", "رضا نجفی", "عضو کمیسیون کشاورزی، آب، منابع طبیعی و محیط زیست مجلس", "official.name_post"),
    ("رضا نجفی رئیس سازمان عقیدتی سیاسی ارتش گفت: راه باز شد.", "رضا نجفی", "رئیس سازمان عقیدتی سیاسی ارتش", "official.name_post"),
    ("رضا نجفی مدیر اداره فرهنگی مدعی شد: راه باز شد.", "رضا نجفی", "مدیر اداره فرهنگی", "official.name_post"),
    ("سردار «رهام بخش نجفی» فرمانده انتظامی استان قم گفت: راه باز شد.", "رهام بخش نجفی", "فرمانده انتظامی استان قم", "official.name_comma_post"),
    ('دکتر "رضا نجفی"(Reza Najafi)، رئیس دانشگاه قم گفت: راه باز شد.', "رضا نجفی", "رئیس دانشگاه قم", "official.name_comma_post"),
    ("رضا نجفی معاون قضایی رئیس کل دادگستری لرستان گفت: راه باز شد.", "رضا نجفی", "معاون قضایی رئیس کل دادگستری لرستان", "official.name_post"),
    ("«پرویز سلیمی»، معاون سیاسی، امنیتی و اجتماعی استاندار کرمان گفت: شمارش پایان یافت.", "پرویز سلیمی", "معاون سیاسی، امنیتی و اجتماعی استاندار کرمان", "official.name_comma_post"),
]  # fmt: skip


@pytest.mark.parametrize("half_space", ["\u200c", "", " "])
@pytest.mark.parametrize(("text", "name", "post", "rule"), SHAPES)
def test_a_name_beside_a_post_is_one_official(text: str, name: str, post: str, rule: str, half_space: str) -> None:
    found = officials_of(document(text.replace("\u200c", half_space)))
    assert pairs(found) == folded((name, post))
    assert found[0].span.rule == rule
    assert found[0].role == "speaker"


def test_the_post_of_the_lead_and_the_name_of_the_body_are_one_man() -> None:
    text = document(
        "بهمن رستگار روز شنبه در جمع خبرنگاران اظهار داشت: دو سد آبگیری شد.\nوی افزود: آب هست.\n"
        "مدیرعامل آب منطقه‌ای سمنان یادآور شد: مصرف کم شود.\nرستگار گفت: شبکه نو می‌شود.",
        lead="مدیرعامل شرکت آب منطقه‌ای سمنان گفت: دو سد آبگیری شد.",
    )
    (found,) = find_people(text)
    assert pairs((found.official,)) == folded(("بهمن رستگار", "مدیرعامل شرکت آب منطقه‌ای سمنان"))
    assert found.official.span.rule == "official.linked"
    assert [mention.sentence for mention in found.mentions] == [0, 1, 2, 3, 4]
    assert [mention.is_pronoun for mention in found.mentions] == [False, False, True, False, False]


@pytest.mark.parametrize("place", ["کیش", "ناکجا", "دشتی", "گراش"])
def test_the_place_of_a_dateline_is_no_name(place: str) -> None:
    found = officials_of(
        document(
            "رضا نجفی در گفت\u200cوگو با خبرنگاران افزود: این لنج\u200cها توقیف شدند.",
            lead=f"{place} - فرماندار {place} از توقیف پنج لنج خبر داد.",
        )
    )
    assert pairs(found) == folded(("رضا نجفی", f"فرماندار {place}"))


def test_a_name_spoken_before_its_post_gets_the_post() -> None:
    found = officials_of(
        document(
            "«سعید پارسا» در این آیین گفت: شش راه ساخته شد.\n"
            "رئیس اداره راه و شهرسازی شهرستان رودسر افزود: پل هم ساخته شد.",
            lead="پارسا گفت: شش راه ساخته شد.",
        )
    )
    assert pairs(found) == folded(("سعید پارسا", "رئیس اداره راه و شهرسازی شهرستان رودسر"))


def test_two_speakers_are_kept_apart() -> None:
    found = officials_of(
        document(
            "حسن راستگو در جلسه شورا افزود: هلال احمر آماده است.\n"
            "امام جمعه آستارا نیز در این جلسه گفت: سپاسگزاریم.\n"
            "حجت‌الاسلام کاظم نیک‌نام افزود: داروخانه لازم است.\nنیک‌نام خاطرنشان کرد: پیگیری شود.",
            lead="فرماندار آستارا گفت: هلال احمر آماده است.",
        )
    )
    assert pairs(found) == folded(("حسن راستگو", "فرماندار آستارا"), ("کاظم نیک‌نام", "امام جمعه آستارا"))


def test_another_post_of_the_speaker_is_no_other_man() -> None:
    found = officials_of(
        document(
            "آیت‌الله علی فرزانه در نشست گفت: زکات مهم است.\nرئیس شورای زکات استان تصریح کرد: باید کمک کرد.\n"
            "فرزانه افزود: همه بیایند.",
            lead="امام جمعه کیش گفت: زکات مهم است.",
        )
    )
    assert pairs(found) == folded(("علی فرزانه", "امام جمعه کیش"))


def test_no_post_is_borrowed_from_another_man() -> None:
    found = officials_of(
        document("رضا طاهری در دیدار با علی کمالی فرماندار سیروان گفت: کشاورزان نگرانند.\nطاهری افزود: آب کم است.")
    )
    assert pairs(found) == folded(("علی کمالی", "فرماندار سیروان"))


def test_the_lead_of_one_man_does_not_name_another_who_has_the_post() -> None:
    found = officials_of(
        document(
            "کیوان سالاری در تشریح نشست با فرهاد امینی وزیر نیرو گفت: نمایندگان پرسیدند.",
            lead="وزیر نیرو گفت: برق کافی است.",
        )
    )
    assert pairs(found) == folded(("فرهاد امینی", "وزیر نیرو"))


def test_those_at_the_end_who_attended_are_unnamed_participants() -> None:
    text = document("در این جلسه، معاون هماهنگی امور اقتصادی استاندار، معاون توسعه مدیریت و منابع و برخی از مدیران نیز حضور داشتند.")  # fmt: skip
    found = officials_of(text)
    assert pairs(found) == folded((None, "معاون هماهنگی امور اقتصادی استاندار"), (None, "معاون توسعه مدیریت و منابع"))
    assert {official.role for official in found} == {"participant"}


def test_a_list_with_presence_holds_named_and_unnamed() -> None:
    found = officials_of(
        document(
            "این آیین با حضور طهماسبی مدیرکل کتابخانه‌های عمومی استان، معاون توانبخشی بهزیستی و فرماندار ساوه برگزار شد."
        )
    )
    assert pairs(found) == folded(
        ("طهماسبی", "مدیرکل کتابخانه‌های عمومی استان"), (None, "معاون توانبخشی بهزیستی"), (None, "فرماندار ساوه")
    )


@pytest.mark.parametrize(
    "text",
    [
        "وزیر ورزش به دیدار پیشکسوتان نرفت اما مدیران آمدند.",
    ],
)
def test_an_acting_post_holder_is_unnamed(text: str) -> None:
    assert pairs(officials_of(document(text))) == folded((None, "وزیر ورزش"))


NOBODY = [
    "مدیران کل استان و مسئولان شهرستان در جلسه حضور داشتند.",
    "رهبر معظم انقلاب فرمودند کار کنید و امام راحل نیز چنین می‌گفت.",
    "شهید حسن باقری فرمانده دلاوری بود.",
    "در راستای منویات مقام معظم رهبری کار ادامه دارد.",
    "فرمانده معظم کل قوا پیام دادند.",
    "او مدیر فیلمبرداری این اثر است و عضو خانواده هنر.",
    "سرپرست خانوار باید ثبت‌نام کند.",
    "رضا کریمی درباره کتاب خود گفت: خواندنی است.",
    "جاده اردبیل بسته شد.",
    "از وزیر نفت می‌خواهیم دستور دهد.",
    "کارگردان: علی فخر موسوی، دستیار اول کارگردان: محمد بدرلو، منشی صحنه: لیلا کریمی.",
    "مهدی غلامی نماینده شطرنج ایران دوم شد.",
    "هفت وزیر کابینه در این آیین حضور داشتند.",
    "",
]


@pytest.mark.parametrize("text", NOBODY)
def test_groups_rituals_and_the_postless_are_no_officials(text: str) -> None:
    assert officials_of(document(text or "-")) == ()


def test_a_reporter_before_a_colon_is_no_speaker() -> None:
    found = officials_of(
        document(
            "خبرگزاری نمونه، گروه استان‌ها لیلا مهرجو: جاده بسته شد.\nسخنگوی اورژانس کرمان گفت: جاده باز می‌شود.",
            lead="سخنگوی اورژانس کرمان گفت: جاده باز می‌شود.",
        )
    )
    assert pairs(found) == folded((None, "سخنگوی اورژانس کرمان"))


def test_a_post_is_told_apart_into_head_institution_and_place() -> None:
    (official,) = officials_of(document("ناصر فلاح، مدیرکل سابق راه و شهرسازی استان لرستان گفت: راه‌ها نو شد."))
    assert fold(official.head) == fold("مدیرکل")
    assert official.organization == "راه و شهرسازی"
    assert official.place == "استان لرستان"
    assert official.is_former and not official.is_acting


def test_who_stands_in_for_another_is_acting() -> None:
    (official,) = officials_of(document("سرپرست شهرداری ملایر گفت: بودجه تصویب شد."))
    assert official.is_acting and not official.is_former and official.name is None


def test_a_former_holder_is_another_man_than_the_holder() -> None:
    found = officials_of(document("احمد کاشانی شهردار سابق تهران رفت.\nشهردار تهران گفت: کارها ادامه دارد."))
    assert pairs(found) == folded(("احمد کاشانی", "شهردار سابق تهران"), (None, "شهردار تهران"))


def test_two_posts_joined_by_and_are_one_speaker() -> None:
    found = officials_of(
        document(
            "داوود نیازی در این دیدار گفت: کار تمام شد.",
            lead="معاون استاندار تهران و فرماندار ویژه شهرستان ری گفت: کار تمام شد.",
        )
    )
    assert pairs(found) == folded(("داوود نیازی", "معاون استاندار تهران و فرماندار ویژه شهرستان ری"))


@pytest.mark.parametrize(
    ("title", "name"), [("دلاوری: راه باز شد", "یوسف دلاوری"), ("فرماندار بم: راه باز شد", "یوسف دلاوری")]
)
def test_a_headline_with_a_colon_is_his(title: str, name: str) -> None:
    found = officials_of(
        document("یوسف دلاوری امروز گفت: راه باز شد.", title=title, lead="فرماندار بم گفت: راه باز شد.")
    )
    assert pairs(found) == folded((name, "فرماندار بم"))


def test_every_span_points_at_its_mention_inside_its_sentence() -> None:
    text = document(
        "منصور آریا در نشست گفت: آب کم است.\nدر این نشست معاون استاندار و فرماندار اردکان حضور داشتند.",
        lead="مدیرکل آب یزد گفت: آب کم است.",
    )
    found = officials_of(text)
    assert len(found) == 3
    for official in found:
        span = official.span
        assert span.sentence_start <= span.start < span.end <= span.sentence_end
        assert text.text[span.start : span.end] == (official.name or official.post)


def test_headline_and_lead_are_one_man_though_his_posts_differ() -> None:
    found = officials_of(
        document(
            "هومن دادگر عصر امروز در جلسه گفت: پوشش کامل می‌شود.",
            title="معاون وزیر ارتباطات: پوشش کامل می‌شود",
            lead="رئیس سازمان تنظیم مقررات گفت: پوشش کامل می‌شود.",
        )
    )
    assert pairs(found) == folded(("هومن دادگر", "رئیس سازمان تنظیم مقررات"))


def test_the_post_of_the_lead_told_in_other_words_is_the_same() -> None:
    found = officials_of(
        document(
            "محمدعلی نیک‌روش معاون امور باغبانی وزارت جهاد کشاورزی گفت: سیب فراوان است.",
            lead="معاون وزیر جهاد کشاورزی گفت: سیب فراوان است.",
        )
    )
    assert pairs(found) == folded(("محمدعلی نیک‌روش", "معاون وزیر جهاد کشاورزی"))


def test_one_member_who_speaks_is_a_certain_man() -> None:
    found = officials_of(
        document(
            "رحمت کاویانی گفت: طرح آماده است.\nاین عضو کمیسیون عمران مجلس افزود: رأی می‌آورد.",
            lead="یک عضو کمیسیون عمران مجلس گفت: طرح آماده است.",
        )
    )
    assert pairs(found) == folded(("رحمت کاویانی", "عضو کمیسیون عمران مجلس"))


def test_the_credits_of_a_film_hold_no_officials() -> None:
    text = "عوامل فیلم: مدیر تولید: رضا کاظمی، مشاور پروژه: علی نوری، مدیر روابط عمومی: سارا امینی هستند."
    assert officials_of(document(text)) == ()


def test_a_line_of_a_career_is_no_act() -> None:
    assert officials_of(document("- رئیس مرکز ملی بهره‌وری ایران ۱۳۸۵\n- مشاور وزیر آموزش و پرورش ۱۳۷۸")) == ()


def test_those_of_one_list_are_each_their_own_man() -> None:
    text = "نشست با حضور معاون اول رئیس‌جمهور، معاون اداری و استخدامی رئیس‌جمهور و استاندار زنجان برگزار شد."
    assert pairs(officials_of(document(text))) == folded(
        (None, "معاون اول رئیس‌جمهور"), (None, "معاون اداری و استخدامی رئیس‌جمهور"), (None, "استاندار زنجان")
    )


def test_a_vice_president_who_heads_a_body_is_one_man() -> None:
    text = "با حضور معاون رئیس‌جمهور و رئیس سازمان محیط زیست، استاندار یزد و مردم، پارک گشایش یافت."
    assert pairs(officials_of(document(text))) == folded(
        (None, "معاون رئیس‌جمهور و رئیس سازمان محیط زیست"), (None, "استاندار یزد")
    )


def test_the_head_of_a_part_is_another_than_the_head_of_the_whole() -> None:
    text = (
        "علی لاریجانی رئیس مجلس شورای اسلامی وارد شد و گفت: کار تمام شد.\nرئیس کمیسیون ورزش مجلس شورای اسلامی پیام داد."
    )
    assert pairs(officials_of(document(text)))[0] == folded(("علی لاریجانی", "رئیس مجلس شورای اسلامی"))[0]


@pytest.mark.parametrize(
    ("text", "post"),
    [
        ("استاندار مرکزی گفت: راه باز است.", "استاندار مرکزی"),
        ("وزیر مربوط گفت: راه باز است.", "وزیر"),
        ("شهردار وابسته گفت: راه باز است.", "شهردار"),
        ("معاون اول رئیس‌جمهوری مصوبه ساماندهی آب را ابلاغ کرد.", "معاون اول رئیس‌جمهوری"),
        ("معاون رئیس‌جمهور آمریکا گفت: راه باز است.", "معاون رئیس‌جمهور آمریکا"),
    ],
)
def test_an_adjective_alone_is_no_part_of_a_post(text: str, post: str) -> None:
    assert pairs(officials_of(document(text))) == folded((None, post))


def test_a_second_post_does_not_take_the_next_mans_name() -> None:
    text = (
        "نشست با حضور محمد رضایی عضو شورای پروانه نمایش و عضو شورای علمی مدرسه سینما، امیر احمدی تهیه‌کننده برگزار شد."
    )
    assert [name for name, _ in pairs(officials_of(document(text)))] == [fold("محمد رضایی")]


@pytest.mark.parametrize("ordinal", ["نخستین", "شانزدهمین", "بیست و ششمین", "بزرگ‌ترین"])
def test_an_ordinal_stands_inside_a_post(ordinal: str) -> None:
    text = f"سعید حسینی، دبیر {ordinal} جشنواره محصولات فرهنگی گفت: مهلت تمام شد."
    assert pairs(officials_of(document(text))) == folded(("سعید حسینی", f"دبیر {ordinal} جشنواره محصولات فرهنگی"))


def test_the_one_speaker_without_a_name_and_the_one_without_a_post_are_one_man() -> None:
    lead = "رئیس‌جمهور در پیامی سالروز استقلال را تبریک گفت."
    body = "در متن پیام حسن روحانی به همتای خود آمده است: تبریک می‌گویم.\nروحانی در این پیام برای آنان آرزوی موفقیت کرد و گفت: پیروز باشید."
    assert pairs(officials_of(document(body, lead=lead))) == folded(("حسن روحانی", "رئیس‌جمهور"))


def test_a_man_brought_in_beside_another_is_not_he() -> None:
    lead = "رئیس اداره راه ساوه گفت: کار تمام شد."
    found = officials_of(document("پل هم ساخته شد.\nحسین رضایی نیز گفت: سپاسگزاریم.", lead=lead))
    assert pairs(found) == folded((None, "رئیس اداره راه ساوه"))


def test_who_is_told_to_be_a_manager_of_nothing_takes_no_post() -> None:
    lead = "مدیر انجمن نمایش استان کرمانشاه گفت: کار تمام شد."
    body = "محمدرضا درند در گفت‌وگو با ایسنا بیان کرد: در دورانی که آقای ملکی مدیر بودند، سالن ساخته شد."
    assert (
        pairs(officials_of(document(body, lead=lead)))[0]
        == folded(("محمدرضا درند", "مدیر انجمن نمایش استان کرمانشاه"))[0]
    )


@pytest.mark.parametrize("opening", ["در ادامه", "در پایان", "به گزارش ایسنا، در ادامه"])
def test_what_comes_next_does_not_govern_who_speaks(opening: str) -> None:
    text = f"{opening} رئیس دادگستری شهرستان ساوه گفت: کار شد."
    assert pairs(officials_of(document(text))) == folded((None, "رئیس دادگستری شهرستان ساوه"))


def test_a_judge_is_named_by_his_title() -> None:
    assert pairs(officials_of(document("قاضی صلواتی گفت: دادگاه ادامه دارد."))) == folded(("صلواتی", "قاضی"))


def test_a_very_long_sentence_of_posts_is_read_in_bounded_steps() -> None:
    assert len(officials_of(document("مدیرکل راه لرستان و " * 4000))) <= 1


WORDS = st.sampled_from(
    # ruff: noqa: SIM905
    "مدیرکل رئیس استاندار معاون وزیر محمد رضایی سید علی گفت افزود وی با در و ، : . « » دیدار حضور داشتند لرستان سازمان این یک نیز \n".split(" ")
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=60).map(" ".join), st.lists(WORDS, max_size=12).map(" ".join))
def test_any_words_give_officials_with_a_post_and_valid_spans(body: str, lead: str) -> None:
    text = document(body or "-", lead=lead or None)
    for official in officials_of(text):
        assert official.post
        assert text.text[official.span.start : official.span.end]


def test_a_common_word_beside_a_post_is_no_name() -> None:
    found = officials_of(document("انتظار دارم دوست استاندار ما کمک کند."))
    assert [official.name for official in found if official.name] == []
