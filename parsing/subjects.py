"""What a quantity measures: the phrases of its sentence that name it, and the place of the article where none does.

The noun phrases of the sentence are scored by where each stands to the quantity: side and order, the preposition
before it, the verbs, commas and other quantities between, whether it ends at a verb. The weights
(`data/subject_weights.tsv`) were fitted to annotated articles by `python -m bench.tools.build_subjects`; apart from
prepositions none is for a word, so they say how Persian news places what it counts, not which words those articles
had. `explain` gives each phrase with its score.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from math import exp
from typing import NamedTuple

from parsing.dates import Dated
from parsing.lexicon import infinitives, rows, words
from parsing.phrases import phrase_end
from parsing.places import place_at, place_starts
from parsing.quantities import Quantity, words_of_use
from parsing.text import Token, fold
from parsing.words import word

_MOST_PHRASES = 7  # on each side of a quantity
_LINKS = frozenset(("در", "به", "از", "با", "برای", "بر", "توسط", "میان", "بین"))
_EXPECTED = 26.0  # letters of a subject; those of annotated ones are between 20 and 45
_MOST_KNOWN = 1 << 12  # results remembered of each small function below
_CAUTION = -1.0  # added to the log-odds of each phrase: subjects are better short, by cross-validation


class Phrase(NamedTuple):
    """A noun phrase `tokens[start:end]` and what stands before and after it.

    `link` is the preposition before it, `ends` what follows: v a verb, q a quantity, p preposition, s comma, x other;
    `kind` is noun, post, date, year or compared; `is_owned` says that a quantity stands just before it. `stems` are
    those of its words, `letters` how many they have.
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
    stems: frozenset[str]
    letters: int


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
    changes = _changes()
    for index, token in enumerate(tokens):
        if token.fold in changes and kinds[index] == "n" and "q" in kinds[max(0, index - 1) : index + 2]:
            kinds[index] = "r"
    after = max(map(_last, quantities), default=0)
    later = 0  # phrases after the last quantity
    phrases: list[Phrase] = []
    dated = {date.start: date for date in dates}
    index = 0
    while index < len(tokens) and later < _MOST_PHRASES:
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
        _stems(tokens[start : date.end]),
        _letters(tokens[start : date.end]),
    )


@lru_cache(_MOST_KNOWN)
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
    starts = place_starts()
    places = [at for at in range(start, end) if tokens[at].fold in starts and place_at(tokens, at) is not None]
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
    words = tokens[start:end]
    return Phrase(
        start, end, words, link, ends, bool(places), start in places, kind, is_owned, _stems(words), _letters(words)
    )


def _stems(tokens: Sequence[Token]) -> frozenset[str]:
    return frozenset([stem(token.fold) for token in tokens])


def _letters(tokens: Sequence[Token]) -> int:
    return sum([len(token.fold) for token in tokens])


def _step(number: int) -> str:
    return str(number if number < 4 else 4)


def _level(weight: float) -> str:
    return "-" if weight < -2 else "0" if weight < 2 else "+"


class Cues(NamedTuple):
    """Features by their names, and the sum of their weights."""

    names: tuple[str, ...]
    weight: float


def _cues(*names: str) -> Cues:
    weights = _weights()
    return Cues(names, sum(weights.get(name, 0.0) for name in names))


def features(
    frame: Frame, quantity: Quantity, group: str, change: str | None, title: frozenset[str]
) -> list[tuple[Phrase, tuple[Cues, ...]]]:
    """Return the phrases near a quantity, nearest first on each side, with their features."""
    last = _last(quantity)
    after = [phrase for phrase in frame.phrases if phrase.start >= last][:_MOST_PHRASES]
    before = [phrase for phrase in frame.phrases if phrase.end <= quantity.start][: -_MOST_PHRASES - 1 : -1]
    is_core = bool(after) and frame.kinds[last : after[0].start] in ("", "p", "r")
    mode = f"{group}{'+' if change else ''}{'y' if quantity.is_adjective else ''}{'R' if is_core else 'L'}"
    found: list[tuple[Phrase, tuple[Cues, ...]]] = []
    for side, phrases in (("R", after), ("L", before)):
        for order, phrase in enumerate(phrases):
            between = frame.kinds[last : phrase.start] if side == "R" else frame.kinds[phrase.end : quantity.start]
            is_spoken = side == "L" and "c" in between and _is_spoken_before(frame, phrase, quantity)
            if phrase.kind != "post" and not is_spoken:
                found.append((phrase, _features_of(phrase, side, order, between, mode, group, title)))
    return found


def _is_spoken_before(frame: Frame, phrase: Phrase, quantity: Quantity) -> bool:
    """Whether a colon stands between: the phrase belongs to who speaks, not to what is said."""
    return any(token.text == ":" for token in frame.tokens[phrase.end : quantity.start])


def _features_of(
    phrase: Phrase, side: str, order: int, between: str, mode: str, group: str, title: frozenset[str]
) -> tuple[Cues, ...]:
    where = f"{side}{_step(order)}"
    touches = "T" if between.strip("pxr") == "" and len(between) < 4 else "F"
    shared = len(phrase.stems & title) * 2 // max(1, len(phrase.stems))
    link = phrase.link if phrase.link in _LINKS else phrase.link and "?"
    length, count = len(phrase.tokens), between.count
    return (
        _where_cues(side, where, mode, group, phrase.kind, touches, phrase.is_owned),
        _between_cues(side, group, *map(count, "vkcsqw")),
        _shape_cues(side, where, group, touches, link, phrase.ends, length),
        _place_cues(side, group, phrase.is_place, phrase.has_place, shared),
        _word_cues(side, group, touches, phrase.tokens[0].fold, phrase.tokens[-1].fold, length == 1),
    )


# The names of features repeat, so each family of them is named and weighed once for all that it depends on.


@lru_cache(_MOST_KNOWN)
def _where_cues(side: str, where: str, mode: str, group: str, kind: str, touches: str, is_owned: bool) -> Cues:
    return _cues(
        f"{where}",
        f"{where}{group}",
        f"{side}K{kind}{touches}",
        f"K{kind}{group}",
        f"O{side}{touches}{is_owned}",
        f"{where}{mode}{touches}",
        f"{side}{mode}{touches}",
    )


@lru_cache(_MOST_KNOWN)
def _between_cues(
    side: str, group: str, verbs: int, that: int, colons: int, commas: int, sizes: int, ands: int
) -> Cues:
    return _cues(
        f"{side}b{_step(verbs + that + colons)}{group}",
        f"{side}v{_step(verbs)}",
        f"{side}c{_step(colons)}",
        f"{side}k{_step(that)}",
        f"{side}s{_step(commas)}",
        f"{side}q{_step(sizes)}{group}",
        f"{side}w{_step(ands)}",
    )


@lru_cache(_MOST_KNOWN)
def _shape_cues(side: str, where: str, group: str, touches: str, link: str, ends: str, length: int) -> Cues:
    return _cues(
        f"{side}l{link}",
        f"{side}{touches}l{link}{group}",
        f"{side}e{ends}",
        f"{where}e{ends}",
        f"{side}e{ends}{length == 1}{touches}",
        f"n{side}{_step(length)}",
        f"n{side}{touches}{_step(length)}{group}",
    )


@lru_cache(_MOST_KNOWN)
def _place_cues(side: str, group: str, is_place: bool, has_place: bool, shared: int) -> Cues:
    return _cues(f"P{side}{is_place}{has_place}", f"T{shared}{group}")


@lru_cache(_MOST_KNOWN)
def _word_cues(side: str, group: str, touches: str, first: str, last: str, is_alone: bool) -> Cues:
    head, tail = word(first), word(last)
    return _cues(
        f"h{side}{_level(head.left)}{_level(head.right)}",
        f"h{side}{touches}{_level(head.left)}{_level(head.right)}{group}",
        f"t{_level(tail.left)}{is_alone}",
        f"f{_step(len(str(head.seen)))}{is_alone}",
        f"k{head.kind}{is_alone}",
        f"M{group}{side}{first in used('measured')}{touches}",
    )


@lru_cache(_MOST_KNOWN)
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
    base = _weights()["*"] + _CAUTION
    scored = [
        Scored(phrase, 1 / (1 + exp(-base - sum([one.weight for one in cues]))))
        for phrase, cues in features(frame, quantity, group, change, title)
    ]
    return sorted(scored, key=lambda one: -one.chance)


def choose(scored: Sequence[Scored]) -> list[Phrase]:
    """Choose the phrases whose letters agree best, on expectation, with the subject."""
    best, most = 0, 0.0
    kept: list[Phrase] = []
    seen: set[str] = set()
    letters = agreed = 0.0
    whole = max(_EXPECTED, sum(one.chance * one.phrase.letters for one in scored))
    for phrase, chance in scored:
        if phrase.stems <= seen:
            continue
        seen |= phrase.stems
        kept.append(phrase)
        letters += phrase.letters
        agreed += chance * phrase.letters
        measure = 2 * agreed / (letters + whole)
        if measure > most:
            best, most = len(kept), measure
    return kept[:best]


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
