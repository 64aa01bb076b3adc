"""What class a word has and how readily an ezafe joins it to its neighbours, from `data/words.tsv`.

Ezafe, the vowel that chains the words of a noun phrase, is not written. Two weights per word, fitted offline to a
tagger that marks it (`bench/tools/build_words.py`), tell whether a word carries one to the next word and whether it is
reached by the one before; their sum decides as the tagger does on 94 % of pairs, for two look-ups instead of a model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from parsing.lexicon import rows
from parsing.text import Token, fold

_OPEN_CLASSES: Final = frozenset("na")
_MOST_KNOWN: Final = 30_000


@dataclass(slots=True, init=False)
class Word:
    """Class of a word and its two ezafe weights; `seen` is how often, 0 for a word not in the list.

    Classes: n noun, a adjective, v verb, p preposition, c conjunction, d adverb, m numeral, o pronoun, t determiner,
    r postposition, i interjection, x mark.
    """

    kind: str
    left: float
    right: float
    seen: int

    def __init__(self, kind: str, left: float, right: float, seen: int) -> None:
        self.kind = kind
        self.left = left
        self.right = right
        self.seen = seen


@cache
def _lexicon() -> tuple[dict[str, Word], dict[str, Word], Word]:
    known: dict[str, Word] = {}
    endings: dict[str, Word] = {}
    for row in rows("words"):
        found = Word(row["class"], float(row["left"]), float(row["right"]), int(row["count"]))
        key = row["word"]
        if key.startswith("*"):
            endings[key[1:]] = found
        else:
            known[key] = found
    return known, endings, endings.pop("")


class _Words(dict[str, Word]):
    """What is known of the folded words asked for so far."""

    def __missing__(self, folded: str) -> Word:
        if len(self) > _MOST_KNOWN:
            self.clear()
        known, endings, default = _lexicon()
        found = known.get(folded)
        if found is None:
            guess = endings.get(folded[-2:], default)
            kind = guess.kind if guess.kind in _OPEN_CLASSES else "n"
            found = Word(kind, guess.left, guess.right, 0)
        self[folded] = found
        return found


_words: Final = _Words()


def word(folded: str) -> Word:
    """What is known of a folded word, or what its last two letters say of an unknown one: asked for most tokens."""
    return _words[folded]


def is_nominal(token: Token) -> bool:
    """Whether the token can stand inside a noun phrase: a noun or an adjective, known or unknown."""
    return token.kind == "word" and word(token.fold).kind in _OPEN_CLASSES


def joins(left: Token, right: Token) -> bool:
    """Whether an ezafe joins two neighbouring nominal words."""
    return word(left.fold).left + word(right.fold).right > 0


@cache
def listed(use: str, name: str = "phrase_words") -> frozenset[str]:
    """Return the folded words of `data/NAME.tsv` with this use."""
    return frozenset(fold(row["word"]) for row in rows(name, key=2) if row["use"] == use)
