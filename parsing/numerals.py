"""Numbers in tokens: digits of three scripts, words, and both mixed, with magnitudes multiplied out.

«هزار و ۱۳۰ میلیارد» is 1,130 thousand million, as it is said; «۱/۳» is 1.3, as newspapers print it, never a third;
«۱۴۰۲/۰۵/۱۲», «۱۰:۳۰» and «۰۲۴» are dates, times and codes, so no numbers. What a number counts is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final

from parsing.letters import fold
from parsing.lexicon import rows
from parsing.text import normalize
from parsing.tokens import Token, Tokens, tokenize, trait, traits

_ASCII: Final = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_THOUSANDS: Final = re.compile(r"(\d{1,3}(?:[,٬،]\d{3})+)(?:[.٫/](\d+))?")
_DOTTED: Final = re.compile(r"\d{1,3}(?:\.\d{3}){2,}|\d{1,3}(?:/\d{3}){2,}")
_INTEGER: Final = re.compile(r"0|[1-9]\d*")
_DECIMAL: Final = re.compile(r"(\d+)[.٫](\d+)")
# Three digits before the slash at most and three behind: «۹۸۹۱/۷۴۰۸» is a desk code, «۱۴۰۲/۰۵» a month.
_SLASHED: Final = re.compile(r"(0|[1-9]\d{0,2})[/,](\d{1,3})")
# The most digits a number may have: beyond it is a code or noise, and arithmetic on it would be slow.
_LONGEST: Final = 18
_MOST_KNOWN: Final = 8192  # printed numbers remembered

_RANKS: Final = {"unit": 1, "teen": 2, "ten": 2, "hundred": 3}
_HALF: Final = Decimal("0.5")
_ONE: Final = Decimal(1)


@dataclass(slots=True, init=False)
class Number:
    """The number of `tokens[start:end]`.

    `is_ratio` marks fractions («یک سوم»). `magnitude` is the last magnitude said (1 where none), by which the lower
    end of a range is multiplied too; `is_word` is True where no digit was printed.
    """

    start: int
    end: int
    value: Decimal
    magnitude: Decimal
    is_ratio: bool
    is_word: bool

    def __init__(self, start: int, end: int, value: Decimal, magnitude: Decimal, is_ratio: bool, is_word: bool) -> None:
        self.start = start
        self.end = end
        self.value = value
        self.magnitude = magnitude
        self.is_ratio = is_ratio
        self.is_word = is_word


@dataclass(frozen=True, slots=True)
class _Words:
    numerals: dict[str, tuple[int, int]]
    magnitudes: dict[str, int]
    denominators: dict[str, int]
    decimals: dict[str, int]
    currencies: frozenset[str]
    starts: frozenset[str]
    follows: frozenset[str]
    after_and: dict[str, str]


@cache
def _words() -> _Words:
    numerals = {fold(row["word"]): (int(row["value"]), _RANKS[row["kind"]]) for row in rows("numerals")}
    magnitudes = {fold(row["word"]): int(row["value"]) for row in rows("magnitudes")}
    fractions = [(fold(row["word"]), int(row["value"]), row["decimal"]) for row in rows("fractions")]
    after_and = {"و" + numeral: numeral for numeral in (*numerals, "نیم")}
    return _Words(
        numerals=numerals,
        magnitudes=magnitudes,
        denominators={word: value for word, value, _ in fractions},
        decimals={word: value for word, value, decimal in fractions if decimal == "yes"},
        currencies=frozenset(fold(row["word"]) for row in rows("units") if row["kind"] == "money"),
        starts=frozenset(numerals) | frozenset(magnitudes) | {"نیم", "نیمی", "نصف"},
        follows=frozenset((*numerals, *magnitudes, *after_and, "نیم", "و", *(word for word, _, _ in fractions))),
        after_and=after_and,
    )


@lru_cache(_MOST_KNOWN)
def parse_digits(text: str) -> Decimal | None:
    """Read one printed number, or None where it is a date, a time or a code.

    >>> parse_digits("۱۲٬۵۰۰"), parse_digits("۱/۳"), parse_digits("۱۰:۳۰")
    (Decimal('12500'), Decimal('1.3'), None)
    """
    text = text.translate(_ASCII)
    if len(text) > _LONGEST:
        return None
    if _INTEGER.fullmatch(text):
        return Decimal(text)
    if match := _THOUSANDS.fullmatch(text):
        return Decimal(re.sub(r"\D", "", match[1]) + ("." + match[2] if match[2] else ""))
    if _DOTTED.fullmatch(text):
        return Decimal(re.sub(r"\D", "", text))
    match = _DECIMAL.fullmatch(text) or _SLASHED.fullmatch(text)
    return Decimal(f"{match[1]}.{match[2]}") if match else None


_STARTS: Final = trait(lambda token: token.kind == "number" or token.fold in _words().starts)


def starts_number(token: Token) -> bool:
    """Whether a number may begin at `token`: a quick test before `read_number`."""
    return bool(traits(token) & _STARTS)


def number_starts(tokens: Tokens) -> list[int]:
    """The indices of the tokens that a number may begin at."""
    return [index for index, token in enumerate(tokens) if traits(token) & _STARTS]


def read_number(tokens: Tokens, start: int) -> Number | None:
    """Read the longest number that begins at `tokens[start]`, or None."""
    words = _words()
    first = tokens[start]
    following = tokens[start + 1] if start + 1 < len(tokens) else None
    if first.kind == "number" and (following is None or not _goes_on(following, words)):
        digits = parse_digits(first.text)
        return None if digits is None else Number(start, start + 1, digits, _ONE, False, False)
    if first.fold in ("نیمی", "نصف"):
        return Number(start, start + 1, _HALF, Decimal(1), True, True)
    terms: list[tuple[Decimal, int]] = []
    pending: Decimal | None = None
    rank = 0  # of the last number word in `pending`; 0 for digits
    index, end, closed, linked = start, start, start, False
    is_word = True
    while index < len(tokens):
        token, word = tokens[index], tokens[index].fold
        if word in words.after_and and (terms or pending is not None) and not linked:  # «چهل ویک»
            linked, word = True, words.after_and[word]
        if token.kind == "number":
            value = parse_digits(token.text)
            least = terms[-1][1] if terms else None
            if value is None or (least is not None and value >= least):
                break
            if least is not None and not linked and not (_is_thousands_rest(tokens, index, least, value)):
                break
            if pending is not None:
                if not (linked and rank == 3 and value < 100):
                    break
                value += pending
            pending, rank, is_word = value, 0, False
        elif word in words.numerals:
            number, new_rank = words.numerals[word]
            if pending is None:
                if terms and not linked:
                    break
                pending, rank = Decimal(number), new_rank
            elif linked and new_rank < rank and not (rank == 2 and pending % 100 < 20):
                pending, rank = pending + number, new_rank
            else:
                break
        elif word in words.magnitudes:
            magnitude = words.magnitudes[word]
            if any(known <= magnitude and linked and pending is None for _, known in terms):
                break
            lower = sum((value for value, known in terms if known < magnitude), pending or Decimal(0))
            if any(known == magnitude for _, known in terms):
                if pending is None:
                    break
                total = sum((value for value, _ in terms), Decimal(0))
                is_money = index + 1 < len(tokens) and tokens[index + 1].fold in words.currencies
                if len(terms) > 1 and is_money:
                    # «۳۵۷ میلیون و ۸۳۹ هزار و ۷۴۰ هزار ریال»: accounts are kept in thousands.
                    return Number(start, index + 1, (total + pending) * magnitude, Decimal(magnitude), False, is_word)
                # «۳۵ هزار و ۳۸ هزار» are two.
                return Number(start, closed, total, Decimal(terms[-1][1]), False, is_word)
            higher = [term for term in terms if term[1] > magnitude]
            terms = [*higher, ((lower or Decimal(1)) * magnitude, magnitude)]
            pending, rank, closed = None, 0, index + 1
        elif word == "نیم" and (linked or index == start):
            if pending is not None or not terms:
                pending = (pending or Decimal(0)) + _HALF
            else:
                terms[-1] = (terms[-1][0] + _HALF * terms[-1][1], terms[-1][1])
            rank = 0
        elif token.text == "و" and index > start and not linked:
            decimal = _spoken_decimal(tokens, index + 1)
            if decimal is not None and pending is not None:
                pending, index, end = pending + decimal, index + 3, index + 3
                continue
            linked, index = True, index + 1
            continue
        else:
            break
        linked, index = False, index + 1
        end = index
    if pending is None and not terms:
        return None
    last = Decimal(terms[-1][1] if terms and pending is None else 1)
    if pending is not None and terms and _is_elliptical(tokens, end, pending, terms[-1][1]):
        value, least = terms[-1]
        last = Decimal(least if value % (1000 * least) == 0 else least // 1000)  # «هزار میلیارد و ۶۸۰»
        pending *= last
    total = sum((value for value, _ in terms), pending or Decimal(0))
    if not terms and end < len(tokens) and tokens[end].fold in words.denominators and end == start + 1:
        below = words.denominators[tokens[end].fold]
        if 1 <= total < (below if below >= 100 else min(below, 10)) and total == int(total):
            return Number(start, end + 1, total / below, Decimal(1), True, is_word)
    return Number(start, end, total, last, False, is_word)


def _goes_on(following: Token, words: _Words) -> bool:
    """Whether the token after a number may belong to it: nearly always it is the noun that is counted."""
    return following.kind == "number" or following.fold in words.follows


def _is_thousands_rest(tokens: Tokens, index: int, least: int, value: Decimal) -> bool:
    """«۴۷ هزار ۸۷۳», «۳ میلیارد ۲۰۰ میلیون»: an «و» left out, not the start of the next number."""
    if value < 100:
        return False
    following = tokens[index + 1].fold if index + 1 < len(tokens) else ""
    return _words().magnitudes.get(following, 1 if least == 1000 else least) < least


def _is_elliptical(tokens: Tokens, end: int, rest: Decimal, least: int) -> bool:
    """«۶ میلیون و ۸۰۰ فقره»: the magnitude of the rest is left out, 800 thousand.

    So are the 20 numbers of the corpus printed so, as far as their parts or other prices beside them tell.
    """
    is_printed = tokens[end - 1].kind == "number" and tokens[end - 2].text == "و"
    return is_printed and least >= 1_000_000 and 100 <= rest < 1000 and rest == int(rest)


def _spoken_decimal(tokens: Tokens, index: int) -> Decimal | None:
    """Read «یک دهم», «۳۵ صدم» at `index`."""
    if index + 1 >= len(tokens):
        return None
    below = _words().decimals.get(tokens[index + 1].fold)
    if below is None:
        return None
    numeral = _words().numerals.get(tokens[index].fold)
    above = Decimal(numeral[0]) if numeral else parse_digits(tokens[index].text)
    return above / below if above is not None and 0 < above < below else None


def parse_number(text: str) -> Decimal | None:
    """Read a text that is one number and nothing else, or None.

    >>> parse_number("یک میلیون و ۲۰۰ هزار")
    Decimal('1200000')
    """
    tokens = tokenize(normalize(text))
    number = read_number(tokens, 0) if tokens else None
    return number.value if number and number.end == len(tokens) else None


def spell(number: int) -> str:
    """Write a whole number in words, from 0 up to 10^15.

    >>> spell(1234)
    'هزار و دویست و سی و چهار'
    """
    if not 0 <= number < 10**15:
        raise ValueError(f"{number} is not from 0 up to 10^15")
    if number == 0:
        return "صفر"
    parts: list[str] = []
    for name, size in _SPOKEN:
        many, number = divmod(number, size)
        if many:
            parts.append(name if many == 1 and size == 1000 else f"{_below_thousand(many)} {name}".strip())
    return " و ".join(parts)


_SPOKEN: Final = (("تریلیون", 10**12), ("میلیارد", 10**9), ("میلیون", 10**6), ("هزار", 10**3), ("", 1))


@cache
def _spoken_words() -> dict[int, str]:
    spoken: dict[int, str] = {}
    for row in rows("numerals"):
        spoken.setdefault(int(row["value"]), row["word"])
    return spoken


def _below_thousand(number: int) -> str:
    words = _spoken_words()
    parts = [number // 100 * 100, number % 100 if number % 100 < 20 else number % 100 // 10 * 10]
    parts.append(number % 10 if number % 100 > 20 else 0)
    return " و ".join(words[part] for part in parts if part)
