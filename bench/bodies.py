"""How whole the bodies of real articles are read: words kept, junk let in, footers found, per site.

    python -m bench.bodies FILE     articles_html.jsonl.gz or its folder, else DABIR_CORPUS; lines of site, title, html

Each body is put into the container of its site's family and read by the code that reads pages. What a reader sees of
it is taken independently, by lxml over the whole of it. The last line is `bodies ratio=R floor=0.995`: the share of
visible words kept.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from parsing.footer import split_footer
from parsing.letters import fold
from scrapers.families import asam, iransamaneh, nastooh
from scrapers.outlet import Family, Outlet
from scrapers.outlets import OUTLETS
from scrapers.page import PageError, RawPage, parse_page

FILE = "articles_html.jsonl.gz"
FLOOR = 0.995
FETCHED = datetime(2026, 1, 1, tzinfo=UTC)

# What stands around a body on a page of each layout.
AROUND = {
    "nastooh": '<article id="item"><div class="item-title"><h1 class="title">{}</h1></div>'
    '<div class="item-text" itemprop="articleBody">{}</div></article>',
    "nastooh-isna": '<article id="item"><h1 class="first-title" itemprop="headline">{}</h1>'
    '<div class="item-text" itemprop="articleBody">{}</div></article>',
    "iransamaneh": '<article><h1 class="title">{}</h1><div class="body">{}</div></article>',
    "iransamaneh-yjc": '<div class="news-box"><h1 class="title-news">{}</h1><div class="baznashr-body">{}</div></div>',
    "asam": '<article><h1 class="title">{}</h1><div id="echo_detail">{}</div></article>',
    "tasnim": '<article class="single-news"><h1 class="title">{}</h1><div class="story">{}</div></article>',
}
# Sites without a declaration of their own, by the family that a wide set of crawler configurations puts them in.
FAMILIES: dict[str, Family] = {
    "shabestan.ir": nastooh.FAMILY,
    "kurdpress.com": nastooh.FAMILY,
    "khabarfoori.com": asam.FAMILY,
}
# Footers found in 2019 (the tally of 7,500 + 2,572 articles): site -> the least number to be found.
FOOTERS = {
    "isna.ir": 345,
    "yjc.ir": 141,
    "tasnimnews.com": 39,
    "mizanonline.com": 34,
    "iqna.ir": 11,
    "ana.ir": 27,
    "iscanews.ir": 59,
    "icana.ir": 29,
    "qodsna.com": 13,
    "fa.abna24.com": 30,
    "defapress.ir": 10,
    "hawzahnews.com": 6,
}
# Sites that print none; a footer found here was invented. One in 1,664 of a site's was a real one in a copied text.
FOOTERLESS = frozenset(
    """mehrnews.com shabestan.ir khabaronline.ir mashreghnews.ir irna.ir borna.news kurdpress.com iribnews.ir irinn.ir
    pana.ir ilna.ir snn.ir tabnak.ir imna.ir entekhab.ir fararu.com aryanews.com 598.ir ibna.ir mojnews.com
    khabarfoori.com""".split()  # noqa: SIM905
)
# What no reader sees, and the boxes that are listed as junk: related stories, players, hidden categories, furniture.
UNSEEN = (
    "script style noscript template iframe object embed video audio svg form button input select textarea".split()  # noqa: SIM905
)
JUNK_CLASSES = frozenset(
    """hidden wrapper hideTag readmore-container videojs-main-container video-share-code copy-button path_bottom_body
    gallery det-1 parent-lead-img related-items bs-irp jwplayer short-link-container share_news""".split()  # noqa: SIM905
)
RELATED = "بیشتر بخوانید"
JUNK_LINES = (
    "کد ویدیو",
    "دانلود فیلم اصلی",
    "مرورگر شما از ویدئو پشتیبانی نمی‌کند",
    RELATED,
    "کپی شد",
)


@dataclass(slots=True)
class Site:
    articles: int = 0
    words: int = 0
    kept: int = 0
    junk: int = 0
    footers: int = 0
    unread: int = 0
    lost: Counter[str] = field(default_factory=Counter)


def outlet_of(site: str) -> Outlet:
    """The declared outlet of a site; for others one of the family that its markup is of."""
    for outlet in OUTLETS.values():
        if outlet.owns(f"https://{site}/"):
            return outlet
    family = FAMILIES.get(site, iransamaneh.FAMILY)
    return replace(
        OUTLETS["tabnak"],
        name="other",
        title=site,
        family=family,
        hosts=(site,),
        base_url=f"https://{site}",
        layouts=(),
    )


def page_of(outlet: Outlet, row: dict[str, Any]) -> RawPage:
    layout = (outlet.layouts or outlet.family.layouts)[0].name
    text = AROUND[layout].format(escape(row["title"] or "-"), row["html"])
    return RawPage(
        outlet=outlet.name,
        url=f"{outlet.base_url}/",
        fetched_at=FETCHED,
        status=200,
        content_type="text/html; charset=utf-8",
        body=f"<!DOCTYPE html><html><body>{text}</body></html>".encode(),
        digest="",
    )


def visible_words(body: str) -> Counter[str]:
    """The words of a body as a reader sees them, without the boxes that are listed as junk."""
    tree = lxml_html.fragment_fromstring(body, create_parent="div")
    for element in list(tree.iter()):
        is_share_box = str(element.get("id") or "").startswith("news-meta")
        is_junk = is_share_box or bool(JUNK_CLASSES & set(_classes(element)))
        is_unseen = not isinstance(element.tag, str) or element.tag in UNSEEN
        if (is_unseen or is_junk) and element.getparent() is not None:
            element.drop_tree()
    _drop_related(tree)
    for element in tree.iter():
        element.tail = " " + (element.tail or "") if element.tag in _BREAKS else element.tail
        element.text = " " + (element.text or "") if element.tag in _BREAKS else element.text
    return Counter(filter(None, (fold(word) for word in tree.text_content().split())))


_BREAKS = frozenset(("p", "br", "div", "li", "td", "th", "tr", "h1", "h2", "h3", "h4", "ul", "table", "blockquote"))


def _drop_related(tree: Any) -> None:
    """Drop «بیشتر بخوانید» and the blocks that are links alone after it: related stories, listed as junk."""
    after = False
    for element in list(tree.iter("p", "h2", "h3", "h4", "li", "div")):
        if element is tree or any(child.tag in _BREAKS - {"br"} for child in element):
            continue
        text = "".join(element.text_content().split())
        linked = "".join("".join(link.text_content().split()) for link in element.iter("a"))
        starts = text.startswith(RELATED.replace(" ", ""))
        if starts or (after and text and text == linked):
            after = True
            element.drop_tree()
        elif text:
            after = False


def _classes(element: Any) -> list[str]:
    return str(element.get("class") or "").split()


def main() -> int:
    """Print the table; 1 where a line falls short."""
    parser = argparse.ArgumentParser(prog="python -m bench.bodies", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", default=os.environ.get("DABIR_CORPUS", "../shared/corpus"))
    given = parser.parse_args().file
    path = Path(given) / FILE if Path(given).is_dir() else Path(given)
    if not path.is_file():
        print(f"no bodies: {path} is not a file; give {FILE} or its folder as the argument or in DABIR_CORPUS")
        return 2
    sites: dict[str, Site] = {}
    for row in _rows(path):
        site = sites.setdefault(row["site"], Site())
        outlet = outlet_of(row["site"])
        site.articles += 1
        wanted = visible_words(row["html"])
        if not wanted:
            continue
        site.words += wanted.total()
        try:
            article = parse_page(page_of(outlet, row), outlet)
        except PageError as error:
            site.unread += 1
            site.lost[error.reason] += wanted.total()
            continue
        printed = "\n".join(filter(None, (article.body, article.footer.text if article.footer else None)))
        got = Counter(filter(None, (fold(word) for word in printed.split())))
        site.kept += (wanted & got).total()
        site.lost.update(wanted - got)
        site.junk += sum(line.strip().startswith(JUNK_LINES) for line in printed.splitlines())
        site.footers += split_footer(article.body or "")[1] is not None
    return _report(sites)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _report(sites: dict[str, Site]) -> int:
    print(f"{'site':<18}{'articles':>9}{'words':>9}{'kept':>9}{'junk':>6}{'footers':>9}{'least':>7}  verdict")
    has_failed = False
    for name, site in sorted(sites.items(), key=lambda item: -item[1].articles):
        share = site.kept / site.words if site.words else 1.0
        least = FOOTERS.get(name)
        faults = []
        if share < FLOOR:
            faults.append(f"words lost: {dict(site.lost.most_common(4))}")
        if site.junk:
            faults.append("junk")
        if least is not None and site.footers < least:
            faults.append("footers missed")
        if name in FOOTERLESS and site.footers:
            faults.append("footers invented")
        has_failed = has_failed or bool(faults)
        shown = "none" if name in FOOTERLESS else str(least or "")
        print(
            f"{name:<18}{site.articles:>9}{site.words:>9}{share:>9.4f}{site.junk:>6}{site.footers:>9}{shown:>7}  "
            + ("; ".join(faults) or "ok")
        )
    ratio = sum(site.kept for site in sites.values()) / sum(site.words for site in sites.values())
    print(f"bodies ratio={ratio:.4f} floor={FLOOR}")
    return 1 if has_failed or ratio < FLOOR else 0


if __name__ == "__main__":
    sys.exit(main())
