"""Text made canonical: `normalize` keeps its meaning and gives each word one spelling.

It gives one spelling to what outlets spell in many ways: letters (Persian ی and ک), digits (Persian ۰-۹,
except inside Latin words), half-spaces, glued words, spaces round punctuation. Numbers are never cut: decimals,
thousands, dates and times stay as printed. An article whose half-spaces were all lost, or all turned into spaces,
comes out with the same words, because the half-space is put back from `data/spelling.tsv` and from suffix rules
rather than trusted. hazm's Normalizer is not used: it cuts «۱.۳» into three tokens.

No I/O, no clock, nothing but text in and text out.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass
from typing import Final

from parsing.letters import CHARACTERS, ZWNJ, clean
from parsing.lexicon import NO_FIRSTS, Spelling, spelling
from parsing.tokens import LONGEST_CHUNK, MOST_CHUNKS, NUMBER, Cut, known_cut, word_and_mark

_EDGE_HALF_SPACE: Final = re.compile("(?<![^\\W\\d_])\u200c+|\u200c+(?![^\\W\\d_])|\u200c{2,}")
_PIECE: Final = re.compile(f"({NUMBER})|([^\\W\\d_](?:[^\\W\\d_]|\u200c)*)|(.)", re.DOTALL)

_CLOSERS: Final = frozenset("،؛:!؟,")
_LONGEST_RUN: Final = 4096  # letters; 14 of 5,400,000 runs are longer
_LONGEST_WORD: Final = 100  # to be joined with what follows: «ها ها ها …» without an end is no word


def normalize(text: str) -> str:
    """Give the canonical spelling of `text`: same words, same numbers, lines kept (blank ones dropped). Idempotent.

    >>> normalize("گفت:بیش  از ۱.۳درصدی")
    'گفت: بیش از ۱.۳ درصدی'
    """
    return "\n".join([" ".join([chunk.text for chunk in line]) for line in _lines(text)])


@dataclass(frozen=True, slots=True)
class Spelled:
    """Normalised text, and its lines cut into tokens chunk by chunk, for `sentences_of_cuts`."""

    text: str
    lines: list[list[Cut]]


def normalize_cut(text: str) -> Spelled:
    """`normalize` and `cut_lines` together, in one look at each chunk: for a text that will be read."""
    lines = _lines(text)
    return Spelled(
        "\n".join([" ".join([chunk.text for chunk in line]) for line in lines]),
        [[chunk.cut or known_cut(chunk.text) for chunk in line] for line in lines],
    )


def _lines(text: str) -> list[list[_Chunk]]:
    text = clean(text)
    if not text:
        return []
    spellings = spelling()
    return [_line(line, spellings) for line in text.split("\n")]


def _half_space(match: re.Match[str]) -> str:
    """Keep one half-space between letters, none elsewhere."""
    text, start, end = match.string, match.start(), match.end()
    inside = start > 0 and end < len(text) and text[start - 1].isalpha() and text[end].isalpha()
    return ZWNJ if inside else ""


@dataclass(slots=True, eq=False, init=False)
class _Chunk:
    """A run without spaces: its text, and the folds by which its neighbours may join it ('' where they may not).

    `firsts` are the folds that must stand before it where it is the second half of a word or phrase: none for most,
    None where a rule alone decides. `cut` is None where it was joined of others.
    """

    text: str
    joins_left: str
    joins_right: str
    firsts: Set[str] | None
    cut: Cut | None

    def __init__(self, text: str, joins_left: str, joins_right: str, firsts: Set[str] | None, cut: Cut | None) -> None:
        self.text = text
        self.joins_left = joins_left
        self.joins_right = joins_right
        self.firsts = firsts
        self.cut = cut


_chunks: Final[dict[str, tuple[_Chunk, ...]]] = {}
_older_chunks: Final[dict[str, tuple[_Chunk, ...]]] = {}


def _line(line: str, spellings: Spelling) -> list[_Chunk]:
    """Spell one line chunk by chunk, then join chunks that are one word. Chunks repeat, so they are remembered."""
    known = _chunks.get
    done: list[_Chunk] = []
    last = ""
    for raw in line.split(" "):
        chunks = known(raw)
        if chunks is None:
            chunks = _met_before(raw, spellings)
        for chunk in chunks:
            firsts = chunk.firsts
            if firsts is not NO_FIRSTS and (firsts is None or last in firsts):
                chunk = _whole(done, chunk, spellings)
            done.append(chunk)
            last = chunk.joins_right
    return done


def _met_before(raw: str, spellings: Spelling) -> tuple[_Chunk, ...]:
    """The chunks of a run not met of late: what was met before that is kept for as long again, then dropped."""
    chunks = _older_chunks.get(raw)
    if chunks is None:
        chunks = _spell(raw, spellings)
    if len(raw) <= LONGEST_CHUNK:
        if len(_chunks) >= MOST_CHUNKS:
            _older_chunks.clear()
            _older_chunks.update(_chunks)
            _chunks.clear()
        _chunks[raw] = chunks
    return chunks


def _whole(done: list[_Chunk], chunk: _Chunk, spellings: Spelling) -> _Chunk:
    """The word or phrase that a chunk ends; its first halves are taken off `done`."""
    while done and chunk.joins_left in spellings.tails and (left := done[-1]).joins_right:
        if len(left.text) > _LONGEST_WORD:
            break
        between = spellings.joined(left.joins_right, chunk.joins_left)
        if between is None:
            break
        done.pop()
        chunk = _join(left, between, chunk)
    if chunk.joins_left in spellings.phrase_tails and len(done) > 1 and done[-1].text == "و":
        first = done[-2]
        if first.joins_right + " " + chunk.joins_left in spellings.phrases:
            del done[-2:]
            chunk = _join(first, "\u200cو", chunk)
    return chunk


def _join(left: _Chunk, between: str, right: _Chunk) -> _Chunk:
    key = left.joins_right + between.replace(ZWNJ, "") + right.joins_left
    opens = key if left.joins_left == left.joins_right else left.joins_left
    closes = key if right.joins_left == right.joins_right else right.joins_right
    return _Chunk(left.text + between + right.text, opens, closes, NO_FIRSTS, None)


def _word_length(text: str) -> int:
    length = 0
    for character in text:
        if not (character.isalpha() or character == ZWNJ):
            break
        length += 1
    return length


def _spell(raw: str, spellings: Spelling) -> tuple[_Chunk, ...]:
    """Cut a chunk at glued numbers and marks and spell each of its words."""
    if ZWNJ in raw:
        raw = _EDGE_HALF_SPACE.sub(_half_space, raw)
    if not raw:
        return ()
    if raw[0].isascii() and raw[0].isalpha():
        return (_Chunk(raw, "", "", NO_FIRSTS, None),)
    core, mark = word_and_mark(raw)
    if core.isalpha():  # as most are
        return tuple(_chunk(text, spellings) for text in (spellings.word(core) + mark).split(" "))
    if len(raw) > _LONGEST_RUN:  # not language
        return (_Chunk(raw, "", "", NO_FIRSTS, None),)
    pieces: list[str] = []
    kinds: list[str] = []
    for match in _PIECE.finditer(raw):
        kinds.append("n" if match.group(1) else "w" if match.group(2) else match.group())
        pieces.append(match.group())
    out: list[str] = []
    for index, (piece, kind) in enumerate(zip(pieces, kinds, strict=True)):
        if index and _is_gap(kinds, pieces, index):
            out.append(" ")
            if kind == "n" and piece.isascii():  # cut from a Latin run: «،b5»
                piece = "".join(CHARACTERS.get(character, character) for character in piece)
        out.append(spellings.word(piece) if kind == "w" else "،" if kind == "," else piece)
    texts = "".join(out).split(" ")
    return tuple(_chunk(text, spellings) for text in texts if text)


def _is_gap(kinds: list[str], pieces: list[str], index: int) -> bool:
    """Whether a space is missing before piece `index` of a chunk."""
    last, kind = kinds[index - 1], kinds[index]
    if kind in "nw" and last in "nw":
        return True
    if kind not in "nw":
        return kind in "«([" and last in "nw،,؛:.»)"
    if last in _CLOSERS:
        return not (kind == "n" and index > 1 and kinds[index - 2] == "n" and last in ":,")
    if last in "»)]":
        return True
    if last in ".…":
        before = next((i for i in range(index - 1, -1, -1) if kinds[i] not in ".…"), None)
        if before is None:
            return False
        long_enough = kinds[before] == "w" and len(pieces[before]) > 1
        return (
            (long_enough and len(pieces[index]) > 1) or (kinds[before] == "n" and kind == "w") or kinds[before] in "»)"
        )
    return False


def _chunk(text: str, spellings: Spelling) -> _Chunk:
    key = text.replace(ZWNJ, "")
    if key.isalpha():
        return _Chunk(text, key, key, spellings.firsts(key), known_cut(text))
    length = _word_length(text)
    right = _word_length(text[::-1])
    opens, closes = text[:length].replace(ZWNJ, ""), text[len(text) - right :].replace(ZWNJ, "") if right else ""
    return _Chunk(text, opens, closes, spellings.firsts(opens), known_cut(text))
