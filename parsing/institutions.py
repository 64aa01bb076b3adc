"""The institutions one sentence names, nested ones too, each where it stands.

A name is a head («سازمان», «شهرداری») with what belongs to it, an institution known by a short name («بهزیستی») with
its place, what a directorate is called after («مدیرکل هواشناسی ایلام»), or one of a list («بانک‌های ملی و سپه»). Class
words alone («شهرداری», «این سازمان»), units of a post and cited agencies are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from parsing.institution_names import (
    AND,
    COMMA,
    DIRECTOR,
    DIRECTOR_PARTS,
    NUMERALS,
    OF_PROVINCE,
    OPENERS,
    PERSONS,
    TASK_KINDS,
    Head,
    NameLists,
    complement_end,
    core_of,
    is_country,
    name_lists,
    place_after,
)
from parsing.letters import fold
from parsing.names import given_starts, is_surname
from parsing.places import Place
from parsing.posts import head_starts
from parsing.tokens import Sentence, Token, Tokens, trait, traits
from parsing.words import listed

_WORDS: Final = "organization_words"
KNOWN: Final = "organization.known_name"
_COUNTING: Final = listed("counting", _WORDS)
_ORDINALS: Final = listed("ordinal", _WORDS)
_EPITHETS: Final = listed("epithet", _WORDS)
_UNITS: Final = listed("unit", _WORDS)
_BRANCHES: Final = listed("branch", _WORDS)
_YEAR: Final = fold("سال")
# After these words an institution's name is something else: «هفته قوه قضائیه», «خبرنگار آموزش و پرورش».
_NOT_AFTER: Final = listed("not_after", _WORDS)
_SOURCES: Final = ("خبرگزاری", "خبری", "مطبوعاتی")
_MEDIA: Final = fold("رسانه")  # «مرکز رسانه قوه قضائیه» is an agency
_YOUNG: Final = listed("young", _WORDS)  # the agency «باشگاه خبرنگاران جوان»
_FIELDS: Final = listed("field", _WORDS)


@dataclass(slots=True, init=False)
class Naming:
    """Tokens `start` to `end` of one sentence name an institution of a `kind` (`data/organization_heads.tsv`).

    `core` is the folds without head and place; `drops` where it is also named without its head. The words of its place
    begin at `place_start`, which is `end` where there are none; `place` is None where they name none of Iran («استان»).
    `rule` is the name of what was read, `organization.shape`.
    """

    sentence: Sentence
    start: int
    end: int
    kind: str
    core: tuple[str, ...]
    drops: bool
    place_start: int
    place: Place | None
    rule: str

    def __init__(
        self,
        sentence: Sentence,
        start: int,
        end: int,
        kind: str,
        core: tuple[str, ...],
        drops: bool,
        place_start: int,
        place: Place | None,
        rule: str,
    ) -> None:
        self.sentence = sentence
        self.start = start
        self.end = end
        self.kind = kind
        self.core = core
        self.drops = drops
        self.place_start = place_start
        self.place = place
        self.rule = rule


_STARTS: Final = trait(lambda token: token.fold in name_lists().starts)


def mentions_of(sentence: Sentence, local: frozenset[str]) -> Iterator[Naming]:
    """The names of institutions in one sentence, a nested one after the one that holds it.

    `local` are folds that are places in this article (`parsing.places.survey_places`).
    """
    lists, tokens = name_lists(), sentence.tokens
    resume, same = 0, -1
    outer: Naming | None = None
    for index in [index for index, token in enumerate(tokens) if traits(token) & _STARTS]:
        if index < resume or (index and (tokens[index - 1].fold in _NOT_AFTER or _is_surname_of(tokens, index))):
            continue
        yield from _listed(sentence, index, lists, local)
        mention, resume = _mention_at(sentence, index, lists, local)
        if mention is not None and index != same and not (outer is not None and _is_item(mention, outer)):
            yield mention
            outer = mention if outer is None or mention.end > outer.end else outer
        # What follows a head that can be dropped is the same body again: «اداره کل | هواشناسی ایلام».
        same = resume if mention is not None and mention.drops else -1


def _is_item(inner: Naming, outer: Naming) -> bool:
    """Whether a known name is only one of the things that a longer name lists: «کمیسیون آب، منابع طبیعی و …»."""
    tokens = inner.sentence.tokens
    if inner.rule != KNOWN or not outer.start < inner.start <= inner.end < outer.end:
        return False
    return tokens[inner.start - 1].text in (AND, COMMA) and tokens[inner.end].text in (AND, COMMA)


def _is_surname_of(tokens: Tokens, index: int) -> bool:
    """«پرویز کلانتری»: the word after a given name is his surname, whatever else it names."""
    return is_surname(tokens[index].fold) and given_starts().get(tokens[index - 1].fold, False)


def _mention_at(sentence: Sentence, index: int, lists: NameLists, local: frozenset[str]) -> tuple[Naming | None, int]:
    """The mention that starts at a token, or None where none does, and the token from which to read on."""
    tokens = sentence.tokens
    head = lists.heads.match(tokens, index)
    known = _known_at(sentence, index, lists, head, local)
    if head is None:
        if known is not None:
            return known, _read_on(known, lists)
        directorate = _directorate(sentence, index, lists, local)
        return (directorate, directorate.end) if directorate else (None, index + 1)
    after, kind = head
    headed = _headed(sentence, index, after, kind, lists, local)
    if known is not None and (headed is None or known.end >= headed.end or _runs_on(known, headed, lists)):
        return known, _read_on(known, lists)
    if headed is None:
        return None, after
    return headed, headed.end if kind.takes == "branch" else after


def _read_on(known: Naming, lists: NameLists) -> int:
    """Where to read on after a known institution: at its owner where the name holds it, which is a record too."""
    match = lists.institutions.match(known.sentence.tokens, known.start)
    is_owned = match is not None and lists.institutions.match(known.sentence.tokens, match[0]) is not None
    return match[0] if match is not None and is_owned else known.end


def _runs_on(known: Naming, headed: Naming, lists: NameLists) -> bool:
    """Whether the words after a long known name are none of it: no place closes them, no branch is named."""
    following = known.sentence.tokens[known.end].fold
    is_open = following in _BRANCHES or following in PERSONS
    for index in range(known.start + 1, known.end):  # «سازمان | بازرسی کل کشور» is longer than «سازمان بازرسی»
        longer = lists.institutions.match(known.sentence.tokens, index)
        is_open = is_open or (longer is not None and longer[0] > known.end)
    return known.end - known.start >= 2 and headed.place_start == headed.end and not is_open


def _listed(sentence: Sentence, index: int, lists: NameLists, local: frozenset[str]) -> Iterator[Naming]:
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
        place_start, end, place = place_after(tokens, known[0], local)
        if place_start < end and is_country(tokens, place_start):
            return
        core = (fold(plural.head), *core_of(tokens, start, place_start))
        yield Naming(sentence, start, end, plural.kind, core, False, place_start, place, "organization.listed")
        if end >= len(tokens) or tokens[end].text not in (AND, COMMA):
            return
        start = end + 1


def _known_at(
    sentence: Sentence, index: int, lists: NameLists, head: tuple[int, Head] | None, local: frozenset[str]
) -> Naming | None:
    tokens = sentence.tokens
    match = lists.institutions.match(tokens, index)
    if match is None:
        return None
    end, institution = match
    owner = lists.institutions.match(tokens, end) if institution.kind in TASK_KINDS else None
    if owner is not None:  # «ستاد اقتصاد مقاومتی | قوه قضائیه»
        end = owner[0]
    place_start, end, place = place_after(tokens, end, local)
    if institution.standing != "alone":
        is_placed = place_start < end and institution.standing == "placed" and not is_country(tokens, place_start)
        if not is_placed and not (index and tokens[index - 1].fold in lists.posts):
            return None
    if end < len(tokens) and (fold(institution.name), tokens[end].fold) in lists.other_senses:
        return None
    first = head[0] if head is not None and head[1].drops and head[0] < place_start else index
    core = lists.aliases.get(fold(institution.name)) or core_of(tokens, first, place_start)
    return Naming(sentence, index, end, institution.kind, core, False, place_start, place, KNOWN)


def _headed(
    sentence: Sentence, index: int, after: int, head: Head, lists: NameLists, local: frozenset[str]
) -> Naming | None:
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
        end, place_start, place, is_proper = complement_end(tokens, start, Head("court", "any", False), lists, local)
    else:
        inner = lists.heads.match(tokens, after)
        if inner is not None and ((head.takes == "proper" and head.kind == "military") or inner[1] == head):
            return None
        opened = index - 1 if index and tokens[index - 1].text in OPENERS else None
        end, place_start, place, is_proper = complement_end(tokens, after, head, lists, local, opened)
    if end <= after:
        return None
    complement = [token for token in tokens[after:end] if token.fold]
    if head.takes in ("name", "proper", "two") and place_start == after:
        return None
    if head.takes in ("place", "proper") and place_start == end and not is_proper:
        return None
    if head.takes == "proper" and place_start < end and is_country(tokens, place_start):
        return None
    if head.takes == "two" and len(complement) < 2 and not is_proper:
        return None
    if [token.fold for token in complement] == [OF_PROVINCE]:
        return None  # «اداره کل استان»
    is_placed = head.takes == "place" and place_start < end  # «استانداری مرکزی»
    if not is_placed and all(token.fold in lists.generic and not _is_field(token, head) for token in complement):
        return None
    if head.takes == "unit" and any(lists.heads.match(tokens, inner) for inner in range(after, end - 1)):
        inner_end = [match[0] for inner in range(after, end - 1) if (match := lists.heads.match(tokens, inner))]
        if min(inner_end) < end:
            return None
    if complement[0].fold == _MEDIA or any(source in token.text for token in complement for source in _SOURCES):
        return None
    if {token.fold for token in complement} >= _YOUNG:
        return None
    core = core_of(tokens, after if head.drops else index, place_start)
    return Naming(
        sentence, index, end, head.kind, core, head.drops, place_start, place, f"organization.{head.takes}_head"
    )


def _is_field(token: Token, head: Head) -> bool:
    """«کمیسیون اقتصادی» is a certain body, «شرکت اقتصادی» is not."""
    return head.kind == "commission" and token.fold in _FIELDS


def _is_counted(tokens: Tokens, index: int, head: Head) -> bool:
    """Whether a number or «هر» before a head makes it a class word: «۹۰ موسسه قرآنی»."""
    if not index or head.takes == "place":
        return False
    previous = tokens[index - 1]
    if index > 1 and tokens[index - 2].fold == _YEAR:  # «از سال ۹۱ سازمان بهزیستی …»
        return False
    return previous.kind == "number" or previous.fold in NUMERALS or previous.fold in _COUNTING


def _court_of_branch(tokens: Tokens, index: int, lists: NameLists) -> int | None:
    """«شعبه سوم دادگاه …»: the index after the court's head, or None where no court follows."""
    if tokens[index].kind == "number" or tokens[index].fold in _ORDINALS or tokens[index].fold in NUMERALS:
        index += 1
    if index >= len(tokens):
        return None
    match = lists.heads.match(tokens, index)
    return match[0] if match is not None and match[1].kind == "court" else None


def _directorate(sentence: Sentence, index: int, lists: NameLists, local: frozenset[str]) -> Naming | None:
    """«مدیرکل هواشناسی ایلام»: what a director-general directs is an institution named without its head."""
    tokens = sentence.tokens
    if tokens[index].fold == DIRECTOR:
        after = index + 1
    elif tuple(token.fold for token in tokens[index : index + 2]) == DIRECTOR_PARTS:
        after = index + 2
    else:
        return None
    while after < len(tokens) and tokens[after].fold in _EPITHETS:
        after += 1
    if after >= len(tokens) or tokens[after].fold in _UNITS:
        return None
    head = Head("department", "any", False)
    end, place_start, place, _ = complement_end(tokens, after, head, lists, local)
    if place_start in (after, end):
        return None
    if any(lists.heads.match(tokens, inner) or lists.institutions.match(tokens, inner) for inner in range(after, end)):
        return None
    core = core_of(tokens, after, place_start)
    return Naming(sentence, after, end, head.kind, core, False, place_start, place, "organization.directorate")
