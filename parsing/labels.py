"""Numbers that count nothing: they order, name, date or score, or the words round them say what was told before."""

from __future__ import annotations

import itertools
from functools import cache
from typing import Final

from parsing.frames import used
from parsing.gazetteer import Gazetteer
from parsing.jalali import calendar_words, numeral_words
from parsing.lexicon import words
from parsing.nouns import is_person, noun_at, singular
from parsing.numerals import starts_number
from parsing.places import place_at
from parsing.quantities import Quantity, words_of_use
from parsing.tokens import Token, Tokens, is_nominal

_YEARS: Final = (1250, 1450)
_GREGORIAN: Final = (1850, 2100)


def _orders(folded: str) -> bool:
    """«سومین», «پنجاهمین»; not «زمین», whose ending says nothing without a number before it."""
    ordinals = calendar_words().ordinals
    return folded in ordinals or folded.removesuffix("ین") in ordinals or folded in _ordinal_adjectives()


@cache
def _ordinal_adjectives() -> frozenset[str]:
    return frozenset(numeral + "مین" for numeral in numeral_words()) | {"هزارمین", "میلیونمین"}


@cache
def _not_after() -> frozenset[str]:
    """«ساله», «ماهه‌ای», «سالگی‌اش»: words that make the number before them no count, with their endings."""
    endings = ("", "ی", "ای", "اش", "ام", "شان", "مان", "ها", "های")
    return frozenset(known + ending for known in words_of_use("not_after") for ending in endings)


def _after(tokens: Tokens, quantity: Quantity) -> str:
    return tokens[quantity.end].fold if quantity.end < len(tokens) else ""


def is_ordinal(tokens: Tokens, quantity: Quantity) -> bool:
    """Whether the word after a number makes it an order, an age or a duration: «بیست و سومین», «۹ ساله»."""
    after = _after(tokens, quantity)
    if quantity.unit is None and (after in _not_after() or _orders(after)):
        return True
    return after == "و" and quantity.end + 1 < len(tokens) and _orders(tokens[quantity.end + 1].fold)


def is_small_group(tokens: Tokens, quantity: Quantity) -> bool:
    """«بسکتبال سه نفره», «دو نفره»: so small it is the kind of a game or of a room; «گروه ۶۰ نفره» counts people."""
    return quantity.value <= _SMALL_GROUP and tokens[quantity.end - 1].fold.startswith("نفره")


_SMALL_GROUP: Final = 5


def is_score(tokens: Tokens, quantity: Quantity) -> bool:
    """«۳ بر ۲», «هفت بر دو برابر آرمان»: the score of a match."""
    if quantity.start > 1 and tokens[quantity.start - 1].text == "بر" and starts_number(tokens[quantity.start - 2]):
        return True
    if quantity.unit is not None or quantity.end + 1 >= len(tokens):
        return False
    joint, other = tokens[quantity.end], tokens[quantity.end + 1]
    return joint.text in ("بر", "-", "–", ":") and other.kind == "number"


def is_code(tokens: Tokens, quantity: Quantity) -> bool:
    """Telephone and account numbers, «اف-۳۵», «۱+۵», «UF6», «Exynos ۹۶۱۰»."""
    digits = tokens[quantity.number].text
    if len(digits) >= 8 and digits.isdigit():
        return True
    near = tokens[max(0, quantity.start - 3) : quantity.start]
    if (
        quantity.unit is None
        and len(near) > 1
        and near[-1].text in "-–_"
        and (_is_latin(near[-2]) or (near[-1].is_glued and tokens[quantity.number].is_glued))
    ):
        return True  # «KOI-456», «اف-۳۵»
    if quantity.unit is None and near and near[-1].text == "+":
        return True  # «۱+۵»
    is_plain = quantity.unit is None and not quantity.is_word and quantity.after == quantity.start + 1
    is_model = is_plain and not is_person(_after(tokens, quantity))
    if near and _is_latin(near[-1]) and (is_model or tokens[quantity.number].is_glued):
        return True
    return quantity.unit is None and len(digits) >= 3 and any(token.fold in words_of_use("code") for token in near)


def _is_latin(token: Token) -> bool:
    return token.text.isascii() and token.text.isalpha()


def is_name(tokens: Tokens, quantity: Quantity) -> bool:
    """«ماده ۱۶», «مواد ۵ و ۶», «بندهای ۱۰ تا ۱۲»: bare numbers after a word that numbers its things."""
    if quantity.value >= 10_000 or quantity.magnitude > 1:
        return False
    if quantity.start != quantity.number:
        return quantity.start > 0 and quantity.unit is None and tokens[quantity.start - 1].fold in used("clock")
    place, marks = _before_list(tokens, quantity)
    if place < 0:
        return False
    head = tokens[place].fold
    is_list = bool(marks) or quantity.high is not None
    if is_list and ("،" not in marks or head.endswith("های")):
        head = head.removesuffix("های")
    elif is_list and head not in _PLURAL_HEADS:
        return False
    elif not is_list and head in _PLURAL_HEADS:
        return False  # «در مناطق ۱۲ استان»
    head = head[:-1] if head.endswith("هی") else head  # «دهه‌ی ۸۰»
    if head not in words_of_use("name") or (place and _determines(tokens, place - 1)):
        return False
    return (quantity.unit is None and quantity.value < 1000) or head in used("numbered")


def _determines(tokens: Tokens, at: int) -> bool:
    """Whether the word after the token numbers nothing: «در این مرحله ۴۰۰ بسته», «در ۷ سال ۷۰۰ باغ».

    The number before may belong to a name itself: «بند ۳ ماده ۱۷».
    """
    if starts_number(tokens[at]):
        return at == 0 or tokens[at - 1].fold not in words_of_use("name")
    return tokens[at].fold in used("determiner")


def _before_list(tokens: Tokens, quantity: Quantity) -> tuple[int, set[str]]:
    """The index before the numbers of the list that a number ends, and the marks between them: «مواد ۵ و ۶»."""
    place, marks = quantity.number - 1, set[str]()
    while place > 1 and tokens[place].text in _LISTED and starts_number(tokens[place - 1]):
        marks.add(tokens[place].text)
        place -= 2
    return place, marks


_PLURAL_HEADS: Final = ("مواد", "اصول", "مناطق", "خطوط", "نواحی", "شعب")
_LISTED: Final = ("و", "،", "تا", "الی", "یا", "-")


def is_quoted_title(tokens: Tokens, quantity: Quantity) -> bool:
    """A number in a short quotation is part of a title: «دو مرد و یک نیمکت»."""
    opening = next(
        (i for i in range(quantity.start - 1, max(-1, quantity.start - 6), -1) if tokens[i].text in "«»"), None
    )
    if opening is None or tokens[opening].text == "»" or quantity.unit is not None:
        return False
    return any(token.text == "»" for token in tokens[quantity.end : opening + 8])


def is_denomination(tokens: Tokens, quantity: Quantity) -> bool:
    """«ارز ۴۲۰۰ تومانی», «۴۳ برگ ۱۰۰ دلاری», «سکه یک گرمی»: an amount that names a rate, a banknote or a coin."""
    if quantity.unit is None or not quantity.is_adjective or not quantity.start:
        return False
    if quantity.unit.kind != "money" and quantity.unit.name != "gram":
        return False
    return singular(tokens[quantity.start - 1].fold) in used("denominated")


def is_class(tokens: Tokens, quantity: Quantity) -> bool:
    """A measure that names what athletes compete in.

    «در وزن ۸۸ کیلوگرم», «اوزان ۵۷ و ۶۱ کیلوگرم», «ماده ۴۰۰ متر», «۴۰۰ متر مانع»; «۸۴- کیلوگرم», «۵۷ کیلوگرم: …»; «در ۹۷
    کیلوگرم به قهرمانی رسید».
    """
    start, after = quantity.start, tokens[quantity.end : quantity.end + 1]
    before = tokens[start - 1].fold if start else ""
    is_in = start > 1 and tokens[start - 2].fold in ("در", "دسته")
    if quantity.unit is None:
        return before == _WEIGHT and is_in and quantity.value < _HEAVIEST
    if quantity.unit.name not in ("meter", "kilometer", "kilogram"):
        return False
    if after and after[0].fold in used("event") and quantity.unit.name != "kilometer":
        return True
    if quantity.unit.name == "kilogram" and quantity.value < _HEAVIEST:
        marks = [token.text for token in (*tokens[quantity.after : quantity.end], *after)]
        if not _CLASS_MARKS.isdisjoint(marks):
            return True
    if before in used("class") or (before == _WEIGHT and is_in):
        return True
    head, _ = _before_list(tokens, quantity)
    if head >= 0 and tokens[head].fold in used("classes"):
        return True
    is_weight = quantity.unit.name == "kilogram" and before in ("در", _WEIGHT) and quantity.value < _HEAVIEST
    return is_weight and not used("sport").isdisjoint([token.fold for token in tokens])


_WEIGHT: Final = "وزن"
_CLASS_MARKS: Final = frozenset(":-–+")
_HEAVIEST: Final = 150  # kilograms; the heaviest class of wrestling, judo and weightlifting is below it


def is_item(tokens: Tokens, quantity: Quantity) -> bool:
    """«۳- دستگاه مرکزی», «۵۷ کیلوگرم: …»: the number or the head of an item of a list, first in its line."""
    if quantity.start or quantity.after >= len(tokens):
        return False
    return tokens[quantity.after].text in "-–ـ)" or (quantity.end < len(tokens) and tokens[quantity.end].text == ":")


def is_garbled(tokens: Tokens, quantity: Quantity) -> bool:
    """«؟؟ میلیون», «X میلیارد»: digits that did not survive, or none yet; one million is «یک میلیون»."""
    return tokens[quantity.number].fold in ("میلیون", "میلیارد") and quantity.after == quantity.number + 1


@cache
def _names() -> Gazetteer[str]:
    return Gazetteer((name, name) for name in words("number_names"))


def begins_name(tokens: Tokens, quantity: Quantity) -> bool:
    """«هفت تپه», «سی و سه پل»: the number word begins a name (`data/number_names.tsv`)."""
    return quantity.is_word and _names().match(tokens, quantity.number) is not None


def is_letters(tokens: Tokens, quantity: Quantity) -> bool:
    """«بی بی سی», «سی تی اسکن»: no thirty but the letter C, beside another one read aloud."""
    if tokens[quantity.number].fold != "سی" or quantity.after != quantity.number + 1:
        return False
    near = (*tokens[max(0, quantity.number - 1) : quantity.number], *tokens[quantity.after : quantity.after + 1])
    return any(token.fold in words_of_use("letter") for token in near)


def is_coordinate(tokens: Tokens, quantity: Quantity) -> bool:
    """«عرض جغرافیایی ۳۱.۸۹», «۲۹.۷۲ درجه شمالی», «در موقعیت ۲۶.۷۳ عرض شمالی»: a place, told in degrees."""
    if quantity.magnitude > 1 or (quantity.unit is not None and quantity.unit.name != "degree"):
        return False
    if quantity.unit is None and quantity.value == int(quantity.value):
        return False
    before, after = tokens[max(0, quantity.start - 2) : quantity.start], tokens[quantity.end : quantity.end + 2]
    return any(token.fold in used("coordinate") for token in before) or any(
        token.fold in used("coordinate") | used("compass") for token in after
    )


def is_negation(tokens: Tokens, quantity: Quantity) -> bool:
    """«نه برابری», «نه دلار می\u200cخواهیم و نه یورو»: no nine but a not."""
    if tokens[quantity.number].fold != "نه" or quantity.after != quantity.number + 1:
        return False
    near = (*tokens[max(0, quantity.start - 8) : quantity.start], *tokens[quantity.after : quantity.after + 8])
    return quantity.is_adjective or any(token.fold == "نه" for token in near)


def looks_like_year(tokens: Tokens, quantity: Quantity) -> bool:
    """Whether a number may be a year: four digits, Jalali or Gregorian."""
    ends = (quantity.value,) if quantity.high is None else (quantity.value, quantity.high)
    digits = [token.text for token in tokens[quantity.number : quantity.after] if token.kind == "number"]
    if quantity.is_word or len(digits) != len(ends) or quantity.after - quantity.number != 2 * len(ends) - 1:
        return False
    is_year = any(all(low <= end < high for end in ends) for low, high in (_YEARS, _GREGORIAN))
    return is_year and all(len(one) == 4 for one in digits)


def is_span_of_years(tokens: Tokens, quantity: Quantity) -> bool:
    """«از ۱۹۸۷ تا ۲۰۱۷», «(۱۲۴۷-۱۳۱۱ ش)»."""
    return quantity.high is not None and quantity.unit is None and looks_like_year(tokens, quantity)


def ends_in_year(tokens: Tokens, quantity: Quantity) -> bool:
    """Whether a number that looks like a year is the end of the phrase before it: «جام جهانی ۲۰۲۲ میزبان …»."""
    if quantity.start != quantity.number or not quantity.start:
        return False
    last = tokens[quantity.start - 1]
    if last.fold in used("dated"):
        return True
    is_modern = 1900 <= quantity.value < 2035 and quantity.value % 100 != 0
    if is_modern and last.fold == "در":
        return True  # «کن در ۱۹۴۶ کارش را شروع کرد»
    return is_modern and is_nominal(last) and last.fold not in used("count") | used("done")


def is_one(tokens: Tokens, quantity: Quantity) -> bool:
    """Whether «یک» is a number and no article.

    It is one in a list of the same («۱۰ زندانی مرد و یک زندانی زن»), right after another count («هشت شهر و یک روستا»),
    before a counter in any list of counts («۲ پراید و یک دستگاه پژو»), and before «نفر» beside other numbers or with
    what befell him.
    """
    start, unit = quantity.start, quantity.unit
    before, after = tokens[max(0, start - 12) : start], tokens[quantity.end : quantity.end + 12]
    if unit is not None and unit.kind == "person":
        near = {token.fold for token in [*before[-3:], *after[:3]]}
        return any(map(starts_number, (*before, *after))) or not near.isdisjoint(used("fate"))
    if _opens_list(tokens, quantity):
        return True
    is_listed = bool(before) and (before[-1].text in "و،" or before[-1].fold in used("lists"))
    others = [
        i for i, token in enumerate(before) if starts_number(token) and token.fold != tokens[quantity.number].fold
    ]
    last = max(others, default=None)
    if is_listed and last is not None and quantity.after < len(tokens):
        head = tokens[quantity.after].fold
        heads = [singular(token.fold) for i in others for token in before[i + 1 : i + 4]]
        if singular(head) in heads or (is_person(head) and any(map(is_person, heads))):
            return True
        between = before[last + 1 : -1]
        if 0 < len(between) < 4 and all(map(is_nominal, between)) and noun_at(tokens, quantity.end):
            return True
    if unit is None or tokens[quantity.after].fold not in used("one") or not noun_at(tokens, quantity.end):
        return False
    is_counted = bool(before) and before[-1].fold in used("count")
    is_followed = any(joint.text in "و،" and starts_number(token) for joint, token in itertools.pairwise(after[:9]))
    return is_counted or is_followed or (is_listed and last is not None)


def _opens_list(tokens: Tokens, quantity: Quantity) -> bool:
    """«یک طلا، یک نقره و دو برنز»: short things counted one after the other, some of them more than one."""
    place, is_more = quantity.end, False
    for _ in range(_MOST_LISTED):
        end = next((at for at in range(place, min(place + 4, len(tokens))) if not is_nominal(tokens[at])), place)
        if end == place or end + 1 >= len(tokens) or tokens[end].text not in "و،" or not starts_number(tokens[end + 1]):
            break
        is_more = is_more or tokens[end + 1].fold != tokens[quantity.number].fold
        place = end + 2
    return is_more and place < len(tokens) and noun_at(tokens, place)


_MOST_LISTED = 6


def is_criterion(tokens: Tokens, quantity: Quantity) -> bool:
    """«روستاهای بالای ۲۰ خانوار», «شهرهای زیر ۵۰ هزار نفر»: the number says which places are meant.

    So do «روستای بیش از ۲۰ خانوار» and «روستاهای آسفالته بالای ۲۰ خانوار», where an ezafe is written, «روستاهای دارای ۵
    خانوار و کمتر», «روستاهای ۱۰ خانوار به بالا», and «روستاهای ۲۰ خانوار», where nothing stands between.
    """
    before = [token.fold for token in tokens[max(0, quantity.start - 2) : quantity.start]]
    is_bounded = quantity.comparator in ("<", ">")
    if is_bounded and quantity.number - quantity.start == 1 and before and _is_place(before[-1]):
        return True
    after = [token.fold for token in tokens[quantity.end : quantity.end + 2]]
    is_bounded = is_bounded or (len(after) == 2 and after[0] in ("به", "و") and after[1] in used("bound"))
    if before and before[-1].endswith("ی") and not quantity.is_adjective and _is_place(before[-1]):
        return True
    return is_bounded and any(one.endswith("ی") and _is_place(one) for one in before)


def _is_place(folded: str) -> bool:
    return singular(folded.removesuffix("ی")) in used("countable_place") or singular(folded) in used("countable_place")


def is_apposition(tokens: Tokens, quantity: Quantity) -> bool:
    """«دو شهر چالدران و سردشت»: the number only announces the names that follow."""
    found = place_at(tokens, quantity.end + 1) if quantity.end + 1 < len(tokens) else None
    if quantity.value > 10 or found is None or found[1] is None or found[0] + 1 >= len(tokens):
        return False
    return tokens[found[0]].text in "و،" and place_at(tokens, found[0] + 1) is not None


def is_pronoun(tokens: Tokens, quantity: Quantity) -> bool:
    """Whether «این» or «آن» before a quantity stands alone: «طی آن ۴۰ نفر», «پیش از این بیش از ۸۰ نفر»."""
    if quantity.start != quantity.number:
        return True
    if any(token.fold == "که" for token in tokens[quantity.end : quantity.end + 3]):
        return True  # «این ۱۰ استانی که»: what follows says which
    near = [token.fold for token in tokens[max(0, quantity.start - 3) : quantity.start - 1]]
    is_far = bool(near) and tokens[quantity.start - 1].fold == "ان"
    if is_far and is_nominal(tokens[quantity.start - 2]) and near[-1] not in used("determiner"):
        return True  # «جمعیت آن ۲۲۲ نفر»
    is_far = is_far and (near[-1] in used("pronoun_after") or near[0] == "که")  # «نشستی که در آن ۶ نفر»
    return is_far or "".join(near) in used("pronoun_after")
