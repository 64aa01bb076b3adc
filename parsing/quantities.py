"""Numbers with what they are measured in: «بیش از ۳ تا ۵ میلیارد تومان» is one quantity.

A quantity is what is printed; whether it is a metric, and of what, is decided by `parsing.counting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Final

from parsing.letters import fold
from parsing.lexicon import rows
from parsing.numerals import Number, parse_digits, read_number, starts_number
from parsing.records import Comparator
from parsing.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts or measures; see the head of `data/units.tsv` for the kinds."""

    name: str
    kind: str
    is_named: bool


@dataclass(slots=True, init=False)
class Quantity:
    """The quantity of `tokens[start:end]`: comparator, number or range, unit words.

    `number` and `after` are where the first number starts and where the last one ends; `unit` is None where no unit
    word follows. `is_adjective` marks «۱.۳ درصدی», a quantity that stands in a chain of ezafe.
    """

    start: int
    end: int
    number: int
    after: int
    value: Decimal
    high: Decimal | None
    unit: Unit | None
    comparator: Comparator
    is_adjective: bool
    is_ratio: bool
    is_word: bool
    magnitude: Decimal

    def __init__(
        self,
        start: int,
        end: int,
        number: int,
        after: int,
        value: Decimal,
        high: Decimal | None,
        unit: Unit | None,
        comparator: Comparator,
        is_adjective: bool,
        is_ratio: bool,
        is_word: bool,
        magnitude: Decimal,
    ) -> None:
        self.start = start
        self.end = end
        self.number = number
        self.after = after
        self.value = value
        self.high = high
        self.unit = unit
        self.comparator = comparator
        self.is_adjective = is_adjective
        self.is_ratio = is_ratio
        self.is_word = is_word
        self.magnitude = magnitude


_COMPARATORS: Final[dict[str, Comparator]] = {"more": ">", "less": "<", "least": ">=", "most": "<=", "about": "~"}
_HYPHENS: Final = ("-", "–", "−", "ـ")
_UNTIL: Final = ("تا", "الی", "یا", *_HYPHENS)
_BETWEEN: Final = ("بین", "میان", "مابین")
_PLUS: Final = "مثبت"
_MINUS: Final = "منفی"
_PERCENT: Final = "٪"
_DEGREE: Final = "degree"
_PERSON_HOUR: Final = "person_hour"
_BELOW_ZERO: Final = list(map(fold, ("زیر", "صفر")))
_LONGEST_UNIT: Final = 5


@cache
def words_of_use(use: str) -> frozenset[str]:
    """Return the folded words of `data/quantity_words.tsv` with this use."""
    return frozenset(fold(row["word"]) for row in rows("quantity_words", key=2) if row["use"] == use)


@cache
def units() -> dict[str, Unit]:
    """Return the units by their folded words."""
    return {
        fold(row["word"]) or row["word"]: Unit(row["unit"], row["kind"], row["named"] == "yes") for row in rows("units")
    }


@cache
def _comparators() -> dict[str, Comparator]:
    return {
        fold(row["word"]): _COMPARATORS[row["use"]]
        for row in rows("quantity_words", key=2)
        if row["use"] in _COMPARATORS
    }


def unit_at(tokens: Tokens, index: int) -> tuple[Unit, int, bool] | None:
    """The longest unit words at `index`: the unit, the index after them, and whether they are adjective («درصدی»)."""
    known = units()
    if index < len(tokens) and tokens[index].text == _PERCENT:
        return known[_PERCENT], index + 1, False
    best: tuple[Unit, int, bool] | None = None
    key = ""
    for place in range(index, min(index + _LONGEST_UNIT, len(tokens))):
        if tokens[place].kind == "number" or (tokens[place].kind == "punct" and tokens[place].text not in "_-ـ/"):
            break
        key += tokens[place].fold
        unit = known.get(key)
        if unit is not None and unit.name == _PERSON_HOUR and any(map(starts_number, tokens[place + 1 : place + 2])):
            break  # «با ۳۵ نفر ساعت ۲۲ راهی شد»
        if unit is not None:
            best = (unit, place + 1, False)
        elif key.endswith("ی") and (unit := known.get(key[:-1]) or known.get(key.removesuffix("ای"))) is not None:
            best = (unit, place + 1, True)
    return best


def find_quantities(tokens: Tokens, taken: Sequence[tuple[int, int]] = ()) -> list[Quantity]:
    """Return the quantities of a sentence in order; tokens inside a `taken` range (dates) are passed over."""
    found: list[Quantity] = []
    skip = {index for start, end in taken for index in range(start, end)}
    resume = 0
    for index in [at for at, token in enumerate(tokens) if starts_number(token) or token.text == _PERCENT]:
        if index < resume or index in skip:
            continue
        quantity = _read(tokens, index, skip)
        if quantity is not None:
            resume = quantity.end
            if not _begins_period(tokens, quantity, skip):
                found.append(quantity)
    return found


def _begins_period(tokens: Tokens, quantity: Quantity, skip: set[int]) -> bool:
    """«دو سه سال گذشته»: the first of two number words, of which the second was read as a part of a date."""
    is_bare = quantity.is_word and quantity.unit is None and quantity.end in skip
    return is_bare and tokens[quantity.end].kind == "word" and starts_number(tokens[quantity.end])


def mirrored(tokens: Tokens, quantity: Quantity) -> Quantity:
    """The quantity with its decimal read from right to left, «۵/۱ میلیون» as 1,500,000; others are left as they are."""
    text = tokens[quantity.number].text
    printed, digits = parse_digits(text), text.split("/")
    if len(digits) != 2 or printed is None or quantity.value != printed * quantity.magnitude:
        return quantity
    return replace(quantity, value=Decimal(f"{digits[1]}.{digits[0]}") * quantity.magnitude)


def _read(tokens: Tokens, index: int, skip: set[int]) -> Quantity | None:
    is_percent = tokens[index].text == _PERCENT
    place = index + is_percent
    if place >= len(tokens) or place in skip:
        return None
    number = read_number(tokens, place)
    if number is None:
        return None
    value, high, end = number.value, None, number.end
    magnitude = number.magnitude
    unit = (units()[_PERCENT], end, False) if is_percent else unit_at(tokens, end)
    if number.is_ratio and unit and unit[0].kind not in ("share", "measure"):
        unit = None
    if unit and _begins_gold(tokens, unit[1]):
        unit = None
    second = _range_end(tokens, index, end, skip) or (unit and _range_end(tokens, index, unit[1], skip))
    if unit and second and unit[1] == end + 1 and tokens[end].fold in _UNTIL:
        unit = None
    if second is not None:
        last, last_unit = second
        if unit is None or last_unit is None or unit[0].name == last_unit[0].name:
            low = _shared(number, last, unit is not None)
            if last_unit and low is not None and low > last.value and tokens[last.start - 1].text in _HYPHENS:
                # «۶ - ۵ کیلومتر»: typed from left to right.
                value, high, end, unit = last.value, low, last.end, last_unit
            elif low is not None and low < last.value:
                value, high, end = low, last.value, last.end
                magnitude = last.magnitude
                unit = last_unit or (unit and (unit[0], last.end, False))
    if unit and high is None and end == number.end and _half_after(tokens, unit[1]):
        value += magnitude / 2
        unit = (unit[0], unit[1] + 2, unit[2])
    elif unit and high is None and (smaller := _smaller_unit(tokens, unit)) is not None:
        value, unit = value + smaller[0], smaller[1]
    if unit and unit[0].name == _DEGREE and [token.fold for token in tokens[unit[1] : unit[1] + 2]] == _BELOW_ZERO:
        value, high = (-value, None) if high is None else (-high, -value)
        unit = (unit[0], unit[1] + 2, unit[2])
    is_minus = number.start > 0 and tokens[number.start - 1].fold == _MINUS
    start, comparator = _comparator(tokens, index - is_minus)
    if is_minus:
        is_both = number.start > 2 and tokens[number.start - 3].fold == _PLUS  # «مثبت و منفی ۵ درصد»
        value = value if is_both or value < 0 else -value
    return Quantity(
        start=start,
        end=max(end, unit[1] if unit else end),
        number=number.start,
        after=end,
        value=value,
        high=high,
        unit=unit[0] if unit else None,
        comparator=comparator,
        is_adjective=bool(unit and unit[2]),
        is_ratio=number.is_ratio and unit is None,
        is_word=number.is_word,
        magnitude=magnitude,
    )


# How many of the smaller unit make the greater one.
_SUBUNITS: Final = {
    ("ton", "kilogram"): 1000,
    ("kilogram", "gram"): 1000,
    ("kilometer", "meter"): 1000,
    ("meter", "centimeter"): 100,
    ("hectare", "square_meter"): 10_000,
    ("dollar", "cent"): 100,
    ("euro", "cent"): 100,
}


def _smaller_unit(tokens: Tokens, unit: tuple[Unit, int, bool]) -> tuple[Decimal, tuple[Unit, int, bool]] | None:
    """«چهار کیلو و ۵۰۰ گرم»: the part in the smaller unit as part of the greater, and the unit, ending after both."""
    name, after = unit[0].name, unit[1]
    if after + 1 >= len(tokens) or tokens[after].text != "و" or not starts_number(tokens[after + 1]):
        return None
    number = read_number(tokens, after + 1)
    smaller = unit_at(tokens, number.end) if number else None
    many = _SUBUNITS.get((name, smaller[0].name)) if smaller else None
    if number is None or smaller is None or many is None or number.value >= many:
        return None
    return number.value / many, (unit[0], smaller[1], smaller[2])


def _begins_gold(tokens: Tokens, index: int) -> bool:
    """«نیم‌سکه ۳۴۵۰۰۰۰ گرم ۱۸ عیار …»: before a number of carats, a gram is what the next price is of."""
    return index + 1 < len(tokens) and starts_number(tokens[index]) and tokens[index + 1].fold == "عیار"


def _half_after(tokens: Tokens, index: int) -> bool:
    """«یک تن و نیم»: the half said after the unit."""
    return index + 1 < len(tokens) and tokens[index].text == "و" and tokens[index + 1].fold == "نیم"


def _range_end(
    tokens: Tokens, index: int, after: int, skip: set[int]
) -> tuple[Number, tuple[Unit, int, bool] | None] | None:
    """The upper end of a range whose lower end was read up to `after`: «۳۰ تا ۴۰», «بین ۷ و ۱۰», «پنج شش»."""
    if after + 1 >= len(tokens) or after + 1 in skip:
        return None
    if (second := _next_word(tokens, index, after)) is not None:
        return second, unit_at(tokens, second.end)
    joint = tokens[after].fold or tokens[after].text
    between = index > 0 and tokens[index - 1].fold in _BETWEEN
    if joint not in _UNTIL and not (between and joint == "و"):
        return None
    if not starts_number(tokens[after + 1]):
        return None
    last = read_number(tokens, after + 1)
    if last is None or last.is_ratio:
        return None
    return last, unit_at(tokens, last.end)


def _next_word(tokens: Tokens, index: int, after: int) -> Number | None:
    """The second of two number words that follow each other: «پنج شش میلیارد», «بیست، سی نفر»; not of a longer list.

    They are a range where the second is the next of its kind, or five more.
    """
    place = after + (tokens[after].text == "،")
    words = (tokens[index], tokens[place]) if place < len(tokens) and after == index + 1 else ()
    if not words or any(token.kind != "word" or not starts_number(token) for token in words):
        return None
    low, last = read_number(tokens[index:after], 0), read_number(tokens, place)
    if low is None or last is None or last.is_ratio or low.value <= 0 or low.value == 9:  # «نه ده نفر»: not ten
        return None
    gap = last.value / last.magnitude - low.value
    is_next = gap == Decimal(10) ** low.value.adjusted() or (gap == _FIVE and low.value % _FIVE == 0)
    more = tokens[last.end : last.end + 2]
    is_listed = len(more) == 2 and more[0].text in "،و" and starts_number(more[1])
    return last if is_next and not is_listed else None


_FIVE: Final = 5  # «ده پانزده», «بیست، بیست و پنج»


def _shared(first: Number, last: Number, has_unit: bool) -> Decimal | None:
    """The lower end with the magnitude it shares with the upper: «۳ تا ۵ میلیارد» begins at 3,000,000,000."""
    if has_unit or first.magnitude > 1 or last.magnitude == 1:
        return first.value
    many = last.value / last.magnitude
    return first.value * last.magnitude if first.value < many else first.value


def _comparator(tokens: Tokens, index: int) -> tuple[int, Comparator]:
    """The comparator before `index` and where its words start."""
    known = _comparators()
    for length in (3, 2, 1):
        start = index - length
        if start < 0:
            continue
        key = "".join(token.fold for token in tokens[start:index])
        found = known.get(key)
        if found is None or any(token.kind != "word" for token in tokens[start:index]):
            continue
        if found == "<=" and length == 1 and key == "تا" and start > 0 and tokens[start - 1].fold in ("از",):
            continue
        return start, found
    return index, "="
