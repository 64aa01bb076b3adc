"""The features of words near a quantity, for being part of what it measures, and the weights that were fitted to them.

A feature is a short name: which family it is of, then what it depends on. Names repeat, so each family is named and
weighed once for all that it depends on, which is little: steps, levels, classes and kinds. Words themselves are
features too («w:»), where enough annotated quantities have them near. The weights (`data/subject_weights.tsv`) were
fitted by `python -m bench.tools.build_subjects`; a feature that has none weighs 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from sys import intern
from typing import Final

from parsing.frames import used
from parsing.lexicon import rows
from parsing.nouns import people
from parsing.words import stem, word

_MOST_WORDS: Final = 1 << 14  # remembered
_PARTS: Final = {"kicker": "k", "title": "t", "lead": "l", "body": "b"}


@dataclass(slots=True, init=False)
class Cues:
    """Features by their names, and the sum of their weights."""

    names: tuple[str, ...]
    weight: float

    def __init__(self, names: tuple[str, ...], weight: float) -> None:
        self.names = names
        self.weight = weight


@cache
def weights() -> dict[str, float]:
    return {row["feature"]: float(row["weight"]) for row in rows("subject_weights")}


def _cues(*names: str) -> Cues:
    known = weights()
    return Cues(tuple(map(intern, names)), sum([known.get(name, 0.0) for name in names]))


def step(number: int) -> int:
    return number if number < 4 else 4


def _level(weight: float) -> str:
    return "-" if weight < -2 else "0" if weight < 2 else "+"


def often_step(times: int) -> int:
    return 1 if times < 2 else 2 if times < 3 else 3 if times < 5 else 4 if times < 8 else 5


def _far(distance: int) -> int:
    return 0 if distance < 1 else distance if distance < 3 else 3 if distance < 7 else 4 if distance < 12 else 5


@cache
def where_cues(side: str, where: str, mode: str, group: str, kind: str, touches: str, is_owned: bool) -> Cues:
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
def between_cues(side: str, group: str, verbs: int, that: int, colons: int, commas: int, sizes: int, ands: int) -> Cues:
    return _cues(
        f"{side}b{step(verbs + that + colons)}{group}",
        f"{side}v{verbs}",
        f"{side}c{colons}",
        f"{side}k{that}",
        f"{side}s{commas}",
        f"{side}q{sizes}{group}",
        f"{side}w{ands}",
    )


@cache
def around_cues(side: str, group: str, touches: str, prior: str, following: str) -> Cues:
    return _cues(f"bk{prior}{side}{touches}{group}", f"ak{following}{side}{touches}{group}")


@cache
def shape_cues(side: str, where: str, group: str, touches: str, link: str, ends: str, length: int) -> Cues:
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
def position_cues(
    side: str, where: str, group: str, touches: str, length: int, away: int, measured: bool
) -> tuple[Cues, ...]:
    """By the place of a word in its phrase, which begins so many tokens after what counts it or before the quantity."""
    found: list[Cues] = []
    whole = step(length)
    for at in range(length):
        here, left, distance = step(at), step(length - at), _far(away + at if side == "R" else away - at)
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
def generic_cues(length: int) -> tuple[Cues, ...]:
    """By twice the place of a word in its phrase, and one more for the kind of a place."""
    return tuple([_cues(f"G{is_one}{step(at)}{step(length - at)}") for at in range(length) for is_one in range(2)])


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


class _Words(dict[str, _Word]):
    """What is known of the folded words asked for so far."""

    def __missing__(self, folded: str) -> _Word:
        if len(self) > _MOST_WORDS:
            self.clear()
        known, stemmed = word(folded), stem(folded)
        levels, seen = f"{known.kind}{_level(known.left)}{_level(known.right)}", min(len(str(known.seen)), 5)
        length, is_number = step(len(folded) // 2), folded[0].isdigit()
        own = _cues(f"W{levels}", f"f{seen}", f"L{length}", f"N{is_number:d}", f"w:{stemmed}")
        sides = {side: _cues(f"w:{stemmed}:{side}") for side in "RL"}
        kind = f"{levels}{folded in used('measured'):d}{folded in people():d}"
        self[folded] = found = _Word(own, sides, kind)
        return found


known_words: Final = _Words()


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
def class_cues(side: str, group: str, touches: str, counts_people: bool) -> _Classes:
    return _Classes(side, group, touches, counts_people)


@cache
def place_cues(side: str, is_place: bool, has_place: bool, part: str) -> tuple[Cues, ...]:
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
def title_cues(group: str, part: str, in_title: int) -> tuple[Cues, ...]:
    """By 1 for a word of the title, 0 for others."""
    return tuple([_cues(f"T{here}{group}{_PARTS[part]}", f"T{in_title}{here}") for here in range(2)])


@cache
def often_cues() -> tuple[Cues, ...]:
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
def main_place_cues(
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
        f"Al{step(length)}",
        f"An{words}",
        f"Ac{is_change:d}",
    )
