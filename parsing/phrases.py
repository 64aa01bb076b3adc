"""Where a noun phrase ends: «مدیرکل تأمین اجتماعی لرستان | گفت».

Ezafe, the vowel that chains a noun to what follows it, is not written. The weights of `parsing.words` say
where one is. «و» and the comma, which stand inside the names of institutions and between people alike, are decided by
pairs counted in such names (`data/conjuncts.tsv`), by places and by word classes.

All positions are indices into a sequence of tokens of one sentence; ends are exclusive.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from parsing.jalali import calendar_words, numeral_words
from parsing.letters import fold
from parsing.lexicon import rows, words
from parsing.names import given, is_name_start, may_start_name, name_end, title_starts
from parsing.places import name_at, place_at, place_starts
from parsing.tokens import Tokens, is_nominal, joins, trait, traits
from parsing.words import listed, word

_JOINTS: Final = ("،", "-", "–")  # «معاون سیاسی - اجتماعی»
LONGEST: Final = 18
"""Tokens a phrase may have: of 4,778 posts 5 have more than 15 words."""
# Chosen: half or twice as much of any changes at most 9 of 3,753 records of 563 articles.
_LONGEST_QUOTED: Final = 5  # tokens of a quoted name
_SURE: Final = 9.0  # nats: joined wherever the two stand, as it is above _STRONG
_STRONG: Final = 6.0  # nats: a noun after a place belongs to the phrase
_LOOSE: Final = -6.0  # nats: a word that so seldom takes an ezafe takes no place either
_SINGULAR: Final = 30  # times a word is met, above which it is one person where it ends in «ان» as several


@cache
def conjuncts() -> frozenset[tuple[str, str, str]]:
    """Two folded words and the mark between them that make one name: «راه و شهرسازی»; «+» where none is between."""
    return frozenset((row["first"], row["mark"], row["second"]) for row in rows("conjuncts", key=3))


@cache
def _heads() -> frozenset[str]:
    """First words of posts: a phrase does not run on into the next man's post."""
    return frozenset(fold(head.split()[0]) for head in words("posts") if not head.endswith("اعضای"))


HONOURED: Final = listed("honoured")
"""Folded words before the name of one that bodies are named after."""
# «امام جمعه» is a post; «امام» before these is no name.
_NOT_HONOURED: Final = listed("not_honoured")
BLESSINGS: Final = listed("blessing", "organization_words")
# Words that a number belongs to inside a name: «شعبه ۹ دادگاه», «منطقه ۲ شهرداری».
_NUMBERED: Final = listed("numbered")
# Prepositions that some nouns take inside a name.
_TAKEN_AFTER: Final = frozenset(("بر", "با", "از", "به"))
# Groups of people, and nouns that begin a new clause after «و»: nobody's post.
_GROUPS: Final = listed("group")
_NUMERALS: Final = listed("numeral")
# After these any name of the gazetteer is a place: «استان مرکزی».
_PLACE_KINDS: Final = frozenset(("استان", "شهرستان", "بندر"))
# «رئیس دفتر استاندار», «معاون وزیر»: the post after these belongs to the phrase.
_NEST_AFTER: Final = listed("nest", "post_words")
# Adverbs and times that the tagger often takes for nouns reached by an ezafe; none stands inside a name.
_TIMES: Final = listed("time")
# Bodies called after a list of what they are for.
_LISTING: Final = listed("listing")


def phrase_end(tokens: Tokens, start: int, *, nests: bool = False, longest: int = LONGEST) -> int:
    """Return the index after the noun phrase whose first word is `tokens[start]`.

    The phrase is a head and what ezafe chains to it: nouns, adjectives, a place at its end, quoted proper names,
    numbers that belong to a name, and coordinated words that make one name. It stops before verbs, prepositions,
    adverbs, titles and names of persons, and before the head of another post unless it `nests` («معاون استاندار»); it
    has at most `longest` tokens.
    """
    last, stop = start, min(len(tokens), start + longest)
    at_place = False
    while last + 1 < stop:
        following = tokens[last + 1]
        if following.kind == "punct":
            end = _quoted_end(tokens, last, stop) if following.text == "«" else None
            if end is not None:
                last, at_place = end - 1, False
                continue
            if following.text == "،" and at_place:
                # «شهرستان‌های ورامین، قرچک و پیشوا»
                end = _places_end(tokens, last + 2, stop)
                if end is None:
                    return last + 1
                last = end - 1
                continue
            if following.text in _JOINTS and _comma_joins(tokens, last, stop):
                last += 2
                continue
            field = _last_field(tokens, start, last, stop)
            if field is not None:
                last, at_place = field, False
                continue
            return last + 1
        if following.fold == "و":
            end = _conjunct_end(tokens, last, stop, at_place=at_place)
            if end is None:
                return last + 1
            last, at_place = end - 1, at_place and end > last + 3
            continue
        ordinal = _ordinal_end(tokens, last + 1, stop)
        if ordinal is not None:
            last, at_place = ordinal - 1, False
            continue
        if following.kind == "number" or following.fold in _NUMERALS:
            if tokens[last].fold not in _NUMBERED:
                return last + 1
            last, at_place = last + 1, False
            continue
        if following.fold in HONOURED and last > start and tokens[last].fold not in _NOT_HONOURED:
            end = honoured_end(tokens, last + 1, stop)
            if end > last + 2:  # «رئیس بیمارستان | امام خمینی (ره) | اهواز»
                last, at_place = end - 1, False
                continue
        if _is_stop(tokens, last + 1, nests=nests):
            return last + 1
        is_sure = tokens[last].fold in _PLACE_KINDS
        may_be_place = is_sure or traits(following) & _PLACE
        place = _place_end(tokens, last + 1, is_sure=is_sure) if may_be_place else None
        if place is None and last > start and tokens[last].fold in _PRESIDENT:
            return last + 1  # «معاون اول رئیس‌جمهور | مصوبه …»: nothing but a country belongs to him
        if place is not None:
            if at_place and not _is_nearby(tokens, last, place):
                return last + 1
            if not at_place and tokens[last].word.left < _LOOSE:
                return last + 1
            last, at_place = blessing_end(tokens, place) - 1, True
            continue
        if not is_nominal(following):
            # «دفتر نظارت بر بهره‌برداری», «ستاد مبارزه با مواد مخدر»
            inside = following.fold in _TAKEN_AFTER and tokens[last].fold in listed(f"takes {following.fold}")
            if not inside or last + 2 >= stop or not is_nominal(tokens[last + 2]):
                return last + 1
            last, at_place = last + 2, False
            continue
        strength = tokens[last].word.left + following.word.right
        if tokens[last].kind == "number" or tokens[last].fold in _NUMERALS or tokens[last].text == "»":
            strength = following.word.right
        if (tokens[last].fold, "+", following.fold) in conjuncts() or _is_before_noun(tokens[last].fold):
            strength = _SURE
        if nests and traits(following) & traits(tokens[start]) & _POST and tokens[last].word.kind == "a":
            strength = _SURE  # «معاون قضایی رئیس کل دادگستری»
        if strength <= 0 and not at_place and _are_fields(tokens, last):
            last += 1
            continue
        if strength <= 0 or (at_place and following.word.kind != "a" and strength < _STRONG):
            return last + 1
        last, at_place = last + 1, False
    return last + 1


_PRESIDENT: Final = frozenset(("رییسجمهور", "رییسجمهوری"))


def honoured_end(tokens: Tokens, index: int, stop: int) -> int:
    """The index after the person that a body is named after: «شهید رجایی», «حضرت امام خمینی (ره)».

    `tokens[index]` is one of HONOURED; `index + 1` is returned where no name follows it.
    """
    end = index + 1
    while end < stop and tokens[end].fold in HONOURED:
        end += 1
    first = end
    while end < min(stop, first + 2) and tokens[end].kind == "word" and tokens[end].fold not in _NOT_HONOURED:
        if end == first and not (is_nominal(tokens[end]) or is_name_start(tokens, end)):
            break
        if end > first and (place_at(tokens, end) or not is_name_start(tokens, end)):
            break
        end += 1
    if end == first:
        return index + 1
    return blessing_end(tokens, end)


def blessing_end(tokens: Tokens, index: int) -> int:
    """The index after «(ره)», «(ع)» at `index`, or `index` where none stands there."""
    if index + 2 < len(tokens) and tokens[index].text == "(" and tokens[index + 1].fold in BLESSINGS:
        close = next((at for at in range(index + 2, min(index + 5, len(tokens))) if tokens[at].text == ")"), None)
        return index if close is None else close + 1
    return index


def _ordinal_end(tokens: Tokens, index: int, stop: int) -> int | None:
    """The index after «شانزدهمین», «بیست و ششمین» at `index`, where a noun follows it."""
    if index + 2 < stop and tokens[index].fold in numeral_words() and tokens[index + 1].fold == "و":
        index += 2
    is_one = index + 1 < stop and tokens[index].fold in _ordinals() and is_nominal(tokens[index + 1])
    return index + 1 if is_one else None


def _are_fields(tokens: Tokens, index: int) -> bool:
    """«سازمان عقیدتی سیاسی ارتش», «دانشگاه علمی کاربردی»: two relational adjectives, and no verb takes the second."""
    pair = tokens[index : index + 2]
    if not all(token.word.kind == "a" and token.fold.endswith("ی") for token in pair):
        return False
    return index + 2 >= len(tokens) or tokens[index + 2].word.kind != "v"


def _is_before_noun(folded: str) -> bool:
    """Whether the word is an ordinal or a superlative, which stand before their noun: «دبیر نخستین جشنواره …»."""
    return folded in _ordinals() or (folded.endswith("ترین") and len(folded) > 5)


@cache
def _ordinals() -> frozenset[str]:
    return frozenset(f"{ordinal}ین" for ordinal in calendar_words().ordinals) | {"اولین", "اخرین"}


def _place_end(tokens: Tokens, index: int, *, is_sure: bool = False) -> int | None:
    """The index after the name of a place of Iran or a country at `index`."""
    place = name_at(tokens, index, is_sure=is_sure)
    if place is not None:
        return place[0]
    if tokens[index].fold not in _country_starts():
        return None
    country = place_at(tokens, index)
    return country[0] if country else None


def _places_end(tokens: Tokens, index: int, stop: int) -> int | None:
    """The index after a list of places at `index` that «و» closes: «قرچک و پیشوا», «قرچک، ری و پیشوا»."""
    while index < stop:
        end = _place_end(tokens, index)
        if end is None or end + 1 >= stop:
            return None
        if tokens[end].fold == "و":
            return _place_end(tokens, end + 1)
        if tokens[end].text != "،":
            return None
        index = end + 1
    return None


@cache
def _country_starts() -> frozenset[str]:
    return frozenset(fold(name.split()[0]) for name in words("countries")) - {"کشور", "جمهوری"}


def _is_stop(tokens: Tokens, index: int, *, nests: bool) -> bool:
    """Whether the word at `index` cannot be chained to what precedes."""
    begins = traits(tokens[index])
    if begins & _STOP:
        return True
    if begins & _POST and not nests and tokens[index - 1].fold not in _NEST_AFTER:
        return True
    return bool(begins & _NAME) and is_name_start(tokens, index)


# What a word may begin: a title or time that ends any phrase, a post, a name, a place.
_STOP: Final = trait(lambda token: token.fold in _TIMES or token.fold in title_starts())
_POST: Final = trait(lambda token: token.fold in _heads())
_NAME: Final = trait(lambda token: may_start_name(token.fold))
_PLACE: Final = trait(lambda token: token.fold in _country_starts() or token.fold in place_starts())


def _quoted_end(tokens: Tokens, last: int, stop: int) -> int | None:
    """The index after the quotation mark that closes a proper name of at most five words."""
    for index in range(last + 2, min(last + 3 + _LONGEST_QUOTED, stop)):
        if tokens[index].text == "»":
            takes = index > last + 2 and is_nominal(tokens[last]) and tokens[last].word.left > 0
            return index + 1 if takes else None
    return None


def _is_nearby(tokens: Tokens, last: int, end: int) -> bool:
    """A place after a place: «شهرستان کوار فارس», «غرب استان تهران»; the second one ends the phrase."""
    return tokens[last].text != "»" and (end >= len(tokens) or not is_nominal(tokens[end]))


def _comma_joins(tokens: Tokens, last: int, stop: int) -> bool:
    index = last + 2
    if index >= stop or not is_nominal(tokens[index]) or _is_stop(tokens, index, nests=False):
        return False
    first, second = tokens[last].fold, tokens[index].fold
    known = conjuncts()
    if (first, "،", second) in known or (first, "و", second) in known or (second, "و", first) in known:
        return True
    if index + 2 >= stop or tokens[index].kind != "word":
        return False
    # «معاون انتظامی، امنیتی استاندار», and not a new clause.
    both = word(first).kind == word(second).kind == "a"
    if both and is_nominal(tokens[index + 1]) and joins(tokens[index], tokens[index + 1]):
        return True
    # «سیاسی، امنیتی و اجتماعی», «سلامت، اصلاح و تربیت»: the last two of a list, of one class, as in a known pair.
    for ahead in range(index, min(index + 3, stop - 2)):
        if not is_nominal(tokens[ahead]) or _is_stop(tokens, ahead, nests=False):
            return False
        if tokens[ahead + 1].fold == "و":
            third = tokens[ahead + 2].fold
            if (tokens[ahead].fold, "و", third) in conjuncts():
                return True
            return word(first).kind == word(second).kind == word(third).kind == "a"
    return False


def _last_field(tokens: Tokens, start: int, last: int, stop: int) -> int | None:
    """Where the last of the things begins that a commission is for: «کمیسیون کشاورزی، آب و | منابع طبیعی».

    None where the comma after `last` lists nothing of that kind, or other than words.
    """
    if tokens[last + 1].text != "،" or not any(token.fold in _LISTING for token in tokens[start:last]):
        return None
    item = last + 2
    for index in range(item, stop):
        if tokens[index].text == "و" or tokens[index].text == "،":
            if not item < index <= item + _LONGEST_FIELD:
                return None
            item = index + 1
            if tokens[index].text == "و":
                is_one = item < stop and is_nominal(tokens[item]) and not _is_stop(tokens, item, nests=False)
                return item if is_one else None
        elif not is_nominal(tokens[index]) or _is_stop(tokens, index, nests=False) or is_people(tokens[index].fold):
            return None
    return None


_LONGEST_FIELD: Final = 3  # words of «منابع طبیعی», «امور داخلی کشور»


def is_people(folded: str) -> bool:
    """Whether a folded word is the plural of people: «زائران», «مسئولین»."""
    is_plural = len(folded) > 4 and folded.endswith(("ان", "ین"))
    return folded in _GROUPS or (is_plural and word(folded[:-2]).seen > _SINGULAR)


def _conjunct_end(tokens: Tokens, last: int, stop: int, *, at_place: bool) -> int | None:
    """The index after the word (or place) that «و» at `last + 1` joins to the phrase, or None where it starts anew."""
    index = last + 2
    if index >= stop or tokens[index].kind != "word":
        return None
    first, second = tokens[last].fold, tokens[index].fold
    if (first, "و", second) in conjuncts():
        return index + 1
    if _is_stop(tokens, index, nests=False) or second in _GROUPS:
        return None
    if given(second) is not None and name_end(tokens, index) > index + 1:
        return None
    place = _place_end(tokens, index)
    if place is not None:
        return place if at_place else None
    if at_place or not is_nominal(tokens[index]):
        return None
    if index + 1 < len(tokens) and tokens[index + 1].kind == "word":
        after = tokens[index + 1].fold
        if word(after).kind == "v" or after in _heads():
            return None
    if is_people(second):
        return None
    a, b = word(first), word(second)
    if a.kind != b.kind and not (a.kind == "a" and b.kind == "n" and b.left > 1):
        return None
    return index + 1
