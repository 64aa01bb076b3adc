"""What the words around a figure refer to: the total it is part of, the figure told before, the place it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from parsing.frames import Frame, Phrase, counted_from, used
from parsing.letters import fold
from parsing.places import Place, begins_place, country_at, place_at
from parsing.quantities import Quantity
from parsing.tokens import Tokens

_IT: Final = frozenset(map(fold, ("آن", "آنها", "آنان")))
_THIS: Final = frozenset(map(fold, ("این", "آن")))
_SUMS: Final = frozenset(map(fold, ("مجموع", "کل")))
_FROM: Final = fold("از")
_IN: Final = fold("در")
_COUNTRY: Final = fold("کشور")
_PROVINCE: Final = fold("استان")
_FAR: Final = 60  # words on each side of a figure that are looked at; hardly a sentence has so many
_NEAR: Final = 4  # words between «در» and its place: «در سطح استان», «در مناطق مختلف استان»


@dataclass(frozen=True, slots=True)
class Reference:
    """What a figure refers back to: the last figure told before token `at` is its `whole`, or its `same` thing."""

    kind: Literal["whole", "same"]
    at: int


def reference(frame: Frame, quantity: Quantity, *, is_change: bool = False) -> Reference | None:
    """Return what a quantity refers back to, None where its sentence does not say that it does.

    A part: «از این تعداد ۳۰ نفر», «که ۴۰ درصد آن», «از مجموع ۱۵۶ واحد ۱۰۲ واحد». The same thing again, at another
    time or by how much it changed (`is_change`): «این میزان سال گذشته ۲۶ تن بود».
    """
    tokens, kinds = frame.tokens, frame.kinds
    if _is_of_it(tokens, kinds, quantity.end):
        return Reference("whole", quantity.start)
    for at in range(quantity.start - 1, max(-1, quantity.start - 1 - _FAR), -1):
        if kinds[at] == "v" or tokens[at].text == ":":
            return None
        folded, tally = tokens[at].fold, tokens[at + 1].fold
        if folded in _SUMS and kinds[at + 1] == "q" and at and tokens[at - 1].fold == _FROM:
            end = next((end for end in range(at + 1, quantity.start) if kinds[end] != "q"), None)
            return None if end is None else Reference("whole", end)
        if folded not in _THIS or tally not in used("tally"):
            continue
        start = at - 1 if at and tokens[at - 1].fold in _SUMS else at
        if start and tokens[start - 1].fold == _FROM:
            before = tokens[start - 2].fold if start > 1 else ""
            return None if before in used("before_from") else Reference("whole", start - 1)
        return Reference("same", at) if _is_told_again(frame, quantity, at, is_change=is_change) else None
    return None


def _is_of_it(tokens: Tokens, kinds: str, at: int) -> bool:
    """«۴۰ درصد آن», «۶۰ مورد از آنها»; not «نیمی از آن استان», where the word belongs to the noun after it."""
    if at < len(tokens) and tokens[at].fold in _IT:
        return True
    if at + 1 >= len(tokens) or tokens[at].fold != _FROM or tokens[at + 1].fold not in _IT:
        return False
    return tokens[at + 1].fold != fold("آن") or kinds[at + 2 : at + 3] != "n"


def _is_told_again(frame: Frame, quantity: Quantity, at: int, *, is_change: bool) -> bool:
    """Whether «این میزان» at `at` alone says what the quantity measures: nothing else is named before or after it."""
    kinds, last = frame.kinds, counted_from(quantity)
    between = kinds[at + 2 : quantity.start]
    is_linked = at > 0 and kinds[at - 1] == "p"
    is_alone = between[:1] not in ("n", "a") and "q" not in between and (is_change or "n" not in between)
    is_share = quantity.is_ratio or (quantity.unit is not None and quantity.unit.kind in ("share", "times"))
    return not is_linked and is_alone and kinds[last : last + 1] not in ("n", "a") and (is_change or not is_share)


def place_of(
    frame: Frame, quantity: Quantity, subject: Sequence[Phrase], province: Callable[[], str | None]
) -> str | None:
    """Return the name of the place a figure is about, None where neither its subject nor its sentence says one.

    The place in the phrases of its `subject` comes first, then «در استان X» of the sentence, if it names only one so.
    «استان» alone is what `province` returns, that of the article. The whole country has no name here.
    """
    tokens = frame.tokens
    named = [at for phrase in subject for at in phrase.places if phrase.start <= at < phrase.end]
    if named:
        own = [at for at in named if not (at and tokens[at - 1].fold in (_FROM, fold("به")))]
        return _name(tokens, (own or named)[0], province)
    found: dict[str, None] = {}
    for at in range(max(0, quantity.start - _FAR), min(len(tokens), quantity.end + _FAR)):
        if begins_place(tokens[at]) and _is_where(frame, quantity, at):
            name = _name(tokens, at, province)
            if name is not None:
                found[name] = None
    return next(iter(found)) if len(found) == 1 else None


def _name(tokens: Tokens, at: int, province: Callable[[], str | None]) -> str | None:
    found = place_at(tokens, at)
    if found is None or tokens[at].fold == _COUNTRY:
        return None
    end, place = found
    if isinstance(place, Place):
        return place.name
    if tokens[at].fold == _PROVINCE or tokens[end - 1].fold == _PROVINCE:
        return province()
    country = country_at(tokens, at)
    return country[1] if country else None


def _is_where(frame: Frame, quantity: Quantity, at: int) -> bool:
    """Whether the place at `at` stands in «در X» of what is said, not of who says it where («در اردبیل گفت: …»)."""
    tokens, kinds = frame.tokens, frame.kinds
    start = at
    while start > max(0, at - _NEAR) and kinds[start - 1] in "na":
        start -= 1
    if start == 0 or tokens[start - 1].fold != _IN:
        return False
    found = place_at(tokens, at)
    after = tokens[found[0] : found[0] + 2] if found else ()
    if any(token.fold in used("reporting") for token in after):
        return False
    if any(token.text == ":" for token in tokens[at : quantity.start]):
        return False
    between = kinds[at : quantity.start] if at < quantity.start else kinds[quantity.end : at]
    return "q" not in between
