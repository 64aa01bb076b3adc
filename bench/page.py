"""`parse_page` beside BeautifulSoup over lxml on the whole page, on synthetic 90 KB pages, in one run.

    python -m bench.page

Both read title, kicker, lead, body, metas, canonical link and tags. The last line is `page ratio=R floor=15`.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

from bs4 import BeautifulSoup

import samples
from scrapers.outlets import OUTLETS
from scrapers.page import RawPage, parse_page

PAGES = 60
ROUNDS = 9
FLOOR = 15
# What a page of an agency weighs; the article is a twentieth of it, the rest is menus, teasers, styles and scripts.
PAGE_BYTES = 90_000
TEASERS = 38
BODY_CHARACTERS = 2_000  # the mean of 13,509 real bodies is 2,100, in 9 paragraphs
CHARACTERS_A_WORD = 5
PARAGRAPHS = 9

FILLING = "<!--filling-->"

MEHR = OUTLETS["mehr"]


def page(published: samples.Published, choose: random.Random) -> RawPage:
    """A page of Mehr's markup, as heavy as real ones, around an authored article."""
    whole = " ".join(published.paragraphs)
    words = (whole.split() * (1 + BODY_CHARACTERS // len(whole)))[: BODY_CHARACTERS // CHARACTERS_A_WORD]
    cut = len(words) // PARAGRAPHS + 1
    texts = [" ".join(words[start : start + cut]) for start in range(0, len(words), cut)]
    paragraphs = "".join(f"<p>{escape(text)}</p>" for text in texts)

    def some(count: int) -> str:
        return escape(" ".join(choose.choices(words, k=count)))

    # A row as the real listing of the family has it: picture, kicker, title, lead and time, each a link.
    teasers = "".join(
        f'<li class="news" data-conf="{{}}"><figure><a href="/news/{7_000_000 + i}/x" title="۴ روز قبل">'
        f'<img src="https://media.mehrnews.com/d/2026/11/19/1/{i}.jpg" loading="lazy" alt=""></a></figure>'
        f'<div class="desc"><h4><a href="/news/{7_000_000 + i}/x">{some(4)}:</a></h4>'
        f'<h3><a href="/news/{7_000_000 + i}/x" title="۴ روز قبل">{some(9)}</a></h3><p>{some(14)}</p>'
        f'<time title="سه‌شنبه ۱۷ بهمن ۱۴۰۲ - ۲۱:۴۰"><a href="/news/{7_000_000 + i}/x">۴ روز قبل</a></time></div></li>'
        for i in range(TEASERS)
    )
    head = (
        '<meta property="article:published_time" content="2026-11-19T08:00:00Z">'
        '<meta name="nastooh:newsType" content="1">'
        f'<meta property="og:url" content="https://www.mehrnews.com/news/{published.code}/x">'
    )
    article = (
        '<article id="item"><div class="item-header"><div class="item-title">'
        f'<h1 class="title">{escape(published.title)}</h1></div></div>'
        f'<div class="item-summary"><p class="summary introtext">{escape(published.lead or "-")}</p></div>'
        f'<div class="item-text" itemprop="articleBody">{paragraphs}</div></article>'
    )
    frame = (
        f"<!DOCTYPE html><html><head>{head}{FILLING}</head><body><nav>{teasers}</nav><main>{article}</main>"
        f"<aside>{teasers}</aside></body></html>"
    )
    filling = PAGE_BYTES - len(frame.encode())
    script = "".join(choose.choices("abcdefghijklmnop(){};=.,", k=max(filling // 2, 0)))
    style = ".a{color:#000;margin:0 1px}" * max(filling // 60, 0)
    body = frame.replace(
        FILLING, f"<style>{style}</style><script>var x='{script.replace(chr(39), '')}'</script>"
    ).encode()
    return RawPage(
        outlet="mehr",
        url=f"https://www.mehrnews.com/news/{published.code}/x",
        fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
        status=200,
        content_type="text/html; charset=utf-8",
        body=body,
        digest=hashlib.sha256(body).hexdigest(),
    )


def with_parse_page(raw: RawPage) -> tuple[str, str]:
    article = parse_page(raw, MEHR)
    return article.title or "", "".join((article.body or "").split())


def with_beautifulsoup(raw: RawPage) -> tuple[str, str]:
    soup = BeautifulSoup(raw.body, "lxml")
    title, lead, body = (soup.select_one(css) for css in ("h1.title", "p.introtext", "div.item-text"))
    assert title is not None and lead is not None and body is not None
    metas = {str(meta.get("property") or meta.get("name")): meta.get("content") for meta in soup.find_all("meta")}
    assert metas["article:published_time"] and metas["og:url"]
    soup.find("link", rel="canonical")
    soup.find(class_="kicker")
    soup.find_all("a", rel="tag")
    lead.get_text(" ", strip=True)
    paragraphs = "\n".join(paragraph.get_text(" ", strip=True) for paragraph in body.find_all("p"))
    return title.get_text(" ", strip=True), "".join(paragraphs.split())


def pages_per_second(read: Callable[[RawPage], tuple[str, str]], pages: list[RawPage]) -> float:
    began = time.process_time()
    for raw in pages:
        read(raw)
    return len(pages) / (time.process_time() - began)


def main() -> int:
    """Print the table and the ratio; 1 where it is under the floor."""
    argparse.ArgumentParser(prog="python -m bench.page", description=(__doc__ or "").splitlines()[0]).parse_args()
    choose = random.Random(14050828)
    published = [article for article in samples.articles() if len(article.paragraphs) > 1 and article.title.strip()]
    pages = [page(published[i % len(published)], choose) for i in range(PAGES)]
    for raw in pages:
        assert with_parse_page(raw) == with_beautifulsoup(raw), raw.url
    print(f"{PAGES} pages of {statistics.mean(len(raw.body) for raw in pages) / 1000:.0f} KB; pages per CPU-second")
    print(f"{'round':>5} {'BeautifulSoup':>14} {'parse_page':>11} {'ratio':>6}")
    ratios = []
    for number in range(1, ROUNDS + 1):
        slow, fast = pages_per_second(with_beautifulsoup, pages), pages_per_second(with_parse_page, pages)
        ratios.append(fast / slow)
        print(f"{number:>5} {slow:>14.0f} {fast:>11.0f} {ratios[-1]:>6.1f}")
    ratio = statistics.median(ratios)
    print(f"page ratio={ratio:.1f} floor={FLOOR}")
    return 0 if ratio >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
