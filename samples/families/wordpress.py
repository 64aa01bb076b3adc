"""WordPress with a Persian news theme: Kerman No."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from markupsafe import Markup

from samples.families.markup import XML, body_blocks, footer_of, is_of, province_of, render, table, whole
from samples.jalali import day_of
from samples.published import Published
from samples.view import Page, View


def answer(view: View, path: str, query: Mapping[str, str]) -> Page | None:
    """Return the page at a decoded path, or None where the site has none."""
    match path.strip("/").split("/"):
        case [""] if (found := view.find(query.get("p", ""))) is not None:
            return Page(body="", status=301, location=view.base + news_path(found))
        case [""]:
            return _list(view, view.outlet.title, 1, "", province=None)
        case ["page", number]:
            return _list(view, view.outlet.title, whole(number, 1), "", province=None)
        case ["category" | "tag" as kind, section]:
            return _list(view, section, 1, f"/{kind}/{section}", province_of(section))
        case ["category" | "tag" as kind, section, "page", number]:
            return _list(view, section, whole(number, 1), f"/{kind}/{section}", province_of(section))
        case ["feed"] | ["category", _, "feed"]:
            return Page(body=render("rss.xml", view, rows=view.latest(50), path=news_path), content_type=XML)
        case ["robots.txt"]:
            return Page(body=render("wordpress_robots.txt", view), content_type="text/plain; charset=utf-8")
        case [year, month, day, *rest] if year.isascii() and year.isdigit() and len(year) == 4:
            page_number = whole(rest[1], 1) if len(rest) == 2 and rest[0] == "page" else 1
            return _day(view, whole(year, 0), whole(month, 0), whole(day, 0), page_number)
        case [code, *_] if (found := view.find(code)) is not None:
            return _article(view, found)
    return None


def news_path(article: Published) -> str:
    """Return the path of an article up to its slug."""
    return f"/{article.code}/"


def body(view: View, article: Published) -> Markup:
    """Return the inside of `.entry-content`, with the theme's box of related posts in the middle."""
    blocks = [
        table(content) if kind == "table" else Markup("<p>{}</p>").format(content)
        for kind, content in body_blocks(article)
    ]
    footer = footer_of(view, article)
    if footer and article.footer_form == "glued":
        blocks[-1] = Markup("<p>{} {}</p>").format(article.paragraphs[-1], footer)
    elif footer:
        blocks.append(Markup("<p>{}</p>").format(footer))
    if article.source:
        blocks.append(Markup("<p>منبع: {}</p>").format(article.source))
    others = [row for row in view.latest(3) if row.code != article.code]
    if others and len(blocks) > 2:
        box = Markup(
            '<div class="bs-irp left"><div class="bs-irp-heading">بیشتر بخوانید</div><a href="{}">{}</a></div>'
        )
        blocks.insert(2, box.format(news_path(others[0]), others[0].title))
    return Markup("\n").join(blocks)


def _article(view: View, found: Published) -> Page:
    text = render(
        "wordpress_article.html",
        view,
        article=found,
        body=body(view, found),
        dates="no_dates" not in view.faults,
        path=news_path,
        sidebar=view.latest(6),
    )
    return Page(body=text, modified=found.updated or found.published)


def _list(view: View, heading: str, number: int, prefix: str, province: str | None) -> Page | None:
    rows = view.section_page(max(number, 1), is_of(province))
    if not rows and number > 1:
        return None
    following = view.section_page(number + 1, is_of(province))
    return _shown(view, heading, rows, number, prefix, is_last=not following)


def _day(view: View, year: int, month: int, day: int, number: int) -> Page | None:
    # Sites with a Jalali plugin number the days of that calendar, others of the Gregorian one.
    try:
        wanted = day_of(year, month, day) if year < 1700 else date(year, month, day)
    except ValueError:
        return None
    if wanted is None:
        return None
    rows, pages = view.archive_page(number, wanted, wanted)
    if not rows:
        return None
    prefix = f"/{year}/{month:02}/{day:02}"
    return _shown(view, f"{year}/{month}/{day}", rows, number, prefix, is_last=number >= pages)


def _shown(view: View, heading: str, rows: list[Published], number: int, prefix: str, *, is_last: bool) -> Page:
    text = render(
        "wordpress_list.html",
        view,
        heading=heading,
        rows=rows,
        number=number,
        prefix=prefix,
        is_last=is_last,
        path=news_path,
        sidebar=view.latest(6),
    )
    return Page(body=text)
