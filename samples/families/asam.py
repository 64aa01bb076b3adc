"""Asam (aasaam): ILNA. It has sections and a feed; a dated archive of ILNA is not evidenced, so there is none."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup

from samples.families.markup import XML, body_blocks, footer_of, is_of, render, slug, table, whole
from samples.outlets import PROVINCES
from samples.published import Published
from samples.view import Page, View

SECTION = "استان-ها"
SECTION_ID = "15"
FEED_ROWS = 100


def answer(view: View, path: str, query: Mapping[str, str]) -> Page | None:
    """Return the page at a decoded path, or None where the site has none."""
    parts = path.strip("/").split("/")
    match parts:
        case [""]:
            return _list(view, view.outlet.title, view.latest(view.page_size * 3), 1, is_last=True)
        case ["feeds"]:
            return Page(body=render("rss.xml", view, rows=view.latest(FEED_ROWS), path=feed_path), content_type=XML)
        case ["newsstudios", "archive"]:
            number = max(whole(query.get("curp", ""), 1), 1)
            rows = view.section_page(number)
            return _list(view, "آرشیو", rows, number, is_last=len(rows) < view.page_size)
        case ["fa", "tiny" | "amp", name] if name.startswith("news-"):
            found = view.find(name.removeprefix("news-"))
            return None if found is None else Page(body="", status=302, location=view.base + feed_path(found))
        case ["robots.txt"]:
            return Page(body=render("asam_robots.txt", view), content_type="text/plain; charset=utf-8")
        case [section] if section.startswith("بخش-"):
            province = next((name for name in PROVINCES if f"-{name}-" in section), None)
            return _list(view, "استان ها", view.latest(FEED_ROWS, is_of(province)), 1, is_last=True)
        case [section, name] if section.startswith("بخش-"):
            return _article(view, name.partition("-")[0])
    return None


def news_path(article: Published) -> str:
    """Return the path of an article up to the slug that follows its number."""
    return f"/بخش-{SECTION}-{SECTION_ID}/{article.code}-"


def feed_path(article: Published) -> str:
    """Return that path percent-encoded, as a feed or a redirect must have it."""
    return quote(news_path(article))


def body(view: View, article: Published) -> Markup:
    """Return the inside of `#echo_detail`."""
    blocks = [
        table(content) if kind == "table" else Markup('<p style="text-align:justify">{}</p>').format(content)
        for kind, content in body_blocks(article)
    ]
    if footer := footer_of(view, article):
        blocks.append(Markup("<p>{}</p>").format(footer))
    if article.source:
        blocks.append(Markup("<p>منبع: {}</p>").format(article.source))
    player = Markup('<div class="player"><script>tavoos_init_player("{}");</script></div>').format(article.code)
    return Markup("\n").join([*blocks, player])


def _article(view: View, code: str) -> Page | None:
    found = view.find(code)
    if found is None:
        return None
    text = render(
        "asam_article.html",
        view,
        article=found,
        body=body(view, found),
        dates="no_dates" not in view.faults,
        path=news_path,
        encoded_path=feed_path,
        section=f"/بخش-{SECTION}-{SECTION_ID}",
        sidebar=view.latest(6),
    )
    return Page(body=text, modified=found.updated or found.published)


def _list(view: View, heading: str, rows: list[Published], number: int, *, is_last: bool) -> Page:
    text = render(
        "asam_list.html",
        view,
        heading=heading,
        rows=rows,
        number=number,
        is_last=is_last,
        path=news_path,
        encoded_path=feed_path,
        sidebar=view.latest(6),
        long_slug=slug,
    )
    return Page(body=text)
