"""How likely two people of one name are: names cut into given name and surname, and how common each part is."""

from __future__ import annotations

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
# A part that no other name was met with.
_RARE: Final = 1.0


def name_key(folded: str) -> str:
    """A folded name without «سید» before it, which outlets print or leave out: what namesakes share.

    >>> name_key("سیدعباسموسوی") == name_key("عباسموسوی")
    True
    """
    for title in SAYYID:
        if folded.startswith(title) and len(folded) - len(title) >= SHORTEST:
            return folded[len(title) :]
    return folded


def name_parts(name: str) -> tuple[str, str]:
    """Folded given name and surname of a name; the given name is empty where it is a surname alone.

    >>> name_parts("سید محمد باقر خرمشاد") == ("محمدباقر", "خرمشاد")
    True
    """
    words = [token.fold for token in tokenize(name) if token.fold]
    if len(words) > 1 and words[0] in SAYYID:
        words = words[1:]
    if words and words[0].startswith(SAYYID) and len(words[0]) > 5:  # «سیدرضا»
        words[0] = words[0].removeprefix(SAYYID[0] if words[0][3:].startswith("ه") else SAYYID[1])
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
