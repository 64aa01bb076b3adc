"""What class a word has and how readily an ezafe joins it to its neighbours, from `data/words.tsv`.

Ezafe, the vowel that chains the words of a noun phrase, is not written. Two weights per word, fitted offline to a
tagger that marks it (`bench/tools/build_words.py`), tell whether a word carries one to the next word and whether it is
reached by the one before; their sum decides as the tagger does on 94 % of pairs, for two look-ups instead of a model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from parsing.letters import fold
from parsing.lexicon import LexiconError, rows

OPEN_CLASSES: Final = frozenset("na")
"""Nouns and adjectives: what can stand inside a noun phrase."""


@dataclass(slots=True, init=False)
class Word:
    """What is known of a word: its class, a letter as `data/words.tsv` has it, and how often it was `seen`.

    `left` and `right` are the weights, in nats, for an ezafe to the next word and from the word before. A word that is
    not in the list has 0 for `seen`.
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
def _known() -> dict[str, Word]:
    return {row["word"]: _word(row) for row in rows("words") if not row["word"].startswith("*")}


@cache
def _guesses() -> dict[str, Word]:
    """What the last two letters of an unknown word say of it; '' those of no other."""
    found: dict[str, Word] = {}
    for row in rows("words"):
        if row["word"].startswith("*"):
            guess = _word(row)
            kind = guess.kind if guess.kind in OPEN_CLASSES else "n"
            found[row["word"][1:]] = Word(kind, guess.left, guess.right, 0)
    return found


def _word(row: dict[str, str]) -> Word:
    return Word(row["class"], float(row["left"]), float(row["right"]), int(row["count"]))


def word(folded: str) -> Word:
    """What is known of a folded word, or what its last two letters say of an unknown one."""
    found = _known().get(folded)
    if found is None:
        guesses = _guesses()
        found = guesses.get(folded[-2:])
        if found is None:
            found = guesses[""]
    return found


def stem(folded: str) -> str:
    """A folded word without the ending of its plural or of an indefinite noun; at least three letters of it stay."""
    for ending in ("هایی", "های", "ها", "ی") if folded.endswith(("ها", "ی")) else ():
        if folded.endswith(ending) and len(folded) > len(ending) + 2:
            return folded[: -len(ending)]
    return folded


@cache
def _by_use(name: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows(name, key=2):
        found.setdefault(row["use"], set()).add(fold(row["word"]))
    return {use: frozenset(words) for use, words in found.items()}


def listed(use: str, name: str = "phrase_words") -> frozenset[str]:
    """The folded words of `data/NAME.tsv` with this use. Raises LexiconError where none has it: a slip of the pen."""
    found = _by_use(name).get(use)
    if found is None:
        raise LexiconError(f"data/{name}.tsv: no word of use {use!r}")
    return found
