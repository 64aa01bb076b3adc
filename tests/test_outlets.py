"""What holds of every declared outlet, and what a declaration refuses."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import chain

import pytest
from selectolax.lexbor import LexborHTMLParser

from scrapers.markup import Layout
from scrapers.outlet import Outlet, replica
from scrapers.outlets import OUTLETS
from scrapers.places import PROVINCES

PROVINCIAL = [outlet for outlet in OUTLETS.values() if outlet.province is not None]
LAYOUTS = {layout.name: layout for outlet in OUTLETS.values() for layout in (*outlet.layouts, *outlet.family.layouts)}


def test_outlets_of_every_family_are_declared_and_ten_are_provincial() -> None:
    families = Counter(outlet.family.name for outlet in OUTLETS.values())
    assert set(families) == {"nastooh", "iransamaneh", "asam", "tasnim", "fars", "wordpress", "item-page"}
    assert len(OUTLETS) >= 30
    assert len(PROVINCIAL) >= 10
    assert sum(outlet.province == "lorestan" for outlet in PROVINCIAL) >= 3


@pytest.mark.parametrize("outlet", OUTLETS.values(), ids=lambda outlet: outlet.name)
def test_an_outlet_can_be_looked_at_and_owns_what_it_asks_for(outlet: Outlet) -> None:
    asked = [*outlet.recent_urls(), *filter(None, [outlet.archive_url(date(2026, 11, 19))])]
    asked += chain.from_iterable(outlet.recent_urls(province) for province in outlet.provinces)
    assert asked
    assert all(outlet.owns(url) for url in asked)
    assert all(url.isascii() for url in asked)
    assert outlet.base_url.startswith("https://")


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda layout: layout.name)
def test_every_selector_of_a_layout_compiles(layout: Layout) -> None:
    tree = LexborHTMLParser("<html><body><p>متن</p></body></html>")
    for selectors in (
        layout.container, layout.kicker, layout.title, layout.lead, layout.body, layout.published, layout.code,
        layout.section, layout.tags, layout.reporter, layout.dateline, layout.image, layout.drop,
    ):  # fmt: skip
        for selector in selectors:
            tree.css(selector)


@pytest.mark.parametrize(
    ("url", "is_owned"),
    [
        ("https://www.isna.ir/news/1404042616251", True),
        ("http://isna.ir/", True),
        ("https://isna.ir:443/", True),
        ("https://isna.ir:8080/", False),
        ("https://notisna.ir/", False),
        ("https://isna.ir.example.com/", False),
        ("https://user@isna.ir/", False),
        ("ftp://isna.ir/", False),
        ("file:///etc/passwd", False),
        ("http://127.0.0.1/", False),
        ("https://isna.ir:port/", False),
    ],
)
def test_an_outlet_owns_its_hosts_over_http_and_nothing_else(url: str, is_owned: bool) -> None:
    assert OUTLETS["isna"].owns(url) is is_owned


def test_a_replica_owns_its_one_loopback_address_alone() -> None:
    sample = replica(OUTLETS["isna"], "http://127.0.1.1:4000")
    assert sample.owns("http://127.0.1.1:4000/news/1")
    assert not sample.owns("http://127.0.1.1:4001/news/1")
    assert not sample.owns("https://www.isna.ir/news/1")
    assert sample.name == "sample_isna"


def test_a_declaration_names_all_its_faults_at_once() -> None:
    with pytest.raises(ValueError, match="lower-case") as caught:
        replace(OUTLETS["isna"], name="ISNA", base_url="ftp://isna.ir", feeds=("rss",), province="atlantis", delay=-1.0)
    for fault in ("base_url", "rss", "atlantis", "delay"):
        assert fault in str(caught.value)


def test_provinces_are_known_by_slugs_that_every_outlet_shares() -> None:
    assert len(PROVINCES) == 31
    assert "lorestan" in PROVINCES
    assert OUTLETS["irna"].archive_url(date(2026, 11, 19), 2, "lorestan") == (
        "https://www.irna.ir/archive?pi=2&ms=0&dy=28&mn=8&yr=1405&tp=1032"
    )
    assert OUTLETS["mehr"].archive_url(date(2026, 11, 19), 1, "lorestan") is None
