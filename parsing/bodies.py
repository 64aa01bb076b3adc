"""Institutions told apart across articles: one key for all the names of one body.

«اداره کل بهزیستی استان لرستان» and «بهزیستی لرستان» are one, «بهزیستی» of another province is not, and a name that
every province has an office of is nobody's where no province is stated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from parsing.institution_names import core_of
from parsing.institutions import mentions_of
from parsing.letters import fold
from parsing.lexicon import rows
from parsing.offices import IRAN, places_in, where
from parsing.places import SIZES, Place, of_kind
from parsing.tokens import Sentence, tokenize

_LONGEST: Final = 400  # characters of a name that are read; the longest of 11,846 has 99
# Kinds of the state: one body is called «وزارت …», «سازمان …» and by its field alone.
_STATE: Final = frozenset(("department", "ministry", "organization"))
# A place that only the article around could tell: «استان», «شرق استان».
_SOMEWHERE: Final = "?"
_WHERE: Final = frozenset(map(fold, ("استان", "شهرستان", "شهر", "بخش", "منطقه")))
_OF_TOWNS: Final = frozenset(("municipality",))
_CLUB: Final = fold("باشگاه")
_OF_IRAN: Final = tuple(
    tuple(map(fold, tail.split())) for tail in ("جمهوری اسلامی ایران", "جمهوری اسلامی", "ایران", "کشور", "کشورمان")
)
_BRANCHES: Final = tuple(map(fold, ("اداره کل", "دانشگاه علوم پزشکی", "مدیریت", "اداره")))


@dataclass(frozen=True, slots=True)
class Institution:
    """An institution as it is told from others: folded `core` without head and place, `kind` and where it serves.

    `place` is the smallest place of Iran in its name, `province` the one it lies in or inherited, `land` a country or
    a place abroad in folded words.
    """

    core: str
    kind: str
    place: Place | None
    province: str | None
    land: str | None

    @property
    def key(self) -> str:
        """The institution in folded words, the same for names that mean the same."""
        return f"{self.kind}|{self.core}|{where(self.place, self.province, self.land)}"


@lru_cache(maxsize=1 << 16)
def institution(name: str, kind: str | None, place: str | None, province: str | None) -> Institution | None:
    """The institution a record names, or None where the name fits one of every province and none is stated.

    `kind` and `place` are those of the record, `province` that of its article; each may be None. Characters after the
    400th of a name are not read.
    """
    found = _read(name, kind, place)
    if found is None or (found.land is not None and found.land != _SOMEWHERE) or found.place is not None:
        return found
    if found.land is None and not _is_branch(fold(name)):
        return found
    return replace(found, land=None, province=province) if province else None


def full(institution: Institution) -> Institution:
    """The institution that a short name without a place stands for; the one given where it is none."""
    if institution.place is not None or institution.province is not None or institution.land is not None:
        return institution
    return _aliases().get(institution.core, institution)


def _read(name: str, kind: str | None, place: str | None) -> Institution | None:
    tokens = tuple(token for token in tokenize(name[:_LONGEST]) if token.fold or token.text == "،")
    if not any(token.fold for token in tokens):
        return None
    sentence = Sentence(0, len(name), tokens, tuple(range(len(tokens))))
    of_place = tokenize(place or "")
    stated = frozenset(token.fold for token in of_place if token.fold)
    read = next((one for one in mentions_of(sentence, stated) if one.start == 0 and one.end == len(tokens)), None)
    end = read.place_start if read is not None else len(tokens)
    core = read.core if read is not None else core_of(tokens, 0, end)
    places, lands, _ = places_in(tokens, end, stated, is_sure=True)
    if not places and not lands and of_place:
        places, lands, _ = places_in(of_place, 0, stated, is_sure=True)
    kind = kind or (read.kind if read is not None else None)
    if end < len(tokens) and not places and not lands:  # «شورای شهر نیویورک», «علوم پزشکی استان»
        tail = [token.fold for token in tokens[end:] if token.fold]
        lands = {_SOMEWHERE} if _WHERE.intersection(tail) and not places else {"".join(tail)}
    smallest = min(places, key=lambda one: (-SIZES[one.kind], one.name), default=None)
    if smallest is not None and kind in _OF_TOWNS:
        smallest = of_kind(smallest, ("city", "county"))
    foreign = min(lands - {IRAN}, default=None)
    return Institution(
        core=_short(core, kind) or fold(name),
        kind="state" if kind in _STATE else kind or "",
        place=smallest,
        province=smallest.province if smallest is not None else None,
        land=foreign if smallest is None else None,
    )


def _short(core: tuple[str, ...], kind: str | None) -> str:
    """`core` without the country at its end and the head that clubs are called with or without."""
    if kind == "club" and len(core) > 1 and core[0] == _CLUB:
        core = core[1:]
    for tail in _OF_IRAN:
        if core[-len(tail) :] == tail and len(core) - len(tail) > 1:
            core = core[: -len(tail)]
    return "".join(core)


def _is_branch(folded: str) -> bool:
    """Whether a name is that of a provincial office whose field every province has one of."""
    for head in _BRANCHES:
        if folded.startswith(head):
            bare = folded.removeprefix(head)
            return not bare or bare in _everywhere()
    return False


@cache
def _everywhere() -> frozenset[str]:
    """Folded names of institutions that every province has an office of."""
    return frozenset(fold(row["name"]) for row in rows("institutions") if row["kind"] == "department")


@cache
def _aliases() -> dict[str, Institution]:
    """The institution that the core of a short name without a place stands for."""
    found: dict[str, Institution] = {}
    for row in rows("body_names"):
        short, whole = (_read(row[column], row["kind"], None) for column in ("alias", "name"))
        assert short is not None and whole is not None
        found[short.core] = whole
    return found
