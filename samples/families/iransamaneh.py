"""IranSamaneh: IRIB and IQNA on the common theme, YJC on its own."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup, escape

from samples.families.markup import (
    XML,
    body_blocks,
    footer_of,
    is_of,
    province_of,
    render,
    slug,
    table,
    whole,
    with_links,
)
from samples.jalali import read_day
from samples.outlets import PROVINCES
from samples.published import Published
from samples.view import Page, View

THEMES = {"yjc": "yjc_article.html", "iribnews": "irib_article.html", "iqna": "iqna_article.html"}


def answer(view: View, path: str, query: Mapping[str, str]) -> Page | None:
    """Return the page at a decoded path, or None where the site has none."""
    match path.strip("/").split("/"):
        case [""] | ["fa"]:
            return _list(view, view.outlet.title, view.latest(view.page_size * 3), 1, is_last=True, query=query)
        case ["fa", "archive"]:
            return _archive(view, query)
        case ["fa", "news", code, *_] | ["fa", "photo" | "video", code, *_]:
            return _article(view, code)
        case ["fa", "print", code] | ["fa", "amp", "news", code]:
            found = view.find(code)
            return None if found is None else Page(body=render("print.html", view, article=found, path=news_path))
        case ["fa", "rss", "allnews"] | ["fa", "rss", _] | ["fa", "rss", _, _]:
            return Page(body=render("rss.xml", view, rows=view.latest(50), path=news_path), content_type=XML)
        case ["fa-sitemap-news"]:
            rows = view.latest(100)
            return Page(body=render("news_sitemap.xml", view, rows=rows, path=news_path), content_type=XML)
        case ["robots.txt"]:
            return Page(body=render("iransamaneh_robots.txt", view), content_type="text/plain; charset=utf-8")
        case ["fa", "services" | "tags", *_]:
            rows = view.section_page(1)
            return _list(view, "استان‌ها", rows, 1, is_last=True, query=query)
        case ["fa", section] if section == "states" or province_of(section):
            number = whole(query.get("p", ""), 1)
            province = province_of(section)
            rows = view.section_page(number, is_of(province))
            return _list(view, province or "استان‌ها", rows, number, is_last=len(rows) < view.page_size, query=query)
    return None


def news_path(article: Published) -> str:
    """Return the path of an article up to its slug."""
    return f"/fa/news/{article.code}/"


def slug_href(view: View, article: Published) -> str:
    """Return the address in the list's heading: percent-encoded, by IQNA even twice."""
    encoded = quote(slug(article.title, 55))
    return news_path(article) + (encoded.replace("%", "%25") if view.outlet.name == "iqna" else encoded)


def body(view: View, article: Published) -> Markup:
    """Return the inside of the body container, which each of these outlets fills in its own way."""
    footer = footer_of(view, article)
    match view.outlet.name:
        case "yjc":
            return _yjc_body(article, footer)
        case "iribnews":
            return _irib_body(article, footer)
        case _:
            blocks = [table(content) if kind == "table" else _p(content) for kind, content in body_blocks(article)]
            end = [Markup("<span>{}</span>").format(footer)] if footer else []
            return Markup("\n").join([*blocks, *end, Markup('<div class="wrapper"></div>')])


def _yjc_body(article: Published, footer: str | None) -> Markup:
    links = {"گروه استان‌های": "/fa/states", "باشگاه خبرنگاران جوان": "/"}
    if article.province:
        links[article.province] = f"/fa/{PROVINCES[article.province][0]}"
    blocks: list[Markup] = []
    for index, (kind, content) in enumerate(body_blocks(article)):
        if kind == "table":
            blocks.append(table(content))
        elif index == 0:
            picture = Markup('<img class="image_btn" alt="" src="/files/fa/news/1403/11/23/20339192_610.jpg"/>')
            blocks.append(Markup("<p>{}{}</p>").format(picture, with_links(content, links)))
        elif int(article.code[-1]) % 3 == 0 and index == 2:
            blocks.append(Markup('<div dir="rtl">{}</div>').format(content))
        else:
            blocks.append(_p(content))
    if footer:
        blocks += [Markup("<p>&nbsp;</p>"), _p(footer)]
    if article.source:
        blocks.append(_p(f"منبع: {article.source}"))
    if article.caption:
        blocks.append(_p(article.caption))
    related = Markup('<h2><a href="/fa/news/8400001">بیشترین جست‌وجوهای امروز کاربران</a></h2>')
    return Markup("\n").join([*blocks, related, Markup('<div class="wrapper"></div>')])


def _irib_body(article: Published, footer: str | None) -> Markup:
    blocks = body_blocks(article)
    tables = [table(content) for kind, content in blocks if kind == "table"]
    texts = [escape(content) for kind, content in blocks if kind == "p"] + ([escape(footer)] if footer else [])
    video = Markup(
        '<div class="row videojs-main-container"><video></video><a class="video-share-code" href="#">کد ویدیو</a>'
        ' <a href="/files/fa/{}.mp4">دانلود فیلم اصلی</a></div>'
    ).format(article.code)
    inner = Markup("<br />\n").join(texts)
    shape = Markup("<p>{}</p>") if int(article.code[-1]) % 2 else Markup('<div dir="rtl">{}</div>')
    parts = [video] if article.kind == "video" or int(article.code[-1]) % 4 == 0 else []
    return Markup("\n").join([*parts, shape.format(inner), *tables, Markup('<div class="wrapper"></div>')])


def _p(text: str) -> Markup:
    return Markup("<p>{}</p>").format(text)


def _article(view: View, code: str) -> Page | None:
    found = view.find(code)
    if found is None:
        return None
    text = render(
        THEMES[view.outlet.name],
        view,
        article=found,
        body=body(view, found),
        dates="no_dates" not in view.faults,
        sidebar=view.latest(8),
        path=news_path,
        province_slug=PROVINCES.get(found.province or "", ("states",))[0],
    )
    return Page(body=text, modified=found.updated or found.published)


def _archive(view: View, query: Mapping[str, str]) -> Page:
    number = max(whole(query.get("p", ""), 1), 1)
    first, last = read_day(query.get("from_date", "")), read_day(query.get("to_date", ""))
    if first is None or last is None or first > last:
        # The site lists the newest items for a day that the calendar lacks, as for no day at all.
        rows, is_last = view.section_page(number), False
    else:
        rows, pages = view.archive_page(number, first, last)
        is_last = number >= pages and view.outlet.past_end != "older"
    return _list(view, "آرشیو", rows, number, is_last=is_last, query=query)


def _list(
    view: View, heading: str, rows: list[Published], number: int, *, is_last: bool, query: Mapping[str, str]
) -> Page:
    kept = {name: value for name, value in query.items() if name != "p"}
    text = render(
        "iransamaneh_list.html",
        view,
        heading=heading,
        rows=rows,
        number=number,
        is_last=is_last,
        query=kept,
        href=lambda row: slug_href(view, row),
        path=news_path,
        sidebar=view.latest(8),
        is_archive=heading == "آرشیو",
    )
    return Page(body=text)
