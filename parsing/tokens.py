"""Text cut into sentences and tokens: words, numbers and marks, each with what is known of its word.

Cut is chunk by chunk, the runs between spaces: they repeat, so they are remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from parsing.letters import folded
from parsing.words import OPEN_CLASSES, Word, stem, word

type Kind = Literal["word", "number", "punct"]
type Part = Literal["kicker", "title", "lead", "body"]

NUMBER: Final = r"\d{1,3}(?:[,٬،]\d{3})+(?:[.٫/]\d+)?(?![\d])|\d+(?:[.٫/:,]\d+)*"
WORD: Final = "[^\\W\\d_]+(?:[\u200c'’][^\\W\\d_]+)*"
_TOKEN: Final = re.compile(f"({NUMBER})|({WORD})|[^\\s\u200c]")
# The pattern of hazm's SentenceTokenizer, with closing quotes; decimals have no space and are never met.
_STOPS: Final = re.escape(".!؟⸮?…")
_SENTENCE_END: Final = re.compile(rf"[{_STOPS}][»\")\]]{{0,3}}$")
# One letter alone before its stop: «م. ر.».
_ABBREVIATION: Final = re.compile(r"[(«]?[^\W\d_]\.")

LONGEST_CHUNK: Final = 48
"""Letters of the longest run that is remembered: of 5,400,000 in 13,509 articles 248 are longer."""
MOST_CHUNKS: Final = 60_000
"""Runs remembered: so many of the most common are 97.3 % of all in these articles, twice as many 98.8 %."""


@dataclass(slots=True, eq=False, init=False)
class Token:
    """A word, a number or a mark, and its fold; `is_glued` where no space is before it.

    Words repeat, so one token serves every place where its word stands; a sentence knows where. `stem` and `word` are
    what `parsing.words` knows of the fold; `traits` what the first `asked` of all `trait`s say of it.
    """

    text: str
    fold: str
    kind: Kind
    is_glued: bool
    stem: str
    word: Word
    traits: int
    asked: int

    def __init__(self, text: str, fold: str, kind: Kind, is_glued: bool) -> None:
        self.text = text
        self.fold = fold
        self.kind = kind
        self.is_glued = is_glued
        self.stem = stem(fold)
        self.word = word(fold)
        self.traits = 0
        self.asked = 0


type Tokens = tuple[Token, ...]

_questions: Final[list[Callable[[Token], bool]]] = []


def trait(asks: Callable[[Token], bool]) -> int:
    """A bit of `traits`, set where `asks` is true of a token: what is looked for in every token is asked once of each.

    The answer must depend on fold and kind alone.
    """
    _questions.append(asks)
    return 1 << (len(_questions) - 1)


def traits(token: Token) -> int:
    """The bits of all that was asked of a token."""
    if token.asked < len(_questions):
        for number in range(token.asked, len(_questions)):
            if _questions[number](token):
                token.traits |= 1 << number
        token.asked = len(_questions)
    return token.traits


def is_nominal(token: Token) -> bool:
    """Whether the token can stand inside a noun phrase: a noun or an adjective, known or unknown."""
    return token.kind == "word" and token.word.kind in OPEN_CLASSES


def joins(left: Token, right: Token) -> bool:
    """Whether an ezafe joins two neighbouring nominal words: their weights are together above 0 (`parsing.words`)."""
    return left.word.left + right.word.right > 0


@dataclass(slots=True, init=False)
class Sentence:
    """Tokens from `start` to `end` of the text, each with its own start; never crosses a newline.

    `part` and `paragraph` (0 for the first line of its part) say where in an article it stands.
    """

    start: int
    end: int
    tokens: tuple[Token, ...]
    starts: tuple[int, ...]
    part: Part
    paragraph: int

    def __init__(
        self,
        start: int,
        end: int,
        tokens: tuple[Token, ...],
        starts: tuple[int, ...],
        part: Part = "body",
        paragraph: int = 0,
    ) -> None:
        self.start = start
        self.end = end
        self.tokens = tokens
        self.starts = starts
        self.part = part
        self.paragraph = paragraph

    def start_of(self, index: int) -> int:
        """Where token `index` starts in the text."""
        return self.starts[index]

    def end_of(self, index: int) -> int:
        """Where token `index` ends in the text."""
        return self.starts[index] + len(self.tokens[index].text)


_MARKS: Final = frozenset(".،؛:!؟»)")


@cache
def _mark(mark: str) -> Token:
    return Token(mark, "", "punct", True)


def word_and_mark(chunk: str) -> tuple[str, str]:
    """A chunk without its last character, and that, where it is a mark; else the chunk and ''."""
    return (chunk[:-1], chunk[-1:]) if chunk[-1:] in _MARKS else (chunk, "")


@dataclass(slots=True, init=False)
class Cut:
    """The tokens of a run without spaces, their offsets into it, its length, and whether a sentence ends with it.

    `only` is the token where there is one, as most have: it is asked for more often than any other.
    """

    tokens: tuple[Token, ...]
    only: Token | None
    offsets: tuple[int, ...]
    length: int
    ends: bool

    def __init__(self, tokens: tuple[Token, ...], offsets: tuple[int, ...], length: int, ends: bool) -> None:
        self.tokens = tokens
        self.only = tokens[0] if len(tokens) == 1 else None
        self.offsets = offsets
        self.length = length
        self.ends = ends


_cuts: Final[dict[str, Cut]] = {}


def known_cut(chunk: str) -> Cut:
    """The tokens of a run without spaces, made once of each run of at most LONGEST_CHUNK letters."""
    return _cuts.get(chunk) or _cut(chunk)


def _cut(chunk: str) -> Cut:
    tokens: list[Token] = []
    offsets: list[int] = []
    end = 0
    core, mark = word_and_mark(chunk)
    if core.isalpha() and (key := folded(core)):  # as most are
        if not mark:
            return _keep(chunk, Cut((Token(chunk, key, "word", False),), (0,), len(chunk), False))
        (known,) = known_cut(core).tokens
        ends = mark in ".!؟" and not (mark == "." and len(core) == 1)
        return _keep(chunk, Cut((known, _mark(mark)), (0, len(core)), len(chunk), ends))
    for match in _TOKEN.finditer(chunk):
        printed = match.group()
        kind: Kind = "number" if match.group(1) else "word" if match.group(2) else "punct"
        key = "" if kind == "punct" else folded(printed)
        # A hamza alone is a letter without a fold: a mark, so that every word can be compared.
        is_glued = match.start() > 0 and match.start() == end
        tokens.append(Token(printed, key, kind if key else "punct", is_glued))
        offsets.append(match.start())
        end = match.end()
    ends = _SENTENCE_END.search(chunk) is not None and not _ABBREVIATION.fullmatch(chunk)
    return _keep(chunk, Cut(tuple(tokens), tuple(offsets), len(chunk), ends))


def _keep(chunk: str, cut: Cut) -> Cut:
    if len(chunk) <= LONGEST_CHUNK:
        if len(_cuts) >= MOST_CHUNKS:
            _cuts.clear()
        _cuts[chunk] = cut
    return cut


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of normalised `text`, all its sentences together."""
    return tuple(token for sentence in sentences(text) for token in sentence.tokens)


def sentences(text: str) -> tuple[Sentence, ...]:
    """Cut normalised `text` into sentences: at newlines and after full stops, question and exclamation marks.

    The marks are those of hazm's SentenceTokenizer, with closing quotes; «۱.۳» and «م. ر.» are never cut.
    """
    found: list[Sentence] = []
    start = 0
    for line in cut_lines(text):
        found.extend(sentences_of_cuts(line, start))
        start += line_length(line) + 1
    return tuple(found)


def cut_lines(text: str) -> list[list[Cut]]:
    """The lines of normalised text, each cut into its chunks."""
    return [[known_cut(chunk) for chunk in line.split(" ")] for line in text.split("\n")]


def line_length(line: Sequence[Cut]) -> int:
    """Letters of a line with the spaces between its chunks."""
    return sum([cut.length for cut in line]) + max(0, len(line) - 1)


def sentences_of_cuts(line: Sequence[Cut], start: int = 0, part: Part = "body", paragraph: int = 0) -> list[Sentence]:
    """Put the tokens of a line together to sentences; `start` is where the line begins in its text, in letters."""
    found: list[Sentence] = []
    tokens: list[Token] = []
    starts: list[int] = []
    for cut in line:
        if cut.only is not None:  # as most have
            tokens.append(cut.only)
            starts.append(start)
        else:
            tokens += cut.tokens
            starts += [start + offset for offset in cut.offsets]
        start += cut.length + 1
        if cut.ends and tokens:
            found.append(_sentence(tokens, starts, part, paragraph))
            tokens, starts = [], []
    if tokens:
        found.append(_sentence(tokens, starts, part, paragraph))
    return found


def _sentence(tokens: list[Token], starts: list[int], part: Part, paragraph: int) -> Sentence:
    end = starts[-1] + len(tokens[-1].text)
    return Sentence(starts[0], end, tuple(tokens), tuple(starts), part, paragraph)
