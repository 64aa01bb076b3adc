"""The pages over a real warehouse: what they show, what they escape, whom they refuse."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import HTTPException
from fastapi.params import Depends
from sqlalchemy import Engine, text
from starlette.testclient import TestClient

import samples
from dabir.days import jalali_day
from dabir.extraction import extracted
from dabir.web import words
from dabir.web.app import create_app
from dabir.web.marking import Mark, pieces
from dabir.web.persian import jalali, number
from db.load import load
from parsing.lexicon import rows
from parsing.records import Article, Rejected

HOSTILE = '<script>alert("۱")</script> & \u202e«گفت»'
DAY = samples.articles("isna")[0].day
OUTCOMES = ("complete", "partial", "nothing_published", "unreachable", "robots_forbidden", "unparsable")
RETRIED: list[int] = []


def article(published: samples.Published, **changes: str) -> Article:
    return Article(
        outlet=published.outlet,
        code=changes.get("code", published.code),
        url=f"https://www.isna.ir/news/{published.code}",
        title=changes.get("title", published.title),
        lead=published.lead,
        body=published.body,
        published=published.published,
        province=published.province,
    )


@pytest.fixture(scope="module")
def client(module_warehouse: Engine) -> Iterator[TestClient]:
    published = [one for one in samples.articles("isna") if one.paragraphs and one.title.strip()]
    batch = [extracted(article(one), datetime(2026, 11, 21, tzinfo=UTC)) for one in published]
    batch.append(extracted(article(published[0], code="1", title=HOSTILE), datetime(2026, 11, 21, tzinfo=UTC)))
    batch.append(Rejected(outlet="isna", url="https://www.isna.ir/news/2", code="2", field="title", reason=HOSTILE))
    load(module_warehouse, batch, batch_key="web", crawl=("isna", DAY))
    with module_warehouse.begin() as connection:
        for index, outcome in enumerate(OUTCOMES):
            connection.execute(
                text(
                    "insert into crawl_runs (outlet, day_on, run, outcome, started_at) "
                    "values ('isna', :day, 'r', :outcome, now())"
                ),
                {"day": DAY + timedelta(days=index), "outcome": outcome},
            )
        connection.execute(text("insert into crawl_counters values ('isna', :day, 'r', 'listed', 12)"), {"day": DAY})
        connection.execute(
            text(
                "insert into check_findings (outlet, day_on, check_name, severity, expected, got, line) "
                "values ('isna', :day, 'footer', 'warn', 'about 97%', :got, 'line')"
            ),
            {"day": DAY, "got": f"0 of 12 {HOSTILE}"},
        )

    def retry(rejected_id: int) -> str:
        RETRIED.append(rejected_id)
        return "rejected again: title"

    app = create_app(lambda: module_warehouse, raw_page=lambda _: b"<b>raw</b>", retry=retry)
    with TestClient(app, headers={"accept": "text/html"}) as served:
        yield served


def first_link(page: str, pattern: str) -> str:
    found = re.search(pattern, page)
    assert found is not None, pattern
    return found[1]


def test_coverage_shows_each_kind_of_absence_by_sign_and_word(client: TestClient) -> None:
    page = client.get("/coverage").text
    assert '<html lang="fa" dir="rtl">' in page
    for outcome in OUTCOMES:
        assert f'class="{outcome}"' in page
    assert "robots.txt اجازه نداد" in page and "دسترسی نبود" in page
    assert "آبان ۱۴۰۵" in page


def test_a_day_shows_its_counters_articles_and_rejects(client: TestClient) -> None:
    page = client.get(f"/coverage/isna/{jalali_day(DAY)}").text
    assert "listed" in page and "۱۲" in page
    assert samples.articles("isna", DAY)[0].title.split()[0] in page
    assert "/rejects/" in page


def test_what_checks_found_is_in_the_calendar_and_on_the_day(client: TestClient) -> None:
    page = client.get("/coverage").text
    assert page.count('<span class="flag warn"') == 2 and page.count('<span class="flag fail"') == 1  # with the legend
    page = client.get(f"/coverage/isna/{jalali_day(DAY)}").text
    assert "هشدار: پایان خبر" in page and "expected about 97%" in page
    assert "<script" not in page
    assert "وارسی چیزی نیافته است" in client.get(f"/coverage/isna/{jalali_day(DAY + timedelta(days=1))}").text


def test_every_unit_has_its_persian_word_on_screen() -> None:
    units = {row["unit"] for row in rows("units")} | {"ratio", "count"}
    assert [unit for unit in units if words.unit(unit).isascii()] == []
    assert words.unit("cent") == "سنت"
    assert words.unit("furlong") == "furlong"


def test_every_check_has_a_persian_name() -> None:
    from dabir.monitor import CHECKS

    assert set(words.CHECKS) == set(CHECKS)


def test_an_article_shows_its_records_marked_with_their_rules(client: TestClient) -> None:
    listed = client.get("/articles", params={"outlet": "isna"}).text
    page = client.get(first_link(listed, r'href="(/articles/-?\d+)"')).text
    assert re.search(r'<mark class="[^"]+" title="[^"]+">', page)
    assert "نسخه‌ها" in page and "<code>" in page


def test_a_hostile_title_is_text_wherever_it_is_shown(client: TestClient) -> None:
    found = client.get("/articles", params={"q": "alert"}).text
    assert "&lt;script&gt;" in found and "<script" not in found
    page = client.get(first_link(found, r'href="(/articles/-?\d+)"')).text
    assert "&lt;script&gt;" in page and "<script" not in page
    assert "<script" not in client.get("/rejects").text


def test_figures_are_found_by_subject_whatever_its_spelling(client: TestClient) -> None:
    everything = client.get("/figures").text
    subject = first_link(everything, r"<td>([^<]{4,})")
    assert subject in client.get("/figures", params={"subject": subject.replace("ی", "ي")}).text
    assert "آماری یافت نشد" in client.get("/figures", params={"subject": "چیزی که هیچ‌کس نمی‌شمارد"}).text


def test_officials_and_rejects_have_their_pages(client: TestClient) -> None:
    assert client.get("/officials").status_code == 200
    assert client.get("/officials/1").status_code == 404
    rejects = client.get("/rejects").text
    raw = client.get(first_link(rejects, r'href="(/rejects/-?\d+/page)"'))
    assert raw.text == "<b>raw</b>" and raw.headers["content-type"].startswith("text/plain")


def test_a_retry_is_a_form_of_our_own_pages_alone(client: TestClient) -> None:
    action = first_link(client.get("/rejects").text, r'action="(/rejects/-?\d+/retry)"')
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}):
        assert client.post(action, headers=headers).status_code == 403
    assert RETRIED == []
    done = client.post(action, headers={"sec-fetch-site": "same-origin"}, follow_redirects=False)
    assert done.status_code == 303 and "said=" in done.headers["location"]
    assert len(RETRIED) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/articles/1", 404),
        ("/coverage/nobody/1405-08-28", 404),
        ("/coverage/isna/1405-13-01", 400),
        ("/coverage?until=tomorrow", 400),
        ("/articles?q=" + "x" * 300, 422),
        ("/nothing", 404),
    ],
)
def test_what_is_not_there_or_not_understood_is_said(client: TestClient, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_every_answer_forbids_scripts_and_other_hosts(client: TestClient) -> None:
    for path in ("/coverage", "/articles", "/nothing", "/static/dabir.css"):
        policy = client.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy and "script" not in policy
    assert client.get("/static/vazirmatn.woff2").status_code == 200


def test_a_form_of_our_own_tells_the_browser_to_say_where_it_comes_from(client: TestClient) -> None:
    """With no-referrer a browser sends `Origin: null`, and the retry of a reject would be refused."""
    assert client.get("/rejects").headers["referrer-policy"] == "same-origin"
    action = first_link(client.get("/rejects").text, r'action="(/rejects/-?\d+/retry)"')
    assert client.post(action, headers={"origin": "null"}).status_code == 403


def test_links_stay_under_the_path_where_the_pages_are_mounted(module_warehouse: Engine, client: TestClient) -> None:
    app = create_app(lambda: module_warehouse, raw_page=lambda _: None, retry=lambda _: "")
    mounted = TestClient(app, root_path="/dabir")
    links = re.findall(r'(?:href|action|src)="(/[^"]*)"', mounted.get("/coverage").text)
    assert links and all(link.startswith("/dabir/") for link in links)


def test_a_reader_who_may_not_is_refused_everything(module_warehouse: Engine) -> None:
    def nobody() -> None:
        raise HTTPException(403, "no")

    app = create_app(lambda: module_warehouse, raw_page=lambda _: None, retry=lambda _: "", may_read=[Depends(nobody)])
    refused = TestClient(app)
    for path in ("/coverage", "/articles", "/articles/1", "/officials", "/figures", "/rejects", "/rejects/1/page"):
        assert refused.get(path).status_code == 403
    assert refused.post("/rejects/1/retry").status_code == 403


def test_pieces_joined_are_the_text_and_marks_outside_it_cover_nothing() -> None:
    text_ = "سطر یک\nسطر دو"
    marks = [
        Mark(start=0, end=3, kind="metric", rule="r", label=""),
        Mark(start=2, end=9, kind="official", rule="r", label=""),
        Mark(start=5, end=99, kind="meeting", rule="r", label=""),
    ]
    cut = pieces(text_, marks)
    assert "".join("\n" if piece.ends_line else piece.text for piece in cut) == text_
    assert max(len(piece.marks) for piece in cut) == 2
    assert not any(mark.kind == "meeting" for piece in cut for mark in piece.marks)


def test_persian_dates_and_numbers() -> None:
    assert jalali(DAY) == "۱۴۰۵/۰۸/۲۴"
    assert jalali(datetime(2026, 11, 15, 20, 45, tzinfo=UTC)) == "۱۴۰۵/۰۸/۲۵ ۰۰:۱۵"
    assert (jalali(None), number(None)) == ("–", "–")
    assert number(1250000) == "۱٬۲۵۰٬۰۰۰"


def test_the_plugin_declares_the_pages_and_makes_them_only_when_asked() -> None:
    file = Path(__file__).parent.parent / "plugins" / "dabir_pages.py"
    spec = importlib.util.spec_from_file_location("dabir_pages", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    plugin = module.DabirPages
    assert [app["url_prefix"] for app in plugin.fastapi_apps] == ["/dabir"]
    assert plugin.fastapi_apps[0]["app"]._app is None
    assert [view["destination"] for view in plugin.external_views] == ["nav"]


def test_words_are_searched_in_whole_articles_and_shown_marked_where_they_stand(client: TestClient) -> None:
    everything = client.get("/figures").text
    word = first_link(everything, r"<td>([^<]{4,})").split()[0]
    found = client.get("/articles", params={"q": word.replace("ی", "ي")}).text

    assert f"<mark>{word}" in found
