"""A spider for every outlet, days as people write them, and reports whose sums hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from scrapy import Request

from scrapers.exchange import request_block
from scrapers.outlets import OUTLETS
from scrapers.report import CrawlReport
from scrapers.spider import OutletSpiderLoader, spider_of
from scrapers.tally import Listed, Tally
from scrapers.times import read_day

DAY = date(2023, 10, 7)


@pytest.mark.parametrize("text", ["1402-07-15", "1402/07/15", "1402/7/15", "2023-10-07"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert read_day(text) == DAY


@pytest.mark.parametrize("text", ["1402-07-31", "2023-02-30", "1402-13-01", "1402", "15 Mehr", ""])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a day such as 1402-07-15"):
        read_day(text)


def test_there_is_a_spider_for_every_outlet_and_replica() -> None:
    loader = OutletSpiderLoader({"isna": "http://127.0.1.1:8080"})
    assert loader.list() == [*OUTLETS, "sample_isna"]
    for name in loader.list():
        assert loader.load(name).name == name
    assert loader.load("sample_isna").outlet.base_url == "http://127.0.1.1:8080"
    assert loader.find_by_request(Request("https://www.isna.ir/news/1")) == ["isna"]
    with pytest.raises(KeyError, match="there is no outlet 'nowhere'"):
        loader.load("nowhere")


def test_an_exception_from_verifying_tls_is_the_outlets_alone() -> None:
    strict = spider_of(OUTLETS["isna"]).custom_settings
    lax = spider_of(replace(OUTLETS["isna"], insecure_tls="its chain lacks an intermediate")).custom_settings
    assert strict is not None and strict["DOWNLOAD_VERIFY_CERTIFICATES"] is True
    assert lax is not None and lax["DOWNLOAD_VERIFY_CERTIFICATES"] is False


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"date": "1402-07-15"}, "unknown arguments: date; there are day, mode, province, look_back"),
        ({"mode": "all"}, "mode must be archive or recent"),
        ({"province": "atlantis"}, "isna has no province 'atlantis'"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        spider_of(OUTLETS["isna"])(**arguments)


def report(**changes: Any) -> CrawlReport:
    made: dict[str, Any] = {
        "outlet": "isna",
        "day": DAY,
        "mode": "archive",
        "started_at": datetime(2026, 11, 25, tzinfo=UTC),
        "listings": 1,
    }
    return CrawlReport(**(made | changes))


def test_a_report_that_does_not_add_up_is_refused() -> None:
    with pytest.raises(ValueError, match="3 articles listed, 2 accounted for"):
        report(listed=3, fetched=2, articles=2)
    with pytest.raises(ValueError, match="2 pages got, 1 accounted for"):
        report(listed=2, fetched=2, articles=1)
    with pytest.raises(ValueError, match="3 pages resumed of 2"):
        report(listed=2, fetched=2, articles=2, resumed=3)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"listed": 1, "fetched": 1, "articles": 1}, "complete"),
        ({"listed": 1, "unchanged": 1, "not_articles": 1}, "complete"),
        ({}, "nothing"),
        ({"listed": 2, "other_day": 2}, "nothing"),
        ({"listed": 1, "failed": {"timeout": 1}}, "short"),
        ({"listed": 1, "fetched": 1, "articles": 1, "listings_lost": {"http 500": 1}}, "short"),
        ({"listed": 1, "fetched": 1, "articles": 1, "is_cut": True}, "short"),
        ({"listings": 0, "listings_lost": {"forbidden": 2}}, "forbidden"),
        ({"listings": 0, "listings_lost": {"blocked": 1, "timeout": 1}}, "blocked"),
        ({"listings": 0, "listings_lost": {"timeout": 1}}, "failed"),
    ],
)
def test_the_outcome_says_which_absence_it_is(changes: dict[str, Any], outcome: str) -> None:
    made = report(**changes)
    assert made.outcome == outcome
    assert made.complete is (outcome in ("complete", "nothing"))
    assert CrawlReport.from_json(made.to_json()) == made


@pytest.mark.parametrize(("cause", "times"), [("blocked", 5), ("timeout", 10), ("http 503", 10)])
def test_a_host_is_left_alone_after_so_many_faults_in_a_row_and_a_page_between_starts_anew(
    cause: str, times: int
) -> None:
    tally, listed = Tally(DAY, DAY), Listed(1, "https://www.isna.ir/archive")
    assert [tally.fail(cause, listed) for _ in range(times - 1)] == [0] * (times - 1)
    tally.recover()
    assert [tally.fail(cause, listed) for _ in range(times)] == [0] * (times - 1) + [times]


@pytest.mark.parametrize("cause", ["forbidden", "http 404", "http 429"])
def test_what_concerns_one_address_says_nothing_of_the_host(cause: str) -> None:
    tally, listed = Tally(DAY, DAY), Listed(1, "https://www.isna.ir/archive")
    assert {tally.fail(cause, listed) for _ in range(30)} == {0}


def test_an_article_that_redirects_to_one_already_listed_is_counted_once() -> None:
    tally, listed = Tally(DAY, DAY), Listed(1, "https://www.isna.ir/archive")
    assert [tally.list_article(code, DAY, listed) for code in ("1", "2", "1")] == [True, True, False]
    assert [tally.redirect("1", "1"), tally.redirect("2", "1")] == [True, False]
    totals = tally.totals(must_reach_back=False)
    assert (totals["listed"], totals["duplicates"]) == (1, 2)


def test_feeds_that_do_not_reach_back_are_cut_and_an_archive_is_not() -> None:
    tally = Tally(DAY, DAY)
    tally.list_article("1", DAY, Listed(1, "https://www.isna.ir/rss"))
    assert [tally.totals(must_reach_back=asked)["is_cut"] for asked in (True, False)] == [True, False]


def test_a_request_is_archived_as_it_is_sent() -> None:
    request = Request("https://www.isna.ir?p=1", headers={"If-None-Match": '"a"'})
    assert request_block(request) == b'GET /?p=1 HTTP/1.1\r\nHost: www.isna.ir\r\nIf-None-Match: "a"\r\n\r\n'
