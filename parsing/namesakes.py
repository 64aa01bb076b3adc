"""How likely two people of one name are: names cut into given name and surname, and how common each part is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from parsing.letters import fold
from parsing.lexicon import rows
from parsing.names import given_starts
from parsing.tokens import tokenize
from parsing.words import listed

# People whom the news of ten years names in a post; what a name's share is multiplied by. The corpus names some 5,000
# in 13,509 articles; thirty outlets over ten years name more, though far from as many times more.
PEOPLE: Final = 50_000
SAYYID: Final = ("سیده", "سید")
SHORTEST: Final = 5
"""Letters that must remain of a name without «سید»."""
_SHORTEST_WORD: Final = 3
# A part that no other name was met with.
_RARE: Final = 1.0


def name_key(folded: str) -> str:
    """A folded name without «سید» before it, which outlets print or leave out: what namesakes share.

    >>> name_key("سیدعباسموسوی") == name_key("عباسموسوی")
    True
    >>> name_key("سیدهادیموسوی") == name_key("هادیموسوی")
    True
    """
    return folded.removeprefix(_sayyid(folded, SHORTEST))


def spellings(names: Iterable[str]) -> list[str]:
    """The folded names whose `name_key` is one of `names`: each as it is, and with «سید» before it."""
    return [title + name for name in names for title in ("", *SAYYID) if name_key(title + name) == name]


@cache
def sayyid_names() -> tuple[str, ...]:
    """Folded given names whose first letter is not the last of «سیده»: «سید هادی» and «سیده» are one from there on.

    Sure ones alone, because lists of names have «هفاطمه» too. In 13,509 articles «سیده…» in one word was 32 times
    «سید» before one of these, and never «سیده» before another name.
    """
    return tuple(sorted(name for name, is_sure in given_starts().items() if is_sure and name.startswith("ه")))


def _sayyid(folded: str, least: int) -> str:
    """The «سید» or «سیده» that a folded name or word begins with where `least` letters remain, else nothing."""
    for title in SAYYID:
        if folded.startswith(title) and len(folded) - len(title) >= least:
            if title != SAYYID[-1] and folded.startswith(sayyid_names(), len(SAYYID[-1])):
                continue
            return title
    return ""


def name_parts(name: str) -> tuple[str, str]:
    """Folded given name and surname of a name; the given name is empty where it is a surname alone.

    >>> name_parts("سید محمد باقر خرمشاد") == ("محمدباقر", "خرمشاد")
    True
    """
    words = [token.fold for token in tokenize(name) if token.fold]
    if len(words) > 1 and words[0] in SAYYID:
        words = words[1:]
    elif words:  # «سیدرضا»
        words[0] = words[0].removeprefix(_sayyid(words[0], _SHORTEST_WORD))
    if len(words) < 2:
        return "", "".join(words)
    given = 2 if len(words) > 2 and words[1] in given_starts() and words[2] not in listed("surname") else 1
    return "".join(words[:given]), "".join(words[given:])


def namesakes(name: str) -> float:
    """How many people of this name to expect among PEOPLE: below 0.1 one name is one person, above 1 it is not.

    Given name and surname are taken to be independent.
    """
    given, surname = name_parts(name)
    counts = _counts()
    share = counts.get(("surname", surname), _RARE) / counts["all", "all"]
    if given:
        share *= counts.get(("given", given), _RARE) / counts["all", "all"]
    return PEOPLE * share


@cache
def _counts() -> dict[tuple[str, str], float]:
    return {(row["part"], fold(row["name"])): float(row["count"]) for row in rows("name_counts", key=2)}
