"""Nastooh Saba Newsroom, with ISNA's own theme and the plain one of Mehr and IRNA."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from markupsafe import Markup, escape

from samples.families.markup import XML, body_blocks, footer_of, is_of, linked, province_of, render, table, whole
from samples.jalali import day_of, tehran_day
from samples.outlets import CITIES
from samples.published import Published
from samples.view import Page, View

IRNA_TOPICS = {"1032": "لرستان", "1003": "اصفهان", "1031": "گیلان", "1027": "کرمان", "1033": "مازندران"}
TYPES = {"1": "news", "2": "photo", "3": "video"}
DESK_CODES = {"لرستان": "۹۹۰۳/۶۱۸۵", "اصفهان": "۲۰۹۹* ۶۰۱۸", "گیلان": "غ / ک / ۶۰۲۲", "کرمان": "۳۲۱۰/۷۲۷۳"}
"""IRNA articles of the old habit end in such codes of reporter and editor, never in a marker."""


def answer(view: View, path: str, query: Mapping[str, str]) -> Page | None:
    """Return the page at a decoded path, or None where the site has none."""
    match path.strip("/").split("/"):
        case [""] | ["service", *_] | ["tag", *_]:
            return _section(view, path, query)
        case ["archive", *_] | ["page", "archive.xhtml"]:
            return _archive(view, query)
        case ["news" | "photo" | "video" | "live" | "media" | "xnews" as kind, code, *slug]:
            return _article(view, kind, code, slug)
        case ["amp", code] if (found := view.find(code)) is not None:
            return Page(body=render("nastooh_amp.html", view, article=found), modified=found.updated or found.published)
        case ["rss" | "rss-homepage"]:
            return Page(body=render("rss.xml", view, rows=view.latest(30), path=news_path), content_type=XML)
        case ["rss", "tp" | "pl", topic]:
            rows = view.latest(30, _topic(view, topic))
            return Page(body=render("rss.xml", view, rows=rows, path=news_path), content_type=XML)
        case ["sitemap", "news", "sitemap.xml"]:
            rows = view.latest(100)
            return Page(body=render("news_sitemap.xml", view, rows=rows, path=news_path), content_type=XML)
        case ["sitemap", "all", "sitemap.xml"]:
            first = view.authored[-1].day if view.authored else tehran_day(view.now)
            days = [
                tehran_day(view.now) - timedelta(days=back) for back in range((tehran_day(view.now) - first).days + 1)
            ]
            return Page(body=render("sitemap_index.xml", view, days=days), content_type=XML)
        case ["sitemap", "all", name] if name.endswith(".xml"):
            return _day_sitemap(view, name)
        case ["robots.txt"]:
            return Page(body=render("nastooh_robots.txt", view), content_type="text/plain; charset=utf-8")
    return None


def news_path(article: Published) -> str:
    """Return the path of an article up to its slug; photo items too are listed under /news/."""
    return f"/news/{article.code}/"


def dateline(view: View, article: Published) -> str:
    """Return what stands before the lead: where the story is from, as the outlet writes it."""
    city = article.city or CITIES.get(article.province or "", "")
    match view.outlet.name:
        case "isna":
            return f"ایسنا/{article.province} " if article.province else ""
        case "irna":
            return f"{city} - ایرنا - " if city else ""
        case _:
            return f"{city}- " if city else ""


def body(view: View, article: Published) -> Markup:
    """Return the article's body as this CMS stores it: nearly pure paragraphs, with its junk between them."""
    own = {"isna": "ایسنا", "irna": "ایرنا"}.get(view.outlet.name, "خبرنگار مهر")
    serial = int(article.code[-1])
    lines: list[Markup] = []
    tables: list[int] = []
    for index, (kind, content) in enumerate(body_blocks(article)):
        if kind == "table":
            tables.append(len(lines))
            lines.append(table(content))
        else:
            lines.append(linked(content, own, "/", "saba-backlink") if index == 0 else escape(content))
    if view.outlet.name == "irna" and "no_footer" not in view.faults and serial % 2 == 0 and article.province:
        lines.append(escape(DESK_CODES.get(article.province, "۶۱۰۱")))
    footer = footer_of(view, article)
    if footer and article.footer_form == "glued":
        lines[-1] += escape(f" {footer}")
    elif footer:
        lines.append(Markup("<br /> ") + escape(footer) if serial % 4 == 1 else escape(footer))
    if article.caption:
        lines.append(escape(article.caption))
    blocks = [
        line if index in tables else Markup('<p style="text-align:justify">{}</p>').format(line)
        for index, line in enumerate(lines)
    ]
    if serial % 3 == 0:
        blocks.insert(1, Markup("<p>&nbsp;</p>"))
    return Markup("\n").join(blocks)


def _article(view: View, kind: str, code: str, slug: list[str]) -> Page | None:
    found = view.find(code)
    if found is None or (view.outlet.name == "irna" and not slug):
        return None
    name = "isna_article.html" if view.outlet.name == "isna" else "nastooh_article.html"
    text = render(
        name,
        view,
        article=found,
        body=body(view, found),
        dateline=dateline(view, found),
        dates="no_dates" not in view.faults,
        related=[row for row in view.latest(6) if row.code != code][:4],
        sidebar=view.latest(10),
        desk=found.province or "استان‌ها",
    )
    return Page(body=text, modified=found.updated or found.published)


def _archive(view: View, query: Mapping[str, str]) -> Page:
    number = whole(query.get("pi", ""), 1)
    year, month, day = (whole(query.get(name, ""), 0) for name in ("yr", "mn", "dy"))
    first = last = day_of(year, month, day)
    if last is None and year and month and not day:
        first, last = day_of(year, month, 1), _month_end(year, month)
    keep = _kept(view, query)
    if first is None or last is None:
        # A day that the calendar lacks, or none at all: the site forgets the date and lists the newest items.
        rows, pages = view.section_page(number, keep), number + 1
    else:
        rows, pages = view.archive_page(number, first, last, keep)
        if view.outlet.past_end == "older":
            pages = max(pages, number + 1)  # nothing on such a site says that the day is over
    return _list(view, "آرشیو", rows, number, pages, {**query, "yr": str(year), "mn": str(month), "dy": str(day)})


def _section(view: View, path: str, query: Mapping[str, str]) -> Page:
    number = whole(query.get("pi", ""), 1)
    if number == 1 and path == "/":
        return _list(view, view.outlet.title, view.latest(view.page_size * 3), 1, 1, query)
    province = province_of(path.rsplit("/", 1)[-1])
    rows = view.section_page(number, is_of(province))
    return _list(view, province or "استان‌ها", rows, number, number + 1, query)


def _list(view: View, heading: str, rows: list[Published], number: int, pages: int, query: Mapping[str, str]) -> Page:
    first = max(1, number - 5)
    text = render(
        "nastooh_list.html",
        view,
        heading=heading,
        rows=rows,
        number=number,
        pages=pages,
        shown=range(first, min(pages, first + 10) + 1),
        query={"yr": "", "mn": "", "dy": "", **query},
        sidebar=view.latest(10),
        is_isna=view.outlet.name == "isna",
        is_absolute=view.outlet.name == "irna",
    )
    return Page(body=text)


def _day_sitemap(view: View, name: str) -> Page | None:
    try:
        day = date.fromisoformat(name.removesuffix(".xml"))
    except ValueError:
        return None
    return Page(body=render("day_sitemap.xml", view, rows=view.day(day), path=news_path), content_type=XML)


def _kept(view: View, query: Mapping[str, str]) -> Callable[[Published], bool] | None:
    by_topic = _topic(view, query.get("tp", ""))
    kind = TYPES.get(query.get("ty", ""))
    if kind is None:
        return by_topic
    return lambda article: article.kind == kind and (by_topic is None or by_topic(article))


def _topic(view: View, topic: str) -> Callable[[Published], bool] | None:
    """Only IRNA's topic numbers of provinces are known; any other number lists everything."""
    return is_of(IRNA_TOPICS.get(topic)) if view.outlet.name == "irna" else None


def _month_end(year: int, month: int) -> date | None:
    return next((found for day in (31, 30, 29) if (found := day_of(year, month, day)) is not None), None)
