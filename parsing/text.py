"""Text made canonical: `normalize` keeps its meaning, `fold` is for comparing only, `sentences` cuts it into tokens.

`normalize` gives one spelling to what outlets spell in many ways: letters (Persian ی and ک), digits (Persian ۰-۹,
except inside Latin words), half-spaces, glued words, spaces round punctuation. Numbers are never cut: decimals,
thousands, dates and times stay as printed. An article whose half-spaces were all lost, or all turned into spaces,
comes out with the same words, because the half-space is put back from `data/spelling.tsv` and from suffix rules
rather than trusted. hazm's Normalizer is not used: it cuts «۱.۳» into three tokens.

No I/O, no clock, nothing but text in and text out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from parsing.lexicon import Spelling, spelling

type Kind = Literal["word", "number", "punct"]
type Part = Literal["kicker", "title", "lead", "body"]

ZWNJ: Final = "\u200c"
PERSIAN_DIGITS: Final = "۰۱۲۳۴۵۶۷۸۹"

# Letters, one pair a line; the sources met are listed in outlets: Arabic keyboards, Pashto and Kurdish letters
# stay as they are, because they are other letters.
LETTERS: Final = {
    "ي": "ی",
    "ى": "ی",
    "ې": "ی",
    "ك": "ک",
    "ڪ": "ک",
    "ة": "ه",
    "ۀ": "ه",
    "ۂ": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ٱ": "ا",
    "ٵ": "أ",
}
DIGITS: Final = {chr(start + digit): PERSIAN_DIGITS[digit] for start in (0x30, 0x660) for digit in range(10)}
# Used by outlets as a half-space: zero-width space and joiner, soft hyphen, the «not» sign of old Word files.
HALF_SPACES: Final = dict.fromkeys("\u200b\u200d\u00ad\u00ac\u2009\u200a", ZWNJ)
SPACES: Final = dict.fromkeys(
    "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u202f\u205f\u3000", " "
)
LINES: Final = dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n")
OTHERS: Final = {"%": "٪", "ـ": "", "?": "؟", ";": "؛"}
JUNK: Final = dict.fromkeys(
    [chr(code) for code in [*range(0x09), *range(0x0E, 0x1C), 0x1F, *range(0x7F, 0x85), *range(0x86, 0xA0)]]
    + [chr(code) for code in [*range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6DD), *range(0x610, 0x61B), 0x61C]]
    + [chr(code) for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, 0xFFFD)]
    + [chr(code) for code in range(0xFE00, 0xFE10)],
    "",
)
_CHARACTERS: Final = LETTERS | DIGITS | HALF_SPACES | SPACES | LINES | OTHERS | JUNK
# A run that starts with a Latin letter (an address, «Covid-19», «PM2.5») is kept; surrogates never survive.
_BAD: Final = re.compile(
    "[A-Za-z][!-~]*|[" + "".join(map(re.escape, _CHARACTERS)) + "\ufb50-\ufdff\ufe70-\ufefc\\ud800-\\udfff]"
)

_SPACE_RUN: Final = re.compile(" [ \u200c]+")
_EDGE_HALF_SPACE: Final = re.compile("(?<![^\\W\\d_])\u200c+|\u200c+(?![^\\W\\d_])|\u200c{2,}")
_SPACE_BEFORE: Final = re.compile(r" (?=[،؛:.!؟»)\]](?!\d))")
_SPACE_WRONG_SIDE: Final = re.compile(r" ([،؛:!؟»)\]])(?=\d)")
_SPACE_AFTER: Final = re.compile("([«(\\[])[ \u200c]+")
# «۵. ۸ میلیون»: one outlet prints its decimals with a space. Only before a magnitude or percent, else it is the
# full stop of one sentence and the first number of the next.
_CUT_DECIMAL: Final = re.compile(
    r"\. (?<=\d\. )(?<!\d{4}\. )(?=\d{1,2} (?:میلیون|میلیارد|هزار|تریلیون|درصد|ریشتر)(?!\w))"
)

NUMBER: Final = r"\d{1,3}(?:[,٬،]\d{3})+(?:[.٫/]\d+)?(?![\d])|\d+(?:[.٫/:,]\d+)*"
WORD: Final = "[^\\W\\d_]+(?:[\u200c'’][^\\W\\d_]+)*"
_TOKEN: Final = re.compile(f"({NUMBER})|({WORD})|[^\\s\u200c]")
_PIECE: Final = re.compile(f"({NUMBER})|([^\\W\\d_](?:[^\\W\\d_]|\u200c)*)|(.)", re.DOTALL)
_LATIN: Final = re.compile(r"[A-Za-z]")
# The pattern of hazm's SentenceTokenizer, with closing quotes; decimals have no space and are never met.
_SENTENCE_END: Final = re.compile(r"[.!؟⸮?…][»\")\]]{0,3}$")
# One letter alone before its stop: «م. ر.».
_ABBREVIATION: Final = re.compile(r"[(«]?[^\W\d_]\.")

_CLOSERS: Final = frozenset("،؛:!؟,")
_LONGEST_CHUNK: Final = 48
_LONGEST_FOLD: Final = 80
_LONGEST_WORD: Final = 100  # to be joined with what follows: «ها ها ها …» without an end is no word
_MOST_CHUNKS: Final = 60_000


def fold(text: str | None) -> str:
    """Letters and digits of `text` alone, lower case, spelling variants folded together: a key, never shown.

    >>> fold("بیمه\u200cشدگانِ تأمین") == fold("بيمه شدگان تامین")
    True
    """
    if not text:
        return ""
    return _remembered(text) if len(text) <= _LONGEST_FOLD else _folded(text)


def _folded(text: str) -> str:
    if _VARIANT.search(text):
        text = text.translate(_FOLD)
    return (text if text.isalnum() else "".join(filter(str.isalnum, text))).lower()


_remembered = lru_cache(1 << 13)(_folded)


_FOLD: Final = str.maketrans(
    LETTERS
    | {"أ": "ا", "إ": "ا", "آ": "ا", "ٵ": "ا", "ؤ": "و", "ئ": "ی", "ء": "", "ـ": ""}
    | {chr(start + digit): str(digit) for start in (0x660, 0x6F0) for digit in range(10)}
)
_VARIANT: Final = re.compile("[" + "".join(map(chr, _FOLD)) + "]")


@dataclass(slots=True, eq=False, init=False)
class Token:
    """A word, a number or a mark, and its fold; `is_glued` where no space is before it.

    Words repeat, so one token serves every place where its word stands; a sentence knows where.
    """

    text: str
    fold: str
    kind: Kind
    is_glued: bool

    def __init__(self, text: str, fold: str, kind: Kind, is_glued: bool) -> None:
        self.text = text
        self.fold = fold
        self.kind = kind
        self.is_glued = is_glued


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


def spell(text: str) -> Spelled:
    """Normalise `text` and cut its lines: for a text that will be read, in one look at each chunk."""
    lines = _lines(text)
    return Spelled(
        "\n".join([" ".join([chunk.text for chunk in line]) for line in lines]),
        [[chunk.cut or _known_cut(chunk.text) for chunk in line] for line in lines],
    )


def _lines(text: str) -> list[list[_Chunk]]:
    text = clean(text)
    if not text:
        return []
    spellings = spelling()
    return [_line(line, spellings) for line in text.split("\n")]


def clean(text: str) -> str:
    """Only the characters of `normalize`: letters, digits, spaces and lines; no word is changed."""
    text = _BAD.sub(_character, text)
    if "  " in text or " \u200c" in text:
        text = _SPACE_RUN.sub(" ", text)
    if " ," in text:
        text = text.replace(" ,", " ،")
    text = _SPACE_BEFORE.sub("", text)
    text = _SPACE_WRONG_SIDE.sub(r"\1 ", text)
    text = _SPACE_AFTER.sub(r"\1", text)
    if ". " in text:
        text = _CUT_DECIMAL.sub(".", text)
    return "\n".join(line for raw in text.split("\n") if (line := raw.strip(" \u200c")))


def _character(match: re.Match[str]) -> str:
    found = match.group()
    known = _CHARACTERS.get(found)
    if known is not None:
        return known
    if len(found) > 1 or found.isascii():
        return found
    if 0xD800 <= ord(found) <= 0xDFFF:
        return ""
    return "".join(_CHARACTERS.get(character, character) for character in unicodedata.normalize("NFKC", found))


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


_NO_FIRSTS: Final = frozenset[str]()
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
            if firsts is None or last in firsts:
                chunk = _whole(done, chunk, spellings)
            done.append(chunk)
            last = chunk.joins_right
    return done


def _met_before(raw: str, spellings: Spelling) -> tuple[_Chunk, ...]:
    """The chunks of a run not met of late: what was met before that is kept for as long again, then dropped."""
    chunks = _older_chunks.get(raw)
    if chunks is None:
        chunks = _spell(raw, spellings)
    if len(raw) <= _LONGEST_CHUNK:
        if len(_chunks) >= _MOST_CHUNKS:
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
        chunk = _join(left, between, chunk, spellings)
    if chunk.joins_left in spellings.phrase_tails and len(done) > 1 and done[-1].text == "و":
        first = done[-2]
        if first.joins_right + " " + chunk.joins_left in spellings.phrases:
            del done[-2:]
            chunk = _join(first, "\u200cو", chunk, spellings)
    return chunk


def _join(left: _Chunk, between: str, right: _Chunk, spellings: Spelling) -> _Chunk:
    key = left.joins_right + between.replace(ZWNJ, "") + right.joins_left
    opens = key if left.joins_left == left.joins_right else left.joins_left
    closes = key if right.joins_left == right.joins_right else right.joins_right
    return _Chunk(left.text + between + right.text, opens, closes, _NO_FIRSTS, None)


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
    if _LATIN.match(raw):
        return (_Chunk(raw, "", "", _NO_FIRSTS, None),)
    core, mark = _word_and_mark(raw)
    if core.isalpha():  # as most are
        return tuple(_chunk(text, spellings) for text in (spellings.word(core) + mark).split(" "))
    if len(raw) > 4096:  # not language; cutting it to words is all that is safe
        return (_Chunk(raw, "", "", _NO_FIRSTS, None),)
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
                piece = "".join(_CHARACTERS.get(character, character) for character in piece)
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
        return _Chunk(text, key, key, spellings.firsts(key), _known_cut(text))
    length = _word_length(text)
    right = _word_length(text[::-1])
    opens, closes = text[:length].replace(ZWNJ, ""), text[len(text) - right :].replace(ZWNJ, "") if right else ""
    return _Chunk(text, opens, closes, spellings.firsts(opens), _known_cut(text))


_MARKS: Final = {mark: Token(mark, "", "punct", True) for mark in ".،؛:!؟»)"}


def _word_and_mark(chunk: str) -> tuple[str, str]:
    """A chunk without its last letter and that letter where it is a mark; else the chunk and ''."""
    return (chunk[:-1], chunk[-1:]) if chunk[-1:] in _MARKS else (chunk, "")


@dataclass(slots=True, init=False)
class Cut:
    """The tokens of a run without spaces, their offsets into it, its length, and whether a sentence ends with it."""

    tokens: tuple[Token, ...]
    offsets: tuple[int, ...]
    length: int
    ends: bool

    def __init__(self, tokens: tuple[Token, ...], offsets: tuple[int, ...], length: int, ends: bool) -> None:
        self.tokens = tokens
        self.offsets = offsets
        self.length = length
        self.ends = ends


_cuts: Final[dict[str, Cut]] = {}


def _known_cut(chunk: str) -> Cut:
    return _cuts.get(chunk) or _cut(chunk)


def _cut(chunk: str) -> Cut:
    tokens: list[Token] = []
    offsets: list[int] = []
    end = 0
    core, mark = _word_and_mark(chunk)
    if core.isalpha() and (folded := _folded(core)):  # as most are
        if not mark:
            return _keep(chunk, Cut((Token(chunk, folded, "word", False),), (0,), len(chunk), False))
        (known,) = _known_cut(core).tokens
        ends = mark in ".!؟" and not (mark == "." and len(core) == 1)
        return _keep(chunk, Cut((known, _MARKS[mark]), (0, len(core)), len(chunk), ends))
    for match in _TOKEN.finditer(chunk):
        word = match.group()
        kind: Kind = "number" if match.group(1) else "word" if match.group(2) else "punct"
        folded = "" if kind == "punct" else _folded(word)
        # A hamza alone is a letter without a fold: a mark, so that every word can be compared.
        is_glued = match.start() > 0 and match.start() == end
        tokens.append(Token(word, folded, kind if folded else "punct", is_glued))
        offsets.append(match.start())
        end = match.end()
    ends = _SENTENCE_END.search(chunk) is not None and not _ABBREVIATION.fullmatch(chunk)
    return _keep(chunk, Cut(tuple(tokens), tuple(offsets), len(chunk), ends))


def _keep(chunk: str, cut: Cut) -> Cut:
    if len(chunk) <= _LONGEST_CHUNK:
        if len(_cuts) >= _MOST_CHUNKS:
            _cuts.clear()
        _cuts[chunk] = cut
    return cut


def tokenize(text: str) -> tuple[Token, ...]:
    """Cut `text` into tokens."""
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
    """Cut the lines of normalised text chunk by chunk."""
    return [[_known_cut(chunk) for chunk in line.split(" ")] for line in text.split("\n")]


def line_length(line: Sequence[Cut]) -> int:
    """Letters of a line with the spaces between its chunks."""
    return sum([cut.length for cut in line]) + max(0, len(line) - 1)


def sentences_of_cuts(line: Sequence[Cut], start: int = 0, part: Part = "body", paragraph: int = 0) -> list[Sentence]:
    """Put the tokens of a line that begins at `start` together to sentences."""
    found: list[Sentence] = []
    tokens: list[Token] = []
    starts: list[int] = []
    for cut in line:
        if len(cut.tokens) == 1:  # as most have
            tokens.append(cut.tokens[0])
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
