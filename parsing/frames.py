"""The noun phrases of a sentence with numbers, and the kinds of its tokens: what subjects are chosen from.

All positions are indices into the tokens of one sentence; ends are exclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from parsing.jalali import Dated
from parsing.letters import fold
from parsing.lexicon import rows, words
from parsing.phrases import phrase_end
from parsing.places import place_at
from parsing.quantities import Quantity, words_of_use
from parsing.tokens import Token, Tokens, trait, traits

MOST_PHRASES: Final = 7
"""Phrases that count on each side of a quantity."""


@dataclass(slots=True, init=False)
class Phrase:
    """A noun phrase `tokens[start:end]` and what stands before and after it.

    `link` is the preposition before it, `ends` the kind of what follows (see `frame`), n where the phrase was cut;
    `kind` is noun, post, date, year or compared; `is_owned` says that a quantity stands just before it. `places` are
    the positions where names of places begin.
    """

    start: int
    end: int
    tokens: Tokens
    link: str
    ends: str
    places: tuple[int, ...]
    kind: str
    is_owned: bool

    def __init__(
        self,
        start: int,
        end: int,
        tokens: Tokens,
        link: str,
        ends: str,
        places: tuple[int, ...],
        kind: str,
        is_owned: bool,
    ) -> None:
        self.start = start
        self.end = end
        self.tokens = tokens
        self.link = link
        self.ends = ends
        self.places = places
        self.kind = kind
        self.is_owned = is_owned

    def part(self, start: int, end: int) -> Phrase:
        """The phrase cut down to `start:end`, with the link of its first word and the end of its last."""
        tokens = self.tokens[start - self.start : end - self.start]
        link, ends = self.link if start == self.start else "", self.ends if end == self.end else "n"
        return Phrase(start, end, tokens, link, ends, self.places, self.kind, self.is_owned)


@dataclass(slots=True, init=False)
class Frame:
    """The phrases of one sentence and the kinds of its tokens, shared by its quantities."""

    tokens: Tokens
    kinds: str
    phrases: tuple[Phrase, ...]

    def __init__(self, tokens: Tokens, kinds: str, phrases: tuple[Phrase, ...]) -> None:
        self.tokens = tokens
        self.kinds = kinds
        self.phrases = phrases


@cache
def used(use: str) -> frozenset[str]:
    """The folded words of `metric_words.tsv` for one use."""
    return frozenset(fold(row["word"]) for row in rows("metric_words", key=2) if row["use"] == use)


def frame(tokens: Tokens, quantities: Sequence[Quantity], dates: Sequence[Dated]) -> Frame:
    """Cut a sentence into its noun phrases.

    The kinds of tokens: n and a nouns and adjectives, v verb, p preposition, w «و», k «که», s comma, c colon or quote,
    t time, q quantity, r a noun of change beside a quantity, x the rest.
    """
    kinds = [_kind(token) for token in tokens]
    for date in dates:
        kinds[date.start : date.end] = "t" * (date.end - date.start)
    for quantity in quantities:
        kinds[quantity.start : counted_from(quantity)] = "q" * (counted_from(quantity) - quantity.start)
    changes = _changes()
    for quantity in quantities:
        for index in (quantity.start - 1, counted_from(quantity)):
            if 0 <= index < len(tokens) and kinds[index] == "n" and tokens[index].fold in changes:
                kinds[index] = "r"
    after = max(map(counted_from, quantities), default=0)
    later = 0  # phrases after the last quantity
    phrases: list[Phrase] = []
    dated = {date.start: date for date in dates}
    index = 0
    while index < len(tokens) and later < MOST_PHRASES:
        if index in dated and kinds[index] == "t":
            phrase = _date(tokens, kinds, dated[index])
        elif kinds[index] in "na":
            phrase = _phrase(tokens, kinds, index)
        else:
            index += 1
            continue
        phrases.append(phrase)
        later += phrase.start >= after
        index = phrase.end
    return Frame(tokens, "".join(kinds), tuple(phrases))


def counted_from(quantity: Quantity) -> int:
    """Where what is counted may begin: at a unit that is itself what is counted («۱۲ اثر»), else after the unit."""
    return quantity.after if quantity.unit and quantity.unit.is_named else quantity.end


@cache
def _changes() -> frozenset[str]:
    return words_of_use("increase") | words_of_use("decrease")


@cache
def _heads() -> frozenset[str]:
    """First words of posts: who says a figure is not what it measures."""
    return frozenset(fold(head.split()[0]) for head in words("posts"))


def _date(tokens: Tokens, kinds: Sequence[str], date: Dated) -> Phrase:
    start = date.start
    link = tokens[start - 1].fold if start and kinds[start - 1] == "p" else ""
    kind = "compared" if date.is_comparison else "year" if tokens[start].fold == "سال" else "date"
    return Phrase(
        start,
        date.end,
        tokens[start : date.end],
        link,
        kinds[date.end] if date.end < len(tokens) else "x",
        (),
        kind,
        False,
    )


_REPORTS: Final = trait(lambda token: token.fold in used("reporting"))
_MEASURED: Final = trait(lambda token: token.fold in used("fate") or token.fold in used("rate"))


def _kind(token: Token) -> str:
    if token.kind == "number":
        return "x"
    if token.kind == "punct":
        return "s" if token.text in "،,؛" else "c" if token.text in ':«»"()' else "x"
    if token.fold == "و":
        return "w"
    if token.fold == "که":
        return "k"
    if traits(token) & _REPORTS:
        return "x"
    if traits(token) & _MEASURED:
        return "n"  # «۴۰ کشته», «مصرف روزانه»: part of what is measured
    kind = token.word.kind
    return kind if kind in "navp" else "x"


def _phrase(tokens: Tokens, kinds: Sequence[str], start: int) -> Phrase:
    end = phrase_end(tokens, start, nests=True)
    for index in range(start + 1, end):
        if kinds[index] in "qtv":
            end = index
            break
    while end - 1 > start and kinds[end - 1] not in "na" and tokens[end - 1].kind != "number":
        end -= 1
    places = tuple([at for at in range(start, end) if place_at(tokens, at) is not None])
    link = (
        tokens[start - 1].fold
        if start and kinds[start - 1] == "p"
        else "w"
        if start and kinds[start - 1] == "w"
        else ""
    )
    ends = kinds[end] if end < len(tokens) else "x"
    kind = "post" if tokens[start].fold in _heads() else "noun"
    is_owned = start > 0 and (
        kinds[start - 1] == "q" or (start > 1 and kinds[start - 1] == "p" and kinds[start - 2] == "q")
    )
    return Phrase(start, end, tokens[start:end], link, ends, places, kind, is_owned)
