"""What counts: whether the number of a quantity counts or measures anything, in which unit, and how it changed.

A quantity is refused where its number counts nothing: dates, ages, durations, names, codes, scores, «یک» as an article.
Quantities are read by `parsing.quantities`; records are made of what counts by `parsing.metrics`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from parsing.frames import used
from parsing.lexicon import infinitives, rows, words
from parsing.names import is_name_start
from parsing.numerals import starts_number
from parsing.phrases import phrase_end
from parsing.places import place_at
from parsing.quantities import Quantity, units, words_of_use
from parsing.records import Change
from parsing.text import Token, fold
from parsing.words import is_nominal, word

_YEARS = (1250, 1450)
_GREGORIAN = (1850, 2100)


class Counted(NamedTuple):
    """A quantity that counts: its unit (`money` or `measure` where none is named) and kind, its change and its noun."""

    quantity: Quantity
    unit: str
    kind: str
    change: Change | None
    noun: str


def counted(tokens: Sequence[Token], quantities: Sequence[Quantity]) -> Iterator[Counted]:
    """Yield the quantities of a sentence that count, those included whose unit or noun is said once for several.

    The kinds are those of `data/units.tsv`, and ratio.
    """
    found = [_measured(tokens, quantity) for quantity in quantities]
    for index, quantity in enumerate(quantities):
        if found[index] is None and quantity.unit is None and index + 1 < len(quantities):
            found[index] = _elided(tokens, quantity, quantities[index + 1], found[max(0, index - 1) : index + 2])
    for quantity, measured in zip(quantities, found, strict=True):
        if measured is not None:
            unit, kind = measured
            change, noun = size_of_change(tokens, quantity), _noun(tokens, quantity)
            yield Counted(_whole(quantity, tokens, kind), unit, kind, change, noun)


@cache
def _people() -> frozenset[str]:
    return frozenset(map(fold, words("people")))


@cache
def _ordinals() -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in rows("calendar", key=2) if row["kind"] == "ordinal")


_PLURALS = ("هایی", "های", "ها", "ان", "گان", "ین")
_OWNED = ("ش", "اش", "شان")


def stem(folded: str) -> str:
    """A folded noun without the ending of its plural."""
    for ending in ("هایی", "های", "ها"):
        if folded.endswith(ending) and len(folded) > len(ending) + 1:
            return folded[: -len(ending)]
    return folded


@cache
def _person_forms() -> frozenset[str]:
    forms = set(_people())
    for person in _people():
        # «مدرسه‌ای» is no plural of «مدرس»: folded, a noun that ends in «ه» looks like one.
        is_other = word(person + "ه").seen > word(person).seen
        forms.update(person + ending for ending in _PLURALS + _OWNED if not (is_other and ending[0] == "ه"))
        if person.endswith("ه"):
            forms.add(person[:-1] + "گان")
        if person[-1] in "وا" or not word(person + "ی").seen:  # «شهرداری» is no mayor
            forms.add(person + "ی")
    return frozenset(forms)


def is_person(folded: str) -> bool:
    """Whether a folded noun, in any number, is a word for people."""
    return folded in _person_forms()


def _is_ordinal(folded: str) -> bool:
    """«سومین», «پنجاهمین»; not «زمین», whose ending says nothing without a number before it."""
    return folded in _ordinals() or folded.removesuffix("ین") in _ordinals() or folded in _ordinal_adjectives()


@cache
def _ordinal_adjectives() -> frozenset[str]:
    return frozenset(fold(row["word"]) + "مین" for row in rows("numerals")) | {"هزارمین", "میلیونمین"}


def _measured(tokens: Sequence[Token], quantity: Quantity) -> tuple[str, str] | None:
    """Return the unit of a quantity that is a metric and its kind, or None where its number counts nothing."""
    before = tokens[quantity.start - 1].fold if quantity.start else ""
    after = tokens[quantity.end].fold if quantity.end < len(tokens) else ""
    unit = quantity.unit
    if unit is not None and (unit.kind == "time" or (unit.kind == "times" and after == "با")):
        return None
    if _is_ordinal_number(tokens, quantity) or _is_score(tokens, quantity) or quantity.value == 0:
        return None
    is_noun = _noun_at(tokens, quantity.end)
    if quantity.is_ratio and unit is None:
        is_time = after in units() and units()[after].kind == "time"  # «۵۲ صدم ثانیه», «نصف شب»
        return ("ratio", "ratio") if (after == "از" or is_noun) and not is_time else None
    if before in used("vague_number") or (before == "هر" and unit is not None and unit.kind != "person"):
        return None
    if unit is not None and quantity.value == 1 and quantity.is_word and unit.kind in ("money", "household"):
        return None
    if unit is not None and unit.kind == "share" and quantity.value == 100 and quantity.is_word:
        return None  # «صد در صد»: wholly
    if unit is not None and unit.kind in ("person", "household") and _is_criterion(tokens, quantity):
        return None
    if unit is not None and unit.kind in ("share", "money", "measure", "times", "household"):
        if unit.name == "ton" and _counts_people(tokens, quantity):
            return "person", "person"
        return _implied(tokens, quantity, unit.name), unit.kind
    if _is_code(tokens, quantity) or _is_name(tokens, quantity) or _is_quoted_title(tokens, quantity):
        return None
    if before in used("anaphor") and not _is_pronoun(tokens, quantity):
        return None
    if before == "هر" and not (2 < quantity.value <= 20 and is_person(after)):
        return None
    if quantity.value == 1 and quantity.high is None and quantity.is_word and not _is_one(tokens, quantity):
        return None
    if unit is not None:
        return ("person", "person") if unit.kind == "person" else ("count", "piece")
    if quantity.magnitude >= 1_000_000 and _counts_populace(tokens, quantity):
        return "person", "person"
    if tokens[quantity.after - 1].fold.endswith(("یاردی", "یونی")):
        return ("money", "money") if quantity.after - quantity.number > 1 else None
    if tokens[quantity.number].fold == "نیم" and quantity.after == quantity.number + 1:
        return None  # «نیم نگاهی»
    if is_noun and not (_looks_like_year(tokens, quantity) and _ends_in_year(tokens, quantity)):
        if _is_apposition(tokens, quantity):
            return None
        if (quantity.value == 2 and after in used("pair")) or (quantity.value <= 10 and after in used("abstract")):
            return None
        if quantity.magnitude >= 1_000_000 and after in used("money"):
            return "money", "money"
        if tokens[quantity.number].fold == "نه" and quantity.after == quantity.number + 1:
            return None
        if quantity.end + 1 < len(tokens) and tokens[quantity.end + 1].fold in used("rank"):
            return None
        return ("person", "person") if is_person(after) else ("count", "piece")
    if _looks_like_year(tokens, quantity):
        near = (token.fold for token in tokens[max(0, quantity.start - 2) : quantity.start])
        return ("count", "piece") if any(word_near in used("count") for word_near in near) else None
    is_amount = quantity.value >= 1_000_000 and quantity.after == quantity.number + 1 and not quantity.is_word
    if quantity.magnitude >= 1_000_000 or is_amount:
        return "money", "money"
    if quantity.value != int(quantity.value):
        return _bare_measure(tokens, quantity)
    near = (token.fold for token in tokens[max(0, quantity.start - 4) : quantity.start])
    if any(word_near in used("count") for word_near in near) or (quantity.high and before == "بین"):
        return "count", "piece"
    return None


def _near(tokens: Sequence[Token], quantity: Quantity, before: int, after: int) -> set[str]:
    """The folds of so many tokens before a quantity and after it."""
    near = (*tokens[max(0, quantity.start - before) : quantity.start], *tokens[quantity.end : quantity.end + after])
    return {token.fold for token in near}


def _implied(tokens: Sequence[Token], quantity: Quantity, unit: str) -> str:
    """The unit that is meant by what is measured: «سرعت ۸۰ کیلومتر» is per hour, «زمینی به مساحت ۳۰۰ متر» square."""
    if unit == "kilometer" and not used("speed").isdisjoint(_near(tokens, quantity, 6, 0)):
        return "kilometer_per_hour"
    if unit == "meter" and not used("area").isdisjoint(_near(tokens, quantity, 4, 2)):
        return "square_meter" if used("length").isdisjoint(_near(tokens, quantity, 4, 2)) else unit
    return unit


def _counts_populace(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """«جمعیت ۸۳ میلیونی کشور», «مشارکت ۵ میلیونی دانش‌آموزان»: millions of people, not of money."""
    if quantity.after == quantity.number + 1:
        return False  # «جمعیت میلیونی» is no number
    is_of_people = quantity.end < len(tokens) and is_person(tokens[quantity.end].fold)
    near = _near(tokens, quantity, 2, 1)
    return (is_of_people and used("money").isdisjoint(near)) or not used("populace").isdisjoint(near)


def _bare_measure(tokens: Sequence[Token], quantity: Quantity) -> tuple[str, str] | None:
    """A decimal without a unit: of an earthquake its magnitude, else of the unit that the text uses beside it."""
    near = _near(tokens, quantity, 4, 4)
    if not used("quake").isdisjoint(near):
        return ("richter", "measure") if quantity.value < 10 else None
    is_numbered = quantity.start == 0 or (quantity.end < len(tokens) and tokens[quantity.end].text == "-")
    return None if is_numbered or quantity.is_word else ("measure", "measure")


def _looks_like_year(tokens: Sequence[Token], quantity: Quantity) -> bool:
    if quantity.is_word or quantity.high is not None or quantity.after != quantity.number + 1:
        return False
    is_year = any(low <= quantity.value < high for low, high in (_YEARS, _GREGORIAN))
    return is_year and len(tokens[quantity.number].text) == 4


def _ends_in_year(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Whether a number that looks like a year is the end of the phrase before it: «جام جهانی ۲۰۲۲ میزبان …»."""
    if quantity.start != quantity.number or not quantity.start:
        return False
    last = tokens[quantity.start - 1]
    if last.fold in used("dated"):
        return True
    is_modern = 1900 <= quantity.value < 2035 and quantity.value % 100 != 0
    return is_modern and is_nominal(last) and last.fold not in used("count") | used("done")


def _is_pronoun(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Whether «این» or «آن» before a quantity stands alone: «طی آن ۴۰ نفر», «پیش از این بیش از ۸۰ نفر»."""
    if quantity.start != quantity.number:
        return True
    near = [token.fold for token in tokens[max(0, quantity.start - 3) : quantity.start - 1]]
    is_far = bool(near) and tokens[quantity.start - 1].fold == "ان"
    is_far = is_far and (near[-1] in used("pronoun_after") or near[0] == "که")  # «نشستی که در آن ۶ نفر»
    return is_far or "".join(near) in used("pronoun_after")


def _noun_at(tokens: Sequence[Token], index: int) -> bool:
    """Whether a noun stands at `index` that a number before it counts: no complement of a verb («۳۷۸ اعلام کرد»)."""
    if index >= len(tokens) or tokens[index].fold in used("no_noun"):
        return False
    token = tokens[index]
    if not is_nominal(token):
        return token.kind == "word" and is_person(token.fold)
    if token.fold in used("compound"):
        return _noun_at(tokens, index + 1)  # «۲۴ ویژه برنامه»
    if token.text.isascii() and (len(token.text) < 3 or not token.text.isupper()):
        return False
    found = word(token.fold)
    if found.kind != "n" and not (found.seen == 0 and token.fold[-1] not in "یه"):
        return is_person(token.fold)
    if found.seen == 0 and token.fold[-1] == "ه" and word(token.fold[:-1]).seen > 0:
        return False  # «۹ کلاسه» says what something else is like
    if is_name_start(tokens, index) or (
        place_at(tokens, index) is not None and token.fold not in used("countable_place")
    ):
        return False
    following = tokens[index + 1].fold if index + 1 < len(tokens) else ""
    return not (following in _light_verbs() and (word(token.fold).right < -1.5))


@cache
def _light_verbs() -> frozenset[str]:
    light = ("کردن", "شدن", "دادن", "زدن", "گرفتن", "نمودن", "یافتن")
    return frozenset(fold(form) for form, infinitive in infinitives().items() if infinitive in light) | {"و"}


@cache
def _not_after() -> frozenset[str]:
    """«ساله», «ماهه‌ای», «سالگی‌اش»: words that make the number before them no count, with their endings."""
    endings = ("", "ی", "ای", "اش", "ام", "شان", "مان", "ها", "های")
    return frozenset(known + ending for known in words_of_use("not_after") for ending in endings)


def _is_ordinal_number(tokens: Sequence[Token], quantity: Quantity) -> bool:
    after = tokens[quantity.end].fold if quantity.end < len(tokens) else ""
    if quantity.unit is None and (after in _not_after() or _is_ordinal(after)):
        return True
    return after == "و" and quantity.end + 1 < len(tokens) and _is_ordinal(tokens[quantity.end + 1].fold)


def _counts_people(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Whether «تن» counts people: «۲۰ تن از مسافران», «۱۵۰ تن کشته شدند», «کشته شدن ۱۵۰ تن»."""
    after = [token.fold for token in tokens[quantity.end : quantity.end + 2]]
    if quantity.is_adjective or quantity.value != int(quantity.value):
        return False
    if after and (is_person(after[0]) or after[0] in ("دیگر", "از")):
        return quantity.value < 100_000
    if _noun_at(tokens, quantity.end):
        return False
    near = tokens[max(0, quantity.start - 4) : quantity.end + 3]
    return quantity.value <= 20 or any(token.fold in used("fate") for token in near)


def _is_score(tokens: Sequence[Token], quantity: Quantity) -> bool:
    if quantity.unit is not None or quantity.end + 1 >= len(tokens):
        return False
    joint, other = tokens[quantity.end], tokens[quantity.end + 1]
    if quantity.start > 1 and tokens[quantity.start - 1].text == "بر" and starts_number(tokens[quantity.start - 2]):
        return True
    return joint.text in ("بر", "-", "–", ":") and other.kind == "number"


def _is_code(tokens: Sequence[Token], quantity: Quantity) -> bool:
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
    return quantity.unit is None and len(digits) >= 3 and any(token.fold in words_of_use("code") for token in near)


def _is_latin(token: Token) -> bool:
    return token.text.isascii() and token.text.isalpha()


def _is_one(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """Whether «یک» is a number and no article.

    It is one in a list of the same («۱۰ زندانی مرد و یک زندانی زن»), before a counter in any list of counts («۲ پراید و
    یک دستگاه پژو»), and before «نفر» beside other numbers or with what befell him.
    """
    start, unit = quantity.start, quantity.unit
    before, after = tokens[max(0, start - 12) : start], tokens[quantity.end : quantity.end + 12]
    if unit is not None and unit.kind == "person":
        near = {token.fold for token in (*before[-3:], *after[:3])}
        return any(map(starts_number, (*before, *after))) or not near.isdisjoint(used("fate"))
    is_listed = bool(before) and (before[-1].text in "و،" or before[-1].fold in used("lists"))
    others = [
        i for i, token in enumerate(before) if starts_number(token) and token.fold != tokens[quantity.number].fold
    ]
    last = max(others, default=None)
    if is_listed and last is not None and quantity.after < len(tokens):
        head = tokens[quantity.after].fold
        heads = [stem(token.fold) for token in before[last + 1 : last + 4]]
        if stem(head) in heads or (is_person(head) and any(map(is_person, heads))):
            return True
    if unit is None or tokens[quantity.after].fold not in used("one") or not _noun_at(tokens, quantity.end):
        return False
    is_counted = bool(before) and before[-1].fold in used("count")
    is_followed = any(joint.text in "و،" and starts_number(token) for joint, token in itertools.pairwise(after[:9]))
    return is_counted or is_followed or (is_listed and last is not None)


def _is_criterion(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """«روستاهای بالای ۲۰ خانوار», «شهرهای زیر ۵۰ هزار نفر»: the number says which places are meant."""
    words_before = [token.fold for token in tokens[max(0, quantity.start - 1) : quantity.number]]
    is_place = stem(words_before[0].removesuffix("ی")) in used("countable_place") if words_before else False
    return is_place and quantity.comparator in "<>" and quantity.number - quantity.start == 1


def _is_apposition(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """«دو شهر چالدران و سردشت»: the number only announces the names that follow."""
    found = place_at(tokens, quantity.end + 1) if quantity.end + 1 < len(tokens) else None
    if quantity.value > 10 or found is None or found[1] is None or found[0] + 1 >= len(tokens):
        return False
    return tokens[found[0]].text in "و،" and place_at(tokens, found[0] + 1) is not None


def _is_name(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """«ماده ۱۶», «مواد ۵ و ۶», «بندهای ۱۰ تا ۱۲»: bare numbers after a word that numbers its things."""
    if quantity.value >= 10_000 or quantity.magnitude > 1 or quantity.start != quantity.number:
        return False
    place, marks = quantity.number - 1, set()
    while place > 1 and tokens[place].text in _LISTED and starts_number(tokens[place - 1]):
        marks.add(tokens[place].text)
        place -= 2
    if place < 0:
        return False
    head = tokens[place].fold
    if marks or quantity.high is not None:
        head = head.removesuffix("های") if "،" not in marks or head.endswith(("های", "مواد")) else ""
    head = head[:-1] if head.endswith("هی") else head  # «دهه‌ی ۸۰»
    if head not in words_of_use("name") or (place and _determines(tokens[place - 1])):
        return False
    return (quantity.unit is None and quantity.value < 1000) or head in used("numbered")


def _determines(token: Token) -> bool:
    """Whether the word after the token numbers nothing: «در این مرحله ۴۰۰ بسته», «در ۷ سال ۷۰۰ باغ»."""
    return token.fold in used("determiner") or starts_number(token)


_LISTED = ("و", "،", "تا", "الی", "یا", "-")


def _is_quoted_title(tokens: Sequence[Token], quantity: Quantity) -> bool:
    """A number in a short quotation is part of a title: «دو مرد و یک نیمکت»."""
    opening = next(
        (i for i in range(quantity.start - 1, max(-1, quantity.start - 6), -1) if tokens[i].text in "«»"), None
    )
    if opening is None or tokens[opening].text == "»" or quantity.unit is not None:
        return False
    return any(token.text == "»" for token in tokens[quantity.end : opening + 8])


def size_of_change(tokens: Sequence[Token], quantity: Quantity) -> Change | None:
    """Whether the quantity is itself the size of a change: «رشد ۹ درصدی», «۱.۳ درصد افزایش»; not «به ۹ درصد رسید»."""
    before = tokens[quantity.start - 1].fold if quantity.start else ""
    if quantity.value < 0 or (before in ("به", "تا") and not quantity.is_adjective):
        return None
    after = tokens[quantity.end].fold if quantity.end < len(tokens) else ""
    for use, change in _CHANGES:
        if after in words_of_use(use):
            return change
    if quantity.unit is None:
        return None
    place = quantity.start - 1
    while quantity.is_adjective and place > quantity.start - 3 and place > 0 and tokens[place].fold not in _changed():
        if tokens[place].kind != "word" or word(tokens[place].fold).kind not in "nad":
            break
        place -= 1  # «رشد سالانه ۸ درصدی»
    changed = _changed().get(tokens[place].fold) if place >= 0 else None
    return changed or (_change_after(tokens, quantity) if quantity.unit.kind in ("share", "times") else None)


def _change_after(tokens: Sequence[Token], quantity: Quantity) -> Change | None:
    """«۵۲ درصد از گردشگران افزایش یافت», «۳۰ درصد قیمت را کاهش می\u200cدهد»: the change is said by the verb."""
    for place in range(quantity.end, min(quantity.end + 7, len(tokens) - 1)):
        token = tokens[place]
        if token.kind != "word" or token.text in ("و", "که", "به") or word(token.fold).kind == "v":
            return None
        change = _changed().get(token.fold)
        if change is not None:
            return change if tokens[place + 1].fold in _light_verbs() - {"و"} else None
    return None


_CHANGES: tuple[tuple[str, Change], ...] = (("increase", "increase"), ("decrease", "decrease"))


@cache
def _changed() -> dict[str, Change]:
    """The nouns of change, «رشدی» and «کاهشی» too, and which way each is."""
    return {noun + ending: change for use, change in _CHANGES for noun in used(use) for ending in ("", "ی")}


def _elided(
    tokens: Sequence[Token], quantity: Quantity, following: Quantity, around: Sequence[tuple[str, str] | None]
) -> tuple[str, str] | None:
    """What a bare number shares with its neighbours in a list.

    «از ۳۰ به ۵۰ درصد» is twice percent; «به ترتیب ۱۰ و هفت آزادراه» counts the noun of the next number; in «بوشهر ۲۰
    هکتار، فارس ۷۴۳۲ و یزد ۲۹۰ هکتار» the middle number has the unit of both its neighbours. A number that belongs to
    the noun before it («مناطق ۲ و ۵ شهرداری») shares nothing.
    """
    if quantity.end >= len(tokens):
        return None
    last = around[-1]
    if tokens[quantity.end].fold == "به" and following.start == quantity.end + 1 and quantity.start:
        is_level = last is not None and last[1] in ("share", "measure", "money", "person")
        return last if is_level and tokens[quantity.start - 1].fold == "از" else None
    if quantity.is_word or tokens[quantity.end].text not in "و،":
        return None
    if len(around) == 3 and around[0] is not None and around[0] == around[2]:
        return around[0] if around[0][1] in ("measure", "money", "person") else None
    before = tokens[quantity.start - 1] if quantity.start else None
    is_free = before is None or not is_nominal(before) or before.fold in used("free")
    return last if is_free and following.start == quantity.end + 1 and following.value >= 2 else None


_COUNTABLE = ("person", "piece", "household")


def _whole(quantity: Quantity, tokens: Sequence[Token], kind: str) -> Quantity:
    """What is counted is whole: «۳۱.۸۹۶ نفر» are 31,896 people, printed with a point between thousands."""
    digits = tokens[quantity.number].text
    if kind not in _COUNTABLE or quantity.high is not None or quantity.after != quantity.number + 1:
        return quantity
    if len(digits) < 5 or digits[-4] not in "./٫" or quantity.value == int(quantity.value):
        return quantity
    return quantity._replace(value=quantity.value * 1000)


def _noun(tokens: Sequence[Token], quantity: Quantity) -> str:
    """The counted noun phrase after a quantity, '' where none follows."""
    start = quantity.end
    if start + 1 < len(tokens) and tokens[start].fold == "از":
        start += 1
    if not _noun_at(tokens, start):
        return ""
    return " ".join(token.text for token in tokens[start : phrase_end(tokens, start, nests=True)])
