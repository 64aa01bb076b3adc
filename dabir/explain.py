"""An article with its records marked and the rule that made each: how rules are debugged.

    O officials   G organizations   M metrics   T meetings

Each record has a tag («O1») where it stands in the text and a row below with what was read and by which rule, so
«why is this record here?» and «why is that one not?» are answered by looking.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, assert_never

from rich.console import Group
from rich.table import Table
from rich.text import Text

from parsing.document import normalize_article
from parsing.extract import extract
from parsing.records import Article, Meeting, Metric, Official, Organization, Record, Records

_LETTERS = {"officials": "O", "organizations": "G", "metrics": "M", "meetings": "T"}
_STYLES = {"O": "bold cyan", "G": "bold green", "M": "bold yellow", "T": "bold magenta"}


class Tagged(NamedTuple):
    """A record and the tag it has in the text: «O1» is the first official."""

    tag: str
    record: Record

    @property
    def style(self) -> str:
        """The colour of its kind, as rich names it."""
        return _STYLES[self.tag[0]]


def tag_records(records: Records) -> tuple[Tagged, ...]:
    """Every record with its tag, in the order of the text."""
    tagged = [
        Tagged(f"{letter}{number}", record)
        for kind, letter in _LETTERS.items()
        for number, record in enumerate(getattr(records, kind), 1)
    ]
    return tuple(sorted(tagged, key=lambda one: (one.record.span.start, one.record.span.end)))


def describe(record: Record) -> str:
    """All that a record says but its span, as «field: value» pairs."""
    return "; ".join(f"{name}: {value}" for name, value in _fields(record) if value not in (None, "", (), False))


def _fields(record: Record) -> Iterator[tuple[str, object]]:
    match record:
        case Official():
            yield from (("name", record.name), ("post", record.post), ("head", record.head))
            yield from (("organization", record.organization), ("place", record.place), ("role", record.role))
            yield from (("acting", record.is_acting), ("former", record.is_former))
        case Organization():
            yield from (("name", record.name), ("kind", record.kind), ("place", record.place), ("of", record.parent))
        case Metric():
            high = "" if record.value_high is None else f" to {record.value_high}"
            sign = "" if record.comparator == "=" else f"{record.comparator} "
            yield from (("subject", record.subject), ("value", f"{sign}{record.value}{high} {record.unit}"))
            yield from (("change", record.change), ("base", record.base), ("place", record.place))
            period = record.period and f"{record.period.text} ({record.period.start} to {record.period.end})"
            yield from (("period", period), ("speaker", record.speaker), ("whole", record.whole))
        case Meeting():
            yield from (("kind", record.kind), ("name", record.name), ("with", ", ".join(record.participants)))
            yield from (("host", record.host), ("place", record.place), ("on", record.held_on))
            yield from (("about", ", ".join(record.topics)), ("status", record.status))
        case _:
            assert_never(record)


def mark(text: str, tagged: tuple[Tagged, ...]) -> Text:
    """The text with every record coloured and its tag in brackets after it."""
    ends: dict[int, list[Tagged]] = {}
    for one in tagged:
        ends.setdefault(one.record.span.end, []).append(one)
    marked = Text()
    last = 0
    for end in sorted(ends):
        marked.append(text[last:end])
        for one in ends[end]:
            marked.append(f"[{one.tag}]", style=f"{one.style} reverse")
        last = end
    marked.append(text[last:])
    # Tags lengthen the text before a span by their own lengths.
    shifts = [(end, sum(len(one.tag) + 2 for one in ones)) for end, ones in sorted(ends.items())]
    for one in tagged:
        start, end = one.record.span.start, one.record.span.end
        before = sum(length for at, length in shifts if at <= start)
        inside = sum(length for at, length in shifts if at < end)
        marked.stylize(one.style, start + before, end + inside)
    return marked


def explain(article: Article) -> Group:
    """What `dabir explain` prints: the normalised article with its records marked, and a table of the records.

    Never raises; an article without records says so.
    """
    article = normalize_article(article)
    tagged = tag_records(extract(article, is_normalized=True))
    if not tagged:
        return Group(Text(article.text), Text("no records", style="dim"))
    table = Table(show_lines=True)
    for column in ("tag", "record", "rule", "sentence"):
        table.add_column(column, overflow="fold")
    for one in tagged:
        span = one.record.span
        sentence = article.text[span.sentence_start : span.sentence_end]
        table.add_row(Text(one.tag, style=one.style), Text(describe(one.record)), Text(span.rule), Text(sentence))
    return Group(mark(article.text, tagged), Text(), table)
