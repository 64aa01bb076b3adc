"""Where the name of an institution ends: «سازمان پایانه‌های مسافربری شهرداری قم | گفت».

Ends are told by places, by known institutions, by words that never belong to a name (`data/name_stops.tsv`), by words
that make a verb with the next one (`data/verbal_nouns.tsv`), and by how readily an ezafe joins two words. All positions
are indices into the tokens of one sentence; ends are exclusive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from parsing.gazetteer import Gazetteer
from parsing.jalali import calendar_words
from parsing.letters import fold
from parsing.lexicon import rows, words
from parsing.names import is_name_start
from parsing.phrases import BLESSINGS, blessing_end, conjuncts, is_people
from parsing.places import Place, place_at
from parsing.posts import head_starts
from parsing.tokens import Token, Tokens, is_nominal, joins, tokenize
from parsing.words import listed, word

_WORDS: Final = "organization_words"
# Tokens; «ستاد احیای امر به معروف و نهی از منکر استان آذربایجان غربی» has 12.
_LONGEST: Final = 14
# Tokens of a quoted name after a head: «شرکت «نادین فرتاک پارسیان»»; twice as many found no more in 563 articles.
_LONGEST_QUOTED: Final = 7
# Nats, chosen: half or twice as much changes at most 3 of 1,319 institutions of 563 articles. How far below nought the
# weight of the first word after a head may lie, where any words make a name and where not; and the weight below which
# a word before a verb is reached by no ezafe.
_DOUBT_ANY: Final = 5.0
_DOUBT: Final = 3.0
_SELDOM: Final = -1.0
OPENERS: Final = {"«": "»", '"': '"', "“": "”"}
AND: Final = "و"
_NON: Final = "غیر"
COMMA: Final = "،"


# What may stand before a number inside a name: «مرکز ماده ۱۶», «شهرداری منطقه ۵», «کلانتری ۱۲».
_NUMBERED: Final = listed("numbered", _WORDS)
NUMERALS: Final = listed("numeral", _WORDS)
DIRECTOR: Final = fold("مدیرکل")
DIRECTOR_PARTS: Final = (fold("مدیر"), fold("کل"))
OF_PROVINCE: Final = fold("استان")
_IRAN: Final = fold("ایران")
_COUNTRY: Final = listed("country", _WORDS)
_ZONES: Final = listed("zone", _WORDS)
# After these comes a person's name, whatever the words are.
PERSONS: Final = listed("person", _WORDS)
# Adjectives that come and go in the name of one body: «مجتمع عظیم فولاد …».
_NOT_CORE: Final = listed("not_core", _WORDS)
_INDEFINITE: Final = "\u200cای"
# Kinds that are never called after a person, and of which «و» joins two.
_IMPERSONAL: Final = frozenset({"ministry", "embassy", "government"})
# Kinds whose names hold «و» without being a known pair: «کارگروه اشتغال و سرمایه‌گذاری».
_COMPOUND_KINDS: Final = frozenset({"council", "headquarters", "committee", "commission", "unit", "association"})
# Second halves of compounds that are often set apart: «اتحادیه طلا فروشان».
_AGENTS: Final = listed("agent", _WORDS)
# Times that a body with a task is called after: «ستاد بزرگداشت هفته دولت».
_TIMES: Final = listed("time", _WORDS)
# Kinds whose first word may be one that ends other names: «ستاد برگزاری …».
TASK_KINDS: Final = frozenset({"council", "headquarters", "committee", "commission"})


class Head(NamedTuple):
    """A word that names begin with: a row of `data/organization_heads.tsv`, whose head says what the values mean."""

    kind: str
    takes: str
    drops: bool


class KnownInstitution(NamedTuple):
    """An institution known by a short name: a row of `data/institutions.tsv`."""

    name: str
    kind: str
    standing: str


class Plural(NamedTuple):
    """A head that a list of names may follow (`data/listed_heads.tsv`), as it `is_plural` or before a bracket.

    `names` are the known institutions that begin with `head`, without it; `kind` is that of the first of them.
    """

    head: str
    kind: str
    is_plural: bool
    names: Gazetteer[str]


@dataclass(frozen=True, slots=True)
class NameLists:
    """The word lists of names of institutions, folded.

    A name ends before the words of `always`, after its first word before those of `late` too, and before those of
    `verbal` where a verb follows; a noun and a preposition of `governs` belong together. Words of `generic` name
    nothing; `posts` stand before a unit that is part of a post. `aliases` maps a name to the core (`core_of`) it is
    known by; `other_senses` are names with the word after them that makes them something else. Names begin with one of
    `starts`.
    """

    heads: Gazetteer[Head]
    institutions: Gazetteer[KnownInstitution]
    always: frozenset[str]
    late: frozenset[str]
    generic: frozenset[str]
    governs: frozenset[tuple[str, str]]
    posts: frozenset[str]
    verbal: frozenset[str]
    plurals: Gazetteer[Plural]
    aliases: dict[str, tuple[str, ...]]
    other_senses: frozenset[tuple[str, str]]
    starts: frozenset[str]


@cache
def name_lists() -> NameLists:
    """The lists, read once. Raises LexiconError where one is malformed."""
    stops = {fold(row["word"]): row["when"] for row in rows("name_stops")}
    heads = (
        (row["head"], Head(row["kind"], row["takes"], row["drops"] == "yes")) for row in rows("organization_heads")
    )
    institutions = (
        (row["name"], KnownInstitution(row["name"], row["kind"], row["standing"])) for row in rows("institutions")
    )
    known_heads, known_institutions = Gazetteer(heads, compounds=False), Gazetteer(institutions, compounds=False)
    plurals = Gazetteer(_plurals(), compounds=False)
    directors = frozenset((DIRECTOR, DIRECTOR_PARTS[0]))
    return NameLists(
        heads=known_heads,
        institutions=known_institutions,
        starts=known_heads.starts | known_institutions.starts | plurals.starts | directors,
        always=frozenset(word for word, when in stops.items() if when == "always"),
        late=frozenset(word for word, when in stops.items() if when == "late"),
        generic=frozenset(map(fold, words("generic_words"))),
        governs=frozenset((fold(row["noun"]), fold(row["preposition"])) for row in rows("governing_nouns", key=2)),
        posts=frozenset(map(fold, words("unit_posts"))),
        verbal=frozenset(map(fold, words("verbal_nouns"))),
        plurals=plurals,
        other_senses=frozenset((fold(row["name"]), fold(row["word"])) for row in rows("other_senses", key=2)),
        aliases={
            fold(row["alias"]): core_of(name := tokenize(row["name"]), 0, len(name))
            for row in rows("institution_aliases")
        },
    )


def _plurals() -> Iterator[tuple[str, Plural]]:
    known = [(row["name"], row["kind"]) for row in rows("institutions")]
    for row in rows("listed_heads"):
        prefix = row["head"] + " "
        names = [(name.removeprefix(prefix), name) for name, _ in known if name.startswith(prefix)]
        kind = next((kind for name, kind in known if name.startswith(prefix)), "organization")
        plural = Plural(row["head"], kind, True, Gazetteer(names))
        yield row["plural"], plural
        yield row["head"], plural._replace(is_plural=False)


def is_country(tokens: Tokens, index: int) -> bool:
    """Whether the place at `index` is this country, which tells no institution from another."""
    return tokens[index].fold in _COUNTRY


def place_after(tokens: Tokens, end: int, local: frozenset[str]) -> tuple[int, int, Place | None]:
    """Where the place phrase after a name starts and ends (the same where there is none), and the place."""
    start = blessing_end(tokens, end)  # «کمیته امداد امام خمینی (ره) | فارس»
    if start < len(tokens) and tokens[start].kind == "word":
        found = _place_at(tokens, start, local)
        if found is not None:
            return start, found[0], found[1]
    return end, end, None


def _place_at(
    tokens: Tokens, index: int, local: frozenset[str], *, is_sure: bool = False
) -> tuple[int, Place | None] | None:
    """The place phrase at a token; a word the article uses for a place of its own is one."""
    is_local = tokens[index].fold in local
    found = place_at(tokens, index, is_sure=is_sure or is_local)
    return (index + 1, None) if found is None and is_local else found


def core_of(tokens: Tokens, start: int, end: int) -> tuple[str, ...]:
    """The folds that tell a body from others: no marks, no «و», no praise."""
    return tuple(
        token.fold
        for index, token in enumerate(tokens[start:end], start)
        if token.fold
        and token.fold not in _NOT_CORE
        and not (token.fold in BLESSINGS and index and tokens[index - 1].text == "(")
    )


def complement_end(
    tokens: Tokens,
    start: int,
    head: Head,
    lists: NameLists,
    local: frozenset[str],
    opened: int | None = None,
) -> tuple[int, int, Place | None, bool]:
    """Where the words that belong to a head end, where their place starts, the place, and whether a name is in them.

    They begin at `start`, the index after the head, which is returned for both ends where none belongs to it; the place
    starts at the end where there is none. `local` are folds that are places in this article; `opened` is the index of
    the quotation mark right before the head: then the name is what is quoted.
    """
    limit = min(len(tokens), start + _LONGEST)
    index, is_proper = start, False
    if opened is not None and (close := _closing(tokens, opened, OPENERS[tokens[opened].text])) is not None:
        return close - 1, close - 1, None, True
    is_new = False  # after «و», a comma or a preposition no ezafe is asked for
    while index < limit:
        token, previous = tokens[index], tokens[index - 1]
        if token.kind == "punct":
            if token.text in OPENERS:
                end = _closing(tokens, index, OPENERS[token.text])
                if end is not None and not (index > start and head.takes == "place"):
                    return end, end, None, True
            elif token.text == COMMA and index > start:
                listed_end = index + 1 if _joins_pair(tokens, index) else _list_end(tokens, index, head, lists)
                if listed_end is not None:
                    index, is_new = listed_end, True
                    continue
            break
        if token.kind == "number" or (token.fold in NUMERALS and previous.fold in _NUMBERED):
            if previous.fold not in _NUMBERED:
                break
            index, is_proper = index + 1, True
            is_new = head.kind == "military"  # «لشکر ۲۷ محمد رسول‌الله»
            continue
        if index > start and _is_time(token) and _dates_follow(tokens, index + 1):
            break  # «انجمن کشتی | اردیبهشت سال گذشته»
        if token.text.isascii() and token.text[:1].isupper() and index > start:
            index, is_proper = index + 1, True  # «شرکت کشتی‌سازی AKER»
            continue
        if token.text == AND:
            if index == start or not _continues(tokens, index, head, lists):
                break
            index, is_new = index + 1, True
            continue
        if token.fold == _NON and index > start and index + 1 < limit and is_nominal(tokens[index + 1]):
            index, is_new = index + 2, False  # «ستاد حوادث غیر مترقبه کشور»
            continue
        if token.fold in lists.always and not (token.fold in _TIMES and head.kind in TASK_KINDS):
            if (previous.fold, token.fold) not in lists.governs:
                break
            index, is_new = index + 1, True
            continue
        if head.takes == "place" and token.fold in _ZONES and index + 1 < limit and tokens[index + 1].kind == "number":
            index, is_proper = index + 2, True
            continue
        known = lists.institutions.match(tokens, index)
        place = None if known else _place_at(tokens, index, local, is_sure=head.takes == "place")
        if place is not None and not is_new and not _opens_a_name(tokens, index, start, lists):
            return place[0], index, place[1], True
        if known is not None and known[0] <= limit:
            owner = lists.heads.match(tokens, known[0])
            if owner is not None:  # «آتش‌نشانی و خدمات ایمنی | شهرداری قزوین»
                end, place_start, found, _ = complement_end(tokens, owner[0], owner[1], lists, local)
                if end > owner[0]:
                    return end, place_start, found, True
            if lists.institutions.match(tokens, known[0]) is not None:  # «بسیج | سپاه پاسداران»
                index = known[0]
                continue
            place_start, end, found = place_after(tokens, known[0], local)
            return end, place_start, found, True
        if head.takes == "place":
            return (index + 1, index, None, True) if _is_strange(token) else (start, start, None, False)
        if token.fold in lists.late and index > start:
            break
        if token.fold in lists.verbal and index + 1 < len(tokens) and tokens[index + 1].word.kind == "v":
            break
        doubt = 0.0 if index > start else _DOUBT_ANY if head.takes == "any" else _DOUBT
        if token.fold in PERSONS:
            end = _person_end(tokens, index, lists)
            if end > index + 1:
                place_start, after, found = place_after(tokens, end, local)
                return after, place_start, found, True
        if not is_nominal(token) or not (is_new or _belongs(previous, token, doubt=doubt)):
            break
        if index > start and index + 2 == len(tokens) and tokens[index + 1].text == ".":
            break  # the last word of a sentence is its verb, whatever else the word may be
        if is_name_start(tokens, index) and (head.takes not in ("any", "proper") or head.kind in _IMPERSONAL):
            break
        if _is_indefinite(token, lists):
            break
        if index == start and _is_of_verb(tokens, index):
            break
        index, is_new = index + 1, False
    while index > start and (tokens[index - 1].fold in lists.always or not tokens[index - 1].fold):
        index -= 1
    return index, index, None, is_proper


def _is_time(token: Token) -> bool:
    calendar = calendar_words()
    return token.fold in calendar.months or token.fold in calendar.seasons


def _dates_follow(tokens: Tokens, index: int) -> bool:
    return index < len(tokens) and (tokens[index].kind == "number" or tokens[index].fold in ("سال", "ماه", "امسال"))


def _is_indefinite(token: Token, lists: NameLists) -> bool:
    """«کمیته ویژه‌ای», «سازمان جدیدی»."""
    if token.text.endswith(_INDEFINITE):
        return token.word.kind != "a"
    bare = token.fold[:-1]
    return token.fold.endswith("ی") and bare in lists.generic and word(bare).kind == "a"


def _is_of_verb(tokens: Tokens, index: int) -> bool:
    """«باشگاه تجمع کردند», «سازمان پرداخت کند»: a word seldom reached by an ezafe, right before a verb."""
    if index + 1 >= len(tokens) or tokens[index + 1].word.kind != "v":
        return False
    known = tokens[index].word
    return known.seen > 0 and known.right < _SELDOM


def _opens_a_name(tokens: Tokens, index: int, start: int, lists: NameLists) -> bool:
    """«شرکت ایران ترانسفو»: the country is the first word of the name, not its place."""
    if index > start or tokens[index].fold != _IRAN or index + 1 >= len(tokens):
        return False
    following = tokens[index + 1]
    return is_nominal(following) and following.fold not in lists.always and following.fold not in lists.late


def _belongs(previous: Token, token: Token, *, doubt: float) -> bool:
    """Whether a word belongs to the name before it: joined by ezafe, or an adjective after an adjective.

    `doubt` is how far below nought the weight of the word itself may lie: the word after a head seldom stands alone.
    """
    left, right = previous.word, token.word
    if token.fold in _AGENTS:  # «اتحادیه صنف طلا فروشان»: a compound cut in two
        return True
    if left.left + right.right > 0 or (left.kind == right.kind == "a"):
        return True
    return doubt > 0 and right.right > -doubt


def _person_end(tokens: Tokens, index: int, lists: NameLists) -> int:
    """The index after the person an institution is named after: «شهید رجایی», «امام خمینی (ره)»."""
    end = index + 1
    while end < min(len(tokens), index + 3) and tokens[end].kind == "word" and tokens[end].fold not in lists.always:
        if end > index + 1 and (place_at(tokens, end) or not is_name_start(tokens, end)):
            break
        end += 1
    return blessing_end(tokens, end)


def _is_strange(token: Token) -> bool:
    """Whether a word is in no list of common words: then it is a name, as of a village."""
    return token.kind == "word" and token.word.seen == 0


def _closing(tokens: Tokens, index: int, close: str) -> int | None:
    """The index after the quotation that opens at `index`, or None where it is too long for a name."""
    for end in range(index + 2, min(len(tokens), index + 2 + _LONGEST_QUOTED)):
        if tokens[end].text == close:
            return end + 1
    return None


def _is_closed(tokens: Tokens, index: int, lists: NameLists) -> bool:
    """Whether the words at `index` are closed by another name or a place, so that what «و» joins belongs to one name.

    «روابط عمومی و تشریفات سازمان …», «سازمان حمل و نقل و پایانه‌های کشور».
    """
    for end in range(index + 1, min(len(tokens), index + 1 + _MOST_JOINED)):
        if not is_nominal(tokens[end - 1]) or (end > index + 1 and not joins(tokens[end - 2], tokens[end - 1])):
            return False
        if lists.heads.match(tokens, end) is not None or lists.institutions.match(tokens, end) is not None:
            return True
        if place_at(tokens, end) and tokens[end - 1].word.left > 0:
            return True
    return False


def _list_end(tokens: Tokens, index: int, head: Head, lists: NameLists) -> int | None:
    """The index after the «و» of a list that the comma at `index` is in, where the whole list is inside one name.

    «کمیسیون کشاورزی، آب، منابع طبیعی و محیط زیست مجلس»; not «اداره راه، شهرداری و …», where other names begin.
    """
    if head.kind not in _LISTING_KINDS or _ends_known(tokens, index, lists):
        return None
    start = index + 1
    for end in range(start, min(len(tokens), index + 1 + _LONGEST_LIST)):
        mark = tokens[end].text
        if mark in (COMMA, AND):
            is_item = start < end <= start + _MOST_JOINED and tokens[start].fold not in lists.verbal
            if not is_item or not _may_join(tokens, start, lists, head):
                return None
            if mark == AND:
                is_whole = _may_join(tokens, end + 1, lists, head) and _is_closed(tokens, end + 1, lists)
                return end + 1 if is_whole else None
            start = end + 1
        elif not is_nominal(tokens[end]):
            return None
    return None


def _may_join(tokens: Tokens, index: int, lists: NameLists, head: Head | None = None) -> bool:
    """Whether the word at `index` may go on a name after «و» or a comma, and begins no other name, post or clause.

    What a commission is for, as the list after its `head` says, may be a known name: «کشاورزی، آب و منابع طبیعی».
    """
    if index >= len(tokens):
        return False
    token = tokens[index]
    if token.fold in lists.always or token.fold in head_starts() or not is_nominal(token) or is_people(token.fold):
        return False
    if place_at(tokens, index) or is_name_start(tokens, index):
        return False
    if lists.heads.match(tokens, index) is not None:
        return False
    return (head is not None and head.kind in TASK_KINDS) or lists.institutions.match(tokens, index) is None


def _ends_known(tokens: Tokens, index: int, lists: NameLists) -> bool:
    """Whether a known institution ends at `index`: «سازمان ملل | و آژانس …»."""
    found = (lists.institutions.match(tokens, start) for start in range(max(0, index - _LONGEST_KNOWN), index))
    return any(match is not None and match[0] == index for match in found)


_MOST_JOINED: Final = 3
_LONGEST_LIST: Final = 8  # words from the first comma to «و»
# Kinds whose names list what they are for.
_LISTING_KINDS: Final = _COMPOUND_KINDS | {"organization", "department", "federation"}
_LONGEST_KNOWN: Final = 4  # words of a known institution before «و», hardly any is longer


def _joins_pair(tokens: Tokens, index: int) -> bool:
    """Whether the mark at `index` stands between two words known to make one name."""
    if index + 1 >= len(tokens):
        return False
    return (tokens[index - 1].fold, tokens[index].text, tokens[index + 1].fold) in conjuncts()


def _continues(tokens: Tokens, index: int, head: Head, lists: NameLists) -> bool:
    """Whether the name goes on after the «و» at `index`."""
    if _joins_pair(tokens, index):
        return True
    if not _may_join(tokens, index + 1, lists):
        return False
    if head.kind in _COMPOUND_KINDS:
        return True
    is_whole = head.kind in _IMPERSONAL or _ends_known(tokens, index, lists)
    return not is_whole and _is_closed(tokens, index + 1, lists)
