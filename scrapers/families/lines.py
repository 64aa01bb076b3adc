"""Lines that outlets' sites put among the text of their articles and that are none of it (furniture.tsv)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from parsing.letters import fold
from scrapers.markup import Line

_LIST: Final = Path(__file__).with_name("furniture.tsv")
_LEAKED_COMMENT: Final = "-->"
_LONGEST: Final = 200
"""Characters: a longer line is an outlet's sentence, whatever it begins with."""
_BEGINNING: Final = 4
_HEAD: Final = 70
"""Characters of a line that are compared; no text of the list is longer."""


def without_junk(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Return the lines without players' texts and without «بیشتر بخوانید» and the links that follow it.

    At the end of the text, a heading that is a link is a related headline too (YJC's, which has no title over it).
    """
    kept = list(_text_lines(lines))
    while kept and kept[-1].is_heading and kept[-1].is_link:
        kept.pop()
    return tuple(kept)


def _text_lines(lines: tuple[Line, ...]) -> Iterator[Line]:
    whole, starts, related, related_starts = _furniture()
    beginnings = _beginnings()
    in_related = False
    for line in lines:
        if line.text[:_BEGINNING] in beginnings and len(line.text) <= _LONGEST:
            folded = fold(line.text[:_HEAD])
            if folded in related or folded.startswith(related_starts):
                in_related = True
                continue
            is_whole = line.text == _LEAKED_COMMENT or (folded in whole and len(line.text) < _HEAD)
            if is_whole or folded.startswith(starts):
                continue
        in_related = in_related and line.is_link
        if not in_related:
            yield line


@cache
def _beginnings() -> frozenset[str]:
    """How a line of the list can begin, in either form of its letters: almost no other line does, and folding costs."""
    texts = [line.partition("\t")[2] for line in _LIST.read_text(encoding="utf-8").splitlines()]
    arabic = str.maketrans("یک", "يك")
    return frozenset(form[:_BEGINNING] for text in [*texts, _LEAKED_COMMENT] for form in (text, text.translate(arabic)))


@cache
def _furniture() -> tuple[frozenset[str], tuple[str, ...], frozenset[str], tuple[str, ...]]:
    texts: dict[str, list[str]] = {"whole": [], "start": [], "related": [], "related_start": []}
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        where, tab, text = line.partition("\t")
        if tab and where in texts and fold(text):
            texts[where].append(fold(text))
    return (
        frozenset(texts["whole"]),
        tuple(texts["start"]),
        frozenset(texts["related"]),
        tuple(texts["related_start"]),
    )
