"""What counts: whether the number of a quantity counts or measures anything, in which unit, and how it changed.

A quantity is refused where its number counts nothing: dates, ages, durations, names, codes, scores, «یک» as an article.
Quantities are read by `parsing.quantities`; what counts is told once by `parsing.figures`, and
becomes records by `parsing.metrics`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from parsing.changes import size_of_change
from parsing.frames import used
from parsing.labels import (
    begins_name,
    ends_in_year,
    is_apposition,
    is_class,
    is_code,
    is_coordinate,
    is_criterion,
    is_denomination,
    is_garbled,
    is_item,
    is_letters,
    is_name,
    is_negation,
    is_one,
    is_ordinal,
    is_pronoun,
    is_quoted_title,
    is_score,
    is_small_group,
    is_span_of_years,
    looks_like_year,
)
from parsing.letters import fold
from parsing.nouns import counts_people, is_person, noun_at, singular
from parsing.numerals import starts_number
from parsing.phrases import phrase_end
from parsing.quantities import Quantity, units, words_of_use
from parsing.records import Change
from parsing.tokens import Tokens, is_nominal
from parsing.words import listed


@dataclass(slots=True, init=False)
class Counted:
    """A quantity that counts: its unit (`money` or `measure` where none is named) and kind, its change and its noun."""

    quantity: Quantity
    unit: str
    kind: str
    change: Change | None
    noun: str

    def __init__(self, quantity: Quantity, unit: str, kind: str, change: Change | None, noun: str) -> None:
        self.quantity = quantity
        self.unit = unit
        self.kind = kind
        self.change = change
        self.noun = noun


def counted(tokens: Tokens, quantities: Sequence[Quantity]) -> Iterator[Counted]:
    """Yield the quantities of a sentence that count, those included whose unit or noun is said once for several.

    The kinds are those of `data/units.tsv`, and ratio.
    """
    found = [_measured(tokens, quantity) for quantity in quantities]
    for index in reversed(range(len(quantities))):
        measured = found[index]
        if quantities[index].unit is None and (measured is None or measured[0] == measured[1]):
            found[index] = _elided(tokens, quantities, found, index) or measured
    scaled = list(quantities)
    changes = [size_of_change(tokens, quantity) for quantity in quantities]
    for index in range(len(quantities) - 2, -1, -1):
        quantity, following = quantities[index], quantities[index + 1]
        if quantity.unit is None and found[index] is not None and found[index] == found[index + 1]:
            scaled[index] = _scaled(quantity, scaled[index + 1])
            if following.start - quantity.end == 1 and changes[index] is None:
                changes[index] = changes[index + 1]  # «۱۳ و ۵ درصد افزایش»
    for quantity, measured, change in zip(scaled, found, changes, strict=True):
        if measured is not None:
            unit, kind = measured
            noun = _noun(tokens, quantity)
            yield Counted(_whole(quantity, tokens, kind), unit, kind, change, noun)


def _measured(tokens: Tokens, quantity: Quantity) -> tuple[str, str] | None:
    """Return the unit of a quantity that is a metric and its kind, or None where its number counts nothing."""
    before = tokens[quantity.start - 1].fold if quantity.start else ""
    after = tokens[quantity.end].fold if quantity.end < len(tokens) else ""
    unit = quantity.unit
    if unit is not None and (unit.kind == "time" or (unit.kind == "times" and after == "با")):
        return None
    if quantity.value == 0 or any(refuses(tokens, quantity) for refuses in _REFUSALS):
        return None
    is_people = counts_people(tokens, quantity.end)
    is_noun = is_people or noun_at(tokens, quantity.end)
    if quantity.is_ratio and unit is None:
        is_time = after in units() and units()[after].kind == "time"  # «۵۲ صدم ثانیه», «نصف شب»
        return ("ratio", "ratio") if (after in _WHOLES or is_noun) and not is_time else None
    if before in used("vague_number") or (before == "هر" and unit is not None and unit.kind != "person"):
        return None
    if unit is not None and quantity.value == 1 and quantity.is_word and unit.kind in ("money", "household"):
        return None
    if unit is not None and quantity.value == 1 and quantity.is_word and before in used("priced"):
        return None  # «قیمت یک گرم طلا»
    if unit is not None and unit.kind == "share" and quantity.value == 100 and quantity.is_word:
        return None  # «صد در صد»: wholly
    if unit is not None and unit.kind in ("person", "household") and is_criterion(tokens, quantity):
        return None
    if unit is not None and unit.kind in ("share", "money", "measure", "times", "household"):
        if unit.name == "ton" and _counts_people(tokens, quantity):
            return None if before in used("anaphor") else ("person", "person")
        return _implied(tokens, quantity, unit.name), unit.kind
    if is_code(tokens, quantity) or is_name(tokens, quantity) or is_quoted_title(tokens, quantity):
        return None
    if before in used("anaphor") and not is_pronoun(tokens, quantity):
        return None
    if before == "هر" and not (2 < quantity.value <= 20 and is_person(after)):
        return None
    if quantity.value == 1 and quantity.high is None and quantity.is_word and not is_one(tokens, quantity):
        return None
    if unit is not None and unit.kind == "piece" and _is_no_counter(tokens, quantity):
        return None
    if unit is not None and tokens[quantity.end - 1].fold in used("fold") and after.endswith("تر"):
        return "times", "times"  # «۱۰۰ بار سریع‌تر»
    if unit is not None:
        return ("person", "person") if unit.kind == "person" else ("count", "piece")
    if quantity.magnitude >= 1_000_000 and _counts_populace(tokens, quantity):
        return "person", "person"
    if tokens[quantity.after - 1].fold.endswith(("اردی", "ونی")):  # «میلیاردی», «میلیونی»
        return ("money", "money") if quantity.after - quantity.number > 1 else None
    if tokens[quantity.number].fold == "نیم" and quantity.after == quantity.number + 1:
        return None  # «نیم نگاهی»
    if is_noun and not (looks_like_year(tokens, quantity) and ends_in_year(tokens, quantity)):
        if is_apposition(tokens, quantity):
            return None
        if (quantity.value == 2 and after in used("pair")) or (quantity.value <= 10 and after in used("abstract")):
            return None
        if quantity.magnitude >= 1_000_000 and after in used("money"):
            return "money", "money"
        if tokens[quantity.number].fold == "نه" and quantity.after == quantity.number + 1:
            return None
        if quantity.end + 1 < len(tokens) and tokens[quantity.end + 1].fold in used("rank"):
            return None
        if before in used("among") and any(token.fold == "برتر" for token in tokens[quantity.end : quantity.end + 3]):
            return None  # «جزو سه استان برتر»: a rank
        return ("person", "person") if is_people else ("count", "piece")
    if looks_like_year(tokens, quantity):
        near = {token.fold for token in tokens[max(0, quantity.start - 2) : quantity.start]}
        return None if used("count").isdisjoint(near) else ("count", "piece")
    near = {token.fold for token in tokens[max(0, quantity.start - 4) : quantity.start]}
    is_amount = quantity.value >= 1_000_000 and quantity.after == quantity.number + 1 and not quantity.is_word
    if quantity.magnitude >= 1_000_000 or is_amount:
        is_counted = before == "به" and not used("count").isdisjoint(near) and used("money").isdisjoint(near)
        return ("count", "piece") if is_counted else ("money", "money")
    if quantity.value != int(quantity.value):
        return _bare_measure(tokens, quantity)
    is_between = quantity.high is not None and before == "بین" and near.isdisjoint(words_of_use("name"))
    if not used("count").isdisjoint(near) or is_between:
        return "count", "piece"
    return None


_REFUSALS = (
    begins_name,
    is_ordinal,
    is_score,
    is_small_group,
    is_denomination,
    is_class,
    is_item,
    is_letters,
    is_garbled,
    is_negation,
    is_span_of_years,
    is_coordinate,
)


def _near(tokens: Tokens, quantity: Quantity, before: int, after: int) -> set[str]:
    """The folded words of so many tokens before a quantity and after it, each in the singular too."""
    near = (*tokens[max(0, quantity.start - before) : quantity.start], *tokens[quantity.end : quantity.end + after])
    return {form for token in near for form in (token.fold, singular(token.fold))}


def _implied(tokens: Tokens, quantity: Quantity, unit: str) -> str:
    """The unit that is meant by what is measured: «سرعت ۸۰ کیلومتر» is per hour, «زمینی به مساحت ۳۰۰ متر» square."""
    if unit == "kilometer" and not used("speed").isdisjoint(_near(tokens, quantity, 6, 1)):
        is_away = quantity.is_adjective and quantity.start > 0 and tokens[quantity.start - 1].fold == "در"
        return unit if is_away else "kilometer_per_hour"  # «تقلیل سرعت در ۳۰ کیلومتری شهر»
    if unit == "meter" and quantity.is_adjective and not used("home").isdisjoint(_near(tokens, quantity, 1, 0)):
        return "square_meter"  # «آپارتمان ۸۰ متری»
    if unit == "meter" and not used("area").isdisjoint(_near(tokens, quantity, 4, 2)):
        return "square_meter" if used("length").isdisjoint(_near(tokens, quantity, 4, 2)) else unit
    return unit


def _counts_populace(tokens: Tokens, quantity: Quantity) -> bool:
    """«جمعیت ۸۳ میلیونی کشور», «مشارکت ۵ میلیونی دانش‌آموزان»: millions of people, not of money."""
    if quantity.after == quantity.number + 1:
        return False  # «جمعیت میلیونی» is no number
    is_of_people = quantity.end < len(tokens) and is_person(tokens[quantity.end].fold)
    near = _near(tokens, quantity, 2, 1)
    return (is_of_people and used("money").isdisjoint(near)) or not used("populace").isdisjoint(near)


def _bare_measure(tokens: Tokens, quantity: Quantity) -> tuple[str, str] | None:
    """A decimal without a unit: of an earthquake its magnitude, else of the unit that the text uses beside it."""
    near = _near(tokens, quantity, 4, 4)
    if not used("quake").isdisjoint(near):
        return ("richter", "measure") if quantity.value < 10 else None
    after = tokens[quantity.end : quantity.end + 1]
    is_numbered = quantity.start == 0 or any(token.text == "-" for token in after)
    is_score = any(token.fold in used("no_noun") for token in after)
    return None if is_numbered or is_score or quantity.is_word else ("measure", "measure")


def _is_no_counter(tokens: Tokens, quantity: Quantity) -> bool:
    """Whether the word after the number does not count.

    «دهه ۷۰ تا سال ۹۷», «دو تا سه سال», «اسکار ۱۹۹۷ فیلم خوبی داشت», «قوای سه گانه»; «نواحی ۶ گانه» are six.
    """
    counter, after = tokens[quantity.end - 1], tokens[quantity.end : quantity.end + 1]
    if counter.fold == "تا" and after and (starts_number(after[0]) or after[0].fold in words_of_use("not_after")):
        return True
    if counter.fold == fold("گانه") and quantity.value < _NAMED_SO:
        return True
    return looks_like_year(tokens, quantity) and ends_in_year(tokens, quantity)


_GROUPS: Final = listed("group")
_NAMED_SO: Final = 4  # «قوای سه‌گانه», «سیاست دوگانه» are names


def _counts_people(tokens: Tokens, quantity: Quantity) -> bool:
    """Whether «تن» counts people: «۲۰ تن از مسافران», «۱۵۰ تن کشته شدند», «کشته شدن ۱۵۰ تن»."""
    after = [token.fold for token in tokens[quantity.end : quantity.end + 2]]
    if quantity.is_adjective or quantity.value != int(quantity.value):
        return False
    if after and (is_person(after[0]) or after[0] == "دیگر"):
        return quantity.value < 100_000
    if after and after[0] == "از":
        is_people = is_person(after[-1]) or after[-1] in _GROUPS
        return quantity.value < (100_000 if is_people else 1000)  # «۷ هزار تن از مزارع برداشت شد»
    if noun_at(tokens, quantity.end):
        return False
    near = tokens[max(0, quantity.start - 10) : quantity.end + 10]
    return quantity.value <= 20 or any(singular(token.fold) in _fates() for token in near)


@cache
def _fates() -> frozenset[str]:
    """«کشته», «کشته‌شدگان»: what befalls people, and those it befell."""
    return used("fate") | {word + ending for word in used("fate") for ending in ("شدگان", "شده", "گان")}


def _elided(
    tokens: Tokens, quantities: Sequence[Quantity], found: Sequence[tuple[str, str] | None], index: int
) -> tuple[str, str] | None:
    """What a bare number shares with its neighbours.

    «از ۳۰ به ۵۰ درصد» and «از ۳۰ درصد به ۵۰» are twice percent; «به ترتیب ۱۰ و هفت آزادراه» counts the noun of the next
    number; in «بوشهر ۲۰ هکتار، فارس ۷۴۳۲ و یزد ۲۹۰ هکتار» the middle number has the unit of both its neighbours, in
    «زنان ۷۰ و مردان ۶۵ درصد» that of the next. A number that belongs to the noun before it («مناطق ۲ و ۵ شهرداری»)
    shares nothing.
    """
    quantity = quantities[index]
    before = tokens[quantity.start - 1] if quantity.start else None
    first = found[index - 1] if index else None
    if before is not None and before.fold == "به" and first is not None and first[1] in _LEVELS:
        start = quantities[index - 1]
        is_pair = start.start and tokens[start.start - 1].fold == "از" and quantity.start - start.end < 9
        return first if is_pair and (quantity.magnitude > 1 or start.magnitude == 1) else None
    if quantity.end >= len(tokens) or index + 1 == len(quantities):
        return None
    following, last = quantities[index + 1], found[index + 1]
    gap = following.start - quantity.end
    if tokens[quantity.end].fold == "به" and gap == 1 and before is not None:
        return last if last is not None and last[1] in _LEVELS and before.fold == "از" else None
    if quantity.is_word or tokens[quantity.end].text not in "و،":
        return None
    if index and first is not None and first == last:
        return first if first[1] in ("measure", "money", "person") else None
    is_free = before is None or not is_nominal(before) or before.fold in used("free") or quantity.magnitude > 1
    is_free = is_free or quantity.start != quantity.number  # «کمتر از ۵۰ و ۱۰ درصد»
    is_amount = following.magnitude > 1 and following.unit is not None and tokens[quantity.end].text == "و"
    is_amount = is_amount or (before is not None and before.fold in used("measured"))  # «ظرفیت ۲۵۰ و ۵۰۰ لیتر»
    is_free = is_free or (is_amount and not is_name(tokens, quantity))  # but «در بودجه ۹۵، ۲۲ میلیارد دلار»
    if gap == 1:
        return last if is_free and (following.value >= 2 or not following.is_word) else None
    if before is not None and before.fold == "با" == tokens[following.start - 1].fold and gap <= 6 and last is not None:
        return last if last[1] in _LEVELS else None  # «زیره با ۴۱۱، زعفران با ۶۸ و کرچک با ۲۰ هکتار»
    is_level = last is not None and (last[1] == "share" or (last[1] == "money" and quantity.value >= 1000))
    is_other = gap > 6 or is_name(tokens, quantity) or looks_like_year(tokens, quantity)
    return last if is_level and not is_other else None


def _scaled(quantity: Quantity, following: Quantity) -> Quantity:
    """«۳۵ و ۳۸ میلیون تومان»: a number has the magnitude of the next too, where it shares its unit and is as great."""
    is_next = following.start - quantity.end == 1 and following.high is None and quantity.high is None
    many = following.value / following.magnitude
    if not is_next or quantity.magnitude > 1 or quantity.value >= 10 * many:
        return quantity
    return replace(quantity, value=quantity.value * following.magnitude, magnitude=following.magnitude)


_WHOLES: Final = ("از", "این", "ان")  # before what a ratio is of
_LEVELS: Final = ("share", "measure", "money", "person")
_COUNTABLE: Final = ("person", "piece", "household")


def _whole(quantity: Quantity, tokens: Tokens, kind: str) -> Quantity:
    """What is counted is whole: «۳۱.۸۹۶ نفر» are 31,896 people, with a point between thousands; so «۴۰.۰۰۰ کیلومتر»."""
    digits = tokens[quantity.number].text
    is_plain = quantity.high is None and quantity.after == quantity.number + 1
    if not is_plain or (kind not in _COUNTABLE and not digits.endswith((".000", ".۰۰۰"))):
        return quantity
    if len(digits) < 5 or digits[-4] not in "./٫" or digits[0] in "0۰":
        return quantity
    return replace(quantity, value=quantity.value * 1000)


def _noun(tokens: Tokens, quantity: Quantity) -> str:
    """The counted noun phrase after a quantity, '' where none follows."""
    start = quantity.end
    if start + 1 < len(tokens) and tokens[start].fold == "از":
        start += 1
    if not noun_at(tokens, start):
        return ""
    return " ".join(token.text for token in tokens[start : phrase_end(tokens, start, nests=True)])
