"""Posts told apart across articles: the head, the telling words and the places of a phrase.

An article names a post for its own readers: «مدیرکل بهزیستی استان» in one is «مدیرکل بهزیستی لرستان» in another. What
is read here from the fields of a record is the same for both, and says how much the words tell.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import cache, lru_cache
from math import log
from typing import Final, Literal

from parsing.gazetteer import Gazetteer
from parsing.letters import fold
from parsing.lexicon import rows
from parsing.places import SIZES, Place, of_kind, place_at, province_called
from parsing.posts import post_at, post_stem
from parsing.tokens import Tokens, tokenize
from parsing.words import listed, word

type Level = Literal["land", "nation", "region", "deputy"]

IRAN: Final = "ایران"
# Chosen, and what comes of them is held by `bench.resolution`: how often a word may be met (`data/words.tsv`) before it
# tells nothing, the nats of a word in no list, what is added to each count so that rare words differ little, and the
# nats from which on the words of a post say whose it is.
_USELESS: Final = 40_000
_WEIGHTIEST: Final = 5.0
_SMOOTH: Final = 40
_TELLING: Final = 4.0
_LONGEST: Final = 400  # characters of a phrase that are read; the longest of 4,778 posts has 108

_WORDS: Final = "office_words"
_EPITHETS: Final = listed("former", "post_words") | listed("current", "post_words")
_FILLERS: Final = (listed("filler", "post_words") | _EPITHETS) - listed("telling", _WORDS)
# Posts of one place, whether they name it or not.
_LOCAL_HEADS: Final = listed("local", _WORDS)
# Posts whose two places are whom they are of and where they are.
_ENVOYS: Final = listed("envoy", _WORDS)
_DEPUTY: Final = fold("نماینده")
_DEPUTIES: Final = listed("deputy", _WORDS)
_PARLIAMENT: Final = fold("مجلس")
_COMMISSION: Final = fold("کمیسیون")
_CAUCUSES: Final = frozenset(map(fold, ("فراکسیون", "نمایندگان")))
# Commissions and assemblies that are not of the parliament.
_NOT_PARLIAMENT: Final = listed("not_parliament", _WORDS)
_CONSTITUENCY: Final = fold("نماینده مردم")
_PRESIDENT: Final = fold("رئیس‌جمهور")
_PRESIDENT_WORDS: Final = (frozenset(map(fold, ("رئیس", "ریاست"))), frozenset(map(fold, ("جمهور", "جمهوری"))))
# Heads that many men of one institution have, and so tell little.
_COMMON_HEADS: Final = listed("common", _WORDS)
_OF_PROVINCE: Final = frozenset(map(fold, ("استان", "این استان", "شهرستان")))
# What a place is where the head of the post says it.
_PLACE_OF_HEAD: Final = {
    fold("استاندار"): ("province",),
    fold("فرماندار"): ("county",),
    fold("شهردار"): ("city", "county"),
    fold("امام جمعه"): ("city", "county"),
    fold("بخشدار"): ("district", "city"),
}


@dataclass(frozen=True, slots=True)
class Office:
    """A post as it is told from others.

    `head` is folded and canonical, empty where there is no post; `words` are the folded stems that tell it from posts
    of the same head, without those of places. `place` is the smallest place of Iran it names, `province` the one that
    lies in; `land` is a country. `level`: "land" for posts of another country, "nation", "region" for those of a
    province or less, "deputy" for members of parliament, who are of a place and of the nation.
    """

    head: str
    words: frozenset[str]
    place: Place | None
    province: str | None
    land: str | None
    level: Level
    is_envoy: bool
    is_former: bool
    is_acting: bool

    @property
    def weight(self) -> float:
        """How much the words tell, in nats."""
        return sum(map(weight, self.words))

    @property
    def key(self) -> str:
        """The post in folded words, the same for phrases that mean the same; all that tells it from others is in it."""
        of = where(self.place, self.province, self.land)
        return f"{self.head}|{' '.join(sorted(self.words))}|{of}|{self.level}"

    @property
    def is_vague(self) -> bool:
        """Whether many people have a post that these words fit: «معاون فرهنگی», «مدیرعامل»."""
        is_placed = self.place is not None or self.province is not None or self.land is not None
        return (not self.head or self.head in _COMMON_HEADS) and not is_placed and self.weight < _TELLING


def where(place: Place | None, province: str | None, land: str | None) -> str:
    """A place in folded words: the country, else the kind, name and province of a place, else the province; else ''."""
    if land is not None:
        return fold(land)
    if place is not None:
        of = f",{fold(place.province)}" if place.province is not None and place.kind != "province" else ""
        return f"{place.kind}:{fold(place.name)}{of}"
    return f"province:{fold(province)}" if province is not None else ""


@lru_cache(maxsize=1 << 17)
def weight(stem: str) -> float:
    """How much a folded stem tells, 0 to 5 nats: the rarer, the more (`data/words.tsv`)."""
    seen = word(stem).seen or word(stem + "ی").seen
    return min(_WEIGHTIEST, max(0.0, log(_USELESS / (seen + _SMOOTH))))


def is_common_head(head: str) -> bool:
    """Whether many people of one institution have posts of this head."""
    return head in _COMMON_HEADS


@lru_cache(maxsize=1 << 16)
def office(post: str | None, place: str | None, province: str | None) -> Office:
    """The post that a record states. `province` is that of its article, for posts «of the province» and local heads.

    A pure function of the three, each None where not stated; a phrase whose head is not known gives its first word for
    one. Characters after the 400th are not read.
    """
    tokens = tokenize((post or "")[:_LONGEST])
    tokens = tuple(token for token in tokens if token.fold)
    if not tokens:
        return Office("", frozenset(), None, None, None, "nation", False, False, False)
    read = post_at(tokens, 0)
    head, start = (read.head, read.head_end) if read else (tokens[0].fold, 1)
    is_local_head = head in _LOCAL_HEADS
    stated = {token.fold for token in tokenize(place or "")}
    places, lands, used = places_in(tokens, start, stated, is_sure=is_local_head or head == _CONSTITUENCY)
    kinds = _PLACE_OF_HEAD.get(head, ())
    found = min(places, key=lambda one: (one.kind not in kinds, -SIZES[one.kind], one.name), default=None)
    if found is not None and kinds and found.kind not in kinds:
        found = of_kind(found, kinds)
    is_of_province = bool(place) and fold(place or "") in _OF_PROVINCE
    own = found.province if found is not None else None
    if found is None and not lands and province and (is_local_head or is_of_province):
        own, found = province, province_called(province)
    words = _words(tokens, start, used)
    foreign = sorted(lands - {IRAN})
    land = foreign[0] if foreign else None
    is_envoy = head in _ENVOYS
    level: Level = "nation"
    if not foreign and _is_deputy(head, words, found, fold(post or "")):
        level = "deputy"
    elif land is not None and not is_envoy:
        level = "land"
    elif found is not None or own is not None or is_local_head:
        level = "region"
    return Office(
        head=head,
        words=words,
        place=found,
        province=own,
        land=land,
        level=level,
        is_envoy=is_envoy,
        is_former=read.is_former if read else False,
        is_acting=read.is_acting if read else False,
    )


def _words(tokens: Tokens, start: int, used: set[int]) -> frozenset[str]:
    """The telling stems from `start` on; «ریاست جمهوری» is one, the president's."""
    words: set[str] = set()
    for index in range(start, len(tokens)):
        folded = tokens[index].fold
        if index + 1 < len(tokens) and folded in _PRESIDENT_WORDS[0] and tokens[index + 1].fold in _PRESIDENT_WORDS[1]:
            words.add(_PRESIDENT)
        elif folded in _PRESIDENT_WORDS[1] and index > start and tokens[index - 1].fold in _PRESIDENT_WORDS[0]:
            continue
        elif index not in used and folded not in _FILLERS and len(folded) > 1:
            words.add(_PRESIDENT if folded == _PRESIDENT + "ی" else post_stem(folded))
            words |= _spelled_out().get(folded, frozenset())
    return frozenset(words)


@cache
def _spelled_out() -> dict[str, frozenset[str]]:
    """The stems that a short name of one word stands for: «ناجا», «صمت»."""
    found: dict[str, frozenset[str]] = {}
    for row in rows("institution_aliases"):
        if " " not in row["alias"]:
            stems = (post_stem(token.fold) for token in tokenize(row["name"]) if len(token.fold) > 1)
            found[fold(row["alias"])] = frozenset(stems)
    return found


def _is_deputy(head: str, words: frozenset[str], place: Place | None, post: str) -> bool:
    """Whether a post is of the parliament: its deputies, and who leads its commissions and caucuses."""
    if head not in _DEPUTIES or words & _NOT_PARLIAMENT:
        return False
    if _CONSTITUENCY in post or _PARLIAMENT in post or _CAUCUSES & words:
        return True
    if head == _DEPUTY:
        return place is not None and not words
    return _COMMISSION in words and place is None


def places_in(tokens: Tokens, start: int, stated: Set[str], *, is_sure: bool) -> tuple[list[Place], set[str], set[int]]:
    """Places of Iran and lands named from `start` on, and the indices of their tokens.

    `stated` are the folded words of a place that the record states, which are then no common words; `is_sure` as in
    `parsing.places.name_at`.
    """
    places: list[Place] = []
    lands: set[str] = set()
    used: set[int] = set()
    index = start
    while index < len(tokens):
        if tokens[index].fold in _EPITHETS:  # «پیشین» is a town too
            index += 1
            continue
        land = _lands().match(tokens, index)
        if land is not None:
            lands.add(land[1])
            used.update(range(index, land[0]))
            index = land[0]
            continue
        found = place_at(tokens, index, is_sure=is_sure or tokens[index].fold in stated)
        if found is None:
            index += 1
            continue
        used.update(range(index, found[0]))
        if found[1] is not None:
            places.append(found[1])
        index = found[0]
    return places, lands, used


@cache
def lands() -> tuple[str, ...]:
    """The names that countries are known by here (`data/lands.tsv`), sorted, Iran's among them."""
    return tuple(sorted({row["land"] for row in rows("lands")}))


@cache
def _lands() -> Gazetteer[str]:
    return Gazetteer((row["name"], row["land"]) for row in rows("lands"))
