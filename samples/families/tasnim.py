"""Tasnim's own engine, with its malformed list of times and its unclosed link before the body."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from samples.families.markup import XML, body_blocks, footer_of, is_of, linked, render, table, whole
from samples.jalali import LATIN_DIGITS, clock, long_day, parts, read_day
from samples.published import Published
from samples.view import Page, View

SERVICES = {"67": "کرمان", "48": "آذربایجان غربی", "49": "اردبیل", "53": "بوشهر"}
"""The services of provinces that are known by number; 6 is all provinces."""


def answer(view: View, path: str, query: Mapping[str, str]) -> Page | None:
    """Return the page at a decoded path, or None where the site has none."""
    match path.strip("/").split("/"):
        case [""] | ["fa"]:
            return _list(view, view.outlet.title, view.latest(view.page_size * 3), 1, is_last=True)
        case ["fa", "archive"]:
            number = max(whole(query.get("page", ""), 1), 1)
            day = read_day(query.get("date", ""))
            if day is None:
                return _list(view, "آرشیو", view.section_page(number), number, is_last=False)
            rows, pages = view.archive_page(number, day, day)
            return _list(view, "آرشیو", rows, number, is_last=number >= pages)
        case ["fa", "service", service, *_]:
            number = max(whole(query.get("page", ""), 1), 1)
            rows = view.section_page(number, is_of(SERVICES.get(service)))
            return _list(view, "استان‌ها", rows, number, is_last=len(rows) < view.page_size)
        case ["fa", "news", _, _, _, code, *_]:
            return _article(view, code)
        case ["fa", "rss", "feed", *_]:
            return Page(body=render("rss.xml", view, rows=view.latest(50), path=news_path), content_type=XML)
        case ["robots.txt"]:
            return Page(body=render("tasnim_robots.txt", view), content_type="text/plain; charset=utf-8")
        case [code] if (found := view.find(code)) is not None:
            return Page(body="", status=302, location=view.base + news_path(found))
    return None


def news_path(article: Published) -> str:
    """Return the path of an article, which holds the Jalali day, up to its slug."""
    year, month, day = parts(article.day)
    return f"/fa/news/{year}/{month:02}/{day:02}/{article.code}/"


def printed_time(article: Published) -> str:
    """Return the time as the page prints it: in Latin digits on some pages, in Persian ones on others."""
    text = f"{long_day(article.published)} - {clock(article.published)}"
    return text if int(article.code[-1]) % 2 else text.translate(LATIN_DIGITS)


def body(view: View, article: Published, related: list[Published]) -> Markup:
    """Return the inside of `div.story`: the hidden category, paragraphs, and links to other stories between them."""
    blocks: list[Markup] = []
    footer = footer_of(view, article)
    glued = f" {footer}" if footer and article.footer_form == "glued" else ""
    for index, (kind, content) in enumerate(body_blocks(article)):
        if kind == "table":
            blocks.append(table(content))
            continue
        text = linked(content, "خبرگزاری تسنیم", "/") if index == 0 else escape(content)
        end = glued if content == article.paragraphs[-1] else ""
        blocks.append(Markup('<p dir="RTL" style="text-align:right">{}{}</p>').format(text, end))
        if index == 1 and related:
            blocks.append(
                Markup(
                    '<div class="markup-container readmore-container"><a href="http://tn.ai/{}">{}</a></div>'
                ).format(related[0].code, related[0].title)
            )
    if footer and not glued:
        blocks.append(Markup('<p dir="RTL" style="text-align:right">{}</p>').format(footer))
    return Markup("\n").join([*blocks, Markup("<p>&nbsp;</p>"), Markup('<div class="clearfix"></div>')])


def _article(view: View, code: str) -> Page | None:
    found = view.find(code)
    if found is None:
        return None
    others = [row for row in view.latest(6) if row.code != code]
    text = render(
        "tasnim_article.html",
        view,
        article=found,
        body=body(view, found, others),
        dates="no_dates" not in view.faults,
        printed_time=printed_time(found),
        path=news_path,
        sidebar=others,
    )
    return Page(body=text, modified=found.updated or found.published)


def _list(view: View, heading: str, rows: list[Published], number: int, *, is_last: bool) -> Page:
    text = render(
        "tasnim_list.html",
        view,
        heading=heading,
        rows=rows,
        number=number,
        is_last=is_last,
        path=news_path,
        time_of=printed_time,
        sidebar=view.latest(6),
    )
    return Page(body=text)
