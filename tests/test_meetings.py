"""Meetings: what counts as one, who took part, and what is only called so."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.extract import extract
from parsing.records import Article, Meeting
from parsing.text import normalize

LEAD = "مدیرکل بهزیستی لرستان گفت: کار خوب است.\n"


def found(body: str, **fields: object) -> tuple[Meeting, ...]:
    return extract(Article(outlet="", body=body, **fields)).meetings  # type: ignore[arg-type]


def seen(body: str) -> list[tuple[str, str | None, tuple[str, ...]]]:
    """Kind, name and participants of every meeting that was held."""
    return [(one.kind, one.name, one.participants) for one in found(body) if one.status == "held"]


@pytest.mark.parametrize(
    ("text", "kind", "name", "participants"),
    [
        (
            "به گزارش فارس، علی رضایی استاندار یزد در نشست شورای زکات استان اظهار داشت: زکات خوب است.",
            "نشست",
            "شورای زکات استان",
            ("علی رضایی",),
        ),
        (
            "علی رضایی استاندار یزد در دیدار با مدیرکل بهزیستی استان یزد گفت: آماده\u200cایم.",
            "دیدار",
            None,
            ("علی رضایی", "مدیرکل بهزیستی استان یزد"),
        ),
        (
            "علی رضایی، شهردار قم در نشست خبری خود با اصحاب رسانه گفت: پل ساخته شد.",
            "نشست خبری",
            None,
            ("علی رضایی",),
        ),
        (
            "حسن احمدی فرماندار قدس در همایش شوراهای شهرستان قدس اظهار کرد: رأی دهید.",
            "همایش",
            "همایش شوراهای شهرستان قدس",
            ("حسن احمدی",),
        ),
        (
            # The colon of a credit quotes nobody.
            "خبرگزاری فارس: فرماندار قدس در جلسه شورای اداری استان تهران پل را لازم دانست.",
            "جلسه",
            "شورای اداری استان تهران",
            ("فرماندار قدس",),
        ),
        (
            "جلسه ستاد تنظیم بازار استان قم با حضور استاندار قم برگزار شد.",
            "جلسه",
            "ستاد تنظیم بازار استان قم",
            ("استاندار قم",),
        ),
        (
            "هادی قوامی نماینده مردم اسفراین در مجلس در جلسه علنی امروز مجلس گفت: راه بسازید.",
            "جلسه",
            "مجلس",
            ("هادی قوامی",),
        ),
        (
            "علی رضایی استاندار یزد در مراسم افتتاحیه ششمین همایش ملی معدن سخن گفت.",
            "همایش",
            "ششمین همایش ملی معدن",
            ("علی رضایی",),
        ),
        (
            "حسن احمدی، شهردار قم در صدو دهمین جلسه شورای اسلامی شهر قم گفت: پل ساخته شد.",
            "جلسه",
            "شورای اسلامی شهر قم",
            ("حسن احمدی",),
        ),
        (
            "علی رضایی، استاندار یزد ظهر امروز در کارگروه اشتغال استان یزد اظهار کرد: کار هست.",
            "کارگروه",
            "کارگروه اشتغال استان یزد",
            ("علی رضایی",),
        ),
        (
            "علی رضایی، نماینده اردستان گفت: در دیدار با مدیرعامل بانک صنعت و معدن ۲۰ میلیارد ریال اعتبار گرفتیم.",
            "دیدار",
            None,
            ("علی رضایی", "مدیرعامل بانک صنعت و معدن"),
        ),
    ],
)
def test_a_meeting_has_its_kind_name_and_those_who_took_part(
    text: str, kind: str, name: str | None, participants: tuple[str, ...]
) -> None:
    assert seen(text) == [(kind, name and normalize(name), tuple(map(normalize, participants)))]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("هیئت وزیران در جلسه ۲۹ خرداد ۱۳۹۸ با ساخت پل موافقت کرد.", "هیئت وزیران"),
        ("شورای شهر قم در جلسه امروز لایحه را تصویب کرد.", "شورای شهر قم"),
        ("نمایندگان مجلس در جلسه علنی امروز ایرادات شورای نگهبان را رفع کردند.", "مجلس"),
    ],
)
def test_what_a_body_did_in_its_sitting_is_a_meeting_of_that_body(text: str, name: str) -> None:
    assert seen(text) == [("جلسه", name, ())]


def test_a_congress_at_which_no_official_spoke_is_a_meeting_too() -> None:
    (meeting,) = extract(
        Article(outlet="", body="حسین رویوران عصر امروز در همایش جوانان مقاومت اظهار کرد: راه باز است.")
    ).meetings
    assert (meeting.kind, meeting.participants) == ("همایش", ())
    assert not extract(Article(outlet="", body="این گوشی در همایش سالانه شرکت معرفی می‌شود.")).meetings


def test_a_name_told_shorter_is_the_same_meeting() -> None:
    (meeting,) = extract(
        Article(
            outlet="",
            lead="مجمع عمومی فدراسیون اسکی برگزار شد.",
            body="مجمع عمومی و سالیانه فدراسیون اسکی با حضور عباس احمدی، معاون وزیر ورزش برگزار شد.",
        )
    ).meetings
    assert meeting.participants == ("عباس احمدی",)


@pytest.mark.parametrize(
    "text",
    [
        "شورای شهر قم در جلسه فردا لایحه را بررسی می\u200cکند.",
        "مصوبه شورای شهر قم در جلسه بعدی بررسی خواهد شد.",
        "طرح شورای شهر قم در نشستی صمیمی مطرح شد.",
    ],
)
def test_a_sitting_ahead_or_a_plan_of_the_body_is_none(text: str) -> None:
    assert seen(text) == []


def test_this_meeting_goes_back_to_the_one_before_and_brings_more_people() -> None:
    text = (
        "علی رضایی استاندار یزد در جلسه شورای ترافیک استان گفت: راه امن شود.\n"
        "فرمانده انتظامی استان یزد نیز در این جلسه افزود: دوربین کم است.\n"
        "در این نشست، مدیرکل راهداری استان یزد حضور داشت."
    )
    ((_, name, participants),) = seen(text)
    assert name == "شورای ترافیک استان"
    assert participants == ("علی رضایی", "فرمانده انتظامی استان یزد", "مدیرکل راهداری استان یزد")


def test_who_speaks_next_at_the_meeting_an_article_is_about_took_part() -> None:
    text = (
        "علی رضایی استاندار یزد در جلسه شورای ترافیک استان گفت: راه امن شود.\n"
        "همچنین حسن احمدی، شهردار یزد اظهار داشت: آماده\u200cایم."
    )
    assert seen(text)[0][2] == ("علی رضایی", "حسن احمدی")


def test_a_meeting_told_of_again_names_the_other_who_met() -> None:
    text = (
        "علی رضایی استاندار یزد در دیدار با مردم گفت: خوب است.\n"
        "در این دیدار با حضور حسن احمدی شهردار یزد از کار خود گفتند.\n"
        "علی رضایی در دیدار فرماندار مهریز افزود: خوب بود."
    )
    assert seen(text)[0][2] == ("علی رضایی", "حسن احمدی", "فرماندار مهریز")


def test_a_title_and_the_body_tell_of_one_meeting() -> None:
    text = LEAD + "علی رضایی در جلسه شورای ترافیک استان گفت: خوب است.\nوی در جلسه شورای ترافیک گفت: بد نیست."
    assert len(seen(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "علی رضایی استاندار یزد در گفت\u200cوگو با خبرنگار فارس گفت: هوا خوب است.",
        "علی رضایی استاندار یزد در جمع خبرنگاران گفت: هوا خوب است.",
        "علی رضایی استاندار یزد در مراسم تجلیل از معلمان گفت: خوب بود.",
        "علی رضایی استاندار یزد در بازدید از کارخانه فولاد گفت: خوب بود.",
        "تیم شهرداری در دیدار دوم مقابل استقلال سه گل زد.",
        "برنامه در سالن همایش\u200cهای استانداری برگزار شد.",
        "علی رضایی دبیر همایش ملی گردشگری گفت: آثار رسید.",
        "هواپیما پس از دو ساعت به زمین نشست و مردم رفتند.",
        "استاندار یزد خواستار برگزاری جلسه با بانک\u200cها شد.",
        "علی رضایی استاندار یزد گفت: در جلسات گذشته تصمیم گرفتیم.",
        "علی رضایی، نماینده یزد گفت: فردا در دیدار با وزیر نیرو سخن خواهیم گفت.",
        "علی رضایی، عضو شورای عالی ترافیک گفت: در شورای عالی ترافیک همه عضو هستند.",
        "شورای شهر در مورد بودجه تصمیم می\u200cگیرد.",
        "علی رضایی، استاندار یزد در آیینی که به صورت ویدئو کنفرانس برگزار شد، گفت: راه باز است.",
    ],
)
def test_interviews_ceremonies_visits_matches_halls_and_wishes_are_not_meetings(text: str) -> None:
    assert seen(text) == []


@pytest.mark.parametrize(
    "text",
    ["نشست ستاد تنظیم بازار استان قم فردا برگزار می\u200cشود.", "همایش ملی گردشگری هفته آینده برگزار خواهد شد."],
)
def test_a_meeting_only_planned_is_never_held(text: str) -> None:
    assert seen(text) == []
    assert all(one.status == "planned" for one in found(text))


def test_day_place_and_topic_are_only_what_the_text_says() -> None:
    published = datetime(2019, 9, 1, 12, tzinfo=UTC)
    text = (
        "علی رضایی استاندار یزد امروز در جلسه شورای ترافیک استان با موضوع ایمنی راه\u200cها که در سالن استانداری "
        "برگزار شد، گفت: خوب است."
    )
    (meeting,) = found(text, published=published)
    assert meeting.held_on == date(2019, 9, 1)
    assert meeting.place == "سالن استانداری"
    assert meeting.topics == (normalize("ایمنی راه\u200cها"),)
    (undated,) = found("علی رضایی استاندار یزد در جلسه شورای ترافیک استان گفت: خوب است.")
    assert (undated.held_on, undated.place, undated.host, undated.topics) == (None, None, None, ())


def test_the_same_meetings_without_half_spaces_and_with_spaces() -> None:
    text = (
        "علی رضایی استاندار یزد در گردهم\u200cآیی مدیران خرم\u200cآباد گفت: خوب است. در این گردهم\u200cآیی سخن گفتند."
    )
    assert len(seen(text)) == 1
    for other in (text.replace("\u200c", ""), text.replace("\u200c", " ")):
        assert [one[0] for one in seen(other)] == ["گردهمایی"]


WORDS = st.sampled_from(
    [
        "در",
        "جلسه",
        "نشست",
        "خبری",
        "دیدار",
        "با",
        "همایش",
        "این",
        "شورای",
        "ترافیک",
        "استان",
        "برگزار",
        "شد",
        "خواهد",
        "علی",
        "رضایی",
        "استاندار",
        "یزد",
        "گفت",
        ":",
        ".",
        "،",
        "و",
        "حضور",
        "به",
        "ریاست",
        "فرماندار",
        "قدس",
        "وی",
        "نیز",
        "افزود",
        "سالن",
        "برگزاری",
        "جلسات",
        "مجلس",
        "علنی",
        "امروز",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=40).map(" ".join))
def test_every_span_is_inside_its_sentence_and_participants_are_officials(text: str) -> None:
    records = extract(Article(outlet="", body=text))
    people = {official.name or official.post for official in records.officials}
    for meeting in records.meetings:
        span = meeting.span
        assert span.sentence_start <= span.start < span.end <= span.sentence_end
        assert span.rule.startswith("meeting.")
        assert set(meeting.participants) <= people
        assert len(set(meeting.participants)) == len(meeting.participants)
