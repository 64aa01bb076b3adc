"""Known phrases found in tokens: the longest one that starts at a token, however it is spaced or spelled.

A phrase is compared by its fold, so lost half-spaces and letter variants do not matter; a space inside a word of the
phrase does («به ار» is not «بهار»), unless it cuts a compound in two. No regex: the cost is one or two dictionary
look-ups for each token.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from parsing.letters import fold
from parsing.tokens import Tokens

_COMMA: Final = "،"
_SHORTEST_PART: Final = 3  # letters; shorter pieces are words of their own: «در میان» is not the town «درمیان»


class _Entry[T](NamedTuple):
    value: T
    gaps: frozenset[int]
    commas: frozenset[int]

    def allows(self, cuts: list[int], length: int) -> bool:
        """Whether words may be cut there: at the phrase's own spaces, and once inside a compound («هوا فضا»)."""
        strange = [cut for cut in cuts if cut not in self.gaps]
        if not strange:
            return True
        if len(strange) > 1:
            return False
        edges = sorted({0, length, *cuts})
        at = edges.index(strange[0])
        return min(edges[at] - edges[at - 1], edges[at + 1] - edges[at]) >= _SHORTEST_PART


class Gazetteer[T]:
    """Phrases and what each stands for; built once, then only read.

    A phrase given twice keeps its first value and may be spaced either way. Phrases without a letter or digit are
    refused with ValueError. Without `compounds` words are cut only where the phrase is.
    """

    __slots__ = ("_entries", "_prefixes", "starts")

    starts: frozenset[str]
    """Folds a phrase may begin with: a caller that looks at every token asks this first."""

    def __init__(self, phrases: Iterable[tuple[str, T]], *, compounds: bool = True) -> None:
        self._entries: dict[str, _Entry[T]] = {}
        prefixes: set[str] = set()
        starts: set[str] = set()
        for phrase, value in phrases:
            key = fold(phrase)
            if not key:
                raise ValueError(f"not a phrase: {phrase!r}")
            gaps: set[int] = set()
            commas: set[int] = set()
            for index, character in enumerate(phrase):
                if character == _COMMA:
                    commas.add(len(fold(phrase[:index])))
                if not character.isalnum():
                    gaps.add(len(fold(phrase[:index])))
            known = self._entries.get(key)
            if known is not None:  # another spacing of it
                value, gaps, commas = known.value, gaps | known.gaps, commas | known.commas
            self._entries[key] = _Entry(value, frozenset(gaps), frozenset(commas))
            prefixes.update(key[:length] for length in range(1, len(key)))
            starts.update(key[:gap] for gap in gaps)
            if compounds:
                starts.update(key[:length] for length in range(_SHORTEST_PART, len(key) - _SHORTEST_PART + 1))
            starts.add(key)
        self._prefixes = frozenset(prefixes)
        self.starts = frozenset(starts - {""})

    def match(self, tokens: Tokens, start: int) -> tuple[int, T] | None:
        """The longest known phrase at `tokens[start]`: the index after its last token, and its value.

        None where there is none, also past the last token.
        """
        entries, prefixes = self._entries, self._prefixes
        key = tokens[start].fold if start < len(tokens) else ""
        if key not in self.starts:
            return None
        found: tuple[int, T] | None = None
        cuts: list[int] = []
        commas: list[int] = []
        index = start + 1
        while True:
            entry = entries.get(key)
            if entry is not None and entry.commas.issuperset(commas) and entry.allows(cuts, len(key)):
                found = index, entry.value
            if key not in prefixes or index >= len(tokens):
                return found
            token = tokens[index]
            if not token.fold:
                if token.text != _COMMA or index + 1 >= len(tokens):
                    return found
                commas.append(len(key))
                index += 1
                token = tokens[index]
            cuts.append(len(key))
            key += token.fold
            index += 1
