"""A Joomla-like provincial site with `.item-page` articles: Yafte of Lorestan."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from samples.families.markup import XML, body_blocks, footer_of, render, table, whole
from samples.published import Published
from samples.view import Page, View


def answer(view: View, path: str, query: Mapping[str, str]) -> Page | None:
    """Return the page at a decoded path, or None where the site has none."""
    match path.strip("/").split("/"):
        case [""] if query.get("format") == "feed":
            return Page(body=render("rss.xml", view, rows=view.latest(50), path=feed_path), content_type=XML)
        case [""] | ["news"] | ["news", "lorestan"]:
            start = whole(query.get("start", ""), 0)
            number = start // view.page_size + 1
            rows = view.section_page(number)
            text = render(
                "itempage_list.html",
                view,
                rows=rows,
                start=start,
                size=view.page_size,
                is_last=not view.section_page(number + 1),
                path=news_path,
            )
            return Page(body=text)
        case ["robots.txt"]:
            return Page(body=render("itempage_robots.txt", view), content_type="text/plain; charset=utf-8")
        case ["news", "lorestan", name] if (found := view.find(name.partition("-")[0])) is not None:
            return _article(view, found)
    return None


def news_path(article: Published) -> str:
    """Return the path of an article up to the slug that follows its number."""
    return f"/news/lorestan/{article.code}-"


feed_path = news_path


def _article(view: View, found: Published) -> Page:
    blocks = body_blocks(found)
    texts = [escape(content) for kind, content in blocks if kind == "p"]
    footer = footer_of(view, found)
    if footer:
        texts.append(escape(footer))
    if found.source:
        texts.append(escape(f"منبع: {found.source}"))
    # Half of its articles are one paragraph of lines, the other half paragraphs.
    if int(found.code[-1]) % 2:
        inner = Markup("<p>{}</p>").format(Markup("<br />\n").join(texts))
    else:
        inner = Markup("\n").join(Markup("<p>{}</p>").format(text) for text in texts)
    tables = [table(content) for kind, content in blocks if kind == "table"]
    text = render(
        "itempage_article.html",
        view,
        article=found,
        body=Markup("\n").join([inner, *tables]),
        dates="no_dates" not in view.faults,
        path=news_path,
        sidebar=view.latest(6),
    )
    return Page(body=text, modified=found.updated or found.published)
