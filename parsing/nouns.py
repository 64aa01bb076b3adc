"""The noun after a number: whether one stands there that can be counted, and whether it is a word for people."""

from __future__ import annotations

from functools import cache
from typing import Final

from parsing.frames import used
from parsing.letters import fold
from parsing.lexicon import infinitives, words
from parsing.names import is_name_start
from parsing.places import is_named, place_at
from parsing.tokens import Tokens, is_nominal
from parsing.words import word


@cache
def people() -> frozenset[str]:
    """The folded words for one person (`data/people.tsv`)."""
    return frozenset(map(fold, words("people")))


# Nats: a word that an ezafe so seldom reaches is half of a verb before «و» or a verb. Chosen: half as much changes 4
# and twice as much 16 of 1,779 metrics of 563 articles.
_SELDOM: Final = -1.5
_PLURALS: Final = ("هایی", "های", "ها", "ان", "گان", "ین")
_OWNED: Final = ("ش", "اش", "شان")


def singular(folded: str) -> str:
    """A folded noun without the ending of its plural; at least two letters of it stay."""
    for ending in ("هایی", "های", "ها"):
        if folded.endswith(ending) and len(folded) > len(ending) + 1:
            return folded[: -len(ending)]
    return folded


@cache
def _person_forms() -> frozenset[str]:
    forms, offices = set(people()), tuple(used("office_ending"))
    for person in people():
        # «مدرسه‌ای» is no plural of «مدرس»: folded, a noun that ends in «ه» looks like one.
        is_other = word(person + "ه").seen > word(person).seen
        forms.update(person + ending for ending in _PLURALS + _OWNED if not (is_other and ending[0] == "ه"))
        if person.endswith("ه"):
            forms.add(person[:-1] + "گان")
        # After a number «وکیلی» is a lawyer, but «شهرداری» and «دامپزشکی» are no people.
        if person[-1] in "وا" or not word(person + "ی").seen or not person.endswith(offices):
            forms.add(person + "ی")
    countries = [fold(country) for country in words("countries")]
    forms.update(one + "ی" for one in countries if one != _COUNTRY)  # «۱۲ هزار یمنی»; «کشوری» is no person
    return frozenset(forms)


_COUNTRY: Final = fold("کشور")


def is_person(folded: str) -> bool:
    """Whether a folded noun, in any number, is a word for people."""
    return folded in _person_forms()


def counts_people(tokens: Tokens, index: int) -> bool:
    """Whether what stands at `index` is a word for people where a number is before it.

    So is one of two halves («شطرنج باز»), and «قزوینی» for those of a place.
    """
    if index >= len(tokens):
        return False
    folded = tokens[index].fold
    if is_person(folded) or (folded.endswith("ی") and is_named(folded[:-1])):
        return True
    half = tokens[index + 1].fold if index + 1 < len(tokens) else ""
    return len(half) > 2 and is_nominal(tokens[index]) and is_person(folded + half)  # not «۲۰ کار بر روی»


def noun_at(tokens: Tokens, index: int) -> bool:
    """Whether a noun stands at `index` that a number before it counts: no complement of a verb («۳۷۸ اعلام کرد»)."""
    if index >= len(tokens) or tokens[index].fold in used("no_noun"):
        return False
    token = tokens[index]
    if not is_nominal(token):
        return token.kind == "word" and (is_person(token.fold) or token.fold in used("noun"))
    if token.fold in used("compound"):
        return noun_at(tokens, index + 1)  # «۲۴ ویژه برنامه»
    if token.text.isascii() and (len(token.text) < 3 or not token.text.isupper()):
        return False
    found = token.word
    if found.seen == 0 and token.fold.endswith("خانه"):
        return True  # «۷۱۹ نمازخانه»
    if found.kind != "n" and not (found.seen == 0 and token.fold[-1] not in "یه"):
        return is_person(token.fold) or token.fold in used("noun")
    if found.seen == 0 and token.fold[-1] == "ه" and word(token.fold[:-1]).seen > 0:
        return False  # «۹ کلاسه» says what something else is like
    if is_name_start(tokens, index) or (
        place_at(tokens, index) is not None and token.fold not in used("countable_place")
    ):
        return False
    following = tokens[index + 1].fold if index + 1 < len(tokens) else ""
    return not ((following == "و" or following in light_verbs()) and token.word.right < _SELDOM)


@cache
def light_verbs() -> frozenset[str]:
    """The folded forms of verbs that make one of a noun («اعلام کرد»)."""
    return frozenset(fold(form) for form, infinitive in infinitives().items() if infinitive in used("light"))
