"""The words of a text as numbers, by which articles are searched whatever their spelling. Pure functions.

A word is what stands between spaces and marks in normalised text. Its key is a hash of its fold, so letter variants,
hamza, diacritics, digit scripts and half-spaces make no other word, and endings after a half-space (plurals,
comparatives, possessives) are left off. Numbers instead of words halve the cost of the index: measured in
docs/decisions.md. Changing a key here takes a migration that fills article_words anew.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from db.folding import PART_END, distinct, joined, units_of
from parsing.letters import ZWNJ, fold
from parsing.lexicon import words as word_list

TEHRAN = ZoneInfo("Asia/Tehran")

type Units = NDArray[np.uint16]
type Hashes = NDArray[np.uint64]

_SPACE = 32
_FACTOR = 0x9E3779B97F4A7C15
_MIXER = np.uint64(0xD6E8FEB86659FD93)
_HALF = np.uint64(32)
# Texts longer than this are hashed in pieces cut at a space: two tables of powers stay in the processor's cache.
_PIECE = 1 << 14


class Word(NamedTuple):
    """A word of a text: `text[start:end]`, and its fold without endings."""

    start: int
    end: int
    folded: str


def words(text: str) -> Iterator[Word]:
    """The words of normalised `text` in order.

    >>> [word.folded for word in words("كتاب\u200cهایشان: «می\u200cشود» ۱.۳")]
    ['کتاب', 'میشود', '1', '3']
    """
    for found in _word().finditer(text):
        folded = _folded_word(found.group())
        if folded:
            yield Word(found.start(), found.end(), folded)


def folded_text(*texts: str | None) -> str:
    """The folds of the words of normalised `texts` in order, a space between them."""
    units = _folded("\n".join(filter(None, texts)))
    return " ".join(units.tobytes().decode("utf-16-le", "replace").split())


def word_keys(texts: Sequence[str], others: Sequence[tuple[int, ...]]) -> list[NDArray[np.int32]]:
    """The distinct keys of all words of each of the normalised `texts`, as `words` gives them, and as many `others` of
    each, sorted."""
    units = _folded(joined(texts))
    starts, hashes = _hashes(units)
    keys = _mixed(hashes)
    ends = np.searchsorted(starts, np.flatnonzero(units == PART_END)).tolist()
    own = [keys[begin:end] for begin, end in pairwise([0, *ends])]
    more = np.array(others, np.int32)
    return [distinct(np.concatenate(both)) for both in zip(own, more, strict=True)]


def word_key(folded: str) -> int:
    """The key of one folded word, a signed 32-bit number."""
    units = np.frombuffer(folded.encode("utf-16-le", "surrogatepass"), dtype="<u2")[:_PIECE]
    return int(_mixed(np.sum(units * _powers()[0][: len(units)], dtype=np.uint64, keepdims=True))[0])


@cache
def month_key(year: int, month: int) -> int:
    """The key that stands for publication in a month (Tehran); no word holds its sign."""
    return word_key(f"@{year:04d}-{month:02d}")


UNDATED = "@undated"


def published_key(moment: datetime | None) -> int:
    """`month_key` of a moment; the key of UNDATED where it is not known."""
    if moment is None:
        return word_key(UNDATED)
    day = moment.astimezone(TEHRAN)
    return month_key(day.year, day.month)


@cache
def outlet_key(outlet: str) -> int:
    """The key that stands for an outlet."""
    return word_key(f"@{outlet}")


def _folded(text: str) -> Units:
    """The UTF-16 units of `text` folded, without endings, each character between words a space but END."""
    units = _units().take(units_of(_ending().sub("", text)))
    return units.compress(units != 0)


@lru_cache(maxsize=50_000)
def _folded_word(word: str) -> str:
    return _folded(word).tobytes().decode("utf-16-le")


def _hashes(units: Units) -> tuple[NDArray[np.intp], Hashes]:
    """Where each run without spaces begins, and a polynomial of its units, modulo 2^64: a difference of running sums,
    shifted."""
    if len(units) > _PIECE:
        pieces = [(begin, _hashes(units[begin:end])) for begin, end in _pieces(units)]
        starts = np.concatenate([begin + starts for begin, (starts, _) in pieces])
        return starts, np.concatenate([hashes for _, (_, hashes) in pieces])
    is_edge = np.empty(len(units) + 1, np.bool_)
    is_letter = units > _SPACE
    is_edge[0], is_edge[-1] = is_letter[:1].any(), is_letter[-1:].any()
    np.not_equal(is_letter[1:], is_letter[:-1], out=is_edge[1:-1])
    edges = np.flatnonzero(is_edge)
    starts, ends = edges[::2], edges[1::2]
    powers, inverses = _powers()
    sums = np.zeros(len(units) + 1, np.uint64)
    np.cumsum(units * powers[: len(units)], out=sums[1:])
    hashes: Hashes = (sums[ends] - sums[starts]) * inverses[starts]
    return starts, hashes


def _pieces(units: Units) -> Iterator[tuple[int, int]]:
    spaces = np.flatnonzero(units <= _SPACE)
    begin = 0
    while begin < len(units):
        end = begin + _PIECE
        if end < len(units):
            place = int(np.searchsorted(spaces, end)) - 1
            if place >= 0 and spaces[place] > begin:
                end = int(spaces[place])
        yield begin, min(end, len(units))
        begin = end


def _mixed(hashes: Hashes) -> NDArray[np.int32]:
    hashes = (hashes ^ (hashes >> _HALF)) * _MIXER
    return (hashes >> _HALF).astype(np.uint32).view(np.int32)


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """Powers of the factor and of its inverse modulo 2^64."""
    inverse = pow(_FACTOR, -1, 1 << 64)
    one = np.ones(1, np.uint64)
    powers = [
        np.concatenate([one, np.cumprod(np.full(_PIECE - 1, factor, np.uint64))]) for factor in (_FACTOR, inverse)
    ]
    return powers[0], powers[1]


@cache
def _ending() -> re.Pattern[str]:
    endings = "|".join(sorted(word_list("word_endings"), key=len, reverse=True))
    # Begins with the half-space alone, for which the text is scanned fastest.
    return re.compile(f"{ZWNJ}(?:{endings})(?:{ZWNJ}(?:{endings}))*(?![^\\W_]|{ZWNJ})")


@cache
def _word() -> re.Pattern[str]:
    """Letters, digits and half-spaces of the first plane, with the marks set on letters."""
    marks = "".join(chr(code) for code in range(0x300, 0x1E00) if unicodedata.category(chr(code)) == "Mn")
    return re.compile(f"(?:[^\\W_\U00010000-\U0010ffff]|[{ZWNJ}{marks}])+")


@cache
def _units() -> Units:
    """For each UTF-16 unit: its fold where it is part of a word, 0 where its fold is nothing, PART_END; else space."""
    table = np.full(1 << 16, _SPACE, np.uint16)
    for code in range(1 << 16):
        character = chr(code)
        if not 0xD800 <= code < 0xE000 and _word().fullmatch(character):
            folded = fold(character)
            table[code] = ord(folded) if len(folded) == 1 else 0
    table[PART_END] = PART_END
    return table
