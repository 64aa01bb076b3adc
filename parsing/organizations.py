"""Organizations: institutions an article names by a proper name, each once, in the fullest form it gives.

A name is a head («سازمان», «شهرداری») with what belongs to it, or an institution known by a short name («بهزیستی»)
with its place, or what a directorate is called after («مدیرکل هواشناسی ایلام»). Where a name ends is told by places,
by words that never belong to a name, and by how readily an ezafe joins two words. Class words alone («شهرداری»,
«این سازمان»), units of a post, the outlet itself and agencies cited as the source are refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from parsing.document import Document
from parsing.gazetteer import Gazetteer
from parsing.lexicon import rows, words
from parsing.names import is_name_start
from parsing.places import Place, place_at, survey_places
from parsing.posts import head_starts
from parsing.records import Official, Organization, Span
from parsing.text import Sentence, Token, fold, tokenize
from parsing.words import is_nominal, word

# Tokens; «ستاد احیای امر به معروف و نهی از منکر استان آذربایجان غربی» has 12.
_LONGEST = 14
# A quoted name after a head: «شرکت «نادین فرتاک پارسیان»».
_LONGEST_QUOTED = 7
_OPENERS = {"«": "»", '"': '"', "“": "”"}
_AND, _COMMA = "و", "،"


def _folds(*words_: str) -> frozenset[str]:
    return frozenset(map(fold, words_))


# What may stand before a number inside a name: «مرکز ماده ۱۶», «شهرداری منطقه ۵», «کلانتری ۱۲».
_NUMBERED = _folds("ماده", "شعبه", "منطقه", "ناحیه", "شماره", "واحد", "کلانتری", "اصل", "کیفری", "حقوقی", "لشکر", "هنگ")
_NUMERALS = _folds("یک", "دو", "سه", "چهار", "پنج", "شش", "هفت", "هشت", "نه", "ده")
_COUNTING = _folds("هر", "هیچ", "چند", "چندین", "هزار", "میلیون", "درصد")
_ORDINALS = _folds("اول", "دوم", "سوم", "چهارم", "پنجم", "ششم", "هفتم", "هشتم", "نهم", "دهم", "ویژه")
_DIRECTOR, _DIRECTOR_PARTS = fold("مدیرکل"), (fold("مدیر"), fold("کل"))
_EPITHETS = _folds("سابق", "اسبق", "جدید", "وقت", "پیشین", "محترم", "فعلی")
_UNITS = _folds("دفتر", "امور", "روابط", "حوزه", "گروه", "بخش", "واحد", "مرکز", "معاونت", "حراست", "طرح", "پروژه")
_VAGUE = _folds("استان", "شهرستان", "شهر")
_OF_PROVINCE, _IRAN = fold("استان"), fold("ایران")
_COUNTRY = _folds("کشور", "کشورمان", "ایران")
_BRANCHES = _folds("واحد", "شعبه", "منطقه", "ناحیه", "پردیس")
_ZONES = _folds("منطقه", "ناحیه")
# After these comes a person's name, whatever the words are.
_PERSONS = _folds("شهید", "شهیدان", "شهدای", "امام", "حضرت", "علامه", "استاد", "پروفسور", "آیت‌الله", "سید")
_BLESSINGS = _folds("ره", "ع", "س", "ص", "عج", "قدس")
# Adjectives that come and go in the name of one body: «مجتمع عظیم فولاد …».
_NOT_CORE = _folds("عظیم", "بزرگ", "محترم", "مقدس", "شهید", "و")
# After these words an institution's name is something else: «هفته قوه قضائیه», «خبرنگار آموزش و پرورش».
_NOT_AFTER = _folds(
    "هفته", "روز", "سالروز", "خبرنگار", "خبرگزاری", "روزنامه", "سایت", "نشریه", "این", "آن", "همین", "بیمه", "عوارض",
)  # fmt: skip
# «بسیج همه امکانات» is a mobilisation, «مجلس عزا» a gathering.
_ANOTHER_SENSE = frozenset(
    (name, fold(next_word))
    for name, next_words in (
        ("بسیج", ("همه", "تمام", "امکانات", "شد", "شدند", "شوند", "کرد", "کردن", "کنند", "نیروها", "عمومی")),
        ("مجلس", ("عزا", "عزاداری", "ختم", "ترحیم", "بزرگداشت", "روضه", "جشن", "یادبود")),
        ("ارتش", ("امدادی", "آمریکا", "اسرائیل", "سوریه", "عراق")),
    )
    for next_word in next_words
)
_KNOWN = "organization.known_name"
_SOURCES = ("خبرگزاری", "خبری", "مطبوعاتی", "رسانه")
_YOUNG = _folds("خبرنگاران", "جوان")  # the agency «باشگاه خبرنگاران جوان»
# Heads that make what follows them another body than the one that holds it: «اداره کل فرهنگی | وزارت علوم».
_OWNERS = _folds("وزارت", "سازمان", "اداره", "دانشگاه", "شهرداری", "استانداری", "شرکت", "بانک", "ستاد", "شورای")
_FIELDS = _folds(
    "فرهنگی", "اقتصادی", "اجتماعی", "حقوقی", "قضایی", "سیاسی", "کشاورزی", "ورزشی", "امنیتی", "آموزشی", "عمرانی"
)  # fmt: skip
_INDEFINITE = "\u200cای"
# Kinds that are never called after a person.
_IMPERSONAL = frozenset({"ministry", "embassy", "government"})
# Kinds whose names hold «و» without being a known pair: «کارگروه اشتغال و سرمایه‌گذاری».
_COMPOUND_KINDS = frozenset({"council", "headquarters", "committee", "commission", "unit", "association"})
# Times that a body with a task is called after: «ستاد بزرگداشت هفته دولت».
_TIMES = _folds("هفته", "روز", "سال", "ماه")
# Kinds whose first word may be one that ends other names: «ستاد برگزاری …».
_TASK_KINDS = frozenset({"council", "headquarters", "committee", "commission"})


class _Head(NamedTuple):
    kind: str
    takes: str
    drops: bool


class _Institution(NamedTuple):
    name: str
    kind: str
    standing: str


class _Plural(NamedTuple):
    head: str
    kind: str
    is_plural: bool
    names: Gazetteer[str]


@dataclass(frozen=True, slots=True)
class _Lists:
    heads: Gazetteer[_Head]
    institutions: Gazetteer[_Institution]
    always: frozenset[str]
    late: frozenset[str]
    generic: frozenset[str]
    governs: frozenset[tuple[str, str]]
    posts: frozenset[str]
    verbal: frozenset[str]
    conjuncts: frozenset[tuple[str, str, str]]
    plurals: Gazetteer[_Plural]
    aliases: dict[str, tuple[str, ...]]
    starts: frozenset[str]


@cache
def _lists() -> _Lists:
    stops = {fold(row["word"]): row["when"] for row in rows("name_stops")}
    heads = (
        (row["head"], _Head(row["kind"], row["takes"], row["drops"] == "yes")) for row in rows("organization_heads")
    )
    institutions = (
        (row["name"], _Institution(row["name"], row["kind"], row["standing"])) for row in rows("institutions")
    )
    known_heads, known_institutions = Gazetteer(heads, compounds=False), Gazetteer(institutions, compounds=False)
    plurals = Gazetteer(_plurals(), compounds=False)
    directors = frozenset((_DIRECTOR, _DIRECTOR_PARTS[0]))
    return _Lists(
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
        aliases={
            fold(row["alias"]): _core(name := tokenize(row["name"]), 0, len(name))
            for row in rows("institution_aliases")
        },
        conjuncts=frozenset((row["first"], row["mark"], row["second"]) for row in rows("conjuncts", key=3)),
    )


def _plurals() -> Iterator[tuple[str, _Plural]]:
    known = [(row["name"], row["kind"]) for row in rows("institutions")]
    for row in rows("listed_heads"):
        prefix = row["head"] + " "
        names = [(name.removeprefix(prefix), name) for name, _ in known if name.startswith(prefix)]
        kind = next((kind for name, kind in known if name.startswith(prefix)), "organization")
        plural = _Plural(row["head"], kind, True, Gazetteer(names))
        yield row["plural"], plural
        yield row["head"], plural._replace(is_plural=False)


class _Mention(NamedTuple):
    """Tokens `start` to `end` of one sentence name an institution; `core` is the folds without head and place."""

    sentence: Sentence
    start: int
    end: int
    kind: str
    core: tuple[str, ...]
    drops: bool
    place_start: int
    place: Place | None
    rule: str


def find_organizations(document: Document, officials: Sequence[Official] = ()) -> tuple[Organization, ...]:
    """Every institution that `document` names, one record each, in the order of the text.

    `officials` are those of the same document; the names inside their posts are read from the text itself.
    """
    province, local = survey_places(document)
    mentions = [mention for sentence in document.sentences for mention in _mentions(sentence, local)]
    bodies = _merge(mentions, province)
    found = [_record(document, body, mentions, province) for body in bodies]
    return tuple(sorted(found, key=lambda organization: organization.span.start))


# --- reading one sentence ---------------------------------------------------------------------------------------


def _mentions(sentence: Sentence, local: frozenset[str]) -> Iterator[_Mention]:
    """The names of institutions in one sentence, a nested one after the one that holds it."""
    lists, tokens = _lists(), sentence.tokens
    starts = lists.starts
    resume, same = 0, -1
    for index in [index for index, token in enumerate(tokens) if token.fold in starts]:
        if index < resume or (index and tokens[index - 1].fold in _NOT_AFTER):
            continue
        yield from _listed(sentence, index, lists, local)
        mention, resume = _mention_at(sentence, index, lists, local)
        if mention is not None and index != same:
            yield mention
        # What follows a head that can be dropped is the same body again: «اداره کل | هواشناسی ایلام».
        same = resume if mention is not None and mention.drops else -1


def _mention_at(sentence: Sentence, index: int, lists: _Lists, local: frozenset[str]) -> tuple[_Mention | None, int]:
    """The mention that starts at a token, or None where none does, and the token from which to read on."""
    tokens = sentence.tokens
    head = lists.heads.match(tokens, index)
    known = _known_at(sentence, index, lists, head, local)
    if head is None:
        if known is not None:
            return known, known.end
        directorate = _directorate(sentence, index, lists, local)
        return (directorate, directorate.end) if directorate else (None, index + 1)
    after, kind = head
    headed = _headed(sentence, index, after, kind, lists, local)
    if known is not None and (headed is None or known.end >= headed.end or _runs_on(known, headed, lists)):
        return known, known.end
    if headed is None:
        return None, after
    return headed, headed.end if kind.takes == "branch" else after


def _runs_on(known: _Mention, headed: _Mention, lists: _Lists) -> bool:
    """Whether the words after a long known name are none of it: no place closes them, no branch is named."""
    following = known.sentence.tokens[known.end].fold
    is_open = following in _BRANCHES or following in _PERSONS
    for index in range(known.start + 1, known.end):  # «سازمان | بازرسی کل کشور» is longer than «سازمان بازرسی»
        longer = lists.institutions.match(known.sentence.tokens, index)
        is_open = is_open or (longer is not None and longer[0] > known.end)
    return known.end - known.start >= 2 and headed.place_start == headed.end and not is_open


def _listed(sentence: Sentence, index: int, lists: _Lists, local: frozenset[str]) -> Iterator[_Mention]:
    """«بانک‌های ملی، صادرات و تجارت», «۷ بانک (ملی، سپه، …)»: the institutions a list after a plural head names."""
    tokens = sentence.tokens
    match = lists.plurals.match(tokens, index)
    if match is None:
        return
    start, plural = match
    if not plural.is_plural:  # the head itself: only before a bracketed list
        start = next((at + 1 for at in range(start, min(start + 3, len(tokens))) if tokens[at].text == "("), -1)
        if start < 0:
            return
    while start < len(tokens):
        known = plural.names.match(tokens, start)
        if known is None:
            return
        place_start, end, place = _place_after(tokens, known[0], local)
        if place_start < end and _is_country(tokens, place_start):
            return
        core = (fold(plural.head), *_core(tokens, start, place_start))
        yield _Mention(sentence, start, end, plural.kind, core, False, place_start, place, "organization.listed")
        if end >= len(tokens) or tokens[end].text not in (_AND, _COMMA):
            return
        start = end + 1


def _known_at(
    sentence: Sentence, index: int, lists: _Lists, head: tuple[int, _Head] | None, local: frozenset[str]
) -> _Mention | None:
    tokens = sentence.tokens
    match = lists.institutions.match(tokens, index)
    if match is None:
        return None
    end, institution = match
    place_start, end, place = _place_after(tokens, end, local)
    if institution.standing != "alone":
        is_placed = place_start < end and institution.standing == "placed" and not _is_country(tokens, place_start)
        if not is_placed and not (index and tokens[index - 1].fold in lists.posts):
            return None
    if end < len(tokens) and (institution.name, tokens[end].fold) in _ANOTHER_SENSE:
        return None
    first = head[0] if head is not None and head[1].drops and head[0] < place_start else index
    core = lists.aliases.get(fold(institution.name)) or _core(tokens, first, place_start)
    return _Mention(sentence, index, end, institution.kind, core, False, place_start, place, "organization.known_name")


def _is_country(tokens: Sequence[Token], index: int) -> bool:
    return tokens[index].fold in _COUNTRY


def _place_after(tokens: Sequence[Token], end: int, local: frozenset[str]) -> tuple[int, int, Place | None]:
    """Where the place phrase after a name starts and ends (the same where there is none), and the place."""
    if end < len(tokens) and tokens[end].kind == "word":
        found = _place_at(tokens, end, local)
        if found is not None:
            return end, found[0], found[1]
    return end, end, None


def _place_at(
    tokens: Sequence[Token], index: int, local: frozenset[str], *, is_sure: bool = False
) -> tuple[int, Place | None] | None:
    """The place phrase at a token; a word the article uses for a place of its own is one."""
    is_local = tokens[index].fold in local
    found = place_at(tokens, index, is_sure=is_sure or is_local)
    return (index + 1, None) if found is None and is_local else found


def _headed(
    sentence: Sentence, index: int, after: int, head: _Head, lists: _Lists, local: frozenset[str]
) -> _Mention | None:
    """A head and what belongs to it, or None where that is not a name."""
    tokens = sentence.tokens
    if after >= len(tokens) or head.takes == "none" or _is_counted(tokens, index, head):
        return None
    if head.takes == "unit" and tokens[after].fold in head_starts():
        return None
    if head.takes == "owner" and lists.institutions.match(tokens, after) is None:
        return None
    is_in_post = index > 0 and tokens[index - 1].fold in lists.posts
    if (head.takes == "unit" and is_in_post) or (head.takes == "post" and not is_in_post):
        return None
    if head.takes == "branch":
        start = _court_of_branch(tokens, after, lists)
        if start is None:
            return None
        end, place_start, place, is_proper = _chain(tokens, start, _Head("court", "any", False), lists, local)
    else:
        inner = lists.heads.match(tokens, after)
        if inner is not None and ((head.takes == "proper" and head.kind == "military") or inner[1] == head):
            return None
        opened = index - 1 if index and tokens[index - 1].text in _OPENERS else None
        end, place_start, place, is_proper = _chain(tokens, after, head, lists, local, opened)
    if end <= after:
        return None
    complement = [token for token in tokens[after:end] if token.fold]
    if head.takes in ("name", "proper", "two") and place_start == after:
        return None
    if head.takes in ("place", "proper") and place_start == end and not is_proper:
        return None
    if head.takes == "proper" and place_start < end and _is_country(tokens, place_start):
        return None
    if head.takes == "two" and len(complement) < 2 and not is_proper:
        return None
    if all(token.fold in lists.generic and not _is_field(token, head) for token in complement):
        return None
    if head.takes == "unit" and any(lists.heads.match(tokens, inner) for inner in range(after, end - 1)):
        inner_end = [match[0] for inner in range(after, end - 1) if (match := lists.heads.match(tokens, inner))]
        if min(inner_end) < end:
            return None
    if any(source in token.text for token in complement for source in _SOURCES):
        return None
    if {token.fold for token in complement} >= _YOUNG:
        return None
    core = _core(tokens, after if head.drops else index, place_start)
    return _Mention(
        sentence, index, end, head.kind, core, head.drops, place_start, place, f"organization.{head.takes}_head"
    )


def _is_field(token: Token, head: _Head) -> bool:
    """«کمیسیون اقتصادی» is a certain body, «شرکت اقتصادی» is not."""
    return head.kind == "commission" and token.fold in _FIELDS


def _is_counted(tokens: Sequence[Token], index: int, head: _Head) -> bool:
    """Whether a number or «هر» before a head makes it a class word: «۹۰ موسسه قرآنی»."""
    if not index or head.takes == "place":
        return False
    previous = tokens[index - 1]
    return previous.kind == "number" or previous.fold in _NUMERALS or previous.fold in _COUNTING


def _core(tokens: Sequence[Token], start: int, end: int) -> tuple[str, ...]:
    """The folds that tell a body from others: no marks, no «و», no praise."""
    return tuple(token.fold for token in tokens[start:end] if token.fold and token.fold not in _NOT_CORE)


def _court_of_branch(tokens: Sequence[Token], index: int, lists: _Lists) -> int | None:
    """«شعبه سوم دادگاه …»: the index after the court's head, or None where no court follows."""
    if tokens[index].kind == "number" or tokens[index].fold in _ORDINALS or tokens[index].fold in _NUMERALS:
        index += 1
    if index >= len(tokens):
        return None
    match = lists.heads.match(tokens, index)
    return match[0] if match is not None and match[1].kind == "court" else None


def _chain(
    tokens: Sequence[Token],
    start: int,
    head: _Head,
    lists: _Lists,
    local: frozenset[str],
    opened: int | None = None,
) -> tuple[int, int, Place | None, bool]:
    """Where the words that belong to a head end, where their place starts, the place, and whether a name is in them.

    `opened` is the quotation mark right before the head: then the name is what is quoted.
    """
    limit = min(len(tokens), start + _LONGEST)
    index, is_proper = start, False
    if opened is not None and (close := _closing(tokens, opened, _OPENERS[tokens[opened].text])) is not None:
        return close - 1, close - 1, None, True
    is_new = False  # after «و», a comma or a preposition no ezafe is asked for
    while index < limit:
        token, previous = tokens[index], tokens[index - 1]
        if token.kind == "punct":
            if token.text in _OPENERS:
                end = _closing(tokens, index, _OPENERS[token.text])
                if end is not None and not (index > start and head.takes == "place"):
                    return end, end, None, True
            elif token.text == _COMMA and index > start and _joins_pair(tokens, index, lists):
                index, is_new = index + 1, True
                continue
            break
        if token.kind == "number" or (token.fold in _NUMERALS and previous.fold in _NUMBERED):
            if previous.fold not in _NUMBERED:
                break
            index, is_proper = index + 1, True
            continue
        if token.text == _AND:
            if index == start or not _continues(tokens, index, head, lists):
                break
            index, is_new = index + 1, True
            continue
        if token.fold in lists.always and not (token.fold in _TIMES and head.kind in _TASK_KINDS):
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
                end, place_start, found, _ = _chain(tokens, owner[0], owner[1], lists, local)
                if end > owner[0]:
                    return end, place_start, found, True
            if lists.institutions.match(tokens, known[0]) is not None:  # «بسیج | سپاه پاسداران»
                index = known[0]
                continue
            place_start, end, found = _place_after(tokens, known[0], local)
            return end, place_start, found, True
        if head.takes == "place":
            return (index + 1, index, None, True) if _is_strange(token) else (start, start, None, False)
        if token.fold in lists.late and index > start:
            break
        if token.fold in lists.verbal and index + 1 < len(tokens) and word(tokens[index + 1].fold).kind == "v":
            break
        doubt = 0.0 if index > start else 5.0 if head.takes == "any" else 3.0
        if token.fold in _PERSONS:
            end = _person_end(tokens, index, lists)
            if end > index + 1:
                place_start, after, found = _place_after(tokens, end, local)
                return after, place_start, found, True
        if not is_nominal(token) or not (is_new or _belongs(previous, token, doubt=doubt)):
            break
        if index > start and index + 2 == len(tokens) and tokens[index + 1].text == ".":
            break  # the last word of a sentence is its verb, whatever else the word may be
        if is_name_start(tokens, index) and (head.takes not in ("any", "proper") or head.kind in _IMPERSONAL):
            break
        if token.text.endswith(_INDEFINITE) and word(token.fold).kind != "a":
            break  # «کمیته ویژه‌ای»
        index, is_new = index + 1, False
    while index > start and (tokens[index - 1].fold in lists.always or not tokens[index - 1].fold):
        index -= 1
    return index, index, None, is_proper


def _opens_a_name(tokens: Sequence[Token], index: int, start: int, lists: _Lists) -> bool:
    """«شرکت ایران ترانسفو»: the country is the first word of the name, not its place."""
    if index > start or tokens[index].fold != _IRAN or index + 1 >= len(tokens):
        return False
    following = tokens[index + 1]
    return is_nominal(following) and following.fold not in lists.always and following.fold not in lists.late


def _belongs(previous: Token, token: Token, *, doubt: float) -> bool:
    """Whether a word belongs to the name before it: joined by ezafe, or an adjective after an adjective.

    `doubt` is how far below nought the weight of the word itself may lie: the word after a head seldom stands alone.
    """
    left, right = word(previous.fold), word(token.fold)
    if left.left + right.right > 0 or (left.kind == right.kind == "a"):
        return True
    return doubt > 0 and right.right > -doubt


def _person_end(tokens: Sequence[Token], index: int, lists: _Lists) -> int:
    """The index after the person an institution is named after: «شهید رجایی», «امام خمینی (ره)»."""
    end = index + 1
    while end < min(len(tokens), index + 3) and tokens[end].kind == "word" and tokens[end].fold not in lists.always:
        if end > index + 1 and (place_at(tokens, end) or not is_name_start(tokens, end)):
            break
        end += 1
    if end + 2 < len(tokens) and tokens[end].text == "(" and tokens[end + 1].fold in _BLESSINGS:
        return end + 3
    return end


def _is_strange(token: Token) -> bool:
    """Whether a word is in no list of common words: then it is a name, as of a village."""
    return token.kind == "word" and word(token.fold).seen == 0


def _closing(tokens: Sequence[Token], index: int, close: str) -> int | None:
    """The index after the quotation that opens at `index`, or None where it is too long for a name."""
    for end in range(index + 2, min(len(tokens), index + 2 + _LONGEST_QUOTED)):
        if tokens[end].text == close:
            return end + 1
    return None


def _joins_pair(tokens: Sequence[Token], index: int, lists: _Lists) -> bool:
    """Whether the mark at `index` stands between two words known to make one name."""
    if index + 1 >= len(tokens):
        return False
    return (tokens[index - 1].fold, tokens[index].text, tokens[index + 1].fold) in lists.conjuncts


def _continues(tokens: Sequence[Token], index: int, head: _Head, lists: _Lists) -> bool:
    """Whether the name goes on after the «و» at `index`."""
    if _joins_pair(tokens, index, lists):
        return True
    if index + 1 >= len(tokens):
        return False
    token = tokens[index + 1]
    # «روابط عمومی و تشریفات سازمان …»: what comes next but one begins another name, so both words belong to this one.
    is_inside = index + 2 < len(tokens) and lists.heads.match(tokens, index + 2) is not None
    if head.kind not in _COMPOUND_KINDS and not is_inside:
        return False
    if token.fold in lists.always or token.fold in head_starts() or not is_nominal(token):
        return False
    if place_at(tokens, index + 1) or is_name_start(tokens, index + 1):
        return False
    return not (lists.heads.match(tokens, index + 1) or lists.institutions.match(tokens, index + 1))


def _directorate(sentence: Sentence, index: int, lists: _Lists, local: frozenset[str]) -> _Mention | None:
    """«مدیرکل هواشناسی ایلام»: what a director-general directs is an institution named without its head."""
    tokens = sentence.tokens
    if tokens[index].fold == _DIRECTOR:
        after = index + 1
    elif tuple(token.fold for token in tokens[index : index + 2]) == _DIRECTOR_PARTS:
        after = index + 2
    else:
        return None
    while after < len(tokens) and tokens[after].fold in _EPITHETS:
        after += 1
    if after >= len(tokens) or tokens[after].fold in _UNITS:
        return None
    head = _Head("department", "any", False)
    end, place_start, place, _ = _chain(tokens, after, head, lists, local)
    if place_start in (after, end):
        return None
    if any(lists.heads.match(tokens, inner) or lists.institutions.match(tokens, inner) for inner in range(after, end)):
        return None
    core = _core(tokens, after, place_start)
    return _Mention(sentence, after, end, head.kind, core, False, place_start, place, "organization.directorate")


# --- the same body under several names ----------------------------------------------------------------------------


def _place_key(mention: _Mention, province: str | None) -> str:
    """What tells two bodies of the same name apart: their place, where «استان» is the article's province."""
    if mention.place is not None:
        return fold(mention.place.name)
    if mention.place_start < mention.end:
        words_of_place = mention.sentence.tokens[mention.place_start : mention.end]
        if [token.fold for token in words_of_place] == [_OF_PROVINCE] and province:
            return fold(province)
        return "".join(token.fold for token in words_of_place)
    return ""


def _is_short_for(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    """Whether `short` begins as `long` does and has no word of its own."""
    return bool(short) and bool(long) and short[0] == long[0] and set(short) <= set(long)


@dataclass(frozen=True, slots=True)
class _Body:
    core: tuple[str, ...]
    place: str
    mentions: tuple[_Mention, ...]

    def holds(self, short: _Body) -> bool:
        """Whether `short` is a shorter name of this body."""
        if short.place not in ("", self.place):
            return False
        if _is_short_for(short.core, self.core):
            return True
        # «سایپا» for «شرکت خودروسازی سایپا», «ارشاد» for «فرهنگ و ارشاد اسلامی»
        size = len(short.core)
        is_part = all(mention.rule == _KNOWN and mention.kind == "department" for mention in short.mentions)
        if is_part and all(mention.drops or mention.rule == _KNOWN for mention in self.mentions):
            return any(self.core[at : at + size] == short.core for at in range(len(self.core) - size + 1))
        is_tail = size < len(self.core) and self.core[-size:] == short.core and _OWNERS.isdisjoint(self.core[:-size])
        is_known = all(mention.rule == _KNOWN for mention in short.mentions)
        return is_tail and is_known and any(mention.drops or mention.kind == "club" for mention in self.mentions)


def _merge(mentions: Sequence[_Mention], province: str | None) -> list[_Body]:
    """Mentions grouped by body: shorter forms go to the fullest form they are short for.

    A name without a place goes to the one form with a place; where there are several, it is the body above them all
    («سازمان بهزیستی» beside «بهزیستی لرستان» and «بهزیستی خرم‌آباد»).
    """
    groups: dict[tuple[str, str], _Body] = {}
    for mention in mentions:
        place = _place_key(mention, province)
        key = "".join(mention.core), place
        body = groups.get(key)
        groups[key] = _Body(mention.core, place, (*body.mentions, mention) if body else (mention,))
    bodies = sorted(groups.values(), key=lambda body: (bool(body.place), len("".join(body.core))), reverse=True)
    kept: list[_Body] = []
    for body in bodies:
        homes = [number for number, other in enumerate(kept) if other.holds(body)]
        places = {kept[number].place for number in homes if kept[number].place}
        if homes and (body.place or len(places) < 2):
            home = kept[homes[0]]
            kept[homes[0]] = replace(home, mentions=home.mentions + body.mentions)
        else:
            kept.append(body)
    return kept


def _fullest(mentions: Sequence[_Mention]) -> _Mention:
    """The mention with the fullest name; «استان» is less than a named place.

    A name read from its head is not believed to be longer than the article has it elsewhere, at least twice, unless a
    place closes it: what follows it once is the rest of the sentence.
    """
    counts = Counter(mention.core for mention in mentions)

    def rank(mention: _Mention) -> tuple[bool, bool, int]:
        tokens = mention.sentence.tokens
        is_vague = (
            mention.place is None and tokens[mention.end - 1].fold in _VAGUE and mention.place_start < mention.end
        )
        is_odd = (
            counts[mention.core] == 1
            and mention.rule != _KNOWN
            and mention.place_start == mention.end
            and any(count > 1 and len(core) > 1 and core == mention.core[: len(core)] for core, count in counts.items())
        )
        return not is_odd, not is_vague, tokens[mention.end - 1].end - tokens[mention.start].start

    return max(mentions, key=rank)


def _record(document: Document, body: _Body, mentions: Sequence[_Mention], province: str | None) -> Organization:
    full = _fullest(body.mentions)
    tokens = full.sentence.tokens
    start, end = tokens[full.start].start, tokens[full.end - 1].end
    place = document.text[tokens[full.place_start].start : end] if full.place_start < full.end else None
    if place is not None and full.place is None and fold(place) == _OF_PROVINCE:
        place = province
    inner = [
        mention
        for mention in mentions
        if mention.sentence is full.sentence and full.start < mention.start and mention.end <= full.end
    ]
    parent = max(inner, key=lambda mention: (mention.end, -mention.start), default=None)
    return Organization(
        name=document.text[start:end],
        span=Span(
            start=start,
            end=end,
            sentence_start=full.sentence.start,
            sentence_end=full.sentence.end,
            rule=full.rule,
        ),
        kind=full.kind,
        place=place,
        parent=document.text[tokens[parent.start].start : tokens[parent.end - 1].end] if parent else None,
    )
