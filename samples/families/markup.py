"""What the pages of all families share: the template environment, slugs, and the parts of a body."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import cache
from itertools import groupby
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from samples import jalali
from samples.outlets import PROVINCES
from samples.published import Published
from samples.view import View

XML = "application/xml; charset=utf-8"
PUNCTUATION = str.maketrans(dict.fromkeys("«»،؛:؟!.,/()+٪\"'", " "))


@cache
def template(name: str) -> Template:
    """Return a template of samples/templates, which escapes what it prints."""
    environment = Environment(
        loader=PackageLoader("samples"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        long_day=jalali.long_day,
        clock=jalali.clock,
        weekday=jalali.weekday,
        ago=jalali.ago,
        arabic_yeh=jalali.arabic_yeh,
        persian=jalali.persian,
        parts=jalali.parts,
        slug=slug,
        quoted=quote,
        body_blocks=body_blocks,
        utc=utc,
        tehran=tehran,
    )
    return environment.get_template(name)


def render(name: str, view: View, **values: Any) -> str:
    """Render a template for a view."""
    return template(name).render(view=view, outlet=view.outlet, base=view.base, now=view.now, **values)


def slug(title: str, limit: int = 70) -> str:
    """Return the title as an address shows it: words joined by hyphens, cut at a length limit even inside a word.

    >>> slug("نرخ رشد ۱.۳ درصد")
    'نرخ-رشد-۱-۳-درصد'
    """
    return "-".join(title.translate(PUNCTUATION).split())[:limit]


def utc(article: Published) -> str:
    """Return the time its metadata states, in UTC with a Z."""
    return (article.stated or article.published).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def tehran(article: Published) -> str:
    """Return the time its metadata states, as Tehran's with its offset."""
    return (article.stated or article.published).astimezone(jalali.TEHRAN).isoformat()


def footer_of(view: View, article: Published) -> str | None:
    """Return the footer that the page prints, which the fault `no_footer` takes away."""
    return None if "no_footer" in view.faults else article.footer


def body_blocks(article: Published) -> list[tuple[str, Any]]:
    """Return the body as `("p", text)` and `("table", rows of cells)`, in order."""
    blocks: list[tuple[str, Any]] = []
    for is_table, run in groupby(article.paragraphs, key=lambda paragraph: " | " in paragraph):
        if is_table:
            blocks.append(("table", [row.split(" | ") for row in run]))
        else:
            blocks += [("p", paragraph) for paragraph in run]
    return blocks


def table(rows: list[list[str]]) -> Markup:
    """Return rows of cells as an HTML table."""
    lines = (
        Markup("<tr>{}</tr>").format(Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row))
        for row in rows
    )
    return Markup('<table border="1"><tbody>{}</tbody></table>').format(Markup("\n").join(lines))


def linked(text: str, words: str, href: str, css: str | None = None) -> Markup:
    """Return the text with the first of these words made a link, as newsrooms do with their own name."""
    before, found, after = text.partition(words)
    if not found:
        return escape(text)
    attribute = Markup(' class="{}"').format(css) if css else ""
    return Markup('{}<a href="{}"{}>{}</a>{}').format(before, href, attribute, words, after)


def with_links(text: str, links: dict[str, str], css: str | None = None) -> Markup:
    """Return the text with the first of each of these phrases made a link."""
    rest, done = text, Markup("")
    for words, href in links.items():
        before, found, after = rest.partition(words)
        if found:
            done, rest = done + linked(before + found, words, href, css), after
    return done + escape(rest)


def is_of(province: str | None) -> Callable[[Published], bool] | None:
    """Return the filter of one province's articles; None where there is no province to filter by."""
    return None if province is None else lambda article: article.province == province


def province_of(slug_text: str) -> str | None:
    """Return the province that an address names by this slug, or None."""
    lowered = slug_text.lower()
    return next((name for name, slugs in PROVINCES.items() if lowered in {one.lower() for one in slugs}), None)


def whole(text: str, default: int) -> int:
    """Read a page number or the like from a query; the default where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else default
