"""Names of persons in tokens: «حجت‌الاسلام سید حسن طباطبایی نژاد», «صارمی زاده», «دونالد تاسک».

A name is read from lists of given names and surnames with their certainty (`bench/tools/build_names.py` makes them),
from the endings of surnames, and from where it stands: after a title, or where the caller expects one.

All positions are indices into a sequence of tokens of one sentence; ends are exclusive.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from parsing.gazetteer import Gazetteer
from parsing.letters import fold
from parsing.lexicon import rows, words
from parsing.places import name_at
from parsing.tokens import Tokens
from parsing.words import listed, word

_MOST_WORDS: Final = 5  # of a name; of 3,996 names one has so many
# How often a word may be met (`data/words.tsv`) to be this; above that it is a common word. Chosen: half or twice as
# much changes 8 of 3,753 records of 563 articles for _UNLISTED, 2 or fewer for each of the others.
_UNLISTED: Final = 15  # a surname of no list
_WITH_ENDING: Final = 60  # one with an ending of surnames
_FIRST_SURNAME: Final = 2500  # the first word after a sure given name
_ORIGIN: Final = 250  # where a family comes from, after its name
_TITLED: Final = 800  # a name of one word after a title
_SECOND: Final = 150  # the last word after one of no list
_ALONE: Final = 500  # a second word of surnames that stands alone


@cache
def given_starts() -> dict[str, bool]:
    """The folded words of given names, each with whether it is surely one (`data/given_names.tsv`)."""
    return {fold(row["name"]): row["certainty"] == "sure" for row in rows("given_names")}


def given(folded: str) -> bool | None:
    """True where a folded word is surely a given name, False where it may be one, None for others.

    A woman of the Prophet's descent has «سادات» at its end: «فاطمه‌سادات», «ام‌السادات».
    """
    is_sure = given_starts().get(folded)
    return True if is_sure is None and folded.endswith(_DESCENT) and len(folded) > len(_DESCENT) + 2 else is_sure


_DESCENT: Final = "سادات"


@cache
def _surnames() -> dict[str, bool]:
    return {fold(row["name"]): row["certainty"] == "sure" for row in rows("surnames")}


@cache
def _titles() -> Gazetteer[str]:
    return Gazetteer((title, title) for title in words("honorifics"))


_SAYYID: Final = listed("sayyid")
# «روح الله», «شمس الدین»: the second half of a given name printed apart.
_DIVINE: Final = listed("divine")
# Second words of surnames, always part of the name before them.
_TAILS: Final = listed("surname")
_ENDINGS: Final = tuple(listed("surname_ending"))
_NO_ENDINGS: Final = tuple(listed("no_surname_ending"))
_NAME_TITLES: Final = listed("surname_title")
# What a person may be named in: the words after them are no living person's name.
_NAMED_AFTER: Final = listed("named")


@cache
def title_starts() -> frozenset[str]:
    """The folded first words of titles (`data/honorifics.tsv`)."""
    return frozenset(fold(title.split()[0]) for title in words("honorifics"))


def may_be_name(folded: str) -> bool:
    """Whether a folded word can be the first of a name where one is expected."""
    return given(folded) is not None or folded in _SAYYID or folded in _TAILS or _surname_level(folded) > 0


def is_surname(folded: str) -> bool:
    """Whether a folded word is surely (part of) a surname."""
    return _surname_level(folded) == 2


def is_tribute(tokens: Tokens, start: int) -> bool:
    """Whether the name at `start` is what something is named in honour of, or a martyr: «بیمارستان شهید …»."""
    if start > 1 and tokens[start - 2].fold == "بنیاد":
        return False  # «رئیس بنیاد شهید | حسین رضایی»
    return start > 0 and tokens[start - 1].fold in _NAMED_AFTER


def title_end(tokens: Tokens, start: int) -> int:
    """Return the index after the titles at `start` («سردار سرتیپ دوم پاسدار», «دکتر»), `start` where there is none."""
    index = start
    while index < len(tokens) and tokens[index].fold in title_starts():
        match = _titles().match(tokens, index)
        if match is None:
            break
        index = match[0]
        if (
            index < len(tokens) - 1
            and tokens[index].fold == "و"
            and tokens[index + 1].fold in ("المسلمین", "والمسلمین")
        ):
            index += 2
    return index


def may_start_name(folded: str) -> bool:
    """Whether a name surely starts where this word and a surname stand: a sure given name, or «سید»."""
    return bool(given(folded)) or folded == "سید" or (folded not in _SAYYID and folded.startswith("سید"))


def is_name_start(tokens: Tokens, start: int) -> bool:
    """Whether a person's name surely starts at `start`: a sure given name and then a surname."""
    if not may_start_name(tokens[start].fold) or is_tribute(tokens, start):
        return False
    return name_end(tokens, start) > start + 1


def name_end(tokens: Tokens, start: int, *, is_expected: bool = False, is_titled: bool = False) -> int:
    """Return the index after the person's name at `start` (its titles already read), `start` where there is none.

    Without `is_expected` a name needs a given name of the lists and a surname. Where a name is expected (after a title,
    beside a post, before «گفت») a surname alone or words of no list will do, if the words are not common ones; after a
    title (`is_titled`) one common word will do too («قاضی صلواتی»).
    """
    is_expected = is_expected or is_titled
    count = len(tokens)
    index = start
    if index < count and tokens[index].fold in _SAYYID and index + 1 < count:
        index += 1
    sayyid = index > start or (index < count and len(tokens[index].fold) > 5 and tokens[index].fold.startswith("سید"))
    given = index
    certainty = 0
    while index < count and index - given < 2:
        level = _given_level(tokens, index)
        if not level:
            break
        if certainty and level < 2 and _surname_level(tokens[index].fold) == 2:
            break
        certainty = max(certainty, level)
        index += 2 if _is_divine(tokens, index) else 1
    if sayyid and certainty:
        certainty = 2
    if not certainty:
        return _surname_only(tokens, start, index, is_titled=is_titled) if is_expected or sayyid else start
    surname = index
    while index < min(count, start + _MOST_WORDS):
        if not _continues(tokens, index, is_first=index == surname, is_sure=certainty == 2, is_expected=is_expected):
            break
        index += 1
    if index > surname:
        return index
    # Only given names: «محمد علی»; the last may serve as the surname («رضا عباس»), one alone names nobody.
    if index - given >= 2 and (certainty == 2 or is_expected):
        return index
    return _surname_only(tokens, start, start, is_titled=is_titled) if is_expected else start


def _given_level(tokens: Tokens, index: int) -> int:
    """2 for a sure given name, 1 for a word that may be one, 0 for others."""
    token = tokens[index]
    if token.kind != "word":
        return 0
    if _is_divine(tokens, index):
        return 2
    folded = token.fold
    if len(folded) > 5 and folded.startswith("سید"):
        folded = folded[3:]
    sure = given(folded)
    return 0 if sure is None else 2 if sure else 1


def given_start(tokens: Tokens, start: int) -> int:
    """Where a name whose rest is at `start` begins: at a given name printed in two words, «شمس الله», before it."""
    return start - 2 if start > 1 and _is_divine(tokens, start - 2) else start


def _is_divine(tokens: Tokens, index: int) -> bool:
    return index + 1 < len(tokens) and tokens[index + 1].fold in _DIVINE and 2 < len(tokens[index].fold) < 6


def _surname_level(folded: str) -> int:
    """2 for a sure surname, 1 for a word that may be one or is unknown, 0 for common words."""
    sure = _surnames().get(folded)
    if sure is not None:
        return 2 if sure else 1
    if folded in given_starts() and given_starts()[folded]:
        return 1
    if folded in _TAILS or (len(folded) > 5 and folded.endswith(_ENDINGS) and word(folded).seen < _WITH_ENDING):
        return 2
    known = word(folded)
    return 1 if known.seen < _UNLISTED and known.kind in "na" and not folded.endswith(_NO_ENDINGS) else 0


def _is_boundary(tokens: Tokens, index: int) -> bool:
    """Whether a name may end before `index`: the text, a mark, or a word that no surname is."""
    if index >= len(tokens):
        return True
    token = tokens[index]
    if token.kind != "word":
        return True
    return token.word.kind not in "na" or token.fold in _AFTER


def _continues(tokens: Tokens, index: int, *, is_first: bool, is_sure: bool, is_expected: bool) -> bool:
    """Whether the word at `index` goes on with the surname."""
    token = tokens[index]
    if token.kind != "word":
        return False
    if title_end(tokens, index) > index:
        # «محسن حاجی میرزایی», «محمد حاج ابوالقاسم»
        follows = index + 1 < len(tokens) and _surname_level(tokens[index + 1].fold) > 0
        return is_first and is_sure and token.fold in _NAME_TITLES and follows
    folded = token.fold
    if folded in _AFTER:
        # «اکرم امام اوغلو», not «محمد رضایی امام جمعه».
        return folded == "امام" and index + 1 < len(tokens) and tokens[index + 1].fold in _TAILS
    if folded in _TAILS:
        return True
    known = word(folded)
    level = _surname_level(folded)
    if level < 2 and name_at(tokens, index) is not None:
        return False
    if is_first:
        if level == 2 or (index + 1 < len(tokens) and tokens[index + 1].fold in _TAILS):
            return True
        if known.kind not in "na":
            # «غلامرضا کرد زنگنه»
            return (
                is_sure and folded == "کرد" and index + 1 < len(tokens) and _surname_level(tokens[index + 1].fold) == 2
            )
        if level == 1:
            return is_sure or is_expected or folded.endswith("ی") or _is_boundary(tokens, index + 1)
        # «سعید قاضی مغربی», «محمد کشتی آرای»: a common word and a surname.
        follows = index + 1 < len(tokens) and tokens[index + 1].fold not in _AFTER
        if is_sure and follows and _surname_level(tokens[index + 1].fold) > 0 and _is_boundary(tokens, index + 2):
            return True
        # A common word is a surname only between a sure given name and the end of the name («مرتضی اسلامی افزود»).
        most = _FIRST_SURNAME if is_sure or is_expected else 0
        return _is_boundary(tokens, index + 1) and (known.seen < most or (is_sure and folded.endswith("ی")))
    if known.kind not in "na" and level < 2:
        return False
    if level == 2:
        return True
    # «صفاری نطنزی», «فلاح جوشقانی»: where the family comes from.
    is_origin = folded.endswith("ی") and known.seen < _ORIGIN
    return (level == 1 or is_origin or folded in given_starts()) and _is_boundary(tokens, index + 1)


def _surname_only(tokens: Tokens, start: int, index: int, *, is_titled: bool) -> int:
    """The index after up to four words that end at a boundary and of which none is common, else `start`."""
    index = max(index, start)
    best = 0
    while index < min(len(tokens), start + 4):
        if _is_boundary(tokens, index):
            break
        level = _surname_level(tokens[index].fold) or (1 if _given_level(tokens, index) else 0)
        if not level:
            # «قاضی صلواتی», and a common word after one of no list: «آرتیکاس اقبال».
            seen = tokens[index].word.seen
            is_lone = is_titled and index == start and seen < _TITLED
            is_last = index == start + 1 and not tokens[start].word.seen and seen < _SECOND
            return index + 1 if (is_lone or is_last) and _is_boundary(tokens, index + 1) else start
        best = max(best, level)
        index += 1
    if index == start or not _is_boundary(tokens, index):
        return start
    if index - start < 2 and (
        (best < 2 and len(tokens[start].fold) < 4)
        or (tokens[start].fold in _TAILS and tokens[start].word.seen > _ALONE)  # «دوست» alone is a friend
    ):
        return start
    return index


# Words after which, or at which, a name has ended though they are nouns or adjectives to the tagger.
_AFTER: Final = listed("after_name")
