"""Fars: the old engine with its day archive for what was published until 1402, the single-page application since.

A page of the new site shows nothing but hashed classes that change; its ld+json is what can be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date

from markupsafe import Markup

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
)
from samples.jalali import TEHRAN, read_day
from samples.outlets import PROVINCES
from samples.published import Published
from samples.view import Page, View

NEW_SINCE = date(2024, 3, 20)
AUTHORS = {"لرستان": "lorestan", "اصفهان": "isfahan", "گیلان": "gilan", "کرمان": "kerman"}


def answer(view: View, path: str, query: Mapping[str, str]) -> Page | None:
    """Return the page at a decoded path, or None where the site has none."""
    match path.strip("/").split("/"):
        case [""]:
            return _list(view, view.outlet.title, view.latest(view.page_size * 3), 1, is_last=True)
        case ["archive"]:
            number = max(whole(query.get("p", ""), 1), 1)
            day = read_day(query.get("date", ""))
            if day is None:
                return _list(view, "آرشیو", view.section_page(number), number, is_last=False)
            rows, pages = view.archive_page(number, day, day)
            return _list(view, "آرشیو", rows, number, is_last=number >= pages)
        case ["rss"] | ["rss", _]:
            return Page(body=render("rss.xml", view, rows=view.latest(50), path=news_path), content_type=XML)
        case ["showcase"] | [_, "showcase"]:
            rows = [row for row in view.latest(60) if _is_new(row)]
            return Page(body=render("fars_showcase.html", view, rows=rows, path=news_path))
        case ["news", code, *_] | [_, "news", code, *_]:
            found = view.find(code)
            return _old_article(view, found) if found is not None and not _is_new(found) else None
        case [_, long_code, *_] if len(long_code) == 19 and (found := view.find(short_code(long_code))) is not None:
            return _new_article(view, found) if _is_new(found) else None
        case ["robots.txt"]:
            return Page(body=render("fars_robots.txt", view), content_type="text/plain; charset=utf-8")
        case [section] if section == "province" or province_of(section):
            number = max(whole(query.get("p", ""), 1), 1)
            rows = view.section_page(number, is_of(province_of(section)))
            return _list(view, section, rows, number, is_last=len(rows) < view.page_size)
    return None


def news_path(article: Published) -> str:
    """Return the path of an article up to its slug: of the engine of its day."""
    place = AUTHORS.get(article.province or "", "farsna")
    if _is_new(article):
        return f"/{place}/{long_code(article.code)}/"
    return (
        f"/{place}/news/{article.code}/" if article.province and int(article.code[-1]) % 2 else f"/news/{article.code}/"
    )


def long_code(code: str) -> str:
    """Return the 19-digit id that the new site has for a news code."""
    return code.rjust(19, "9")


def short_code(long: str) -> str:
    """Return the news code of a 19-digit id.

    >>> short_code(long_code("14050824000112"))
    '14050824000112'
    """
    return long.lstrip("9")  # no Jalali year begins with a nine


def _is_new(article: Published) -> bool:
    return article.day >= NEW_SINCE


def _old_article(view: View, found: Published) -> Page:
    blocks = [
        table(content) if kind == "table" else Markup('<p class="rtejustify">{}</p>').format(content)
        for kind, content in body_blocks(found)
    ]
    footer = footer_of(view, found)
    if footer and found.footer_form == "glued":
        blocks[-1] = Markup('<p class="rtejustify">{} {}</p>').format(found.paragraphs[-1], footer)
    elif footer:
        blocks.append(Markup("<p>{}</p>").format(footer))
    if found.caption:
        blocks.append(Markup("<p>{}</p>").format(found.caption))
    text = render(
        "fars_article.html",
        view,
        article=found,
        body=Markup("\n").join(blocks),
        dates="no_dates" not in view.faults,
        path=news_path,
        stamp=found.published.astimezone(TEHRAN).strftime("%m/%d/%Y %I:%M:%S %p"),
        province_slug=PROVINCES.get(found.province or "", ("province",))[0],
        sidebar=view.latest(6),
    )
    return Page(body=text, modified=found.updated or found.published)


def _new_article(view: View, found: Published) -> Page:
    footer = footer_of(view, found)
    paragraphs = [*found.paragraphs, *([footer] if footer else [])]
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": view.base + news_path(found)},
        "headline": found.title,
        "description": found.lead,
        "author": {"@type": "Person", "name": f"فارس {found.province or 'استان‌ها'}"},
        "image": [f"{view.base}/media/{found.code}.jpg"],
        "interactionStatistic": {"@type": "InteractionCounter", "userInteractionCount": 12},
    }
    if "no_dates" not in view.faults:
        data["datePublished"] = found.published.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    # A closing tag inside the data would end the script element.
    linked_data = Markup(json.dumps(data, ensure_ascii=False).replace("</", "<\\/"))  # noqa: S704
    text = render(
        "fars_new_article.html",
        view,
        article=found,
        paragraphs=paragraphs,
        linked_data=linked_data,
        dates="no_dates" not in view.faults,
        long_code=long_code(found.code),
        path=news_path,
        title_slug=slug(found.title),
    )
    return Page(body=text, modified=found.updated or found.published)


def _list(view: View, heading: str, rows: list[Published], number: int, *, is_last: bool) -> Page:
    text = render(
        "fars_list.html",
        view,
        heading=heading,
        rows=rows,
        number=number,
        is_last=is_last,
        path=news_path,
        sidebar=view.latest(6),
        is_archive=heading == "آرشیو",
    )
    return Page(body=text)
