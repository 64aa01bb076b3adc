"""Places of Iran in tokens: «استان لرستان», «شهرستان کوار فارس», «بندرعباس», with the province each lies in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from parsing.document import Document
from parsing.gazetteer import Gazetteer
from parsing.letters import fold
from parsing.lexicon import rows, words
from parsing.tokens import Token, Tokens, tokenize, trait, traits
from parsing.words import listed


@dataclass(frozen=True, slots=True)
class Place:
    """A place of Iran, a province, county, city or district as `kind` says.

    `province` is None where several provinces have a place of this name and kind; a place `is_plain` where its name
    alone is read as the place.
    """

    name: str
    kind: str
    province: str | None
    is_plain: bool


_OF_PROVINCE: Final = "استان"
# Times a word may be met (`data/words.tsv`) to be an unlisted town after «شهر»; chosen: half as many change 1 of 1,319
# institutions of 563 articles, twice as many none.
_RARE: Final = 100
SIZES: Final = {"province": 0, "county": 1, "city": 2, "district": 3}
"""Kinds of place, the largest first."""
# «جنوب استان کرمان», «غرب تهران»
_SIDES: Final = listed("side", "place_words")
_AFTER: Final = frozenset({"بزرگ"})


@cache
def gazetteer() -> tuple[Place, ...]:
    """Every place of `data/places.tsv`, the largest kinds first. Raises LexiconError where the list is malformed."""
    listed = sorted(rows("places", key=3), key=lambda row: SIZES[row["kind"]])
    return tuple(Place(row["name"], row["kind"], row["province"], row["plain"] == "yes") for row in listed)


@cache
def _named() -> dict[str, tuple[Place, ...]]:
    """Folded names and the places that are called so, the largest first."""
    found: dict[str, list[Place]] = {}
    for place in gazetteer():
        found.setdefault(fold(place.name), []).append(place)
    return {name: tuple(places) for name, places in found.items()}


@cache
def _ending() -> re.Pattern[str]:
    """The second half of a town's name that is printed apart as often: «اسلام شهر», «علی آباد»."""
    return re.compile(rf"(?<=\w\w\w)({'|'.join(sorted(words('town_endings')))})$")


def is_named(folded: str) -> bool:
    """Whether a folded word is wherever it stands the name of a place of Iran."""
    return any(place.is_plain for place in _named().get(folded, ()))


def _in_halves(name: str) -> str:
    return _ending().sub("\u200c\\1", name)


@cache
def _places() -> Gazetteer[tuple[Place, ...]]:
    return Gazetteer(((_in_halves(places[0].name), places) for places in _named().values()), compounds=False)


@cache
def _plain_starts() -> frozenset[str]:
    """First words of places that are known as such wherever they stand."""
    plain = ((_in_halves(place.name), None) for place in gazetteer() if place.is_plain)
    return Gazetteer(plain, compounds=False).starts


@cache
def _countries() -> Gazetteer[str]:
    return Gazetteer((name, name) for name in words("countries"))


@cache
def _kind_words() -> dict[str, tuple[str, ...]]:
    """Folded words and the kinds of the place whose name follows, the likeliest first."""
    return {fold(row["word"]): tuple(row["kinds"].split()) for row in rows("place_words", key=2) if row["kinds"]}


@cache
def _place_words() -> frozenset[str]:
    """Words after which a place stands: kinds of place and posts of a place («فرماندار قدس»)."""
    return frozenset(_kind_words()) | listed("before", "place_words")


@cache
def place_starts() -> frozenset[str]:
    """Folds that a place phrase may begin with where nothing else says that one stands there."""
    return frozenset((*_SIDES, *_kind_words(), *_plain_starts(), *_countries().starts))


_BEGINS: Final = trait(lambda token: token.fold in place_starts())
_PLAIN: Final = trait(lambda token: token.fold in _plain_starts())
_BEFORE: Final = trait(lambda token: token.fold in _place_words())


def begins_place(token: Token) -> bool:
    """Whether a place phrase may begin with the token where nothing else says that one stands there."""
    return bool(traits(token) & _BEGINS)


def _settle(places: tuple[Place, ...], kinds: Sequence[str] = ()) -> Place:
    """One place of several with the same name: of the kinds asked for, else the largest; no province if in doubt."""
    asked = [place for place in places if place.kind in kinds] or list(places)
    first = asked[0]
    same = {place.province for place in asked if place.kind == first.kind}
    return first if len(same) == 1 else Place(first.name, first.kind, None, first.is_plain)


def name_at(tokens: Tokens, index: int, *, is_sure: bool = False) -> tuple[int, Place] | None:
    """The place name at `tokens[index]`: the index after it, and the place; words that say its kind are not read.

    A name that is also a common word or a surname is a place only where the caller `is_sure` that one stands here.
    """
    if not is_sure and not traits(tokens[index]) & _PLAIN:
        return None
    match = _places().match(tokens, index)
    if match is None:
        return None
    end, places = match
    if not is_sure and not any(place.is_plain for place in places):
        return None
    return end, _settle(places)


def place_at(tokens: Tokens, index: int, *, is_sure: bool = False) -> tuple[int, Place | None] | None:
    """The whole place phrase at `tokens[index]`: the index after it, and the place (None for «استان» alone).

    Reads sides («جنوب استان کرمان»), words of kind, a province after its county («شهرستان کوار فارس», «بروجرد
    لرستان»), «کشور» and countries. `is_sure` as in `name_at`.
    """
    if not is_sure and not begins_place(tokens[index]):
        return None
    start = index
    if tokens[index].fold in _SIDES and index + 1 < len(tokens):
        index += 1
    kinds = _kind_words().get(tokens[index].fold)
    place: Place | None
    if kinds is not None and index + 1 < len(tokens):
        match = _places().match(tokens, index + 1)
        whole = _places().match(tokens, index)  # «بندر امام خمینی»: the word of kind is part of the name
        if whole is not None and (match is None or whole[0] > match[0]):
            end, place = whole[0], _settle(whole[1])
        elif match is not None and _is_of(match[1], kinds):
            end, place = match[0], _settle(match[1], kinds)
        elif index > start or tokens[index].fold in ("استان", "شهرستان"):
            return index + 1, None
        else:
            return None
    elif kinds is not None and tokens[index].fold in ("استان", "شهرستان"):
        return index + 1, None
    else:
        found = name_at(tokens, index, is_sure=is_sure or index > start)
        if found is None:
            if index > start:
                return None
            country = country_at(tokens, index)
            return (country[0], None) if country else None
        end, place = found
    if end < len(tokens) and tokens[end].fold in _AFTER:
        end += 1
    return _province_after(tokens, end, place), place


def _is_of(places: tuple[Place, ...], kinds: Sequence[str]) -> bool:
    """Whether one of `places` may be called by a word of these kinds: «استان خبر» is not the town of that name."""
    return kinds != ("province",) or places[0].kind == "province"


def country_at(tokens: Tokens, index: int) -> tuple[int, str] | None:
    """The country, bloc or «کشور» at `tokens[index]`: the index after it, and the name it is listed by."""
    return _countries().match(tokens, index)


def _province_after(tokens: Tokens, end: int, place: Place) -> int:
    """The index after a province that follows a county or city of its own."""
    if place.kind == "province" or end >= len(tokens):
        return end
    after = end + 1 if tokens[end].fold in ("استان", "شهرستان", "شهر") and end + 1 < len(tokens) else end
    match = _places().match(tokens, after)
    if match is None:
        return end
    larger = [other for other in match[1] if SIZES[other.kind] < SIZES[place.kind]]
    if any(place.province is None or other.province == place.province for other in larger):
        return match[0]
    return end


def of_kind(place: Place, kinds: Sequence[str]) -> Place:
    """The place of the same name that is of one of `kinds`, as the city for a mayor; `place` where there is none."""
    if place.kind in kinds:
        return place
    for kind in kinds:
        for other in _named().get(fold(place.name), ()):
            if other.kind == kind and place.province in (None, other.province):
                return other
    return place


def province_called(name: str) -> Place | None:
    """The province of this very name, or None where there is none."""
    return next((place for place in _named().get(fold(name), ()) if place.kind == "province"), None)


def province_of(name: str) -> str | None:
    """The province of the place called `name`, or None where it is not known or not certain.

    >>> province_of("بروجرد")
    'لرستان'
    >>> province_of("میانه") is province_of("ناکجاآباد")
    False
    """
    tokens = tokenize(name)
    for index in range(len(tokens)):
        found = name_at(tokens, index, is_sure=True)
        if found is not None:
            return found[1].province
    return None


def _may_be_name(token: Token) -> bool:
    """Whether an unlisted word after «شهر» may be a town: a rare noun («شهر خارگ»), not «شهر ما», «شهر بزرگ»."""
    known = token.word
    return token.kind == "word" and known.kind == "n" and known.seen < _RARE and len(token.fold) > 2


def survey_places(document: Document) -> tuple[str | None, frozenset[str]]:
    """The province an article is about, and the folds that begin the names of its places.

    The province is the one the article states, else that of its dateline, else the one most of its places lie in, where
    headlines and lead count twice; None where no place is named or two provinces are named equally often: nothing is
    guessed. A name that elsewhere is a common word is a place in the whole of an article that names it so once («بخش
    ساردوئیه», «فرماندار قدس»).
    """
    votes: Counter[str] = Counter()
    local: set[str] = set()
    kinds, before = _kind_words(), _place_words()
    for sentence in document.sentences:
        tokens, weight = sentence.tokens, 1 if sentence.part == "body" else 2
        marked = [index for index, token in enumerate(tokens) if traits(token) & (_PLAIN | _BEFORE)]
        named = {index for index in marked if traits(tokens[index]) & _PLAIN}
        named.update(index + 1 for index in marked if traits(tokens[index]) & _BEFORE and index + 1 < len(tokens))
        resume = 0
        for index in sorted(named):
            if index < resume:
                continue
            token, follows = tokens[index], tokens[index - 1].fold if index else ""
            is_sure = follows in before
            found = name_at(tokens, index, is_sure=is_sure)
            whole = _places().match(tokens, index - 1) if follows in kinds else None
            if whole is not None and whole[0] > (found[0] if found else index):
                resume = whole[0]  # «بندر امام خمینی»: «بندر» is part of the name
                continue
            if found is None:
                if follows in kinds and follows != _OF_PROVINCE and _may_be_name(token):
                    local.add(token.fold)
                continue
            if is_sure:
                local.add(token.fold)
            if found[1].is_plain or follows in kinds:
                resume = found[0]
                if found[1].province is not None:
                    votes[found[1].province] += weight
    for stated in (document.article.province, document.article.dateline):
        if stated and (province := province_of(stated)):
            return province, frozenset(local)
    ranked = votes.most_common(2)
    is_tied = len(ranked) == 2 and ranked[0][1] == ranked[1][1]
    return (ranked[0][0] if ranked and not is_tied else None), frozenset(local)
