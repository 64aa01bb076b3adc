"""The pages in a real browser: what they show, where a click leads, right to left, narrow, accessible, and alone.

Needs a Chromium: the one that CHROMIUM names, else `chromium` of the system (Debian: apt-get install chromium).
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import Engine, text

import samples
from dabir.days import jalali_day
from dabir.extraction import extracted
from dabir.web.app import create_app
from db.load import load
from db.resolution import resolve
from parsing.records import Article, Rejected

CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium: apt-get install chromium, or name one in the environment variable CHROMIUM"
)

HOSTILE = '<img src=x onerror="document.title=1"> <script>document.title=2</script> \u202eگفت'
DAY = samples.articles("isna")[0].day
SEEN = datetime(2026, 11, 21, tzinfo=UTC)
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def _articles() -> Iterator[Article]:
    published = [one for one in samples.articles("isna") if one.paragraphs and one.title.strip()]
    for one in published:
        yield Article(
            outlet=one.outlet,
            code=one.code,
            url=f"https://www.isna.ir/news/{one.code}",
            title=one.title,
            lead=one.lead,
            body=one.body,
            published=one.published,
            province=one.province,
        )
    first = published[0]
    yield Article(outlet="isna", code="1", title=HOSTILE, body=first.body, published=first.published)


@pytest.fixture(scope="module")
def url(module_warehouse: Engine) -> Iterator[str]:
    """The pages served on loopback over a warehouse of the sample articles, resolved."""
    batch = [extracted(article, SEEN) for article in _articles()]
    rejected = Rejected(outlet="isna", url="https://www.isna.ir/news/2", code="2", field="title", reason=HOSTILE)
    load(module_warehouse, [*batch, rejected], batch_key="browser", crawl=("isna", DAY))
    resolve(module_warehouse)
    with module_warehouse.begin() as connection:
        for index, outcome in enumerate(("complete", "nothing_published", "unreachable", "robots_forbidden")):
            connection.execute(
                text(
                    "insert into crawl_runs (outlet, day_on, run, outcome, started_at) "
                    "values ('isna', :day, 'r', :outcome, now())"
                ),
                {"day": DAY + timedelta(days=index), "outcome": outcome},
            )
    app = create_app(lambda: module_warehouse, raw_page=lambda _: b"<b>raw</b>", retry=lambda _: "rejected again")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield launched
        launched.close()


@dataclass
class Opened:
    """A page, what it asked for, and what it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    # The policy of the pages allows no script at all, so axe can be put into them only past it.
    context = browser.new_context(viewport=DESKTOP, bypass_csp=True)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(15_000)
    found = Opened(page)
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("console", lambda message: found.complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    yield found
    context.close()


@pytest.fixture(scope="module")
def places(browser: Browser, url: str) -> dict[str, str]:
    """An address of each kind of page, found by following links as a reader does."""
    page = browser.new_page()
    places = {name: f"{url}/{name}" for name in ("coverage", "articles", "officials", "figures", "rejects")}
    for name, listing, link in (
        ("article", "articles?outlet=isna", "table a[href*='/articles/']"),
        ("person", "officials", "table a[href*='/officials/']"),
        ("day", "coverage", "table.calendar a"),
    ):
        page.goto(f"{url}/{listing}")
        places[name] = url + str(page.locator(link).first.get_attribute("href"))
    page.close()
    return places


KINDS = ("coverage", "day", "articles", "article", "officials", "person", "figures", "rejects", "nothing")


@pytest.mark.parametrize("kind", KINDS)
def test_every_page_is_right_to_left_accessible_narrow_enough_and_asks_no_other_host(
    opened: Opened, url: str, places: dict[str, str], kind: str
) -> None:
    page = opened.page
    page.goto(places.get(kind, f"{url}/nothing"))
    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Vazirmatn'))")
    assert page.locator("h1").count() == 1 and page.locator("h1").inner_text().strip()
    assert all(request.startswith(url) for request in opened.requests), opened.requests
    assert kind == "nothing" or opened.complaints == []
    for viewport in (DESKTOP, PHONE):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= viewport["width"], f"{kind} is {width} wide on a screen of {viewport['width']}"
        found = Axe().run(page).response["violations"]
        grave = [f"{one['id']}: {one['help']}" for one in found if one["impact"] in ("serious", "critical")]
        assert grave == []


def test_a_day_of_the_calendar_leads_to_its_run_and_articles(opened: Opened, url: str) -> None:
    page = opened.page
    page.goto(f"{url}/coverage")
    page.locator("table.calendar td.complete a").first.click()
    page.wait_for_url(f"**/coverage/isna/{jalali_day(DAY)}")
    page.locator("table.list a[href*='/articles/']").first.click()
    page.wait_for_url("**/articles/*")
    assert page.locator("article.text mark").count() > 0


def test_the_calendar_opens_at_the_latest_day_and_goes_back_from_there_on_a_narrow_screen(
    opened: Opened, url: str
) -> None:
    page = opened.page
    page.goto(f"{url}/coverage")
    outlet = page.locator("table.calendar tbody th").first
    edges = "box => [box.getBoundingClientRect().left, box.getBoundingClientRect().right]"
    for viewport in (PHONE, DESKTOP):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.reload()
        days = page.locator("table.calendar thead tr:last-child th")
        oldest, latest = days.first, days.last
        frame_left, frame_right = page.locator("div.scroll").evaluate(edges)
        assert latest.evaluate(edges)[0] >= frame_left - 1, "the latest day, on the left, is in sight"
        assert abs(outlet.evaluate(edges)[1] - frame_right) <= 1, "names stay at the right edge"
        assert oldest.evaluate(edges)[0] > latest.evaluate(edges)[0], "days go from right to left"
        if viewport is PHONE:
            assert oldest.evaluate(edges)[0] > frame_right, "and the oldest is to be scrolled to"
            oldest.scroll_into_view_if_needed()
            assert oldest.evaluate(edges)[1] <= frame_right + 1
            assert abs(outlet.evaluate(edges)[1] - frame_right) <= 1


def test_the_rule_of_a_record_shows_on_hover(opened: Opened, places: dict[str, str]) -> None:
    page = opened.page
    page.goto(places["article"])
    mark = page.locator("article.text mark").first
    mark.hover()
    assert "—" in str(mark.get_attribute("title")) and "." in str(mark.get_attribute("title"))


def test_a_search_finds_an_article_by_its_words_however_they_are_spelled(opened: Opened, url: str) -> None:
    page = opened.page
    page.goto(f"{url}/articles")
    title = page.locator("table a").first.inner_text()
    word = max(title.split(), key=len)
    page.get_by_label("واژه‌ها").fill(word.replace("ی", "ي").replace("ک", "ك"))
    page.get_by_role("button", name="جست‌وجو").click()
    page.wait_for_url("**q=*")
    assert title in [link.inner_text() for link in page.locator("table a").all()]


def test_a_hostile_title_is_shown_as_text_and_runs_nothing(opened: Opened, url: str) -> None:
    page = opened.page
    page.goto(f"{url}/articles?q=onerror")
    link = page.locator("table a").first
    assert "<img src=x" in link.inner_text()
    link.click()
    page.wait_for_url("**/articles/*")
    assert "<script>" in page.locator("h1").inner_text()
    page.goto(f"{url}/rejects")
    assert "<script>" in page.locator("table").inner_text()
    assert page.title() not in ("1", "2") and page.locator("main img, main script").count() == 0


def test_an_official_leads_to_his_posts_and_sentences(opened: Opened, url: str) -> None:
    page = opened.page
    page.goto(f"{url}/officials")
    line = page.locator("table tbody tr").first
    name, post = line.locator("td").nth(0).inner_text(), line.locator("td").nth(1).inner_text()
    line.locator("a").click()
    page.wait_for_url("**/officials/*")
    assert page.locator("h1").inner_text() == name
    assert post in page.locator("table").first.inner_text()
    assert page.locator("blockquote").count() > 0


def test_a_subject_of_figures_is_drawn_with_its_sentences(opened: Opened, url: str) -> None:
    page = opened.page
    page.goto(f"{url}/figures")
    subject = page.locator("table tbody tr td").nth(1).evaluate("cell => cell.firstChild.textContent.trim()")
    page.get_by_label("موضوع").fill(subject)
    page.get_by_role("button", name="جست‌وجو").click()
    page.wait_for_url("**subject=*")
    assert subject in page.locator("table").inner_text()


def test_a_reject_is_tried_again_by_its_button(opened: Opened, url: str) -> None:
    page = opened.page
    page.goto(f"{url}/rejects")
    page.get_by_role("button", name="خواندن دوباره").first.click()
    page.wait_for_url("**said=*")
    assert page.get_by_role("status").inner_text() == "rejected again"


def test_the_pages_are_read_and_left_by_the_keyboard_alone(opened: Opened, url: str) -> None:
    page = opened.page
    page.goto(f"{url}/articles")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_url("**#main")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
