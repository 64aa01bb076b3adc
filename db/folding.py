"""Texts folded for comparing, as UTF-16 units in one array, and what is worked out of these: shingles and sketches.

numpy takes a microsecond or more for whatever it is asked, so the texts of several articles lie one after another in
one array and are worked on together. What a text gives never depends on those beside it. Changing what is folded here
is a migration. Pure functions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from parsing.letters import fold

type Folded = NDArray[np.uint16]

# Windows of this many folded characters (about six words) are hashed for a sketch, and the smallest SKETCH_SIZE kept:
# a bottom-k MinHash (Cohen and Kaplan 2007). Two texts that share the part j of their windows share none of 16 with
# probability (1-j)^16: 0.3 % at j = 0.3.
SKETCH_WINDOW = 24
SKETCH_SIZE = 16
# Of all hashes so many of the smallest are looked at, the repeated ones among them too.
_SMALLEST = 4 * SKETCH_SIZE

# A control character that no normalised text holds, kept in folding to say where one part ends.
END = "\x1e"
PART_END = ord(END)

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
# What a mark between two digits means, each behind a number that is no unit of a fold and below PART_END.
_MARKS = {1: ".٫/", 2: "-–", 3: ":"}
_MARK_MEANINGS = np.array([0, ord("."), ord("-"), ord(":")], np.uint16)


def units_of(text: str) -> Folded:
    """The UTF-16 units of `text`, half a surrogate pair too."""
    return np.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")


def joined(texts: Iterable[str | None]) -> str:
    """`texts` with an END after each."""
    return f"{END}\n".join([(text or "").replace(END, " ") for text in texts]) + END


def fold_words(*texts: str | None) -> Folded:
    """Letters and digits of `texts` in order, folded as `parsing.letters.fold` does, as UTF-16 units.

    A mark between two digits stays, so that 1.3 is not 13, nor 3-5 35.

    >>> fold_words("می‌شود ۱/۳").tobytes().decode("utf-16-le")
    'میشود1.3'
    """
    return _fold_units("\n".join(filter(None, texts)))


def fold_parts(*texts: str | None) -> tuple[Folded, list[int]]:
    """All `texts` folded in one go as `fold_words` does, a PART_END after each, and where each begins."""
    folded = _fold_units(joined(texts))
    return folded, [0, *(np.flatnonzero(folded == PART_END)[:-1] + 1).tolist()]


def fold_names(names: Iterable[str]) -> dict[str, str]:
    """Each of `names` with the folds of its characters: a fifth of the time that `fold` takes for each."""
    asked = list(set(names))
    units = units_of(END.join(asked))
    letters, is_odd = _tables()
    folded = letters.take(units)
    if is_odd.take(units).any() or np.count_nonzero(folded == PART_END) >= len(asked):
        return {name: "".join(map(_folded_character, name)) for name in asked}
    folds = folded.compress(folded >= PART_END).tobytes().decode("utf-16-le").split(END)
    return dict(zip(asked, folds, strict=True))


def shingles(folded: Folded, width: int) -> NDArray[np.uint64]:
    """The distinct hashes of all runs of `width` characters, sorted; none where the text is shorter."""
    return distinct(windows(folded, width))


def sketch(folded: Folded) -> list[int]:
    """The SKETCH_SIZE smallest distinct window hashes of a text; fewer, or none, where it is short."""
    return sketches(folded, [len(folded)])[0]


def sketches(folded: Folded, sizes: Sequence[int]) -> list[list[int]]:
    """The `sketch` of each of the texts of these `sizes` that lie one after another in `folded`."""
    hashes = windows(folded, SKETCH_WINDOW)
    found, begin = [], 0
    for size in sizes:
        own = hashes[begin : begin + max(0, size - SKETCH_WINDOW + 1)]
        found.append(_smallest(own).view(np.int64).tolist())
        begin += size
    return found


def distinct[Number: np.generic](values: NDArray[Number]) -> NDArray[Number]:
    """The distinct `values`, sorted. For the hundreds of a text, numpy's own `unique` takes three times as long."""
    ordered = np.sort(values)
    is_first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return ordered[is_first]


def _fold_units(text: str) -> Folded:
    folded: Folded = _tables()[0].take(units_of(text))
    places = np.flatnonzero(folded - np.uint16(1) < PART_END - 1)
    if len(places):
        marks = folded[places]
        folded[places] = 0
        inner = (places > 0) & (places < len(folded) - 1)
        places, marks = places[inner], marks[inner]
        inner = _is_digit(folded[places - 1]) & _is_digit(folded[places + 1])
        folded[places[inner]] = _MARK_MEANINGS[marks[inner]]
    return folded.compress(folded > 0)


def _is_digit(units: Folded) -> NDArray[np.bool_]:
    return (units >= 48) & (units <= 57)


def _smallest(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The SKETCH_SIZE smallest of the distinct among the _SMALLEST smallest."""
    if len(hashes) > _SMALLEST:
        # Hashes are spread evenly, so those under a bound are nearly always enough, and soon found.
        low = np.sort(hashes[hashes < np.uint64((3 * SKETCH_SIZE << 64) // len(hashes))])[:_SMALLEST]
        smallest = distinct(low)
        if len(smallest) >= SKETCH_SIZE or len(low) == _SMALLEST:
            return smallest[:SKETCH_SIZE]
        hashes = np.partition(hashes, _SMALLEST)[:_SMALLEST]
    return distinct(hashes)[:SKETCH_SIZE]


def windows(folded: Folded, width: int) -> NDArray[np.uint64]:
    """A 64-bit hash of each run of `width` characters: polynomials of 1, 2, 4, 8 … characters, put together."""
    if len(folded) < width:
        return np.empty(0, np.uint64)
    power = folded.astype(np.uint64)
    power *= _FACTOR
    power ^= power >> np.uint64(29)
    hashes: NDArray[np.uint64] | None = None
    done, size, factor = 0, 1, int(_FACTOR) | 1
    while width:
        if width & 1:
            if hashes is None:
                hashes, done = power, size
            else:
                scale = np.uint64(pow(int(_FACTOR) | 1, size, 1 << 64))
                length = min(len(hashes), len(power) - done)
                hashes, done = hashes[:length] * scale + power[done : done + length], done + size
        width >>= 1
        if width:
            power = power[:-size] * np.uint64(factor) + power[size:]
            size *= 2
            factor = pow(factor, 2, 1 << 64)
    assert hashes is not None
    return hashes


class _FoldedCharacters(dict[str, str]):
    def __missing__(self, character: str) -> str:
        folded = self[character] = fold(character)
        return folded


_folded_character = _FoldedCharacters().__getitem__


@cache
def _tables() -> tuple[Folded, NDArray[np.bool_]]:
    """For each UTF-16 unit: its fold, the number of a mark, PART_END, or 0 for what a fold leaves out; and whether it
    is half of a character, or folds to more than one."""
    letters, is_odd = np.zeros(1 << 16, np.uint16), np.zeros(1 << 16, np.bool_)
    is_odd[0xD800:0xE000] = True
    for code in range(1 << 16):
        if is_odd[code] or not chr(code).isalnum():
            continue
        folded = fold(chr(code))
        if len(folded) == 1:
            letters[code] = ord(folded)
        else:
            is_odd[code] = len(folded) > 1
    for number, marks in _MARKS.items():
        letters[[ord(mark) for mark in marks]] = number
    letters[PART_END] = PART_END
    return letters, is_odd
