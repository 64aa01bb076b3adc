"""An article's text cut into pieces, each with the records that cover it. Pure; escaping is the template's."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A record's mention in a text: characters `start` to `end`, what kind of record and which rule made it."""

    start: int
    end: int
    kind: str
    rule: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text under the same marks; where a line of the article ends, `ends_line`."""

    text: str
    marks: tuple[Mark, ...] = ()
    ends_line: bool = False


def pieces(text: str, marks: Sequence[Mark]) -> tuple[Piece, ...]:
    """`text` cut wherever a mark begins or ends and at every newline; joined again, with newlines, it is `text`.

    A mark outside the text, which a foreign row could hold, covers nothing.

    >>> [(p.text, len(p.marks)) for p in pieces("abc", [Mark(start=1, end=2, kind="metric", rule="r", label="")])]
    [('a', 0), ('b', 1), ('c', 0)]
    """
    inside = [mark for mark in marks if 0 <= mark.start < mark.end <= len(text)]
    cuts = {0, len(text)} | {mark.start for mark in inside} | {mark.end for mark in inside}
    cuts |= {i for i, letter in enumerate(text) if letter == "\n"} | {
        i + 1 for i, letter in enumerate(text) if letter == "\n"
    }
    opening: dict[int, list[Mark]] = {}
    for mark in inside:
        opening.setdefault(mark.start, []).append(mark)
    edges = sorted(cuts)
    found: list[Piece] = []
    live: list[Mark] = []
    for start, end in itertools.pairwise(edges):
        live = [mark for mark in live if mark.end > start] + opening.get(start, [])
        if text[start:end] == "\n":
            found.append(Piece(text="", ends_line=True))
        else:
            found.append(Piece(text=text[start:end], marks=tuple(live)))
    return tuple(found)
