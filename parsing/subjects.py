"""What a quantity measures: the phrases of its sentence that name it, and the place of the article where none does.

The noun phrases of the sentence are scored by where each stands to the quantity: side and order, the preposition
before it, the verbs, commas and other quantities between, whether it ends at a verb. The weights
(`data/subject_weights.tsv`) were fitted to annotated articles by `python -m bench.tools.build_subjects`; apart from
prepositions none is for a word, so they say how Persian news places what it counts, not which words those articles
had. `explain` gives each phrase with its score.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import exp
from typing import NamedTuple

from parsing.dates import Dated
from parsing.lexicon import infinitives, rows, words
from parsing.phrases import phrase_end
from parsing.places import place_at
from parsing.quantities import Quantity, words_of_use
from parsing.text import Token, fold
from parsing.words import word

_MOST_PHRASES = 7  # on each side of a quantity
_LINKS = frozenset(("در", "به", "از", "با", "برای", "بر", "توسط", "میان", "بین"))
_EXPECTED = 26.0  # letters of a subject; those of annotated ones are between 20 and 45
_CAUTION = -1.0  # added to the log-odds of each phrase: subjects are better short, by cross-validation


class Phrase(NamedTuple):
    """A noun phrase `tokens[start:end]` and what stands before and after it.

    `link` is the preposition before it, `ends` what follows: v a verb, q a quantity, p preposition, s comma, x other;
    `kind` is noun, post, date, year or compared; `is_owned` says that a quantity stands just before it.
    """

    start: int
    end: int
    tokens: tuple[Token, ...]
    link: str
    ends: str
    has_place: bool
    is_place: bool
    kind: str
    is_owned: bool


class Frame(NamedTuple):
    """The phrases of one sentence and the kinds of its tokens, shared by its quantities."""

    tokens: tuple[Token, ...]
    kinds: str
    phrases: tuple[Phrase, ...]


@cache
def _weights() -> dict[str, float]:
    return {row["feature"]: float(row["weight"]) for row in rows("subject_weights")}


@cache
def used(use: str) -> frozenset[str]:
    """The folded words of `metric_words.tsv` for one use."""
    return frozenset(fold(row["word"]) for row in rows("metric_words", key=2) if row["use"] == use)


def frame(tokens: tuple[Token, ...], quantities: Sequence[Quantity], dates: Sequence[Dated]) -> Frame:
    """Cut a sentence into its noun phrases.

    The kinds of tokens: n and a nouns and adjectives, v verb, p preposition, w «و», k «که», s comma, c colon or quote,
    t time, q quantity, x the rest.
    """
    kinds = [_kind(token) for token in tokens]
    for date in dates:
        kinds[date.start : date.end] = "t" * (date.end - date.start)
    for quantity in quantities:
        kinds[quantity.start : _last(quantity)] = "q" * (_last(quantity) - quantity.start)
    for index, token in enumerate(tokens):
        beside = (kinds[index - 1] if index else "") + (kinds[index + 1] if index + 1 < len(tokens) else "")
        if "q" in beside and token.fold in _changes() and kinds[index] == "n":
            kinds[index] = "r"
    phrases: list[Phrase] = []
    dated = {date.start: date for date in dates}
    index = 0
    while index < len(tokens):
        if index in dated and kinds[index] == "t":
            phrases.append(_date(tokens, kinds, dated[index]))
            index = dated[index].end
            continue
        if kinds[index] not in "na":
            index += 1
            continue
        phrase = _phrase(tokens, kinds, index)
        phrases.append(phrase)
        index = phrase.end
    return Frame(tokens, "".join(kinds), tuple(phrases))


@cache
def _changes() -> frozenset[str]:
    return words_of_use("increase") | words_of_use("decrease")


@cache
def _heads() -> frozenset[str]:
    """First words of posts: who says a figure is not what it measures."""
    return frozenset(fold(head.split()[0]) for head in words("posts"))


def _date(tokens: tuple[Token, ...], kinds: Sequence[str], date: Dated) -> Phrase:
    start = date.start
    link = tokens[start - 1].fold if start and kinds[start - 1] == "p" else ""
    kind = "compared" if date.is_comparison else "year" if tokens[start].fold == "سال" else "date"
    return Phrase(
        start,
        date.end,
        tokens[start : date.end],
        link,
        kinds[date.end] if date.end < len(tokens) else "x",
        False,
        False,
        kind,
        False,
    )


def _kind(token: Token) -> str:
    if token.kind == "number":
        return "x"
    if token.kind == "punct":
        return "s" if token.text in "،,؛" else "c" if token.text in ':«»"()' else "x"
    if token.fold == "و":
        return "w"
    if token.fold == "که":
        return "k"
    if token.fold in used("reporting"):
        return "x"
    kind = word(token.fold).kind
    return kind if kind in "navp" else "x"


def _phrase(tokens: tuple[Token, ...], kinds: Sequence[str], start: int) -> Phrase:
    end = phrase_end(tokens, start, nests=True)
    for index in range(start + 1, end):
        if kinds[index] in "qtv":
            end = index
            break
    while end - 1 > start and kinds[end - 1] not in "na" and tokens[end - 1].kind != "number":
        end -= 1
    places = [found for index in range(start, end) if (found := place_at(tokens, index)) is not None]
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
    is_place = bool(places) and place_at(tokens, start) is not None
    return Phrase(start, end, tokens[start:end], link, ends, bool(places), is_place, kind, is_owned)


def _step(number: int) -> str:
    return str(number if number < 4 else 4)


def _level(weight: float) -> str:
    return "-" if weight < -2 else "0" if weight < 2 else "+"


def features(
    frame: Frame, quantity: Quantity, group: str, change: str | None, title: frozenset[str]
) -> list[tuple[Phrase, list[str]]]:
    """Return the phrases near a quantity, nearest first on each side, with the names of their features."""
    last = _last(quantity)
    after = [phrase for phrase in frame.phrases if phrase.start >= last][:_MOST_PHRASES]
    before = [phrase for phrase in frame.phrases if phrase.end <= quantity.start][: -_MOST_PHRASES - 1 : -1]
    is_core = bool(after) and frame.kinds[last : after[0].start] in ("", "p", "r")
    mode = f"{group}{'+' if change else ''}{'y' if quantity.is_adjective else ''}{'R' if is_core else 'L'}"
    found: list[tuple[Phrase, list[str]]] = []
    for side, phrases in (("R", after), ("L", before)):
        for order, phrase in enumerate(phrases):
            between = frame.kinds[last : phrase.start] if side == "R" else frame.kinds[phrase.end : quantity.start]
            if phrase.kind == "post" or (side == "L" and _is_spoken_before(frame, phrase, quantity)):
                continue
            found.append((phrase, _names(frame, phrase, side, order, between, mode, group, title)))
    return found


def _is_spoken_before(frame: Frame, phrase: Phrase, quantity: Quantity) -> bool:
    """Whether a colon stands between: the phrase belongs to who speaks, not to what is said."""
    return any(token.text == ":" for token in frame.tokens[phrase.end : quantity.start])


def _names(
    frame: Frame, phrase: Phrase, side: str, order: int, between: str, mode: str, group: str, title: frozenset[str]
) -> list[str]:
    head = word(phrase.tokens[0].fold)
    tail = word(phrase.tokens[-1].fold)
    where = f"{side}{_step(order)}"
    barrier = between.count("v") + between.count("k") + between.count("c")
    touches = "T" if between.strip("pxr") == "" and len(between) < 4 else "F"
    folds = {stem(token.fold) for token in phrase.tokens}
    shared = len(folds & title) * 2 // max(1, len(folds))
    length = len(phrase.tokens)
    return [
        f"{where}",
        f"{where}{group}",
        f"{side}K{phrase.kind}{touches}",
        f"K{phrase.kind}{group}",
        f"O{side}{touches}{phrase.is_owned}",
        f"{where}{mode}{touches}",
        f"{side}{mode}{touches}",
        f"{side}b{_step(barrier)}{group}",
        f"{side}v{_step(between.count('v'))}",
        f"{side}c{_step(between.count('c'))}",
        f"{side}k{_step(between.count('k'))}",
        f"{side}s{_step(between.count('s'))}",
        f"{side}q{_step(between.count('q'))}{group}",
        f"{side}w{_step(between.count('w'))}",
        f"{side}l{phrase.link if phrase.link in _LINKS else phrase.link and '?'}",
        f"{side}{touches}l{phrase.link if phrase.link in _LINKS else phrase.link and '?'}{group}",
        f"{side}e{phrase.ends}",
        f"{where}e{phrase.ends}",
        f"{side}e{phrase.ends}{length == 1}{touches}",
        f"P{side}{phrase.is_place}{phrase.has_place}",
        f"n{side}{_step(length)}",
        f"n{side}{touches}{_step(length)}{group}",
        f"h{side}{_level(head.left)}{_level(head.right)}",
        f"h{side}{touches}{_level(head.left)}{_level(head.right)}{group}",
        f"t{_level(tail.left)}{length == 1}",
        f"f{_step(len(str(head.seen)))}{length == 1}",
        f"T{shared}{group}",
        f"k{head.kind}{length == 1}",
        f"M{group}{side}{phrase.tokens[0].fold in used('measured')}{touches}",
    ]


def stem(folded: str) -> str:
    """A folded word without the ending of its plural or of an indefinite noun."""
    for ending in ("هایی", "های", "ها", "ی"):
        if folded.endswith(ending) and len(folded) > len(ending) + 2:
            return folded[: -len(ending)]
    return folded


class Scored(NamedTuple):
    """A phrase and the probability that the subject has it."""

    phrase: Phrase
    chance: float


def explain(frame: Frame, quantity: Quantity, group: str, change: str | None, title: frozenset[str]) -> list[Scored]:
    """Return the phrases near a quantity with their chances, best first."""
    weights = _weights()
    base = weights["*"]
    scored = [
        Scored(phrase, 1 / (1 + exp(-base - _CAUTION - sum([weights.get(name, 0.0) for name in names]))))
        for phrase, names in features(frame, quantity, group, change, title)
    ]
    return sorted(scored, key=lambda one: -one.chance)


def choose(scored: Sequence[Scored]) -> list[Phrase]:
    """Choose the phrases whose letters agree best, on expectation, with the subject."""
    best, most = 0, 0.0
    kept: list[Phrase] = []
    seen: set[str] = set()
    letters = agreed = 0.0
    whole = max(_EXPECTED, sum(one.chance * _letters(one.phrase) for one in scored))
    for phrase, chance in scored:
        stems = {stem(token.fold) for token in phrase.tokens}
        if stems <= seen:
            continue
        seen |= stems
        kept.append(phrase)
        letters += _letters(phrase)
        agreed += chance * _letters(phrase)
        measure = 2 * agreed / (letters + whole)
        if measure > most:
            best, most = len(kept), measure
    return kept[:best]


def _letters(phrase: Phrase) -> int:
    return sum(len(token.fold) for token in phrase.tokens)


def render(frame: Frame, quantity: Quantity, phrases: Sequence[Phrase], group: str) -> str:
    """The phrases as one: those after the quantity first where it counts them, each with its preposition.

    What is counted is put in the plural; a verbal noun that is done to it («کشف ۳ کیلوگرم», «کشف شد») becomes its
    participle.
    """
    last = _last(quantity)
    after = sorted(phrase for phrase in phrases if phrase.start >= last)
    before = sorted(phrase for phrase in phrases if phrase.end <= quantity.start)
    core = after[0] if after and after[0].start - last < 2 else None
    done = [phrase for phrase in before if core and phrase.end == quantity.start and _is_action(frame, phrase)]
    order = [*after, *(phrase for phrase in before if phrase not in done)] if core else [*before, *after]
    if core:
        order[1:1] = done
    words: list[str] = []
    for index, phrase in enumerate(order):
        tokens = phrase.tokens
        linked = phrase.link in _LINKS or (
            index > 0 and order[index - 1].end == phrase.start - 1 and frame.kinds[phrase.start - 1] in "pw"
        )
        if index and linked and phrase not in done:
            words.append(frame.tokens[phrase.start - 1].text)
        start = len(words)
        for at, token in enumerate(tokens):
            if at and token.is_glued:
                words[-1] += token.text
            else:
                words.append(token.text)
        counts_people = quantity.unit is not None and quantity.unit.kind == "person"
        if phrase is core and group == "c" and quantity.value > 1 and not counts_people:
            words[start] = _plural(words[start], is_last=len(order) == 1 and len(words) == start + 1)
        is_short = len(phrase.tokens) == 1
        if phrase in done or (
            is_short and phrase is not core and phrase.ends == "v" and _is_passive(frame, phrase.end)
        ):
            words[start] = words[start].removesuffix("ی" if words[start].endswith("ای") else "") + "\u200cشده"
    return " ".join(words)


def _last(quantity: Quantity) -> int:
    """Where what is counted may begin: at a unit that is itself what is counted («۱۲ اثر»), else after the unit."""
    return quantity.after if quantity.unit and quantity.unit.is_named else quantity.end


def _is_action(frame: Frame, phrase: Phrase) -> bool:
    found = word(phrase.tokens[0].fold)
    measured = phrase.tokens[0].fold in used("measured")
    return len(phrase.tokens) == 1 and found.left > 2 and found.kind == "n" and not measured


def _plural(noun: str, *, is_last: bool) -> str:
    """«پرونده» to «پرونده‌های», «متهم» to «متهمان»; a noun that is plural or does not look singular is kept."""
    folded = fold(noun)
    if folded.endswith(("ها", "های", "هایی", "ات", "ان", "ین")) or len(folded) < 3:
        return noun
    if folded in _persons():
        if folded[-1] == "ه":
            return noun[:-1] + "گان"
        return noun + ("یان" if folded[-1] in "او" else "ان")
    return noun + ("\u200cها" if is_last else "\u200cهای")


@cache
def _persons() -> frozenset[str]:
    return frozenset(map(fold, words("people")))


@cache
def _becoming() -> frozenset[str]:
    return frozenset(fold(form) for form, infinitive in infinitives().items() if infinitive in ("شدن", "کردن", "گرفتن"))


def _is_passive(frame: Frame, index: int) -> bool:
    return frame.tokens[index].fold in _becoming()
