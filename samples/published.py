"""What the sample agencies publish: the articles of articles/*.toml as values.

One file per outlet. Text is written once: a copy of another outlet's report names it (`copies = "outlet:code"`) and
states only what it changes. An entry with the code of an earlier one is a later version of that article.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from samples.jalali import read_day, read_moment, tehran_day

type Kind = Literal["news", "photo", "video", "advert"]
type FooterForm = Literal["line", "glued", "before_caption"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One version of an article as an outlet published it.

    `paragraphs` are in order and without the footer; a paragraph whose cells are parted by ` | ` is a table row.
    `published` is the time the page shows; `stated` is what its metadata claims where that is wrong. `seen_from` is
    when this version appeared. `footer` is exactly what is printed, at the place `footer_form` says; with
    `before_caption` the line `caption` follows it.
    """

    outlet: str
    code: str
    published: datetime
    seen_from: datetime
    title: str
    kind: Kind = "news"
    kicker: str | None = None
    lead: str | None = None
    paragraphs: tuple[str, ...] = ()
    footer: str | None = None
    footer_form: FooterForm = "line"
    caption: str | None = None
    updated: datetime | None = None
    stated: datetime | None = None
    province: str | None = None
    city: str | None = None
    section: str = "استان‌ها"
    tags: tuple[str, ...] = ()
    reporter: str | None = None
    source: str | None = None
    copy_of: str | None = None

    @property
    def body(self) -> str:
        """The paragraphs joined by newlines."""
        return "\n".join(self.paragraphs)

    @property
    def day(self) -> date:
        """The day of publication in Tehran."""
        return tehran_day(self.published)


def articles(
    outlet: str | None = None, day: str | date | None = None, *, as_of: datetime | None = None
) -> tuple[Published, ...]:
    """Return the authored articles in order of publication, each in its newest version.

    `outlet` limits to one outlet, `day` (a date, or a Jalali day such as `1405-08-24`) to one day of publication in
    Tehran. `as_of` gives the articles, and of each the version, that could be seen at that aware moment.
    """
    wanted = read_day(day) if isinstance(day, str) else day
    if isinstance(day, str) and wanted is None:
        raise ValueError(f"not a Jalali day: {day!r}")
    newest: dict[tuple[str, str], Published] = {}
    for version in versions():
        if as_of is None or version.seen_from <= as_of:
            newest[version.outlet, version.code] = version
    chosen = (
        article
        for article in newest.values()
        if (outlet is None or article.outlet == outlet) and (wanted is None or article.day == wanted)
    )
    return tuple(sorted(chosen, key=lambda article: (article.published, article.outlet, article.code)))


@cache
def versions() -> tuple[Published, ...]:
    """Return every version of every authored article in the order in which they appeared."""
    entries = [
        (table["outlet"], {**table.get("defaults", {}), **entry})
        for file in sorted(files(__package__).joinpath("articles").iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
        for table in [tomllib.loads(file.read_text(encoding="utf-8"))]
        for entry in table["article"]
    ]
    originals = {f"{outlet}:{entry['code']}": entry for outlet, entry in entries if "copies" not in entry}
    read = (_read(outlet, _copied(entry, originals)) for outlet, entry in entries)
    return tuple(sorted(read, key=lambda version: (version.seen_from, version.outlet, version.code)))


def _copied(entry: Mapping[str, Any], originals: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """Fill a copy with the text of its original, `swap` replacing words in it, pair by pair."""
    if "copies" not in entry:
        return entry
    original = originals[entry["copies"]]
    text = {name: original[name] for name in ("title", "lead", "body") if name in original}
    for old, new in entry.get("swap", ()):
        if not any(old in part for part in text.values()):
            raise ValueError(f"{entry['copies']} has no text {old!r} to replace")
        text = {name: part.replace(old, new) for name, part in text.items()}
    return {**text, **{name: original[name] for name in ("province", "tags") if name in original}, **entry}


def _read(outlet: str, entry: Mapping[str, Any]) -> Published:
    published = read_moment(entry["at"])
    seen_from = read_moment(entry["seen"]) if "seen" in entry else published
    return Published(
        outlet=outlet,
        code=entry["code"],
        kind=entry.get("kind", "news"),
        kicker=entry.get("kicker"),
        title=entry["title"],
        lead=entry.get("lead"),
        paragraphs=tuple(_lines(entry.get("body", ""))),
        footer=entry.get("footer") or None,
        footer_form=entry.get("footer_form", "line"),
        caption=entry.get("caption"),
        published=published,
        seen_from=seen_from,
        updated=seen_from if "seen" in entry else None,
        stated=read_moment(entry["stated"]) if "stated" in entry else None,
        province=entry.get("province"),
        city=entry.get("city"),
        section=entry.get("section", "استان‌ها"),
        tags=tuple(entry.get("tags", ())),
        reporter=entry.get("reporter"),
        source=entry.get("source"),
        copy_of=entry.get("copies"),
    )


def _lines(body: str) -> Iterator[str]:
    return (line.strip() for line in body.splitlines() if line.strip())
