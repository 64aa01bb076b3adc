"""The sample agencies answer as the real sites do, publish what they say they publish, and fail on demand."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import subprocess
import sys
import time
import tracemalloc
import urllib.error
import urllib.request
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.message import Message
from urllib.parse import quote, unquote, urljoin, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser

import samples
from samples import generate
from samples.families import FAMILIES
from samples.families.fars import NEW_SINCE, short_code
from samples.jalali import parts, read_day, read_moment
from samples.server import bomb

DAYS = [f"1405-08-{day}" for day in range(24, 30)]

ROWS = {
    "nastooh": ".main-content li .desc h3 a",
    "iransamaneh": ".archive_content a.title5",
    "tasnim": "section.content article.list-item > a",
    "fars": ".last-news ul li > a",
    "wordpress": "main h2.title a",
    "itempage": ".blog h2 a",
    "asam": ".main_list h2.title a",
}
ARCHIVES = {
    "nastooh": "/archive?pi={page}&ms=0&dy={day}&mn={month}&yr={year}",
    "iransamaneh": "/fa/archive?service_id=-1&sec_id=-1&cat_id=-1&rpp=100&from_date={year}/{month:02}/{day:02}&to_date={year}/{month:02}/{day:02}&p={page}",
    "tasnim": "/fa/archive?date={year}%2F{month}%2F{day}&sub=-1&service=-1&page={page}",
    "fars": "/archive?cat=-1&subcat=-1&date={year}/{month}/{day}&p={page}",
    "wordpress": "/{year}/{month:02}/{day:02}/page/{page}/",
}
BODIES = {
    "nastooh": "div.item-text",
    "iransamaneh": ".body, .baznashr-body",
    "tasnim": "div.story",
    "fars": ".nt-body, .px-post-padding-x",
    "wordpress": ".entry-content",
    "itempage": "[itemprop=articleBody]",
    "asam": "#echo_detail",
}
ARTICLE_PATH = re.compile(r"/(\d{4,20})(?:[-/]|$)")


@dataclass
class Answer:
    status: int
    headers: Message[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def tree(self) -> LexborHTMLParser:
        return LexborHTMLParser(self.text)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object) -> None:
        return None


OPENER = urllib.request.build_opener(_Stay)


def fetch(url: str, **headers: str) -> Answer:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with OPENER.open(request, timeout=10) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def codes(outlet: str, answer: Answer) -> list[str]:
    """The news codes of a list's main column, in order."""
    hrefs = [link.attributes["href"] or "" for link in answer.tree().css(ROWS[samples.OUTLETS[outlet].family])]
    found = [max(ARTICLE_PATH.findall(unquote(urlsplit(href).path) + "/"), key=len) for href in hrefs]
    return [short_code(code) if outlet == "fars" else code for code in found]


def page_url(agencies: samples.Agencies, article: samples.Published) -> str:
    news_path = FAMILIES[samples.OUTLETS[article.outlet].family].news_path
    return agencies.urls[article.outlet] + quote(news_path(article)) + "x"


def archive_url(base: str, outlet: str, day: date, page: int) -> str:
    year, month, of_month = parts(day)
    return base + ARCHIVES[samples.OUTLETS[outlet].family].format(year=year, month=month, day=of_month, page=page)


def day_archive(base: str, outlet: str, day: date) -> list[str]:
    """Every code that the pages of a day's archive show until one of them shows no new code."""
    seen: list[str] = []
    for page in range(1, 60):
        answer = fetch(archive_url(base, outlet, day, page))
        new = [code for code in (codes(outlet, answer) if answer.status == 200 else []) if code not in seen]
        if not new:
            return seen
        seen += new
    raise AssertionError("the archive does not end")


@pytest.fixture(scope="module")
def agencies() -> Iterator[samples.Agencies]:
    with samples.serve() as running:
        yield running


@pytest.fixture(autouse=True)
def _as_before(agencies: samples.Agencies) -> Iterator[None]:
    yield
    agencies.faults.clear()
    agencies.clock = None
    agencies.requests.clear()


# What is published


def test_there_are_articles_of_four_provinces_on_six_days_in_every_outlet() -> None:
    published = samples.articles()
    assert len(published) >= 80 and len(samples.articles("isna")) >= 60
    assert {article.outlet for article in published} == set(samples.OUTLETS)
    provinces = Counter(article.province for article in published)
    assert min(provinces[name] for name in ("لرستان", "اصفهان", "گیلان", "کرمان")) >= 15
    for day in DAYS:
        assert len(samples.articles("isna", day)) >= 9, day


def test_an_article_has_one_code_and_a_text() -> None:
    published = samples.articles()
    assert len({(article.outlet, article.code) for article in published}) == len(published)
    for article in published:
        assert article.published.utcoffset() == timedelta(hours=3, minutes=30)
        assert article.kind != "news" or (article.paragraphs and article.lead), article.code


def test_isna_codes_begin_with_the_day() -> None:
    for article in samples.articles("isna"):
        year, month, day = parts(article.day)
        assert article.code.startswith(f"{year}{month:02}{day:02}") and len(article.code) == 13


def test_daily_bulletins_repeat_their_title_but_not_their_text() -> None:
    titles = Counter(article.title for article in samples.articles("isna"))
    recurring = {title for title, count in titles.items() if count >= 4}
    assert len(recurring) >= 2
    for title in recurring:
        bodies = [article.body for article in samples.articles("isna") if article.title == title]
        assert len(set(bodies)) == len(bodies)


def test_a_copy_says_what_its_original_says_under_another_title() -> None:
    originals = {f"{article.outlet}:{article.code}": article for article in samples.articles()}
    copies = [article for article in samples.articles() if article.copy_of]
    assert len(copies) >= 4
    for copy in copies:
        original = originals[copy.copy_of or ""]
        assert copy.outlet != original.outlet and copy.title != original.title
        assert copy.paragraphs[1:] == original.paragraphs[1:]


def test_an_update_is_seen_after_its_moment_under_the_same_code() -> None:
    before = {a.code: a for a in samples.articles("isna", as_of=read_moment("1405-08-25 08:00"))}["1405082400850"]
    after = {a.code: a for a in samples.articles("isna")}["1405082400850"]
    assert before.kicker == "خبر در حال تکمیل است..." and after.kicker is None
    assert before.title != after.title and before.published == after.published
    assert before.updated is None and after.updated == read_moment("1405-08-25 08:20")


def test_a_day_that_is_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="1405-08-31"):
        samples.articles(day="1405-08-31")


# The sites publish it


@pytest.mark.parametrize("outlet", [name for name, o in samples.OUTLETS.items() if o.family in ARCHIVES])
def test_the_day_archives_of_an_outlet_hold_every_article(agencies: samples.Agencies, outlet: str) -> None:
    for day in sorted({article.day for article in samples.articles(outlet)}):
        expected = [article.code for article in reversed(samples.articles(outlet, day))]
        seen = day_archive(agencies.urls[outlet], outlet, day)
        assert seen[: len(expected)] == expected


@pytest.mark.parametrize("outlet", samples.OUTLETS)
def test_every_article_page_has_its_title_paragraphs_and_footer(agencies: samples.Agencies, outlet: str) -> None:
    family = samples.OUTLETS[outlet].family
    for article in samples.articles(outlet):
        answer = fetch(page_url(agencies, article))
        assert answer.status == 200, article.code
        tree = answer.tree()
        body = tree.css_first(BODIES[family])
        assert body is not None
        text = " ".join(body.text(separator=" ").split())
        for paragraph in article.paragraphs:
            for cell in paragraph.split(" | "):
                assert "".join(cell.split()) in "".join(text.split()), (article.code, cell)
        heading = tree.css_first("h1, h2[itemprop=headline]")
        assert heading is not None and " ".join(heading.text().split()) == " ".join(article.title.split())
        if article.footer:
            assert article.footer.strip() in text or " ".join(article.footer.split()) in text


@pytest.mark.parametrize("outlet", samples.OUTLETS)
def test_robots_txt_names_a_rule_and_a_feed_names_the_newest(agencies: samples.Agencies, outlet: str) -> None:
    base = agencies.urls[outlet]
    assert "Disallow: /" in fetch(base + "/robots.txt").text
    feeds = {
        "nastooh": "/rss",
        "iransamaneh": "/fa/rss/allnews",
        "tasnim": "/fa/rss/feed/0/7/6/x",
        "fars": "/rss",
        "wordpress": "/feed/",
        "asam": "/feeds/",
        "itempage": "/?format=feed&type=rss",
    }
    feed = fetch(base + feeds[samples.OUTLETS[outlet].family])
    links = re.findall(r"<link>([^<]+)</link>", feed.text)[1:]
    newest = list(reversed(samples.articles(outlet)))[: len(links)]
    assert len(links) == len(newest) and links[0].startswith(base)
    for link, article in zip(links, newest, strict=True):
        assert article.code in link
    assert fetch(links[0]).status == 200


def test_sitemaps_lead_to_the_articles(agencies: samples.Agencies) -> None:
    base = agencies.urls["isna"]
    index = re.findall(r"<loc>([^<]+)</loc>", fetch(base + "/sitemap/all/sitemap.xml").text)
    assert len(index) == 6
    pages = [link for url in index for link in re.findall(r"<loc>([^<]+)</loc>", fetch(url).text)]
    assert {ARTICLE_PATH.findall(page)[0] for page in pages} == {article.code for article in samples.articles("isna")}


def test_an_unknown_address_is_404_and_other_methods_405(agencies: samples.Agencies) -> None:
    base = agencies.urls["isna"]
    assert fetch(base + "/news/1405082499999/x").status == 404
    assert fetch(base + "/nothing").status == 404
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(base + "/", data=b"x"), timeout=5)
    with refused.value as error:
        assert error.code == 405


def test_irna_refuses_an_address_without_a_slug(agencies: samples.Agencies) -> None:
    assert fetch(agencies.urls["irna"] + "/news/86010212").status == 404
    assert fetch(agencies.urls["irna"] + "/news/86010212/x").status == 200


# As HTTP has it


def test_an_unchanged_page_is_304_by_etag_and_by_date(agencies: samples.Agencies) -> None:
    url = agencies.urls["isna"] + "/news/1405082400208/x"
    first = fetch(url)
    etag, modified = first.headers["ETag"], first.headers["Last-Modified"]
    assert fetch(url, If_None_Match=etag).status == 304
    assert fetch(url, If_Modified_Since=modified).status == 304
    assert fetch(url, If_None_Match='"other"', If_Modified_Since=modified).status == 200
    assert fetch(url, If_Modified_Since="Sat, 14 Nov 2026 00:00:00 GMT").status == 200
    assert fetch(url, If_Modified_Since="nonsense").status == 200


def test_an_updated_page_is_sent_again(agencies: samples.Agencies) -> None:
    url = agencies.urls["isna"] + "/news/1405082400850/x"
    agencies.clock = read_moment("1405-08-24 20:00")
    first = fetch(url)
    agencies.clock = read_moment("1405-08-25 20:00")
    again = fetch(url, If_None_Match=first.headers["ETag"])
    assert again.status == 200 and "خبر در حال تکمیل" in first.text and "خبر در حال تکمیل" not in again.text


def test_a_page_is_packed_for_those_who_take_gzip(agencies: samples.Agencies) -> None:
    url = agencies.urls["isna"] + "/news/1405082400208/x"
    packed = fetch(url, Accept_Encoding="gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == fetch(url).body


def test_one_connection_takes_many_requests(agencies: samples.Agencies) -> None:
    where = urlsplit(agencies.urls["isna"])
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=5)
    for _ in range(3):
        connection.request("GET", "/robots.txt")
        assert connection.getresponse().read().startswith(b"User-agent")
    connection.request("HEAD", "/robots.txt")
    answer = connection.getresponse()
    assert answer.read() == b"" and int(answer.headers["Content-Length"]) > 20
    connection.close()
    assert [request.method for request in agencies.requests] == ["GET", "GET", "GET", "HEAD"]


def test_nothing_is_seen_before_its_time(agencies: samples.Agencies) -> None:
    agencies.clock = read_moment("1405-08-24 10:00")
    base = agencies.urls["isna"]
    expected = [a.code for a in samples.articles("isna") if a.published <= read_moment("1405-08-24 10:00")]
    assert len(expected) == 3
    assert day_archive(base, "isna", read_day("1405-08-24") or date.min) == expected[::-1]
    assert fetch(base + "/news/1405082400417/x").status == 404


# Traps


def test_trap_the_sidebar_has_the_markup_of_the_list(agencies: samples.Agencies) -> None:
    day = read_day("1405-08-24") or date.min
    tree = fetch(archive_url(agencies.urls["mehr"], "mehr", day, 1)).tree()
    assert len(tree.css("li.news h3 a")) > len(tree.css(".main-content li.news h3 a")) == 2
    assert len(tree.css(".sidebar li.news .desc h3 a")) > 10


@pytest.mark.parametrize(("outlet", "beyond"), [("isna", "older"), ("mehr", "repeat"), ("tasnim", "none")])
def test_trap_past_the_last_page_of_a_day(agencies: samples.Agencies, outlet: str, beyond: str) -> None:
    day = read_day("1405-08-26") or date.min
    pages = [codes(outlet, fetch(archive_url(agencies.urls[outlet], outlet, day, page))) for page in range(1, 5)]
    of_day = {article.code for article in samples.articles(outlet, day)}
    match beyond:
        case "older":
            assert pages[3] and not of_day & set(pages[3])
        case "repeat":
            assert pages[0] == pages[1] == pages[2]
        case _:
            assert pages[0] and not pages[1]


def test_trap_one_row_links_its_article_in_two_spellings(agencies: samples.Agencies) -> None:
    tree = fetch(archive_url(agencies.urls["isna"], "isna", read_day("1405-08-24") or date.min, 2)).tree()
    for row in tree.css(".main-content li.news"):
        raw, encoded = row.css_first("figure a"), row.css_first("h3 a")
        assert raw is not None and encoded is not None
        hrefs = [raw.attributes["href"] or "", encoded.attributes["href"] or ""]
        assert not hrefs[0].isascii() and hrefs[1].isascii() and "%D" in hrefs[1]
        assert ARTICLE_PATH.findall(hrefs[0]) == ARTICLE_PATH.findall(hrefs[1])


def test_trap_the_time_of_a_row_is_relative_and_its_title_absolute(agencies: samples.Agencies) -> None:
    tree = fetch(archive_url(agencies.urls["isna"], "isna", read_day("1405-08-24") or date.min, 1)).tree()
    shown = tree.css_first(".main-content li time")
    assert shown is not None and shown.text().strip() == "۵ روز قبل"
    assert shown.attributes["title"] == "یکشنبه ۲۴ آبان ۱۴۰۵ - ۲۰:۴۵"


@pytest.mark.parametrize(
    ("outlet", "path", "present"),
    [
        ("irna", "/news/86010212/x", "h1.title > a"),
        ("mehr", "/news/6910114/x", "h1.title"),
        ("mehr", "/news/6910114/x", ".print-header ol.breadcrumb"),
        ("mehr", "/news/6910114/x", ".item-header ol.breadcrumb"),
        ("mehr", "/news/6910114/x", "a.saba-backlink"),
        ("yjc", "/fa/news/9120114/x", ".baznashr-body .path_bottom_body"),
        ("yjc", "/fa/news/9120114/x", '.baznashr-body a[href="/fa/kerman"]'),
        ("isna", "/news/1405082400112/x", "p.summary span.src"),
        ("isna", "/news/1405082400305/x", ".item-text table td"),
        ("tasnim", "/fa/news/1405/08/24/3580114/x", ".markup-container.readmore-container"),
        ("kermaneno", "/48112/x/", ".entry-content .bs-irp"),
        ("yaftenews", "/news/lorestan/204113-x.html", ".item-page [itemprop=rotitr]"),
    ],
)
def test_trap_in_the_markup(agencies: samples.Agencies, outlet: str, path: str, present: str) -> None:
    assert fetch(agencies.urls[outlet] + path).tree().css_first(present) is not None


@pytest.mark.parametrize(
    ("outlet", "path", "printed"),
    [
        ("isna", "/news/1405082400962/x", "در میان بگذارند. انتهای پیام</p>"),
        ("isna", "/news/1405082700888/x", 'انتهای پیام</p>\n<p style="text-align:justify">عکس: سینا'),
        ("isna", "/news/1405082501090/x", "انتهای رپرتاژ آگهی"),
        ("tasnim", "/fa/news/1405/08/24/3580114/x", "انتهای پیام/645/</p>"),
        ("tasnim", "/fa/news/1405/08/24/3580114/x", '<li class="service">'),
        ("tasnim", "/fa/news/1405/08/24/3580114/x", 'ContentManager/EditNews/3580114">\n<div class="story">'),
        ("irna", "/news/86010212/x", "۹۹۰۳/۶۱۸۵</p>"),
        ("iqna", "/fa/news/4250117/x", "</p>\n<span>انتهای پیام</span>"),
        ("yjc", "/fa/news/9122143/x", "انتهای پیام/ م</p>"),
        ("iribnews", "/fa/news/5941136/x", 'published_time" content="2030-12-13T20:30:00+03:30"'),
        ("iqna", "/fa/news/4254003/x", '<h1 class="title"> </h1>'),
        ("fars", "/news/14020825000204/x", "احیا شده است. انتهای پیام/</p>"),
    ],
)
def test_trap_in_the_text(agencies: samples.Agencies, outlet: str, path: str, printed: str) -> None:
    assert printed in fetch(agencies.urls[outlet] + path).text


def test_trap_a_site_without_a_footer_prints_none(agencies: samples.Agencies) -> None:
    for article in samples.articles("mehr"):
        assert "انتهای پیام" not in fetch(f"{agencies.urls['mehr']}/news/{article.code}/x").text


def test_trap_photo_and_video_items_are_listed_as_news_without_a_body(agencies: samples.Agencies) -> None:
    answer = fetch(archive_url(agencies.urls["isna"], "isna", read_day("1405-08-24") or date.min, 1))
    row = answer.tree().css_first("li.photo h3 a")
    assert row is not None and (row.attributes["href"] or "").startswith("/news/1405082401188/")
    body = fetch(agencies.urls["isna"] + "/news/1405082401188/x").tree().css_first("div.item-text")
    assert body is not None and not body.text(strip=True)


@pytest.mark.parametrize("outlet", ["isna", "iribnews", "tasnim"])
def test_trap_a_day_that_the_calendar_lacks_lists_the_newest(agencies: samples.Agencies, outlet: str) -> None:
    family = samples.OUTLETS[outlet].family
    url = agencies.urls[outlet] + ARCHIVES[family].format(year=1405, month=8, day=31, page=1)
    assert codes(outlet, fetch(url))[0] == samples.articles(outlet)[-1].code


def test_fars_has_its_old_pages_and_its_new_ones_that_only_ld_json_explains(agencies: samples.Agencies) -> None:
    base = agencies.urls["fars"]
    assert {article.day >= NEW_SINCE for article in samples.articles("fars")} == {True, False}
    old = fetch(base + "/lorestan/news/14020824000347/x").tree().css_first("time[datetime]")
    assert old is not None and old.attributes["datetime"] == "11/15/2023 01:05:00 PM"
    links = [a.attributes["href"] or "" for a in fetch(base + "/showcase").tree().css("#root a")]
    assert links and all(re.match(r"/[a-z]+/9{5}1405\d{10}/", link) for link in links)
    data = fetch(urljoin(base, quote(links[0]))).tree().css_first('script[type="application/ld+json"]')
    assert data is not None and json.loads(data.text())["datePublished"].endswith(":00.000Z")


# Faults


def _isna(agencies: samples.Agencies, path: str = "/news/1405082400208/x", **headers: str) -> Answer:
    return fetch(agencies.urls["isna"] + path, **headers)


@pytest.mark.parametrize(
    ("kind", "status"), [("error", 500), ("forbidden", 403), ("missing", 404), ("too_many", 429), ("redirect", 302)]
)
def test_fault_answers_with_a_status_as_often_as_told(agencies: samples.Agencies, kind: str, status: int) -> None:
    agencies.faults.add(kind, "isna", "/news/*", times=2)
    assert [_isna(agencies).status for _ in range(3)] == [status, status, 200]
    assert [request.faults for request in agencies.requests] == [(kind,), (kind,), ()]


def test_fault_touches_its_outlet_and_path_alone(agencies: samples.Agencies) -> None:
    agencies.faults.add("error", "isna", "/news/*")
    assert fetch(agencies.urls["mehr"] + "/news/6910114/x").status == 200
    assert _isna(agencies, "/rss").status == 200
    agencies.faults.clear("mehr")
    assert _isna(agencies).status == 500
    agencies.faults.clear("isna")
    assert _isna(agencies).status == 200


def test_fault_that_does_not_exist_is_refused(agencies: samples.Agencies) -> None:
    with pytest.raises(ValueError, match="earthquake"):
        agencies.faults.add("earthquake")


def test_fault_too_many_says_when_to_return_and_redirect_says_where(agencies: samples.Agencies) -> None:
    agencies.faults.add("too_many", "isna", times=1, seconds=7)
    assert _isna(agencies).headers["Retry-After"] == "7"
    agencies.faults.add("redirect", "isna", location="http://169.254.169.254/latest/meta-data/")
    assert _isna(agencies).headers["Location"] == "http://169.254.169.254/latest/meta-data/"
    agencies.faults.clear()
    agencies.faults.add("redirect", "isna")
    assert _isna(agencies).headers["Location"] == "http://127.0.0.1:22/"


def test_fault_truncated_breaks_off(agencies: samples.Agencies) -> None:
    agencies.faults.add("truncated", "isna")
    with pytest.raises(http.client.IncompleteRead):
        _isna(agencies)


def test_fault_slow_and_slow_drip_take_their_time(agencies: samples.Agencies) -> None:
    agencies.faults.add("slow", "isna", seconds=0.3)
    start = time.monotonic()
    assert _isna(agencies).status == 200 and time.monotonic() - start >= 0.3
    agencies.faults.clear()
    agencies.faults.add("slow_drip", "isna", "/robots.txt", seconds=0.002)
    start = time.monotonic()
    assert len(_isna(agencies, "/robots.txt").body) * 0.002 <= time.monotonic() - start


def test_fault_challenge_is_a_small_page_with_status_200(agencies: samples.Agencies) -> None:
    agencies.faults.add("challenge", "isna")
    answer = _isna(agencies)
    assert answer.status == 200 and "arvancloud" in answer.text and len(answer.body) < 5000


def test_fault_bomb_is_a_thousandth_of_what_it_expands_to(agencies: samples.Agencies) -> None:
    agencies.faults.add("bomb", "isna", size=64 << 20)
    answer = _isna(agencies)
    assert answer.headers["Content-Encoding"] == "gzip" and len(answer.body) < (64 << 20) // 500
    unpacker, size = zlib.decompressobj(31), 0
    rest = answer.body
    while not unpacker.eof:
        size += len(unpacker.decompress(rest, 1 << 20))
        rest = unpacker.unconsumed_tail
    assert size == 64 << 20
    assert gzip.decompress(bomb(1 << 20)) == b" " * (1 << 20)


def test_fault_huge_sends_fifty_megabytes_without_holding_them(agencies: samples.Agencies) -> None:
    agencies.faults.add("huge", "isna")
    where = urlsplit(agencies.urls["isna"])
    tracemalloc.start()
    with socket.create_connection((where.hostname, where.port), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        received = 0
        while received < 50_000_000:
            received += len(connection.recv(1 << 20))
        peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert received >= 50_000_000 and peak < 20_000_000


def test_fault_charsets(agencies: samples.Agencies) -> None:
    agencies.faults.add("windows_1256", "isna", times=1)
    answer = _isna(agencies)
    assert "windows-1256" in answer.headers["Content-Type"]
    assert "بازنشستگان تأمين اجتماعي لرستان" in answer.body.decode("cp1256")
    agencies.faults.add("wrong_charset", "isna")
    answer = _isna(agencies)
    assert "windows-1256" in answer.headers["Content-Type"] and "بازنشستگان تأمین اجتماعی" in answer.text


def test_fault_robots(agencies: samples.Agencies) -> None:
    agencies.faults.add("robots_forbidden", "isna")
    assert _isna(agencies, "/robots.txt").status == 403 and _isna(agencies).status == 200
    agencies.faults.clear()
    agencies.faults.add("robots_disallow", "isna")
    assert "Disallow: /\n" in _isna(agencies, "/robots.txt").text


def test_fault_redesign_leaves_no_known_class(agencies: samples.Agencies) -> None:
    agencies.faults.add("redesign", "isna")
    tree = _isna(agencies).tree()
    assert tree.css_first("h1") is not None
    assert not tree.css(".first-title, .item-text, #item, .meta-news, [itemprop=articleBody]")


@pytest.mark.parametrize(("kind", "count"), [("zero_items", 0), ("half_items", 3), ("doubled", 10)])
def test_fault_of_a_list(agencies: samples.Agencies, kind: str, count: int) -> None:
    agencies.faults.add(kind, "isna")
    url = archive_url(agencies.urls["isna"], "isna", read_day("1405-08-24") or date.min, 1)
    listed = codes("isna", fetch(url))
    assert len(listed) == len(set(listed)) == count
    for code in listed:
        assert _isna(agencies, f"/news/{code}/x").status == 200


@pytest.mark.parametrize("outlet", samples.OUTLETS)
def test_fault_no_dates_and_no_footer_take_them_from_the_page(agencies: samples.Agencies, outlet: str) -> None:
    published = samples.articles(outlet)
    article = next((article for article in published if article.footer), published[0])
    url = page_url(agencies, article)
    assert re.search(r"datetime=|published_time|datePublished|li class=\"time\"", fetch(url).text)
    agencies.faults.add("no_dates", outlet)
    agencies.faults.add("no_footer", outlet)
    bare = fetch(url).text
    assert not re.search(r"datetime=|published_time|datePublished|publishDate|pdate|date-color|li class=\"time\"", bare)
    assert "انتهای پیام" not in bare and "انتهای خبر" not in bare and "پایان پیام" not in bare


def test_fault_endless_archive_is_made_as_it_is_asked_for(agencies: samples.Agencies) -> None:
    agencies.faults.add("endless", "isna")
    day = read_day("1405-08-24") or date.min
    first = codes("isna", fetch(archive_url(agencies.urls["isna"], "isna", day, 1)))
    deep = codes("isna", fetch(archive_url(agencies.urls["isna"], "isna", day, 20_000)))
    assert len(first) == len(deep) == 5 and not set(first) & set(deep)
    assert not codes("isna", fetch(archive_url(agencies.urls["isna"], "isna", day, 20_001)))
    assert _isna(agencies, f"/news/{deep[-1]}/x").status == 200


# Volume


def test_generated_articles_are_the_same_every_time_and_different_from_each_other() -> None:
    with samples.serve(extra=40) as first:
        day = read_day("1404-11-10") or date.min
        rows = first.view("mehr").day(day)
        assert len(rows) == 40 == len({(row.title, row.body) for row in rows})
        assert all(row.day == day and row.lead and row.paragraphs for row in rows)
        assert not any("{" in row.title + (row.lead or "") + row.body for row in rows)
        assert set(day_archive(first.urls["mehr"], "mehr", day)) == {row.code for row in rows}
        for row in rows[:3]:
            assert row.title in fetch(f"{first.urls['mehr']}/news/{row.code}/x").text
    with samples.serve(extra=40) as second:
        assert second.view("mehr").day(day) == rows


@pytest.mark.parametrize("outlet", samples.OUTLETS)
def test_generated_articles_fill_every_slot_and_are_found_by_their_code(outlet: str) -> None:
    day = read_day("1404-02-07") or date.min
    rows = generate.day(samples.OUTLETS[outlet], day, 150)
    assert len({row.body for row in rows}) == 150
    for row in rows:
        texts = [row.title, row.lead or "", row.kicker or "", *row.paragraphs]
        assert not any(mark in text for text in texts for mark in ("{", "}", "||", "  "))
        assert generate.find(samples.OUTLETS[outlet], row.code) == row
    assert generate.find(samples.OUTLETS[outlet], "12") is None


def test_the_rhythm_of_a_week_is_slower_on_fridays() -> None:
    extra = generate.rhythm(100)
    week = [extra("isna", (read_day("1405-07-04") or date.min) + timedelta(days=n)) for n in range(7)]
    assert all(90 <= count <= 110 for count in week[:5]) and 45 <= week[6] <= 55
    with samples.serve(extra=extra) as running:
        assert len(running.view("isna").day(read_day("1405-07-10") or date.min)) == week[6]


def test_generated_articles_are_off_unless_asked_for(agencies: samples.Agencies) -> None:
    assert agencies.view("mehr").day(read_day("1404-11-10") or date.min) == ()


# The command


def test_the_command_prints_its_addresses_and_takes_faults_at_its_own() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "samples", "--admin", "--as-of", "1405-08-25 12:00"], stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            urls = json.loads(process.stdout.readline())
            assert set(urls) == {*samples.OUTLETS, "_admin"}
            assert fetch(urls["isna"] + "/news/1405082600104/x").status == 404
            order = json.dumps({"add": {"kind": "error", "outlet": "isna"}}).encode()
            with urllib.request.urlopen(urls["_admin"] + "/_faults", data=order, timeout=5) as answer:
                assert answer.read() == b"done"
            assert fetch(urls["isna"] + "/").status == 500
            assert fetch(urls["isna"] + "/_faults").status == 500
            with urllib.request.urlopen(urls["_admin"] + "/_clock", data=b'{"now": null}', timeout=5) as answer:
                assert answer.status == 200
            requests = json.loads(fetch(urls["_admin"] + "/_requests").body)
            assert [request[3] for request in requests] == [404, 500, 500]
        finally:
            process.terminate()
        assert process.wait(timeout=10) == 0


def test_a_taken_port_is_one_clear_line() -> None:
    with samples.serve() as running:
        port = urlsplit(running.urls["isna"]).port
        done = subprocess.run(
            [sys.executable, "-m", "samples", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1 and str(port) in done.stderr and done.stderr.count("\n") == 1
