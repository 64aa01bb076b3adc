"""Each family's listings, archives and articles, read over real HTTP from its sample site."""

from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pytest

import samples
from parsing.footer import split_footer
from parsing.text import normalize
from samples.families import FAMILIES
from scrapers.outlet import Outlet, replica
from scrapers.outlets import OUTLETS
from scrapers.page import NotAnArticle, PageError, RawPage, parse_page

# Fars prints a mark on its old pages only; the new site's body is paragraphs alone.
NAMES = tuple(samples.OUTLETS)
ARCHIVED = tuple(name for name in NAMES if OUTLETS[name].archive_url(date(2026, 11, 19)) is not None)
MEDIA = ("photo", "video")


@pytest.fixture(scope="module")
def agencies() -> Iterator[samples.Agencies]:
    with samples.serve(page_size=5) as running:
        yield running


def fetch(outlet: Outlet, url: str) -> RawPage | None:
    """The page at an address as the crawl would archive it; None where the site has none."""
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            body = answer.read()
            return RawPage(
                outlet=outlet.name,
                url=answer.url,
                fetched_at=datetime(2026, 11, 25, tzinfo=UTC),
                status=answer.status,
                content_type=answer.headers["Content-Type"],
                body=body,
                digest=hashlib.sha256(body).hexdigest(),
            )
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
        return None


def address(agencies: samples.Agencies, published: samples.Published) -> str:
    family = FAMILIES[samples.OUTLETS[published.outlet].family]
    return agencies.urls[published.outlet] + quote(family.news_path(published) + "slug")


def sample(agencies: samples.Agencies, name: str) -> Outlet:
    return replica(OUTLETS[name], agencies.urls[name])


def rows_of_day(outlet: Outlet, day: date) -> dict[str | None, Any]:
    """Rows of all archive pages of a day by code, until a page names no new code."""
    rows: dict[str | None, Any] = {}
    for number in range(1, 50):
        url = outlet.archive_url(day, number)
        assert url is not None
        page = fetch(outlet, url)
        new = [] if page is None else [row for row in outlet.read_listing(page).rows if row.code not in rows]
        if not new:
            return rows
        rows |= {row.code: row for row in new}
    raise AssertionError("the archive has no end")


def words(text: str | None) -> str:
    return " ".join(normalize(text or "").split())


@pytest.mark.parametrize("name", ARCHIVED)
def test_the_archive_of_a_day_names_every_article_of_the_day(agencies: samples.Agencies, name: str) -> None:
    outlet = sample(agencies, name)
    days = {article.day for article in samples.articles(name)}
    assert days
    for day in days:
        published = {article.code for article in samples.articles(name, day)}
        listed = {str(code).lstrip("9") if name == "fars" else code for code in rows_of_day(outlet, day)}
        assert published <= listed


@pytest.mark.parametrize("name", NAMES)
def test_feeds_and_sections_name_the_newest_articles_and_the_sidebar_is_not_among_a_sections_rows(
    agencies: samples.Agencies, name: str
) -> None:
    outlet = sample(agencies, name)
    codes: set[str | None] = set()
    for url in outlet.recent_urls():
        page = fetch(outlet, url)
        assert page is not None, url
        listing = outlet.read_listing(page)
        assert listing.rows or listing.children, url
        codes |= {row.code for row in listing.rows}
    newest = samples.articles(name)[-5:]
    assert {article.code for article in newest} <= {str(code).lstrip("9") if name == "fars" else code for code in codes}


@pytest.mark.parametrize("name", NAMES)
def test_an_article_is_read_whole_and_nothing_else_is(agencies: samples.Agencies, name: str) -> None:
    outlet = sample(agencies, name)
    for published in samples.articles(name):
        page = fetch(outlet, address(agencies, published))
        assert page is not None
        if published.kind in MEDIA and not published.paragraphs:
            with pytest.raises(NotAnArticle):
                parse_page(page, outlet)
            continue
        if not published.title.strip():
            with pytest.raises(PageError, match="title"):
                parse_page(page, outlet)
            continue
        article = parse_page(page, outlet)
        body, footer = split_footer(article.body or "")
        # A source printed after the footer leaves the text with it, but is known.
        source = [f"منبع: {published.source}"] if published.source and not published.footer else []
        expected = "\n".join([*published.paragraphs, *source])
        assert words(article.title) == words(published.title)
        assert words(article.kicker) == words(published.kicker), published.code
        if published.outlet != "fars":  # the lead of the new site has no class that stays
            assert words(article.lead) == words(published.lead), published.code
        assert published.source in (None, article.cited_agency)
        assert sorted(words(body).split()) == sorted(words(expected).split()), published.code
        if published.outlet == "irna":  # its codes are of a reporter and an editor, not of the article
            assert footer is None
        else:
            assert ((footer or article.footer) is not None) == bool(published.footer), published.code
        assert article.published == published.published, published.code
        assert article.code == outlet.code_of(page.url)
        assert article.province in (published.province, None)


@pytest.mark.parametrize("name", NAMES)
def test_one_article_has_one_code_at_every_address_that_lists_it(agencies: samples.Agencies, name: str) -> None:
    outlet = sample(agencies, name)
    addresses: dict[str | None, set[str]] = {}
    for url in outlet.recent_urls():
        page = fetch(outlet, url)
        assert page is not None
        for row in outlet.read_listing(page).rows:
            addresses.setdefault(row.code, set()).add(row.url)
    for code, urls in addresses.items():
        assert {outlet.code_of(url) for url in urls} == {code}
