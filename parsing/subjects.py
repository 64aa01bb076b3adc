"""What a quantity measures: the words of its sentence that name it, and the place of the article where it needs one.

Every word of the noun phrases near a quantity is scored by where its phrase stands to the quantity (side and order, the
preposition before it, the verbs, commas and other quantities between), where it stands in its phrase, what class of
word it is, and how often the article names it. The weights (`data/subject_weights.tsv`) were fitted to annotated
articles by `python -m bench.tools.build_subjects`; apart from prepositions none is for a word, so they say how Persian
news places what it counts, not which words those articles had. `explain` gives each word with its chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp
from sys import intern
from typing import Final

from parsing.frames import MOST_PHRASES, Frame, Phrase, counted_from, used
from parsing.letters import fold
from parsing.lexicon import rows, words
from parsing.quantities import Quantity
from parsing.wording import LINKS
from parsing.words import stem, word

_EXPECTED: Final = 32.0  # letters of a subject, by cross-validation; half the annotated ones have 24 to 39
_CAUTION: Final = -0.6  # added to the log-odds of each word: subjects are better short, by cross-validation
_MOST_WORDS: Final = 1 << 14  # remembered
_SUMS: Final = frozenset(map(fold, ("مجموع", "کل")))  # «از مجموع ۴۰ واحد»
_PARTS: Final = {"kicker": "k", "title": "t", "lead": "l", "body": "b"}


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
class Cues:
    """Features by their names, and the sum of their weights."""

    names: tuple[str, ...]
    weight: float

    def __init__(self, names: tuple[str, ...], weight: float) -> None:
        self.names = names
        self.weight = weight


@dataclass(slots=True, init=False)
class Scored:
    """A candidate and the probability that the subject has it."""

    candidate: Candidate
    chance: float

    def __init__(self, candidate: Candidate, chance: float) -> None:
        self.candidate = candidate
        self.chance = chance


@cache
def _weights() -> dict[str, float]:
    return {row["feature"]: float(row["weight"]) for row in rows("subject_weights")}


def _cues(*names: str) -> Cues:
    weights = _weights()
    return Cues(tuple(map(intern, names)), sum([weights.get(name, 0.0) for name in names]))


@cache
def _people() -> frozenset[str]:
    return frozenset(map(fold, words("people")))


@cache
def _generic() -> frozenset[str]:
    """Kinds of places that a subject seldom needs."""
    return used("generic_place")


def _step(number: int) -> int:
    return number if number < 4 else 4


def _level(weight: float) -> str:
    return "-" if weight < -2 else "0" if weight < 2 else "+"


def _often(times: int) -> int:
    return 1 if times < 2 else 2 if times < 3 else 3 if times < 5 else 4 if times < 8 else 5


def _far(distance: int) -> int:
    return 0 if distance < 1 else distance if distance < 3 else 3 if distance < 7 else 4 if distance < 12 else 5


def features(
    frame: Frame, quantity: Quantity, group: str, change: str | None, setting: Setting, part: str
) -> list[tuple[Candidate, tuple[Cues, ...]]]:
    """Return the words near a quantity, phrase by phrase, with their features; last the article's place if unnamed.

    `group` is the kind of quantity: h share, m money, u measure, c count. `part` is the part of the article.
    """
    kinds, last = frame.kinds, counted_from(quantity)
    after = [phrase for phrase in frame.phrases if phrase.start >= last][:MOST_PHRASES]
    before = [phrase for phrase in frame.phrases if phrase.end <= quantity.start][: -MOST_PHRASES - 1 : -1]
    is_core = bool(after) and kinds[last : after[0].start] in ("", "p", "r")
    mode = f"{group}{'+' if change else ''}{'y' if quantity.is_adjective else ''}{'R' if is_core else 'L'}"
    prior, following = kinds[quantity.start - 1 : quantity.start], kinds[last : last + 1]
    title = frozenset[str]() if part == "title" else setting.title
    place = frozenset(map(fold, setting.place.split())) if setting.place else frozenset[str]()
    counts_people = quantity.unit is not None and quantity.unit.kind == "person"
    generic, measured, often, times = _generic(), used("measured"), _often_cues(), setting.times
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
            where, length = f"{side}{_step(order)}", len(phrase.tokens)
            link = phrase.link if phrase.link in LINKS or phrase.link in ("", "w") else "?"
            count = between.count
            first = phrase.tokens[0].fold
            verbs, that, colons = _step(count("v")), _step(count("k")), _step(count("c"))
            commas, sizes, ands = _step(count("s")), _step(count("q")), _step(count("w"))
            stands = _where_cues(side, where, mode, group, phrase.kind, touches, phrase.is_owned)
            spans = _between_cues(side, group, verbs, that, colons, commas, sizes, ands)
            around = _around_cues(side, group, touches, prior, following)
            shape = _shape_cues(side, where, group, touches, link, phrase.ends, _step(length))
            in_title = _step(4 * sum([token.stem in title for token in phrase.tokens]) // length)
            is_place, has_place = phrase.start in phrase.places, bool(phrase.places)
            # By where a word stands in its phrase, then by what else is true of it.
            away = phrase.start - last if side == "R" else quantity.start - phrase.start
            positions = _position_cues(side, where, group, touches, length, min(away, length + 12), first in measured)
            generics = _generic_cues(length)
            named = _place_cues(side, is_place, has_place, part)
            repeated = _title_cues(group, part, in_title)
            classes = _classes(side, group, touches, counts_people)
            for at, token in enumerate(phrase.tokens):
                if token.kind == "punct" or len(token.fold) < 2:
                    continue
                index, folded = phrase.start + at, token.fold
                begins, is_repeated = index in phrase.places, token.stem in title
                known = _known_words[folded]
                cues = (
                    stands,
                    spans,
                    around,
                    shape,
                    positions[at],
                    known.near(side, classes[known.kind]),
                    named[4 * begins + 2 * (folded in place) + is_repeated],
                    repeated[is_repeated],
                    often[4 * _often(times.get(token.stem, 0)) + 2 * begins + is_repeated],
                    generics[2 * at + (folded in generic)],
                )
                found.append((Candidate(index, phrase, folded), cues))
    if setting.place and place.isdisjoint([one.fold for one, _ in found]):
        near = any(one.phrase.places for one, _ in found[:12] if one.phrase)
        stems = [stem(one) for one in place]
        main = _main_place_cues(
            group,
            part,
            title.issuperset(stems),
            _step(min([times.get(one, 0) for one in stems])),
            near,
            any(one.fold in generic for one, _ in found),
            len(setting.place) // 4,
            _step(len(found) // 6),
            bool(change),
        )
        found.append((Candidate(-1, None, fold(setting.place)), (main,)))
    return found


def _is_spoken_before(frame: Frame, phrase: Phrase, quantity: Quantity) -> bool:
    """Whether a colon stands between: the phrase belongs to who speaks, not to what is said."""
    return any(token.text == ":" for token in frame.tokens[phrase.end : quantity.start])


# The names of features repeat, so each family of them is named and weighed once for all that it depends on, which is
# little: steps, levels and kinds.


@cache
def _where_cues(side: str, where: str, mode: str, group: str, kind: str, touches: str, is_owned: bool) -> Cues:
    return _cues(
        f"{where}",
        f"{where}{group}",
        f"{side}K{kind}{touches}",
        f"K{kind}{group}",
        f"O{side}{touches}{is_owned:d}",
        f"{where}{mode}{touches}",
        f"{side}{mode}{touches}",
    )


@cache
def _between_cues(
    side: str, group: str, verbs: int, that: int, colons: int, commas: int, sizes: int, ands: int
) -> Cues:
    return _cues(
        f"{side}b{_step(verbs + that + colons)}{group}",
        f"{side}v{verbs}",
        f"{side}c{colons}",
        f"{side}k{that}",
        f"{side}s{commas}",
        f"{side}q{sizes}{group}",
        f"{side}w{ands}",
    )


@cache
def _around_cues(side: str, group: str, touches: str, prior: str, following: str) -> Cues:
    return _cues(f"bk{prior}{side}{touches}{group}", f"ak{following}{side}{touches}{group}")


@cache
def _shape_cues(side: str, where: str, group: str, touches: str, link: str, ends: str, length: int) -> Cues:
    return _cues(
        f"{side}l{link}",
        f"{side}{touches}l{link}{group}",
        f"{side}e{ends}",
        f"{where}e{ends}",
        f"{side}e{ends}{length == 1:d}{touches}",
        f"n{side}{length}",
        f"n{side}{touches}{length}{group}",
    )


@cache
def _position_cues(
    side: str, where: str, group: str, touches: str, length: int, away: int, measured: bool
) -> tuple[Cues, ...]:
    """By the place of a word in its phrase, which begins so many tokens after what counts it or before the quantity."""
    found: list[Cues] = []
    whole = _step(length)
    for at in range(length):
        here, left, distance = _step(at), _step(length - at), _far(away + at if side == "R" else away - at)
        found.append(
            _cues(
                f"{where}i{here}{touches}",
                f"i{here}{left}",
                f"i{here}{left}{group}{touches}",
                f"i{here}{whole}{side}",
                f"d{side}{distance}",
                f"d{side}{distance}{group}",
                f"m{group}{side}{measured:d}{touches}{here}",
            )
        )
    return tuple(found)


@cache
def _generic_cues(length: int) -> tuple[Cues, ...]:
    """By twice the place of a word in its phrase, and one more for the kind of a place."""
    return tuple([_cues(f"G{is_one}{_step(at)}{_step(length - at)}") for at in range(length) for is_one in range(2)])


@dataclass(slots=True, init=False)
class _Word:
    """What is known of a folded word wherever it stands, on each side of a quantity, and its kind for `_Classes`."""

    own: Cues
    sides: dict[str, Cues]
    kind: str

    def __init__(self, own: Cues, sides: dict[str, Cues], kind: str) -> None:
        self.own = own
        self.sides = sides
        self.kind = kind

    def near(self, side: str, classed: Cues) -> Cues:
        own, sided = self.own, self.sides[side]
        return Cues(own.names + sided.names + classed.names, own.weight + sided.weight + classed.weight)


class _Words(dict[str, _Word]):
    """What is known of the folded words asked for so far."""

    def __missing__(self, folded: str) -> _Word:
        if len(self) > _MOST_WORDS:
            self.clear()
        known, stemmed = word(folded), stem(folded)
        levels, seen = f"{known.kind}{_level(known.left)}{_level(known.right)}", min(len(str(known.seen)), 5)
        length, is_number = _step(len(folded) // 2), folded[0].isdigit()
        own = _cues(f"W{levels}", f"f{seen}", f"L{length}", f"N{is_number:d}", f"w:{stemmed}")
        sides = {side: _cues(f"w:{stemmed}:{side}") for side in "RL"}
        kind = f"{levels}{folded in used('measured'):d}{folded in _people():d}"
        self[folded] = found = _Word(own, sides, kind)
        return found


_known_words: Final = _Words()


class _Classes(dict[str, Cues]):
    """What is known of all words of a kind, near quantities of one kind and side."""

    def __init__(self, side: str, group: str, touches: str, counts_people: bool) -> None:
        super().__init__()
        self.side, self.group, self.touches, self.counts_people = side, group, touches, counts_people

    def __missing__(self, kind: str) -> Cues:
        side, group, touches = self.side, self.group, self.touches
        levels, is_measured, is_person = kind[:-2], kind[-2], kind[-1]
        self[kind] = found = _cues(
            f"W{side}{touches}{levels}{group}",
            f"M{group}{side}{is_measured}{touches}",
            f"p{is_person}{self.counts_people:d}{side}{touches}",
        )
        return found


@cache
def _classes(side: str, group: str, touches: str, counts_people: bool) -> _Classes:
    return _Classes(side, group, touches, counts_people)


@cache
def _place_cues(side: str, is_place: bool, has_place: bool, part: str) -> tuple[Cues, ...]:
    """By 4 for a word where a name of a place begins, 2 for one of the article's place, 1 for one of the title."""
    return tuple(
        [
            _cues(
                f"P{side}{begins}{is_named}",
                f"P{side}{is_place:d}{has_place:d}{begins}",
                f"P{begins}{_PARTS[part]}{is_repeated}",
            )
            for begins in range(2)
            for is_named in range(2)
            for is_repeated in range(2)
        ]
    )


@cache
def _title_cues(group: str, part: str, in_title: int) -> tuple[Cues, ...]:
    """By 1 for a word of the title, 0 for others."""
    return tuple([_cues(f"T{here}{group}{_PARTS[part]}", f"T{in_title}{here}") for here in range(2)])


@cache
def _often_cues() -> tuple[Cues, ...]:
    """By 4 for each step of how often the article has a word, 2 where a place begins, 1 for one of the title."""
    return tuple(
        [
            _cues(f"x{often}", f"x{often}{begins}{is_repeated}")
            for often in range(6)
            for begins in range(2)
            for is_repeated in range(2)
        ]
    )


@cache
def _main_place_cues(
    group: str,
    part: str,
    in_title: bool,
    often: int,
    near: bool,
    generic: bool,
    length: int,
    words: int,
    is_change: bool,
) -> Cues:
    return _cues(
        f"A{group}",
        f"At{in_title:d}{often}",
        f"Ap{near:d}",
        f"Ag{generic:d}",
        f"A{_PARTS[part]}",
        f"Al{_step(length)}",
        f"An{words}",
        f"Ac{is_change:d}",
    )


def explain(
    frame: Frame, quantity: Quantity, group: str, change: str | None, setting: Setting, part: str
) -> list[Scored]:
    """Return the words near a quantity with their chances, best first; see `features` for the arguments."""
    base = _weights()["*"] + _CAUTION
    scored: list[Scored] = []
    for candidate, cues in features(frame, quantity, group, change, setting, part):
        odds = base + sum([one.weight for one in cues])
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
    return any(phrase.tokens[at - phrase.start].fold not in _generic() or at + 1 < phrase.end for at in own)
