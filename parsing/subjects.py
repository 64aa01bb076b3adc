"""What a quantity measures: the words of its sentence that name it, and the place of the article where it needs one.

Every word of the noun phrases near a quantity is scored by where its phrase stands to the quantity (side and order, the
preposition before it, the verbs, commas and other quantities between), where it stands in its phrase, what class of
word it is, and how often the article names it (`parsing.cues`). `explain` gives each word with its chance.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from parsing.cues import (
    Cues,
    around_cues,
    between_cues,
    class_cues,
    generic_cues,
    known_words,
    main_place_cues,
    often_cues,
    often_step,
    place_cues,
    position_cues,
    shape_cues,
    step,
    title_cues,
    weights,
    where_cues,
)
from parsing.frames import MOST_PHRASES, Frame, Phrase, counted_from, used
from parsing.letters import fold
from parsing.quantities import Quantity
from parsing.wording import LINKS
from parsing.words import stem

_EXPECTED: Final = 32.0  # letters of a subject, by cross-validation; half the annotated ones have 24 to 39
_CAUTION: Final = -0.75  # added to the log-odds of each word: subjects are better short, by cross-validation
_SUMS: Final = frozenset(map(fold, ("مجموع", "کل")))  # «از مجموع ۴۰ واحد»


@dataclass(frozen=True, slots=True)
class Setting:
    """What the rest of an article says of its words.

    `title` are the stems of its title, `times` how often it has each stem, `place` the place it names most.
    """

    title: frozenset[str]
    times: Mapping[str, int]
    place: str | None


@dataclass(slots=True, init=False)
class Candidate:
    """A word that the subject may have: the token `at` an index, in a phrase; the article's place has phrase None."""

    at: int
    phrase: Phrase | None
    fold: str

    def __init__(self, at: int, phrase: Phrase | None, fold: str) -> None:
        self.at = at
        self.phrase = phrase
        self.fold = fold


@dataclass(slots=True, init=False)
class Scored:
    """A candidate and the probability that the subject has it."""

    candidate: Candidate
    chance: float

    def __init__(self, candidate: Candidate, chance: float) -> None:
        self.candidate = candidate
        self.chance = chance


def features(
    frame: Frame, quantity: Quantity, group: str, change: str | None, setting: Setting, part: str
) -> list[tuple[Candidate, tuple[Cues, ...]]]:
    """Return the words near a quantity, phrase by phrase, with their features; last the article's place if unnamed.

    `group` is the kind of quantity: h share, m money, u measure, c count. `part` is the part of the article.
    """
    kinds, last = frame.kinds, counted_from(quantity)
    first_after = bisect_left(frame.phrases, last, key=lambda phrase: phrase.start)
    after = frame.phrases[first_after : first_after + MOST_PHRASES]
    first_beyond = bisect_right(frame.phrases, quantity.start, key=lambda phrase: phrase.end)
    before = frame.phrases[max(0, first_beyond - MOST_PHRASES) : first_beyond][::-1]
    is_core = bool(after) and kinds[last : after[0].start] in ("", "p", "r")
    mode = f"{group}{'+' if change else ''}{'y' if quantity.is_adjective else ''}{'R' if is_core else 'L'}"
    prior, following = kinds[quantity.start - 1 : quantity.start], kinds[last : last + 1]
    title = frozenset[str]() if part == "title" else setting.title
    place = frozenset(map(fold, setting.place.split())) if setting.place else frozenset[str]()
    counts_people = quantity.unit is not None and quantity.unit.kind == "person"
    generic, measured, often, times = used("generic_place"), used("measured"), often_cues(), setting.times
    found: list[tuple[Candidate, tuple[Cues, ...]]] = []
    for side, phrases in (("R", after), ("L", before)):
        for order, phrase in enumerate(phrases):
            is_speaker = phrase.kind == "post" and phrase.start != last  # «۱۰ نفر قاضی» are counted
            if is_speaker or (phrase.tokens[0].fold in _SUMS and len(phrase.tokens) == 1):
                continue
            between = kinds[last : phrase.start] if side == "R" else kinds[phrase.end : quantity.start]
            if side == "L" and "c" in between and _is_spoken_before(frame, phrase, quantity):
                continue
            touches = "T" if len(between) < 4 and between.strip("pxr") == "" else "F"
            where, length = f"{side}{step(order)}", len(phrase.tokens)
            link = phrase.link if phrase.link in LINKS or phrase.link in ("", "w") else "?"
            count = between.count
            first = phrase.tokens[0].fold
            verbs, that, colons = step(count("v")), step(count("k")), step(count("c"))
            commas, sizes, ands = step(count("s")), step(count("q")), step(count("w"))
            stands = where_cues(side, where, mode, group, phrase.kind, touches, phrase.is_owned)
            spans = between_cues(side, group, verbs, that, colons, commas, sizes, ands)
            around = around_cues(side, group, touches, prior, following)
            shape = shape_cues(side, where, group, touches, link, phrase.ends, step(length))
            in_title = step(4 * sum([token.stem in title for token in phrase.tokens]) // length)
            is_place, has_place = phrase.start in phrase.places, bool(phrase.places)
            # By where a word stands in its phrase, then by what else is true of it.
            away = phrase.start - last if side == "R" else quantity.start - phrase.start
            positions = position_cues(side, where, group, touches, length, min(away, length + 12), first in measured)
            generics = generic_cues(length)
            named = place_cues(side, is_place, has_place, part)
            repeated = title_cues(group, part, in_title)
            classes = class_cues(side, group, touches, counts_people)
            for at, token in enumerate(phrase.tokens):
                if token.kind == "punct" or len(token.fold) < 2:
                    continue
                index, folded = phrase.start + at, token.fold
                begins, is_repeated = index in phrase.places, token.stem in title
                known = known_words[folded]
                cues = (
                    stands,
                    spans,
                    around,
                    shape,
                    positions[at],
                    known.own,
                    known.sides[side],
                    classes[known.kind],
                    named[4 * begins + 2 * (folded in place) + is_repeated],
                    repeated[is_repeated],
                    often[4 * often_step(times.get(token.stem, 0)) + 2 * begins + is_repeated],
                    generics[2 * at + (folded in generic)],
                )
                found.append((Candidate(index, phrase, folded), cues))
    if setting.place and place.isdisjoint([one.fold for one, _ in found]):
        near = any(one.phrase.places for one, _ in found[:12] if one.phrase)
        stems = [stem(one) for one in place]
        main = main_place_cues(
            group,
            part,
            title.issuperset(stems),
            step(min([times.get(one, 0) for one in stems])),
            near,
            any(one.fold in generic for one, _ in found),
            len(setting.place) // 4,
            step(len(found) // 6),
            bool(change),
        )
        found.append((Candidate(-1, None, fold(setting.place)), (main,)))
    return found


def _is_spoken_before(frame: Frame, phrase: Phrase, quantity: Quantity) -> bool:
    """Whether a colon stands between: the phrase belongs to who speaks, not to what is said."""
    return any(token.text == ":" for token in frame.tokens[phrase.end : quantity.start])


def explain(
    frame: Frame, quantity: Quantity, group: str, change: str | None, setting: Setting, part: str
) -> list[Scored]:
    """Return the words near a quantity with their chances, best first; see `features` for the arguments."""
    base = weights()["*"] + _CAUTION
    scored: list[Scored] = []
    for candidate, cues in features(frame, quantity, group, change, setting, part):
        odds = base
        for one in cues:
            odds += one.weight
        scored.append(Scored(candidate, 1 / (1 + exp(-odds))))
    return sorted(scored, key=lambda one: -one.chance)


def choose(scored: Sequence[Scored]) -> tuple[list[Phrase], bool]:
    """Choose the words whose letters agree best, on expectation, with the subject.

    Returns the phrases cut down to them (from the first chosen word of each to its last), and whether the article's
    place is one of them.
    """
    whole = max(_EXPECTED, sum([one.chance * len(one.candidate.fold) for one in scored]))
    kept: list[Candidate] = []
    seen: set[str] = set()
    letters = agreed = most = 0.0
    best = 0
    for one in scored:
        candidate, chance = one.candidate, one.chance
        stemmed = stem(candidate.fold)
        if stemmed in seen:
            continue
        seen.add(stemmed)
        kept.append(candidate)
        letters += len(candidate.fold)
        agreed += chance * len(candidate.fold)
        measure = 2 * agreed / (letters + whole)
        if measure > most:
            best, most = len(kept), measure
    chosen: dict[int, tuple[Phrase, list[int]]] = {}
    for candidate in kept[:best]:
        if candidate.phrase is not None:
            chosen.setdefault(candidate.phrase.start, (candidate.phrase, []))[1].append(candidate.at)
    phrases = [phrase.part(min(indices), max(indices) + 1) for phrase, indices in chosen.values()]
    return phrases, any(one.phrase is None for one in kept[:best]) and not any(map(_is_placed, phrases))


def _is_placed(phrase: Phrase) -> bool:
    """Whether a phrase names a place, not only «استان»: the article's place beside it would be a second."""
    own = (at for at in phrase.places if phrase.start <= at < phrase.end)
    return any(phrase.tokens[at - phrase.start].fold not in used("generic_place") or at + 1 < phrase.end for at in own)
