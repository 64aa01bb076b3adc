"""Articles by the words they hold, whatever their spelling: the newest first, each with a snippet around the words.

The index (`article_words`) knows which words a text has, not where: texts that hold all words are looked at from the
newest on, and a phrase is looked for in their words. A month of publication is a word too, so that months are asked one
window after another and a word of half a million articles costs no more than a rare one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from typing import Any

from sqlalchemy import Connection, text

from db.words import UNDATED, folded_text, month_key, outlet_key, word_key, words
from parsing.text import normalize

LONGEST_QUERY = 200
MOST_HITS = 200
# Texts looked at for one search: a phrase of common words that is nowhere must end too (0.1 ms each).
MOST_TEXTS = 1_000
TEXTS_A_ROUND = 100
WORDS_BEFORE, WORDS_AFTER = 10, 25

# A phrase stands in quotation marks of any kind.
_PHRASE = re.compile('["\u00ab\u201c]([^"\u00ab\u00bb\u201c\u201d]*)["\u00bb\u201d]')

# Every text found counts against MOST_TEXTS, and the order is the same at each call.
_CANDIDATES = text(
    "select version_id from article_words where words @> cast(:keys as integer[]) "
    "and words && cast(:months as integer[]) order by published_at desc, version_id limit :most"
)
_ARTICLES = text(
    "select v.version_id, a.article_id, a.outlet, a.published_at, a.province, a.decision, a.is_advert, "
    "t.kicker, t.title, t.lead, t.body "
    "from unnest(cast(:versions as bigint[])) with ordinality as wanted (version_id, place) "
    "join article_versions v on v.version_id = wanted.version_id "
    "join articles a on a.article_id = v.article_id and a.current_version_id = v.version_id "
    "join article_texts t on t.version_id = v.version_id order by wanted.place"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a snippet; `is_hit` where it is a word that was searched for."""

    text: str
    is_hit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article that holds what was searched for. `snippet` joined is a stretch of its text."""

    article_id: int
    outlet: str
    published_at: datetime | None
    province: str | None
    decision: str
    is_advert: bool
    title: str | None
    snippet: tuple[Piece, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The newest articles found; `is_cut` where the search ended before it had looked at all."""

    hits: tuple[Hit, ...]
    is_cut: bool


def terms_of(query: str) -> tuple[tuple[str, ...], ...]:
    """What `query` asks for, folded: a phrase in quotation marks, else each word alone.

    >>> terms_of('نماينده\u200cها «شورای شهر»') == (("نماینده",), ("شورای", "شهر"))
    True
    """
    query = query[:LONGEST_QUERY]
    phrases = [_folds(phrase) for phrase in _PHRASE.findall(query)]
    single = [(word,) for word in _folds(_PHRASE.sub(" ", query))]
    return tuple(dict.fromkeys(term for term in (*single, *phrases) if term))


def search(connection: Connection, query: str, *, outlet: str | None = None, limit: int = 50) -> Found:
    """The newest articles, at most `limit` (200), that hold all words and phrases of `query`; of one outlet.

    Letter variants, half-spaces, hamza, digit scripts, plural and possessive endings make no difference. A query
    without a word finds nothing.
    """
    terms = terms_of(query)
    limit = min(limit, MOST_HITS)
    hits: list[Hit] = []
    looked_at = 0
    wanted = {word for term in terms for word in term}
    for versions in versions_with(connection, wanted, outlet=outlet):
        for some in batched(versions, TEXTS_A_ROUND):
            for row in connection.execute(_ARTICLES, {"versions": list(some)}):
                if _holds(row, terms):
                    hits.append(_hit(row, wanted))
                    if len(hits) == limit:
                        return Found(hits=tuple(hits), is_cut=True)
        looked_at += len(versions)
    return Found(hits=tuple(hits), is_cut=looked_at >= MOST_TEXTS)


def versions_with(
    connection: Connection, folded: Collection[str], *, outlet: str | None = None
) -> Iterator[Sequence[int]]:
    """Versions whose texts most likely hold all of the `folded` words, some at a time, the newest first.

    MOST_TEXTS altogether; none for no words.
    """
    if not folded:
        return
    keys = [word_key(word) for word in folded] + ([outlet_key(outlet)] if outlet else [])
    most = MOST_TEXTS
    for months in _windows(connection):
        versions = connection.scalars(_CANDIDATES, {"keys": keys, "months": months, "most": most}).all()
        if versions:
            yield versions
        most -= len(versions)
        if not most:
            return


def _folds(words_: str) -> tuple[str, ...]:
    return tuple(word.folded for word in words(normalize(words_)))


def _windows(connection: Connection) -> Iterator[list[int]]:
    """Keys of months from the newest with articles back to the oldest, ever more at once; then that of no date."""
    first, last = connection.execute(text("select min(published_on), max(published_on) from articles")).one()
    if first is not None:
        months = list(_months_back(last, first))
        begin, size = 0, 1
        while begin < len(months):
            yield months[begin : begin + size]
            begin, size = begin + size, size * 2
    yield [word_key(UNDATED)]


def _months_back(last: date, first: date) -> Iterator[int]:
    for number in range(last.year * 12 + last.month - 1, first.year * 12 + first.month - 2, -1):
        yield month_key(number // 12, number % 12 + 1)


def _holds(row: Any, terms: Sequence[tuple[str, ...]]) -> bool:
    """Whether the text has each phrase, and each word, which a number in the index only makes likely."""
    held = f" {folded_text(row.kicker, row.title, row.lead, row.body)} "
    return all(f" {' '.join(term)} " in held for term in terms)


def _hit(row: Any, wanted: set[str]) -> Hit:
    return Hit(
        article_id=row.article_id,
        outlet=row.outlet,
        published_at=row.published_at,
        province=row.province,
        decision=row.decision,
        is_advert=row.is_advert,
        title=row.title,
        snippet=snippet(" ".join(filter(None, (row.lead, row.body))), wanted),
    )


def snippet(told: str, wanted: set[str]) -> tuple[Piece, ...]:
    """Some forty words of `told` around the first of `wanted`, these marked; its beginning where it has none."""
    seen = list(words(told))
    first = next((place for place, word in enumerate(seen) if word.folded in wanted), 0)
    shown = seen[max(0, first - WORDS_BEFORE) : first + WORDS_AFTER]
    if not shown:
        return ()
    pieces: list[Piece] = []
    at = shown[0].start
    for word in shown:
        if word.folded in wanted:
            if word.start > at:
                pieces.append(Piece(text=told[at : word.start]))
            pieces.append(Piece(text=told[word.start : word.end], is_hit=True))
            at = word.end
    if shown[-1].end > at:
        pieces.append(Piece(text=told[at : shown[-1].end]))
    return tuple(pieces)
